// Constraints: transformIndexConstraints (parse_utilcmd.c), AddRelationNewConstraints (heap.c), ATExecDropConstraint
// and ATExecValidateConstraint (tablecmds.c).

#include <algorithm>
#include <unordered_set>

#include "analyze/catalog/name_chooser.h"
#include "analyze/catalog/replay_steps.h"

namespace pgfence {
namespace {

using enum ConstraintType;

/// Adds a constraint to everything below that it reaches; one of that name that is there already is merged with it.
void pass_down(Server server, RelationId table, const TableConstraint& constraint, bool partitions_only) {
    for (const Relation* relation : server.catalog.visit_descendants(table)) {
        if (partitions_only && !relation->table.is_partition) continue;
        Relation& child = *server.catalog.get(relation->id);
        const auto own = std::find_if(child.table.constraints.begin(), child.table.constraints.end(),
                                      [&](const TableConstraint& c) { return c.name == constraint.name; });
        if (own != child.table.constraints.end()) {
            child.table.constraints.write(own).inherited = true;
            continue;
        }
        if (!server.catalog.afford_copies(1)) return;
        TableConstraint copy = constraint;
        copy.inherited = true;
        copy.local = false;
        server.catalog.note_calls(child.id, copy.expr);
        server.catalog.add_constraint(child.id, std::move(copy));
    }
}

bool name_is_free(const Relation& table, const std::string& name) {
    return name.empty() || !table.constraint_named(name);
}

void add_check(Server server, RelationId id, const Constraint& c, bool recurse) {
    const Relation& table = *std::as_const(server.catalog).get(id);
    TableConstraint check;
    check.type = ConstraintType::check;
    check.expr = c.expr;
    if (c.expr) check.columns = columns_of(*c.expr);
    check.name = c.name;
    if (check.name.empty())
        check.name =
            NameChooser(server.catalog)
                .choose_name(table.name.schema, table.name.name, check.columns.size() == 1 ? check.columns[0] : "",
                             "check", NameChooser::Among::constraints);
    check.enforced = c.enforced;
    check.valid = c.enforced && !c.not_valid;
    check.no_inherit = c.no_inherit;
    server.catalog.note_calls(id, check.expr);
    server.catalog.add_constraint(id, check);
    if (recurse && !c.no_inherit) pass_down(server, id, check, false);
}

/// MergeWithExistingConstraint: a check that came from a parent under that name is now also the table's own.
bool merged_with_inherited(Server server, const Relation& table, const Constraint& c) {
    const TableConstraint* there = c.type == check && !c.name.empty() ? table.constraint_named(c.name) : nullptr;
    if (!there || there->type != check || !there->inherited) return false;
    server.catalog.get(table.id)->table.constraints.change_if(
        [&](const TableConstraint& mine) { return mine.name == c.name; },
        [](TableConstraint& mine) { mine.local = true; });
    return true;
}

std::vector<std::string> primary_key_of(const Catalog& catalog, RelationId table) {
    if (const Relation* r = catalog.get(table))
        for (const TableConstraint& c : r->table.constraints)
            if (c.type == primary_key) return c.columns;
    return {};
}

void add_foreign_key(Server server, RelationId id, const Constraint& c, bool recurse) {
    const Catalog& catalog = server.catalog;
    const Relation& table = *catalog.get(id);
    TableConstraint key;
    key.type = foreign_key;
    key.columns = c.fk_columns;
    key.referenced_name = catalog.resolve(c.referenced);
    const Relation* referenced = catalog.find(c.referenced);
    key.referenced = referenced ? referenced->id : 0;
    key.referenced_columns = c.pk_columns.empty() ? primary_key_of(catalog, key.referenced) : c.pk_columns;
    key.on_delete = c.on_delete;
    key.on_update = c.on_update;
    key.set_columns = c.set_columns;
    key.deferrable = c.deferrable;
    key.enforced = c.enforced;
    key.valid = c.enforced && !c.not_valid;
    key.name = c.name;
    const bool by_first = !has(server.version, Feature::foreign_key_names_every_column) && !key.columns.empty();
    const std::string middle = by_first ? key.columns[0] : name_addition(key.columns);
    if (key.name.empty())
        key.name = NameChooser(catalog).choose_name(table.name.schema, table.name.name, middle, "fkey",
                                                    NameChooser::Among::constraints);
    server.catalog.add_constraint(id, key);
    if (recurse && table.kind == RelationKind::partitioned_table) pass_down(server, id, key, true);
}

void key_is_not_null(Server server, RelationId id, const std::vector<std::string>& columns) {
    const Relation& top = *server.catalog.get(id);
    std::vector<RelationId> tables{id};
    for (const Relation* below : server.catalog.visit_descendants(id)) tables.push_back(below->id);
    for (const std::string& name : columns)
        for (const RelationId each : tables) {
            Relation& table = *server.catalog.get(each);
            const Column* above = each == id ? nullptr : top.column(name);
            // What is below takes the name of the constraint over (18).
            const std::string chosen = above ? above->not_null_constraint : "";
            if (Column* column = table.column(name)) set_not_null(server, table, *column, chosen, true);
        }
}

void use_index(Server server, RelationId id, const Constraint& c) {
    Relation& table = *server.catalog.get(id);
    Relation* index = server.catalog.find({table.name.schema, c.using_index});
    if (!index || index->index.table != id || !index->index.constraint.empty() || !index->index.valid ||
        !index->index.unique)
        return;
    const std::string name = c.name.empty() ? index->name.name : c.name;
    if (name != index->name.name && server.catalog.has_relation_name(table.name.schema, name)) return;
    server.catalog.rename(index->id, {table.name.schema, name});
    index->index.constraint = name;
    index->index.primary = c.type == primary_key;
    TableConstraint key;
    key.type = c.type;
    key.name = name;
    for (const IndexElement& element : index->index.elements) key.columns.push_back(element.column);
    key.deferrable = c.deferrable;
    key.index = index->id;
    if (index->index.primary) key_is_not_null(server, id, key.columns);
    server.catalog.add_constraint(id, std::move(key));
}

void add_key(Server server, RelationId id, const Constraint& c, bool recurse) {
    const Relation& table = *std::as_const(server.catalog).get(id);
    const bool second_primary =
        c.type == primary_key && std::any_of(table.table.constraints.begin(), table.table.constraints.end(),
                                             [](const TableConstraint& t) { return t.type == primary_key; });
    if (second_primary) return;
    if (!c.using_index.empty()) return use_index(server, id, c);
    if (c.type == primary_key) key_is_not_null(server, id, c.keys);
    make_index(server, id, spec_of(c), !recurse);
}

void add_not_null(Server server, RelationId id, const Constraint& c, bool recurse) {
    Relation& table = *server.catalog.get(id);
    Column* column = c.keys.empty() ? nullptr : table.column(c.keys[0]);
    if (!column) return;
    set_not_null(server, table, *column, c.name, !c.not_valid);
    column->not_null_no_inherit = c.no_inherit;
    const Column now = *column;
    if (!recurse || c.no_inherit) return;
    for (const Relation* relation : server.catalog.visit_descendants(id)) {
        Relation& child = *server.catalog.get(relation->id);
        if (Column* own = child.column(now.name))
            set_not_null(server, child, *own, now.not_null_constraint, now.not_null_valid);
    }
}

/// Does an earlier key of the statement make this one redundant? Its name, if any, is then kept.
bool merge_into(std::vector<Constraint>& keys, const Constraint& key) {
    if (key.type == exclusion || !key.using_index.empty()) return false;
    for (Constraint& earlier : keys) {
        const bool same = earlier.type != exclusion && earlier.using_index.empty() && earlier.keys == key.keys &&
                          earlier.including == key.including && earlier.deferrable == key.deferrable &&
                          earlier.initially_deferred == key.initially_deferred &&
                          earlier.nulls_not_distinct == key.nulls_not_distinct &&
                          earlier.without_overlaps == key.without_overlaps;
        if (!same) continue;
        if (earlier.name.empty()) earlier.name = key.name;
        return true;
    }
    return false;
}

std::vector<Constraint> distinct_keys(const std::vector<Constraint>& constraints) {
    std::vector<Constraint> keys;
    for (const Constraint& c : constraints)
        if (c.type == primary_key) keys.push_back(c);
    for (const Constraint& c : constraints)
        if (is_key(c) && c.type != primary_key && keys.size() < kMaxColumns && !merge_into(keys, c)) keys.push_back(c);
    return keys;
}

void rename_not_null(Server server, Relation& table, const std::string& from, const std::string& to) {
    table.columns.change_if([&](const Column& column) { return !from.empty() && column.not_null_constraint == from; },
                            [&](Column& column) {
                                server.catalog.forget_constraint_name(table.name.schema, from);
                                server.catalog.note_constraint_name(table.name.schema, to);
                                column.not_null_constraint = to;
                            });
}

void drop_keys_that_need(Server server, const Relation& table, const TableConstraint& key) {
    std::vector<std::pair<RelationId, std::string>> doomed;
    for (const auto& [from, fk] : std::as_const(server.catalog).referencing(table.id))
        if (fk->referenced_columns == key.columns) doomed.emplace_back(from->id, fk->name);
    for (const auto& [from, name] : doomed) server.catalog.drop_constraint(from, name);
}

void drop_not_null_constraint(Server server, Relation& table, const std::string& name, bool recurse) {
    const auto named = [&](const Column& c) { return c.not_null_constraint == name; };
    const auto at = std::find_if(table.columns.begin(), table.columns.end(), named);
    if (name.empty() || at == table.columns.end()) return;
    const std::string column = at->name;
    const bool alone = at->not_null_no_inherit;
    clear_not_null(server, table, table.columns.write(at));
    if (!recurse || alone) return;
    for (const Relation* relation : server.catalog.visit_descendants(table.id)) {
        Relation& child = *server.catalog.get(relation->id);
        if (Column* c = child.column(column); c && c->not_null_constraint == name) clear_not_null(server, child, *c);
    }
}

bool same_key(const TableConstraint& a, const TableConstraint& b) {
    return a.type == b.type && a.columns == b.columns && a.referenced == b.referenced &&
           a.referenced_columns == b.referenced_columns;
}

/// Foreign keys of partitions may have names of their own.
bool is_from(const TableConstraint& child, const TableConstraint& parent) {
    return parent.type == foreign_key ? same_key(child, parent)
                                      : child.type == parent.type && child.name == parent.name;
}

/// What inherited the constraint from one that lost it loses it too, unless it has it of its own or from another
/// parent.
void let_go_below(Server server, RelationId table, const TableConstraint& dropped, bool recurse) {
    const auto below = server.catalog.visit_descendants(table);
    std::unordered_set<RelationId> gone{table};
    for (const Relation* relation : below) {
        if (std::none_of(relation->table.parents.begin(), relation->table.parents.end(),
                         [&](RelationId id) { return gone.contains(id); }))
            continue;
        Relation& child = *server.catalog.get(relation->id);
        const auto at = std::find_if(child.table.constraints.begin(), child.table.constraints.end(),
                                     [&](const TableConstraint& c) { return c.inherited && is_from(c, dropped); });
        const bool from_another =
            std::any_of(child.table.parents.begin(), child.table.parents.end(), [&](RelationId id) {
                const Relation* parent = gone.contains(id) ? nullptr : std::as_const(server.catalog).get(id);
                return parent && parent->constraint_named(dropped.name);
            });
        if (at == child.table.constraints.end() || from_another) continue;
        TableConstraint& own = child.table.constraints.write(at);
        own.inherited = false;
        if (!recurse) own.local = true;
        if (own.local) continue;
        gone.insert(child.id);
        server.catalog.drop_constraint(child.id, std::string(own.name));
    }
}

}  // namespace

IndexSpec spec_of(const Constraint& c) {
    IndexSpec spec;
    spec.name = c.name;
    for (const std::string& key : c.keys)
        spec.elements.push_back({.column = key, .expr = {}, .expr_sql = {}, .opclass = {}, .collation = {}});
    for (const Expr& expr : c.exclusion_expressions) spec.elements.emplace_back().expr = expr;
    spec.including = c.including;
    if (c.type == exclusion) spec.where = c.expr;
    spec.access_method = c.access_method.empty() ? (c.without_overlaps ? "gist" : "btree") : c.access_method;
    spec.unique = c.type != exclusion;
    spec.primary = c.type == primary_key;
    spec.exclusion = c.type == exclusion;
    spec.constraint = true;
    spec.deferrable = c.deferrable;
    return spec;
}

bool is_key(const Constraint& c) { return c.type == primary_key || c.type == unique || c.type == exclusion; }

Constraint with_column(Constraint constraint, const std::string& column) {
    if (constraint.type == foreign_key && constraint.fk_columns.empty()) constraint.fk_columns = {column};
    if (is_key(constraint) && constraint.keys.empty() && constraint.using_index.empty()) constraint.keys = {column};
    return constraint;
}

void add_new_constraints(Server server, RelationId table, std::vector<Constraint> constraints, bool recurse) {
    const bool placed =
        std::all_of(constraints.begin(), constraints.end(), [](const Constraint& c) { return c.location >= 0; });
    if (placed)
        std::stable_sort(constraints.begin(), constraints.end(),
                         [](const Constraint& a, const Constraint& b) { return a.location < b.location; });
    // A new column or table has no rows to check: transformCheckConstraints and transformFKConstraints make them valid.
    for (Constraint& c : constraints) c.not_valid = false;
    for (const Constraint& c : constraints)
        if (c.type == check) add_constraint(server, table, c, recurse);
    for (const Constraint& c : constraints)
        if (c.type == not_null) add_constraint(server, table, c, recurse);
    for (const Constraint& c : distinct_keys(constraints)) add_constraint(server, table, c, recurse);
    for (const Constraint& c : constraints)
        if (c.type == foreign_key) add_constraint(server, table, c, recurse);
}

void add_constraint(Server server, RelationId id, const Constraint& c, bool recurse) {
    const Relation* table = std::as_const(server.catalog).get(id);
    if (!table || merged_with_inherited(server, *table, c) || !name_is_free(*table, c.name)) return;
    if (c.type == check)
        add_check(server, id, c, recurse);
    else if (c.type == foreign_key)
        add_foreign_key(server, id, c, recurse);
    else if (c.type == not_null)
        add_not_null(server, id, c, recurse);
    else if (is_key(c))
        add_key(server, id, c, recurse);
}

void drop_constraint(Server server, Relation& table, const std::string& name, bool cascade, bool recurse) {
    const TableConstraint* there = table.constraint_named(name);
    if (!there) return drop_not_null_constraint(server, table, name, recurse);
    if (there->inherited) return;
    const TableConstraint dropped = *there;
    if (cascade && (dropped.type == primary_key || dropped.type == unique)) drop_keys_that_need(server, table, dropped);
    server.catalog.drop_constraint(table.id, name);
    if (dropped.type == check || dropped.type == foreign_key) let_go_below(server, table.id, dropped, recurse);
}

void rename_constraint(Server server, Relation& table, const std::string& from, const std::string& to) {
    const TableConstraint* there = table.constraint_named(from);
    if (there && there->inherited) return;
    if (there) {
        const ConstraintType type = there->type;
        const bool indexed = there->index != 0;
        if (indexed && server.catalog.has_relation_name(table.name.schema, to)) return;
        server.catalog.rename_constraint(table.id, from, to);
        if (type != check) return;
        for (const Relation* child : server.catalog.visit_descendants(table.id))
            server.catalog.rename_constraint(child->id, from, to);
        return;
    }
    rename_not_null(server, table, from, to);
    for (const Relation* child : server.catalog.visit_descendants(table.id))
        rename_not_null(server, *server.catalog.get(child->id), from, to);
}

void validate_constraint(Server server, Relation& table, const std::string& name, bool recurse) {
    const auto validate = [&](Relation& r) {
        r.table.constraints.change_if([&](const TableConstraint& c) { return c.name == name && c.enforced; },
                                      [](TableConstraint& c) { c.valid = true; });
        r.columns.change_if([&](const Column& c) { return !name.empty() && c.not_null_constraint == name; },
                            [](Column& c) { c.not_null_valid = true; });
    };
    validate(table);
    if (!recurse) return;
    for (const Relation* child : server.catalog.visit_descendants(table.id)) validate(*server.catalog.get(child->id));
}

void inherit_constraints(Server server, Relation& child, const Relation& parent) {
    for (const TableConstraint& c : parent.table.constraints) {
        const bool check_passes = c.type == check && !c.no_inherit;
        if (!check_passes && !(c.type == foreign_key && child.table.is_partition)) continue;
        const auto own = std::find_if(child.table.constraints.begin(), child.table.constraints.end(),
                                      [&](const TableConstraint& mine) {
                                          return c.type == foreign_key ? same_key(mine, c) : mine.name == c.name;
                                      });
        if (own != child.table.constraints.end()) {
            TableConstraint& mine = child.table.constraints.write(own);
            mine.inherited = true;
            mine.local = mine.local && !child.table.is_partition;
            continue;
        }
        if (!server.catalog.afford_copies(1)) return;
        TableConstraint copy = c;
        copy.inherited = true;
        copy.local = false;
        if (child.constraint_named(copy.name))
            copy.name = NameChooser(server.catalog)
                            .choose_name(child.name.schema, child.name.name, name_addition(copy.columns), "fkey",
                                         NameChooser::Among::constraints);
        server.catalog.note_calls(child.id, copy.expr);
        server.catalog.add_constraint(child.id, std::move(copy));
    }
}

}  // namespace pgfence
