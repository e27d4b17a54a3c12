// Renames, triggers, policies, comments and the rest: brief locks, no work.

#include <algorithm>
#include <cstddef>
#include <set>
#include <string_view>

#include "analyze/catalog/mentioned_columns.h"
#include "analyze/model/column_type.h"
#include "analyze/model/expressions.h"
#include "analyze/model/recursion.h"
#include "analyze/model/statements.h"
#include "analyze/model/types.h"
#include "core/server_version.h"

namespace pgfence {

using enum LockMode;

namespace {

bool exists_or_assumed(Answer& answer, const Name& name, bool if_exists) {
    if (answer.catalog.find(name) || !if_exists) return true;
    if (answer.catalog.is_absent(name)) return false;
    answer.depends_on("whether " + answer.catalog.qualified(name) + " exists");
    return true;
}

/// RenameType, AlterTypeOwner_oid: a composite type has a relation, which goes by the same name and owner.
void lock_composite(Answer& answer, const Name& type) {
    const Relation* relation = answer.catalog.find(type);
    if (relation && relation->kind == RelationKind::composite_type)
        answer.lock(*relation, answer.takes(LockOf::alter_relation));
}

// renameatt_internal
void refuse_rename_of_column(Answer& answer, const Rename& rename, const Relation& relation) {
    const auto fails = [&](const std::string& message, bool certain = true) {
        answer.fails(Failure::Kind::not_allowed, message, certain && !relation.maybe);
    };
    if (is_index(relation)) return;  // its columns have names of their own
    if (relation.table.of_type) return fails("cannot rename column of typed table");
    if (are_columns_told(relation) && !has_column(relation, rename.part))
        return answer.lacks_column(rename.part, relation);
    const Column* taken = relation.column(rename.new_name);
    if (has_column(relation, rename.new_name) && !(taken && taken->maybe))
        return answer.fails(
            ErrorCode::duplicate_column,
            "column \"" + rename.new_name + "\" of relation \"" + relation.name.name + "\" already exists",
            !relation.maybe);
    const Column* column = relation.column(rename.part);
    if (!column) return;
    if (column->inherited) return fails("cannot rename inherited column \"" + rename.part + "\"", !column->maybe);
    if (!rename.only && has_column_from_elsewhere(answer.catalog, relation, rename.part))
        return fails("cannot rename inherited column \"" + rename.part + "\" of a child");
    if (rename.only && !relation.table.children.empty())
        fails("inherited column \"" + rename.part + "\" must be renamed in child tables too");
}

// rename_constraint_internal
void refuse_rename_of_constraint(Answer& answer, const Rename& rename, const Relation& relation) {
    const TableConstraint* constraint = relation.constraint_named(rename.part);
    if (!constraint && !column_of_not_null(relation, rename.part))
        return answer.lacks("constraint \"" + rename.part + "\" for table", relation);
    if (!constraint || constraint->type != ConstraintType::check || constraint->no_inherit) return;
    if (constraint->inherited)
        return answer.fails(Failure::Kind::not_allowed, "cannot rename inherited constraint \"" + rename.part + "\"",
                            !relation.maybe && !constraint->maybe);
    if (rename.only && !relation.table.children.empty())
        answer.fails(Failure::Kind::not_allowed,
                     "inherited constraint \"" + rename.part + "\" must be renamed in child tables too",
                     !relation.maybe && !constraint->maybe);
}

// renametrig
void refuse_rename_of_trigger(Answer& answer, const Rename& rename, const Relation& relation) {
    for (const TriggerInfo& trigger : relation.triggers)
        if (trigger.name == rename.part && trigger.cloned_from &&
            answer.has(Behaviour::triggers_renamed_through_partitions))
            answer.fails(Failure::Kind::not_allowed,
                         "cannot rename trigger \"" + rename.part + "\" on table \"" + relation.name.name + "\"",
                         !relation.maybe && !trigger.maybe);
}

void refuse_rename_of_part(Answer& answer, const Rename& rename, const Relation& relation) {
    switch (rename.object) {
        case ObjectType::column:
        case ObjectType::attribute: return refuse_rename_of_column(answer, rename, relation);
        case ObjectType::constraint: return refuse_rename_of_constraint(answer, rename, relation);
        case ObjectType::trigger: return refuse_rename_of_trigger(answer, rename, relation);
        default: return;
    }
}

}  // namespace

void model_rename(Answer& answer, const Rename& rename) {
    using enum ObjectType;
    const bool part = rename.object == column || rename.object == constraint || rename.object == trigger ||
                      rename.object == policy || rename.object == rule || rename.object == attribute;
    refuse_new_name(answer, rename);
    if (rename.object == type) lock_composite(answer, rename.relation);
    if (!part && !is_relation(rename.object)) return;
    if (!exists_or_assumed(answer, rename.relation, rename.if_exists)) return;
    // ALTER INDEX may name other relations, too.
    const Relation* relation = answer.catalog.find(rename.relation);
    if (relation && rename.object != index && rename.object != table && !part &&
        refuse_other_kind(answer, relation, rename.object))
        return;
    const bool names_index = rename.object == index && (!relation || is_index(*relation));
    answer.lock(rename.relation, answer.takes(names_index ? LockOf::rename_index : LockOf::alter_relation));
    if (!relation || !part) return;
    if (part) refuse_rename_of_part(answer, rename, *relation);
    if (rename.object == attribute) {
        const auto typed = lock_typed_tables(answer, *relation);
        if (!typed.empty() && !rename.cascade)
            answer.fails(Failure::Kind::dependent_objects,
                         "cannot alter type \"" + relation->name.name + "\" because it is the type of a typed table",
                         !relation->maybe && !typed.front()->maybe);
    }
    // rename_constraint_internal: children have checks and NOT NULLs only, and none that says NO INHERIT.
    const TableConstraint* renamed = rename.object == constraint ? relation->constraint_named(rename.part) : nullptr;
    const bool inherited = !renamed || (renamed->type == ConstraintType::check && !renamed->no_inherit);
    if ((rename.object == column || rename.object == constraint || rename.object == attribute) && !rename.only &&
        inherited)
        answer.lock_descendants(
            *relation, AccessExclusive,
            relation->kind == RelationKind::partitioned_table ? LockRole::partition : LockRole::child);
    // renameatt_internal: a partitioned index has those of the partitions below it, as a table has children.
    if (rename.object == column && !rename.only && is_index(*relation) &&
        answer.has(Behaviour::statistics_of_index_reach_partitions))
        lock_parts_of_index(answer, *relation, AccessExclusive);
    if (const Relation* i = renamed ? answer.catalog.get(renamed->index) : nullptr)
        answer.lock(*i, answer.takes(LockOf::rename_index), LockRole::index);
    if (rename.object == trigger && relation->kind == RelationKind::partitioned_table &&
        answer.has(Behaviour::triggers_renamed_through_partitions))
        answer.lock_descendants(*relation, AccessExclusive, LockRole::partition);
}

namespace {

// AlterTableNamespace
void refuse_set_schema(Answer& answer, const Relation& relation, const std::string& schema) {
    const auto fails = [&](auto kind, const std::string& message, bool certain = true) {
        answer.fails(kind, message, certain && !relation.maybe);
    };
    if (relation.persistence == Persistence::temporary || schema == "pg_temp")
        return fails(Failure::Kind::not_allowed, "cannot move objects into or out of temporary schemas");
    if (relation.kind == RelationKind::sequence && relation.sequence.owner_table)
        return fails(Failure::Kind::not_allowed, "cannot move an owned sequence into another schema");
    if (is_index(relation))
        return fails(Failure::Kind::not_allowed, "cannot change schema of index \"" + relation.name.name + "\"");
    if (!answer.catalog.has_schema(schema))
        return fails(ErrorCode::invalid_schema_name, "schema \"" + schema + "\" does not exist",
                     answer.catalog.complete());
    if (relation.name.schema != schema && answer.catalog.has_relation_name(schema, relation.name.name))
        fails(ErrorCode::duplicate_table,
              "relation \"" + relation.name.name + "\" already exists in schema \"" + schema + "\"");
}

}  // namespace

void model_set_schema(Answer& answer, const SetSchema& set) {
    if (!is_relation(set.object)) return;
    if (!exists_or_assumed(answer, set.name, set.if_exists)) return;
    const Relation* relation = answer.catalog.find(set.name);
    if (set.object != ObjectType::table && refuse_other_kind(answer, relation, set.object)) return;
    answer.lock(set.name, answer.takes(LockOf::alter_relation));
    if (relation) refuse_set_schema(answer, *relation, set.new_schema);
    if (relation)
        for (const Relation* sequence : answer.catalog.sequences_owned_by(relation->id))
            answer.lock(*sequence, AccessExclusive, LockRole::owned_sequence);
}

void model_change_owner(Answer& answer, const ChangeOwner& change) {
    if (change.object == ObjectType::type) lock_composite(answer, change.name);
}

void lock_parts_for_new_owner(Answer& answer, const Relation& table) {
    answer.lock_indexes(table, AccessExclusive);
    for (const Relation* sequence : answer.catalog.sequences_owned_by(table.id))
        answer.lock(*sequence, AccessExclusive, LockRole::owned_sequence);
}

// shdepReassignOwned. Who made an object whose OWNER TO nobody wrote is not in the migrations.
void model_reassign_owned(Answer& answer, const ReassignOwned& reassign) {
    for (const auto& [id, relation] : answer.catalog.relations()) {
        if (std::find(reassign.roles.begin(), reassign.roles.end(), relation.owner) == reassign.roles.end()) continue;
        answer.lock(relation, AccessExclusive);
        lock_parts_for_new_owner(answer, relation);
    }
    answer.lock_others(AccessExclusive);
    answer.unknown("what else the role owns");
}

namespace {

/// Empty: the relation may have it. Messages and details are the server's.
std::string refusal_of_trigger(const CreateTrigger& trigger, const Relation& relation, int version) {
    const std::string name = "\"" + relation.name.name + "\"";
    const bool instead = trigger.timing == TriggerTiming::instead_of;
    switch (relation.kind) {
        case RelationKind::table:
        case RelationKind::partitioned_table:
            if (instead) return name + " is a table: tables cannot have INSTEAD OF triggers";
            if (relation.kind == RelationKind::partitioned_table && trigger.row &&
                trigger.timing == TriggerTiming::before && !has(version, Feature::row_triggers_on_partitioned))
                return name + " is a partitioned table: it cannot have BEFORE / FOR EACH ROW triggers";
            return "";
        case RelationKind::view:
            if (!instead && trigger.row) return name + " is a view: it cannot have row-level BEFORE or AFTER triggers";
            if (trigger.on_truncate) return name + " is a view: it cannot have TRUNCATE triggers";
            return "";
        case RelationKind::foreign_table: return "";
        default: return "relation " + name + " cannot have triggers";
    }
}

void refuse_trigger(Answer& answer, const CreateTrigger& trigger, const Relation& relation) {
    const std::string refusal = refusal_of_trigger(trigger, relation, answer.now.version);
    if (!refusal.empty()) return answer.fails(Failure::Kind::not_allowed, refusal, !relation.maybe);
    for (const TriggerInfo& there : relation.triggers)
        if (there.name == trigger.name && !trigger.or_replace)
            answer.fails(ErrorCode::duplicate_object,
                         "trigger \"" + trigger.name + "\" for relation \"" + relation.name.name + "\" already exists",
                         !relation.maybe && !there.maybe);
}

}  // namespace

void model_create_trigger(Answer& answer, const CreateTrigger& trigger) {
    answer.lock(trigger.table, answer.takes(LockOf::create_trigger));
    if (trigger.or_replace) answer.needs(Feature::replaced_triggers);
    if (trigger.row && trigger.on_truncate)
        answer.fails(Failure::Kind::not_allowed, "TRUNCATE FOR EACH ROW triggers are not supported");
    if (!trigger.row && trigger.timing == TriggerTiming::instead_of)
        answer.fails(Failure::Kind::not_allowed, "INSTEAD OF triggers must be FOR EACH ROW");
    if (!trigger.from.empty()) answer.lock(trigger.from, AccessShare, LockRole::trigger_from);
    const Relation* table = answer.catalog.find(trigger.table);
    if (table) refuse_trigger(answer, trigger, *table);
    if (trigger.when) lock_depended_on(answer, *trigger.when, table);
    if (table && trigger.row && table->kind == RelationKind::partitioned_table)
        answer.lock_descendants(*table, answer.takes(LockOf::create_trigger), LockRole::partition);
}

namespace {

ColumnsUsed mentioned(const std::vector<std::string>& columns) {
    ColumnsUsed uses;
    uses.names = columns;
    return uses;
}

ColumnsUsed any_if(bool reads_fields) {
    ColumnsUsed uses;
    uses.star = reads_fields;
    return uses;
}

void lock_what_kept_conditions_read(Answer& answer, const PolicyChange& change) {
    const Relation* table = answer.catalog.find(change.table);
    if (!table || !answer.has(Behaviour::altered_policy_locks_what_it_reads)) return;
    for (const PolicyInfo& policy : table->table.policies) {
        const bool keeps = (policy.shown && !change.shown) || (policy.checked && !change.checked);
        if (policy.name != change.name || !keeps || !policy.query) continue;
        for (const RangeUse& use : policy.query->relations)
            answer.lock(use.name, AccessShare, LockRole::read_by_the_policy);
    }
}

// AlterPolicy
void refuse_missing_policy(Answer& answer, const PolicyChange& policy) {
    const Relation* table = answer.catalog.find(policy.table);
    if (!table || !table->table.policies_known) return;
    const auto& there = table->table.policies;
    if (std::none_of(there.begin(), there.end(), [&](const PolicyInfo& one) { return one.name == policy.name; }))
        answer.lacks("policy \"" + policy.name + "\" for table", *table);
}

}  // namespace

void model_policy_change(Answer& answer, const PolicyChange& policy) {
    answer.lock(policy.table, answer.takes(LockOf::policy));
    if (policy.create) {
        refuse_taken_part(answer, ObjectType::policy, policy.table, policy.name);
    } else {
        refuse_missing_policy(answer, policy);
        lock_what_kept_conditions_read(answer, policy);
    }
    if (const Relation* relation = answer.catalog.find(policy.table); relation && !relation->is_table())
        answer.fails(Failure::Kind::not_allowed, "\"" + relation->name.name + "\" is not a table", !relation->maybe);
    for (const RangeUse& use : policy.query.relations) answer.lock(use.name, AccessShare, LockRole::read_by_the_policy);
    for (const Boxed<Expr>* expr : {&policy.shown, &policy.checked})
        if (*expr) lock_depended_on(answer, **expr, answer.catalog.find(policy.table));
    lock_depended_on(answer, policy.query, mentioned(policy.columns));
}

// DefineQueryRewrite: the rule's own query is parsed with the locks it will need when it runs.
void model_create_rule(Answer& answer, const CreateRule& rule) {
    answer.lock(rule.table, answer.takes(LockOf::create_rule));
    if (!rule.or_replace) refuse_taken_part(answer, ObjectType::rule, rule.table, rule.name);
    if (const Relation* table = answer.catalog.find(rule.table))
        refuse_unless(answer, *table, table->is_table() || table->kind == RelationKind::view, "a table or view");
    for (const RangeUse& use : rule.query.relations) {
        if (use.name.name == "new" || use.name.name == "old" || use.name.name == "*NEW*" || use.name.name == "*OLD*")
            continue;
        answer.lock(use.name, use.how == RangeUse::How::read ? AccessShare : RowExclusive, LockRole::used_by_the_rule);
    }
    lock_depended_on(answer, rule.query, mentioned(rule.columns));
}

namespace {

// CreateStatistics
void refuse_statistics(Answer& answer, const CreateStatistics& statistics, const Relation& relation) {
    const bool fits = relation.is_table() || relation.kind == RelationKind::materialized_view ||
                      relation.kind == RelationKind::foreign_table;
    if (refuse_unless(answer, relation, fits, "a table, foreign table, or materialized view")) return;
    for (const std::string& name : statistics.columns) {
        if (are_columns_told(relation) && !has_column(relation, name)) return answer.lacks_column(name, relation);
        const Column* column = relation.column(name);
        if (column && column->generated_virtual && !answer.has(Behaviour::statistics_on_virtual_columns))
            return answer.fails(Failure::Kind::not_allowed,
                                "statistics creation on virtual generated columns is not supported",
                                !relation.maybe && !column->maybe);
        if (column && has_no_btree_order(column->type, answer.catalog, answer.now.version))
            return answer.fails(Failure::Kind::not_allowed,
                                "column \"" + name + "\" cannot be used in statistics because its type " +
                                    canonical_type(column->type) + " has no default btree operator class",
                                !relation.maybe && !column->maybe);
    }
    if (statistics.columns.size() == 1 && statistics.expressions.empty())
        answer.fails(Failure::Kind::not_allowed, "extended statistics require at least 2 columns");
}

}  // namespace

void model_create_statistics(Answer& answer, const CreateStatistics& statistics) {
    if (const Relation* relation = statistics.tables.empty() ? nullptr : answer.catalog.find(statistics.tables.front()))
        refuse_statistics(answer, statistics, *relation);
    for (const Name& table : statistics.tables) answer.lock(table, answer.takes(LockOf::create_statistics));
    for (const Expr& expr : statistics.expressions)
        if (!statistics.tables.empty()) lock_depended_on(answer, expr, answer.catalog.find(statistics.tables.front()));
}

namespace {

// check_publication_add_relation
void refuse_to_publish(Answer& answer, const Relation& relation) {
    const auto fails = [&](const std::string& why) {
        answer.fails(Failure::Kind::not_allowed,
                     "cannot add relation \"" + relation.name.name + "\" to publication: " + why, !relation.maybe);
    };
    if (!relation.is_table()) return fails("it is a " + std::string(name_of(relation.kind)));
    if (relation.kind == RelationKind::partitioned_table && !answer.has(Behaviour::partitioned_table_is_published))
        return fails("it is a partitioned table");
    if (relation.persistence == Persistence::temporary) return fails("temporary tables cannot be replicated");
    if (relation.persistence == Persistence::unlogged) fails("unlogged tables cannot be replicated");
}

void refuse_membership(Answer& answer, const PublicationChange& publication, const Relation& table) {
    const auto published = answer.catalog.published_by(publication.name);
    const bool member = std::find(published.begin(), published.end(), table.id) != published.end();
    if (publication.kind == PublicationChange::Kind::add && member)
        answer.fails(
            ErrorCode::duplicate_object,
            "relation \"" + table.name.name + "\" is already member of publication \"" + publication.name + "\"",
            !table.maybe);
    if (publication.kind == PublicationChange::Kind::drop && !member)
        answer.lacks("a place in publication \"" + publication.name + "\" for relation", table);
}

void lock_published(Answer& answer, const RangeUse& use) {
    answer.lock(use.name, answer.takes(LockOf::publish));
    const Relation* table = answer.catalog.find(use.name);
    if (table && !use.only && table->kind == RelationKind::table)
        answer.lock_descendants(*table, answer.takes(LockOf::publish), LockRole::child);
}

// pub_collist_validate, TransformPubWhereClauses (publicationcmds.c)
void refuse_parts(Answer& answer, const PublicationChange& publication, const PublishedTable& listed,
                  const Relation& table) {
    const auto fails = [&](auto kind, const std::string& message) { answer.fails(kind, message, !table.maybe); };
    if (publication.kind == PublicationChange::Kind::drop) {
        if (!listed.columns.empty())
            fails(Failure::Kind::not_allowed, "column list must not be specified in ALTER PUBLICATION ... DROP");
        if (listed.where)
            fails(Failure::Kind::not_allowed, "cannot use a WHERE clause when removing a table from a publication");
        return;
    }
    const bool of_leaves = publication.kind == PublicationChange::Kind::create && !publication.via_root &&
                           table.kind == RelationKind::partitioned_table;
    if (of_leaves && listed.where)
        fails(Failure::Kind::not_allowed,
              "cannot use publication WHERE clause for relation \"" + table.name.name + "\"");
    if (!listed.columns.empty() && (of_leaves || publication.of_schema))
        fails(Failure::Kind::not_allowed, "cannot use column list for relation \"" + name_in_report(table) +
                                              "\" in publication \"" + publication.name + "\"");
    if (listed.where)
        for (const std::string& column : columns_of(*listed.where))
            if (!is_system_column(column) && !table.column(column)) answer.lacks_column(column, table);
    std::set<std::string_view> named;
    for (const std::string& column : listed.columns) {
        const std::string quoted = "column \"" + column + "\"";
        const Column* known = table.column(column);
        const bool computed = known && known->generated;
        if (is_system_column(column))
            fails(Failure::Kind::not_allowed, "cannot use system " + quoted + " in publication column list");
        else if (!known)
            answer.lacks_column(column, table);
        else if (computed && !answer.has(Behaviour::generated_columns_are_published))
            fails(Failure::Kind::not_allowed, "cannot use generated " + quoted + " in publication column list");
        else if (known->generated_virtual)
            fails(Failure::Kind::not_allowed, "cannot use virtual generated " + quoted + " in publication column list");
        if (!named.insert(column).second)
            fails(ErrorCode::duplicate_object, "duplicate " + quoted + " in publication column list");
    }
}

/// OpenTableList: the same table again is no mistake as long as all of it is meant.
void refuse_two_lists(Answer& answer, const std::vector<PublishedTable>& listed) {
    for (std::size_t i = 0; i < listed.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            const Relation* table = answer.catalog.find(listed[i].name);
            if (!table || table != answer.catalog.find(listed[j].name)) continue;
            if (listed[i].columns.empty() && listed[j].columns.empty()) continue;
            answer.fails(ErrorCode::duplicate_object,
                         "conflicting or redundant column lists for table \"" + table->name.name + "\"", !table->maybe);
        }
}

}  // namespace

// OpenTableList (publicationcmds.c): children come along, partitions do not. SET locks what it takes out as well.
void model_publication_change(Answer& answer, const PublicationChange& publication) {
    if (publication.kind == PublicationChange::Kind::set)
        for (const RelationId id : answer.catalog.published_by(publication.name))
            if (const Relation* table = answer.catalog.get(id))
                answer.lock(*table, answer.takes(LockOf::publish), LockRole::published);
    if (publication.of_schema) answer.needs(Feature::publication_of_schema);
    const bool changes = publication.kind != PublicationChange::Kind::create;
    if (changes && !publication.tables.empty() && answer.catalog.published_by(publication.name).empty() &&
        answer.catalog.is_published(0))
        answer.fails(Failure::Kind::not_allowed,
                     "publication \"" + publication.name + "\" may be defined as FOR ALL TABLES", false);
    const bool removes = publication.kind == PublicationChange::Kind::drop;
    for (const PublishedTable& listed : publication.tables) {
        if (!listed.columns.empty() || listed.where) answer.needs(Feature::publication_of_part);
        const Relation* table = answer.catalog.find(listed.name);
        if (!table) continue;
        if (!removes) refuse_to_publish(answer, *table);
        refuse_membership(answer, publication, *table);
        refuse_parts(answer, publication, listed, *table);
    }
    refuse_two_lists(answer, publication.tables);
    for (const RangeUse& use : publication.tables) lock_published(answer, use);
    for (const RangeUse& use : publication.except) lock_published(answer, use);
}

void model_create_sequence(Answer& answer, const CreateSequence& sequence) {
    if (sequence.if_not_exists && answer.catalog.find(sequence.name)) return;
    refuse_taken_relation(answer, answer.catalog.creation_name(sequence.name, sequence.persistence));
    if (!sequence.owned_by_table.empty()) answer.lock(sequence.owned_by_table, AccessShare, LockRole::owner);
    answer.creates(answer.catalog.qualified(sequence.name));
}

namespace {

// process_owned_by
void refuse_owner(Answer& answer, const AlterSequence& alter, const Relation& sequence) {
    const Relation* table = alter.owned_by_table.empty() ? nullptr : answer.catalog.find(alter.owned_by_table);
    const auto fails = [&](const std::string& why) {
        answer.fails(Failure::Kind::not_allowed, why, !sequence.maybe && !(table && table->maybe));
    };
    if (sequence.sequence.of_identity && (table || alter.owned_by_none))
        return fails("cannot change ownership of identity sequence");
    if (!table) return;
    if (table->kind != RelationKind::view &&
        refuse_unless(answer, *table, table->is_table() || table->kind == RelationKind::foreign_table, "a table"))
        return;
    if (table->name.schema != sequence.name.schema)
        return fails("sequence must be in same schema as table it is linked to");
    if (are_columns_told(*table) && !has_column(*table, alter.owned_by_column))
        answer.lacks_column(alter.owned_by_column, *table);
}

}  // namespace

void model_alter_sequence(Answer& answer, const AlterSequence& sequence) {
    if (!exists_or_assumed(answer, sequence.name, sequence.if_exists)) return;
    const Relation* relation = answer.catalog.find(sequence.name);
    if (refuse_other_kind(answer, relation, ObjectType::sequence)) return;
    answer.lock(sequence.name, answer.takes(LockOf::alter_sequence));
    if (relation) refuse_owner(answer, sequence, *relation);
    if (!sequence.owned_by_table.empty()) answer.lock(sequence.owned_by_table, AccessShare, LockRole::owner);
}

// fmgr_sql_validator parses what a function in SQL will run, unless that depends on the types of a call; PL/pgSQL's
// validator looks at no query.
void model_create_function(Answer& answer, const CreateFunction& function) {
    refuse_taken_function(answer, function);
    for (const Expr& expr : function.defaults) lock_depended_on(answer, expr, nullptr);
    if (function.language != "sql" || function.polymorphic || !function.runs) return;
    if (!answer.now.checks_function_bodies && !function.atomic) return;
    for (const BodyStatement& statement : function.runs->statements)
        for (const Action& action : statement.actions)
            if (const auto* dml = std::get_if<Dml>(&action)) {
                lock_parsed(answer, dml->query);
                if (function.atomic) lock_depended_on(answer, dml->query, any_if(!dml->query.fields.empty()));
            }
}

// What a body runs is modelled statement by statement, each in the catalog as the ones before it left it (analyze/).
// Here is said what of it nobody has read.
void model_do_block(Answer& answer, const DoBlock& block) {
    if (!block.runs)
        answer.unknown("the body of a DO block in language " + block.language + " is not read");
    else if (!block.runs->gaps.empty())
        answer.unknown(block.runs->gaps.front().why);
}

void model_call(Answer& answer, const Call& call) {
    const Function* procedure = answer.catalog.called_by(call.procedure);
    if (!procedure || !procedure->runs)
        answer.unknown("the body of procedure " + call.procedure.name.name + " is not known");
    else if (!procedure->runs->gaps.empty())
        answer.unknown("procedure " + call.procedure.name.name + ": " + procedure->runs->gaps.front().why);
}

// SPI_commit: only a CALL or DO that stands in no transaction block may end transactions.
void model_transaction(Answer& answer, const Transaction&) {
    if (answer.now.in_body && answer.now.in_transaction_block)
        answer.fails(Failure::Kind::not_allowed, "invalid transaction termination");
}

namespace {

// get_object_address_relobject
void refuse_comment_on_part(Answer& answer, const Comment& comment, const Relation& relation) {
    const auto lacks = [&](const auto& parts) {
        return std::none_of(parts.begin(), parts.end(), [&](const auto& part) { return part.name == comment.part; });
    };
    if (comment.object == ObjectType::trigger && lacks(relation.triggers))
        answer.lacks("trigger \"" + comment.part + "\" for table", relation);
    if (comment.object == ObjectType::rule && lacks(relation.rules))
        answer.lacks("rule \"" + comment.part + "\" for relation", relation);
    if (comment.object == ObjectType::policy && relation.table.policies_known && lacks(relation.table.policies))
        answer.lacks("policy \"" + comment.part + "\" for table", relation);
}

}  // namespace

void model_comment(Answer& answer, const Comment& comment) {
    using enum ObjectType;
    if (comment.relation.empty()) return;
    const Relation* relation = answer.catalog.find(comment.relation);
    if (relation && comment.object == column && are_columns_told(*relation) && !has_column(*relation, comment.part))
        answer.lacks_column(comment.part, *relation);
    if (relation && comment.object == constraint && !relation->constraint_named(comment.part) &&
        !column_of_not_null(*relation, comment.part))
        answer.lacks("constraint \"" + comment.part + "\" for table", *relation);
    if (relation) refuse_comment_on_part(answer, comment, *relation);
    if (is_relation(comment.object) && refuse_other_kind(answer, relation, comment.object)) return;
    if (is_relation(comment.object) || comment.object == column)
        return answer.lock(comment.relation, answer.takes(LockOf::comment));
    if (comment.object == constraint || comment.object == trigger || comment.object == rule || comment.object == policy)
        answer.lock(comment.relation, answer.takes(LockOf::comment_on_part));
}

// 18 looks the relations up with a lock that it keeps; before, without.
void model_grant(Answer& answer, const Grant& grant) {
    if (!is_relation(grant.object)) return;
    for (const Name& name : grant.names) {
        const Relation* relation = answer.catalog.find(name);
        if (grant.object == ObjectType::sequence && refuse_other_kind(answer, relation, grant.object)) continue;
        if (relation && (is_index(*relation) || relation->kind == RelationKind::composite_type))
            answer.fails(
                Failure::Kind::not_allowed,
                "\"" + relation->name.name + "\" is " + (is_index(*relation) ? "an index" : "a composite type"),
                !relation->maybe);
        if (answer.has(Behaviour::grant_locks)) answer.lock(name, answer.takes(LockOf::grant));
    }
}

void model_not_in_transaction(Answer& answer, const NotInTransaction&) {
    answer.refused_in_transaction_block("this statement");
}
void model_unmodelled(Answer& answer, const Unmodelled& unmodelled) {
    answer.unknown(unmodelled.why);
    if (unmodelled.syntax_error)
        answer.fails(Failure::Kind::syntax_error, unmodelled.why, answer.now.version <= kNewestGrammar);
}

}  // namespace pgfence
