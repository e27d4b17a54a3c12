// DO blocks and called functions: effects, findings at the inner statement, what the catalog may claim afterwards.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "analyze/analyze.h"

using namespace pgfence;

namespace {

constexpr const char* kTables =
    "CREATE TABLE t (id int PRIMARY KEY, a int, b text); CREATE TABLE u (id int PRIMARY KEY, t_id int);";

Analysis analysed(std::string sql, TransactionMode mode = TransactionMode::per_statement,
                  std::string schema = kTables) {
    analyze::Request request;
    request.version = 16;
    request.schema = {std::move(schema)};
    Script script;
    script.sql = std::move(sql);
    script.transaction = mode;
    request.changed.push_back(std::move(script));
    request.switched_on = {"wide-lock-window"};
    return analyze::analyze(request);
}

const Finding* finding(const Analysis& analysis, std::string_view rule) {
    for (const Finding& f : analysis.findings)
        if (f.rule == rule) return &f;
    return nullptr;
}

std::string at(const std::string& sql, SourceSpan span) { return sql.substr(span.begin, span.end - span.begin); }

std::string locks(const Analysis& analysis, std::size_t statement = 0) {
    std::string all;
    for (const Lock& lock : analysis.files.at(0).statements.at(statement).effects.locks)
        if (lock.kind == RelationKind::table)
            all += (all.empty() ? "" : ", ") + lock.relation + " " + std::string(sql_name(lock.mode));
    return all;
}

const Effects& effects(const Analysis& analysis, std::size_t statement = 0) {
    return analysis.files.at(0).statements.at(statement).effects;
}

}  // namespace

TEST_CASE("a DO block does what its body does") {
    const std::string sql =
        "SELECT 1;\nDO $$ BEGIN\n  ALTER TABLE t ALTER a SET NOT NULL;\n  UPDATE u SET t_id = 1;\nEND $$;";
    const Analysis analysis = analysed(sql);
    REQUIRE(analysis.files.at(0).statements.size() == 2);
    CHECK(locks(analysis, 1) == "public.t ACCESS EXCLUSIVE, public.u ROW EXCLUSIVE");
    CHECK(effects(analysis, 1).certainty == Certainty::known);
    CHECK(analysis.files[0].unread.empty());
    const bool inside = std::any_of(analysis.findings.begin(), analysis.findings.end(),
                                    [&](const Finding& f) { return at(sql, f.span).starts_with("ALTER "); });
    CHECK(inside);
    for (const Finding& f : analysis.findings) CHECK(f.statement == 1);
}

TEST_CASE("the locks of one statement of a body are held for the next") {
    const std::string sql = "DO $$ BEGIN ALTER TABLE t ADD c int; UPDATE t SET c = 1; END $$; SELECT 1 FROM t;";
    const Analysis analysis = analysed(sql);
    const bool beside = std::any_of(analysis.findings.begin(), analysis.findings.end(), [&](const Finding& f) {
        return f.related && at(sql, *f.related) == "ALTER TABLE t ADD c int";
    });
    CHECK(beside);
}

TEST_CASE("what may not run is said to depend, and proves nothing") {
    const std::string conditional =
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'c') THEN\n"
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL); END IF; END $$;\n"
        "ALTER TABLE t ALTER a SET NOT NULL;";
    const Analysis analysis = analysed(conditional);
    CHECK(effects(analysis, 0).certainty == Certainty::depends);
    REQUIRE_FALSE(effects(analysis, 0).depends_on.empty());
    CHECK(effects(analysis, 0).depends_on.front().starts_with("whether NOT EXISTS (SELECT"));
    CHECK(effects(analysis, 1).proofs.empty());
    const auto& work = effects(analysis, 1).work;
    CHECK(std::any_of(work.begin(), work.end(), [](const Work& w) { return w.cause == Cause::not_null; }));
    CHECK(analysis.files[0].unread.empty());

    const Analysis certain = analysed(
        "DO $$ BEGIN ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL); END $$;\n"
        "ALTER TABLE t ALTER a SET NOT NULL;");
    CHECK_FALSE(effects(certain, 1).proofs.empty());
}

TEST_CASE("a constraint that may have been dropped proves nothing") {
    const Analysis analysis = analysed(
        "DO $$ BEGIN IF EXISTS (SELECT FROM pg_class) THEN ALTER TABLE t DROP CONSTRAINT c; END IF; END $$;\n"
        "ALTER TABLE t ALTER a SET NOT NULL;",
        TransactionMode::per_statement, "CREATE TABLE t (a int, CONSTRAINT c CHECK (a IS NOT NULL));");
    CHECK(effects(analysis, 1).proofs.empty());
}

TEST_CASE("a table that may have been there is not new behind its branch, and new within") {
    const Analysis analysis = analysed(
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_tables) THEN CREATE TABLE n (a int); CREATE INDEX i ON n (a); END "
        "IF; "
        "END $$;\nCREATE INDEX j ON n (a);");
    CHECK_FALSE(effects(analysis, 1).locks.empty());
    CHECK(effects(analysis, 1).lock_on("public.n")->existing);
    CHECK_FALSE(std::any_of(analysis.findings.begin(), analysis.findings.end(),
                            [](const Finding& f) { return f.statement == 0 && f.category == Category::lock; }));
}

TEST_CASE("a table dropped under a condition is still there for what follows") {
    const Analysis analysis = analysed(
        "DO $$ BEGIN IF EXISTS (SELECT FROM pg_class) THEN DROP TABLE u; END IF; END $$; UPDATE u SET t_id = 1;");
    CHECK(locks(analysis, 1) == "public.u ROW EXCLUSIVE");
}

TEST_CASE("CONCURRENTLY fails in a body") {
    const Analysis analysis = analysed("DO $$ BEGIN CREATE INDEX CONCURRENTLY i ON t (a); END $$;");
    REQUIRE(effects(analysis).failures.size() == 1);
    CHECK(effects(analysis).failures[0].message == "CREATE INDEX CONCURRENTLY cannot be executed from a function");
    const Finding* found = finding(analysis, "concurrently-in-transaction");
    REQUIRE(found);
    CHECK(found->message.starts_with("Fails in a DO block"));
}

TEST_CASE("unread parts are listed where they stand") {
    const std::string sql = "DO $$ BEGIN\n  DROP TABLE t;\n  EXECUTE 'DROP TABLE ' || current_user;\nEND $$;";
    const Analysis analysis = analysed(sql);
    REQUIRE(analysis.files[0].unread.size() == 1);
    CHECK(at(sql, analysis.files[0].unread[0].span).starts_with("EXECUTE"));
    CHECK(effects(analysis).certainty == Certainty::unknown);
    CHECK(locks(analysis) == "public.t ACCESS EXCLUSIVE");
    CHECK(analysed("DO LANGUAGE plperl $$ x $$;").files[0].unread.size() == 1);
}

TEST_CASE("a call runs the body that the migrations gave") {
    const std::string make =
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE t ADD c int; END $$;\n";
    const Analysis made = analysed(make);
    CHECK(locks(made) == "");
    CHECK(made.findings.empty());
    const std::string sql = make + "SELECT f();";
    const Analysis called = analysed(sql);
    CHECK(locks(called, 1) == "public.t ACCESS EXCLUSIVE");
    CHECK(effects(called, 1).certainty == Certainty::known);
    for (const Finding& f : called.findings) CHECK(at(sql, f.span) == "SELECT f()");
    CHECK(locks(analysed(make + "DO $$ BEGIN PERFORM f(); END $$;"), 1) == "public.t ACCESS EXCLUSIVE");
    CHECK(effects(analysed(make + "SELECT f() FROM u;"), 1).certainty == Certainty::depends);

    const Analysis procedure =
        analysed("CREATE PROCEDURE p(a int, b int DEFAULT 1) LANGUAGE sql AS 'DROP TABLE t';\nCALL p(1);");
    CHECK(locks(procedure, 1) == "public.t ACCESS EXCLUSIVE");
    CHECK(procedure.files[0].unread.empty());
    const Analysis unknown = analysed("CALL elsewhere();");
    CHECK(unknown.files[0].unread.size() == 1);
    CHECK(effects(unknown).certainty == Certainty::unknown);
    CHECK(effects(analysed("SELECT elsewhere();")).certainty == Certainty::depends);
    CHECK(effects(analysed("SELECT count(*), now() FROM t;")).certainty == Certainty::known);
}

TEST_CASE("what EXECUTE runs is made of the call's arguments, where they are spelled out") {
    const std::string make =
        "CREATE FUNCTION f(n int, what text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN "
        "EXECUTE format('LOCK TABLE %I IN SHARE MODE; ALTER TABLE %I ADD COLUMN c%s int', what, what, n + 1); "
        "RETURN n; END; $$;\n";
    const auto of_call = [&](const std::string& call) { return locks(analysed(make + call), 1); };
    CHECK(of_call("SELECT f(1, 't');") == "public.t ACCESS EXCLUSIVE");
    CHECK(of_call("DO $$ BEGIN PERFORM f(1, 'u'); END $$;") == "public.u ACCESS EXCLUSIVE");
    CHECK(of_call("SELECT f(1, current_user);") == "");
    CHECK(of_call("SELECT f(a, 't') FROM u;") == "public.u ACCESS SHARE");
    const Analysis each = analysed(make + "SELECT f(i, 't') FROM generate_series(1, 3) AS i; ALTER TABLE t DROP c4;");
    CHECK(effects(each, 2).failures.empty());
    CHECK_FALSE(effects(analysed(make + "SELECT f(1, 't'); ALTER TABLE t DROP c4;"), 2).failures.empty());
}

TEST_CASE("functions that call one another end") {
    const Analysis analysis = analysed(
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM g(); END $$;"
        "CREATE FUNCTION g() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM f(); DROP TABLE t; END $$; SELECT f();");
    CHECK(locks(analysis, 2) == "public.t ACCESS EXCLUSIVE");
    std::string many;
    for (int i = 0; i < 15; ++i) {
        many += "CREATE FUNCTION f" + std::to_string(i) + "() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ";
        for (int j = 0; j < 10; ++j) many += "PERFORM f" + std::to_string(i + 1) + "(); ";
        many += "END $$;";
    }
    many += "CREATE FUNCTION f15() RETURNS void LANGUAGE sql AS 'SELECT 1';";
    const Analysis exploding = analysed(many + "SELECT f0();");
    REQUIRE(exploding.files[0].unread.size() == 1);
    CHECK(exploding.files[0].unread[0].why == "more statements run than are followed");
}

TEST_CASE("a body of operators and casts alone does nothing, however often it may be called") {
    const auto cast = [](const std::string& body) {
        return kTables +
               std::string("CREATE TYPE kind AS (name text); CREATE FUNCTION f(x int) RETURNS text LANGUAGE ") + body +
               "; CREATE CAST (int AS kind) WITH FUNCTION f(int) AS IMPLICIT;";
    };
    const auto certainty = [&](const std::string& body) {
        return effects(analysed("SELECT a + 1 FROM t;", TransactionMode::per_statement, cast(body))).certainty;
    };
    CHECK(certainty("sql AS $$ SELECT 'k' || $1::text $$") == Certainty::known);
    CHECK(certainty("sql RETURN 'k' || x::text") == Certainty::known);
    CHECK(certainty("plpgsql AS $$ BEGIN RETURN 'k' || x::text; END $$") == Certainty::known);
    CHECK(certainty("sql AS $$ SELECT b FROM u WHERE id = $1 $$") == Certainty::depends);
    CHECK(certainty("sql AS $$ DELETE FROM u; SELECT 'k' $$") == Certainty::depends);
    CHECK(certainty("sql AS $$ SELECT g($1) $$; CREATE FUNCTION g(x int) RETURNS text LANGUAGE sql AS "
                    "$$ DELETE FROM u RETURNING 'k' $$") == Certainty::depends);
}

TEST_CASE("a body of operators hides no function that nobody can look into") {
    const std::string made =
        kTables + std::string(
                      "CREATE TYPE k AS (n int); CREATE FUNCTION eq(k, k) RETURNS boolean LANGUAGE c AS 'x', 'eq'; "
                      "CREATE OPERATOR === (LEFTARG = k, RIGHTARG = k, FUNCTION = eq); ");
    for (const char* body :
         {"sql AS $$ SELECT $1 === $2 $$", "sql RETURN x === y", "plpgsql AS $$ BEGIN RETURN x === y; END $$",
          "plpgsql AS $$ BEGIN IF x === y THEN RETURN true; END IF; RETURN false; END $$"}) {
        INFO(body);
        const auto unread = analysed("SELECT f(ROW(1)::k, ROW(2)::k);", TransactionMode::per_statement,
                                     made + "CREATE FUNCTION f(x k, y k) RETURNS boolean LANGUAGE " + body + ";")
                                .files.at(0)
                                .unread;
        REQUIRE(unread.size() == 1);
        CHECK(unread[0].why.find("eq()") != std::string::npos);
    }
}

TEST_CASE("SET inside a body and COMMIT in a transaction block") {
    CHECK_FALSE(finding(analysed("DO $$ BEGIN SET LOCAL lock_timeout = '1s'; ALTER TABLE t ADD c int; END $$;"),
                        "missing-lock-timeout"));
    CHECK(finding(analysed("DO $$ BEGIN IF a THEN SET lock_timeout = '1s'; END IF; ALTER TABLE t ADD c int; END $$;"),
                  "missing-lock-timeout"));
    CHECK(effects(analysed("BEGIN; DO $$ BEGIN COMMIT; END $$;"), 1).failures.size() == 1);
    CHECK(effects(analysed("DO $$ BEGIN COMMIT; END $$;")).failures.empty());
}

// ---- loops over the system catalogs; tests/observed has those that servers were asked -------------------------------

TEST_CASE("a loop over the system catalogs runs for the relations that its condition may hold for") {
    const std::string loop =
        "DO $$ DECLARE r record; BEGIN FOR r IN SELECT relname FROM pg_class WHERE relkind = 'r' AND {} LOOP "
        "EXECUTE 'LOCK TABLE ' || quote_ident(r.relname); END LOOP; END $$;";
    const auto over = [&](const std::string& condition) {
        std::string sql = loop;
        return analysed(sql.replace(sql.find("{}"), 2, condition));
    };
    const Analysis certain = over("relname LIKE 'u%'");
    CHECK(locks(certain) == "public.u ACCESS EXCLUSIVE");
    CHECK(effects(certain).certainty == Certainty::known);
    CHECK(locks(over("relname NOT LIKE 'u'")) == "public.t ACCESS EXCLUSIVE");
    CHECK(locks(over("NOT (relname = 't' OR relname = 'x')")) == "public.u ACCESS EXCLUSIVE");
    CHECK(locks(over("relname IN ('v')")).empty());
    const Analysis doubtful = over("reltuples > 1000");
    CHECK(locks(doubtful) == "public.t ACCESS EXCLUSIVE, public.u ACCESS EXCLUSIVE");
    CHECK(effects(doubtful).certainty == Certainty::depends);
    CHECK(effects(doubtful).depends_on == RareList<Condition>{"which relations the loop is for"});
    CHECK(certain.files[0].unread.empty());
}

TEST_CASE("what a loop over the system catalogs hides is said once") {
    const std::string sql =
        "DO $$ DECLARE r record; BEGIN FOR r IN SELECT relname, relowner FROM pg_class WHERE relkind = 'r' LOOP "
        "EXECUTE 'ALTER TABLE x OWNER TO ' || r.relowner; END LOOP; END $$;";
    const Analysis analysis = analysed(sql);
    REQUIRE(analysis.files[0].unread.size() == 1);
    CHECK(analysis.files[0].unread[0].why == "its text is built at run time: it depends on r.relowner");
}

TEST_CASE("a loop over the system catalogs says that it may run for relations nobody saw made") {
    analyze::Request request;
    Script script;
    script.sql =
        "DO $$ DECLARE r record; BEGIN FOR r IN SELECT tablename FROM pg_tables LOOP EXECUTE 'TRUNCATE ' || "
        "r.tablename; END LOOP; END $$;";
    request.changed.push_back(std::move(script));
    const Analysis analysis = analyze::analyze(request);
    REQUIRE(analysis.files[0].unread.size() == 1);
    CHECK(analysis.files[0].unread[0].what == "a loop over the system catalogs");
}

namespace {

constexpr const char* kGuarded =
    "CREATE TABLE t (id int PRIMARY KEY, a int CONSTRAINT positive CHECK (a > 0), b text);"
    "CREATE TABLE u (id int PRIMARY KEY, t_id int); CREATE INDEX i ON t (a); CREATE VIEW v AS SELECT id, b FROM t;";

/// "runs", "skipped" or "depends": what becomes of a statement of a branch.
std::string branch(const std::string& body, const std::string& before = "") {
    const Analysis analysis =
        analysed(before + "DO $$ BEGIN " + body + " END $$;", TransactionMode::per_statement, kGuarded);
    const Finding* dropped = finding(analysis, "drop-table");
    if (!dropped) return "skipped";
    return dropped->certainty == Certainty::known ? "runs" : "depends";
}

}  // namespace

TEST_CASE("a branch whose condition the catalog answers is taken as the server takes it") {
    struct Case {
        std::string condition;
        bool holds;  ///< as server 18 said over kGuarded
        bool told = true;
    };
    const std::vector<Case> cases{
        {"EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'a')", true},
        {"NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'a')", false},
        {"EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'gone')", false},
        {"NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'gone')", true},
        {"NOT EXISTS (SELECT * FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'u' AND "
         "column_name = 't_id')",
         false},
        {"NOT EXISTS (SELECT * FROM information_schema.columns WHERE table_schema = 'other' AND table_name = 'u' AND "
         "column_name = 't_id')",
         true, false},
        {"NOT EXISTS (SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND "
         "table_name = 'u' AND column_name IN ('x', 't_id'))",
         false},
        {"EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'T' AND column_name = 'a')", false,
         false},
        {"EXISTS (SELECT 1 FROM information_schema.tables WHERE table_name = 't')", true},
        {"NOT (EXISTS (SELECT 1 FROM information_schema.tables WHERE table_name = 't'))", false},
        {"NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_name = 'gone')", true, false},
        {"EXISTS (SELECT 1 FROM information_schema.tables WHERE table_name = 'v' AND table_type = 'BASE TABLE')", false,
         false},
        {"EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = 't')", true},
        {"EXISTS (SELECT 1 FROM pg_indexes WHERE indexname = 'i')", true},
        {"EXISTS (SELECT 1 FROM pg_indexes WHERE indexname = 't_pkey' AND tablename = 't')", true},
        {"EXISTS (SELECT 1 FROM pg_class WHERE relname = 'i' AND relkind = 'i')", true},
        {"EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' "
         "AND "
         "c.relname = 'i')",
         true},
        {"EXISTS (SELECT 1 FROM pg_class WHERE relname = 'pg_class')", true, false},
        {"NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'positive')", false},
        {"NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 't_pkey')", false},
        {"NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'gone')", true, false},
        {"EXISTS (SELECT 1 FROM information_schema.table_constraints WHERE constraint_name = 'positive' AND table_name "
         "= 't')",
         true},
        {"EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'a' AND data_type "
         "= "
         "'text')",
         false, false},
        {"EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'a') AND now() < "
         "'today'",
         false, false},
        {"NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' GROUP BY table_name HAVING "
         "count(*) > 9)",
         true, false},
        {"EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' OFFSET 100)", false, false},
        {"EXISTS (SELECT count(*) FROM information_schema.columns WHERE table_name = 'gone')", true, false},
        {"NOT EXISTS (SELECT max(column_name) FROM information_schema.columns WHERE table_name = 't' AND column_name = "
         "'gone')",
         false, false},
    };
    for (const Case& c : cases) {
        INFO(c.condition);
        const char* yes = !c.told ? "depends" : c.holds ? "runs" : "skipped";
        const char* no = !c.told ? "depends" : c.holds ? "skipped" : "runs";
        CHECK(branch("IF " + c.condition + " THEN DROP TABLE u; END IF;") == yes);
        CHECK(branch("IF " + c.condition + " THEN NULL; ELSE DROP TABLE u; END IF;") == no);
    }
}

TEST_CASE("what may or may not have been made answers no condition") {
    const std::string guard =
        "IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'c') THEN DROP "
        "TABLE u; END IF;";
    const std::string add = "ALTER TABLE t ADD COLUMN c int;", drop = "ALTER TABLE t DROP COLUMN a;";
    const auto maybe = [](const std::string& sql) {
        return "DO $$ BEGIN IF now() > 'today' THEN " + sql + " END IF; END $$;";
    };
    CHECK(branch(guard) == "skipped");
    CHECK(branch(guard, add) == "runs");
    CHECK(branch(guard, maybe(add)) == "depends");
    const std::string old =
        "IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND "
        "column_name = 'a') THEN DROP TABLE u; END IF;";
    CHECK(branch(old) == "skipped");
    CHECK(branch(old, drop) == "runs");
    CHECK(branch(old, maybe(drop)) == "depends");
    CHECK(branch(old, maybe("DROP TABLE t CASCADE;")) == "depends");
    CHECK(branch(old, maybe("ALTER TABLE t RENAME TO z;")) == "depends");
    // In one body: the branch sees what ran before it, and what it did itself is seen behind it.
    CHECK(branch(add + guard) == "runs");
    CHECK(
        branch("IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'c') "
               "THEN " +
               add + " ALTER TABLE t ALTER c SET DEFAULT 1; END IF; " + guard) == "runs");
    CHECK(
        branch("IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'c') THEN "
               "NULL; ELSIF now() > 'today' THEN NULL; ELSE DROP TABLE u; END IF;") == "depends");
}

TEST_CASE("a guard that is not taken fails with nothing") {
    const Analysis analysis = analysed(
        "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = "
        "'a') THEN ALTER TABLE t ADD COLUMN a int; END IF; END $$;");
    CHECK(analysis.findings.empty());
    CHECK(locks(analysis).empty());
}

namespace {

/// Whether something of it says that it fails.
bool is_said_to_fail(const Analysis& analysis) {
    return std::any_of(analysis.findings.begin(), analysis.findings.end(), [](const Finding& f) { return f.fails; });
}

std::string with_handler(std::string_view statement, std::string_view conditions) {
    return "DO $$ BEGIN " + std::string(statement) + " EXCEPTION WHEN " + std::string(conditions) +
           " THEN NULL; END $$;";
}

}  // namespace

TEST_CASE("a failure that the body's handler names is none, and the statement then leaves nothing behind") {
    const std::string schema = std::string(kTables) +
                               "ALTER TABLE u ADD CONSTRAINT u_t FOREIGN KEY (t_id) REFERENCES t, ADD CONSTRAINT once "
                               "UNIQUE (t_id), ADD CONSTRAINT positive CHECK (id > 0);";
    struct Case {
        std::string_view statement, conditions;
        bool caught;
    };
    // As PostgreSQL 15 answered.
    for (const Case& one : std::initializer_list<Case>{
             {"ALTER TABLE t ADD COLUMN a int;", "duplicate_column", true},
             {"ALTER TABLE t ADD COLUMN a int;", "OTHERS", true},
             {"ALTER TABLE t ADD COLUMN a int;", "division_by_zero OR duplicate_column", true},
             {"ALTER TABLE t ADD COLUMN a int;", "SQLSTATE '42701'", true},
             {"ALTER TABLE t ADD COLUMN a int;", "SQLSTATE '42000'", true},
             {"ALTER TABLE t ADD COLUMN a int;", "syntax_error_or_access_rule_violation", true},
             {"ALTER TABLE t ADD COLUMN a int;", "duplicate_object", false},
             {"ALTER TABLE u ADD CONSTRAINT u_t FOREIGN KEY (t_id) REFERENCES t;", "duplicate_object", true},
             {"ALTER TABLE u ADD CONSTRAINT u_t FOREIGN KEY (t_id) REFERENCES t;", "duplicate_table", false},
             {"ALTER TABLE u ADD CONSTRAINT positive CHECK (id > 1);", "duplicate_object", true},
             {"ALTER TABLE u ADD CONSTRAINT positive UNIQUE (id);", "duplicate_object", true},
             {"ALTER TABLE u ADD CONSTRAINT once CHECK (id > 1);", "duplicate_object", true},
             {"ALTER TABLE u ADD CONSTRAINT once UNIQUE (id);", "duplicate_object", false},
             {"ALTER TABLE u ADD CONSTRAINT once UNIQUE (id);", "duplicate_table", true},
             {"CREATE INDEX once ON u (id);", "duplicate_table", true},
             {"CREATE TABLE t (id int);", "duplicate_object", false},
             {"DROP TABLE t;", "dependent_objects_still_exist", true},
             {"ALTER TABLE t DROP COLUMN nope;", "undefined_column", true},
             {"ALTER TABLE t SET SCHEMA nope;", "invalid_schema_name", true},
             {"ALTER TABLE u ADD FOREIGN KEY (t_id) REFERENCES t (a);", "invalid_foreign_key", true},
         }) {
        const std::string sql = with_handler(one.statement, one.conditions);
        INFO(sql);
        const Analysis analysis = analysed(sql, TransactionMode::per_statement, schema);
        CHECK(is_said_to_fail(analysis) == !one.caught);
        if (one.caught) CHECK(effects(analysis).work.empty());
        CHECK(is_said_to_fail(analysed(std::string(one.statement), TransactionMode::per_statement, schema)));
    }
}

TEST_CASE("a handler that raises an error itself takes nothing back") {
    for (const auto& [action, fails] :
         {std::pair("RAISE;", true), std::pair("RAISE EXCEPTION 'no';", true),
          std::pair("IF true THEN RAISE; END IF;", true), std::pair("RAISE NOTICE 'there';", false)}) {
        INFO(action);
        const std::string sql = "DO $$ BEGIN ALTER TABLE t ADD COLUMN a int; EXCEPTION WHEN duplicate_column THEN " +
                                std::string(action) + " END $$;";
        CHECK(is_said_to_fail(analysed(sql, TransactionMode::per_statement)) == fails);
    }
}

TEST_CASE("what a handler took back holds no lock") {
    const std::string others = "ALTER TABLE u ADD COLUMN z int; ALTER TABLE w ADD COLUMN z int;";
    const std::string add = with_handler("ALTER TABLE t ADD COLUMN a int;", "duplicate_column");
    CHECK(finding(analysed(add + others, TransactionMode::per_file), "wide-lock-window") == nullptr);
    const std::string another = with_handler("ALTER TABLE t ADD COLUMN z int;", "duplicate_column");
    CHECK(finding(analysed(another + others, TransactionMode::per_file), "wide-lock-window") != nullptr);
}

TEST_CASE("a table that a block makes unless it is there already is new where the schema has none") {
    const std::string made = with_handler("CREATE TABLE old (a int);", "duplicate_table");
    const std::string index = "CREATE INDEX old_a ON old (a);";
    CHECK(finding(analysed(made + index), "create-index-not-concurrent") == nullptr);
    CHECK(finding(analysed(made + index, TransactionMode::per_statement, "CREATE TABLE old (a int);"),
                  "create-index-not-concurrent") != nullptr);
}

TEST_CASE("a table that a block makes with IF NOT EXISTS may be an old one as well") {
    const auto told = [](const std::string& sql, const std::string& rule) {
        analyze::Request request;
        request.version = 17;
        request.changed.emplace_back().sql = sql;
        const Analysis analysis = analyze::analyze(std::move(request));
        return finding(analysis, rule) && finding(analysis, rule)->certainty == Certainty::depends;
    };
    const std::string index = "CREATE INDEX old_a ON old (a);", drop = "ALTER TABLE old DROP COLUMN a;";
    const std::string made = "CREATE TABLE IF NOT EXISTS old (a int, b int);";
    const std::string perhaps = "DO $$ BEGIN IF random() < 1 THEN CREATE TABLE old (a int, b int); END IF; END $$;";
    const std::string caught = with_handler("CREATE TABLE old (a int, b int);", "duplicate_table");
    for (const std::string& before : {made, "DO $$ BEGIN " + made + " END $$;", perhaps, caught}) {
        INFO(before);
        CHECK(told(before + index, "create-index-not-concurrent"));
        CHECK(told(before + drop, "drop-column"));
        CHECK(told(before + "ALTER TABLE old ALTER b SET NOT NULL;", "alter-column-set-not-null"));
    }
    CHECK(told("DO $$ BEGIN " + made + index + " END $$;", "create-index-not-concurrent"));
    CHECK_FALSE(told("CREATE TEMP TABLE IF NOT EXISTS old (a int);" + index, "create-index-not-concurrent"));
    // In the branch that has found none it is new.
    CHECK_FALSE(
        told("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_tables WHERE tablename = 'old') THEN"
             " CREATE TABLE old (a int, b int); " +
                 index + " END IF; END $$;",
             "create-index-not-concurrent"));
}

TEST_CASE("what a block makes unless it is there already is there afterwards") {
    const std::string key = "ALTER TABLE u ADD CONSTRAINT u_t FOREIGN KEY (t_id) REFERENCES t;";
    const auto added_again = [&](const std::string& first) {
        return is_said_to_fail(analysed(key, TransactionMode::per_statement, kTables + first));
    };
    const auto certain = [&](const std::string& first) {
        const Analysis analysis =
            analysed(with_handler(key, "duplicate_object"), TransactionMode::per_statement, kTables + first);
        return effects(analysis).work.empty();
    };
    CHECK(added_again(with_handler(key, "duplicate_object")));
    CHECK(added_again(key));
    CHECK(!added_again("DO $$ BEGIN IF random() > 0.5 THEN " + key + " END IF; END $$;"));
    CHECK(!added_again(key + "DO $$ BEGIN IF random() > 0.5 THEN ALTER TABLE u DROP CONSTRAINT u_t; END IF; END $$;"));
    CHECK(certain(with_handler(key, "duplicate_object")));
    CHECK(!certain(with_handler(key, "OTHERS")));
    CHECK(!certain(with_handler(key + " ALTER TABLE u ADD COLUMN z int;", "duplicate_object OR duplicate_column")));
}

TEST_CASE("a function that is stored parsed follows what is renamed") {
    const std::string renamed = "ALTER TABLE t RENAME COLUMN a TO c; ALTER TABLE t RENAME TO s; SELECT f();";
    const auto fails = [&](const std::string& body) {
        const Analysis analysis = analysed("CREATE FUNCTION f() RETURNS bigint LANGUAGE sql " + body + "; " + renamed);
        return finding(analysis, "ordering-conflict") != nullptr;
    };
    CHECK_FALSE(fails("BEGIN ATOMIC SELECT count(*) FROM t WHERE a = 1; END"));
    CHECK(fails("AS 'SELECT count(*) FROM t WHERE a = 1'"));
}

TEST_CASE("what many calls hide is told up to an end") {
    std::string body;
    for (int i = 0; i < 1000; ++i) body += "EXECUTE 'LOCK TABLE t' || what || current_user; ";
    const Analysis analysis = analysed("CREATE FUNCTION f(what int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN " + body +
                                       "END; $$; SELECT f(n) FROM generate_series(1, 50) n;");
    CHECK(analysis.files[0].unread.size() <= 5001);
    CHECK(analysis.files[0].unread.size() >= 1);
}

TEST_CASE("calls with other arguments are read up to an end") {
    const std::string note(100'000, '-');
    std::string sql = "CREATE FUNCTION f(what text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN --" + note +
                      "\n EXECUTE 'LOCK TABLE ' || what; END $$;";
    for (int i = 0; i < 20; ++i) sql += " SELECT f('t" + std::to_string(i) + "');";
    const Analysis analysis = analysed(sql);
    CHECK(locks(analysis, 1) == "public.t0 ACCESS EXCLUSIVE");
    CHECK(locks(analysis, 20) == "");
    CHECK_FALSE(analysis.files[0].unread.empty());
}
