#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule vacuum_full_cluster{
    .title = "VACUUM FULL and CLUSTER rewrite the table",
    .category = Category::rewrite,
    .why = R"(
Both write the whole table and all its indexes anew while nobody can read or write it, and need room for a second copy
meanwhile.

Plain `VACUUM` is enough to make space usable again. To give it back to the system online there are the extensions
pg_repack and pg_squeeze.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint CONSTRAINT orders_pkey PRIMARY KEY);
-- migration:
VACUUM FULL orders;
)",
            R"(
VACUUM (FULL, ANALYZE) orders;
)",
            R"(
CLUSTER orders USING orders_pkey;
)"},
    .good = {R"(
VACUUM orders;
)",
             R"(
VACUUM (ANALYZE) orders;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const Costly work = costly(step, {Cause::vacuum_full, Cause::cluster});
        const auto* vacuum = step.is<Vacuum>();
        const bool everything = (vacuum && vacuum->is_vacuum && vacuum->full && vacuum->tables.empty()) ||
                                (step.is<Cluster>() && step.is<Cluster>()->table.empty());
        if (work)
            return {of_work(step, work,
                            fmt::format("{} {} {}", list_in_code(work.relations()),
                                        work.works.size() > 1 ? "are rewritten" : "is rewritten", work.waiting()))};
        if (!everything) return {};
        Consequence consequence;
        consequence.message = "every table of the database is rewritten, each while nobody can use it";
        consequence.grows_with_rows = true;
        return {std::move(consequence)};
    },
    .aliases = "vacuum-full prefer-repack",
};

}  // namespace pgfence::rules
