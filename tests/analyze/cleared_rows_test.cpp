// Rows that go because something of the same change does not let them be: what a constraint refuses, what is taken
// back, what the file lists itself.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "analyze/analyze.h"

using namespace pgfence;

namespace {

constexpr const char* kSchema = R"(
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
CREATE TABLE items (id bigint PRIMARY KEY, order_id bigint NOT NULL, maybe_id bigint, place integer,
                    email text NOT NULL, nick text);
)";

Analysis analysis_of(const std::string& sql, bool transaction = true) {
    analyze::Request request;
    request.version = 18;
    request.schema = {std::string(kSchema)};
    Script& script = request.changed.emplace_back();
    script.sql = sql;
    script.transaction = transaction ? TransactionMode::per_file : TransactionMode::per_statement;
    return analyze::analyze(std::move(request));
}

/// "lost" rows, rows that are "forbidden", or none.
std::string fate(const Analysis& analysis) {
    std::string worst;
    for (const Finding& finding : analysis.findings)
        if (finding.category == Category::destructive && worst != "lost")
            worst = finding.harm == Harm::forbidden_rows ? "forbidden" : "lost";
    return worst;
}
std::string fate(const std::string& sql) { return fate(analysis_of(sql)); }

const std::string kKey = "ALTER TABLE items ADD FOREIGN KEY (order_id) REFERENCES orders;";
const std::string kMaybeKey = "ALTER TABLE items ADD FOREIGN KEY (maybe_id) REFERENCES orders;";
const std::string kUnique = "ALTER TABLE items ADD UNIQUE (email);";

}  // namespace

TEST_CASE("orphans that go before the foreign key that does not let them in weigh less") {
    const std::vector<std::string> forms{
        "DELETE FROM items WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = items.order_id);",
        "DELETE FROM items WHERE order_id NOT IN (SELECT id FROM orders);",
        "DELETE FROM items WHERE order_id NOT IN (SELECT id FROM orders WHERE id IS NOT NULL);",
        "DELETE FROM items WHERE id IN (SELECT i.id FROM items i LEFT JOIN orders o ON o.id = i.order_id WHERE o.id IS "
        "NULL);",
        "DELETE FROM items WHERE ctid IN (SELECT i.ctid FROM items i LEFT JOIN orders o ON i.order_id = o.id WHERE "
        "o.id "
        "IS NULL);",
        "DELETE FROM items USING items i LEFT JOIN orders o ON o.id = i.order_id WHERE i.id = items.id AND o.id IS "
        "NULL;",
        "WITH lost AS (SELECT i.id FROM items i LEFT JOIN orders o ON o.id = i.order_id WHERE o.id IS NULL) DELETE "
        "FROM "
        "items WHERE id IN (SELECT id FROM lost);",
        "DELETE FROM items WHERE id IN (SELECT i.id FROM items i WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = "
        "i.order_id));"};
    for (const std::string& form : forms) {
        INFO(form);
        CHECK(fate(form + kKey) == "forbidden");
        CHECK(fate(form + "ALTER TABLE items ADD CONSTRAINT k FOREIGN KEY (order_id) REFERENCES orders NOT VALID;"
                          "ALTER TABLE items VALIDATE CONSTRAINT k;") == "forbidden");
        CHECK(fate(form) == "lost");
        CHECK(fate(form + kMaybeKey) == "lost");
        CHECK(fate(form + "ALTER TABLE items ADD FOREIGN KEY (order_id) REFERENCES orders NOT VALID;") == "lost");
        CHECK(fate(form + "DO $$ BEGIN IF random() < 1 THEN " + kKey + " END IF; END $$;") == "lost");
        CHECK(fate(form + kKey + "ALTER TABLE items DROP CONSTRAINT items_order_id_fkey;") == "lost");
    }
}

TEST_CASE("more than the orphans is lost") {
    for (const std::string& form :
         {// By a column that is no key, with a condition in ON, by another column's NULL, with NULLs themselves.
          std::string("DELETE FROM items WHERE place IN (SELECT i.place FROM items i LEFT JOIN orders o ON o.id = "
                      "i.order_id WHERE o.id IS NULL);"),
          std::string("DELETE FROM items WHERE id IN (SELECT i.id FROM items i LEFT JOIN orders o ON o.id = i.order_id "
                      "AND o.note <> 'x' WHERE o.id IS NULL);"),
          std::string("DELETE FROM items WHERE id IN (SELECT i.id FROM items i LEFT JOIN orders o ON o.id = i.order_id "
                      "WHERE o.note IS NULL);"),
          std::string("DELETE FROM items WHERE id IN (SELECT i.id FROM items i LEFT JOIN orders o ON o.id = i.order_id "
                      "WHERE o.id IS NOT NULL);"),
          std::string("DELETE FROM items WHERE id NOT IN (SELECT i.id FROM items i LEFT JOIN orders o ON o.id = "
                      "i.order_id WHERE o.id IS NULL);"),
          std::string("DELETE FROM items WHERE id IN (SELECT i.id FROM items i LEFT JOIN orders o ON o.id = i.order_id "
                      "WHERE o.id IS NULL OR i.place IS NOT NULL);"),
          std::string("DELETE FROM items WHERE order_id NOT IN (SELECT id FROM orders WHERE note <> 'x');"),
          std::string("DELETE FROM items WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = items.order_id AND "
                      "o.note <> 'x');"),
          std::string("DELETE FROM items USING items i LEFT JOIN orders o ON o.id = i.order_id WHERE i.place = "
                      "items.place AND o.id IS NULL;")}) {
        INFO(form);
        CHECK(fate(form + kKey) == "lost");
    }
    const std::string nulls = "DELETE FROM items WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = items.maybe_id)";
    CHECK(fate(nulls + ";" + kMaybeKey) == "lost");
    CHECK(fate(nulls + " AND maybe_id IS NOT NULL;" + kMaybeKey) == "forbidden");
    CHECK(fate(nulls + ";" + kMaybeKey + "ALTER TABLE items ALTER maybe_id SET NOT NULL;") == "forbidden");
}

TEST_CASE("duplicates that go before the unique index that does not let them in weigh less") {
    const std::vector<std::string> forms{
        "DELETE FROM items WHERE id NOT IN (SELECT min(id) FROM items GROUP BY email);",
        "DELETE FROM items WHERE ctid NOT IN (SELECT max(ctid) FROM items GROUP BY email);",
        "DELETE FROM items a USING items b WHERE a.id > b.id AND a.email = b.email;",
        "DELETE FROM items WHERE EXISTS (SELECT FROM items b WHERE b.email = items.email AND b.id < items.id);",
        "DELETE FROM items WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY email ORDER BY id) "
        "AS n FROM items) d WHERE n > 1);",
        "DELETE FROM items USING (SELECT id, row_number() OVER (PARTITION BY email) AS n FROM items) d WHERE d.id = "
        "items.id AND d.n > 1;",
        "WITH d AS (SELECT id, row_number() OVER (PARTITION BY email ORDER BY id) AS n FROM items) DELETE FROM items "
        "WHERE id IN (SELECT id FROM d WHERE n >= 2);"};
    for (const std::string& form : forms) {
        INFO(form);
        CHECK(fate(form + kUnique) == "forbidden");
        CHECK(fate(form + "CREATE UNIQUE INDEX ON items (email);") == "forbidden");
        CHECK(fate(form) == "lost");
        CHECK(fate(form + "CREATE INDEX ON items (email);") == "lost");
        CHECK(fate(form + "ALTER TABLE items ADD UNIQUE (email, place);") == "lost");
        CHECK(fate(form + "CREATE UNIQUE INDEX ON items (email) WHERE place > 0;") == "lost");
        CHECK(fate(form + "CREATE UNIQUE INDEX ON items (lower(email));") == "lost");
    }
}

TEST_CASE("more than the duplicates is lost") {
    for (const std::string& form :
         {std::string("DELETE FROM items WHERE id IN (SELECT min(id) FROM items GROUP BY email);"),
          std::string("DELETE FROM items WHERE id NOT IN (SELECT min(id) FROM items WHERE place > 3 GROUP BY email);"),
          std::string(
              "DELETE FROM items WHERE id NOT IN (SELECT min(id) FROM items GROUP BY email HAVING count(*) > 1);"),
          std::string("DELETE FROM items WHERE id NOT IN (SELECT min(place) FROM items GROUP BY email);"),
          std::string("DELETE FROM items a USING items b WHERE a.id <> b.id AND a.email = b.email;"),
          std::string("DELETE FROM items a USING items b WHERE a.id >= b.id AND a.email = b.email;"),
          std::string("DELETE FROM items WHERE place IN (SELECT place FROM (SELECT place, row_number() OVER (PARTITION "
                      "BY email) AS n FROM items) d WHERE n > 1);"),
          std::string(
              "DELETE FROM items WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY email) "
              "AS n FROM items) d WHERE n >= 1);"),
          std::string("DELETE FROM items WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n "
                      "FROM items) d WHERE n > 1);")}) {
        INFO(form);
        CHECK(fate(form + kUnique) == "lost");
    }
    // Of NULLs a unique index lets in any number.
    const std::string nick = "ALTER TABLE items ADD UNIQUE (nick);";
    CHECK(fate("DELETE FROM items WHERE id NOT IN (SELECT min(id) FROM items GROUP BY nick);" + nick) == "lost");
    CHECK(fate("DELETE FROM items a USING items b WHERE a.id > b.id AND a.nick = b.nick;" + nick) == "forbidden");
}

TEST_CASE("what a ROLLBACK takes back is not lost") {
    const std::string loses = "DELETE FROM items; ALTER TABLE orders DROP COLUMN note;";
    for (const bool transaction : {false, true}) {
        CHECK(fate(analysis_of("BEGIN; SAVEPOINT s; " + loses + " ROLLBACK TO s; COMMIT;", transaction)).empty());
        CHECK(fate(analysis_of("BEGIN; " + loses + " ROLLBACK;", transaction)).empty());
        for (const std::string& kept :
             {"BEGIN; SAVEPOINT s; " + loses + " RELEASE s; COMMIT;",
              "BEGIN; " + loses + " SAVEPOINT s; ROLLBACK TO s; COMMIT;",
              "BEGIN; SAVEPOINT s; ROLLBACK TO s; " + loses + " COMMIT;", "BEGIN; " + loses + " COMMIT; ROLLBACK;",
              "BEGIN; SAVEPOINT s; " + loses + " RELEASE s; ROLLBACK TO s; COMMIT;",
              "BEGIN; SAVEPOINT a; SAVEPOINT b; " + loses + " ROLLBACK TO c; COMMIT;", "BEGIN; ROLLBACK; " + loses,
              "BEGIN; SAVEPOINT s; " + loses + " SAVEPOINT s; ROLLBACK TO s; COMMIT;"}) {
            INFO(kept);
            CHECK(fate(analysis_of(kept, transaction)) == "lost");
        }
    }
    // Where each statement commits by itself there is nothing to go back to.
    CHECK(fate(analysis_of(loses + " ROLLBACK;", false)) == "lost");
    CHECK(fate(analysis_of("SAVEPOINT s; " + loses + " ROLLBACK TO s;", false)) == "lost");
    CHECK(fate(analysis_of("SAVEPOINT s; " + loses + " ROLLBACK TO s;", true)).empty());
}

TEST_CASE("rows that a table of this change lists are those that go") {
    const std::string made =
        "CREATE TEMP TABLE doomed (id bigint, o bigint); INSERT INTO doomed VALUES (1, 2), (3, 4);";
    const std::string in = "DELETE FROM items WHERE id IN (SELECT id FROM doomed);";
    CHECK(fate(made + in).empty());
    CHECK(fate("CREATE TABLE doomed AS SELECT 1 AS id UNION ALL SELECT 2;" + in).empty());
    CHECK(fate("CREATE TEMP TABLE doomed (id) AS VALUES (1), (2);" + in).empty());
    CHECK(fate(made + "DELETE FROM items USING doomed d WHERE d.id = items.id;").empty());
    for (const std::string& more :
         {made + "INSERT INTO doomed SELECT id FROM items;" + in, made + "UPDATE doomed SET id = o;" + in,
          made + "DELETE FROM items WHERE id NOT IN (SELECT id FROM doomed);",
          made + "DELETE FROM items WHERE id > ANY (SELECT id FROM doomed);",
          made + "DELETE FROM items USING doomed d WHERE d.id = d.o;",
          made + "DELETE FROM items WHERE EXISTS (SELECT FROM doomed);",
          made + "DELETE FROM items WHERE id IN (SELECT i.id FROM doomed, items i);",
          made + "DO $$ BEGIN INSERT INTO doomed SELECT id FROM items; END $$;" + in,
          "CREATE TEMP TABLE doomed (id bigint);"
          "DO $$ BEGIN FOR i IN 1..9999 LOOP INSERT INTO doomed VALUES (i); END LOOP; END $$;" +
              in,
          "CREATE TEMP TABLE doomed AS SELECT id FROM items;" + in,
          "CREATE TEMP TABLE doomed AS SELECT generate_series(1, 9999) AS id;" + in,
          "CREATE TEMP TABLE doomed AS WITH RECURSIVE n AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM n) SELECT id "
          "FROM "
          "n LIMIT 9999;" +
              in,
          "CREATE SCHEMA s; SET search_path = s; CREATE TABLE doomed AS SELECT id FROM public.items; SET search_path = "
          "public; CREATE TABLE doomed (id bigint); SET search_path = s, public;" +
              in,
          made +
              "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'INSERT INTO doomed SELECT id FROM items'; SELECT "
              "f();" +
              in,
          std::string("DELETE FROM items WHERE id IN (SELECT id FROM orders);")}) {
        INFO(more);
        CHECK(fate(more) == "lost");
    }
}

TEST_CASE("rights that move to a role of this change weigh less than rights that go") {
    const auto harm = [](const std::string& sql) -> std::optional<Harm> {
        for (const Finding& finding : analysis_of(sql).findings)
            if (finding.rule == "revoke-privilege") return finding.harm;
        return std::nullopt;
    };
    const std::string role = "CREATE ROLE heir;", revoke = "REVOKE SELECT, INSERT ON orders FROM app;";
    CHECK(harm(role + "GRANT ALL ON orders TO heir;" + revoke) == Harm::of_its_category);
    CHECK(harm(role + "GRANT INSERT, SELECT ON orders, items TO heir;" + revoke) == Harm::of_its_category);
    CHECK(harm(revoke) == Harm::lost_access);
    CHECK(harm(role + "GRANT SELECT ON orders TO heir;" + revoke) == Harm::lost_access);
    CHECK(harm(role + "GRANT ALL ON items TO heir;" + revoke) == Harm::lost_access);
    CHECK(harm("GRANT ALL ON orders TO heir;" + revoke) == Harm::lost_access);
    CHECK(harm(role + revoke + "GRANT ALL ON orders TO heir;") == Harm::lost_access);
    CHECK(harm(role + "GRANT ALL ON orders TO heir; REVOKE ALL ON orders FROM PUBLIC;") == Harm::lost_access);
}
