#include "extract/template.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <vector>

#include "core/sql_scanner.h"
#include "extract/lines.h"
#include "extract/placeholders.h"
#include "extract/psql_include.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

/// A placeholder that is longer, or goes over a line, is none.
constexpr std::size_t kLongestPlaceholder = 1000;
constexpr int kDeepestBody = 3;  // bodies between dollars inside of each other: each is gone through once more

struct Placeholder {
    std::size_t begin = 0, end = 0;
    std::string_view inside;
};

bool placeholder_at(std::string_view text, std::size_t at, std::string_view open, std::string_view close,
                    Placeholder& found) {
    if (!text.substr(at).starts_with(open)) return false;
    const std::size_t inside = at + open.size();
    const auto length = text.substr(inside, kLongestPlaceholder).find(close);
    if (length == text.npos) return false;
    found = {at, inside + length + close.size(), text.substr(inside, length)};
    return found.inside.find_first_of("\r\n") == text.npos;
}

/// "index .Options" of "- index .Options -": what trims the white space around is none of it.
std::string_view words_of(std::string_view inside) {
    while (!inside.empty() && (inside.front() == '-' || inside.front() == ' ')) inside.remove_prefix(1);
    return trim(inside);
}

/// {{ ... }} of a template, and no array inside of a literal: '{{1,2},{3,4}}'.
bool is_of_a_template(const Placeholder& placeholder) {
    const std::string_view words = words_of(placeholder.inside);
    if (words.empty() || words.find_first_of("{}") != words.npos) return false;
    return starts_name(words.front()) || std::string_view(".\"$#/").find(words.front()) != std::string_view::npos;
}

/// $name$ of $name$...$name$, dollars included.
std::string_view tag_of(std::string_view dollar_string) {
    return dollar_string.substr(0, dollar_string.find('$', 1) + 1);
}

/// PostgreSQL takes names there, and no literal.
bool takes_name_behind(std::string_view word) {
    const std::string lower = lower_case(word);
    constexpr std::array<std::string_view, 11> kWords{"from", "to",     "table", "on",     "role", "user",
                                                      "into", "schema", "join",  "update", "."};
    return std::find(kWords.begin(), kWords.end(), lower) != kWords.end();
}

/// $name$ where only a name may stand, and no literal comes of it: of a program that puts a role or a schema there.
/// `before`: the word or symbol ahead of it.
bool is_name_between_dollars(std::string_view sql, const SqlPiece& token, std::string_view before) {
    const std::string_view text = sql.substr(token.begin, token.end - token.begin), tag = tag_of(text);
    if (tag.size() < 3 || !takes_name_behind(before)) return false;
    if (!token.closed || text.find(';') != text.npos) return true;
    return token.end < sql.size() && (sql[token.end] == '.' || continues_name(sql[token.end]));
}

bool may_have_tag(std::string_view sql) {
    for (auto at = sql.find('$'); at != sql.npos && at + 1 < sql.size(); at = sql.find('$', at + 1))
        if (starts_name(sql[at + 1])) return true;
    return false;
}

/// The tags of those; each of them is a placeholder wherever it stands.
void add_tags_of_names(std::string_view sql, std::set<std::string_view>& tags, int depth = 0) {
    if (!may_have_tag(sql)) return;
    std::string_view before;
    SqlScanner scanner(sql);
    for (SqlPiece token; scanner.next(token);) {
        using Kind = SqlPiece::Kind;
        if (token.kind == Kind::space || token.kind == Kind::line_comment || token.kind == Kind::block_comment)
            continue;
        const std::string_view text = sql.substr(token.begin, token.end - token.begin);
        if (token.kind == Kind::dollar_string) {
            const std::string_view tag = tag_of(text);
            if (tags.contains(tag) || is_name_between_dollars(sql, token, before)) {
                tags.insert(tag);
                scanner.resume_at(token.begin + tag.size());
            } else if (depth < kDeepestBody && text.size() > 2 * tag.size()) {
                add_tags_of_names(text.substr(tag.size(), text.size() - 2 * tag.size()), tags, depth + 1);
            }
        }
        before = text;
    }
}

std::set<std::string_view> tags_of_names(std::string_view sql) {
    std::set<std::string_view> tags;
    add_tags_of_names(sql, tags);
    return tags;
}

class Filler {
public:
    Filler(const Source& source, Script& script, PsqlSession& session)
        : source_(source), script_(script), session_(session), text_(script.sql), values_(source, script) {}

    static bool worth_it(std::string_view sql) {
        return sql.find("{{") != sql.npos || sql.find("{%") != sql.npos || sql.find("${") != sql.npos ||
               sql.find("$%") != sql.npos || !tags_of_names(sql).empty();
    }

    void fill() {
        fill_templates();
        if (dead_from_) blank(script_.sql, *dead_from_, text_.size());
        text_ = script_.sql;
        tags_ = tags_of_names(text_);
        fill_names();
        list_conditions();
    }

    /// ${x} and $%x%$ alone.
    void fill_names() {
        fill_values(0, text_.size());
        values_.list("template placeholders", "its value is only known at run time: a placeholder takes its place");
    }

private:
    enum class Branch { read, other_database, otherwise_other };

    /// Wherever they stand, in literals too: "{{ index .Options "Namespace" }}" has quotes of its own.
    void fill_templates() {
        for (std::size_t at = text_.find('{'); at != text_.npos; at = text_.find('{', at)) {
            Placeholder placeholder;
            if ((placeholder_at(text_, at, "{{", "}}", placeholder) && is_of_a_template(placeholder)) ||
                placeholder_at(text_, at, "{%", "%}", placeholder)) {
                take(placeholder);
                at = placeholder.end;
            } else {
                ++at;
            }
        }
    }

    /// ${x}, $%x%$ and $x$ of a name, outside of literals and comments, which parse as they are; a body between dollars
    /// is looked into.
    void fill_values(std::size_t begin, std::size_t end, int depth = 0) {
        SqlScanner lexer(std::string_view(text_).substr(0, end), begin);
        for (SqlPiece token; lexer.next(token);) {
            const std::string_view literal = std::string_view(text_).substr(token.begin, token.end - token.begin);
            if (token.kind == SqlPiece::Kind::dollar_string && tags_.contains(tag_of(literal))) {
                const std::string_view tag = tag_of(literal);
                values_.fill(token.begin, token.begin + tag.size(), tag.substr(1, tag.size() - 2));
                lexer.resume_at(token.begin + tag.size());
                continue;
            }
            if (token.kind == SqlPiece::Kind::dollar_string && depth < kDeepestBody) {
                const std::size_t tag = tag_of(literal).size();
                if (token.end - token.begin > 2 * tag) fill_values(token.begin + tag, token.end - tag, depth + 1);
            }
            if (token.kind != SqlPiece::Kind::symbol && token.kind != SqlPiece::Kind::word) continue;
            // A name may run into a placeholder: t_${x}.
            const std::size_t dollar = literal.find('$');
            if (dollar == literal.npos) continue;
            const std::size_t at = token.begin + dollar;
            Placeholder placeholder;
            if (!placeholder_at(text_, at, "${", "}", placeholder) &&
                !placeholder_at(text_, at, "$%", "%$", placeholder))
                continue;
            if (placeholder.end > end) continue;
            values_.fill(placeholder.begin, placeholder.end, trim(placeholder.inside));
            lexer.resume_at(placeholder.end);
        }
    }

    void take(const Placeholder& placeholder) {
        std::string_view words = words_of(placeholder.inside);
        const bool is_comment = words.starts_with("/*") || words.starts_with("!--");
        const std::string_view keyword = take_word(words);
        if (is_comment) {
            blank(script_.sql, placeholder.begin, placeholder.end);
        } else if (control(placeholder, lower_case(keyword), lower_case(trim(words)))) {
            if (conditions_++ == 0) first_condition_ = placeholder;
            blank(script_.sql, placeholder.begin, placeholder.end);
        } else if (keyword == "template" && is_alone(placeholder)) {
            include(placeholder, words);
        } else if (is_alone(placeholder)) {
            script_.unread.push_back({source_.span(placeholder.begin, placeholder.end),
                                      "a template call " + quote_of(text_of_placeholder(placeholder)),
                                      "the SQL that it stands for is made when the migration runs"});
            blank(script_.sql, placeholder.begin, placeholder.end);
        } else {
            values_.fill(placeholder.begin, placeholder.end, name_in(placeholder));
        }
    }

    /// tern's {{ template "views/x.sql" . }} is a file below the migrations' folder, whose placeholders are filled like
    /// ours.
    void include(const Placeholder& placeholder, std::string_view words) {
        blank(script_.sql, placeholder.begin, placeholder.end);
        if (dead_ > 0) return;
        Included found = included_script(source_, session_, name_of_template(words), true);
        if (found.path.empty())
            return script_.unread.push_back({source_.span(placeholder.begin, placeholder.end),
                                             "a template call " + quote_of(text_of_placeholder(placeholder)),
                                             std::move(found.why_not)});
        session_.running.push_back(found.path);
        source_.replacements.push_back(filled(placeholder, found.text));
        session_.running.pop_back();
    }

    Replacement filled(const Placeholder& placeholder, std::string_view text) {
        Replacements inside;
        const Source source{source_.hints, source_.memory, inside,       source_.file, source_.role,
                            source_.path,  source_.folder, source_.name, text};
        Script part;
        part.sql = text;
        if (worth_it(part.sql)) Filler(source, part, session_).fill();
        replace(part, std::move(inside));
        for (const StandIn& one : part.stand_ins) add_stand_in(script_, one.name, one.written, one.in_name_quotes);
        for (Unread& unread : part.unread) {
            unread.span = source_.span(placeholder.begin, placeholder.end);
            unread.what = session_.running.back() + ": " + unread.what;
            script_.unread.push_back(std::move(unread));
        }
        return {placeholder.begin, placeholder.end, std::move(part.sql), std::move(part.uncertainties)};
    }

    static std::string_view name_of_template(std::string_view words) {
        words = trim(words);
        if (!words.starts_with('"')) return {};
        return words.substr(1, words.find('"', 1) - 1);
    }

    /// "schema" of {{ schema }} and {{ .schema }}.
    static std::string_view name_in(const Placeholder& placeholder) {
        std::string_view words = words_of(placeholder.inside);
        if (words.ends_with('-')) words = trim(words.substr(0, words.size() - 1));
        if (words.starts_with('.')) words.remove_prefix(1);
        return words;
    }

    std::string_view text_of_placeholder(const Placeholder& placeholder) const {
        return std::string_view(text_).substr(placeholder.begin, placeholder.end - placeholder.begin);
    }

    void list_conditions() {
        if (conditions_ == 0) return;
        const std::string_view first =
            source_.text.substr(first_condition_.begin, first_condition_.end - first_condition_.begin);
        script_.unread.push_back(
            {source_.span(first_condition_.begin, first_condition_.end),
             std::to_string(conditions_) + " template conditions such as " + quote_of(first),
             "which branch is taken is known only then: all are read, except those for other databases"});
    }

    /// It has the line for itself: whole statements are put there.
    bool is_alone(const Placeholder& placeholder) const {
        std::size_t before = placeholder.begin;
        while (before > 0 && (text_[before - 1] == ' ' || text_[before - 1] == '\t')) --before;
        const bool begins = before == 0 || text_[before - 1] == '\n';
        const std::size_t after = text_.find_first_not_of(" \t\r;", placeholder.end);
        return begins && (after == text_.npos || text_[after] == '\n');
    }

    /// Follows conditions, of which those that name a database are decided. False for what is no control.
    bool control(const Placeholder& placeholder, std::string_view keyword, std::string_view rest) {
        if (keyword == "if" || keyword == "range" || keyword == "with" || keyword == "for" || keyword == "define" ||
            keyword == "block" || keyword == "unless" || keyword == "#if") {
            enter(branch_of(keyword, rest));
        } else if (keyword == "else" || keyword == "elif" || keyword == "elsif") {
            if (stack_.empty()) return true;
            const bool has_condition = keyword != "else" || rest.starts_with("if");
            const Branch before = leave();
            if (has_condition)
                enter(branch_of("if", rest));
            else
                enter(before == Branch::otherwise_other ? Branch::other_database : Branch::read);
        } else if (keyword.starts_with("end") || keyword == "/if") {
            if (!stack_.empty()) leave();
        } else {
            return keyword == "set" || keyword == "import";
        }
        follow(placeholder);
        return true;
    }

    void enter(Branch branch) {
        stack_.push_back(branch);
        dead_ += branch == Branch::other_database;
    }
    Branch leave() {
        const Branch branch = stack_.back();
        stack_.pop_back();
        dead_ -= branch == Branch::other_database;
        return branch;
    }

    static Branch branch_of(std::string_view keyword, std::string_view condition) {
        if (keyword != "if") return Branch::read;
        const bool negated =
            condition.starts_with("not ") || condition.find("!=") != condition.npos || condition.starts_with("ne ");
        switch (locate::database_in_words(condition)) {
            case locate::Database::postgres: return negated ? Branch::other_database : Branch::otherwise_other;
            case locate::Database::other: return negated ? Branch::read : Branch::other_database;
            case locate::Database::unsaid: break;
        }
        return Branch::read;
    }

    /// What lies between is only for other databases from one placeholder on, and until another.
    void follow(const Placeholder& placeholder) {
        if (dead_ > 0 && !dead_from_) dead_from_ = placeholder.end;
        if (dead_ == 0 && dead_from_) {
            blank(script_.sql, *dead_from_, placeholder.begin);
            dead_from_.reset();
        }
    }

    const Source& source_;
    Script& script_;
    PsqlSession& session_;             ///< which templates are in templates
    std::string text_;                 ///< the SQL before
    std::set<std::string_view> tags_;  ///< in it: $x$ that are no literals
    Placeholders values_;
    std::size_t conditions_ = 0;
    Placeholder first_condition_;
    std::vector<Branch> stack_;
    std::size_t dead_ = 0;  ///< of the stack, those for other databases
    std::optional<std::size_t> dead_from_;
};

/// {{ or {% where SQL has no string and no comment: only a template has it there.
bool is_template(std::string_view sql, int depth = 0) {
    SqlScanner scanner(sql, 0);
    for (SqlPiece piece; scanner.next(piece);) {
        const std::string_view text = sql.substr(piece.begin, piece.end - piece.begin), rest = sql.substr(piece.begin);
        if (piece.kind == SqlPiece::Kind::symbol && (rest.starts_with("{{") || rest.starts_with("{%"))) return true;
        if (piece.kind == SqlPiece::Kind::dollar_string && depth < kDeepestBody) {
            const std::size_t tag = text.find('$', 1) + 1;
            if (text.size() > 2 * tag && is_template(text.substr(tag, text.size() - 2 * tag), depth + 1)) return true;
        }
    }
    return false;
}

/// A text without placeholders, which nearly all are, costs one look.
bool may_have_placeholders(const Source& source, const Script& script) {
    return script.sql.size() == source.text.size() && Filler::worth_it(script.sql);
}

void put_in_place(const Source& source, Script& script) {
    std::stable_sort(script.uncertainties.begin(), script.uncertainties.end(),
                     [](const Uncertainty& a, const Uncertainty& b) { return a.begin < b.begin; });
    replace(script, std::move(source.replacements));
}

PsqlSession session_of(const Source& source) {
    PsqlSession session;
    session.running.emplace_back(source.path);
    return session;
}

}  // namespace

void finish_sql(const Source& source, Script& script) {
    if (may_have_placeholders(source, script)) {
        PsqlSession session = session_of(source);
        Filler(source, script, session).fill();
    }
    put_in_place(source, script);
}

void finish_sql_sent_as_is(const Source& source, Script& script) {
    if (!may_have_placeholders(source, script) || is_template(script.sql)) return finish_sql(source, script);
    PsqlSession session = session_of(source);
    Filler(source, script, session).fill_names();
    put_in_place(source, script);
}

}  // namespace pgfence::extract
