// What a change does to tables that are large, or that the team knows to be busy.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "core/table_pattern.h"
#include "policy/change_rules.h"
#include "policy/durations.h"

namespace pgfence::policy {
namespace {

constexpr std::int64_t kMegabyte = 1024 * 1024;

std::int64_t number(const OptionValues& options, std::string_view name) {
    return std::get<std::int64_t>(options.find(name)->second);
}

const TableSize* size_of(const Inputs& inputs, const std::string& relation) {
    const auto found = inputs.sizes.tables.find(relation);
    return found == inputs.sizes.tables.end() ? nullptr : &found->second;
}

bool blocks_writers(const Lock& lock) {
    return lock.existing && holds_rows(lock.kind) && blocks(lock.mode, Traffic::writes);
}

Finding about(const AnalyzedFile& file, std::size_t statement, const std::string& relation, std::string message) {
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

/// Which of the team's patterns a table matches, asked once for each table.
class Listed {
public:
    explicit Listed(const std::vector<std::string>& patterns) : patterns_(patterns) {}
    bool operator()(const std::string& relation) {
        const auto [known, first] = known_.try_emplace(relation, false);
        if (first) known->second = matches_any(patterns_, relation);
        return known->second;
    }

private:
    const std::vector<std::string>& patterns_;
    std::map<std::string, bool> known_;
};

struct Spent {
    std::int64_t locks = 0, bytes = 0;
    bool told = false;
};

std::int64_t bytes_worked(const Inputs& inputs, const Effects& effects, const std::string& relation) {
    const TableSize* size = size_of(inputs, relation);
    if (!size || size->bytes < 0) return 0;
    const auto works = std::count_if(effects.work.begin(), effects.work.end(), [&](const Work& work) {
        return work.existing && work.relation == relation && blocks(work.under, Traffic::writes);
    });
    return size->bytes * works;
}

}  // namespace

void high_traffic_table(const Inputs& inputs, const OptionValues& options, std::vector<Finding>& found) {
    std::vector<std::string> busy = std::get<std::vector<std::string>>(options.find("tables")->second);
    busy.insert(busy.end(), inputs.config.sizes.busy.begin(), inputs.config.sizes.busy.end());
    Listed listed(busy);
    const std::int64_t rows = number(options, "rows");
    for_each_statement(inputs, [&](const AnalyzedFile& file, std::size_t statement, const Effects& effects) {
        for (const Lock& lock : effects.locks) {
            if (!blocks_writers(lock)) continue;
            const TableSize* size = size_of(inputs, lock.relation);
            const bool large = size && size->rows >= rows;
            if (!large && !listed(lock.relation)) continue;
            Finding finding =
                about(file, statement, lock.relation,
                      fmt::format("this takes {} on {}, {}", sql_name(lock.mode), lock.relation,
                                  large ? fmt::format("which has {} rows", size->rows) : "which is listed as busy"));
            finding.lock = lock.mode;
            found.push_back(std::move(finding));
        }
    });
}

void lock_budget(const Inputs& inputs, const OptionValues& options, std::vector<Finding>& found) {
    const std::int64_t most_locks = number(options, "max-locks");
    const std::int64_t most_bytes = std::min(number(options, "max-megabytes"), INT64_MAX / kMegabyte) * kMegabyte;
    std::map<std::string, Spent> spent;
    for_each_statement(inputs, [&](const AnalyzedFile& file, std::size_t statement, const Effects& effects) {
        for (const Lock& lock : effects.locks) {
            if (!blocks_writers(lock)) continue;
            Spent& table = spent[lock.relation];
            ++table.locks;
            table.bytes += bytes_worked(inputs, effects, lock.relation);
            if (table.told || (table.locks <= most_locks && table.bytes <= most_bytes)) continue;
            table.told = true;
            found.push_back(about(file, statement, lock.relation,
                                  table.bytes > most_bytes
                                      ? fmt::format("up to here the change works through {} MB of {} while its writers "
                                                    "wait, {} are allowed",
                                                    table.bytes / kMegabyte, lock.relation, most_bytes / kMegabyte)
                                      : fmt::format("this is the change's statement number {} to block writes of {}, "
                                                    "{} are allowed",
                                                    table.locks, lock.relation, most_locks)));
        }
    });
}

void long_index_build(const Inputs& inputs, const OptionValues& options, std::vector<Finding>& found) {
    const std::int64_t least = std::min(number(options, "megabytes"), INT64_MAX / kMegabyte) * kMegabyte;
    for_each_statement(inputs, [&](const AnalyzedFile& file, std::size_t statement, const Effects& effects) {
        for (const Work& work : effects.work) {
            const TableSize* size = work.kind == Work::Kind::index_build ? size_of(inputs, work.relation) : nullptr;
            if (!size || size->bytes < least) continue;
            found.push_back(about(file, statement, work.relation,
                                  fmt::format("this builds an index over {}, which has {} MB: time, memory and room on "
                                              "disk for it",
                                              work.relation, size->bytes / kMegabyte)));
            return;
        }
    });
}

}  // namespace pgfence::policy
