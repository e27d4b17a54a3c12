// Indexes, and how those of a partitioned table reach its partitions: DefineIndex (indexcmds.c),
// AttachPartitionEnsureIndexes and ATExecAttachPartitionIdx (tablecmds.c).

#include <algorithm>

#include "analyze/catalog/name_chooser.h"
#include "analyze/catalog/partition_indexes.h"
#include "analyze/catalog/replay_steps.h"
#include "analyze/catalog/uncertain.h"

namespace pgfence {
namespace {

std::string chosen_name(Server server, const Relation& table, const IndexSpec& spec) {
    if (spec.primary)
        return NameChooser(server.catalog)
            .choose_name(table.name.schema, table.name.name, "", "pkey", NameChooser::Among::both);
    const std::string middle = name_addition(index_column_names(spec.elements, spec.including));
    const std::string_view label = spec.exclusion ? "excl" : spec.constraint ? "key" : "idx";
    return NameChooser(server.catalog)
        .choose_name(table.name.schema, table.name.name, middle, label,
                     spec.constraint ? NameChooser::Among::both : NameChooser::Among::relations);
}

void back_constraint(Server server, const Relation& table, Relation& index, const IndexSpec& spec, bool inherited) {
    TableConstraint constraint;
    constraint.name = index.index.constraint = index.name.name;
    constraint.type = spec.primary     ? ConstraintType::primary_key
                      : spec.exclusion ? ConstraintType::exclusion
                                       : ConstraintType::unique;
    for (const IndexElement& element : spec.elements)
        if (!element.column.empty()) constraint.columns.push_back(element.column);
    constraint.deferrable = spec.deferrable;
    constraint.inherited = inherited;
    constraint.local = !inherited;
    constraint.index = index.id;
    server.catalog.add_constraint(table.id, std::move(constraint));
}

RelationId make_one(Server server, RelationId table_id, const IndexSpec& spec, RelationId parent_index) {
    const Relation* table = std::as_const(server.catalog).get(table_id);
    const std::string name = spec.name.empty() ? chosen_name(server, *table, spec) : spec.name;
    if (server.catalog.has_relation_name(table->name.schema, name)) return 0;
    const bool partitioned = table->kind == RelationKind::partitioned_table;
    Relation& index = server.catalog.create(partitioned ? RelationKind::partitioned_index : RelationKind::index,
                                            {table->name.schema, name});
    index.persistence = table->persistence;
    index.index.elements = spec.elements;
    index.index.including = spec.including;
    index.index.where = spec.where;
    index.access_method = spec.access_method;
    index.tablespace = spec.tablespace;
    index.index.unique = spec.unique;
    index.index.primary = spec.primary;
    index.index.exclusion = spec.exclusion;
    server.catalog.set_index_table(index.id, table_id);
    if (parent_index) server.catalog.set_index_parent(index.id, parent_index);
    if (spec.constraint) back_constraint(server, *table, index, spec, parent_index != 0);
    server.catalog.note_uses(index.id);
    return index.id;
}

bool same_element(const IndexElement& a, const IndexElement& b) {
    return a.column == b.column && a.expr == b.expr && a.opclass.name == b.opclass.name &&
           a.collation.name == b.collation.name;
}

/// CompareIndexInfo: sort order does not count, nor which of the two backs a primary key.
bool matches(const Relation& index, const IndexSpec& spec) {
    return index.access_method == spec.access_method && index.index.unique == spec.unique &&
           index.index.exclusion == spec.exclusion && index.index.where == spec.where &&
           index.index.including == spec.including && !index.index.parent &&
           (!spec.constraint || !index.index.constraint.empty()) &&
           std::equal(index.index.elements.begin(), index.index.elements.end(), spec.elements.begin(),
                      spec.elements.end(), same_element);
}

RelationId matching_index(const Catalog& catalog, RelationId table, const IndexSpec& spec) {
    for (const Relation* index : catalog.indexes_of(table))
        if (matches(*index, spec)) return index->id;
    return 0;
}

void join_parent(Server server, Relation& child, RelationId parent) {
    server.catalog.set_index_parent(child.id, parent);
    Relation* table = server.catalog.get(child.index.table);
    if (!table || child.index.constraint.empty()) return;
    table->table.constraints.change_if([&](const TableConstraint& c) { return c.index == child.id; },
                                       [](TableConstraint& c) {
                                           c.inherited = true;
                                           c.local = false;
                                       });
}

/// One index of a partitioned table for one partition, and for what is below it.
void give_index(Server server, RelationId partition, RelationId parent_index, const IndexSpec& spec) {
    struct Step {
        RelationId table, parent_index;
    };
    std::vector<Step> pending{{partition, parent_index}};
    while (!pending.empty()) {
        const Step step = pending.back();
        pending.pop_back();
        const Relation* table = std::as_const(server.catalog).get(step.table);
        if (!table || !table->is_table()) continue;
        RelationId index = matching_index(std::as_const(server.catalog), step.table, spec);
        if (index)
            join_parent(server, *server.catalog.get(index), step.parent_index);
        else if (server.catalog.afford_copies(1))
            index = make_one(server, step.table, spec, step.parent_index);
        if (!index || table->kind != RelationKind::partitioned_table) continue;
        for (const RelationId child : table->table.children) {
            const auto covered = std::as_const(server.catalog).indexes_of(child);
            if (std::none_of(covered.begin(), covered.end(),
                             [&](const Relation* i) { return i->index.parent == index; }))
                pending.push_back({child, index});
        }
    }
}

std::size_t partitions_of(const Relation& table) {
    return table.kind == RelationKind::partitioned_table ? table.table.children.size() : 0;
}

/// validatePartitionedIndex: valid once every partition has a valid index attached.
void validate_upwards(WritableCatalog& catalog, RelationId index) {
    for (RelationId id = index; id;) {
        const Relation* parent = std::as_const(catalog).get(id);
        const Relation* table = parent ? std::as_const(catalog).get(parent->index.table) : nullptr;
        if (!table || parent->index.valid) return;
        std::size_t valid = 0;
        for (const RelationId child : parent->index.children)
            if (const Relation* below = std::as_const(catalog).get(child); below && below->index.valid) ++valid;
        if (valid < partitions_of(*table)) return;
        catalog.get(id)->index.valid = true;
        id = parent->index.parent;
    }
}

/// ComputeIndexAttrs: a column in brackets is no expression, nor is one with a collation.
void unwrap(IndexElement& element) {
    if (!element.expr) return;
    const bool collated = element.expr->kind == Expr::Kind::collate && !element.expr->args.empty();
    const Expr& inner = collated ? element.expr->args[0] : *element.expr;
    if (inner.kind != Expr::Kind::column) return;
    element.column = inner.text;
    if (collated) element.collation = element.expr->name;
    element.expr.reset();
}

IndexSpec spec_of(const CreateIndex& action) {
    IndexSpec spec;
    spec.name = action.name;
    spec.elements = action.elements;
    for (IndexElement& element : spec.elements) unwrap(element);
    spec.including = action.including;
    spec.where = action.where;
    spec.access_method = action.access_method.empty() ? "btree" : action.access_method;
    spec.tablespace = action.tablespace;
    spec.unique = action.unique;
    return spec;
}

PartitionIndexes parts_of(const Catalog& catalog, std::vector<RelationId> pending, const IndexSpec& spec) {
    PartitionIndexes parts;
    while (!pending.empty()) {
        const Relation* partition = catalog.get(pending.back());
        pending.pop_back();
        if (!partition || !partition->is_table()) continue;
        if (const RelationId index = matching_index(catalog, partition->id, spec)) {
            parts.attached.push_back(catalog.get(index));
            continue;
        }
        parts.built_on.push_back(partition);
        if (partition->kind == RelationKind::partitioned_table)
            pending.insert(pending.end(), partition->table.children.begin(), partition->table.children.end());
    }
    return parts;
}

}  // namespace

PartitionIndexes partition_indexes(const Catalog& catalog, const Relation& partitioned, const CreateIndex& index) {
    return parts_of(catalog, partitioned.table.children, spec_of(index));
}

PartitionIndexes partition_indexes(const Catalog& catalog, const Relation& partitioned, const Constraint& key) {
    return parts_of(catalog, partitioned.table.children, spec_of(key));
}

PartitionIndexes partition_indexes_of_new(const Catalog& catalog, const Relation& partition, const Relation& index) {
    return parts_of(catalog, {partition.id}, spec_of(catalog, index));
}

IndexSpec spec_of(const Catalog& catalog, const Relation& index) {
    IndexSpec spec;
    spec.elements = index.index.elements;
    spec.including = index.index.including;
    spec.where = index.index.where;
    spec.access_method = index.access_method;
    spec.tablespace = index.tablespace;
    spec.unique = index.index.unique;
    spec.primary = index.index.primary;
    spec.exclusion = index.index.exclusion;
    spec.constraint = !index.index.constraint.empty();
    const Relation* table = catalog.get(index.index.table);
    const TableConstraint* constraint =
        table && spec.constraint ? table->constraint_named(index.index.constraint) : nullptr;
    spec.deferrable = constraint && constraint->deferrable;
    return spec;
}

RelationId make_index(Server server, RelationId table, const IndexSpec& spec, bool only) {
    const RelationId made = make_one(server, table, spec, 0);
    const Relation& on = *std::as_const(server.catalog).get(table);
    if (!made || on.kind != RelationKind::partitioned_table) return made;
    if (only) {
        server.catalog.get(made)->index.valid = partitions_of(on) == 0;
        return made;
    }
    IndexSpec below = spec;
    below.name.clear();
    if (!server.catalog.afford_visits(on.table.children.size())) return made;
    for (const RelationId partition : on.table.children) give_index(server, partition, made, below);
    return made;
}

void attach_indexes(Server server, Relation& partition, const Relation& parent) {
    for (const Relation* index : std::as_const(server.catalog).indexes_of(parent.id))
        give_index(server, partition.id, index->id, spec_of(server.catalog, *index));
}

void create_index(Server server, const CreateIndex& action) {
    const Relation* table = find_anywhere(server.catalog, action.table);
    if (!table || !(table->is_table() || table->kind == RelationKind::materialized_view)) return;
    if (action.concurrently && table->kind == RelationKind::partitioned_table) return;
    const RelationId id = table->id;
    const RelationId made = make_index(server, id, spec_of(action), action.only);
    const bool on_expression = std::any_of(action.elements.begin(), action.elements.end(),
                                           [](const IndexElement& element) { return element.column.empty(); });
    if (made && on_expression) server.catalog.get(id)->table.unanalyzed = true;
    if (made && action.if_not_exists) doubt_that_it_is_new(server.catalog, made);
}

void attach_index(Server server, Relation& parent, Relation& child) {
    const Relation* table = std::as_const(server.catalog).get(child.index.table);
    if (!parent.index.table || !table || child.index.parent || parent.id == child.id) return;
    if (!std::count(table->table.parents.begin(), table->table.parents.end(), parent.index.table)) return;
    join_parent(server, child, parent.id);
    validate_upwards(server.catalog, parent.id);
}

}  // namespace pgfence
