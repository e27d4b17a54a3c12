// Columns that get their constraints, their values or another type in steps.

#include <algorithm>
#include <functional>
#include <set>

#include "analyze/catalog/chosen_names.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/recipe_parts.h"
#include "analyze/kit/sql_text.h"

namespace pgfence {
namespace {

/// As a table constraint on that column; empty for what can only stand in a column definition.
std::string as_table_constraint(const Constraint& constraint, const std::string& column) {
    switch (constraint.type) {
        case ConstraintType::check:
            return fmt::format("CHECK ({}){}", constraint.expr_sql, constraint.no_inherit ? " NO INHERIT" : "");
        case ConstraintType::foreign_key: {
            std::string text =
                fmt::format("FOREIGN KEY ({}) REFERENCES {}", quoted(column), quoted(constraint.referenced));
            if (!constraint.pk_columns.empty()) text += " (" + quoted_list(constraint.pk_columns) + ")";
            if (constraint.on_delete != 'a') text += fmt::format(" ON DELETE {}", action_words(constraint.on_delete));
            if (constraint.on_update != 'a') text += fmt::format(" ON UPDATE {}", action_words(constraint.on_update));
            return text + timing(constraint);
        }
        default: return "";
    }
}

/// As it stands in a column definition; nothing when the parse tree has not kept all of it.
std::optional<std::string> as_column_constraint(const Constraint& constraint) {
    const std::string name = constraint.name.empty() ? "" : fmt::format("CONSTRAINT {} ", quoted(constraint.name));
    switch (constraint.type) {
        case ConstraintType::null: return "NULL";
        case ConstraintType::not_null: return name + "NOT NULL";
        case ConstraintType::default_: return "DEFAULT " + constraint.expr_sql;
        default: return std::nullopt;
    }
}

/// ADD COLUMN with those of its constraints that `keeps` keeps. `type`: another type than the written one.
template <class Keeps>
std::optional<std::string> add_column(const Clause& clause, Keeps keeps, std::string type = "") {
    const ColumnDef& column = *clause.cmd.column;
    if (type.empty()) type = column.type_sql;
    if (type.empty()) type = type_in_sql(column.type);
    std::string text = fmt::format("ALTER TABLE {} ADD COLUMN {}{} {}", quoted(clause.statement.name),
                                   clause.cmd.missing_ok ? "IF NOT EXISTS " : "", quoted(column.name), type);
    if (!column.collation.empty()) text += " COLLATE " + quoted(column.collation);
    for (const Constraint& constraint : column.constraints) {
        if (!keeps(constraint)) continue;
        const auto part = as_column_constraint(constraint);
        if (!part) return std::nullopt;
        text += ' ' + *part;
    }
    return text + ';';
}

std::string integer_of_serial(std::string_view serial) {
    if (serial == "smallserial" || serial == "serial2") return "smallint";
    return serial == "bigserial" || serial == "serial8" ? "bigint" : "integer";
}

/// AS IDENTITY (START WITH ...): the parse tree has not kept them.
bool has_sequence_options(const Step& step, const Clause& clause) {
    const auto text = cut_alter_table(step.sql);
    const auto tokens = text && clause.index < text->clauses.size() ? sql_tokens(text->clauses[clause.index])
                                                                    : std::optional<std::vector<SqlToken>>();
    if (!tokens) return true;
    for (std::size_t i = 0; i + 1 < tokens->size(); ++i)
        if ((*tokens)[i].is("IDENTITY") && (*tokens)[i + 1].text == "(") return true;
    return false;
}

/// What the rows are checked for, or an index is built for, and a column can do without at first.
bool comes_later(const Constraint& constraint) {
    return constraint.type == ConstraintType::check || constraint.type == ConstraintType::foreign_key ||
           constraint.type == ConstraintType::unique;
}

/// The server counts up where a definition has two that would get one name; empty: it cuts the name first.
std::string next_name(const std::string& name, std::set<std::string>& taken) {
    std::string chosen = name;
    for (int number = 1; !taken.insert(chosen).second; ++number) {
        chosen = name + std::to_string(number);
        if (chosen.size() > kMaxNameBytes) return "";
    }
    return chosen;
}

/// The index is built while writes go on.
std::optional<std::vector<RecipeStep>> unique_key(const Step& step, const Clause& clause, const Constraint& key,
                                                  const std::string& name) {
    const Name& table = clause.statement.name;
    if (is_partitioned(step, table)) return std::nullopt;
    return std::vector{
        outside_transaction(fmt::format("CREATE UNIQUE INDEX CONCURRENTLY {} ON {} ({}){};", quoted(name),
                                        quoted(table), quoted(clause.cmd.column->name),
                                        key.nulls_not_distinct ? " NULLS NOT DISTINCT" : "")),
        run(add_constraint(table, name, fmt::format("UNIQUE USING INDEX {}{}", quoted(name), timing(key))))};
}

/// False where one of them cannot be added without keeping anybody waiting.
bool append_constraints(std::vector<RecipeStep>& steps, const Step& step, const Clause& clause) {
    const ColumnDef& column = *clause.cmd.column;
    const Name& table = clause.statement.name;
    std::set<std::string> taken;
    for (const Constraint& constraint : column.constraints) {
        if (!comes_later(constraint)) continue;
        const std::string name = next_name(constraint_name(step, table, constraint, {column.name}), taken);
        if (name.empty()) return false;
        if (constraint.type == ConstraintType::unique) {
            auto key = unique_key(step, clause, constraint, name);
            if (!key) return false;
            append(steps, std::move(*key));
            continue;
        }
        const bool one_by_one = constraint.type == ConstraintType::foreign_key && is_partitioned(step, table) &&
                                !step.server_has(Feature::not_valid_foreign_key_on_partitioned);
        const std::string definition = as_table_constraint(constraint, column.name);
        if (one_by_one || definition.empty() ||
            (constraint.type == ConstraintType::check && constraint.expr_sql.empty()))
            return false;
        append(steps, guard_then_validate(table, name, definition));
    }
    return true;
}

/// NOT NULL last, where the column asked for it and its constraints were taken off.
void add_not_null_of(Recipe& recipe, const Step& step, const Clause& clause) {
    for (const Constraint& constraint : clause.cmd.column->constraints)
        if (constraint.type == ConstraintType::not_null) {
            add_not_null(recipe, step, clause.statement.name, clause.cmd.column->name, constraint.name);
            return;
        }
}

}  // namespace

std::optional<Recipe> column_then_constraint(const Step& step, const Clause& clause) {
    // What else the column's definition has may cost more: then its recipe does this as well, or there is none.
    if (step.work(Cause::volatile_default, clause.index)) return column_then_fill(step, clause);
    if (step.work(Cause::serial_default, clause.index)) return column_then_sequence(step, clause, false);
    if (step.work(Cause::identity, clause.index)) return column_then_sequence(step, clause, true);
    if (step.work(Cause::constrained_domain, clause.index)) return std::nullopt;
    auto steps = other_clauses(step, clause);
    const auto bare = add_column(clause, std::not_fn(comes_later));
    if (!steps || !bare) return std::nullopt;
    steps->push_back(run(*bare));
    if (!append_constraints(*steps, step, clause)) return std::nullopt;
    return Recipe{std::move(*steps), ""};
}

std::optional<Recipe> column_then_fill(const Step& step, const Clause& clause) {
    const ColumnDef& column = *clause.cmd.column;
    const auto given = std::find_if(column.constraints.begin(), column.constraints.end(),
                                    [](const Constraint& c) { return c.type == ConstraintType::default_; });
    if (given == column.constraints.end() || given->expr_sql.empty()) return std::nullopt;
    auto steps = other_clauses(step, clause);
    const auto bare = add_column(clause, [](const Constraint& c) {
        return c.type != ConstraintType::default_ && c.type != ConstraintType::not_null && !comes_later(c);
    });
    if (!steps || !bare) return std::nullopt;
    const std::string t = clause.table(), c = quoted(column.name);
    steps->push_back(run(*bare + fmt::format("\nALTER TABLE {} ALTER COLUMN {} SET DEFAULT {};", t, c, given->expr_sql),
                         "instant: new rows get the default, existing rows stay null"));
    steps->push_back(backfill(clause.statement.name, column.name, given->expr_sql, c + " IS NULL"));
    if (!append_constraints(*steps, step, clause)) return std::nullopt;
    Recipe recipe{std::move(*steps), ""};
    add_not_null_of(recipe, step, clause);
    return recipe;
}

std::optional<Recipe> column_then_sequence(const Step& step, const Clause& clause, bool ends_as_identity) {
    const ColumnDef& column = *clause.cmd.column;
    const Name& table = clause.statement.name;
    auto steps = other_clauses(step, clause);
    // An identity column must be NOT NULL: without a scan where a CHECK may prove it.
    if (!steps ||
        (ends_as_identity && (!step.server_has(Feature::check_proves_not_null) || has_sequence_options(step, clause))))
        return std::nullopt;
    const std::string type = ends_as_identity ? "" : integer_of_serial(column.type.name.name);
    const auto bare = add_column(
        clause,
        [](const Constraint& c) {
            return c.type != ConstraintType::identity && c.type != ConstraintType::not_null && !comes_later(c);
        },
        type);
    if (!bare) return std::nullopt;
    Recipe recipe{std::move(*steps),
                  fmt::format("the numbers in {} do not follow any order of the existing rows", quoted(column.name))};
    const Name sequence{table.schema, name_for_column(step, table, column.name, ends_as_identity ? "fill" : "seq")};
    const std::string t = quoted(table), c = quoted(column.name), s = quoted(sequence);
    const std::string next = fmt::format("nextval({})", literal(s));
    recipe.steps.push_back(run(fmt::format("{}\nCREATE SEQUENCE {}{}{};\n"
                                           "ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {};",
                                           *bare, s, type.empty() || type == "bigint" ? "" : " AS " + type,
                                           ends_as_identity ? "" : fmt::format(" OWNED BY {}.{}", t, c), t, c, next),
                               "instant: new rows get a number, existing rows stay null"));
    recipe.steps.push_back(backfill(table, column.name, next, c + " IS NULL"));
    if (!append_constraints(recipe.steps, step, clause)) return std::nullopt;
    add_not_null(recipe, step, table, column.name);
    if (!ends_as_identity) return recipe;
    const auto identity = std::find_if(column.constraints.begin(), column.constraints.end(),
                                       [](const Constraint& con) { return con.type == ConstraintType::identity; });
    const bool always = identity != column.constraints.end() && identity->identity_always;
    recipe.steps.push_back(
        run(fmt::format("ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT;\n"
                        "ALTER TABLE {} ALTER COLUMN {} ADD GENERATED {} AS IDENTITY;\n"
                        "SELECT setval(pg_get_serial_sequence({}, {}), {}, false);\n"
                        "DROP SEQUENCE {};",
                        t, c, t, c, always ? "ALWAYS" : "BY DEFAULT", literal(t), literal(column.name), next, s),
            "instant, in one transaction"));
    return recipe;
}

}  // namespace pgfence
