#include "diff/evidence.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/path_text.h"
#include "core/text.h"

namespace pgfence::diff {
namespace {

using namespace std::string_view_literals;

bool is_word(char c) { return is_letter_or_digit(c) || c == '_' || (c & 0x80); }

template <class Visit>
bool any_word(std::string_view text, Visit visit) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        while (at < text.size() && is_word(text[at])) ++at;
        if (at > begin && visit(begin, at)) return true;
        if (at == begin) ++at;
    }
    return false;
}

/// The last word of the text, if nothing but quotes, brackets and blanks stands behind it.
std::string_view last_word(std::string_view text) {
    while (!text.empty() && (is_space(text.back()) || contains("\"'`([<", text.substr(text.size() - 1))))
        text.remove_suffix(1);
    std::size_t begin = text.size();
    while (begin > 0 && is_word(text[begin - 1])) --begin;
    return text.substr(begin);
}

/// "orders" of public.orders: what stands before the schema.
std::string_view before_schema(std::string_view before) {
    while (!before.empty() && (before.back() == '"' || before.back() == '`')) before.remove_suffix(1);
    if (!before.ends_with('.')) return before;
    before.remove_suffix(1);
    while (!before.empty() && (is_word(before.back()) || before.back() == '"')) before.remove_suffix(1);
    return before;
}

bool has_keyword(std::string_view text) {
    static constexpr std::array kWords{"SELECT"sv, "FROM"sv,    "JOIN"sv,      "INTO"sv,     "UPDATE"sv,
                                       "DELETE"sv, "INSERT"sv,  "RETURNING"sv, "WHERE"sv,    "VALUES"sv,
                                       "CALL"sv,   "PERFORM"sv, "COPY"sv,      "TRUNCATE"sv, "MERGE"sv};
    return any_word(
        text, [&](std::size_t begin, std::size_t end) { return is_among(text.substr(begin, end - begin), kWords); });
}

/// Part of a query or of a statement, by its keywords. In lower case they are words of any sentence: two have to belong
/// together.
bool is_sql(std::string_view text) {
    if (has_keyword(text)) return true;
    const std::string lower = one_line(lower_case(text));
    const auto in_order = [&](std::string_view first, std::string_view second) {
        const auto at = lower.find(first);
        return at != lower.npos && lower.find(second, at) != lower.npos;
    };
    const std::string_view start = trim(lower, " \"'`(");
    return (start.starts_with("select ") && in_order("select ", " from ")) || start.starts_with("insert into ") ||
           (start.starts_with("update ") && in_order("update ", " set ")) || start.starts_with("delete from ");
}

/// Sentences: words and hardly anything else.
bool is_prose(std::string_view line) {
    constexpr std::size_t kSentence = 5;
    std::size_t words = 0, others = 0;
    for (const std::string_view one : split(trim(line), " \t")) {
        if (one.empty()) continue;
        const std::string_view bare = trim(one, ".,;:!?()\"'");
        const bool plain = !bare.empty() && std::all_of(bare.begin(), bare.end(), [](char c) {
            return is_letter(c) || c == '-' || c == '\'' || (c & 0x80);
        });
        ++(plain ? words : others);
    }
    return words >= kSentence && others * 5 <= words && !is_sql(line);
}

/// The text in quotes that a place of a line stands in.
struct Quoted {
    bool inside = false;
    bool filled_in = false;  ///< within ${...}, #{...}, {...}: code again
    std::size_t begin = 0, end = 0;
};

Quoted quoted_at(std::string_view line, std::size_t place) {
    char quote = '\0';
    Quoted found;
    int braces = 0;
    for (std::size_t at = 0; at < place; ++at) {
        const char c = line[at];
        if (quote && c == '\\') {
            ++at;
        } else if (quote) {
            if (c == '{') ++braces;
            if (c == '}' && braces > 0) --braces;
            if (c == quote && braces == 0) quote = '\0';
        } else if (c == '"' || c == '`' || (c == '\'' && (at == 0 || !is_word(line[at - 1])))) {
            quote = c;
            braces = 0;
            found.begin = at + 1;
        }
    }
    found.inside = quote != '\0';
    found.filled_in = braces > 0;
    found.end = found.inside ? std::min(line.find(quote, place), line.size()) : place;
    return found;
}

/// echo "the note", puts "...", console.log("..."): for people.
bool is_output(std::string_view line) {
    static constexpr std::array kWords{"echo"sv,    "print"sv,  "println"sv, "printf"sv, "puts"sv,
                                       "console"sv, "logger"sv, "logging"sv, "log"sv,    "warn"sv,
                                       "fprintf"sv, "fmt"sv,    "die"sv,     "raise"sv};
    const std::string_view words = trim(line, " \t@");
    std::size_t end = 0;
    while (end < words.size() && is_word(words[end])) ++end;
    return is_among(words.substr(0, end), kWords);
}

/// <th>Note</th>: what is shown, not what is asked for.
bool is_shown(std::string_view before, std::string_view after) {
    const auto is_of_text = [](char c) { return is_word(c) || c == ' ' || c == ',' || c == '.' || c == '-'; };
    while (!before.empty() && is_of_text(before.back())) before.remove_suffix(1);
    while (!after.empty() && is_of_text(after.front())) after.remove_prefix(1);
    return before.ends_with('>') && !before.ends_with("->") && !before.ends_with("=>") && after.starts_with('<');
}

/// {{ order.note }}, <%= order.note %>
bool is_in_template(std::string_view before) {
    for (const auto& [open, close] : {std::pair{"{{"sv, "}}"sv}, {"{%"sv, "%}"sv}, {"<%"sv, "%>"sv}, {"${"sv, "}"sv}}) {
        const auto at = before.rfind(open);
        if (at != before.npos && before.find(close, at) == before.npos) return true;
    }
    return false;
}

bool declares(std::string_view word) {
    static constexpr std::array kWords{"class"sv,     "model"sv,  "struct"sv,    "type"sv,   "interface"sv,
                                       "entity"sv,    "record"sv, "defmodule"sv, "object"sv, "schema"sv,
                                       "tablename"sv, "table"sv,  "data"sv,      "impl"sv};
    return is_among(word, kWords);
}

/// Order.find(1), Order.objects, prisma.order.findMany(): rows are asked for. What every list has as well (orders.map)
/// counts only of a class, or behind what stands for the database.
bool asks_for_rows(std::string_view before, std::string_view word, std::string_view after) {
    static constexpr std::array kDatabases{"prisma"sv, "db"sv, "tx"sv, "trx"sv, "models"sv, "query"sv, "database"sv};
    static constexpr std::array kAsks{
        "find"sv,       "find_by"sv,  "findone"sv,    "findall"sv,    "findmany"sv,   "findunique"sv, "findfirst"sv,
        "findbypk"sv,   "findbyid"sv, "where"sv,      "objects"sv,    "query"sv,      "select"sv,     "create"sv,
        "insert"sv,     "update"sv,   "delete"sv,     "upsert"sv,     "all"sv,        "first"sv,      "joins"sv,
        "includes"sv,   "order"sv,    "pluck"sv,      "count"sv,      "exists"sv,     "createmany"sv, "updatemany"sv,
        "deletemany"sv, "destroy"sv,  "update_all"sv, "delete_all"sv, "insert_all"sv, "filter"sv,     "with"sv};
    for (const auto access : {"::"sv, "->"sv, "."sv}) {
        if (!after.starts_with(access)) continue;
        after.remove_prefix(access.size());
        std::size_t end = 0;
        while (end < after.size() && is_word(after[end])) ++end;
        if (!is_among(std::string_view(lower_case(after.substr(0, end))), kAsks)) return false;
        return is_upper(word.front()) ||
               (before.ends_with('.') && is_among(last_word(before.substr(0, before.size() - 1)), kDatabases));
    }
    return false;
}

/// Array.from(orders), Buffer.from(...): no FROM.
bool is_made_of_list(std::string_view before) {
    static constexpr std::array kMakers{"Array.from("sv, "Set.from("sv,    "List.from("sv,      "Object.from("sv,
                                        "Map.from("sv,   "Buffer.from("sv, "Observable.from("sv};
    return std::any_of(kMakers.begin(), kMakers.end(), [&](std::string_view maker) { return before.ends_with(maker); });
}

/// `order.note`, `order["note"]`, `{ note } = order`: a variable that may be anything says what it is by how the column
/// stands beside it. A class, a name in quotes and one in a query need not.
bool is_reached_through(std::string_view before, std::string_view variable, std::string_view after) {
    if (is_upper(variable.front())) return true;
    const char last = before.empty() ? ' ' : before.back();
    if (last == '"' || last == '\'' || last == '`' || last == ':' || last == '.') return true;
    for (const auto access : {"."sv, "?."sv, "&."sv, "->"sv, "!."sv, "["sv, ": {"sv, "!!."sv})
        if (after.starts_with(access)) return true;
    return trim(before).ends_with("} =") || trim(before).ends_with("}=");
}

/// __tablename__ = "orders", pgTable("orders", @Table(name = "orders", .from('orders')
bool hands_over_table(std::string_view before_quotes) {
    const std::string lower =
        lower_case(before_quotes.substr(before_quotes.size() > 40 ? before_quotes.size() - 40 : 0));
    if (contains(lower, "table")) return true;
    static constexpr std::array kCalls{"from"sv,  "into"sv,     "schema"sv,    "join"sv,
                                       "model"sv, "relation"sv, "collection"sv};
    const std::string_view call = trim(std::string_view(lower), " \t=:(");
    return std::any_of(kCalls.begin(), kCalls.end(), [&](std::string_view one) { return call.ends_with(one); });
}

/// `state::mood`, `CAST(state AS mood)`
bool is_cast(std::string_view before) {
    while (before.ends_with('"') || before.ends_with('\\')) before.remove_suffix(1);
    const std::string lower = lower_case(before);
    return lower.ends_with("::") || (lower.ends_with(" as ") && contains(lower, "cast("));
}

/// Enum('sad', 'happy', name='mood'), pgEnum("mood", enum_type: "mood", type_name = "mood", columnDefinition = "mood"
bool names_enum(std::string_view line) {
    const std::string lower = lower_case(line);
    return contains(lower, "enum") || contains(lower, "type_name") || contains(lower, "typename") ||
           contains(lower, "columndefinition") || contains(lower, "create type");
}

}  // namespace

struct EvidenceIn::Word {
    std::string_view text, line, before, after;  ///< of its line
    std::string_view around;                     ///< some lines above and below, its own among them
    Quoted quoted;
    bool in_quotes() const { return quoted.inside && !quoted.filled_in; }
    std::string_view quotation() const { return line.substr(quoted.begin, quoted.end - quoted.begin); }
};

EvidenceIn::EvidenceIn(std::string_view path, std::string_view text)
    : text_(text), kind_(kind_of(path)), is_shown_by_browser_(path.ends_with(".vue") || path.ends_with(".svelte")) {}

EvidenceIn::Kind EvidenceIn::kind_of(std::string_view path) {
    static constexpr std::array kShell{"sh"sv, "bash"sv, "zsh"sv, "ps1"sv, "bat"sv, "cmd"sv, "mk"sv, "dockerfile"sv};
    static constexpr std::array kSettings{"yml"sv, "yaml"sv, "toml"sv, "conf"sv, "properties"sv, "ini"sv,
                                          "cfg"sv, "env"sv,  "tf"sv,   "hcl"sv,  "tfvars"sv};
    static constexpr std::array kMarkup{"html"sv, "htm"sv,   "xml"sv, "hbs"sv,  "mustache"sv, "ejs"sv,
                                        "erb"sv,  "jinja"sv, "j2"sv,  "twig"sv, "liquid"sv,   "eex"sv,
                                        "heex"sv, "xhtml"sv, "jsp"sv, "tmpl"sv, "tpl"sv};
    const std::string name = lower_case(last_part(path));
    const auto dot = name.rfind('.');
    const std::string_view ending = dot == name.npos ? std::string_view() : std::string_view(name).substr(dot + 1);
    if (is_among(ending, kShell) || name == "makefile" || name.starts_with("dockerfile") || name == "justfile")
        return Kind::shell;
    if (is_among(ending, kSettings)) return Kind::settings;
    return is_among(ending, kMarkup) ? Kind::markup : Kind::program;
}

EvidenceIn::Word EvidenceIn::word_at(std::size_t begin, std::size_t end) const {
    constexpr std::size_t kLongest = 2000;  // a minified file is one line of megabytes
    constexpr int kLines = 6;
    const auto line_before = [&](std::size_t at) {
        const auto found = at == 0 ? text_.npos : text_.rfind('\n', at - 1);
        return found == text_.npos ? std::size_t{0} : found + 1;
    };
    const auto line_end = [&](std::size_t at) { return std::min(text_.find('\n', at), text_.size()); };
    std::size_t from = line_before(begin), to = line_end(end);
    if (begin - from > kLongest) from = begin - kLongest;
    to = std::min(to, end + kLongest);
    Word word{text_.substr(begin, end - begin),
              text_.substr(from, to - from),
              text_.substr(from, begin - from),
              text_.substr(end, to - end),
              {},
              {}};
    word.quoted = quoted_at(word.line, begin - from);
    for (int i = 0; i < kLines && from > 0 && begin - from < kLongest; ++i) from = line_before(from - 1);
    for (int i = 0; i < kLines && to < text_.size() && to - end < kLongest; ++i) to = line_end(to + 1);
    word.around = text_.substr(from, to - from);
    return word;
}

namespace {

/// `- note`, `column: note`: a value by itself, under a key that says what it is.
bool is_value_of_setting(std::string_view before, std::string_view after, bool of_table) {
    static constexpr std::array kTable{"table"sv, "table_name"sv, "tablename"sv, "relation"sv, "tables"sv};
    static constexpr std::array kColumn{"column"sv, "columns"sv, "column_name"sv, "field"sv, "fields"sv, "name"sv};
    if (!trim(after, " \t\r\"',]").empty()) return false;
    std::string_view key = trim(before, " \t\"'[");
    if (!of_table && key == "-") return true;
    while (key.ends_with(':') || key.ends_with('=') || key.ends_with(' ')) key.remove_suffix(1);
    if (key.starts_with("- ")) key.remove_prefix(2);
    const std::string word = lower_case(trim(key));
    return of_table ? is_among(word, kTable) : is_among(word, kColumn);
}

/// <result column="note"/>
bool is_value_of_attribute(std::string_view before, bool of_table) {
    static constexpr std::array kNames{"column"sv, "property"sv, "name"sv, "field"sv};
    if (!before.ends_with("=\"")) return false;
    const std::string_view name = last_word(before.substr(0, before.size() - 2));
    return of_table ? name == "table" : is_among(name, kNames);
}

}  // namespace

bool EvidenceIn::says_nothing(const Word& word, bool of_table) const {
    const bool sql = is_sql(word.in_quotes() ? word.quotation() : word.line) ||
                     (!word.in_quotes() && !is_output(word.line) && has_keyword(word.around) && kind_ != Kind::program);
    if (sql) return false;
    switch (kind_) {
        case Kind::shell: return true;
        case Kind::settings: return !is_value_of_setting(word.before, word.after, of_table);
        case Kind::markup: return !is_in_template(word.before) && !is_value_of_attribute(word.before, of_table);
        case Kind::program: break;
    }
    if (!word.in_quotes()) return is_prose(word.line) || is_shown(word.before, word.after);
    const std::string_view quotation = word.quotation();
    // A sentence, a path; what is only printed.
    return contains(trim(quotation), " ") || contains(quotation, "/") || is_output(word.line);
}

Evidence EvidenceIn::of_table(std::size_t begin, std::size_t end) const {
    static constexpr std::array kAsk{"from"sv, "join"sv,   "into"sv,    "update"sv,  "table"sv,   "only"sv,
                                     "call"sv, "select"sv, "perform"sv, "execute"sv, "truncate"sv};
    const Word word = word_at(begin, end);
    // Ruby's @orders is a variable of an object.
    if (says_nothing(word, true) || (!word.in_quotes() && word.before.ends_with('@'))) return Evidence::none;
    const std::string_view before = before_schema(word.before);
    const std::string asked = lower_case(last_word(before));
    if (is_among(asked, kAsk) && !is_made_of_list(word.before)) return Evidence::together;
    if (word.in_quotes())
        return hands_over_table(word.line.substr(0, word.quoted.begin - 1)) ? Evidence::together : Evidence::mention;
    return declares(asked) || asks_for_rows(word.before, word.text, word.after) ? Evidence::declared
                                                                                : Evidence::mention;
}

Evidence EvidenceIn::of_type(std::size_t begin, std::size_t end) const {
    const Word word = word_at(begin, end);
    if (says_nothing(word, false)) return Evidence::none;
    const std::string_view before = before_schema(word.before);
    // Programs have a::b of their own.
    if (is_cast(before) && (word.in_quotes() || has_keyword(word.around))) return Evidence::together;
    if (lower_case(last_word(before)) == "enum" && !word.in_quotes()) return Evidence::declared;
    return word.in_quotes() && names_enum(word.line) ? Evidence::declared : Evidence::mention;
}

bool EvidenceIn::stands_below_declaration(std::size_t begin, const NamesTable& names_table) const {
    constexpr std::size_t kFar = 4000;
    const std::size_t from = begin > kFar ? begin - kFar : 0;
    const std::string_view above = text_.substr(from, begin - from);
    return any_word(above, [&](std::size_t at, std::size_t end) {
        if (!names_table(above.substr(at, end - at))) return false;
        const auto line = above.rfind('\n', at);
        const std::string_view before =
            above.substr(line == above.npos ? 0 : line + 1, at - (line == above.npos ? 0 : line + 1));
        return declares(lower_case(last_word(before))) || (!before.empty() && hands_over_table(before));
    });
}

Evidence EvidenceIn::of_column(std::size_t begin, std::size_t end, const NamesTable& names_table) const {
    const Word word = word_at(begin, end);
    if (says_nothing(word, false)) return Evidence::none;
    const Evidence told = column_tells(word, begin, names_table);
    return is_shown_by_browser_ && told != Evidence::together ? Evidence::none : told;
}

Evidence EvidenceIn::column_tells(const Word& word, std::size_t begin, const NamesTable& names_table) const {
    const bool query = kind_ != Kind::program || word.in_quotes() || has_keyword(word.around);
    const auto names_it = [&](std::string_view text) {
        return any_word(text, [&](std::size_t at, std::size_t to) {
            // The word itself may be one: a column that is called as its table. "order by" orders.
            const std::string_view one = text.substr(at, to - at), after = text.substr(to);
            return one.data() != word.text.data() && names_table(one) && !after.starts_with(" by ") &&
                   (query || is_reached_through(text.substr(0, at), one, after));
        });
    };
    if (names_it(word.line)) return Evidence::together;
    if (!word.in_quotes() && has_keyword(word.around) && names_it(word.around)) return Evidence::together;
    return stands_below_declaration(begin, names_table) ? Evidence::declared : Evidence::mention;
}

}  // namespace pgfence::diff
