#pragma once
// What the rules of policy/rules/ ask about statements, tables and their sizes.

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "policy/durations.h"
#include "policy/inputs.h"

namespace pgfence::policy {

inline std::int64_t number(const OptionValues& options, std::string_view name) {
    return std::get<std::int64_t>(options.find(name)->second);
}

inline const TableSize* size_of(const Inputs& inputs, const std::string& relation) {
    const auto found = inputs.sizes.tables.find(relation);
    return found == inputs.sizes.tables.end() ? nullptr : &found->second;
}

inline bool blocks_writers(const Lock& lock) {
    return lock.existing && holds_rows(lock.kind) && blocks(lock.mode, Traffic::writes);
}

inline Finding about(const AnalyzedFile& file, std::size_t statement, const std::string& relation,
                     std::string message) {
    Finding finding;
    finding.span = file.statements[statement].span;
    finding.statement = statement;
    finding.relations = {relation};
    finding.message = std::move(message);
    return finding;
}

/// Calls `judge(file, index of the statement, effects)` for every statement of the change, in order.
template <class Judge>
void for_each_statement(const Inputs& inputs, const Judge& judge) {
    for (const AnalyzedFile& file : inputs.analysis.files)
        for (std::size_t i = 0; i < file.statements.size(); ++i) judge(file, i, file.statements[i].effects);
}

}  // namespace pgfence::policy
