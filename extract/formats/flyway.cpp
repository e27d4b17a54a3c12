// Flyway: V1__title.sql, R__title.sql, B1__title.sql; U1__title.sql undoes. One transaction for a file, unless it holds
// a statement that PostgreSQL refuses in one, which Flyway finds by its first words (PostgreSQLParser.java).

#include <algorithm>
#include <array>

#include "extract/blank.h"
#include "extract/formats/format.h"
#include "extract/lines.h"
#include "extract/psql.h"

namespace pgfence::extract {
namespace {

bool is_version(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '_'; });
}

bool recognises(const Source& source) {
    if (!source.name.ends_with(".sql") || in_rust_crate(source)) return false;
    const auto separator = source.name.find("__");
    if (separator == std::string_view::npos || separator == 0) return false;
    const std::string_view version = source.name.substr(1, separator - 1);
    const char prefix = source.name.front();
    return prefix == 'R' ? version.empty() : (prefix == 'V' || prefix == 'B' || prefix == 'U') && is_version(version);
}

/// The first words of a statement, as far as Flyway's patterns look.
class FirstWords {
public:
    void see(std::string_view word) {
        if (count_ < words_.size()) words_[count_++] = word;
    }
    void clear() { count_ = 0; }

    bool refuse_transaction() const {
        if (is(0, "CREATE") || is(0, "DROP")) {
            if (is(1, "DATABASE") || is(1, "TABLESPACE") || is(1, "SUBSCRIPTION")) return true;
            const std::size_t index = is(1, "UNIQUE") ? 2 : 1;
            return is(index, "INDEX") && is(index + 1, "CONCURRENTLY");
        }
        if (is(0, "ALTER")) return is(1, "SYSTEM");
        if (is(0, "REINDEX")) {
            const std::size_t what = is(1, "VERBOSE") ? 2 : 1;
            return is(what, "SCHEMA") || is(what, "DATABASE") || is(what, "SYSTEM");
        }
        return is(0, "VACUUM") || (is(0, "DISCARD") && is(1, "ALL"));
    }

private:
    bool is(std::size_t i, std::string_view word) const { return i < count_ && equal_ignoring_case(words_[i], word); }

    std::array<std::string_view, 4> words_;
    std::size_t count_ = 0;
};

/// Blanks COPY data on the way. True: some statement keeps the file out of a transaction.
bool read_statements(const Source& source, Script& script) {
    bool refused = false;
    FirstWords words;
    CopyWatch copy;
    SqlLexer lexer(source.text, source.begin);
    for (Token token; lexer.next(token);) {
        const std::string_view text = source.text.substr(token.begin, token.end - token.begin);
        if (token.kind == Token::Kind::word) {
            words.see(text);
            copy.see(text);
        } else if (token.kind == Token::Kind::symbol && text == ";") {
            refused |= words.refuse_transaction();
            words.clear();
            if (copy.rows_follow()) {
                const std::size_t rows = line_at(source.text, token.end).next;
                const std::size_t end = end_of_copy_data(source.text, rows);
                blank(script.sql, rows, end);
                lexer.resume_at(end);
            }
            copy.statement_ends();
        }
    }
    return refused || words.refuse_transaction();
}

void name_placeholders_of(const Source& source, Script& script) {
    const Placeholders found = name_placeholders(script.sql, 0, script.sql.size());
    if (found.count == 0) return;
    const std::string first(source.text.substr(found.begin, found.end - found.begin));
    script.unread.push_back({source.span(found.begin, found.end),
                             std::to_string(found.count) + " placeholders such as " + first,
                             "Flyway replaces them when it runs: a name is read in their place"});
}

Scope read(const Source& source, Script& script) {
    if (source.name.starts_with('U')) {
        blank(script.sql, 0, script.sql.size());
        return {TransactionMode::per_file, "Flyway runs each file in a transaction", Scope::From::tool};
    }
    const bool refused = read_statements(source, script);
    name_placeholders_of(source, script);
    if (refused)
        return {TransactionMode::per_statement,
                "Flyway runs a file with a statement that cannot run in a transaction without one", Scope::From::file};
    const std::string settings = std::string(source.name) + ".conf";
    if (has_path(source.hints, join(source.folder, settings)))
        return {TransactionMode::per_file,
                "Flyway runs each file in a transaction unless " + settings + " says otherwise, which is not read",
                Scope::From::assumed};
    return {TransactionMode::per_file, "Flyway runs each file in a transaction", Scope::From::tool};
}

}  // namespace

extern const Format flyway;
const Format flyway{"flyway", "Flyway", "a name like V1__title.sql or R__title.sql", recognises, read, Known::place};

}  // namespace pgfence::extract
