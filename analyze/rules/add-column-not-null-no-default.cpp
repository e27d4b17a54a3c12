#include <algorithm>

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

bool is_of(const Failure& failure, const Clause& clause) {
    return failure.kind == Failure::Kind::existing_rows && failure.command == clause.index;
}

/// The columns of the statement that have nothing for the rows that are there.
std::vector<Clause> refused_by_rows(const Step& step) {
    const auto& failures = step.effects.failures;
    return without(clauses(step, {AlterTableType::AddColumn}), [&](const Clause& clause) {
        return std::none_of(failures.begin(), failures.end(), [&](const Failure& one) { return is_of(one, clause); });
    });
}

std::string names_of(const std::vector<Clause>& columns) {
    std::vector<std::string> names;
    for (const Clause& clause : columns) names.push_back(in_code(clause.cmd.column->name));
    return list_in_words(names);
}

/// One fix for all of them: as long as one stays NOT NULL, the statement fails.
std::optional<Recipe> filled_by_code(const Step& step, const std::vector<Clause>& columns) {
    Clause all = columns.front();
    for (const Clause& clause : columns) all.together.push_back(clause.index);
    auto steps = other_clauses(step, all);
    if (!steps) return std::nullopt;
    for (const Clause& clause : columns) {
        const auto bare = column_without_not_null(clause);
        if (!bare) return std::nullopt;
        steps->push_back(run(*bare));
    }
    const std::string deploy = fmt::format("a deploy whose code writes {}", names_of(columns));
    for (const Clause& clause : columns) steps->push_back(after(deploy, fill_by_reader(clause.cmd.column->name)));
    Recipe recipe{std::move(*steps), columns.size() > 1 ? "or give them constant DEFAULTs, which is instant"
                                                        : "or give it a constant DEFAULT, which is instant"};
    add_note(recipe, order_of_columns(all, all.together));
    for (const Clause& clause : columns) {
        const ColumnDef& column = *clause.cmd.column;
        add_not_null(recipe, step, clause.statement.name, column.name, name_of_not_null(column));
    }
    return recipe;
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
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE orders ADD COLUMN state text NOT NULL, ADD COLUMN pieces integer NOT NULL, ADD COLUMN note text;
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
        const std::vector<Clause> failing = refused_by_rows(step);
        if (failing.empty()) return {};
        const Clause& first = failing.front();
        const auto failure = std::find_if(step.effects.failures.begin(), step.effects.failures.end(),
                                          [&](const Failure& one) { return is_of(one, first); });
        const bool several = failing.size() > 1;
        Consequence consequence = of_failure(
            step, *failure,
            fmt::format("Column{} {} of {} {} NOT NULL without a default: fails if the table has a row; if it has "
                        "none, INSERTs of running code fail",
                        several ? "s" : "", names_of(failing), first.table_in_code(), several ? "are" : "is"),
            filled_by_code(step, failing));
        consequence.relations = {step.qualified(first.statement.name)};
        return {at(std::move(consequence), first)};
    },
    .aliases = "adding-required-field adding-not-nullable-field",
};

}  // namespace pgfence::rules
