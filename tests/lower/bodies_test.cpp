// What DO blocks and functions run, read from their bodies, and where each statement stands.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <variant>

#include "analyze/lower/lower.h"

namespace pgfence {
namespace {

std::string text_at(const std::string& sql, std::int32_t begin, std::int32_t end) {
    return sql.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
}

/// "ALTER TABLE <text in the file>" a line each, "?" behind conditional ones, "~" before those without an exact place;
/// gaps last. What only gives a value is left out.
std::string told(const std::string& sql, const RoutineBody& body) {
    std::string out;
    for (const BodyStatement& s : body.statements)
        if (!s.only_value)
            out += std::string(s.exact ? "" : "~") + s.kind + " <" + text_at(sql, s.begin, s.end) + ">" +
                   std::string(s.conditions.size(), '?') + "\n";
    for (const BodyGap& gap : body.gaps) out += "gap <" + text_at(sql, gap.begin, gap.end) + "> " + gap.why + "\n";
    return out;
}

std::string read(const std::string& sql) {
    const auto lowered = lower(sql);
    REQUIRE(lowered.statements.size() == 1);
    const Action& action = lowered.statements[0].actions.at(0);
    const auto* block = std::get_if<DoBlock>(&action);
    const auto runs = block ? block->runs : std::get<CreateFunction>(action).runs.get();
    return runs ? told(sql, *runs) : "nothing";
}

std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

TEST_CASE("a DO block's statements stand where they are written") {
    CHECK(read("DO $$ BEGIN ALTER TABLE t ADD a int; END $$") == "ALTER TABLE <ALTER TABLE t ADD a int>\n");
    CHECK(
        read(
            "DO $do$\r\nDECLARE n int;\r\nBEGIN\r\n  -- ALTER TABLE t ADD a int\r\n  ALTER TABLE t\r\n    ADD a "
            "int;\r\n"
            "  SELECT max(a) INTO n FROM t; PERFORM f(1);\r\n  n := (SELECT 1 FROM u);\r\nEND $do$ LANGUAGE plpgsql") ==
        "ALTER TABLE <ALTER TABLE t\r\n    ADD a int>\nSELECT <SELECT max(a) INTO n FROM t>\n"
        "SELECT <PERFORM f(1)>\nSELECT <n := (SELECT 1 FROM u)>\n");
    CHECK(read("DO $$ BEGIN UPDATE t SET a = 1; UPDATE t SET a = 1; END $$") ==
          "UPDATE <UPDATE t SET a = 1>\nUPDATE <UPDATE t SET a = 1>\n");
    CHECK(read("DO 'BEGIN UPDATE t SET a = ''x''; END'") == "~UPDATE <DO 'BEGIN UPDATE t SET a = ''x''; END'>\n");
    CHECK(read("DO LANGUAGE plpython3u $$ x $$") == "nothing");
}

TEST_CASE("bodies are read whatever types they declare") {
    const std::string delete_alone = "SELECT <SELECT a, b INTO n, v FROM t>\nDELETE <DELETE FROM app.t WHERE id = n>\n";
    for (const std::string type : {"geography", "geography(Point, 4326)", "app.kind", "app.kind[]", "kind[]",
                                   "\"app\".\"Kind\"", "app.kind NOT NULL = 'a'", "app.t.id%TYPE", "t.id%TYPE",
                                   "public.kind", "vector(3) := '[1,2,3]'", "app.kind DEFAULT 'a'", "citext = ''"}) {
        INFO(type);
        CHECK(read("DO $$ DECLARE n int; v " + type +
                   "; BEGIN SELECT a, b INTO n, v FROM t; DELETE FROM app.t WHERE id = n; END $$") == delete_alone);
    }
    // A whole row, of a table in another schema.
    for (const std::string type : {"app.users", "app.users%ROWTYPE", "users", "record"})
        CHECK(read("DO $$ DECLARE v " + type + "; BEGIN SELECT * INTO v FROM t; END $$") ==
              "SELECT <SELECT * INTO v FROM t>\n");
    for (const std::string head :
         {"f(a app.kind) RETURNS void", "app.f(INOUT a app.kind[])", "f(a t.id%TYPE) RETURNS SETOF app.users",
          "f(a int DEFAULT app.g()) RETURNS TABLE (id int, k \"App\".kind)"})
        CHECK(read("CREATE FUNCTION " + head + " LANGUAGE plpgsql AS $$ BEGIN DELETE FROM app.t; END $$") ==
              "DELETE <DELETE FROM app.t>\n");
}

TEST_CASE("clauses have their places in the file") {
    const std::string sql = "SELECT 1; DO $$ BEGIN ALTER TABLE t ADD a int, ALTER b SET NOT NULL; END $$";
    const auto lowered = lower(sql);
    const auto& block = std::get<DoBlock>(lowered.statements.at(1).actions.at(0));
    const auto& alter = std::get<AlterTable>(block.runs->statements.at(0).actions.at(0));
    REQUIRE(alter.cmds.size() == 2);
    CHECK(text_at(sql, alter.cmds[1].location, alter.cmds[1].end) == "ALTER b SET NOT NULL");
}

TEST_CASE("branches, loops and blocks with EXCEPTION make conditional") {
    CHECK(read("DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type) THEN DROP TABLE a; ELSE DROP TABLE b; END IF; DROP "
               "TABLE c; END $$") ==
          "DROP TABLE <DROP TABLE a>?\nDROP TABLE <DROP TABLE b>?\nDROP TABLE <DROP TABLE c>\n");
    CHECK(read("DO $$ BEGIN BEGIN DROP TABLE a; EXCEPTION WHEN others THEN DROP TABLE b; END; END $$") ==
          "DROP TABLE <DROP TABLE a>?\nDROP TABLE <DROP TABLE b>?\n");
    CHECK(read("DO $$ BEGIN FOR i IN 1..3 LOOP IF i > 1 THEN DELETE FROM a; END IF; END LOOP; END $$") ==
          "DELETE <DELETE FROM a>??\n");
    CHECK(read("DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM g LOOP DELETE FROM a; END LOOP; END $$") ==
          "SELECT <SELECT * FROM g>\nDELETE <DELETE FROM a>?\n");
    CHECK(read("DO $$ BEGIN CASE (SELECT a FROM k) WHEN 1 THEN DELETE FROM a; ELSE DELETE FROM b; END CASE; END $$") ==
          "SELECT <(SELECT a FROM k)>\nDELETE <DELETE FROM a>?\nDELETE <DELETE FROM b>?\n");
    CHECK(read("DO $$ BEGIN IF false THEN DROP TABLE a; END IF; IF true THEN DROP TABLE b; END IF; END $$") ==
          "DROP TABLE <DROP TABLE b>\n");
    CHECK(read("DO $$ BEGIN IF EXISTS (SELECT FROM pg_class) THEN RETURN; END IF; DROP TABLE a; END $$") ==
          "DROP TABLE <DROP TABLE a>?\n");
    CHECK(read("DO $$ BEGIN DROP TABLE a; RETURN; DROP TABLE b; END $$") == "DROP TABLE <DROP TABLE a>\n");
    const auto lowered = lower("DO $$ BEGIN IF  a >\n 1 THEN DROP TABLE a; DROP TABLE b; END IF; END $$");
    const auto& runs = std::get<DoBlock>(lowered.statements.at(0).actions.at(0)).runs->statements;
    CHECK(runs.at(0).only_value);  // a > 1
    CHECK(runs.at(1).conditions.at(0).what == "whether a > 1 holds");
    CHECK(runs.at(1).conditions.at(0).branch == runs.at(2).conditions.at(0).branch);
}

TEST_CASE("EXECUTE is read where its text is known") {
    CHECK(read("DO $$ BEGIN EXECUTE 'DROP TABLE a; DROP TABLE b'; END $$") ==
          "DROP TABLE <DROP TABLE a>\nDROP TABLE <DROP TABLE b>\n");
    CHECK(read("DO $$ BEGIN EXECUTE $q$DROP TABLE a$q$; END $$") == "DROP TABLE <DROP TABLE a>\n");
    CHECK(read("DO $$ BEGIN EXECUTE 'COMMENT ON TABLE t IS ''x'''; END $$") ==
          "~COMMENT <EXECUTE 'COMMENT ON TABLE t IS ''x'''>\n");
    CHECK(read("DO $$ BEGIN EXECUTE 'DROP TABLE ' || quote_ident(r.relname); END $$") ==
          "gap <EXECUTE 'DROP TABLE ' || quote_ident(r.relname)> its text is built at run time: it depends on "
          "r.relname\n");
    const auto sql_of = [](const std::string& body) {
        const auto lowered = lower("DO $x$ " + body + " $x$");
        const auto& runs = *std::get<DoBlock>(lowered.statements.at(0).actions.at(0)).runs;
        return runs.statements.size() == 1 ? runs.statements[0].sql : "gap: " + runs.gaps.at(0).why;
    };
    CHECK(
        sql_of("DECLARE t text := 'Odd'; BEGIN EXECUTE format('CREATE INDEX %I ON %I (%s)', t || '_n', t, 'a'); END") ==
        "CREATE INDEX \"Odd_n\" ON \"Odd\" (a)");
    CHECK(sql_of(
              "DECLARE t text; BEGIN t := 'x'; EXECUTE format('UPDATE %1$I SET a = %2$L -- 100%%', t, 'it''s'); END") ==
          "UPDATE x SET a = 'it''s'");
    CHECK(sql_of("DECLARE t text := 'x'; BEGIN t := 'y'; EXECUTE 'DROP TABLE ' || t; END").starts_with("gap"));
    CHECK(
        read("DO $$ DECLARE t text := 'x'; BEGIN SELECT 'a' INTO t; EXECUTE 'DROP TABLE ' || t; END $$").find("gap") !=
        std::string::npos);
    CHECK(sql_of("BEGIN EXECUTE 'no sql'; END").starts_with("gap: syntax error"));
    CHECK(sql_of("BEGIN EXECUTE format('%5s', 'x'); END").starts_with("gap"));
    const std::string loop =
        "DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['a','b'] LOOP EXECUTE 'DROP TABLE ' || t; END LOOP; END "
        "$$";
    const auto lowered = lower(loop);
    const auto& runs = std::get<DoBlock>(lowered.statements.at(0).actions.at(0)).runs->statements;
    REQUIRE(runs.size() == 2);
    CHECK(runs[1].sql == "DROP TABLE b");
}

TEST_CASE("EXECUTE of texts that functions put together is read, as PostgreSQL puts them together") {
    const auto sql_of = [](const std::string& body) {
        const auto lowered = lower("DO $x$ " + body + " $x$");
        const auto& runs = *std::get<DoBlock>(lowered.statements.at(0).actions.at(0)).runs;
        return runs.gaps.empty() ? runs.statements.back().sql : "gap: " + runs.gaps.front().why;
    };
    // Each as servers of 15 and 18 answer SELECT of it.
    for (const char* text :
         {"concat('DROP TABLE ', 'a', '_old')", "concat_ws(' ', 'DROP', 'TABLE', 'a_old')",
          "concat_ws('', 'DROP ', '', 'TABLE ', 'a_old')", "'DROP TABLE ' || lower('A_OLD')",
          "upper('drop table ') || 'a_old'", "replace('DROP TABLE %t%', '%t%', 'a_old')",
          "replace('DROP TABLE a_old', '', 'x')", "concat(U&'DROP \\0054ABLE ', E'\\x61', $q$_old$q$)",
          "format('DROP TABLE %s', concat('a', '_old'))", "'DROP TABLE ' || quote_ident(trim(' a_old '))",
          "pg_catalog.concat('DROP TABLE ', 'a_old')"})
        CHECK(sql_of("BEGIN EXECUTE " + std::string(text) + "; END") == "DROP TABLE a_old");
    CHECK(sql_of("DECLARE t CONSTANT text := upper('old'); BEGIN EXECUTE concat_ws(' ', 'UPDATE t SET a =', "
                 "quote_nullable(t)); END") == "UPDATE t SET a = 'OLD'");
    for (const char* text : {"lower('DROP TABLE \xc3\x84')", "concat('DROP TABLE ', current_user)",
                             "public.concat('DROP TABLE ', 'a')", "concat(VARIADIC ARRAY['DROP TABLE ', 'a'])",
                             "concat_ws(current_user, 'DROP TABLE', 'a')", "replace('DROP TABLE a', 'a', now()::text)"})
        CHECK(sql_of("BEGIN EXECUTE " + std::string(text) + "; END").starts_with("gap"));
}

TEST_CASE("a loop over numbers is read for each of them, where what it runs is made of them") {
    const auto told_of = [](const std::string& body) {
        const auto lowered = lower("DO $x$ " + body + " $x$");
        const auto& runs = *std::get<DoBlock>(lowered.statements.at(0).actions.at(0)).runs;
        std::string all;
        for (const BodyStatement& s : runs.statements)
            if (!s.only_value) all += s.sql + std::string(s.conditions.size(), '?') + ";";
        return all + std::string(runs.gaps.size(), '!');
    };
    CHECK(told_of("BEGIN FOR i IN 1..2 LOOP EXECUTE 'DROP TABLE p' || i || '_' || i * 10 + 1; END LOOP; END") ==
          "DROP TABLE p1_11;DROP TABLE p2_21;");
    CHECK(told_of("BEGIN FOR i IN REVERSE 5..1 BY 3 LOOP EXECUTE format('DROP TABLE p%s', lpad(i::text, 2, '0')); "
                  "END LOOP; END") == "DROP TABLE p05;DROP TABLE p02;");
    CHECK(told_of("DECLARE n integer := 2; BEGIN FOR i IN 1..n LOOP EXECUTE 'DROP TABLE p' || n - i; END LOOP; END") ==
          "DROP TABLE p1;DROP TABLE p0;");
    CHECK(told_of("BEGIN FOR i IN 1..2 LOOP DELETE FROM t; END LOOP; END") == "DELETE FROM t?;");
    CHECK(told_of("BEGIN FOR i IN 1..2 LOOP EXIT WHEN f(); EXECUTE 'DROP TABLE p' || i; END LOOP; END") ==
          "f()?;DROP TABLE p1?;f()?;DROP TABLE p2?;");
    // What it is made of is not known, or not for sure.
    for (const std::string body :
         {"BEGIN FOR i IN 1..f() LOOP EXECUTE 'DROP TABLE p' || i; END LOOP; END",
          "BEGIN FOR i IN 1..2 LOOP EXECUTE 'DROP TABLE p' || i / 2; END LOOP; END",
          "BEGIN FOR i IN 1..2 LOOP i := i + 1; EXECUTE 'DROP TABLE p' || i; END LOOP; END",
          "BEGIN FOR i IN 1..2 LOOP\nDECLARE i text := f(); BEGIN EXECUTE 'DROP TABLE p' || i; END; END LOOP; END",
          "BEGIN FOR i IN 1..2000 LOOP EXECUTE 'DROP TABLE p' || i; END LOOP; END",
          "BEGIN FOR i IN 2147483647..2147483647 LOOP EXECUTE 'DROP TABLE p' || i + 1; END LOOP; END"}) {
        INFO(body);
        CHECK(told_of(body).ends_with("!"));
    }
}

TEST_CASE("functions and procedures are read for those who call them") {
    CHECK(read("CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE a; END $$") ==
          "DROP TABLE <DROP TABLE a>\n");
    CHECK(read("CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DROP TABLE a; DROP TABLE b'") ==
          "DROP TABLE <DROP TABLE a>\nDROP TABLE <DROP TABLE b>\n");
    CHECK(read("CREATE FUNCTION f() RETURNS void LANGUAGE sql BEGIN ATOMIC DELETE FROM a; SELECT 1; END") ==
          "DELETE <DELETE FROM a>\nSELECT <SELECT 1>\n");
    CHECK(read("CREATE FUNCTION f(a int) RETURNS int RETURN (SELECT max(b) FROM t)") ==
          "SELECT <RETURN (SELECT max(b) FROM t)>\n");
    CHECK(read("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DROP TABLE a; END $$") ==
          "DROP TABLE <DROP TABLE a>\n");
    CHECK(read("CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM '{}}'; END $$") ==
          "SELECT <PERFORM '{}}'>\n");
    CHECK(read("CREATE FUNCTION f() RETURNS void LANGUAGE c AS 'lib', 'f'") == "nothing");
    CHECK(read("CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM a; COMMIT; END $$") ==
          "DELETE <DELETE FROM a>\n~COMMIT <BEGIN DELETE FROM a; COMMIT; END>\n");
}

TEST_CASE("suppressions inside a DO block are seen") {
    const auto lowered =
        lower("-- pgfence-ignore: a\nDO $$ BEGIN -- pgfence-ignore: b\n NULL; END $$; -- pgfence-ignore: c");
    REQUIRE(lowered.comments.size() == 3);
    CHECK(lowered.comments[1].text == "-- pgfence-ignore: b");
}

TEST_CASE("hostile bodies cost a gap at most") {
    CHECK(read("DO $$ BEGIN nonsense here; END $$").find("gap") != std::string::npos);
    CHECK(read("DO $$ BEGIN IF END $$").starts_with("gap"));
    CHECK(read("DO $$$$").starts_with("gap"));
    const int deep = 3000;
    CHECK(read("DO $$ " + repeated("BEGIN ", deep) + "NULL; " + repeated("END; ", deep) + " $$").find("gap") !=
          std::string::npos);
    CHECK(read("DO $$ BEGIN " + repeated("IF a THEN ", 300) + "NULL; " + repeated("END IF; ", 300) + "END $$")
              .find("too deeply") != std::string::npos);
    CHECK(read("DO $$ BEGIN " + repeated("x", 300'000) + "; END $$").find("longer than 128 KiB") != std::string::npos);
    CHECK(read("DO $$ BEGIN EXECUTE " + repeated("'a' || ", 500) + "'b'; END $$").starts_with("gap"));
    const std::string nested = "DO $a$ BEGIN EXECUTE 'DO $b$ BEGIN EXECUTE ''DROP TABLE a''; END $b$'; END $a$";
    const auto lowered = lower(nested);
    const auto& outer = std::get<DoBlock>(lowered.statements.at(0).actions.at(0)).runs->statements.at(0);
    const auto& inner = std::get<DoBlock>(outer.actions.at(0)).runs->statements.at(0);
    CHECK(inner.kind == "DROP TABLE");
    CHECK(inner.begin >= 0);
    CHECK(static_cast<std::size_t>(inner.end) <= nested.size());
}

}  // namespace
}  // namespace pgfence
