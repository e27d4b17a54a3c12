#include <unordered_set>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

bool is_on(const Relation* table, const std::string& name) {
    const TableConstraint* c = table ? table->constraint_named(name) : nullptr;
    return c && c->enforced;
}

std::unordered_set<std::string_view> not_enforced(const Relation* table) {
    std::unordered_set<std::string_view> names;
    if (table)
        for (const TableConstraint& c : table->table.constraints)
            if (!c.enforced) names.insert(c.name);
    return names;
}

}  // namespace

extern const Rule not_enforced_constraint{
    .title = "NOT ENFORCED constraint is not checked",
    .category = Category::correctness,
    .why = R"(
The database looks neither at old rows nor at new ones: the constraint is a comment. Enforcing it later checks every
row. `NOT VALID` is what leaves out the old rows only, and keeps wrong new ones out from the first moment.
)",
    .bad = {R"(
CREATE TABLE invoices (amount integer, CONSTRAINT amount_positive CHECK (amount > 0) NOT ENFORCED);
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (user_id bigint);
-- migration:
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users NOT ENFORCED;
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (user_id bigint CONSTRAINT orders_user REFERENCES users);
-- migration:
ALTER TABLE orders ALTER CONSTRAINT orders_user NOT ENFORCED;
)"},
    .good = {R"(
ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;
)",
             R"(
CREATE TABLE orders (amount integer CHECK (amount > 0) ENFORCED);
)"},
    .about = kinds<CreateTable, AlterTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const Relation* now = table_after(step);
        const Relation* then = now ? step.before.get(now->id) : nullptr;
        std::vector<Consequence> found;
        if (!now) return found;
        const auto before = not_enforced(then);
        for (const TableConstraint& c : now->table.constraints) {
            if (c.enforced || c.inherited || before.contains(c.name)) continue;
            Consequence consequence =
                of_name(step, now->name,
                        fmt::format("Constraint {} of {} is NOT ENFORCED: no row is checked, old or new",
                                    in_code(c.name), in_code(now->name)));
            consequence.stands_at_end = [id = now->id, name = c.name](const Catalog& end) {
                return end.get(id) && !is_on(end.get(id), name);
            };
            found.push_back(std::move(consequence));
        }
        return found;
    },
    .since = since(Feature::not_enforced),
    .severity = Severity::warning,
};

}  // namespace pgfence::rules
