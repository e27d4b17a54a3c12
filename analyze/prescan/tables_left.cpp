#include "analyze/prescan/tables_left.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <unordered_map>
#include <utility>

#include "analyze/lower/lexer.h"
#include "analyze/lower/lower.h"
#include "analyze/lower/split.h"
#include "core/at_once.h"
#include "core/sql_scanner.h"
#include "core/text.h"

namespace pgfence::analyze {
namespace {

// ---- what may be meant: a look at the words, far cheaper than the parser ------------------------------------------

/// How far the word TABLE may be moved on, given the letter below its last one; 0: it may stand there.
constexpr auto kSteps = [] {
    constexpr std::string_view kWord = "table";
    std::array<std::uint8_t, 256> steps{};
    steps.fill(kWord.size());
    for (std::size_t i = 0; i < kWord.size(); ++i)
        for (const int letter : {int{kWord[i]}, int{to_upper(kWord[i])}})
            steps[static_cast<std::size_t>(letter)] = static_cast<std::uint8_t>(kWord.size() - 1 - i);
    return steps;
}();

/// Behind the next word TABLE at or after `from`; npos when there is none.
std::size_t behind_word_table(std::string_view sql, std::size_t from) {
    constexpr std::string_view kWord = "table";
    const auto is_word = [&](std::size_t at) {
        for (std::size_t i = 0; i < kWord.size(); ++i)
            if (to_lower(sql[at + i]) != kWord[i]) return false;
        return (at == 0 || !continues_name(sql[at - 1])) &&
               (at + kWord.size() == sql.size() || !continues_name(sql[at + kWord.size()]));
    };
    // By the letter where the word would end: mostly it is in none of it, and the word stands behind (Horspool).
    for (std::size_t end = from + kWord.size(); end <= sql.size();) {
        const std::size_t step = kSteps[static_cast<unsigned char>(sql[end - 1])];
        if (step == 0 && is_word(end - kWord.size())) return end;
        end += step == 0 ? kWord.size() : step;
    }
    return std::string_view::npos;
}

/// The word in front of TABLE says that the statement makes none.
bool makes_none(std::string_view before) {
    constexpr std::array<std::string_view, 5> kOthers{"drop", "alter", "truncate", "lock", "on"};
    const auto last = before.find_last_not_of(kBlanks);
    if (last == std::string_view::npos) return false;
    std::size_t begin = last + 1;
    while (begin > 0 && continues_name(before[begin - 1])) --begin;
    const std::string word = lower_case(before.substr(begin, last + 1 - begin));
    return std::find(kOthers.begin(), kOthers.end(), word) != kOthers.end();
}

/// The same for all spellings of one name, and sometimes for two names: without schema, in lower case, cut as the
/// server cuts it.
std::string key_of(std::string_view name) {
    constexpr std::size_t kLongest = 60;  // PostgreSQL leaves 60 to 63 bytes, as characters are long
    std::string key;
    for (std::size_t i = 0; i < name.size() && key.size() < kLongest; ++i)
        if (name[i] != '"') key += to_lower(name[i]);
    return key;
}

struct Mentions {
    struct Name {
        std::string key;
        bool may_make = false;
    };
    std::vector<Name> names;
    bool anything = false;  ///< there may be others
};

bool is_name(const Token& token) { return token.kind == Token::Kind::word || token.kind == Token::Kind::quoted_name; }

/// The names that stand behind TABLE: one, or a list of them.
void note_names(std::string_view sql, std::size_t behind, bool may_make, Mentions& all) {
    constexpr std::size_t kFar = 1000;  // a comment without an end would be read once for each word in it
    Lexer lexer(sql, behind, behind + kFar);
    Token token = lexer.next();
    while (lexer.is(token, "not") || lexer.is(token, "exists") || lexer.is(token, "only") || lexer.is(token, "if")) {
        const bool may_be_name = lexer.is(token, "if");
        token = lexer.next();
        if (may_be_name && !is_name(token)) all.names.push_back({"if", may_make});
    }
    while (is_name(token)) {
        Token name = token;
        for (token = lexer.next(); token.symbol == '.'; token = lexer.next()) name = lexer.next();
        all.names.push_back({key_of(lexer.text(name)), may_make});
        if (token.symbol == '*') token = lexer.next();
        if (token.symbol != ',') break;
        token = lexer.next();
        if (lexer.is(token, "only")) token = lexer.next();
    }
    all.anything |= token.kind == Token::Kind::end && behind + kFar < sql.size();
}

Mentions mentions(std::string_view sql) {
    Mentions all;
    all.anything = sql.find("&\"") != std::string_view::npos;  // U&"..." may spell any name
    for (std::size_t at = 0; (at = behind_word_table(sql, at)) != std::string_view::npos;)
        note_names(sql, at, !makes_none(sql.substr(0, at - std::string_view("table").size())), all);
    return all;
}

/// The text of one statement that a parser would find a table made, dropped or renamed by. Whatever else speaks of
/// tables, the bodies of functions and DO blocks first of all, need not be parsed for that.
bool may_be_noted(std::string_view sql) {
    Lexer lexer(sql, 0, sql.size());
    const Token verb = lexer.next();
    const Token what = lexer.next();
    if (lexer.is(verb, "create"))
        return !lexer.is(what, "or") && !lexer.is(what, "function") && !lexer.is(what, "procedure");
    if (lexer.is(verb, "alter")) return lexer.is(what, "table") && find_keyword(sql, lexer.at(), sql.size(), "rename");
    return lexer.is(verb, "drop") && lexer.is(what, "table");
}

// ---- what is meant -------------------------------------------------------------------------------------------------

std::string qualified(const Name& name) { return (name.schema.empty() ? "public" : name.schema) + "." + name.name; }

struct Tables {
    TablesLeft left;
    std::set<std::string> taken;

    void note(const Action& action) {
        if (const auto* table = std::get_if<CreateTable>(&action)) {
            if (table->persistence != Persistence::temporary)
                (table->if_not_exists ? left.made_if_absent : left.made).insert(qualified(table->name));
        } else if (const auto* drop = std::get_if<Drop>(&action)) {
            if (drop->object == ObjectType::table)
                for (const Name& name : drop->names) taken.insert(qualified(name));
        } else if (const auto* rename = std::get_if<Rename>(&action)) {
            if (rename->object == ObjectType::table) taken.insert(qualified(rename->relation));
        }
    }
};

/// As the parser sees them.
Mentions meant(std::string_view sql) {
    Mentions all;
    const auto note = [&](const Action& action) {
        if (const auto* table = std::get_if<CreateTable>(&action))
            all.names.push_back({key_of(table->name.name), true});
        if (const auto* rename = std::get_if<Rename>(&action))
            all.names.push_back({key_of(rename->relation.name), false});
        if (const auto* drop = std::get_if<Drop>(&action))
            for (const Name& name : drop->names) all.names.push_back({key_of(name.name), false});
    };
    for (const LoweredStatement& statement : lower(sql).statements)
        for (const Action& action : statement.actions) note(action);
    return all;
}

TablesLeft tables_left_by(const std::vector<std::string_view>& statements) {
    Tables tables;
    for (const std::string_view sql : statements)
        for (const LoweredStatement& statement : lower(sql).statements)
            for (const Action& action : statement.actions) tables.note(action);
    for (const std::string& name : tables.taken) {
        tables.left.made.erase(name);
        tables.left.made_if_absent.erase(name);
    }
    for (const std::string& name : tables.left.made) tables.left.made_if_absent.erase(name);
    return std::move(tables.left);
}

struct ScannedScript {
    const Script* script;
    std::size_t group;
    Mentions mentions;
    std::vector<std::string_view> statements;  ///< that speak of a table which several groups may make

    void look() {
        mentions = analyze::mentions(script->sql);
        if (mentions.anything) mentions = meant(script->sql);
    }
};

}  // namespace

std::vector<TablesLeft> tables_made_twice(const std::vector<std::vector<const Script*>>& groups) {
    constexpr std::size_t kSeveral = static_cast<std::size_t>(-1), kScriptsWorthAThread = 256, kGroupsWorthAThread = 8;
    std::vector<ScannedScript> seen;
    for (std::size_t group = 0; group < groups.size(); ++group)
        for (const Script* script : groups[group]) seen.push_back({script, group, {}, {}});
    at_once(seen.size(), kScriptsWorthAThread, [&](auto next) {
        while (const auto i = next()) seen[*i].look();
    });
    std::unordered_map<std::string, std::size_t> maker;  // the only group that may make it
    for (const ScannedScript& one : seen)
        for (const Mentions::Name& name : one.mentions.names)
            if (name.may_make)
                if (std::size_t& only = maker.try_emplace(name.key, one.group).first->second; only != one.group)
                    only = kSeveral;
    const auto is_contested = [&](const Mentions::Name& name) {
        const auto found = maker.find(name.key);
        return found != maker.end() && found->second == kSeveral;
    };
    const auto any_contested = [&](const Mentions& some) {
        return some.anything || std::any_of(some.names.begin(), some.names.end(), is_contested);
    };
    std::erase_if(seen, [&](const ScannedScript& one) { return !any_contested(one.mentions); });
    at_once(seen.size(), kScriptsWorthAThread, [&](auto next) {
        while (const auto i = next()) {
            const std::string_view sql = seen[*i].script->sql;
            for (const Span piece : split_statements(sql))
                if (const auto text = sql.substr(piece.begin, piece.end - piece.begin);
                    may_be_noted(text) && any_contested(mentions(text)))
                    seen[*i].statements.push_back(text);
        }
    });
    std::vector<std::vector<std::string_view>> statements(groups.size());
    for (const ScannedScript& one : seen)
        statements[one.group].insert(statements[one.group].end(), one.statements.begin(), one.statements.end());
    std::vector<TablesLeft> left(groups.size());
    at_once(groups.size(), kGroupsWorthAThread, [&](auto next) {
        while (const auto group = next()) left[*group] = tables_left_by(statements[*group]);
    });
    return left;
}

}  // namespace pgfence::analyze
