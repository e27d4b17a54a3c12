#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule partition_strategy_mismatch{
    .title = "Partition bound that does not fit the partitioned table",
    .category = Category::correctness,
    .why = R"(
`FOR VALUES IN` belongs to a table that is partitioned by list, `FROM ... TO` to one by range with one value for each
column of its key, `WITH (MODULUS, REMAINDER)` to one by hash, which has no `DEFAULT` partition. Anything else fails.
)",
    .bad = {R"(
CREATE TABLE events (id bigint, at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE events_old PARTITION OF events FOR VALUES IN ('2020-01-01');
)",
            R"(
CREATE TABLE events (id bigint, at timestamptz) PARTITION BY RANGE (id, at);
CREATE TABLE events_old (id bigint, at timestamptz);
-- migration:
ALTER TABLE events ATTACH PARTITION events_old FOR VALUES FROM (1) TO (2);
)",
            R"(
CREATE TABLE events (id bigint) PARTITION BY HASH (id);
CREATE TABLE events_rest PARTITION OF events DEFAULT;
)"},
    .good = {R"(
CREATE TABLE events (id bigint, at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
)",
             R"(
CREATE TABLE events (id bigint, state text) PARTITION BY LIST (state);
CREATE TABLE events_rest PARTITION OF events DEFAULT;
)"},
    .check = [](const Step& step) { return of_failures(step, Failure::Kind::partition_bound, "Fails"); },
};

}  // namespace pgfence::rules
