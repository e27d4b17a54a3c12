#include "trace/statements.h"

#include <algorithm>
#include <cstdint>

namespace pgfence::trace {
namespace {

/// The runner's transaction ends before this statement, or before the run's end.
bool ends_block(const Report& report, const std::vector<StatementIndex>& all, std::size_t next) {
    if (next >= all.size()) return true;
    const StatementTransaction& before = at(report, all[next - 1]).statement.transaction;
    const StatementTransaction& after = at(report, all[next]).statement.transaction;
    if (report.files[all[next].file].transaction == TransactionMode::whole_run) return false;
    return all[next - 1].file != all[next].file || before.number != after.number;
}

}  // namespace

std::vector<StatementIndex> places(const Report& report) {
    std::vector<StatementIndex> all;
    for (std::size_t file = 0; file < report.files.size(); ++file)
        for (std::size_t statement = 0; statement < report.files[file].statements.size(); ++statement)
            all.push_back({file, statement});
    return all;
}

const StatementReport& at(const Report& report, const StatementIndex& place) {
    return report.files[place.file].statements[place.statement];
}

std::vector<std::string> unread_parts(const Report& report, const StatementIndex& place) {
    const SourceSpan& whole = at(report, place).statement.span;
    const auto& unread = report.files[place.file].unread;  // in order
    const auto begins_before = [](const Unread& part, std::uint32_t begin) { return part.span.begin < begin; };
    std::vector<std::string> parts;
    for (auto it = std::lower_bound(unread.begin(), unread.end(), whole.begin, begins_before);
         it != unread.end() && it->span.begin < whole.end; ++it) {
        std::string sentence = it->what + " was not read: " + it->why;
        if (std::find(parts.begin(), parts.end(), sentence) == parts.end()) parts.push_back(std::move(sentence));
    }
    return parts;
}

bool of_runner(const AnalyzedStatement& statement) {
    const TransactionKind kind = statement.transaction.kind;
    return kind == TransactionKind::runner || kind == TransactionKind::implicit;
}

bool ends_transaction(const Report& report, const std::vector<StatementIndex>& all, std::size_t i) {
    if (of_runner(at(report, all[i]).statement)) return ends_block(report, all, i + 1);
    return last_of_file(all, i);
}

bool last_of_file(const std::vector<StatementIndex>& all, std::size_t i) {
    return i + 1 == all.size() || all[i + 1].file != all[i].file;
}

}  // namespace pgfence::trace
