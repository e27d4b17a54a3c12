// What the model says of statements that the server refuses, or takes and does otherwise than they read. The messages
// are the server's where it has one for the case; each was seen on a server of 15 or 18.

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "analyze/catalog/replay.h"
#include "analyze/lower/lower.h"
#include "analyze/model/model.h"

using namespace pgfence;

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
)";

/// "refused: ..." for failures, "maybe refused: ..." for uncertain ones, "caveat: ..."; one a line. `whole`: the schema
/// holds all that there is.
std::string said_of(std::string_view schema, std::string_view sql, int version, bool whole) {
    WritableCatalog catalog;
    for (const auto& statement : lower(schema).statements)
        for (const Action& action : statement.actions) replay(catalog, action, version);
    catalog.begin_change();
    catalog.set_complete(whole);
    const Lowered lowered = lower(sql);
    REQUIRE(lowered.errors.empty());
    std::string text;
    for (const auto& statement : lowered.statements)
        for (const Action& action : statement.actions) {
            const Effects effects = effects_of(action, catalog, {version, false, ""});
            for (const Failure& failure : effects.failures)
                text += std::string(failure.certain ? "refused: " : "maybe refused: ") + failure.message + "\n";
            for (const Caveat& caveat : effects.caveats) text += "caveat: " + caveat.what + "\n";
        }
    if (!text.empty()) text.pop_back();
    return text;
}

std::string said(std::string_view sql, int version = 18) { return said_of(kSchema, sql, version, false); }

struct Case {
    const char* sql;
    const char* expected;
};

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

namespace {

/// What hangs on tables, and tables that hang on each other.
constexpr std::string_view kTangle = R"(
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TYPE pair AS (a int, b text);
CREATE TABLE pairs OF pair;
CREATE TABLE users (id bigint PRIMARY KEY, name text, age int DEFAULT 7, seen timestamptz, kind text, role text, data json, score int);
CREATE TABLE notes (id int PRIMARY KEY, user_id bigint REFERENCES users, body text DEFAULT 'x', total int, pos positive, list positive[], p pair);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE OF kind ON users FOR EACH ROW WHEN (NEW.score > 1) EXECUTE FUNCTION touch();
CREATE POLICY po ON users USING (role = CURRENT_USER);
CREATE POLICY far ON notes USING (EXISTS (SELECT 1 FROM users));
CREATE TABLE log (at date);
CREATE RULE ru AS ON DELETE TO log DO ALSO DELETE FROM notes WHERE false;
CREATE VIEW v AS SELECT u.id, u.name AS called FROM users u;
CREATE MATERIALIZED VIEW m AS SELECT pos, body FROM notes;
CREATE INDEX partial ON notes (id) WHERE total > 0;
CREATE INDEX plain ON notes (body);
CREATE INDEX hashed ON notes USING hash (body);
CREATE UNIQUE INDEX nullable ON notes (total);
CREATE UNIQUE INDEX expressed ON notes (lower(body));
CREATE TABLE events (id int, at date NOT NULL, CONSTRAINT odd CHECK (id > 0)) PARTITION BY RANGE (at);
CREATE TABLE events_24 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_rest PARTITION OF events DEFAULT;
CREATE TRIGGER each AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION touch();
CREATE INDEX events_id ON events (id);
CREATE TABLE loose (id int, at date NOT NULL, CONSTRAINT odd CHECK (id > 0));
CREATE TABLE wider (id int, at date NOT NULL, more int, CONSTRAINT odd CHECK (id > 0));
CREATE TABLE laxer (id int, at date, CONSTRAINT odd CHECK (id > 0));
CREATE TABLE other_type (id bigint, at date NOT NULL, CONSTRAINT odd CHECK (id > 0));
CREATE TABLE unchecked (id int, at date NOT NULL);
CREATE TABLE kinds (kind text) PARTITION BY LIST (kind);
CREATE TABLE ruled (id int PRIMARY KEY, n int);
CREATE RULE ruled_update AS ON UPDATE TO ruled DO ALSO NOTHING;
CREATE FOREIGN DATA WRAPPER elsewhere;
CREATE SERVER far FOREIGN DATA WRAPPER elsewhere;
CREATE FOREIGN TABLE there (id int) SERVER far;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE felt (m mood DEFAULT 'ok');
ALTER TABLE felt ALTER m TYPE text;
CREATE TABLE base (id int);
CREATE TABLE base_1 () INHERITS (base);
CREATE TABLE base_2 () INHERITS (base_1);
CREATE TABLE keeper (r base_2, n int CONSTRAINT keeper_n NOT NULL NO INHERIT);
CREATE TABLE kinds_a PARTITION OF kinds FOR VALUES IN ('a', NULL);
CREATE TABLE shards (id int) PARTITION BY HASH (id);
CREATE TABLE shards_0 PARTITION OF shards FOR VALUES WITH (MODULUS 4, REMAINDER 0);
CREATE UNLOGGED TABLE cache (id int PRIMARY KEY, notes_id int);
CREATE UNLOGGED TABLE cached (cache_id int REFERENCES cache);
CREATE PUBLICATION pub FOR TABLE log;
CREATE TEMP TABLE brief (n int);
CREATE TABLE counted (id serial, a int);
CREATE TABLE counted_too () INHERITS (counted);
CREATE TABLE one (id int, a int);
CREATE TABLE two (id int, b int);
CREATE TABLE of_both () INHERITS (one, two);
CREATE SEQUENCE numbers;
CREATE TABLE numbered (n int DEFAULT nextval('numbers'));
CREATE TABLE owner (n int);
ALTER SEQUENCE numbers OWNED BY owner.n;
)";

std::string of_tangle(std::string_view sql, int version = 18) { return said_of(kTangle, sql, version, true); }

// clang-format off
constexpr Case kTangled[] = {
    // another kind than the statement says
    {"DROP VIEW users",                                     "refused: \"users\" is not a view"},
    {"DROP TABLE v",                                        "refused: \"v\" is not a table"},
    {"DROP INDEX users",                                    "refused: \"users\" is not an index"},
    {"DROP MATERIALIZED VIEW v",                            "refused: \"v\" is not a materialized view"},
    {"ALTER VIEW users RENAME TO x",                        "refused: \"users\" is not a view"},
    {"ALTER INDEX users SET (fillfactor = 70)",             "refused: \"users\" is not an index"},
    {"TRUNCATE v",                                          "refused: \"v\" is not a table"},
    {"LOCK TABLE m",                                        "refused: \"m\" is not a table or view"},
    {"LOCK TABLE v",                                        ""},
    {"REINDEX TABLE v",                                     "refused: \"v\" is not a table or materialized view"},
    {"CREATE INDEX ON v (id)",                              "refused: \"v\" is not a table"},
    {"ALTER TABLE m ALTER body SET DEFAULT 'x'",            "refused: \"m\" is a materialized view: this is not for one"},
    {"ALTER TABLE v ALTER id DROP IDENTITY IF EXISTS",      ""},
    {"ALTER TABLE v REPLICA IDENTITY FULL",                 "refused: \"v\" is a view: this is not for one"},
    {"ALTER TABLE events SET UNLOGGED",                     "refused: \"events\" is a partitioned table: this is not for one"},
    // views
    {"CREATE VIEW v AS SELECT 1 AS one",                    "refused: relation \"v\" already exists"},
    {"CREATE OR REPLACE VIEW v AS SELECT id FROM users",    "refused: cannot drop columns from view"},
    {"CREATE OR REPLACE VIEW v AS SELECT id, name FROM users", "refused: cannot change name of view column \"called\" to \"name\""},
    {"CREATE OR REPLACE VIEW v AS SELECT u.age AS id, u.name AS called FROM users u", "refused: cannot change data type of view column \"id\""},
    {"CREATE OR REPLACE VIEW v AS SELECT u.id, u.name AS called, 1 AS more FROM users u", ""},
    {"CREATE OR REPLACE VIEW v AS SELECT n FROM brief",     ""},
    {"CREATE OR REPLACE VIEW users AS SELECT 1",            "refused: \"users\" is not a view"},
    {"CREATE VIEW w AS SELECT nothing FROM users",          "refused: column \"nothing\" of relation \"users\" does not exist"},
    {"CREATE VIEW w AS SELECT name FROM v",                 "refused: column \"name\" of relation \"v\" does not exist"},
    {"CREATE VIEW w AS SELECT ctid, users, called FROM users, v", ""},
    // triggers
    {"CREATE TRIGGER t INSTEAD OF INSERT ON users FOR EACH ROW EXECUTE FUNCTION touch()", "refused: \"users\" is a table: tables cannot have INSTEAD OF triggers"},
    {"CREATE TRIGGER t INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION touch()", ""},
    {"CREATE TRIGGER t AFTER INSERT ON v FOR EACH ROW EXECUTE FUNCTION touch()", "refused: \"v\" is a view: it cannot have row-level BEFORE or AFTER triggers"},
    {"CREATE TRIGGER t AFTER INSERT ON m FOR EACH STATEMENT EXECUTE FUNCTION touch()", "refused: relation \"m\" cannot have triggers"},
    {"CREATE TRIGGER tr AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION touch()", "refused: trigger \"tr\" for relation \"users\" already exists"},
    {"DROP TRIGGER each ON events_24",                      "refused: cannot drop trigger each on table events_24 because trigger each on table events requires it"},
    {"DROP TRIGGER nothing ON users",                       "refused: trigger \"nothing\" for table \"users\" does not exist"},
    {"ALTER TABLE users DISABLE TRIGGER nothing",           "refused: trigger \"nothing\" for table \"users\" does not exist"},
    // what names a column
    {"ALTER TABLE users DROP kind",                         "refused: cannot drop column kind of public.users because other objects depend on it: trigger tr"},
    {"ALTER TABLE users DROP score",                        "refused: cannot drop column score of public.users because other objects depend on it: trigger tr"},
    {"ALTER TABLE users DROP role",                         "refused: cannot drop column role of public.users because other objects depend on it: policy po"},
    {"ALTER TABLE users ALTER kind TYPE varchar",           "refused: cannot alter type of a column used in a trigger definition (tr)"},
    {"ALTER TABLE users ALTER role TYPE varchar",           "refused: cannot alter type of a column used in a policy definition (po)"},
    {"ALTER TABLE events DROP at",                          "refused: cannot drop column \"at\" because it is part of the partition key of relation \"events\""},
    {"ALTER TABLE ONLY events DROP id",                     "refused: cannot drop column from only the partitioned table when partitions exist"},
    {"ALTER TABLE users DROP nothing",                      "refused: column \"nothing\" of relation \"users\" does not exist"},
    {"ALTER TABLE users DROP IF EXISTS nothing",            ""},
    {"ALTER TABLE users ADD fresh int, ALTER fresh SET DEFAULT 1", ""},
    {"ALTER TABLE users RENAME nothing TO x",               "refused: column \"nothing\" of relation \"users\" does not exist"},
    {"ALTER TABLE v RENAME nothing TO x",                   "refused: column \"nothing\" of relation \"v\" does not exist"},
    {"ALTER TABLE users RENAME name TO age",                "refused: column \"age\" of relation \"users\" already exists"},
    {"ALTER TABLE v RENAME called TO named",                ""},
    {"DROP TABLE log, users, notes",                        "refused: cannot drop public.users because other objects depend on it: view public.v\nrefused: cannot drop public.notes because other objects depend on it: materialized view public.m"},
    {"DROP TABLE notes",                                    "refused: cannot drop public.notes because other objects depend on it: a rule of public.log, materialized view public.m"},
    {"DROP TABLE users",                                    "refused: cannot drop public.users because other objects depend on it: a policy of public.notes, foreign key notes_user_id_fkey of public.notes, view public.v"},
    {"DROP TABLE owner",                                    "refused: cannot drop public.owner because other objects depend on it: a default of public.numbered"},
    // indexes that are no good for it
    {"ALTER TABLE notes CLUSTER ON partial",                "refused: cannot cluster on partial index \"partial\""},
    {"ALTER TABLE notes CLUSTER ON hashed",                 "refused: cannot cluster on index \"hashed\" because access method does not support clustering"},
    {"ALTER TABLE notes CLUSTER ON plain",                  ""},
    {"CLUSTER users USING plain",                           "refused: \"plain\" is not an index for table \"users\""},
    {"ALTER TABLE events CLUSTER ON events_id",             "refused: cannot mark index clustered in partitioned table"},
    {"ALTER TABLE notes REPLICA IDENTITY USING INDEX plain", "refused: cannot use non-unique index \"plain\" as replica identity"},
    {"ALTER TABLE notes REPLICA IDENTITY USING INDEX expressed", "refused: cannot use expression index \"expressed\" as replica identity"},
    {"ALTER TABLE notes REPLICA IDENTITY USING INDEX nullable", "refused: index \"nullable\" cannot be used as replica identity because column \"total\" is nullable"},
    {"ALTER TABLE notes REPLICA IDENTITY USING INDEX notes_pkey", ""},
    {"ALTER TABLE notes ADD UNIQUE USING INDEX plain",      "refused: \"plain\" is not a unique index"},
    {"ALTER TABLE notes ADD UNIQUE USING INDEX nullable",   ""},
    {"ALTER TABLE notes ADD UNIQUE USING INDEX expressed",  "refused: index \"expressed\" contains expressions"},
    {"ALTER TABLE notes ADD UNIQUE USING INDEX nothing",    "refused: index \"nothing\" for table \"notes\" does not exist"},
    {"CREATE INDEX ON users (data)",                        "refused: data type json has no default operator class for access method \"btree\""},
    {"DROP INDEX events_24_id_idx",                         "refused: cannot drop index events_24_id_idx because index events_id requires it"},
    // bounds and what is attached
    {"CREATE TABLE n PARTITION OF events FOR VALUES FROM ('2024-06-01') TO ('2026-01-01')", "refused: partition would overlap partition \"events_24\""},
    {"CREATE TABLE n PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')", ""},
    {"CREATE TABLE n PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2025-01-01')", "refused: empty range bound specified for partition"},
    {"CREATE TABLE n PARTITION OF events DEFAULT",          "refused: partition conflicts with existing default partition \"events_rest\""},
    {"CREATE TABLE n PARTITION OF kinds FOR VALUES IN ('b', 'a')", "refused: partition would overlap partition \"kinds_a\""},
    {"CREATE TABLE n PARTITION OF kinds FOR VALUES IN (NULL)", "refused: partition would overlap partition \"kinds_a\""},
    {"CREATE TABLE n PARTITION OF kinds FOR VALUES IN ('b')", ""},
    {"CREATE TABLE n PARTITION OF shards FOR VALUES WITH (MODULUS 2, REMAINDER 0)", "refused: partition would overlap partition \"shards_0\""},
    {"CREATE TABLE n PARTITION OF shards FOR VALUES WITH (MODULUS 3, REMAINDER 1)", "refused: every hash partition modulus must be a factor of the next larger modulus"},
    {"CREATE TABLE n PARTITION OF shards FOR VALUES WITH (MODULUS 8, REMAINDER 1)", ""},
    {"ALTER TABLE events ATTACH PARTITION loose FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')", ""},
    {"ALTER TABLE events ATTACH PARTITION events_24 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')", "refused: \"events_24\" is already a partition"},
    {"ALTER TABLE events ATTACH PARTITION wider FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')", "refused: table \"wider\" contains column \"more\" not found in parent \"events\""},
    {"ALTER TABLE events ATTACH PARTITION laxer FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')", "refused: column \"at\" in child table must be marked NOT NULL"},
    {"ALTER TABLE events ATTACH PARTITION other_type FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')", "refused: child table \"other_type\" has different type for column \"id\""},
    {"ALTER TABLE events ATTACH PARTITION unchecked FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')", "refused: child table is missing constraint \"odd\""},
    {"ALTER TABLE events DETACH PARTITION loose",           "refused: relation \"loose\" is not a partition of relation \"events\""},
    {"ALTER TABLE loose INHERIT users",                     "refused: child table \"loose\" has different type for column \"id\""},
    {"ALTER TABLE loose NO INHERIT users",                  "refused: relation \"users\" is not a parent of relation \"loose\""},
    // logged or not, published or not
    {"ALTER TABLE cached SET LOGGED",                       "refused: could not change table \"cached\" to logged because it references unlogged table \"cache\""},
    {"ALTER TABLE cache SET LOGGED",                        ""},
    {"ALTER TABLE users SET UNLOGGED",                      "refused: could not change table \"users\" to unlogged because it references logged table \"notes\""},
    {"ALTER TABLE log SET UNLOGGED",                        "refused: cannot change table \"log\" to unlogged because it is part of a publication"},
    {"ALTER PUBLICATION pub ADD TABLE log",                 "refused: relation \"log\" is already member of publication \"pub\""},
    {"ALTER PUBLICATION pub ADD TABLE cache",               "refused: cannot add relation \"cache\" to publication: unlogged tables cannot be replicated"},
    // types
    {"ALTER TABLE users ALTER seen TYPE int",               "refused: column \"seen\" cannot be cast automatically to type int4"},
    {"ALTER TABLE users ALTER age TYPE date USING now()",   "refused: default for column \"age\" cannot be cast automatically to type date"},
    {"ALTER TABLE users ALTER age DROP DEFAULT, ALTER age TYPE date USING now()", ""},
    {"ALTER TYPE pair ADD ATTRIBUTE c int",                 "refused: cannot alter type \"pair\" because it is the type of a typed table"},
    {"ALTER TYPE pair ADD ATTRIBUTE c int CASCADE",         ""},
    {"ALTER TYPE pair ALTER ATTRIBUTE a TYPE bigint CASCADE", "refused: cannot alter type \"pair\" because a column of public.notes uses it"},
    {"ALTER TYPE pair RENAME ATTRIBUTE a TO z",             "refused: cannot alter type \"pair\" because it is the type of a typed table"},
    {"ALTER DOMAIN positive DROP CONSTRAINT nothing",       "refused: constraint \"nothing\" of domain \"positive\" does not exist"},
    {"ALTER DOMAIN positive ADD CHECK (VALUE > 1)",         "maybe refused: cannot alter type \"positive\" because a column of public.notes uses it"},
    {"ALTER TABLE users ALTER id SET STORAGE EXTERNAL",     "refused: column data type can only have storage PLAIN"},
    {"ALTER TABLE users ALTER name SET STORAGE EXTERNAL",   ""},
    {"ALTER TABLE events SET (fillfactor = 70)",            "refused: cannot specify storage parameters for a partitioned table"},
    // foreign keys
    {"ALTER TABLE notes ADD FOREIGN KEY (total) REFERENCES log", "refused: there is no primary key for referenced table \"log\""},
    {"ALTER TABLE notes ADD FOREIGN KEY (body) REFERENCES users (name)", "refused: there is no unique constraint matching given keys for referenced table \"users\""},
    {"ALTER TABLE users ADD UNIQUE (name), ADD FOREIGN KEY (kind) REFERENCES users (name)", ""},
    {"CREATE TABLE n (id bigint REFERENCES v)",             "refused: referenced relation \"v\" is not a table"},
    // what comes from two parents, what goes first
    {"ALTER TABLE one RENAME id TO x",                      "refused: cannot rename inherited column \"id\" of a child"},
    {"ALTER TABLE one ALTER id TYPE bigint",                "refused: cannot alter inherited column \"id\" of a child"},
    {"ALTER TABLE one RENAME a TO x",                       ""},
    {"ALTER TABLE loose DROP CONSTRAINT odd, VALIDATE CONSTRAINT odd", "refused: constraint \"odd\" of relation \"loose\" does not exist"},
    {"COMMENT ON TABLE v IS 'x'",                           "refused: \"v\" is not a table"},
    {"COMMENT ON VIEW v IS 'x'",                            ""},
    {"ALTER TABLE counted DROP id",                         ""},
    {"ALTER TABLE loose ALTER id DROP DEFAULT, DROP id",    ""},
    {"ALTER TABLE loose DROP id, ALTER id DROP DEFAULT",    "refused: column \"id\" of relation \"loose\" does not exist"},
    {"ALTER TABLE loose ALTER id SET DEFAULT 1, DROP id",   "refused: column \"id\" of relation \"loose\" does not exist"},
    {"ALTER TABLE cache DROP id CASCADE, ADD PRIMARY KEY (notes_id)", ""},
    // what is not there
    {"DROP TABLE nothing",                                  "maybe refused: relation \"nothing\" does not exist"},
    {"DROP TABLE IF EXISTS nothing",                        ""},
    {"TRUNCATE users_old",                                  "maybe refused: relation \"users_old\" does not exist"},
    {"ALTER TABLE users ADD UNIQUE (name), CLUSTER ON users_name_key", ""},
    {"ALTER TABLE notes ADD CONSTRAINT k UNIQUE (id), REPLICA IDENTITY USING INDEX k", ""},
    {"ALTER TABLE users CLUSTER ON users_name_key",         "refused: index \"users_name_key\" for table \"users\" does not exist"},
    // what is below a table, and what a column was
    {"ALTER TABLE base ALTER id TYPE bigint",               "refused: cannot alter table \"base_2\" because column \"keeper.r\" uses its row type"},
    {"ALTER TABLE base ALTER id DROP EXPRESSION IF EXISTS", "refused: ALTER TABLE / DROP EXPRESSION must be applied to child tables too"},
    {"ALTER TABLE base_1 ALTER id DROP EXPRESSION IF EXISTS", "refused: cannot drop generation expression from inherited column"},
    {"ALTER TABLE keeper ALTER n SET NOT NULL",             "refused: cannot change NO INHERIT status of NOT NULL constraint of column \"n\""},
    {"ALTER TABLE ONLY keeper ALTER n SET NOT NULL",        ""},
    {"DROP TYPE mood",                                      "refused: cannot drop public.mood because other objects depend on it: a default of public.felt"},
    {"DROP TYPE mood CASCADE",                              ""},
    {"ALTER TABLE users ADD j json UNIQUE",                 "refused: data type json has no default operator class for access method \"btree\""},
    {"ALTER TABLE users ADD j int2vector UNIQUE",           ""},
    {"ALTER TABLE users ADD UNIQUE (data)",                 "refused: data type json has no default operator class for access method \"btree\""},
    {"ALTER TABLE log ADD g date GENERATED ALWAYS AS (at) STORED, DROP at", "refused: column \"at\" does not exist"},
    {"INSERT INTO ruled (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET n = 2", "maybe refused: INSERT with ON CONFLICT clause cannot be used with table that has INSERT or UPDATE rules"},
    {"INSERT INTO ruled (id) VALUES (1)",                   ""},
    {"DROP SERVER far",                                     "refused: cannot drop server far because other objects depend on it: foreign table public.there"},
    {"CREATE INDEX ON there (id)",                          "refused: \"there\" is not a table"},
    // schemas
    {"ALTER TABLE users SET SCHEMA nowhere",                "refused: schema \"nowhere\" does not exist"},
    {"ALTER SEQUENCE numbers SET SCHEMA public",            "refused: cannot move an owned sequence into another schema"},
};
// clang-format on

}  // namespace

TEST_CASE("what the server refuses for what hangs on a table, or is of another kind") {
    for (const Case& c : kTangled) {
        INFO(c.sql);
        CHECK(of_tangle(c.sql) == c.expected);
    }
}

TEST_CASE("what is not in a catalog that may lack it is not said to be missing") {
    for (const char* sql : {"ALTER TABLE users DROP nothing", "CREATE VIEW w AS SELECT nothing FROM users",
                            "ALTER TABLE notes ADD FOREIGN KEY (body) REFERENCES users (name)",
                            "ALTER TABLE users DISABLE TRIGGER nothing", "ALTER TABLE users RENAME nothing TO x"}) {
        INFO(sql);
        CHECK(said_of(kTangle, sql, 18, false).empty());
    }
}

TEST_CASE("what came with a version is refused by those before it") {
    for (const auto& [sql, since] : {
             std::pair{"CREATE OR REPLACE TRIGGER tr AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION touch()", 14},
             std::pair{"CREATE TRIGGER t BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION touch()", 13},
             std::pair{"ALTER TABLE users ALTER id DROP EXPRESSION IF EXISTS", 13},
             std::pair{"MERGE INTO users USING log ON false WHEN MATCHED THEN DELETE", 15},
             std::pair{"CREATE UNIQUE INDEX ON users (age) NULLS NOT DISTINCT", 15},
             std::pair{"ALTER TABLE users ADD UNIQUE NULLS NOT DISTINCT (age)", 15},
         }) {
        INFO(sql);
        CHECK(of_tangle(sql, since).empty());
        CHECK_FALSE(of_tangle(sql, since - 1).empty());
    }
}

TEST_CASE("what migrations dropped or renamed is not there, however little is known of the rest") {
    constexpr std::string_view kHistory =
        "CREATE TABLE orders (id bigint PRIMARY KEY, note text, state text);\n"
        "CREATE TABLE users (id bigint PRIMARY KEY, name text);\n"
        "ALTER TABLE orders RENAME TO purchases;\n"
        "ALTER TABLE users RENAME COLUMN name TO title;\n"
        "ALTER TABLE purchases DROP COLUMN state;\n";
    const auto said = [&](std::string_view sql) { return said_of(kHistory, sql, 16, false); };
    const std::string no_table = "refused: relation \"orders\" does not exist";
    CHECK(said("ALTER TABLE orders ADD COLUMN x int").find(no_table) != std::string::npos);
    CHECK(said("CREATE INDEX ON orders (id)").find(no_table) != std::string::npos);
    CHECK(said("UPDATE orders SET note = ''").find(no_table) != std::string::npos);
    CHECK(said("DROP TABLE orders").find(no_table) != std::string::npos);
    CHECK(said("ALTER TABLE users ADD FOREIGN KEY (id) REFERENCES orders (id)").find(no_table) != std::string::npos);
    CHECK(said("ALTER TABLE IF EXISTS orders ADD COLUMN x int").find("does not exist") == std::string::npos);
    CHECK(said("ALTER TABLE others ADD COLUMN x int").find("refused") == std::string::npos);
    const std::string no_column = "refused: column \"name\" of relation \"users\" does not exist";
    CHECK(said("ALTER TABLE users ALTER COLUMN name SET NOT NULL").find(no_column) != std::string::npos);
    CHECK(said("UPDATE users SET name = ''").find(no_column) != std::string::npos);
    CHECK(said("CREATE INDEX ON users (name)").find("refused: column \"name\" does not exist") != std::string::npos);
    CHECK(said("UPDATE purchases SET state = ''").find("refused: column \"state\"") != std::string::npos);
    CHECK(said("UPDATE users SET age = 1").find("refused") == std::string::npos);
}

TEST_CASE("nothing is missing that may be there all the same") {
    const auto said = [](std::string_view history, std::string_view sql) { return said_of(history, sql, 16, false); };
    // Functions and schemas have names of their own.
    CHECK(said("ALTER FUNCTION orders(int) RENAME TO totals", "ALTER TABLE orders ADD COLUMN x int") == "");
    CHECK(said("ALTER PROCEDURE orders(int) RENAME TO totals", "ALTER TABLE orders ADD COLUMN x int") == "");
    CHECK(said("ALTER SCHEMA orders RENAME TO shop", "ALTER TABLE orders ADD COLUMN x int") == "");
    CHECK(said("ALTER VIEW orders RENAME TO totals", "ALTER TABLE orders ADD COLUMN x int") != "");
    // The server looks on along the search path.
    const std::string path = "SET search_path = shop, public; ";
    CHECK(said(path + "DROP TABLE IF EXISTS shop.orders", "ALTER TABLE orders ADD COLUMN x int") == "");
    CHECK(said(path + "DROP TABLE IF EXISTS shop.orders, public.orders", "ALTER TABLE orders ADD COLUMN x int") != "");
    CHECK(said(path + "DROP TABLE IF EXISTS shop.orders", "ALTER TABLE shop.orders ADD COLUMN x int") != "");
}

namespace {

constexpr std::string_view kPasses = R"(
CREATE TYPE pair AS (x text, y int);
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN positive AS int;
CREATE TABLE t (a int, b int, d int, w text, g int GENERATED ALWAYS AS (a + 1) VIRTUAL, CONSTRAINT ck CHECK (b > 0),
    CONSTRAINT late UNIQUE (w) DEFERRABLE);
CREATE TABLE list (a int NOT NULL, b int, c text) PARTITION BY LIST (a);
CREATE TABLE list_1 PARTITION OF list FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE list_1_1 PARTITION OF list_1 FOR VALUES IN (1);
CREATE FOREIGN DATA WRAPPER elsewhere;
CREATE SERVER far FOREIGN DATA WRAPPER elsewhere;
CREATE TABLE days (day date NOT NULL, n int) PARTITION BY LIST (day);
CREATE FOREIGN TABLE days_1 PARTITION OF days FOR VALUES IN ('2024-01-01') SERVER far;
CREATE VIEW shown AS SELECT a FROM t;
CREATE TABLE one (seen timestamp(3));
CREATE TABLE two (seen timestamp);
CREATE TABLE people (id bigint GENERATED ALWAYS AS IDENTITY, n int, CONSTRAINT people_n UNIQUE (n) INCLUDE (id));
CREATE TABLE pets (owner int CONSTRAINT pets_owner REFERENCES people (n));
CREATE SEQUENCE free;
ALTER SEQUENCE free OWNED BY people.id;
CREATE TABLE rows_of (r two);
CREATE TABLE logged (n int);
CREATE MATERIALIZED VIEW kept AS SELECT n FROM logged;
CREATE SCHEMA app;
CREATE TABLE app.events (id int);
CREATE PUBLICATION changes FOR TABLES IN SCHEMA app;
CREATE FUNCTION plus(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CREATE TABLE used (n int, m int);
CREATE INDEX used_plus ON used (plus(n));
CREATE TABLE counted (n int, m int);
CREATE FUNCTION counts() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM counted; END;
CREATE TABLE unkeyed (n int);
)";

std::string of_passes(std::string_view sql, int version = 18) { return said_of(kPasses, sql, version, true); }

struct VersionedCase {
    const char* sql;
    const char* expected;
    int version = 18;
};

// clang-format off
constexpr VersionedCase kOfPasses[] = {
    // AT_PASS_DROP first, from left to right; AT_PASS_MISC last
    {"ALTER TABLE t DROP CONSTRAINT ck, DROP CONSTRAINT ck", "refused: constraint \"ck\" of relation \"t\" does not exist"},
    {"ALTER TABLE t DROP COLUMN b, DROP CONSTRAINT ck",      "refused: constraint \"ck\" of relation \"t\" does not exist"},
    {"ALTER TABLE t DROP CONSTRAINT ck, DROP COLUMN b",      ""},
    {"ALTER TABLE t ADD CONSTRAINT k UNIQUE (a), VALIDATE CONSTRAINT k", "maybe refused: constraint \"k\" of relation \"t\" is not a foreign key, check, or not-null constraint"},
    {"ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT ENFORCED, VALIDATE CONSTRAINT k", "maybe refused: cannot validate NOT ENFORCED constraint"},
    {"ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID, VALIDATE CONSTRAINT k", ""},
    {"ALTER TABLE t ADD CONSTRAINT k UNIQUE (a), REPLICA IDENTITY USING INDEX k", "maybe refused: index \"k\" cannot be used as replica identity because column \"a\" is nullable"},
    {"ALTER TABLE t ADD CONSTRAINT k UNIQUE (a), REPLICA IDENTITY USING INDEX k, ALTER a SET NOT NULL", ""},
    {"ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY (a), REPLICA IDENTITY USING INDEX k", ""},
    {"ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY (a) DEFERRABLE, REPLICA IDENTITY USING INDEX k", "maybe refused: cannot use non-immediate index \"k\" as replica identity"},
    {"ALTER TABLE t ADD CONSTRAINT k EXCLUDE (a WITH =), REPLICA IDENTITY USING INDEX k", "maybe refused: cannot use non-unique index \"k\" as replica identity"},
    {"ALTER TABLE list ADD CONSTRAINT k UNIQUE (a, b), CLUSTER ON k", "maybe refused: cannot mark index clustered in partitioned table"},
    {"ALTER TABLE list ALTER c DROP DEFAULT, DROP COLUMN c", "refused: column \"c\" of relation \"list\" does not exist"},
    {"ALTER TABLE t ALTER b DROP DEFAULT, DROP COLUMN b",    ""},
    {"ALTER TABLE t ALTER d TYPE text USING d::text, ALTER d SET DEFAULT 'x'", ""},
    {"ALTER TABLE t ALTER d TYPE boolean USING NULL, ALTER d SET DEFAULT now()", "refused: column \"d\" is of type bool but default expression is of type timestamptz"},
    {"ALTER VIEW shown ALTER a SET DEFAULT now()",           "refused: column \"a\" is of type int4 but default expression is of type timestamptz"},
    // a foreign key to its own table
    {"ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES t (a)",   "refused: there is no unique constraint matching given keys for referenced table \"t\""},
    {"ALTER TABLE t ADD FOREIGN KEY (w) REFERENCES t (w)",   "refused: cannot use a deferrable unique constraint for referenced table \"t\""},
    {"ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES t (a), ADD UNIQUE (a)", ""},
    {"ALTER TABLE people DROP CONSTRAINT people_n CASCADE, ADD FOREIGN KEY (n) REFERENCES people (n)", "refused: there is no unique constraint matching given keys for referenced table \"people\""},
    // virtual generated columns
    {"CREATE TABLE v (a int, p positive GENERATED ALWAYS AS (a) VIRTUAL)", "refused: virtual generated column \"p\" cannot have a domain type"},
    {"ALTER TABLE t ADD COLUMN m mood GENERATED ALWAYS AS ('ok'::mood) VIRTUAL", "refused: virtual generated column \"m\" cannot have a user-defined type"},
    {"CREATE INDEX ON t (g)",                                "refused: indexes on virtual generated columns are not supported"},
    {"CREATE INDEX ON t ((g + 1))",                          "refused: indexes on virtual generated columns are not supported"},
    {"CREATE INDEX ON t (a) WHERE g > 0",                    "refused: indexes on virtual generated columns are not supported"},
    {"ALTER TABLE t ADD UNIQUE (g)",                         "refused: unique constraints on virtual generated columns are not supported"},
    {"ALTER TABLE t ALTER g SET STATISTICS 10",              "refused: cannot alter statistics on virtual generated column \"g\"", 19},
    {"ALTER TABLE two ADD COLUMN v int GENERATED ALWAYS AS (1) VIRTUAL", "refused: cannot alter table \"two\" because column \"rows_of.r\" uses its row type"},
    // keys of trees
    {"ALTER TABLE list ADD UNIQUE (a)",                      "refused: a unique constraint lacks column \"b\" which is part of the partition key"},
    {"CREATE UNIQUE INDEX ON list (a)",                      "refused: a unique constraint lacks column \"b\" which is part of the partition key"},
    {"CREATE UNIQUE INDEX ON ONLY list (a)",                 ""},
    {"ALTER TABLE days ADD UNIQUE (day)",                    "refused: cannot create unique index on partitioned table \"days\": it contains foreign table \"days_1\""},
    {"ALTER TABLE days ADD FOREIGN KEY (n) REFERENCES people (n)", "refused: foreign key constraints are not supported on foreign tables"},
    {"ALTER TABLE days ALTER n TYPE text USING n::text",     "refused: \"days_1\" is not a table"},
    {"ALTER TABLE list ADD COLUMN d int CHECK (d > 0) NO INHERIT", "refused: cannot add NO INHERIT constraint to partitioned table \"list\""},
    {"CREATE TABLE p (a int, r int4range, EXCLUDE USING gist (r WITH &&)) PARTITION BY LIST (a)", "refused: an exclusion constraint lacks column \"a\" which is part of the partition key"},
    {"CREATE TABLE p (a int, r int4range, EXCLUDE USING gist (r WITH &&)) PARTITION BY LIST (a)", "refused: exclusion constraints are not supported on partitioned tables", 16},
    {"CREATE TABLE p (a json) PARTITION BY LIST (a)",        "refused: data type json has no default operator class for access method \"btree\""},
    {"CREATE TABLE both_of () INHERITS (one, two)",          "refused: inherited column \"seen\" has a type conflict"},
    {"ALTER TABLE list ALTER c DROP EXPRESSION IF EXISTS",   "refused: ALTER TABLE / DROP EXPRESSION must be applied to child tables too", 18},
    {"ALTER TABLE list ALTER c DROP EXPRESSION IF EXISTS",   "", 19},
    {"ALTER TABLE t ADD FOREIGN KEY (d) REFERENCES people (n), ALTER d TYPE uuid USING NULL", "refused: key columns \"d\" and \"n\" are of incompatible types: uuid and int4"},
    {"ALTER TABLE used ALTER n TYPE bigint",                 "maybe refused: index used_plus may not take the new type"},
    {"ALTER TABLE used ALTER m TYPE bigint",                 ""},
    {"SELECT * FROM used_plus",                              "refused: cannot open relation \"used_plus\""},
    // what is not refused
    {"ALTER TABLE unkeyed ADD PRIMARY KEY (n), ALTER n ADD GENERATED ALWAYS AS IDENTITY", ""},
    {"ALTER TABLE counted DROP COLUMN n",                    ""},
    {"ALTER TYPE pair ALTER ATTRIBUTE x TYPE int",           ""},
    {"ALTER SEQUENCE free OWNED BY NONE",                    ""},
    {"ALTER SEQUENCE people_id_seq OWNED BY NONE",           "refused: cannot change ownership of identity sequence"},
    {"ALTER TABLE t DROP COLUMN a CASCADE, DROP COLUMN IF EXISTS a", ""},
    {"ALTER TABLE people_n RENAME COLUMN n TO m",            ""},
    // others
    {"ALTER TABLE people DROP COLUMN id",                    "maybe refused: cannot drop column id of public.people because other objects depend on it: foreign key pets_owner of public.pets"},
    {"CREATE INDEX ON kept ((a + 1))",                       "refused: column \"a\" does not exist"},
    {"CREATE INDEX ON t USING hash (a) INCLUDE (b)",         "refused: access method \"hash\" does not support included columns"},
    {"DROP INDEX CONCURRENTLY people_n CASCADE",             "refused: DROP INDEX CONCURRENTLY does not support CASCADE\nrefused: cannot drop index people_n because constraint people_n requires it"},
    {"UPDATE app.events SET id = 1",                         "maybe refused: cannot change rows of \"events\" because it does not have a replica identity and publishes changes"},
    {"EXPLAIN DELETE FROM app.events",                       "maybe refused: cannot change rows of \"events\" because it does not have a replica identity and publishes changes"},
};
// clang-format on

}  // namespace

TEST_CASE("what one part of a statement leaves to the next, and what goes down to partitions") {
    for (const VersionedCase& c : kOfPasses) {
        INFO(c.sql << " on " << c.version);
        CHECK(of_passes(c.sql, c.version) == c.expected);
    }
}

namespace {

constexpr std::string_view kOfTypes = R"(
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN feeling AS mood;
CREATE DOMAIN named AS text;
CREATE TYPE pair AS (a bigint, b text);
CREATE TABLE users (id bigint PRIMARY KEY, day bigint NOT NULL, UNIQUE (id, day));
CREATE TABLE t (a int, e int, d jsonb, r int4range, words text[], f feeling, n named, m mood, j json, pr pair);
CREATE INDEX t_d ON t USING gin (d);
CREATE INDEX t_r ON t USING gist (r);
CREATE INDEX t_a ON t USING brin (e);
CREATE INDEX t_words ON t USING gin (words);
CREATE STATISTICS st ON a, m FROM t;
CREATE VIEW shown AS SELECT a FROM t;
CREATE MATERIALIZED VIEW kept AS SELECT a FROM t;
CREATE TABLE tree (a int, b text, c bigint CONSTRAINT of_users REFERENCES users) PARTITION BY LIST (b);
CREATE TABLE tree_1 PARTITION OF tree FOR VALUES IN ('x') PARTITION BY LIST (a);
CREATE TABLE no_parts (a int) PARTITION BY LIST (a);
CREATE TABLE rows_of (r tree);
CREATE TABLE keyed (k int CONSTRAINT keyed_k PRIMARY KEY, l bigint CONSTRAINT of_users REFERENCES users, m int);
ALTER TABLE keyed ADD CONSTRAINT l_there CHECK (l > m) NOT VALID;
CREATE TABLE parent (k text);
CREATE TABLE child () INHERITS (parent);
CREATE TABLE made (a int, twice int GENERATED ALWAYS AS (a * 2) STORED);
CREATE TABLE self (k int CONSTRAINT self_k PRIMARY KEY, up int REFERENCES self);
)";

std::string of_types(std::string_view sql, int version) { return said_of(kOfTypes, sql, version, true); }

// clang-format off
constexpr VersionedCase kOfTypesAndOrder[] = {
    // operator classes of the new type
    {"ALTER TABLE t ALTER d TYPE text USING d::text",        "maybe refused: data type text has no default operator class for access method \"gin\""},
    {"ALTER TABLE t ALTER r TYPE text USING r::text",        "maybe refused: data type text has no default operator class for access method \"gist\""},
    {"ALTER TABLE t ALTER e TYPE boolean USING e::boolean",  "refused: data type bool has no default operator class for access method \"brin\""},
    {"ALTER TABLE t ALTER words TYPE tsvector USING words::text::tsvector", ""},
    {"ALTER TABLE t ALTER m TYPE json USING NULL",           "maybe refused: column \"m\" cannot be used in statistics because its type json has no default btree operator class"},
    // what is compared
    {"DELETE FROM t WHERE f = 'ok'",                         "maybe refused: operator does not exist: public.feeling = unknown"},
    {"DELETE FROM t WHERE j IS DISTINCT FROM '{}'",          "maybe refused: operator does not exist: json = unknown"},
    {"DELETE FROM t WHERE m = 'ok'",                         ""},
    {"ALTER TABLE t ADD FOREIGN KEY (pr) REFERENCES users",  "refused: key columns \"pr\" and \"id\" are of incompatible types: public.pair and int8"},
    {"ALTER TABLE users ADD FOREIGN KEY (id, day) REFERENCES users (id, day), ALTER day TYPE text USING day::text", ""},
    // defaults that are too long
    {"ALTER TABLE t ADD COLUMN c varchar(3) DEFAULT 'abcd'", "refused: value too long for type character varying(3)"},
    {"ALTER TABLE t ADD COLUMN c varchar(3) DEFAULT 'abc'",  ""},
    {"ALTER TABLE t ADD COLUMN c varchar(4) DEFAULT 'äöüß'", ""},
    {"ALTER TABLE no_parts ADD COLUMN c char(3) DEFAULT 'abcd'", ""},
    {"ALTER TABLE t ADD COLUMN c char(5) DEFAULT CURRENT_USER", "maybe refused: value too long for type character(5), if the role has a long name"},
    {"ALTER TABLE t ADD COLUMN c varchar(63) DEFAULT CURRENT_USER", ""},
    // virtual columns
    {"ALTER TABLE t ADD COLUMN c text GENERATED ALWAYS AS (upper(n)) VIRTUAL", "refused: generation expression of virtual column \"c\" uses user-defined type of column \"n\""},
    {"CREATE TABLE v (n named, c text GENERATED ALWAYS AS (upper(n)) VIRTUAL)", "refused: generation expression of virtual column \"c\" uses user-defined type of column \"n\""},
    {"ALTER TABLE t ADD COLUMN c int GENERATED ALWAYS AS (a + 1) VIRTUAL", ""},
    // other kinds of relations
    {"SELECT * FROM kept FOR UPDATE",                        "refused: cannot lock rows in materialized view \"kept\""},
    {"ALTER TABLE shown ALTER a DROP IDENTITY",              "refused: column \"a\" of relation \"shown\" is not an identity column"},
    {"ALTER TABLE shown ALTER a DROP IDENTITY IF EXISTS",    ""},
    {"ALTER TABLE shown ALTER a ADD GENERATED ALWAYS AS IDENTITY", "refused: column \"a\" of relation \"shown\" must be declared NOT NULL before identity can be added"},
    {"ALTER INDEX t_d SET (fillfactor = 70)",                "refused: unrecognized parameter \"fillfactor\""},
    {"ALTER INDEX t_a SET (fillfactor = 70)",                "refused: unrecognized parameter \"fillfactor\""},
    {"ALTER INDEX t_r SET (fillfactor = 70)",                ""},
    // partitioned tables
    {"ALTER TABLE tree DROP COLUMN a",                       "refused: cannot drop column \"a\" because it is part of the partition key of relation \"tree_1\""},
    {"ALTER TABLE tree ALTER c TYPE bigint",                 "refused: cannot alter table \"tree\" because column \"rows_of.r\" uses its row type"},
    {"ALTER TABLE ONLY tree ADD PRIMARY KEY (b)",            "refused: constraint must be added to child tables too", 17},
    {"ALTER TABLE ONLY tree ADD PRIMARY KEY (b)",            "", 11},
    {"ALTER TABLE ONLY tree ALTER CONSTRAINT of_users DEFERRABLE", "refused: constraint must be altered in child tables too"},
    {"ALTER TABLE ONLY tree ALTER CONSTRAINT of_users DEFERRABLE", "", 17},
    {"ALTER TABLE tree ADD COLUMN n int, ALTER n SET NOT NULL", "refused: column \"n\" of relation \"tree\" does not exist", 12},
    {"ALTER TABLE no_parts ADD COLUMN n int, ALTER n SET NOT NULL", "", 17},
    // one after the other
    {"ALTER TABLE keyed DROP COLUMN l, VALIDATE CONSTRAINT of_users", "refused: constraint \"of_users\" of relation \"keyed\" does not exist"},
    {"ALTER TABLE keyed DROP COLUMN l, VALIDATE CONSTRAINT l_there", "refused: constraint \"l_there\" of relation \"keyed\" does not exist"},
    {"ALTER TABLE keyed ALTER k DROP NOT NULL, DROP CONSTRAINT keyed_k", "refused: column \"k\" is in a primary key"},
    {"ALTER TABLE keyed DROP CONSTRAINT keyed_k, ALTER k DROP NOT NULL", ""},
    {"ALTER TABLE parent ALTER k DROP NOT NULL, DROP COLUMN k", "refused: column \"k\" of relation \"parent\" does not exist", 17},
    {"ALTER TABLE parent ALTER k DROP NOT NULL, DROP COLUMN k", ""},
    {"ALTER TABLE made DROP COLUMN twice, ALTER a TYPE bigint", ""},
    {"ALTER TABLE made ALTER a TYPE bigint",                 "refused: cannot alter type of a column used by a generated column (twice)"},
    {"ALTER TABLE made DROP COLUMN a",                       "refused: cannot drop column a of public.made because other objects depend on it: column twice"},
    {"ALTER TABLE made DROP COLUMN a",                       "", 14},
    {"ALTER TABLE self DROP COLUMN up, DROP CONSTRAINT self_k", ""},
    {"ALTER TABLE self DROP CONSTRAINT self_k, DROP COLUMN up", "refused: cannot drop constraint self_k on table self because other objects depend on it"},
    {"ALTER TABLE self DROP CONSTRAINT self_k",              "refused: cannot drop constraint self_k on table self because other objects depend on it"},
};
// clang-format on

}  // namespace

TEST_CASE("what types, kinds of relations and the order of subcommands refuse") {
    for (const VersionedCase& c : kOfTypesAndOrder) {
        INFO(c.sql << " on " << c.version);
        CHECK(of_types(c.sql, c.version) == c.expected);
    }
}
