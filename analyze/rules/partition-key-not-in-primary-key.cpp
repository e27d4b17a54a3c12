#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule partition_key_not_in_primary_key{
    .title = "Key of a partitioned table without its partition key",
    .category = Category::correctness,
    .why = R"(
A primary key or unique index of a partitioned table is kept by each partition for itself, so it must contain every
column of the partition key, and a partition key that is an expression allows none at all. The statement fails.

Add the partition key's columns to the key, or make the index on each partition alone.
)",
    .bad = {R"(
CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz) PARTITION BY RANGE (at);
)",
            R"(
CREATE TABLE events (id bigint, at timestamptz, UNIQUE (id)) PARTITION BY RANGE (at);
)",
            R"(
CREATE TABLE events (id bigint, at timestamptz) PARTITION BY RANGE (at);
-- migration:
ALTER TABLE events ADD COLUMN note text, ADD PRIMARY KEY (id);
)",
            R"(
CREATE TABLE events (id bigint, at timestamptz) PARTITION BY RANGE (at);
-- migration:
CREATE UNIQUE INDEX events_id ON events (id);
)"},
    .good = {R"(
CREATE TABLE events (id bigint, at timestamptz, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
)",
             R"(
CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz);
)"},
    .check = [](const Step& step) { return of_failures(step, Failure::Kind::partition_key, "Fails"); },
};

}  // namespace pgfence::rules
