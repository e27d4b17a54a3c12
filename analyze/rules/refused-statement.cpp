#include <algorithm>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

/// A type that cannot be changed, an index that cannot be built concurrently: rules of their own say more.
bool has_a_rule(const Step& step, const Failure& failure) {
    if (step.is<CreateIndex>()) return true;
    for (const Clause& clause : clauses(step, {AlterTableType::AlterColumnType}))
        if (failure.command == clause.index) return true;
    for (const Clause& clause : added_constraints(step, ConstraintType::foreign_key))
        if (failure.command == clause.index && clause.cmd.constraint->not_valid) return true;
    return false;
}

}  // namespace

extern const Rule refused_statement{
    .title = "Statement that PostgreSQL rejects",
    .category = Category::compatibility,
    .why = R"(
What the table is, or has already, refuses the statement: a partition gets its columns from the partitioned table, a
column that came from a parent is changed there, there is one primary key at most, what others reference is not emptied
without them. The migration fails and, depending on the runner, stays half done.

Alter the parent table instead, or drop the object that the error names first.
)",
    .bad = {R"(
CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- migration:
-- ERROR: cannot add column to a partition
ALTER TABLE events_2024 ADD COLUMN note text;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, code uuid NOT NULL);
-- migration:
-- ERROR: multiple primary keys for table "orders" are not allowed
ALTER TABLE orders ADD PRIMARY KEY (code);
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (user_id bigint REFERENCES users);
-- migration:
-- ERROR: cannot truncate a table referenced in a foreign key constraint
TRUNCATE users;
)"},
    .good = {R"(
CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- migration:
ALTER TABLE events ADD COLUMN note text;
)",
             R"(
CREATE TABLE orders (id bigint CONSTRAINT orders_id PRIMARY KEY, code uuid NOT NULL);
-- migration:
ALTER TABLE orders DROP CONSTRAINT orders_id, ADD PRIMARY KEY (code);
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Failure& failure : step.effects.failures)
            if (failure.kind == Failure::Kind::not_allowed && !has_a_rule(step, failure))
                found.push_back(
                    at(of_failure(step, failure, fmt::format("Fails: {}", failure.message)), step, failure.command));
        return found;
    },
};

}  // namespace pgfence::rules
