#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule drop_index_backs_constraint{
    .title = "DROP INDEX of an index that a constraint needs",
    .category = Category::correctness,
    .why = R"(
The index of a `PRIMARY KEY`, `UNIQUE` or `EXCLUDE` constraint cannot be dropped by itself: the statement fails, with
`CONCURRENTLY` too. It goes with its constraint: `ALTER TABLE ... DROP CONSTRAINT`.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
DROP INDEX orders_pkey;
)",
            R"(
CREATE TABLE orders (number bigint CONSTRAINT orders_number UNIQUE);
-- migration:
DROP INDEX CONCURRENTLY IF EXISTS orders_number;
)"},
    .good = {R"(
CREATE TABLE orders (number bigint);
CREATE UNIQUE INDEX orders_number ON orders (number);
-- migration:
DROP INDEX CONCURRENTLY orders_number;
)",
             R"(
CREATE TABLE orders (number bigint CONSTRAINT orders_number UNIQUE);
-- migration:
ALTER TABLE orders DROP CONSTRAINT orders_number;
)"},
    .about = kinds<Drop>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* drop = step.is<Drop>();
        if (!drop || drop->object != ObjectType::index || drop->cascade) return {};
        std::vector<Consequence> found;
        for (const Name& name : drop->names) {
            const Relation* index = step.before.find(name);
            const Relation* table =
                index && !index->index.constraint.empty() ? step.before.get(index->index.table) : nullptr;
            if (!table) continue;
            const std::string sql =
                fmt::format("ALTER TABLE {} DROP CONSTRAINT {};", quoted(table->name), quoted(index->index.constraint));
            Consequence consequence;
            consequence.message = fmt::format("Fails: constraint {} of {} needs index {}",
                                              in_code(index->index.constraint), in_code(table->name), in_code(name));
            consequence.relations = {step.qualified(table->name)};
            if (drop->names.size() == 1)
                consequence.recipe = Recipe{{after("a deploy that no longer relies on the constraint", run(sql))},
                                            "this drops the constraint too"};
            found.push_back(std::move(consequence));
        }
        return found;
    },
};

}  // namespace pgfence::rules
