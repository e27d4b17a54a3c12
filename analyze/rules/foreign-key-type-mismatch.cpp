#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule foreign_key_type_mismatch{
    .title = "Foreign key between columns of different types",
    .category = Category::correctness,
    .why = R"(
Types that cannot be compared, such as `uuid` and `text`, make the statement fail. Those that can, such as `integer` and
`bigint`, are accepted, and the trouble comes later: the smaller column runs out while the larger still counts, or each
check and join converts values first. A `bigint` that refers to an `integer` is fine.

Give the referencing column the type of the column that it references.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (user_id integer REFERENCES users);
)",
            R"(
CREATE TABLE users (id uuid PRIMARY KEY);
CREATE TABLE orders (user_id text);
-- migration:
ALTER TABLE orders ADD COLUMN note text, ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users NOT VALID;
)",
            R"(
CREATE TABLE users (id bigserial PRIMARY KEY);
CREATE TABLE orders ();
-- migration:
ALTER TABLE orders ADD COLUMN user_id numeric REFERENCES users (id);
)"},
    .good = {R"(
CREATE TABLE users (id bigserial PRIMARY KEY);
CREATE TABLE orders (user_id bigint REFERENCES users);
)",
             R"(
CREATE TABLE users (name varchar(50) PRIMARY KEY);
CREATE TABLE orders (name text REFERENCES users);
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        auto found = of_failures(step, Failure::Kind::key_types, "The foreign key cannot be created");
        for (const Caveat* caveat : caveats(step, Caveat::Kind::key_types_differ)) {
            Consequence consequence;
            consequence.message = fmt::format("{}: one side overflows or is rounded before the other", caveat->what);
            if (const Relation* table = table_after(step)) consequence.relations = {step.qualified(table->name)};
            found.push_back(at(std::move(consequence), step, caveat->command));
        }
        return found;
    },
};

}  // namespace pgfence::rules
