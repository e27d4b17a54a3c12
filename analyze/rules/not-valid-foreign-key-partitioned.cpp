#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule not_valid_foreign_key_partitioned{
    .title = "NOT VALID foreign key on a partitioned table is rejected",
    .category = Category::correctness,
    .why = R"(
Before 18 a partitioned table cannot have a `NOT VALID` foreign key: the statement fails.

Add the key `NOT VALID` to each partition and validate it there, then add it to the parent, which finds the
partitions' keys valid and checks nothing again.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (user_id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE orders_2024 PARTITION OF orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- migration:
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
)"},
    .good = {R"(
ALTER TABLE orders_2024 ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
)"},
    .about = alter_table<AlterTableType::AddConstraint>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : added_constraints(step, ConstraintType::foreign_key))
            for (const Failure& failure : step.effects.failures)
                if (failure.kind == Failure::Kind::not_allowed && failure.command == clause.index &&
                    clause.cmd.constraint->not_valid)
                    found.push_back(at(of_failure(step, failure,
                                                  fmt::format("{} is partitioned, and this foreign key fails: {}",
                                                              clause.table_in_code(), failure.message),
                                                  foreign_key_per_partition(step, clause)),
                                       clause));
        return found;
    },
    .until = since(Feature::not_valid_foreign_key_on_partitioned) - 1,
};

}  // namespace pgfence::rules
