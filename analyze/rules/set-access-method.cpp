#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule set_access_method{
    .title = "SET ACCESS METHOD rewrites the table",
    .category = Category::rewrite,
    .why = R"(
The whole table and its indexes are written anew while nobody can read or write it.

Make a new table with the other access method and move the rows in batches.
)",
    .bad = {R"(
CREATE ACCESS METHOD columnar TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders SET ACCESS METHOD columnar;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint);
ALTER TABLE orders SET ACCESS METHOD columnar;
)"},
    .about = alter_table<AlterTableType::SetAccessMethod>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        return judge_clauses(step, clauses(step, {AlterTableType::SetAccessMethod}), {Cause::set_access_method},
                             [&](const Clause& clause, const Costly& work) {
                                 return ClauseMessage{fmt::format("{} {} for the new access method. {}",
                                                                  work.verb("Rewrites", "May rewrite"),
                                                                  clause.table_in_code(), work.waiting()),
                                                      std::nullopt};
                             });
    },
    .since = since(Feature::set_access_method),
};

}  // namespace pgfence::rules
