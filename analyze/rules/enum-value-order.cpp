#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule enum_value_order{
    .title = "Enum value added without BEFORE or AFTER",
    .category = Category::policy,
    .why = R"(
Without `BEFORE` or `AFTER` a new value comes last, and an enum's values are compared and sorted in that order for
ever: nothing moves one later. Saying where it belongs shows that somebody thought about it.
)",
    .bad = {R"(
CREATE TYPE order_state AS ENUM ('new', 'sent');
-- migration:
ALTER TYPE order_state ADD VALUE 'packed';
)",
            R"(
ALTER TYPE order_state ADD VALUE IF NOT EXISTS 'packed';
)"},
    .good = {R"(
ALTER TYPE order_state ADD VALUE 'packed' BEFORE 'sent';
)",
             R"(
ALTER TYPE order_state RENAME VALUE 'sent' TO 'shipped';
)"},
    .about = kinds<AlterEnum>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* type = step.is<AlterEnum>();
        if (!type || !type->old_value.empty() || !type->neighbour.empty()) return {};
        Consequence consequence;
        consequence.message =
            fmt::format("'{}' comes last in {} and cannot be moved later", type->new_value, in_code(type->name));
        return {std::move(consequence)};
    },
    .aliases = "alter-enum-no-ordering require-enum-value-ordering",
};

}  // namespace pgfence::rules
