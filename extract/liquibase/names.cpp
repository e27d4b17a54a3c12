#include "extract/liquibase/names.h"

#include <algorithm>

#include "core/path_text.h"
#include "extract/lines.h"
#include "extract/program/sql_writer.h"

namespace pgfence::extract::liquibase {
namespace {

bool is_mixed(std::string_view text) {
    return std::any_of(text.begin(), text.end(), is_lower) && std::any_of(text.begin(), text.end(), is_upper);
}

/// A value as the type takes it: numbers and truths as they are, everything else in quotes.
std::string typed(std::string_view value, const Type& type) {
    if (equal_ignoring_case(value, "null")) return "NULL";
    if (type.boolean) {
        const std::string said = lower_case(value);
        return said == "true" || said == "1" || said == "t" || said == "yes" ? "TRUE" : "FALSE";
    }
    const bool numeric = !value.empty() && value.find_first_not_of("0123456789.+-eE") == value.npos;
    return type.unquoted && numeric ? std::string(value) : literal(value);
}

bool is_quoted(std::string_view text) { return text.size() > 2 && text.starts_with('"') && text.ends_with('"'); }

/// tableName, columnNames, ...; and the name of a column.
bool holds_names(const Element& element, std::string_view attribute) {
    return attribute.ends_with("Name") || attribute.ends_with("Names") || attribute == "uniqueColumns" ||
           (element.name == "column" && attribute == "name");
}

std::string each_quoted(std::string_view list) {
    std::string all;
    for (const std::string_view one : split(list, ",")) {
        const std::string_view text = trim(one);
        all.append(all.empty() ? "" : ", ").append(is_quoted(text) ? text : '"' + std::string(text) + '"');
    }
    return all;
}

}  // namespace

Quoting quoting_of(const Element& changelog, const Element& set) {
    const std::string_view own = set["objectQuotingStrategy"];
    const std::string_view strategy = own.empty() ? changelog["objectQuotingStrategy"] : own;
    if (strategy == "QUOTE_ALL_OBJECTS") return Quoting::all;
    return strategy == "QUOTE_ONLY_RESERVED_WORDS" ? Quoting::reserved : Quoting::legacy;
}

Element with_names(Element change, Quoting quoting) {
    if (quoting == Quoting::legacy) return change;
    for (auto& [attribute, text] : change.attributes)
        if (holds_names(change, attribute) && !text.value.empty())
            text.value = quoting == Quoting::all ? each_quoted(text.value) : lower_case(text.value);
    for (Element& child : change.children) child = with_names(std::move(child), quoting);
    return change;
}

std::string_view bare(std::string_view text) { return is_quoted(text) ? text.substr(1, text.size() - 2) : text; }

std::string name(std::string_view text) {
    text = trim(text);
    if (is_quoted(text)) return quoted(bare(text));
    return quoted(is_mixed(text) ? std::string(text) : lower_case(text));
}

std::string names(std::string_view list) {
    std::string all;
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        if (const std::string_view one = trim(list.substr(0, comma)); !one.empty())
            all += (all.empty() ? "" : ", ") + name(one);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return all;
}

std::string qualified(const Element& change, std::string_view schema, std::string_view relation) {
    const std::string_view in = change[schema];
    return (in.empty() ? std::string() : name(in) + ".") + name(change[relation]);
}

std::string table(const Element& change) { return qualified(change, "schemaName", "tableName"); }

std::string literal_of(const Element& column, std::string_view prefix, const Type& type) {
    const std::string key(prefix);
    if (const Text* text = column.attribute(key)) return typed(text->value, type);
    if (const Text* truth = column.attribute(key + "Boolean"))
        return equal_ignoring_case(truth->value, "true") || truth->value == "1" ? "TRUE" : "FALSE";
    if (const Text* number = column.attribute(key + "Numeric")) return number->value;
    if (const Text* date = column.attribute(key + "Date")) {
        const bool iso = !date->value.empty() && is_digit(date->value.front());
        return iso ? literal(date->value) : date->value;
    }
    if (const Text* computed = column.attribute(key + "Computed")) return computed->value;
    if (const Text* next = column.attribute(key + "SequenceNext")) return "nextval(" + literal(next->value) + ")";
    return {};
}

}  // namespace pgfence::extract::liquibase
