#include "annotate/as_written.h"

#include <string>
#include <utility>

namespace pgfence::annotate {
namespace {

void put_back_in(AnalyzedStatement& statement, const StandIns& stand_ins) {
    const auto put_back = [&](std::string& text) { text = stand_ins.shown(text); };
    const auto each = [&](auto& texts) {
        for (std::string& text : texts) put_back(text);
    };
    if (auto sql = stand_ins.sql_as_written(statement.sql)) statement.sql = std::move(*sql);
    put_back(statement.sql);
    Effects& effects = statement.effects;
    for (Lock& lock : effects.locks) put_back(lock.relation);
    for (Work& work : effects.work) {
        put_back(work.relation);
        put_back(work.of);
    }
    each(effects.created);
    each(effects.dropped);
    each(effects.depends_on);
    for (Failure& failure : effects.failures) put_back(failure.message);
    for (Proof& proof : effects.proofs) {
        put_back(proof.relation);
        put_back(proof.column);
        put_back(proof.constraint);
    }
}

}  // namespace

Report as_written(Report report) {
    const StandIns stand_ins = std::exchange(report.stand_ins, {});
    for (FileReport& file : report.files)
        for (StatementReport& statement : file.statements) put_back_in(statement.statement, stand_ins);
    return report;
}

}  // namespace pgfence::annotate
