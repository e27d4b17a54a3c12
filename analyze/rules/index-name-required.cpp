#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule index_name_required{
    .title = "Index without a name",
    .category = Category::policy,
    .why = R"(
The server makes a name up, with a number at its end when that one is taken: it may differ from one database to the
next, and a later `DROP INDEX` then fails on one of them. Without a name there is no `IF NOT EXISTS` either.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, number bigint);
-- migration:
CREATE INDEX ON orders (user_id);
)",
            R"(
CREATE UNIQUE INDEX CONCURRENTLY ON orders (number);
)"},
    .good = {R"(
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
)"},
    .about = kinds<CreateIndex>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* index = step.is<CreateIndex>();
        if (!index || !index->name.empty()) return {};
        return {of_name(step, index->table, fmt::format("This index of {} has no name", in_code(index->table)))};
    },
};

}  // namespace pgfence::rules
