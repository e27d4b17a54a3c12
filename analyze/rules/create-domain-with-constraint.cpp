#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule create_domain_with_constraint{
    .title = "Domain with a constraint is hard to change online",
    .category = Category::type_choice,
    .why = R"(
A domain's constraint holds in every table that has a column of it. Changing it later reads all those tables at once
while their writers wait, and adding a column of such a domain rewrites the table.

A `CHECK` constraint on each table can be added `NOT VALID` and validated while writes go on.
)",
    .bad = {R"(
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
)",
            R"(
CREATE DOMAIN name AS text NOT NULL;
)"},
    .good = {R"(
CREATE DOMAIN email AS text;
)",
             R"(
CREATE TABLE users (id bigint PRIMARY KEY, email text CHECK (email LIKE '%@%'));
)"},
    .about = kinds<CreateDomain>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* domain = step.is<CreateDomain>();
        if (!domain) return {};
        const bool constrained = std::any_of(
            domain->constraints.begin(), domain->constraints.end(),
            [](const Constraint& c) { return c.type == ConstraintType::check || c.type == ConstraintType::not_null; });
        if (!constrained) return {};
        Consequence consequence;
        consequence.message = fmt::format("Changing a constraint of domain {} later scans every table that uses it",
                                          in_code(domain->name));
        return {std::move(consequence)};
    },
    .aliases = "ban-create-domain-with-constraint",
};

}  // namespace pgfence::rules
