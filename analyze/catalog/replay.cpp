#include "analyze/catalog/replay.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <type_traits>
#include <utility>

#include "analyze/catalog/extension_functions.h"
#include "analyze/catalog/replay_steps.h"
#include "analyze/catalog/told.h"
#include "analyze/catalog/uncertain.h"
#include "core/text.h"

namespace pgfence {
namespace {

void create_sequence(Server server, const CreateSequence& action) {
    const Name name = server.catalog.creation_name(action.name, action.persistence);
    if (server.catalog.has_relation_name(name.schema, name.name)) return;
    if (action.if_not_exists && std::as_const(server.catalog).find(name)) return;
    Relation& sequence = server.catalog.create(RelationKind::sequence, name);
    sequence.persistence = action.persistence;
    const Relation* owner = std::as_const(server.catalog).find(action.owned_by_table);
    if (owner && !action.owned_by_table.empty())
        server.catalog.set_owner(sequence.id, owner->id, action.owned_by_column);
    if (action.if_not_exists) doubt_that_it_is_new(server.catalog, sequence.id);
}

void alter_sequence(Server server, const AlterSequence& action) {
    const Relation* sequence = std::as_const(server.catalog).find(action.name);
    if (!sequence || sequence->kind != RelationKind::sequence) return;
    if (action.restart) ++server.catalog.get(sequence->id)->sequence.restarts;
    if (action.owned_by_none) server.catalog.set_owner(sequence->id, 0, "");
    const Relation* owner =
        action.owned_by_table.empty() ? nullptr : std::as_const(server.catalog).find(action.owned_by_table);
    if (owner) server.catalog.set_owner(sequence->id, owner->id, action.owned_by_column);
}

void create_trigger(Server server, const CreateTrigger& action) {
    Relation* table = server.catalog.find(action.table);
    if (!table) return;
    const auto named = [&](const TriggerInfo& t) { return t.name == action.name; };
    const bool there = std::any_of(table->triggers.begin(), table->triggers.end(), named);
    if (there && !action.or_replace) return;
    const Relation* from = action.from.empty() ? nullptr : std::as_const(server.catalog).find(action.from);
    const TriggerInfo trigger{.name = action.name,
                              // Known by its oid from now on.
                              .function = server.catalog.resolve_function(action.function),
                              .row = action.row,
                              .constraint = action.constraint,
                              .columns = action.columns,
                              .from = from ? from->id : 0,
                              .on_insert = action.on_insert,
                              .on_update = action.on_update,
                              .on_delete = action.on_delete,
                              .on_truncate = action.on_truncate,
                              .conditional = action.conditional,
                              .when = action.when};
    const auto put = [&](Relation& r, RelationId cloned_from) {
        std::erase_if(r.triggers, named);
        r.triggers.push_back(trigger);
        r.triggers.back().cloned_from = cloned_from;
        server.catalog.note_uses(r.id);
    };
    const RelationId id = table->id;
    put(*table, 0);
    if (!action.row || table->kind != RelationKind::partitioned_table) return;
    const auto below = server.catalog.visit_descendants(table->id);
    if (!server.catalog.afford_copies(below.size())) return;
    for (const Relation* partition : below) put(*server.catalog.get(partition->id), id);
}

/// What a policy is for cannot be altered; what of its expressions is not written stays.
void keep_of_altered(const PolicyInfo& known, PolicyInfo& altered) {
    altered.command = known.command;
    altered.permissive = known.permissive;
    if (altered.roles.empty()) altered.roles = known.roles;
    altered.columns.insert(altered.columns.end(), known.columns.begin(), known.columns.end());
    if (!altered.shown) {
        altered.shown = known.shown;
        altered.any_row = known.any_row;
        altered.no_row = known.no_row;
    }
    if (!altered.checked) altered.checked = known.checked;
    if (!known.query || altered.query->has_where) return;
    Query both = *altered.query;
    both.relations.insert(both.relations.end(), known.query->relations.begin(), known.query->relations.end());
    both.functions.insert(both.functions.end(), known.query->functions.begin(), known.query->functions.end());
    altered.query = std::make_shared<const Query>(std::move(both));
}

void create_event_trigger(Server server, const CreateEventTrigger& action) {
    server.catalog.event_triggers().push_back({action.name, action.event, action.function, action.tags});
}

void alter_event_trigger(Server server, const AlterEventTrigger& action) {
    for (EventTrigger& trigger : server.catalog.event_triggers())
        if (trigger.name == action.name) trigger.enabled = action.enabled;
}

std::vector<RelationId> owned_by(const Catalog& catalog, const std::vector<std::string>& roles) {
    std::vector<RelationId> owned;
    for (const auto& [id, relation] : catalog.relations())
        if (!relation.owner.empty() && is_among(relation.owner, roles)) owned.push_back(id);
    return owned;
}

void drop_owned(Server server, const DropOwned& action) {
    drop_relations(server, owned_by(std::as_const(server.catalog), action.roles), action.cascade);
}

void reassign_owned(Server server, const ReassignOwned& action) {
    for (const RelationId id : owned_by(std::as_const(server.catalog), action.roles))
        server.catalog.get(id)->owner = action.new_owner;
}

template <class Named>
void put_named(std::vector<Named>& all, Named added) {
    std::erase_if(all, [&](const Named& other) { return other.name == added.name; });
    all.push_back(std::move(added));
}

void create_statistics(Server server, const CreateStatistics& action) {
    const Relation* table = action.tables.empty() ? nullptr : std::as_const(server.catalog).find(action.tables[0]);
    if (!table) return;
    Name name = action.name;
    if (name.name.empty()) {
        // ChooseExtendedStatisticName: numbered like an index's, among statistics.
        name.schema = table->name.schema;
        const std::string middle = name_addition(action.columns);
        name.name = make_object_name(table->name.name, middle, "stat");
        for (int n = 1; server.catalog.table_of_statistics(name) && n < 100; ++n)
            name.name = make_object_name(table->name.name, middle, "stat" + std::to_string(n));
    }
    name = server.catalog.creation_name(name);
    if (!server.catalog.table_of_statistics(name))
        server.catalog.add_statistics(table->id, {name, action.columns, action.expressions});
    server.catalog.get(table->id)->table.unanalyzed = true;
}

/// What it names, or everything; partitions with their parent.
std::vector<RelationId> vacuumed(const Catalog& catalog, const Vacuum& action) {
    std::vector<RelationId> ids;
    for (const RangeUse& use : action.tables) {
        const Relation* table = catalog.find(use.name);
        if (!table) continue;
        ids.push_back(table->id);
        for (const Relation* below : catalog.descendants(table->id)) ids.push_back(below->id);
    }
    if (action.tables.empty())
        for (const auto& [id, relation] : catalog.relations()) ids.push_back(id);
    return ids;
}

void vacuum(Server server, const Vacuum& action) {
    const bool analyzes = action.analyze || !action.is_vacuum;
    for (const RelationId id : vacuumed(server.catalog, action)) {
        const Relation& table = *std::as_const(server.catalog).get(id);
        if (table.table.unanalyzed && analyzes) server.catalog.get(id)->table.unanalyzed = false;
        if (table.table.rows_deleted && action.is_vacuum) server.catalog.get(id)->table.rows_deleted = false;
    }
}

/// A table without rows has no tail that VACUUM could cut off.
void truncate(Server server, const Truncate& action) {
    for (const RangeUse& use : action.tables)
        if (Relation* table = server.catalog.find(use.name); table && table->table.rows_deleted)
            table->table.rows_deleted = false;
}

void note_deleted_rows(Server server, const RangeUse& use) {
    const Relation* table = std::as_const(server.catalog).find(use.name);
    if (!table) return;
    std::vector<RelationId> ids{table->id};
    if (!use.only)
        for (const Relation* below : std::as_const(server.catalog).descendants(table->id)) ids.push_back(below->id);
    for (const RelationId id : ids) server.catalog.get(id)->table.rows_deleted = true;
}

void comment(Server server, const Comment& action) {
    Relation* relation = server.catalog.find(action.relation);
    if (!relation) return;
    if (action.object == ObjectType::table || action.object == ObjectType::view ||
        action.object == ObjectType::materialized_view)
        relation->commented = true;
    if (action.object != ObjectType::column) return;
    if (Column* column = relation->column(action.part)) column->commented = true;
}

/// UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass: by hand, or in a snapshot, as no DDL leaves
/// an index in this state.
void set_index_validity(Server server, const Dml& action) {
    const std::vector<RangeUse>& used = action.query.relations;
    if (action.kind != Dml::Kind::update || used.size() != 1 || used[0].name.name != "pg_index") return;
    if (action.set_columns != std::vector<std::string>{"indisvalid"} || action.rows.size() != 1) return;
    const Expr* where = action.where ? &*action.where : nullptr;
    if (!where || where->kind != Expr::Kind::op || where->name.name != "=" || where->args.size() != 2) return;
    const Expr &column = where->args[0], &value = where->args[1];
    if (column.kind != Expr::Kind::column || column.text != "indexrelid") return;
    if (value.kind != Expr::Kind::cast || value.args.size() != 1) return;
    const Relation* index = std::as_const(server.catalog).find(name_in_text(value.args[0].text));
    if (index && index->kind == RelationKind::index)
        server.catalog.get(index->id)->index.valid = action.rows[0][0].text != "false";
}

void query(Server server, const Dml& action) {
    if (action.reach == Dml::Reach::run) set_index_validity(server, action);
    if (action.reach == Dml::Reach::run)
        for (const RangeUse& use : action.query.relations)
            if (use.how == RangeUse::How::delete_) note_deleted_rows(server, use);
    for (const FunctionUse& use : action.query.functions) {
        if (use.name.name == "setval") server.catalog.note_setval();
        const ExtensionFunction* function = extension_function(use);
        if (!function || !function->takes_over) continue;
        if (Relation* table = server.catalog.find(table_of(use, *function)))
            table->table.managed_by = function->extension;
    }
}

void refresh(Server server, const RefreshMaterializedView& action) {
    Relation* view = server.catalog.find(action.name);
    if (view && view->kind == RelationKind::materialized_view) view->view.populated = !action.with_no_data;
}

void reindex(Server server, const Reindex& action) {
    const Relation* relation = std::as_const(server.catalog).find(action.name);
    if (!relation) return;
    const auto repair = [&](const Relation& index) {
        if (!index.index.valid && index.kind == RelationKind::index) server.catalog.get(index.id)->index.valid = true;
    };
    if (action.kind == Reindex::Kind::index) repair(*relation);
    if (action.kind == Reindex::Kind::table)
        for (const Relation* index : std::as_const(server.catalog).indexes_of(relation->id)) repair(*index);
}

void cluster(Server server, const Cluster& action) {
    Relation* table = action.table.empty() || action.index.empty() ? nullptr : server.catalog.find(action.table);
    const Relation* index = table ? std::as_const(server.catalog).find({table->name.schema, action.index}) : nullptr;
    const bool marked = table && table->kind != RelationKind::partitioned_table;  // else its partitions are
    if (marked && index && index->index.table == table->id) table->table.clustered_on = index->id;
}

bool is_routine(ObjectType object) {
    return object == ObjectType::function || object == ObjectType::procedure || object == ObjectType::routine;
}

void change_rights(Relation& relation, const Grant& action) {
    for (const std::string& role : action.grantees)
        if (action.revoke)
            take_rights(relation.rights, role, action.privileges);
        else
            give_rights(relation.rights, {role, action.privileges});
}

/// Rights belong to the object: another one of its name has none of them.
void grant(Server server, const Grant& action) {
    server.catalog.note_grants();
    if (action.option_only) return;
    const auto is_named = [&](const std::string& schema) {
        return std::any_of(action.names.begin(), action.names.end(), [&](const Name& n) { return n.name == schema; });
    };
    if (action.all_of && !is_routine(*action.all_of))
        for (const auto& [id, relation] : std::as_const(server.catalog).relations())
            if (!relation.index.table && is_named(relation.name.schema)) change_rights(*server.catalog.get(id), action);
    if (action.all_of || action.object == ObjectType::schema) return;
    for (const Name& name : action.names)
        if (!is_routine(action.object)) {
            if (Relation* relation = server.catalog.find(name)) change_rights(*relation, action);
        } else if (!action.revoke) {
            server.catalog.note_granted_function(server.catalog.resolve_function(name));
        }
}

template <class Kind, class... Of>
concept OneOf = (std::is_same_v<Kind, Of> || ...);
/// Or they change what only the session knows: settings and transactions are the scope's.
template <class Kind>
concept LeavesSchema = OneOf<Kind, ChangeOwner, LockTable, DoBlock, Execute, Call, CreateExtension, Transaction,
                             SetVariable, NotInTransaction, NeedsServer, Unmodelled>;

struct Replay {
    Server server;

    void operator()(const CreateTable& a) const { create_table(server, a); }
    void operator()(const CreateTableAs& a) const { create_table_as(server, a); }
    void operator()(const CreateView& a) const { create_view(server, a); }
    void operator()(const RefreshMaterializedView& a) const { refresh(server, a); }
    void operator()(const CreateIndex& a) const { create_index(server, a); }
    void operator()(const Reindex& a) const { reindex(server, a); }
    void operator()(const Cluster& a) const { cluster(server, a); }
    void operator()(const Repack& a) const { cluster(server, {a.table, a.index}); }
    void operator()(const AlterTable& a) const { run_alter_table(server, a); }
    void operator()(const Rename& a) const { rename(server, a); }
    void operator()(const SetSchema& a) const { set_schema(server, a); }
    void operator()(const Drop& a) const { drop(server, a); }
    void operator()(const CreateTrigger& a) const { create_trigger(server, a); }
    void operator()(const CreateEventTrigger& a) const { create_event_trigger(server, a); }
    void operator()(const AlterEventTrigger& a) const { alter_event_trigger(server, a); }
    void operator()(const DropOwned& a) const { drop_owned(server, a); }
    void operator()(const ReassignOwned& a) const { reassign_owned(server, a); }
    void operator()(const PolicyChange& a) const {
        Relation* table = server.catalog.find(a.table);
        PolicyInfo policy = made_by(a);
        if (!table) {
            if (a.create && a.permissive && a.roles.empty() && !policy.no_row)
                server.catalog.note_policy_on_unknown(server.catalog.resolve(a.table), policy.any_row);
            return;
        }
        for (const PolicyInfo& known : table->table.policies)
            if (!a.create && known.name == a.name) keep_of_altered(known, policy);
        put_named(table->table.policies, std::move(policy));
        server.catalog.note_names_others(table->id);
    }
    void operator()(const CreateRule& a) const {
        Relation* table = server.catalog.find(a.table);
        if (!table) return;
        put_named(table->rules, RewriteRule{a.name, a.event, a.instead, a.conditional, a.runs, true,
                                            std::make_shared<const Query>(a.condition), a.columns});
        server.catalog.note_names_others(table->id);
    }
    void operator()(const Grant& a) const { grant(server, a); }
    void operator()(const DefaultPrivileges& a) const { server.catalog.change_default_rights(a); }
    void operator()(const Harmless& a) const {
        if (!a.new_role.empty()) server.catalog.note_role(a.new_role);
    }
    void operator()(const CreateStatistics& a) const { create_statistics(server, a); }
    void operator()(const PublicationChange& a) const { change_publication(server, a); }
    void operator()(const CreateSequence& a) const { create_sequence(server, a); }
    void operator()(const AlterSequence& a) const { alter_sequence(server, a); }
    void operator()(const CreateEnum& a) const { create_enum(server, a); }
    void operator()(const AlterEnum& a) const { alter_enum(server, a); }
    void operator()(const CreateCompositeType& a) const { create_composite(server, a); }
    void operator()(const CreateOtherType& a) const { server.catalog.put_type(server.catalog.creation_name(a.name)); }
    void operator()(const CreateCollation& a) const {
        if (!a.deterministic) server.catalog.note_nondeterministic(server.catalog.creation_name(a.name));
    }
    void operator()(const CreateDomain& a) const { create_domain(server, a); }
    void operator()(const AlterDomain& a) const { alter_domain(server, a); }
    void operator()(const CreateFunction& a) const { create_function(server, a); }
    void operator()(const AlterFunction& a) const { alter_function(server, a); }
    void operator()(const CreateOperator& a) const { create_operator(server, a); }
    void operator()(const CreateCast& a) const { create_cast(server, a); }
    void operator()(const CreateAggregate& a) const { create_aggregate(server, a); }
    void operator()(const MakeOfFunctions& a) const {
        for (const Name& name : a.functions) server.catalog.note_part_of_object(server.catalog.resolve_function(name));
    }
    void operator()(const Prepare& a) const {
        if (a.name.empty())
            server.catalog.forget_prepared();
        else
            server.catalog.put_prepared(a.name, a.runs);
    }
    void operator()(const DiscardTemporary&) const { server.catalog.drop_temporary(false); }
    void operator()(const Vacuum& a) const { vacuum(server, a); }
    void operator()(const Truncate& a) const { truncate(server, a); }
    void operator()(const Comment& a) const { comment(server, a); }
    void operator()(const Dml& a) const { query(server, a); }
    void operator()(const CreateSchema& a) const { server.catalog.create_schema(a.name, a.if_not_exists); }

    template <LeavesSchema Kind>
    void operator()(const Kind&) const {}
};

}  // namespace

PolicyInfo made_by(const PolicyChange& a) {
    return {.name = a.name,
            .query = std::make_shared<const Query>(a.query),
            .command = a.command,
            .permissive = a.permissive,
            .roles = a.roles,
            .columns = a.columns,
            .shown = a.shown,
            .checked = a.checked,
            .any_row = a.any_row,
            .no_row = a.no_row};
}

const Relation* find_anywhere(const Catalog& catalog, const Name& written) {
    if (const Relation* found = catalog.find(written); found || !written.schema.empty()) return found;
    return catalog.find_in_any_schema(written.name);
}

bool may_change_schema(const Action& action) {
    // INSERT and SELECT alone do nothing that query() looks at.
    if (const auto* dml = std::get_if<Dml>(&action))
        return (dml->kind != Dml::Kind::select && dml->kind != Dml::Kind::insert) || !dml->query.functions.empty() ||
               std::any_of(dml->query.relations.begin(), dml->query.relations.end(),
                           [](const RangeUse& use) { return use.how == RangeUse::How::delete_; });
    return std::visit([]<class Kind>(const Kind&) { return !LeavesSchema<Kind>; }, action);
}

void replay(WritableCatalog& catalog, const Action& action, int version) {
    std::visit(Replay{{catalog, version}}, action);
    hear(catalog, action);
}

}  // namespace pgfence
