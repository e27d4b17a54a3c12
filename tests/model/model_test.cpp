// What the model says, for the hazards that migrations meet most. Every expectation was read off a real server of that
// version: pg_locks after the statement in an open transaction, relfilenode before and after, and the server's DEBUG
// messages "rewriting table", "verifying table", "building index".

#include "analyze/model/model.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>

#include "analyze/catalog/replay.h"
#include "analyze/lower/lower.h"
#include "core/server_version.h"

using namespace pgfence;

namespace {

constexpr std::string_view kSchema = R"(
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE users (id int PRIMARY KEY, email varchar(50), name text NOT NULL, age int, seen timestamp, score numeric(10,2));
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, note text, CONSTRAINT note_there CHECK (note IS NOT NULL));
CREATE INDEX users_email ON users (email);
CREATE UNIQUE INDEX users_name ON users (name);
CREATE UNIQUE INDEX users_age ON users (age);
CREATE TABLE items (id int PRIMARY KEY, a int, b int);
ALTER TABLE items ADD CONSTRAINT a_there NOT NULL a NOT VALID, ADD CONSTRAINT b_there NOT NULL b;
CREATE TABLE events (id int, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2020 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE events_rest PARTITION OF events DEFAULT;
)";

/// "public.users:AccessExclusiveLock | rewrite public.users": tables only, locks first, then work, sorted.
std::string said_of(std::string_view schema, std::string_view sql, int version, std::string time_zone = "") {
    WritableCatalog catalog;
    for (const auto& statement : lower(schema).statements)
        for (const Action& action : statement.actions) replay(catalog, action, version);
    catalog.begin_change();
    const Lowered lowered = lower(sql);
    REQUIRE(lowered.errors.empty());
    std::string locks;
    std::set<std::string> work;
    for (const auto& statement : lowered.statements)
        for (const Action& action : statement.actions) {
            const Effects effects = effects_of(action, catalog, {version, false, time_zone});
            for (const Lock& lock : effects.locks)
                if (lock.kind == RelationKind::table || lock.kind == RelationKind::partitioned_table)
                    locks +=
                        (locks.empty() ? "" : " ") + lock.relation.substr(7) + ":" + std::string(sql_name(lock.mode));
            for (const Work& w : effects.work) {
                static const char* const kKinds[] = {"scan", "rewrite", "build", "rebuild", "change"};
                work.insert(std::string(kKinds[static_cast<int>(w.kind)]) + " " + w.relation.substr(7) +
                            (w.certain ? "" : "?"));
            }
        }
    std::string all = locks;
    for (const std::string& w : work) all += " | " + w;
    return all;
}

std::string said(std::string_view sql, int version, std::string time_zone = "") {
    return said_of(kSchema, sql, version, std::move(time_zone));
}

struct Case {
    const char* sql;
    const char* expected;
    int since = kOldestServer, until = kNewestServer;
};

// clang-format off
constexpr Case kCases[] = {
    {"CREATE INDEX i ON users (age)",                                        "users:SHARE | build users"},
    {"CREATE INDEX CONCURRENTLY i ON users (age)",                           "users:SHARE UPDATE EXCLUSIVE | build users"},
    {"CREATE INDEX i ON events (id)",                                        "events:SHARE events_2020:SHARE events_rest:SHARE | build events_2020 | build events_rest"},
    {"CREATE INDEX i ON ONLY events (id)",                                   "events:SHARE"},
    {"DROP INDEX users_email",                                               "users:ACCESS EXCLUSIVE"},
    {"DROP INDEX CONCURRENTLY users_email",                                  "users:SHARE UPDATE EXCLUSIVE"},
    {"ALTER TABLE users ADD COLUMN a text",                                  "users:ACCESS EXCLUSIVE"},
    {"ALTER TABLE users ADD COLUMN a int NOT NULL DEFAULT 1",                "users:ACCESS EXCLUSIVE"},
    {"ALTER TABLE users ADD COLUMN a timestamptz DEFAULT now()",             "users:ACCESS EXCLUSIVE"},
    {"ALTER TABLE users ADD COLUMN a float DEFAULT random()",                "users:ACCESS EXCLUSIVE | rebuild users_age | rebuild users_email | rebuild users_name | rebuild users_pkey | rewrite users"},
    {"ALTER TABLE orders ADD COLUMN a serial",                               "orders:ACCESS EXCLUSIVE | rebuild orders_pkey | rewrite orders"},
    {"ALTER TABLE orders ADD COLUMN a int GENERATED ALWAYS AS IDENTITY",     "orders:ACCESS EXCLUSIVE | rebuild orders_pkey | rewrite orders"},
    {"ALTER TABLE orders ADD COLUMN a int GENERATED ALWAYS AS (id) STORED",  "orders:ACCESS EXCLUSIVE | rebuild orders_pkey | rewrite orders", 12},
    {"ALTER TABLE orders ADD COLUMN a positive",                             "orders:ACCESS EXCLUSIVE | rebuild orders_pkey | rewrite orders"},
    {"ALTER TABLE orders ADD COLUMN a int CHECK (a > 0)",                    "orders:ACCESS EXCLUSIVE | scan orders"},
    {"ALTER TABLE orders ADD COLUMN a text UNIQUE",                          "orders:ACCESS EXCLUSIVE | build orders"},
    {"ALTER TABLE orders ADD COLUMN a int REFERENCES users",                 "orders:ACCESS EXCLUSIVE users:SHARE ROW EXCLUSIVE"},
    {"ALTER TABLE orders ADD COLUMN a int DEFAULT 1 REFERENCES users",       "orders:ACCESS EXCLUSIVE users:SHARE ROW EXCLUSIVE | scan orders"},
    {"ALTER TABLE users ALTER email TYPE varchar(60)",                       "users:ACCESS EXCLUSIVE"},
    {"ALTER TABLE users ALTER email TYPE text",                              "users:ACCESS EXCLUSIVE"},
    {"ALTER TABLE users ALTER score TYPE numeric(12,2)",                     "users:ACCESS EXCLUSIVE"},
    {"ALTER TABLE orders ALTER user_id TYPE bigint",                         "orders:ACCESS EXCLUSIVE users:ACCESS EXCLUSIVE | rebuild orders_pkey | rewrite orders | scan orders"},
    {"ALTER TABLE orders ALTER note TYPE varchar(9)",                        "orders:ACCESS EXCLUSIVE | rebuild orders_pkey | rewrite orders | scan orders"},
    {"ALTER TABLE users ALTER age SET NOT NULL",                             "users:ACCESS EXCLUSIVE | scan users"},
    {"ALTER TABLE users ALTER name SET NOT NULL",                            "users:ACCESS EXCLUSIVE"},
    {"ALTER TABLE orders ALTER note SET NOT NULL",                           "orders:ACCESS EXCLUSIVE | scan orders", 11, 11},
    {"ALTER TABLE orders ALTER note SET NOT NULL",                           "orders:ACCESS EXCLUSIVE", 12},
    {"ALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES users",             "orders:SHARE ROW EXCLUSIVE users:SHARE ROW EXCLUSIVE | scan orders"},
    {"ALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES users NOT VALID",   "orders:SHARE ROW EXCLUSIVE users:SHARE ROW EXCLUSIVE"},
    {"ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0)",                   "users:ACCESS EXCLUSIVE | scan users"},
    {"ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0) NOT VALID",         "users:ACCESS EXCLUSIVE"},
    {"ALTER TABLE items VALIDATE CONSTRAINT a_there",                        "items:SHARE UPDATE EXCLUSIVE | scan items", 18},
    {"ALTER TABLE items VALIDATE CONSTRAINT b_there",                        "items:SHARE UPDATE EXCLUSIVE", 18},
    {"ALTER TABLE users ADD UNIQUE (email)",                                 "users:ACCESS EXCLUSIVE | build users"},
    {"ALTER TABLE users ADD CONSTRAINT u UNIQUE USING INDEX users_name",     "users:ACCESS EXCLUSIVE"},
    {"ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey",               "orders:ACCESS EXCLUSIVE users:ACCESS EXCLUSIVE"},
    {"ALTER TABLE orders DROP COLUMN user_id",                               "orders:ACCESS EXCLUSIVE users:ACCESS EXCLUSIVE"},
    {"DROP TABLE orders",                                                    "orders:ACCESS EXCLUSIVE users:ACCESS EXCLUSIVE"},
    {"DROP TABLE events_2020",                                               "events:ACCESS EXCLUSIVE events_2020:ACCESS EXCLUSIVE events_rest:ACCESS EXCLUSIVE"},
    {"ALTER TABLE users RENAME COLUMN name TO n",                            "users:ACCESS EXCLUSIVE"},
    {"TRUNCATE users CASCADE",                                               "orders:ACCESS EXCLUSIVE users:ACCESS EXCLUSIVE"},
    {"UPDATE users SET age = 1",                                             "users:ROW EXCLUSIVE | change users"},
    {"CREATE TABLE t (u int REFERENCES users)",                              "users:SHARE ROW EXCLUSIVE"},
    {"CREATE TABLE e PARTITION OF events FOR VALUES FROM ('2022-01-01') TO ('2023-01-01')", "events:ACCESS EXCLUSIVE events_rest:ACCESS EXCLUSIVE | scan events_rest"},
    {"ALTER TABLE events DETACH PARTITION events_2020",                      "events:ACCESS EXCLUSIVE events_2020:ACCESS EXCLUSIVE events_rest:ACCESS EXCLUSIVE", 14},
    {"ALTER TYPE mood ADD VALUE 'glad'",                                     ""},
    {"ALTER TABLE users SET (fillfactor = 70)",                              "users:SHARE UPDATE EXCLUSIVE"},
    {"ALTER TABLE nowhere ALTER c TYPE bigint",                              "nowhere:ACCESS EXCLUSIVE | rewrite nowhere?"},
};
// clang-format on

}  // namespace

TEST_CASE("locks and work, by version") {
    for (const Case& c : kCases)
        for (int version = c.since; version <= c.until; ++version) {
            INFO("PostgreSQL " << version << ": " << c.sql);
            CHECK(said(c.sql, version) == c.expected);
        }
}

TEST_CASE("what a minor release brought is said of every major that got it") {
    const auto locks = [](const std::string& sql, int version) {
        WritableCatalog catalog;
        for (const LoweredStatement& statement :
             lower("CREATE TYPE pair AS (a int); CREATE DOMAIN d AS pair[]; "
                   "CREATE TABLE r (d d); CREATE SEQUENCE s; CREATE TABLE u (id int);")
                 .statements)
            for (const Action& action : statement.actions) replay(catalog, action, version);
        std::string text;
        for (const Lock& lock :
             effects_of(lower(sql).statements.at(0).actions.at(0), catalog, {version, false, ""}).locks)
            text += lock.relation + (is_of_newer_minors(lock) ? " " : "! ");
        return text;
    };
    for (int version = kOldestServer; version <= kNewestServer; ++version) {
        INFO("PostgreSQL " << version);
        const bool supported = version >= 14;
        CHECK(locks("CREATE TABLE n (c r)", version) == (supported ? "public.pair public.r " : ""));
        CHECK(locks("ALTER TABLE u ADD c pair", version) == (supported ? "public.pair public.u! " : "public.u! "));
        CHECK(locks("ALTER TABLE u ALTER id SET DEFAULT 1 + nextval('s')", version) ==
              (supported ? "public.s public.u! " : "public.u! "));
    }
}

TEST_CASE("types that name each other end") {
    WritableCatalog catalog;
    for (const LoweredStatement& statement :
         lower("CREATE DOMAIN a AS b[]; CREATE DOMAIN b AS a[]; CREATE TYPE c AS (x d[]); CREATE TYPE d AS (y c);")
             .statements)
        for (const Action& action : statement.actions) replay(catalog, action, 18);
    const auto effects =
        effects_of(lower("CREATE TABLE n (a a, c c)").statements.at(0).actions.at(0), catalog, {18, false, ""});
    CHECK(effects.locks.size() == 2);
}

TEST_CASE("timestamp to timestamptz depends on the session's zone from 12 on") {
    const auto sql = "ALTER TABLE users ALTER seen TYPE timestamptz";
    const std::string rewritten =
        "users:ACCESS EXCLUSIVE | rebuild users_age | rebuild users_email | rebuild users_name | rebuild users_pkey | "
        "rewrite users";
    CHECK(said(sql, 11, "UTC") == rewritten);
    CHECK(said(sql, 12, "UTC") == "users:ACCESS EXCLUSIVE");
    CHECK(said(sql, 18, "Etc/UTC") == "users:ACCESS EXCLUSIVE");
    CHECK(said(sql, 18, "Europe/Berlin") == rewritten);
    CHECK(said(sql, 18).ends_with("rewrite users?"));
}

TEST_CASE("CONCURRENTLY is refused in a transaction block, in the server's words") {
    const Lowered lowered = lower("CREATE INDEX CONCURRENTLY i ON t (a)");
    const Effects inside = effects_of(lowered.statements.at(0).actions.at(0), WritableCatalog{}, {16, true, ""});
    REQUIRE(inside.failures.size() == 1);
    CHECK(inside.failures[0].message == "CREATE INDEX CONCURRENTLY cannot run inside a transaction block");
    CHECK(effects_of(lowered.statements.at(0).actions.at(0), WritableCatalog{}, {16, false, ""}).failures.empty());
}

TEST_CASE("what another order of columns saves") {
    const auto padding = [](std::string_view columns) {
        const Lowered lowered = lower("CREATE TABLE t (" + std::string(columns) + ")");
        return effects_of(lowered.statements.at(0).actions.at(0), WritableCatalog(), {18, false, ""}).padding;
    };
    // Read off a server: pg_column_size of a row of such a table, less that of the same columns in the best order.
    CHECK(padding("a bigint, b integer, c smallint, d boolean") == 0);
    CHECK(padding("a boolean, b bigint") == 7);
    CHECK(padding("a smallint, b timestamptz, c smallint, d timestamptz") == 12);
    CHECK(padding("a boolean, b uuid, c boolean") == 0);
    CHECK(padding("a integer, b text, c boolean, d bigint") == 0);  // behind text nobody knows
    CHECK(padding("a boolean, b serial, c mood") == 3);
    CHECK(padding("") == 0);
}

TEST_CASE("VACUUM may cut off the tail of a table whose rows were deleted") {
    WritableCatalog catalog;
    const auto run = [&](std::string_view sql) {
        for (const auto& statement : lower(sql).statements)
            for (const Action& action : statement.actions) replay(catalog, action, 16);
    };
    const auto lock = [&](std::string_view sql) {
        const Effects effects = effects_of(lower(sql).statements.at(0).actions.at(0), catalog, {16, false, ""});
        CHECK(effects.certainty == Certainty::depends);
        return effects.locks.at(0).mode;
    };
    run("CREATE TABLE t (a int); CREATE TABLE u () INHERITS (t); DELETE FROM t WHERE a > 1;");
    CHECK(lock("VACUUM t") == LockMode::AccessExclusive);
    CHECK(lock("VACUUM u") == LockMode::AccessExclusive);
    run("VACUUM t; TRUNCATE u;");
    CHECK(lock("VACUUM t") == LockMode::ShareUpdateExclusive);
    CHECK(lock("VACUUM u") == LockMode::ShareUpdateExclusive);
}

TEST_CASE("CASCADE takes rules and policies of other tables along, and tells what it drops") {
    constexpr std::string_view kRules = R"(
        CREATE TABLE kept (id int);
        CREATE TABLE target (id int PRIMARY KEY);
        CREATE TABLE logged (id int);
        CREATE TABLE asked (id int);
        CREATE TABLE guarded (id int);
        CREATE VIEW seen AS SELECT id FROM target;
        CREATE MATERIALIZED VIEW seen_twice AS SELECT id FROM seen;
        CREATE RULE r AS ON DELETE TO logged DO ALSO DELETE FROM target WHERE false;
        CREATE RULE r AS ON DELETE TO asked WHERE EXISTS (SELECT FROM target) DO INSTEAD NOTHING;
        CREATE POLICY p ON guarded USING (EXISTS (SELECT FROM target));
        CREATE TABLE parted (id int) PARTITION BY LIST (id);
        CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
    )";
    CHECK(said_of(kRules, "DROP TABLE target CASCADE", 18) ==
          "asked:ACCESS EXCLUSIVE guarded:ACCESS EXCLUSIVE logged:ACCESS EXCLUSIVE target:ACCESS EXCLUSIVE");
    WritableCatalog catalog;
    for (const auto& statement : lower(kRules).statements)
        for (const Action& action : statement.actions) replay(catalog, action, 18);
    const auto dropped = [&](std::string_view sql) {
        std::string names;
        for (const auto& statement : lower(sql).statements)
            for (const Action& action : statement.actions)
                for (const std::string& name : effects_of(action, catalog, {18, false, ""}).dropped)
                    names += name + " ";
        return names;
    };
    CHECK(dropped("DROP TABLE target CASCADE") == "public.target public.seen public.seen_twice ");
    CHECK(dropped("ALTER TABLE target DROP id CASCADE") == "public.seen public.seen_twice ");
    CHECK(dropped("DROP TABLE parted") == "public.parted public.parted_1 ");
}

TEST_CASE("a function with a parsed body goes with what it names, and its views with it") {
    WritableCatalog catalog;
    for (const auto& statement : lower(R"(
        CREATE TABLE t (id int, nick text, other text);
        CREATE FUNCTION of_nick() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT nick FROM t; END;
        CREATE FUNCTION of_that() RETURNS text LANGUAGE sql RETURN of_nick();
        CREATE FUNCTION quoted() RETURNS text LANGUAGE sql AS 'SELECT other FROM t';
        CREATE TABLE u (id int);
        CREATE VIEW shown AS SELECT of_that() AS nick, id FROM u;
        CREATE VIEW loose AS SELECT quoted() AS nick, id FROM u;
    )")
                                     .statements)
        for (const Action& action : statement.actions) replay(catalog, action, 18);
    const auto dropped = [&](std::string_view sql) {
        const auto lowered = lower(sql);
        return effects_of(lowered.statements.at(0).actions.at(0), catalog, {18, false, ""}).dropped;
    };
    CHECK(dropped("ALTER TABLE t DROP COLUMN nick CASCADE") == std::vector<std::string>{"public.shown"});
    CHECK(dropped("DROP TABLE t CASCADE") == std::vector<std::string>{"public.t", "public.shown"});
    CHECK(dropped("ALTER TABLE t DROP COLUMN other CASCADE").empty());
}

TEST_CASE("statistics are set and cleared under a lock on their table") {
    constexpr std::string_view kTable = "CREATE TABLE t (id int PRIMARY KEY);";
    const std::string locked = "t:SHARE UPDATE EXCLUSIVE";
    CHECK(said_of(kTable, "SELECT pg_clear_relation_stats('public', 't')", 18) == locked);
    CHECK(said_of(kTable, "SELECT pg_clear_attribute_stats('public', 't', 'id', false)", 18) == locked);
    CHECK(said_of(kTable,
                  "SELECT * FROM pg_restore_relation_stats('version', '180000'::integer, 'schemaname', 'public', "
                  "'relname', 't', 'relpages', '1'::integer)",
                  18) == locked);
    CHECK(said_of(kTable, "SELECT pg_clear_relation_stats('public', 't_pkey')", 18) == locked);
}

TEST_CASE("a materialized view has the domain that it shows") {
    constexpr std::string_view kDomains = R"(
        CREATE DOMAIN d AS int;
        CREATE TABLE t (a d, b int);
        CREATE VIEW v AS SELECT a AS renamed, b FROM t;
        CREATE MATERIALIZED VIEW shows AS SELECT renamed FROM v;
        CREATE MATERIALIZED VIEW shows_all AS SELECT * FROM t;
        CREATE MATERIALIZED VIEW shows_cast AS SELECT b::d FROM t;
        CREATE MATERIALIZED VIEW shows_not AS SELECT b FROM v;
    )";
    WritableCatalog catalog;
    for (const auto& statement : lower(kDomains).statements)
        for (const Action& action : statement.actions) replay(catalog, action, 18);
    const Lowered sql = lower("ALTER DOMAIN d ADD CHECK (VALUE > 0)");
    const Effects effects = effects_of(sql.statements.front().actions.front(), catalog, {18, false, ""});
    std::string locks;
    for (const Lock& lock : effects.locks) locks += lock.relation + " " + std::string(sql_name(lock.mode)) + "\n";
    CHECK(locks == "public.shows SHARE\npublic.shows_all SHARE\npublic.shows_cast SHARE\npublic.t SHARE\n");
    CHECK(effects.certainty == Certainty::known);
}

TEST_CASE("an index of ONLY a partitioned table is built on the partitions when a column's type makes it anew") {
    constexpr std::string_view kParted = R"(
        CREATE TABLE p (a varchar(5), b int) PARTITION BY LIST (b);
        CREATE TABLE p_1 PARTITION OF p FOR VALUES IN (1);
        CREATE TABLE p_2 PARTITION OF p FOR VALUES IN (2);
        CREATE INDEX p_a ON ONLY p (a);
        CREATE INDEX p_1_a ON p_1 (a);
        ALTER INDEX p_a ATTACH PARTITION p_1_a;
    )";
    CHECK(said_of(kParted, "ALTER TABLE p ALTER a TYPE varchar(9)", 15) ==
          "p:ACCESS EXCLUSIVE p_1:ACCESS EXCLUSIVE p_2:ACCESS EXCLUSIVE | build p_2 | rebuild p_1_a | scan p_1");
}

TEST_CASE("a key that has a parent is shared with no other, and what goes first is not built again") {
    constexpr std::string_view kTree = R"(
        CREATE TABLE other (id int PRIMARY KEY);
        CREATE TABLE p (id int REFERENCES other, b int) PARTITION BY LIST (b);
        CREATE TABLE p_1 PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (id);
        CREATE TABLE p_1_1 PARTITION OF p_1 FOR VALUES IN (1);
        CREATE TABLE t (id int PRIMARY KEY, a int UNIQUE, b int);
        CREATE INDEX t_b ON t (b);
        CREATE DOMAIN needed AS int NOT NULL;
        CREATE TABLE has_needed (a needed);
        CREATE TABLE named (a int NOT NULL);
    )";
    CHECK(said_of(kTree, "ALTER TABLE p_1 ADD FOREIGN KEY (id) REFERENCES other", 15) ==
          "other:SHARE ROW EXCLUSIVE p_1:SHARE ROW EXCLUSIVE p_1_1:SHARE ROW EXCLUSIVE | scan p_1_1");
    CHECK(said_of(kTree, "ALTER TABLE t DROP id, DROP CONSTRAINT t_a_key, ADD c float DEFAULT random()", 15) ==
          "t:ACCESS EXCLUSIVE | rebuild t_b | rewrite t");
    CHECK(said_of(kTree, "ALTER DOMAIN needed SET NOT NULL", 15).empty());
    CHECK(said_of(kTree, "ALTER TABLE named ALTER a SET NOT NULL, ALTER a DROP NOT NULL", 15) ==
          "named:ACCESS EXCLUSIVE | scan named");
}

TEST_CASE("rows written through a view are looked up as those of its table are") {
    constexpr std::string_view kViews = R"(
        CREATE TABLE users (id int PRIMARY KEY, name text);
        CREATE TABLE orders (user_id int REFERENCES users);
        CREATE VIEW shown AS SELECT id AS number, name FROM users;
        CREATE VIEW shown_again AS SELECT number AS n, name FROM shown;
    )";
    CHECK(said_of(kViews, "DELETE FROM shown_again", 15) == "orders:ROW SHARE users:ROW EXCLUSIVE | change users");
    CHECK(said_of(kViews, "UPDATE shown_again SET n = 2", 15) == "orders:ROW SHARE users:ROW EXCLUSIVE | change users");
    CHECK(said_of(kViews, "UPDATE shown_again SET name = 'x'", 15) == "users:ROW EXCLUSIVE | change users");
}

namespace {

constexpr std::string_view kPasses = R"(
CREATE DOMAIN positive AS int;
CREATE DOMAIN small AS smallint;
CREATE TABLE marks (id int PRIMARY KEY, words text[], n int CONSTRAINT positive_n CHECK (n > 0));
CREATE INDEX marks_words ON marks USING gin (words);
CREATE TABLE parts (a int NOT NULL, b int, p positive, CONSTRAINT parts_a PRIMARY KEY (a)) PARTITION BY LIST (a);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE referencing (a int REFERENCES parts);
CREATE TABLE base (a int, b int);
CREATE TABLE base_1 () INHERITS (base);
CREATE TABLE loose (a bigint NOT NULL) PARTITION BY LIST (a);
CREATE TABLE loose_1 PARTITION OF loose FOR VALUES IN (1);
CREATE TABLE keyed (k int, s small, UNIQUE (k) INCLUDE (s));
CREATE TABLE keys (k int REFERENCES keyed (k));
CREATE TABLE moved (k int, m int REFERENCES marks) PARTITION BY LIST (k);
CREATE TABLE moved_1 PARTITION OF moved FOR VALUES IN (1);
)";

// clang-format off
constexpr Case kOfPasses[] = {
    // an operator class for any array keeps its elements: CheckIndexCompatible finds another type
    {"ALTER TABLE marks ALTER words TYPE text[]",                            "marks:ACCESS EXCLUSIVE | rebuild marks_words | scan marks"},
    // a key that is checked later has a trigger
    {"ALTER TABLE loose ADD UNIQUE (a) DEFERRABLE",                          "loose:ACCESS EXCLUSIVE loose_1:SHARE ROW EXCLUSIVE | build loose_1", 11, 17},
    {"ALTER TABLE loose ADD UNIQUE (a) DEFERRABLE",                          "loose:ACCESS EXCLUSIVE loose_1:ACCESS EXCLUSIVE | build loose_1", 18},
    // AT_PASS_DROP first
    {"ALTER TABLE base DROP COLUMN a, ADD COLUMN a text NOT NULL",           "base:ACCESS EXCLUSIVE base_1:ACCESS EXCLUSIVE | scan base | scan base_1"},
    {"ALTER TABLE base ADD COLUMN c int DEFAULT 1 NOT NULL, ALTER c SET NOT NULL", "base:ACCESS EXCLUSIVE base_1:ACCESS EXCLUSIVE"},
    {"ALTER TABLE marks DROP CONSTRAINT positive_n, ALTER n TYPE int",       "marks:ACCESS EXCLUSIVE"},
    {"ALTER TABLE marks VALIDATE CONSTRAINT positive_n, DROP CONSTRAINT positive_n, ADD CONSTRAINT positive_n CHECK (n > 1) NOT VALID", "marks:ACCESS EXCLUSIVE | scan marks"},
    {"ALTER TABLE loose ALTER a SET NOT NULL, ALTER a DROP NOT NULL",        "loose:ACCESS EXCLUSIVE loose_1:ACCESS EXCLUSIVE | scan loose_1", 18},
    // children have no part in foreign keys
    {"ALTER TABLE base ADD COLUMN c int DEFAULT 1 REFERENCES marks",         "base:ACCESS EXCLUSIVE base_1:ACCESS EXCLUSIVE marks:SHARE ROW EXCLUSIVE | scan base"},
    {"ALTER TABLE base ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES marks NOT VALID, VALIDATE CONSTRAINT k", "base:SHARE ROW EXCLUSIVE marks:SHARE ROW EXCLUSIVE | scan base?", 11, 17},
    // get_rels_with_domain: a partitioned table has no rows
    {"ALTER DOMAIN positive ADD CHECK (VALUE > 0)",                          "parts_1:SHARE | scan parts_1", 12},
    // find_composite_type_dependencies apart, what a foreign key points at includes the column
    {"DROP DOMAIN small CASCADE",                                            "keyed:ACCESS EXCLUSIVE keys:ACCESS EXCLUSIVE"},
    // since 19 a COALESCE of one value is that value
    {"ALTER TABLE marks ALTER n TYPE int USING coalesce(n, NULL)",           "marks:ACCESS EXCLUSIVE | rebuild marks_pkey | rebuild marks_words | rewrite marks | scan marks", 11, 18},
    {"ALTER TABLE marks ALTER n TYPE int USING coalesce(n, NULL)",           "marks:ACCESS EXCLUSIVE | scan marks", 19},
    // a key that points at the partitioned table is looked up for the rows of its partitions
    {"DELETE FROM parts_1",                                                  "parts:ACCESS SHARE parts_1:ROW EXCLUSIVE referencing:ROW SHARE | change parts_1", 12, 13},
    // a row that goes to another partition is looked up as a new one
    {"UPDATE moved SET k = 2",                                               "marks:ROW SHARE moved:ROW EXCLUSIVE moved_1:ROW EXCLUSIVE | change moved", 15},
    {"DELETE FROM parts_1",                                                  "parts_1:ROW EXCLUSIVE referencing:ROW SHARE | change parts_1", 14},
};
// clang-format on

}  // namespace

TEST_CASE("what one part of a statement leaves to the next, and what goes down to children") {
    for (const Case& c : kOfPasses)
        for (int version = c.since; version <= c.until; ++version) {
            INFO(c.sql << " on " << version);
            CHECK(said_of(kPasses, c.sql, version) == c.expected);
        }
}

TEST_CASE("who has a column by two ways loses it when both parents do") {
    constexpr std::string_view kDiamond = R"(
CREATE TABLE top (a int, b int);
CREATE TABLE left_side () INHERITS (top);
CREATE TABLE right_side () INHERITS (top);
CREATE TABLE bottom () INHERITS (left_side, right_side);
CREATE INDEX bottom_a ON bottom (a);
CREATE TABLE own (a int) INHERITS (top);
CREATE INDEX own_a ON own (a);
)";
    WritableCatalog catalog;
    for (const auto& statement : lower(kDiamond).statements)
        for (const Action& action : statement.actions) replay(catalog, action, 18);
    catalog.begin_change();
    const auto lowered = lower("ALTER TABLE top DROP COLUMN a");
    REQUIRE(lowered.statements.size() == 1);
    const Effects effects = effects_of(lowered.statements[0].actions[0], catalog, {18, false, ""});
    const auto locks = [&](std::string_view relation) {
        return std::any_of(effects.locks.begin(), effects.locks.end(),
                           [&](const Lock& lock) { return lock.relation == relation; });
    };
    CHECK(locks("public.bottom_a"));
    CHECK(!locks("public.own_a"));
}
