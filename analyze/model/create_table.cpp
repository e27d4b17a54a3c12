// CREATE TABLE: nobody waits for a table that is not there yet, but the statement reaches for others: referenced
// tables, parents, the partitioned table and its default partition (DefineRelation, tablecmds.c; transformCreateStmt).

#include <algorithm>
#include <set>

#include "analyze/model/expressions.h"
#include "analyze/model/statements.h"

namespace pgfence {
namespace {

using enum LockMode;

void lock_foreign_keys(Answer& answer, const CreateTable& table) {
    const auto reference = [&](const Constraint& c) {
        if (c.type != ConstraintType::foreign_key) return;
        if (answer.catalog.resolve(c.referenced) == answer.catalog.resolve(table.name)) return;
        lock_referenced(answer, c.referenced, ShareRowExclusive);
        lock_referenced_key(answer, c.referenced, c.pk_columns);
    };
    for (const Constraint& c : table.constraints) reference(c);
    for (const ColumnDef& column : table.columns)
        for (const Constraint& c : column.constraints) reference(c);
}

std::optional<KeyColumn> key_column(const CreateTable& table, const std::string& column) {
    for (const ColumnDef& def : table.columns)
        if (def.name == column) return KeyColumn{def.type, def.collation};
    return std::nullopt;
}

/// A constraint of the table or of one of its columns; `column` is empty for the table's.
template <class Each>
void for_each_constraint(const CreateTable& table, Each each) {
    for (const Constraint& c : table.constraints) each(c, std::string());
    for (const ColumnDef& column : table.columns)
        for (const Constraint& c : column.constraints) each(c, column.name);
}

void judge_constraints(Answer& answer, const CreateTable& table) {
    for_each_constraint(table, [&](const Constraint& c, const std::string& column) {
        const auto of = [&](const std::vector<std::string>& columns) {
            return column.empty() ? columns : std::vector<std::string>{column};
        };
        if (!c.enforced) answer.needs(Feature::not_enforced);
        lock_depended_on(answer, c, nullptr);
        if (c.type == ConstraintType::generated)
            answer.needs(c.generated_virtual ? Feature::virtual_generated_columns : Feature::generated_columns);
        if (c.nulls_not_distinct) answer.needs(Feature::nulls_not_distinct);
        if (c.type == ConstraintType::check && c.expr)
            if (const std::string call = unsteady_call(*c.expr, answer.now.version); !call.empty())
                answer.warns(Caveat::Kind::unstable_check, call);
        if (c.type == ConstraintType::foreign_key && c.referenced.name != table.name.name)
            refuse_key_to_other_persistence(answer, table.persistence, c);
        if (c.type == ConstraintType::foreign_key &&
            !(answer.catalog.resolve(c.referenced) == answer.catalog.resolve(table.name)))
            refuse_key_without_target(answer, c, nullptr);
        if (c.type == ConstraintType::foreign_key)
            compare_key_columns(
                answer, c, of(c.fk_columns), [&](const std::string& n) { return key_column(table, n); }, Work::npos);
        const bool primary = c.type == ConstraintType::primary_key;
        if (table.partition_by && c.type == ConstraintType::exclusion &&
            !answer.has(Behaviour::exclusion_on_partitioned))
            answer.fails(Failure::Kind::not_allowed, "exclusion constraints are not supported on partitioned tables");
        else if (table.partition_by && c.type == ConstraintType::exclusion)
            refuse_key_without_partition_key(answer, *table.partition_by, c.keys, "an exclusion constraint");
        if (table.partition_by && (primary || c.type == ConstraintType::unique))
            refuse_key_without_partition_key(answer, *table.partition_by, of(c.keys),
                                             primary ? "a primary key" : "a unique constraint");
    });
}

/// The types of its columns, and what the defaults of others depend on that become its own.
void lock_what_columns_use(Answer& answer, const CreateTable& table) {
    for (const ColumnDef& column : table.columns) lock_row_type(answer, column.type);
    const auto copied = [&](const Name& from, bool defaults) {
        if (const Relation* relation = answer.catalog.find(from)) lock_copied_from(answer, *relation, defaults);
    };
    for (const LikeClause& like : table.likes) copied(like.source, like.defaults || like.all);
    for (const Name& parent : table.inherits) copied(parent, true);
    if (table.partition_of) copied(*table.partition_of, true);
    if (table.of_type) copied(*table.of_type, false);
}

void refuse_repeated_columns(Answer& answer, const CreateTable& table) {
    if (table.partition_of || table.of_type) return;  // options of columns that are there
    std::set<std::string_view> names;
    const auto add = [&](const std::string& name, bool certain) {
        if (!names.insert(name).second)
            answer.fails(Failure::Kind::repeated_column, "column \"" + name + "\" specified more than once", certain);
    };
    for (const ColumnDef& column : table.columns) add(column.name, true);
    for (const LikeClause& like : table.likes)
        if (const Relation* source = answer.catalog.find(like.source); source && are_columns_told(*source))
            for (const Column& column : source->columns) add(column.name, !source->maybe && !column.maybe);
}

// transformIndexConstraints
void refuse_second_primary_key(Answer& answer, const CreateTable& table) {
    int keys = 0;
    for_each_constraint(table, [&](const Constraint& c, const std::string&) {
        if (c.type == ConstraintType::primary_key && ++keys == 2)
            answer.fails(Failure::Kind::not_allowed,
                         "multiple primary keys for table \"" + table.name.name + "\" are not allowed");
    });
}

// DefineIndex
void refuse_key_on_virtual_column(Answer& answer, const CreateTable& table) {
    const auto is_virtual = [&](const std::string& name) {
        return std::any_of(table.columns.begin(), table.columns.end(), [&](const ColumnDef& column) {
            return column.name == name && std::any_of(column.constraints.begin(), column.constraints.end(),
                                                      [](const Constraint& c) { return c.generated_virtual; });
        });
    };
    for_each_constraint(table, [&](const Constraint& c, const std::string& column) {
        if (c.type != ConstraintType::unique && c.type != ConstraintType::primary_key) return;
        std::vector<std::string> held = column.empty() ? c.keys : std::vector<std::string>{column};
        held.insert(held.end(), c.including.begin(), c.including.end());
        if (std::any_of(held.begin(), held.end(), is_virtual))
            answer.fails(Failure::Kind::not_allowed,
                         "unique constraints on virtual generated columns are not supported");
    });
}

/// Of a column that two parents have; empty: none is known.
std::string conflict_of(const Column& one, const Column& other, const CreateTable& table) {
    const std::string name = "\"" + one.name + "\"";
    if (!(one.type.name == other.type.name) || one.type.typmods != other.type.typmods ||
        one.type.array_dimensions != other.type.array_dimensions)
        return "inherited column " + name + " has a type conflict";
    if (one.generated != other.generated) return "inherited column " + name + " has a generation conflict";
    const bool overridden = std::any_of(table.columns.begin(), table.columns.end(),
                                        [&](const ColumnDef& def) { return def.name == one.name; });
    if (one.default_expr && other.default_expr && !(*one.default_expr == *other.default_expr) && !overridden)
        return "column " + name + " inherits conflicting default values";
    return "";
}

// MergeAttributes
void refuse_parent(Answer& answer, const CreateTable& table, const Relation& parent) {
    if (refuse_unless(answer, parent, parent.is_table() || parent.kind == RelationKind::foreign_table,
                      "a table or foreign table"))
        return;
    if (parent.persistence == Persistence::temporary && table.persistence != Persistence::temporary)
        return answer.fails(Failure::Kind::not_allowed,
                            "cannot inherit from temporary relation \"" + parent.name.name + "\"", !parent.maybe);
    const bool partitioned = parent.kind == RelationKind::partitioned_table;
    if (partitioned || parent.table.is_partition)
        return answer.fails(Failure::Kind::not_allowed,
                            std::string("cannot inherit from ") + (partitioned ? "partitioned table" : "partition") +
                                " \"" + parent.name.name + "\"",
                            !parent.maybe);
    refuse_redefined_columns(answer, table, parent);
    for (const Name& name : table.inherits) {
        const Relation* other = answer.catalog.find(name);
        if (!other || other == &parent) return;  // the later of two tells
        for (const Column& column : other->columns)
            if (const Column* same = parent.column(column.name); same && !same->maybe && !column.maybe)
                if (const std::string conflict = conflict_of(column, *same, table); !conflict.empty())
                    return answer.fails(Failure::Kind::not_allowed, conflict);
    }
}

void lock_partitioned_table(Answer& answer, const CreateTable& table) {
    const Name& parent_name = *table.partition_of;
    answer.lock(parent_name, AccessExclusive, LockRole::partitioned_table);
    const Relation* parent = answer.catalog.find(parent_name);
    if (!parent)
        return answer.depends_on("whether " + answer.catalog.qualified(parent_name) +
                                 " has a default partition or foreign keys");
    if (!parent->table.partition_key && parent->kind != RelationKind::partitioned_table)
        answer.fails(Failure::Kind::not_allowed, "\"" + parent->name.name + "\" is not partitioned", !parent->maybe);
    refuse_redefined_columns(answer, table, *parent);
    if (table.bound) refuse_unfit_bound(answer, *parent, *table.bound);
    if (table.partition_by)  // DefineIndex, of the parent's
        for (const Relation* index : answer.catalog.indexes_of(parent->id)) {
            std::vector<std::string> columns;
            for (const IndexElement& element : index->index.elements) columns.push_back(element.column);
            if (index->index.unique)
                refuse_key_without_partition_key(answer, *table.partition_by, columns, "a unique constraint");
        }
    for (const TableConstraint& c : parent->table.constraints)
        if (c.type == ConstraintType::foreign_key) {
            lock_referenced(answer, c.referenced_name,
                            answer.has(Behaviour::cloned_key_locks_referenced) ? ShareRowExclusive : AccessShare);
            lock_referenced_key(answer, c.referenced_name, c.referenced_columns);
        }
    lock_for_new_partition(answer, *parent);
    const Relation* other = answer.catalog.default_partition(parent->id);
    if (!other) return;
    answer.lock(*other, AccessExclusive, LockRole::default_partition);
    answer.lock_descendants(*other, AccessExclusive, LockRole::default_partition);
    scan_default_partition(answer, *parent, *other, table.bound);
}

}  // namespace

void model_create_table(Answer& answer, const CreateTable& table) {
    const Relation* there = answer.catalog.find(table.name);
    if (there && table.if_not_exists) return;
    refuse_taken_relation(answer, answer.catalog.creation_name(table.name, table.persistence));
    lock_foreign_keys(answer, table);
    for (const LikeClause& like : table.likes) answer.lock(like.source, AccessShare, LockRole::copied_by_like);
    for (const Name& parent : table.inherits) answer.lock(parent, ShareUpdateExclusive, LockRole::parent);
    for (const Name& parent : table.inherits)
        if (const Relation* relation = answer.catalog.find(parent)) refuse_parent(answer, table, *relation);
    if (table.partition_by && table.persistence == Persistence::unlogged &&
        answer.has(Behaviour::partitioned_never_unlogged))
        answer.fails(Failure::Kind::not_allowed, "partitioned tables cannot be unlogged");
    judge_constraints(answer, table);
    refuse_partition_key(answer, table);
    const FindKeyColumn find = [&](const std::string& name) -> std::optional<KeyColumn> {
        for (const ColumnDef& column : table.columns)
            if (column.name == name) return KeyColumn{column.type, column.collation};
        return std::nullopt;
    };
    for (const ColumnDef& column : table.columns) refuse_virtual_type(answer, column, find);
    refuse_repeated_columns(answer, table);
    refuse_second_primary_key(answer, table);
    refuse_key_on_virtual_column(answer, table);
    refuse_uncommitted_values(answer, table);
    if (table.partition_of) lock_partitioned_table(answer, table);
    if (table.of_type) answer.lock(*table.of_type, AccessShare, LockRole::type);
    lock_what_columns_use(answer, table);
    answer.pads(padding_of(table.columns, answer.now.version));
    answer.creates(answer.catalog.qualified(table.name));
}

void model_create_table_as(Answer& answer, const CreateTableAs& table) {
    // Parse analysis comes first (transformCreateTableAsStmt), and locks what the query names.
    const bool there = table.if_not_exists && answer.catalog.find(table.name);
    lock_query(answer, table.query, Cause::query, !table.with_no_data && !there);
    if (there) return;
    refuse_taken_relation(answer, answer.catalog.creation_name(table.name, table.persistence));
    if (table.materialized_view)
        for (const RangeUse& use : table.query.relations)
            if (const Relation* read = answer.catalog.find(use.name);
                read && read->persistence == Persistence::temporary)
                answer.fails(Failure::Kind::not_allowed, "materialized views must not use temporary tables or views",
                             !read->maybe);
    refuse_unknown_columns(answer, table.uses.shown);
    lock_depended_on(answer, table.query, table.uses);
    answer.creates(answer.catalog.qualified(table.name));
}

}  // namespace pgfence
