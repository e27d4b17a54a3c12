// CREATE TABLE: nobody waits for a table that is not there yet, but the statement reaches for others: referenced
// tables, parents, the partitioned table and its default partition (DefineRelation, tablecmds.c; transformCreateStmt).

#include <algorithm>

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

void lock_partitioned_table(Answer& answer, const CreateTable& table) {
    const Name& parent_name = *table.partition_of;
    answer.lock(parent_name, AccessExclusive, "partitioned table");
    const Relation* parent = answer.catalog.find(parent_name);
    if (!parent)
        return answer.depends_on("whether " + answer.catalog.qualified(parent_name) +
                                 " has a default partition or foreign keys");
    for (const TableConstraint& c : parent->constraints)
        if (c.type == ConstraintType::foreign_key)
            lock_referenced(answer, c.referenced_name, answer.now.version >= 12 ? ShareRowExclusive : AccessShare);
    lock_for_new_partition(answer, *parent);
    const Relation* other = answer.catalog.default_partition(parent->id);
    if (!other) return;
    answer.lock(*other, AccessExclusive, "default partition");
    answer.lock_descendants(*other, AccessExclusive, "default partition");
    if (parent->partition_key && table.bound && bound_is_excluded(*other, *parent->partition_key, *table.bound)) return;
    for (const Relation* t : with_descendants(answer.catalog, *other)) answer.scan(*t, Cause::default_partition);
}

}  // namespace

void model(Answer& answer, const CreateTable& table) {
    const Relation* there = answer.catalog.find(table.name);
    if (there && table.if_not_exists) return;
    if (there && there->name.schema == answer.catalog.resolve(table.name).schema &&
        table.persistence != Persistence::temporary)
        answer.fails(Failure::Kind::duplicate_object, "relation \"" + table.name.name + "\" already exists");
    lock_foreign_keys(answer, table);
    for (const LikeClause& like : table.likes) answer.lock(like.source, AccessShare, "copied by LIKE");
    for (const Name& parent : table.inherits) answer.lock(parent, ShareUpdateExclusive, "parent");
    if (table.partition_of) lock_partitioned_table(answer, table);
    if (table.of_type) answer.lock(*table.of_type, AccessShare, "type");
    answer.pads(padding_of(table.columns, answer.now.version));
    answer.creates(answer.catalog.qualified(table.name));
}

void model(Answer& answer, const CreateTableAs& table) {
    // Parse analysis comes first (transformCreateTableAsStmt), and locks what the query names.
    const bool there = table.if_not_exists && answer.catalog.find(table.name);
    lock_query(answer, table.query, Cause::query, !table.with_no_data && !there);
    if (there) return;
    answer.creates(answer.catalog.qualified(table.name));
}

}  // namespace pgfence
