#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "analyze/catalog/mentioned_columns.h"
#include "analyze/kit/judge.h"
#include "analyze/kit/new_value.h"
#include "analyze/kit/row_choice.h"
#include "core/text.h"

namespace pgfence::rules {
namespace {

struct Computed {
    Name table;
    const Expr* value;
    std::size_t command = Work::npos;
};

/// What the statement computes of the values of rows that are there.
std::vector<Computed> computed(const Step& step) {
    std::vector<Computed> all;
    if (const auto* update = step.is<Dml>(); update && update->kind == Dml::Kind::update &&
                                             !update->query.relations.empty() && update->reach == Dml::Reach::run &&
                                             !is_limited(RowChoice::of(step, *update)))
        for (const Assignment& set : update->assignments)
            all.push_back({update->query.relations.front().name, &set.value});
    if (const auto* index = step.is<CreateIndex>())
        for (const IndexElement& element : index->elements)
            if (element.expr) all.push_back({index->table, &*element.expr});
    for (const Clause& clause : clauses(step, {AlterTableType::AlterColumnType, AlterTableType::SetExpression}))
        if (clause.cmd.expr) all.push_back({clause.statement.name, &*clause.cmd.expr, clause.index});
    for (const Clause& clause : clauses(step, {AlterTableType::AddColumn}))
        if (clause.cmd.column)
            for (const Constraint& c : clause.cmd.column->constraints)
                if (c.type == ConstraintType::generated && c.expr)
                    all.push_back({clause.statement.name, &*c.expr, clause.index});
    return all;
}

/// A condition of the statement or of a CHECK is about it: the author has thought of its values.
bool is_thought_of(const Step& step, const Name& table, const std::string& column) {
    const auto* update = step.is<Dml>();
    if (update && update->where && mentions(*update->where, column)) return true;
    const auto* index = step.is<CreateIndex>();
    if (index && index->where && mentions(*index->where, column)) return true;
    const Relation* known = step.before.find(table);
    return known &&
           std::any_of(known->table.constraints.begin(), known->table.constraints.end(), [&](const TableConstraint& c) {
               return c.type == ConstraintType::check && c.expr && mentions(*c.expr, column);
           });
}

bool may_be(const Step& step, const Name& table, const RaisesError& error) {
    const auto old_values = [&](const std::string& name) {
        const Column* column = column_before(step, table, name);
        return (!column || column->existing) && !is_thought_of(step, table, name);
    };
    if (!std::all_of(error.columns.begin(), error.columns.end(), old_values)) return false;
    if (error.text.empty()) return true;
    constexpr std::array<std::string_view, 4> kTexts{"text", "varchar", "bpchar", "citext"};
    const Column* text = column_before(step, table, error.text);
    return text && is_among(text->type.name.name, kTexts);
}

}  // namespace

extern const Rule value_raises_error{
    .title = "Expression that fails for some rows",
    .category = Category::correctness,
    .why = R"(
A division by zero, the logarithm of 0, a text that is no number: one such row, and the statement fails after it has
worked through the table up to there. Where each statement is committed by itself, those before it stay committed.

Ask first which rows have such a value. `NULLIF(pieces, 0)`, a `CASE` or a condition leaves them out; columns that a
condition of the statement or a `CHECK` is about, and those that the change adds, are not reported.
)",
    .bad = {R"(
CREATE TABLE items (id bigint PRIMARY KEY, price numeric, pieces integer, note text);
-- migration:
UPDATE items SET price = price / pieces;
)",
            R"(
CREATE TABLE items (id bigint PRIMARY KEY, price numeric, pieces integer, note text);
-- migration:
UPDATE items SET price = log(2, price / 32) WHERE note IS NOT NULL;
)",
            R"(
CREATE TABLE items (id bigint PRIMARY KEY, price numeric, pieces integer, note text);
-- migration:
UPDATE items SET pieces = note::integer;
)",
            R"(
CREATE TABLE items (id bigint PRIMARY KEY, price numeric, pieces integer, note text);
-- migration:
CREATE INDEX items_each ON items ((price / pieces));
)",
            R"(
CREATE TABLE items (id bigint PRIMARY KEY, price numeric, pieces integer, note text);
-- migration:
ALTER TABLE items ALTER COLUMN note TYPE integer USING note::integer;
)"},
    .good = {R"(
CREATE TABLE items (id bigint PRIMARY KEY, price numeric, pieces integer CHECK (pieces > 0), parts integer, note text);
-- migration:
UPDATE items SET price = price / pieces;
UPDATE items SET price = price / nullif(parts, 0);
UPDATE items SET price = price / parts WHERE parts > 0;
UPDATE items SET price = CASE WHEN parts > 0 THEN price / parts ELSE 0 END;
UPDATE items SET price = price / 100;
UPDATE items SET parts = note::integer WHERE note ~ '^[0-9]+$';
UPDATE items SET note = parts::text;
UPDATE items SET note = note::varchar(20);
ALTER TABLE items ALTER COLUMN note TYPE char(20) USING note::char(20);
)"},
    .about = kinds<Dml, CreateIndex, AlterTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Computed& one : computed(step)) {
            const auto error = step.existing(one.table) ? raises_error(*one.value) : std::nullopt;
            if (!error || !may_be(step, one.table, *error)) continue;
            Consequence consequence;
            consequence.message = fmt::format("Fails if {} in a row of {}", error->when, in_code(one.table));
            consequence.relations = {step.qualified(one.table)};
            consequence.certainty = Certainty::depends;
            consequence.depends_on = {"the values in " + list_in_code(error->columns)};
            found.push_back(at(std::move(consequence), step, one.command));
        }
        return found;
    },
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
