// ALTER TABLE: NOT NULL and constraints (ATExecSetNotNull, ATExecAddConstraint, ATExecValidateConstraint,
// ATExecDropConstraint, ATExecAlterConstraint).

#include <algorithm>

#include "analyze/catalog/partition_indexes.h"
#include "analyze/model/alteration.h"
#include "analyze/model/column_type.h"
#include "analyze/model/expressions.h"
#include "analyze/model/volatility.h"

namespace pgfence {

using enum LockMode;

void warn_of_check(Answer& answer, const Constraint& check, std::size_t i) {
    if (!check.expr) return;
    if (const std::string call = unsteady_call(*check.expr, answer.now.version); !call.empty())
        answer.warns(Caveat::Kind::unstable_check, call, i);
}

const Constraint* added_constraint(const AlterTable& statement, const std::string& name) {
    for (const AlterTableCmd& cmd : statement.cmds)
        if (cmd.subtype == AlterTableType::AddConstraint && cmd.constraint && cmd.constraint->name == name)
            return &*cmd.constraint;
    return nullptr;
}

namespace {

/// NotNullImpliedByRelConstraints : a valid CHECK, or a NOT NULL already there.
const TableConstraint* not_null_proof(const Alteration& a, const Relation& table, std::string_view column) {
    if (!has(a.answer.now.version, Feature::check_proves_not_null)) return nullptr;
    // IS NOT NULL asks a row for each of its columns (NullTest.argisrow): that is another condition.
    if (const Column* known = table.column(column); known && is_row_type(known->type, a.answer.catalog)) return nullptr;
    for (const TableConstraint& c : table.table.constraints)
        if (c.type == ConstraintType::check && c.valid && c.enforced && c.expr &&
            !a.dropped_constraints.contains(c.name) && proves_not_null(*c.expr, column))
            return &c;
    return nullptr;
}

void tell_proof(const Alteration& a, const TableConstraint& proof, const Relation& table, const std::string& column) {
    a.answer.proved({Proof::Of::no_nulls, name_in_report(table), column, proof.name});
}

void scan_for_nulls_in(const Alteration& a, const Relation& table, const std::string& column, Cause cause,
                       std::size_t i) {
    if (is_not_null(table, column) && !a.drops_not_null(column)) return;
    const Column* known = table.column(column);
    const bool not_valid = known && known->not_null && !known->not_null_valid;
    // 18: a NOT VALID not-null constraint is validated on the spot, whatever a CHECK might prove.
    if (const TableConstraint* proof = not_valid ? nullptr : not_null_proof(a, table, column))
        tell_proof(a, *proof, table, column);
    else
        a.answer.scan(table, cause, i);
}

}  // namespace

namespace {

/// ADD COLUMN ... NOT NULL has seen to it.
bool adds_not_null(const Alteration& a, const std::string& column) {
    return std::any_of(a.statement.cmds.begin(), a.statement.cmds.end(), [&](const AlterTableCmd& cmd) {
        return cmd.subtype == AlterTableType::AddColumn && cmd.column && cmd.column->name == column &&
               constraint_of(*cmd.column, ConstraintType::not_null);
    });
}

}  // namespace

void scan_for_nulls(const Alteration& a, const std::string& column, Cause cause, std::size_t i) {
    if (adds_not_null(a, column) && !(a.table && a.table->column(column))) return;
    if (!a.table) {
        if (const Relation* told = a.answer.catalog.told_of(a.statement.name)) {
            if (is_not_null(*told, column)) return;
            if (const TableConstraint* proof = not_null_proof(a, *told, column))
                return tell_proof(a, *proof, *told, column);
        }
        a.answer.work(Work::Kind::scan, a.statement.name, cause, i);
        if (!a.added_columns.contains(column))
            a.answer.depends_on("whether " + a.name() + "." + column +
                                " is NOT NULL already, or a valid CHECK proves it");
        return;
    }
    // ATExecSetNotNull: a child's own that is NOT VALID is taken as it is, unless the parent's is validated with it.
    const auto is_not_valid = [&](const Relation& t) {
        const Column* known = t.column(column);
        return known && known->not_null && !known->not_null_valid;
    };
    for (const Relation* t : a.targets())
        if (t == a.table || !is_not_valid(*t) || is_not_valid(*a.table)) scan_for_nulls_in(a, *t, column, cause, i);
}

namespace {

/// The key as its table's partitions would have it.
TableConstraint as_stored(const Catalog& catalog, const Constraint& key) {
    TableConstraint stored;
    stored.type = ConstraintType::foreign_key;
    stored.columns = key.fk_columns;
    stored.referenced_name = catalog.resolve(key.referenced);
    stored.referenced_columns = key.pk_columns;
    if (const Relation* referenced = key.pk_columns.empty() ? catalog.find(key.referenced) : nullptr)
        for (const TableConstraint& c : referenced->table.constraints)
            if (c.type == ConstraintType::primary_key) stored.referenced_columns = c.columns;
    stored.on_delete = key.on_delete;
    stored.on_update = key.on_update;
    stored.deferrable = key.deferrable;
    stored.enforced = key.enforced;
    return stored;
}

/// The partition's own that becomes part of the new one; null when there is none.
const TableConstraint* shared_key(const Alteration& a, const Relation& partition, const TableConstraint& wanted) {
    for (const TableConstraint& own : partition.table.constraints)
        if (may_share_key(own, wanted, a.answer.now.version)) return &own;
    return nullptr;
}

/// A partition between the altered table and this one, or this one, has it with all of its rows checked.
bool has_checked_key(const Alteration& a, const Relation& partition, const TableConstraint& wanted) {
    if (const TableConstraint* own = shared_key(a, partition, wanted); own && own->valid) return true;
    for (const RelationId id : partition.table.parents) {
        const Relation* above = id == a.table->id ? nullptr : a.answer.catalog.get(id);
        if (above && has_checked_key(a, *above, wanted)) return true;
    }
    return false;
}

/// Partitions that have the key are not read again.
void share_key_with_partitions(const Alteration& a, const Constraint& key, std::size_t i) {
    const TableConstraint wanted = as_stored(a.answer.catalog, key);
    for (const Relation* partition : a.changed) {
        const TableConstraint* own = shared_key(a, *partition, wanted);
        if (own && !own->inherited) lock_for_merge(a.answer, *partition, key.referenced);
        const bool read = !key.not_valid && key.enforced && !has_checked_key(a, *partition, wanted);
        if (read) a.scan_for_foreign_key(*partition, key.referenced, i);
    }
}

void add_foreign_key(const Alteration& a, const Constraint& key, std::size_t i) {
    lock_referenced(a.answer, key.referenced, ShareRowExclusive);
    lock_referenced_key(a.answer, key.referenced, key.pk_columns);
    a.compare_columns(key, key.fk_columns, i);
    refuse_key_without_target(a.answer, key, a.may_get_key(), i);
    const bool partitioned = a.table && a.table->kind == RelationKind::partitioned_table;
    if (key.not_valid && partitioned && !has(a.answer.now.version, Feature::not_valid_foreign_key_on_partitioned))
        a.answer.fails(Failure::Kind::not_allowed,
                       "cannot add NOT VALID foreign key on partitioned table \"" + a.statement.name.name + "\"", true,
                       i);
    if (a.table && partitioned && !a.answer.has(Behaviour::key_reaches_partitions_level_by_level))
        for (const Relation* below : a.below)
            if (std::find(below->table.parents.begin(), below->table.parents.end(), a.table->id) ==
                below->table.parents.end())
                a.answer.lock(*below, AccessExclusive, LockRole::partition);
    if (partitioned)
        share_key_with_partitions(a, key, i);
    else if (!key.not_valid && key.enforced)
        a.scan_for_foreign_key(key.referenced, i);
}

std::vector<const Relation*> children_of(const Alteration& a) {
    std::vector<const Relation*> children;
    for (const RelationId id : a.table->table.children)
        if (const Relation* child = a.answer.catalog.get(id)) children.push_back(child);
    return children;
}

/// A primary key makes its columns NOT NULL, children's too (transformIndexConstraint, ATPrepSetNotNull: partitions are
/// left alone when the columns are NOT NULL already).
void lock_below_key(const Alteration& a, const Constraint& key, std::size_t i) {
    const int version = a.answer.now.version;
    const bool primary = key.type == ConstraintType::primary_key;
    const bool makes_not_null = primary && !std::all_of(key.keys.begin(), key.keys.end(),
                                                        [&](const std::string& c) { return is_not_null(*a.table, c); });
    // ONLY: the partitions must have it already. 11 did not mind ONLY.
    if (a.statement.only && a.table->kind == RelationKind::partitioned_table && makes_not_null) {
        const bool told = a.answer.has(Behaviour::primary_key_locks_children);
        for (const Relation* partition : told ? children_of(a) : a.answer.catalog.descendants(a.table->id)) {
            a.answer.lock(*partition, AccessExclusive, LockRole::partition);
            if (!told)
                for (const std::string& column : key.keys) scan_for_nulls_in(a, *partition, column, Cause::not_null, i);
        }
    }
    if (a.table->kind == RelationKind::partitioned_table) {
        // index_constraint_create: what is checked later is checked by a trigger (CreateTrigger).
        const LockMode built = key.deferrable ? ShareRowExclusive : Share;
        for (const Relation* partition : a.below)
            a.answer.lock(
                *partition,
                makes_not_null || has(version, Behaviour::new_constraint_locks_descendants) ? AccessExclusive : built,
                LockRole::partition);
    } else if (const bool always = has(version, Behaviour::primary_key_locks_children);
               primary && (makes_not_null || always)) {
        // 11 did not mind ONLY.
        for (const Relation* child : always ? a.below : a.answer.catalog.descendants(a.table->id)) {
            a.answer.lock(*child, AccessExclusive, LockRole::child);
            for (const std::string& column : key.keys) scan_for_nulls_in(a, *child, column, Cause::not_null, i);
        }
    }
}

}  // namespace

/// Children inherit no keys; partitions have their part of it.
void build_key(const Alteration& a, Cause cause, const std::string& name, std::size_t i) {
    if (a.table && a.table->kind != RelationKind::partitioned_table)
        a.answer.build(*a.table, name, cause, i);
    else
        a.build(cause, i, name);
}

namespace {

void build_on_partitions(const Alteration& a, const Constraint& key, Cause cause, std::size_t i) {
    const PartitionIndexes parts = partition_indexes(a.answer.catalog, *a.table, key);
    for (const Relation* index : parts.attached) {
        // CompareIndexInfo: one that takes nulls for different is another one. That it takes them for equal is not
        // kept.
        const Relation* partition = key.nulls_not_distinct ? a.answer.catalog.get(index->index.table) : nullptr;
        if (!partition) a.answer.lock(*index, Share, LockRole::attached_index);
        // Nobody builds anything there, which would come by the nulls.
        const Relation* table = a.answer.catalog.get(index->index.table);
        if (key.type == ConstraintType::primary_key && table)
            for (const Relation* t : with_descendants(a.answer.catalog, *table))
                for (const std::string& column : key.keys) scan_for_nulls_in(a, *t, column, Cause::not_null, i);
        for (const Relation* t :
             partition ? with_descendants(a.answer.catalog, *partition) : decltype(parts.built_on){})
            a.answer.build(*t, key.name, cause, i);
    }
    for (const Relation* partition : parts.built_on) a.answer.build(*partition, key.name, cause, i);
}

void add_key(const Alteration& a, const Constraint& key, std::size_t i) {
    const bool primary = key.type == ConstraintType::primary_key;
    if (a.table && a.table->table.partition_key)
        refuse_key_without_partition_key(a.answer, *a.table->table.partition_key, key.keys,
                                         primary ? "a primary key" : "a unique constraint", i);
    if (a.table && a.table->table.partition_key && !a.statement.only)
        refuse_key_on_partitions(a.answer, *a.table, key.keys, i);
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
    if (index) a.answer.lock(*index, renamed ? a.answer.takes(LockOf::rename_index) : AccessShare, LockRole::index);
    if (!primary) return;
    if (!index) {
        a.answer.work(Work::Kind::scan, a.statement.name, Cause::not_null, i, false);
        a.answer.depends_on("whether the columns of index " + key.using_index + " are NOT NULL");
        return;
    }
    Constraint of_index = key;
    for (const IndexElement& element : index->index.elements)
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

/// Dropped by this statement, wherever in it: itself, or a column of it.
bool is_dropped(const Alteration& a, const TableConstraint& c) {
    return a.dropped_constraints.contains(c.name) ||
           std::any_of(c.columns.begin(), c.columns.end(),
                       [&](const std::string& column) { return a.dropped_columns.contains(column); });
}

/// Looked up before a row is (AddRelationNewConstraints, ATExecAddConstraint, index_create): true where the name is
/// taken for sure, and nothing else is done. An index is a relation, too.
bool is_refused_for_its_name(const Alteration& a, const Constraint& c, std::size_t i) {
    const bool key = c.type == ConstraintType::unique || c.type == ConstraintType::primary_key ||
                     c.type == ConstraintType::exclusion;
    if (!a.table || c.name.empty() || inherits_check(a, c.name)) return false;
    if (!key && c.type != ConstraintType::check && c.type != ConstraintType::foreign_key) return false;
    const TableConstraint* there = a.table->constraint_named(c.name);
    if (there && is_dropped(a, *there)) return false;
    // What a branch may have dropped was dropped to make room, more often than not.
    const auto refused = [&](ErrorCode code, const std::string& what, bool certain) {
        if (certain) a.answer.fails(code, what + " already exists", true, i);
        return certain;
    };
    const Relation* relation =
        key && c.name != c.using_index ? a.answer.catalog.find(Name{a.table->name.schema, c.name}) : nullptr;
    const bool goes = relation && relation->index.table == a.table->id &&
                      std::any_of(a.dropped_columns.begin(), a.dropped_columns.end(),
                                  [&](const std::string& column) { return uses_column(*relation, column); });
    if (relation && !goes)
        return refused(ErrorCode::duplicate_table, "relation \"" + c.name + "\"",
                       !relation->maybe && !(there && there->maybe));
    if (!c.using_index.empty() || goes) return false;
    const auto& cmds = a.statement.cmds;
    // Two keys that are the same are one (transformIndexConstraints).
    const bool twice = !key && std::any_of(cmds.begin(), cmds.begin() + static_cast<std::ptrdiff_t>(i),
                                           [&](const AlterTableCmd& other) {
                                               return other.subtype == AlterTableType::AddConstraint &&
                                                      other.constraint && other.constraint->name == c.name;
                                           });
    if (!there && !twice) return false;
    return refused(ErrorCode::duplicate_object,
                   "constraint \"" + c.name + "\" for relation \"" + a.table->name.name + "\"", twice || !there->maybe);
}

}  // namespace

void add_constraint(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    if (!cmd.constraint) return;
    const Constraint& c = *cmd.constraint;
    if (!c.enforced) a.answer.needs(Feature::not_enforced, i);
    if (c.nulls_not_distinct) a.answer.needs(Feature::nulls_not_distinct, i);
    if (is_refused_for_its_name(a, c, i)) return;
    lock_depended_on(a.answer, c, a.table);
    switch (c.type) {
        case ConstraintType::check:
            warn_of_check(a.answer, c, i);
            if (inherits_check(a, c.name)) break;
            if (!c.not_valid && c.enforced) a.scan(Cause::check, i);
            break;
        case ConstraintType::not_null:
            a.answer.needs(Feature::named_not_null, i);
            if (!c.not_valid)
                for (const std::string& column : c.keys) scan_for_nulls(a, column, Cause::not_null, i);
            break;
        case ConstraintType::foreign_key: add_foreign_key(a, c, i); break;
        case ConstraintType::unique:
        case ConstraintType::primary_key: add_key(a, c, i); break;
        case ConstraintType::exclusion:
            a.build(Cause::exclusion, i, c.name);
            if (a.table) lock_below_key(a, c, i);
            break;
        default: break;
    }
}

void validate_constraint(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    // QueueNNConstraintValidation
    if (const Column* column = a.table ? column_of_not_null(*a.table, cmd.name) : nullptr) {
        if (!column->not_null_valid) a.scan(Cause::not_null, i);
        return;
    }
    const TableConstraint* c = a.table ? a.table->constraint_named(cmd.name) : nullptr;
    // AT_PASS_DROP, AT_PASS_ADD_CONSTR, AT_PASS_MISC
    const bool gone = a.dropped_constraints.contains(cmd.name);
    const Constraint* added = c && !gone ? nullptr : added_constraint(a.statement, cmd.name);
    if (added && !added->not_valid) return;
    if (added && added->type == ConstraintType::check) return a.scan(Cause::check, i);
    if (!c) {
        a.scan(Cause::check, i, false);
        a.answer.depends_on("constraint " + cmd.name + " of " + a.name() +
                            ": a foreign key also locks the referenced table");
        return;
    }
    if (c->valid) return;
    if (c->type == ConstraintType::foreign_key) {
        if (!c->enforced) return;
        a.answer.lock(c->referenced_name, RowShare, LockRole::referenced_table);
        // RI_Initial_Check only reads the partitions.
        if (const Relation* referenced = a.answer.catalog.find(c->referenced_name))
            a.answer.lock_descendants(*referenced, AccessShare, LockRole::referenced_table);
        a.scan_for_foreign_key(c->referenced_name, i);
        return;
    }
    // QueueCheckConstraintValidation: a child whose own is valid is left alone.
    for (const Relation* t : a.targets()) {
        const TableConstraint* own = t->constraint_named(cmd.name);
        if (!own || !own->valid)
            a.answer.scan(*t, c->type == ConstraintType::not_null ? Cause::not_null : Cause::check, i);
    }
}

namespace {

void lock_index_tree(Answer& answer, const Relation& index) {
    answer.lock(index, AccessExclusive, LockRole::index);
    for (const RelationId id : index.index.children)
        if (const Relation* child = answer.catalog.get(id)) lock_index_tree(answer, *child);
}

}  // namespace

namespace {

/// ATExecDropConstraint opens the referenced table, whether it has a trigger to lose or not.
void lock_for_dropped_key(Answer& answer, const TableConstraint& key) {
    answer.lock(key.referenced_name, AccessExclusive, LockRole::referenced_table);
    lock_tables_of_foreign_key(answer, key);
}

/// Of a table that no migration made: what migrations said when they gave it the constraint.
void drop_told(const Alteration& a, const TableConstraint& c) {
    if (c.type == ConstraintType::foreign_key) return lock_for_dropped_key(a.answer, c);
    if (c.type == ConstraintType::check || c.type == ConstraintType::not_null) return;
    Relation index;
    index.kind = RelationKind::index;
    index.name = {a.answer.catalog.resolve(a.statement.name).schema, c.name};
    index.existing = c.existing;
    a.answer.lock(index, AccessExclusive, LockRole::index);
}

}  // namespace

void drop_constraint(const Alteration& a, const AlterTableCmd& cmd) {
    const TableConstraint* c = a.table ? a.table->constraint_named(cmd.name) : nullptr;
    const Relation* told = a.table ? nullptr : a.answer.catalog.told_of(a.statement.name);
    if (const TableConstraint* own = told ? told->constraint_named(cmd.name) : nullptr) return drop_told(a, *own);
    if (!c) {
        if (!a.table || a.table->table.constraints.empty())
            a.answer.depends_on("constraint " + cmd.name + " of " + a.name() +
                                ": a foreign key also locks the referenced table");
        return;
    }
    if (c->type == ConstraintType::foreign_key) lock_for_dropped_key(a.answer, *c);
    if (const Relation* index = a.answer.catalog.get(c->index)) {
        lock_index_tree(a.answer, *index);
        if (cmd.cascade)
            for (const auto& [referencing, key] : a.answer.catalog.referencing(a.table->id))
                if (key->referenced_columns == c->columns || key->referenced_columns.empty())
                    a.answer.lock(*referencing, AccessExclusive, LockRole::referencing_table);
    }
}

namespace {

/// NO INHERIT -> INHERIT (ATExecAlterConstrInheritability): every child gets the constraint, and is read for nulls.
void inherit_not_null(const Alteration& a, const std::string& constraint, std::size_t i) {
    const Column* column = column_of_not_null(*a.table, constraint);
    if (!column) return;
    for (const Relation* child : a.below)
        if (!is_not_null(*child, column->name)) a.answer.scan(*child, Cause::not_null, i);
}

/// ATExecAlterCheckConstrEnforceability: what was not enforced may not hold.
void enforce_check(const Alteration& a, const TableConstraint& check, bool enforced, std::size_t i) {
    a.answer.needs(Feature::alter_check_enforceability, i);
    if (!enforced && check.inherited)
        a.answer.fails(Failure::Kind::not_allowed,
                       "cannot mark inherited constraint \"" + check.name + "\" as NOT ENFORCED", !check.maybe, i);
    if (a.statement.only && !check.no_inherit && enforced != check.enforced && !a.table->table.children.empty())
        a.answer.fails(Failure::Kind::not_allowed, "constraint must be altered on child tables too", !check.maybe, i);
    if (!enforced || check.enforced) return;
    for (const Relation* t : a.targets()) {
        const TableConstraint* own = t->constraint_named(check.name);
        if (!own || !own->enforced) a.answer.scan(*t, Cause::check, i);
    }
}

void refuse_altered(const Alteration& a, const TableConstraint& c, bool enforceability, bool inheritability,
                    std::size_t i) {
    const auto fails = [&](const std::string& what) {
        a.answer.fails(Failure::Kind::not_allowed,
                       "constraint \"" + c.name + "\" of relation \"" + a.table->name.name + "\" " + what,
                       !a.table->maybe && !c.maybe, i);
    };
    if (inheritability) return fails("is not a not-null constraint");
    if (enforceability && c.type == ConstraintType::check) return;  // enforce_check
    if (c.type != ConstraintType::foreign_key) return fails("is not a foreign key constraint");
    if (c.inherited && a.table->table.is_partition) fails("is inherited: alter the partitioned table's");
}

}  // namespace

void alter_constraint(const Alteration& a, const AlterTableCmd& cmd, std::size_t i) {
    if (!cmd.constraint) return;
    const auto says = [&](std::string_view what) {
        return std::find(cmd.options.begin(), cmd.options.end(), what) != cmd.options.end();
    };
    const bool enforceability = says("enforceability"), inheritability = says("inheritability");
    if (enforceability) a.answer.needs(Feature::not_enforced, i);
    if (inheritability) a.answer.needs(Feature::named_not_null, i);
    const TableConstraint* c = a.table ? a.table->constraint_named(cmd.constraint->name) : nullptr;
    if (c) refuse_altered(a, *c, enforceability, inheritability, i);
    if (c && a.statement.only && a.table->kind == RelationKind::partitioned_table &&
        has(a.answer.now.version, Feature::not_enforced))
        a.answer.fails(Failure::Kind::not_allowed, "constraint must be altered in child tables too",
                       !a.table->maybe && !c->maybe, i);
    if (!has(a.answer.now.version, Feature::not_enforced)) return;
    if (!c && enforceability) {
        if (cmd.constraint->enforced) a.scan(Cause::check, i, false);
        return a.answer.depends_on("constraint " + cmd.name + " of " + a.name() +
                                   ": a foreign key also locks the referenced table");
    }
    if (!c && a.table && !cmd.constraint->no_inherit) return inherit_not_null(a, cmd.constraint->name, i);
    if (!c) return;
    if (c->type == ConstraintType::check && enforceability) return enforce_check(a, *c, cmd.constraint->enforced, i);
    if (c->type == ConstraintType::foreign_key && enforceability && c->enforced != cmd.constraint->enforced) {
        lock_referenced(a.answer, c->referenced_name, cmd.constraint->enforced ? ShareRowExclusive : AccessExclusive);
        if (cmd.constraint->enforced) a.scan_for_foreign_key(c->referenced_name, i);
    }
}

}  // namespace pgfence
