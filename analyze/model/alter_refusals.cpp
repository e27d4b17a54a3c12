// What ALTER TABLE refuses: of tables, indexes and their options (ATSimplePermissions, ATExecReplicaIdentity,
// ATExecAddOf, ATPrepChangePersistence, ...).

#include <algorithm>
#include <array>

#include "analyze/model/alter_refusals.h"
#include "analyze/model/column_type.h"
#include "analyze/model/types.h"
#include "core/text.h"

namespace pgfence {

using enum AlterTableType;

void Refusals::note() {
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
            if (is_view())
                fails("column " + in_message(cmd_.name) + of_table() +
                      " must be declared NOT NULL before identity can be added");
            else if (!is_identity_of_tree())
                of_new_identity();
            break;
        case SetIdentity:
        case DropIdentity:
            if (is_identity_of_tree()) break;
            if ((is_view() || (column_ && !column_->identity)) && !cmd_.missing_ok && !gets_identity())
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

/// Of nothing that other commands of the statement have changed by then.
void Refusals::fails(std::string message) const {
    const bool other_commands =
        !cmd_.name.empty() && std::count_if(a_.statement.cmds.begin(), a_.statement.cmds.end(), [&](const auto& other) {
                                  return other.name == cmd_.name || (other.column && other.column->name == cmd_.name);
                              }) > 1;
    const bool certain = !table_.maybe && !(column_ && column_->maybe) && !other_commands;
    a_.answer.fails(Failure::Kind::not_allowed, std::move(message), certain, i_);
}

/// ATSimplePermissions: commands that are for tables alone, or for materialized views as well, or for views.
bool Refusals::is_of_another_kind() const {
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
    const auto among = [&](const auto& all) { return std::find(all.begin(), all.end(), cmd_.subtype) != all.end(); };
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

/// AT_PASS_DROP and AT_PASS_ALTER_TYPE come before AT_PASS_ADD_COL; ATPrepSetNotNull looks at the column of a
/// partitioned table that has partitions (12 to 17).
bool Refusals::comes_before_added_columns() const {
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
            return is_partitioned() && !table_.table.children.empty() &&
                   has(version, Behaviour::set_not_null_passes_partitions_by) &&
                   !has(version, Behaviour::not_null_is_a_constraint);
        default: return false;
    }
}

bool Refusals::adds_column() const {
    return std::any_of(a_.statement.cmds.begin(), a_.statement.cmds.end(), [&](const AlterTableCmd& other) {
        return other.subtype == AddColumn && other.column && other.column->name == cmd_.name;
    });
}

/// AT_PASS_DROP comes first; in it, one follows the other.
bool Refusals::is_dropped_by_another() const {
    const auto& cmds = a_.statement.cmds;
    // Each table does all of a pass in turn; DROP COLUMN went down to the children by then (ATSimpleRecursion).
    const bool recurses = (cmd_.subtype == ColumnDefault && !cmd_.expr) ||
                          (cmd_.subtype == DropNotNull && !a_.answer.has(Behaviour::not_null_is_a_constraint));
    const bool goes_down = recurses && !a_.statement.only && !table_.table.children.empty();
    const auto drops = [&](const AlterTableCmd& other) {
        return other.subtype == DropColumn && other.name == cmd_.name;
    };
    const bool in_that_pass = cmd_.subtype == DropColumn || cmd_.subtype == DropNotNull ||
                              cmd_.subtype == DropExpression || cmd_.subtype == DropIdentity ||
                              (cmd_.subtype == ColumnDefault && !cmd_.expr);
    const auto end = in_that_pass && !goes_down ? cmds.begin() + static_cast<std::ptrdiff_t>(i_) : cmds.end();
    return std::any_of(cmds.begin(), end, drops);
}

bool Refusals::lacks_column() const {
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

/// AT_PASS_ADD_INDEX comes before AT_PASS_MISC: the key of the statement whose index it is, or may be.
const Constraint* Refusals::key_made_first(const std::string& index) const {
    if (a_.answer.catalog.find(Name{table_.name.schema, index})) return nullptr;
    for (const AlterTableCmd& other : a_.statement.cmds) {
        if (other.subtype == AddColumn && other.column) {
            const Constraint* key = constraint_of(*other.column, ConstraintType::unique);
            if (!key) key = constraint_of(*other.column, ConstraintType::primary_key);
            if (key) return key;
        }
        const Constraint* key = other.subtype == AddConstraint && other.constraint ? &*other.constraint : nullptr;
        if (key && key->type != ConstraintType::not_null && (!key->keys.empty() || !key->using_index.empty()) &&
            (key->name.empty() || key->name == index))
            return key;
    }
    return nullptr;
}

/// By AT_PASS_MISC.
bool Refusals::is_nullable_by_then(const std::string& column) const {
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
void Refusals::of_identity_made_first(const Constraint& key) const {
    const std::string name = in_message(cmd_.name);
    if (key.name != cmd_.name) return;
    if (key.type == ConstraintType::exclusion)
        return fails("cannot use non-unique index " + name + " as replica identity");
    if (key.deferrable) return fails("cannot use non-immediate index " + name + " as replica identity");
    for (const std::string& column : key.keys)
        if (is_nullable_by_then(column))
            return fails("index " + name + " cannot be used as replica identity because column " + in_message(column) +
                         " is nullable");
}

// heap_reloptions, partitioned_table_reloptions, view_reloptions
void Refusals::of_options() const {
    if (cmd_.options.empty()) return;
    if (is_partitioned()) return fails("cannot specify storage parameters for a partitioned table");
    constexpr std::array<std::string_view, 3> kOfViews{"check_option", "security_barrier", "security_invoker"};
    if (table_.kind != RelationKind::view) return;
    for (const std::string& option : cmd_.options)
        if (std::find(kOfViews.begin(), kOfViews.end(), option) == kOfViews.end())
            return fails("unrecognized parameter " + in_message(option));
}

// EnableDisableTrigger
void Refusals::of_trigger() const {
    const auto& triggers = table_.triggers;
    if (std::any_of(triggers.begin(), triggers.end(), [&](const TriggerInfo& t) { return t.name == cmd_.name; }))
        return;
    if (!cmd_.name.starts_with("RI_ConstraintTrigger"))
        a_.answer.lacks("trigger " + in_message(cmd_.name) + " for table", table_, i_);
}

// ATExecAddOf
void Refusals::of_new_type() const {
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

void Refusals::of_new_parent() const {
    if (table_.table.is_partition) return fails("cannot change inheritance of a partition");
    if (is_partitioned()) return fails("cannot change inheritance of partitioned table");
    if (const Relation* parent = a_.answer.catalog.find(cmd_.relation)) refuse_child(a_.answer, *parent, table_, i_);
}

void Refusals::of_lost_parent() const {
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
void Refusals::of_persistence(Persistence wanted) const {
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
    for (const auto& [other, key] : keys_to_rows_of(a_.answer.catalog, table_))
        if (other->id != table_.id && other->persistence == Persistence::permanent) return refuse(*other, *key);
}

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
            if (cmd.subtype == SetRelOptions && is_among("fillfactor", cmd.options) &&
                (index.access_method == "gin" || index.access_method == "brin"))
                fails("unrecognized parameter \"fillfactor\"");
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

}  // namespace pgfence
