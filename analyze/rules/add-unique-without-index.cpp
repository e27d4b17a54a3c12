#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule add_unique_without_index{
    .title = "UNIQUE constraint builds its index while reads and writes are blocked",
    .category = Category::lock,
    .why = R"(
`ADD CONSTRAINT ... UNIQUE` builds its index inside the statement, under the lock that keeps all readers and writers
out.

Build the unique index `CONCURRENTLY`, then make it the constraint with `USING INDEX`, which is instant.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY, email text);
-- migration:
ALTER TABLE users ADD CONSTRAINT users_email UNIQUE (email);
)",
            R"(
ALTER TABLE users ADD UNIQUE (email);
)",
            R"(
ALTER TABLE users ADD COLUMN note text, ADD CONSTRAINT users_email UNIQUE (email);
)",
            R"(
CREATE SCHEMA "Shop";
CREATE TABLE "Shop"."Order Lines" (id bigint PRIMARY KEY, "Bar Code" text);
-- migration:
ALTER TABLE "Shop"."Order Lines" ADD UNIQUE ("Bar Code", id) INCLUDE ("Bar Code");
)",
            R"(
ALTER TABLE users ADD UNIQUE (id, email), ADD UNIQUE (email);
)",
            R"(
DO $$ BEGIN
    ALTER TABLE users ADD UNIQUE (email) DEFERRABLE INITIALLY DEFERRED;
END $$;
)"},
    .good = {R"(
ALTER TABLE users ADD CONSTRAINT users_email UNIQUE USING INDEX users_email;
)",
             R"(
CREATE TABLE users (email text);
ALTER TABLE users ADD UNIQUE (email);
)"},
    .about = alter_table<AlterTableType::AddConstraint>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        return judge_clauses(step, added_constraints(step, ConstraintType::unique), {Cause::unique},
                             [&](const Clause& clause, const Costly& work) {
                                 return ClauseMessage{
                                     fmt::format("Builds the index of the new UNIQUE constraint on {}. {}",
                                                 clause.table_in_code(), work.waiting()),
                                     constraint_using_index(step, clause)};
                             });
    },
    .aliases = "add-constraint-unique disallowed-unique-constraint add-unique-constraint",
};

}  // namespace pgfence::rules
