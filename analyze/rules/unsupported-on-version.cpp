#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule unsupported_on_version{
    .title = "Statement that the PostgreSQL version does not have",
    .category = Category::correctness,
    .why = R"(
The statement or one of its options came with a later PostgreSQL: on the version that is being checked for it fails
with a syntax error or is refused.

Tell pgfence the version that runs in production, or write it the way that version knows.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text);
-- migration:
REPACK orders;
)",
            R"(
INSERT INTO orders VALUES (1, 'new') ON CONFLICT (id) DO SELECT RETURNING state;
)"},
    .good = {R"(
ALTER TABLE orders ADD COLUMN state text;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Failure& failure : step.effects.failures)
            if (failure.kind == Failure::Kind::unsupported_version)
                found.push_back(of_failure(
                    step, failure, fmt::format("PostgreSQL {} does not have this: {}", step.version, failure.message)));
        return found;
    },
    .until = kNewestServer - 1,
};

}  // namespace pgfence::rules
