#include <algorithm>

#include "analyze/catalog/mentioned_columns.h"
#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {
namespace {

bool is_null_test_of(const Expr& condition, std::string_view column) {
    return (condition.kind == Expr::Kind::is_null || condition.kind == Expr::Kind::is_not_null) &&
           condition.args.size() == 1 && condition.args.front().kind == Expr::Kind::column &&
           condition.args.front().text == column;
}

/// Of an expression that reads the dropped column, in every row that has something in it: a WHERE may leave out those
/// where it is null, or where the new column is filled already. What FROM brings may have a column of that name, too.
bool copies(const Dml& update, const Assignment& set, const std::string& dropped) {
    if (update.has_from || !mentions(set.value, dropped)) return false;
    if (!update.where) return !update.query.has_where;
    return is_null_test_of(*update.where, dropped) || is_null_test_of(*update.where, set.column);
}

/// An earlier UPDATE of the file fills a column that the change adds with what this one holds.
bool is_copied(const Step& step, const Clause& dropped) {
    const Relation* table = step.before.find(dropped.statement.name);
    const auto is_new = [&](const std::string& name) {
        const Column* column = table ? table->column(name) : nullptr;
        return column && !column->existing && name != dropped.cmd.name;
    };
    return std::any_of(step.earlier.begin(), step.earlier.end(), [&](const Earlier& earlier) {
        const auto* dml = std::get_if<Dml>(earlier.action);
        if (!dml || dml->kind != Dml::Kind::update || dml->query.relations.empty()) return false;
        if (step.before.find(dml->query.relations.front().name) != table) return false;
        return std::any_of(dml->assignments.begin(), dml->assignments.end(), [&](const Assignment& set) {
            return is_new(set.column) && copies(*dml, set, dropped.cmd.name);
        });
    });
}

/// The change itself has added the column. CREATE TABLE IF NOT EXISTS says nothing of the columns that are there; and
/// where nobody knows the table, psql goes on after an ADD COLUMN that failed because there was one.
bool is_new(const Step& step, const Clause& dropped) {
    const Relation* table = step.before.find(dropped.statement.name);
    const Column* column = column_before(step, dropped.statement.name, dropped.cmd.name);
    if (!column || column->existing) return false;
    return table ? !table->probably_new : !step.transaction_assumed;
}

bool has_column(const Catalog& catalog, const Name& table, const std::string& column) {
    const Relation* relation = catalog.find(table);
    if (!relation) relation = catalog.told_of(table);
    return relation && relation->column(column);
}

}  // namespace

extern const Rule drop_column{
    .title = "Dropped column takes its data with it",
    .category = Category::destructive,
    .why = R"(
The column's values are gone, and every query of the code that is still running that names it fails from that moment:
ORMs list all columns they know in each `SELECT` and `INSERT`. Indexes and constraints that contain the column go with
it.

Deploy code that no longer knows the column first; drop it in the release after.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
-- migration:
ALTER TABLE orders DROP COLUMN note;
)",
            R"(
ALTER TABLE orders ADD COLUMN state text, DROP COLUMN IF EXISTS note;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, total integer);
-- migration:
ALTER TABLE orders ADD COLUMN total_new bigint;
UPDATE orders SET total_new = 0 WHERE id = 5;
ALTER TABLE orders DROP COLUMN total;
ALTER TABLE orders RENAME COLUMN total_new TO total;
)",
            R"(
DO $$ BEGIN
    ALTER TABLE orders ADD COLUMN state text;
    ALTER TABLE orders DROP COLUMN note;
END $$;
)"},
    .good = {R"(
CREATE TABLE orders (note text);
ALTER TABLE orders DROP COLUMN note;
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, total integer);
-- migration:
ALTER TABLE orders ADD COLUMN total_new bigint;
UPDATE orders SET total_new = total;
ALTER TABLE orders DROP COLUMN total;
ALTER TABLE orders RENAME COLUMN total_new TO total;
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, total integer);
-- migration:
ALTER TABLE orders ADD COLUMN total_new bigint;
UPDATE orders SET total_new = total * 100 WHERE total IS NOT NULL;
ALTER TABLE orders DROP COLUMN total;
ALTER TABLE orders RENAME COLUMN total_new TO total;
)",
             R"(
ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;
)"},
    .about = alter_table<AlterTableType::DropColumn>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::DropColumn})) {
            if (is_new(step, clause)) continue;
            const std::string column = quoted(clause.cmd.name);
            std::optional<Recipe> recipe;
            if (auto steps = other_clauses(step, clause)) {
                steps->push_back(after(fmt::format("a deploy whose code no longer reads or writes {}", code(column)),
                                       run(fmt::format("ALTER TABLE {} DROP COLUMN {}{}{};", clause.table(),
                                                       clause.cmd.missing_ok ? "IF EXISTS " : "", column,
                                                       clause.cmd.cascade ? " CASCADE" : ""))));
                recipe = Recipe{std::move(*steps), ""};
            }
            const auto add = [&](std::string_view fate, bool stands_when_back) {
                found.push_back(
                    at(of_name(step, clause.statement.name,
                               fmt::format("column {} of {} {}", code(column), clause.table_in_code(), fate), recipe),
                       clause));
                found.back().stands_at_end = [table = step.before.resolve(clause.statement.name),
                                              name = clause.cmd.name, stands_when_back](const Catalog& end) {
                    return has_column(end, table, name) == stands_when_back;
                };
            };
            const bool copied = is_copied(step, clause);
            add(copied ? "goes, and running code that names it fails" : "is lost, and running code that names it fails",
                false);
            if (!copied) add("is lost, what it holds does not come back with the new column of that name", true);
        }
        // Of a new table that has become the parent of older ones.
        const auto* alter = step.is<AlterTable>();
        if (!alter || step.existing(alter->name)) return found;
        for (const LostColumn& lost : lost_columns(step)) {
            found.push_back(of_name(step, alter->name,
                                    fmt::format("column {} of {} is lost, and running code that names it fails",
                                                in_code(lost.column), in_code(lost.table->name))));
            found.back().relations = {step.qualified(lost.table->name)};
        }
        return found;
    },
    .aliases = "ban-drop-column",
};

}  // namespace pgfence::rules
