#include "pipeline/same_statements.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/kit/rule.h"
#include "core/sql_scanner.h"
#include "core/text.h"
#include "extract/extract.h"
#include "extract/formats/format.h"

namespace pgfence::pipeline {
namespace {

using Statement = std::vector<std::string_view>;

/// What a parser sees of SQL.
std::vector<Statement> statements_in(std::string_view sql) {
    using Kind = SqlPiece::Kind;
    std::vector<Statement> all(1);
    SqlScanner scanner(sql);
    for (SqlPiece piece; scanner.next(piece);) {
        if (piece.kind == Kind::space || piece.kind == Kind::line_comment || piece.kind == Kind::block_comment)
            continue;
        const std::string_view text = sql.substr(piece.begin, piece.end - piece.begin);
        if (text != ";")
            all.back().push_back(text);
        else if (!all.back().empty())
            all.emplace_back();
    }
    if (all.back().empty()) all.pop_back();
    return all;
}

bool begins_with(const Statement& statement, std::string_view word) {
    return !statement.empty() && equal_ignoring_case(statement.front(), word);
}

template <std::size_t n>
bool begins_with_any(const Statement& statement, const std::array<std::string_view, n>& words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return begins_with(statement, word); });
}

constexpr std::array<std::string_view, 4> kRows{"INSERT", "UPDATE", "DELETE", "SELECT"};

/// What a text says of an object is no part of the schema that anything depends on.
std::vector<Statement> without_comments(std::string_view sql) {
    std::vector<Statement> all = statements_in(sql);
    std::erase_if(all, [](const Statement& one) { return begins_with(one, "COMMENT"); });
    return all;
}

std::vector<Statement> without_rows(std::string_view sql) {
    std::vector<Statement> all = without_comments(sql);
    std::erase_if(all, [](const Statement& one) { return begins_with_any(one, kRows); });
    return all;
}

/// Where it ran, its conditions held as far as they matter: to ask for more changes nothing there.
bool keeps_doubts(const Script& was, const Script& is) {
    return std::all_of(was.uncertainties.begin(), was.uncertainties.end(), [&](const Uncertainty& doubt) {
        return std::any_of(is.uncertainties.begin(), is.uncertainties.end(),
                           [&](const Uncertainty& other) { return other.what == doubt.what; });
    });
}

/// Names of values that only the running migration knows are numbered: each may stand for another one. In a statement
/// about rows that makes no other schema.
bool all_of_schema_is_known(const Script& script) {
    const bool only_rows = std::all_of(script.unread.begin(), script.unread.end(), [](const Unread& one) {
        return contains(one.why, "through the application's models");
    });
    const auto statements = statements_in(script.sql);
    return only_rows && std::all_of(statements.begin(), statements.end(), [](const Statement& one) {
               return begins_with_any(one, kRows) || std::none_of(one.begin(), one.end(), [](std::string_view word) {
                          return contains(word, "__unknown_");
                      });
           });
}

/// Of what could not be read, no more can be believed: a bracket or a comma that a formatter moves may be one that an
/// author moved, and then another call is made.
bool differ_in_indentation_alone(std::string_view before, std::string_view after) {
    const auto lines_of = [](std::string_view text) {
        std::vector<std::string_view> lines = split(text, "\n");
        for (std::string_view& line : lines) line = trim(line);
        std::erase(lines, std::string_view());
        return lines;
    };
    return lines_of(before) == lines_of(after);
}

bool say_the_same(const MigrationFile& before, const Script& was, const MigrationFile& after, const Script& is) {
    if (!before.unreadable.empty() || !after.unreadable.empty() || was.format != is.format) return false;
    const bool is_python = after.path.ends_with(".py");
    // What was read of it hangs on the migrations before, of which the edited one has more.
    if (extract::is_same_program(after.path, before.text, after.text)) return true;
    // Of two places to import from, one may be there to be read and the other not: then the rows have other values.
    if (is_python && without_rows(was.sql) == without_rows(is.sql) && extract::is_alike_python(before.text, after.text))
        return true;
    if (was.transaction != is.transaction || !keeps_doubts(was, is) ||
        without_comments(was.sql) != without_comments(is.sql))
        return false;
    if (all_of_schema_is_known(was) && all_of_schema_is_known(is)) return true;
    if (extract::is_code_name(after.path) && !is_python) return differ_in_indentation_alone(before.text, after.text);
    return after.path.ends_with(".sql") && without_comments(before.text) == without_comments(after.text);
}

/// A name in quotes that needs none is the same to the parser. `int` and `integer` are not: a column may have either
/// name.
std::string as_parsed(std::string_view word) {
    if (word.size() > 2 && word.front() == '"') {
        const std::string_view inside = word.substr(1, word.size() - 2);
        return quoted(inside) == inside ? std::string(inside) : std::string(word);
    }
    return word.find_first_of("\"'$") != word.npos ? std::string(word) : lower_case(word);
}

/// What is left of a statement without its waiting and its guards.
std::vector<std::string> what_it_makes(const Statement& statement) {
    std::vector<std::string> words;
    for (std::size_t i = 0; i < statement.size(); ++i) {
        const auto is = [&](std::size_t at, std::string_view word) {
            return at < statement.size() && equal_ignoring_case(statement[at], word);
        };
        if (is(i, "concurrently")) continue;
        if (is(i, "using") && is(i + 1, "btree") && begins_with(statement, "CREATE")) {
            ++i;
        } else if (is(i, "if") && is(i + 1, "exists")) {
            ++i;
        } else if (is(i, "if") && is(i + 1, "not") && is(i + 2, "exists")) {
            i += 2;
        } else {
            words.push_back(as_parsed(statement[i]));
        }
    }
    return words;
}

/// The order of statements does not matter where each makes a table or index of its own: none of them needs, or copies,
/// what another one makes.
bool may_be_in_any_order(const std::vector<std::vector<std::string>>& all) {
    constexpr std::array<std::string_view, 3> kOneOfTheOthers{"replace", "as", "like"};
    return std::all_of(all.begin(), all.end(), [&](const std::vector<std::string>& words) {
        if (words.size() < 4 || words[0] != "create") return false;
        // The server finds a name for an index without one by those that there are.
        const bool is_unique = words[1] == "unique";
        const bool makes_index = words[is_unique ? 2 : 1] == "index" && words[is_unique ? 3 : 2] != "on";
        const bool makes_table = words[1] == "table" &&
                                 std::none_of(words.begin(), words.end(),
                                              [&](const std::string& word) { return is_among(word, kOneOfTheOthers); });
        return makes_index || makes_table;
    });
}

std::vector<std::vector<std::string>> what_is_made(std::string_view sql) {
    constexpr std::array<std::string_view, 5> kAround{"LOCK", "BEGIN", "START", "COMMIT", "END"};
    const auto sets_timeout = [](const Statement& statement) {
        return (begins_with(statement, "SET") || begins_with(statement, "RESET")) &&
               std::any_of(statement.begin(), statement.end(),
                           [](std::string_view word) { return lower_case(word).ends_with("_timeout"); });
    };
    std::vector<std::vector<std::string>> all;
    for (const Statement& statement : without_comments(sql))
        if (!begins_with_any(statement, kAround) && !sets_timeout(statement)) all.push_back(what_it_makes(statement));
    const bool is_guarded = contains(lower_case(sql), "if not exists");  // then the first of a name counts
    if (!is_guarded && may_be_in_any_order(all)) std::sort(all.begin(), all.end());
    return all;
}

bool make_the_same(const MigrationFile& before, const Script& was, const MigrationFile& after, const Script& is) {
    return before.unreadable.empty() && after.unreadable.empty() && was.format == is.format && keeps_doubts(was, is) &&
           all_of_schema_is_known(was) && all_of_schema_is_known(is) && what_is_made(was.sql) == what_is_made(is.sql);
}

using Compare = bool (*)(const MigrationFile& before, const Script& was, const MigrationFile& after, const Script& is);

std::set<FileId> edited_files(const std::vector<MigrationFile>& files, const std::vector<Script>& scripts,
                              Compare are_alike) {
    std::map<std::string_view, std::size_t> before;
    for (std::size_t i = 0; i < files.size(); ++i)
        if (files[i].role == MigrationFile::Role::history) before[files[i].path] = i;
    std::set<FileId> alike;
    for (std::size_t i = 0; i < files.size(); ++i) {
        using enum MigrationFile::Change;
        if (files[i].role != MigrationFile::Role::changed ||
            (files[i].change != modified && files[i].change != renamed))
            continue;
        const auto was = before.find(files[i].change == renamed ? files[i].old_path.value_or("") : files[i].path);
        if (was != before.end() && are_alike(files[was->second], scripts[was->second], files[i], scripts[i]))
            alike.insert(files[i].id);
    }
    return alike;
}

}  // namespace

std::set<FileId> same_result(const std::vector<MigrationFile>& files, const std::vector<Script>& scripts) {
    return edited_files(files, scripts, make_the_same);
}

std::set<FileId> same_statements(const std::vector<MigrationFile>& files, const std::vector<Script>& scripts) {
    return edited_files(files, scripts, say_the_same);
}

}  // namespace pgfence::pipeline
