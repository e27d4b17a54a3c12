// What ALTER TABLE refuses of constraints: index_check_primary_key, AdjustNotNullInheritance, ATExecValidateConstraint,
// ATExecDropConstraint, ATAddForeignKeyConstraint.

#include <algorithm>

#include "analyze/model/alter_refusals.h"
#include "analyze/model/column_type.h"
#include "analyze/model/expressions.h"
#include "analyze/model/types.h"
#include "core/text.h"

namespace pgfence {

using enum AlterTableType;

bool Refusals::adds_constraint(const std::string& name) const {
    return std::any_of(a_.statement.cmds.begin(), a_.statement.cmds.end(), [&](const AlterTableCmd& other) {
        return other.constraint && other.subtype == AddConstraint &&
               (other.constraint->name.empty() || other.constraint->name == name);
    });
}

/// By a subcommand further to the left.
bool Refusals::is_dropped_before(const std::string& constraint) const {
    const auto& cmds = a_.statement.cmds;
    const TableConstraint* there = table_.constraint_named(constraint);
    return std::any_of(cmds.begin(), cmds.begin() + static_cast<std::ptrdiff_t>(i_), [&](const auto& other) {
        const bool with_column = other.subtype == DropColumn && there && is_among(other.name, there->columns);
        return with_column || (other.subtype == DropConstraint && other.name == constraint);
    });
}

/// AT_PASS_DROP comes first, and a column takes its constraints along.
bool Refusals::goes_with_column(const std::string& constraint) const {
    const TableConstraint* there = table_.constraint_named(constraint);
    return there && std::any_of(a_.dropped_columns.begin(), a_.dropped_columns.end(), [&](const std::string& column) {
               return is_among(column, there->columns) || (there->expr && mentions_column(*there->expr, column));
           });
}

bool Refusals::lacks_constraint() const {
    if (cmd_.subtype != DropConstraint && cmd_.subtype != ValidateConstraint && cmd_.subtype != AlterConstraint)
        return false;
    const std::string& name = cmd_.subtype == AlterConstraint && cmd_.constraint ? cmd_.constraint->name : cmd_.name;
    const bool goes_first =
        cmd_.subtype != DropConstraint && (a_.dropped_constraints.contains(name) || goes_with_column(name));
    const bool gone = goes_first || (cmd_.subtype == DropConstraint && is_dropped_before(name));
    if (cmd_.missing_ok || (table_.constraint_named(name) && !gone) ||
        (column_of_not_null(table_, name) && !is_dropped_before(name)) ||
        (cmd_.subtype != DropConstraint && adds_constraint(name)))
        return false;
    a_.answer.lacks("constraint " + in_message(name) + " of relation", table_, i_);
    return true;
}

const TableConstraint* Refusals::primary_key() const {
    for (const TableConstraint& c : table_.table.constraints)
        if (c.type == ConstraintType::primary_key) return &c;
    return nullptr;
}

/// transformIndexConstraint: which makes its columns NOT NULL first.
bool Refusals::gets_primary_key(const std::string& column) const {
    return std::any_of(a_.statement.cmds.begin(), a_.statement.cmds.end(), [&](const AlterTableCmd& other) {
        return other.subtype == AddConstraint && other.constraint &&
               other.constraint->type == ConstraintType::primary_key && is_among(column, other.constraint->keys);
    });
}

void Refusals::of_second_primary_key() const {
    const auto& cmds = a_.statement.cmds;
    const auto adds = [](const AlterTableCmd& other) {
        return other.subtype == AddConstraint && other.constraint &&
               other.constraint->type == ConstraintType::primary_key;
    };
    if (std::any_of(cmds.begin(), cmds.begin() + static_cast<std::ptrdiff_t>(i_), adds))
        return fails("multiple primary keys for table " + in_message(table_.name.name) + " are not allowed");
    const TableConstraint* key = primary_key();
    const bool goes = key && std::any_of(key->columns.begin(), key->columns.end(), [&](const std::string& column) {
                          return a_.dropped_columns.contains(column);
                      });
    if (key && !goes && !a_.dropped_constraints.contains(key->name) && !key->maybe)
        fails("multiple primary keys for table " + in_message(table_.name.name) + " are not allowed");
}

void Refusals::of_new_constraint() const {
    if (!cmd_.constraint) return;
    const Constraint& c = *cmd_.constraint;
    if (table_.kind == RelationKind::foreign_table && c.type != ConstraintType::check &&
        c.type != ConstraintType::not_null)
        return fails("keys are not supported on foreign tables");
    if (c.type == ConstraintType::primary_key) of_second_primary_key();
    if (c.type == ConstraintType::primary_key && a_.statement.only && is_partitioned()) of_partitions_of_key(c);
    if (c.type == ConstraintType::primary_key || (c.type == ConstraintType::not_null && !c.not_valid))
        of_unvalidated(c);
    if (c.type == ConstraintType::check && c.expr) of_dropped_columns(*c.expr);
    if (c.type == ConstraintType::exclusion && is_partitioned() && !a_.answer.has(Behaviour::exclusion_on_partitioned))
        return fails("exclusion constraints are not supported on partitioned tables");
    if (c.type == ConstraintType::foreign_key)
        for (const Relation* child : a_.below)
            if (child->kind == RelationKind::foreign_table && is_partitioned())
                return fails("foreign key constraints are not supported on foreign tables");
    if (c.type == ConstraintType::foreign_key && is_partitioned() && a_.statement.only)
        return fails("cannot use ONLY for foreign key on partitioned table " + in_message(table_.name.name));
    if (c.type == ConstraintType::check && c.no_inherit && is_partitioned())
        return fails("cannot add NO INHERIT constraint to partitioned table " + in_message(table_.name.name));
    if (c.type == ConstraintType::check && !c.no_inherit && a_.statement.only && !table_.table.children.empty())
        fails("constraint must be added to child tables too");
    for (const std::string& column : c.type == ConstraintType::foreign_key ? c.fk_columns : c.keys)
        if (lacks_key_column(column)) return;
    for (const std::string& column : c.including)
        if (lacks_key_column(column)) return;
    std::vector<std::string> held = c.type == ConstraintType::foreign_key ? c.fk_columns : c.keys;
    held.insert(held.end(), c.including.begin(), c.including.end());
    for (const std::string& column : held)
        if (is_virtual_by_then(column) && c.type != ConstraintType::not_null)
            return fails((c.type == ConstraintType::foreign_key ? "foreign key" : "unique") +
                         std::string(" constraints on virtual generated columns are not supported"));
    if ((c.type == ConstraintType::unique || c.type == ConstraintType::primary_key) && c.using_index.empty())
        for (const std::string& name : c.keys)
            if (const Column* column = table_.column(name);
                column && !is_added(name) && !gets_type(name) &&
                has_no_btree_order(column->type, a_.answer.catalog, a_.answer.now.version))
                return fails("data type " + canonical_type(column->type) +
                             " has no default operator class for access method \"btree\"");
    if (c.type == ConstraintType::exclusion && table_.table.partition_key)
        refuse_key_without_partition_key(a_.answer, *table_.table.partition_key, c.keys, "an exclusion constraint", i_);
    if (c.type == ConstraintType::not_null && a_.answer.has(Behaviour::not_null_is_a_constraint)) of_new_not_null(c);
    if (!c.using_index.empty()) refuse_index(a_.answer, table_, c.using_index, IndexUse::key, i_);
    if (c.type == ConstraintType::foreign_key) refuse_key_to_other_persistence(a_.answer, table_.persistence, c, i_);
}

// ATPrepAddPrimaryKey, ATCheckNotNull
void Refusals::of_partitions_of_key(const Constraint& key) const {
    if (!a_.answer.has(Behaviour::primary_key_locks_children)) return;
    for (const RelationId id : table_.table.children)
        for (const std::string& column : key.keys)
            if (const Relation* child = a_.answer.catalog.get(id); child && !is_not_null(*child, column))
                return fails("constraint must be added to child tables too");
}

// AdjustNotNullInheritance, verifyNotNullPKCompatible
void Refusals::of_unvalidated(const Constraint& c) const {
    if (!a_.answer.has(Behaviour::not_null_is_a_constraint)) return;
    const auto reached = a_.statement.only || c.no_inherit ? std::vector<const Relation*>{&table_}
                                                           : with_descendants(a_.answer.catalog, table_);
    for (const Relation* relation : reached)
        for (const std::string& name : c.keys)
            if (const Column* column = relation->column(name); column && column->not_null && !column->not_null_valid)
                return a_.answer.fails(Failure::Kind::not_allowed,
                                       "incompatible NOT VALID constraint " + in_message(column->not_null_constraint) +
                                           " on relation " + in_message(relation->name.name),
                                       a_.statement.cmds.size() == 1 && !relation->maybe && !column->maybe, i_);
}

/// There, or added by the statement.
bool Refusals::is_virtual_by_then(const std::string& name) const {
    for (const AlterTableCmd& other : a_.statement.cmds)
        if (other.subtype == AddColumn && other.column && other.column->name == name)
            if (const Constraint* generated = constraint_of(*other.column, ConstraintType::generated))
                return generated->generated_virtual;
    const Column* column = table_.column(name);
    return column && column->generated_virtual && !a_.dropped_columns.contains(name);
}

/// AT_PASS_DROP comes first.
void Refusals::of_dropped_columns(const Expr& check) const {
    for (const std::string& column : a_.dropped_columns)
        if (table_.column(column) && mentions_column(check, column) && !is_added(column))
            a_.answer.fails(ErrorCode::undefined_column, "column " + in_message(column) + " does not exist",
                            !table_.maybe && !table_.column(column)->maybe, i_);
}

bool Refusals::gets_type(const std::string& column) const {
    return std::any_of(a_.statement.cmds.begin(), a_.statement.cmds.end(), [&](const AlterTableCmd& other) {
        return other.subtype == AlterColumnType && other.name == column;
    });
}

bool Refusals::is_added(const std::string& column) const {
    return std::any_of(a_.statement.cmds.begin(), a_.statement.cmds.end(), [&](const AlterTableCmd& other) {
        return other.subtype == AddColumn && other.column && other.column->name == column;
    });
}

// AdjustNotNullInheritance
void Refusals::of_new_not_null(const Constraint& c) const {
    if (c.no_inherit && is_partitioned())
        return fails("not-null constraints on partitioned tables cannot be NO INHERIT");
    for (const std::string& name : c.keys) {
        const Column* column = table_.column(name);
        if (!column || !column->not_null || a_.drops_not_null(name)) continue;
        if (c.no_inherit != column->not_null_no_inherit)
            return fails("cannot change NO INHERIT status of NOT NULL constraint of column " + in_message(name));
        if (!c.name.empty() && c.name != column->not_null_constraint)
            return fails("cannot create not-null constraint " + in_message(c.name) + " on column " + in_message(name) +
                         ": it has one already");
    }
}

bool Refusals::lacks_key_column(const std::string& column) const {
    const bool added = std::any_of(a_.statement.cmds.begin(), a_.statement.cmds.end(), [&](const auto& other) {
        return other.subtype == AddColumn && other.column && other.column->name == column;
    });
    if (added || !are_columns_told(table_)) return false;
    if (has_column(table_, column) && !a_.dropped_columns.contains(column)) return false;
    if (a_.answer.surely_lacks(table_, column))
        a_.answer.fails(ErrorCode::undefined_column,
                        "column " + in_message(column) +
                            (cmd_.constraint->type == ConstraintType::foreign_key
                                 ? " referenced in foreign key constraint does not exist"
                                 : " named in key does not exist"),
                        !table_.maybe, i_);
    return true;
}

void Refusals::of_validation() const {
    const TableConstraint* c = table_.constraint_named(cmd_.name);
    if (c && !a_.dropped_constraints.contains(c->name)) return of_validation(c->type, c->enforced || c->valid);
    if (const Constraint* added = added_constraint(a_.statement, cmd_.name))
        of_validation(added->type, added->enforced);
}

void Refusals::of_validation(ConstraintType type, bool enforced) const {
    if (!enforced) return fails("cannot validate NOT ENFORCED constraint");
    if (type == ConstraintType::foreign_key || type == ConstraintType::check ||
        (type == ConstraintType::not_null && a_.answer.has(Behaviour::not_null_is_a_constraint)))
        return;
    fails("constraint " + in_message(cmd_.name) + of_table() + " is not a foreign key" +
          (a_.answer.has(Behaviour::not_null_is_a_constraint) ? ", check, or not-null constraint"
                                                              : " or check constraint"));
}

void Refusals::of_dropped_constraint() const {
    const TableConstraint* c = table_.constraint_named(cmd_.name);
    if (!c) return;
    if (c->inherited) return fails("cannot drop inherited constraint " + in_message(cmd_.name) + of_table());
    if (!a_.answer.has(Behaviour::drops_from_partitioned_only) && a_.statement.only && is_partitioned() &&
        !table_.table.children.empty() && !c->no_inherit && c->type == ConstraintType::check)
        return fails("cannot remove constraint from only the partitioned table when partitions exist");
    if (cmd_.cascade || !c->index) return;
    for (const auto& [referencing, key] : a_.answer.catalog.referencing(table_.id))
        if (std::is_permutation(key->referenced_columns.begin(), key->referenced_columns.end(), c->columns.begin(),
                                c->columns.end()) &&
            !(referencing == a_.table && a_.dropped_constraints.contains(key->name)) &&
            !goes_with_column(*referencing, *key))
            // Another key over the same columns may be the one it was made with.
            return a_.answer.fails(Failure::Kind::dependent_objects,
                                   "cannot drop constraint " + cmd_.name + " on table " + table_.name.name +
                                       " because other objects depend on it",
                                   !table_.maybe && !key->maybe && keys_over(c->columns) == 1, i_);
}

/// Its own, or one of a child, which loses the column with it, by a subcommand further to the left.
bool Refusals::goes_with_column(const Relation& referencing, const TableConstraint& key) const {
    const bool reached =
        &referencing == a_.table || std::find(a_.below.begin(), a_.below.end(), &referencing) != a_.below.end();
    const auto& cmds = a_.statement.cmds;
    return reached && std::any_of(cmds.begin(), cmds.begin() + static_cast<std::ptrdiff_t>(i_), [&](const auto& other) {
               return other.subtype == DropColumn && is_among(other.name, key.columns);
           });
}

std::ptrdiff_t Refusals::keys_over(const std::vector<std::string>& columns) const {
    return std::count_if(table_.table.constraints.begin(), table_.table.constraints.end(),
                         [&](const auto& other) {
                             return other.index && std::is_permutation(other.columns.begin(), other.columns.end(),
                                                                       columns.begin(), columns.end());
                         }) +
           std::ptrdiff_t(std::count_if(indexes_.begin(), indexes_.end(), [](const Relation* index) {
               return index->index.unique && index->index.constraint.empty();
           }));
}

// ATAddForeignKeyConstraint
void refuse_key_to_other_persistence(Answer& answer, Persistence referencing, const Constraint& key,
                                     std::size_t command) {
    const Relation* referenced = answer.catalog.find(key.referenced);
    if (!referenced || referenced->persistence == referencing) return;
    const char* refused = referencing == Persistence::permanent   ? "permanent tables may reference only permanent"
                          : referencing == Persistence::temporary ? "temporary tables may reference only temporary"
                          : referenced->persistence == Persistence::temporary
                              ? "unlogged tables may reference only permanent or unlogged"
                              : nullptr;
    if (refused)
        answer.fails(Failure::Kind::not_allowed, std::string("constraints on ") + refused + " tables",
                     !referenced->maybe, command);
}

}  // namespace pgfence
