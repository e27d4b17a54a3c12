#include "analyze/kit/column_choice.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

bool stays_filled(const ChosenColumn& c) {
    return c.constraint(ConstraintType::not_null) || c.constraint(ConstraintType::primary_key);
}

/// Adding it NOT NULL with a constant is instant on every version there is.
std::optional<Recipe> not_null(const Step& step, const ChosenColumns& found) {
    auto recipe = add_column_of_type(step, found, "boolean NOT NULL DEFAULT false");
    if (recipe && !found.new_table) recipe->note += ": if existing rows mean false";
    return recipe;
}

}  // namespace

extern const Rule boolean_nullable{
    .title = "Boolean column that can be NULL",
    .category = Category::type_choice,
    .why = R"(
A boolean that may be null is true, false or unknown: `WHERE flag` and `WHERE NOT flag` both leave the nulls out, and
`flag <> true` does too. Where no third answer is meant, say `NOT NULL` and give a default. A constant default is
instant also on a large table.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE users ADD COLUMN active boolean;
)",
            R"(
CREATE TABLE members (id bigint PRIMARY KEY, active bool DEFAULT true, admin boolean);
)"},
    .good = {R"(
ALTER TABLE users ADD COLUMN active boolean NOT NULL DEFAULT false;
)",
             R"(
CREATE TABLE users (id bigint PRIMARY KEY, active boolean DEFAULT true NOT NULL);
)"},
    .about = kinds<CreateTable, AlterTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto found = new_columns(step).only([&](const ChosenColumn& c) {
            return is_builtin(c.column->type, {"bool", "boolean"}) && c.column->type.array_dimensions == 0 &&
                   !stays_filled(c);
        });
        if (found.empty()) return {};
        Consequence consequence =
            of_columns(step, found, fmt::format("{} can be NULL, which is neither true nor false", in_words(found)),
                       not_null(step, found));
        consequence.stands_at_end = [name = found.table, column = found.columns.front().column->name,
                                     one = found.columns.size() == 1](const Catalog& end) {
            const Relation* table = end.find(name);
            const Column* made = table ? table->column(column) : nullptr;
            return !(one && table && (!made || made->not_null));
        };
        return {std::move(consequence)};
    },
    .severity = Severity::off,
};

}  // namespace pgfence::rules
