// ALTER TABLE: the subcommands in the passes of ATController (tablecmds.c), each recursing as ATPrepCmd says.

#include <algorithm>

#include "analyze/catalog/replay_steps.h"
#include "core/text.h"

namespace pgfence {
namespace {

using enum AlterTableType;

int pass_of(const AlterTableCmd& cmd) {
    switch (cmd.subtype) {
        case DropColumn:
        case DropConstraint:
        case DropNotNull:
        case DropExpression:
        case DropIdentity: return 0;
        case ColumnDefault: return cmd.expr ? 7 : 0;
        case AlterColumnType: return 1;
        case AddColumn: return 2;
        case SetExpression: return 3;
        case SetNotNull:
        case AddIdentity:
        case SetIdentity: return 4;
        case AddConstraint:
            if (!cmd.constraint || !is_key(*cmd.constraint)) return 7;
            return cmd.constraint->using_index.empty() ? 6 : 5;
        default: return 8;
    }
}

std::vector<const AlterTableCmd*> in_passes(const AlterTable& action) {
    std::vector<const AlterTableCmd*> cmds;
    for (const AlterTableCmd& cmd : action.cmds) cmds.push_back(&cmd);
    std::stable_sort(cmds.begin(), cmds.end(), [](const auto* a, const auto* b) { return pass_of(*a) < pass_of(*b); });
    return cmds;
}

/// The column in the table and, when the statement recurses, in everything below.
template <class Change>
void change_column(Server server, Relation& table, const std::string& name, bool recurse, Change change) {
    if (Column* column = table.column(name)) change(table, *column);
    if (!recurse) return;
    for (const Relation* relation : server.catalog.visit_descendants(table.id)) {
        if (!relation->column(name)) continue;
        Relation& child = *server.catalog.get(relation->id);
        change(child, *child.column(name));
    }
}

void drop_identity_sequence(Server server, const Relation& table, const std::string& column) {
    for (const Relation* sequence : std::as_const(server.catalog).sequences_owned_by(table.id))
        if (sequence->sequence.owner_column == column && sequence->sequence.of_identity)
            server.catalog.drop(sequence->id);
}

/// ATExecAlterColumnType: the default is cast from the column's old type, and depends on that.
void keep_type_of_default(Column& column) {
    const std::string& schema = column.type.name.schema;
    if (!column.default_expr || schema.empty() || schema == "pg_catalog") return;
    Expr cast{.kind = Expr::Kind::cast, .text = {}, .name = {}, .type = column.type, .args = {*column.default_expr}};
    column.default_expr = std::move(cast);
}

void alter_column(Server server, Relation& table, const AlterTableCmd& cmd, bool recurse) {
    std::string chosen;  // 18: children take the name over
    // A default of a column that nobody has named yet: of a view, of a table made by AS.
    if (cmd.subtype == ColumnDefault && cmd.expr && !table.columns_known && !table.column(cmd.name))
        table.columns.emplace_back().name = cmd.name;
    const auto set = [&](auto change) { change_column(server, table, cmd.name, recurse, change); };
    switch (cmd.subtype) {
        case ColumnDefault:
            set([&](Relation& r, Column& c) {
                c.default_expr = stored_default(cmd.expr);
                server.catalog.note_uses(r.id, c);
            });
            break;
        case DropNotNull: set([&](Relation& r, Column& c) { clear_not_null(server, r, c); }); break;
        case SetNotNull:
            set([&](Relation& r, Column& c) {
                set_not_null(server, r, c, chosen, true);
                chosen = c.not_null_constraint;
            });
            break;
        case SetExpression:
            set([&](Relation& r, Column& c) {
                c.generated_expr = cmd.expr;
                server.catalog.note_uses(r.id, c);
            });
            break;
        case DropExpression:
            set([](Relation&, Column& c) {
                c.generated = c.generated_virtual = false;
                c.generated_expr.reset();
            });
            break;
        case AlterColumnType:
            if (!cmd.column) break;
            set([&](Relation& r, Column& c) {
                keep_type_of_default(c);
                c.type = server.catalog.resolve_type(cmd.column->type);
                c.collation = cmd.column->collation;
                server.catalog.note_uses(r.id, c);
            });
            break;
        case AddIdentity: {
            Column* column = table.column(cmd.name);
            if (!column || column->identity) break;
            change_column(server, table, cmd.name, recurse && has(server.version, Behaviour::identity_of_partitions),
                          [](Relation&, Column& c) { c.identity = true; });
            make_sequence(server, table, *column);
            break;
        }
        case SetIdentity:  // RESTART, for all that is known
            for (const Relation* sequence : std::as_const(server.catalog).sequences_owned_by(table.id))
                if (sequence->sequence.owner_column == cmd.name) ++server.catalog.get(sequence->id)->sequence.restarts;
            break;
        case DropIdentity: {
            const Column* column = table.column(cmd.name);
            if (!column || !column->identity) break;
            set([](Relation&, Column& c) { c.identity = false; });
            drop_identity_sequence(server, table, cmd.name);
            break;
        }
        default: break;
    }
}

/// ATExecAlterConstrInheritability: 18, of NOT NULL only.
void alter_inheritability(Server server, Relation& table, const Constraint& wanted) {
    const auto named = [&](const Column& c) { return !wanted.name.empty() && c.not_null_constraint == wanted.name; };
    const auto at = std::find_if(table.columns.begin(), table.columns.end(), named);
    if (at == table.columns.end()) return;
    Column& column = table.columns.write(at);
    column.not_null_no_inherit = wanted.no_inherit;
    if (wanted.no_inherit) return;
    const Column now = column;
    for (const Relation* relation : server.catalog.visit_descendants(table.id)) {
        Relation& child = *server.catalog.get(relation->id);
        if (Column* own = child.column(now.name)) set_not_null(server, child, *own, now.not_null_constraint, true);
    }
}

/// What was not enforced is checked in every row, and valid afterwards.
void set_enforced(Relation& table, const Constraint& wanted) {
    table.table.constraints.change_if(
        [&](const TableConstraint& c) { return c.name == wanted.name && c.enforced != wanted.enforced; },
        [&](TableConstraint& c) { c.enforced = c.valid = wanted.enforced; });
}

void alter_constraint(Server server, Relation& table, const AlterTableCmd& cmd) {
    if (!cmd.constraint) return;
    const Constraint& wanted = *cmd.constraint;
    if (is_among("inheritability", cmd.options)) alter_inheritability(server, table, wanted);
    if (is_among("deferrability", cmd.options))
        table.table.constraints.change_if([&](const TableConstraint& c) { return c.name == wanted.name; },
                                          [&](TableConstraint& c) { c.deferrable = wanted.deferrable; });
    if (!is_among("enforceability", cmd.options)) return;
    const TableConstraint* own = table.constraint_named(wanted.name);
    const bool inherited_below = own && own->type == ConstraintType::check && !own->no_inherit;
    set_enforced(table, wanted);
    if (inherited_below)
        for (const Relation* child : server.catalog.visit_descendants(table.id))
            set_enforced(*server.catalog.get(child->id), wanted);
}

RelationId index_named(const Catalog& catalog, const Relation& table, const std::string& name) {
    const Relation* index = catalog.find({table.name.schema, name});
    return index && index->index.table == table.id ? index->id : 0;
}

void set_persistence(Server server, Relation& table, Persistence persistence) {
    // Before 18 a partitioned table takes the command and stays as it is; 18 refuses it.
    if (table.kind == RelationKind::partitioned_table) return;
    table.persistence = persistence;
    for (const Relation* index : std::as_const(server.catalog).indexes_of(table.id))
        server.catalog.get(index->id)->persistence = persistence;
    for (const Relation* sequence : std::as_const(server.catalog).sequences_owned_by(table.id))
        server.catalog.get(sequence->id)->persistence = persistence;
}

void alter_family(Server server, Relation& relation, const AlterTableCmd& cmd) {
    Relation* other = server.catalog.find(cmd.relation);
    if (!other) return;
    const bool index = relation.index.table != 0;
    switch (cmd.subtype) {
        case AttachPartition:
            if (index)
                attach_index(server, relation, *other);
            else
                attach_child(server, relation, *other, cmd.bound, true);
            break;
        case DetachPartition:
        case DetachPartitionFinalize: detach_child(server, relation, *other); break;
        case AddInherit: attach_child(server, *other, relation, {}, false); break;
        case DropInherit: detach_child(server, *other, relation); break;
        case AddOf:
            if (other->kind == RelationKind::composite_type) relation.table.of_type = other->name;
            server.catalog.note_names_others(relation.id);
            break;
        default: break;
    }
}

/// ENABLE and DISABLE TRIGGER name, ALL or USER. ENABLE REPLICA is counted as firing: a session may be a replica's
/// (session_replication_role).
void enable_triggers(Relation& table, const AlterTableCmd& cmd) {
    const bool on = cmd.subtype == EnableTrig || cmd.subtype == EnableAlwaysTrig || cmd.subtype == EnableReplicaTrig ||
                    cmd.subtype == EnableTrigAll || cmd.subtype == EnableTrigUser;
    for (TriggerInfo& trigger : table.triggers)
        if (cmd.name.empty() || trigger.name == cmd.name) trigger.enabled = on;
}

void alter(Server server, Relation& table, const AlterTableCmd& cmd, bool recurse) {
    switch (cmd.subtype) {
        case AddColumn: add_column(server, table, cmd, recurse); break;
        case DropColumn: drop_column(server, table, cmd.name, cmd.cascade, recurse); break;
        case AddConstraint:
            if (cmd.constraint) add_constraint(server, table.id, *cmd.constraint, recurse);
            break;
        case AlterConstraint: alter_constraint(server, table, cmd); break;
        case ValidateConstraint: validate_constraint(server, table, cmd.name, recurse); break;
        case DropConstraint: drop_constraint(server, table, cmd.name, cmd.cascade, recurse); break;
        case ClusterOn: table.table.clustered_on = index_named(std::as_const(server.catalog), table, cmd.name); break;
        case DropCluster: table.table.clustered_on = 0; break;
        case ReplicaIdentity:
            table.table.replica_identity = cmd.replica_identity;
            table.table.replica_identity_index =
                cmd.replica_identity == 'i' ? index_named(std::as_const(server.catalog), table, cmd.name) : 0;
            break;
        case SetLogged: set_persistence(server, table, Persistence::permanent); break;
        case SetUnLogged: set_persistence(server, table, Persistence::unlogged); break;
        case SetTableSpace: table.tablespace = cmd.name; break;
        case SetAccessMethod: table.access_method = cmd.name; break;
        case DropOf: table.table.of_type.reset(); break;
        case EnableRowSecurity:
            table.table.row_security_existing |= !table.table.row_security && !server.catalog.in_change();
            table.table.row_security = true;
            break;
        case DisableRowSecurity: table.table.row_security = false; break;
        case ForceRowSecurity:
        case NoForceRowSecurity: table.table.row_security_forced = cmd.subtype == ForceRowSecurity; break;
        case ChangeOwner: table.owner = cmd.name; break;
        case EnableTrig:
        case EnableAlwaysTrig:
        case EnableReplicaTrig:
        case DisableTrig:
        case EnableTrigAll:
        case DisableTrigAll:
        case EnableTrigUser:
        case DisableTrigUser: enable_triggers(table, cmd); break;
        case AttachPartition:
        case DetachPartition:
        case DetachPartitionFinalize:
        case AddInherit:
        case DropInherit:
        case AddOf: alter_family(server, table, cmd); break;
        default: alter_column(server, table, cmd, recurse);
    }
}

/// Attributes of a composite type: tables of that type get them too, with CASCADE or not (without, the server refuses).
void alter_typed_tables(Server server, const Name& type, const AlterTableCmd& cmd) {
    std::vector<RelationId> typed;
    for (const auto& [id, relation] : server.catalog.relations()) {
        if (!server.catalog.afford_visits(1)) return;
        if (relation.table.of_type == type) typed.push_back(id);
    }
    for (const RelationId id : typed) alter(server, *server.catalog.get(id), cmd, true);
}

}  // namespace

void run_alter_table(Server server, const AlterTable& action) {
    const Relation* found = std::as_const(server.catalog).find(action.name);
    if (!found) return;
    const RelationId id = found->id;
    for (const AlterTableCmd* cmd : in_passes(action)) {
        Relation* table = server.catalog.get(id);
        if (!table) return;
        alter(server, *table, *cmd, !action.only);
        if (table->kind == RelationKind::composite_type && cmd->cascade) alter_typed_tables(server, table->name, *cmd);
    }
}

}  // namespace pgfence
