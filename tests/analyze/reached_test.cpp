// What loses rows is found wherever it stands and however it is reached: each way to write it, by each way to run it.
// The ways were seen to run their DELETE on a server of 18 before they were written down here; the product was not.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>
#include <vector>

#include "analyze/analyze.h"

using namespace pgfence;

namespace {

constexpr std::string_view kSchema = R"(
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, note text);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, note text, amount integer);
CREATE TABLE audit (id bigint PRIMARY KEY, what text);
CREATE TABLE lines (id bigint PRIMARY KEY, order_id bigint REFERENCES orders (id) ON DELETE CASCADE);
CREATE SCHEMA app;
CREATE TABLE app.orders (id bigint PRIMARY KEY);
)";

enum class Said { nothing, unread, loss };

/// What is said of the change: that rows, tables or columns are lost or all changed, that some of it was not read, or
/// nothing.
Said said_of(const std::string& sql) {
    analyze::Request request;
    request.version = 18;
    request.schema = {std::string(kSchema)};
    request.changed.emplace_back().sql = sql;
    const Analysis analysis = analyze::analyze(std::move(request));
    static const std::set<std::string, std::less<>> kOfEveryRow{"update-without-where"};
    // They speak of rows that may be all; here it is asked whether they are known to be.
    static const std::set<std::string, std::less<>> kOfAnyRow{"delete-unbounded", "overwrite-values"};
    const bool loss = std::any_of(analysis.findings.begin(), analysis.findings.end(), [](const Finding& finding) {
        return (finding.category == Category::destructive && !kOfAnyRow.contains(finding.rule)) ||
               kOfEveryRow.contains(finding.rule);
    });
    if (loss) return Said::loss;
    for (const AnalyzedFile& file : analysis.files)
        if (!file.unread.empty()) return Said::unread;
    return Said::nothing;
}

std::string filled_in(std::string text, std::string_view mark, const std::string& with) {
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + with.size()))
        text.replace(at, mark.size(), with);
    return text;
}

void check_each(const std::vector<std::string>& all, Said least) {
    for (const std::string& sql : all) {
        INFO(sql);
        CHECK(said_of(sql) >= least);
    }
}

void check_quiet(const std::vector<std::string>& all) {
    for (const std::string& sql : all) {
        INFO(sql);
        CHECK(said_of(sql) == Said::nothing);
    }
}

/// What a body may do that is not to pass in silence.
const std::vector<std::string> kLosses{
    "DELETE FROM public.orders;",
    "DELETE FROM public.orders WHERE id = id;",
    "DELETE FROM public.orders WHERE id IN (SELECT id FROM public.orders);",
    "DELETE FROM public.orders USING (VALUES (1)) v(i) WHERE v.i = 1;",
    "UPDATE public.orders SET note = NULL;",
    "WITH d AS (DELETE FROM public.orders RETURNING *) INSERT INTO public.audit SELECT id + 100, note FROM d;",
    "MERGE INTO public.orders USING (VALUES (1)) v(i) ON true WHEN MATCHED THEN DELETE;",
    "TRUNCATE public.orders CASCADE;",
    "EXECUTE 'DROP TABLE public.orders CASCADE';",
};
const std::vector<std::string> kHarmless{
    "NULL;",
    "INSERT INTO public.audit VALUES (100, 'x') ON CONFLICT (id) DO UPDATE SET what = 'y';",
    "UPDATE public.orders SET note = 'x' WHERE id = 1;",
};

/// Ways to run a body that stands for $BODY. kill(): without arguments, an integer.
const std::string kKill = "CREATE FUNCTION kill() RETURNS int LANGUAGE plpgsql AS $$ BEGIN $BODY RETURN 1; END $$;\n";
std::string kill_of(const std::string& arguments, const std::string& result, const std::string& value) {
    return "CREATE FUNCTION kill(" + arguments + ") RETURNS " + result + " LANGUAGE plpgsql AS $$ BEGIN $BODY RETURN " +
           value + "; END $$;\n";
}
const std::string kTrigger =
    "CREATE FUNCTION kill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN $BODY RETURN NEW; END $$;\n"
    "CREATE TABLE x (i int PRIMARY KEY);\n";
const std::string kOperator = kill_of("a int, b int", "boolean", "true") +
                              "CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = kill);\n";
const std::string kOverload = kill_of("a bigint, b text", "boolean", "true") +
                              "CREATE OPERATOR = (LEFTARG = bigint, RIGHTARG = text, FUNCTION = kill);\n";
const std::string kCast =
    "CREATE TYPE e AS ENUM ('a');\n" + kill_of("v e", "int", "1") + "CREATE CAST (e AS int) WITH FUNCTION kill(e)";
const std::string kDomain = kill_of("v int", "boolean", "true") + "CREATE DOMAIN d AS int CHECK (kill(VALUE));\n";
const std::string kOfRow = filled_in(kill_of("u users", "int", "1"), "kill", "danger");

const std::vector<std::string>& ways() {
    static const std::vector<std::string> kWays{
        "DO $$ BEGIN $BODY END $$;",
        "DO $$ BEGIN RAISE 'x'; EXCEPTION WHEN OTHERS THEN $BODY END $$;",
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN $BODY END $$; CALL p();",
        // where a query may stand
        kKill + "SELECT kill();",
        kKill + "SELECT 1 WHERE kill() = 1;",
        kKill + "SELECT 1 FROM users ORDER BY kill();",
        kKill + "SELECT 1 FROM users LIMIT kill();",
        kKill + "SELECT 1 FROM users GROUP BY kill();",
        kKill + "VALUES (kill());",
        kKill + "SELECT * FROM users, LATERAL kill();",
        kKill + "SELECT * FROM ROWS FROM (kill(), generate_series(1, 2));",
        kKill + "SELECT * FROM users TABLESAMPLE BERNOULLI (kill());",
        kKill + "SELECT count(*) FILTER (WHERE kill() = 1) FROM users;",
        kKill + "SELECT rank() OVER (ORDER BY kill());",
        kKill + "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY kill());",
        kKill + "SELECT JSON_OBJECT('a': kill());",
        kKill + "SELECT xmlelement(name a, kill());",
        kKill + "SELECT * FROM users WHERE id IN (SELECT kill());",
        kKill + "WITH a AS (SELECT kill()) SELECT * FROM a;",
        kKill + "UPDATE audit SET what = 'x' WHERE id = 1 RETURNING kill();",
        kKill + "INSERT INTO audit VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET what = kill()::text;",
        kKill + "COPY (SELECT kill()) TO STDOUT;",
        kKill + "CREATE TABLE x AS SELECT kill();",
        kKill + "EXPLAIN ANALYZE SELECT kill();",
        kKill + "BEGIN; DECLARE c CURSOR FOR SELECT kill(); FETCH ALL FROM c; COMMIT;",
        kKill + "PREPARE p AS SELECT kill(); EXECUTE p;",
        kKill + "PREPARE p(int) AS SELECT $1; EXECUTE p(kill());",
        kKill + "CREATE PROCEDURE g(a int) LANGUAGE sql AS 'SELECT 1'; CALL g(kill());",
        // where an expression of a body may stand
        kKill + "DO $$ BEGIN PERFORM kill(); END $$;",
        kKill + "DO $$ DECLARE r int := kill(); BEGIN NULL; END $$;",
        kKill + "DO $$ BEGIN DECLARE r int := kill(); BEGIN NULL; END; END $$;",
        kKill + "DO $$ DECLARE a int[]; BEGIN a[kill()] := 1; END $$;",
        kKill + "DO $$ BEGIN IF kill() = 1 THEN NULL; END IF; END $$;",
        kKill + "DO $$ BEGIN IF false THEN NULL; ELSIF kill() = 1 THEN NULL; END IF; END $$;",
        kKill + "DO $$ BEGIN CASE WHEN kill() = 1 THEN NULL; END CASE; END $$;",
        kKill + "DO $$ BEGIN CASE 1 WHEN kill() THEN NULL; END CASE; END $$;",
        kKill + "DO $$ BEGIN CASE kill() WHEN 1 THEN NULL; END CASE; END $$;",
        kKill + "DO $$ BEGIN WHILE kill() <> 1 LOOP NULL; END LOOP; END $$;",
        kKill + "DO $$ BEGIN LOOP EXIT WHEN kill() = 1; END LOOP; END $$;",
        kKill + "DO $$ BEGIN FOR i IN 1..kill() LOOP NULL; END LOOP; END $$;",
        kKill + "DO $$ BEGIN FOR i IN 1..2 BY kill() LOOP NULL; END LOOP; END $$;",
        kKill + "DO $$ DECLARE x int; BEGIN FOREACH x IN ARRAY ARRAY[kill()] LOOP NULL; END LOOP; END $$;",
        kKill + "DO $$ DECLARE r record; BEGIN FOR r IN SELECT kill() LOOP NULL; END LOOP; END $$;",
        kKill + "DO $$ DECLARE r record; BEGIN FOR r IN EXECUTE 'SELECT $1' USING kill() LOOP NULL; END LOOP; END $$;",
        kKill + "DO $$ BEGIN EXECUTE 'SELECT $1' USING kill(); END $$;",
        kKill + "DO $$ BEGIN ASSERT kill() = 1, 'x'; END $$;",
        kKill + "DO $$ BEGIN RAISE NOTICE '%', kill(); END $$;",
        kKill + "DO $$ BEGIN RAISE NOTICE USING MESSAGE = kill()::text; END $$;",
        kKill + "DO $$ BEGIN RAISE NOTICE 'x' USING HINT = kill()::text; END $$;",
        kKill +
            "DO $$ DECLARE c CURSOR FOR SELECT 1; x int; BEGIN OPEN c; FETCH ABSOLUTE kill() FROM c INTO x; END $$;",
        kKill + "DO $$ DECLARE c CURSOR (a int) FOR SELECT a; BEGIN OPEN c(kill()); END $$;",
        kKill + "CREATE FUNCTION g() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN kill(); END $$; SELECT g();",
        kKill +
            "CREATE FUNCTION g() RETURNS SETOF int LANGUAGE plpgsql AS $$ BEGIN RETURN NEXT kill(); END $$;\n"
            "SELECT * FROM g();",
        kill_of("", "users", "NULL") + "DO $$ DECLARE r users := kill(); BEGIN NULL; END $$;",
        // defaults
        kKill + "CREATE TABLE x (i int DEFAULT kill(), j int); INSERT INTO x (j) VALUES (1);",
        kKill + "CREATE TABLE x (i int DEFAULT kill(), j int); INSERT INTO x DEFAULT VALUES;",
        kKill + "CREATE TABLE x (i int DEFAULT kill(), j int); INSERT INTO x VALUES (DEFAULT, 1);",
        kKill +
            "CREATE TABLE x (i int DEFAULT kill(), j int); INSERT INTO x VALUES (1, 1);\n"
            "UPDATE x SET i = DEFAULT WHERE j = 1;",
        kKill + "ALTER TABLE audit ADD COLUMN n int DEFAULT kill();",
        kKill + "CREATE DOMAIN d AS int DEFAULT kill(); CREATE TABLE x (i d, j int); INSERT INTO x (j) VALUES (1);",
        kKill + "CREATE PROCEDURE g(a int DEFAULT kill()) LANGUAGE sql AS 'SELECT 1'; CALL g();",
        // checks
        kill_of("v int", "boolean", "true") + "CREATE TABLE x (i int CHECK (kill(i))); INSERT INTO x VALUES (1);",
        kill_of("v int", "boolean", "true") +
            "CREATE TABLE x (i int) PARTITION BY LIST (i); CREATE TABLE x1 PARTITION OF x (CHECK (kill(i))) DEFAULT;\n"
            "INSERT INTO x VALUES (1);",
        kill_of("v bigint", "boolean", "true") + "ALTER TABLE audit ADD CHECK (kill(id));",
        kDomain + "SELECT 1::d;",
        kDomain + "CREATE TABLE x (i d); INSERT INTO x VALUES (1);",
        kDomain + "DO $$ DECLARE v d := 1; BEGIN NULL; END $$;",
        // casts, operators, aggregates, fields
        kCast + "; SELECT 'a'::e::int;",
        kCast + " AS IMPLICIT; SELECT 'a'::e + 1;",
        kCast + " AS ASSIGNMENT; CREATE TABLE x (i int); INSERT INTO x VALUES ('a'::e);",
        kOperator + "SELECT 1 ### 2;",
        kOperator + "DO $$ BEGIN IF 1 ### 2 THEN NULL; END IF; END $$;",
        kOperator + "CREATE VIEW v AS SELECT 1 ### 2 AS x; SELECT * FROM v;",
        kOverload + "SELECT * FROM users WHERE id = email;",
        kOverload + "SELECT * FROM users WHERE id IN (email);",
        kOverload + "SELECT * FROM users WHERE id = ANY (SELECT email FROM users);",
        kOverload + "SELECT CASE id WHEN email THEN 1 END FROM users;",
        kOverload + "SELECT NULLIF(id, email) FROM users;",
        kill_of("a int", "int", "1") + "CREATE OPERATOR @#@ (RIGHTARG = int, FUNCTION = kill); SELECT @#@ 2;",
        kill_of("a int, b int", "boolean", "true") +
            "CREATE OPERATOR app.= (LEFTARG = int, RIGHTARG = int, FUNCTION = kill); SELECT 1 OPERATOR(app.=) 2;",
        kill_of("s int, v int", "int", "1") +
            "CREATE AGGREGATE agg(int) (SFUNC = kill, STYPE = int, INITCOND = '0'); SELECT agg(1);",
        kill_of("s int", "int", "1") +
            "CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int, FINALFUNC = kill, INITCOND = '0'); SELECT agg(1);",
        kill_of("s text, v text", "text", "'x'") +
            "CREATE AGGREGATE sum(text) (SFUNC = kill, STYPE = text, INITCOND = ''); SELECT sum(email) FROM users;",
        kill_of("s int, v int", "int", "1") +
            "CREATE AGGREGATE agg (BASETYPE = int, SFUNC = kill, STYPE = int, INITCOND = '0'); SELECT agg(1);",
        kOfRow + "SELECT u.danger FROM users u;",
        kOfRow + "SELECT (u).danger FROM users u;",
        kOfRow + "SELECT (ROW(1, 'a', 'b')::users).danger;",
        // overloads
        "CREATE FUNCTION kill(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';\n" + kill_of("a text", "int", "1") +
            "SELECT kill('x'::text);",
        "CREATE FUNCTION kill(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';\n" + kill_of("a text", "int", "1") +
            "SELECT kill(email) FROM users;",
        kill_of("a text", "int", "1") +
            "CREATE FUNCTION kill(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP FUNCTION kill(int);\n"
            "SELECT kill('x');",
        "CREATE FUNCTION kill() RETURNS int LANGUAGE sql AS 'SELECT 1';\n" +
            filled_in(kKill, "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION") + "SELECT kill();",
        filled_in(kill_of("a int", "text", "'x'"), "kill", "lower") + "SELECT lower(1);",
        kill_of("a int, b int DEFAULT 1", "int", "1") + "SELECT kill(b => 2, a => 1);",
        kKill + "ALTER FUNCTION kill() RENAME TO nice; SELECT nice();",
        kKill + "ALTER FUNCTION kill() SET SCHEMA app; SELECT app.kill();",
        // views, bounds of partitions
        kKill + "CREATE VIEW v AS SELECT kill() AS k; SELECT * FROM v;",
        kKill + "CREATE VIEW v AS SELECT kill() AS k; CREATE VIEW w AS SELECT * FROM v; TABLE w;",
        kKill + "CREATE VIEW v AS SELECT kill() AS k; DO $$ BEGIN PERFORM * FROM v; END $$;",
        kKill + "CREATE VIEW v AS SELECT kill() AS k; COPY (SELECT * FROM v) TO STDOUT;",
        kKill + "CREATE TABLE x (i int) PARTITION BY LIST (i); CREATE TABLE y PARTITION OF x FOR VALUES IN (kill());",
        kKill +
            "CREATE TABLE x (i int) PARTITION BY RANGE (i);\n"
            "CREATE TABLE y PARTITION OF x FOR VALUES FROM (kill()) TO (10);",
        kKill +
            "CREATE TABLE x (i int) PARTITION BY LIST (i); CREATE TABLE y (i int);\n"
            "ALTER TABLE x ATTACH PARTITION y FOR VALUES IN (kill());",
        kill_of("v text", "int", "1") + "ALTER TABLE audit ALTER what TYPE int USING kill(what);",
        // triggers and rules
        kTrigger + "CREATE TRIGGER t AFTER INSERT ON x EXECUTE FUNCTION kill(); INSERT INTO x VALUES (1);",
        kTrigger +
            "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW EXECUTE FUNCTION kill();\n"
            "WITH a AS (INSERT INTO x VALUES (1)) SELECT 1;",
        kTrigger +
            "CREATE TRIGGER t AFTER INSERT ON x EXECUTE FUNCTION kill();\n"
            "MERGE INTO x USING (VALUES (1)) v(i) ON x.i = v.i WHEN NOT MATCHED THEN INSERT VALUES (1);",
        kTrigger +
            "INSERT INTO x VALUES (1); CREATE TRIGGER t AFTER UPDATE ON x FOR EACH ROW EXECUTE FUNCTION kill();\n"
            "INSERT INTO x VALUES (1) ON CONFLICT (i) DO UPDATE SET i = 1;",
        kTrigger +
            "CREATE TRIGGER t AFTER INSERT ON x EXECUTE FUNCTION kill();\n"
            "ALTER FUNCTION kill() RENAME TO harmless; INSERT INTO x VALUES (1);",
        kTrigger +
            "CREATE TRIGGER t AFTER INSERT ON x EXECUTE FUNCTION kill();\n"
            "SET search_path = app; INSERT INTO public.x VALUES (1);",
        kTrigger +
            "CREATE VIEW v AS SELECT * FROM x; CREATE TRIGGER t AFTER INSERT ON x FOR EACH ROW EXECUTE FUNCTION "
            "kill(); INSERT INTO v VALUES (1);",
        kTrigger +
            "CREATE VIEW v AS SELECT 1 AS i; CREATE TRIGGER t INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE "
            "FUNCTION kill(); INSERT INTO v VALUES (1);",
        kTrigger +
            "CREATE TABLE y (i int) PARTITION BY LIST (i); CREATE TABLE y1 PARTITION OF y DEFAULT;\n"
            "CREATE TRIGGER t AFTER INSERT ON y1 FOR EACH ROW EXECUTE FUNCTION kill(); INSERT INTO y VALUES (1);",
        kTrigger +
            "CREATE TABLE y (i int); CREATE FUNCTION c() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT "
            "INTO y VALUES (1); RETURN NEW; END $$;\n"
            "CREATE TRIGGER t AFTER INSERT ON y FOR EACH ROW EXECUTE FUNCTION kill();\n"
            "CREATE TRIGGER t AFTER INSERT ON x FOR EACH ROW EXECUTE FUNCTION c(); INSERT INTO x VALUES (1);",
        kTrigger +
            "CREATE TABLE y (i int REFERENCES x ON DELETE CASCADE); INSERT INTO x VALUES (1);\n"
            "CREATE TRIGGER t AFTER DELETE ON y FOR EACH ROW EXECUTE FUNCTION kill(); INSERT INTO y VALUES (1);\n"
            "DELETE FROM x WHERE i = 1;",
        kill_of("v int", "boolean", "true") +
            "CREATE FUNCTION tr() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\n"
            "CREATE TABLE x (i int); CREATE TRIGGER t AFTER INSERT ON x FOR EACH ROW WHEN (kill(NEW.i)) EXECUTE "
            "FUNCTION tr(); INSERT INTO x VALUES (1);",
        kKill +
            "CREATE TABLE x (i int); CREATE RULE r AS ON INSERT TO x DO INSTEAD SELECT kill();\n"
            "INSERT INTO x VALUES (1);",
        "CREATE FUNCTION ev() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN $BODY END $$;\n"
        "CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION ev(); COMMENT ON TABLE users IS 'x';",
    };
    return kWays;
}

}  // namespace

TEST_CASE("whatever loses rows is found by every way to run it, and what is harmless stays quiet by the same way") {
    for (const std::string& way : ways())
        for (const std::string& loss : kLosses) {
            // Rows of a table that its own transaction changes cannot be truncated or dropped below it; it is said all
            // the same.
            const std::string sql = filled_in(way, "$BODY", loss);
            INFO(sql);
            CHECK(said_of(sql) == Said::loss);
        }
}

TEST_CASE("the same ways to run something harmless are quiet") {
    for (const std::string& way : ways()) {
        // These change the type of a column or add one, which is a finding of its own.
        if (way.find("ALTER TABLE audit") != std::string::npos) continue;
        // Queries of running code may mean another thing behind such a cast: it is not analyzed.
        if (way.find("AS IMPLICIT") != std::string::npos) continue;
        for (const std::string& harmless : kHarmless) check_quiet({filled_in(way, "$BODY", harmless)});
    }
}

TEST_CASE("rows are lost wherever the statement that does it stands") {
    check_each(
        {
            "WITH d AS (DELETE FROM orders RETURNING *) SELECT 1;",
            "WITH d AS (DELETE FROM orders) UPDATE users SET note = 'x' WHERE id = 1;",
            "WITH d AS (UPDATE orders SET note = NULL RETURNING 1) SELECT count(*) FROM d;",
            "WITH a AS (SELECT 1), d AS (DELETE FROM orders WHERE true RETURNING id) SELECT * FROM a, d;",
            "WITH m AS (MERGE INTO orders USING (VALUES (1)) v(i) ON true WHEN MATCHED THEN DELETE RETURNING 1) "
            "SELECT * FROM m;",
            "DO $$ DECLARE r record; BEGIN FOR r IN DELETE FROM orders RETURNING * LOOP NULL; END LOOP; END $$;",
            "CREATE FUNCTION f() RETURNS SETOF orders LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY DELETE FROM orders "
            "RETURNING *; END $$; SELECT * FROM f();",
            "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'WITH d AS (DELETE FROM orders RETURNING 1) SELECT "
            "count(*) FROM d'; SELECT f();",
            "CREATE FUNCTION f() RETURNS void LANGUAGE sql BEGIN ATOMIC DELETE FROM orders; END; SELECT f();",
            "COPY (DELETE FROM orders RETURNING *) TO STDOUT;",
            "COPY (WITH d AS (DELETE FROM orders RETURNING *) SELECT * FROM d) TO STDOUT;",
            "EXPLAIN ANALYZE DELETE FROM orders;",
            "EXPLAIN (ANALYZE) WITH d AS (DELETE FROM orders RETURNING *) SELECT * FROM d;",
            "PREPARE p AS DELETE FROM orders; EXECUTE p;",
            "PREPARE p AS DELETE FROM orders; EXPLAIN ANALYZE EXECUTE p;",
            "CREATE TABLE x AS WITH d AS (DELETE FROM orders RETURNING *) SELECT * FROM d;",
            "WITH d AS (DELETE FROM orders RETURNING *) SELECT * INTO x FROM d;",
            "MERGE INTO orders o USING orders s ON o.id = s.id WHEN MATCHED THEN DELETE;",
            "MERGE INTO orders o USING (SELECT -1 AS id) s ON o.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE;",
            "MERGE INTO orders o USING users u ON true WHEN MATCHED AND u.id = 1 THEN UPDATE SET note = NULL;",
            "CREATE VIEW v AS SELECT * FROM orders; DELETE FROM v;",
            "CREATE VIEW v AS SELECT id, note FROM orders; UPDATE v SET note = NULL;",
            "CREATE VIEW v AS SELECT id, note FROM orders; CREATE VIEW w AS SELECT * FROM v; DELETE FROM w WHERE true;",
            "CREATE VIEW v AS SELECT * FROM orders; MERGE INTO v USING (VALUES (1)) x(i) ON true WHEN MATCHED THEN "
            "DELETE;",
            "CREATE TABLE x (i int); CREATE RULE r AS ON INSERT TO x DO INSTEAD DELETE FROM orders; INSERT INTO x "
            "VALUES (1);",
            "CREATE TABLE x (i int); CREATE RULE r AS ON INSERT TO x DO ALSO DELETE FROM orders; INSERT INTO x "
            "VALUES (1);",
            "CREATE VIEW v AS SELECT 1 AS i; CREATE RULE r AS ON INSERT TO v DO INSTEAD DELETE FROM orders; INSERT "
            "INTO v VALUES (1);",
            "CREATE TABLE x (i int); CREATE TABLE y (i int);\n"
            "CREATE RULE r AS ON INSERT TO x DO INSTEAD INSERT INTO y VALUES (1);\n"
            "CREATE RULE r AS ON INSERT TO y DO INSTEAD DELETE FROM orders; INSERT INTO x VALUES (1);",
            "CREATE TABLE p (LIKE orders); ALTER TABLE orders INHERIT p; DROP TABLE p CASCADE;",
            "CREATE TABLE p (LIKE orders); ALTER TABLE orders INHERIT p; DELETE FROM p;",
            "CREATE TABLE p (LIKE audit); ALTER TABLE audit INHERIT p; TRUNCATE p;",
            "CREATE TABLE p (note text); ALTER TABLE orders INHERIT p; UPDATE p SET note = NULL;",
            "CREATE TABLE p (LIKE audit) PARTITION BY RANGE (id); ALTER TABLE p ATTACH PARTITION audit DEFAULT;\n"
            "DROP TABLE p;",
            "CREATE TABLE p (LIKE audit) PARTITION BY RANGE (id); ALTER TABLE p ATTACH PARTITION audit DEFAULT;\n"
            "TRUNCATE p;",
            "CREATE TABLE p (LIKE audit) PARTITION BY RANGE (id); ALTER TABLE p ATTACH PARTITION audit DEFAULT;\n"
            "DELETE FROM p;",
            "CREATE TABLE p (LIKE audit) PARTITION BY RANGE (id); ALTER TABLE p ATTACH PARTITION audit DEFAULT;\n"
            "ALTER TABLE p DROP COLUMN what;",
            "CREATE TABLE p (id bigint PRIMARY KEY); INSERT INTO p SELECT id FROM users;\n"
            "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES p ON DELETE CASCADE; DELETE FROM p;",
            "CREATE SCHEMA bin; ALTER TABLE orders SET SCHEMA bin; DROP SCHEMA bin CASCADE;",
        },
        Said::loss);
}

TEST_CASE("a condition that says the same of every row chooses none") {
    for (const char* where : {"EXISTS (SELECT 1)",
                              "EXISTS (SELECT 1 FROM users WHERE id = 1)",
                              "id IN (SELECT id FROM orders)",
                              "id = ANY (SELECT id FROM orders)",
                              "id = ANY (ARRAY(SELECT id FROM orders))",
                              "orders.id IN (SELECT o.id FROM orders o)",
                              "(id, note) IN (SELECT id, note FROM orders)",
                              "id IN (SELECT id FROM orders WHERE true)",
                              "id IN (SELECT o.id FROM orders o, users u)",
                              "id IN (SELECT id FROM orders UNION SELECT 1)",
                              "EXISTS (SELECT 1 FROM orders o WHERE o.id = orders.id)",
                              "id = id",
                              "id >= id",
                              "id IS NOT DISTINCT FROM id",
                              "COALESCE(id, 0) = COALESCE(id, 0)",
                              "id IS NOT NULL",
                              "note IS NULL OR note IS NOT NULL",
                              "id = 1 OR true",
                              "id = 1 OR id <> 1",
                              "NOT false",
                              "1 < 2",
                              "now() > '2000-01-01'",
                              "(1 = 1) IS TRUE",
                              "true AND true",
                              "1 IN (1, 2)",
                              "'t'::boolean",
                              "CASE WHEN true THEN true END",
                              "(SELECT true)",
                              "ctid = ANY (ARRAY(SELECT ctid FROM orders))",
                              "id > 0",
                              "id >= 0",
                              "id > -1",
                              "id <> 0",
                              "id NOT IN (-1)",
                              "id BETWEEN 0 AND 9223372036854775807",
                              "length(note) >= 0",
                              "NOT EXISTS (SELECT 1 FROM users WHERE false)"}) {
        for (const char* statement : {"DELETE FROM orders WHERE ", "UPDATE orders SET note = NULL WHERE "})
            check_each({std::string(statement) + where + ";"}, Said::loss);
    }
    check_each(
        {"DELETE FROM orders USING (VALUES (1)) v(i);", "DELETE FROM orders USING (VALUES (1)) v(i) WHERE i = 1;",
         "DELETE FROM orders USING (SELECT 1 AS i) v WHERE v.i = 1;",
         "DELETE FROM orders USING orders o WHERE orders.id = o.id;",
         "DELETE FROM orders USING users u WHERE u.id = 1;", "DELETE FROM users WHERE email LIKE '%';",
         "DELETE FROM orders USING pg_class WHERE relname = 'orders';",
         "DELETE FROM orders USING information_schema.tables WHERE table_name = 'orders';",
         "DELETE FROM orders USING pg_roles r, users WHERE rolname = current_user;",
         "UPDATE orders SET note = NULL FROM unnest(ARRAY[1]) AS u WHERE u = 1;",
         "DELETE FROM orders USING (SELECT id AS k FROM orders) s WHERE s.k = orders.id;",
         "MERGE INTO orders o USING orders s ON s.id = o.id WHEN MATCHED AND true THEN DELETE;",
         "MERGE INTO orders o USING (SELECT id FROM orders) s ON s.id = o.id WHEN MATCHED AND 1 = 1 THEN DELETE;",
         "MERGE INTO orders o USING (SELECT 1 AS i) s ON s.i = 1 WHEN MATCHED THEN DELETE;"},
        Said::loss);
}

TEST_CASE("a name of WITH is the query that it stands for") {
    for (const char* with : {
             "w AS (SELECT id FROM orders)",
             "w AS MATERIALIZED (SELECT note, id FROM orders WHERE true)",
             "w (id) AS (SELECT o.id FROM orders o)",
             "w AS (TABLE orders)",
             "a AS (SELECT id AS n FROM orders), w AS (SELECT n AS id FROM a)",
             "w AS (SELECT id FROM orders UNION SELECT 7)",
             "w AS (WITH v AS (SELECT * FROM orders) SELECT id FROM v)",
         })
        for (const char* statement : {
                 "DELETE FROM orders WHERE id IN (SELECT id FROM w)",
                 "DELETE FROM orders WHERE id = ANY (ARRAY(SELECT x.id FROM w x))",
                 "DELETE FROM orders WHERE EXISTS (SELECT FROM w WHERE w.id = orders.id)",
                 "DELETE FROM orders USING w WHERE w.id = orders.id",
                 "UPDATE orders SET note = NULL WHERE id IN (SELECT id FROM w)",
                 "MERGE INTO orders o USING w ON w.id = o.id WHEN MATCHED AND true THEN DELETE",
             }) {
            const std::string whole = "WITH " + std::string(with) + " " + statement;
            check_each(
                {whole + ";", "WITH d AS (" + whole + ") SELECT 1;", "COPY (" + whole + " RETURNING 1) TO STDOUT;"},
                Said::loss);
        }
    check_each(
        {"WITH RECURSIVE w AS (SELECT id FROM orders UNION SELECT id FROM w) DELETE FROM orders WHERE id IN "
         "(SELECT id FROM w);",
         "WITH w AS (SELECT id FROM orders), d AS (DELETE FROM orders WHERE id IN (SELECT id FROM w)) SELECT 1;"},
        Said::loss);
    for (const char* with : {"w AS (SELECT id FROM users)", "w AS (SELECT id FROM orders WHERE note = 'x')",
                             "w AS (SELECT id FROM orders LIMIT 5)", "w AS (SELECT user_id AS id FROM orders)",
                             "w (x, id) AS (SELECT id, user_id FROM orders)", "w AS (SELECT id FROM app.orders)",
                             "w AS (SELECT id FROM orders INTERSECT SELECT 1)"}) {
        INFO(with);
        CHECK(said_of("WITH " + std::string(with) + " DELETE FROM orders WHERE id IN (SELECT id FROM w);") !=
              Said::loss);
    }
}

TEST_CASE("what is true of every row chooses none beside a condition that leaves a few") {
    for (const char* where :
         {"id <> 3000", "id <> 3000 AND true", "true AND (note <> 'x' AND true)", "id <> 3000 AND NOT false"}) {
        INFO(where);
        for (const char* what : {"DELETE FROM orders WHERE ", "UPDATE orders SET note = NULL WHERE "}) {
            analyze::Request request;
            request.version = 18;
            request.schema = {std::string(kSchema)};
            request.changed.emplace_back().sql = std::string(what) + where + ";";
            const Analysis analysis = analyze::analyze(std::move(request));
            CHECK(std::any_of(analysis.findings.begin(), analysis.findings.end(), [](const Finding& finding) {
                return finding.rule == "delete-unbounded" || finding.rule == "overwrite-values";
            }));
        }
    }
}

TEST_CASE("a condition that chooses rows is not one that takes them all") {
    for (const char* where : {"id = 1",
                              "id IN (1, 2)",
                              "id = 1 AND true",
                              "false",
                              "1 = 0",
                              "id <> 3000 AND false",
                              "NOT true",
                              "id IN (SELECT id FROM users WHERE email = 'x')",
                              "note = 'old'",
                              "id = '1'::bigint",
                              "id = length('a')",
                              "EXISTS (SELECT 1 FROM users u WHERE u.id = orders.user_id AND u.email = 'x')",
                              "EXISTS (SELECT 1 FROM users u WHERE u.id = user_id)",
                              "id = ANY (ARRAY[1, 2])",
                              "id BETWEEN 1 AND 2",
                              "id = 1 AND note <> 'x'",
                              "id IN (SELECT id FROM orders WHERE note = 'x' LIMIT 10)",
                              "id IN (SELECT id FROM orders WHERE note = 'x')",
                              "id < 1000",
                              "note IS NOT NULL",
                              "note IS NULL",
                              "NOT EXISTS (SELECT 1 FROM users u WHERE u.id = orders.user_id)",
                              "user_id NOT IN (SELECT id FROM users)",
                              "id > 0 AND note = 'x'",
                              "amount > 0",
                              "orders.note = note || 'x'"}) {
        INFO(where);
        CHECK(said_of(std::string("DELETE FROM orders WHERE ") + where + ";") != Said::loss);
    }
    CHECK(said_of("DELETE FROM orders o USING users u WHERE u.id = o.user_id AND u.email = 'x';") != Said::loss);
    CHECK(said_of("UPDATE orders SET note = v.n FROM (VALUES (1, 'x')) v(i, n) WHERE id = v.i;") != Said::loss);
    CHECK(said_of("UPDATE orders SET note = n FROM (VALUES (1, 'x')) v(i, n) WHERE id = i;") != Said::loss);
}

TEST_CASE("a name means what the server finds by it") {
    check_each(
        {
            "BEGIN; CREATE TEMP TABLE orders (i int) ON COMMIT DROP; COMMIT; DROP TABLE orders CASCADE;",
            "CREATE TEMP TABLE orders (i int) ON COMMIT DROP; DROP TABLE orders CASCADE;",
            "CREATE TEMP TABLE orders ON COMMIT DROP AS SELECT 1 AS i; DROP TABLE orders CASCADE;",
            "CREATE TEMP TABLE orders (i int); DISCARD TEMP; DROP TABLE orders CASCADE;",
            "CREATE TEMP TABLE orders (i int); DISCARD ALL; DELETE FROM orders;",
            "CREATE TEMP TABLE orders (i int); DROP TABLE orders; DROP TABLE orders CASCADE;",
            "CREATE TEMP TABLE orders (i int); ALTER TABLE orders RENAME TO x; DROP TABLE orders CASCADE;",
            "BEGIN; CREATE TEMP TABLE orders (i int); ROLLBACK; DROP TABLE orders CASCADE;",
            "SET search_path = public, pg_temp; CREATE TEMP TABLE pg_temp.orders (i int); DROP TABLE orders CASCADE;",
            "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TEMP TABLE orders (i int); DROP "
            "TABLE "
            "orders; DELETE FROM orders; END $$; SELECT f();",
            "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN CREATE TEMP TABLE orders (i int) ON COMMIT DROP; "
            "COMMIT; "
            "DELETE FROM orders; END $$; CALL p();",
            "CREATE SCHEMA n; CREATE TABLE n.orders (i int); BEGIN; SET search_path = n; ROLLBACK; DELETE FROM orders;",
            "CREATE SCHEMA n; CREATE TABLE n.orders (i int); BEGIN; SAVEPOINT s; SET search_path = n; ROLLBACK TO s; "
            "COMMIT; DELETE FROM orders;",
        },
        Said::loss);
    const std::string made = "CREATE SCHEMA n; CREATE TABLE n.orders (i int); SET search_path = n;\n";
    const std::string function =
        "CREATE FUNCTION public.f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM orders; END $$;\n";
    check_each(
        {
            made + "DISCARD ALL; DELETE FROM orders;",
            made + "RESET ALL; DELETE FROM orders;",
            made + "SET search_path TO DEFAULT; DELETE FROM orders;",
            made + "SELECT set_config('search_path', 'public, n', false); DELETE FROM orders;",
            made + "DO $$ DECLARE x text; BEGIN x := set_config('search_path', 'public', false); END $$;\n"
                   "DELETE FROM orders;",
            made + filled_in(function, "AS $$", "SET search_path = public AS $$") + "SELECT public.f();",
            made + function + "ALTER FUNCTION public.f() SET search_path = public; SELECT public.f();",
            "CREATE SCHEMA n; CREATE TABLE n.orders (i int); BEGIN; SET LOCAL search_path = n; COMMIT; DELETE FROM "
            "orders;",
        },
        Said::loss);
    check_each(
        {
            made + "UPDATE pg_settings SET setting = 'public' WHERE name = 'search_path'; DELETE FROM orders;",
            made + "SELECT 1 WHERE set_config('search_path', 'public', false) IS NOT NULL; DELETE FROM orders;",
            made + "WITH x AS (SELECT set_config('search_path', 'public', false)) SELECT * FROM x; DELETE FROM orders;",
            made + "SELECT set_config('search' || '_path', 'pub' || 'lic', false); DELETE FROM orders;",
            made + "DO $$ BEGIN IF now() > '2000-01-01' THEN SET search_path = public; END IF; END $$;\n"
                   "DELETE FROM orders;",
            filled_in(kill_of("VARIADIC a int[]", "int", "1"), "$BODY", "DELETE FROM orders;") +
                "SELECT kill(1, 2, 3);",
            "EXECUTE p;",
            "PREPARE p AS SELECT 1; DEALLOCATE p; BEGIN; PREPARE p AS DELETE FROM orders; ROLLBACK; EXECUTE p;",
        },
        Said::unread);
}

TEST_CASE("what looks alike and loses nothing is quiet") {
    check_quiet({
        "WITH d AS (DELETE FROM orders WHERE id = 1 RETURNING *) INSERT INTO audit SELECT id + 100, note FROM d;",
        "MERGE INTO audit a USING (VALUES (100, 'x')) v(i, w) ON a.id = v.i WHEN NOT MATCHED THEN INSERT VALUES (v.i, "
        "v.w);",
        "MERGE INTO audit a USING (VALUES (1, 'x')) v(i, w) ON a.id = v.i WHEN MATCHED THEN UPDATE SET what = v.w;",
        "CREATE VIEW v AS SELECT * FROM orders; DELETE FROM v WHERE id = 1;",
        "CREATE TABLE x (i int); CREATE RULE r AS ON INSERT TO x DO ALSO NOTIFY foo; INSERT INTO x VALUES (1);",
        "CREATE TABLE x (i int); INSERT INTO x VALUES (1); DELETE FROM x; TRUNCATE x; DROP TABLE x;",
        "CREATE TEMP TABLE tmp (i int) ON COMMIT DROP;",
        "CREATE TEMP TABLE tmp (i int); DROP TABLE tmp;",
        "BEGIN; CREATE TEMP TABLE orders (i int) ON COMMIT DROP; DELETE FROM orders; DROP TABLE orders; COMMIT;",
        "CREATE DOMAIN d AS int CHECK (VALUE > 0); CREATE TABLE x (i d); INSERT INTO x VALUES (1); SELECT 1::d;",
        "PREPARE p(int) AS SELECT $1; EXECUTE p(1); DEALLOCATE p;",
        "CREATE SCHEMA n; SET search_path = n, public; CREATE TABLE t1 (i int); DROP TABLE t1; RESET search_path;",
        "SELECT setting FROM pg_settings WHERE name = 'search_path';",
        "EXPLAIN DELETE FROM orders;",
        "EXPLAIN ANALYZE SELECT 1;",
        "COPY (SELECT id FROM orders) TO STDOUT;",
        "CREATE TABLE p (i int); CREATE TABLE c () INHERITS (p); DELETE FROM p; DROP TABLE p CASCADE;",
        "CREATE TABLE p (i int) PARTITION BY LIST (i); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1, abs(-2));\n"
        "INSERT INTO p VALUES (1); DROP TABLE p;",
        "DO $$ BEGIN RAISE NOTICE '%', now() USING HINT = upper('x'); IF 1 = 1 THEN NULL; END IF; END $$;",
        "SELECT u.email, (u).note FROM users u WHERE u.id = 1;",
        // made, and never run
        filled_in(kKill, "$BODY", "DELETE FROM orders;") +
            "CREATE TABLE x (i int DEFAULT kill()); INSERT INTO x VALUES (1);",
        filled_in(kKill, "$BODY", "DELETE FROM orders;") + "CREATE VIEW v AS SELECT kill();",
        "CREATE FUNCTION kill(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';\n" +
            filled_in(kill_of("a text", "int", "1"), "$BODY", "DELETE FROM orders;") + "SELECT kill(1);",
    });
}
