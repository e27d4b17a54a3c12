#include "analyze/judge.h"
#include "analyze/recipe.h"

namespace pgfence::rules {
namespace {

bool known_by_name(ObjectType object) {
    switch (object) {
        case ObjectType::view:
        case ObjectType::materialized_view:
        case ObjectType::sequence:
        case ObjectType::type:
        case ObjectType::domain:
        case ObjectType::composite_type:
        case ObjectType::function:
        case ObjectType::procedure:
        case ObjectType::routine:
        case ObjectType::aggregate:
        case ObjectType::schema: return true;
        default: return false;
    }
}

}  // namespace

extern const Rule rename_other{
    .title = "Renamed view, function, type, sequence or schema breaks running code",
    .category = Category::compatibility,
    .why = R"(
The code that is running still uses the old name and fails from that moment until the new code runs everywhere.

Make a second object under the new name, deploy, and drop the old one.
)",
    .bad = {R"(
CREATE SCHEMA billing;
CREATE TYPE mood AS ENUM ('fine', 'bored');
CREATE FUNCTION total(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + 1';
CREATE VIEW order_totals AS SELECT 1 AS total;
-- migration:
ALTER VIEW order_totals RENAME TO totals;
)",
            R"(
ALTER SCHEMA billing RENAME TO invoicing;
)",
            R"(
ALTER TYPE mood RENAME TO feeling;
)",
            R"(
ALTER FUNCTION total(integer) RENAME TO sum_up;
)"},
    .good = {R"(
ALTER INDEX orders_pkey RENAME TO purchases_pkey;
)",
             R"(
ALTER TABLE orders RENAME CONSTRAINT a TO b;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* rename = step.is<Rename>();
        if (!rename || !known_by_name(rename->object) || !rename->part.empty() || !step.existing(rename->relation))
            return {};
        return {of_name(step, rename->relation,
                        fmt::format("running code that uses {} {} fails once it is {}", word_for(rename->object),
                                    quoted(rename->relation), quoted(rename->new_name)),
                        rename->object == ObjectType::view
                            ? std::optional(view_under_old_name(step, rename->relation,
                                                                {rename->relation.schema, rename->new_name}))
                            : std::nullopt)};
    },
    .aliases = "rename",
};

}  // namespace pgfence::rules
