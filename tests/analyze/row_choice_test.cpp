// Which rows a statement goes by: what names them by a value, what leaves it to other tables, and what only looks as if
// it bounded anything. Each of those that are told was seen to empty its table on a server.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
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
    check_told(deletes({"id IN (SELECT id FROM orders LIMIT ALL)", "id IN (SELECT id FROM orders LIMIT 1000000)", "id NOT IN (SELECT id FROM orders LIMIT 0)",
                        "id NOT IN (SELECT id FROM orders LIMIT 5)",
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

TEST_CASE("what nobody can tell of a condition counts as no bound") {
    check_told(deletes({"is_test(note)", "note IS NORMALIZED", "(ARRAY[true, true])[1]"}), true);
    check_told(deletes({"starts_with(note, 'x')", "lower(note) = 'x'", "state IN ('a', 'b')", "note LIKE 'x%'"}), false);
}

TEST_CASE("a value in a sub-select bounds where a column of a table is held against it") {
    check_told(deletes({"user_id IN (SELECT id FROM users WHERE created < now() - interval '1 year')",
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
    const std::vector<std::string> weak = {
        "state <> 'x'", "state != 'x'", "'x' <> state", "state IS DISTINCT FROM 'x'", "id <> ALL (ARRAY[1, 2])",
        "state NOT IN ('x')", "state NOT LIKE 'x%'", "state NOT ILIKE 'x%'", "state !~ '^x'", "note LIKE '%'",
        "note LIKE '%@%'", "note ILIKE '%e%'", "note LIKE '_%'", "note ~ '.'", "note ~ '[a-z]'", "note ~* '^'",
        "note < '9999-12-31'", "note::date <= date '2999-01-01'", "'1900-01-01' < note", "note > '-infinity'",
        "id < 2147483647", "999999999 >= id", "id BETWEEN 0 AND 999999999"};
    const std::vector<std::string> strong = {
        "state = 'x'", "state IS NOT DISTINCT FROM 'x'", "note LIKE '%test%'", "note LIKE 'x%'", "note LIKE '%x'",
        "note ~ '^x'", "note ~ 'test'", "note < '2020-01-01'", "note > '2024-01-01'", "id < 1000",
        "id BETWEEN 1 AND 1000", "state NOT IN ('x', 'y')", "note::boolean <> true"};
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
    check_told(deletes({"NOT state = 'x'", "NOT (state = 'x' AND id = 1)", "NOT (state LIKE 'x%')", "NOT (note IS NULL)"}),
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
    CHECK_FALSE(is_silent("DROP FUNCTION IF EXISTS purge(integer); CREATE FUNCTION purge(n integer) RETURNS integer "
                          "LANGUAGE sql AS 'SELECT n'; SELECT purge();"));
}
