#include <algorithm>

#include "analyze/column_choice.h"

namespace pgfence::rules {
namespace {

bool is_serial(const TypeName& type) { return is_builtin(type, {"serial", "smallserial", "serial2", "serial4"}); }

bool is_short(const TypeName& type) { return is_serial(type) || is_builtin(type, {"int4", "int2", "integer", "int"}); }

/// The whole primary key, as a table constraint: a key of several columns seldom counts.
bool is_primary_key(const Step& step, std::string_view column) {
    const auto* table = step.is<CreateTable>();
    return table && std::any_of(table->constraints.begin(), table->constraints.end(), [&](const Constraint& c) {
               return c.type == ConstraintType::primary_key && c.keys.size() == 1 && c.keys.front() == column;
           });
}

bool counts_up(const ChosenColumn& column) {
    return is_serial(column.column->type) || column.constraint(ConstraintType::identity);
}

/// It points at a key that is as short: making it longer alone helps nobody.
bool is_foreign_key(const Step& step, const ChosenColumn& column) {
    if (column.constraint(ConstraintType::foreign_key)) return true;
    const auto* table = step.is<CreateTable>();
    return table && std::any_of(table->constraints.begin(), table->constraints.end(), [&](const Constraint& c) {
               return c.type == ConstraintType::foreign_key && c.fk_columns.size() == 1 &&
                      c.fk_columns.front() == column.column->name;
           });
}

}  // namespace

extern const Rule prefer_bigint{
    .title = "Key that runs out of numbers at two thousand million",
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
ALTER TABLE orders ADD COLUMN number smallserial;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, amount integer);
)",
             R"(
CREATE TABLE order_notes (order_id integer PRIMARY KEY REFERENCES orders, note text);
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto found = new_columns(step).only([&](const ChosenColumn& c) {
            const bool key =
                c.constraint(ConstraintType::primary_key) || is_primary_key(step, c.column->name) || counts_up(c);
            return key && is_short(c.column->type) && c.column->type.array_dimensions == 0 && !is_foreign_key(step, c);
        });
        if (found.empty()) return {};
        return {of_columns(step, found, fmt::format("{} will run out of numbers: bigint does not", in_words(found)))};
    },
    .aliases = "prefer-bigint-over-int prefer-bigint-over-smallint prefer-bigint-primary-key",
};

}  // namespace pgfence::rules
