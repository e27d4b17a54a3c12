// What ALTER TABLE refuses because of what the table is, or already has: ATPrepAddColumn, ATPrepDropColumn,
// ATPrepAlterColumnType, ATExecDropNotNull, ATExecColumnDefault, index_check_primary_key, ATSimplePermissions, ... Only
// what the catalog has is a reason; what it lacks is one where it is complete.

#include <algorithm>
#include <array>

#include "analyze/catalog/view_columns.h"
#include "analyze/model/alteration.h"
#include "analyze/model/builtin.h"
#include "analyze/model/column_type.h"
#include "analyze/model/expressions.h"
#include "analyze/model/types.h"
#include "core/text.h"

namespace pgfence {
namespace {

using enum AlterTableType;

class Refusals {
public:
    Refusals(const Alteration& a, const AlterTableCmd& cmd, std::size_t i)
        : a_(a), cmd_(cmd), i_(i), table_(*a.table), column_(a.table->column(cmd.name)) {}

    void note() {
        if (is_of_another_kind() || lacks_column() || lacks_constraint()) return;
        switch (cmd_.subtype) {
            case AddColumn: of_new_column(); break;
            case DropColumn: of_dropped_column(); break;
            case AlterColumnType: of_type(); break;
            case ColumnDefault:
                of_default();
                of_default_of_new_column();
                break;
            case DropNotNull: of_null(); break;
            case SetNotNull: of_not_null(); break;
            case SetStatistics:
                if (column_ && column_->generated_virtual)
                    fails("cannot alter statistics on virtual generated column " + in_message(cmd_.name));
                break;
            case SetStorage: of_storage(); break;
            case SetCompression: of_compression(); break;
            case AddIdentity:
                if (!is_identity_of_tree()) of_new_identity();
                break;
            case SetIdentity:
            case DropIdentity:
                if (is_identity_of_tree()) break;
                if (column_ && !column_->identity && !cmd_.missing_ok && !gets_identity())
                    fails("column " + in_message(cmd_.name) + of_table() + " is not an identity column");
                break;
            case DropExpression:
            case SetExpression: of_expression(); break;
            case AddConstraint: of_new_constraint(); break;
            case ValidateConstraint: of_validation(); break;
            case DropConstraint: of_dropped_constraint(); break;
            case AddOf: of_new_type(); break;
            case DropOf:
                if (!table_.table.of_type) fails(in_message(table_.name.name) + " is not a typed table");
                break;
            case AddInherit: of_new_parent(); break;
            case DropInherit: of_lost_parent(); break;
            case SetLogged: of_persistence(Persistence::permanent); break;
            case SetUnLogged: of_persistence(Persistence::unlogged); break;
            case SetRelOptions: of_options(); break;
            case ChangeOwner:
                if (table_.kind == RelationKind::sequence && table_.sequence.owner_table &&
                    (table_.owner.empty() || table_.owner != cmd_.name))
                    a_.answer.fails(Failure::Kind::not_allowed,
                                    "cannot change owner of sequence " + in_message(table_.name.name),
                                    !table_.owner.empty() && !table_.maybe, i_);
                break;
            case SetAccessMethod:
                if (is_partitioned() && !a_.answer.has(Behaviour::partitioned_access_method))
                    fails("cannot change access method of a partitioned table");
                break;
            case ClusterOn:
                if ((key_made_first(cmd_.name) || !refuse_index(a_.answer, table_, cmd_.name, IndexUse::order, i_)) &&
                    is_partitioned())
                    fails("cannot mark index clustered in partitioned table");
                break;
            case DropCluster:
                if (is_partitioned()) fails("cannot mark index clustered in partitioned table");
                break;
            case ReplicaIdentity:
                if (cmd_.name.empty()) break;
                if (const Constraint* key = key_made_first(cmd_.name))
                    of_identity_made_first(*key);
                else
                    refuse_index(a_.answer, table_, cmd_.name, IndexUse::replica_identity, i_);
                break;
            case EnableTrig:
            case EnableAlwaysTrig:
            case EnableReplicaTrig:
            case DisableTrig: of_trigger(); break;
            default: break;
        }
    }

private:
    bool is_partitioned() const { return table_.kind == RelationKind::partitioned_table; }
    std::string of_table() const { return " of relation " + in_message(table_.name.name); }

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

    /// ATSimplePermissions: commands that are for tables alone, or for materialized views as well, or for views.
    bool is_of_another_kind() const {
        constexpr std::array kForTables{AddColumn,
                                        DropColumn,
                                        AlterColumnType,
                                        DropNotNull,
                                        SetNotNull,
                                        AddConstraint,
                                        DropConstraint,
                                        ValidateConstraint,
                                        AlterConstraint,
                                        EnableRowSecurity,
                                        DisableRowSecurity,
                                        AddInherit,
                                        DropInherit,
                                        ForceRowSecurity,
                                        NoForceRowSecurity,
                                        SetExpression,
                                        DropExpression,
                                        SetLogged,
                                        SetUnLogged,
                                        AddOf,
                                        DropOf,
                                        EnableTrig,
                                        EnableAlwaysTrig,
                                        EnableReplicaTrig,
                                        DisableTrig,
                                        EnableTrigAll,
                                        DisableTrigAll,
                                        EnableTrigUser,
                                        DisableTrigUser,
                                        EnableRule,
                                        EnableAlwaysRule,
                                        EnableReplicaRule,
                                        DisableRule,
                                        DetachPartition,
                                        DetachPartitionFinalize};
        constexpr std::array kNotForViews{SetStatistics, SetOptions,  ResetOptions,    SetStorage,    SetCompression,
                                          ClusterOn,     DropCluster, SetAccessMethod, SetTableSpace, ReplicaIdentity};
        constexpr std::array kNotForMaterialized{ColumnDefault, AddIdentity, SetIdentity, DropIdentity};
        const auto among = [&](const auto& all) {
            return std::find(all.begin(), all.end(), cmd_.subtype) != all.end();
        };
        const bool refused = (table_.is_view() && among(kForTables)) ||
                             (table_.kind == RelationKind::view && among(kNotForViews)) ||
                             (table_.kind == RelationKind::materialized_view && among(kNotForMaterialized)) ||
                             (is_partitioned() && a_.answer.has(Behaviour::partitioned_never_unlogged) &&
                              (cmd_.subtype == SetLogged || cmd_.subtype == SetUnLogged));
        if (!refused) return false;
        a_.answer.fails(
            Failure::Kind::not_allowed,
            in_message(table_.name.name) + " is a " + std::string(name_of(table_.kind)) + ": this is not for one",
            !table_.maybe, i_);
        return true;
    }

    /// AT_PASS_DROP and AT_PASS_ALTER_TYPE come before AT_PASS_ADD_COL; ATPrepSetNotNull looks at a partitioned table's
    /// own column (15 to 17).
    bool comes_before_added_columns() const {
        const int version = a_.answer.now.version;
        switch (cmd_.subtype) {
            case DropColumn:
            case DropNotNull:
            case DropExpression:
            case SetExpression:
            case DropIdentity:
            case AlterColumnType: return true;
            case ColumnDefault: return !cmd_.expr;
            case SetNotNull:
                return is_partitioned() && has(version, Behaviour::set_not_null_passes_partitions_by) &&
                       !has(version, Behaviour::not_null_is_a_constraint);
            default: return false;
        }
    }

    bool adds_column() const {
        return std::any_of(a_.statement.cmds.begin(), a_.statement.cmds.end(), [&](const AlterTableCmd& other) {
            return other.subtype == AddColumn && other.column && other.column->name == cmd_.name;
        });
    }

    /// AT_PASS_DROP comes first; in it, one follows the other.
    bool is_dropped_by_another() const {
        const auto& cmds = a_.statement.cmds;
        // Each table does all of a pass in turn; DROP COLUMN went down to the children by then (ATSimpleRecursion).
        const bool goes_down =
            cmd_.subtype == ColumnDefault && !cmd_.expr && !a_.statement.only && !table_.table.children.empty();
        const auto drops = [&](const AlterTableCmd& other) {
            return other.subtype == DropColumn && other.name == cmd_.name;
        };
        const bool in_that_pass = cmd_.subtype == DropColumn || cmd_.subtype == DropNotNull ||
                                  cmd_.subtype == DropExpression || cmd_.subtype == DropIdentity ||
                                  (cmd_.subtype == ColumnDefault && !cmd_.expr);
        const auto end = in_that_pass && !goes_down ? cmds.begin() + static_cast<std::ptrdiff_t>(i_) : cmds.end();
        return std::any_of(cmds.begin(), end, drops);
    }

    bool lacks_column() const {
        constexpr std::array kOfColumn{ColumnDefault, DropNotNull, SetNotNull,     SetStatistics, SetOptions,
                                       ResetOptions,  SetStorage,  SetCompression, DropColumn,    AlterColumnType,
                                       AddIdentity,   SetIdentity, DropIdentity,   SetExpression, DropExpression};
        if (std::find(kOfColumn.begin(), kOfColumn.end(), cmd_.subtype) == kOfColumn.end() || cmd_.name.empty())
            return false;
        if (!are_columns_told(table_) || (adds_column() && !comes_before_added_columns())) return false;
        if (has_column(table_, cmd_.name) && !is_dropped_by_another()) return false;
        if (!(cmd_.subtype == DropColumn && cmd_.missing_ok)) a_.answer.lacks_column(cmd_.name, table_, i_);
        return true;
    }

    bool adds_constraint(const std::string& name) const {
        return std::any_of(a_.statement.cmds.begin(), a_.statement.cmds.end(), [&](const AlterTableCmd& other) {
            return other.constraint && other.subtype == AddConstraint &&
                   (other.constraint->name.empty() || other.constraint->name == name);
        });
    }

    /// AT_PASS_ADD_INDEX comes before AT_PASS_MISC: the key of the statement whose index it is, or may be.
    const Constraint* key_made_first(const std::string& index) const {
        if (a_.answer.catalog.find(Name{table_.name.schema, index})) return nullptr;
        for (const AlterTableCmd& other : a_.statement.cmds) {
            if (other.subtype == AddColumn && other.column) {
                const Constraint* key = constraint_of(*other.column, ConstraintType::unique);
                if (!key) key = constraint_of(*other.column, ConstraintType::primary_key);
                if (key) return key;
            }
            const Constraint* key = other.subtype == AddConstraint && other.constraint ? &*other.constraint : nullptr;
            if (key && (!key->keys.empty() || !key->using_index.empty()) && (key->name.empty() || key->name == index))
                return key;
        }
        return nullptr;
    }

    /// By AT_PASS_MISC.
    bool is_nullable_by_then(const std::string& column) const {
        const auto& cmds = a_.statement.cmds;
        const bool set = std::any_of(cmds.begin(), cmds.end(), [&](const AlterTableCmd& other) {
            const bool made = other.subtype == AddColumn && other.column && other.column->name == column &&
                              constraint_of(*other.column, ConstraintType::not_null);
            const bool of_key = other.subtype == AddConstraint && other.constraint &&
                                (other.constraint->type == ConstraintType::primary_key ||
                                 other.constraint->type == ConstraintType::not_null);
            return made || (other.subtype == SetNotNull && other.name == column) ||
                   (of_key && is_among(column, other.constraint->keys));
        });
        const Column* known = table_.column(column);
        return !set && known && (!known->not_null || a_.drops_not_null(column)) && !known->maybe;
    }

    // ATExecReplicaIdentity
    void of_identity_made_first(const Constraint& key) const {
        const std::string name = in_message(cmd_.name);
        if (key.name != cmd_.name) return;
        if (key.type == ConstraintType::exclusion)
            return fails("cannot use non-unique index " + name + " as replica identity");
        if (key.deferrable) return fails("cannot use non-immediate index " + name + " as replica identity");
        for (const std::string& column : key.keys)
            if (is_nullable_by_then(column))
                return fails("index " + name + " cannot be used as replica identity because column " +
                             in_message(column) + " is nullable");
    }

    /// By a subcommand further to the left.
    bool is_dropped_before(const std::string& constraint) const {
        const auto& cmds = a_.statement.cmds;
        const TableConstraint* there = table_.constraint_named(constraint);
        return std::any_of(cmds.begin(), cmds.begin() + static_cast<std::ptrdiff_t>(i_), [&](const auto& other) {
            const bool with_column = other.subtype == DropColumn && there && is_among(other.name, there->columns);
            return with_column || (other.subtype == DropConstraint && other.name == constraint);
        });
    }

    bool lacks_constraint() const {
        if (cmd_.subtype != DropConstraint && cmd_.subtype != ValidateConstraint && cmd_.subtype != AlterConstraint)
            return false;
        const std::string& name =
            cmd_.subtype == AlterConstraint && cmd_.constraint ? cmd_.constraint->name : cmd_.name;
        const bool goes_first = cmd_.subtype != DropConstraint && a_.dropped_constraints.contains(name);
        const bool gone = goes_first || (cmd_.subtype == DropConstraint && is_dropped_before(name));
        if (cmd_.missing_ok || (table_.constraint_named(name) && !gone) ||
            (column_of_not_null(table_, name) && !is_dropped_before(name)) ||
            (cmd_.subtype != DropConstraint && adds_constraint(name)))
            return false;
        a_.answer.lacks("constraint " + in_message(name) + " of relation", table_, i_);
        return true;
    }

    bool in_partition_key(const std::string& column) const {
        const auto& key = table_.table.partition_key;
        return key && std::any_of(key->elements.begin(), key->elements.end(), [&](const IndexElement& e) {
                   return e.column == column || (e.expr && mentions_column(*e.expr, column));
               });
    }

    void of_dropped_column() const {
        if (is_of_parent("drop", "cannot drop column from typed table")) return;
        if (in_partition_key(cmd_.name))
            return fails("cannot drop column " + in_message(cmd_.name) +
                         " because it is part of the partition key of relation " + in_message(table_.name.name));
        if (a_.statement.only && is_partitioned() && !table_.table.children.empty())
            fails("cannot drop column from only the partitioned table when partitions exist");
    }

    /// The type's default storage is PLAIN (pg_type.typstorage): its values have a fixed length.
    bool is_plain() const {
        if (!column_) return false;
        const TypeName type = base_type(column_->type, a_.answer.catalog);
        if (a_.answer.catalog.find_enum(type.name)) return type.array_dimensions == 0;
        const std::string name = canonical_type(type);
        const builtin::Type* known = builtin::find_type(name, a_.answer.now.version);
        return known && known->length > 0;
    }

    void of_storage() const {
        if (is_plain() && cmd_.storage != "plain" && cmd_.storage != "PLAIN" && cmd_.storage != "default")
            fails("column data type can only have storage PLAIN");
    }

    void of_compression() const {
        if (is_plain() && cmd_.storage != "default") fails("column data type does not support compression");
    }

    // heap_reloptions, partitioned_table_reloptions, view_reloptions
    void of_options() const {
        if (cmd_.options.empty()) return;
        if (is_partitioned()) return fails("cannot specify storage parameters for a partitioned table");
        constexpr std::array<std::string_view, 3> kOfViews{"check_option", "security_barrier", "security_invoker"};
        if (table_.kind != RelationKind::view) return;
        for (const std::string& option : cmd_.options)
            if (std::find(kOfViews.begin(), kOfViews.end(), option) == kOfViews.end())
                return fails("unrecognized parameter " + in_message(option));
    }

    // EnableDisableTrigger
    void of_trigger() const {
        const auto& triggers = table_.triggers;
        if (std::any_of(triggers.begin(), triggers.end(), [&](const TriggerInfo& t) { return t.name == cmd_.name; }))
            return;
        if (!cmd_.name.starts_with("RI_ConstraintTrigger"))
            a_.answer.lacks("trigger " + in_message(cmd_.name) + " for table", table_, i_);
    }

    // ATExecAddOf
    void of_new_type() const {
        if (!table_.table.parents.empty()) return fails("typed tables cannot inherit");
        const Relation* type = a_.answer.catalog.find(cmd_.relation);
        if (!type || type->kind != RelationKind::composite_type || !table_.columns_known) return;
        auto own = table_.columns.begin();
        for (const Column& attribute : type->columns) {
            if (own == table_.columns.end()) return fails("table is missing column " + in_message(attribute.name));
            const Column& column = *own;
            ++own;
            if (column.name != attribute.name)
                return fails("table has column " + in_message(column.name) + " where type requires " +
                             in_message(attribute.name));
            if (canonical_type(column.type) != canonical_type(attribute.type) ||
                column.type.typmods != attribute.type.typmods)
                return fails("table has different type for column " + in_message(column.name));
        }
        if (own != table_.columns.end()) fails("table has extra column " + in_message((*own).name));
    }

    void of_new_parent() const {
        if (table_.table.is_partition) return fails("cannot change inheritance of a partition");
        if (is_partitioned()) return fails("cannot change inheritance of partitioned table");
        if (const Relation* parent = a_.answer.catalog.find(cmd_.relation))
            refuse_child(a_.answer, *parent, table_, i_);
    }

    void of_lost_parent() const {
        if (table_.table.is_partition) return fails("cannot change inheritance of a partition");
        const Relation* parent = a_.answer.catalog.find(cmd_.relation);
        const auto& parents = table_.table.parents;
        if (parent && std::find(parents.begin(), parents.end(), parent->id) == parents.end())
            a_.answer.fails(Failure::Kind::not_allowed,
                            "relation " + in_message(parent->name.name) + " is not a parent of relation " +
                                in_message(table_.name.name),
                            a_.answer.catalog.complete() && !parent->maybe && !table_.maybe, i_);
    }

    // ATPrepChangePersistence
    void of_persistence(Persistence wanted) const {
        if (table_.persistence == Persistence::temporary)
            return fails("cannot change logged status of table " + in_message(table_.name.name) +
                         " because it is temporary");
        if (table_.persistence == wanted || table_.kind == RelationKind::sequence) return;
        const auto refuse = [&](const Relation& other, const TableConstraint& key) {
            a_.answer.fails(Failure::Kind::not_allowed,
                            wanted == Persistence::permanent
                                ? "could not change table " + in_message(table_.name.name) +
                                      " to logged because it references unlogged table " + in_message(other.name.name)
                                : "could not change table " + in_message(table_.name.name) +
                                      " to unlogged because it references logged table " + in_message(other.name.name),
                            !table_.maybe && !other.maybe && !key.maybe, i_);
        };
        if (wanted == Persistence::unlogged && a_.answer.catalog.is_named_by_publication(table_.id))
            return fails("cannot change table " + in_message(table_.name.name) +
                         " to unlogged because it is part of a publication");
        if (wanted == Persistence::permanent) {
            for (const TableConstraint& key : table_.table.constraints)
                if (const Relation* other =
                        key.type == ConstraintType::foreign_key ? a_.answer.catalog.find(key.referenced_name) : nullptr;
                    other && other->id != table_.id && other->persistence != Persistence::permanent)
                    return refuse(*other, key);
            return;
        }
        for (const auto& [other, key] : a_.answer.catalog.referencing(table_.id))
            if (other->id != table_.id && other->persistence == Persistence::permanent) return refuse(*other, *key);
    }

    bool gets_identity() const {
        return std::any_of(a_.statement.cmds.begin(), a_.statement.cmds.end(), [&](const AlterTableCmd& other) {
            return other.subtype == AddIdentity && other.name == cmd_.name;
        });
    }

    /// ATPrepDropExpression; cookDefault
    void of_expression() const {
        if (!column_) return;
        if (cmd_.subtype == DropExpression && refuses_to_drop_expression()) return;
        if (!column_->generated)
            return cmd_.missing_ok
                       ? void()
                       : fails("column " + in_message(cmd_.name) + of_table() + " is not a generated column");
        if (a_.statement.only && !table_.table.children.empty())
            return fails("the generation expression must be changed in child tables too");
        if (cmd_.expr) of_generation(*cmd_.expr);
    }

    /// ATPrepDropExpression, before anybody looks whether there is one: up to 18, for a table below with children it is
    /// ONLY.
    bool refuses_to_drop_expression() const {
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

    void of_generation(const Expr& expr) const {
        for (const Column& column : table_.columns)
            if (column.generated && mentions_column(expr, column.name))
                return fails("cannot use generated column " + in_message(column.name) +
                             " in column generation expression");
    }

    void of_new_column() const {
        if (table_.table.is_partition) return fails("cannot add column to a partition");
        if (table_.table.of_type) return fails("cannot add column to typed table");
        if (cmd_.column && cmd_.missing_ok && table_.column(cmd_.column->name)) return;
        if (a_.statement.only && !table_.table.children.empty()) fails("column must be added to child tables too");
        if (cmd_.column && constraint_of(*cmd_.column, ConstraintType::primary_key)) of_second_primary_key();
        if (const Constraint* generated =
                cmd_.column ? constraint_of(*cmd_.column, ConstraintType::generated) : nullptr)
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
    bool is_of_parent(std::string_view verb, std::string_view of_typed_table) const {
        const bool inherited = column_ && column_->inherited;
        if (table_.table.of_type)
            fails(std::string(of_typed_table));
        else if (inherited)
            fails("cannot " + std::string(verb) + " inherited column " + in_message(cmd_.name));
        return table_.table.of_type || inherited;
    }

    /// ATExecAlterColumnType compares what the column was with what it is by then.
    bool changes_type(const AlterTableCmd& cmd) const {
        if (!column_ || !cmd.column) return true;
        const TypeName to = a_.answer.catalog.resolve_type(cmd.column->type);
        return canonical_type(to) != canonical_type(column_->type) || to.typmods != column_->type.typmods;
    }

    void of_type() const {
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
            a_.answer.fails(Failure::Kind::not_allowed,
                            "cannot alter type of column " + in_message(cmd_.name) + " twice", !table_.maybe, i_);
        if (cmd_.expr)
            for (const Relation* child : a_.below)
                if (child->kind == RelationKind::foreign_table) fails(in_message(child->name.name) + " is not a table");
        if (column_ && column_->generated && cmd_.expr)
            return fails("cannot specify USING when altering type of generated column");
        if (!column_ || !column_->identity || !cmd_.column) return;
        const std::string& type = cmd_.column->type.name.name;
        if (type != "int2" && type != "int4" && type != "int8" &&
            !a_.answer.catalog.find_domain(cmd_.column->type.name))
            fails("identity column type must be smallint, integer, or bigint");
    }

    /// AT_PASS_ADD_OTHERCONSTR comes after AT_PASS_ADD_COL.
    void of_default_of_new_column() const {
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

    void of_default() const {
        if (!column_ && table_.is_view() && cmd_.expr)
            of_type_of_default(*cmd_.expr, type_of_column(a_.answer.catalog, table_, cmd_.name));
        if (!column_) return;
        if (column_->identity) return fails("column " + in_message(cmd_.name) + of_table() + " is an identity column");
        if (column_->generated) return fails("column " + in_message(cmd_.name) + of_table() + " is a generated column");
        if (cmd_.expr) of_type_of_default(*cmd_.expr, type_by_then(*column_));
    }

    /// AT_PASS_ALTER_TYPE comes before AT_PASS_ADD_OTHERCONSTR.
    TypeName type_by_then(const Column& column) const {
        for (const AlterTableCmd& other : a_.statement.cmds)
            if (other.subtype == AlterColumnType && other.name == column.name && other.column)
                return a_.answer.catalog.resolve_type(other.column->type);
        return column.type;
    }

    void of_type_of_default(const Expr& expr, const TypeName& column) const {
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

    const TableConstraint* primary_key() const {
        for (const TableConstraint& c : table_.table.constraints)
            if (c.type == ConstraintType::primary_key) return &c;
        return nullptr;
    }

    void of_null() const {
        if (!column_) return;
        if (column_->identity) return fails("column " + in_message(cmd_.name) + of_table() + " is an identity column");
        const TableConstraint* key = primary_key();
        if (key && !a_.dropped_constraints.contains(key->name) &&
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
    void of_not_null() const {
        if (a_.answer.has(Behaviour::not_null_is_a_constraint) && !a_.statement.only && column_ && column_->not_null &&
            column_->not_null_no_inherit && !a_.drops_not_null(cmd_.name))
            return fails("cannot change NO INHERIT status of NOT NULL constraint of column " + in_message(cmd_.name));
        if (!a_.statement.only || !is_partitioned() || !column_ || column_->not_null) return;
        for (const RelationId id : table_.table.children)
            if (const Relation* child = a_.answer.catalog.get(id); child && !is_not_null(*child, cmd_.name))
                return fails("constraint must be added to child tables too");
    }

    bool is_identity_of_tree() const {
        if (!a_.answer.has(Behaviour::identity_of_partitions)) return false;
        const bool only = a_.statement.only && is_partitioned();
        if (table_.table.is_partition)
            fails("cannot change identity of a column of a partition");
        else if (only)
            fails("cannot change identity of a column of only the partitioned table");
        return table_.table.is_partition || only;
    }

    void of_new_identity() const {
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

    /// transformIndexConstraint: which makes its columns NOT NULL first.
    bool gets_primary_key(const std::string& column) const {
        return std::any_of(a_.statement.cmds.begin(), a_.statement.cmds.end(), [&](const AlterTableCmd& other) {
            return other.subtype == AddConstraint && other.constraint &&
                   other.constraint->type == ConstraintType::primary_key && is_among(column, other.constraint->keys);
        });
    }

    void of_second_primary_key() const {
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

    void of_new_constraint() const {
        if (!cmd_.constraint) return;
        const Constraint& c = *cmd_.constraint;
        if (table_.kind == RelationKind::foreign_table && c.type != ConstraintType::check &&
            c.type != ConstraintType::not_null)
            return fails("keys are not supported on foreign tables");
        if (c.type == ConstraintType::primary_key) of_second_primary_key();
        if (c.type == ConstraintType::check && c.expr) of_dropped_columns(*c.expr);
        if (c.type == ConstraintType::exclusion && is_partitioned() &&
            !a_.answer.has(Behaviour::exclusion_on_partitioned))
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
        for (const std::string& column : c.type == ConstraintType::foreign_key ? c.fk_columns : c.keys)
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
            refuse_key_without_partition_key(a_.answer, *table_.table.partition_key, c.keys, "an exclusion constraint",
                                             i_);
        if (c.type == ConstraintType::not_null && a_.answer.has(Behaviour::not_null_is_a_constraint))
            of_new_not_null(c);
        if (!c.using_index.empty()) refuse_index(a_.answer, table_, c.using_index, IndexUse::key, i_);
        if (c.type == ConstraintType::foreign_key)
            refuse_key_to_other_persistence(a_.answer, table_.persistence, c, i_);
    }

    /// There, or added by the statement.
    bool is_virtual_by_then(const std::string& name) const {
        for (const AlterTableCmd& other : a_.statement.cmds)
            if (other.subtype == AddColumn && other.column && other.column->name == name)
                if (const Constraint* generated = constraint_of(*other.column, ConstraintType::generated))
                    return generated->generated_virtual;
        const Column* column = table_.column(name);
        return column && column->generated_virtual && !a_.dropped_columns.contains(name);
    }

    /// AT_PASS_DROP comes first.
    void of_dropped_columns(const Expr& check) const {
        for (const std::string& column : a_.dropped_columns)
            if (table_.column(column) && mentions_column(check, column) && !is_added(column))
                a_.answer.fails(ErrorCode::undefined_column, "column " + in_message(column) + " does not exist",
                                !table_.maybe && !table_.column(column)->maybe, i_);
    }

    bool gets_type(const std::string& column) const {
        return std::any_of(a_.statement.cmds.begin(), a_.statement.cmds.end(), [&](const AlterTableCmd& other) {
            return other.subtype == AlterColumnType && other.name == column;
        });
    }

    bool is_added(const std::string& column) const {
        return std::any_of(a_.statement.cmds.begin(), a_.statement.cmds.end(), [&](const AlterTableCmd& other) {
            return other.subtype == AddColumn && other.column && other.column->name == column;
        });
    }

    // AdjustNotNullInheritance
    void of_new_not_null(const Constraint& c) const {
        if (c.no_inherit && is_partitioned())
            return fails("not-null constraints on partitioned tables cannot be NO INHERIT");
        for (const std::string& name : c.keys) {
            const Column* column = table_.column(name);
            if (!column || !column->not_null || a_.drops_not_null(name)) continue;
            if (c.no_inherit != column->not_null_no_inherit)
                return fails("cannot change NO INHERIT status of NOT NULL constraint of column " + in_message(name));
            if (!c.name.empty() && c.name != column->not_null_constraint)
                return fails("cannot create not-null constraint " + in_message(c.name) + " on column " +
                             in_message(name) + ": it has one already");
        }
    }

    bool lacks_key_column(const std::string& column) const {
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

    void of_validation() const {
        const TableConstraint* c = table_.constraint_named(cmd_.name);
        if (c && !a_.dropped_constraints.contains(c->name)) return of_validation(c->type, c->enforced || c->valid);
        if (const Constraint* added = added_constraint(a_.statement, cmd_.name))
            of_validation(added->type, added->enforced);
    }

    void of_validation(ConstraintType type, bool enforced) const {
        if (!enforced) return fails("cannot validate NOT ENFORCED constraint");
        if (type == ConstraintType::foreign_key || type == ConstraintType::check ||
            (type == ConstraintType::not_null && a_.answer.has(Behaviour::not_null_is_a_constraint)))
            return;
        fails("constraint " + in_message(cmd_.name) + of_table() + " is not a foreign key" +
              (a_.answer.has(Behaviour::not_null_is_a_constraint) ? ", check, or not-null constraint"
                                                                  : " or check constraint"));
    }

    void of_dropped_constraint() const {
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

namespace {

// ATExecAttachPartitionIdx
std::string refusal_of_attached_index(const Catalog& catalog, const Relation& parent, const Relation& index) {
    const std::string names = "\"" + index.name.name + "\" as a partition of index \"" + parent.name.name + "\"";
    if (!is_index(index)) return in_message(index.name.name) + " is not an index";
    if (index.index.parent == parent.id) return "";
    if (index.index.parent) return "cannot attach index " + names + ": it is already attached to another index";
    const Relation* table = catalog.get(index.index.table);
    const auto is_parent = [&](RelationId id) { return id == parent.index.table; };
    if (table && std::none_of(table->table.parents.begin(), table->table.parents.end(), is_parent))
        return "cannot attach index " + names + ": it is no index of a partition of that table";
    return "";
}

// ATSimplePermissions, ATExecSetStatistics
void refuse_on_index(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    const Relation& index = *a.table;
    const auto fails = [&](std::string message) {
        if (!message.empty()) a.answer.fails(Failure::Kind::not_allowed, std::move(message), !index.maybe, i);
    };
    const auto is_column = [](const IndexElement& e) { return !e.column.empty(); };
    switch (cmd.subtype) {
        case SetStatistics:
            if (std::all_of(index.index.elements.begin(), index.index.elements.end(), is_column))
                fails("cannot alter statistics on non-expression column of index " + in_message(index.name.name));
            break;
        case SetRelOptions:
        case ResetRelOptions:
            if (index.kind == RelationKind::partitioned_index)
                fails("storage parameters of partitioned index " + in_message(index.name.name) + " cannot be changed");
            break;
        case AttachPartition:
            if (index.kind != RelationKind::partitioned_index)
                fails("ALTER action ATTACH PARTITION cannot be performed on relation " + in_message(index.name.name));
            else if (const Relation* attached = a.answer.catalog.find(cmd.relation); attached && !attached->maybe)
                fails(refusal_of_attached_index(a.answer.catalog, index, *attached));
            break;
        default: break;
    }
}

}  // namespace

void refuse_by_what_is_there(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    if (!a.table) return;
    if (is_index(*a.table))
        refuse_on_index(a, cmd, i);
    else
        Refusals(a, cmd, i).note();
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
