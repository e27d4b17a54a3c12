#include "analyze/catalog/catalog.h"

#include <algorithm>
#include <unordered_set>

#include "analyze/catalog/catalog_keys.h"

namespace pgfence {
namespace {

// What a short hostile file may make the catalog do, far above real schemas (30 columns in 5,000 partitions: 150,000).
constexpr std::size_t kMaxCopies = 250'000;
constexpr std::size_t kMaxVisits = 1'000'000;

}  // namespace

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

// ---- what statements may ask for ---------------------------------------------------------------------------------

bool Catalog::afford_copies(std::size_t parts) {
    if (parts > kMaxCopies - std::min(kMaxCopies, copies_)) return false;
    copies_ += parts;
    return true;
}

bool Catalog::afford_visits(std::size_t relations) {
    if (relations > kMaxVisits - std::min(kMaxVisits, visits_)) return false;
    visits_ += relations;
    return true;
}

std::vector<const Relation*> Catalog::visit_descendants(RelationId relation) {
    if (visits_ >= kMaxVisits) return {};
    auto below = std::as_const(*this).descendants(relation);
    if (afford_visits(below.size())) return below;
    visits_ = kMaxVisits;
    return {};
}

// ---- relations -----------------------------------------------------------------------------------------------------

const Catalog::Node* Catalog::node(RelationId id) const { return nodes_.find(id); }
Catalog::Node* Catalog::node(RelationId id) { return nodes_.find(id); }

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

Relation* Catalog::get(RelationId id) {
    Node* n = node(id);
    return n ? &n->relation : nullptr;
}

const Relation* Catalog::find(const Name& written) const { return get(id_of(written)); }

Relation* Catalog::find(const Name& written) { return get(id_of(written)); }

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

Relation& Catalog::create(RelationKind kind, Name resolved) {
    if (Relation* there = get(names_.find(resolved.schema, resolved.name))) return *there;
    Relation& relation = nodes_.add(next_id_).relation;
    relation.id = next_id_++;
    relation.kind = kind;
    relation.name = std::move(resolved);
    relation.existing = !in_change_;
    if (kind != RelationKind::index && kind != RelationKind::partitioned_index) relation.owner = role_;
    names_.set(relation.name.schema, relation.name.name, relation.id);
    note_schema_of_relation(relation.name.schema);
    return relation;
}

void Catalog::drop(RelationId id) {
    // Partitions and the indexes of partitions go with what they are part of, however deep.
    std::vector<RelationId> doomed{id};
    for (std::size_t i = 0; i < doomed.size(); ++i) {
        const Node* n = std::as_const(*this).node(doomed[i]);
        if (!n) continue;
        for (const RelationId child : n->relation.table.children)
            if (const Relation* partition = std::as_const(*this).get(child); partition && partition->table.is_partition)
                doomed.push_back(child);
        doomed.insert(doomed.end(), n->relation.index.children.begin(), n->relation.index.children.end());
        doomed.insert(doomed.end(), n->indexes.begin(), n->indexes.end());
        doomed.insert(doomed.end(), n->sequences.begin(), n->sequences.end());
    }
    for (auto it = doomed.rbegin(); it != doomed.rend(); ++it) drop_alone(*it);
}

void Catalog::drop_alone(RelationId id) {
    if (!std::as_const(*this).node(id)) return;
    Node& n = *node(id);
    Relation& r = n.relation;
    if (r.index.table) {
        if (!r.index.constraint.empty()) {
            const std::string backed = std::exchange(r.index.constraint, "");
            if (Relation* table = get(r.index.table))
                table->table.constraints.change_if(
                    [&](const TableConstraint& c) { return c.name == backed && c.index == id; },
                    [](TableConstraint& c) { c.index = 0; });
            drop_constraint(r.index.table, backed);
        }
        set_index_parent(id, 0);
        for (const RelationId child : r.index.children)
            if (Relation* index = get(child)) index->index.parent = 0;
        set_index_table(id, 0);
    }
    set_owner(id, 0, "");
    for (const auto& [table, name] : keys_to(id))
        if (table != id) drop_constraint(table, name);
    for (const TableConstraint& constraint : r.table.constraints) {
        if (Node* referenced = node(constraint.referenced)) erase_sorted(referenced->referencing, id);
        forget_constraint_name(r.name.schema, constraint.name);
    }
    for (const Column& column : r.columns)
        if (!column.not_null_constraint.empty()) forget_constraint_name(r.name.schema, column.not_null_constraint);
    for (const ExtendedStatistics& statistics : r.table.statistics) statistics_.erase(key_of(statistics.name));
    set_reads(id, {});
    for (const RelationId view : n.views)
        if (Relation* reader = get(view)) std::erase(reader->view.reads, id);
    for (const RelationId parent : std::vector<RelationId>(r.table.parents)) remove_parent(id, parent);
    for (const RelationId child : r.table.children)
        if (Relation* orphan = get(child)) std::erase(orphan->table.parents, id);
    names_.set(r.name.schema, r.name.name, 0);
    nodes_.erase(id);
}

bool Catalog::has_temporary() const {
    if (!schemas_of_relations_) return false;
    const auto& all = schemas_of_relations_.read();
    return std::find(all.begin(), all.end(), "pg_temp") != all.end();
}

void Catalog::note_dropped_on_commit(Relation& relation) {
    relation.table.dropped_on_commit = true;
    may_drop_on_commit_ = true;
}

void Catalog::drop_temporary(bool only_on_commit) {
    may_drop_on_commit_ = false;
    for (const RelationId id : in_schema("pg_temp")) {
        const Relation* relation = std::as_const(*this).get(id);
        if (relation && (!only_on_commit || relation->table.dropped_on_commit)) drop(id);
    }
}

void Catalog::drop_shadowing_temporary() {
    for (const RelationId id : in_schema("pg_temp")) {
        const Relation* relation = std::as_const(*this).get(id);
        if (!relation) continue;
        const std::string name = relation->name.name;
        const bool shadows = std::any_of(search_path_.begin(), search_path_.end(), [&](const std::string& schema) {
            return schema != "pg_temp" && names_.find(schema, name) != 0;
        });
        if (shadows) drop(id);
    }
}

void Catalog::rename(RelationId id, Name resolved) {
    Relation* relation = get(id);
    if (!relation || relation->name == resolved || has_relation_name(resolved.schema, resolved.name)) return;
    const Name old = std::exchange(relation->name, resolved);
    names_.set(old.schema, old.name, 0);
    names_.set(resolved.schema, resolved.name, id);
    note_schema_of_relation(resolved.schema);
    if (old.schema != resolved.schema) move_constraint_names(*relation, old.schema, resolved.schema);
    for (const auto& [table, name] : keys_to(id))
        get(table)->table.constraints.change_if([&](const TableConstraint& c) { return c.name == name; },
                                                [&](TableConstraint& c) { c.referenced_name = resolved; });
}

void Catalog::move_constraint_names(const Relation& relation, const std::string& from, const std::string& to) {
    const auto move = [&](const std::string& name) {
        forget_constraint_name(from, name);
        note_constraint_name(to, name);
    };
    for (const TableConstraint& constraint : relation.table.constraints) move(constraint.name);
    for (const Column& column : relation.columns)
        if (!column.not_null_constraint.empty()) move(column.not_null_constraint);
}

void Catalog::set_index_table(RelationId index, RelationId table) {
    Relation* r = get(index);
    if (!r) return;
    if (Node* old = node(r->index.table)) {
        erase_sorted(old->indexes, index);
        if (old->relation.table.clustered_on == index) old->relation.table.clustered_on = 0;
        if (old->relation.table.replica_identity_index == index) old->relation.table.replica_identity_index = 0;
    }
    r->index.table = table;
    if (Node* now = node(table)) insert_sorted(now->indexes, index);
}

void Catalog::set_index_parent(RelationId index, RelationId parent) {
    Relation* r = get(index);
    if (!r || r->index.parent == parent) return;
    if (Relation* old = get(r->index.parent)) std::erase(old->index.children, index);
    r->index.parent = parent;
    if (Relation* now = get(parent)) now->index.children.push_back(index);
}

void Catalog::set_owner(RelationId sequence, RelationId table, std::string column) {
    const Relation* before = std::as_const(*this).get(sequence);
    if (!before || (before->sequence.owner_table == 0 && table == 0)) return;
    Relation* r = get(sequence);
    if (Node* old = node(r->sequence.owner_table)) erase_sorted(old->sequences, sequence);
    r->sequence.owner_table = table;
    r->sequence.owner_column = std::move(column);
    if (Node* now = node(table)) insert_sorted(now->sequences, sequence);
}

void Catalog::set_reads(RelationId view, std::vector<RelationId> reads) {
    const Relation* before = std::as_const(*this).get(view);
    if (!before || (before->view.reads.empty() && reads.empty())) return;
    Relation* r = get(view);
    for (const RelationId id : r->view.reads)
        if (Node* read = node(id)) erase_sorted(read->views, view);
    std::sort(reads.begin(), reads.end());
    reads.erase(std::unique(reads.begin(), reads.end()), reads.end());
    r->view.reads = std::move(reads);
    for (const RelationId id : r->view.reads)
        if (Node* read = node(id)) insert_sorted(read->views, view);
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

void Catalog::add_parent(RelationId child, RelationId parent) {
    const Relation* below = std::as_const(*this).get(child);
    if (!below || !std::as_const(*this).get(parent) || child == parent) return;
    if (std::find(below->table.parents.begin(), below->table.parents.end(), parent) != below->table.parents.end())
        return;
    if (!below->table.children.empty() && reaches_parent(parent, child)) return;
    get(child)->table.parents.push_back(parent);
    get(parent)->table.children.push_back(child);
}

void Catalog::remove_parent(RelationId child, RelationId parent) {
    if (Relation* below = get(child)) std::erase(below->table.parents, parent);
    if (Relation* above = get(parent)) std::erase(above->table.children, child);
}

// ---- constraints, statistics ---------------------------------------------------------------------------------------

void Catalog::note_constraint_name(const std::string& schema, const std::string& name) {
    constraint_names_.set(schema, name, constraint_names_.find(schema, name) + 1);
}

void Catalog::forget_constraint_name(const std::string& schema, const std::string& name) {
    if (const std::uint32_t count = constraint_names_.find(schema, name))
        constraint_names_.set(schema, name, count - 1);
}

void Catalog::link_constraint(RelationId table, const TableConstraint& constraint) {
    if (constraint.type != ConstraintType::foreign_key) return;
    if (Node* referenced = node(constraint.referenced)) insert_sorted(referenced->referencing, table);
}

void Catalog::unlink_constraint(RelationId table, const TableConstraint& constraint) {
    if (constraint.type != ConstraintType::foreign_key || !std::as_const(*this).node(constraint.referenced)) return;
    const Relation* from = std::as_const(*this).get(table);
    const auto points = [&](const TableConstraint& c) {
        return &c != &constraint && c.type == ConstraintType::foreign_key && c.referenced == constraint.referenced;
    };
    if (from && std::any_of(from->table.constraints.begin(), from->table.constraints.end(), points)) return;
    erase_sorted(node(constraint.referenced)->referencing, table);
}

void Catalog::add_constraint(RelationId table, TableConstraint constraint) {
    Relation* r = get(table);
    if (!r) return;
    constraint.existing = !in_change_;
    link_constraint(table, constraint);
    note_constraint_name(r->name.schema, constraint.name);
    r->table.constraints.push_back(std::move(constraint));
}

void Catalog::drop_constraint(RelationId table, std::string_view name) {
    const Relation* before = std::as_const(*this).get(table);
    if (!before || !before->constraint_named(name)) return;
    Relation& r = *get(table);
    const auto at = std::find_if(r.table.constraints.begin(), r.table.constraints.end(),
                                 [&](const TableConstraint& c) { return c.name == name; });
    unlink_constraint(table, *at);
    forget_constraint_name(r.name.schema, at->name);
    const RelationId index = at->index;
    r.table.constraints.erase(at);
    if (Relation* backing = get(index)) {
        backing->index.constraint.clear();
        drop(index);
    }
}

void Catalog::rename_constraint(RelationId table, std::string_view name, std::string to) {
    const Relation* before = std::as_const(*this).get(table);
    if (!before || !before->constraint_named(name) || before->constraint_named(to)) return;
    Relation& r = *get(table);
    const auto at = std::find_if(r.table.constraints.begin(), r.table.constraints.end(),
                                 [&](const TableConstraint& c) { return c.name == name; });
    forget_constraint_name(r.name.schema, at->name);
    note_constraint_name(r.name.schema, to);
    r.table.constraints.write(at).name = to;
    if (Relation* index = get(at->index)) {
        index->index.constraint = to;
        rename(index->id, {index->name.schema, std::move(to)});
    }
}

void Catalog::add_statistics(RelationId table, ExtendedStatistics statistics) {
    Relation* r = get(table);
    if (!r) return;
    statistics_[key_of(statistics.name)] = table;
    r->table.statistics.push_back(std::move(statistics));
}

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

bool Catalog::is_published(RelationId table) const {
    bool found = publishes_all_tables_;
    publications_.for_each([&](const std::string&, const std::vector<RelationId>& tables) {
        found = found || std::find(tables.begin(), tables.end(), table) != tables.end();
    });
    return found;
}

void Catalog::set_published(const std::string& publication, std::vector<RelationId> tables) {
    if (tables.empty())
        publications_.erase(publication);
    else
        publications_[publication] = std::move(tables);
}

void Catalog::drop_statistics(const Name& written) {
    const Name name = resolve_along(
        search_path_, written, [this](const Name& n) { return std::as_const(statistics_).find(key_of(n)) != nullptr; });
    if (Relation* table = get(table_of_statistics(written)))
        std::erase_if(table->table.statistics, [&](const ExtendedStatistics& s) { return s.name == name; });
    statistics_.erase(key_of(name));
}

}  // namespace pgfence
