// ALTER COLUMN TYPE: ATPrepAlterColumnType, RememberAllDependentForRebuilding, ATPostAlterTypeCleanup, TryReuseIndex,
// TryReuseForeignKey.

#include <algorithm>

#include "analyze/model/alteration.h"
#include "analyze/model/column_type.h"
#include "analyze/model/expressions.h"

namespace pgfence {
namespace {

using enum LockMode;

bool has_expressions(const Relation& index) {
    return index.index.where || std::any_of(index.index.elements.begin(), index.index.elements.end(),
                                            [](const IndexElement& e) { return e.expr.has_value(); });
}

void rebuild_indexes(const Alteration& a, const Relation& t, const std::string& column, bool reusable, Cause cause,
                     std::size_t i) {
    for (const Relation* index : a.answer.catalog.indexes_of(t.id)) {
        if (!uses_column(*index, column)) continue;
        a.answer.lock(*index, AccessExclusive, LockRole::index);
        // CheckIndexCompatible gives up on expressions and predicates; TryReuseIndex on partitioned indexes, and those
        // of the partitions are dropped and built with them.
        if (reusable && !has_expressions(*index) && index->index.valid && index->index.parent == 0) continue;
        a.answer.rebuild(*index, cause, i);
        a.answer.scan(t, cause, i);
    }
}

void recheck_constraints(const Alteration& a, const Relation& t, const std::string& column, bool rewritten,
                         bool same_operators, std::size_t i) {
    for (const TableConstraint& c : t.table.constraints) {
        if (c.type == ConstraintType::check && c.valid && c.enforced && c.expr && mentions_column(*c.expr, column))
            a.answer.scan(t, Cause::type_recheck, i);
        const bool mine = std::find(c.columns.begin(), c.columns.end(), column) != c.columns.end();
        if (c.type != ConstraintType::foreign_key || !mine) continue;
        // One that is not enforced has no triggers to drop: it is only made anew.
        if (c.enforced)
            lock_tables_of_foreign_key(a.answer, c);
        else
            lock_referenced(a.answer, c.referenced_name, ShareRowExclusive);
        if ((!rewritten && same_operators) || !c.valid || !c.enforced) continue;
        a.answer.scan(t, Cause::type_recheck, i);
        lock_indexes_of_initial_check(a.answer, t, c.referenced_name);
    }
    for (const auto& [referencing, key] : a.answer.catalog.referencing(t.id)) {
        const TableConstraint* primary = nullptr;
        for (const TableConstraint& c : t.table.constraints)
            if (c.type == ConstraintType::primary_key) primary = &c;
        const auto& columns = !key->referenced_columns.empty() || !primary ? key->referenced_columns : primary->columns;
        if (std::find(columns.begin(), columns.end(), column) == columns.end()) continue;
        a.answer.lock(*referencing, AccessExclusive, LockRole::referencing_table);
        if ((!rewritten && same_operators) || !key->valid || !key->enforced) continue;
        a.answer.scan(*referencing, Cause::type_recheck, i);
        lock_indexes_of_initial_check(a.answer, *referencing, t.name);
    }
}

/// ATPrepAlterColumnType refuses what would leave a view, a rule or a partition key behind.
void refuse_dependents(const Alteration& a, const Relation& t, const std::string& column, std::size_t i) {
    for (const Relation* view : a.answer.catalog.views_on(t.id)) {
        // Names are known, not whose columns they are: with one relation in the query they are its own.
        const auto& whole = view->view.shown_whole;
        const bool named = view->view.mentions(t.id, column);
        const bool shown = std::find(whole.begin(), whole.end(), t.id) != whole.end();
        if (named || shown)
            a.answer.fails(Failure::Kind::not_allowed,
                           "cannot alter type of a column used by a view or rule (" + name_in_report(*view) + ")",
                           shown || view->view.reads.size() == 1, i);
        else if (view->view.uses_star)
            a.answer.depends_on("whether the * of view " + name_in_report(*view) + " stands for " + column);
    }
    if (t.table.partition_key)
        for (const IndexElement& e : t.table.partition_key->elements)
            if (e.column == column || (e.expr && mentions_column(*e.expr, column)))
                a.answer.fails(Failure::Kind::not_allowed,
                               "cannot alter column \"" + column +
                                   "\" because it is part of the partition key of relation \"" + t.name.name + "\"",
                               true, i);
}

/// COLLATE "default" says what no COLLATE says.
std::string_view collation_name(const Name& collation) {
    return collation.name == "default" ? std::string_view() : std::string_view(collation.name);
}

void judge_fit(const Alteration& a, const AlterTableCmd& cmd, const Column& column, std::size_t i) {
    switch (fit_of_values(column.type, cmd.column->type, cmd.expr, cmd.name, a.answer.catalog)) {
        case Fit::whole: return;
        case Fit::rounded: return a.answer.warns(Caveat::Kind::values_rounded, cmd.name, i);
        case Fit::refused:
            return a.answer.fails(Failure::Kind::existing_rows, "a value that is there may be too large or too long",
                                  false, i);
    }
}

const Column* told_column(const Alteration& a, const std::string& column) {
    const Relation* told = a.answer.catalog.told_of(a.statement.name);
    return told ? told->column(column) : nullptr;
}

/// Of a table that is not in the catalog: the migrations added the column, its indexes and children are not known.
void alter_told_column_type(const Alteration& a, const AlterTableCmd& cmd, const Column& column, std::size_t i) {
    const TypeChange change =
        type_change(column.type, cmd.column->type, cmd.expr, cmd.name, a.answer.catalog, a.answer.now);
    if (change.conversion == Conversion::unknown) a.answer.depends_on(change.depends_on);
    judge_fit(a, cmd, column, i);
    if (change.conversion != Conversion::none)
        a.rewrite(Cause::type_change, i, change.conversion != Conversion::unknown);
    else
        a.answer.depends_on("which indexes and constraints " + a.name() + "." + cmd.name + " has");
}

}  // namespace

void alter_column_type(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    if (!cmd.column) return;
    if (!a.table)
        if (const Column* told = told_column(a, cmd.name)) return alter_told_column_type(a, cmd, *told, i);
    if (!a.table || !a.table->column(cmd.name)) {
        a.rewrite(Cause::type_change, i, false);
        a.answer.depends_on("the old type of " + a.name() + "." + cmd.name);
        return;
    }
    refuse_dependents(a, *a.table, cmd.name, i);
    for (const Relation* t : a.targets()) {
        const Column* column = t->column(cmd.name);
        if (!column) continue;
        if (t->kind == RelationKind::foreign_table || t->kind == RelationKind::composite_type) continue;
        // A virtual column has no stored value to convert (18).
        if (column->generated_virtual) continue;
        const TypeChange change =
            type_change(column->type, cmd.column->type, cmd.expr, cmd.name, a.answer.catalog, a.answer.now);
        const bool rewritten = change.conversion != Conversion::none;
        if (change.conversion == Conversion::unknown) a.answer.depends_on(change.depends_on);
        if (t == a.table) judge_fit(a, cmd, *column, i);
        const bool collation_stays = collation_name(cmd.column->collation) == collation_name(column->collation);
        if (rewritten && t->kind == RelationKind::partitioned_table)
            for (const Relation* index : a.answer.catalog.indexes_of(t->id))
                if (uses_column(*index, cmd.name)) a.answer.lock(*index, AccessExclusive, LockRole::index);
        if (rewritten)
            a.answer.rewrite(*t, Cause::type_change, i, change.conversion != Conversion::unknown);
        else
            rebuild_indexes(a, *t, cmd.name, change.same_opclass && collation_stays,
                            collation_stays ? Cause::type_recheck : Cause::collation_change, i);
        recheck_constraints(a, *t, cmd.name, rewritten, change.same_opclass && collation_stays, i);
        for (const Relation* sequence : a.answer.catalog.sequences_owned_by(t->id))
            if (column->identity && sequence->sequence.owner_column == cmd.name)
                a.answer.lock(*sequence, ShareRowExclusive, LockRole::identity_sequence);
    }
}

void set_expression(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    a.answer.needs(Feature::set_expression, i);
    const Column* column = a.table ? a.table->column(cmd.name) : nullptr;
    if (column && column->generated_virtual) return;
    a.rewrite(Cause::set_expression, i, column != nullptr);
    for (const Relation* t : a.targets()) recheck_constraints(a, *t, cmd.name, true, true, i);
    if (!column) a.answer.depends_on("whether " + a.name() + "." + cmd.name + " is stored or virtual");
}

}  // namespace pgfence
