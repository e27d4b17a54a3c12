#include "analyze/catalog/writable_catalog.h"

#include <algorithm>

#include "analyze/catalog/catalog_keys.h"

namespace pgfence {
namespace {

// What a short hostile file may make the catalog do, far above real schemas (30 columns in 5,000 partitions: 150,000).
constexpr std::size_t kMaxCopies = 250'000;
constexpr std::size_t kMaxVisits = 1'000'000;

}  // namespace

bool WritableCatalog::afford_copies(std::size_t parts) {
    if (parts > kMaxCopies - std::min(kMaxCopies, copies_)) return false;
    copies_ += parts;
    return true;
}

bool WritableCatalog::afford_visits(std::size_t relations) {
    if (relations > kMaxVisits - std::min(kMaxVisits, visits_)) return false;
    visits_ += relations;
    return true;
}

std::vector<const Relation*> WritableCatalog::visit_descendants(RelationId relation) {
    if (visits_ >= kMaxVisits) return {};
    auto below = std::as_const(*this).descendants(relation);
    if (afford_visits(below.size())) return below;
    visits_ = kMaxVisits;
    return {};
}

WritableCatalog::Node* WritableCatalog::node(RelationId id) { return nodes_.find(id); }

Relation* WritableCatalog::get(RelationId id) {
    Node* n = node(id);
    return n ? &n->relation : nullptr;
}

Relation* WritableCatalog::find(const Name& written) { return get(id_of(written)); }

Relation& WritableCatalog::create(RelationKind kind, Name resolved) {
    if (Relation* there = get(names_.find(resolved.schema, resolved.name))) return *there;
    Relation& relation = nodes_.add(next_id_).relation;
    relation.id = next_id_++;
    relation.kind = kind;
    relation.name = std::move(resolved);
    relation.existing = !in_change_;
    relation.after_drop = gone_.find(key_of(relation.name)) != nullptr;
    if (kind != RelationKind::index && kind != RelationKind::partitioned_index) {
        relation.owner = role_;
        relation.rights = rights_of_new(seldom_.read().default_rights, role_, relation);
    }
    names_.set(relation.name.schema, relation.name.name, relation.id);
    note_name_taken(relation.name);
    note_schema_of_relation(relation.name.schema);
    return relation;
}

void WritableCatalog::note_name_taken(const Name& name) {
    gone_.erase(key_of(name));
    other_names_.erase(key_of(name));
}

void WritableCatalog::drop(RelationId id) {
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

void WritableCatalog::drop_alone(RelationId id) {
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
    note_gone(r.name);
    nodes_.erase(id);
}

void WritableCatalog::note_dropped_on_commit(Relation& relation) {
    relation.table.dropped_on_commit = true;
    may_drop_on_commit_ = true;
}

void WritableCatalog::drop_temporary(bool only_on_commit) {
    may_drop_on_commit_ = false;
    for (const RelationId id : in_schema("pg_temp")) {
        const Relation* relation = std::as_const(*this).get(id);
        if (relation && (!only_on_commit || relation->table.dropped_on_commit)) drop(id);
    }
}

bool WritableCatalog::hides_another(const std::string& temporary) const {
    return std::any_of(search_path_.begin(), search_path_.end(), [&](const std::string& schema) {
        return schema != "pg_temp" && names_.find(schema, temporary) != 0;
    });
}

void WritableCatalog::drop_shadowing_temporary() {
    const std::vector<RelationId> temporary = in_schema("pg_temp");
    for (const RelationId id : temporary) {
        const Relation* relation = std::as_const(*this).get(id);
        if (relation && (!complete() || hides_another(relation->name.name))) drop(id);
    }
    // Else each of thousands of files would look through every relation for temporary ones.
    if (temporary.empty()) std::erase(schemas_of_relations_.write(), "pg_temp");
}

void WritableCatalog::drop_shadowing_on_commit() {
    for (const RelationId id : in_schema("pg_temp")) {
        const Relation* relation = std::as_const(*this).get(id);
        if (relation && relation->table.dropped_on_commit && hides_another(relation->name.name)) drop(id);
    }
}

void WritableCatalog::rename(RelationId id, Name resolved) {
    Relation* relation = get(id);
    if (!relation || relation->name == resolved || has_relation_name(resolved.schema, resolved.name)) return;
    const Name old = std::exchange(relation->name, resolved);
    note_name_before(*relation, old);
    names_.set(old.schema, old.name, 0);
    note_gone(old);
    names_.set(resolved.schema, resolved.name, id);
    note_name_taken(resolved);
    note_schema_of_relation(resolved.schema);
    if (old.schema != resolved.schema) move_constraint_names(*relation, old.schema, resolved.schema);
    for (const auto& [table, name] : keys_to(id))
        get(table)->table.constraints.change_if([&, &key = name](const TableConstraint& c) { return c.name == key; },
                                                [&](TableConstraint& c) { c.referenced_name = resolved; });
}

/// Renamed back, it is what it was.
void WritableCatalog::note_name_before(Relation& renamed, const Name& old) const {
    if (!in_change() || !renamed.existing) return;
    if (!renamed.name_before) renamed.name_before = old;
    if (*renamed.name_before == renamed.name) renamed.name_before.reset();
}

void WritableCatalog::move_constraint_names(const Relation& relation, const std::string& from, const std::string& to) {
    const auto move = [&](const std::string& name) {
        forget_constraint_name(from, name);
        note_constraint_name(to, name);
    };
    for (const TableConstraint& constraint : relation.table.constraints) move(constraint.name);
    for (const Column& column : relation.columns)
        if (!column.not_null_constraint.empty()) move(column.not_null_constraint);
}

void WritableCatalog::set_index_table(RelationId index, RelationId table) {
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

void WritableCatalog::set_index_parent(RelationId index, RelationId parent) {
    Relation* r = get(index);
    if (!r || r->index.parent == parent) return;
    if (Relation* old = get(r->index.parent)) std::erase(old->index.children, index);
    r->index.parent = parent;
    if (Relation* now = get(parent)) now->index.children.push_back(index);
}

void WritableCatalog::set_owner(RelationId sequence, RelationId table, std::string column) {
    const Relation* before = std::as_const(*this).get(sequence);
    if (!before || (before->sequence.owner_table == 0 && table == 0)) return;
    Relation* r = get(sequence);
    if (Node* old = node(r->sequence.owner_table)) erase_sorted(old->sequences, sequence);
    r->sequence.owner_table = table;
    r->sequence.owner_column = std::move(column);
    if (Node* now = node(table)) insert_sorted(now->sequences, sequence);
}

void WritableCatalog::set_reads(RelationId view, std::vector<RelationId> reads) {
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

void WritableCatalog::add_parent(RelationId child, RelationId parent) {
    const Relation* below = std::as_const(*this).get(child);
    if (!below || !std::as_const(*this).get(parent) || child == parent) return;
    if (std::find(below->table.parents.begin(), below->table.parents.end(), parent) != below->table.parents.end())
        return;
    if (!below->table.children.empty() && reaches_parent(parent, child)) return;
    get(child)->table.parents.push_back(parent);
    get(parent)->table.children.push_back(child);
}

void WritableCatalog::remove_parent(RelationId child, RelationId parent) {
    if (Relation* below = get(child)) std::erase(below->table.parents, parent);
    if (Relation* above = get(parent)) std::erase(above->table.children, child);
}

void WritableCatalog::note_constraint_name(const std::string& schema, const std::string& name) {
    constraint_names_.set(schema, name, constraint_names_.find(schema, name) + 1);
}

void WritableCatalog::forget_constraint_name(const std::string& schema, const std::string& name) {
    if (const std::uint32_t count = constraint_names_.find(schema, name))
        constraint_names_.set(schema, name, count - 1);
}

void WritableCatalog::link_constraint(RelationId table, const TableConstraint& constraint) {
    if (constraint.type != ConstraintType::foreign_key) return;
    if (Node* referenced = node(constraint.referenced)) insert_sorted(referenced->referencing, table);
}

void WritableCatalog::unlink_constraint(RelationId table, const TableConstraint& constraint) {
    if (constraint.type != ConstraintType::foreign_key || !std::as_const(*this).node(constraint.referenced)) return;
    const Relation* from = std::as_const(*this).get(table);
    const auto points = [&](const TableConstraint& c) {
        return &c != &constraint && c.type == ConstraintType::foreign_key && c.referenced == constraint.referenced;
    };
    if (from && std::any_of(from->table.constraints.begin(), from->table.constraints.end(), points)) return;
    erase_sorted(node(constraint.referenced)->referencing, table);
}

void WritableCatalog::add_constraint(RelationId table, TableConstraint constraint) {
    Relation* r = get(table);
    if (!r) return;
    constraint.existing = !in_change_;
    link_constraint(table, constraint);
    note_constraint_name(r->name.schema, constraint.name);
    r->table.constraints.push_back(std::move(constraint));
}

void WritableCatalog::drop_constraint(RelationId table, std::string_view name) {
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

void WritableCatalog::rename_constraint(RelationId table, std::string_view name, std::string to) {
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

void WritableCatalog::add_statistics(RelationId table, ExtendedStatistics statistics) {
    Relation* r = get(table);
    if (!r) return;
    statistics_[key_of(statistics.name)] = table;
    r->table.statistics.push_back(std::move(statistics));
}

void WritableCatalog::set_published(const std::string& publication, std::vector<RelationId> tables) {
    if (tables.empty())
        publications_.erase(publication);
    else
        publications_[publication] = std::move(tables);
}

void WritableCatalog::drop_statistics(const Name& written) {
    const Name name = resolve_along(
        search_path_, written, [this](const Name& n) { return std::as_const(statistics_).find(key_of(n)) != nullptr; });
    if (Relation* table = get(table_of_statistics(written)))
        std::erase_if(table->table.statistics, [&](const ExtendedStatistics& s) { return s.name == name; });
    statistics_.erase(key_of(name));
}

void WritableCatalog::set_search_path(std::vector<std::string> schemas) {
    std::erase_if(schemas, [](const std::string& s) { return s.empty() || s == "$user" || s == "pg_catalog"; });
    search_path_ = std::move(schemas);
}

void WritableCatalog::note_schema_of_relation(const std::string& schema) {
    if (schemas_of_relations_) {
        const std::vector<std::string>& noted = schemas_of_relations_.read();
        if (noted.size() > kMaxSchemas || std::find(noted.begin(), noted.end(), schema) != noted.end()) return;
    }
    schemas_of_relations_.write().push_back(schema);
}

}  // namespace pgfence
