// ALTER TABLE. The lock on the table follows from the text alone (AlterTableGetLockLevel in tablecmds.c); what happens
// under it follows from the catalog (ATExecAddColumn, ATPrepAlterColumnType, ATExecAddConstraint, ATRewriteTables,
// ...).

#include <algorithm>
#include <array>
#include <set>

#include "analyze/catalog/partition_indexes.h"
#include "analyze/model/column_type.h"
#include "analyze/model/expressions.h"
#include "analyze/model/recursion.h"
#include "analyze/model/statements.h"
#include "analyze/model/volatility.h"

namespace pgfence {
namespace {

using enum LockMode;

// reloptions.c: what AlterTableGetRelOptionsLockLevel finds beside each option. An option not listed here:
// AccessExclusive.
constexpr std::array<std::string_view, 22> kShareUpdateExclusiveOptions{"fillfactor",
                                                                        "autovacuum_enabled",
                                                                        "autovacuum_vacuum_threshold",
                                                                        "autovacuum_vacuum_max_threshold",
                                                                        "autovacuum_vacuum_insert_threshold",
                                                                        "autovacuum_analyze_threshold",
                                                                        "autovacuum_vacuum_cost_limit",
                                                                        "autovacuum_freeze_min_age",
                                                                        "autovacuum_multixact_freeze_min_age",
                                                                        "autovacuum_freeze_max_age",
                                                                        "autovacuum_multixact_freeze_max_age",
                                                                        "autovacuum_freeze_table_age",
                                                                        "autovacuum_multixact_freeze_table_age",
                                                                        "autovacuum_vacuum_scale_factor",
                                                                        "autovacuum_vacuum_insert_scale_factor",
                                                                        "autovacuum_analyze_scale_factor",
                                                                        "autovacuum_vacuum_cost_delay",
                                                                        "log_autovacuum_min_duration",
                                                                        "toast_tuple_target",
                                                                        "parallel_workers",
                                                                        "vacuum_index_cleanup",
                                                                        "vacuum_truncate"};

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
            return cmd.constraint && cmd.constraint->type == ConstraintType::foreign_key ? ShareRowExclusive
                                                                                         : AccessExclusive;
        case EnableTrig:
        case EnableAlwaysTrig:
        case EnableReplicaTrig:
        case EnableTrigAll:
        case EnableTrigUser:
        case DisableTrig:
        case DisableTrigAll:
        case DisableTrigUser: return ShareRowExclusive;
        case SetStatistics:
        case SetOptions:
        case ResetOptions:
        case ClusterOn:
        case DropCluster:
        case ValidateConstraint:
        case DetachPartitionFinalize: return ShareUpdateExclusive;
        case AttachPartition: return version >= 12 ? ShareUpdateExclusive : AccessExclusive;
        case DetachPartition: return cmd.concurrently ? ShareUpdateExclusive : AccessExclusive;
        case SetRelOptions:
        case ResetRelOptions: return relation_options_lock(cmd.options);
        default: return AccessExclusive;
    }
}

const Constraint* find(const ColumnDef& column, ConstraintType type) {
    const auto it = std::find_if(column.constraints.begin(), column.constraints.end(),
                                 [&](const Constraint& c) { return c.type == type; });
    return it == column.constraints.end() ? nullptr : &*it;
}

bool is_serial(const TypeName& type) {
    constexpr std::array<std::string_view, 6> kSerial{"serial",  "bigserial", "smallserial",
                                                      "serial4", "serial8",   "serial2"};
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
    const Relation* table;               ///< null: not in the catalog
    std::vector<const Relation*> below;  ///< every descendant; empty with ONLY
    std::set<std::string> added_columns = {};
    Dropped dropped_constraints = {};            ///< by this statement, wherever in it: AT_PASS_DROP comes first
    std::vector<const Relation*> changed = {};   ///< descendants that the subcommand at hand is carried out on
    std::set<std::string> dropped_columns = {};  ///< likewise

    /// Every relation with storage that the subcommand at hand touches.
    std::vector<const Relation*> targets() const {
        std::vector<const Relation*> all;
        if (table) all.push_back(table);
        all.insert(all.end(), changed.begin(), changed.end());
        return all;
    }
    void scan(Cause cause, std::size_t i, bool certain = true) const {
        for (const Relation* t : targets()) answer.scan(*t, cause, i, certain);
        if (!table) answer.work(Work::Kind::scan, statement.name, cause, i, certain);
    }
    /// Of a valid foreign key's old rows.
    void scan_for_foreign_key(const Name& referenced, std::size_t i) const {
        if (!table) answer.work(Work::Kind::scan, statement.name, Cause::foreign_key, i);
        for (const Relation* t : targets()) scan_for_foreign_key(*t, referenced, i);
    }
    void scan_for_foreign_key(const Relation& t, const Name& referenced, std::size_t i) const {
        answer.scan(t, Cause::foreign_key, i);
        lock_indexes_of_initial_check(answer, t, referenced);
    }
    void rewrite(Cause cause, std::size_t i, bool certain = true) const {
        for (const Relation* t : targets()) answer.rewrite(*t, cause, i, certain);
        if (!table) answer.work(Work::Kind::rewrite, statement.name, cause, i, certain);
    }
    void build(Cause cause, std::size_t i, const std::string& index) const {
        for (const Relation* t : targets()) answer.build(*t, index, cause, i);
        if (!table) answer.work(Work::Kind::index_build, statement.name, cause, i, true, index);
    }
    std::string name() const { return answer.catalog.qualified(statement.name); }
    /// A column as it is, or as this statement adds it.
    std::optional<KeyColumn> key_column(const std::string& column) const {
        if (const Column* known = table ? table->column(column) : nullptr)
            return KeyColumn{known->type, known->collation};
        for (const AlterTableCmd& cmd : statement.cmds)
            if (cmd.subtype == AlterTableType::AddColumn && cmd.column && cmd.column->name == column)
                return KeyColumn{cmd.column->type, cmd.column->collation};
        return std::nullopt;
    }
    void compare_columns(const Constraint& key, const std::vector<std::string>& columns, std::size_t i) const {
        compare_key_columns(
            answer, key, columns, [this](const std::string& c) { return key_column(c); }, i);
    }
};

void warn_of_check(Answer& answer, const Constraint& check, std::size_t i) {
    if (!check.expr) return;
    if (const std::string call = unsteady_call(*check.expr, answer.now.version); !call.empty())
        answer.warns(Caveat::Kind::unstable_check, call, i);
}

// ---- NOT NULL ------------------------------------------------------------------------------------------------------

/// NotNullImpliedByRelConstraints (12+): a valid CHECK, or a NOT NULL already there.
const TableConstraint* not_null_proof(const Alteration& a, const Relation& table, std::string_view column) {
    if (a.answer.now.version < 12) return nullptr;
    for (const TableConstraint& c : table.constraints)
        if (c.type == ConstraintType::check && c.valid && c.enforced && c.expr &&
            !a.dropped_constraints.contains(c.name) && proves_not_null(*c.expr, column))
            return &c;
    return nullptr;
}

void scan_for_nulls_in(const Alteration& a, const Relation& table, const std::string& column, Cause cause,
                       std::size_t i) {
    if (is_not_null(table, column)) return;
    const Column* known = table.column(column);
    const bool not_valid = known && known->not_null && !known->not_null_valid;
    // 18: a NOT VALID not-null constraint is validated on the spot, whatever a CHECK might prove.
    if (const TableConstraint* proof = not_valid ? nullptr : not_null_proof(a, table, column))
        a.answer.proved("constraint " + proof->name + " proves that " + column + " of " + name_in_report(table) +
                        " holds no null");
    else
        a.answer.scan(table, cause, i);
}

void scan_for_nulls(const Alteration& a, const std::string& column, Cause cause, std::size_t i) {
    if (!a.table) {
        a.answer.work(Work::Kind::scan, a.statement.name, cause, i);
        if (!a.added_columns.contains(column))
            a.answer.depends_on("whether " + a.name() + "." + column +
                                " is NOT NULL already, or a valid CHECK proves it");
        return;
    }
    for (const Relation* t : a.targets()) scan_for_nulls_in(a, *t, column, cause, i);
}

// ---- constraints ---------------------------------------------------------------------------------------------------

/// The key as its table's partitions would have it.
TableConstraint as_stored(const Catalog& catalog, const Constraint& key) {
    TableConstraint stored;
    stored.type = ConstraintType::foreign_key;
    stored.columns = key.fk_columns;
    stored.referenced_name = catalog.resolve(key.referenced);
    stored.referenced_columns = key.pk_columns;
    if (const Relation* referenced = key.pk_columns.empty() ? catalog.find(key.referenced) : nullptr)
        for (const TableConstraint& c : referenced->constraints)
            if (c.type == ConstraintType::primary_key) stored.referenced_columns = c.columns;
    stored.on_delete = key.on_delete;
    stored.on_update = key.on_update;
    stored.deferrable = key.deferrable;
    stored.enforced = key.enforced;
    return stored;
}

/// Partitions that have the key are not read again. A key that becomes part of the new one loses its triggers on the
/// referenced table (RemoveTriggerById).
void share_key_with_partitions(const Alteration& a, const Constraint& key, std::size_t i) {
    const TableConstraint wanted = as_stored(a.answer.catalog, key);
    for (const Relation* partition : a.changed) {
        const auto own =
            std::find_if(partition->constraints.begin(), partition->constraints.end(),
                         [&](const TableConstraint& c) { return may_share_key(c, wanted, a.answer.now.version); });
        const bool there = own != partition->constraints.end();
        if (there) lock_referenced(a.answer, key.referenced, AccessExclusive);
        const bool read = !key.not_valid && key.enforced && !(there && own->valid);
        if (read) a.scan_for_foreign_key(*partition, key.referenced, i);
    }
}

void add_foreign_key(const Alteration& a, const Constraint& key, std::size_t i) {
    lock_referenced(a.answer, key.referenced, ShareRowExclusive);
    a.compare_columns(key, key.fk_columns, i);
    const bool partitioned = a.table && a.table->kind == RelationKind::partitioned_table;
    if (key.not_valid && partitioned && a.answer.now.version < 18)
        a.answer.fails(Failure::Kind::not_allowed,
                       "cannot add NOT VALID foreign key on partitioned table \"" + a.statement.name.name + "\"", true,
                       i);
    // 11 opened the partitions of a partition with more (CloneForeignKeyConstraints).
    if (a.table && partitioned && a.answer.now.version < 12)
        for (const Relation* below : a.below)
            if (std::find(below->parents.begin(), below->parents.end(), a.table->id) == below->parents.end())
                a.answer.lock(*below, AccessExclusive, "partition");
    if (partitioned)
        share_key_with_partitions(a, key, i);
    else if (!key.not_valid && key.enforced)
        a.scan_for_foreign_key(key.referenced, i);
}

/// A primary key makes its columns NOT NULL, children's too (transformIndexConstraint, ATPrepSetNotNull: partitions are
/// left alone when the columns are NOT NULL already). 18 was seen to take the statement's own lock on partitions
/// anyway.
void lock_below_key(const Alteration& a, const Constraint& key, std::size_t i) {
    const int version = a.answer.now.version;
    const bool primary = key.type == ConstraintType::primary_key;
    const bool makes_not_null = primary && !std::all_of(key.keys.begin(), key.keys.end(),
                                                        [&](const std::string& c) { return is_not_null(*a.table, c); });
    // ONLY: the partitions must have it already.
    if (a.statement.only && a.table->kind == RelationKind::partitioned_table && makes_not_null)
        for (const RelationId id : a.table->children)
            if (const Relation* partition = a.answer.catalog.get(id))
                a.answer.lock(*partition, AccessExclusive, "partition");
    if (a.table->kind == RelationKind::partitioned_table) {
        for (const Relation* partition : a.below)
            a.answer.lock(*partition, makes_not_null || version >= 18 ? AccessExclusive : Share, "partition");
    } else if (primary && (makes_not_null || version >= 12)) {
        // 11 did not mind ONLY.
        for (const Relation* child : version < 12 ? a.answer.catalog.descendants(a.table->id) : a.below) {
            a.answer.lock(*child, AccessExclusive, "child");
            for (const std::string& column : key.keys) scan_for_nulls_in(a, *child, column, Cause::not_null, i);
        }
    }
}

/// RenameRelation
LockMode lock_to_rename_index(int version) { return version >= 12 ? ShareUpdateExclusive : AccessExclusive; }

/// Children inherit no keys; partitions have their part of it.
void build_key(const Alteration& a, Cause cause, const std::string& name, std::size_t i) {
    if (a.table && a.table->kind != RelationKind::partitioned_table)
        a.answer.build(*a.table, name, cause, i);
    else
        a.build(cause, i, name);
}

void build_on_partitions(const Alteration& a, const Constraint& key, Cause cause, std::size_t i) {
    const PartitionIndexes parts = partition_indexes(a.answer.catalog, *a.table, key);
    for (const Relation* index : parts.attached) a.answer.lock(*index, Share, "attached index");
    for (const Relation* partition : parts.built_on) a.answer.build(*partition, key.name, cause, i);
}

void add_key(const Alteration& a, const Constraint& key, std::size_t i) {
    const bool primary = key.type == ConstraintType::primary_key;
    if (a.table && a.table->partition_key)
        refuse_key_without_partition_key(a.answer, *a.table->partition_key, key.keys,
                                         primary ? "a primary key" : "a unique constraint", i);
    if (key.using_index.empty()) {
        const Cause cause = primary ? Cause::primary_key : Cause::unique;
        // A key on ONLY a partitioned table waits for its partitions' indexes.
        if (a.table && a.table->kind == RelationKind::partitioned_table && !a.statement.only)
            build_on_partitions(a, key, cause, i);
        else
            build_key(a, cause, key.name, i);
        if (a.table) lock_below_key(a, key, i);
        // The index build reads the table as well; what the NOT NULL of a primary key adds is that nulls make it fail.
        return;
    }
    const Name index_name{a.table ? a.table->name.schema : a.statement.name.schema, key.using_index};
    const Relation* index = a.answer.catalog.find(index_name);
    const bool renamed = !key.name.empty() && key.name != key.using_index;
    if (index) a.answer.lock(*index, renamed ? lock_to_rename_index(a.answer.now.version) : AccessShare, "index");
    if (!primary) return;
    if (!index) {
        a.answer.work(Work::Kind::scan, a.statement.name, Cause::not_null, i, false);
        a.answer.depends_on("whether the columns of index " + key.using_index + " are NOT NULL");
        return;
    }
    Constraint of_index = key;
    for (const IndexElement& element : index->elements)
        if (!element.column.empty()) {
            scan_for_nulls(a, element.column, Cause::not_null, i);
            of_index.keys.push_back(element.column);
        }
    if (a.table) lock_below_key(a, of_index, i);
}

/// MergeWithExistingConstraint: a check that the table inherits and does not have of its own has been made already.
bool inherits_check(const Alteration& a, const std::string& name) {
    const TableConstraint* there = a.table && !name.empty() ? a.table->constraint_named(name) : nullptr;
    return there && there->inherited && !there->local && !a.dropped_constraints.contains(name);
}

void add_constraint(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    if (!cmd.constraint) return;
    const Constraint& c = *cmd.constraint;
    switch (c.type) {
        case ConstraintType::check:
            warn_of_check(a.answer, c, i);
            if (!c.enforced) a.answer.needs_version(18, "NOT ENFORCED", i);
            if (inherits_check(a, c.name)) break;
            if (!c.not_valid && c.enforced) a.scan(Cause::check, i);
            break;
        case ConstraintType::not_null:
            a.answer.needs_version(18, "ADD CONSTRAINT ... NOT NULL", i);
            if (!c.not_valid)
                for (const std::string& column : c.keys) scan_for_nulls(a, column, Cause::not_null, i);
            break;
        case ConstraintType::foreign_key: add_foreign_key(a, c, i); break;
        case ConstraintType::unique:
        case ConstraintType::primary_key: add_key(a, c, i); break;
        case ConstraintType::exclusion: a.build(Cause::exclusion, i, c.name); break;
        default: break;
    }
}

void validate_constraint(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    const TableConstraint* c = a.table ? a.table->constraint_named(cmd.name) : nullptr;
    if (!c) {
        a.scan(Cause::check, i, false);
        a.answer.depends_on("constraint " + cmd.name + " of " + a.name() +
                            ": a foreign key also locks the referenced table");
        return;
    }
    if (c->valid) return;
    if (c->type == ConstraintType::foreign_key) {
        if (!c->enforced) return;
        a.answer.lock(c->referenced_name, RowShare, "referenced table");
        // RI_Initial_Check only reads the partitions.
        if (const Relation* referenced = a.answer.catalog.find(c->referenced_name))
            a.answer.lock_descendants(*referenced, AccessShare, "referenced table");
        a.scan_for_foreign_key(c->referenced_name, i);
        return;
    }
    a.scan(c->type == ConstraintType::not_null ? Cause::not_null : Cause::check, i);
}

void lock_index_tree(Answer& answer, const Relation& index) {
    answer.lock(index, AccessExclusive, "index");
    for (const RelationId id : index.child_indexes)
        if (const Relation* child = answer.catalog.get(id)) lock_index_tree(answer, *child);
}

void drop_constraint(const Alteration& a, const AlterTableCmd& cmd) {
    const TableConstraint* c = a.table ? a.table->constraint_named(cmd.name) : nullptr;
    if (!c) {
        if (!a.table || a.table->constraints.empty())
            a.answer.depends_on("constraint " + cmd.name + " of " + a.name() +
                                ": a foreign key also locks the referenced table");
        return;
    }
    if (c->type == ConstraintType::foreign_key) lock_tables_of_foreign_key(a.answer, *c);
    if (const Relation* index = a.answer.catalog.get(c->index)) {
        lock_index_tree(a.answer, *index);
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
    const bool enforceability =
        std::find(cmd.options.begin(), cmd.options.end(), "enforceability") != cmd.options.end();
    if (c->type == ConstraintType::foreign_key && enforceability && c->enforced != cmd.constraint->enforced) {
        lock_referenced(a.answer, c->referenced_name, cmd.constraint->enforced ? ShareRowExclusive : AccessExclusive);
        if (cmd.constraint->enforced) a.scan_for_foreign_key(c->referenced_name, i);
    }
}

// ---- columns -------------------------------------------------------------------------------------------------------

/// What makes ATExecAddColumn rewrite, if anything does.
std::optional<Cause> rewriting_default(const Alteration& a, const ColumnDef& column, const Constraint* value,
                                       bool& certain) {
    if (is_serial(column.type)) return Cause::serial_default;
    if (find(column, ConstraintType::identity)) return Cause::identity;
    if (const Constraint* generated = find(column, ConstraintType::generated);
        generated && !generated->generated_virtual)
        return Cause::stored_generated;
    // A domain's constraint is checked row by row, even for null (11-18).
    if (is_constrained_domain(column.type, a.answer.catalog)) return Cause::constrained_domain;
    // Up to 12 a domain's own default is not looked at here: the old rows stay as they are.
    const Domain* domain = a.answer.now.version >= 13 ? a.answer.catalog.find_domain(column.type.name) : nullptr;
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
        a.answer.lock(*child, AccessExclusive, "child");
        if (!filled || !added.contains(child)) a.answer.scan(*child, cause, i);
    }
}

void add_column(Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    if (!cmd.column) return;
    const ColumnDef& column = *cmd.column;
    if (cmd.missing_ok && a.table && a.table->column(column.name)) return;
    if (a.table && a.table->column(column.name) && !a.dropped_columns.contains(column.name))
        a.answer.fails(Failure::Kind::duplicate_object,
                       "column \"" + column.name + "\" of relation \"" + a.statement.name.name + "\" already exists",
                       true, i);
    a.added_columns.insert(column.name);

    const Constraint* value = find(column, ConstraintType::default_);
    const bool fills_rows = value && value->expr && !is_null_literal(*value->expr);
    bool certain = true;
    const auto rewriting = rewriting_default(a, column, fills_rows ? value : nullptr, certain);
    if (rewriting) a.rewrite(*rewriting, i, certain);

    const Constraint* generated = find(column, ConstraintType::generated);
    if (generated)
        a.answer.needs_version(generated->generated_virtual ? 18 : 12,
                               generated->generated_virtual ? "a virtual generated column" : "a generated column", i);
    const bool required = find(column, ConstraintType::not_null) || find(column, ConstraintType::primary_key);
    const bool has_value = fills_rows || is_serial(column.type) || find(column, ConstraintType::identity) || generated;
    if (required && generated && generated->generated_virtual) a.scan(Cause::virtual_generated, i);
    if (required && a.answer.now.version >= 18) check_every_child(a, Cause::not_null, has_value, i);
    if (required && !has_value) {
        a.scan(Cause::not_null, i);
        a.answer.fails(
            Failure::Kind::existing_rows,
            "column \"" + column.name + "\" of relation \"" + a.statement.name.name + "\" contains null values", false,
            i);
    }
    for (const Constraint& c : column.constraints) {
        if (c.type == ConstraintType::check) warn_of_check(a.answer, c, i);
        if (c.type == ConstraintType::check && ((!c.not_valid && c.enforced) || rewriting)) {
            a.scan(Cause::check, i);
            check_every_child(a, Cause::check, false, i);
        }
        if (c.type == ConstraintType::unique) build_key(a, Cause::unique, c.name, i);
        if (c.type == ConstraintType::primary_key) build_key(a, Cause::primary_key, c.name, i);
        if (c.type != ConstraintType::foreign_key) continue;
        lock_referenced(a.answer, c.referenced, ShareRowExclusive);
        a.compare_columns(c, {column.name}, i);
        // transformAlterTableStmt: a column that is all null needs no check.
        const bool partitioned_on_11 =
            a.table && a.table->kind == RelationKind::partitioned_table && a.answer.now.version < 12;
        if ((fills_rows || partitioned_on_11) && !c.not_valid && c.enforced) a.scan_for_foreign_key(c.referenced, i);
    }
}

bool uses_column(const Relation& index, const std::string& column) {
    for (const IndexElement& e : index.elements)
        if (e.column == column || (e.expr && mentions_column(*e.expr, column))) return true;
    if (index.where && mentions_column(*index.where, column)) return true;
    return std::find(index.including.begin(), index.including.end(), column) != index.including.end();
}

void drop_column(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    const Catalog& catalog = a.answer.catalog;
    if (a.table && !a.table->column(cmd.name) && a.table->columns_known) return;
    for (const Relation* t : a.targets()) {
        for (const TableConstraint& c : t->constraints)
            if (c.type == ConstraintType::foreign_key && c.enforced &&
                std::find(c.columns.begin(), c.columns.end(), cmd.name) != c.columns.end())
                lock_tables_of_foreign_key(a.answer, c);
        for (const auto& [referencing, key] : catalog.referencing(t->id)) {
            const bool named = std::find(key->referenced_columns.begin(), key->referenced_columns.end(), cmd.name) !=
                               key->referenced_columns.end();
            if (named) a.answer.lock(*referencing, AccessExclusive, "referencing table");
        }
        for (const Relation* index : catalog.indexes_of(t->id))
            if (uses_column(*index, cmd.name)) a.answer.lock(*index, AccessExclusive, "index");
        for (const Relation* sequence : catalog.sequences_owned_by(t->id))
            if (sequence->owner_column == cmd.name) a.answer.lock(*sequence, AccessExclusive, "owned sequence");
        if (cmd.cascade) lock_dependent_views(a.answer, *t, cmd.name);
    }
    if (a.table && !cmd.cascade) refuse_drop_of_depended_on(a.answer, *a.table, cmd.name, i);
}

// ---- ALTER COLUMN TYPE: RememberAllDependentForRebuilding, ATPostAlterTypeCleanup, TryReuseIndex, TryReuseForeignKey
// ---------

bool has_expressions(const Relation& index) {
    return index.where || std::any_of(index.elements.begin(), index.elements.end(),
                                      [](const IndexElement& e) { return e.expr.has_value(); });
}

void rebuild_indexes(const Alteration& a, const Relation& t, const std::string& column, bool reusable, Cause cause,
                     std::size_t i) {
    for (const Relation* index : a.answer.catalog.indexes_of(t.id)) {
        if (!uses_column(*index, column)) continue;
        a.answer.lock(*index, AccessExclusive, "index");
        // CheckIndexCompatible gives up on expressions and predicates; TryReuseIndex on partitioned indexes, and those
        // of the partitions are dropped and built with them.
        if (reusable && !has_expressions(*index) && index->valid && index->parent_index == 0) continue;
        a.answer.rebuild(*index, cause, i);
        a.answer.scan(t, cause, i);
    }
}

void recheck_constraints(const Alteration& a, const Relation& t, const std::string& column, bool rewritten,
                         bool same_operators, std::size_t i) {
    for (const TableConstraint& c : t.constraints) {
        if (c.type == ConstraintType::check && c.valid && c.enforced && c.expr && mentions_column(*c.expr, column))
            a.answer.scan(t, Cause::type_recheck, i);
        const bool mine = std::find(c.columns.begin(), c.columns.end(), column) != c.columns.end();
        if (c.type != ConstraintType::foreign_key || !mine) continue;
        // One that is not enforced has no triggers to drop: it is only made anew.
        if (c.enforced)
            lock_tables_of_foreign_key(a.answer, c);
        else
            lock_referenced(a.answer, c.referenced_name, ShareRowExclusive);
        if ((!rewritten && same_operators) || !c.valid || !c.enforced) continue;
        a.answer.scan(t, Cause::type_recheck, i);
        lock_indexes_of_initial_check(a.answer, t, c.referenced_name);
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
        lock_indexes_of_initial_check(a.answer, *referencing, t.name);
    }
}

/// ATPrepAlterColumnType refuses what would leave a view, a rule or a partition key behind.
void refuse_dependents(const Alteration& a, const Relation& t, const std::string& column, std::size_t i) {
    for (const Relation* view : a.answer.catalog.views_on(t.id)) {
        // Names and stars are known, not whose columns they are: with one relation in the query they are its own.
        const auto& used = view->used_columns;
        const bool alone = view->reads.size() == 1;
        if ((view->uses_star && alone) || std::find(used.begin(), used.end(), column) != used.end())
            a.answer.fails(Failure::Kind::not_allowed,
                           "cannot alter type of a column used by a view or rule (" + name_in_report(*view) + ")",
                           alone && (!view->uses_star || used.empty()), i);
        else if (view->uses_star)
            a.answer.depends_on("whether the * of view " + name_in_report(*view) + " stands for " + column);
    }
    if (t.partition_key)
        for (const IndexElement& e : t.partition_key->elements)
            if (e.column == column || (e.expr && mentions_column(*e.expr, column)))
                a.answer.fails(Failure::Kind::not_allowed,
                               "cannot alter column \"" + column +
                                   "\" because it is part of the partition key of relation \"" + t.name.name + "\"",
                               true, i);
}

/// COLLATE "default" says what no COLLATE says.
std::string_view collation_name(const Name& collation) {
    return collation.name == "default" ? std::string_view() : std::string_view(collation.name);
}

void judge_fit(const Alteration& a, const AlterTableCmd& cmd, const Column& column, std::size_t i) {
    switch (fit_of_values(column.type, cmd.column->type, cmd.expr, cmd.name, a.answer.catalog)) {
        case Fit::whole: return;
        case Fit::rounded: return a.answer.warns(Caveat::Kind::values_rounded, cmd.name, i);
        case Fit::refused:
            return a.answer.fails(Failure::Kind::existing_rows, "a value that is there may be too large or too long",
                                  false, i);
    }
}

void alter_column_type(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    if (!cmd.column) return;
    if (!a.table || !a.table->column(cmd.name)) {
        a.rewrite(Cause::type_change, i, false);
        a.answer.depends_on("the old type of " + a.name() + "." + cmd.name);
        return;
    }
    refuse_dependents(a, *a.table, cmd.name, i);
    for (const Relation* t : a.targets()) {
        const Column* column = t->column(cmd.name);
        if (!column) continue;
        if (t->kind == RelationKind::foreign_table || t->kind == RelationKind::composite_type) continue;
        // A virtual column has no stored value to convert (18).
        if (column->generated_virtual) continue;
        const TypeChange change =
            type_change(column->type, cmd.column->type, cmd.expr, cmd.name, a.answer.catalog, a.answer.now);
        const bool rewritten = change.conversion != Conversion::none;
        if (change.conversion == Conversion::unknown) a.answer.depends_on(change.depends_on);
        if (t == a.table) judge_fit(a, cmd, *column, i);
        const bool collation_stays = collation_name(cmd.column->collation) == collation_name(column->collation);
        if (rewritten && t->kind == RelationKind::partitioned_table)
            for (const Relation* index : a.answer.catalog.indexes_of(t->id))
                if (uses_column(*index, cmd.name)) a.answer.lock(*index, AccessExclusive, "index");
        if (rewritten)
            a.answer.rewrite(*t, Cause::type_change, i, change.conversion != Conversion::unknown);
        else
            rebuild_indexes(a, *t, cmd.name, change.same_opclass && collation_stays,
                            collation_stays ? Cause::type_recheck : Cause::collation_change, i);
        recheck_constraints(a, *t, cmd.name, rewritten, change.same_opclass && collation_stays, i);
        for (const Relation* sequence : a.answer.catalog.sequences_owned_by(t->id))
            if (column->identity && sequence->owner_column == cmd.name)
                a.answer.lock(*sequence, ShareRowExclusive, "identity sequence");
    }
}

void set_expression(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    a.answer.needs_version(17, "SET EXPRESSION", i);
    const Column* column = a.table ? a.table->column(cmd.name) : nullptr;
    if (column && column->generated_virtual) return;
    a.rewrite(Cause::set_expression, i, column != nullptr);
    for (const Relation* t : a.targets()) recheck_constraints(a, *t, cmd.name, true, true, i);
    if (!column) a.answer.depends_on("whether " + a.name() + "." + cmd.name + " is stored or virtual");
}

// ---- storage -------------------------------------------------------------------------------------------------------

void copy_storage(const Alteration& a, Cause cause, std::size_t i) {
    if (!a.table) return a.answer.work(Work::Kind::rewrite, a.statement.name, cause, i);
    a.answer.rewrite(*a.table, cause, i);
}

void set_tablespace(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    const auto named = [](const std::string& tablespace) {
        return tablespace.empty() ? std::string("pg_default") : tablespace;
    };
    if (!a.table) return a.answer.work(Work::Kind::rewrite, a.statement.name, Cause::set_tablespace, i);
    if (named(a.table->tablespace) == named(cmd.name)) return;
    if (a.table->kind == RelationKind::index) return a.answer.rebuild(*a.table, Cause::set_tablespace, i);
    // Only the heap and its TOAST table are copied; indexes stay where they are.
    if (a.table->kind != RelationKind::partitioned_table && a.table->kind != RelationKind::partitioned_index)
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

void change_owner(const Alteration& a, const AlterTableCmd& cmd) {
    const bool same = a.table && !a.table->owner.empty() && a.table->owner == cmd.name;
    if (a.table && !same) lock_parts_for_new_owner(a.answer, *a.table);
}

void lock_identity_sequence(const Alteration& a, const AlterTableCmd& cmd, LockMode mode) {
    if (!a.table) return;
    for (const Relation* sequence : a.answer.catalog.sequences_owned_by(a.table->id))
        if (sequence->owner_column == cmd.name) a.answer.lock(*sequence, mode, "identity sequence");
}

bool statement_is_on_index(const Alteration& a) { return a.statement.object == ObjectType::index; }

void set_default(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    if (!cmd.expr) return;
    std::vector<std::string> unknown_functions;
    if (volatility_of(*cmd.expr, a.answer.catalog, a.answer.now.version, unknown_functions) == Volatility::volatile_)
        a.answer.warns(Caveat::Kind::unstable_default, cmd.name, i);
}

void model_command(Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    using enum AlterTableType;
    switch (cmd.subtype) {
        case AddColumn: add_column(a, cmd, i); break;
        case DropColumn: drop_column(a, cmd, i); break;
        case AlterColumnType: alter_column_type(a, cmd, i); break;
        case ColumnDefault: set_default(a, cmd, i); break;
        case SetNotNull: scan_for_nulls(a, cmd.name, Cause::not_null, i); break;
        case SetExpression: set_expression(a, cmd, i); break;
        case AddConstraint: add_constraint(a, cmd, i); break;
        case ValidateConstraint: validate_constraint(a, cmd, i); break;
        case DropConstraint: drop_constraint(a, cmd); break;
        case AlterConstraint: alter_constraint(a, cmd, i); break;
        case SetLogged: set_persistence(a, Persistence::permanent, i); break;
        case SetUnLogged: set_persistence(a, Persistence::unlogged, i); break;
        case SetTableSpace: set_tablespace(a, cmd, i); break;
        case SetAccessMethod: set_access_method(a, cmd, i); break;
        case ChangeOwner: change_owner(a, cmd); break;
        case SetIdentity: lock_identity_sequence(a, cmd, ShareRowExclusive); break;
        case DropIdentity: lock_identity_sequence(a, cmd, AccessExclusive); break;
        case ClusterOn:
            a.answer.lock(Name{a.table ? a.table->name.schema : "", cmd.name}, ShareUpdateExclusive, "index");
            break;
        case ReplicaIdentity:
            if (!cmd.name.empty()) a.answer.lock(Name{a.table ? a.table->name.schema : "", cmd.name}, Share, "index");
            break;
        case AddInherit:
            a.answer.lock(cmd.relation, ShareUpdateExclusive, "parent");
            // ATExecAddInherit looks for circles.
            for (const Relation* child : a.below) a.answer.lock(*child, AccessShare, "child");
            break;
        case DropInherit: a.answer.lock(cmd.relation, AccessShare, "parent"); break;
        case AddOf: a.answer.lock(cmd.relation, AccessShare, "type"); break;
        case AttachPartition:
            if (statement_is_on_index(a))
                a.answer.lock(cmd.relation, AccessExclusive, "partition");
            else
                attach_partition(a.answer, a.table, cmd, i);
            break;
        case DetachPartition:
        case DetachPartitionFinalize: detach_partition(a.answer, a.table, cmd, i); break;
        case SetCompression: a.answer.needs_version(14, "SET COMPRESSION", i); break;
        case MergePartitions:
        case SplitPartition: a.answer.needs_version(19, "MERGE and SPLIT PARTITION", i); break;
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
                if (const Relation* table = answer.catalog.get(index->table))
                    answer.lock(*table, AccessShare, "table of the index");
    }
}

}  // namespace

std::vector<const Relation*> lock_typed_tables(Answer& answer, const Relation& composite_type) {
    std::vector<const Relation*> tables;
    for (const auto& [id, relation] : answer.catalog.relations())
        if (relation.of_type && relation.of_type->name == composite_type.name.name) {
            const auto tree = with_descendants(answer.catalog, relation);
            tables.insert(tables.end(), tree.begin(), tree.end());
        }
    for (const Relation* table : tables) answer.lock(*table, AccessExclusive, "typed table");
    return tables;
}

void model(Answer& answer, const AlterTable& statement) {
    const Relation* table = answer.catalog.find(statement.name);
    if (!table && statement.if_exists) {
        if (answer.catalog.complete()) return;
        answer.depends_on("whether " + answer.catalog.qualified(statement.name) + " exists");
    }
    const LockMode mode = statement_lock(statement, answer.now.version);
    answer.lock(statement.name, mode);
    refuse_uncommitted_values(answer, statement);

    Alteration a{answer, statement, table, {}};
    for (const AlterTableCmd& cmd : statement.cmds) {
        if (cmd.subtype == AlterTableType::DropConstraint) a.dropped_constraints.insert(cmd.name);
        if (cmd.subtype == AlterTableType::DropColumn) a.dropped_columns.insert(cmd.name);
    }
    if (table && !statement.only) a.below = answer.catalog.descendants(table->id);
    for (std::size_t i = 0; i < statement.cmds.size(); ++i) {
        const AlterTableCmd& cmd = statement.cmds[i];
        if (table) {
            const Below reached =
                below(answer.catalog, *table, statement.only, cmd, answer.now.version, a.dropped_constraints);
            const bool partitioned = table->kind == RelationKind::partitioned_table;
            for (const Relation* r : reached.locked) answer.lock(*r, mode, partitioned ? "partition" : "child");
            a.changed = reached.changed;
        }
        const bool attribute = cmd.subtype == AlterTableType::AddColumn || cmd.subtype == AlterTableType::DropColumn ||
                               cmd.subtype == AlterTableType::AlterColumnType;
        // ATTypedTableRecursion
        if (table && table->kind == RelationKind::composite_type && attribute && cmd.cascade)
            a.changed = lock_typed_tables(answer, *table);
        model_command(a, cmd, i);
    }
    lock_tables_of_indexes(answer, statement);
}

}  // namespace pgfence
