#include "analyze/kit/recipe_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyze/catalog/mentioned_columns.h"
#include "analyze/catalog/name_chooser.h"
#include "analyze/kit/recipe_steps.h"
#include "analyze/kit/sql_text.h"
#include "core/text.h"

namespace pgfence {
namespace {

std::string names_in_index(const Constraint& constraint, const std::vector<std::string>& columns) {
    std::vector<IndexElement> elements(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) elements[i].column = columns[i];
    return name_addition(index_column_names(elements, constraint.including));
}

}  // namespace

std::string quoted_list(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + quoted(name);
    return text;
}

std::string name_for_column(const Step& step, const Name& table, std::string_view column, std::string_view label) {
    const Name stored = step.before.resolve(table);
    return NameChooser(step.before).choose_name(stored.schema, stored.name, column, label, NameChooser::Among::both);
}

std::string constraint_name(const Step& step, const Name& table, const Constraint& constraint,
                            const std::vector<std::string>& columns) {
    if (!constraint.name.empty()) return constraint.name;
    switch (constraint.type) {
        case ConstraintType::foreign_key: {
            const bool by_first = !step.server_has(Feature::foreign_key_names_every_column) && !columns.empty();
            return name_for_column(step, table, by_first ? columns.front() : name_addition(columns), "fkey");
        }
        case ConstraintType::unique: return name_for_column(step, table, names_in_index(constraint, columns), "key");
        case ConstraintType::primary_key: return name_for_column(step, table, "", "pkey");
        case ConstraintType::not_null: return name_for_column(step, table, name_addition(columns), "not_null");
        default: break;
    }
    const auto used = constraint.expr ? columns_of(*constraint.expr) : columns;
    return name_for_column(step, table, used.size() == 1 ? used.front() : "", "check");
}

std::string add_constraint(const Name& table, const std::string& name, const std::string& definition) {
    return fmt::format("ALTER TABLE {} ADD CONSTRAINT {} {};", quoted(table), quoted(name), definition);
}

std::string validate(const Name& table, const std::string& name) {
    return fmt::format("ALTER TABLE {} VALIDATE CONSTRAINT {};", quoted(table), quoted(name));
}

std::vector<RecipeStep> guard_then_validate(const Name& table, const std::string& name, const std::string& definition) {
    return {run(add_constraint(table, name, definition + " NOT VALID"), "instant: only new rows are checked"),
            run(validate(table, name), "scans the table; blocks neither reads nor writes")};
}

std::string_view action_words(char action) {
    switch (action) {
        case 'r': return "RESTRICT";
        case 'c': return "CASCADE";
        case 'n': return "SET NULL";
        case 'd': return "SET DEFAULT";
        default: return "NO ACTION";
    }
}

std::string timing(const Constraint& constraint) {
    return std::string(constraint.deferrable ? " DEFERRABLE" : "") +
           (constraint.initially_deferred ? " INITIALLY DEFERRED" : "");
}

std::string literal(std::string_view text) { return in_doubled_quotes(text, '\''); }

std::string dollar_quoted(const std::string& text) {
    std::string tag = "$$";
    while (text.find(tag) != std::string::npos) tag.insert(1, "x");
    return tag + text + tag;
}

bool gives_alias(const std::string& update) {
    const auto tokens = sql_tokens(update);
    if (!tokens) return true;
    const auto set = std::find_if(tokens->begin(), tokens->end(), [](const SqlToken& t) { return t.is("SET"); });
    if (set == tokens->end() || set - tokens->begin() < 3) return false;
    const SqlToken &last = *(set - 1), &before = *(set - 2);
    return last.is_name && before.is_name && !before.is("UPDATE") && !before.is("ONLY");
}

void append(std::vector<RecipeStep>& steps, std::vector<RecipeStep> more) {
    for (RecipeStep& step : more) steps.push_back(std::move(step));
}

void add_note(Recipe& recipe, std::string_view note) {
    if (note.empty()) return;
    if (!recipe.note.empty()) recipe.note += "; ";
    recipe.note += note;
}

std::optional<RecipeStep> drop_not_null_first(const Step& step, const Name& table, const std::string& column) {
    const Relation* known = step.before.find(table);
    const Column* of = known ? known->column(column) : nullptr;
    if (!of || !of->not_null || of->default_expr || of->identity || of->generated) return std::nullopt;
    const bool in_key =
        std::any_of(known->table.constraints.begin(), known->table.constraints.end(), [&](const TableConstraint& key) {
            return key.type == ConstraintType::primary_key && is_among(column, key.columns);
        });
    if (in_key) return std::nullopt;
    return run(fmt::format("ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL;", quoted(table), quoted(column)));
}

}  // namespace pgfence
