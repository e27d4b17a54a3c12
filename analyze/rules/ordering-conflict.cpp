#include <algorithm>

#include "analyze/kit/handlers.h"
#include "analyze/kit/judge.h"

namespace pgfence::rules {
namespace {

/// Statements that make room for what a later one creates: DROP, RENAME, SET SCHEMA, and whatever says IF EXISTS.
bool makes_room(const Step& step) {
    if (step.is<Drop>() || step.is<Rename>() || step.is<SetSchema>()) return true;
    const auto* alter = step.is<AlterTable>();
    return alter && alter->if_exists;
}

/// Without earlier migrations a table that is not known has been there for long, more likely than not.
bool has_history(const Catalog& catalog) {
    const auto relations = catalog.relations();
    return relations.begin() != relations.end() && (*relations.begin()).second.existing;
}

std::vector<Consequence> used_too_early(const Step& step) {
    std::vector<Consequence> found;
    if (makes_room(step) || !has_history(step.before) || is_caught(step.part, "42P01")) return found;
    for (const Lock& lock : step.effects.locks) {
        const auto dot = lock.relation.find('.');
        if (dot == std::string::npos) continue;
        const Name name{lock.relation.substr(0, dot), lock.relation.substr(dot + 1)};
        if (step.before.find(name) || step.after.find(name)) continue;
        Consequence consequence;
        consequence.message = fmt::format("{} is used before the statement that creates it", code(lock.relation));
        consequence.relations = {lock.relation};
        consequence.fails = true;
        // One that is there already, and only gets the name later, takes the place of a table that nobody told us of.
        consequence.stands_at_end = [name, then = step.after](const Catalog& end) {
            const Relation* made = end.find(name);
            return made && !made->existing && !then.get(made->id);
        };
        found.push_back(std::move(consequence));
    }
    return found;
}

}  // namespace

extern const Rule ordering_conflict{
    .title = "Object used where it does not exist, or created twice",
    .category = Category::correctness,
    .why = R"(
The files run in order of their names. A statement that uses a table which only a later statement or file of the
change creates fails; so does one that creates what an earlier migration has created, or uses a table or column that an
earlier one dropped or renamed. Two branches that were merged one after the other often end like that.

Give the files names that sort in the order in which they must run, or write one of the two statements again.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
-- migration:
CREATE INDEX orders_user ON orders (user_id);
-- ERROR: relation "orders" does not exist
CREATE TABLE orders (user_id bigint);
)",
            R"(
CREATE TABLE orders (id bigint);
-- migration:
CREATE TABLE orders (id bigint, note text);
)",
            R"(
CREATE TABLE orders (id bigint, note text);
-- migration:
ALTER TABLE orders ADD COLUMN state text, ADD COLUMN note text;
)",
            R"(
CREATE TABLE orders (id bigint, note text);
CREATE INDEX orders_note ON orders (note);
-- migration:
DO $$ BEGIN
    CREATE INDEX orders_note ON orders (note);
END $$;
)",
            R"(
CREATE TABLE orders (id bigint, note text);
ALTER TABLE orders RENAME TO purchases;
-- migration:
-- ERROR: relation "orders" does not exist
ALTER TABLE orders ADD COLUMN state text;
)",
            R"(
CREATE TABLE orders (id bigint, note text);
ALTER TABLE orders RENAME COLUMN note TO comment;
-- migration:
-- ERROR: column "note" of relation "orders" does not exist
UPDATE orders SET note = '' WHERE id = 1;
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (user_id bigint, CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users);
-- migration:
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users;
)",
            R"(
CREATE TABLE orders (id bigint, number bigint, CONSTRAINT orders_once UNIQUE (number));
-- migration:
DO $$ BEGIN
    ALTER TABLE orders ADD CONSTRAINT orders_once UNIQUE (id);
EXCEPTION WHEN duplicate_object THEN
    NULL;
END $$;
)"},
    .good = {R"(
CREATE TABLE orders (user_id bigint);
CREATE INDEX orders_user ON orders (user_id);
)",
             R"(
CREATE TABLE users (id bigint PRIMARY KEY);
-- migration:
DROP TABLE IF EXISTS orders;
CREATE TABLE orders (user_id bigint);
)",
             R"(
CREATE TABLE users (id bigint PRIMARY KEY);
-- migration:
CREATE TABLE orders_new (user_id bigint);
INSERT INTO orders_new SELECT user_id FROM orders;
DROP TABLE orders;
ALTER TABLE orders_new RENAME TO orders;
)",
             R"(
CREATE TABLE orders (id bigint, note text);
-- migration:
ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;
CREATE TABLE IF NOT EXISTS orders (id bigint, note text);
)",
             R"(
CREATE TABLE orders (id bigint, note text);
-- migration:
ALTER TABLE orders ADD COLUMN note text DEFAULT '', DROP COLUMN note;
)",
             R"(
CREATE TABLE orders (id bigint, note text);
-- migration:
DO $$ BEGIN
    ALTER TABLE orders ADD COLUMN note text;
EXCEPTION WHEN duplicate_column THEN
    NULL;
END $$;
)",
             R"(
CREATE TABLE orders (id bigint, CONSTRAINT positive CHECK (id > 0));
-- migration:
ALTER TABLE orders DROP CONSTRAINT positive, ADD CONSTRAINT positive CHECK (id > 1) NOT VALID;
)"},
    .check = [](const Step& step) -> std::vector<Consequence> {
        auto found = used_too_early(step);
        for (const Failure& failure : step.effects.failures)
            if (failure.kind == Failure::Kind::duplicate_object ||
                (failure.kind == Failure::Kind::missing_object && failure.certain))
                found.push_back(
                    at(of_failure(step, failure, fmt::format("Fails: {}", failure.message)), step, failure.command));
        return found;
    },
    .subject = RuleSubject::what_is_there,
};

}  // namespace pgfence::rules
