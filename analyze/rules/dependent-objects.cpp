#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule dependent_objects{
    .title = "DROP without CASCADE of something that others depend on",
    .category = Category::compatibility,
    .why = R"(
Views, foreign keys of other tables, defaults, generated columns and triggers depend on what is dropped. Without
`CASCADE` the statement fails, and, depending on the runner, leaves the migration half done; with it they all go too.

Drop or change the dependants first, by name, in the same transaction.
)",
    .bad = {R"(
CREATE TABLE orders (id bigint, note text);
CREATE VIEW order_notes AS SELECT note FROM orders;
-- migration:
ALTER TABLE orders DROP COLUMN note;
)",
            R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (user_id bigint REFERENCES users);
-- migration:
DROP TABLE users;
)",
            R"(
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE people (mood mood);
-- migration:
DROP TYPE mood;
)",
            R"(
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE orders (id bigint);
CREATE TRIGGER audit AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION audit();
-- migration:
DROP FUNCTION audit();
)",
            R"(
CREATE TABLE orders (price numeric, total numeric GENERATED ALWAYS AS (price * 2) STORED);
-- migration:
DO $$ BEGIN
    ALTER TABLE orders DROP COLUMN price;
END $$;
)"},
    .good = {R"(
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE orders (id serial);
CREATE TRIGGER audit AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION audit();
-- migration:
DROP TRIGGER audit ON orders;
DROP FUNCTION audit();
ALTER TABLE orders ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE orders_id_seq;
)",
             R"(
CREATE TABLE orders (id bigint, note text);
CREATE VIEW order_ids AS SELECT id FROM orders;
-- migration:
ALTER TABLE orders DROP COLUMN note;
)",
             R"(
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (user_id bigint REFERENCES users);
-- migration:
DROP TABLE users, orders;
)",
             R"(
CREATE TABLE orders (id bigint, note text);
CREATE VIEW order_notes AS SELECT note FROM orders;
-- migration:
DROP VIEW order_notes;
ALTER TABLE orders DROP COLUMN note;
)"},
    .check = [](const Step& step) { return of_failures(step, Failure::Kind::dependent_objects, "Fails"); },
};

}  // namespace pgfence::rules
