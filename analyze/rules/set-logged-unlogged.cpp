#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule set_logged_unlogged{
    .title = "SET LOGGED or UNLOGGED rewrites the table",
    .category = Category::rewrite,
    .why = R"(
The whole table and its indexes are written anew while nobody can read or write it. An `UNLOGGED` table is empty after
a crash and is not on any replica.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders SET UNLOGGED;
)",
            R"(
CREATE UNLOGGED TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders SET LOGGED;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint);
ALTER TABLE orders SET UNLOGGED;
)"},
    .about = alter_table<AlterTableType::SetLogged, AlterTableType::SetUnLogged>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        return judge_clauses(step, clauses(step, {AlterTableType::SetLogged, AlterTableType::SetUnLogged}),
                             {Cause::set_logged}, [&](const Clause& clause, const Costly& work) {
                                 return ClauseMessage{fmt::format("{} {}. {}", work.verb("Rewrites", "May rewrite"),
                                                                  clause.table_in_code(), work.waiting()),
                                                      std::nullopt};
                             });
    },
};

}  // namespace pgfence::rules
