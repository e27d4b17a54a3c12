#include <algorithm>
#include <set>
#include <string_view>

#include "analyze/kit/column_choice.h"

namespace pgfence::rules {
namespace {

bool is_serial(const TypeName& type) { return is_builtin(type, {"serial", "smallserial", "serial2", "serial4"}); }

bool is_short(const TypeName& type) { return is_serial(type) || is_builtin(type, {"int4", "int2", "integer", "int"}); }

/// Columns that are the whole of a key of that type, however it is written: a key of several columns seldom counts.
std::set<std::string_view> keys_of(const Step& step, const ChosenColumns& chosen, ConstraintType type) {
    std::set<std::string_view> keys;
    for (const ChosenColumn& column : chosen.columns)
        if (column.constraint(type)) keys.insert(column.column->name);
    if (const auto* table = step.is<CreateTable>())
        for (const Constraint& c : table->constraints) {
            const auto& columns = type == ConstraintType::foreign_key ? c.fk_columns : c.keys;
            if (c.type == type && columns.size() == 1) keys.insert(columns.front());
        }
    return keys;
}

bool is_whole_primary_key(const Relation& table, const Column& column) {
    const auto& all = table.table.constraints;
    return std::any_of(all.begin(), all.end(), [&](const TableConstraint& key) {
        return key.type == ConstraintType::primary_key && key.columns.size() == 1 && key.columns.front() == column.name;
    });
}

bool counts_up(const ChosenColumn& column) {
    return is_serial(column.column->type) || column.constraint(ConstraintType::identity);
}

}  // namespace

extern const Rule prefer_bigint{
    .title = "Integer primary key overflows at 2,147,483,647",
    .category = Category::type_choice,
    .why = R"(
An `integer` key ends at 2,147,483,647, a `smallint` one at 32,767. Failed inserts and rollbacks use numbers up too.
When it ends every insert fails, and changing the type then rewrites the table and all that refer to it.

Four bytes more for each row now are cheaper. Reported are columns that count up or are the whole primary key;
other numbers may well be small.
)",
    .bad = {R"(
CREATE TABLE orders (id serial PRIMARY KEY);
)",
            R"(
CREATE TABLE orders (id integer GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (id));
)",
            R"(
CREATE TABLE orders (id int4 NOT NULL, CONSTRAINT orders_pkey PRIMARY KEY (id));
)",
            R"(
CREATE TABLE invoices (id bigint PRIMARY KEY);
-- migration:
ALTER TABLE invoices ADD COLUMN number smallserial;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, amount integer);
)",
             R"(
CREATE TABLE order_notes (order_id integer PRIMARY KEY REFERENCES orders, note text);
)"},
    .about = kinds<CreateTable, AlterTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto chosen = new_columns(step);
        const auto keys = keys_of(step, chosen, ConstraintType::primary_key);
        // It points at a key that is as short: making it longer alone helps nobody.
        const auto references = keys_of(step, chosen, ConstraintType::foreign_key);
        const auto found = chosen.only([&](const ChosenColumn& c) {
            return is_short(c.column->type) && c.column->type.array_dimensions == 0 &&
                   (counts_up(c) || keys.contains(c.column->name)) && !references.contains(c.column->name);
        });
        if (found.empty()) return {};
        Consequence advice = of_columns(step, found, fmt::format("{} will overflow. Use bigint", in_words(found)));
        heed_habit(advice, step, [](const Relation& table, const Column& column) -> std::optional<bool> {
            if (!is_whole_primary_key(table, column)) return std::nullopt;
            if (is_short(column.type)) return true;
            return is_builtin(column.type, {"int8"}) ? std::optional(false) : std::nullopt;
        });
        return {std::move(advice)};
    },
    .aliases = "prefer-bigint-over-int prefer-bigint-over-smallint prefer-bigint-primary-key",
};

}  // namespace pgfence::rules
