#include "policy/rows_refused.h"

namespace pgfence::policy {

std::set<std::string_view> tables_refused_with_rows(const AnalyzedStatement& statement) {
    std::set<std::string_view> tables;
    if (statement.kind != "ALTER TABLE") return tables;  // a block may have gone another way
    for (const Failure& failure : statement.effects.failures) {
        if (failure.kind != Failure::Kind::existing_rows) continue;
        for (const Work& work : statement.effects.work)
            if (work.cause == Cause::not_null && work.command == failure.command) tables.insert(work.relation);
    }
    return tables;
}

bool tells_the_refusal(const Finding& finding, const std::set<std::string_view>& refused) {
    return finding.fails && finding.category == Category::correctness && finding.relations.size() == 1 &&
           refused.contains(finding.relations.front());
}

}  // namespace pgfence::policy
