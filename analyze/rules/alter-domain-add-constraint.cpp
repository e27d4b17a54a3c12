#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule alter_domain_add_constraint{
    .title = "Domain constraint scans every table that uses the domain",
    .category = Category::scan,
    .why = R"(
A new constraint of a domain is tested against every row of every table that has a column of it, while writes to all
those tables wait.

Add a `CHECK` `NOT VALID`, which touches no table. `ALTER DOMAIN ... VALIDATE CONSTRAINT` later still makes writers
wait for the reading: plan a quiet time for it.
)",
    .bad = {R"(
CREATE DOMAIN amount AS integer;
CREATE TABLE orders (total amount);
-- migration:
ALTER DOMAIN amount ADD CONSTRAINT positive CHECK (VALUE > 0);
)",
            R"(
CREATE DOMAIN amount AS integer;
CREATE TABLE orders (total amount);
-- migration:
ALTER DOMAIN amount SET NOT NULL;
)"},
    .good = {R"(
CREATE DOMAIN amount AS integer;
CREATE TABLE orders (total amount);
-- migration:
ALTER DOMAIN amount ADD CONSTRAINT positive CHECK (VALUE > 0) NOT VALID;
)"},
    .about = kinds<AlterDomain>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* alter = step.is<AlterDomain>();
        const Costly work = costly(step, {Cause::domain_constraint});
        if (!alter || !work) return {};
        std::optional<Recipe> recipe;
        if (alter->kind == AlterDomain::Kind::add_constraint && alter->constraint &&
            alter->constraint->type == ConstraintType::check && !alter->constraint->name.empty() && step.alone)
            recipe = Recipe{{run(step.sql + " NOT VALID;", "only new values are checked")},
                            fmt::format("ALTER DOMAIN {} VALIDATE CONSTRAINT {} checks existing values while writes "
                                        "are blocked: run it at a quiet time",
                                        quoted(alter->name), quoted(alter->constraint->name))};
        return {of_work(step, work,
                        fmt::format("Scans {} to check the new constraint of domain {}. {}",
                                    list_in_code(work.relations()), in_code(alter->name), work.waiting()),
                        std::move(recipe))};
    },
    .aliases =
        "ban-alter-domain-add-constraint ban-alter-domain-with-add-constraint add-domain-constraint-without-not-valid "
        "add-domain-not-null",
};

}  // namespace pgfence::rules
