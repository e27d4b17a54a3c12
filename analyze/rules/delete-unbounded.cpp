#include <algorithm>

#include "analyze/kit/forbidden_rows.h"
#include "analyze/kit/judge.h"
#include "analyze/kit/row_choice.h"

namespace pgfence::rules {
namespace {

std::string_view picked_by(const Dml& removal) {
    const auto& all = removal.query.relations;
    if (all.size() < 2) return "the condition matches";
    const bool of_itself =
        std::all_of(all.begin(), all.end(), [&](const RangeUse& use) { return use.name == all.front().name; });
    return of_itself ? "a query over itself picks" : "a query over other tables picks";
}

}  // namespace

extern const Rule delete_unbounded{
    .title = "DELETE that may hit every row",
    .category = Category::destructive,
    .why = R"(
What is in other tables decides which rows go, and that may be all of them: a join, `IN (SELECT ...)`, `NOT EXISTS`.
The file itself holds nothing that a reader could compare with the rows he wants to keep.

Count the rows first (`SELECT count(*)` with the same condition), keep a copy of them
(`CREATE TABLE removed AS SELECT ...`), or add a condition that bounds them: a range of the key, a date, a state. A
condition that compares a column with a value is not reported, unless it is true of nearly every row: `<>`, `NOT IN`,
`LIKE '%@%'`, `< '9999-12-31'`. In a loop, or in a trigger that many rows fire, neither a `LIMIT` nor the row at hand is
such a value: the statement runs until nothing is left. A trigger that deletes by a key of the row for which it fired
(`WHERE order_id = OLD.id`, where `order_id` is unique or a foreign key) weighs less, unless the change itself fires it for
as many rows as a query has.

What a foreign key or a unique index of the same change would refuse (rows that point at nothing, all but one of several
with the same key) has to go before it: that is told, and weighs less. Rows with NULL in such a column are no reason:
both let them in.
)",
    .bad = {R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, state text);
-- migration:
DELETE FROM orders USING users WHERE users.id = orders.user_id;
)",
            R"(
DELETE FROM orders WHERE user_id NOT IN (SELECT id FROM users);
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
-- migration:
DELETE FROM orders WHERE user_id IN (SELECT user_id FROM users WHERE name = 'nobody');
)",
            R"(
DELETE FROM orders WHERE id IN
    (SELECT o.id FROM orders o LEFT JOIN users u ON u.id = o.user_id AND u.id > 100 WHERE u.id IS NULL);
)",
            R"(
MERGE INTO orders USING users ON users.id = orders.user_id WHEN MATCHED THEN DELETE;
)",
            R"(
DELETE FROM orders WHERE state <> 'paid';
)",
            R"(
DO $$ BEGIN
    LOOP
        DELETE FROM orders WHERE id IN (SELECT id FROM orders LIMIT 1000);
        EXIT WHEN NOT FOUND;
    END LOOP;
END $$;
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL);
-- migration:
DELETE FROM users WHERE id NOT IN (SELECT min(id) FROM users GROUP BY email);
ALTER TABLE users ADD UNIQUE (email);
DELETE FROM orders WHERE id IN
    (SELECT o.id FROM orders o LEFT JOIN users u ON u.id = o.user_id WHERE u.id IS NULL);
ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users;
)",
            R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text);
CREATE TABLE totals (order_id bigint PRIMARY KEY, total numeric);
CREATE FUNCTION drop_totals() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN DELETE FROM totals WHERE order_id = NEW.id; RETURN NEW; END $$;
CREATE TRIGGER drop_totals AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION drop_totals();
-- migration:
UPDATE orders SET state = 'old' WHERE state IS NULL;
)"},
    .good = {R"(
CREATE TABLE orders (id bigint PRIMARY KEY, state text);
CREATE TABLE totals (order_id bigint PRIMARY KEY, total numeric);
CREATE FUNCTION drop_totals() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN DELETE FROM totals WHERE order_id = OLD.id; RETURN OLD; END $$;
CREATE TRIGGER drop_totals AFTER DELETE ON orders FOR EACH ROW EXECUTE FUNCTION drop_totals();
-- migration:
DELETE FROM orders WHERE id = 1;
)",
             R"(
DELETE FROM orders USING users WHERE users.id = orders.user_id AND orders.state = 'void';
)",
             R"(
DELETE FROM orders WHERE id IN (SELECT id FROM users WHERE name = 'nobody');
)",
             R"(
DELETE FROM orders WHERE state IS NULL;
)",
             R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users);
-- migration:
DELETE FROM orders WHERE NOT EXISTS (SELECT FROM users WHERE users.id = orders.user_id);
DELETE FROM orders WHERE user_id NOT IN (SELECT id FROM users);
)",
             R"(
DO $$ DECLARE wanted bigint; BEGIN
    SELECT id INTO wanted FROM users WHERE name = 'nobody';
    DELETE FROM orders WHERE user_id = wanted;
END $$;
)",
             R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, state text);
DELETE FROM orders USING users WHERE users.id = orders.user_id;
)"},
    .about = kinds<Dml>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* removal = step.is<Dml>();
        // Of every row for certain another rule speaks.
        if (!removal || removal->kind != Dml::Kind::delete_ || step.work(Cause::every_row)) return {};
        if (!picks_any_row(step, *removal)) return {};
        const Work* work = step.work(Cause::query);
        const bool at_hand = step.runs == HowOften::few_times && picks_by_row_at_hand(RowChoice::of(step, *removal));
        Consequence consequence;
        if (at_hand) consequence.harm = Harm::rows_at_hand;
        consequence.message =
            at_hand
                ? fmt::format("A trigger deletes the rows of {} that belong to each changed row", code(work->relation))
            : step.runs == HowOften::few_times
                ? fmt::format("Deletes the rows of {} that {}, possibly all", code(work->relation), picked_by(*removal))
                : fmt::format("Deletes rows of {} repeatedly, possibly all", code(work->relation));
        consequence.relations = {work->relation};
        consequence.grows_with_rows = true;
        const auto forbids = forbids_rows_of(RowChoice::of(step, *removal));
        if (!forbids) return {std::move(consequence)};
        Consequence cleared = consequence;
        cleared.message = fmt::format(
            "Deletes the rows of {} {}: a constraint of this change would reject them", code(work->relation),
            removal->orphans
                ? fmt::format("that reference no row of {}", in_code(removal->orphans->table))
                : fmt::format("with the same {}, all but one", list_in_code(removal->duplicates->columns)));
        cleared.harm = Harm::forbidden_rows;
        cleared.stands_at_end = forbids;
        consequence.stands_at_end = [forbids](const Catalog& end) { return !forbids(end); };
        return {std::move(consequence), std::move(cleared)};
    },
};

}  // namespace pgfence::rules
