// What ALTER TABLE refuses of columns: ATPrepAddColumn, ATPrepDropColumn, ATPrepAlterColumnType, ATExecDropNotNull,
// ATExecColumnDefault, ATPrepDropExpression, ATExecAddIdentity.

#include <algorithm>

#include "analyze/catalog/view_columns.h"
#include "analyze/model/alter_refusals.h"
#include "analyze/model/builtin.h"
#include "analyze/model/column_type.h"
#include "analyze/model/expressions.h"
#include "analyze/model/types.h"
#include "core/text.h"

namespace pgfence {

using enum AlterTableType;

bool Refusals::in_partition_key(const Relation& table, const std::string& column) {
    const auto& key = table.table.partition_key;
    return key && std::any_of(key->elements.begin(), key->elements.end(), [&](const IndexElement& e) {
               return e.column == column || (e.expr && mentions_column(*e.expr, column));
           });
}

void Refusals::of_dropped_column() const {
    if (is_of_parent("drop", "cannot drop column from typed table")) return;
    for (const Relation* relation : with_descendants(a_.answer.catalog, table_))
        if (in_partition_key(*relation, cmd_.name))
            return fails("cannot drop column " + in_message(cmd_.name) +
                         " because it is part of the partition key of relation " + in_message(relation->name.name));
    if (a_.statement.only && is_partitioned() && !table_.table.children.empty())
        fails("cannot drop column from only the partitioned table when partitions exist");
}

/// The type's default storage is PLAIN (pg_type.typstorage): its values have a fixed length.
bool Refusals::is_plain() const {
    if (!column_) return false;
    const TypeName type = base_type(column_->type, a_.answer.catalog);
    if (a_.answer.catalog.find_enum(type.name)) return type.array_dimensions == 0;
    const std::string name = canonical_type(type);
    const builtin::Type* known = builtin::find_type(name, a_.answer.now.version);
    return known && known->length > 0;
}

void Refusals::of_storage() const {
    if (is_plain() && cmd_.storage != "plain" && cmd_.storage != "PLAIN" && cmd_.storage != "default")
        fails("column data type can only have storage PLAIN");
}

void Refusals::of_compression() const {
    if (is_plain() && cmd_.storage != "default") fails("column data type does not support compression");
}

bool Refusals::gets_identity() const {
    return std::any_of(a_.statement.cmds.begin(), a_.statement.cmds.end(), [&](const AlterTableCmd& other) {
        return other.subtype == AddIdentity && other.name == cmd_.name;
    });
}

/// ATPrepDropExpression; cookDefault
void Refusals::of_expression() const {
    if (!column_) return;
    if (cmd_.subtype == DropExpression && refuses_to_drop_expression()) return;
    if (!column_->generated)
        return cmd_.missing_ok ? void()
                               : fails("column " + in_message(cmd_.name) + of_table() + " is not a generated column");
    if (a_.statement.only && !table_.table.children.empty())
        return fails("the generation expression must be changed in child tables too");
    if (cmd_.expr) of_generation(*cmd_.expr);
}

/// ATPrepDropExpression, before anybody looks whether there is one: up to 18, for a table below with children it is
/// ONLY.
bool Refusals::refuses_to_drop_expression() const {
    const bool only = (a_.statement.only && !table_.table.children.empty()) ||
                      (!a_.answer.has(Behaviour::expression_dropped_at_every_depth) &&
                       std::any_of(a_.below.begin(), a_.below.end(),
                                   [](const Relation* child) { return !child->table.children.empty(); }));
    if (only)
        fails("ALTER TABLE / DROP EXPRESSION must be applied to child tables too");
    else if (column_->inherited)
        fails("cannot drop generation expression from inherited column");
    return only || column_->inherited;
}

void Refusals::of_generation(const Expr& expr) const {
    for (const Column& column : table_.columns)
        if (column.generated && mentions_column(expr, column.name))
            return fails("cannot use generated column " + in_message(column.name) + " in column generation expression");
}

void Refusals::of_new_column() const {
    if (table_.table.is_partition) return fails("cannot add column to a partition");
    if (table_.table.of_type) return fails("cannot add column to typed table");
    if (cmd_.column && cmd_.missing_ok && table_.column(cmd_.column->name)) return;
    if (a_.statement.only && !table_.table.children.empty()) fails("column must be added to child tables too");
    if (cmd_.column && constraint_of(*cmd_.column, ConstraintType::primary_key)) of_second_primary_key();
    if (const Constraint* generated = cmd_.column ? constraint_of(*cmd_.column, ConstraintType::generated) : nullptr)
        if (generated->expr) {
            of_generation(*generated->expr);
            of_dropped_columns(*generated->expr);
        }
    const bool goes_down = is_partitioned() && a_.answer.has(Behaviour::identity_of_partitions);
    if (cmd_.column && constraint_of(*cmd_.column, ConstraintType::identity) && !table_.table.children.empty() &&
        !goes_down)
        fails("cannot recursively add identity column to table that has child tables");
}

/// What came from a parent is the parent's to change.
bool Refusals::is_of_parent(std::string_view verb, std::string_view of_typed_table) const {
    const bool inherited = column_ && column_->inherited;
    if (table_.table.of_type)
        fails(std::string(of_typed_table));
    else if (inherited)
        fails("cannot " + std::string(verb) + " inherited column " + in_message(cmd_.name));
    return table_.table.of_type || inherited;
}

/// ATExecAlterColumnType compares what the column was with what it is by then.
bool Refusals::changes_type(const AlterTableCmd& cmd) const {
    if (!column_ || !cmd.column) return true;
    const TypeName to = a_.answer.catalog.resolve_type(cmd.column->type);
    return canonical_type(to) != canonical_type(column_->type) || to.typmods != column_->type.typmods;
}

void Refusals::of_type() const {
    if (!a_.statement.only && has_column_from_elsewhere(a_.answer.catalog, table_, cmd_.name))
        return fails("cannot alter inherited column " + in_message(cmd_.name) + " of a child");
    if (is_of_parent("alter", "cannot alter column type of typed table")) return;
    if (a_.statement.only && !table_.table.children.empty() && column_)
        fails("type of inherited column " + in_message(cmd_.name) + " must be changed in child tables too");
    const auto& cmds = a_.statement.cmds;
    const auto here = cmds.begin() + static_cast<std::ptrdiff_t>(i_);
    if (std::any_of(cmds.begin(), here, [&](const AlterTableCmd& other) {
            return other.subtype == AlterColumnType && other.name == cmd_.name && changes_type(other);
        }))
        a_.answer.fails(Failure::Kind::not_allowed, "cannot alter type of column " + in_message(cmd_.name) + " twice",
                        !table_.maybe, i_);
    if (cmd_.expr)
        for (const Relation* child : a_.below)
            if (child->kind == RelationKind::foreign_table) fails(in_message(child->name.name) + " is not a table");
    if (column_ && column_->generated && cmd_.expr)
        return fails("cannot specify USING when altering type of generated column");
    if (!column_ || !column_->identity || !cmd_.column) return;
    const std::string& type = cmd_.column->type.name.name;
    if (type != "int2" && type != "int4" && type != "int8" && !a_.answer.catalog.find_domain(cmd_.column->type.name))
        fails("identity column type must be smallint, integer, or bigint");
}

/// AT_PASS_ADD_OTHERCONSTR comes after AT_PASS_ADD_COL.
void Refusals::of_default_of_new_column() const {
    if (column_ || !cmd_.expr) return;
    for (const AlterTableCmd& other : a_.statement.cmds) {
        if (other.subtype != AddColumn || !other.column || other.column->name != cmd_.name) continue;
        const bool identity = constraint_of(*other.column, ConstraintType::identity);
        if (identity || constraint_of(*other.column, ConstraintType::generated))
            a_.answer.fails(Failure::Kind::not_allowed,
                            "column " + in_message(cmd_.name) + of_table() + " is " +
                                (identity ? "an identity" : "a generated") + " column",
                            !table_.maybe, i_);
    }
}

void Refusals::of_default() const {
    if (!column_ && table_.is_view() && cmd_.expr)
        of_type_of_default(*cmd_.expr, type_of_column(a_.answer.catalog, table_, cmd_.name));
    if (!column_) return;
    if (column_->identity) return fails("column " + in_message(cmd_.name) + of_table() + " is an identity column");
    if (column_->generated) return fails("column " + in_message(cmd_.name) + of_table() + " is a generated column");
    if (cmd_.expr) of_type_of_default(*cmd_.expr, type_by_then(*column_));
}

/// AT_PASS_ALTER_TYPE comes before AT_PASS_ADD_OTHERCONSTR.
TypeName Refusals::type_by_then(const Column& column) const {
    for (const AlterTableCmd& other : a_.statement.cmds)
        if (other.subtype == AlterColumnType && other.name == column.name && other.column)
            return a_.answer.catalog.resolve_type(other.column->type);
    return column.type;
}

void Refusals::of_type_of_default(const Expr& expr, const TypeName& column) const {
    const Catalog& catalog = a_.answer.catalog;
    const TypeName type = type_of_default(expr, column, catalog);
    if (type.name.empty() || column.name.empty() ||
        is_assignable(type, column, catalog, a_.answer.now.version) != false)
        return;
    a_.answer.fails(Failure::Kind::not_allowed,
                    "column " + in_message(cmd_.name) + " is of type " + canonical_type(column) +
                        " but default expression is of type " + canonical_type(type),
                    !table_.maybe && !(column_ && column_->maybe), i_);
}

void Refusals::of_null() const {
    if (!column_) return;
    if (column_->identity) return fails("column " + in_message(cmd_.name) + of_table() + " is an identity column");
    const TableConstraint* key = primary_key();
    if (key && !is_dropped_before(key->name) &&
        std::find(key->columns.begin(), key->columns.end(), cmd_.name) != key->columns.end())
        return fails("column " + in_message(cmd_.name) + " is in a primary key");
    if (const Relation* identity = a_.answer.catalog.get(table_.table.replica_identity_index))
        if (uses_column(*identity, cmd_.name))
            return fails("column " + in_message(cmd_.name) + " is in index used as replica identity");
    if (a_.statement.only && is_partitioned() && !table_.table.children.empty() &&
        !a_.answer.has(Behaviour::drops_from_partitioned_only))
        return fails("cannot remove constraint from only the partitioned table when partitions exist");
    for (const RelationId id : table_.table.parents) {
        const Relation* parent = a_.answer.catalog.get(id);
        if (!parent || !is_not_null(*parent, cmd_.name)) continue;
        if (table_.table.is_partition)
            return fails("column " + in_message(cmd_.name) + " is marked NOT NULL in parent table");
        if (a_.answer.has(Behaviour::not_null_is_a_constraint) && !parent->column(cmd_.name)->not_null_no_inherit)
            return fails("cannot drop inherited constraint of column " + in_message(cmd_.name) + of_table());
    }
}

// ATPrepSetNotNull, ATExecSetNotNull
void Refusals::of_not_null() const {
    if (a_.answer.has(Behaviour::not_null_is_a_constraint) && !a_.statement.only && column_ && column_->not_null &&
        column_->not_null_no_inherit && !a_.drops_not_null(cmd_.name))
        return fails("cannot change NO INHERIT status of NOT NULL constraint of column " + in_message(cmd_.name));
    if (!a_.statement.only || !is_partitioned() || !column_ || column_->not_null) return;
    for (const RelationId id : table_.table.children)
        if (const Relation* child = a_.answer.catalog.get(id); child && !is_not_null(*child, cmd_.name))
            return fails("constraint must be added to child tables too");
}

bool Refusals::is_identity_of_tree() const {
    if (!a_.answer.has(Behaviour::identity_of_partitions)) return false;
    const bool only = a_.statement.only && is_partitioned();
    if (table_.table.is_partition)
        fails("cannot change identity of a column of a partition");
    else if (only)
        fails("cannot change identity of a column of only the partitioned table");
    return table_.table.is_partition || only;
}

void Refusals::of_new_identity() const {
    if (!column_) return;
    const std::string type = canonical_type(base_type(column_->type, a_.answer.catalog));
    if (type != "int2" && type != "int4" && type != "int8")
        return fails("identity column type must be smallint, integer, or bigint");
    if (column_->generated) return fails("column " + in_message(cmd_.name) + of_table() + " is a generated column");
    if (column_->identity)
        return fails("column " + in_message(cmd_.name) + of_table() + " is already an identity column");
    if (column_->default_expr)
        return fails("column " + in_message(cmd_.name) + of_table() + " already has a default value");
    if (!column_->not_null && !gets_primary_key(cmd_.name))
        fails("column " + in_message(cmd_.name) + of_table() +
              " must be declared NOT NULL before identity can be added");
}

}  // namespace pgfence
