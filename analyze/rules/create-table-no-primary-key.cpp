#include <algorithm>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

bool has(const CreateTable& table, ConstraintType type) {
    const auto is = [type](const Constraint& c) { return c.type == type; };
    return std::any_of(table.constraints.begin(), table.constraints.end(), is) ||
           std::any_of(table.columns.begin(), table.columns.end(), [&](const ColumnDef& column) {
               return std::any_of(column.constraints.begin(), column.constraints.end(), is);
           });
}

/// Its rows or its definition are another table's.
bool is_of_another(const CreateTable& table) {
    return table.partition_of || !table.inherits.empty() || !table.likes.empty() || table.of_type || table.foreign;
}

/// A primary key, or a unique constraint, for which unique-not-null-instead-of-primary-key speaks.
bool has_key(const Catalog& end, const Name& name) {
    const Relation* table = end.find(name);
    if (!table) return true;
    return std::any_of(table->table.constraints.begin(), table->table.constraints.end(),
                       [](const TableConstraint& c) { return c.type == ConstraintType::primary_key; });
}

}  // namespace

extern const Rule create_table_no_primary_key{
    .title = "Table without a primary key",
    .category = Category::type_choice,
    .why = R"(
Without a primary key a row cannot be named: duplicates cannot be deleted one by one, `UPDATE` and `DELETE` are refused
once the table is in a publication, and most tools that copy or compare tables need a key. Added later it takes a
unique index over all rows.

A key that a later statement of the same change adds counts.
)",
    .bad = {R"(
CREATE TABLE order_notes (order_id bigint NOT NULL, note text);
)",
            R"(
CREATE UNLOGGED TABLE staging (payload jsonb);
)"},
    .good = {R"(
CREATE TABLE order_notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);
)",
             R"(
CREATE TABLE order_notes (order_id bigint, position integer, PRIMARY KEY (order_id, position));
)",
             R"(
CREATE TABLE order_notes (id bigint NOT NULL, note text);
ALTER TABLE ONLY order_notes ADD CONSTRAINT order_notes_pkey PRIMARY KEY (id);
)",
             R"(
CREATE TEMPORARY TABLE staging (payload jsonb);
)",
             R"(
CREATE TABLE order_notes (order_id bigint NOT NULL, note text);
-- migration:
CREATE TABLE IF NOT EXISTS order_notes (order_id bigint NOT NULL, note text);
)"},
    .about = kinds<CreateTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* table = step.is<CreateTable>();
        if (!table || table->persistence == Persistence::temporary || is_of_another(*table) ||
            has(*table, ConstraintType::primary_key) || has(*table, ConstraintType::unique) ||
            (table->if_not_exists && step.before.find(table->name)))
            return {};
        Consequence consequence =
            of_name(step, table->name, fmt::format("Table {} has no primary key", in_code(table->name)));
        consequence.stands_at_end = [name = step.after.resolve(table->name)](const Catalog& end) {
            return !has_key(end, name);
        };
        return {std::move(consequence)};
    },
    .aliases = "require-primary-key no-primary-key table-require-pk",
};

}  // namespace pgfence::rules
