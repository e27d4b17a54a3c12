// ALTER TABLE: a column comes, goes, or gets a default (ATExecAddColumn, ATExecDropColumn).

#include <algorithm>
#include <array>
#include <set>

#include "analyze/model/alteration.h"
#include "analyze/model/builtin.h"
#include "analyze/model/column_type.h"
#include "analyze/model/deletion.h"
#include "analyze/model/expressions.h"
#include "analyze/model/types.h"
#include "analyze/model/volatility.h"
#include "core/conditions.h"

namespace pgfence {

using enum LockMode;

const Constraint* constraint_of(const ColumnDef& column, ConstraintType type) {
    const auto it = std::find_if(column.constraints.begin(), column.constraints.end(),
                                 [&](const Constraint& c) { return c.type == type; });
    return it == column.constraints.end() ? nullptr : &*it;
}

namespace {

bool is_serial(const TypeName& type) {
    constexpr std::array<std::string_view, 6> kSerial{"serial",  "bigserial", "smallserial",
                                                      "serial4", "serial8",   "serial2"};
    return type.name.schema.empty() && std::find(kSerial.begin(), kSerial.end(), type.name.name) != kSerial.end();
}

}  // namespace

bool is_not_null(const Relation& table, std::string_view column) {
    const Column* c = table.column(column);
    return c && c->not_null && c->not_null_valid;
}

namespace {

/// Of extensions, which make no domains of them.
bool is_of_extension(const TypeName& type, int version) {
    constexpr std::array<std::string_view, 9> kKnown{"geometry", "geography", "raster",    "box2d",  "box3d",
                                                     "vector",   "halfvec",   "sparsevec", "h3index"};
    return std::find(kKnown.begin(), kKnown.end(), type.name.name) != kKnown.end() ||
           builtin::find_type(type.name.name, version);
}

bool is_told(const Catalog& catalog, const TypeName& type) {
    return catalog.find_enum(type.name) || catalog.find_domain(type.name) || catalog.find(type.name) ||
           (type.name.schema.empty() && !catalog.resolve_type(type).name.schema.empty());
}

/// Nobody told of the type: a domain's constraint is tested, and its default computed, for each row.
bool may_be_domain(const Alteration& a, const TypeName& type) {
    const int version = a.answer.now.version;
    const bool has_rows = a.table ? a.table->existing && a.table->is_table() : a.statement.object == ObjectType::table;
    return has_rows && type.array_dimensions == 0 && !is_builtin_type(canonical_type(type), version) &&
           !is_of_extension(type, version) && !is_told(a.answer.catalog, type);
}

/// What makes ATExecAddColumn rewrite, if anything does.
std::optional<Cause> rewriting_default(const Alteration& a, const ColumnDef& column, const Constraint* value,
                                       bool& certain) {
    if (is_serial(column.type)) return Cause::serial_default;
    if (constraint_of(column, ConstraintType::identity)) return Cause::identity;
    if (const Constraint* generated = constraint_of(column, ConstraintType::generated);
        generated && !generated->generated_virtual)
        return Cause::stored_generated;
    // A domain's constraint is checked row by row, even for null (11-18).
    if (is_constrained_domain(column.type, a.answer.catalog)) return Cause::constrained_domain;
    const Domain* domain = a.answer.has(Behaviour::domain_default_fills_new_column)
                               ? a.answer.catalog.find_domain(column.type.name)
                               : nullptr;
    const Boxed<Expr> expr = value ? value->expr : domain ? domain->default_expr : std::nullopt;
    if (!expr) return std::nullopt;
    std::vector<std::string> unknown_functions;
    switch (volatility_of(*expr, a.answer.catalog, a.answer.now.version, unknown_functions)) {
        case Volatility::volatile_: return Cause::volatile_default;
        case Volatility::unknown:
            certain = false;
            for (const std::string& function : unknown_functions)
                a.answer.depends_on("the volatility of function " + function + " (VOLATILE unless declared otherwise)");
            return Cause::volatile_default;
        default: return std::nullopt;
    }
}

/// A new column's constraint goes down to every child, also to those that had the column and to what is below them.
void check_every_child(const Alteration& a, Cause cause, bool filled, std::size_t i) {
    const std::set<const Relation*> added(a.changed.begin(), a.changed.end());
    for (const Relation* child : a.below) {
        a.answer.lock(*child, AccessExclusive, LockRole::child);
        if (!filled || !added.contains(child)) a.answer.scan(*child, cause, i);
    }
}

/// Code points of UTF-8.
std::ptrdiff_t characters(const std::string& text) {
    return std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xC0) != 0x80; });
}

/// StoreAttrDefault computes what the old rows have, whether there are any: of tables with storage of their own.
void refuse_long_default(const Alteration& a, const ColumnDef& column, const Expr& value, std::size_t i) {
    const TypeName type = base_type(a.answer.catalog.resolve_type(column.type), a.answer.catalog);
    const std::string name = canonical_type(type);
    if ((name != "varchar" && name != "bpchar") || type.array_dimensions > 0 || type.typmods.empty()) return;
    const auto targets = a.targets();
    if (a.table &&
        std::none_of(targets.begin(), targets.end(), [](const Relation* t) { return t->kind == RelationKind::table; }))
        return;
    constexpr std::int32_t kLongestName = 63;
    const std::int32_t most = type.typmods.front();
    const std::string message = "value too long for type " +
                                std::string(name == "bpchar" ? "character(" : "character varying(") +
                                std::to_string(most) + ")";
    if (value.kind == Expr::Kind::constant && characters(value.text) > most && !value.text.ends_with(' '))
        a.answer.fails(Failure::Kind::not_allowed, message, a.table && !a.table->maybe, i);
    if (value.kind == Expr::Kind::sql_value && (value.text.ends_with("_USER") || value.text.ends_with("_ROLE")) &&
        most < kLongestName)
        a.answer.fails(Failure::Kind::not_allowed, message + ", if the role has a long name", false, i);
}

}  // namespace

bool checks_new_key(const Answer& answer, const AlterTable& statement, const ColumnDef& column) {
    const auto has_default = [](const ColumnDef& one) {
        const Constraint* value = constraint_of(one, ConstraintType::default_);
        return (value && value->expr) || is_serial(one.type);
    };
    if (answer.has(Behaviour::subcommands_are_read_alone)) return has_default(column);
    return std::any_of(statement.cmds.begin(), statement.cmds.end(), [&](const AlterTableCmd& cmd) {
        const bool key = cmd.subtype == AlterTableType::AddConstraint && cmd.constraint &&
                         cmd.constraint->type == ConstraintType::foreign_key;
        return key || (cmd.subtype == AlterTableType::AddColumn && cmd.column && has_default(*cmd.column));
    });
}

void add_column(Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    if (!cmd.column) return;
    const ColumnDef& column = *cmd.column;
    const Column* there = a.table ? a.table->column(column.name) : nullptr;
    if (there && there->maybe) there = nullptr;
    if (cmd.missing_ok && there) return;
    if (there && !a.dropped_columns.contains(column.name))
        a.answer.fails(ErrorCode::duplicate_column,
                       "column \"" + column.name + "\" of relation \"" + a.statement.name.name + "\" already exists",
                       true, i);
    a.added_columns.insert(column.name);
    lock_row_type(a.answer, column.type);
    for (const Constraint& c : column.constraints) lock_depended_on(a.answer, c, a.table);

    const Constraint* value = constraint_of(column, ConstraintType::default_);
    const bool fills_rows = value && value->expr && !is_null_literal(*value->expr);
    bool certain = true;
    const auto rewriting = rewriting_default(a, column, fills_rows ? value : nullptr, certain);
    if (rewriting) a.rewrite(*rewriting, i, certain);
    if (!rewriting && may_be_domain(a, column.type)) a.answer.depends_on(is_costly_domain(column.type));

    const Constraint* generated = constraint_of(column, ConstraintType::generated);
    if (generated)
        a.answer.needs(generated->generated_virtual ? Feature::virtual_generated_columns : Feature::generated_columns,
                       i);
    refuse_virtual_type(
        a.answer, column, [&](const std::string& other) { return a.key_column(other); }, i);
    if (fills_rows) refuse_long_default(a, column, *value->expr, i);
    const bool required =
        constraint_of(column, ConstraintType::not_null) || constraint_of(column, ConstraintType::primary_key);
    const bool has_value =
        fills_rows || is_serial(column.type) || constraint_of(column, ConstraintType::identity) || generated;
    if (required && generated && generated->generated_virtual) a.scan(Cause::virtual_generated, i);
    if (required && a.answer.has(Behaviour::not_null_is_a_constraint))
        check_every_child(a, Cause::not_null, has_value, i);
    if (required && !has_value) {
        a.scan(Cause::not_null, i);
        a.answer.fails(
            Failure::Kind::existing_rows,
            "column \"" + column.name + "\" of relation \"" + a.statement.name.name + "\" contains null values", false,
            i);
    }
    for (const Constraint& c : column.constraints) {
        if (!c.enforced) a.answer.needs(Feature::not_enforced, i);
        if (c.type == ConstraintType::check && c.no_inherit && a.table &&
            a.table->kind == RelationKind::partitioned_table)
            a.answer.fails(Failure::Kind::not_allowed,
                           "cannot add NO INHERIT constraint to partitioned table \"" + a.table->name.name + "\"",
                           !a.table->maybe, i);
        if (c.type == ConstraintType::check) warn_of_check(a.answer, c, i);
        if (c.type == ConstraintType::check && ((!c.not_valid && c.enforced) || rewriting)) {
            if (a.table && c.no_inherit) {
                a.answer.scan(*a.table, Cause::check, i);
                continue;
            }
            a.scan(Cause::check, i);
            check_every_child(a, Cause::check, false, i);
        }
        const bool key = c.type == ConstraintType::unique || c.type == ConstraintType::primary_key;
        if (key &&
            has_no_btree_order(a.answer.catalog.resolve_type(column.type), a.answer.catalog, a.answer.now.version))
            a.answer.fails(Failure::Kind::not_allowed,
                           "data type " + canonical_type(column.type) +
                               " has no default operator class for access method \"btree\"",
                           true, i);
        if (key && a.table && a.table->table.partition_key)
            refuse_key_without_partition_key(a.answer, *a.table->table.partition_key, {column.name},
                                             c.type == ConstraintType::unique ? "a unique constraint" : "a primary key",
                                             i);
        if (c.type == ConstraintType::unique) build_key(a, Cause::unique, c.name, i);
        if (c.type == ConstraintType::primary_key) build_key(a, Cause::primary_key, c.name, i);
        if (c.type != ConstraintType::foreign_key) continue;
        lock_referenced(a.answer, c.referenced, ShareRowExclusive);
        lock_referenced_key(a.answer, c.referenced, c.pk_columns);
        a.compare_columns(c, {column.name}, i);
        refuse_key_without_target(a.answer, c, a.table, i);
        if (a.table) refuse_key_to_other_persistence(a.answer, a.table->persistence, c, i);
        // A column that is all null needs no check.
        const bool checked_anyway = a.table && a.table->kind == RelationKind::partitioned_table &&
                                    !a.answer.has(Behaviour::new_column_of_partitions_needs_no_key_check);
        if ((!checks_new_key(a.answer, a.statement, column) && !checked_anyway) || c.not_valid || !c.enforced) continue;
        if (a.table && a.table->kind == RelationKind::table)  // children inherit no foreign keys
            a.scan_for_foreign_key(*a.table, c.referenced, i);
        else
            a.scan_for_foreign_key(c.referenced, i);
    }
}

bool uses_column(const Relation& index, const std::string& column) {
    for (const IndexElement& e : index.index.elements)
        if (e.column == column || (e.expr && mentions_column(*e.expr, column))) return true;
    if (index.index.where && mentions_column(*index.index.where, column)) return true;
    return std::find(index.index.including.begin(), index.index.including.end(), column) != index.index.including.end();
}

namespace {

/// Columns that go with what they are generated from.
std::vector<std::string> generated_with(const Alteration& a, const std::string& source) {
    std::vector<std::string> names;
    if (!a.table || a.answer.has(Behaviour::generated_column_keeps_its_source)) return names;
    for (const Column& column : a.table->columns)
        if (column.generated_expr && column.name != source && mentions_column(*column.generated_expr, source))
            names.push_back(column.name);
    return names;
}

}  // namespace

void drop_column(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    if (a.table && !a.table->column(cmd.name) && a.table->columns_known) return;
    const auto& cmds = a.statement.cmds;
    if (std::any_of(cmds.begin(), cmds.begin() + static_cast<std::ptrdiff_t>(i), [&](const AlterTableCmd& earlier) {
            return earlier.subtype == AlterTableType::DropColumn && earlier.name == cmd.name;
        }))
        return;
    Deletion deletion(a.answer, cmd.cascade);
    const std::vector<std::string> made = generated_with(a, cmd.name);
    for (const Relation* t : a.targets()) {
        const LockRole role = t == a.table ? LockRole::target : LockRole::child;
        deletion.of_column(*t, cmd.name, role);
        for (const std::string& other : made) deletion.of_column(*t, other, role);
    }
    // What depends on a key went with it.
    const bool key_went = std::any_of(cmds.begin(), cmds.begin() + static_cast<std::ptrdiff_t>(i), [](const auto& one) {
        return one.subtype == AlterTableType::DropConstraint && one.cascade;
    });
    if (!a.table || cmd.cascade || key_went) return;
    std::set<std::string> gone;
    for (std::size_t earlier = 0; earlier < i; ++earlier)
        if (a.statement.cmds[earlier].subtype == AlterTableType::DropColumn)
            gone.insert(a.statement.cmds[earlier].name);
    refuse_drop_of_depended_on(a.answer, a.targets(), cmd.name, gone, i);
    for (const std::string& other : made) refuse_drop_of_depended_on(a.answer, a.targets(), other, gone, i);
}

void set_default(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    if (!cmd.expr) return;
    lock_depended_on(a.answer, *cmd.expr, a.table);
    std::vector<std::string> unknown_functions;
    if (volatility_of(*cmd.expr, a.answer.catalog, a.answer.now.version, unknown_functions) == Volatility::volatile_)
        a.answer.warns(Caveat::Kind::unstable_default, cmd.name, i);
}

}  // namespace pgfence
