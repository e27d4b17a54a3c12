#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule alter_column_storage{
    .title = "Changed storage or compression takes a strong lock and leaves existing rows as they are",
    .category = Category::policy,
    .why = R"(
`SET STORAGE` and `SET COMPRESSION` wait for the same lock as any other `ALTER TABLE`, for an instant. They concern
values that are stored from then on: the rows that are there stay as they are until something writes them anew.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, payload jsonb);
-- migration:
ALTER TABLE orders ALTER COLUMN payload SET STORAGE EXTERNAL;
)",
            R"(
ALTER TABLE orders ALTER COLUMN payload SET STORAGE EXTENDED, ALTER COLUMN payload SET COMPRESSION pglz;
)"},
    .good = {R"(
CREATE TABLE orders (payload jsonb);
ALTER TABLE orders ALTER COLUMN payload SET STORAGE EXTERNAL;
)",
             R"(
ALTER TABLE orders ALTER COLUMN payload SET STATISTICS 500;
)"},
    .about = alter_table<AlterTableType::SetStorage, AlterTableType::SetCompression>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto changed = clauses(step, {AlterTableType::SetStorage, AlterTableType::SetCompression});
        const Lock* lock = step.blocking(Traffic::writes);
        if (changed.empty() || !lock) return {};
        const Clause& first = changed.front();
        return {at(of_lock(*lock, fmt::format("Takes {} on {}. Only values written from now on are stored differently",
                                              sql_name(lock->mode), code(lock->relation))),
                   first)};
    },
    .since = since(Feature::set_compression),
};

}  // namespace pgfence::rules
