#include <algorithm>

#include "analyze/kit/judge.h"
#include "analyze/kit/made_here.h"
#include "analyze/kit/recipe.h"

namespace pgfence::rules {

extern const Rule drop_schema{
    .title = "Dropped schema",
    .category = Category::destructive,
    .why = R"(
The schema goes, with `CASCADE` everything in it too: tables with their rows, views, functions, types. Every query of
the code that is still running that uses any of it fails from that moment.

List what it holds, move what is still needed, and drop it once nothing uses it.
)",
    .bad = {R"(
CREATE SCHEMA billing;
-- migration:
DROP SCHEMA billing;
)",
            R"(
CREATE SCHEMA billing;
CREATE TABLE billing.invoices (id bigint PRIMARY KEY);
-- migration:
DROP SCHEMA IF EXISTS billing CASCADE;
)",
            R"(
CREATE FUNCTION order_count() RETURNS bigint LANGUAGE sql AS 'SELECT 0';
-- migration:
CREATE SCHEMA billing;
CREATE FUNCTION billing.next_number() RETURNS bigint LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE FUNCTION order_count() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT billing.next_number(); END;
DROP SCHEMA billing CASCADE;
)"},
    .good = {R"(
CREATE SCHEMA billing;
)",
             R"(
CREATE SCHEMA billing;
CREATE TABLE billing.invoices (id bigint PRIMARY KEY);
DROP SCHEMA billing CASCADE;
)"},
    .about = kinds<Drop>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* drop = step.is<Drop>();
        if (!drop || drop->object != ObjectType::schema) return {};
        std::vector<std::string> names;
        for (const Name& name : drop->names)
            if (!is_of_this_file(step, *drop, name)) names.push_back(in_code(name));
        if (names.empty()) return {};
        Consequence consequence;
        consequence.message =
            fmt::format("Schema {} is dropped{}", list_in_words(names), drop->cascade ? " with everything in it" : "");
        consequence.relations = {step.effects.dropped.begin(), step.effects.dropped.end()};
        consequence.recipe =
            after_deploy(step, fmt::format("a deploy whose code no longer uses schema {}", list_in_words(names)));
        return {std::move(consequence)};
    },
};

}  // namespace pgfence::rules
