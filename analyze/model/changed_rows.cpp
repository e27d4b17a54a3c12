#include "analyze/model/changed_rows.h"

#include <algorithm>
#include <set>
#include <vector>

#include "analyze/catalog/key_lookup.h"
#include "analyze/model/expressions.h"
#include "analyze/model/statements.h"

namespace pgfence {
namespace {

/// The columns that the condition names without a qualifier are those of other tables: one of them has it, or the table
/// that is changed has not.
bool are_of_others(const Catalog& catalog, const std::vector<InnerColumn>& columns, const Relation* target) {
    return std::all_of(columns.begin(), columns.end(), [&](const InnerColumn& column) {
        if (target && target->columns_known && !target->column(column.name)) return true;
        return std::any_of(column.of.begin(), column.of.end(), [&](const Name& name) {
            const Relation* relation = catalog.find(name);
            return relation && relation->column(column.name);
        });
    });
}

bool is_for_every_row(const Answer& answer, const Dml& dml, const RangeUse& use) {
    if (use.how != RangeUse::How::update && use.how != RangeUse::How::delete_) return false;
    if (!dml.query.has_where) return true;
    const Relation* table = answer.catalog.find(use.name);
    if (dml.always_true_where && are_of_others(answer.catalog, dml.provided, table)) return true;
    return dml.where && table && !dml.has_from && holds_for_every_row(*dml.where, *table);
}

/// What goes or changes with the rows of a table that others cannot be using yet, or of a view: rows of tables that
/// they do use.
class ChangedRows {
public:
    ChangedRows(Answer& answer, bool deletes) : answer_(answer), deletes_(deletes) {}

    void note(const Relation& relation, Cause cause, bool only) {
        if (!seen_.insert(relation.id).second) return;
        const Relation* base = relation.kind == RelationKind::view ? answer_.catalog.get(relation.view.base) : nullptr;
        if (base) return note(*base, relation.view.chooses ? Cause::query : cause, false);
        if (relation.kind == RelationKind::view && !relation.existing) return note_read(relation);
        answer_.change_rows(relation, cause);
        if (relation.existing) return;
        if (!only)
            for (const RelationId id : relation.table.children)
                if (const Relation* child = answer_.catalog.get(id)) note(*child, cause, false);
        if (!deletes_) return;
        for (const auto& [referencing, key] : answer_.catalog.referencing(relation.id))
            if (key->enforced && key->on_delete == 'c') note(*referencing, cause, false);
    }

private:
    /// What its rules and INSTEAD OF triggers make of it they do for each of its rows: nobody can tell how many.
    void note_read(const Relation& view) {
        for (const RelationId id : view.view.reads)
            if (const Relation* read = answer_.catalog.get(id)) note(*read, Cause::query, false);
    }

    Answer& answer_;
    const bool deletes_;
    std::set<RelationId> seen_;
};

/// A literal, or an expression of literals alone.
bool is_spelled_out(const Expr& e) {
    using enum Expr::Kind;
    if (e.kind == constant) return true;
    const bool of_parts = e.kind == cast || e.kind == collate || e.kind == list || e.kind == op;
    return of_parts && !e.args.empty() && std::all_of(e.args.begin(), e.args.end(), is_spelled_out);
}

/// What RI triggers do for each row: with NO ACTION and RESTRICT they look for referring rows, which an index tells.
bool is_looked_up(const Catalog& catalog, const Relation& referencing, const TableConstraint& key) {
    const auto indexes = catalog.indexes_of(referencing.id);
    return std::any_of(indexes.begin(), indexes.end(), [&](const Relation* index) {
        const auto& elements = index->index.elements;
        return !index->index.where && !elements.empty() && !key.columns.empty() &&
               elements.front().column == key.columns.front();
    });
}

/// Nothing but the rows themselves is read or changed: no row refers to them, or an index tells which.
bool stays_with_its_rows(const Answer& answer, const Dml& dml, const Relation& table) {
    const auto& all = answer.catalog.referencing(table.id);
    return std::all_of(all.begin(), all.end(), [&](const auto& one) {
        const auto& [referencing, key] = one;
        const auto& referenced_columns = key->referenced_columns;
        const bool deletes = dml.kind == Dml::Kind::delete_;
        const bool touches =
            deletes || std::any_of(dml.set_columns.begin(), dml.set_columns.end(), [&](const auto& c) {
                return std::find(referenced_columns.begin(), referenced_columns.end(), c) != referenced_columns.end();
            });
        if (!key->enforced || !touches) return true;
        const char action = deletes ? key->on_delete : key->on_update;
        return (action == 'a' || action == 'r') && is_looked_up(answer.catalog, *referencing, *key);
    });
}

/// WHERE id = 1: an index finds the rows, and there are no more of them than the statement has values.
bool is_for_spelled_out_keys(const Answer& answer, const Dml& dml, const RangeUse& use) {
    const bool picks = dml.kind == Dml::Kind::update || dml.kind == Dml::Kind::delete_;
    if (!picks || !dml.where || dml.always_true_where || &use != &dml.query.relations.front()) return false;
    const Relation* table = answer.catalog.find(use.name);
    if (!table || !table->is_table()) return false;
    const KeyLookup lookup{*table, dml.called, !dml.has_from,
                           [](const Expr&, const Expr& side) { return is_spelled_out(side); }};
    return names_rows_by_key(answer.catalog, *dml.where, lookup) && stays_with_its_rows(answer, dml, *table);
}

}  // namespace

void note_changed_rows(Answer& answer, const Dml& dml, const RangeUse& use) {
    // As many rows as the file spells out.
    if ((dml.kind == Dml::Kind::insert && dml.values_only) || is_for_spelled_out_keys(answer, dml, use)) return;
    const Cause cause = is_for_every_row(answer, dml, use) ? Cause::every_row : Cause::query;
    if (const Relation* table = answer.catalog.find(use.name))
        ChangedRows(answer, use.how == RangeUse::How::delete_).note(*table, cause, use.only);
    else if (!is_system_catalog(use.name))
        answer.work(Work::Kind::change_rows, use.name, cause);
}

}  // namespace pgfence
