#include "analyze/catalog/catalog.h"

#include <algorithm>
#include <unordered_set>

#include "analyze/catalog/catalog_keys.h"

namespace pgfence {

const Column* Relation::column(std::string_view wanted) const {
    for (const Column& c : columns)
        if (c.name == wanted) return &c;
    return nullptr;
}

Column* Relation::column(std::string_view wanted) {
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (std::as_const(columns)[i].name == wanted) return &columns.write(i);
    return nullptr;
}

const TableConstraint* Relation::constraint_named(std::string_view wanted) const {
    for (const TableConstraint& c : table.constraints)
        if (c.name == wanted) return &c;
    return nullptr;
}

bool Relation::lacks_column(std::string_view wanted) const {
    const auto& gone = table.gone_columns;
    return !column(wanted) && std::find(gone.begin(), gone.end(), wanted) != gone.end();
}

// ---- relations -----------------------------------------------------------------------------------------------------

const Catalog::Node* Catalog::node(RelationId id) const { return nodes_.find(id); }

void Relations::Iterator::skip() {
    while (id_ < catalog_->next_id_ && !catalog_->node(id_)) ++id_;
}

std::pair<RelationId, const Relation&> Relations::Iterator::operator*() const {
    return {id_, catalog_->node(id_)->relation};
}

const Relation* Catalog::get(RelationId id) const {
    const Node* n = node(id);
    return n ? &n->relation : nullptr;
}

const Relation* Catalog::find(const Name& written) const { return get(id_of(written)); }

const Relation* Catalog::find_qualified(std::string_view shown) const {
    const auto dot = shown.find('.');
    if (dot == std::string_view::npos) return nullptr;
    return find({std::string(shown.substr(0, dot)), std::string(shown.substr(dot + 1))});
}

bool Catalog::is_gone(const Name& written) const {
    if (find(written)) return false;
    const auto gone = [&](const Name& name) { return gone_.find(key_of(name)) != nullptr; };
    if (!written.schema.empty()) return gone(written);
    // Behind one that is gone the server looks on along the search path: there may be one that no migration made.
    const auto may_be_there = [&](const std::string& schema) {
        const Name name{schema, written.name};
        return !gone(name) && may_be_older(name) && !knows_what_is_absent(name);
    };
    return gone(resolve(written)) && std::none_of(search_path_.begin(), search_path_.end(), may_be_there) &&
           !find_in_any_schema(written.name);
}

bool Catalog::is_absent(const Name& written) const {
    if (find(written) || (written.schema.empty() && find_in_any_schema(written.name))) return false;
    return knows_what_is_absent(written) || is_gone(written);
}

bool Catalog::may_be_older(const Name& resolved) const {
    return !has_whole_history_ || is_made_elsewhere(resolved) || told_.find(key_of(resolved)) ||
           is_named_by_function(resolved);
}

bool Catalog::is_made_elsewhere(const Name& resolved) const {
    return made_elsewhere_.find(key_of(resolved)) != nullptr;
}

std::vector<RelationId> Catalog::differences(const Catalog& other) const {
    std::vector<RelationId> ids;
    nodes_.for_each_difference(other.nodes_, [&](std::size_t id) { ids.push_back(static_cast<RelationId>(id)); });
    return ids;
}

std::vector<const Relation*> Catalog::relations_of(const std::vector<RelationId>& ids) const {
    std::vector<const Relation*> found;
    for (const RelationId id : ids)
        if (const Relation* relation = get(id)) found.push_back(relation);
    return found;
}

std::vector<const Relation*> Catalog::indexes_of(RelationId table) const {
    const Node* n = node(table);
    return n ? relations_of(n->indexes) : std::vector<const Relation*>{};
}

std::vector<const Relation*> Catalog::sequences_owned_by(RelationId table) const {
    const Node* n = node(table);
    return n ? relations_of(n->sequences) : std::vector<const Relation*>{};
}

std::vector<const Relation*> Catalog::views_on(RelationId relation) const {
    const Node* n = node(relation);
    return n ? relations_of(n->views) : std::vector<const Relation*>{};
}

std::vector<const Relation*> Catalog::descendants(RelationId relation) const {
    // Reversed post-order: in a diamond of inheritance a child may be met before its second parent otherwise.
    std::vector<const Relation*> post;
    std::unordered_set<RelationId> met{relation};
    struct Step {
        const Relation* relation;
        std::size_t next;
    };
    std::vector<Step> path;
    if (const Relation* top = get(relation)) path.push_back({top, top->table.children.size()});
    while (!path.empty()) {
        Step& step = path.back();
        if (step.next > 0) {
            const Relation* child = get(step.relation->table.children[--step.next]);
            if (child && met.insert(child->id).second) path.push_back({child, child->table.children.size()});
            continue;
        }
        if (step.relation->id != relation) post.push_back(step.relation);
        path.pop_back();
    }
    std::reverse(post.begin(), post.end());
    return post;
}

const Relation* Catalog::default_partition(RelationId partitioned) const {
    const Relation* parent = get(partitioned);
    if (!parent) return nullptr;
    for (const RelationId id : parent->table.children) {
        const Relation* child = get(id);
        if (child && child->table.is_partition && child->table.bound && child->table.bound->is_default) return child;
    }
    return nullptr;
}

std::vector<Catalog::Referencing> Catalog::referencing(RelationId table) const {
    std::vector<Referencing> found;
    const Node* n = node(table);
    if (!n) return found;
    for (const RelationId id : n->referencing)
        if (const Relation* from = get(id))
            for (const TableConstraint& constraint : from->table.constraints)
                if (constraint.type == ConstraintType::foreign_key && constraint.referenced == table)
                    found.push_back({from, &constraint});
    return found;
}

std::vector<std::pair<RelationId, std::string>> Catalog::keys_to(RelationId table) const {
    std::vector<std::pair<RelationId, std::string>> keys;
    for (const auto& [from, constraint] : referencing(table)) keys.emplace_back(from->id, constraint->name);
    return keys;
}

bool Catalog::has_temporary() const {
    if (!schemas_of_relations_) return false;
    const auto& all = schemas_of_relations_.read();
    return std::find(all.begin(), all.end(), "pg_temp") != all.end();
}

bool Catalog::reaches_parent(RelationId from, RelationId wanted) const {
    std::vector<RelationId> pending{from};
    std::unordered_set<RelationId> met{from};
    while (!pending.empty()) {
        const RelationId id = pending.back();
        pending.pop_back();
        if (id == wanted) return true;
        if (const Relation* relation = get(id))
            for (const RelationId parent : relation->table.parents)
                if (met.insert(parent).second) pending.push_back(parent);
    }
    return false;
}

// ---- statistics, publications ---------------------------------------------------------------------------------------

RelationId Catalog::table_of_statistics(const Name& written) const {
    const Name name =
        resolve_along(search_path_, written, [this](const Name& n) { return statistics_.find(key_of(n)) != nullptr; });
    const RelationId* table = statistics_.find(key_of(name));
    return table ? *table : 0;
}

std::vector<RelationId> Catalog::published_by(const std::string& publication) const {
    const std::vector<RelationId>* tables = publications_.find(publication);
    return tables ? *tables : std::vector<RelationId>{};
}

bool Catalog::is_published(RelationId table) const { return publishes_all_tables_ || is_named_by_publication(table); }

bool Catalog::is_named_by_publication(RelationId table) const {
    bool found = false;
    publications_.for_each([&](const std::string&, const std::vector<RelationId>& tables) {
        found = found || std::find(tables.begin(), tables.end(), table) != tables.end();
    });
    return found;
}

}  // namespace pgfence
