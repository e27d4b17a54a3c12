#include "analyze/kit/judge.h"
#include "analyze/kit/recipe.h"
#include "analyze/kit/routines.h"

namespace pgfence::rules {
namespace {

/// Whoever calls it as the old one was called reaches one of these.
bool answers_calls_of(const Catalog& end, const DroppedRoutine& dropped) {
    for (const Function* function : end.find_functions(dropped.name)) {
        if (!dropped.arguments) return true;
        const int most = function->arguments, least = most - static_cast<int>(function->defaults.size());
        if (*dropped.arguments >= least && (function->variadic || *dropped.arguments <= most)) return true;
    }
    return false;
}

}  // namespace

extern const Rule drop_function{
    .title = "Dropped function breaks code that calls it",
    .category = Category::compatibility,
    .why = R"(
Every call of the code that is still running fails from that moment, and so do the bodies of other functions that call
it: nothing in the database depends on what a body says. When it is created again in the change, for the same number of
arguments, nobody notices. A function that only triggers run is called by no code.

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
)"},
    .good = {R"(
CREATE FUNCTION total(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + 1';
-- migration:
DROP FUNCTION total(integer);
CREATE FUNCTION total(integer, by integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT $1 + $2';
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
            Consequence consequence = of_name(
                step, dropped.name, fmt::format("running code that calls {} fails", in_code(dropped.name)),
                after_deploy(step, fmt::format("a deploy whose code no longer calls {}", in_code(dropped.name))));
            consequence.harm = Harm::lost_object;
            consequence.stands_at_end = [dropped](const Catalog& end) { return !answers_calls_of(end, dropped); };
            found.push_back(std::move(consequence));
        }
        return found;
    },
};

}  // namespace pgfence::rules
