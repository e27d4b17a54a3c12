#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

/// Relations that the server reads, or indexes that sort another way by the new type and are built again.
std::vector<std::string> concerned(const Costly& work, bool indexes) {
    std::vector<std::string> names;
    for (const Work* one : work.works)
        if ((one->kind == Work::Kind::index_rebuild) == indexes) names.push_back(one->relation);
    return names;
}

}  // namespace

extern const Rule alter_column_type_recheck{
    .title = "Column type change scans the table to check constraints again",
    .category = Category::scan,
    .why = R"(
Even a type change that leaves the rows alone tests every valid `CHECK` on the column again, and every foreign key
from or to it: each of those tables is read in full while nobody can read or write it. An index on the column that sorts
another way by the new type (`citext`) is built again.

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
                const auto built = concerned(work, true), read = concerned(work, false);
                if (!built.empty())
                    return ClauseMessage{
                        fmt::format("Builds {} again{} for the new type of column {}. {}", list_in_code(built),
                                    read.empty() ? "" : " and scans " + list_in_code(read), in_code(clause.cmd.name),
                                    work.waiting()),
                        std::nullopt};
                return ClauseMessage{
                    fmt::format(
                        "Scans {1}: the new type of column {0} makes PostgreSQL check its constraints again. {2}",
                        in_code(clause.cmd.name), list_in_code(work.relations()), work.waiting()),
                    std::nullopt};
            });
    },
    .aliases = "changing-column-type",
};

}  // namespace pgfence::rules
