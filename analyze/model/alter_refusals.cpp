// What ALTER TABLE refuses because of what the table is, or already has: ATPrepAddColumn, ATPrepDropColumn,
// ATPrepAlterColumnType, ATExecDropNotNull, ATExecColumnDefault, index_check_primary_key, ATSimplePermissions, ... Only
// what the catalog has is a reason; what it lacks is one where it is complete.

#include <algorithm>
#include <array>

#include "analyze/model/alteration.h"

namespace pgfence {
namespace {

using enum AlterTableType;

std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

class Refusals {
public:
    Refusals(const Alteration& a, const AlterTableCmd& cmd, std::size_t i)
        : a_(a), cmd_(cmd), i_(i), table_(*a.table), column_(a.table->column(cmd.name)) {}

    void note() {
        if (is_of_another_kind()) return;
        switch (cmd_.subtype) {
            case AddColumn: of_new_column(); break;
            case DropColumn: of_inherited("drop", "cannot drop column from typed table"); break;
            case AlterColumnType: of_type(); break;
            case ColumnDefault: of_default(); break;
            case DropNotNull: of_null(); break;
            case AddIdentity: of_new_identity(); break;
            case SetIdentity:
            case DropIdentity:
                if (column_ && !column_->identity && !cmd_.missing_ok && !gets_identity())
                    fails("column " + quoted(cmd_.name) + of_table() + " is not an identity column");
                break;
            case DropExpression:
                if (column_ && !column_->generated && !cmd_.missing_ok)
                    fails("column " + quoted(cmd_.name) + of_table() + " is not a generated column");
                break;
            case SetExpression:
                if (column_ && !column_->generated)
                    fails("column " + quoted(cmd_.name) + of_table() + " is not a generated column");
                break;
            case AddConstraint: of_new_constraint(); break;
            case ValidateConstraint: of_validation(); break;
            case DropConstraint: of_dropped_constraint(); break;
            case DropOf:
                if (!table_.table.of_type) fails(quoted(table_.name.name) + " is not a typed table");
                break;
            case AddInherit:
                if (table_.table.is_partition) fails("cannot change inheritance of a partition");
                if (is_partitioned()) fails("cannot change inheritance of partitioned table");
                break;
            case DropInherit:
                if (table_.table.is_partition) fails("cannot change inheritance of a partition");
                break;
            default: break;
        }
    }

private:
    bool is_partitioned() const { return table_.kind == RelationKind::partitioned_table; }
    std::string of_table() const { return " of relation " + quoted(table_.name.name); }

    /// Of nothing that other commands of the statement have changed by then.
    void fails(std::string message) const {
        const bool other_commands =
            !cmd_.name.empty() &&
            std::count_if(a_.statement.cmds.begin(), a_.statement.cmds.end(), [&](const auto& other) {
                return other.name == cmd_.name || (other.column && other.column->name == cmd_.name);
            }) > 1;
        const bool certain = !table_.maybe && !(column_ && column_->maybe) && !other_commands;
        a_.answer.fails(Failure::Kind::not_allowed, std::move(message), certain, i_);
    }

    /// ATSimplePermissions: commands that are for tables alone.
    bool is_of_another_kind() const {
        constexpr std::array kForTables{
            AddColumn,         DropColumn,         AlterColumnType, DropNotNull, SetNotNull,       AddConstraint,
            DropConstraint,    ValidateConstraint, AlterConstraint, AddIdentity, SetIdentity,      DropIdentity,
            EnableRowSecurity, DisableRowSecurity, AddInherit,      DropInherit, ForceRowSecurity, NoForceRowSecurity,
            SetExpression,     DropExpression,     SetLogged,       SetUnLogged};
        const bool view = table_.kind == RelationKind::view || table_.kind == RelationKind::materialized_view;
        if (!view || std::find(kForTables.begin(), kForTables.end(), cmd_.subtype) == kForTables.end()) return false;
        a_.answer.fails(
            Failure::Kind::not_allowed,
            quoted(table_.name.name) + " is a " + std::string(name_of(table_.kind)) + ": this is not for one",
            !table_.maybe, i_);
        return true;
    }

    bool gets_identity() const {
        return std::any_of(a_.statement.cmds.begin(), a_.statement.cmds.end(), [&](const AlterTableCmd& other) {
            return other.subtype == AddIdentity && other.name == cmd_.name;
        });
    }

    void of_new_column() const {
        if (table_.table.is_partition) return fails("cannot add column to a partition");
        if (table_.table.of_type) return fails("cannot add column to typed table");
        if (a_.statement.only && !table_.table.children.empty()) fails("column must be added to child tables too");
        if (cmd_.column && constraint_of(*cmd_.column, ConstraintType::primary_key)) of_second_primary_key();
    }

    /// What came from a parent is the parent's to change.
    void of_inherited(std::string_view verb, std::string_view of_typed_table) const {
        if (table_.table.of_type) return fails(std::string(of_typed_table));
        if (column_ && column_->inherited)
            fails("cannot " + std::string(verb) + " inherited column " + quoted(cmd_.name));
    }

    void of_type() const {
        of_inherited("alter", "cannot alter column type of typed table");
        if (a_.statement.only && !table_.table.children.empty() && column_)
            fails("type of inherited column " + quoted(cmd_.name) + " must be changed in child tables too");
        if (!column_ || !column_->identity || !cmd_.column) return;
        const std::string& type = cmd_.column->type.name.name;
        if (type != "int2" && type != "int4" && type != "int8" &&
            !a_.answer.catalog.find_domain(cmd_.column->type.name))
            fails("identity column type must be smallint, integer, or bigint");
    }

    void of_default() const {
        if (!column_) return;
        if (column_->identity) return fails("column " + quoted(cmd_.name) + of_table() + " is an identity column");
        if (column_->generated) fails("column " + quoted(cmd_.name) + of_table() + " is a generated column");
    }

    const TableConstraint* primary_key() const {
        for (const TableConstraint& c : table_.table.constraints)
            if (c.type == ConstraintType::primary_key) return &c;
        return nullptr;
    }

    void of_null() const {
        if (!column_) return;
        if (column_->identity) return fails("column " + quoted(cmd_.name) + of_table() + " is an identity column");
        const TableConstraint* key = primary_key();
        if (key && !a_.dropped_constraints.contains(key->name) &&
            std::find(key->columns.begin(), key->columns.end(), cmd_.name) != key->columns.end())
            return fails("column " + quoted(cmd_.name) + " is in a primary key");
        for (const RelationId id : table_.table.parents) {
            const Relation* parent = a_.answer.catalog.get(id);
            if (parent && table_.table.is_partition && is_not_null(*parent, cmd_.name))
                return fails("column " + quoted(cmd_.name) + " is marked NOT NULL in parent table");
        }
    }

    void of_new_identity() const {
        if (!column_) return;
        if (column_->identity)
            return fails("column " + quoted(cmd_.name) + of_table() + " is already an identity column");
        if (column_->default_expr)
            return fails("column " + quoted(cmd_.name) + of_table() + " already has a default value");
        if (!column_->not_null)
            fails("column " + quoted(cmd_.name) + of_table() +
                  " must be declared NOT NULL before identity can be added");
    }

    void of_second_primary_key() const {
        const TableConstraint* key = primary_key();
        if (key && !a_.dropped_constraints.contains(key->name) && !key->maybe)
            fails("multiple primary keys for table " + quoted(table_.name.name) + " are not allowed");
    }

    void of_new_constraint() const {
        if (!cmd_.constraint) return;
        const Constraint& c = *cmd_.constraint;
        if (c.type == ConstraintType::primary_key) of_second_primary_key();
        if (c.type == ConstraintType::check && c.no_inherit && is_partitioned())
            fails("cannot add NO INHERIT constraint to partitioned table " + quoted(table_.name.name));
        if (c.type == ConstraintType::foreign_key)
            refuse_key_to_other_persistence(a_.answer, table_.persistence, c, i_);
    }

    void of_validation() const {
        const TableConstraint* c = table_.constraint_named(cmd_.name);
        if (!c || c->type == ConstraintType::foreign_key || c->type == ConstraintType::check) return;
        fails("constraint " + quoted(cmd_.name) + of_table() + " is not a foreign key" +
              (a_.answer.now.version >= 18 ? ", check, or not-null constraint" : " or check constraint"));
    }

    void of_dropped_constraint() const {
        const TableConstraint* c = table_.constraint_named(cmd_.name);
        if (!c) return;
        if (c->inherited && !c->local)
            return fails("cannot drop inherited constraint " + quoted(cmd_.name) + of_table());
        if (cmd_.cascade || !c->index) return;
        for (const auto& [referencing, key] : a_.answer.catalog.referencing(table_.id))
            if (std::is_permutation(key->referenced_columns.begin(), key->referenced_columns.end(), c->columns.begin(),
                                    c->columns.end()) &&
                !(referencing == a_.table && a_.dropped_constraints.contains(key->name)))
                // Another key over the same columns may be the one it was made with.
                return a_.answer.fails(Failure::Kind::dependent_objects,
                                       "cannot drop constraint " + cmd_.name + " on table " + table_.name.name +
                                           " because other objects depend on it",
                                       !table_.maybe && !key->maybe && keys_over(c->columns) == 1, i_);
    }

    std::ptrdiff_t keys_over(const std::vector<std::string>& columns) const {
        return std::count_if(table_.table.constraints.begin(), table_.table.constraints.end(),
                             [&](const auto& other) {
                                 return other.index && std::is_permutation(other.columns.begin(), other.columns.end(),
                                                                           columns.begin(), columns.end());
                             }) +
               std::ptrdiff_t(std::count_if(indexes_.begin(), indexes_.end(), [](const Relation* index) {
                   return index->index.unique && index->index.constraint.empty();
               }));
    }

    const Alteration& a_;
    const AlterTableCmd& cmd_;
    const std::size_t i_;
    const Relation& table_;
    const Column* column_;
    const std::vector<const Relation*> indexes_ = a_.answer.catalog.indexes_of(table_.id);
};

}  // namespace

void refuse_by_what_is_there(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    if (a.table && !is_index(*a.table)) Refusals(a, cmd, i).note();
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
