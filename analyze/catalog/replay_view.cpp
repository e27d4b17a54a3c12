// Views, materialized views and CREATE TABLE AS.

#include <algorithm>
#include <memory>
#include <utility>

#include "analyze/catalog/extension_functions.h"
#include "analyze/catalog/replay_steps.h"
#include "analyze/catalog/uncertain.h"
#include "analyze/catalog/view_columns.h"

namespace pgfence {
namespace {

std::vector<RelationId> read_by(const Catalog& catalog, const Query& query, RelationId self) {
    std::vector<RelationId> reads;
    for (const RangeUse& use : query.relations)
        if (const Relation* relation = catalog.find(use.name); relation && relation->id != self)
            reads.push_back(relation->id);
    // nextval('numbers') holds a regclass, which the view depends on (recordDependencyOnExpr).
    for (const FunctionUse& use : query.functions) {
        const std::string& called = use.name.name;
        if (use.literals.empty() || (called != "nextval" && called != "currval" && called != "setval")) continue;
        const Relation* sequence = catalog.find(name_in_text(use.literals.front()));
        if (sequence && sequence->kind == RelationKind::sequence) reads.push_back(sequence->id);
    }
    return reads;
}

void name_columns(Relation& relation, const std::vector<std::string>& names) {
    relation.columns_known = !names.empty();
    relation.columns.clear();
    for (const std::string& name : names) {
        if (relation.columns.size() >= kMaxColumns) break;
        relation.columns.emplace_back().name = name;
    }
}

/// isQueryUsingTempRelation (view.c): a view over a temporary relation is one itself, whatever it says.
Persistence persistence_of(const Catalog& catalog, const CreateView& view) {
    const auto is_temporary = [&](const RangeUse& use) {
        const Relation* relation = catalog.find(use.name);
        return relation && relation->persistence == Persistence::temporary;
    };
    const auto& read = view.query.relations;
    return std::any_of(read.begin(), read.end(), is_temporary) ? Persistence::temporary : view.persistence;
}

void note_columns_used(const Catalog& catalog, const ColumnsUsed& uses, Relation& view) {
    view.view.used_columns = uses.names;
    view.view.told_columns.clear();
    for (const InnerColumn& column : uses.told)
        for (const Name& table : column.of)
            if (const Relation* relation = catalog.find(table))
                view.view.told_columns.emplace_back(relation->id, column.name);
    view.view.uses_star = uses.star;
    view.view.shown_whole.clear();
    for (const Name& name : uses.whole)
        if (const Relation* relation = catalog.find(name)) view.view.shown_whole.push_back(relation->id);
}

/// The functions of a view are found when it is made.
std::shared_ptr<const Query> kept(const Catalog& catalog, Query query) {
    for (FunctionUse& use : query.functions) use.name = catalog.resolve_function(use.name);
    return std::make_shared<const Query>(std::move(query));
}

}  // namespace

void create_view(Server server, const CreateView& action) {
    const Persistence persistence = persistence_of(std::as_const(server.catalog), action);
    const Name name = server.catalog.creation_name(action.name, persistence);
    Relation* view = server.catalog.find(name);
    if (view && (!action.or_replace || view->kind != RelationKind::view)) return;
    if (!view) {
        view = &server.catalog.create(RelationKind::view, name);
        view->view.perhaps_replaced = action.or_replace;
    }
    view->persistence = persistence;
    name_columns(*view, action.columns);
    note_columns_used(std::as_const(server.catalog), action.uses, *view);
    view->view.columns = view_columns(std::as_const(server.catalog), action.uses.shown, action.columns);
    view->view.query = kept(std::as_const(server.catalog), action.query);
    const Relation* base = action.base.empty() ? nullptr : std::as_const(server.catalog).find(action.base);
    view->view.base = base && base->id != view->id ? base->id : 0;
    view->view.chooses = action.chooses;
    view->view.where = action.where;
    view->view.plain = action.plain;
    view->view.no_row = action.no_row;
    server.catalog.set_reads(view->id, read_by(std::as_const(server.catalog), action.query, view->id));
}

void create_table_as(Server server, const CreateTableAs& action) {
    const Name name = server.catalog.creation_name(action.name, action.persistence);
    if (server.catalog.has_relation_name(name.schema, name.name)) return;
    if (action.if_not_exists && std::as_const(server.catalog).find(name)) return;
    const RelationKind kind = action.materialized_view ? RelationKind::materialized_view : RelationKind::table;
    Relation& made = server.catalog.create(kind, name);
    made.persistence = action.persistence;
    if (action.dropped_on_commit) server.catalog.note_dropped_on_commit(made);
    name_columns(made, action.columns);
    if (action.if_not_exists) doubt_that_it_is_new(server.catalog, made.id);
    if (!action.materialized_view) return;
    made.view.populated = !action.with_no_data;
    made.view.query = kept(std::as_const(server.catalog), action.query);
    note_columns_used(std::as_const(server.catalog), action.uses, made);
    made.view.columns = view_columns(std::as_const(server.catalog), action.uses.shown, action.columns);
    server.catalog.set_reads(made.id, read_by(std::as_const(server.catalog), action.query, made.id));
}

}  // namespace pgfence
