// CREATE TABLE: nobody waits for a table that is not there yet, but the statement reaches for others: referenced
// tables, parents, the partitioned table and its default partition (DefineRelation, tablecmds.c; transformCreateStmt).

#include <algorithm>
#include <set>

#include "analyze/model/expressions.h"
#include "analyze/model/partition_bounds.h"
#include "analyze/model/statements.h"

namespace pgfence {
namespace {

using enum LockMode;

void lock_foreign_keys(Answer& answer, const CreateTable& table) {
    const auto reference = [&](const Constraint& c) {
        if (c.type != ConstraintType::foreign_key) return;
        if (answer.catalog.resolve(c.referenced) == answer.catalog.resolve(table.name)) return;
        lock_referenced(answer, c.referenced, ShareRowExclusive);
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
        if (c.type == ConstraintType::check && c.expr)
            if (const std::string call = unsteady_call(*c.expr, answer.now.version); !call.empty())
                answer.warns(Caveat::Kind::unstable_check, call);
        if (c.type == ConstraintType::foreign_key && c.referenced.name != table.name.name)
            refuse_key_to_other_persistence(answer, table.persistence, c);
        if (c.type == ConstraintType::foreign_key)
            compare_key_columns(
                answer, c, of(c.fk_columns), [&](const std::string& n) { return key_column(table, n); }, Work::npos);
        const bool primary = c.type == ConstraintType::primary_key;
        if (table.partition_by && (primary || c.type == ConstraintType::unique))
            refuse_key_without_partition_key(answer, *table.partition_by, of(c.keys),
                                             primary ? "a primary key" : "a unique constraint");
    });
}

void refuse_repeated_columns(Answer& answer, const CreateTable& table) {
    if (table.partition_of || table.of_type) return;  // options of columns that are there
    std::set<std::string_view> names;
    for (const ColumnDef& column : table.columns)
        if (!names.insert(column.name).second)
            answer.fails(Failure::Kind::repeated_column, "column \"" + column.name + "\" specified more than once");
}

// MergeAttributes
void refuse_parent(Answer& answer, const CreateTable& table, const Relation& parent) {
    const bool partitioned = parent.kind == RelationKind::partitioned_table;
    if (partitioned || parent.table.is_partition)
        return answer.fails(Failure::Kind::not_allowed,
                            std::string("cannot inherit from ") + (partitioned ? "partitioned table" : "partition") +
                                " \"" + parent.name.name + "\"",
                            !parent.maybe);
    for (const Name& name : table.inherits) {
        const Relation* other = answer.catalog.find(name);
        if (!other || other == &parent) return;  // the later of two tells
        for (const Column& column : other->columns)
            if (const Column* same = parent.column(column.name); same && !same->maybe && !column.maybe)
                if (!(same->type.name == column.type.name))
                    return answer.fails(Failure::Kind::not_allowed,
                                        "inherited column \"" + column.name + "\" has a type conflict");
    }
}

void lock_partitioned_table(Answer& answer, const CreateTable& table) {
    const Name& parent_name = *table.partition_of;
    answer.lock(parent_name, AccessExclusive, LockRole::partitioned_table);
    const Relation* parent = answer.catalog.find(parent_name);
    if (!parent)
        return answer.depends_on("whether " + answer.catalog.qualified(parent_name) +
                                 " has a default partition or foreign keys");
    if (parent->table.partition_key && table.bound)
        refuse_unfit_bound(answer, *parent->table.partition_key, *table.bound);
    for (const TableConstraint& c : parent->table.constraints)
        if (c.type == ConstraintType::foreign_key)
            lock_referenced(answer, c.referenced_name, answer.now.version >= 12 ? ShareRowExclusive : AccessShare);
    lock_for_new_partition(answer, *parent);
    const Relation* other = answer.catalog.default_partition(parent->id);
    if (!other) return;
    answer.lock(*other, AccessExclusive, LockRole::default_partition);
    answer.lock_descendants(*other, AccessExclusive, LockRole::default_partition);
    if (parent->table.partition_key && table.bound &&
        bound_is_excluded(*other, *parent->table.partition_key, *table.bound))
        return;
    for (const Relation* t : with_descendants(answer.catalog, *other)) answer.scan(*t, Cause::default_partition);
}

}  // namespace

void model_create_table(Answer& answer, const CreateTable& table) {
    const Relation* there = answer.catalog.find(table.name);
    if (there && table.if_not_exists) return;
    if (there && there->name.schema == answer.catalog.resolve(table.name).schema &&
        table.persistence != Persistence::temporary)
        answer.fails(Failure::Kind::duplicate_object, "relation \"" + table.name.name + "\" already exists");
    lock_foreign_keys(answer, table);
    for (const LikeClause& like : table.likes) answer.lock(like.source, AccessShare, LockRole::copied_by_like);
    for (const Name& parent : table.inherits) answer.lock(parent, ShareUpdateExclusive, LockRole::parent);
    for (const Name& parent : table.inherits)
        if (const Relation* relation = answer.catalog.find(parent)) refuse_parent(answer, table, *relation);
    judge_constraints(answer, table);
    refuse_repeated_columns(answer, table);
    refuse_uncommitted_values(answer, table);
    if (table.partition_of) lock_partitioned_table(answer, table);
    if (table.of_type) answer.lock(*table.of_type, AccessShare, LockRole::type);
    answer.pads(padding_of(table.columns, answer.now.version));
    answer.creates(answer.catalog.qualified(table.name));
}

void model_create_table_as(Answer& answer, const CreateTableAs& table) {
    // Parse analysis comes first (transformCreateTableAsStmt), and locks what the query names.
    const bool there = table.if_not_exists && answer.catalog.find(table.name);
    lock_query(answer, table.query, Cause::query, !table.with_no_data && !there);
    if (there) return;
    answer.creates(answer.catalog.qualified(table.name));
}

}  // namespace pgfence
