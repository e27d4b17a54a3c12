#include "extract/ruby/sequel_state.h"

#include <algorithm>

namespace pgfence::extract {
namespace {

/// NAMEDATALEN: a longer name is made of shortened parts, in a way that is not followed.
constexpr std::size_t kLongestName = 63;

}  // namespace

void SequelState::add_key(const std::string& table, std::string_view plain_table,
                          const std::vector<std::string>& columns, const std::string& name) {
    std::string made(plain_table);
    for (const std::string& column : columns) made += "_" + column;
    made += "_fkey";
    if (!name.empty() || made.size() <= kLongestName) tables[table][columns] = name.empty() ? made : name;
}

std::string SequelState::key(const std::string& table, const std::vector<std::string>& columns) const {
    const auto keys = tables.find(table);
    if (keys == tables.end()) return {};
    const auto found = keys->second.find(columns);
    return found == keys->second.end() ? std::string() : found->second;
}

void SequelState::rename_table(const std::string& from, const std::string& to) {
    auto moved = tables.extract(from);
    if (moved.empty()) return;
    moved.key() = to;
    tables.insert(std::move(moved));
}

void SequelState::rename_column(const std::string& table, const std::string& from, const std::string& to) {
    const auto found = tables.find(table);
    if (found == tables.end()) return;
    Keys renamed;
    for (auto& [columns, name] : found->second) {
        std::vector<std::string> now = columns;
        std::replace(now.begin(), now.end(), from, to);
        renamed[now] = name;
    }
    found->second = std::move(renamed);
}

}  // namespace pgfence::extract
