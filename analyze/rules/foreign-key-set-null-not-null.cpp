#include <algorithm>
#include <unordered_set>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

bool is_not_null(const Relation& table, const std::string& name) {
    const Column* column = table.column(name);
    return column && column->not_null;
}

/// The first column that the key's action would have to empty and that must not be empty.
const std::string* kept_full(const Relation& table, const TableConstraint& key) {
    const auto set = key.set_columns.empty() || key.on_update == 'n' ? key.columns : key.set_columns;
    const auto found = std::find_if(key.columns.begin(), key.columns.end(), [&](const std::string& column) {
        return std::find(set.begin(), set.end(), column) != set.end() && is_not_null(table, column);
    });
    return found == key.columns.end() ? nullptr : &*found;
}

const SharedList<TableConstraint> kNone;

bool sets_null(const TableConstraint& key) {
    return key.type == ConstraintType::foreign_key && (key.on_delete == 'n' || key.on_update == 'n');
}

}  // namespace

extern const Rule foreign_key_set_null_not_null{
    .title = "SET NULL on a column that is NOT NULL",
    .category = Category::correctness,
    .why = R"(
`ON DELETE SET NULL` (or `ON UPDATE SET NULL`) can never succeed on a `NOT NULL` column: nothing complains when the
constraint is made, but from then on every delete of a referenced row fails.

Take `NOT NULL` off the column, or choose `ON DELETE CASCADE` or `RESTRICT`.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
-- migration:
CREATE TABLE orders (user_id bigint NOT NULL REFERENCES users ON DELETE SET NULL);
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (user_id bigint NOT NULL);
-- migration:
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users ON DELETE SET NULL NOT VALID;
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (user_id bigint REFERENCES users ON DELETE SET NULL);
-- migration:
ALTER TABLE orders ADD COLUMN note text, ALTER COLUMN user_id SET NOT NULL;
)"},
    .good = {R"(
CREATE TABLE orders (user_id bigint REFERENCES users ON DELETE SET NULL);
)",
             R"(
CREATE TABLE orders (user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE);
)",
             R"(
CREATE TABLE orders (shop bigint NOT NULL, user_id bigint);
-- migration:
ALTER TABLE orders ADD FOREIGN KEY (shop, user_id) REFERENCES users (shop, id) ON DELETE SET NULL (user_id);
)"},
    .about = kinds<CreateTable, AlterTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        const Relation* now = table_after(step);
        const Relation* then = now ? step.before.get(now->id) : nullptr;
        if (!now) return {};
        std::unordered_set<std::string_view> before;
        for (const TableConstraint& key : then ? then->table.constraints : kNone)
            if (sets_null(key) && kept_full(*then, key)) before.insert(key.name);
        for (const TableConstraint& key : now->table.constraints) {
            const std::string* column = sets_null(key) && !key.inherited ? kept_full(*now, key) : nullptr;
            if (!column || before.contains(key.name)) continue;
            Consequence consequence;
            consequence.message = fmt::format(
                "Column {} of {} is NOT NULL: SET NULL of foreign key {} fails whenever a referenced row of {} is "
                "deleted",
                in_code(*column), in_code(now->name), in_code(key.name), in_code(key.referenced_name));
            consequence.relations = {step.qualified(now->name)};
            consequence.stands_at_end = [id = now->id, name = key.name](const Catalog& end) {
                const Relation* table = end.get(id);
                const TableConstraint* left = table ? table->constraint_named(name) : nullptr;
                return left && sets_null(*left) && kept_full(*table, *left);
            };
            found.push_back(std::move(consequence));
        }
        return found;
    },
};

}  // namespace pgfence::rules
