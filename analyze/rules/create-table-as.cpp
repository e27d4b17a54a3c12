#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule create_table_as{
    .title = "CREATE TABLE AS copies data inside the migration",
    .category = Category::scan,
    .why = R"(
The query runs to its end before the migration goes on. Nobody waits for it, but locks that the transaction took before
are held for as long, VACUUM cannot clean up behind it anywhere in the database, and rows that are written meanwhile are
not in the copy. The new table has no keys, defaults or constraints of the old one.

A temporary table is not reported, nor one that the change drops again.

Create the table empty, fill it in batches outside the migration, or keep the copy to tables that stay small.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
-- migration:
CREATE TABLE orders_copy AS SELECT * FROM orders;
)",
            R"(
SELECT * INTO orders_copy FROM orders;
)",
            R"(
DO $$ BEGIN
    CREATE TABLE orders_copy AS TABLE orders;
END $$;
)"},
    .good = {R"(
CREATE TABLE orders_copy AS SELECT * FROM orders WITH NO DATA;
)",
             R"(
CREATE TABLE one AS SELECT 1 AS n;
)",
             R"(
CREATE TEMPORARY TABLE orders_before AS SELECT * FROM orders;
)",
             R"(
CREATE TABLE orders (id bigint, note text);
-- migration:
CREATE TABLE orders_before AS SELECT * FROM orders;
DROP TABLE orders_before;
)",
             R"(
CREATE TABLE orders (id bigint);
CREATE TABLE orders_copy AS SELECT * FROM orders;
)"},
    .about = kinds<CreateTableAs>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* table = step.is<CreateTableAs>();
        const Work* work = table && !table->materialized_view ? step.work(Cause::query) : nullptr;
        // A temporary one is there for the migration's own statements.
        if (!work || table->persistence == Persistence::temporary) return {};
        Consequence consequence;
        consequence.message = fmt::format("Copies data from {1} into {0} inside the migration", in_code(table->name),
                                          code(work->relation));
        consequence.relations = {work->relation};
        consequence.grows_with_rows = true;
        // One that the change drops again is there for its own statements, too.
        consequence.stands_at_end = [name = step.after.resolve(table->name)](const Catalog& end) {
            return end.find(name) != nullptr;
        };
        return {std::move(consequence)};
    },
    .aliases = "create-table-as-select",
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
