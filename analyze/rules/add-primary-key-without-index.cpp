#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule add_primary_key_without_index{
    .title = "PRIMARY KEY builds its index while reads and writes are blocked",
    .category = Category::lock,
    .why = R"(
`ADD PRIMARY KEY` builds its index inside the statement, and looks for nulls in its columns, under the lock that keeps
all readers and writers out.

Build a unique index `CONCURRENTLY`, make the columns `NOT NULL` without a scan, then turn the index into the key with
`USING INDEX`.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint);
-- migration:
ALTER TABLE orders ADD PRIMARY KEY (id);
)",
            R"(
ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
)",
            R"(
ALTER TABLE orders ADD COLUMN note text, ADD PRIMARY KEY (id);
)",
            R"(
CREATE TABLE orders (shop bigint, id bigint NOT NULL);
-- migration:
DO $$ BEGIN
    ALTER TABLE orders ADD PRIMARY KEY (shop, id) DEFERRABLE;
END $$;
)",
            R"(
CREATE TABLE orders (shop bigint NOT NULL, id bigint, CONSTRAINT orders_pkey PRIMARY KEY (id));
-- migration:
ALTER TABLE orders DROP CONSTRAINT orders_pkey;
ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY (shop, id);
)"},
    .good = {R"(
CREATE TABLE orders (id bigint NOT NULL);
CREATE UNIQUE INDEX orders_id ON orders (id);
-- migration:
ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_id;
)",
             R"(
CREATE TABLE orders (id bigint);
ALTER TABLE orders ADD PRIMARY KEY (id);
)"},
    .about = alter_table<AlterTableType::AddConstraint>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto candidates = without(added_constraints(step, ConstraintType::primary_key), [](const Clause& clause) {
            return !clause.cmd.constraint->using_index.empty();
        });
        return judge_clauses(step, candidates, {Cause::primary_key}, [&](const Clause& clause, const Costly& work) {
            return ClauseMessage{fmt::format("Builds the index of the new primary key on {}. {}",
                                             clause.table_in_code(), work.waiting()),
                                 constraint_using_index(step, clause)};
        });
    },
    .aliases = "add-pk-without-using-index adding-serial-primary-key-field",
};

}  // namespace pgfence::rules
