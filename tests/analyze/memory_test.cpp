// Tables that no migration made, and statements that do nothing.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>
#include <vector>

#include "analyze/analyze.h"

using namespace pgfence;

namespace {

using Rules = std::set<std::string, std::less<>>;

/// Several files of one change.
Rules reported(const std::string& schema, const std::vector<std::string>& files, int version = 15) {
    analyze::Request request;
    request.version = version;
    if (!schema.empty()) request.schema.push_back(schema);
    for (std::size_t i = 0; i < files.size(); ++i) {
        Script script;
        script.file = static_cast<FileId>(i + 1);
        script.sql = files[i];
        request.changed.push_back(std::move(script));
    }
    Rules rules;
    for (const Finding& finding : analyze::analyze(request).findings) rules.insert(finding.rule);
    return rules;
}

constexpr const char* kSchema =
    "CREATE TABLE users (id bigint PRIMARY KEY);"
    "CREATE TABLE orders (id bigint PRIMARY KEY, a integer, b text, state text, user_id bigint,"
    " CONSTRAINT orders_user_fkey FOREIGN KEY (user_id) REFERENCES users (id),"
    " CONSTRAINT orders_email_key UNIQUE (b));"
    "CREATE INDEX orders_i ON orders (a, b); CREATE TYPE mood AS ENUM ('sad'); CREATE SEQUENCE numbers;"
    "CREATE VIEW names AS SELECT b FROM orders;";

}  // namespace

TEST_CASE("what the files themselves say of a table is known two lines later") {
    struct Case {
        std::string rule;
        std::vector<std::string> files;
    };
    const std::string check = "ALTER TABLE orders ADD CONSTRAINT c CHECK (state IS NOT NULL) NOT VALID;";
    const std::vector<Case> cases{
        {"alter-column-set-not-null",
         {check, "ALTER TABLE orders VALIDATE CONSTRAINT c;", "ALTER TABLE orders ALTER state SET NOT NULL;"}},
        {"drop-constraint",
         {check + "ALTER TABLE orders VALIDATE CONSTRAINT c;",
          "ALTER TABLE orders ALTER state SET NOT NULL; ALTER TABLE orders DROP CONSTRAINT c;"}},
        {"drop-constraint",
         {"ALTER TABLE orders DROP CONSTRAINT orders_user_fkey;",
          "ALTER TABLE orders ADD CONSTRAINT orders_user_fkey FOREIGN KEY (user_id) REFERENCES users NOT VALID;"}},
        {"drop-constraint",
         {"CREATE UNIQUE INDEX CONCURRENTLY k ON orders (b); ALTER TABLE orders DROP CONSTRAINT orders_email_key;"
          "ALTER TABLE orders ADD CONSTRAINT orders_email_key UNIQUE USING INDEX k;"}},
        {"drop-column", {"ALTER TABLE orders ADD COLUMN total numeric;", "ALTER TABLE orders DROP COLUMN total;"}},
        {"rename-column", {"ALTER TABLE orders ADD total numeric; ALTER TABLE orders RENAME total TO sum;"}},
        {"drop-column",
         {"ALTER TABLE orders ADD total numeric; ALTER TABLE orders RENAME total TO sum;"
          "ALTER TABLE orders DROP COLUMN sum;"}},
        {"alter-column-type-compatibility",
         {"ALTER TABLE orders ADD COLUMN total integer;", "ALTER TABLE orders ALTER total TYPE bigint;"}},
        {"alter-column-type-rewrite",
         {"ALTER TABLE orders ADD COLUMN total varchar(10); ALTER TABLE orders ALTER total TYPE text;"}},
        {"drop-index-performance",
         {"DROP INDEX CONCURRENTLY IF EXISTS orders_i;", "CREATE INDEX CONCURRENTLY orders_i ON orders (a, b);"}},
        {"drop-index-performance",
         {"CREATE INDEX CONCURRENTLY orders_state ON orders (state); DROP INDEX CONCURRENTLY orders_state;"}},
    };
    for (const Case& c : cases) {
        INFO(c.rule << "\n" << c.files.back());
        CHECK_FALSE(reported("", c.files).contains(c.rule));
        CHECK_FALSE(reported(kSchema, c.files).contains(c.rule));  // the whole schema says the same
    }
}

TEST_CASE("what they do not say of it is not taken for known") {
    struct Case {
        std::string rule, sql;
    };
    const std::string check = "ALTER TABLE orders ADD CONSTRAINT c CHECK (state IS NOT NULL) ";
    const std::string required = "ALTER TABLE orders ALTER state SET NOT NULL;";
    const std::vector<Case> cases{
        {"alter-column-set-not-null", required},
        {"alter-column-set-not-null", check + "NOT VALID;" + required},
        {"alter-column-set-not-null", check + "; ALTER TABLE orders DROP CONSTRAINT c;" + required},
        {"alter-column-set-not-null", "ALTER TABLE orders ADD CONSTRAINT c CHECK (a IS NOT NULL);" + required},
        {"alter-column-set-not-null", check + "; DROP TABLE orders;" + required},
        {"alter-column-set-not-null", check + "; ALTER TABLE orders RENAME TO bills;" + required},
        {"alter-column-set-not-null", "DO $$ BEGIN IF random() < 1 THEN " + check + "; END IF; END $$;" + required},
        {"alter-column-set-not-null", "BEGIN; " + check + "; ROLLBACK;" + required},
        {"drop-column", "ALTER TABLE orders ADD COLUMN IF NOT EXISTS total numeric; ALTER TABLE orders DROP total;"},
        {"drop-column", "ALTER TABLE orders DROP COLUMN total;"},
        {"drop-column", "ALTER TABLE orders ADD total int; ALTER TABLE other.orders DROP COLUMN total;"},
        {"rename-column", "ALTER TABLE orders ADD total numeric; ALTER TABLE orders RENAME state TO sum;"},
        {"drop-not-null", "ALTER TABLE orders ALTER total TYPE text; ALTER TABLE orders ALTER total DROP NOT NULL;"},
        {"drop-constraint", "ALTER TABLE orders DROP CONSTRAINT k; ALTER TABLE orders ADD CONSTRAINT l CHECK (a > 0);"},
        {"drop-index-performance", "CREATE INDEX IF NOT EXISTS i ON orders (a); DROP INDEX i;"},
        {"drop-index-performance", "DROP INDEX i; CREATE INDEX j ON orders (a);"},
        {"alter-column-type-rewrite",
         "ALTER TABLE orders ADD total integer; ALTER TABLE orders ALTER total TYPE text;"},
    };
    for (const Case& c : cases) {
        INFO(c.rule << "\n" << c.sql);
        const Rules rules = reported("", {c.sql});
        // Of a table that is gone or has another name by then, no rule can say what the statement does to it.
        CHECK((rules.contains(c.rule) || rules.contains("unexplained-hazard")));
    }
}

TEST_CASE("IF EXISTS on what is certainly not there does nothing") {
    const std::vector<std::string> skipped{
        "DROP TABLE IF EXISTS scratch;",
        "DROP TABLE IF EXISTS scratch, draft CASCADE;",
        "DROP VIEW IF EXISTS scratch;",
        "DROP SEQUENCE IF EXISTS scratch;",
        "DROP INDEX IF EXISTS scratch;",
        "DROP INDEX CONCURRENTLY IF EXISTS scratch;",
        "DROP DOMAIN IF EXISTS scratch;",
        "DROP FUNCTION IF EXISTS scratch() CASCADE;",
        "DROP MATERIALIZED VIEW IF EXISTS m;",
        "ALTER TABLE IF EXISTS scratch DROP COLUMN a;",
        "ALTER TABLE orders DROP COLUMN IF EXISTS scratch;",
    };
    for (const std::string& sql : skipped) {
        INFO(sql);
        Rules rules = reported(kSchema, {sql});
        rules.erase("missing-lock-timeout");  // the table is locked all the same
        CHECK(rules.empty());
        CHECK_FALSE(reported("", {sql}).empty());  // without a schema it may be there
    }
    const std::vector<std::string> done{
        "DROP TABLE IF EXISTS scratch, users;",
        "DROP VIEW IF EXISTS names;",
        "DROP SEQUENCE IF EXISTS numbers;",
        "DROP INDEX IF EXISTS orders_i;",
        "DROP TYPE IF EXISTS mood;",
        "ALTER TABLE IF EXISTS orders DROP COLUMN a;",
        "ALTER TABLE orders DROP COLUMN IF EXISTS a;",
    };
    for (const std::string& sql : done) {
        INFO(sql);
        CHECK_FALSE(reported(kSchema, {sql}).empty());
    }
    CHECK(reported("", {"DROP TABLE IF EXISTS pg_temp.scratch;"}).empty());
}

TEST_CASE("IF EXISTS on what the migrations have dropped does nothing, whoever made it") {
    const auto after = [](const std::string& history, const std::string& sql) {
        analyze::Request request;
        request.version = 15;
        request.history.emplace_back().sql = history;
        request.changed.emplace_back().sql = sql;
        std::set<std::string> rules;
        for (const Finding& finding : analyze::analyze(request).findings)
            if (finding.rule != "missing-lock-timeout") rules.insert(finding.rule);
        return rules;
    };
    const std::string table = "DROP TABLE IF EXISTS orders;", column = "ALTER TABLE orders DROP COLUMN IF EXISTS note;",
                      index = "DROP INDEX IF EXISTS orders_note;";
    CHECK(after("DROP TABLE orders;", table).empty());
    CHECK(after("CREATE TABLE orders (id int); DROP TABLE orders;", table).empty());
    CHECK(after("ALTER TABLE orders RENAME TO bills; CREATE TABLE orders (id int); DROP TABLE orders;", table).empty());
    CHECK(after("CREATE TABLE orders (id int); ALTER TABLE orders RENAME TO bills;", table).empty());
    CHECK(after("ALTER TABLE orders DROP COLUMN note;", column).empty());
    CHECK(after("CREATE TABLE orders (id int, note text); ALTER TABLE orders DROP note;", column).empty());
    CHECK(after("DROP INDEX orders_note;", index).empty());
    CHECK(after("", table + table).size() == 1);

    const std::string perhaps = "DO $$ BEGIN IF random() < 1 THEN ", end = " END IF; END $$;";
    const std::string unread = "DO LANGUAGE plpython3u $$ plpy.execute(sql) $$;";
    for (const auto& [history, sql] : std::vector<std::pair<std::string, std::string>>{
             {"", table},
             {"", column},
             {"", index},
             {perhaps + "DROP TABLE orders;" + end, table},
             {"DROP TABLE orders; CREATE TABLE orders (id int);", table},
             {"DROP TABLE orders; ALTER TABLE bills RENAME TO orders;", table},
             {"DROP TABLE orders; ALTER TABLE orders ADD COLUMN id int;", table},
             {"DROP TABLE orders; " + unread, table},
             {"DROP TABLE other.orders;", table},
             {"BEGIN; DROP TABLE orders; ROLLBACK;", table},
             {"DROP TABLE orders; " + perhaps + "CREATE TABLE orders (id int);" + end, table},
             {perhaps + "ALTER TABLE orders DROP COLUMN note;" + end, column},
             {"ALTER TABLE orders DROP COLUMN note; ALTER TABLE orders ADD COLUMN note text;", column},
             {"ALTER TABLE orders DROP COLUMN note; ALTER TABLE orders RENAME text TO note;", column},
             {"ALTER TABLE orders DROP COLUMN note; ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;", column},
             {"DROP INDEX orders_note; CREATE INDEX orders_note ON orders (note);", index}}) {
        INFO(history << "\n" << sql);
        CHECK_FALSE(after(history, sql).empty());
    }
}

TEST_CASE("nobody waits for what the change drops") {
    const std::string schema = kSchema;
    const auto has = [&](const std::vector<std::string>& files, const std::string& rule) {
        return reported(schema, files).contains(rule);
    };
    const std::string build = "CREATE INDEX i ON orders (state);", drop = "DROP TABLE orders;";
    CHECK(has({build}, "create-index-not-concurrent"));
    CHECK_FALSE(has({build + drop}, "create-index-not-concurrent"));
    CHECK_FALSE(has({build, drop}, "create-index-not-concurrent"));
    CHECK_FALSE(has({"ALTER TABLE orders RENAME COLUMN a TO c;" + drop}, "rename-column"));
    // That it goes is said, and whatever it loses or fails with before.
    CHECK(has({build + drop}, "drop-table"));
    CHECK(has({"DELETE FROM orders;" + drop}, "delete-without-where"));
    CHECK(has({"ALTER TABLE orders DROP COLUMN a;" + drop}, "drop-column"));
    CHECK(has({"ALTER TABLE orders ADD COLUMN a integer;" + drop}, "ordering-conflict"));
    // It is there again, may stay, goes before, or others are concerned.
    CHECK(has({build + drop + "CREATE TABLE orders (id bigint);"}, "create-index-not-concurrent"));
    CHECK(has({build + "DO $$ BEGIN IF now() > 'today' THEN DROP TABLE orders; END IF; END $$;"},
              "create-index-not-concurrent"));
    CHECK(has({"BEGIN; " + build + drop + " ROLLBACK;"}, "create-index-not-concurrent"));
    CHECK(has({"ALTER TABLE orders RENAME TO old_orders;" + drop}, "rename-table"));
    CHECK(has({"CREATE INDEX i ON users (id);" + drop}, "create-index-not-concurrent"));
}

TEST_CASE("a sequence that nothing draws from any more goes without a word") {
    const std::string schema = std::string(kSchema) +
                               "CREATE TABLE bills (n int DEFAULT nextval('numbers'), m int);"
                               "CREATE TABLE notes (n int);";
    const auto reports = [&](const std::string& sql) { return reported(schema, {sql}).contains("drop-sequence"); };
    CHECK(reports("DROP SEQUENCE numbers CASCADE;"));
    CHECK_FALSE(reports("ALTER TABLE bills ALTER n DROP DEFAULT; DROP SEQUENCE numbers;"));
    CHECK_FALSE(reports("ALTER TABLE bills DROP COLUMN n; DROP SEQUENCE numbers;"));
    // Another table's, or another draws from it as well.
    CHECK(reports("ALTER TABLE notes DROP COLUMN n; DROP SEQUENCE numbers CASCADE;"));
    CHECK(reported(schema + "CREATE TABLE more (n int DEFAULT nextval('public.numbers'));",
                   {"ALTER TABLE bills ALTER n DROP DEFAULT; DROP SEQUENCE numbers CASCADE;"})
              .contains("drop-sequence"));
    CHECK(reported(kSchema, {"ALTER TABLE orders DROP COLUMN a; DROP SEQUENCE numbers;"}).contains("drop-sequence"));
}
