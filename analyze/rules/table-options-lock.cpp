#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule table_options_lock{
    .title = "Storage parameter that blocks the table while it is changed",
    .category = Category::policy,
    .why = R"(
Most storage parameters (`fillfactor`, those of autovacuum) can be set while reads and writes go on. A few take the lock
of a full `ALTER TABLE`, and one of those among several decides for all. `fillfactor` concerns pages written from then
on.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders SET (user_catalog_table = true);
)",
            R"(
ALTER TABLE orders SET (fillfactor = 70, user_catalog_table = true);
)"},
    .good = {R"(
ALTER TABLE orders SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
)",
             R"(
CREATE TABLE orders (id bigint);
ALTER TABLE orders SET (user_catalog_table = true);
)"},
    .about = alter_table<AlterTableType::SetRelOptions, AlterTableType::ResetRelOptions>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto changed = clauses(step, {AlterTableType::SetRelOptions, AlterTableType::ResetRelOptions});
        const Lock* lock = step.blocking(Traffic::writes);
        if (changed.empty() || !lock || changed.size() != changed.front().statement.cmds.size()) return {};
        return {of_lock(*lock, fmt::format("Setting {} takes {} on {}: {}", list_in_words(changed.front().cmd.options),
                                           sql_name(lock->mode), code(lock->relation), its_waiters(*lock)))};
    },
};

}  // namespace pgfence::rules
