// ALTER COLUMN TYPE: ATPrepAlterColumnType, RememberAllDependentForRebuilding, ATPostAlterTypeCleanup, TryReuseIndex,
// TryReuseForeignKey.

#include <algorithm>

#include "analyze/model/alteration.h"
#include "analyze/model/column_type.h"
#include "analyze/model/expressions.h"
#include "analyze/model/types.h"
#include "core/text.h"

namespace pgfence {
namespace {

using enum LockMode;

bool has_expression_or_condition(const Relation& index) {
    return index.index.where || std::any_of(index.index.elements.begin(), index.index.elements.end(),
                                            [](const IndexElement& e) { return e.expr.has_value(); });
}

/// pg_get_indexdef_string says nothing of ONLY: made again, the index of a partitioned table is built on every
/// partition, also on those that had no part of it.
void build_on_partitions_without(const Alteration& a, const Relation& index, Cause cause, std::size_t i) {
    const Relation* table = a.answer.catalog.get(index.index.table);
    if (!table) return;
    for (const RelationId id : table->table.children) {
        const auto indexes = a.answer.catalog.indexes_of(id);
        const bool has_part = std::any_of(indexes.begin(), indexes.end(),
                                          [&](const Relation* one) { return one->index.parent == index.id; });
        if (has_part) continue;
        for (const Relation* below : with_descendants(a.answer.catalog, *a.answer.catalog.get(id)))
            a.answer.build(*below, "", cause, i);
    }
}

/// CheckIndexCompatible: what an operator class for any array keeps (opckeytype: the elements) is not the column's
/// type, so that even the same type is another one.
bool keeps_elements(const Relation& index, const Column* column) {
    return index.access_method == "gin" && column && column->type.array_dimensions > 0;
}

void rebuild_indexes(const Alteration& a, const Relation& t, const std::string& column, bool reusable, Cause cause,
                     std::size_t i) {
    for (const Relation* index : a.answer.catalog.indexes_of(t.id)) {
        if (!uses_column(*index, column) || a.answer.is_gone(*index)) continue;
        a.answer.lock(*index, AccessExclusive, LockRole::index);
        // CheckIndexCompatible gives up on expressions and predicates; TryReuseIndex on partitioned indexes, and those
        // of the partitions are dropped and built with them.
        if (reusable && !has_expression_or_condition(*index) && index->index.valid && index->index.parent == 0 &&
            !keeps_elements(*index, t.column(column)))
            continue;
        a.answer.rebuild(*index, cause, i);
        a.answer.scan(t, cause, i);
        if (index->kind == RelationKind::partitioned_index) build_on_partitions_without(a, *index, cause, i);
    }
}

void recheck_constraints(const Alteration& a, const Relation& t, const std::string& column, bool rewritten,
                         bool same_operators, std::size_t i) {
    for (const TableConstraint& c : t.table.constraints) {
        if (a.dropped_constraints.contains(c.name)) continue;  // AT_PASS_DROP comes first
        if (c.type == ConstraintType::check && c.valid && c.enforced && c.expr && mentions_column(*c.expr, column))
            a.answer.scan(t, Cause::type_recheck, i);
        const bool mine = std::find(c.columns.begin(), c.columns.end(), column) != c.columns.end();
        if (c.type != ConstraintType::foreign_key || !mine) continue;
        // One that is not enforced has no triggers to drop: it is only made anew.
        if (c.enforced) lock_tables_of_foreign_key(a.answer, c);
        lock_referenced(a.answer, c.referenced_name, ShareRowExclusive);
        const bool reused =
            !rewritten && same_operators && (a.answer.has(Behaviour::inherited_key_survives_new_type) || !c.inherited);
        if (reused || !c.valid || !c.enforced) continue;
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
        const bool reused = !rewritten && same_operators &&
                            (a.answer.has(Behaviour::inherited_key_survives_new_type) || !key->inherited);
        if (reused || !key->valid || !key->enforced) continue;
        a.answer.scan(*referencing, Cause::type_recheck, i);
        lock_indexes_of_initial_check(a.answer, *referencing, t.name);
    }
}

/// ATPostAlterTypeCleanup is told of the whole statement: a key is held against the rows anew where they are rewritten
/// for another column, or for another file (AT_PASS_ALTER_TYPE, and what ATPrepCmd knows before it).
bool is_rewritten_for_another(const Alteration& a, const Relation& t, const AlterTableCmd& one) {
    return std::any_of(a.statement.cmds.begin(), a.statement.cmds.end(), [&](const AlterTableCmd& cmd) {
        if (cmd.subtype == AlterTableType::SetLogged) return t.persistence != Persistence::permanent;
        if (cmd.subtype == AlterTableType::SetUnLogged) return t.persistence != Persistence::unlogged;
        const Column* column =
            &cmd != &one && cmd.subtype == AlterTableType::AlterColumnType && cmd.column ? t.column(cmd.name) : nullptr;
        return column && !column->generated_virtual &&
               type_change(column->type, cmd.column->type, cmd.expr, cmd.name, a.answer.catalog, a.answer.now)
                       .conversion != Conversion::none;
    });
}

/// A check of the whole row is one of each of its columns.
void recheck_virtual(const Alteration& a, const Relation& t, const std::string& column, std::size_t i) {
    for (const TableConstraint& c : t.table.constraints)
        if (c.type == ConstraintType::check && c.valid && c.enforced && c.expr &&
            (mentions_column(*c.expr, column) || mentions_column(*c.expr, t.name.name)))
            a.answer.scan(t, Cause::type_recheck, i);
}

bool has_checks(const Relation& t) {
    return std::any_of(t.table.constraints.begin(), t.table.constraints.end(),
                       [](const TableConstraint& c) { return c.type == ConstraintType::check && !c.maybe; });
}

/// AT_PASS_DROP comes before AT_PASS_ALTER_TYPE, and CASCADE takes the view.
bool goes_with_dropped_column(const Alteration& a, const Relation& t, const Relation& view) {
    return std::any_of(a.statement.cmds.begin(), a.statement.cmds.end(), [&](const AlterTableCmd& cmd) {
        return cmd.subtype == AlterTableType::DropColumn && cmd.cascade &&
               (view.view.uses_star || view.view.mentions(t.id, cmd.name));
    });
}

/// ATPrepAlterColumnType refuses what would leave a view, a rule or a partition key behind.
void refuse_dependents(const Alteration& a, const Relation& t, const std::string& column, std::size_t i) {
    for (const Relation* view : a.answer.catalog.views_on(t.id)) {
        if (goes_with_dropped_column(a, t, *view)) continue;
        // Names are known, not whose columns they are: with one relation in the query they are its own.
        const auto& whole = view->view.shown_whole;
        const bool named = view->view.mentions(t.id, column);
        const bool shown = std::find(whole.begin(), whole.end(), t.id) != whole.end();
        if (named || shown)
            a.answer.fails(Failure::Kind::not_allowed,
                           "cannot alter type of a column used by a view or rule (" + name_in_report(*view) + ")",
                           shown || view->view.reads.size() == 1, i);
        else if (view->view.uses_star) {
            a.answer.depends_on("whether the * of view " + name_in_report(*view) + " stands for " + column);
            a.answer.fails(Failure::Kind::not_allowed,
                           "cannot alter type of a column used by a view or rule (" + name_in_report(*view) + ")",
                           false, i);
        }
    }
    // RememberAllDependentForRebuilding
    const auto used_by = [&](const std::string& what, bool certain) {
        a.answer.fails(Failure::Kind::not_allowed, "cannot alter type of a column used " + what, certain && !t.maybe,
                       i);
    };
    for (const TriggerInfo& trigger : t.triggers)
        if (names(trigger, column)) used_by("in a trigger definition (" + trigger.name + ")", !trigger.maybe);
    for (const PolicyInfo& policy : t.table.policies)
        if (names(policy, column)) used_by("in a policy definition (" + policy.name + ")", !reads_others(policy));
    for (const PublishedPart& part : t.table.published_parts)
        if (is_among(column, part.columns)) used_by("by a publication WHERE clause (" + part.publication + ")", true);
    for (const RewriteRule& rule : t.rules)
        if (std::find(rule.columns.begin(), rule.columns.end(), column) != rule.columns.end())
            used_by("by a view or rule (" + rule.name + ")", false);
    for (const Column& other : t.columns)
        if (other.generated_expr && other.name != column && mentions_column(*other.generated_expr, column) &&
            !a.dropped_columns.contains(other.name))  // AT_PASS_DROP comes first
            used_by("by a generated column (" + other.name + ")", !other.maybe);
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

/// Its own, or that of its domain.
std::string collation_of(const Catalog& catalog, const Name& own, TypeName type) {
    constexpr int kDeep = 64;
    Name collation = own;
    for (int depth = 0; depth < kDeep && collation.name.empty() && type.array_dimensions == 0; ++depth) {
        const Domain* domain = catalog.find_domain(type.name);
        if (!domain) break;
        collation = domain->collation;
        type = domain->base;
    }
    return std::string(collation_name(collation));
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

bool drops_default(const Alteration& a, const std::string& column) {
    return std::any_of(a.statement.cmds.begin(), a.statement.cmds.end(), [&](const AlterTableCmd& cmd) {
        return cmd.subtype == AlterTableType::ColumnDefault && !cmd.expr && cmd.name == column;
    });
}

/// The column and its default are converted as an assignment would convert them (coerce_to_target_type); USING speaks
/// for the column alone.
void refuse_without_cast(const Alteration& a, const AlterTableCmd& cmd, const Column& column, std::size_t i) {
    const Catalog& catalog = a.answer.catalog;
    const TypeName& to = cmd.column->type;
    const auto fails = [&](const std::string& what) {
        a.answer.fails(Failure::Kind::not_allowed,
                       what + " cannot be cast automatically to type " +
                           canonical_type(base_type(catalog.resolve_type(to), catalog)),
                       !a.table->maybe && !column.maybe, i);
    };
    if (!cmd.expr && is_assignable(column.type, to, catalog, a.answer.now.version) == false)
        return fails("column \"" + column.name + "\"");
    if (!column.default_expr || drops_default(a, column.name)) return;
    const TypeName type = type_of_default(*column.default_expr, column.type, catalog);
    if (!type.name.empty() && is_assignable(type, to, catalog, a.answer.now.version) == false)
        fails("default for column \"" + column.name + "\"");
}

/// The column itself, not cast, is an operand or an argument.
bool computes_with(const Expr& expr, const std::string& column) {
    const bool here = (expr.kind == Expr::Kind::op || expr.kind == Expr::Kind::call) &&
                      std::any_of(expr.args.begin(), expr.args.end(), [&](const Expr& arg) {
                          return arg.kind == Expr::Kind::column && arg.text == column;
                      });
    return here ||
           std::any_of(expr.args.begin(), expr.args.end(), [&](const Expr& arg) { return computes_with(arg, column); });
}
bool computes_with(const Boxed<Expr>& expr, const std::string& column) { return expr && computes_with(*expr, column); }

/// An argument of a function of one's own, which has no other for the new type.
bool passes_to_function(const Catalog& catalog, const Boxed<Expr>& expr, const std::string& column) {
    if (!expr) return false;
    std::vector<const Expr*> open{&*expr};
    while (!open.empty()) {
        const Expr& e = *open.back();
        open.pop_back();
        const bool takes = std::any_of(e.args.begin(), e.args.end(), [&](const Expr& arg) {
            const Expr& inner = uncast(arg);
            return inner.kind == Expr::Kind::column && inner.text == column;
        });
        if (e.kind == Expr::Kind::call && takes && !catalog.find_functions(e.name).empty()) return true;
        for (const Expr& arg : e.args) open.push_back(&arg);
    }
    return false;
}

/// What is defined on the column is parsed again with the new type (ATPostAlterTypeParse).
void refuse_what_is_made_again(const Alteration& a, const Relation& t, const Column& column, const TypeName& written,
                               std::size_t i) {
    const Catalog& catalog = a.answer.catalog;
    const TypeName type = catalog.resolve_type(written);
    const bool sure = !t.maybe && !column.maybe;
    const auto fails = [&](Failure::Kind kind, const std::string& message, bool certain) {
        a.answer.fails(kind, message, certain && sure, i);
    };
    if (canonical_type(type) == canonical_type(catalog.resolve_type(column.type))) return;
    const bool other_category = are_of_other_categories(column.type, type, catalog, a.answer.now.version);
    for (const Relation* index : catalog.indexes_of(t.id)) {
        if (a.dropped_constraints.contains(index->index.constraint)) continue;
        for (const IndexElement& element : index->index.elements) {
            if (element.column == column.name &&
                has_no_operator_class(type, index->access_method, catalog, a.answer.now.version))
                return fails(Failure::Kind::not_allowed,
                             "data type " + canonical_type(base_type(type, catalog)) +
                                 " has no default operator class for access method \"" + index->access_method + "\"",
                             !may_come_with_extension(index->access_method));
            if ((other_category && computes_with(element.expr, column.name)) ||
                passes_to_function(catalog, element.expr, column.name))
                return fails(Failure::Kind::not_allowed, "index " + index->name.name + " may not take the new type",
                             false);
        }
        if (other_category && computes_with(index->index.where, column.name))
            return fails(Failure::Kind::not_allowed, "index " + index->name.name + " may not take the new type", false);
    }
    // RememberStatisticsForRebuilding; which of its expressions name the column is left out.
    for (const ExtendedStatistics& statistics : t.table.statistics)
        if (is_among(column.name, statistics.columns) && has_no_btree_order(type, catalog, a.answer.now.version))
            return fails(Failure::Kind::not_allowed,
                         "column \"" + column.name + "\" cannot be used in statistics because its type " +
                             canonical_type(type) + " has no default btree operator class",
                         false);
    for (const TableConstraint& c : t.table.constraints) {
        if (a.dropped_constraints.contains(c.name)) continue;
        if (c.type == ConstraintType::check && ((other_category && computes_with(c.expr, column.name)) ||
                                                passes_to_function(catalog, c.expr, column.name)))
            return fails(Failure::Kind::not_allowed, "constraint " + c.name + " may not take the new type", false);
        if (c.type != ConstraintType::foreign_key) continue;
        const Relation* referenced = catalog.find(c.referenced_name);
        for (std::size_t at = 0; referenced && at < c.columns.size() && at < c.referenced_columns.size(); ++at)
            if (const Column* other = referenced->column(c.referenced_columns[at]);
                other && referenced != &t && c.columns[at] == column.name &&
                !may_be_compared(type, other->type, a.answer))
                return fails(Failure::Kind::key_types,
                             "foreign key constraint \"" + c.name + "\" cannot be implemented", true);
    }
    // ATPostAlterTypeCleanup drops the key's constraint, and forgets the foreign keys that are not of the column.
    for (const auto& [referencing, key] : catalog.referencing(t.id))
        if (!is_among(column.name, key->referenced_columns) && points_at_index_with(catalog, t, *key, column.name))
            return fails(Failure::Kind::dependent_objects,
                         "cannot drop the key that foreign key \"" + key->name + "\" points at", false);
    for (const auto& [referencing, key] : catalog.referencing(t.id))
        for (std::size_t at = 0; at < key->columns.size() && at < key->referenced_columns.size(); ++at)
            if (const Column* other = referencing->column(key->columns[at]);
                other && referencing != &t && key->referenced_columns[at] == column.name &&
                !may_be_compared(other->type, type, a.answer))
                return fails(Failure::Kind::key_types,
                             "foreign key constraint \"" + key->name + "\" cannot be implemented", !key->maybe);
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
    lock_row_type(a.answer, cmd.column->type);
    if (!a.table)
        if (const Column* told = told_column(a, cmd.name)) return alter_told_column_type(a, cmd, *told, i);
    if (!a.table || !a.table->column(cmd.name)) {
        a.rewrite(Cause::type_change, i, false);
        a.answer.depends_on("the old type of " + a.name() + "." + cmd.name);
        return;
    }
    // A composite type has no rows of its own; its tables are converted.
    if (a.table->kind != RelationKind::composite_type || !a.changed.empty())
        refuse_without_cast(a, cmd, *a.table->column(cmd.name), i);
    for (const Relation* t : a.targets()) {
        refuse_dependents(a, *t, cmd.name, i);
        const Column* column = t->column(cmd.name);
        if (!column) continue;
        refuse_what_is_made_again(a, *t, *column, cmd.column->type, i);
        if (t->kind == RelationKind::foreign_table || t->kind == RelationKind::composite_type) continue;
        // A virtual column has no stored value to convert (18).
        if (column->generated_virtual) {
            recheck_virtual(a, *t, cmd.name, i);
            continue;
        }
        if (column->default_expr) lock_depended_on(a.answer, *column->default_expr, t);
        const TypeChange change =
            type_change(column->type, cmd.column->type, cmd.expr, cmd.name, a.answer.catalog, a.answer.now);
        const bool rewritten = change.conversion != Conversion::none;
        if (change.conversion == Conversion::unknown) a.answer.depends_on(change.depends_on);
        if (t == a.table) judge_fit(a, cmd, *column, i);
        const Catalog& catalog = a.answer.catalog;
        const bool collation_stays = collation_of(catalog, cmd.column->collation, cmd.column->type) ==
                                     collation_of(catalog, column->collation, column->type);
        if (rewritten && t->kind == RelationKind::partitioned_table)
            for (const Relation* index : a.answer.catalog.indexes_of(t->id))
                if (uses_column(*index, cmd.name)) a.answer.lock(*index, AccessExclusive, LockRole::index);
        if (rewritten)
            a.answer.rewrite(*t, Cause::type_change, i, change.conversion != Conversion::unknown);
        else
            rebuild_indexes(a, *t, cmd.name, change.same_opclass && collation_stays,
                            collation_stays ? Cause::type_recheck : Cause::collation_change, i);
        recheck_constraints(a, *t, cmd.name, rewritten || is_rewritten_for_another(a, *t, cmd),
                            change.same_opclass && collation_stays, i);
        for (const Relation* sequence : a.answer.catalog.sequences_owned_by(t->id))
            if (sequence->sequence.of_identity && sequence->sequence.owner_column == cmd.name)
                a.answer.lock(*sequence, ShareRowExclusive, LockRole::identity_sequence);
    }
}

void set_expression(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    a.answer.needs(Feature::set_expression, i);
    if (cmd.expr) lock_depended_on(a.answer, *cmd.expr, a.table);
    const Column* column = a.table ? a.table->column(cmd.name) : nullptr;
    if (column && column->generated_virtual) {
        if (has_checks(*a.table)) a.answer.needs(Feature::set_expression_of_checked_virtual, i);
        for (const Relation* t : a.targets()) {
            recheck_virtual(a, *t, cmd.name, i);
            if (is_not_null(*t, cmd.name)) a.answer.scan(*t, Cause::virtual_generated, i);
        }
        return;
    }
    a.rewrite(Cause::set_expression, i, column != nullptr);
    for (const Relation* t : a.targets()) recheck_constraints(a, *t, cmd.name, true, true, i);
    if (!column) a.answer.depends_on("whether " + a.name() + "." + cmd.name + " is stored or virtual");
}

}  // namespace pgfence
