// Placeholders that a runner or the project fills in: what a file's SQL is without them, and what depends on them.

#include <catch2/catch_test_macros.hpp>
#include <map>
#include <string>

#include "core/text.h"
#include "extract/extract.h"
#include "tests/extract/scripts.h"

using namespace pgfence;
using test::squeezed;

namespace {

Script read(const std::string& path, const std::string& text) { return test::read({{path, text}}, path, {}); }

}  // namespace

TEST_CASE("a placeholder for the schema of names is a schema of its own, where it is the only one") {
    for (const auto& [text, is_read] : std::map<std::string, bool>{
             {"DROP TABLE {{ .s }}.a; DROP TABLE {{ .s }}.b;", true},
             {"DROP TABLE \"{{ .s }}\".\"a\";", true},
             {"SELECT nextval('{{ .s }}.a');", true},
             {"ALTER TABLE {{ .s }}.a ADD FOREIGN KEY (b) REFERENCES {{ .s }}.c (id);", true},
             {"INSERT INTO t (a) SELECT f({{ .s }}.g(1),{{ .s }}.h);", true},
             {"DROP TABLE {{ .s }}.a; DROP TABLE {{ .r }}.b;", false},
             {"DROP TABLE {{ .s }}.a; DROP TABLE {{ .s }};", false},
             {"DROP TABLE {{ .s }}.{{ .t }};", false},
             {"DROP TABLE x{{ .s }}.a;", false},
             {"DROP TABLE {{ .s }}x.a;", false},
             {"DROP TABLE a.{{ .s }}.b;", false},
             {"DROP TABLE {{ .s }};", false},
             {"CREATE SCHEMA {{ .s }}; DROP TABLE {{ .s }}.a;", false},
             {"DROP SCHEMA {{ .s }} CASCADE;", false},
             {"GRANT SELECT ON {{ .s }}.a TO {{ .role }};", true},
             {"SELECT {{ .s }}.5;", false},
         }) {
        INFO(text);
        const Script script = read("m/1.sql", text);
        CHECK(script.unread.empty() == is_read);
        // Each statement tells what it depends on.
        CHECK_FALSE(script.uncertainties.empty());
    }
}

TEST_CASE("a placeholder for a role, or for a value, is one on which no lock hangs") {
    for (const auto& [text, is_read] : std::map<std::string, bool>{
             {"GRANT SELECT ON t TO ${r};", true},
             {"GRANT a TO b, \"${r}\", app_${r} WITH GRANT OPTION;", true},
             {"REVOKE ALL ON SCHEMA s FROM GROUP ${r} CASCADE;", true},
             {"CREATE ROLE ${r} LOGIN;", true},
             {"DROP USER IF EXISTS a, ${r};", true},
             {"ALTER TABLE t OWNER TO ${r};", true},
             {"ALTER DEFAULT PRIVILEGES FOR ROLE ${r} IN SCHEMA s GRANT SELECT ON TABLES TO ${r};", true},
             {"DROP TABLE t; GRANT a TO ${r}; DROP TABLE u;", true},
             // What is granted, and on what.
             {"GRANT ${r} ON t TO a;", false},
             {"GRANT SELECT ON ${r} TO a;", false},
             {"GRANT SELECT ON a, ${r} TO b;", false},
             {"GRANT a TO ${r}; GRANT SELECT ON ${r} TO b;", false},
             {"REVOKE ${r} FROM a;", false},
             {"GRANT a TO b ${r};", false},
             {"GRANT a TO b /* ${r} */;", true},
             // Settings of a role, what it owns, who runs the rest.
             {"ALTER ROLE ${r} SET lock_timeout = '1s';", false},
             {"ALTER ROLE ${r} RESET ALL;", false},
             {"DROP OWNED BY ${r};", false},
             {"REASSIGN OWNED BY a TO ${r};", false},
             {"SET ROLE ${r};", false},
             {"ALTER TABLE t RENAME TO ${r};", false},
             {"ALTER TABLE role RENAME COLUMN a TO ${r};", false},
             {"ALTER TABLE ${r} OWNER TO a;", false},
             {"CREATE TABLE role (${r} int);", false},
             {"CREATE USER MAPPING FOR ${r} SERVER s;", false},
             {"DO $$ BEGIN GRANT a TO ${r}; END $$;", false},
             {"CREATE SCHEMA s AUTHORIZATION ${r};", false},
         }) {
        INFO(text);
        const Script script = read("m/1.sql", text);
        CHECK(script.unread.empty() == is_read);
        CHECK(script.uncertainties.empty() == contains(text, "/*"));
    }
    // Flyway fills literals as well.
    for (const auto& [text, is_read] : std::map<std::string, bool>{
             {"INSERT INTO t (a) VALUES ('${v}');", true},
             {"UPDATE t SET a = 'x${v}y' WHERE id = '${v}';", true},
             {"CREATE ROLE a PASSWORD '${v}';", true},
             {"CREATE USER ${r} PASSWORD '${v}';", true},
             {"UPDATE t SET a = ${v};", false},
             {"UPDATE t SET a = 1 WHERE ${v};", false},
             {"SELECT '${v}'::regclass;", false},
             {"SELECT setval('${v}', 1);", false},
             {"SELECT a FROM t LIMIT ${v};", true},
             {"DELETE FROM t WHERE id IN (SELECT id FROM u LIMIT ${v});", false},
             {"SET lock_timeout = '${v}';", false},
         }) {
        INFO(text);
        const Script script = read("db/migration/V1__a.sql", text);
        CHECK(script.unread.empty() == is_read);
        CHECK_FALSE(script.uncertainties.empty());
    }
}

TEST_CASE("a literal of a file that its runner sends as it is holds no placeholders") {
    const auto sent = [](const std::string& path, const std::string& text) { return read(path, text); };
    for (const std::string text :
         {"SELECT '{{.x}} {{#y}}';", "SELECT 1; -- {{ if }}", "SELECT '{% x %}', \"{{/y}}\" FROM t;"}) {
        INFO(text);
        const Script script = sent("m/000001_a.up.sql", text);
        CHECK(script.format == "golang-migrate");
        CHECK(script.sql == text);
        CHECK(script.unread.empty());
        CHECK(script.uncertainties.empty());
    }
    // Outside of one it is no SQL: the project fills its files itself, and literals too.
    for (const std::string text : {"DROP TABLE {{.s}}; SELECT '{{.x}}';", "{{if .a}}SELECT 1;{{end}}",
                                   "DO $$ BEGIN DROP TABLE {{.s}}; END $$;"}) {
        INFO(text);
        const Script script = sent("m/000001_a.up.sql", text);
        CHECK_FALSE((script.uncertainties.empty() && script.unread.empty()));
    }
    CHECK_FALSE(sent("m/1.sql", "SELECT '{{.x}}';").uncertainties.empty());  // of no runner that is known
    // Flyway fills ${x}, in literals too.
    CHECK(sent("db/migration/V1__a.sql", "SELECT '{{x}}';").uncertainties.empty());
    CHECK_FALSE(sent("db/migration/V1__a.sql", "SELECT '{{x}}', '${y}';").uncertainties.empty());
}

TEST_CASE("placeholders of templates are names of their length") {
    const auto sql = [](std::string text, bool is_read = false) {
        const Script script = read("m/1.sql", text);
        CHECK(script.sql.size() == text.size());
        CHECK(script.unread.empty() == is_read);
        return squeezed(script.sql);
    };
    CHECK(sql("ALTER TABLE {{.prefix}}t ADD a int;") == "ALTER TABLE ___prefix__t ADD a int;");
    CHECK(sql("SELECT * FROM \"{{ index .Options \"Ns\" }}\".t;", true) ==
          "SELECT * FROM \"___index__Options__Ns____\".t;");
    CHECK(sql("ALTER TABLE t_${x} ADD a int;") == "ALTER TABLE t___x_ ADD a int;");
    CHECK(sql("DROP ROLE $%USER%$;", true) == "DROP ROLE __USER__;");
    CHECK(sql("DO $$ BEGIN ALTER TABLE ${s}.t ADD a int; END $$;", true) ==
          "DO $$ BEGIN ALTER TABLE __s_.t ADD a int; END $$;");
    CHECK(sql("{{if .mysql}}A;{{else}}B;{{end}} C;") == "B; C;");
    CHECK(sql("{{ if .postgres }}A;{{ else }}B;{{ end }}C;") == "A; C;");
    CHECK(sql("{{if or .postgres .sqlite}}A;{{end}}{{if not .postgres}}B;{{end}}") == "A;");
    CHECK(sql("{% if x %}A;{% else %}B;{% endif %}") == "A; B;");
    CHECK(sql("{{if .mysql}}A;") == "");
    CHECK(sql("SELECT 1;\n{{ addColumn \"t\" \"c\" }}\nSELECT 2;") == "SELECT 1; SELECT 2;");
    // No placeholders.
    for (const std::string text : {"SELECT '{{1,2},{3,4}}';", "SELECT '${x}';", "SELECT $1;", "{{- /* a comment */ -}}",
                                   "SELECT '{}'; -- ${y}"}) {
        INFO(text);
        const Script script = read("m/1.sql", text);
        CHECK(script.unread.empty());
        if (!text.starts_with("{{")) CHECK(script.sql == text);
    }
}
