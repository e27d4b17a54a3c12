#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

/// Of an index only: nothing moves a table while it is written.
std::optional<Recipe> reindex(const Step& step, const Clause& clause) {
    if (clause.statement.object != ObjectType::index || clause.statement.cmds.size() > 1 ||
        !step.server_has(Feature::reindex_moves_tablespace))
        return std::nullopt;
    return Recipe{{outside_transaction(fmt::format("REINDEX (TABLESPACE {}) INDEX CONCURRENTLY {};",
                                                   quoted(clause.cmd.name), clause.table()))},
                  ""};
}

}  // namespace

extern const Rule set_tablespace{
    .title = "SET TABLESPACE copies the table",
    .category = Category::rewrite,
    .why = R"(
The files are copied byte by byte while nobody can read or write the table; its indexes stay where they are.

Make a new table in the other tablespace and move the rows in batches, or use an extension that repacks online.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint CONSTRAINT orders_pkey PRIMARY KEY);
-- migration:
ALTER TABLE orders SET TABLESPACE fast;
)",
            R"(
ALTER INDEX orders_pkey SET TABLESPACE fast;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint);
ALTER TABLE orders SET TABLESPACE fast;
)"},
    .about = alter_table<AlterTableType::SetTableSpace>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        return judge_clauses(step, clauses(step, {AlterTableType::SetTableSpace}), {Cause::set_tablespace},
                             [&](const Clause& clause, const Costly& work) {
                                 return ClauseMessage{fmt::format("{2} {0} to tablespace {1}. {3}",
                                                                  clause.table_in_code(), in_code(clause.cmd.name),
                                                                  work.verb("Copies", "May copy"), work.waiting()),
                                                      reindex(step, clause)};
                             });
    },
};

}  // namespace pgfence::rules
