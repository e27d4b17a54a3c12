#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule missing_application_name{
    .title = "Strong lock taken without an application_name",
    .category = Category::policy,
    .why = R"(
In `pg_stat_activity` and in the log the session that everybody waits for is one of many. An `application_name` says
that it is the migration, and which.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN note text;
)"},
    .good = {R"(
SET application_name = 'migrate: add orders.note';
ALTER TABLE orders ADD COLUMN note text;
)",
             R"(
CREATE TABLE orders (id bigint);
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const Lock* lock = step.blocking(Traffic::writes);
        if (!lock || step.scope.setting("application_name")) return {};
        return {of_lock(
            *lock,
            fmt::format("No application_name: sessions that wait for {} cannot see that this migration blocks them",
                        code(lock->relation)),
            setting_in_front(step, "application_name", "migrations"))};
    },
    .once_per_file = true,
};

}  // namespace pgfence::rules
