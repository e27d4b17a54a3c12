#include "extract/template.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "extract/blank.h"
#include "extract/layout.h"
#include "extract/lines.h"
#include "extract/sql_lexer.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

struct Brackets {
    std::string_view open, close;
    bool may_control;  ///< conditions and loops of a template language are written in them, too
};
constexpr std::array kBrackets{Brackets{"{{", "}}", true}, Brackets{"{%", "%}", true}, Brackets{"${", "}", false},
                               Brackets{"$%", "%$", false}};
/// A hole that is longer, or goes over a line, is none.
constexpr std::size_t kLongestHole = 200;
constexpr std::size_t kLongestQuote = 60;
constexpr int kDeepestBody = 3;  // bodies between dollars inside of each other: each is gone through once more

struct Hole {
    std::size_t begin = 0, end = 0;
    std::string_view inside;
    bool may_control = false;
};

/// The hole that begins there.
bool hole_at(std::string_view text, std::size_t at, Hole& found) {
    for (const Brackets& brackets : kBrackets) {
        if (!text.substr(at).starts_with(brackets.open)) continue;
        const std::size_t inside = at + brackets.open.size();
        const auto length = text.substr(inside, kLongestHole).find(brackets.close);
        if (length == text.npos) continue;
        found = {at, inside + length + brackets.close.size(), text.substr(inside, length), brackets.may_control};
        if (found.inside.find('\n') == text.npos) return true;
    }
    return false;
}

class Filler {
public:
    explicit Filler(Script& script) : script_(script), text_(script.sql) {}

    /// A text without holes, which nearly all are, costs one look.
    static bool worth_it(std::string_view sql) {
        return sql.find("{{") != sql.npos || sql.find("{%") != sql.npos || sql.find("${") != sql.npos ||
               sql.find("$%") != sql.npos;
    }

    void fill() {
        between(0, text_.size());
        if (dead_from_) blank(script_.sql, *dead_from_, text_.size());
    }

    std::size_t values = 0, conditions = 0;
    Hole first_value, first_condition;

private:
    enum class Branch { read, other_database, otherwise_other };

    /// Literals and comments parse as they are; a body between dollars is looked into.
    void between(std::size_t begin, std::size_t end, int depth = 0) {
        SqlLexer lexer(std::string_view(text_).substr(0, end), begin);
        for (Token token; lexer.next(token);) {
            if (token.kind == Token::Kind::dollar_string && depth < kDeepestBody) {
                const std::size_t tag = text_.find('$', token.begin + 1) + 1 - token.begin;
                if (token.end - token.begin > 2 * tag) between(token.begin + tag, token.end - tag, depth + 1);
            }
            Hole hole;
            const bool is_open = token.kind == Token::Kind::symbol || token.kind == Token::Kind::word;
            // A name may run into a hole: t_${x}.
            const std::size_t at = token.kind == Token::Kind::word ? text_.find('$', token.begin) : token.begin;
            if (!is_open || at >= token.end || !hole_at(text_, at, hole) || hole.end > end) continue;
            take(hole);
            lexer.resume_at(hole.end);
        }
    }

    void take(const Hole& hole) {
        std::string_view words = hole.inside;
        while (!words.empty() && (words.front() == '-' || words.front() == ' ')) words.remove_prefix(1);
        const std::string_view keyword = take_word(words);
        if (hole.may_control && control(hole, lower_case(keyword), lower_case(words))) {
            if (conditions++ == 0) first_condition = hole;
            blank(script_.sql, hole.begin, hole.end);
        } else if (hole.inside.starts_with("/*") || hole.inside.starts_with("!--")) {
            blank(script_.sql, hole.begin, hole.end);
        } else {
            if (values++ == 0) first_value = hole;
            for (std::size_t i = hole.begin; i < hole.end; ++i)
                if (!continues_name(script_.sql[i]) || script_.sql[i] == '$') script_.sql[i] = '_';
        }
    }

    /// Follows conditions, of which those that name a database are decided. False for what is no control.
    bool control(const Hole& hole, std::string_view keyword, std::string_view rest) {
        if (keyword == "if" || keyword == "range" || keyword == "with" || keyword == "for" || keyword == "define" ||
            keyword == "block" || keyword == "unless" || keyword == "#if") {
            enter(branch_of(keyword, rest));
        } else if (keyword == "else" || keyword == "elif" || keyword == "elsif") {
            if (stack_.empty()) return true;
            const bool has_condition = keyword != "else" || rest.starts_with("if");
            stack_.back() = has_condition                              ? branch_of("if", rest)
                            : stack_.back() == Branch::otherwise_other ? Branch::other_database
                                                                       : Branch::read;
        } else if (keyword.starts_with("end") || keyword == "/if") {
            if (!stack_.empty()) leave();
        } else {
            return keyword == "set" || keyword == "template" || keyword == "import";
        }
        follow(hole);
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
        switch (database_in_words(condition)) {
            case Database::postgres: return negated ? Branch::other_database : Branch::otherwise_other;
            case Database::other: return negated ? Branch::read : Branch::other_database;
            case Database::unsaid: break;
        }
        return Branch::read;
    }

    /// What lies between is only for other databases from one hole on, and until another.
    void follow(const Hole& hole) {
        if (dead_ > 0 && !dead_from_) dead_from_ = hole.end;
        if (dead_ == 0 && dead_from_) {
            blank(script_.sql, *dead_from_, hole.begin);
            dead_from_.reset();
        }
    }

    Script& script_;
    const std::string text_;
    std::vector<Branch> stack_;
    std::size_t dead_ = 0;  ///< of the stack, those for other databases
    std::optional<std::size_t> dead_from_;
};

void say(const Source& source, Script& script, const Hole& hole, std::size_t count, std::string_view what,
         std::string_view why) {
    const std::string_view quote = source.text.substr(hole.begin, std::min(hole.end - hole.begin, kLongestQuote));
    script.unread.push_back({source.span(hole.begin, hole.end),
                             std::to_string(count) + " " + std::string(what) + " such as " + std::string(quote),
                             std::string(why)});
}

}  // namespace

void fill_holes(const Source& source, Script& script) {
    if (script.sql.size() != source.text.size() || !Filler::worth_it(script.sql)) return;
    Filler filler(script);
    filler.fill();
    if (filler.values > 0)
        say(source, script, filler.first_value, filler.values, "template holes",
            "what stands there is known only when the migration runs: a name is read in its place");
    if (filler.conditions > 0)
        say(source, script, filler.first_condition, filler.conditions, "template conditions",
            "which branch is taken is known only then: all are read, except those for other databases");
}

}  // namespace pgfence::extract
