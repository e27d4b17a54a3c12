#include <algorithm>

#include "analyze/catalog/mentioned_columns.h"
#include "analyze/kit/earlier_rows.h"
#include "analyze/kit/judge.h"
#include "core/text.h"

namespace pgfence::rules {
namespace {

struct NewKey {
    Name table;
    std::vector<std::string> columns;
    std::vector<std::string> parts;  ///< of an index that has an expression: columns and expressions, as SQL
    bool nulls_differ = true;
    std::size_t command = Work::npos;
};

std::vector<NewKey> new_keys(const Step& step) {
    std::vector<NewKey> keys;
    if (const auto* index = step.is<CreateIndex>(); index && index->unique) {
        NewKey key{index->table, {}, {}, !index->nulls_not_distinct, Work::npos};
        for (const IndexElement& element : index->elements) {
            key.parts.push_back(element.column.empty() ? element.expr_sql : quoted(element.column));
            if (!element.column.empty()) key.columns.push_back(element.column);
        }
        // Two rows that differ in a column may be alike in an expression of it.
        if (key.columns.size() == key.parts.size())
            key.parts.clear();
        else
            key.columns.clear();
        // Of a partial index only some rows have to differ.
        if (!index->where) keys.push_back(std::move(key));
    }
    for (const Clause& clause : clauses(step, {AlterTableType::AddConstraint})) {
        const auto& c = clause.cmd.constraint;
        if (!c || (c->type != ConstraintType::unique && c->type != ConstraintType::primary_key)) continue;
        if (!c->using_index.empty() || c->without_overlaps) continue;  // duplicates failed when that index was built
        keys.push_back({clause.statement.name,
                        c->keys,
                        {},
                        !c->nulls_not_distinct && c->type == ConstraintType::unique,
                        clause.index});
    }
    return keys;
}

/// An UPDATE of the change has put values into a column that the change adds; what a function gives (gen_random_uuid)
/// differs as often as not.
bool is_filled_alike(const Step& step, const Name& table, const std::string& column) {
    for (const Earlier* write : earlier_writes(step, table)) {
        const Dml& update = std::get<Dml>(*write->action);
        for (const Assignment& set : update.assignments)
            if (set.column == column &&
                (set.value.kind == Expr::Kind::constant || set.value.kind == Expr::Kind::column))
                return true;
    }
    return false;
}

/// An expression of nothing but columns that the change adds.
bool is_of_new_columns(const Relation& table, const CreateIndex* index) {
    return index && std::all_of(index->elements.begin(), index->elements.end(), [&](const IndexElement& element) {
               const auto names = element.expr ? columns_of(*element.expr) : std::vector{element.column};
               return !names.empty() && std::all_of(names.begin(), names.end(), [&](const std::string& name) {
                   const Column* column = table.column(name);
                   return column && !column->existing && !column->default_expr;
               });
           });
}

/// Nothing but nulls, or unique already.
bool holds_no_duplicates(const Step& step, const NewKey& key) {
    const Relation* table = step.before.find(key.table);
    if (!table) return false;
    if (!key.parts.empty()) return is_of_new_columns(*table, step.is<CreateIndex>());
    for (const std::string& name : key.columns) {
        const Column* column = table->column(name);
        if (column && !column->existing && key.nulls_differ && !column->default_expr)
            return !is_filled_alike(step, key.table, name);
    }
    for (const Relation* index : step.before.indexes_of(table->id)) {
        const bool within =
            std::all_of(index->index.elements.begin(), index->index.elements.end(), [&](const IndexElement& e) {
                return std::find(key.columns.begin(), key.columns.end(), e.column) != key.columns.end();
            });
        if (index->index.unique && index->index.valid && !index->index.where && within) return true;
    }
    return false;
}

std::string question(const NewKey& key) {
    std::string columns, not_null;
    std::vector<std::string> parts = key.parts;
    for (const std::string& column : key.columns) parts.push_back(quoted(column));
    for (const std::string& part : parts) {
        columns += (columns.empty() ? "" : ", ") + part;
        not_null += (not_null.empty() ? " WHERE " : " AND ") + part + " IS NOT NULL";
    }
    return fmt::format("SELECT {}, count(*) FROM {}{} GROUP BY {} HAVING count(*) > 1", columns, quoted(key.table),
                       key.nulls_differ ? not_null : "", columns);
}

}  // namespace

extern const Rule unique_new_data_fails{
    .title = "New unique key fails if there are duplicates",
    .category = Category::correctness,
    .why = R"(
Two rows with the same value, and the statement fails after it has read the whole table. With `CONCURRENTLY` it leaves
an invalid index behind that has to be dropped.

Ask first: the finding holds the query that must return no row. A column that the change itself adds, columns that are
unique already, and a key whose duplicates an earlier statement of the change deletes (all but one of each, by
`row_number()`, `min(id)` or a join with itself) are not reported.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint, shop bigint, number bigint);
-- migration:
CREATE UNIQUE INDEX CONCURRENTLY orders_number ON orders (shop, number);
)",
            R"(
CREATE TABLE orders (number bigint);
-- migration:
ALTER TABLE orders ADD COLUMN note text, ADD CONSTRAINT orders_number UNIQUE (number);
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, shop bigint, email text UNIQUE);
-- migration:
CREATE UNIQUE INDEX CONCURRENTLY orders_email ON orders (shop, lower(email));
)",
            R"(
ALTER TABLE orders ADD PRIMARY KEY (id);
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, shop bigint, number bigint);
-- migration:
DELETE FROM orders a USING orders b WHERE a.number = b.number AND a.shop = b.shop AND a.id > b.id;
CREATE UNIQUE INDEX orders_shop ON orders (shop);
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, shop bigint);
-- migration:
ALTER TABLE orders ADD COLUMN tag bigint;
UPDATE orders SET tag = shop WHERE tag IS NULL;
CREATE UNIQUE INDEX orders_tag ON orders (tag);
)"},
    .good = {R"(
CREATE INDEX CONCURRENTLY orders_number ON orders (shop, number);
)",
             R"(
CREATE TABLE orders (number bigint);
CREATE UNIQUE INDEX orders_number ON orders (number);
)",
             R"(
ALTER TABLE orders ADD CONSTRAINT orders_number UNIQUE USING INDEX orders_number;
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, shop bigint);
-- migration:
CREATE UNIQUE INDEX CONCURRENTLY orders_shop ON orders (shop, id);
)",
             R"(
CREATE TABLE orders (id bigint);
-- migration:
ALTER TABLE orders ADD COLUMN token uuid;
CREATE UNIQUE INDEX orders_token ON orders (token);
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, shop bigint, number bigint);
-- migration:
WITH numbered AS (SELECT id, row_number() OVER (PARTITION BY number ORDER BY id) AS n FROM orders)
DELETE FROM orders WHERE id IN (SELECT id FROM numbered WHERE n > 1);
CREATE UNIQUE INDEX orders_number ON orders (shop, number);
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY, number text);
-- migration:
UPDATE orders SET number = orders.number || '-' || orders.id
    FROM (SELECT id, row_number() OVER (PARTITION BY number ORDER BY id) AS n FROM orders) d
    WHERE d.id = orders.id AND d.n > 1;
ALTER TABLE orders ADD CONSTRAINT orders_number UNIQUE (number);
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const NewKey& key : new_keys(step)) {
            if ((key.columns.empty() && key.parts.empty()) || !step.existing(key.table) ||
                holds_no_duplicates(step, key) ||
                (key.parts.empty() && are_made_unique(step, key.table, key.columns, key.nulls_differ)))
                continue;
            std::vector<std::string> parts;
            for (const std::string& part : key.parts) parts.push_back(code(part));
            Consequence consequence;
            consequence.message = fmt::format("Fails if two rows of {} have the same {}", in_code(key.table),
                                              parts.empty() ? list_in_code(key.columns) : list_in_words(parts));
            consequence.relations = {step.qualified(key.table)};
            consequence.certainty = Certainty::depends;
            consequence.depends_on = {"whether this finds a row: " + question(key)};
            found.push_back(at(std::move(consequence), step, key.command));
        }
        return found;
    },
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
