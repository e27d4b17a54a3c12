#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule create_table_force{
    .title = "Table dropped and created again loses its rows",
    .category = Category::destructive,
    .why = R"(
`DROP TABLE IF EXISTS` in front of `CREATE TABLE` makes a script that can be run again and again, and that empties the
table each time. Where it runs against a database that is in use, the rows, the grants and the foreign keys of other
tables are gone.

Leave the `DROP` out, and write `CREATE TABLE IF NOT EXISTS` if it has to be.
)",
    .bad = {R"(
DROP TABLE IF EXISTS orders;
CREATE TABLE orders (id bigint PRIMARY KEY);
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
DROP TABLE IF EXISTS orders CASCADE;
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, note text);
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders RENAME TO orders_old;
DROP TABLE IF EXISTS orders;
CREATE TABLE orders (id bigint PRIMARY KEY);
)",
             R"(
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
)",
             R"(
DROP TABLE IF EXISTS orders;
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
DROP TABLE IF EXISTS orders;
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
)"},
    .about = kinds<Drop>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* drop = step.is<Drop>();
        if (!drop || drop->object != ObjectType::table || !drop->if_exists) return {};
        std::vector<Consequence> found;
        for (const Name& name : drop->names) {
            if (!step.existing(name)) continue;
            Consequence consequence = of_name(
                step, name,
                fmt::format("Drops {} if it exists and creates it again: existing rows are lost", in_code(name)));
            consequence.stands_at_end = [name](const Catalog& end) { return is_made_anew(end, name); };
            found.push_back(std::move(consequence));
        }
        return found;
    },
};

}  // namespace pgfence::rules
