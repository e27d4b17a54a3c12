// What the model says of statements that the server refuses, or takes and does otherwise than they read. The messages
// are the server's where it has one for the case; each was seen on a server of 15 or 18.

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "tests/model/refusals.h"

using namespace pgfence;
using test::Case;
using test::said_of;

namespace {

constexpr std::string_view kSchema = R"(
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE users (id bigint PRIMARY KEY, name varchar(50), title varchar(50), mood mood, score numeric(10,4), seen timestamptz);
CREATE TABLE orders (id int PRIMARY KEY, user_id bigint REFERENCES users, price int,
    total int GENERATED ALWAYS AS (price * 2) STORED);
CREATE VIEW names AS SELECT name FROM users;
CREATE TABLE people (id int PRIMARY KEY, title text);
CREATE TABLE parts (id int PRIMARY KEY, title text, price int, weight int);
CREATE VIEW shown AS SELECT p.price, u.title, o.weight FROM people AS u JOIN parts p ON p.id = u.id
    JOIN (SELECT id, weight FROM parts) AS o ON o.id = p.id;
CREATE TABLE events (id int, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE keyed (id int) PARTITION BY HASH (id);
CREATE COLLATION blurred (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE tags (name text COLLATE blurred PRIMARY KEY);
CREATE TABLE loose (id int, at date NOT NULL);
CREATE TABLE events_24 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE animals (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, legs int NOT NULL);
CREATE TABLE cats (CHECK (legs > 0)) INHERITS (animals);
CREATE MATERIALIZED VIEW counts AS SELECT count(*) AS n FROM loose;
CREATE MATERIALIZED VIEW listed AS SELECT id FROM loose;
CREATE UNIQUE INDEX listed_id ON listed (id);
CREATE UNLOGGED TABLE cache (id int PRIMARY KEY);
CREATE TABLE marks (id int PRIMARY KEY);
CREATE TABLE points (id int REFERENCES marks) PARTITION BY LIST (id);
CREATE TABLE points_1 PARTITION OF points FOR VALUES IN (1);
CREATE VIEW marked AS SELECT m.id FROM marks m, loose WHERE at IS NOT NULL;
CREATE SCHEMA app;
CREATE TABLE app.inside (id int);
CREATE SEQUENCE numbers;
CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT 2 * $1';
CREATE PROCEDURE clean() LANGUAGE sql AS 'DELETE FROM loose';
)";

std::string said(std::string_view sql, int version = 18) { return said_of(kSchema, sql, version, false); }

// clang-format off
constexpr Case kCases[] = {
    // a type that holds less
    {"ALTER TABLE users ALTER id TYPE int",                             "maybe refused: a value that is there may be too large or too long"},
    {"ALTER TABLE users ALTER id TYPE numeric(19)",                     ""},
    {"ALTER TABLE users ALTER id TYPE numeric(18)",                     "maybe refused: a value that is there may be too large or too long"},
    {"ALTER TABLE users ALTER id TYPE float8",                          "caveat: id"},
    {"ALTER TABLE orders ALTER id TYPE float8",                         ""},
    {"ALTER TABLE orders ALTER id TYPE bigint",                         ""},
    {"ALTER TABLE users ALTER title TYPE varchar(20)",                   "maybe refused: a value that is there may be too large or too long"},
    {"ALTER TABLE users ALTER title TYPE varchar(20) USING title::varchar(20)", "caveat: title"},
    {"ALTER TABLE users ALTER title TYPE varchar(20) USING left(title, 20)", ""},
    {"ALTER TABLE users ALTER title TYPE text",                          ""},
    {"ALTER TABLE users ALTER score TYPE numeric(10,2)",                "caveat: score"},
    {"ALTER TABLE users ALTER score TYPE numeric(12,6)",                ""},
    {"ALTER TABLE users ALTER score TYPE numeric(9,4)",                 "maybe refused: a value that is there may be too large or too long"},
    {"ALTER TABLE users ALTER score TYPE int",                          "maybe refused: a value that is there may be too large or too long"},
    {"ALTER TABLE users ALTER seen TYPE timestamptz(0)",                "caveat: seen"},
    {"ALTER TABLE users ALTER seen TYPE date",                          "caveat: seen"},
    // the two sides of a foreign key
    {"ALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES users",        "caveat: id and public.users.id are int4 and int8"},
    {"ALTER TABLE orders ADD COLUMN u text REFERENCES users",           "refused: key columns \"u\" and \"id\" are of incompatible types: text and int8"},
    {"CREATE TABLE t (u bigint REFERENCES users)",                      ""},
    {"CREATE TABLE t (o bigint REFERENCES orders)",                     ""},
    {"CREATE TABLE t (o smallint REFERENCES orders)",                   "caveat: o and public.orders.id are int2 and int4"},
    {"CREATE TABLE t (u uuid, FOREIGN KEY (u) REFERENCES users (id))",  "refused: key columns \"u\" and \"id\" are of incompatible types: uuid and int8"},
    {"CREATE TABLE t (u numeric REFERENCES nobody)",                    ""},
    {"CREATE TABLE t (tag text REFERENCES tags)",                       "refused: key columns \"tag\" and \"name\" have incompatible collations"},
    {"CREATE TABLE t (tag text COLLATE blurred REFERENCES tags)",       ""},
    // keys and bounds of partitioned tables
    {"ALTER TABLE events ADD PRIMARY KEY (id)",                         "refused: a primary key lacks column \"at\" which is part of the partition key"},
    {"ALTER TABLE events ADD UNIQUE (id, at)",                          ""},
    {"CREATE UNIQUE INDEX ON events (id)",                              "refused: a unique index lacks column \"at\" which is part of the partition key"},
    {"CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE ((id / 2))", "refused: a primary key cannot be used with a partition key that is an expression"},
    {"CREATE TABLE p PARTITION OF events FOR VALUES IN ('2020-01-01')", "refused: invalid bound specification for a range partition"},
    {"CREATE TABLE p PARTITION OF keyed DEFAULT",                       "refused: a hash-partitioned table may not have a default partition"},
    {"CREATE TABLE p PARTITION OF events FOR VALUES FROM ('2020-01-01', 1) TO ('2021-01-01')", "refused: FROM must specify exactly one value per partitioning column"},
    {"ALTER TABLE events ATTACH PARTITION loose FOR VALUES WITH (MODULUS 2, REMAINDER 0)", "refused: invalid bound specification for a range partition"},
    // what others depend on
    {"DROP TABLE users",                                                "refused: cannot drop public.users because other objects depend on it: foreign key orders_user_id_fkey of public.orders, view public.names"},
    {"DROP TABLE users, orders",                                        "refused: cannot drop public.users because other objects depend on it: view public.names"},
    {"DROP TABLE users CASCADE",                                        ""},
    {"DROP TABLE orders",                                               ""},
    {"ALTER TABLE users DROP name",                                     "refused: cannot drop column name of public.users because other objects depend on it: view public.names"},
    {"ALTER TABLE users DROP score",                                    ""},
    // a qualifier tells whose column a view shows
    {"ALTER TABLE parts DROP title",                                    ""},
    {"ALTER TABLE parts ALTER title TYPE varchar",                      ""},
    {"ALTER TABLE parts DROP price",                                    "refused: cannot drop column price of public.parts because other objects depend on it: view public.shown"},
    {"ALTER TABLE parts DROP weight",                                   "refused: cannot drop column weight of public.parts because other objects depend on it: view public.shown"},
    {"ALTER TABLE people DROP title",                                   "refused: cannot drop column title of public.people because other objects depend on it: view public.shown"},
    {"ALTER TABLE orders DROP price",                                   "refused: cannot drop column price of public.orders because other objects depend on it: column total"},
    {"DROP TYPE mood",                                                  "refused: cannot drop public.mood because other objects depend on it: a column of public.users"},
    {"DROP TABLE points, marks, marked",                                "refused: \"marked\" is not a table"},
    {"ALTER TABLE loose DROP id",                                       "refused: cannot drop column id of public.loose because other objects depend on it: materialized view public.listed"},
    // what is a parent's to change
    {"ALTER TABLE events_24 ADD COLUMN note text",                      "refused: cannot add column to a partition"},
    {"ALTER TABLE ONLY events ADD COLUMN note text",                    "refused: column must be added to child tables too"},
    {"ALTER TABLE events ADD COLUMN note text",                         ""},
    {"ALTER TABLE cats DROP COLUMN legs",                               "refused: cannot drop inherited column \"legs\""},
    {"ALTER TABLE cats ALTER legs TYPE bigint",                         "refused: cannot alter inherited column \"legs\""},
    {"ALTER TABLE cats RENAME legs TO feet",                            "refused: cannot rename inherited column \"legs\""},
    {"ALTER TABLE ONLY animals RENAME legs TO feet",                    "refused: inherited column \"legs\" must be renamed in child tables too"},
    {"ALTER TABLE events_24 ALTER at DROP NOT NULL",                    "refused: column \"at\" is marked NOT NULL in parent table"},
    {"ALTER TABLE events ADD CHECK (id > 0) NO INHERIT",                "refused: cannot add NO INHERIT constraint to partitioned table \"events\""},
    // keys and identities that are there
    {"ALTER TABLE users ADD PRIMARY KEY (name)",                        "refused: multiple primary keys for table \"users\" are not allowed"},
    {"ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD PRIMARY KEY (id)", ""},
    {"ALTER TABLE orders ALTER id DROP NOT NULL",                       "refused: column \"id\" is in a primary key"},
    {"ALTER TABLE users DROP CONSTRAINT users_pkey",                    "refused: cannot drop constraint users_pkey on table users because other objects depend on it"},
    {"ALTER TABLE users DROP CONSTRAINT users_pkey CASCADE",            ""},
    {"ALTER TABLE animals ALTER id DROP DEFAULT",                       "refused: column \"id\" of relation \"animals\" is an identity column"},
    {"ALTER TABLE animals ALTER id TYPE text",                          "refused: identity column type must be smallint, integer, or bigint"},
    {"ALTER TABLE animals ALTER id TYPE bigint",                        ""},
    {"ALTER TABLE orders ALTER id DROP IDENTITY",                       "refused: column \"id\" of relation \"orders\" is not an identity column"},
    {"ALTER TABLE orders ALTER id DROP IDENTITY IF EXISTS",             ""},
    {"ALTER TABLE orders ALTER price ADD GENERATED ALWAYS AS IDENTITY", "refused: column \"price\" of relation \"orders\" must be declared NOT NULL before identity can be added"},
    {"ALTER TABLE orders ALTER price DROP EXPRESSION",                  "refused: column \"price\" of relation \"orders\" is not a generated column"},
    {"ALTER TABLE orders VALIDATE CONSTRAINT orders_pkey",              "refused: constraint \"orders_pkey\" of relation \"orders\" is not a foreign key, check, or not-null constraint"},
    {"ALTER TABLE names ADD COLUMN a int",                              "refused: \"names\" is a view: this is not for one"},
    // what is not for this table
    {"ALTER TABLE orders ADD FOREIGN KEY (price) REFERENCES cache",     "refused: constraints on permanent tables may reference only permanent tables"},
    {"CREATE TABLE t (id int REFERENCES cache)",                        "refused: constraints on permanent tables may reference only permanent tables"},
    {"CREATE UNLOGGED TABLE t (id int REFERENCES cache)",               ""},
    {"CREATE TABLE t () INHERITS (events)",                             "refused: cannot inherit from partitioned table \"events\""},
    {"CREATE TABLE t () INHERITS (events_24)",                          "refused: cannot inherit from partition \"events_24\""},
    {"CREATE TABLE t () INHERITS (animals, users)",                     "refused: inherited column \"id\" has a type conflict"},
    {"CREATE TABLE t () INHERITS (animals, orders)",                    ""},
    {"CREATE POLICY p ON names USING (true)",                           "refused: \"names\" is not a table"},
    {"CREATE TRIGGER g AFTER TRUNCATE ON users FOR EACH ROW EXECUTE FUNCTION f()", "refused: TRUNCATE FOR EACH ROW triggers are not supported"},
    {"TRUNCATE users",                                                  "refused: cannot truncate a table referenced in a foreign key constraint: orders_user_id_fkey of public.orders"},
    {"TRUNCATE users, orders",                                          ""},
    {"TRUNCATE users CASCADE",                                          ""},
    {"DROP SCHEMA app",                                                 "refused: cannot drop schema app because other objects depend on it: table app.inside"},
    {"DROP SCHEMA app CASCADE",                                         ""},
    {"REFRESH MATERIALIZED VIEW CONCURRENTLY counts",                   "maybe refused: cannot refresh materialized view \"public.counts\" concurrently: it has no unique index on columns, over all rows"},
    {"REFRESH MATERIALIZED VIEW CONCURRENTLY listed",                   ""},
    {"CLUSTER orders",                                                  "maybe refused: there is no previously clustered index for table \"orders\""},
    // named twice, or there already
    {"UPDATE users SET name = 'a', name = 'b'",                         "refused: multiple assignments to same column \"name\""},
    {"UPDATE users SET a[1] = 1, a[2] = 2",                             ""},
    {"INSERT INTO users (id, id) VALUES (1, 2)",                        "refused: column \"id\" specified more than once"},
    {"CREATE TABLE t (a int, a int)",                                   "refused: column \"a\" specified more than once"},
    {"ALTER TABLE users ADD COLUMN name text",                          "refused: column \"name\" of relation \"users\" already exists"},
    {"ALTER TABLE users ADD COLUMN IF NOT EXISTS name text",            ""},
    {"CREATE INDEX names ON users (name)",                              "refused: relation \"names\" already exists"},
    {"ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users", "refused: constraint \"orders_user_id_fkey\" for relation \"orders\" already exists"},
    {"ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey CHECK (id > 0)", "refused: constraint \"orders_user_id_fkey\" for relation \"orders\" already exists"},
    {"ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey UNIQUE (price)", "refused: constraint \"orders_user_id_fkey\" for relation \"orders\" already exists"},
    {"ALTER TABLE orders ADD CONSTRAINT orders_pkey UNIQUE (price)",    "refused: relation \"orders_pkey\" already exists"},
    {"ALTER TABLE orders ADD CONSTRAINT users UNIQUE (price)",          "refused: relation \"users\" already exists"},
    {"ALTER TABLE orders ADD CONSTRAINT users CHECK (id > 0)",          ""},
    {"ALTER TABLE orders ADD CONSTRAINT twice CHECK (id > 0), ADD CONSTRAINT twice CHECK (id > 0)", "refused: constraint \"twice\" for relation \"orders\" already exists"},
    {"ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey, ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users", ""},
    {"ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD CONSTRAINT orders_pkey PRIMARY KEY (id)", ""},
    // named or made twice in one statement
    {"CREATE TABLE t (a int PRIMARY KEY, b int PRIMARY KEY)",           "refused: multiple primary keys for table \"t\" are not allowed"},
    {"CREATE TABLE t (a int PRIMARY KEY, b int, PRIMARY KEY (b))",      "refused: multiple primary keys for table \"t\" are not allowed"},
    {"CREATE TABLE t (a int UNIQUE, b int PRIMARY KEY, UNIQUE (b))",    ""},
    {"CREATE TABLE t (LIKE loose, LIKE people)",                        "refused: column \"id\" specified more than once"},
    {"CREATE TABLE t (id bigint, LIKE loose)",                          "refused: column \"id\" specified more than once"},
    {"CREATE TABLE t (LIKE loose, title text)",                         ""},
    {"CREATE TABLE t (id int) INHERITS (loose)",                        ""},
    {"CREATE VIEW v AS SELECT id, id FROM loose",                       "refused: column \"id\" specified more than once"},
    {"CREATE VIEW v AS SELECT l.id, p.id FROM loose l, people p",       "refused: column \"id\" specified more than once"},
    {"CREATE VIEW v AS SELECT l.id, p.id AS person FROM loose l, people p", ""},
    {"CREATE VIEW v (a, b) AS SELECT id, id FROM loose",                ""},
    {"CREATE VIEW v AS SELECT * FROM loose JOIN people USING (id)",     ""},
    // virtual columns under a key
    {"CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) VIRTUAL, UNIQUE (a) INCLUDE (b))", "refused: unique constraints on virtual generated columns are not supported"},
    {"CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) VIRTUAL UNIQUE)", "refused: unique constraints on virtual generated columns are not supported"},
    {"CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED, UNIQUE (a) INCLUDE (b))", ""},
    {"ALTER TABLE people ADD COLUMN b int GENERATED ALWAYS AS (id + 1) VIRTUAL, ADD UNIQUE (id) INCLUDE (b)", "refused: unique constraints on virtual generated columns are not supported"},
    // routines and rights of another kind
    {"CREATE OR REPLACE FUNCTION twice(int) RETURNS bigint LANGUAGE sql AS 'SELECT 1'", "refused: cannot change return type of existing function \"twice\""},
    {"CREATE OR REPLACE FUNCTION twice(a int) RETURNS void LANGUAGE sql AS 'SELECT 1'", "refused: cannot change return type of existing function \"twice\""},
    {"CREATE OR REPLACE FUNCTION twice(int) RETURNS SETOF int LANGUAGE sql AS 'SELECT 1'", "refused: cannot change return type of existing function \"twice\""},
    {"CREATE OR REPLACE FUNCTION twice(int) RETURNS integer LANGUAGE sql AS 'SELECT 1'", ""},
    {"CREATE OR REPLACE FUNCTION twice(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1'", ""},
    {"CREATE OR REPLACE FUNCTION twice(int) RETURNS people.id%TYPE LANGUAGE sql AS 'SELECT 1'", ""},
    {"CREATE OR REPLACE PROCEDURE twice(int) LANGUAGE sql AS 'SELECT 1'", "refused: cannot change routine kind of \"twice\""},
    {"DROP PROCEDURE twice(int)",                                       "refused: twice() is not a procedure"},
    {"DROP FUNCTION twice(int)",                                        ""},
    {"DROP ROUTINE twice(int)",                                         ""},
    {"DROP FUNCTION clean()",                                           "refused: clean() is not a function"},
    {"DROP PROCEDURE clean()",                                          ""},
    {"GRANT USAGE ON SEQUENCE people TO PUBLIC",                        "refused: \"people\" is not a sequence"},
    {"REVOKE ALL ON SEQUENCE names FROM PUBLIC",                        "refused: \"names\" is not a sequence"},
    {"GRANT USAGE ON SEQUENCE numbers TO PUBLIC",                       ""},
    {"GRANT SELECT ON numbers TO PUBLIC",                               ""},
    // expressions whose answer changes
    {"ALTER TABLE users ADD CHECK (seen < now()) NOT VALID",            "caveat: now()"},
    {"CREATE TABLE t (a date CHECK (a < CURRENT_DATE))",                "caveat: CURRENT_DATE"},
    {"CREATE TABLE t (a timestamptz CHECK (date_trunc('day', a) = a))", ""},
    {"ALTER TABLE users ALTER score SET DEFAULT random()",              "caveat: score"},
    {"ALTER TABLE users ALTER seen SET DEFAULT now()",                  ""},
};
// clang-format on

}  // namespace

TEST_CASE("collations of a foreign key are compared from 18 on") {
    CHECK(said("CREATE TABLE t (tag text REFERENCES tags)", 17) ==
          "caveat: key columns \"tag\" and \"name\" have incompatible collations");
}

TEST_CASE("two names of which a part is not known may be two names") {
    CHECK(said_of("CREATE TABLE known (id int)", "CREATE TABLE known (id int)", 18, false) ==
          "refused: relation \"known\" already exists");
    CHECK(said_of("CREATE TABLE unknown_value (id int)", "CREATE TABLE unknown_value (id int)", 18, false).empty());
    CHECK(said_of("CREATE TYPE unknown_value AS ENUM ('a')", "CREATE TYPE unknown_value AS ENUM ('b')", 18, false)
              .empty());
    CHECK(said_of("CREATE TABLE t (id int); CREATE INDEX ix_unknown_value ON t (id)",
                  "CREATE INDEX ix_unknown_value ON t (id)", 18, false)
              .empty());
}

TEST_CASE("of the constraints that a statement adds, keys alone have an index by then") {
    const auto clustered_on = [](const std::string& constraint) {
        return said_of(kSchema, "ALTER TABLE people ADD CONSTRAINT k " + constraint + ", CLUSTER ON k", 18, true);
    };
    CHECK(clustered_on("NOT NULL title") == "refused: index \"k\" for table \"people\" does not exist");
    CHECK(clustered_on("CHECK (id > 0)") == "refused: index \"k\" for table \"people\" does not exist");
    CHECK(clustered_on("UNIQUE (title)").empty());
}

TEST_CASE("what the server refuses, and what it takes otherwise than it reads") {
    for (const Case& c : kCases) {
        INFO(c.sql);
        CHECK(said(c.sql) == c.expected);
    }
}

TEST_CASE("no server before 18 takes NOT ENFORCED, of whichever constraint and wherever it stands") {
    for (const char* sql : {
             "ALTER TABLE orders ADD CONSTRAINT c FOREIGN KEY (user_id) REFERENCES users NOT ENFORCED",
             "ALTER TABLE orders ADD CONSTRAINT c CHECK (price > 0) NOT ENFORCED",
             "ALTER TABLE orders ADD COLUMN buyer bigint REFERENCES users NOT ENFORCED",
             "ALTER TABLE orders ADD COLUMN amount int CHECK (amount > 0) NOT ENFORCED",
             "ALTER TABLE orders ALTER CONSTRAINT orders_user_id_fkey NOT ENFORCED",
             "CREATE TABLE bills (user_id bigint REFERENCES users NOT ENFORCED)",
             "CREATE TABLE bills (user_id bigint, FOREIGN KEY (user_id) REFERENCES users NOT ENFORCED)",
             "CREATE TABLE bills (amount int CHECK (amount > 0) NOT ENFORCED)",
         }) {
        INFO(sql);
        for (int version = 11; version < 18; ++version)
            CHECK(said(sql, version) == "refused: NOT ENFORCED needs PostgreSQL 18 or later");
        CHECK(said(sql, 18).empty());
    }
}
