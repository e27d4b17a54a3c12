#include "analyze/kit/judge.h"
#include "core/table_pattern.h"

namespace pgfence::rules {

extern const Rule index_limit_per_table{
    .title = "One index too many on a table",
    .category = Category::policy,
    .why = R"(
Every index is written by every insert, and by every update that cannot be done in place. Past a number the table's
writes pay more than its reads gain. `closed` lists tables that take no further index at all.

Indexes are counted as far as the migrations, or a schema file, tell of them.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, a int, b int);
CREATE INDEX ON orders (a);
-- migration:
CREATE INDEX CONCURRENTLY orders_b ON orders (b);
)",
            R"(
CREATE TABLE audit_log (id bigint PRIMARY KEY, user_id bigint);
-- migration:
CREATE INDEX CONCURRENTLY audit_log_user ON audit_log (user_id);
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, a int, b int);
CREATE INDEX CONCURRENTLY orders_b ON orders (b);
)"},
    .about = kinds<CreateIndex>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* index = step.is<CreateIndex>();
        if (!index) return {};
        const std::string table = step.qualified(index->table);
        if (matches_any(step.texts("closed"), table))
            return {of_name(step, index->table, fmt::format("{} is closed to new indexes", in_code(index->table)))};
        const Relation* known = step.after.find(index->table);
        const auto count = known ? static_cast<std::int64_t>(step.after.indexes_of(known->id).size()) : 0;
        if (count <= step.number("max-indexes")) return {};
        return {of_name(step, index->table,
                        fmt::format("This is index number {} of {}; {} are allowed", count, in_code(index->table),
                                    step.number("max-indexes")))};
    },
    .options = {{"max-indexes", std::int64_t{15}, "indexes that a table may have, those of constraints included"},
                {"closed", std::vector<std::string>{}, "patterns for tables that take no further index"}},
    .example_options = {{"max-indexes", std::int64_t{2}}, {"closed", std::vector<std::string>{"audit_*"}}},
};

}  // namespace pgfence::rules
