#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule check_volatile_expression{
    .title = "CHECK whose result changes with time",
    .category = Category::correctness,
    .why = R"(
A `CHECK` is asked when a row is written, and never again. One that compares with `now()` or `CURRENT_DATE` is true
today and false tomorrow for the same row: the next `UPDATE` of anything in that row fails, and so does a restore of a
dump.

Compare with another column (`created_at`), or check in a trigger, which does not promise anything about rows that are
there.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, due timestamptz);
-- migration:
ALTER TABLE orders ADD CONSTRAINT in_future CHECK (due > now()) NOT VALID;
)",
            R"(
CREATE TABLE invoices (due date CHECK (due >= CURRENT_DATE));
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN note text, ADD COLUMN due timestamptz CHECK (due > clock_timestamp());
)"},
    .good = {R"(
ALTER TABLE orders ADD CONSTRAINT after_creation CHECK (due > created) NOT VALID;
)",
             R"(
CREATE TABLE orders (due date DEFAULT CURRENT_DATE CHECK (date_trunc('month', due) = due));
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Caveat* caveat : caveats(step, Caveat::Kind::unstable_check)) {
            Consequence consequence;
            consequence.message =
                fmt::format("The CHECK calls {}: a row that passes today may fail tomorrow", caveat->what);
            found.push_back(at(std::move(consequence), step, caveat->command));
        }
        return found;
    },
};

}  // namespace pgfence::rules
