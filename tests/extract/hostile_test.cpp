// Text made to hurt: cut anywhere, repeated without end. Places must stay true and time must stay linear.

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "extract/extract.h"

using namespace pgfence;

namespace {

const std::vector<std::string> kPaths{"1_a.up.sql", "a.sql", "V1__a.sql", "up.sql", "supabase/migrations/1_a.sql",
                                      "a.xml",      "a.yaml"};

std::vector<Script> read_as_everything(const std::string& text) {
    std::vector<Script> scripts;
    for (const std::string& path : kPaths) {
        MigrationFile file;
        file.path = path;
        file.text = text;
        scripts.push_back(extract::script(file, {}));
    }
    scripts.push_back(extract::schema_text(0, text));
    return scripts;
}

void check_places(const std::string& text) {
    for (const Script& script : read_as_everything(text)) {
        const bool made = script.format == "liquibase" || script.format == "liquibase-yaml" ||
                          script.format == "atlas" || !script.stand_ins.empty();
        REQUIRE((made || script.sql.empty() || script.sql.size() == text.size()));
        for (std::uint32_t i = 0; i <= script.sql.size(); ++i) REQUIRE(script.map.to_file(i) <= text.size());
        for (const Uncertainty& uncertainty : script.uncertainties)
            REQUIRE((uncertainty.begin <= uncertainty.end && uncertainty.end <= script.sql.size()));
        for (std::size_t i = 0; !made && i < script.sql.size(); ++i)
            if (text[i] == '\n' || text[i] == '\r') REQUIRE(script.sql[i] == text[i]);
        for (const Unread& unread : script.unread) {
            REQUIRE(unread.span.begin <= unread.span.end);
            REQUIRE(unread.span.end <= text.size());
        }
    }
}

}  // namespace

TEST_CASE("random pieces of syntax never move a byte") {
    const std::vector<std::string> pieces{"'",
                                          "\"",
                                          "$$",
                                          "$a$",
                                          "$",
                                          "/*",
                                          "*/",
                                          "--",
                                          "\n",
                                          "\r\n",
                                          "\\",
                                          "\\\\",
                                          "\\;",
                                          "\\i x",
                                          "\\g",
                                          "\\copy t from stdin",
                                          "\\.",
                                          ";",
                                          "COPY t FROM STDIN",
                                          ":",
                                          "::",
                                          ":a",
                                          ":'",
                                          ":{?a}",
                                          "${",
                                          "}",
                                          "${a}",
                                          "E'",
                                          "e",
                                          "-- +goose Up",
                                          "-- +goose Down",
                                          "-- +goose ENVSUB ON",
                                          "-- migrate:up",
                                          "-- +migrate Up",
                                          "--> statement-breakpoint",
                                          " ",
                                          "a",
                                          "1",
                                          "(",
                                          ")",
                                          "ä",
                                          "\xEF\xBB\xBF",
                                          "\\set AUTOCOMMIT off",
                                          "{{",
                                          "}}",
                                          "{%",
                                          "%}",
                                          "{{if .mysql}}",
                                          "{{ else }}",
                                          "{{end}}",
                                          "{{ .x }}",
                                          "$%",
                                          "%$",
                                          "---- create above / drop below ----",
                                          "--liquibase formatted sql\n",
                                          "--changeset a:1",
                                          "--! Previous: -\n",
                                          "<databaseChangeLog>",
                                          "databaseChangeLog:\n- changeSet:\n    changes:\n    - sql: ",
                                          "<createTable tableName='t'>",
                                          "<column name='a' type='int'>",
                                          "--changeset a:2 endDelimiter:/ context:x\n",
                                          "-- atlas:delimiter \\n\\n\n-- atlas:txmode none\n",
                                          "\\if :a\n",
                                          "\\else\n",
                                          "\\endif\n",
                                          "\n\n",
                                          "<changeSet id='1'>",
                                          "</changeSet>",
                                          "<sql>",
                                          "</sql>",
                                          "<![CDATA[",
                                          "]]>",
                                          "<!--",
                                          "&lt;",
                                          "<",
                                          "\t"};
    std::mt19937 random(20240131);
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (std::size_t n = random() % 30; n > 0; --n) text += pieces[random() % pieces.size()];
        INFO(text);
        check_places(text);
    }
}

TEST_CASE("the same piece over and over takes linear time") {
    const std::vector<std::string> pieces{"'",
                                          "\"",
                                          "$a$",
                                          "$a",
                                          "$",
                                          "/*",
                                          "--",
                                          "\\",
                                          "\\a ",
                                          "\\\\",
                                          "\\g",
                                          "\\i",
                                          "\\copy t from stdin ",
                                          ":{?",
                                          ":a ",
                                          "${",
                                          "COPY t FROM STDIN;",
                                          "COPY t FROM STDIN;\n",
                                          "-- +goose Up\n",
                                          "-- +goose ENVSUB ON\n",
                                          "-- migrate:up\n",
                                          "--> statement-breakpoint",
                                          "\n",
                                          "(",
                                          "e'",
                                          "\\if ",
                                          "{",
                                          "{{",
                                          "{{if a}}",
                                          "{{if .mysql}}",
                                          "{% if a %}",
                                          "$%",
                                          "$%a%$",
                                          "$a$${x}",
                                          "a${",
                                          "<",
                                          "<!--",
                                          "<sql>",
                                          "<sql>&lt;</sql>",
                                          "<changeSet id='1'><sql>&lt;</sql></changeSet>",
                                          "--changeset a:1\n"};
    for (const std::string& piece : pieces) {
        for (const std::string& head :
             {std::string(), std::string("-- +goose Up\n"), std::string("-- +goose ENVSUB ON\n-- +goose Up\n"),
              std::string("--liquibase formatted sql\n"), std::string("<databaseChangeLog><changeSet id='1'>")}) {
            std::string text = head;
            while (text.size() < (256u << 10)) text += piece;
            const auto begin = std::chrono::steady_clock::now();
            const auto scripts = read_as_everything(text);
            const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
            INFO(piece << " took " << seconds << " s");
            // Quadratic would be a minute; the bound leaves room for sanitizers on a busy machine.
            CHECK(seconds < 10);
            CHECK(scripts.size() == kPaths.size() + 1);
        }
    }
}
