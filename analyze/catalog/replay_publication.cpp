// Publications: what is published, and of which tables only some columns or rows.

#include <set>
#include <utility>
#include <vector>

#include "analyze/catalog/mentioned_columns.h"
#include "analyze/catalog/replay_steps.h"

namespace pgfence {
namespace {

/// OpenTableList (publicationcmds.c): children come along, partitions do not.
void add_published(const Catalog& catalog, const RangeUse& use, std::vector<RelationId>& tables) {
    const Relation* table = catalog.find(use.name);
    if (!table) return;
    tables.push_back(table->id);
    if (use.only || table->kind != RelationKind::table) return;
    for (const Relation* child : catalog.descendants(table->id)) tables.push_back(child->id);
}

template <class Uses>
std::vector<RelationId> published_tables(const Catalog& catalog, const Uses& named) {
    std::vector<RelationId> tables;
    for (const RangeUse& use : named) add_published(catalog, use, tables);
    return tables;
}

/// Those of the publication on these tables, which may be gone.
template <class Change>
void change_parts(Server server, const std::string& publication, const std::vector<RelationId>& tables, Change change) {
    for (const RelationId id : tables) {
        const Relation* table = std::as_const(server.catalog).get(id);
        if (table && !table->table.published_parts.empty())
            change(server.catalog.get(id)->table.published_parts,
                   [&](const PublishedPart& part) { return part.publication == publication; });
    }
}

void forget_parts(Server server, const std::string& publication, const std::vector<RelationId>& tables) {
    change_parts(server, publication, tables, [](auto& parts, auto is_its) { std::erase_if(parts, is_its); });
}

void add_parts(Server server, const PublicationChange& action) {
    for (const PublishedTable& listed : action.tables) {
        PublishedPart part{action.name, listed.columns};
        if (listed.where)
            for (std::string& column : columns_of(*listed.where)) part.columns.push_back(std::move(column));
        if (part.columns.empty()) continue;
        std::vector<RelationId> tables;
        add_published(server.catalog, listed, tables);
        for (const RelationId id : tables) server.catalog.get(id)->table.published_parts.push_back(part);
    }
}

}  // namespace

void change_publication(Server server, const PublicationChange& action) {
    using Kind = PublicationChange::Kind;
    const Catalog& catalog = server.catalog;
    if (action.all_tables) server.catalog.publish_all_tables();
    if (action.of_schema) server.catalog.publish_schemas();
    // What it leaves out is listed as well, and locked when the list changes.
    std::vector<RelationId> changed =
        action.except.empty() ? published_tables(catalog, action.tables) : published_tables(catalog, action.except);
    std::vector<RelationId> tables = catalog.published_by(action.name);
    const bool replaces = action.kind == Kind::create || action.kind == Kind::set;
    if (action.kind != Kind::add) forget_parts(server, action.name, replaces ? tables : changed);
    if (action.kind != Kind::drop) add_parts(server, action);
    if (replaces) return server.catalog.set_published(action.name, std::move(changed));
    if (action.kind == Kind::add) tables.insert(tables.end(), changed.begin(), changed.end());
    if (action.kind == Kind::drop) {
        const std::set<RelationId> gone(changed.begin(), changed.end());
        std::erase_if(tables, [&](RelationId id) { return gone.contains(id); });
    }
    server.catalog.set_published(action.name, std::move(tables));
}

void drop_publication(Server server, const std::string& name) {
    forget_parts(server, name, std::as_const(server.catalog).published_by(name));
    server.catalog.set_published(name, {});
}

void rename_publication(Server server, const std::string& name, const std::string& to) {
    std::vector<RelationId> tables = std::as_const(server.catalog).published_by(name);
    change_parts(server, name, tables, [&](auto& parts, auto is_its) {
        for (PublishedPart& part : parts)
            if (is_its(part)) part.publication = to;
    });
    server.catalog.set_published(name, {});
    server.catalog.set_published(to, std::move(tables));
}

}  // namespace pgfence
