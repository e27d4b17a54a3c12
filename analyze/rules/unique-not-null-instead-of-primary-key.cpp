#include <algorithm>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

bool is_primary(const TableConstraint& c) { return c.type == ConstraintType::primary_key; }

/// The first unique constraint whose columns all are NOT NULL.
const TableConstraint* key_by_another_name(const Relation& table) {
    for (const TableConstraint& constraint : table.table.constraints) {
        if (constraint.type != ConstraintType::unique || constraint.columns.empty()) continue;
        const bool filled = std::all_of(constraint.columns.begin(), constraint.columns.end(), [&](const auto& name) {
            const Column* column = table.column(name);
            return column && column->not_null;
        });
        if (filled) return &constraint;
    }
    return nullptr;
}

bool has_primary(const Relation& table) {
    return std::any_of(table.table.constraints.begin(), table.table.constraints.end(), is_primary);
}

}  // namespace

extern const Rule unique_not_null_instead_of_primary_key{
    .title = "UNIQUE NOT NULL where a primary key is meant",
    .category = Category::type_choice,
    .why = R"(
To the server it is the same index and the same guarantee. To everybody else it is not: a foreign key without a column
list refers to the primary key, logical replication takes the primary key to find rows, and so do the tools that copy
or compare tables.
)",
    .bad = {R"(
CREATE TABLE users (id bigint NOT NULL UNIQUE, email text);
)",
            R"(
CREATE TABLE users (id bigint NOT NULL, email text, CONSTRAINT users_id UNIQUE (id));
)"},
    .good = {R"(
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
)",
             R"(
CREATE TABLE users (id bigint UNIQUE, email text);
)"},
    .about = kinds<CreateTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* table = step.is<CreateTable>();
        if (!table || table->persistence == Persistence::temporary || table->partition_of) return {};
        const Relation* made = step.after.find(table->name);
        if (!made || made->existing || has_primary(*made)) return {};
        const TableConstraint* key = key_by_another_name(*made);
        if (!key) return {};
        Consequence consequence =
            of_name(step, table->name,
                    fmt::format("{} is unique and NOT NULL, and {} has no primary key: make it the primary key",
                                list_in_code(key->columns), in_code(table->name)));
        consequence.stands_at_end = [name = made->name](const Catalog& end) {
            const Relation* now = end.find(name);
            return now && !has_primary(*now);
        };
        return {std::move(consequence)};
    },
};

}  // namespace pgfence::rules
