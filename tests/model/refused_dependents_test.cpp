// What the server refuses for what hangs on a table, for what is of another kind, and for what is not there. The
// messages are the server's; each was seen on a server of 15 or 18.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <utility>

#include "tests/model/refusals.h"

using namespace pgfence;
using test::Case;
using test::said_of;

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

TEST_CASE("what names a table or a type keeps it from being dropped, whatever became of its own table since") {
    const auto said = [](const std::string& history, std::string_view sql) { return said_of(history, sql, 18, true); };
    const std::string cannot = "refused: cannot drop public.", depends = " because other objects depend on it: ";
    // a policy, a rule
    const std::string tables = "CREATE TABLE a (id int); CREATE TABLE b (id int); ";
    const std::string policy = tables + "CREATE POLICY p ON b USING (EXISTS (SELECT 1 FROM a)); ";
    CHECK(said(policy, "DROP TABLE a") == cannot + "a" + depends + "a policy of public.b");
    CHECK(said(policy + "ALTER TABLE b RENAME TO c;", "DROP TABLE a") ==
          cannot + "a" + depends + "a policy of public.c");
    CHECK(said(policy + "DROP POLICY p ON b;", "DROP TABLE a").empty());
    CHECK(said(policy + "DROP TABLE b;", "DROP TABLE a").empty());
    CHECK(said(policy, "DROP TABLE a, b").empty());
    CHECK(said(policy, "DROP TABLE b").empty());
    const std::string rule = tables + "CREATE RULE r AS ON DELETE TO b DO ALSO DELETE FROM a; ";
    CHECK(said(rule, "DROP TABLE a") == "maybe " + cannot + "a" + depends + "a rule of public.b");
    CHECK(said(rule + "DROP RULE r ON b;", "DROP TABLE a").empty());
    // a table of a type
    const std::string typed = "CREATE TYPE pair AS (a int); CREATE TABLE t (a int); ALTER TABLE t OF pair; ";
    CHECK(said(typed, "DROP TYPE pair") == cannot + "pair" + depends + "table public.t");
    CHECK(said(typed + "ALTER TABLE t NOT OF;", "DROP TYPE pair").empty());
    CHECK(said("CREATE TYPE pair AS (a int); CREATE TABLE t OF pair;", "DROP TYPE pair") ==
          cannot + "pair" + depends + "table public.t");
    // a default that is cast to it: on a column of another type, a copy of that, a column that came later
    const std::string felt =
        "CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE felt (m mood DEFAULT 'ok'); "
        "ALTER TABLE felt ALTER m TYPE text; ";
    CHECK(said(felt, "DROP TYPE mood") == cannot + "mood" + depends + "a default of public.felt");
    CHECK(said(felt + "ALTER TABLE felt ALTER m DROP DEFAULT;", "DROP TYPE mood").empty());
    CHECK(said(felt + "CREATE TABLE copy (LIKE felt INCLUDING DEFAULTS); DROP TABLE felt;", "DROP TYPE mood") ==
          cannot + "mood" + depends + "a default of public.copy");
    CHECK(said(felt + "CREATE TABLE copy (LIKE felt); DROP TABLE felt;", "DROP TYPE mood").empty());
    CHECK(said(felt + "CREATE TABLE child () INHERITS (felt); ALTER TABLE child NO INHERIT felt; DROP TABLE felt;",
               "DROP TYPE mood") == cannot + "mood" + depends + "a default of public.child");
    CHECK(said("CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE u (id int);"
               "ALTER TABLE u ADD m text DEFAULT 'ok'::public.mood;",
               "DROP TYPE mood") == cannot + "mood" + depends + "a default of public.u");
    CHECK(said(felt + "CREATE TYPE other AS ENUM ('ok');", "DROP TYPE other").empty());
}

TEST_CASE("bounds of partitions are numbers, however they are written") {
    const std::string schema =
        "CREATE TABLE p (id bigint) PARTITION BY RANGE (id);"
        "CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM (10) TO (20);"
        "CREATE TABLE p_2 PARTITION OF p FOR VALUES FROM (MINVALUE) TO (-5);"
        "CREATE TABLE p_3 PARTITION OF p FOR VALUES FROM (9000000000000000000) TO (MAXVALUE);";
    const auto said = [&](const std::string& bounds) {
        return said_of(schema, "CREATE TABLE n PARTITION OF p FOR VALUES FROM " + bounds, 18, true);
    };
    const auto overlaps = [](int n) {
        return "refused: partition would overlap partition \"p_" + std::to_string(n) + "\"";
    };
    for (const char* bounds : {"(20) TO (30)", "('020') TO (30)", "(0) TO (10)", "(-5) TO ('+10')", "('-0') TO (9)",
                               "(20) TO (8999999999999999999)"})
        CHECK(said(bounds).empty());
    for (const char* bounds : {"(19) TO (30)", "('019') TO (30)", "(0) TO (11)", "(10) TO (20)", "(10) TO (11)",
                               "(12) TO (20)", "(12) TO (13)", "(0) TO (100)", "('+9') TO ('011')"})
        CHECK(said(bounds) == overlaps(1));
    CHECK(said("(-100) TO (-50)") == overlaps(2));
    CHECK(said("(MINVALUE) TO (-50)") == overlaps(2));
    CHECK(said("(-6) TO (0)") == overlaps(2));
    CHECK(said("(20) TO (MAXVALUE)") == overlaps(3));
    CHECK(said("(5) TO (5)") == "refused: empty range bound specified for partition");
    CHECK(said("('05') TO (5)") == "refused: empty range bound specified for partition");
}

TEST_CASE("a function that an event trigger runs stays, or the event trigger goes with it") {
    const std::string schema =
        "CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; "
        "CREATE FUNCTION other() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; "
        "CREATE EVENT TRIGGER ev ON ddl_command_end EXECUTE FUNCTION watch();";
    const std::string refused =
        "maybe refused: cannot drop public.watch because other objects depend on it: event trigger ev";
    CHECK(said_of(schema, "DROP FUNCTION watch()", 18, true) == refused);
    CHECK(said_of(schema, "DROP FUNCTION watch() CASCADE", 18, true).empty());
    CHECK(said_of(schema, "DROP FUNCTION other()", 18, true).empty());
    CHECK(said_of(schema + "DROP EVENT TRIGGER ev;", "DROP FUNCTION watch()", 18, true).empty());
    // The function is made anew, and nothing runs it any more.
    CHECK(said_of(schema + "DROP FUNCTION watch() CASCADE;"
                           "CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';",
                  "DROP FUNCTION watch()", 18, true)
              .empty());
}
