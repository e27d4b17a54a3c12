#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule alter_column_collation{
    .title = "Collation change rebuilds every index on the column",
    .category = Category::rewrite,
    .why = R"(
Another collation sorts differently: every index that has the column is built anew inside the statement, while nobody
can read or write the table. The table itself is not rewritten.

Drop those indexes `CONCURRENTLY` first and build them again `CONCURRENTLY` afterwards.
)",
    .bad = {R"(
CREATE TABLE users (name text);
CREATE INDEX users_name ON users (name);
-- migration:
ALTER TABLE users ALTER COLUMN name TYPE text COLLATE "C";
)"},
    .good = {R"(
CREATE TABLE users (name text);
-- migration:
ALTER TABLE users ALTER COLUMN name TYPE text COLLATE "C";
)"},
    .about = alter_table<AlterTableType::AlterColumnType>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        return judge_clauses(
            step, clauses(step, {AlterTableType::AlterColumnType}), {Cause::collation_change},
            [&](const Clause& clause, const Costly& work) {
                std::vector<std::string> indexes;
                // The table is read for them, and not rewritten: it is not among what is built.
                for (const Work* each : work.works)
                    if (each->kind == Work::Kind::index_build || each->kind == Work::Kind::index_rebuild)
                        indexes.push_back(each->of.empty() ? each->relation : each->of);
                if (indexes.empty()) indexes.push_back(work.works.front()->relation);
                return ClauseMessage{fmt::format("The new collation of column {} rebuilds {}. {}",
                                                 in_code(clause.cmd.name), list_in_code(indexes), work.waiting()),
                                     std::nullopt};
            });
    },
    .aliases = "changing-column-type",
};

}  // namespace pgfence::rules
