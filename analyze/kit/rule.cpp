#include "analyze/kit/rule.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace pgfence {
namespace {

using namespace std::string_view_literals;

// Every keyword of PostgreSQL 18 that is not "unreserved" (parser/kwlist.h), in order: quote_ident quotes these.
// clang-format off
constexpr std::array kQuotedKeywords{
    "all"sv, "analyse"sv, "analyze"sv, "and"sv, "any"sv, "array"sv, "as"sv, "asc"sv, "asymmetric"sv,
    "authorization"sv, "between"sv, "bigint"sv, "binary"sv, "bit"sv, "boolean"sv, "both"sv, "case"sv, "cast"sv,
    "char"sv, "character"sv, "check"sv, "coalesce"sv, "collate"sv, "collation"sv, "column"sv, "concurrently"sv,
    "constraint"sv, "create"sv, "cross"sv, "current_catalog"sv, "current_date"sv, "current_role"sv,
    "current_schema"sv, "current_time"sv, "current_timestamp"sv, "current_user"sv, "dec"sv, "decimal"sv, "default"sv,
    "deferrable"sv, "desc"sv, "distinct"sv, "do"sv, "else"sv, "end"sv, "except"sv, "exists"sv, "extract"sv, "false"sv,
    "fetch"sv, "float"sv, "for"sv, "foreign"sv, "freeze"sv, "from"sv, "full"sv, "grant"sv, "greatest"sv, "group"sv,
    "grouping"sv, "having"sv, "ilike"sv, "in"sv, "initially"sv, "inner"sv, "inout"sv, "int"sv, "integer"sv,
    "intersect"sv, "interval"sv, "into"sv, "is"sv, "isnull"sv, "join"sv, "json"sv, "json_array"sv, "json_arrayagg"sv,
    "json_exists"sv, "json_object"sv, "json_objectagg"sv, "json_query"sv, "json_scalar"sv, "json_serialize"sv,
    "json_table"sv, "json_value"sv, "lateral"sv, "leading"sv, "least"sv, "left"sv, "like"sv, "limit"sv, "localtime"sv,
    "localtimestamp"sv, "merge_action"sv, "national"sv, "natural"sv, "nchar"sv, "none"sv, "normalize"sv, "not"sv,
    "notnull"sv, "null"sv, "nullif"sv, "numeric"sv, "offset"sv, "on"sv, "only"sv, "or"sv, "order"sv, "out"sv,
    "outer"sv, "overlaps"sv, "overlay"sv, "placing"sv, "position"sv, "precision"sv, "primary"sv, "real"sv,
    "references"sv, "returning"sv, "right"sv, "row"sv, "select"sv, "session_user"sv, "setof"sv, "similar"sv,
    "smallint"sv, "some"sv, "substring"sv, "symmetric"sv, "system_user"sv, "table"sv, "tablesample"sv, "then"sv,
    "time"sv, "timestamp"sv, "to"sv, "trailing"sv, "treat"sv, "trim"sv, "true"sv, "union"sv, "unique"sv, "user"sv,
    "using"sv, "values"sv, "varchar"sv, "variadic"sv, "verbose"sv, "when"sv, "where"sv, "window"sv, "with"sv,
    "xmlattributes"sv, "xmlconcat"sv, "xmlelement"sv, "xmlexists"sv, "xmlforest"sv, "xmlnamespaces"sv, "xmlparse"sv,
    "xmlpi"sv, "xmlroot"sv, "xmlserialize"sv, "xmltable"sv,
};
// clang-format on

bool stands_bare(std::string_view identifier) {
    const auto starts = [](char c) { return is_lower(c) || c == '_'; };
    const auto goes_on = [&](char c) { return starts(c) || is_digit(c); };
    return !identifier.empty() && starts(identifier.front()) &&
           std::all_of(identifier.begin(), identifier.end(), goes_on) &&
           !std::binary_search(kQuotedKeywords.begin(), kQuotedKeywords.end(), identifier);
}

}  // namespace

const Work* Step::work(Cause cause) const {
    for (const Work& work : effects.work)
        if (work.cause == cause && work.existing) return &work;
    return nullptr;
}

const Work* Step::work(Cause cause, std::size_t command) const {
    for (const Work& work : effects.work)
        if (work.cause == cause && work.existing && work.command == command) return &work;
    return nullptr;
}

const Lock* Step::blocking(Traffic traffic) const {
    const Lock* strongest = nullptr;
    for (const Lock& lock : effects.locks) {
        if (!lock.existing || !blocks(lock.mode, traffic)) continue;
        if (!strongest || strongest->mode < lock.mode) strongest = &lock;
    }
    return strongest;
}

namespace {

/// An earlier statement of the file dropped or renamed what had the name.
bool is_taken_away(const Step& step, const Name& name) {
    const auto is_it = [&](const Name& other) { return step.qualified(other) == step.qualified(name); };
    return std::any_of(step.earlier.begin(), step.earlier.end(), [&](const Earlier& earlier) {
        if (const auto* rename = std::get_if<Rename>(earlier.action))
            return rename->object == ObjectType::table && is_it(rename->relation);
        const auto* drop = std::get_if<Drop>(earlier.action);
        return drop && drop->object == ObjectType::table && std::any_of(drop->names.begin(), drop->names.end(), is_it);
    });
}

}  // namespace

bool Step::existing(const Name& name) const {
    const Relation* relation = before.find(name);
    return relation ? relation->existing : !is_taken_away(*this, name);
}

Severity default_severity(Category category) {
    switch (category) {
        case Category::rewrite:
        case Category::scan:
        case Category::lock:
        case Category::correctness: return Severity::error;
        case Category::destructive:
        case Category::compatibility: return Severity::warning;
        case Category::type_choice:
        case Category::robustness: return Severity::notice;
        case Category::policy: return Severity::off;
    }
    return Severity::error;
}

Severity default_severity(const Rule& rule) { return rule.severity.value_or(default_severity(rule.category)); }

std::string quoted(std::string_view identifier) {
    return stands_bare(identifier) ? std::string(identifier) : in_doubled_quotes(identifier, '"');
}

std::string quoted(const Name& name) {
    return name.schema.empty() ? quoted(name.name) : quoted(name.schema) + '.' + quoted(name.name);
}

std::string_view without_article(std::string_view kind) {
    constexpr std::string_view kArticle = "a ";
    return kind.starts_with(kArticle) ? kind.substr(kArticle.size()) : kind;
}

std::string list_in_words(const std::vector<std::string>& items) {
    std::string text;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) text += i + 1 == items.size() ? " and " : ", ";
        text += items[i];
    }
    return text;
}

std::string code(std::string_view text) {
    if (text.find('`') != std::string_view::npos) return std::string(text);
    return "`" + std::string(text) + "`";
}
std::string in_code(std::string_view identifier) { return code(quoted(identifier)); }
std::string in_code(const Name& name) { return code(quoted(name)); }

std::string list_in_code(const std::vector<std::string>& names) {
    std::vector<std::string> items;
    for (const std::string& name : names) items.push_back(code(name));
    return list_in_words(items);
}

}  // namespace pgfence
