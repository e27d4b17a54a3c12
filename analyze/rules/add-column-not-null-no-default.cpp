#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/recipe_parts.h"

namespace pgfence::rules {
namespace {

std::string name_of_not_null(const ColumnDef& column) {
    for (const Constraint& constraint : column.constraints)
        if (constraint.type == ConstraintType::not_null) return constraint.name;
    return "";
}

/// REFERENCES as it stands in a column definition: no row has a value yet, so that nothing is checked. Empty: it says
/// more than is kept of it here.
std::string reference_in_definition(const Constraint& key) {
    if (!key.set_columns.empty() || key.not_valid || !key.enforced) return "";
    std::string text = key.name.empty() ? "" : " CONSTRAINT " + quoted(key.name);
    text += " REFERENCES " + quoted(key.referenced);
    if (!key.pk_columns.empty()) text += " (" + quoted_list(key.pk_columns) + ")";
    if (key.on_delete != 'a') text += fmt::format(" ON DELETE {}", action_words(key.on_delete));
    if (key.on_update != 'a') text += fmt::format(" ON UPDATE {}", action_words(key.on_update));
    return text + timing(key);
}

/// ADD COLUMN without NOT NULL. Nothing where it has what costs more than a moment, or cannot be said without it.
std::optional<std::string> column_without_not_null(const Clause& clause) {
    const ColumnDef& column = *clause.cmd.column;
    std::string text =
        fmt::format("ALTER TABLE {} ADD COLUMN {} {}", clause.table(), quoted(column.name), column.type_sql);
    if (!column.collation.empty()) text += " COLLATE " + quoted(column.collation);
    for (const Constraint& constraint : column.constraints) {
        if (constraint.type == ConstraintType::not_null) continue;
        const std::string part =
            constraint.type == ConstraintType::foreign_key ? reference_in_definition(constraint) : "";
        if (part.empty()) return std::nullopt;
        text += part;
    }
    return text + ";";
}

}  // namespace

extern const Rule add_column_not_null_no_default{
    .title = "NOT NULL column without a default fails on a table with rows",
    .category = Category::correctness,
    .why = R"(
A new `NOT NULL` column without a default has nothing to put into the rows that are there: the statement fails as soon
as the table holds one row. Where the table is empty it works, and then the code that is still running cannot insert
any more, because it does not know the column.

Add it with a constant default (instant), or without `NOT NULL`: deploy the code that fills it, fill the old rows, and
add `NOT NULL` last.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN state text NOT NULL;
)",
            R"(
ALTER TABLE orders ADD COLUMN note text, ADD COLUMN state text NOT NULL;
)",
            R"(
ALTER TABLE orders ADD COLUMN state text CONSTRAINT state_given NOT NULL;
)",
            R"(
DO $$ BEGIN
    ALTER TABLE orders ADD COLUMN state text NOT NULL;
END $$;
)"},
    .good = {R"(
ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new';
)",
             R"(
CREATE TABLE orders (id bigint);
ALTER TABLE orders ADD COLUMN state text NOT NULL;
)"},
    .about = alter_table<AlterTableType::AddColumn>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::AddColumn}))
            for (const Failure& failure : step.effects.failures) {
                if (failure.kind != Failure::Kind::existing_rows || failure.command != clause.index) continue;
                const ColumnDef& column = *clause.cmd.column;
                std::optional<Recipe> recipe;
                const auto bare = column_without_not_null(clause);
                if (auto steps = other_clauses(step, clause); steps && bare) {
                    steps->push_back(run(*bare));
                    steps->push_back(after(fmt::format("a deploy whose code writes {}", in_code(column.name)),
                                           fill_by_reader(column.name)));
                    recipe = Recipe{std::move(*steps), "or give it a constant DEFAULT, which is instant"};
                    add_not_null(*recipe, step, clause.statement.name, column.name, name_of_not_null(column));
                }
                Consequence consequence =
                    of_failure(step, failure,
                               fmt::format("Column {} of {} is NOT NULL without a default: fails if the table has a "
                                           "row; if it has none, INSERTs of running code fail",
                                           in_code(column.name), clause.table_in_code()),
                               std::move(recipe));
                consequence.relations = {step.qualified(clause.statement.name)};
                found.push_back(at(std::move(consequence), clause));
                break;
            }
        return found;
    },
    .aliases = "adding-required-field adding-not-nullable-field",
};

}  // namespace pgfence::rules
