// DROP and TRUNCATE: the object itself, and everything that must be changed with it (heap_drop_with_catalog,
// RemoveRelations, performMultipleDeletions): tables that lose a foreign key, a column, a default, a trigger or a
// partition.

#include <algorithm>
#include <set>

#include "analyze/model/deletion.h"
#include "analyze/model/statements.h"
#include "core/text.h"

namespace pgfence {

using enum LockMode;

void lock_referenced(Answer& answer, const Name& referenced, LockMode mode) {
    answer.lock(referenced, mode, LockRole::referenced_table);
    const Relation* table = answer.catalog.find(referenced);
    if (table && table->kind == RelationKind::partitioned_table)
        answer.lock_descendants(*table, mode, LockRole::referenced_table);
}

// tryAttachPartitionForeignKey: what the key had on the referenced table goes, its triggers (RemoveTriggerById) and,
// for each partition there, a constraint of the partition's own (RemoveConstraintById).
void lock_for_merge(Answer& answer, const Relation& partition, const Name& referenced) {
    const Relation* table = answer.catalog.find(referenced);
    if (!table || table->kind != RelationKind::partitioned_table)
        return lock_referenced(answer, referenced, AccessExclusive);
    if (answer.has(Behaviour::key_triggers_on_partitioned))
        answer.lock(referenced, AccessExclusive, LockRole::referenced_table);
    if (!answer.has(Behaviour::merged_key_locks_its_partition) || answer.catalog.descendants(table->id).empty()) return;
    answer.lock_descendants(*table, AccessExclusive, LockRole::referenced_table);
    answer.lock(partition, AccessExclusive, LockRole::partition);
}

const Relation* told_index(const Answer& answer, const Name& written) {
    const Relation* told = answer.catalog.told_of(written);
    return told && is_index(*told) && !told->index.told_table.empty() ? told : nullptr;
}

void lock_told_table(Answer& answer, const Relation& told, LockMode mode) {
    const Name& table = told.index.told_table;
    answer.lock(table, mode, LockRole::table_of_the_index);
    if (told.maybe)
        answer.depends_on("whether " + name_in_report(told) + " is an index of " + name_in_report(table) +
                          ": CREATE INDEX IF NOT EXISTS leaves another one of that name as it is");
}

const Relation* index_of_referenced_key(const Catalog& catalog, const Name& referenced,
                                        const std::vector<std::string>& columns) {
    const Relation* table = catalog.find(referenced);
    if (!table) return nullptr;
    for (const Relation* index : catalog.indexes_of(table->id)) {
        std::vector<std::string> keys;
        for (const IndexElement& element : index->index.elements) keys.push_back(element.column);
        const bool same = std::is_permutation(keys.begin(), keys.end(), columns.begin(), columns.end());
        if (columns.empty() ? index->index.primary : (index->index.unique && same)) return index;
    }
    return nullptr;
}

namespace {

void lock_with_children(Answer& answer, const Relation& index) {
    answer.lock(index, AccessShare, LockRole::index);
    for (const RelationId id : index.index.children)
        if (const Relation* child = answer.catalog.get(id)) lock_with_children(answer, *child);
}

}  // namespace

void lock_referenced_key(Answer& answer, const Name& referenced, const std::vector<std::string>& columns) {
    if (!answer.has(Behaviour::locks_what_is_depended_on)) return;
    if (const Relation* index = index_of_referenced_key(answer.catalog, referenced, columns))
        lock_with_children(answer, *index);
}

void lock_referenced_indexes(Answer& answer, const Name& referenced, LockMode mode) {
    const Relation* table = answer.catalog.find(referenced);
    if (!table) return;
    answer.lock_indexes(*table, mode);
    if (table->kind != RelationKind::partitioned_table) return;
    for (const Relation* partition : answer.catalog.descendants(table->id)) answer.lock_indexes(*partition, mode);
}

void lock_indexes_of_initial_check(Answer& answer, const Relation& referencing, const Name& referenced) {
    answer.lock_indexes(referencing, AccessShare);
    lock_referenced_indexes(answer, referenced, AccessShare);
}

std::vector<Catalog::Referencing> keys_to_rows_of(const Catalog& catalog, const Relation& table) {
    std::vector<Catalog::Referencing> keys = catalog.referencing(table.id);
    for (const Relation* at = &table; at && at->table.is_partition && !at->table.parents.empty();) {
        at = catalog.get(at->table.parents.front());
        if (!at) break;
        const auto above = catalog.referencing(at->id);
        keys.insert(keys.end(), above.begin(), above.end());
    }
    return keys;
}

bool points_at_index_with(const Catalog& catalog, const Relation& referenced, const TableConstraint& key,
                          const std::string& column) {
    if (is_among(column, key.referenced_columns)) return true;
    const Relation* index = index_of_referenced_key(catalog, referenced.name, key.referenced_columns);
    return index && is_among(column, index->index.including);
}

void lock_tables_of_foreign_key(Answer& answer, const TableConstraint& key) {
    const Relation* referenced = answer.catalog.find(key.referenced_name);
    if (!referenced || referenced->kind != RelationKind::partitioned_table ||
        answer.has(Behaviour::key_triggers_on_partitioned))
        return lock_referenced(answer, key.referenced_name, AccessExclusive);
    for (const Relation* partition : answer.catalog.descendants(referenced->id))
        if (partition->kind != RelationKind::partitioned_table)
            answer.lock(*partition, AccessExclusive, LockRole::referenced_table);
}

namespace {

/// Of the index's table.
LockMode to_drop_index(const Answer& answer, bool concurrently) {
    return answer.takes(concurrently ? LockOf::drop_index_concurrently : LockOf::drop_index);
}

void drop_index(Answer& answer, const Relation& index, bool concurrently) {
    const Relation* table = answer.catalog.get(index.index.table);
    if (table) answer.lock(*table, to_drop_index(answer, concurrently), LockRole::table_of_the_index);
    // RemoveRelations takes every partition, whether it has a part of the index or not.
    if (table && index.kind == RelationKind::partitioned_index)
        answer.lock_descendants(*table, AccessExclusive, LockRole::partition);
    for (const RelationId id : index.index.children)
        if (const Relation* child = answer.catalog.get(id)) {
            answer.lock(*child, AccessExclusive, LockRole::index_of_a_partition);
            drop_index(answer, *child, concurrently);
        }
    if (!index.index.constraint.empty())
        answer.fails(Failure::Kind::not_allowed, "cannot drop index " + index.name.name + " because constraint " +
                                                     index.index.constraint + " requires it");
}

/// Of a table that no migration made: the keys that migrations gave it.
void lock_tables_of_told_keys(Answer& answer, const Name& written) {
    const Relation* told = answer.catalog.told_of(written);
    if (!told) return;
    for (const TableConstraint& key : told->table.constraints)
        if (key.type == ConstraintType::foreign_key) lock_tables_of_foreign_key(answer, key);
}

void drop_named(Deletion& deletion, Answer& answer, const Drop& drop, const Name& written) {
    const Relation* relation = answer.catalog.find(written);
    if (!relation) {
        if (drop.if_exists && answer.catalog.is_absent(written)) return;
        answer.lock(written, answer.takes(LockOf::drop_relation));
        answer.drops(answer.catalog.qualified(written));
        lock_tables_of_told_keys(answer, written);
        answer.depends_on("the foreign keys of " + answer.catalog.qualified(written) +
                          ": tables they point at are locked too");
        return;
    }
    if (refuse_other_kind(answer, relation, drop.object)) return;
    if (is_index(*relation)) {
        if (const Relation* parent = answer.catalog.get(relation->index.parent))
            answer.fails(
                Failure::Kind::dependent_objects,
                "cannot drop index " + relation->name.name + " because index " + parent->name.name + " requires it",
                !relation->maybe && !parent->maybe);
        if (drop.concurrently && relation->kind == RelationKind::partitioned_index)
            answer.fails(Failure::Kind::not_allowed,
                         "cannot drop partitioned index \"" + relation->name.name + "\" concurrently");
        answer.lock(*relation, AccessExclusive);
        answer.drops(name_in_report(*relation));
        return drop_index(answer, *relation, drop.concurrently);
    }
    deletion.of_relation(*relation);
}

/// Of a table that no migration made, or that no migration mentions: then its table, which the lock is on, is not
/// known.
void drop_unknown_index(Answer& answer, const Drop& drop, const Name& written) {
    if (drop.if_exists && answer.catalog.is_absent(written)) return;
    if (const Relation* told = told_index(answer, written)) {
        answer.lock(*told, AccessExclusive);
        return lock_told_table(answer, *told, to_drop_index(answer, drop.concurrently));
    }
    answer.lock(written, AccessExclusive);
    answer.depends_on("the table of index " + answer.catalog.qualified(written) + ", which is locked " +
                      (drop.concurrently ? "SHARE UPDATE EXCLUSIVE" : "ACCESS EXCLUSIVE"));
}

/// A partition's row trigger is its partitioned table's.
void refuse_drop_of_clone(Answer& answer, const Relation& table, const std::string& name) {
    for (const TriggerInfo& trigger : table.triggers)
        if (const Relation* above = trigger.name == name ? answer.catalog.get(trigger.cloned_from) : nullptr)
            answer.fails(Failure::Kind::dependent_objects,
                         "cannot drop trigger " + name + " on table " + table.name.name + " because trigger " + name +
                             " on table " + above->name.name + " requires it",
                         !table.maybe && !trigger.maybe);
}

/// get_trigger_oid, get_relation_policy_oid, get_rewrite_oid
std::string named_part(ObjectType kind, const std::string& part) {
    if (kind == ObjectType::rule) return "rule \"" + part + "\" for relation";
    return std::string(kind == ObjectType::trigger ? "trigger" : "policy") + " \"" + part + "\" for table";
}

void drop_part(Answer& answer, const Drop& drop, std::size_t i) {
    const Relation* relation = answer.catalog.find(drop.names[i]);
    const std::string& part = i < drop.parts.size() ? drop.parts[i] : std::string();
    if (drop.if_exists && answer.catalog.is_absent(drop.names[i])) return;
    if (relation) {
        const auto named = [&](const auto& all) {
            return std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.name == part; });
        };
        const bool trigger = std::any_of(relation->triggers.begin(), relation->triggers.end(),
                                         [&](const TriggerInfo& t) { return t.name == part; });
        const bool known = trigger || named(relation->rules) || named(relation->table.policies) ||
                           (drop.object == ObjectType::policy && !relation->table.policies_known && !drop.if_exists);
        if (!known && drop.if_exists && answer.catalog.complete()) return;
        if (!known && drop.if_exists) answer.depends_on("whether " + name_in_report(*relation) + " has " + part);
        if (!known && !drop.if_exists) answer.lacks(named_part(drop.object, part), *relation);
    }
    if (relation && drop.object == ObjectType::trigger) refuse_drop_of_clone(answer, *relation, part);
    answer.lock(drop.names[i], AccessExclusive);
    // Partitions have copies of row triggers only.
    const auto for_statement = [&](const TriggerInfo& t) { return t.name == part && !t.row; };
    if (relation && relation->kind == RelationKind::partitioned_table && drop.object == ObjectType::trigger &&
        std::none_of(relation->triggers.begin(), relation->triggers.end(), for_statement))
        answer.lock_descendants(*relation, AccessExclusive, LockRole::partition);
}

void drop_tables_of_server(Deletion& deletion, Answer& answer, const std::string& server) {
    for (const auto& [id, relation] : answer.catalog.relations())
        if (relation.table.server == server) deletion.of_relation(relation);
    if (!answer.catalog.complete()) answer.depends_on("which foreign tables server " + server + " has");
}

/// LookupFuncWithArgs
void refuse_other_routine(Answer& answer, const Drop& drop, const Name& name) {
    const bool procedure = drop.object == ObjectType::procedure;
    if (!procedure && drop.object != ObjectType::function) return;
    const auto found = answer.catalog.find_functions(name);
    const bool other = std::all_of(found.begin(), found.end(), [&](const Function* one) {
        return !one->maybe && one->parts.empty() && one->procedure != procedure;
    });
    if (!found.empty() && other)
        answer.fails(Failure::Kind::not_allowed, name.name + "() is not a " + (procedure ? "procedure" : "function"));
}

void drop_schema(Deletion& deletion, Answer& answer, const std::string& schema) {
    answer.drops(schema);
    for (const auto& [id, relation] : answer.catalog.relations()) {
        if (relation.name.schema != schema) continue;
        if (relation.kind == RelationKind::index || relation.kind == RelationKind::partitioned_index)
            answer.lock(relation, AccessExclusive);
        else
            deletion.of_relation(relation);
    }
    // Its types and functions are in use elsewhere.
    for (const auto& [id, relation] : answer.catalog.relations()) {
        if (relation.name.schema == schema) continue;
        for (const Column& column : relation.columns)
            if (column.type.name.schema == schema) deletion.of_type(column.type.name);
        for (const TriggerInfo& trigger : relation.triggers)
            if (trigger.function.schema == schema) deletion.of_function(trigger.function);
    }
    deletion.of_functions_in(schema);
}

}  // namespace

void model_drop(Answer& answer, const Drop& drop) {
    using enum ObjectType;
    if (drop.concurrently) answer.refused_in_transaction_block("DROP INDEX CONCURRENTLY");
    if (drop.concurrently && drop.cascade)
        answer.fails(Failure::Kind::not_allowed, "DROP INDEX CONCURRENTLY does not support CASCADE");
    if (!drop.cascade) refuse_drop_of_depended_on(answer, drop);
    Deletion deletion(answer, drop.cascade || drop.object == schema);
    for (std::size_t i = 0; i < drop.names.size(); ++i) {
        const Name& name = drop.names[i];
        switch (drop.object) {
            case index:
                if (answer.catalog.find(name))
                    drop_named(deletion, answer, drop, name);
                else
                    drop_unknown_index(answer, drop, name);
                break;
            case table:
            case partitioned_table:
            case view:
            case materialized_view:
            case sequence:
            case foreign_table: drop_named(deletion, answer, drop, name); break;
            case trigger:
            case rule:
            case policy: drop_part(answer, drop, i); break;
            case schema: drop_schema(deletion, answer, name.name.empty() ? name.schema : name.name); break;
            case type:
            case domain:
            case composite_type: deletion.of_type(name); break;
            case function:
            case procedure:
            case routine:
            case aggregate:
                refuse_other_routine(answer, drop, name);
                deletion.of_function(name);
                break;
            case operator_: deletion.of_operator(name); break;
            case collation: deletion.of_collation(name); break;
            case other: deletion.of_text_search(name); break;  // or what no relation depends on
            case statistics:
                for (const auto& [id, relation] : answer.catalog.relations())
                    for (const auto& s : relation.table.statistics)
                        if (s.name.name == name.name && answer.has(Behaviour::removed_statistics_lock_table))
                            answer.lock(relation, ShareUpdateExclusive, LockRole::table_of_the_statistics);
                break;
            case extension:
                if (drop.cascade) answer.depends_on("what belongs to " + name.name);
                deletion.of_type(name);
                deletion.of_extension(name.name);
                break;
            case server:
                if (drop.cascade) drop_tables_of_server(deletion, answer, name.name);
                break;
            case database:
            case tablespace:
            case subscription: answer.refused_in_transaction_block("DROP DATABASE"); break;
            default: break;
        }
    }
}

namespace {

/// heap_truncate_check_FKs: whoever references a table must be emptied by the same statement.
void refuse_to_leave_references(Answer& answer, const Truncate& truncate, const Relation& table) {
    const auto emptied = [&](const Relation& other) {
        return std::any_of(truncate.tables.begin(), truncate.tables.end(), [&](const RangeUse& use) {
            const Relation* named = answer.catalog.find(use.name);
            if (!named || named->id == other.id) return named != nullptr;
            const auto below = answer.catalog.descendants(named->id);
            return !use.only &&
                   std::any_of(below.begin(), below.end(), [&](const Relation* r) { return r->id == other.id; });
        });
    };
    // heap_truncate_check_FKs begins with whether the table has triggers: a key that is not enforced has none.
    for (const auto& [referencing, key] : keys_to_rows_of(answer.catalog, table))
        if (referencing->id != table.id && !emptied(*referencing))
            return answer.fails(Failure::Kind::not_allowed,
                                "cannot truncate a table referenced in a foreign key constraint: " + key->name +
                                    " of " + name_in_report(*referencing),
                                !referencing->maybe && !key->maybe && key->enforced);
}

}  // namespace

void model_truncate(Answer& answer, const Truncate& truncate) {
    std::set<RelationId> done;
    const auto empty = [&](const auto& self, const Relation& table, LockRole role) -> void {
        if (!done.insert(table.id).second) return;
        answer.lock(table, answer.takes(LockOf::truncate), role);
        if (table.kind != RelationKind::partitioned_table) answer.lock_indexes(table, AccessExclusive);
        if (!answer.has(Behaviour::removed_rows_need_no_bounds)) answer.lock_partitioned_above(table);
        if (truncate.restart_identity)
            for (const Relation* sequence : answer.catalog.sequences_owned_by(table.id))
                answer.lock(*sequence, AccessExclusive, LockRole::owned_sequence);
        if (!truncate.cascade) return;
        for (const auto& [referencing, key] : keys_to_rows_of(answer.catalog, table))
            self(self, *referencing, LockRole::referencing_table);
    };
    for (const RangeUse& use : truncate.tables) {
        const Relation* table = answer.catalog.find(use.name);
        if (!table) {
            answer.lock(use.name, answer.takes(LockOf::truncate));
            if (truncate.cascade)
                answer.depends_on("the tables that reference " + answer.catalog.qualified(use.name) +
                                  ": they are emptied too");
            continue;
        }
        if (refuse_unless(answer, *table, table->is_table() || table->kind == RelationKind::foreign_table, "a table"))
            continue;
        if (use.only && table->kind == RelationKind::partitioned_table)
            answer.fails(Failure::Kind::not_allowed, "cannot truncate only a partitioned table", !table->maybe);
        if (!truncate.cascade) refuse_to_leave_references(answer, truncate, *table);
        empty(empty, *table, LockRole::target);
        if (!use.only)
            for (const Relation* below : answer.catalog.descendants(table->id))
                empty(empty, *below, LockRole::partition);
    }
}

// shdepDropOwned. Who made an object whose OWNER TO nobody wrote is not in the migrations.
void model_drop_owned(Answer& answer, const DropOwned& drop) {
    Deletion deletion(answer, drop.cascade);
    for (const auto& [id, relation] : answer.catalog.relations())
        if (std::find(drop.roles.begin(), drop.roles.end(), relation.owner) != drop.roles.end())
            deletion.of_relation(relation);
    // RemoveRoleFromObjectPolicy
    for (const auto& [id, relation] : answer.catalog.relations())
        for (const PolicyInfo& policy : relation.table.policies)
            if (std::find_first_of(policy.roles.begin(), policy.roles.end(), drop.roles.begin(), drop.roles.end()) !=
                policy.roles.end())
                answer.lock(relation, AccessExclusive);
    answer.lock_others(LockMode::AccessExclusive);
    answer.unknown("what else the role owns");
}

}  // namespace pgfence
