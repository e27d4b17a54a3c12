#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

/// The first piece of work that goes on while writers of a table that was there before wait.
const Work* long_work(const Step& step) {
    for (const Work& work : step.effects.work)
        if (work.existing && blocks(work.under, Traffic::writes)) return &work;
    return nullptr;
}

}  // namespace

extern const Rule missing_statement_timeout{
    .title = "No statement_timeout for long work under a strong lock",
    .category = Category::robustness,
    .why = R"(
A `lock_timeout` limits how long a statement waits for its lock, not how long it then keeps it. A statement that reads
or writes a whole table while others wait should end by itself when the table turns out larger than thought.

Asked for only where there is such work, and never for the `CONCURRENTLY` forms: those block nobody, and a timeout
breaks them off.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
-- migration:
CREATE INDEX orders_user ON orders (user_id);
)",
            R"(
SET lock_timeout = '5s';
ALTER TABLE orders ADD COLUMN number bigserial;
)"},
    .good = {R"(
SET statement_timeout = '1min';
CREATE INDEX orders_user ON orders (user_id);
)",
             R"(
ALTER TABLE orders ADD COLUMN note text;
)",
             R"(
CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const Work* work = long_work(step);
        if (!work || is_concurrent(step) || step.scope.timeout_ms("statement_timeout")) return {};
        Consequence consequence;
        consequence.message = fmt::format("No statement_timeout: nothing limits how long this blocks {} of {}",
                                          blocked_in_words(work->under), code(work->relation));
        consequence.relations = {work->relation};
        consequence.recipe = setting_in_front(step, "statement_timeout", "5min");
        return {std::move(consequence)};
    },
    .aliases = "require-statement-timeout",
    .once_per_change = true,
    .severity = Severity::off,
};

}  // namespace pgfence::rules
