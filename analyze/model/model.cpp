#include "analyze/model/model.h"

#include <algorithm>
#include <string>
#include <vector>

#include "analyze/model/statements.h"

namespace pgfence {
namespace {

/// Statements that lock no relation: schemas, settings, transaction control.
template <class T>
concept LocksNothing = std::same_as<T, CreateOtherType> || std::same_as<T, CreateCollation> ||
    std::same_as<T, CreateExtension> || std::same_as<T, CreateEventTrigger> || std::same_as<T, AlterEventTrigger> ||
    std::same_as<T, AlterFunction> || std::same_as<T, CreateOperator> || std::same_as<T, CreateCast> ||
    std::same_as<T, CreateAggregate> || std::same_as<T, MakeOfFunctions> || std::same_as<T, Prepare> ||
    std::same_as<T, Execute> || std::same_as<T, SetVariable> || std::same_as<T, DiscardTemporary> ||
    std::same_as<T, Harmless> || std::same_as<T, DefaultPrivileges>;

/// Which function answers for which statement.
struct Statements {
    Answer& answer;

    void operator()(const AlterTable& s) const { model_alter_table(answer, s); }
    void operator()(const CreateTable& s) const { model_create_table(answer, s); }
    void operator()(const CreateTableAs& s) const { model_create_table_as(answer, s); }
    void operator()(const Drop& s) const { model_drop(answer, s); }
    void operator()(const DropOwned& s) const { model_drop_owned(answer, s); }
    void operator()(const Truncate& s) const { model_truncate(answer, s); }
    void operator()(const CreateIndex& s) const { model_create_index(answer, s); }
    void operator()(const Reindex& s) const { model_reindex(answer, s); }
    void operator()(const Cluster& s) const { model_cluster(answer, s); }
    void operator()(const Repack& s) const { model_repack(answer, s); }
    void operator()(const Vacuum& s) const { model_vacuum(answer, s); }
    void operator()(const Dml& s) const { model_dml(answer, s); }
    void operator()(const CreateView& s) const { model_create_view(answer, s); }
    void operator()(const RefreshMaterializedView& s) const { model_refresh_materialized_view(answer, s); }
    void operator()(const LockTable& s) const { model_lock_table(answer, s); }
    void operator()(const CreateSchema& s) const { model_create_schema(answer, s); }
    void operator()(const CreateEnum& s) const { model_create_type(answer, s.name); }
    void operator()(const CreateCompositeType& s) const { model_create_composite(answer, s); }
    void operator()(const CreateDomain& s) const { model_create_domain(answer, s); }
    void operator()(const AlterEnum& s) const { model_alter_enum(answer, s); }
    void operator()(const AlterDomain& s) const { model_alter_domain(answer, s); }
    void operator()(const Rename& s) const { model_rename(answer, s); }
    void operator()(const SetSchema& s) const { model_set_schema(answer, s); }
    void operator()(const ChangeOwner& s) const { model_change_owner(answer, s); }
    void operator()(const ReassignOwned& s) const { model_reassign_owned(answer, s); }
    void operator()(const CreateTrigger& s) const { model_create_trigger(answer, s); }
    void operator()(const PolicyChange& s) const { model_policy_change(answer, s); }
    void operator()(const CreateRule& s) const { model_create_rule(answer, s); }
    void operator()(const CreateStatistics& s) const { model_create_statistics(answer, s); }
    void operator()(const PublicationChange& s) const { model_publication_change(answer, s); }
    void operator()(const CreateSequence& s) const { model_create_sequence(answer, s); }
    void operator()(const AlterSequence& s) const { model_alter_sequence(answer, s); }
    void operator()(const CreateFunction& s) const { model_create_function(answer, s); }
    void operator()(const DoBlock& s) const { model_do_block(answer, s); }
    void operator()(const Call& s) const { model_call(answer, s); }
    void operator()(const Transaction& s) const { model_transaction(answer, s); }
    void operator()(const Comment& s) const { model_comment(answer, s); }
    void operator()(const Grant& s) const { model_grant(answer, s); }
    void operator()(const NotInTransaction& s) const { model_not_in_transaction(answer, s); }
    void operator()(const NeedsServer& s) const { answer.needs(s.feature); }
    void operator()(const Unmodelled& s) const { model_unmodelled(answer, s); }
    void operator()(const LocksNothing auto&) const {}
};

/// Tables whose rows or columns the statement takes away.
std::vector<Name> taken_away(const Action& action, const Effects& effects) {
    std::vector<Name> names;
    if (const auto* drop = std::get_if<Drop>(&action); drop && drop->object == ObjectType::table) names = drop->names;
    if (const auto* truncate = std::get_if<Truncate>(&action))
        for (const RangeUse& table : truncate->tables) names.push_back(table.name);
    if (const auto* alter = std::get_if<AlterTable>(&action))
        for (const AlterTableCmd& cmd : alter->cmds)
            if (cmd.subtype == AlterTableType::DropColumn || cmd.subtype == AlterTableType::AlterColumnType)
                names.push_back(alter->name);
    const bool every_row = std::any_of(effects.work.begin(), effects.work.end(),
                                       [](const Work& work) { return work.cause == Cause::every_row; });
    if (const auto* dml = std::get_if<Dml>(&action); dml && every_row && !dml->query.relations.empty())
        names.push_back(dml->query.relations.front().name);
    return names;
}

/// CREATE TABLE IF NOT EXISTS succeeds whether the table was there or not. What it is used for all the time, indexes
/// and keys for a table that is new, is judged as on a new one; what could only be meant for an old one, as on an old
/// one.
void doubt_new_tables(const Action& action, const Catalog& before, Effects& effects) {
    for (const Name& name : taken_away(action, effects)) {
        const Relation* table = before.find(name);
        if (!table || !table->probably_new) continue;
        const std::string shown = before.qualified(table->name);
        for (Lock& lock : effects.locks) lock.existing |= lock.relation == shown;
        for (Work& work : effects.work) work.existing |= work.relation == shown;
    }
}

}  // namespace

Effects effects_of(const Action& action, const Catalog& before, const ExecutionContext& circumstances) {
    Answer answer(before, circumstances);
    std::visit(Statements{answer}, action);
    Effects effects = std::move(answer).finish();
    doubt_new_tables(action, before, effects);
    return effects;
}

}  // namespace pgfence
