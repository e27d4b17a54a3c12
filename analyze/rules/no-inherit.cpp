#include <algorithm>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

bool is_in(RelationId id, const std::vector<RelationId>& all) {
    return std::find(all.begin(), all.end(), id) != all.end();
}

/// The file itself made it a child: its rows were not among the parent's before.
bool joined_here(const Step& step, const Clause& clause) {
    return std::any_of(step.earlier.begin(), step.earlier.end(), [&](const Earlier& earlier) {
        const auto* alter = std::get_if<AlterTable>(earlier.action);
        return alter && step.before.resolve(alter->name) == step.before.resolve(clause.statement.name) &&
               std::any_of(alter->cmds.begin(), alter->cmds.end(), [&](const AlterTableCmd& cmd) {
                   return cmd.subtype == AlterTableType::AddInherit &&
                          step.before.resolve(cmd.relation) == step.before.resolve(clause.cmd.relation);
               });
    });
}

bool attached_here(const Step& step, const Clause& clause) {
    const Relation* partition = step.before.find(clause.cmd.relation);
    return (partition && !partition->existing) ||
           std::any_of(step.earlier.begin(), step.earlier.end(), [&](const Earlier& earlier) {
               const auto* alter = std::get_if<AlterTable>(earlier.action);
               return alter && std::any_of(alter->cmds.begin(), alter->cmds.end(), [&](const AlterTableCmd& cmd) {
                          return cmd.subtype == AlterTableType::AttachPartition &&
                                 step.before.resolve(cmd.relation) == step.before.resolve(clause.cmd.relation);
                      });
           });
}

/// Attached again by the end, also under other bounds, its rows are there.
Consequence detached(const Step& step, const Clause& clause) {
    Consequence gone = at(of_name(step, clause.cmd.relation,
                                  fmt::format("Queries of {} no longer find the rows of partition {}",
                                              clause.table_in_code(), in_code(clause.cmd.relation))),
                          clause);
    const Relation* parent = step.before.find(clause.statement.name);
    const Relation* partition = step.before.find(clause.cmd.relation);
    if (parent && partition && !step.part)
        gone.stands_at_end = [parent = parent->id, partition = partition->id](const Catalog& end) {
            const Relation* now = end.get(partition);
            return now && end.get(parent) && !is_in(parent, now->table.parents);
        };
    return gone;
}

}  // namespace

extern const Rule no_inherit{
    .title = "Rows vanish from queries of the parent table",
    .category = Category::compatibility,
    .why = R"(
A query of a table also reads the tables that inherit from it. With `NO INHERIT` the child keeps its rows, and code that
reads them by the parent's name no longer finds them: nothing fails, the rows are just not there.

Let the code read the child by its own name first, and deploy that.
)",
    .bad = {R"(
CREATE TABLE animals (id bigint);
CREATE TABLE dogs (breed text) INHERITS (animals);
-- migration:
ALTER TABLE dogs NO INHERIT animals;
)",
            R"(
CREATE TABLE orders (id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE orders_2020 PARTITION OF orders FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
-- migration:
ALTER TABLE orders DETACH PARTITION orders_2020;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE orders_2020 PARTITION OF orders FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
-- migration:
ALTER TABLE orders DETACH PARTITION orders_2020;
ALTER TABLE orders ATTACH PARTITION orders_2020 FOR VALUES FROM ('2020-01-01') TO ('2020-07-01');
)",
             R"(
CREATE TABLE animals (id bigint);
CREATE TABLE dogs (id bigint, breed text);
-- migration:
ALTER TABLE dogs INHERIT animals;
ALTER TABLE dogs NO INHERIT animals;
)",
             R"(
CREATE TABLE animals (id bigint);
CREATE TABLE dogs (breed text) INHERITS (animals);
-- migration:
ALTER TABLE dogs NO INHERIT animals;
ALTER TABLE dogs INHERIT animals;
)"},
    .about = alter_table<AlterTableType::DropInherit, AlterTableType::DetachPartition>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::DropInherit})) {
            const Relation* parent = step.before.find(clause.cmd.relation);
            const Relation* child = step.before.find(clause.statement.name);
            if (parent && !parent->existing) continue;
            if (joined_here(step, clause)) continue;
            Consequence gone = at(of_name(step, clause.statement.name,
                                          fmt::format("Queries of {} no longer find the rows of {}",
                                                      in_code(clause.cmd.relation), clause.table_in_code())),
                                  clause);
            // What a branch or a loop of a body did is not certain by the end.
            if (parent && child && !step.part)
                gone.stands_at_end = [parent = parent->id, child = child->id](const Catalog& end) {
                    const Relation* now = end.get(child);
                    return now && end.get(parent) && !is_in(parent, now->table.parents);
                };
            found.push_back(std::move(gone));
        }
        for (const Clause& clause : clauses(step, {AlterTableType::DetachPartition}))
            if (!attached_here(step, clause)) found.push_back(detached(step, clause));
        return found;
    },
};

}  // namespace pgfence::rules
