#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule duplicate_column_assignment{
    .title = "Column named twice",
    .category = Category::correctness,
    .why = R"(
An `UPDATE` that sets a column twice, an `INSERT` that lists one twice and a `CREATE TABLE` that defines one twice all
fail. Parts of one column (`a[1]`, `a[2]`) may be set side by side.
)",
    .bad = {R"(
UPDATE orders SET state = 'new', state = 'old' WHERE id = 1;
)",
            R"(
INSERT INTO orders (id, id) VALUES (1, 2);
)",
            R"(
CREATE TABLE orders (id bigint, id bigint);
)"},
    .good = {R"(
UPDATE orders SET tags[1] = 'a', tags[2] = 'b' WHERE id = 1;
)",
             R"(
INSERT INTO orders (id, user_id) VALUES (1, 2);
)"},
    .check = [](const Step& step) { return of_failures(step, Failure::Kind::repeated_column, "Fails"); },
    .aliases = "ban-duplicate-column-assignments",
};

}  // namespace pgfence::rules
