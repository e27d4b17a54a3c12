#include "extract/ruby/rails_state.h"

#include <algorithm>

#include "core/text.h"

namespace pgfence::extract {
namespace {

/// Longer ones are about everything.
constexpr std::size_t kLongestSql = 1u << 16;

}  // namespace

const RailsTable* RailsState::known(const std::string& table) const {
    const auto found = tables.find(table);
    return found == tables.end() || found->second.unsure ? nullptr : &found->second;
}

RailsTable* RailsState::table(const std::string& name) {
    const auto found = tables.find(name);
    return found == tables.end() ? nullptr : &found->second;
}

void RailsState::create(const std::string& table, const std::vector<std::string>& columns) {
    RailsTable made;
    for (const std::string& column : columns) {
        const bool serial = contains(column, "serial primary key") || contains(column, "serial NOT NULL PRIMARY KEY");
        if (!serial && !contains(column, "() NOT NULL PRIMARY KEY")) continue;
        made.key = column.substr(1, column.find('"', 1) - 1);
        made.numbered = serial;
    }
    tables[table] = std::move(made);
}

std::string RailsState::index_over(const std::string& table, const std::vector<std::string>& columns) const {
    const RailsTable* const known = this->known(table);
    if (!known) return {};
    std::string found;
    for (const auto& [name, its_columns] : known->indexes) {
        if (its_columns != columns) continue;
        if (!found.empty()) return {};
        found = name;
    }
    return found;
}

std::string RailsState::key_name(const std::string& table, std::string_view to, std::string_view column) const {
    const auto found = keys.find(table);
    if (found == keys.end()) return {};
    for (const RailsKey& key : found->second)
        if ((to.empty() || key.to == to) && (column.empty() || key.column == column)) return key.name;
    return {};
}

void RailsState::drop_column(const std::string& table, const std::string& column) {
    RailsTable* const changed = this->table(table);
    if (!changed) return;
    std::erase_if(changed->indexes, [&](const auto& index) {
        return std::find(index.second.begin(), index.second.end(), column) != index.second.end();
    });
}

void RailsState::distrust(std::string_view sql) {
    const std::string upper = upper_case(sql.substr(0, kLongestSql));
    const bool too_long = sql.size() > kLongestSql;
    if (!too_long && !contains(upper, "INDEX") && !contains(upper, "CONSTRAINT") && !contains(upper, "RENAME")) return;
    for (auto& [name, table] : tables) table.unsure = table.unsure || too_long || contains(sql, name);
}

}  // namespace pgfence::extract
