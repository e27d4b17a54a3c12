// What the server refuses of a statement's parts: in the order in which it takes them, for partitions, and by types.
// The messages are the server's; each was seen on a server of 15 or 18.

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "tests/model/refusals.h"

using namespace pgfence;
using test::Case;
using test::said_of;

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

// clang-format off
constexpr Case kOfPasses[] = {
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
    for (const Case& c : kOfPasses) {
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
constexpr Case kOfTypesAndOrder[] = {
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
    for (const Case& c : kOfTypesAndOrder) {
        INFO(c.sql << " on " << c.version);
        CHECK(of_types(c.sql, c.version) == c.expected);
    }
}
