#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule alter_column_type_recheck{
    .title = "Column type change tests constraints again",
    .category = Category::scan,
    .why = R"(
Even a type change that leaves the rows alone tests every valid `CHECK` on the column again, and every foreign key
from or to it: each of those tables is read in full while nobody can read or write it.

Drop the constraints first, change the type, and add them again `NOT VALID`, each validated in a migration of its own.
)",
    .bad = {R"(
CREATE TABLE orders (note varchar(20) CHECK (note <> ''));
-- migration:
ALTER TABLE orders ALTER COLUMN note TYPE varchar(50);
)"},
    .good = {R"(
CREATE TABLE orders (note varchar(20));
-- migration:
ALTER TABLE orders ALTER COLUMN note TYPE varchar(50);
)"},
    .about = alter_table<AlterTableType::AlterColumnType>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        return judge_clauses(
            step, clauses(step, {AlterTableType::AlterColumnType}), {Cause::type_recheck},
            [&](const Clause& clause, const Costly& work) {
                return ClauseMessage{
                    fmt::format(
                        "the new type of {} makes the server test its constraints again: every row of {} is read {}",
                        in_code(clause.cmd.name), list_in_code(work.relations()), work.waiting()),
                    std::nullopt};
            });
    },
    .aliases = "changing-column-type",
};

}  // namespace pgfence::rules
