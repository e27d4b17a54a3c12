// What psql does with a script beyond sending it: variables, conditions, other scripts.

#include <catch2/catch_test_macros.hpp>

#include "tests/extract/scripts.h"

using namespace pgfence;
using namespace pgfence::test;

namespace {

Script alone(const std::string& text, extract::Hints hints = {}) {
    return read({{"db/a.sql", text}}, "db/a.sql", hints);
}
std::string sql(const std::string& text) { return squeezed(alone(text).sql); }

}  // namespace

TEST_CASE("psql variables have the values that the script sets") {
    CHECK(sql("\\set t orders\nDROP TABLE :t;") == "DROP TABLE orders;");
    CHECK(sql("\\set t 'a ''b'' \\n'\nSELECT :'t', :\"t\";") == "SELECT 'a ''b'' ', \"a 'b' \";");
    CHECK(sql("\\set a x\n\\set b :a _ y\nSELECT :b;") == "SELECT x_y;");
    CHECK(sql("\\set a x\n\\unset a\nSELECT :a;") == "SELECT a$;");
    CHECK(sql("\\set a `hostname`\nSELECT :a;") == "SELECT a$;");
    CHECK(sql("SELECT ':a', a[1:n], x::int, 1 AS \":a\";") == "SELECT ':a', a[1:n], x::int, 1 AS \":a\";");
    CHECK(unread_of(alone("\\set t orders\nDROP TABLE :t;")).empty());
    CHECK(uncertainties_of(alone("SELECT 1; DROP TABLE :t;")) == "t$: the value of :t");
    CHECK(uncertainties_of(alone("\\set t a\nSELECT 1 AS x \\gset\nDROP TABLE :t;")) == "a: the value of :t");
    // One that doubles itself ends.
    std::string doubling = "\\set a aaaaaaaaaaaaaaaa\n";
    for (int i = 0; i < 60; ++i) doubling += "\\set a :a:a\n";
    CHECK(alone(doubling + "SELECT ':a', :a;").sql.size() < 4u << 20);
}

TEST_CASE("the configuration tells a variable's value") {
    extract::Hints hints;
    hints.placeholders = {{"schema", "shop"}};
    const std::string text = "DROP TABLE :schema.orders, :\"schema\".x;";
    const Script script = alone(text, hints);
    CHECK(script.sql == "DROP TABLE shop.orders, \"shop\".x;");
    CHECK(script.unread.empty());
    CHECK(script.uncertainties.empty());
    CHECK(place_of(script, text, "shop") == ":schema");
    CHECK(place_of(script, text, ".orders") == ".orders");
}

TEST_CASE("of a psql condition that is known one branch is read, else all") {
    CHECK(sql("\\if true\nSELECT 1;\n\\else\nSELECT 2;\n\\endif\nSELECT 3;") == "SELECT 1; SELECT 3;");
    CHECK(sql("\\if off\nSELECT 1;\n\\elif 1\nSELECT 2;\n\\else\nSELECT 3;\n\\endif") == "SELECT 2;");
    CHECK(sql("\\set fresh 0\n\\if :fresh\nSELECT 1;\n\\else\nSELECT 2;\n\\endif") == "SELECT 2;");
    CHECK(sql("\\if false\n\\if true\nSELECT 1;\n\\endif\n\\set x 1\n\\endif\nSELECT :x;") == "SELECT x$;");
    const Script both = alone("\\if :x\nSELECT 1;\n\\else\nSELECT 2;\n\\endif\nSELECT 3;");
    CHECK(squeezed(both.sql) == "SELECT 1; SELECT 2; SELECT 3;");
    CHECK(uncertainties_of(both) == "SELECT 1;: whether \\if :x holds; SELECT 2;: whether \\if :x does not hold");
    // A default that is only set where none was given.
    const Script fallback = alone("\\if :{?t}\n\\else\n\\set t orders\n\\endif\nDROP TABLE :t;");
    CHECK(squeezed(fallback.sql) == "DROP TABLE orders;");
    CHECK(fallback.uncertainties.back().what == "the value of :t");
    CHECK(sql("\\if true\nSELECT 1;") == "SELECT 1;");
    CHECK(sql("\\else\n\\endif\nSELECT 1;") == "SELECT 1;");
}

TEST_CASE("scripts that are included stand where they are included") {
    const Files files{{"db/main.sql", "BEGIN;\n\\ir parts/one.sql\n\\i db/parts/two.sql\nCOMMIT;\n"},
                      {"db/parts/one.sql", "CREATE TABLE one (a int);\n-- about nothing\nSELECT 1"},
                      {"db/parts/two.sql", "\\set t one\n\\ir three.sql\n"},
                      {"db/parts/three.sql", "ALTER TABLE :t ADD b int; SELECT :x;"}};
    const Script script = read(files, "db/main.sql", hints_of(files));
    CHECK(squeezed(script.sql) ==
          "BEGIN; CREATE TABLE one (a int); SELECT 1 ; ALTER TABLE one ADD b int; SELECT x$; ; ; "
          "COMMIT;");
    CHECK(unread_of(script) ==
          "db/parts/two.sql: db/parts/three.sql: a psql variable: its value is only known at run time: a placeholder "
          "takes "
          "its place");
    CHECK(uncertainties_of(script) == "x$: the value of :x");
    const std::string& text = files.at("db/main.sql");
    CHECK(place_of(script, text, "CREATE TABLE one (a int)") == "\\ir parts/one.sql");
    CHECK(place_of(script, text, "ALTER TABLE one ADD b int") == "\\i db/parts/two.sql");
    CHECK(place_of(script, text, "COMMIT") == "COMMIT");
}

TEST_CASE("a script that another one includes is read there, and nowhere else") {
    const Files files{{"db/all.sql", "BEGIN;\n\\ir one.sql\nCOMMIT;\n"}, {"db/one.sql", "SELECT 1;"}};
    const extract::Hints hints = hints_of(files);
    CHECK(squeezed(read(files, "db/all.sql", hints, {"db/one.sql", "db/all.sql"}).sql) == "BEGIN; SELECT 1; ; COMMIT;");
    const Script one = read(files, "db/one.sql", hints, {"db/one.sql", "db/all.sql"});
    CHECK(squeezed(one.sql).empty());
    CHECK(one.transaction_reason == "db/all.sql includes it: it is read there");
    CHECK(squeezed(read(files, "db/one.sql", hints, {"db/one.sql"}).sql) == "SELECT 1;");
}

TEST_CASE("scripts that include each other, or only seem to, are all read") {
    const Files files{{"a.sql", "\\i b.sql\nSELECT 1;"},
                      {"b.sql", "\\i a.sql\nSELECT 2;"},
                      {"c.sql", "/*\n\\i d.sql\n*/ \\if false\n\\i d.sql\n\\endif\n"},
                      {"d.sql", "SELECT 3;"}};
    const extract::Hints hints = hints_of(files);
    CHECK(read(files, "a.sql", hints, {"a.sql", "b.sql"}).sql.find("SELECT 1") != std::string::npos);
    CHECK(read(files, "b.sql", hints, {"a.sql", "b.sql"}).sql.find("SELECT 2") != std::string::npos);
    CHECK(squeezed(read(files, "d.sql", hints, {"c.sql", "d.sql"}).sql) == "SELECT 3;");
}

TEST_CASE("a template that tern is told to put there is a file below its migrations") {
    const Files files{{"m/001.sql",
                       "{{ template \"views/a.sql\" . }}\nSELECT 1;\n{{ template \"views/none.sql\" }}\n"
                       "---- create above / drop below ----\n{{ template \"views/a.sql\" }}\n"},
                      {"m/views/a.sql", "CREATE TABLE a (b int);\n{{ template \"views/b.sql\" }}\nSELECT {{ .x }};\n"},
                      {"m/views/b.sql", "DROP TABLE b;\n{{ template \"views/a.sql\" }}\n"}};
    const Script script = read(files, "m/001.sql", hints_of(files));
    CHECK(squeezed(script.sql).starts_with("CREATE TABLE a (b int); DROP TABLE b; SELECT "));
    CHECK(squeezed(script.sql).find("; SELECT 1;") != std::string::npos);
    CHECK(squeezed(script.sql).find("DROP TABLE b", 40) == std::string::npos);
    CHECK(place_of(script, files.at("m/001.sql"), "CREATE TABLE a") == "{{ template \"views/a.sql\" . }}");
    const std::string unread = unread_of(script);
    CHECK(
        unread.find("m/views/b.sql: a template call {{ template \"views/a.sql\" }}: it includes a script that is being "
                    "run") != std::string::npos);
    CHECK(unread.find("views/none.sql\" }}: there is no such file in the repository") != std::string::npos);
}

TEST_CASE("nothing outside of the repository is included, and nothing without end") {
    const auto unread = [](Files files) { return unread_of(read(files, "a.sql", hints_of(files))); };
    CHECK(unread({{"a.sql", "\\i /etc/passwd"}}) ==
          "psql command \\i /etc/passwd: there is no such file in the repository");
    CHECK(unread({{"a.sql", "\\ir ../b.sql"}, {"b.sql", "SELECT 1;"}}) ==
          "psql command \\ir ../b.sql: there is no such file in the repository");
    CHECK(unread({{"a.sql", "\\i a.sql"}}) == "psql command \\i a.sql: it includes a script that is being run");
    CHECK(unread({{"a.sql", "\\i :f"}}) ==
          "psql command \\i :f: which file it runs is known only when the script runs");
    CHECK(unread({{"a.sql", "\\i b.sql"}, {"b.sql", "\xFF\xFE"}}).find("UTF-16") != std::string::npos);
    // Twice as many in each: bounded in number.
    Files files;
    for (int i = 0; i < 30; ++i) {
        const std::string next = std::to_string(i + 1) + ".sql";
        files[std::to_string(i) + ".sql"] = "\\i " + next + "\n\\i " + next + "\nSELECT 1;\n";
    }
    const Script script = read(files, "0.sql", hints_of(files));
    CHECK(script.sql.size() < 1u << 20);
    CHECK_FALSE(script.unread.empty());
}

TEST_CASE("placeholders have the values of the configuration") {
    extract::Hints hints;
    hints.placeholders = {{"schema", "shop"}, {"cols", "a int, b int"}};
    const auto filled = [&](const std::string& text) {
        const Script script = read({{"m/V1__a.sql", text}}, "m/V1__a.sql", hints);
        return script.sql;
    };
    CHECK(filled("DROP TABLE ${schema}.t;") == "DROP TABLE shop.t;");
    CHECK(filled("CREATE TABLE {{ .schema }}.t ({{cols}});") == "CREATE TABLE shop.t (a int, b int);");
    CHECK(filled("DROP TABLE ${other}.t;") == "DROP TABLE __other_.t;");
}

TEST_CASE("Flyway's own settings tell placeholders and transactions") {
    const auto script = [](const std::string& name, const std::string& settings, const std::string& text) {
        const Files files{{name, settings}, {"db/migration/V1__a.sql", text}};
        return read(files, "db/migration/V1__a.sql", hints_of(files));
    };
    CHECK(script("flyway.conf", "flyway.placeholders.s=shop\n", "DROP TABLE ${s}.t;").sql == "DROP TABLE shop.t;");
    CHECK(script("flyway.toml", "[flyway.placeholders]\ns = \"shop\"\n", "DROP TABLE ${s}.t;").sql ==
          "DROP TABLE shop.t;");
    CHECK(script("application.properties", "spring.flyway.placeholders.s=shop\n", "DROP TABLE ${s}.t;").sql ==
          "DROP TABLE shop.t;");
    CHECK(script("flyway.conf", "flyway.placeholderReplacement=false\n", "SELECT '${s}';").sql == "SELECT '${s}';");
    CHECK(
        script("flyway.conf", "flyway.placeholderPrefix=#[\nflyway.placeholderSuffix=]\n", "DROP TABLE #[s].t;").sql ==
        "DROP TABLE __s_.t;");
    CHECK(name_of(script("flyway.conf", "flyway.group=true\n", "SELECT 1;").transaction) == "whole-run");
    CHECK(name_of(script("flyway.conf", "flyway.executeInTransaction=false\n", "SELECT 1;").transaction) ==
          "per-statement");
    CHECK(name_of(script("flyway.conf", "flyway.url=x\n", "SELECT 1;").transaction) == "per-file");
}

TEST_CASE("a Flyway setting that is filled in at deployment is not known") {
    const auto read_with = [](const std::string& settings, const std::string& text) {
        const Files files{{"application.properties", settings}, {"db/migration/V1__a.sql", text}};
        return read(files, "db/migration/V1__a.sql", hints_of(files));
    };
    for (const char* value : {"${flyway.placeholders.s}", "${DB_SCHEMA}", "${DB_SCHEMA:shop}", "x_${STAGE}_y",
                              "@db.schema@", "#{Octopus.Schema}"})
        for (const char* prefix : {"flyway.", "spring.flyway."}) {
            INFO(prefix << value);
            CHECK(read_with(std::string(prefix) + "placeholders.s=" + value + "\n", "DROP TABLE ${s}.t;").sql ==
                  "DROP TABLE __s_.t;");
        }
    for (const char* value : {"shop", "a@b", "@", "$shop"}) {
        INFO(value);
        CHECK(read_with(std::string("flyway.placeholders.s=") + value + "\n", "SELECT '${s}';").sql ==
              std::string("SELECT '") + value + "';");
    }
    CHECK(read_with("flyway.placeholderPrefix=#{\nflyway.placeholderSuffix=}\n", "DROP TABLE #{s}.t;").sql ==
          "DROP TABLE __s_.t;");
}

TEST_CASE("what a script does beside sending SQL is unread, and what only shows something is not") {
    struct {
        const char* line;
        const char* why;  // a part of it; empty: nothing is unread
    } const cases[] = {
        {"SELECT 1 \\g |sh", "program"},
        {"SELECT 1 \\g (format=csv) | sh", "program"},
        {"SELECT 1 \\gx |sh", "program"},
        {"\\o |sh", "program"},
        {"\\out |psql other", "program"},
        {"\\o :where", "program"},
        {"SELECT 1 \\w out.sql", "writes the query"},
        {"\\write |sh", "writes the query"},
        {"\\set a `hostname`", "backticks"},
        {"\\echo `date`", "backticks"},
        {"\\i `ls`", "backticks"},
        {"\\setenv PGOPTIONS '-c search_path=x'", "environment"},
        {"\\lo_import '/tmp/x'", "large object"},
        {"\\lo_unlink 1", "large object"},
        {"\\! rm x", "program"},
        {"\\!rm x", "program"},
        {"\\e", "editor"},
        {"\\password app", "password"},
        {"\\set SINGLELINE on", "each line"},
        {"\\encoding SJIS", "other characters"},
        {"\\encoding GB18030", "other characters"},
        {"\\frobnicate", "no such command"},
        {"\\copy t from 'x'", "copies rows"},
        {"\\c other", "that database"},
        {"SELECT 'x' || name FROM u \\gexec", "when the script runs"},
        {"\\cd sub\n\\i a.sql", "\\cd"},
        {"\\o a.sql\nSELECT 1;\n\\o\n\\i a.sql", "writes a file of that name"},
        // Harmless.
        {"\\o /dev/null", ""},
        {"\\o", ""},
        {"SELECT 1 \\g", ""},
        {"SELECT 1 \\g out.txt", ""},
        {"SELECT 1 \\g (format=csv)", ""},
        {"\\echo done '`not a program`'", ""},
        {"\\encoding UTF8", ""},
        {"\\encoding LATIN1", ""},
        {"\\set ON_ERROR_STOP on", ""},
        {"\\set QUIET 1", ""},
        {"\\timing on", ""},
        {"\\pset pager off", ""},
        {"\\x", ""},
        {"\\dt+ public.*", ""},
        {"\\restrict abc", ""},
        {"\\unrestrict abc", ""},
        {"\\q", ""},
        {"\\conninfo", ""},
        {"\\qecho 'x'", ""},
    };
    for (const auto& c : cases) {
        const std::string found = unread_of(alone(std::string(c.line) + "\nSELECT 2;"));
        INFO(c.line << "\n" << found);
        CHECK((*c.why == '\0' ? found.empty() : found.find(c.why) != std::string::npos));
    }
}

TEST_CASE("a query that is reset is never sent") {
    CHECK(sql("EXPLAIN \\r\nDELETE FROM t;") == "DELETE FROM t;");
    CHECK(sql("SELECT 1; EXPLAIN ( \\reset\nDELETE FROM t;") == "SELECT 1; DELETE FROM t;");
    CHECK(sql("DROP TABLE t\n\\r\nSELECT 1;") == "SELECT 1;");
}

TEST_CASE("what a query returns to gexec is read where it stands there") {
    const std::string drop = "; DROP TABLE t ;";
    for (const std::string query : {
             "SELECT 'DROP TABLE t'",
             "select $$DROP TABLE t$$ AS sql",
             "SELECT $a$DROP TABLE t$a$ /* now */",
             "SELECT 'DROP ' || 'TABLE t'",
         }) {
        INFO(query);
        const Script script = alone(query + " \\gexec");
        CHECK(squeezed(script.sql).ends_with(drop));
        CHECK(unread_of(script).empty());
        CHECK(uncertainties_of(script).empty());
    }
    CHECK(sql("SELECT 'DROP TABLE t', 'DROP TABLE \"it''s\"'\n\\gexec\nSELECT 1;")
              .ends_with("; DROP TABLE t ; DROP TABLE \"it's\" ; SELECT 1;"));

    for (const std::string where : {"NOT EXISTS (SELECT FROM pg_database WHERE datname = 'a')", "x::int > 1",
                                    "a = :'name'", "(SELECT count(*) FROM u) = 0"}) {
        INFO(where);
        const Script script = alone("SELECT 'DROP TABLE t' WHERE " + where + " \\gexec");
        CHECK(squeezed(script.sql).ends_with(drop));
        CHECK(uncertainties_of(script).find("whether the query of \\gexec returns a row") != std::string::npos);
        CHECK(unread_of(script).find("when the script runs") == std::string::npos);
    }
    for (const std::string query : {
             "SELECT 'DROP TABLE ' || name FROM u",
             "SELECT 'DROP TABLE t' FROM u",
             "SELECT 'DROP TABLE t' WHERE a UNION SELECT 'DROP TABLE u'",
             "SELECT 'DROP TABLE t' UNION SELECT 'DROP TABLE u'",
             "SELECT format('DROP TABLE %I', 't')",
             "SELECT 'DROP TABLE ' :name",
             "SELECT :'statement'",
             "SELECT 'DROP TABLE t' WHERE :condition",
             "SELECT 'DROP TABLE t' WHERE (a) ) b (",
             "SELECT 'DROP TABLE t' WHERE (a",
             "SELECT E'DROP TABLE\\nt'",
             "SELECT U&'DROP TABLE t'",
             "SELECT 1, 'DROP TABLE t'",
             "SELECT 'DROP TABLE '\n't'",
             "WITH a AS (SELECT 1) SELECT 'DROP TABLE t'",
             "VALUES ('DROP TABLE t')",
             "",
         }) {
        INFO(query);
        CHECK(unread_of(alone(query + "\n\\gexec\n")).find("when the script runs") != std::string::npos);
    }
    CHECK(sql("\\if false\nSELECT 'DROP TABLE t' \\gexec\n\\endif\nSELECT 1;") == "SELECT 1;");
}
