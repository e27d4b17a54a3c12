#include "analyze/removed_names.h"

#include "analyze/kit/judge.h"
#include "analyze/kit/routines.h"

namespace pgfence::analyze {
namespace {

bool is_named_by_code(ObjectType object) {
    return object == ObjectType::table || object == ObjectType::view || object == ObjectType::materialized_view ||
           object == ObjectType::foreign_table;
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
        removed.push_back({known.empty() ? step.before.creation_name(dropped.name) : known.front()->name, "", true});
    }
    if (const auto* rename = step.is<Rename>()) {
        if (is_named_by_code(rename->object)) add(rename->relation, "");
        if (rename->object == ObjectType::column) add(rename->relation, rename->part);
    }
    for (const Clause& clause : clauses(step, {AlterTableType::DropColumn})) {
        const Column* column = column_before(step, clause.statement.name, clause.cmd.name);
        if (!column || column->existing) add(clause.statement.name, clause.cmd.name);
    }
    return removed;
}

bool is_back(const RemovedObject& removed, const Catalog& end) {
    if (removed.routine) return !end.find_functions(removed.relation).empty();
    const Relation* relation = end.find(removed.relation);
    return relation && (removed.column.empty() || relation->column(removed.column));
}

std::string in_words(const RemovedObject& removed) {
    const std::string relation = code(removed.relation.schema + "." + removed.relation.name);
    return removed.column.empty() ? relation : "column " + code(removed.column) + " of " + relation;
}

}  // namespace pgfence::analyze
