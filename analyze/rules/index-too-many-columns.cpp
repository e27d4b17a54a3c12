#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule index_too_many_columns{
    .title = "Index of more columns than the team allows",
    .category = Category::policy,
    .why = R"(
Every column makes an index larger and each write to it dearer, and a column helps only those queries that fix the ones
in front of it. Beyond two or three it is seldom used. Columns of `INCLUDE` are not counted, and unique indexes are left
alone: there the columns are a rule of the data.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, day date, state text, country text, total numeric);
-- migration:
CREATE INDEX CONCURRENTLY orders_search ON orders (user_id, day, state, country, total);
)"},
    .good = {R"(
CREATE INDEX CONCURRENTLY orders_search ON orders (user_id, day) INCLUDE (state, country, total);
)",
             R"(
CREATE UNIQUE INDEX CONCURRENTLY orders_one ON orders (user_id, day, state, country, total);
)"},
    .about = kinds<CreateIndex>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* index = step.is<CreateIndex>();
        if (!index || index->unique) return {};
        const auto columns = static_cast<std::int64_t>(index->elements.size());
        const std::int64_t most = step.number("max-columns");
        if (columns <= most) return {};
        return {of_name(
            step, index->table,
            fmt::format("This index of {} has {} columns; {} are allowed", in_code(index->table), columns, most))};
    },
    .aliases = "add-index-columns",
    .options = {{"max-columns", std::int64_t{3}, "columns that an index may have"}},
};

}  // namespace pgfence::rules
