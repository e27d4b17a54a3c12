#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule prefer_native_not_null_not_valid{
    .title = "CHECK (column IS NOT NULL) where NOT NULL can be NOT VALID",
    .category = Category::policy,
    .why = R"(
Before PostgreSQL 18 a `CHECK (column IS NOT NULL) NOT VALID` was the way to a `NOT NULL` that blocks nobody. From 18 on
`NOT NULL` itself can be `NOT VALID` and be validated later: one constraint, nothing to drop afterwards.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text);
-- migration:
ALTER TABLE orders ADD CONSTRAINT state_given CHECK (state IS NOT NULL) NOT VALID;
)"},
    .good = {R"(
ALTER TABLE orders ADD CONSTRAINT state_given NOT NULL state NOT VALID;
)",
             R"(
ALTER TABLE orders ADD CONSTRAINT state_known CHECK (state IN ('new', 'paid')) NOT VALID;
)"},
    .about = alter_table<AlterTableType::AddConstraint>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const Clause& clause : added_constraints(step, ConstraintType::check)) {
            const Constraint& check = *clause.cmd.constraint;
            if (!check.not_valid || !check.expr || check.expr->kind != Expr::Kind::is_not_null ||
                check.expr->args.size() != 1 || check.expr->args[0].kind != Expr::Kind::column)
                continue;
            const std::string column = quoted(check.expr->args[0].text);
            const std::string name = check.name.empty() ? "" : "CONSTRAINT " + quoted(check.name) + " ";
            std::optional<Recipe> recipe;
            if (auto steps = other_clauses(step, clause)) {
                steps->push_back(
                    run(fmt::format("ALTER TABLE {} ADD {}NOT NULL {} NOT VALID;", clause.table(), name, column)));
                recipe = Recipe{
                    std::move(*steps),
                    fmt::format(
                        "{}{} is no longer a CHECK; VALIDATE CONSTRAINT follows in a later migration, as with one",
                        check.name.empty() ? "" : in_code(check.name) + " of ", code(column))};
            }
            found.push_back(at(of_name(step, clause.statement.name,
                                       fmt::format("NOT NULL {} NOT VALID on {} does the same as this CHECK",
                                                   code(column), clause.table_in_code()),
                                       std::move(recipe)),
                               clause));
        }
        return found;
    },
    .since = since(Feature::named_not_null),
};

}  // namespace pgfence::rules
