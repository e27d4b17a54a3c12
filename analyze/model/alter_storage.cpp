// ALTER TABLE: where and how a table is kept, and whose it is (ATExecSetTableSpace, ATPrepChangePersistence,
// ATPrepSetAccessMethod, ATExecChangeOwner).

#include "analyze/model/alteration.h"

namespace pgfence {
namespace {

using enum LockMode;

void copy_storage(const Alteration& a, Cause cause, std::size_t i) {
    if (!a.table) return a.answer.work(Work::Kind::rewrite, a.statement.name, cause, i);
    a.answer.rewrite(*a.table, cause, i);
}

}  // namespace

void set_tablespace(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    const auto named = [](const std::string& tablespace) {
        return tablespace.empty() ? std::string("pg_default") : tablespace;
    };
    if (!a.table) return a.answer.work(Work::Kind::rewrite, a.statement.name, Cause::set_tablespace, i);
    if (named(a.table->tablespace) == named(cmd.name)) return;
    if (a.table->kind == RelationKind::index) return a.answer.rebuild(*a.table, Cause::set_tablespace, i);
    // Only the heap and its TOAST table are copied; indexes stay where they are.
    if (a.table->kind != RelationKind::partitioned_table && a.table->kind != RelationKind::partitioned_index)
        a.answer.work(Work::Kind::rewrite, a.table->name, Cause::set_tablespace, i);
}

void set_persistence(const Alteration& a, Persistence wanted, std::size_t i) {
    if (a.table && a.table->persistence == wanted) return;
    copy_storage(a, Cause::set_logged, i);
    if (!a.table) return;
    for (const Relation* sequence : a.answer.catalog.sequences_owned_by(a.table->id))
        if (a.answer.has(Behaviour::owned_sequence_follows_persistence))
            a.answer.lock(*sequence, AccessExclusive, LockRole::owned_sequence);
}

void set_access_method(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    a.answer.needs(Feature::set_access_method, i);
    const std::string now = a.table && !a.table->access_method.empty() ? a.table->access_method : "heap";
    if (now != (cmd.name.empty() ? "heap" : cmd.name)) copy_storage(a, Cause::set_access_method, i);
}

void change_owner(const Alteration& a, const AlterTableCmd& cmd) {
    const bool same = a.table && !a.table->owner.empty() && a.table->owner == cmd.name;
    if (a.table && !same) lock_parts_for_new_owner(a.answer, *a.table);
}

void lock_identity_sequence(const Alteration& a, const AlterTableCmd& cmd, LockMode mode) {
    const Column* column = a.table ? a.table->column(cmd.name) : nullptr;
    if (!column || !column->identity) return;  // ATExecDropIdentity: a serial column's sequence is left alone
    for (const Relation* sequence : a.answer.catalog.sequences_owned_by(a.table->id))
        if (sequence->sequence.owner_column == cmd.name) a.answer.lock(*sequence, mode, LockRole::identity_sequence);
}

}  // namespace pgfence
