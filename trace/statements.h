#pragma once
// The statements of a report in the order in which they run, and where their transactions end.

#include <cstddef>
#include <string>
#include <vector>

#include "core/report.h"

namespace pgfence::trace {

struct StatementIndex {
    std::size_t file, statement;
};

std::vector<StatementIndex> places(const Report& report);
const StatementReport& at(const Report& report, const StatementIndex& place);

/// What could not be read inside the statement, or in the body of what it calls: a sentence each.
std::vector<std::string> unread_parts(const Report& report, const StatementIndex& place);

/// It runs in a transaction that its migration tool began.
bool of_runner(const AnalyzedStatement& statement);

/// Whether the transaction is over with the statement at all[i]; what a file left open ends with the file.
bool ends_transaction(const Report& report, const std::vector<StatementIndex>& all, std::size_t i);

bool last_of_file(const std::vector<StatementIndex>& all, std::size_t i);

}  // namespace pgfence::trace
