// Columns come and go: ATExecAddColumn, ATExecDropColumn, renameatt_internal (tablecmds.c), transformColumnDefinition.

#include <algorithm>
#include <array>
#include <unordered_set>

#include "analyze/catalog/name_chooser.h"
#include "analyze/catalog/replay_steps.h"
#include "core/text.h"

namespace pgfence {
namespace {

struct SerialType {
    std::string_view name, type;
};
constexpr std::array<SerialType, 6> kSerialTypes{{
    {"smallserial", "int2"},
    {"serial2", "int2"},
    {"serial", "int4"},
    {"serial4", "int4"},
    {"bigserial", "int8"},
    {"serial8", "int8"},
}};

std::string_view integer_of_serial(const TypeName& type) {
    if (!type.name.schema.empty() || type.array_dimensions) return {};
    for (const SerialType& serial : kSerialTypes)
        if (type.name.name == serial.name) return serial.type;
    return {};
}

Expr nextval_of(const Relation& sequence) {
    Expr text{.kind = Expr::Kind::constant,
              .text = sequence.name.schema + "." + sequence.name.name,
              .name = {},
              .type = {},
              .args = {}};
    Expr cast{.kind = Expr::Kind::cast, .text = {}, .name = {}, .type = {}, .args = {std::move(text)}};
    cast.type.name = {"", "regclass"};
    return {.kind = Expr::Kind::call, .text = {}, .name = {"", "nextval"}, .type = {}, .args = {std::move(cast)}};
}

void apply(Server server, Relation& table, Column& column, const Constraint& constraint) {
    switch (constraint.type) {
        case ConstraintType::not_null:
            set_not_null(server, table, column, constraint.name, !constraint.not_valid);
            column.not_null_no_inherit = constraint.no_inherit;
            break;
        case ConstraintType::default_: column.default_expr = stored_default(constraint.expr); break;
        case ConstraintType::identity:
            column.identity = true;
            set_not_null(server, table, column, "", true);
            break;
        case ConstraintType::generated:
            column.generated = true;
            column.generated_virtual = constraint.generated_virtual;
            column.generated_expr = constraint.expr;
            break;
        default: break;  // null says nothing; the rest are constraints of the table
    }
}

/// What is not a property of the column but an object beside it.
std::vector<Constraint> constraints_beside(const ColumnDef& def) {
    std::vector<Constraint> beside;
    for (const Constraint& c : def.constraints)
        if (c.type == ConstraintType::check || c.type == ConstraintType::foreign_key || is_key(c))
            beside.push_back(with_column(c, def.name));
    return beside;
}

bool index_uses(const Relation& index, const std::string& column) {
    const auto element_uses = [&](const IndexElement& e) {
        return e.column == column || (e.expr && mentions(*e.expr, column));
    };
    return std::any_of(index.index.elements.begin(), index.index.elements.end(), element_uses) ||
           is_among(column, index.index.including) || (index.index.where && mentions(*index.index.where, column));
}

bool constraint_uses(const TableConstraint& constraint, const std::string& column) {
    return is_among(column, constraint.columns) || (constraint.expr && mentions(*constraint.expr, column));
}

void drop_keys_to(Server server, const Relation& table, const std::string& column) {
    std::vector<std::pair<RelationId, std::string>> keys;
    for (const auto& [from, key] : std::as_const(server.catalog).referencing(table.id))
        if (is_among(column, key->referenced_columns)) keys.emplace_back(from->id, key->name);
    for (const auto& [from, key] : keys) server.catalog.drop_constraint(from, key);
}

void drop_parts_using(Server server, Relation& table, const std::string& column) {
    WritableCatalog& catalog = server.catalog;
    drop_keys_to(server, table, column);
    std::vector<std::string> doomed;
    for (const TableConstraint& c : table.table.constraints)
        if (constraint_uses(c, column)) doomed.push_back(c.name);
    for (const std::string& name : doomed) catalog.drop_constraint(table.id, name);
    for (const Relation* index : std::as_const(catalog).indexes_of(table.id))
        if (index_uses(*index, column)) catalog.drop(index->id);
    for (const Relation* sequence : std::as_const(catalog).sequences_owned_by(table.id))
        if (sequence->sequence.owner_column == column) catalog.drop(sequence->id);
    std::vector<Name> statistics;
    for (const ExtendedStatistics& s : table.table.statistics)
        if (is_among(column, s.columns)) statistics.push_back(s.name);
    for (const Name& name : statistics) catalog.drop_statistics(name);
}

void drop_dependents_of(Server server, Relation& table, const std::string& column) {
    std::vector<RelationId> views;
    for (const Relation* view : std::as_const(server.catalog).views_on(table.id))
        if (view->view.uses_star || view->view.mentions(table.id, column)) views.push_back(view->id);
    drop_relations(server, std::move(views), true);
    std::erase_if(table.triggers, [&](const TriggerInfo& t) { return is_among(column, t.columns); });
    table.columns.erase_if([&](const Column& c) { return c.generated_expr && mentions(*c.generated_expr, column); });
}

void drop_column_here(Server server, Relation& table, const std::string& column, bool cascade) {
    drop_parts_using(server, table, column);
    if (!cascade && !has(server.version, Behaviour::generated_column_keeps_its_source))
        table.columns.erase_if(
            [&](const Column& c) { return c.generated_expr && mentions(*c.generated_expr, column); });
    if (cascade) drop_dependents_of(server, table, column);
    if (Column* c = table.column(column)) clear_not_null(server, table, *c);
    std::erase_if(table.table.published_parts,
                  [&](const PublishedPart& part) { return is_among(column, part.columns); });
    table.columns.erase_if([&](const Column& c) { return c.name == column; });
}

bool in_partition_key(const Relation& table, const std::string& column) {
    if (!table.table.partition_key) return false;
    return std::any_of(
        table.table.partition_key->elements.begin(), table.table.partition_key->elements.end(),
        [&](const IndexElement& e) { return e.column == column || (e.expr && mentions(*e.expr, column)); });
}

void rename_in_views(Server server, const Relation& relation, const std::string& from, const std::string& to) {
    for (const Relation* reader : std::as_const(server.catalog).views_on(relation.id)) {
        ViewPart& view = server.catalog.get(reader->id)->view;
        std::replace(view.told_columns.begin(), view.told_columns.end(), std::pair(relation.id, from),
                     std::pair(relation.id, to));
        for (ViewColumn& column : view.columns)
            if (column.of == relation.id && column.column == from) column.column = to;
        if (view.where) rename_column_in(*view.where, from, to);
    }
    for (const Relation* reader : std::as_const(server.catalog).views_on(relation.id)) {
        if (!is_among(from, reader->view.used_columns) || is_among(to, reader->view.used_columns)) continue;
        // The name may mean another relation's column too: names are all we have, so both are kept then.
        const bool elsewhere = std::any_of(reader->view.reads.begin(), reader->view.reads.end(), [&](RelationId id) {
            const Relation* other = id == relation.id ? nullptr : std::as_const(server.catalog).get(id);
            return other && (!other->columns_known || other->column(from));
        });
        Relation& view = *server.catalog.get(reader->id);
        if (!elsewhere) std::erase(view.view.used_columns, from);
        view.view.used_columns.push_back(to);
    }
}

void note_gone_column(Relation& r, const std::string& column) {
    if (!is_among(column, r.table.gone_columns)) r.table.gone_columns.push_back(column);
}

/// Renamed back, it is what it was.
void rename_one(Server server, Column& column, const std::string& to) {
    if (server.catalog.in_change() && column.existing && !column.name_before) column.name_before = column.name;
    column.name = to;
    if (column.name_before && *column.name_before == to) column.name_before.reset();
}

void rename_column_here(Server server, Relation& r, const std::string& from, const std::string& to) {
    note_gone_column(r, from);
    std::erase(r.table.gone_columns, to);
    const auto rename_in = [&](std::vector<std::string>& names) { std::replace(names.begin(), names.end(), from, to); };
    const auto rename_expr = [&](Boxed<Expr>& expr) {
        if (expr) rename_column_in(*expr, from, to);
    };
    r.columns.change_if([&](const Column& column) { return column.name == from || column.generated_expr; },
                        [&](Column& column) {
                            if (column.name == from) rename_one(server, column, to);
                            rename_expr(column.generated_expr);
                        });
    r.table.constraints.change_if(
        [&](const TableConstraint& constraint) { return constraint.expr || is_among(from, constraint.columns); },
        [&](TableConstraint& constraint) {
            rename_in(constraint.columns);
            rename_expr(constraint.expr);
        });
    for (ViewColumn& column : r.view.columns)
        if (column.name == from) column.name = to;
    for (PolicyInfo& policy : r.table.policies) {
        rename_in(policy.columns);
        rename_expr(policy.shown);
        rename_expr(policy.checked);
    }
    for (PublishedPart& part : r.table.published_parts) rename_in(part.columns);
    for (RewriteRule& rule : r.rules) rename_in(rule.columns);
    if (r.table.partition_key) rename_column_in(r.table.partition_key->elements, from, to);
    for (ExtendedStatistics& statistics : r.table.statistics) rename_in(statistics.columns);
    for (TriggerInfo& trigger : r.triggers) rename_in(trigger.columns);
    for (const Relation* of : std::as_const(server.catalog).indexes_of(r.id)) {
        Relation& index = *server.catalog.get(of->id);
        rename_column_in(index.index.elements, from, to);
        rename_in(index.index.including);
        rename_expr(index.index.where);
    }
    for (const Relation* owned : std::as_const(server.catalog).sequences_owned_by(r.id))
        if (owned->sequence.owner_column == from) server.catalog.get(owned->id)->sequence.owner_column = to;
    for (const auto& [table, key] : std::as_const(server.catalog).referencing(r.id)) {
        if (!is_among(from, key->referenced_columns)) continue;
        server.catalog.get(table->id)->table.constraints.change_if(
            [&](const TableConstraint& c) { return c.referenced == r.id; },
            [&](TableConstraint& c) { rename_in(c.referenced_columns); });
    }
    rename_in_views(server, r, from, to);
}

}  // namespace

Boxed<Expr> stored_default(const Boxed<Expr>& expr) {
    const Expr* inner = expr ? &*expr : nullptr;
    while (inner && inner->kind == Expr::Kind::cast && !inner->args.empty()) inner = &inner->args[0];
    return inner && inner->kind == Expr::Kind::null ? std::nullopt : expr;
}

void make_sequence(Server server, Relation& table, Column& column) {
    const std::string name =
        NameChooser(server.catalog)
            .choose_name(table.name.schema, table.name.name, column.name, "seq", NameChooser::Among::relations);
    Relation& sequence = server.catalog.create(RelationKind::sequence, {table.name.schema, name});
    sequence.persistence = table.persistence;
    server.catalog.set_owner(sequence.id, table.id, column.name);
    sequence.sequence.of_identity = column.identity;
    if (!column.identity) column.default_expr = nextval_of(sequence);
}

void set_not_null(Server server, Relation& table, Column& column, std::string name, bool valid) {
    const bool had = column.not_null;
    column.not_null_valid = (had && column.not_null_valid) || valid;
    column.not_null = true;
    if (had || !has(server.version, Feature::named_not_null) || !table.is_table()) return;
    if (name.empty())
        name = NameChooser(server.catalog)
                   .choose_name(table.name.schema, table.name.name, column.name, "not_null",
                                NameChooser::Among::constraints);
    server.catalog.note_constraint_name(table.name.schema, name);
    column.not_null_constraint = std::move(name);
}

void clear_not_null(Server server, Relation& table, Column& column) {
    column.not_null = column.not_null_no_inherit = false;
    column.not_null_valid = true;
    if (!column.not_null_constraint.empty())
        server.catalog.forget_constraint_name(table.name.schema, std::exchange(column.not_null_constraint, ""));
}

void add_column_alone(Server server, Relation& table, const ColumnDef& def) {
    if (table.columns.size() >= kMaxColumns || table.column(def.name)) return;
    Column column;
    column.name = def.name;
    column.existing = !server.catalog.in_change();
    column.collation = def.collation;
    const std::string_view integer = integer_of_serial(def.type);
    column.type = server.catalog.resolve_type(def.type);
    if (!integer.empty()) {
        column.type = {};
        column.type.name = {"pg_catalog", std::string(integer)};
    }
    for (const Constraint& constraint : def.constraints) apply(server, table, column, constraint);
    if (!integer.empty() || column.identity) make_sequence(server, table, column);
    if (!integer.empty()) set_not_null(server, table, column, "", true);
    server.catalog.note_uses(table.id, column);
    table.columns.push_back(std::move(column));
}

bool inherit_column(Server server, Relation& child, const Column& column, bool local) {
    if (Column* own = child.column(column.name)) {
        own->inherited = true;
        own->local = local && own->local;
        if (column.not_null && !column.not_null_no_inherit)
            set_not_null(server, child, *own, column.not_null_constraint, column.not_null_valid);
        return true;
    }
    if (child.columns.size() >= kMaxColumns || !server.catalog.afford_copies(1)) {
        child.columns_known = false;
        return false;
    }
    Column copy = column;
    copy.inherited = true;
    copy.local = false;
    copy.not_null = copy.not_null_no_inherit = false;
    copy.not_null_constraint.clear();
    // An inheritance child gets the column without it.
    if (column.identity && !(child.table.is_partition && has(server.version, Behaviour::identity_of_partitions)))
        copy.identity = false;
    if (column.not_null && !column.not_null_no_inherit)
        set_not_null(server, child, copy, column.not_null_constraint, column.not_null_valid);
    server.catalog.note_uses(child.id, copy);
    child.columns.push_back(std::move(copy));
    return true;
}

void add_column(Server server, Relation& table, const AlterTableCmd& cmd, bool recurse) {
    if (!cmd.column || table.column(cmd.column->name)) return;
    const ColumnDef& def = *cmd.column;
    add_column_alone(server, table, def);
    const Column* added = table.column(def.name);
    if (!added) return;
    if (recurse) {
        const Column column = *added;
        for (const Relation* child : server.catalog.visit_descendants(table.id))
            inherit_column(server, *server.catalog.get(child->id), column, true);
    }
    add_new_constraints(server, table.id, constraints_beside(def), recurse);
}

void drop_column(Server server, Relation& table, const std::string& column, bool cascade, bool recurse) {
    const Column* there = table.column(column);
    if ((there && there->inherited) || in_partition_key(table, column)) return;
    note_gone_column(table, column);
    if (!there) return;
    drop_column_here(server, table, column, cascade);
    const auto below = server.catalog.visit_descendants(table.id);
    std::unordered_set<RelationId> gone{table.id};
    for (const Relation* relation : below) {
        if (std::none_of(relation->table.parents.begin(), relation->table.parents.end(),
                         [&](RelationId id) { return gone.contains(id); }))
            continue;
        Relation& child = *server.catalog.get(relation->id);
        Column* c = child.column(column);
        const bool from_another =
            std::any_of(child.table.parents.begin(), child.table.parents.end(), [&](RelationId id) {
                const Relation* parent = gone.contains(id) ? nullptr : std::as_const(server.catalog).get(id);
                return parent && parent->column(column);
            });
        if (!c || from_another) continue;
        c->inherited = false;
        if (!recurse) c->local = true;
        if (c->local) continue;
        gone.insert(child.id);
        drop_column_here(server, child, column, cascade);
    }
}

void rename_column(Server server, Relation& relation, const std::string& from, const std::string& to, bool recurse) {
    const Column* column = relation.column(from);
    if (relation.column(to) || (!column && relation.columns_known) || (column && column->inherited)) return;
    rename_column_here(server, relation, from, to);
    if (!recurse) return;
    for (const Relation* child : server.catalog.visit_descendants(relation.id))
        if (child->column(from) && !child->column(to))
            rename_column_here(server, *server.catalog.get(child->id), from, to);
}

}  // namespace pgfence
