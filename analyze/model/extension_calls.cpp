// Functions of extensions that change a table as a whole (analyze/catalog/extension_functions.h).

#include "analyze/catalog/extension_functions.h"
#include "analyze/model/statements.h"

namespace pgfence {

// TimescaleDB's ts_hypertable_create_internal, pg_partman's create_parent: ACCESS EXCLUSIVE; Citus's
// CreateCitusTable: EXCLUSIVE while the rows are copied.
void model_extension_call(Answer& answer, const FunctionUse& use) {
    using Does = ExtensionFunction::Does;
    const ExtensionFunction* function = extension_function(use);
    if (!function) return;
    const Name table = table_of(use, *function);
    if (table.empty()) return answer.unknown("which table " + use.name.name + "() is called for");
    answer.lock(table, function->stops_reads ? LockMode::AccessExclusive : LockMode::Exclusive);
    if (function->does == Does::moves_rows || function->does == Does::rewrites)
        answer.work(Work::Kind::rewrite, table, Cause::other, Work::npos, function->condition.empty());
    if (!function->condition.empty()) answer.depends_on(std::string(function->condition));
}

}  // namespace pgfence
