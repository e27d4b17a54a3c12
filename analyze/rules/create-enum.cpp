#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule create_enum{
    .title = "Enum type whose values can never be removed",
    .category = Category::type_choice,
    .why = R"(
An enum takes new values and new names for old ones; nothing removes a value or moves it. To be rid of one, a new type
is made and every column that has the old one is rewritten.

Where the list will change, a `text` column with a `CHECK` constraint, or a table that is referred to, can be changed
without blocking.
)",
    .bad = {R"(
CREATE TYPE order_state AS ENUM ('new', 'paid', 'sent');
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text NOT NULL CHECK (state IN ('new', 'paid', 'sent')));
)"},
    .about = kinds<CreateEnum>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* type = step.is<CreateEnum>();
        if (!type) return {};
        Consequence consequence;
        consequence.message = fmt::format("Values of enum {} can never be removed", in_code(type->name));
        consequence.recipe =
            Recipe{{advice("if the list will change: text with a CHECK constraint, or a lookup table")}, ""};
        return {std::move(consequence)};
    },
    .aliases = "creating-enum",
    .severity = Severity::off,
};

}  // namespace pgfence::rules
