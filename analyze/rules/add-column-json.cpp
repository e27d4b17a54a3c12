#include "analyze/kit/column_choice.h"

namespace pgfence::rules {

extern const Rule add_column_json{
    .title = "json column: jsonb is usually meant",
    .category = Category::type_choice,
    .why = R"(
Type `json` is text that was checked: it has no `=` operator, so `SELECT DISTINCT`, `GROUP BY` and `UNION` fail on every
query that carries the column along, and each access parses the text again. `jsonb` compares, and can be indexed.

`json` is right only where key order, duplicate keys or white space of the original must stay.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN payload json;
)",
            R"(
CREATE TABLE events (id bigint PRIMARY KEY, payload json NOT NULL, meta json);
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, payload text);
-- migration:
ALTER TABLE orders ALTER COLUMN payload TYPE json USING payload::json;
)"},
    .good = {R"(
ALTER TABLE orders ADD COLUMN payload jsonb;
)",
             R"(
CREATE TEMPORARY TABLE staging (payload json);
)"},
    .about = kinds<CreateTable, AlterTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto found =
            chosen_columns(step).only([](const ChosenColumn& c) { return is_builtin(c.column->type, {"json"}); });
        if (found.empty()) return {};
        Consequence advice =
            of_columns(step, found,
                       fmt::format("{} {} json: DISTINCT, GROUP BY and comparisons fail on it. Use jsonb",
                                   in_words(found), verb(found, "is", "are")),
                       add_column_of_type(step, found, "jsonb"));
        heed_habit(advice, step, [](const Relation&, const Column& column) -> std::optional<bool> {
            if (is_builtin(column.type, {"json"})) return true;
            return is_builtin(column.type, {"jsonb"}) ? std::optional(false) : std::nullopt;
        });
        return {std::move(advice)};
    },
    .aliases = "prefer-jsonb",
};

}  // namespace pgfence::rules
