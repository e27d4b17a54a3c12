#include "extract/python/django_names.h"

#include <algorithm>

namespace pgfence::extract {

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
