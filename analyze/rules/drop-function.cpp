#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/routines.h"

namespace pgfence::rules {
namespace {

/// Which fails, where the name comes back.
Consequence of_what_comes_back(const Step& step, const DroppedRoutine& dropped, Answers answers) {
    const std::string name = in_code(dropped.name), before = code(arguments_in_words(*dropped.known));
    Consequence consequence;
    const auto recipe = [&] {
        return after_deploy(step, fmt::format("a deploy whose code no longer calls {} as it was", name));
    };
    switch (answers) {
        case Answers::other_types:
            consequence = of_name(step, dropped.name,
                                  fmt::format("Running code that calls {} with arguments of types {} fails: it comes "
                                              "back with other argument types",
                                              name, before),
                                  recipe());
            consequence.depends_on = {fmt::format("whether code says which types it passes to {}", name)};
            break;
        case Answers::other_names:
            consequence = of_name(
                step, dropped.name,
                fmt::format("Running code that calls {} with named arguments fails: they come back with other names",
                            name),
                recipe());
            consequence.depends_on = {
                fmt::format("whether code names the arguments of {}, as PostgREST and PostGraphile do", name)};
            break;
        default:
            consequence = of_name(
                step, dropped.name,
                fmt::format("Running code gets another result from {}: its result type changes", name), recipe());
            consequence.depends_on = {fmt::format("whether code can handle the new result of {}", name)};
    }
    consequence.certainty = Certainty::depends;
    consequence.stands_at_end = [dropped, answers](const Catalog& end) {
        return answers_to_calls_of(dropped, end) == answers;
    };
    return consequence;
}

Consequence of_nothing_left(const Step& step, const DroppedRoutine& dropped) {
    Consequence consequence =
        of_name(step, dropped.name, fmt::format("Running code that calls {} fails", in_code(dropped.name)),
                after_deploy(step, fmt::format("a deploy whose code no longer calls {}", in_code(dropped.name))));
    // What the migrations made can be made again.
    if (step.before.find_functions(dropped.name).empty()) consequence.harm = Harm::lost_object;
    consequence.stands_at_end = [dropped](const Catalog& end) {
        return answers_to_calls_of(dropped, end) == Answers::nothing;
    };
    return consequence;
}

}  // namespace

extern const Rule drop_function{
    .title = "Dropped function breaks code that calls it",
    .category = Category::compatibility,
    .why = R"(
Every call of the code that is still running fails from that moment, and so do the bodies of other functions that call
it: nothing in the database depends on what a body says. When it is created again in the change, for the same arguments
and with the same result, nobody notices. A function that only triggers run is called by no code.

One that comes back with another signature is held against the old one: how many arguments it takes, of which types,
by which names (PostgREST and PostGraphile call by name, and so does `total(amount => 1)`), and what it returns. More
arguments with defaults, and more columns of a result, break nothing. A function that no migration made is lost for good
where nobody has kept its text.

Deploy code that no longer calls it first. To change what it takes, make the new one beside the old one, and drop the
old one in a later release.
)",
    .bad = {R"(
CREATE FUNCTION total(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + 1';
-- migration:
DROP FUNCTION total(integer);
)",
            R"(
CREATE PROCEDURE fill(text) LANGUAGE sql AS 'SELECT 1';
-- migration:
DROP PROCEDURE IF EXISTS fill;
)",
            R"(
CREATE FUNCTION total(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + 1';
-- migration:
DROP FUNCTION total(integer);
CREATE FUNCTION total(integer, integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + $2';
)",
            R"(
CREATE AGGREGATE longest(text) (SFUNC = array_append, STYPE = text[]);
-- migration:
DROP AGGREGATE longest(text);
)",
            R"(
CREATE FUNCTION find_users(term text) RETURNS SETOF text LANGUAGE sql AS 'SELECT $1';
-- migration:
DROP FUNCTION IF EXISTS find_users;
CREATE OR REPLACE FUNCTION find_users(term text, only_active boolean) RETURNS SETOF text LANGUAGE sql AS 'SELECT $1';
)",
            R"(
CREATE FUNCTION total(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + 1';
-- migration:
CREATE FUNCTION total(uuid) RETURNS integer LANGUAGE sql AS 'SELECT 1';
DROP FUNCTION total(integer);
)",
            R"(
CREATE FUNCTION total(amount integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + 1';
-- migration:
DROP FUNCTION total(integer);
CREATE FUNCTION total(price integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + 1';
)",
            R"(
CREATE FUNCTION totals() RETURNS TABLE (day date, total numeric) LANGUAGE sql AS 'SELECT current_date, 1.0';
-- migration:
DROP FUNCTION totals;
CREATE FUNCTION totals() RETURNS TABLE (day date) LANGUAGE sql AS 'SELECT current_date';
)"},
    .good = {R"(
CREATE FUNCTION total(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + 1';
-- migration:
DROP FUNCTION total(integer);
CREATE FUNCTION total(integer, by integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT $1 + $2';
)",
             R"(
CREATE FUNCTION totals(until date) RETURNS TABLE (day date) LANGUAGE sql AS 'SELECT $1';
-- migration:
DROP FUNCTION totals;
CREATE FUNCTION totals(until timestamptz) RETURNS TABLE (day date, total numeric) LANGUAGE sql
    AS 'SELECT $1::date, 1.0';
)",
             R"(
CREATE FUNCTION total(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + 1';
DROP FUNCTION total(integer);
)",
             R"(
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
-- migration:
DROP FUNCTION touch();
)",
             R"(
CREATE TABLE orders (id bigint PRIMARY KEY);
-- migration:
DROP TRIGGER touched ON orders;
DROP FUNCTION touch();
)",
             R"(
CREATE OR REPLACE FUNCTION total(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + 2';
)"},
    .about = kinds<Drop>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        std::vector<Consequence> found;
        for (const DroppedRoutine& dropped : dropped_routines(step)) {
            found.push_back(of_nothing_left(step, dropped));
            if (!dropped.known) continue;
            for (const Answers answers : {Answers::other_types, Answers::other_names, Answers::other_results})
                found.push_back(of_what_comes_back(step, dropped, answers));
        }
        return found;
    },
};

}  // namespace pgfence::rules
