// ALTER TABLE. The lock on the table follows from the text alone (AlterTableGetLockLevel in tablecmds.c); what happens under
// it follows from the catalog (ATExecAddColumn, ATPrepAlterColumnType, ATExecAddConstraint, ATRewriteTables, ...).

#include <algorithm>
#include <array>
#include <set>

#include "analyze/model/column_type.h"
#include "analyze/model/expressions.h"
#include "analyze/model/partition_bounds.h"
#include "analyze/model/statements.h"
#include "analyze/model/volatility.h"

namespace pgfence {
namespace {

using enum LockMode;

// reloptions.c: what AlterTableGetRelOptionsLockLevel finds beside each option. An option not listed here: AccessExclusive.
constexpr std::array<std::string_view, 22> kShareUpdateExclusiveOptions{
    "fillfactor", "autovacuum_enabled", "autovacuum_vacuum_threshold", "autovacuum_vacuum_max_threshold",
    "autovacuum_vacuum_insert_threshold", "autovacuum_analyze_threshold", "autovacuum_vacuum_cost_limit",
    "autovacuum_freeze_min_age", "autovacuum_multixact_freeze_min_age", "autovacuum_freeze_max_age",
    "autovacuum_multixact_freeze_max_age", "autovacuum_freeze_table_age", "autovacuum_multixact_freeze_table_age",
    "autovacuum_vacuum_scale_factor", "autovacuum_vacuum_insert_scale_factor", "autovacuum_analyze_scale_factor",
    "autovacuum_vacuum_cost_delay", "log_autovacuum_min_duration", "toast_tuple_target", "parallel_workers",
    "vacuum_index_cleanup", "vacuum_truncate"};

bool is_light_option(std::string_view option) {
    if (option.starts_with("toast.")) option.remove_prefix(6);
    if (option == "vacuum_max_eager_freeze_failure_rate" || option == "deduplicate_items") return true;
    return std::find(kShareUpdateExclusiveOptions.begin(), kShareUpdateExclusiveOptions.end(), option) !=
           kShareUpdateExclusiveOptions.end();
}

LockMode relation_options_lock(const std::vector<std::string>& options) {
    return std::all_of(options.begin(), options.end(), is_light_option) ? ShareUpdateExclusive : AccessExclusive;
}

/// AlterTableGetLockLevel, one subcommand. It looks at nothing but the statement.
LockMode lock_level(const AlterTableCmd& cmd, int version) {
    using enum AlterTableType;
    switch (cmd.subtype) {
        case AddConstraint:
            return cmd.constraint && cmd.constraint->type == ConstraintType::foreign_key ? ShareRowExclusive : AccessExclusive;
        case EnableTrig: case EnableAlwaysTrig: case EnableReplicaTrig: case EnableTrigAll: case EnableTrigUser:
        case DisableTrig: case DisableTrigAll: case DisableTrigUser:
            return ShareRowExclusive;
        case SetStatistics: case SetOptions: case ResetOptions: case ClusterOn: case DropCluster: case ValidateConstraint:
        case DetachPartitionFinalize:
            return ShareUpdateExclusive;
        case AttachPartition: return version >= 12 ? ShareUpdateExclusive : AccessExclusive;
        case DetachPartition: return cmd.concurrently ? ShareUpdateExclusive : AccessExclusive;
        case SetRelOptions: case ResetRelOptions: return relation_options_lock(cmd.options);
        default: return AccessExclusive;
    }
}

/// ATPrepCmd: which subcommands go down to children and partitions.
bool recurses(const AlterTableCmd& cmd, const Relation& table, int version) {
    using enum AlterTableType;
    const bool partitioned = table.kind == RelationKind::partitioned_table;
    switch (cmd.subtype) {
        case AddColumn: case DropColumn: case ColumnDefault: case SetNotNull: case DropNotNull: case SetStatistics:
        case SetStorage: case AlterColumnType: case DropConstraint: case DropExpression: case SetExpression:
            return true;
        case ValidateConstraint: {
            const TableConstraint* c = table.constraint_named(cmd.name);
            return !c || c->type != ConstraintType::foreign_key || partitioned;
        }
        case AlterConstraint: return partitioned || version >= 18;
        case AddConstraint: {
            if (!cmd.constraint) return false;
            const ConstraintType type = cmd.constraint->type;
            if (type == ConstraintType::check || type == ConstraintType::not_null) return !cmd.constraint->no_inherit;
            return partitioned;
        }
        case AddIdentity: case SetIdentity: case DropIdentity: return partitioned && version >= 17;
        case EnableTrig: case EnableAlwaysTrig: case EnableReplicaTrig: case DisableTrig:
        case EnableTrigAll: case DisableTrigAll: case EnableTrigUser: case DisableTrigUser:
            return partitioned;
        default: return false;
    }
}

const Constraint* find(const ColumnDef& column, ConstraintType type) {
    const auto it = std::find_if(column.constraints.begin(), column.constraints.end(),
                                 [&](const Constraint& c) { return c.type == type; });
    return it == column.constraints.end() ? nullptr : &*it;
}

bool is_serial(const TypeName& type) {
    constexpr std::array<std::string_view, 6> kSerial{"serial", "bigserial", "smallserial", "serial4", "serial8", "serial2"};
    return type.name.schema.empty() && std::find(kSerial.begin(), kSerial.end(), type.name.name) != kSerial.end();
}

bool is_not_null(const Relation& table, std::string_view column) {
    const Column* c = table.column(column);
    return c && c->not_null && c->not_null_valid;
}

/// The state of one ALTER TABLE: its table (when known), and what its earlier subcommands already promised.
struct Alteration {
    Answer& answer;
    const AlterTable& statement;
    const Relation* table;           ///< null: not in the catalog
    std::vector<const Relation*> below;  ///< descendants that subcommands recurse to; empty with ONLY
    std::set<std::string> added_columns = {};

    /// Every relation with storage that a recursing subcommand touches.
    std::vector<const Relation*> targets(const AlterTableCmd& cmd) const {
        std::vector<const Relation*> all;
        if (table) all.push_back(table);
        if (table && recurses(cmd, *table, answer.now.version)) all.insert(all.end(), below.begin(), below.end());
        return all;
    }
    void scan(const AlterTableCmd& cmd, Cause cause, std::size_t i, bool certain = true) const {
        for (const Relation* t : targets(cmd)) answer.scan(*t, cause, i, certain);
        if (!table) answer.work(Work::Kind::scan, statement.name, cause, i, certain);
    }
    /// Of a valid foreign key's old rows.
    void scan_for_foreign_key(const AlterTableCmd& cmd, const Name& referenced, std::size_t i) const {
        scan(cmd, Cause::foreign_key, i);
        for (const Relation* t : targets(cmd)) lock_indexes_of_initial_check(*t, referenced);
    }
    /// RI_Initial_Check joins the two tables: the planner opens the indexes of both.
    void lock_indexes_of_initial_check(const Relation& referencing, const Name& referenced) const {
        answer.lock_indexes(referencing, AccessShare);
        lock_referenced_indexes(answer, referenced, AccessShare);
    }
    void rewrite(const AlterTableCmd& cmd, Cause cause, std::size_t i, bool certain = true) const {
        for (const Relation* t : targets(cmd)) answer.rewrite(*t, cause, i, certain);
        if (!table) answer.work(Work::Kind::rewrite, statement.name, cause, i, certain);
    }
    void build(const AlterTableCmd& cmd, Cause cause, std::size_t i, const std::string& index) const {
        for (const Relation* t : targets(cmd)) answer.build(*t, index, cause, i);
        if (!table) answer.work(Work::Kind::index_build, statement.name, cause, i, true, index);
    }
    std::string name() const { return answer.catalog.qualified(statement.name); }
};

// ---- NOT NULL ------------------------------------------------------------------------------------------------------

/// NotNullImpliedByRelConstraints (12+): a valid CHECK, or a NOT NULL already there.
const TableConstraint* not_null_proof(const Relation& table, std::string_view column, int version) {
    if (version < 12) return nullptr;
    for (const TableConstraint& c : table.constraints)
        if (c.type == ConstraintType::check && c.valid && c.enforced && c.expr && proves_not_null(*c.expr, column)) return &c;
    return nullptr;
}

void scan_for_nulls(const Alteration& a, const AlterTableCmd& cmd, const std::string& column, Cause cause, std::size_t i) {
    if (!a.table) {
        a.answer.work(Work::Kind::scan, a.statement.name, cause, i);
        if (!a.added_columns.contains(column))
            a.answer.depends_on("whether " + a.name() + "." + column + " is NOT NULL already, or a valid CHECK proves it");
        return;
    }
    for (const Relation* t : a.targets(cmd)) {
        if (is_not_null(*t, column)) continue;
        const Column* known = t->column(column);
        const bool not_valid = known && known->not_null && !known->not_null_valid;
        // 18: a NOT VALID not-null constraint is validated on the spot, whatever a CHECK might prove.
        const TableConstraint* proof = not_valid ? nullptr : not_null_proof(*t, column, a.answer.now.version);
        if (proof) {
            a.answer.proved("constraint " + proof->name + " proves that " + column + " of " + name_in_report(*t) + " holds no null");
            continue;
        }
        a.answer.scan(*t, cause, i);
    }
}

// ---- constraints ---------------------------------------------------------------------------------------------------

void add_foreign_key(const Alteration& a, const AlterTableCmd& cmd, const Constraint& key, std::size_t i) {
    lock_referenced(a.answer, key.referenced, ShareRowExclusive);
    const bool partitioned = a.table && a.table->kind == RelationKind::partitioned_table;
    if (key.not_valid && partitioned && a.answer.now.version < 18)
        a.answer.fails(Failure::Kind::not_allowed,
                       "cannot add NOT VALID foreign key on partitioned table \"" + a.statement.name.name + "\"", true, i);
    if (!key.not_valid && key.enforced) a.scan_for_foreign_key(cmd, key.referenced, i);
}

void add_key(const Alteration& a, const AlterTableCmd& cmd, const Constraint& key, std::size_t i) {
    const bool primary = key.type == ConstraintType::primary_key;
    if (key.using_index.empty()) {
        const Cause cause = primary ? Cause::primary_key : Cause::unique;
        // A key on ONLY a partitioned table waits for its partitions' indexes.
        a.build(cmd, cause, i, key.name);
        if (a.table && a.table->kind == RelationKind::partitioned_table)
            // 18 was seen to take the statement's own lock on the partitions; before, a UNIQUE only builds their indexes.
            for (const Relation* partition : a.below)
                a.answer.lock(*partition, primary || a.answer.now.version >= 18 ? AccessExclusive : Share, "partition");
        // The index build reads the table as well; what the NOT NULL of a primary key adds is that nulls make it fail.
        return;
    }
    const Name index_name{a.table ? a.table->name.schema : a.statement.name.schema, key.using_index};
    const Relation* index = a.answer.catalog.find(index_name);
    // ATExecAddIndexConstraint renames an index whose constraint is to have another name.
    const LockMode renamed = a.answer.now.version >= 12 ? ShareUpdateExclusive : AccessExclusive;
    if (index) a.answer.lock(*index, key.name.empty() || key.name == key.using_index ? AccessShare : renamed, "index");
    if (!primary) return;
    if (!index) {
        a.answer.work(Work::Kind::scan, a.statement.name, Cause::not_null, i, false);
        a.answer.depends_on("whether the columns of index " + key.using_index + " are NOT NULL");
        return;
    }
    for (const IndexElement& element : index->elements)
        if (!element.column.empty()) scan_for_nulls(a, cmd, element.column, Cause::not_null, i);
}

void add_constraint(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    if (!cmd.constraint) return;
    const Constraint& c = *cmd.constraint;
    switch (c.type) {
        case ConstraintType::check:
            if (!c.enforced) a.answer.needs_version(18, "NOT ENFORCED", i);
            if (!c.not_valid && c.enforced) a.scan(cmd, Cause::check, i);
            break;
        case ConstraintType::not_null:
            a.answer.needs_version(18, "ADD CONSTRAINT ... NOT NULL", i);
            if (!c.not_valid)
                for (const std::string& column : c.keys) scan_for_nulls(a, cmd, column, Cause::not_null, i);
            break;
        case ConstraintType::foreign_key: add_foreign_key(a, cmd, c, i); break;
        case ConstraintType::unique:
        case ConstraintType::primary_key: add_key(a, cmd, c, i); break;
        case ConstraintType::exclusion: a.build(cmd, Cause::exclusion, i, c.name); break;
        default: break;
    }
}

void validate_constraint(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    const TableConstraint* c = a.table ? a.table->constraint_named(cmd.name) : nullptr;
    if (!c) {
        a.scan(cmd, Cause::check, i, false);
        a.answer.depends_on("constraint " + cmd.name + " of " + a.name() + ": a foreign key also locks the referenced table");
        return;
    }
    if (c->valid) return;
    if (c->type == ConstraintType::foreign_key) {
        if (!c->enforced) return;
        lock_referenced(a.answer, c->referenced_name, RowShare);
        a.scan_for_foreign_key(cmd, c->referenced_name, i);
        return;
    }
    a.scan(cmd, c->type == ConstraintType::not_null ? Cause::not_null : Cause::check, i);
}

void drop_constraint(const Alteration& a, const AlterTableCmd& cmd) {
    const TableConstraint* c = a.table ? a.table->constraint_named(cmd.name) : nullptr;
    if (!c) {
        if (!a.table || a.table->constraints.empty())
            a.answer.depends_on("constraint " + cmd.name + " of " + a.name() + ": a foreign key also locks the referenced table");
        return;
    }
    if (c->type == ConstraintType::foreign_key) lock_tables_of_foreign_key(a.answer, *c);
    if (const Relation* index = a.answer.catalog.get(c->index)) {
        a.answer.lock(*index, AccessExclusive, "index");
        if (cmd.cascade)
            for (const auto& [referencing, key] : a.answer.catalog.referencing(a.table->id))
                if (key->referenced_columns == c->columns || key->referenced_columns.empty())
                    a.answer.lock(*referencing, AccessExclusive, "referencing table");
    }
}

/// NO INHERIT -> INHERIT (ATExecAlterConstrInheritability): every child gets the constraint, and is read for nulls.
void inherit_not_null(const Alteration& a, const std::string& constraint, std::size_t i) {
    const auto column = std::find_if(a.table->columns.begin(), a.table->columns.end(),
                                     [&](const Column& c) { return c.not_null_constraint == constraint; });
    if (column == a.table->columns.end()) return;
    for (const Relation* child : a.below)
        if (!is_not_null(*child, column->name)) a.answer.scan(*child, Cause::not_null, i);
}

void alter_constraint(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    if (!a.table || !cmd.constraint || a.answer.now.version < 18) return;
    const TableConstraint* c = a.table->constraint_named(cmd.constraint->name);
    if (!c && !cmd.constraint->no_inherit) return inherit_not_null(a, cmd.constraint->name, i);
    if (!c) return;
    if (c->type == ConstraintType::foreign_key && c->enforced != cmd.constraint->enforced) {
        lock_referenced(a.answer, c->referenced_name, cmd.constraint->enforced ? ShareRowExclusive : AccessExclusive);
        if (cmd.constraint->enforced) a.scan_for_foreign_key(cmd, c->referenced_name, i);
    }
}

// ---- columns -------------------------------------------------------------------------------------------------------

/// What makes ATExecAddColumn rewrite, if anything does.
std::optional<Cause> rewriting_default(const Alteration& a, const ColumnDef& column, const Constraint* value, bool& certain) {
    if (is_serial(column.type)) return Cause::serial_default;
    if (find(column, ConstraintType::identity)) return Cause::identity;
    if (const Constraint* generated = find(column, ConstraintType::generated); generated && !generated->generated_virtual)
        return Cause::stored_generated;
    // A domain's constraint is checked row by row, even for null (11-18).
    if (is_constrained_domain(column.type, a.answer.catalog)) return Cause::constrained_domain;
    const Domain* domain = a.answer.catalog.find_domain(column.type.name);
    const std::optional<Expr> expr = value ? value->expr : domain ? domain->default_expr : std::nullopt;
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

void add_column(Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    if (!cmd.column) return;
    const ColumnDef& column = *cmd.column;
    if (cmd.missing_ok && a.table && a.table->column(column.name)) return;
    a.added_columns.insert(column.name);

    const Constraint* value = find(column, ConstraintType::default_);
    const bool fills_rows = value && value->expr && !is_null_literal(*value->expr);
    bool certain = true;
    const auto rewriting = rewriting_default(a, column, fills_rows ? value : nullptr, certain);
    if (rewriting) a.rewrite(cmd, *rewriting, i, certain);

    const Constraint* generated = find(column, ConstraintType::generated);
    if (generated) a.answer.needs_version(generated->generated_virtual ? 18 : 12, generated->generated_virtual ? "a virtual generated column" : "a generated column", i);
    const bool required = find(column, ConstraintType::not_null) || find(column, ConstraintType::primary_key);
    const bool has_value = fills_rows || is_serial(column.type) || find(column, ConstraintType::identity) || generated;
    if (required && generated && generated->generated_virtual) a.scan(cmd, Cause::virtual_generated, i);
    if (required && !has_value) {
        a.scan(cmd, Cause::not_null, i);
        a.answer.fails(Failure::Kind::existing_rows,
                       "column \"" + column.name + "\" of relation \"" + a.statement.name.name + "\" contains null values", false, i);
    }
    for (const Constraint& c : column.constraints) {
        if (c.type == ConstraintType::check && !c.not_valid && c.enforced && !rewriting) a.scan(cmd, Cause::check, i);
        if (c.type == ConstraintType::check && rewriting) a.scan(cmd, Cause::check, i);
        if (c.type == ConstraintType::unique) a.build(cmd, Cause::unique, i, c.name);
        if (c.type == ConstraintType::primary_key) a.build(cmd, Cause::primary_key, i, c.name);
        if (c.type != ConstraintType::foreign_key) continue;
        lock_referenced(a.answer, c.referenced, ShareRowExclusive);
        // transformAlterTableStmt: a column that is all null needs no check.
        if (fills_rows && !c.not_valid && c.enforced) a.scan_for_foreign_key(cmd, c.referenced, i);
    }
}

void drop_column(const Alteration& a, const AlterTableCmd& cmd) {
    const Catalog& catalog = a.answer.catalog;
    if (a.table && !a.table->column(cmd.name) && a.table->columns_known) return;
    for (const Relation* t : a.targets(cmd)) {
        for (const TableConstraint& c : t->constraints)
            if (c.type == ConstraintType::foreign_key && std::find(c.columns.begin(), c.columns.end(), cmd.name) != c.columns.end())
                lock_tables_of_foreign_key(a.answer, c);
        for (const auto& [referencing, key] : catalog.referencing(t->id)) {
            const bool named = std::find(key->referenced_columns.begin(), key->referenced_columns.end(), cmd.name) != key->referenced_columns.end();
            if (named) a.answer.lock(*referencing, AccessExclusive, "referencing table");
        }
        for (const Relation* index : catalog.indexes_of(t->id))
            for (const IndexElement& element : index->elements)
                if (element.column == cmd.name || (element.expr && mentions_column(*element.expr, cmd.name)))
                    a.answer.lock(*index, AccessExclusive, "index");
        for (const Relation* sequence : catalog.sequences_owned_by(t->id))
            if (sequence->owner_column == cmd.name) a.answer.lock(*sequence, AccessExclusive, "owned sequence");
        if (cmd.cascade) lock_dependent_views(a.answer, *t, cmd.name);
    }
}

// ---- ALTER COLUMN TYPE: RememberAllDependentForRebuilding, ATPostAlterTypeCleanup, TryReuseIndex, TryReuseForeignKey ---------

bool uses_column(const Relation& index, const std::string& column) {
    for (const IndexElement& e : index.elements)
        if (e.column == column || (e.expr && mentions_column(*e.expr, column))) return true;
    if (index.where && mentions_column(*index.where, column)) return true;
    return std::find(index.including.begin(), index.including.end(), column) != index.including.end();
}

bool has_expressions(const Relation& index) {
    return index.where || std::any_of(index.elements.begin(), index.elements.end(), [](const IndexElement& e) { return e.expr.has_value(); });
}

void rebuild_indexes(const Alteration& a, const Relation& t, const std::string& column, bool reusable, Cause cause, std::size_t i) {
    for (const Relation* index : a.answer.catalog.indexes_of(t.id)) {
        if (!uses_column(*index, column)) continue;
        a.answer.lock(*index, AccessExclusive, "index");
        // CheckIndexCompatible gives up on expressions and predicates.
        if (reusable && !has_expressions(*index) && index->valid) continue;
        a.answer.rebuild(*index, cause, i);
        a.answer.scan(t, cause, i);
    }
}

void recheck_constraints(const Alteration& a, const Relation& t, const std::string& column, bool rewritten, bool same_operators, std::size_t i) {
    for (const TableConstraint& c : t.constraints) {
        if (c.type == ConstraintType::check && c.valid && c.enforced && c.expr && mentions_column(*c.expr, column))
            a.answer.scan(t, Cause::type_recheck, i);
        const bool mine = std::find(c.columns.begin(), c.columns.end(), column) != c.columns.end();
        if (c.type != ConstraintType::foreign_key || !mine) continue;
        lock_tables_of_foreign_key(a.answer, c);
        if ((!rewritten && same_operators) || !c.valid || !c.enforced) continue;
        a.answer.scan(t, Cause::type_recheck, i);
        a.lock_indexes_of_initial_check(t, c.referenced_name);
    }
    for (const auto& [referencing, key] : a.answer.catalog.referencing(t.id)) {
        const TableConstraint* primary = nullptr;
        for (const TableConstraint& c : t.constraints)
            if (c.type == ConstraintType::primary_key) primary = &c;
        const auto& columns = !key->referenced_columns.empty() || !primary ? key->referenced_columns : primary->columns;
        if (std::find(columns.begin(), columns.end(), column) == columns.end()) continue;
        a.answer.lock(*referencing, AccessExclusive, "referencing table");
        if ((!rewritten && same_operators) || !key->valid || !key->enforced) continue;
        a.answer.scan(*referencing, Cause::type_recheck, i);
        a.lock_indexes_of_initial_check(*referencing, t.name);
    }
}

/// ATPrepAlterColumnType refuses what would leave a view, a rule or a partition key behind.
void refuse_dependents(const Alteration& a, const Relation& t, const std::string& column, std::size_t i) {
    for (const Relation* view : a.answer.catalog.views_on(t.id)) {
        const auto& used = view->used_columns;
        if (view->uses_star || std::find(used.begin(), used.end(), column) != used.end())
            a.answer.fails(Failure::Kind::not_allowed, "cannot alter type of a column used by a view or rule (" + name_in_report(*view) + ")", !view->uses_star || used.empty(), i);
    }
    if (t.partition_key)
        for (const IndexElement& e : t.partition_key->elements)
            if (e.column == column || (e.expr && mentions_column(*e.expr, column)))
                a.answer.fails(Failure::Kind::not_allowed, "cannot alter column \"" + column + "\" because it is part of the partition key of relation \"" + t.name.name + "\"", true, i);
}

void alter_column_type(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    if (!cmd.column) return;
    if (!a.table || !a.table->column(cmd.name)) {
        a.rewrite(cmd, Cause::type_change, i, false);
        a.answer.depends_on("the old type of " + a.name() + "." + cmd.name);
        return;
    }
    refuse_dependents(a, *a.table, cmd.name, i);
    for (const Relation* t : a.targets(cmd)) {
        const Column* column = t->column(cmd.name);
        if (!column) continue;
        if (t->kind == RelationKind::foreign_table || t->kind == RelationKind::composite_type) continue;
        // A virtual column has no stored value to convert (18).
        if (column->generated_virtual) continue;
        const TypeChange change = type_change(column->type, cmd.column->type, cmd.expr, cmd.name, a.answer.catalog, a.answer.now);
        const bool rewritten = change.conversion != Conversion::none;
        if (change.conversion == Conversion::unknown) a.answer.depends_on(change.depends_on);
        const bool collation_stays = cmd.column->collation.name == column->collation.name;
        if (rewritten)
            a.answer.rewrite(*t, Cause::type_change, i, change.conversion != Conversion::unknown);
        else
            rebuild_indexes(a, *t, cmd.name, change.same_opclass && collation_stays, collation_stays ? Cause::type_recheck : Cause::collation_change, i);
        recheck_constraints(a, *t, cmd.name, rewritten, change.same_opclass && collation_stays, i);
        for (const Relation* sequence : a.answer.catalog.sequences_owned_by(t->id))
            if (column->identity && sequence->owner_column == cmd.name) a.answer.lock(*sequence, ShareRowExclusive, "identity sequence");
    }
}

void set_expression(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    a.answer.needs_version(17, "SET EXPRESSION", i);
    const Column* column = a.table ? a.table->column(cmd.name) : nullptr;
    if (column && column->generated_virtual) return;
    a.rewrite(cmd, Cause::set_expression, i, column != nullptr);
    if (!column) a.answer.depends_on("whether " + a.name() + "." + cmd.name + " is stored or virtual");
}

// ---- partitions ----------------------------------------------------------------------------------------------------

void lock_foreign_keys_of(Answer& answer, const Relation& table, LockMode mode) {
    for (const TableConstraint& c : table.constraints)
        if (c.type == ConstraintType::foreign_key) lock_referenced(answer, c.referenced_name, mode);
}

void attach_partition(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    const Relation* child = a.answer.catalog.find(cmd.relation);
    a.answer.lock(cmd.relation, AccessExclusive, "partition");
    if (child) a.answer.lock_descendants(*child, AccessExclusive, "partition");
    if (a.statement.object == ObjectType::index) return;

    const auto key = a.table ? a.table->partition_key : std::nullopt;
    const bool proved = child && key && cmd.bound && bound_is_proved(*child, *key, *cmd.bound);
    if (proved) {
        a.answer.proved("the constraints of " + name_in_report(*child) + " prove the partition bound");
    } else {
        const bool first_default = cmd.bound && cmd.bound->is_default && a.table && a.table->children.empty();
        if (child && !first_default)
            for (const Relation* t : with_descendants(a.answer.catalog, *child)) a.answer.scan(*t, Cause::attach_partition, i);
        if (!child) {
            a.answer.work(Work::Kind::scan, cmd.relation, Cause::attach_partition, i, false);
            a.answer.depends_on("whether a valid CHECK of " + a.answer.catalog.qualified(cmd.relation) + " proves the partition bound");
        }
    }
    if (!a.table) return;
    if (const Relation* other = a.answer.catalog.default_partition(a.table->id)) {
        a.answer.lock(*other, AccessExclusive, "default partition");
        a.answer.lock_descendants(*other, AccessExclusive, "default partition");
        if (!key || !cmd.bound || !bound_is_excluded(*other, *key, *cmd.bound))
            for (const Relation* t : with_descendants(a.answer.catalog, *other)) a.answer.scan(*t, Cause::default_partition, i);
    }
    for (const Relation* index : a.answer.catalog.indexes_of(a.table->id)) {
        // AttachPartitionEnsureIndexes, whose lock on the upper index 11 lets go of again.
        if (a.answer.now.version >= 12) a.answer.lock(*index, ShareUpdateExclusive, "partitioned index");
        if (!child) continue;
        const auto mine = a.answer.catalog.indexes_of(child->id);
        const bool matched = std::any_of(mine.begin(), mine.end(), [&](const Relation* own) {
            return own->unique == index->unique && own->valid && own->elements.size() == index->elements.size() &&
                   std::equal(own->elements.begin(), own->elements.end(), index->elements.begin(),
                              [](const IndexElement& x, const IndexElement& y) { return x.column == y.column && x.expr == y.expr; });
        });
        if (!matched) a.answer.build(*child, "", Cause::attach_partition, i);
    }
    for (const TableConstraint& c : a.table->constraints) {
        if (c.type != ConstraintType::foreign_key) continue;
        // A key the partition already has is merged into the parent's: its own triggers go (AccessExclusive).
        const bool merged = child && std::any_of(child->constraints.begin(), child->constraints.end(), [&](const TableConstraint& own) {
            return own.type == ConstraintType::foreign_key && own.columns == c.columns && own.referenced_name == c.referenced_name;
        });
        const LockMode cloned = a.answer.now.version >= 12 ? ShareRowExclusive : RowShare;
        lock_referenced(a.answer, c.referenced_name, merged ? AccessExclusive : cloned);
        if (!child || merged) continue;
        a.answer.scan(*child, Cause::foreign_key, i);
        a.lock_indexes_of_initial_check(*child, c.referenced_name);
    }
}

void detach_partition(const Alteration& a, const AlterTableCmd& cmd) {
    const bool concurrently = cmd.concurrently || cmd.subtype == AlterTableType::DetachPartitionFinalize;
    if (concurrently) a.answer.needs_version(14, "DETACH PARTITION CONCURRENTLY");
    if (cmd.concurrently) a.answer.refused_in_transaction_block("ALTER TABLE ... DETACH CONCURRENTLY");
    const Relation* child = a.answer.catalog.find(cmd.relation);
    // Before 14 the partition itself was only protected against other DDL.
    const LockMode mode = a.answer.now.version >= 14 ? AccessExclusive : ShareUpdateExclusive;
    a.answer.lock(cmd.relation, mode, "partition");
    if (child) a.answer.lock_descendants(*child, mode, "partition");
    if (!a.table) return;
    if (const Relation* other = a.answer.catalog.default_partition(a.table->id); other && other != child) {
        a.answer.lock(*other, AccessExclusive, "default partition");
        if (cmd.concurrently)
            a.answer.fails(Failure::Kind::not_allowed, "cannot detach partitions concurrently when a default partition exists");
    }
    if (child) lock_foreign_keys_of(a.answer, *child, ShareRowExclusive);
    lock_foreign_keys_of(a.answer, *a.table, ShareRowExclusive);
    for (const auto& [referencing, key] : a.answer.catalog.referencing(a.table->id))
        if (referencing->id != a.table->id) a.answer.lock(*referencing, Share, "referencing table");
    if (child)
        for (const Relation* index : a.answer.catalog.indexes_of(child->id)) a.answer.lock(*index, AccessExclusive, "index");
}

// ---- storage -------------------------------------------------------------------------------------------------------

void copy_storage(const Alteration& a, Cause cause, std::size_t i) {
    if (!a.table) return a.answer.work(Work::Kind::rewrite, a.statement.name, cause, i);
    a.answer.rewrite(*a.table, cause, i);
}

void set_tablespace(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    const auto named = [](const std::string& tablespace) { return tablespace.empty() ? std::string("pg_default") : tablespace; };
    if (!a.table) return a.answer.work(Work::Kind::rewrite, a.statement.name, Cause::set_tablespace, i);
    if (named(a.table->tablespace) == named(cmd.name)) return;
    if (a.table->kind == RelationKind::index) return a.answer.rebuild(*a.table, Cause::set_tablespace, i);
    // Only the heap and its TOAST table are copied; indexes stay where they are.
    if (a.table->kind != RelationKind::partitioned_table)
        a.answer.work(Work::Kind::rewrite, a.table->name, Cause::set_tablespace, i);
}

void set_persistence(const Alteration& a, Persistence wanted, std::size_t i) {
    if (a.table && a.table->persistence == wanted) return;
    copy_storage(a, Cause::set_logged, i);
    if (!a.table) return;
    for (const Relation* sequence : a.answer.catalog.sequences_owned_by(a.table->id))
        if (a.answer.now.version >= 15) a.answer.lock(*sequence, AccessExclusive, "owned sequence");
}

void set_access_method(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    a.answer.needs_version(15, "SET ACCESS METHOD", i);
    const std::string now = a.table && !a.table->access_method.empty() ? a.table->access_method : "heap";
    if (now != (cmd.name.empty() ? "heap" : cmd.name)) copy_storage(a, Cause::set_access_method, i);
}

void change_owner(const Alteration& a) {
    if (!a.table) return;
    a.answer.lock_indexes(*a.table, AccessExclusive);
    for (const Relation* sequence : a.answer.catalog.sequences_owned_by(a.table->id)) a.answer.lock(*sequence, AccessExclusive, "owned sequence");
}

void lock_identity_sequence(const Alteration& a, const AlterTableCmd& cmd, LockMode mode) {
    if (!a.table) return;
    for (const Relation* sequence : a.answer.catalog.sequences_owned_by(a.table->id))
        if (sequence->owner_column == cmd.name) a.answer.lock(*sequence, mode, "identity sequence");
}

/// CASCADE of ALTER TYPE ... ADD/DROP/ALTER ATTRIBUTE reaches the tables OF the type.
void lock_typed_tables(const Alteration& a) {
    for (const auto& [id, relation] : a.answer.catalog.relations())
        if (relation.of_type && a.table && relation.of_type->name == a.table->name.name) a.answer.lock(relation, AccessExclusive, "typed table");
}

void model_command(Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    using enum AlterTableType;
    switch (cmd.subtype) {
        case AddColumn: add_column(a, cmd, i); break;
        case DropColumn: drop_column(a, cmd); break;
        case AlterColumnType: alter_column_type(a, cmd, i); break;
        case SetNotNull: scan_for_nulls(a, cmd, cmd.name, Cause::not_null, i); break;
        case SetExpression: set_expression(a, cmd, i); break;
        case AddConstraint: add_constraint(a, cmd, i); break;
        case ValidateConstraint: validate_constraint(a, cmd, i); break;
        case DropConstraint: drop_constraint(a, cmd); break;
        case AlterConstraint: alter_constraint(a, cmd, i); break;
        case SetLogged: set_persistence(a, Persistence::permanent, i); break;
        case SetUnLogged: set_persistence(a, Persistence::unlogged, i); break;
        case SetTableSpace: set_tablespace(a, cmd, i); break;
        case SetAccessMethod: set_access_method(a, cmd, i); break;
        case ChangeOwner: change_owner(a); break;
        case SetIdentity: lock_identity_sequence(a, cmd, ShareRowExclusive); break;
        case DropIdentity: lock_identity_sequence(a, cmd, AccessExclusive); break;
        case ClusterOn: a.answer.lock(Name{a.table ? a.table->name.schema : "", cmd.name}, ShareUpdateExclusive, "index"); break;
        case ReplicaIdentity:
            if (!cmd.name.empty()) a.answer.lock(Name{a.table ? a.table->name.schema : "", cmd.name}, Share, "index");
            break;
        case AddInherit: a.answer.lock(cmd.relation, ShareUpdateExclusive, "parent"); break;
        case DropInherit: a.answer.lock(cmd.relation, AccessShare, "parent"); break;
        case AddOf: a.answer.lock(cmd.relation, AccessShare, "type"); break;
        case AttachPartition: attach_partition(a, cmd, i); break;
        case DetachPartition: case DetachPartitionFinalize: detach_partition(a, cmd); break;
        case SetCompression: a.answer.needs_version(14, "SET COMPRESSION", i); break;
        case MergePartitions: case SplitPartition: a.answer.needs_version(19, "MERGE and SPLIT PARTITION", i); break;
        case Other: a.answer.unknown("a subcommand of ALTER TABLE that this version does not know"); break;
        default: break;
    }
}

/// AlterTableGetLockLevel: the strongest of what the subcommands need.
LockMode statement_lock(const AlterTable& statement, int version) {
    LockMode mode = ShareUpdateExclusive;
    for (const AlterTableCmd& cmd : statement.cmds) mode = stronger(mode, lock_level(cmd, version));
    return mode;
}

/// ALTER INDEX ... ATTACH PARTITION looks at both tables.
void lock_tables_of_indexes(Answer& answer, const AlterTable& statement) {
    for (const AlterTableCmd& cmd : statement.cmds) {
        if (cmd.subtype != AlterTableType::AttachPartition) continue;
        for (const Name* name : {&statement.name, &cmd.relation})
            if (const Relation* index = answer.catalog.find(*name))
                if (const Relation* table = answer.catalog.get(index->table)) answer.lock(*table, AccessShare, "table of the index");
    }
}

}  // namespace

void model(Answer& answer, const AlterTable& statement) {
    const Relation* table = answer.catalog.find(statement.name);
    if (!table && statement.if_exists) {
        if (answer.catalog.complete()) return;
        answer.depends_on("whether " + answer.catalog.qualified(statement.name) + " exists");
    }
    const LockMode mode = statement_lock(statement, answer.now.version);
    answer.lock(statement.name, mode);

    Alteration a{answer, statement, table, {}};
    if (table && !statement.only) a.below = answer.catalog.descendants(table->id);
    for (std::size_t i = 0; i < statement.cmds.size(); ++i) {
        const AlterTableCmd& cmd = statement.cmds[i];
        const bool key_of_partitioned = cmd.subtype == AlterTableType::AddConstraint && cmd.constraint && table && table->kind == RelationKind::partitioned_table &&
                                        (cmd.constraint->type == ConstraintType::unique || cmd.constraint->type == ConstraintType::primary_key);
        if (table && recurses(cmd, *table, answer.now.version) && !key_of_partitioned)
            for (const Relation* below : a.below) answer.lock(*below, mode, table->kind == RelationKind::partitioned_table ? "partition" : "child");
        // 18 was seen to lock the children of a NO INHERIT check, too, which it then leaves alone.
        if (answer.now.version >= 18 && cmd.subtype == AlterTableType::AddConstraint && cmd.constraint && cmd.constraint->no_inherit)
            for (const Relation* below : a.below) answer.lock(*below, mode, "child");
        model_command(a, cmd, i);
        const bool attribute = cmd.subtype == AlterTableType::AddColumn || cmd.subtype == AlterTableType::DropColumn || cmd.subtype == AlterTableType::AlterColumnType;
        if (table && table->kind == RelationKind::composite_type && attribute && cmd.cascade) lock_typed_tables(a);
    }
    lock_tables_of_indexes(answer, statement);
}

}  // namespace pgfence
