#include "analyze/judge.h"

namespace pgfence::rules {
namespace {

bool is_replaced(const Clause& drop) {
    for (const AlterTableCmd& cmd : drop.statement.cmds)
        if (cmd.subtype == AlterTableType::AddConstraint && cmd.constraint && cmd.constraint->name == drop.cmd.name)
            return true;
    return false;
}

/// CHECK (c IS NOT NULL) on a NOT NULL column: the last step of our own recipe drops it, and nothing is lost.
bool repeats_not_null(const Relation& table, const TableConstraint& old) {
    if (old.type != ConstraintType::check || !old.expr || old.expr->kind != Expr::Kind::is_not_null ||
        old.expr->args.size() != 1)
        return false;
    const Column* column = table.column(old.expr->args.front().text);
    return column && column->not_null && column->not_null_valid;
}

std::string_view loss(const TableConstraint* old) {
    if (!old) return "nothing keeps its rule any more";
    switch (old->type) {
        case ConstraintType::unique:
        case ConstraintType::primary_key:
        case ConstraintType::exclusion: return "nothing keeps duplicates out any more, and its index goes too";
        case ConstraintType::foreign_key: return "rows may point at nothing from now on";
        case ConstraintType::not_null: return "nulls may come in from now on";
        default: return "nothing keeps its rule any more";
    }
}

}  // namespace

extern const Rule drop_constraint{
    .title = "Dropped constraint takes a guarantee away",
    .category = Category::destructive,
    .why = R"(
Nothing in the database keeps the rule any more: wrong rows can come in from this moment, and then the constraint
cannot be added again without cleaning up. Dropping a `UNIQUE` or `PRIMARY KEY` also drops its index, and with it the
speed of what used it.

Make sure that no code relies on the guarantee, foreign keys of other tables included.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (
    id bigint CONSTRAINT orders_pkey PRIMARY KEY,
    user_id bigint CONSTRAINT orders_user REFERENCES users
);
-- migration:
ALTER TABLE orders DROP CONSTRAINT orders_user;
)",
            R"(
ALTER TABLE orders ADD COLUMN note text, DROP CONSTRAINT IF EXISTS orders_pkey;
)"},
    .good = {R"(
CREATE TABLE orders (state text NOT NULL, CONSTRAINT state_given CHECK (state IS NOT NULL));
-- migration:
ALTER TABLE orders DROP CONSTRAINT state_given;
)",
             R"(
ALTER TABLE orders DROP CONSTRAINT amount_positive, ADD CONSTRAINT amount_positive CHECK (amount >= 0) NOT VALID;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : clauses(step, {AlterTableType::DropConstraint})) {
            const Relation* table = step.before.find(clause.statement.name);
            const TableConstraint* old = table ? table->constraint_named(clause.cmd.name) : nullptr;
            if (is_replaced(clause) || (old && (repeats_not_null(*table, *old) || !old->valid))) continue;
            found.push_back(
                at(of_name(step, clause.statement.name,
                           fmt::format("{} of {} is dropped: {}", quoted(clause.cmd.name), clause.table(), loss(old))),
                   clause));
        }
        return found;
    },
};

}  // namespace pgfence::rules
