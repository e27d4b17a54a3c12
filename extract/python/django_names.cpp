#include "extract/python/django_names.h"

#include <algorithm>

#include "core/text.h"

namespace pgfence::extract {

std::string quote_name(std::string_view name) {
    if (name.size() > 1 && name.starts_with('"') && name.ends_with('"')) return std::string(name);
    return "\"" + std::string(name) + "\"";
}

std::string quote_names(const std::vector<std::string>& names) {
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + quote_name(name);
    return all;
}

std::string strip_quotes(std::string_view name) {
    const bool has = name.size() > 1 && name.starts_with('"') && name.ends_with('"');
    return std::string(has ? name.substr(1, name.size() - 2) : name);
}

std::string_view without_schema(std::string_view table) {
    constexpr std::string_view kDot = "\".\"";
    const std::size_t dot = table.find(kDot);
    return trim(dot == table.npos ? table : table.substr(dot + kDot.size()), "\"");
}

std::string DjangoNames::made(Of what, const std::string& table, const std::vector<std::string>& columns,
                              std::string name) {
    forget(what, table, columns);
    names_.push_back({what, table, columns, name});
    return name;
}

std::string DjangoNames::find(Of what, const std::string& table, const std::vector<std::string>& columns,
                              std::string fallback) const {
    for (const Name& one : names_)
        if (one.what == what && one.table == table && one.columns == columns) return one.name;
    return fallback;
}

void DjangoNames::forget(Of what, const std::string& table, const std::vector<std::string>& columns) {
    std::erase_if(names_,
                  [&](const Name& one) { return one.what == what && one.table == table && one.columns == columns; });
}

void DjangoNames::rename_table(const std::string& from, const std::string& to) {
    for (Name& one : names_)
        if (one.table == from) one.table = to;
}

void DjangoNames::rename_column(const std::string& table, const std::string& from, const std::string& to) {
    for (Name& one : names_)
        if (one.table == table) std::replace(one.columns.begin(), one.columns.end(), from, to);
}

}  // namespace pgfence::extract
