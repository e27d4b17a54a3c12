#pragma once
// Sizes over throughput: how long a statement works through tables, and how long the clients of a table wait for it.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/report.h"
#include "core/table_sizes.h"
#include "policy/throughput.h"

namespace pgfence::policy {

/// How long the statement works through the rows of what was there before the change; null when it does not, or when
/// the snapshot knows the size of none of it.
std::shared_ptr<const Estimate> estimate(const AnalyzedStatement& statement, const Sizes& sizes,
                                         const Throughput& throughput);

/// What a statement got through that took `seconds` on tables of these sizes.
struct Measured {
    Rate Throughput::*kind = nullptr;
    double megabytes_per_second = 0;
};
/// Nothing when it did several kinds of work, or none, or on tables that are too small to tell.
std::optional<Measured> measured(const AnalyzedStatement& statement, const Sizes& sizes, double seconds);

/// Who waits for a second or more: from the statement that takes the lock to the end of its transaction, as every lock
/// is held until then. The longest first. `files` are in the order in which they run, their statements estimated.
std::vector<Wait> waits(const std::vector<FileReport>& files, const Sizes& sizes);

/// What no estimate holds: a strong lock is waited for behind whoever has the table, and everybody who comes later
/// waits behind it. Nothing when the change asks for none, or no long transaction was seen.
std::optional<std::string> long_transaction_note(const std::vector<FileReport>& files, const Sizes& sizes);

/// Tables, partitioned ones and materialized views: locks on these keep clients waiting.
bool holds_rows(RelationKind kind);

}  // namespace pgfence::policy
