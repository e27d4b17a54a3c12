#include "policy/empty_tables.h"

#include <algorithm>
#include <map>

#include "core/text.h"
#include "policy/acts.h"
#include "policy/rows_refused.h"
#include "policy/verdict.h"

namespace pgfence::policy {

namespace {

bool is_emptied_by(const Lock& lock) { return lock.role == LockRole::target && lock.mode == LockMode::AccessExclusive; }

/// The first of a statement's findings that tells of it, if it counts.
const Graded* refusal(const StatementReport& report, std::string_view table) {
    for (const Graded& graded : report.findings)
        if (counts(graded) && tells_the_refusal(graded.finding, {table})) return &graded;
    return nullptr;
}

/// Those of one table, whatever other tables hold. Its indexes are locked with it.
bool changes_own_rows(const AnalyzedStatement& statement) {
    if (statement.kind != "UPDATE" && statement.kind != "DELETE") return false;
    const auto& locks = statement.effects.locks;
    return std::count_if(locks.begin(), locks.end(), [](const Lock& lock) { return lock.role != LockRole::index; }) ==
           1;
}

/// Which of its tables a transaction knows to be empty.
class EmptyTables {
public:
    /// Others may follow the statement in its transaction.
    void learn(const StatementReport& report) {
        forget_what_it_fills(report.statement);
        for (const std::string_view table : tables_refused_with_rows(report.statement))
            if (const Graded* told = refusal(report, table))
                tables_.try_emplace(std::string(table), Weight{told->risk, told->severity});
        if (report.statement.kind != "TRUNCATE TABLE") return;
        for (const Lock& lock : report.statement.effects.locks)
            if (is_emptied_by(lock)) tables_[lock.relation] = {Risk::critical, Severity::error};
    }

    /// All that the statement works through is empty, and who tells that weighs no less than the finding.
    bool explain(const Graded& graded, const AnalyzedStatement& statement) const {
        const auto& work = statement.effects.work;
        const auto is_empty = [&](const Work& one) {
            if (one.kind == Work::Kind::change_rows && !changes_own_rows(statement)) return false;
            const auto known = tables_.find(one.table.empty() ? one.relation : one.table);
            return known != tables_.end() && graded.risk <= known->second.risk &&
                   graded.severity <= known->second.severity;
        };
        return !tables_.empty() && !work.empty() && std::all_of(work.begin(), work.end(), is_empty);
    }

private:
    struct Weight {
        Risk risk;
        Severity severity;
    };

    /// Rows come in, by a statement or as a partition or a child, or come back; or another table gets the name.
    void forget_what_it_fills(const AnalyzedStatement& statement) {
        if (tables_.empty()) return;
        const std::string sql = lower_case(statement.sql);
        for (const std::string_view word : {"rename", "set schema", "attach", "inherit", "rollback"})
            if (contains(sql, word)) return tables_.clear();
        if (changes_own_rows(statement)) return;
        for (const Lock& lock : statement.effects.locks)
            if (lock.mode == LockMode::RowExclusive) tables_.erase(lock.relation);
        for (const Work& work : statement.effects.work)
            if (work.kind == Work::Kind::change_rows) tables_.erase(work.relation);
    }

    std::map<std::string, Weight, std::less<>> tables_;
};

bool is_about_work(const Graded& graded) {
    const Finding& finding = graded.finding;
    const bool waits = finding.category == Category::rewrite || finding.category == Category::scan ||
                       finding.category == Category::lock;
    return counts(graded) && waits && finding.grows_with_rows && !finding.fails;
}

}  // namespace

void leave_out_work_on_empty_tables(FileReport& file, FindingsLeftOut& into) {
    if (file.transaction_assumed) return;
    std::map<std::uint32_t, EmptyTables> transactions;
    for (StatementReport& report : file.statements) {
        const StatementTransaction& transaction = report.statement.transaction;
        if (transaction.kind == TransactionKind::none) continue;
        EmptyTables& known = transactions[transaction.number];
        const auto gone = std::erase_if(report.findings, [&](const Graded& graded) {
            if (!is_about_work(graded) || !known.explain(graded, report.statement)) return false;
            into.add(graded.finding.rule, file.path);
            return true;
        });
        if (gone > 0) put_acts_together(report);
        known.learn(report);
    }
}

}  // namespace pgfence::policy
