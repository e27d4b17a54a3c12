// What is made again, and what is not there: failures that are certain only where the catalog is.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "analyze/analyze.h"

using namespace pgfence;

namespace {

constexpr const char* kSchema = R"(
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN amount AS numeric;
CREATE TYPE pair AS (a int, b int);
CREATE TABLE users (id bigint PRIMARY KEY, email text, name text, CONSTRAINT named CHECK (name <> ''));
CREATE TABLE orders (id bigint);
CREATE SCHEMA attic;
CREATE TABLE attic.orders (id bigint);
CREATE VIEW names AS SELECT name FROM users;
CREATE SEQUENCE numbers;
CREATE INDEX by_email ON users (email);
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER told BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION tell();
CREATE TRIGGER other BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION tell();
CREATE POLICY own ON users USING (true);
CREATE RULE kept AS ON DELETE TO users DO INSTEAD NOTHING;
)";

/// The messages of its certain failures.
std::string failures(const std::string& sql, bool complete = true) {
    analyze::Request request;
    request.version = 17;
    if (complete)
        request.schema = {std::string(kSchema)};
    else
        request.history.emplace_back().sql = kSchema;
    request.changed.emplace_back().sql = sql;
    const Analysis analysis = analyze::analyze(std::move(request));
    std::string all;
    for (const AnalyzedStatement& statement : analysis.files.at(0).statements)
        for (const Failure& failure : statement.effects.failures)
            if (failure.certain) all += (all.empty() ? "" : "; ") + failure.message;
    return all;
}

struct Case {
    std::string sql, failure;
};

}  // namespace

TEST_CASE("what is there for sure is not made again") {
    const std::vector<Case> cases{
        {"CREATE TYPE mood AS ENUM ('x');", "type \"mood\" already exists"},
        {"CREATE TYPE pair AS (x int);", "type \"pair\" already exists"},
        {"CREATE DOMAIN amount AS text;", "type \"amount\" already exists"},
        {"CREATE TYPE users AS ENUM ('x');", "type \"users\" already exists"},
        {"ALTER TYPE mood ADD VALUE 'ok';", "enum label \"ok\" already exists"},
        {"ALTER TYPE mood ADD VALUE 'x'; ALTER TYPE mood ADD VALUE 'x';", "enum label \"x\" already exists"},
        {"ALTER TYPE mood RENAME VALUE 'sad' TO 'ok';", "enum label \"ok\" already exists"},
        {"ALTER TYPE mood RENAME TO amount;", "type \"amount\" already exists"},
        {"CREATE SEQUENCE numbers;", "relation \"numbers\" already exists"},
        {"CREATE VIEW names AS SELECT 1;", "relation \"names\" already exists"},
        {"CREATE TABLE names AS SELECT 1;", "relation \"names\" already exists"},
        {"CREATE MATERIALIZED VIEW orders AS SELECT 1;", "relation \"orders\" already exists"},
        {"CREATE FUNCTION f(b int) RETURNS integer LANGUAGE sql AS 'SELECT 2';",
         "function \"f\" with the same argument types already exists"},
        {"CREATE TRIGGER told AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION tell();",
         "trigger \"told\" for relation \"users\" already exists"},
        {"CREATE POLICY own ON users USING (false);", "policy \"own\" for table \"users\" already exists"},
        {"CREATE RULE kept AS ON UPDATE TO users DO NOTHING;", "rule \"kept\" for relation \"users\" already exists"},
        {"ALTER TABLE orders RENAME TO users;", "relation \"users\" already exists"},
        {"ALTER INDEX by_email RENAME TO users_pkey;", "relation \"users_pkey\" already exists"},
        {"ALTER TABLE users RENAME email TO name;", "column \"name\" of relation \"users\" already exists"},
        {"ALTER TABLE users RENAME CONSTRAINT named TO users_pkey;",
         "constraint \"users_pkey\" for relation \"users\" already exists"},
        {"ALTER TRIGGER told ON users RENAME TO other;", "trigger \"other\" for relation \"users\" already exists"},
        {"ALTER TABLE orders SET SCHEMA attic;", "relation \"orders\" already exists in schema \"attic\""},
    };
    for (const Case& c : cases) {
        INFO(c.sql);
        CHECK(failures(c.sql) == c.failure);
        CHECK(failures(c.sql, false) == c.failure);
    }
}

TEST_CASE("what gives way, or may be there only, is no failure") {
    const auto perhaps = [](const std::string& sql) {
        return "DO $$ BEGIN IF random() < 1 THEN " + sql + " END IF; END $$;";
    };
    for (const std::string& sql :
         {std::string("CREATE OR REPLACE VIEW names AS SELECT name FROM users;"),
          std::string("ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok';"),
          std::string("CREATE SEQUENCE IF NOT EXISTS numbers;"),
          std::string("CREATE OR REPLACE TRIGGER told BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION tell();"),
          std::string("CREATE FUNCTION f(b text) RETURNS integer LANGUAGE sql AS 'SELECT 2';"),
          std::string("CREATE OR REPLACE FUNCTION f(b int) RETURNS integer LANGUAGE sql AS 'SELECT 2';"),
          std::string(
              "DROP TRIGGER told ON users; CREATE TRIGGER told BEFORE INSERT ON users EXECUTE FUNCTION tell();"),
          std::string("DROP POLICY own ON users; CREATE POLICY own ON users USING (true);"),
          std::string("DROP TYPE mood; CREATE TYPE mood AS ENUM ('x');"),
          std::string("CREATE TEMP TABLE orders (id int);"),
          std::string("CREATE TABLE attic.users (id int);"),
          std::string("CREATE TYPE attic.mood AS ENUM ('x');"),
          std::string("DO $$ BEGIN CREATE TYPE mood AS ENUM ('x'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;"),
          perhaps("DROP TABLE orders;") + "CREATE TABLE orders (id int);",
          perhaps("CREATE TYPE hue AS ENUM ('x');") + "CREATE TYPE hue AS ENUM ('x');",
          perhaps("ALTER TYPE mood ADD VALUE 'x';") + "ALTER TYPE mood ADD VALUE 'x';",
          perhaps("CREATE DOMAIN hue AS text;") + "CREATE DOMAIN hue AS text;",
          perhaps("CREATE POLICY new ON users USING (true);") + "CREATE POLICY new ON users USING (true);",
          perhaps("CREATE TRIGGER new BEFORE INSERT ON users EXECUTE FUNCTION tell();") +
              "CREATE TRIGGER new BEFORE INSERT ON users EXECUTE FUNCTION tell();",
          perhaps("DROP TRIGGER told ON users;") +
              "CREATE TRIGGER told BEFORE INSERT ON users EXECUTE FUNCTION tell();",
          perhaps("ALTER TABLE orders ADD COLUMN note text;") + "ALTER TABLE orders ADD COLUMN note text;"}) {
        INFO(sql);
        CHECK(failures(sql).empty());
    }
}

TEST_CASE("what a table that is known whole does not have is not changed") {
    const std::vector<Case> cases{
        {"ALTER TABLE users DROP COLUMN nick;", "column \"nick\" of relation \"users\" does not exist"},
        {"ALTER TABLE users ALTER nick SET NOT NULL;", "column \"nick\" of relation \"users\" does not exist"},
        {"ALTER TABLE users ALTER nick TYPE text;", "column \"nick\" of relation \"users\" does not exist"},
        {"ALTER TABLE users RENAME nick TO n;", "column \"nick\" of relation \"users\" does not exist"},
        {"ALTER TABLE users DROP CONSTRAINT k;", "constraint \"k\" of relation \"users\" does not exist"},
        {"ALTER TABLE users VALIDATE CONSTRAINT k;", "constraint \"k\" of relation \"users\" does not exist"},
        {"ALTER TABLE users RENAME CONSTRAINT k TO l;", "constraint \"k\" for table \"users\" does not exist"},
        {"ALTER TABLE users ADD UNIQUE (nick);", "column \"nick\" named in key does not exist"},
        {"CREATE INDEX ON users (nick);", "column \"nick\" does not exist"},
        {"CREATE INDEX ON users (lower(nick));", "column \"nick\" does not exist"},
        {"DROP TRIGGER t ON users;", "trigger \"t\" for table \"users\" does not exist"},
        {"DROP POLICY p ON users;", "policy \"p\" for table \"users\" does not exist"},
        {"ALTER POLICY p ON users USING (true);", "policy \"p\" for table \"users\" does not exist"},
        {"ALTER TYPE mood ADD VALUE 'x' AFTER 'y';", "\"y\" is not an existing enum label"},
    };
    for (const Case& c : cases) {
        INFO(c.sql);
        CHECK(failures(c.sql) == c.failure);
        // What a history that is not whole did not make may be there. An enum's labels are all known.
        if (c.sql.find("TYPE mood") == std::string::npos) CHECK(failures(c.sql, false).empty());
    }
    for (const std::string& sql :
         {std::string("ALTER TABLE users DROP COLUMN IF EXISTS nick;"),
          std::string("ALTER TABLE users ADD COLUMN nick text, ALTER nick SET NOT NULL;"),
          std::string("ALTER TABLE users ADD CONSTRAINT k CHECK (id > 0), VALIDATE CONSTRAINT k;"),
          std::string("ALTER TABLE users DROP CONSTRAINT IF EXISTS k;"),
          std::string("DROP TRIGGER IF EXISTS t ON users;"),
          std::string("CREATE TABLE copy AS SELECT 1 AS a; ALTER TABLE copy DROP COLUMN b;"),
          std::string(
              "DO $$ BEGIN IF random() < 1 THEN ALTER TABLE users ADD COLUMN nick text; CREATE POLICY p ON users "
              "USING (true); END IF; END $$; ALTER TABLE users DROP COLUMN nick; DROP POLICY p ON users;")}) {
        INFO(sql);
        CHECK(failures(sql).empty());
    }
}

TEST_CASE("what was not read may have made what is not there") {
    const std::vector<std::string> unread{
        "DO LANGUAGE plpython3u 'make()';",
        "DO $$ BEGIN EXECUTE current_setting('app.text'); END $$;",
        "CALL nobody.knows('users');",
        "SELECT nobody.knows('users');",
        "CREATE FUNCTION makes() RETURNS int LANGUAGE plv8 AS 'return 1'; SELECT makes();",
        "EXECUTE prepared_elsewhere;",
    };
    const std::vector<std::string> needing{
        "CREATE INDEX ON users (later);",
        "COMMENT ON COLUMN users.later IS 'x';",
        "ALTER TABLE users ALTER COLUMN later SET NOT NULL;",
        "ALTER TABLE users DROP CONSTRAINT later;",
        "DROP TRIGGER later ON users;",
        "DROP POLICY later ON users;",
        "DROP INDEX later;",
        "ALTER TYPE mood RENAME VALUE 'later' TO 'x';",
    };
    for (const std::string& gap : unread)
        for (const std::string& sql : needing) {
            INFO(gap << " " << sql);
            CHECK(failures(gap + sql).empty());
            // Of the change's own tables, too.
            CHECK(failures("CREATE TABLE made (id int);" + gap + "CREATE INDEX ON made (later);").empty());
            // What is made behind it is known.
            CHECK(failures(gap + "CREATE TABLE made (id int); CREATE INDEX ON made (later);") ==
                  "column \"later\" does not exist");
        }
    CHECK(failures("SELECT pg_notify('a', 'b'); CREATE INDEX ON users (later);") == "column \"later\" does not exist");
    CHECK(failures("SELECT setval('numbers', 7); CREATE INDEX ON users (later);") == "column \"later\" does not exist");
}

TEST_CASE("what a reader of the file could not follow is doubted from its place on") {
    const std::string sql = "CREATE INDEX ON users (early); CREATE INDEX ON users (later);";
    for (const bool first : {true, false}) {
        analyze::Request request;
        request.version = 17;
        request.schema = {std::string(kSchema)};
        Script& script = request.changed.emplace_back();
        script.sql = sql;
        const auto place = first ? 0U : static_cast<std::uint32_t>(sql.find(';') + 1);
        script.unread.push_back({{script.file, place, place + 1}, "a call", "it is not known"});
        const Analysis analysis = analyze::analyze(std::move(request));
        std::vector<bool> certain;
        for (const AnalyzedStatement& statement : analysis.files.at(0).statements)
            for (const Failure& failure : statement.effects.failures) certain.push_back(failure.certain);
        INFO(first);
        CHECK((certain.size() < 2 || !certain.back()));
        CHECK((first || (!certain.empty() && certain.front())));
    }
}

TEST_CASE("after what was not read, a table made if it is not there is still new where a dump told of all") {
    analyze::Request request;
    request.version = 17;
    request.schema = {std::string(kSchema)};
    request.changed.emplace_back().sql =
        "SELECT nobody.knows(); CREATE TABLE IF NOT EXISTS made (id int); CREATE INDEX ON made (id);";
    const Analysis analysis = analyze::analyze(std::move(request));
    for (const Lock& lock : analysis.files.at(0).statements.back().effects.locks) CHECK_FALSE(lock.existing);
}
