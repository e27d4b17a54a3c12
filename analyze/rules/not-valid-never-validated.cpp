#include <unordered_set>

#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

bool is_not_valid(const Relation* table, const std::string& constraint) {
    const TableConstraint* c = table ? table->constraint_named(constraint) : nullptr;
    return c && c->enforced && !c->valid;
}

bool is_not_valid(const TableConstraint& c) { return c.enforced && !c.valid; }

std::unordered_set<std::string_view> names_of_constraints(const Relation* table) {
    std::unordered_set<std::string_view> names;
    if (table)
        for (const TableConstraint& c : table->table.constraints)
            if (is_not_valid(c)) names.insert(c.name);
    return names;
}

bool is_not_null_not_valid(const Relation* table, const std::string& column) {
    const Column* c = table ? table->column(column) : nullptr;
    return c && c->not_null && !c->not_null_valid;
}

}  // namespace

extern const Rule not_valid_never_validated{
    .title = "NOT VALID constraint that the change does not validate",
    .category = Category::correctness,
    .why = R"(
A `NOT VALID` constraint looks at new rows only. Until it is validated the planner does not believe it, it proves
nothing to `SET NOT NULL` or `ATTACH PARTITION`, and old rows that break it fail when they are next updated. It is
easily forgotten: nothing ever complains.

Validate it in a later migration: `ALTER TABLE ... VALIDATE CONSTRAINT ...` keeps nobody out. A later file of the same
change counts; it need not be the same file, and must not be the same transaction.
)",
    .bad = {R"(
CREATE TABLE orders (amount integer);
-- migration:
ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (user_id bigint);
-- migration:
ALTER TABLE orders ADD COLUMN note text, ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users NOT VALID;
)",
            R"(
CREATE TABLE orders (note text);
-- migration:
ALTER TABLE orders ADD CONSTRAINT note_given NOT NULL note NOT VALID;
)"},
    .good = {R"(
CREATE TABLE orders (amount integer);
-- migration:
ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;
)",
             R"(
CREATE TABLE orders (amount integer);
-- migration:
ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;
ALTER TABLE orders DROP CONSTRAINT amount_positive;
)",
             R"(
CREATE TABLE orders (amount integer);
ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;
)"},
    .about = kinds<CreateTable, AlterTable>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const Relation* now = table_after(step);
        const Relation* then = now ? step.before.get(now->id) : nullptr;
        if (!now || !now->existing) return {};
        std::vector<Consequence> found;
        const auto add = [&](const std::string& what, std::function<bool(const Catalog&)> stands) {
            Consequence consequence =
                of_name(step, now->name,
                        fmt::format("{} of {} is still NOT VALID at the end of the change", what, in_code(now->name)));
            consequence.stands_at_end = std::move(stands);
            found.push_back(std::move(consequence));
        };
        const auto old = names_of_constraints(then);
        for (const TableConstraint& c : now->table.constraints)
            if (!c.inherited && is_not_valid(c) && !old.contains(c.name))
                add("Constraint " + in_code(c.name),
                    [id = now->id, name = c.name](const Catalog& end) { return is_not_valid(end.get(id), name); });
        for (const Column& c : now->columns)
            if (!c.inherited && c.not_null && !c.not_null_valid && !is_not_null_not_valid(then, c.name))
                add("NOT NULL of " + in_code(c.name), [id = now->id, name = c.name](const Catalog& end) {
                    return is_not_null_not_valid(end.get(id), name);
                });
        return found;
    },
    .severity = Severity::notice,
};

}  // namespace pgfence::rules
