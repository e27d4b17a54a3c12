#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule concurrent_index_corruption_bug{
    .title = "Concurrent builds may corrupt the index on 14.0 to 14.3",
    .category = Category::correctness,
    .why = R"(
On PostgreSQL 14.0, 14.1, 14.2 and 14.3 an index built by `CREATE INDEX CONCURRENTLY` or `REINDEX CONCURRENTLY` may lack
rows that were changed while it was built. 14.4 and later are right. pgfence knows the major version only.

Update to the newest minor version. `amcheck` finds indexes that were built before.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
-- migration:
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
)",
            R"(
REINDEX TABLE CONCURRENTLY orders;
)"},
    .good = {R"(
CREATE INDEX orders_user ON orders (user_id);
)",
             R"(
DROP INDEX CONCURRENTLY orders_user;
)"},
    .about = kinds<CreateIndex, Reindex>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* index = step.is<CreateIndex>();
        const auto* reindex = step.is<Reindex>();
        if (!(index && index->concurrently) && !(reindex && reindex->concurrently)) return {};
        Consequence consequence;
        consequence.message = "On 14.0 to 14.3 the index may miss rows that change while it is built";
        consequence.certainty = Certainty::depends;
        consequence.depends_on = {"the server's minor version: SHOW server_version"};
        return {std::move(consequence)};
    },
    .aliases = "add-index-corruption",
    .since = 14,
    .until = 14,
    .once_per_file = true,
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
