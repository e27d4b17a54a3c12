#include "analyze/kit/judge.h"

#include <algorithm>
#include <unordered_set>

#include "analyze/catalog/skipped.h"
#include "analyze/kit/may_hold_rows.h"

namespace pgfence {
namespace {

bool one_of(const auto& list, auto value) { return std::find(list.begin(), list.end(), value) != list.end(); }

bool is_relation_of_rows(RelationKind kind) {
    return kind == RelationKind::table || kind == RelationKind::partitioned_table ||
           kind == RelationKind::materialized_view;
}

}  // namespace

std::vector<Clause> clauses(const Step& step, std::initializer_list<AlterTableType> subtypes) {
    std::vector<Clause> found;
    const auto* alter = step.is<AlterTable>();
    if (!alter) return found;
    const bool is_old = step.existing(alter->name);
    if (!is_old && !may_hold_rows(step, alter->name)) return found;
    for (std::size_t i = 0; i < alter->cmds.size(); ++i) {
        const AlterTableType subtype = alter->cmds[i].subtype;
        if (is_skipped(*alter, alter->cmds[i], step.before)) continue;
        const bool takes_away = subtype == AlterTableType::DropColumn || subtype == AlterTableType::AlterColumnType;
        if (one_of(subtypes, subtype) && (is_old || takes_away)) found.push_back({*alter, alter->cmds[i], i});
    }
    return found;
}

std::vector<Clause> added_constraints(const Step& step, ConstraintType type) {
    return without(clauses(step, {AlterTableType::AddConstraint}),
                   [&](const Clause& c) { return !c.cmd.constraint || c.cmd.constraint->type != type; });
}

bool is_added_again(const Clause& dropped) {
    const auto& cmds = dropped.statement.cmds;
    return std::any_of(cmds.begin(), cmds.end(), [&](const AlterTableCmd& cmd) {
        return cmd.subtype == AlterTableType::AddColumn && cmd.column && cmd.column->name == dropped.cmd.name;
    });
}

std::vector<Clause> without(const std::vector<Clause>& all, const std::function<bool(const Clause&)>& left_out) {
    std::vector<Clause> kept;
    for (const Clause& clause : all)
        if (!left_out(clause)) kept.push_back(clause);
    return kept;
}

LockMode Costly::under() const {
    LockMode mode = LockMode::AccessShare;
    for (const Work* work : works) mode = stronger(mode, work->under);
    return mode;
}

std::vector<std::string> Costly::relations() const {
    std::vector<std::string> names;
    for (const Work* work : works)
        if (!one_of(names, work->relation)) names.push_back(work->relation);
    return names;
}

bool Costly::certain() const {
    return std::any_of(works.begin(), works.end(), [](const Work* work) { return work->certain; });
}

std::string Costly::verb(std::string_view certainly, std::string_view perhaps) const {
    return std::string(certain() ? certainly : perhaps);
}

std::string Costly::waiting() const { return pgfence::waiting(under()); }

Costly costly(const Step& step, std::initializer_list<Cause> causes, std::size_t command) {
    Costly found;
    for (const Work& work : step.effects.work) {
        if (!work.existing || !one_of(causes, work.cause) || !blocks(work.under, Traffic::writes)) continue;
        if (command != Work::npos && work.command != command) continue;
        found.works.push_back(&work);
    }
    return found;
}

std::string waiting(LockMode mode) { return fmt::format("Blocks {1} ({0})", sql_name(mode), blocked_in_words(mode)); }

std::string who_waits(const Lock& lock) {
    return fmt::format("blocks {} of {}", blocked_in_words(lock.mode), code(lock.relation));
}

std::string its_waiters(const Lock& lock) { return fmt::format("blocks its {}", blocked_in_words(lock.mode)); }

Consequence of_work(const Step& step, const Costly& work, std::string message, std::optional<Recipe> recipe) {
    Consequence consequence;
    consequence.message = std::move(message);
    consequence.relations = work.relations();
    consequence.lock = work.under();
    consequence.grows_with_rows = true;
    consequence.recipe = std::move(recipe);
    if (!work.certain()) {
        consequence.certainty = Certainty::depends;
        consequence.depends_on = step.effects.depends_on;
    }
    return consequence;
}

Consequence of_lock(const Lock& lock, std::string message, std::optional<Recipe> recipe) {
    Consequence consequence;
    consequence.message = std::move(message);
    consequence.relations = {lock.relation};
    consequence.lock = lock.mode;
    consequence.recipe = std::move(recipe);
    return consequence;
}

Consequence of_name(const Step& step, const Name& name, std::string message, std::optional<Recipe> recipe) {
    Consequence consequence;
    consequence.message = std::move(message);
    consequence.relations = {step.qualified(name)};
    if (const Lock* lock = step.effects.lock_on(consequence.relations.front()); lock && lock->existing)
        consequence.lock = lock->mode;
    consequence.recipe = std::move(recipe);
    return consequence;
}

Consequence of_failure(const Step& step, const Failure& failure, std::string message, std::optional<Recipe> recipe) {
    Consequence consequence;
    consequence.message = std::move(message);
    for (const Lock& lock : step.effects.locks)
        if (lock.existing && lock.role == LockRole::target) consequence.relations.push_back(lock.relation);
    consequence.recipe = std::move(recipe);
    consequence.fails = true;
    if (!failure.certain) {
        consequence.certainty = Certainty::depends;
        consequence.depends_on = step.effects.depends_on;
    }
    return consequence;
}

Consequence at(Consequence consequence, const Clause& clause) {
    if (clause.cmd.location >= 0 && clause.cmd.end > clause.cmd.location) {
        consequence.begin = clause.cmd.location;
        consequence.end = clause.cmd.end;
    }
    return consequence;
}

Consequence at(Consequence consequence, const Step& step, std::size_t command) {
    const auto* alter = step.is<AlterTable>();
    if (!alter || command >= alter->cmds.size()) return consequence;
    return at(std::move(consequence), Clause{*alter, alter->cmds[command], command});
}

std::vector<Consequence> of_failures(const Step& step, Failure::Kind kind, std::string_view before) {
    std::vector<Consequence> found;
    for (const Failure& failure : step.effects.failures)
        if (failure.kind == kind)
            found.push_back(
                at(of_failure(step, failure, fmt::format("{}: {}", before, failure.message)), step, failure.command));
    return found;
}

std::vector<const Caveat*> caveats(const Step& step, Caveat::Kind kind) {
    std::vector<const Caveat*> found;
    for (const Caveat& caveat : step.effects.caveats)
        if (caveat.kind == kind) found.push_back(&caveat);
    return found;
}

std::vector<const Lock*> locks_as(const Step& step, LockRole role, Traffic traffic) {
    std::vector<const Lock*> found;
    for (const Lock& lock : step.effects.locks)
        if (lock.existing && lock.role == role && blocks(lock.mode, traffic)) found.push_back(&lock);
    return found;
}

namespace {

/// Whoever waits for a dropped table fails when the transaction ends, however long that takes; a name that is back is
/// worth a wait. An index that no migration mentions is no table to wait for: DROP INDEX has its own finding.
bool is_dropped(const Step& step, const HeldLock& held) {
    if (held.lock.role == LockRole::table_of_the_index) return false;
    if (held.by_kind != "DROP TABLE" && held.by_kind != "DROP INDEX") return false;
    return held.lock.relation.find('.') != std::string::npos && !step.before.find_qualified(held.lock.relation);
}

bool is_against(const Step& step, const HeldLock& held, Traffic traffic) {
    return held.lock.existing && is_relation_of_rows(held.lock.kind) && blocks(held.lock.mode, traffic) &&
           !is_dropped(step, held);
}

}  // namespace

std::vector<const HeldLock*> held_against(const Step& step, Traffic traffic) {
    std::vector<const HeldLock*> found;
    for (const HeldLock& held : step.scope.held)
        if (is_against(step, held, traffic)) found.push_back(&held);
    return found;
}

const HeldLock* held_against(const Step& step, Traffic traffic, std::string_view relation) {
    const HeldLock* held = step.scope.held.on(relation);
    return held && is_against(step, *held, traffic) ? held : nullptr;
}

Consequence beside(Consequence consequence, const HeldLock& held) {
    consequence.related = held.by;
    consequence.related_message =
        fmt::format("this {} took {} on {}", held.by_kind, sql_name(held.lock.mode), code(held.lock.relation));
    return consequence;
}

bool is_concurrent(const Step& step) {
    if (const auto* index = step.is<CreateIndex>()) return index->concurrently;
    if (const auto* reindex = step.is<Reindex>()) return reindex->concurrently;
    if (const auto* drop = step.is<Drop>()) return drop->concurrently;
    if (const auto* refresh = step.is<RefreshMaterializedView>()) return refresh->concurrently;
    const auto detaches = clauses(step, {AlterTableType::DetachPartition});
    return std::any_of(detaches.begin(), detaches.end(), [](const Clause& c) { return c.cmd.concurrently; });
}

bool is_made_anew(const Catalog& end, const Name& name) {
    const Relation* table = end.find(name);
    return table && table->is_table() && !table->existing;
}

const Relation* table_after(const Step& step) {
    if (const auto* create = step.is<CreateTable>()) return step.after.find(create->name);
    if (const auto* alter = step.is<AlterTable>()) return step.after.find(alter->name);
    return nullptr;
}

std::vector<const TableConstraint*> added_foreign_keys(const Step& step) {
    std::vector<const TableConstraint*> found;
    const Relation* now = table_after(step);
    if (!now || now->table.constraints.empty()) return found;
    const Relation* then = step.before.get(now->id);
    if (then == now) return found;  // shared: nothing has changed
    std::unordered_set<std::string_view> old;
    if (then)
        for (const TableConstraint& c : then->table.constraints)
            if (c.type == ConstraintType::foreign_key) old.insert(c.name);
    for (const TableConstraint& c : now->table.constraints)
        if (c.type == ConstraintType::foreign_key && !c.inherited && !old.contains(c.name)) found.push_back(&c);
    return found;
}

bool is_partitioned(const Step& step, const Name& table) {
    const Relation* relation = step.before.find(table);
    return relation && relation->kind == RelationKind::partitioned_table;
}

const Column* column_before(const Step& step, const Name& table, std::string_view column) {
    const Relation* relation = step.before.find(table);
    if (!relation) relation = step.before.told_of(table);
    return relation ? relation->column(column) : nullptr;
}

std::vector<const Relation*> lost_tables(const Step& step) {
    std::vector<const Relation*> lost;
    for (const RelationId id : step.before.differences(step.after)) {
        const Relation* before = step.before.get(id);
        if (before && before->is_table() && before->existing && !step.after.get(id)) lost.push_back(before);
    }
    return lost;
}

std::vector<LostColumn> lost_columns(const Step& step) {
    std::vector<LostColumn> lost;
    for (const RelationId id : step.before.differences(step.after)) {
        const Relation *before = step.before.get(id), *after = step.after.get(id);
        if (!before || !after || !before->is_table() || !before->existing) continue;
        for (const Column& column : before->columns)
            if (column.existing && !after->column(column.name)) lost.push_back({before, column.name});
    }
    return lost;
}

std::string new_index(const CreateIndex& index) {
    return index.name.empty() ? "an index" : "index " + in_code(index.name);
}

std::string_view word_for(ObjectType object) {
    switch (object) {
        case ObjectType::table: return "table";
        case ObjectType::partitioned_table: return "partitioned table";
        case ObjectType::index: return "index";
        case ObjectType::sequence: return "sequence";
        case ObjectType::view: return "view";
        case ObjectType::materialized_view: return "materialized view";
        case ObjectType::foreign_table: return "foreign table";
        case ObjectType::type: return "type";
        case ObjectType::domain: return "domain";
        case ObjectType::composite_type: return "composite type";
        case ObjectType::function: return "function";
        case ObjectType::procedure: return "procedure";
        case ObjectType::schema: return "schema";
        default: return "object";
    }
}

}  // namespace pgfence
