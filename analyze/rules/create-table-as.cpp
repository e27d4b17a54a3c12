#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule create_table_as{
    .title = "CREATE TABLE AS copies data inside the migration",
    .category = Category::scan,
    .why = R"(
The query runs to its end before the migration goes on. Nobody waits for it, but locks that the transaction took before
are held for as long, VACUUM cannot clean up behind it anywhere in the database, and rows that are written meanwhile are
not in the copy. The new table has no keys, defaults or constraints of the old one.

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
CREATE TABLE orders (id bigint);
CREATE TABLE orders_copy AS SELECT * FROM orders;
)"},
    .about = kinds<CreateTableAs>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* table = step.is<CreateTableAs>();
        const Work* work = table && !table->materialized_view ? step.work(Cause::query) : nullptr;
        if (!work) return {};
        Consequence consequence;
        consequence.message = fmt::format("Copies data from {1} into {0} inside the migration", in_code(table->name),
                                          code(work->relation));
        consequence.relations = {work->relation};
        consequence.grows_with_rows = true;
        return {std::move(consequence)};
    },
    .aliases = "create-table-as-select",
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
