// Renames, triggers, policies, comments and the rest: brief locks, no work.

#include <algorithm>

#include "analyze/model/statements.h"

namespace pgfence {

using enum LockMode;

namespace {

bool exists_or_assumed(Answer& answer, const Name& name, bool if_exists) {
    if (answer.catalog.find(name) || !if_exists) return true;
    if (answer.catalog.complete()) return false;
    answer.depends_on("whether " + answer.catalog.qualified(name) + " exists");
    return true;
}

bool is_relation(ObjectType object) {
    using enum ObjectType;
    return object == table || object == partitioned_table || object == view || object == materialized_view ||
           object == sequence || object == foreign_table || object == index || object == composite_type;
}

}  // namespace

void model_rename(Answer& answer, const Rename& rename) {
    using enum ObjectType;
    const bool part = rename.object == column || rename.object == constraint || rename.object == trigger ||
                      rename.object == policy || rename.object == rule || rename.object == attribute;
    if (!part && !is_relation(rename.object)) return;
    if (!exists_or_assumed(answer, rename.relation, rename.if_exists)) return;
    // RenameRelation (12+): an index named as an index needs no more than ShareUpdateExclusive. ALTER INDEX may name
    // other relations, too.
    const Relation* relation = answer.catalog.find(rename.relation);
    const bool light = rename.object == index && answer.now.version >= 12 && (!relation || is_index(*relation));
    answer.lock(rename.relation, light ? ShareUpdateExclusive : AccessExclusive);
    if (!relation || !part) return;
    if (const Column* column = rename.object == ObjectType::column ? relation->column(rename.part) : nullptr) {
        if (column->inherited)
            answer.fails(Failure::Kind::not_allowed, "cannot rename inherited column \"" + rename.part + "\"",
                         !relation->maybe && !column->maybe);
        else if (rename.only && !relation->table.children.empty())
            answer.fails(Failure::Kind::not_allowed,
                         "inherited column \"" + rename.part + "\" must be renamed in child tables too",
                         !relation->maybe);
    }
    if (rename.object == attribute) lock_typed_tables(answer, *relation);
    // rename_constraint_internal: children have checks and NOT NULLs only, and none that says NO INHERIT.
    const TableConstraint* renamed = rename.object == constraint ? relation->constraint_named(rename.part) : nullptr;
    const bool inherited = !renamed || (renamed->type == ConstraintType::check && !renamed->no_inherit);
    if ((rename.object == column || rename.object == constraint || rename.object == attribute) && !rename.only &&
        inherited)
        answer.lock_descendants(
            *relation, AccessExclusive,
            relation->kind == RelationKind::partitioned_table ? LockRole::partition : LockRole::child);
    if (const Relation* i = renamed ? answer.catalog.get(renamed->index) : nullptr)
        answer.lock(*i, answer.now.version >= 12 ? ShareUpdateExclusive : AccessExclusive, LockRole::index);
    // renametrig_partition (15+)
    if (rename.object == trigger && relation->kind == RelationKind::partitioned_table && answer.now.version >= 15)
        answer.lock_descendants(*relation, AccessExclusive, LockRole::partition);
}

void model_set_schema(Answer& answer, const SetSchema& set) {
    if (!is_relation(set.object)) return;
    if (!exists_or_assumed(answer, set.name, set.if_exists)) return;
    answer.lock(set.name, AccessExclusive);
    if (const Relation* relation = answer.catalog.find(set.name))
        for (const Relation* sequence : answer.catalog.sequences_owned_by(relation->id))
            answer.lock(*sequence, AccessExclusive, LockRole::owned_sequence);
}

void model_change_owner(Answer&, const ChangeOwner&) {}

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

// CreateTriggerFiringOn: ShareRowExclusive; AccessShare on the table of a constraint trigger's FROM.
void model_create_trigger(Answer& answer, const CreateTrigger& trigger) {
    answer.lock(trigger.table, ShareRowExclusive);
    if (trigger.row && trigger.on_truncate)
        answer.fails(Failure::Kind::not_allowed, "TRUNCATE FOR EACH ROW triggers are not supported");
    if (!trigger.from.empty()) answer.lock(trigger.from, AccessShare, LockRole::trigger_from);
    const Relation* table = answer.catalog.find(trigger.table);
    if (table && trigger.row && table->kind == RelationKind::partitioned_table)
        answer.lock_descendants(*table, ShareRowExclusive, LockRole::partition);
}

void model_policy_change(Answer& answer, const PolicyChange& policy) {
    answer.lock(policy.table, AccessExclusive);
    if (const Relation* relation = answer.catalog.find(policy.table); relation && !relation->is_table())
        answer.fails(Failure::Kind::not_allowed, "\"" + relation->name.name + "\" is not a table", !relation->maybe);
    for (const RangeUse& use : policy.query.relations) answer.lock(use.name, AccessShare, LockRole::read_by_the_policy);
}

// DefineQueryRewrite: the rule's own query is parsed with the locks it will need when it runs.
void model_create_rule(Answer& answer, const CreateRule& rule) {
    answer.lock(rule.table, AccessExclusive);
    for (const RangeUse& use : rule.query.relations) {
        if (use.name.name == "new" || use.name.name == "old" || use.name.name == "*NEW*" || use.name.name == "*OLD*")
            continue;
        answer.lock(use.name, use.how == RangeUse::How::read ? AccessShare : RowExclusive, LockRole::used_by_the_rule);
    }
}

void model_create_statistics(Answer& answer, const CreateStatistics& statistics) {
    for (const Name& table : statistics.tables) answer.lock(table, ShareUpdateExclusive);
}

// OpenTableList (publicationcmds.c): children come along, partitions do not. SET locks what it takes out as well.
void model_publication_change(Answer& answer, const PublicationChange& publication) {
    if (publication.kind == PublicationChange::Kind::set)
        for (const RelationId id : answer.catalog.published_by(publication.name))
            if (const Relation* table = answer.catalog.get(id))
                answer.lock(*table, ShareUpdateExclusive, LockRole::published);
    for (const RangeUse& use : publication.tables) {
        answer.lock(use.name, ShareUpdateExclusive);
        const Relation* table = answer.catalog.find(use.name);
        if (table && !use.only && table->kind == RelationKind::table)
            answer.lock_descendants(*table, ShareUpdateExclusive, LockRole::child);
    }
}

void model_create_sequence(Answer& answer, const CreateSequence& sequence) {
    if (sequence.if_not_exists && answer.catalog.find(sequence.name)) return;
    if (!sequence.owned_by_table.empty()) answer.lock(sequence.owned_by_table, AccessShare, LockRole::owner);
    answer.creates(answer.catalog.qualified(sequence.name));
}

void model_alter_sequence(Answer& answer, const AlterSequence& sequence) {
    if (!exists_or_assumed(answer, sequence.name, sequence.if_exists)) return;
    answer.lock(sequence.name, ShareRowExclusive);
    if (!sequence.owned_by_table.empty()) answer.lock(sequence.owned_by_table, AccessShare, LockRole::owner);
}

// fmgr_sql_validator parses what a function in SQL will run, unless that depends on the types of a call; PL/pgSQL's
// validator looks at no query.
void model_create_function(Answer& answer, const CreateFunction& function) {
    if (function.language != "sql" || function.polymorphic || !function.runs) return;
    if (!answer.now.checks_function_bodies && !function.atomic) return;
    for (const BodyStatement& statement : function.runs->statements)
        for (const Action& action : statement.actions)
            if (const auto* dml = std::get_if<Dml>(&action)) lock_parsed(answer, dml->query);
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

// CommentObject: ShareUpdateExclusive on the relation; the parts of one are looked up with less.
void model_comment(Answer& answer, const Comment& comment) {
    using enum ObjectType;
    if (comment.relation.empty()) return;
    if (is_relation(comment.object) || comment.object == column)
        return answer.lock(comment.relation, ShareUpdateExclusive);
    if (comment.object == constraint || comment.object == trigger || comment.object == rule || comment.object == policy)
        answer.lock(comment.relation, AccessShare);
}

// 18 looks the relations up with a lock that it keeps; before, without.
void model_grant(Answer& answer, const Grant& grant) {
    if (answer.now.version < 18 || !is_relation(grant.object)) return;
    for (const Name& name : grant.names) answer.lock(name, AccessShare);
}

void model_not_in_transaction(Answer& answer, const NotInTransaction&) {
    answer.refused_in_transaction_block("this statement");
}
void model_unmodelled(Answer& answer, const Unmodelled& unmodelled) {
    answer.unknown(unmodelled.why);
    if (unmodelled.syntax_error) answer.fails(Failure::Kind::syntax_error, unmodelled.why);
}

}  // namespace pgfence
