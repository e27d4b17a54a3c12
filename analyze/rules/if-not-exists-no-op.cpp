#include <algorithm>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

/// What of the statement is not there, although something of its name is.
std::string missing(const Relation& table, const CreateTable& wanted) {
    if (!table.is_table() && table.kind != RelationKind::foreign_table)
        return fmt::format("{} is a {}", in_code(table.name), name_of(table.kind));
    if (!table.columns_known || wanted.partition_of || wanted.of_type || !wanted.likes.empty()) return "";
    std::vector<std::string> columns;
    for (const ColumnDef& column : wanted.columns)
        if (!table.column(column.name)) columns.push_back(in_code(column.name));
    if (columns.empty()) return "";
    return fmt::format("{} exists without {}", in_code(table.name), list_in_code(columns));
}

std::string listed(const std::vector<IndexElement>& elements) {
    std::string text;
    for (const IndexElement& e : elements)
        text += (text.empty() ? "" : ", ") + (e.column.empty() ? std::string("an expression") : quoted(e.column));
    return text;
}

std::string missing(const Step& step, const Relation& index, const CreateIndex& wanted) {
    const Relation* table = step.before.find(wanted.table);
    if (index.kind != RelationKind::index && index.kind != RelationKind::partitioned_index)
        return fmt::format("{} is a {}", in_code(index.name), name_of(index.kind));
    if (table && index.index.table != table->id) {
        const Relation* other = step.before.get(index.index.table);
        return fmt::format("{} is an index of {}", in_code(index.name), other ? in_code(other->name) : "another table");
    }
    if (index.index.unique != wanted.unique)
        return fmt::format("{} exists and is {}unique", in_code(index.name), index.index.unique ? "" : "not ");
    const bool same = index.index.elements.size() == wanted.elements.size() &&
                      std::equal(index.index.elements.begin(), index.index.elements.end(), wanted.elements.begin(),
                                 [](const IndexElement& a, const IndexElement& b) {
                                     return a.column == b.column && a.expr.has_value() == b.expr.has_value();
                                 });
    return same ? "" : fmt::format("{} exists on ({})", in_code(index.name), listed(index.index.elements));
}

std::string what_is_there(const Step& step) {
    if (const auto* table = step.is<CreateTable>(); table && table->if_not_exists)
        if (const Relation* there = step.before.find(table->name)) return missing(*there, *table);
    if (const auto* index = step.is<CreateIndex>(); index && index->if_not_exists && !index->name.empty()) {
        const Relation* table = step.before.find(index->table);
        const Relation* there = step.before.find(Name{table ? table->name.schema : index->table.schema, index->name});
        if (there) return missing(step, *there, *index);
    }
    return "";
}

}  // namespace

extern const Rule if_not_exists_no_op{
    .title = "IF NOT EXISTS skips an object that exists in another shape",
    .category = Category::correctness,
    .why = R"(
`IF NOT EXISTS` looks at the name alone. Something of that name is there, but not what the statement describes: it is
skipped with a notice, the migration counts as done, and code that relies on it fails.

Alter what is there, or give the new one another name.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint);
-- migration:
CREATE TABLE IF NOT EXISTS orders (id bigint, note text);
)",
            R"(
CREATE TABLE orders (id bigint, note text);
CREATE INDEX orders_idx ON orders (id);
-- migration:
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_idx ON orders (note);
)",
            R"(
CREATE TABLE orders (id bigint);
CREATE INDEX orders_idx ON orders (id);
-- migration:
DO $$ BEGIN
    CREATE UNIQUE INDEX IF NOT EXISTS orders_idx ON orders (id);
END $$;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint, note text);
-- migration:
CREATE TABLE IF NOT EXISTS orders (id bigint, note text);
)",
             R"(
CREATE TABLE orders (id bigint);
CREATE INDEX orders_idx ON orders (id);
-- migration:
CREATE INDEX IF NOT EXISTS orders_idx ON orders (id);
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        const std::string there = what_is_there(step);
        if (there.empty()) return {};
        Consequence consequence;
        consequence.message = "Does nothing: " + there;
        return {std::move(consequence)};
    },
    .subject = RuleSubject::what_is_there,
};

}  // namespace pgfence::rules
