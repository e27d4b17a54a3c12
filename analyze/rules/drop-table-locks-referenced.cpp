#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

std::optional<Recipe> keys_first(const Step& step, const Drop& drop) {
    Recipe recipe;
    for (const Name& name : drop.names) {
        const Relation* table = step.before.find(name);
        if (!table) return std::nullopt;
        for (const TableConstraint& key : table->table.constraints)
            if (key.type == ConstraintType::foreign_key)
                recipe.steps.push_back(
                    run(fmt::format("ALTER TABLE {} DROP CONSTRAINT {};", quoted(name), quoted(key.name)),
                        "with a short lock_timeout: brief, on one referenced table at a time"));
    }
    recipe.steps.push_back(run(step.sql + ";"));
    return recipe;
}

}  // namespace

extern const Rule drop_table_locks_referenced{
    .title = "Dropping a table locks the tables its foreign keys reference",
    .category = Category::lock,
    .why = R"(
A foreign key has triggers on both tables. Dropping the referencing table takes the strongest lock on every table it
references: their readers and writers wait until the transaction ends.

Drop the foreign keys one by one first, each in a transaction of its own with a short `lock_timeout`; then drop the
table.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (user_id bigint CONSTRAINT orders_user REFERENCES users);
-- migration:
DROP TABLE orders;
)"},
    .good = {R"(
CREATE TABLE orders (user_id bigint);
-- migration:
DROP TABLE orders;
)"},
    .about = kinds<Drop>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* drop = step.is<Drop>();
        if (!drop || drop->object != ObjectType::table) return {};
        std::vector<Consequence> found;
        for (const Lock* lock : locks_as(step, LockRole::referenced_table, Traffic::writes))
            found.push_back(
                of_lock(*lock,
                        fmt::format("Dropping {} takes {} on {}, which it references: {}", in_code(drop->names.front()),
                                    sql_name(lock->mode), code(lock->relation), its_waiters(*lock)),
                        keys_first(step, *drop)));
        return found;
    },
};

}  // namespace pgfence::rules
