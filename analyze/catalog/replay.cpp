#include "analyze/catalog/replay.h"

#include <algorithm>

#include "analyze/catalog/replay_steps.h"

namespace pgfence {
namespace {

void create_sequence(Server server, const CreateSequence& action) {
    const Name name = server.catalog.creation_name(action.name, action.persistence);
    if (server.catalog.has_relation_name(name.schema, name.name)) return;
    Relation& sequence = make_relation(server, RelationKind::sequence, name, action.if_not_exists);
    sequence.persistence = action.persistence;
    const Relation* owner = std::as_const(server.catalog).find(action.owned_by_table);
    if (owner && !action.owned_by_table.empty())
        server.catalog.set_owner(sequence.id, owner->id, action.owned_by_column);
}

void alter_sequence(Server server, const AlterSequence& action) {
    const Relation* sequence = std::as_const(server.catalog).find(action.name);
    if (!sequence || sequence->kind != RelationKind::sequence) return;
    if (action.restart) ++server.catalog.get(sequence->id)->restarts;
    if (action.owned_by_none) server.catalog.set_owner(sequence->id, 0, "");
    const Relation* owner =
        action.owned_by_table.empty() ? nullptr : std::as_const(server.catalog).find(action.owned_by_table);
    if (owner) server.catalog.set_owner(sequence->id, owner->id, action.owned_by_column);
}

void publish(Server server, const PublicationChange& action) {
    if (action.all_tables) server.catalog.publish_all_tables();
    for (const Name& name : action.tables)
        if (Relation* table = server.catalog.find(name)) table->published = !action.drop;
}

void run_query(Server server, const Dml& action) {
    for (const FunctionUse& use : action.query.functions)
        if (use.name.name == "setval") server.catalog.note_setval();
}

void create_trigger(Server server, const CreateTrigger& action) {
    Relation* table = server.catalog.find(action.table);
    if (!table) return;
    const auto named = [&](const TriggerInfo& t) { return t.name == action.name; };
    const bool there = std::any_of(table->triggers.begin(), table->triggers.end(), named);
    if (there && !action.or_replace) return;
    const Relation* from = action.from.empty() ? nullptr : std::as_const(server.catalog).find(action.from);
    const TriggerInfo trigger{.name = action.name,
                              .function = action.function,
                              .row = action.row,
                              .constraint = action.constraint,
                              .columns = action.columns,
                              .from = from ? from->id : 0};
    const auto put = [&](Relation& r) {
        std::erase_if(r.triggers, named);
        r.triggers.push_back(trigger);
        server.catalog.note_uses(r.id);
    };
    put(*table);
    if (!action.row || table->kind != RelationKind::partitioned_table) return;
    const auto below = server.catalog.visit_descendants(table->id);
    if (!server.catalog.afford_copies(below.size())) return;
    for (const Relation* partition : below) put(*server.catalog.get(partition->id));
}

void add_named(std::vector<std::string>& names, const std::string& name) {
    if (!contains(names, name)) names.push_back(name);
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
    if (!server.catalog.table_of_statistics(name)) server.catalog.add_statistics(table->id, {name, action.columns});
}

void refresh(Server server, const RefreshMaterializedView& action) {
    Relation* view = server.catalog.find(action.name);
    if (view && view->kind == RelationKind::materialized_view) view->populated = !action.with_no_data;
}

void reindex(Server server, const Reindex& action) {
    const Relation* relation = std::as_const(server.catalog).find(action.name);
    if (!relation) return;
    const auto repair = [&](const Relation& index) {
        if (!index.valid && index.kind == RelationKind::index) server.catalog.get(index.id)->valid = true;
    };
    if (action.kind == Reindex::Kind::index) repair(*relation);
    if (action.kind == Reindex::Kind::table)
        for (const Relation* index : std::as_const(server.catalog).indexes_of(relation->id)) repair(*index);
}

void cluster(Server server, const Cluster& action) {
    Relation* table = action.table.empty() || action.index.empty() ? nullptr : server.catalog.find(action.table);
    const Relation* index = table ? std::as_const(server.catalog).find({table->name.schema, action.index}) : nullptr;
    const bool marked = table && table->kind != RelationKind::partitioned_table;  // else its partitions are
    if (marked && index && index->table == table->id) table->clustered_on = index->id;
}

struct Replay {
    Server server;

    void operator()(const CreateTable& a) const { create_table(server, a); }
    void operator()(const CreateTableAs& a) const { create_table_as(server, a); }
    void operator()(const CreateView& a) const { create_view(server, a); }
    void operator()(const RefreshMaterializedView& a) const { refresh(server, a); }
    void operator()(const CreateIndex& a) const { create_index(server, a); }
    void operator()(const Reindex& a) const { reindex(server, a); }
    void operator()(const Cluster& a) const { cluster(server, a); }
    void operator()(const AlterTable& a) const { alter_table(server, a); }
    void operator()(const Rename& a) const { rename(server, a); }
    void operator()(const SetSchema& a) const { set_schema(server, a); }
    void operator()(const Drop& a) const { drop(server, a); }
    void operator()(const CreateTrigger& a) const { create_trigger(server, a); }
    void operator()(const PolicyChange& a) const {
        if (!a.create) return;
        if (Relation* table = server.catalog.find(a.table))
            add_named(table->policies, a.name);
        else
            server.catalog.note_policy_on_unknown(server.catalog.resolve(a.table));
    }
    void operator()(const CreateRule& a) const {
        if (Relation* table = server.catalog.find(a.table)) add_named(table->rules, a.name);
    }
    void operator()(const CreateStatistics& a) const { create_statistics(server, a); }
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
    void operator()(const Dml& a) const { run_query(server, a); }
    void operator()(const PublicationChange& a) const { publish(server, a); }
    void operator()(const CreateSchema& a) const { server.catalog.create_schema(a.name); }

    // These leave the schema as it is, or change what only the session knows: settings and transactions are the
    // scope's.
    void operator()(const Vacuum&) const {}
    void operator()(const ChangeOwner&) const {}
    void operator()(const Truncate&) const {}
    void operator()(const LockTable&) const {}
    void operator()(const DoBlock&) const {}
    void operator()(const Call&) const {}
    void operator()(const CreateExtension&) const {}
    void operator()(const Comment&) const {}
    void operator()(const Grant&) const {}
    void operator()(const Transaction&) const {}
    void operator()(const SetVariable&) const {}
    void operator()(const Harmless&) const {}
    void operator()(const NotInTransaction&) const {}
    void operator()(const Unmodelled&) const {}
};

}  // namespace

void replay(Catalog& catalog, const Action& action, int version) { std::visit(Replay{{catalog, version}}, action); }

}  // namespace pgfence
