#include "analyze/judging/removed_names.h"

#include "analyze/kit/judge.h"

namespace pgfence::analyze {
namespace {

bool is_named_by_code(ObjectType object) {
    return object == ObjectType::table || object == ObjectType::view || object == ObjectType::materialized_view ||
           object == ObjectType::foreign_table;
}

/// Not by a name that the change gave it.
bool is_known_to_code(const Step& step, const Name& name) {
    const Relation* relation = step.before.find(name);
    return !relation || !relation->name_before;
}

bool is_type(ObjectType object) { return object == ObjectType::type || object == ObjectType::domain; }

/// Its full name; nothing of one that the change made, or named so.
std::optional<Name> type_before_change(const Step& step, const Name& name) {
    if (const Enum* e = step.before.find_enum(name))
        return e->existing && !e->renamed_in_change ? std::optional(e->name) : std::nullopt;
    if (const Domain* domain = step.before.find_domain(name))
        return domain->existing ? std::optional(domain->name) : std::nullopt;
    return std::nullopt;
}

}  // namespace

std::vector<RemovedObject> removed_by(const Step& step) {
    std::vector<RemovedObject> removed;
    const auto add = [&](const Name& relation, std::string column) {
        if (step.existing(relation)) removed.push_back({step.before.resolve(relation), std::move(column)});
    };
    if (const auto* drop = step.is<Drop>(); drop && is_named_by_code(drop->object))
        for (const Name& name : drop->names) add(name, "");
    for (const DroppedRoutine& dropped : dropped_routines(step)) {
        const std::vector<const Function*> known = step.before.find_functions(dropped.name);
        removed.push_back(
            {known.empty() ? step.before.creation_name(dropped.name) : known.front()->name, "", false, dropped});
    }
    if (const auto* drop = step.is<Drop>(); drop && is_type(drop->object))
        for (const Name& name : drop->names)
            if (const std::optional<Name> known = type_before_change(step, name))
                removed.push_back({*known, "", false, {}, true});
    if (const auto* move = step.is<SetSchema>();
        move && is_named_by_code(move->object) && is_known_to_code(step, move->name)) {
        add(move->name, "");
        if (!removed.empty()) removed.back().renamed = true;
    }
    if (const auto* rename = step.is<Rename>()) {
        if (is_named_by_code(rename->object) && is_known_to_code(step, rename->relation)) add(rename->relation, "");
        if (rename->object == ObjectType::column) {
            const std::size_t known = removed.size();
            if (const Column* column = column_before(step, rename->relation, rename->part);
                !column || !column->name_before)
                add(rename->relation, rename->part);
            for (std::size_t i = known; i < removed.size(); ++i) removed[i].renamed = true;
        }
    }
    for (const Clause& clause : clauses(step, {AlterTableType::DropColumn})) {
        const Column* column = column_before(step, clause.statement.name, clause.cmd.name);
        if (!column || column->existing) add(clause.statement.name, clause.cmd.name);
    }
    return removed;
}

bool is_back(const RemovedObject& removed, const Catalog& end) {
    if (removed.routine) return answers_to_calls_of(*removed.routine, end) >= Answers::other_types;
    if (removed.type) return end.find_enum(removed.relation) || end.find_domain(removed.relation);
    const Relation* relation = end.find(removed.relation);
    return relation && (removed.column.empty() || relation->column(removed.column));
}

std::string in_words(const RemovedObject& removed) {
    const std::string relation = code(removed.relation.schema + "." + removed.relation.name);
    if (removed.type) return "type " + relation;
    return removed.column.empty() ? relation : "column " + code(removed.column) + " of " + relation;
}

}  // namespace pgfence::analyze
