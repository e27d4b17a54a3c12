#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/recipe_parts.h"
#include "analyze/kit/sql_text.h"

namespace pgfence::rules {
namespace {

/// Not where the column's next value hangs on the one it has, or on the time: such batches never come to an end.
bool stays_the_same(const std::vector<SqlToken>& value, const std::string& column) {
    return std::none_of(value.begin(), value.end(), [&](const SqlToken& token) {
        const auto starts_with = [&](std::string_view word) {
            return SqlToken{0, 0, token.text.substr(0, word.size())}.is(word);
        };
        return token.is_name && (token.is(column) || token.text == quoted(column) || token.is("DEFAULT") ||
                                 starts_with("current_") || starts_with("localtime"));
    });
}

/// No batch can be asked for the rows that differ.
bool has_no_equality(const TypeName& type) {
    constexpr std::string_view kTypes[] = {"json", "xml", "point", "polygon"};
    return std::find(std::begin(kTypes), std::end(kTypes), type.name.name) != std::end(kTypes);
}

/// What the column holds once it is set. It rounds where its type does; only a plain literal needs no look at that.
std::optional<std::string> value_as_stored(const Step& step, const Name& table, const std::string& column,
                                           const std::string& value) {
    const auto tokens = sql_tokens(value);
    if (!tokens || !stays_the_same(*tokens, column)) return std::nullopt;
    if (const Column* known = column_before(step, table, column)) {
        if (has_no_equality(known->type)) return std::nullopt;
        return fmt::format("({})::{}", value, type_in_sql(known->type));
    }
    const bool literal = tokens->size() == 1 && value.find('.') == std::string::npos;
    return literal ? std::optional(value) : std::nullopt;
}

/// Only for one column.
std::optional<Recipe> all_rows_in_batches(const Step& step, const Dml& update) {
    if (step.kind != "UPDATE" || update.set_columns.size() != 1 || update.query.has_where ||
        !update.query.functions.empty() || update.query.relations.size() != 1 || update.query.relations.front().only ||
        gives_alias(step.sql))
        return std::nullopt;
    const Name& table = update.query.relations.front().name;
    const std::string& column = update.set_columns.front();
    const auto assignment = text_behind(step.sql, {"SET"});
    const auto value = assignment ? text_behind(*assignment, {"="}) : std::nullopt;
    if (!value || text_behind(*assignment, {"RETURNING"}) || text_behind(*assignment, {"FROM"})) return std::nullopt;
    const auto stored = value_as_stored(step, table, column, *value);
    if (!stored) return std::nullopt;
    return Recipe{{backfill(table, column, *value, fmt::format("{} IS DISTINCT FROM {}", quoted(column), *stored))},
                  ""};
}

}  // namespace

extern const Rule update_without_where{
    .title = "UPDATE of every row in one transaction",
    .category = Category::scan,
    .why = R"(
Every row is written anew, locked until the transaction ends, and leaves a dead copy behind: writers of those rows
wait for the whole run, the table doubles, replicas fall behind, and a failure near the end undoes it all.

Change the rows in batches, each committed by itself, outside the migration.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text, price numeric, amount integer, total numeric);
-- migration:
UPDATE orders SET state = 'new';
)",
            R"(
UPDATE orders SET total = price * amount WHERE true;
)",
            R"(
CREATE SCHEMA "Shop";
CREATE TABLE "Shop"."Order Lines" (id bigint PRIMARY KEY, "Unit Price" numeric);
-- migration:
UPDATE "Shop"."Order Lines" SET "Unit Price" = 0;
)",
            R"(
CREATE TABLE orders (id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE orders_2024 PARTITION OF orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE orders_2025 PARTITION OF orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
-- migration:
UPDATE orders SET id = 7;
)"},
    .good = {R"(
UPDATE orders SET state = 'new' WHERE id = 1;
)",
             R"(
CREATE TABLE orders (state text);
UPDATE orders SET state = 'new';
)"},
    .about = kinds<Dml>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* update = step.is<Dml>();
        const Work* work = update && update->kind == Dml::Kind::update ? step.work(Cause::every_row) : nullptr;
        if (!work) return {};
        Consequence consequence;
        consequence.message = fmt::format(
            "Updates every row of {} in one transaction: all rows stay locked until it ends", code(work->relation));
        consequence.relations = {work->relation};
        consequence.grows_with_rows = true;
        consequence.recipe = all_rows_in_batches(step, *update);
        return {std::move(consequence)};
    },
    .aliases = "update-in-migration ban-update-without-where",
};

}  // namespace pgfence::rules
