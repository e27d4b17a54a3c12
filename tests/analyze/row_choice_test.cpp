// Which rows a statement goes by: what names them by a value, what leaves it to other tables, and what only looks as if
// it bounded anything. Each of those that are told was seen to empty its table on a server.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <string>
#include <vector>

#include "analyze/analyze.h"

using namespace pgfence;

namespace {

constexpr const char* kSchema = R"(
CREATE TABLE users (id bigint PRIMARY KEY, email text, created date);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, note text, state text, total numeric);
CREATE FUNCTION is_test(t text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT t LIKE ''%''';
CREATE FUNCTION purge() RETURNS void LANGUAGE sql AS 'DELETE FROM orders';
)";

Analysis analysis_of(const std::string& sql) {
    analyze::Request request;
    request.version = 18;
    request.schema = {std::string(kSchema)};
    request.changed.emplace_back().sql = sql;
    return analyze::analyze(std::move(request));
}

bool tells_loss(const std::string& sql) {
    const Analysis analysis = analysis_of(sql);
    return std::any_of(analysis.findings.begin(), analysis.findings.end(),
                       [](const Finding& finding) { return finding.category == Category::destructive; });
}

void check_told(const std::vector<std::string>& all, bool told) {
    for (const std::string& sql : all) {
        INFO(sql);
        CHECK(tells_loss(sql) == told);
    }
}

std::vector<std::string> deletes(const std::vector<std::string>& conditions) {
    std::vector<std::string> all;
    for (const std::string& condition : conditions) all.push_back("DELETE FROM orders WHERE " + condition + ";");
    return all;
}

}  // namespace

TEST_CASE("a LIMIT bounds only what the statement takes its rows from") {
    check_told(deletes({"id IN (SELECT id FROM orders LIMIT ALL)", "id IN (SELECT id FROM orders LIMIT 1000000)",
                        "id NOT IN (SELECT id FROM orders LIMIT 0)", "id NOT IN (SELECT id FROM orders LIMIT 5)",
                        "EXISTS (SELECT 1 FROM users WHERE users.id = user_id LIMIT ALL)"}),
               true);
    check_told({"WITH l AS (SELECT 1 FROM users LIMIT 1) DELETE FROM orders USING users WHERE users.id = user_id;",
                "UPDATE orders SET note = (SELECT email FROM users LIMIT 1) WHERE user_id IN (SELECT id FROM users);"},
               true);
    check_told({"DELETE FROM orders USING users WHERE users.id = user_id;" + std::string(70'000, ' ') + "--",
                "DELETE FROM orders USING users WHERE users.id = user_id" + std::string(70'000, ' ') + "AND true;"},
               true);
    check_told({"DELETE FROM orders WHERE id IN (SELECT id FROM orders WHERE note IS NULL LIMIT 1000);",
                "DELETE FROM orders WHERE id = ANY (ARRAY(SELECT id FROM orders LIMIT 1000));",
                "WITH b AS (SELECT id FROM orders LIMIT 1000) DELETE FROM orders USING b WHERE b.id = orders.id;",
                "WITH b AS MATERIALIZED (SELECT id FROM orders FETCH FIRST 10 ROWS ONLY) "
                "UPDATE orders SET note = '' FROM b WHERE b.id = orders.id;"},
               false);
}

TEST_CASE("a condition that nobody could read is none, and none that bounds anything") {
    check_told(deletes({"$1", "$1 AND $2::boolean"}), true);
    for (const Finding& finding : analysis_of("UPDATE orders SET note = '' WHERE $1 AND $2;").findings) {
        INFO(finding.rule << ": " << finding.message);
        CHECK(finding.rule != "update-without-where");
    }
    CHECK_FALSE(analysis_of("UPDATE orders SET note = '' WHERE $1 AND $2;").findings.empty());
}

TEST_CASE("a LIMIT bounds nothing beside an OR, nor on another table's rows") {
    check_told(deletes({"id IN (SELECT id FROM orders LIMIT 5) OR note IS NOT NULL",
                        "note IS NOT NULL OR (state = 'x' AND id IN (SELECT id FROM orders LIMIT 5))",
                        "user_id IN (SELECT id FROM users LIMIT 1000)"}),
               true);
    const std::string few = "WITH b AS (SELECT id FROM users LIMIT 9) ";
    check_told({"DELETE FROM orders USING (SELECT id FROM users LIMIT 9) AS b WHERE b.id = orders.user_id;",
                few + "DELETE FROM orders USING b WHERE b.id = orders.user_id;"},
               true);
    check_told({"DELETE FROM orders USING (SELECT id FROM users LIMIT 9) AS b WHERE b.id = orders.id;",
                few + "DELETE FROM orders USING b WHERE orders.id = b.id;",
                "WITH b AS (SELECT id FROM users WHERE email = 'x') DELETE FROM orders USING b WHERE b.id = user_id;",
                "DELETE FROM orders USING (SELECT id FROM users WHERE email = 'x') AS b WHERE b.id = orders.user_id;"},
               false);
    check_told(deletes({"id IN (SELECT id FROM users LIMIT 1000)",
                        "(note IS NOT NULL OR state = 'x') AND id IN (SELECT id FROM orders LIMIT 5)"}),
               false);
}

TEST_CASE("a LIMIT is read by the grammar, whatever stands around it") {
    check_told(
        {"DELETE FROM orders o WHERE o.state IN (SELECT s.state FROM orders s LIMIT 1);",
         "DELETE FROM orders o USING (SELECT state FROM orders LIMIT 1) b WHERE b.state = o.state;",
         "DELETE FROM orders o USING (SELECT id FROM users LIMIT 9) AS b WHERE b.id = o.user_id;",
         "DELETE FROM orders o WHERE o.id IN (SELECT id FROM (SELECT id FROM orders) x, (SELECT 1 LIMIT 1) y);",
         "DELETE FROM orders o WHERE o.id IN (SELECT id FROM orders LIMIT (SELECT count(*) FROM orders));",
         "DELETE FROM orders o WHERE o.id IN (SELECT id FROM orders ORDER BY state FETCH FIRST 1 ROW WITH TIES);",
         "DELETE FROM orders o WHERE o.id IN (SELECT id FROM orders UNION (SELECT id FROM orders LIMIT 1));",
         "DELETE FROM orders o WHERE NOT o.id IN (SELECT id FROM orders LIMIT 1);",
         "DELETE FROM orders o WHERE o.id <> ANY (SELECT id FROM orders LIMIT 1);",
         "DELETE FROM orders o WHERE o.id >= (SELECT id FROM orders ORDER BY id LIMIT 1);",
         "DELETE FROM orders o USING (SELECT id FROM orders LIMIT 1) b WHERE b.id = b.id;",
         "DELETE FROM orders o USING orders p, (SELECT id FROM orders LIMIT 1) b WHERE b.id = p.id;"},
        true);
    check_told({"DELETE FROM orders o WHERE o.id IN (SELECT p.id FROM orders p WHERE p.note IS NULL LIMIT 10);",
                "DELETE FROM orders o WHERE o.ctid = ANY (ARRAY(SELECT ctid FROM orders LIMIT 10));",
                "DELETE FROM orders o WHERE id = (SELECT id FROM orders LIMIT 1);",
                "DELETE FROM orders o USING (SELECT id FROM orders LIMIT 10) b WHERE b.id = o.id AND o.note <> '';",
                "WITH a AS (SELECT id FROM orders LIMIT 10), b AS (SELECT id FROM a WHERE id > 0) "
                "DELETE FROM orders o WHERE o.id IN (SELECT id FROM b);"},
               false);
}

TEST_CASE("a value of the table's own rows bounds by a key alone") {
    check_told(
        deletes({"state IN (SELECT state FROM orders WHERE id = 1)", "state = (SELECT state FROM orders WHERE id = 1)",
                 "state = ANY (ARRAY(SELECT o.state FROM orders o WHERE o.id = 1))",
                 "EXISTS (SELECT FROM orders o WHERE o.state = orders.state AND o.id = 1)",
                 "state IN (SELECT o.state FROM users u JOIN orders o ON o.user_id = u.id WHERE u.email = 'x')"}),
        true);
    check_told(
        {"DELETE FROM orders o USING orders p WHERE p.state = o.state AND p.id = 1;",
         "WITH w AS (SELECT state FROM orders WHERE id = 1) DELETE FROM orders WHERE state IN (SELECT * FROM w);",
         "DELETE FROM orders USING (SELECT state FROM orders WHERE id = 1) p WHERE p.state = orders.state;"},
        true);
    check_told(
        deletes({"id IN (SELECT id FROM orders WHERE state = 'x')", "id = (SELECT id FROM orders WHERE note = 'x')",
                 "EXISTS (SELECT FROM orders o WHERE o.id = orders.id AND o.state = 'x')",
                 "user_id IN (SELECT id FROM users WHERE email = 'x')"}),
        false);
}

TEST_CASE("what runs for each row bounds nothing by that row") {
    const auto block = [](const std::string& declared, const std::string& body) {
        return "DO $$ DECLARE " + declared + " BEGIN " + body + " END $$;";
    };
    const std::string one = "DELETE FROM orders WHERE id = ";
    const std::string batch = "DELETE FROM orders WHERE id IN (SELECT id FROM orders LIMIT 5);";
    const auto over = [&](const std::string& query, const std::string& body) {
        return block("r record;", "FOR r IN " + query + " LOOP " + body + " END LOOP;");
    };
    const std::string f =
        "CREATE FUNCTION f(i bigint) RETURNS void LANGUAGE sql AS 'DELETE FROM orders WHERE id = i'; ";
    const std::string t =
        "CREATE TABLE carrier (id bigint PRIMARY KEY); CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN DELETE FROM orders WHERE id = NEW.id; RETURN NEW; END'; CREATE TRIGGER t AFTER INSERT OR UPDATE ON "
        "carrier FOR EACH ROW EXECUTE FUNCTION t(); ";
    check_told(
        {block("n int;", "LOOP " + batch + " EXIT WHEN NOT FOUND; END LOOP;"),
         block("n int := 1;", "WHILE n > 0 LOOP " + batch + " GET DIAGNOSTICS n = ROW_COUNT; END LOOP;"),
         block("n int;", "LOOP " + batch + " EXIT WHEN NOT FOUND; COMMIT; END LOOP;"),
         block("n int;", "FOR i IN 1..100 LOOP " + batch + " END LOOP;"), over("SELECT id FROM orders", one + "r.id;"),
         over("SELECT id FROM orders WHERE id > 5", one + "r.id;"),
         over("SELECT id FROM orders WHERE state LIKE '%x%'", one + "r.id;"),
         over("SELECT id FROM orders WHERE state NOT ILIKE 'x%'", one + "r.id;"),
         over("SELECT id FROM orders WHERE state SIMILAR TO '(x|y)%'", one + "r.id;"),
         over("SELECT id FROM orders", "EXECUTE '" + one + "$1' USING r.id;"),
         over("SELECT id FROM orders", "EXECUTE '" + one + "$1' USING r.id::bigint;"),
         block("a bigint[];", "SELECT array_agg(id) INTO a FROM orders; DELETE FROM orders WHERE id = ANY (a);"),
         block("a bigint;", "SELECT max(id) INTO a FROM orders; DELETE FROM orders WHERE id <= a;"),
         block("a int;", "EXECUTE 'DELETE FROM orders WHERE id = ANY ($1)' USING (SELECT array_agg(id) FROM orders);"),
         f + "SELECT f(id) FROM orders;", f + over("SELECT id FROM orders", "PERFORM f(r.id);"),
         "CREATE FUNCTION g() RETURNS void LANGUAGE plpgsql AS $$ BEGIN " + batch +
             " IF FOUND THEN PERFORM g(); END IF; END $$; SELECT g();",
         t + "INSERT INTO carrier SELECT id FROM orders;",
         "CREATE TABLE carrier (id bigint); CREATE RULE r AS ON INSERT TO carrier DO ALSO DELETE FROM orders "
         "WHERE id = NEW.id; INSERT INTO carrier SELECT id FROM orders;"},
        true);
    check_told(
        {block("n int;", batch), block("a bigint;", "SELECT id INTO a FROM users LIMIT 1; " + one + "a;"),
         block("a bigint;", "EXECUTE '" + one + "$1' USING a;"), block("a int;", "EXECUTE '" + one + "$1' USING 7;"),
         over("SELECT id FROM users WHERE email = 'x'", one + "r.id;"),
         over("SELECT id FROM users ORDER BY id LIMIT 3", one + "r.id;"),
         over("SELECT id FROM users WHERE email = 'x'", "EXECUTE '" + one + "$1' USING r.id;"),
         block("n int;",
               "LOOP DELETE FROM orders WHERE id IN (SELECT id FROM orders WHERE state = 'x' LIMIT 5); "
               "EXIT WHEN NOT FOUND; END LOOP;"),
         block("n int;",
               "LOOP UPDATE orders SET note = '' WHERE id IN (SELECT id FROM orders WHERE note IS NULL "
               "LIMIT 5); EXIT WHEN NOT FOUND; COMMIT; END LOOP;"),
         f + "SELECT f(7);", f + "SELECT f(id) FROM users WHERE email = 'x';", t + "INSERT INTO carrier VALUES (7);",
         t + "UPDATE carrier SET id = 8 WHERE id = 7;"},
        false);
}

TEST_CASE("rows that point at nothing are none where a foreign key lets none in") {
    const std::string with = "CREATE TABLE items (id bigint, order_id bigint NOT NULL, user_id bigint); ";
    const auto told = [&](const std::string& keys, const std::string& sql) {
        analyze::Request request;
        request.version = 18;
        request.schema = {std::string(kSchema) + with + keys};
        request.changed.emplace_back().sql = sql;
        const Analysis analysis = analyze::analyze(std::move(request));
        return std::any_of(analysis.findings.begin(), analysis.findings.end(),
                           [](const Finding& finding) { return finding.category == Category::destructive; });
    };
    const std::string valid =
        "ALTER TABLE items ADD FOREIGN KEY (order_id) REFERENCES orders, ADD FOREIGN KEY (user_id) "
        "REFERENCES users;";
    const std::string exists = "DELETE FROM items i WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = i.order_id);";
    const std::string in = "DELETE FROM items WHERE order_id NOT IN (SELECT id FROM orders);";
    CHECK_FALSE(told(valid, exists));
    CHECK_FALSE(told(valid, in));
    CHECK_FALSE(told(valid, "DELETE FROM items WHERE user_id NOT IN (SELECT id FROM users);"));
    CHECK(told("", exists));
    CHECK(told("ALTER TABLE items ADD FOREIGN KEY (order_id) REFERENCES orders NOT VALID;", exists));
    CHECK(told(valid, "DELETE FROM items i WHERE NOT EXISTS (SELECT FROM users u WHERE u.id = i.user_id);"));  // NULL
    CHECK(told(valid, "DELETE FROM items WHERE order_id NOT IN (SELECT user_id FROM orders);"));
    CHECK(told(valid, "DELETE FROM items WHERE order_id NOT IN (SELECT id FROM orders WHERE state = 'x');"));
    CHECK(told(valid, "DELETE FROM items i WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = i.id);"));
}

TEST_CASE("what nobody can tell of a condition counts as no bound") {
    check_told(deletes({"is_test(note)", "note IS NORMALIZED", "(ARRAY[true, true])[1]"}), true);
    check_told(deletes({"starts_with(note, 'x')", "lower(note) = 'x'", "state IN ('a', 'b')", "note LIKE 'x%'"}),
               false);
}

TEST_CASE("a value in a sub-select bounds where a column of a table is held against it") {
    check_told(
        deletes({"user_id IN (SELECT id FROM users WHERE created < now() - interval '1 year')",
                 "user_id IN (SELECT user_id FROM orders GROUP BY 1 HAVING count(*) >= 1)",
                 "id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY user_id) AS n FROM orders) x "
                 "WHERE n > 1)",
                 "EXISTS (SELECT FROM users WHERE users.id = user_id AND 1 = 1)",
                 "id <> ALL (SELECT id FROM users WHERE email = 'x')", "id > ALL (SELECT 0)"}),
        true);
    check_told(deletes({"user_id IN (SELECT id FROM users WHERE email = 'x')",
                        "user_id IN (SELECT id FROM users WHERE email IN ('x', 'y'))",
                        "user_id = (SELECT id FROM users WHERE lower(email) = 'x')", "id IN (VALUES (1), (2))",
                        "id IN (SELECT unnest(ARRAY[1, 2]))",
                        "EXISTS (SELECT FROM users WHERE users.id = user_id AND email = 'x')"}),
               false);
}

TEST_CASE("a comparison that nearly every row passes bounds nothing") {
    const std::vector<std::string> weak = {"state <> 'x'",
                                           "state != 'x'",
                                           "'x' <> state",
                                           "state IS DISTINCT FROM 'x'",
                                           "id <> ALL (ARRAY[1, 2])",
                                           "state NOT IN ('x')",
                                           "state NOT LIKE 'x%'",
                                           "state NOT ILIKE 'x%'",
                                           "state !~ '^x'",
                                           "note LIKE '%'",
                                           "note LIKE '%@%'",
                                           "note ILIKE '%e%'",
                                           "note LIKE '_%'",
                                           "note ~ '.'",
                                           "note ~ '[a-z]'",
                                           "note ~* '^'",
                                           "note < '9999-12-31'",
                                           "note::date <= date '2999-01-01'",
                                           "'1900-01-01' < note",
                                           "note > '-infinity'",
                                           "id < 2147483647",
                                           "999999999 >= id",
                                           "id BETWEEN 0 AND 999999999",
                                           "state NOT IN ('x', 'y')",
                                           "NOT state IN ('x', 'y')",
                                           "state <> ANY (ARRAY['x', 'y'])",
                                           "state NOT BETWEEN 'x' AND 'y'",
                                           "state SIMILAR TO '%'",
                                           "state > ''",
                                           "id > 0",
                                           "id >= 1",
                                           "total > -1",
                                           "(id, user_id) > (0, 0)",
                                           "length(note) > 0",
                                           "extract(year FROM note::date) >= 1",
                                           "note::date > 'epoch'",
                                           "(state = 'x') IS NOT TRUE",
                                           "(state = 'x') IS FALSE",
                                           "(state = 'x') = false",
                                           "strpos(note, 'x') = 0",
                                           "array_position(ARRAY['x'], state) IS NULL",
                                           "starts_with(note, '')",
                                           "to_jsonb(orders) @> '{}'",
                                           "ctid > '(0,0)'",
                                           "id >= (SELECT id FROM orders ORDER BY id LIMIT 1)"};
    const std::vector<std::string> strong = {"state = 'x'",
                                             "state IS NOT DISTINCT FROM 'x'",
                                             "note LIKE '%test%'",
                                             "note LIKE 'x%'",
                                             "note LIKE '%x'",
                                             "note ~ '^x'",
                                             "note ~ 'test'",
                                             "note < '2020-01-01'",
                                             "note > '2024-01-01'",
                                             "id < 1000",
                                             "id BETWEEN 1 AND 1000",
                                             "note::boolean <> true",
                                             "total > 0",
                                             "total >= 1",
                                             "user_id > 100",
                                             "(state = 'x') IS TRUE",
                                             "(state = 'x') = true",
                                             "strpos(note, 'x') = 1",
                                             "strpos(note, 'x') > 0",
                                             "length(note) > 50",
                                             "note::boolean = false"};
    check_told(deletes(weak), true);
    check_told(deletes(strong), false);
    const auto with = [](std::vector<std::string> all, const std::string& before, const std::string& after) {
        for (std::string& condition : all) condition = before + condition + after;
        return deletes(all);
    };
    check_told(with(weak, "note IS NOT NULL AND (", ")"), true);
    check_told(with(weak, "state = 'y' OR ", ""), true);
    check_told(with(weak, "state = 'y' AND ", ""), false);
    check_told(with(strong, "state <> 'y' AND ", ""), false);
    check_told(
        deletes({"NOT state = 'x'", "NOT (state = 'x' AND id = 1)", "NOT (state LIKE 'x%')", "NOT (note IS NULL)"}),
        true);
    check_told(deletes({"NOT (state <> 'x')", "NOT (state = 'x' OR state <> 'y')", "NOT NOT state = 'x'"}), false);
    check_told({"UPDATE orders SET note = '' WHERE state <> 'x';"}, true);
    check_told({"UPDATE orders SET note = '' WHERE state = 'x';"}, false);
}

TEST_CASE("a LIMIT says nothing of the rows that it keeps, nor of those that share a place") {
    const std::string with = "WITH k AS (SELECT id FROM orders LIMIT 5) ";
    check_told(deletes({"id IN (SELECT id FROM orders ORDER BY state FETCH FIRST 1 ROWS WITH TIES)",
                        "NOT id IN (SELECT id FROM orders LIMIT 5)", "NOT (id IN (SELECT id FROM orders LIMIT 5))",
                        "id <> ALL (ARRAY(SELECT id FROM orders LIMIT 5))"}),
               true);
    check_told({with + "DELETE FROM orders WHERE id NOT IN (SELECT id FROM k);",
                with + "DELETE FROM orders WHERE id NOT IN (TABLE k);",
                with + "DELETE FROM orders WHERE NOT orders.id IN (SELECT id FROM k);",
                with + "DELETE FROM orders o WHERE NOT EXISTS (SELECT FROM k WHERE k.id = o.id);"},
               true);
    check_told({with + "DELETE FROM orders WHERE id IN (SELECT id FROM k);",
                with + "DELETE FROM orders o WHERE EXISTS (SELECT FROM k WHERE k.id = o.id);"},
               false);
}

TEST_CASE("rows that are spelled out bound by equality alone") {
    check_told({"DELETE FROM orders USING (VALUES (0)) v (i) WHERE orders.id > v.i;",
                "MERGE INTO orders o USING (VALUES (0)) v (i) ON o.id > v.i WHEN MATCHED THEN DELETE;"},
               true);
    check_told({"DELETE FROM orders USING (VALUES (7)) v (i) WHERE orders.id = v.i;",
                "MERGE INTO orders o USING (VALUES (7)) v (i) ON o.id = v.i WHEN MATCHED THEN DELETE;"},
               false);
}

TEST_CASE("a local setting ends with its statement where no transaction is open") {
    const std::string staging = "CREATE SCHEMA staging; CREATE TABLE staging.orders (id bigint); ";
    check_told({staging + "SET LOCAL search_path = staging; DROP TABLE orders;",
                staging + "SELECT set_config('search_path', 'staging', true); DROP TABLE orders;"},
               true);
    check_told({staging + "BEGIN; SET LOCAL search_path = staging; DROP TABLE orders; COMMIT;",
                staging + "SET search_path = staging; DROP TABLE orders;"},
               false);
}

TEST_CASE("what a branch may have done is not taken for done") {
    const auto in_branch = [](const std::string& sql) {
        return "DO $$ BEGIN IF current_user = 'nobody' THEN " + sql + "; END IF; END $$; ";
    };
    const auto is_silent = [](const std::string& sql) {
        const Analysis analysis = analysis_of(sql);
        return !tells_loss(sql) && analysis.files.front().unread.empty();
    };
    CHECK_FALSE(is_silent(in_branch("CREATE OR REPLACE FUNCTION purge() RETURNS void LANGUAGE sql AS 'SELECT 1'") +
                          "SELECT purge();"));
    CHECK_FALSE(is_silent(in_branch("ALTER TABLE orders RENAME note TO old; ALTER TABLE orders ADD COLUMN note text") +
                          "ALTER TABLE orders DROP COLUMN note;"));
    CHECK_FALSE(
        is_silent("DROP FUNCTION IF EXISTS purge(integer); CREATE FUNCTION purge(n integer) RETURNS integer "
                  "LANGUAGE sql AS 'SELECT n'; SELECT purge();"));
}

TEST_CASE("a row that a unique key names is no backfill, whatever lock is held") {
    const std::string schema =
        "CREATE TABLE shops (id bigint PRIMARY KEY, code text UNIQUE, a int, b int, note text, label text, tags int, "
        "UNIQUE (a, b));"
        "CREATE UNIQUE INDEX ON shops (upper(label), tags); CREATE UNIQUE INDEX ON shops (note) WHERE a > 0; "
        "CREATE TABLE parents (id bigint PRIMARY KEY); "
        "CREATE TABLE children (id bigint PRIMARY KEY, parent_id bigint REFERENCES parents ON DELETE CASCADE); "
        "CREATE TABLE tops (id bigint PRIMARY KEY); CREATE TABLE lows (top_id bigint REFERENCES tops); "
        "CREATE TABLE heads (id bigint PRIMARY KEY); CREATE TABLE tails (head_id bigint REFERENCES heads); "
        "CREATE INDEX ON tails (head_id);";
    const auto rules_of = [&](const std::string& sql) {
        analyze::Request request;
        request.version = 18;
        request.schema = {std::string(schema)};
        request.changed.emplace_back().sql = "BEGIN; ALTER TABLE shops ADD COLUMN x int; " + sql + " COMMIT;";
        std::string all;
        for (const Finding& finding : analyze::analyze(std::move(request)).findings) all += finding.rule + " ";
        return all;
    };
    const auto is_long = [&](const std::string& sql) {
        const std::string rules = rules_of(sql);
        INFO(sql << ": " << rules);
        const bool backfill = rules.find("unbatched-backfill") != std::string::npos;
        const bool held = rules.find("ddl-and-backfill") != std::string::npos;
        return std::pair(held, backfill);
    };
    for (const char* where : {"id = 1", "1 = id", "id = 1::bigint", "id IN (1, 2, 3)", "id = ANY (ARRAY[1, 2])",
                              "code = 'x'", "a = 1 AND b = 2", "(a, b) = (1, 2)", "(a, b) IN ((1, 2), (3, 4))",
                              "id = 1 OR code = 'x'", "id = 1 AND note IS NULL", "shops.id = -1"}) {
        CHECK(is_long("UPDATE shops SET note = '' WHERE " + std::string(where) + ";") == std::pair(false, false));
        CHECK(is_long("DELETE FROM shops WHERE " + std::string(where) + ";") == std::pair(false, false));
    }
    for (const char* where : {"a = 1", "note = 'x'", "id > 1", "id <> 1", "id = 1 OR note = 'x'", "lower(code) = 'x'",
                              "id IN (SELECT a FROM shops)", "id = a", "id IN (1, a)", "NOT id = 1"})
        CHECK(is_long("UPDATE shops SET note = '' WHERE " + std::string(where) + ";").first);
    // As many values as a condition may have: only those of a key say that the rows are few.
    for (const char* where : {"note = 'x'", "a = 1 OR a = 2", "note IN ('x', 'y')", "a = 1 AND note = 'x'",
                              "(a, note) = (1, 'x')", "(a, note) IN ((1, 'x'), (2, 'y'))", "lower(note) = 'x'",
                              "note::text = 'x' AND a BETWEEN 1 AND 9", "a = 1 AND NOT EXISTS (SELECT FROM parents)",
                              "a = 1 AND note IS NULL", "id = 1 OR note = 'x'", "b = 2 AND lower(note) LIKE 'x%'"}) {
        CHECK(is_long("UPDATE shops SET note = '' WHERE " + std::string(where) + ";").second);
        CHECK(is_long("DELETE FROM shops WHERE " + std::string(where) + ";").second);
    }
    for (const char* where : {"id = 1 AND a = 1", "id BETWEEN 1 AND 9 OR a = 1 AND b = 2", "lower(code) = 'x'",
                              "upper(note) = 'X' AND code = 'x'", "code::text IN ('x', 'y')", "id = 1 OR code = 'x'",
                              "id IN (SELECT id FROM parents WHERE id = 1)", "tags = 1 AND upper(label) = 'X'"})
        CHECK_FALSE(is_long("UPDATE shops SET note = '' WHERE " + std::string(where) + ";").second);
    for (const char* sql : {"DELETE FROM elsewhere WHERE kind = 'a' AND state = 'b';",
                            "UPDATE elsewhere SET a = 1 WHERE id = 1 OR kind = 'a';",
                            "UPDATE elsewhere e SET a = 1 FROM parents p WHERE p.id = e.parent_id AND e.kind = 'a';"})
        CHECK(is_long(sql).second);
    for (const char* sql : {"DELETE FROM elsewhere WHERE id IN (1, 2) AND state = 'b';",
                            "UPDATE elsewhere SET a = 1 WHERE elsewhere_id = 1 OR id = 2;",
                            "UPDATE elsewhere e SET a = 1 FROM parents p WHERE p.id = e.parent_id AND p.id = 7;"})
        CHECK_FALSE(is_long(sql).second);
    // The key of another table names no row of this one.
    CHECK(is_long("UPDATE shops s SET note = '' FROM parents p WHERE p.id = 1 AND s.a = p.id;").first);
    CHECK_FALSE(is_long("UPDATE shops s SET note = '' FROM parents p WHERE s.id = 1 AND s.a = p.id;").first);
    // Other tables' rows go as well, or are looked for without an index.
    CHECK(is_long("DELETE FROM parents WHERE id = 1;").first);
    CHECK(is_long("DELETE FROM tops WHERE id = 1;").first);
    CHECK_FALSE(is_long("DELETE FROM heads WHERE id = 1;").first);
    CHECK_FALSE(is_long("DO $$ DECLARE i bigint := 7; BEGIN UPDATE shops SET note = '' WHERE id = i; END $$;").first);
    CHECK_FALSE(
        is_long("INSERT INTO shops (id, code) SELECT 1, 'x' WHERE NOT EXISTS (SELECT FROM shops WHERE code = 'x');")
            .first);
    CHECK(is_long("INSERT INTO shops (id) SELECT generate_series(1, 1000000);").first);
}

TEST_CASE("what a trigger takes by the key of its row weighs less where it fires for few") {
    const std::string for_each_order = "INSERT INTO carrier SELECT id FROM orders;",
                      once = "INSERT INTO carrier VALUES (1);";
    const auto harm = [](const std::string& body, const std::string& fires) {
        const Analysis analysis = analysis_of(
            "CREATE TABLE carrier (id bigint PRIMARY KEY); CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN " +
            body +
            " RETURN NEW; END $$; CREATE TRIGGER t AFTER INSERT OR UPDATE ON carrier FOR EACH ROW EXECUTE FUNCTION "
            "t(); " +
            fires);
        for (const Finding& finding : analysis.findings)
            if (finding.category == Category::destructive) return finding.harm;
        return Harm::lost_access;  // none
    };
    // Seen on servers: fired for each order, it leaves none.
    for (const char* body : {"DELETE FROM orders WHERE id = NEW.id;", "DELETE FROM orders WHERE id = NEW.id::bigint;",
                             "UPDATE orders SET note = '' WHERE id = NEW.id;"}) {
        INFO(body);
        CHECK(harm(body, for_each_order) == Harm::of_its_category);
        CHECK(harm(body, once) != Harm::of_its_category);
    }
    for (const char* body : {"DELETE FROM orders WHERE state = NEW.id::text;", "DELETE FROM orders WHERE id <> NEW.id;",
                             "DELETE FROM orders WHERE id = NEW.id OR note = note;"}) {
        INFO(body);
        CHECK(harm(body, for_each_order) == Harm::of_its_category);
    }
}

TEST_CASE("a table made ON COMMIT DROP is there until the file ends, where its transaction is a guess") {
    const auto loses = [](const std::string& sql, bool assumed) {
        analyze::Request request;
        request.version = 18;
        request.schema = {std::string(kSchema)};
        Script& script = request.changed.emplace_back();
        script.sql = sql;
        script.transaction_assumed = assumed;
        const Analysis analysis = analyze::analyze(std::move(request));
        return std::any_of(analysis.findings.begin(), analysis.findings.end(), [](const Finding& finding) {
            return finding.category == Category::destructive || finding.fails;
        });
    };
    const std::string temporary =
        "CREATE TEMP TABLE picked (id bigint) ON COMMIT DROP; INSERT INTO picked SELECT id FROM orders WHERE state = "
        "'x'; "
        "DELETE FROM picked;";
    CHECK_FALSE(loses(temporary, true));
    CHECK(loses(temporary, false));
    CHECK(loses("CREATE TEMP TABLE orders (id bigint) ON COMMIT DROP; DELETE FROM orders;", true));
}

TEST_CASE("what was copied elsewhere, or is computed, is not lost with its column") {
    const auto harm = [](const std::vector<std::string>& files) {
        analyze::Request request;
        request.version = 18;
        request.schema = {std::string(kSchema) +
                          "CREATE TABLE sums (a int, b int, c int GENERATED ALWAYS AS (a + b) STORED);"};
        for (const std::string& sql : files) {
            request.changed.emplace_back().sql = sql;
            request.changed.back().file = static_cast<FileId>(request.changed.size());
        }
        std::optional<Harm> worst;
        for (const Finding& finding : analyze::analyze(std::move(request)).findings)
            if (finding.rule == "drop-column" || finding.rule == "drop-table")
                if (!worst || finding.harm == Harm::of_its_category) worst = finding.harm;
        return worst.value_or(Harm::lost_access);  // none
    };
    const std::string drop = "ALTER TABLE orders DROP COLUMN note;",
                      notes = "CREATE TABLE notes (id bigint, note text);";
    const auto after = [&](const std::string& copy) { return harm({notes + copy, drop}); };
    CHECK(harm({"ALTER TABLE sums DROP COLUMN c;"}) == Harm::lost_name);
    CHECK(harm({"ALTER TABLE sums DROP COLUMN c, DROP COLUMN a;"}) == Harm::of_its_category);  // of a
    CHECK(harm({drop}) == Harm::of_its_category);
    for (const char* copy :
         {"INSERT INTO notes SELECT id, note FROM orders;",
          "INSERT INTO notes SELECT id, note FROM orders WHERE note IS NOT NULL;",
          "INSERT INTO notes SELECT id, coalesce(note, '') FROM orders;", "CREATE TABLE kept AS SELECT * FROM orders;",
          "CREATE TABLE kept AS SELECT note FROM orders;",
          "ALTER TABLE orders ADD COLUMN remark text; UPDATE orders SET remark = note;"})
        CHECK(after(copy) == Harm::lost_name);
    for (const char* copy :
         {"INSERT INTO notes SELECT id, state FROM orders;",
          "INSERT INTO notes SELECT id, note FROM orders WHERE id > 5;",
          "INSERT INTO notes SELECT id, note FROM orders LIMIT 5;",
          "INSERT INTO notes SELECT 1, max(note) FROM orders;",
          "INSERT INTO notes SELECT id, note FROM orders WHERE note IS NULL;",
          "CREATE TEMP TABLE kept AS SELECT * FROM orders;", "CREATE MATERIALIZED VIEW kept AS SELECT * FROM orders;",
          "CREATE TABLE kept AS SELECT * FROM orders WITH NO DATA;",
          "INSERT INTO notes SELECT o.id, note FROM orders o JOIN users u ON u.id = o.user_id;",
          "CREATE TABLE kept AS SELECT * FROM orders; DROP TABLE kept;",
          "INSERT INTO notes SELECT id, note FROM orders ON CONFLICT DO NOTHING;"})
        CHECK(after(copy) == Harm::of_its_category);
    CHECK(harm({"CREATE TABLE kept AS SELECT * FROM orders;", "DROP TABLE orders;"}) == Harm::lost_name);
    CHECK(harm({"CREATE TABLE kept AS SELECT id FROM orders;", "DROP TABLE orders;"}) == Harm::of_its_category);
}

TEST_CASE("a query that reads no table picks the rows of none") {
    check_told({"SELECT a FROM f() AS g(a) WHERE a IN (SELECT id FROM orders);",
                "SELECT count(*) = 0 FROM f() AS g(a) WHERE port IN (SELECT id FROM orders WHERE id = 1) AND a = 'b';",
                "WITH l AS (SELECT 1 AS a) SELECT * FROM l WHERE (SELECT a > 0.01 FROM l);",
                "SELECT 1 WHERE 1 = (SELECT id FROM orders LIMIT 1);", "VALUES ((SELECT 1 WHERE 1 IN (SELECT 2)));"},
               false);
}
