#include "analyze/kit/column_choice.h"

namespace pgfence::rules {

extern const Rule prefer_timestamptz{
    .title = "timestamp without time zone",
    .category = Category::type_choice,
    .why = R"(
`timestamp` holds what a clock on some wall showed, not a moment. Which wall is known to nobody but the code that wrote
it: two servers, a changed `TimeZone` or the hour that comes twice in autumn, and times cannot be told apart any more.
`timestamptz` takes as much space and holds the moment.

`timestamp` is right for times that are meant locally, such as opening hours. Where the tables that are there have it
nearly everywhere (five columns or more, and four of five), nothing is listed: one more of another kind helps nobody.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, created_at timestamp NOT NULL, paid_at timestamp(3));
)",
            R"(
CREATE TABLE invoices (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE invoices ADD COLUMN paid_at timestamp without time zone;
)"},
    .good = {R"(
ALTER TABLE orders ADD COLUMN paid_at timestamptz;
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, created_at timestamp with time zone, day date);
)"},
    .about = kinds<CreateTable, AlterTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        if (step.scope.tool.times_are_utc) return {};  // everybody knows the wall
        const auto found =
            chosen_columns(step).only([](const ChosenColumn& c) { return is_builtin(c.column->type, {"timestamp"}); });
        if (found.empty()) return {};
        Consequence advice =
            of_columns(step, found,
                       fmt::format("{} {} timestamp without time zone, which is no point in time. Use timestamptz",
                                   in_words(found), verb(found, "is", "are")),
                       add_column_of_type(step, found, "timestamptz"));
        heed_habit(advice, step, [](const Relation&, const Column& column) -> std::optional<bool> {
            if (is_builtin(column.type, {"timestamp"})) return true;
            return is_builtin(column.type, {"timestamptz"}) ? std::optional(false) : std::nullopt;
        });
        return {std::move(advice)};
    },
    .aliases = "prefer-timestamp-tz",
    .once_per_change = true,
};

}  // namespace pgfence::rules
