#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule enum_add_value_in_transaction{
    .title = "Enum value added and used in one transaction",
    .category = Category::correctness,
    .why = R"(
Before 12 `ALTER TYPE ... ADD VALUE` is refused in a transaction block. From 12 it is allowed, but the new value must
not be used before the transaction has been committed: "unsafe use of new value".

Give `ADD VALUE` a migration of its own.
)",
    .bad = {R"(
CREATE TYPE mood AS ENUM ('fine');
CREATE TABLE users (id bigint PRIMARY KEY, feels mood);
-- migration:
BEGIN;
ALTER TYPE mood ADD VALUE 'bored';
ALTER TABLE users ALTER COLUMN feels SET DEFAULT 'bored';
COMMIT;
)",
            R"(
CREATE TYPE mood AS ENUM ('fine');
CREATE TABLE users (id bigint PRIMARY KEY, feels mood);
-- migration:
BEGIN;
ALTER TYPE mood ADD VALUE 'bored';
UPDATE users SET feels = 'bored' WHERE id = 1;
COMMIT;
)"},
    .good = {R"(
ALTER TYPE mood ADD VALUE 'bored';
)",
             R"(
BEGIN;
ALTER TYPE mood ADD VALUE 'bored';
COMMIT;
UPDATE users SET feels = 'bored' WHERE id = 1;
)",
             R"(
BEGIN;
CREATE TYPE taste AS ENUM ('sweet');
ALTER TYPE taste ADD VALUE 'sour';
CREATE TABLE meals (tastes taste DEFAULT 'sour');
COMMIT;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        auto used = of_failures(step, Failure::Kind::uncommitted_value, "Fails");
        if (!step.is<AlterEnum>()) return used;
        for (const Failure& failure : step.effects.failures) {
            if (failure.kind != Failure::Kind::in_transaction_block) continue;
            std::optional<Recipe> recipe;
            if (step.alone) recipe = Recipe{{outside_transaction(step.sql + ";")}, ""};
            return {of_failure(step, failure, fmt::format("Fails in a transaction: {}", failure.message),
                               std::move(recipe))};
        }
        return {};
    },
    .aliases = "alter-enum-add-value",
};

}  // namespace pgfence::rules
