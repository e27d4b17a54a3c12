// Where the author's file has a placeholder, the SQL that is analyzed has a name of ours. No output says that name,
// whatever the rule, the format and the kind of placeholder.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/kit/rule.h"
#include "annotate/annotate.h"
#include "pipeline/files.h"
#include "pipeline/review.h"
#include "tests/pipeline/all_rules.h"

using namespace pgfence;

namespace {

struct Style {
    std::string format, path, of_name;  ///< $1 is the name
    std::string before = "", behind = "";
    std::string written;  ///< empty: a recipe cannot say it
};

const std::vector<Style>& styles() {
    static const std::vector<Style> all{
        {"flyway", "db/V1__a.sql", "${schema}.$1", "", "", "${schema}"},
        {"flyway", "db/V1__a.sql", "\"${Schema}\".$1", "", "", "\"${Schema}\""},
        {"flyway", "db/V1__a.sql", "${prefix}_$1", "", "", "${prefix}_"},
        {"tern", "db/001_a.sql", "{{.schema}}.$1", "", "", "{{.schema}}"},
        {"plain-sql", "db/1.sql", "{{ schema }}.$1", "", "", "{{ schema }}"},
        {"plain-sql", "db/1.sql", ":schema.$1", "", "", ":schema"},
        {"plain-sql", "db/1.sql", ":\"schema\".$1", "", "", ":\"schema\""},
        {"goose", "db/1_a.sql", "${SCHEMA}.$1", "-- +goose Up\n-- +goose ENVSUB ON\n", "", "${SCHEMA}"},
        {"liquibase-sql", "db/a.sql", "${schema}.$1", "--liquibase formatted sql\n--changeset a:1\n", "", "${schema}"},
        {"rails", "db/migrate/20240101000000_a.rb", "#{schema}.$1",
         "class A < ActiveRecord::Migration[7.1]\n  def up\n    schema = ENV['SCHEMA']\n    execute <<~SQL\n",
         "\n    SQL\n  end\nend\n", ""},
        {"alembic", "versions/1_a.py", "{schema}.$1",
         "import os\nfrom alembic import op\nrevision = '1'\ndown_revision = None\n\n\ndef upgrade():\n"
         "    schema = os.environ['SCHEMA']\n    op.execute(f\"\"\"\n",
         "\n\"\"\")\n", ""},
        {"alembic", "versions/1_a.py", "%s.$1",
         "import os\nfrom alembic import op\nrevision = '1'\ndown_revision = None\n\n\ndef upgrade():\n    "
         "op.execute(\"\"\"\n",
         "\n\"\"\" % ((os.environ['SCHEMA'],) * 1))\n", ""},
        {"knex", "migrations/1_a.js", "${process.env.SCHEMA}.$1",
         "exports.up = async (knex) => {\n  await knex.raw(`\n", "\n`);\n};\n", ""},
    };
    return all;
}

std::string with_placeholders(std::string_view example, const Style& style) {
    static const std::regex kName(R"(\b(TABLE|ON|INTO|UPDATE|FROM|REFERENCES|INDEX|VIEW|TYPE) ([a-z_]+)\b)");
    std::string text(example);
    const auto line = text.find("-- migration:");
    if (line != text.npos) text.replace(line, std::string_view("-- migration:").size(), "");
    // What is a $ of the placeholder's own is none of the replacement's.
    std::string replacement = "$1 ";
    for (std::size_t i = 0; i < style.of_name.size(); ++i) {
        if (style.of_name.compare(i, 2, "$1") == 0) {
            replacement += "$2";
            ++i;
        } else {
            replacement += style.of_name[i] == '$' ? "$$" : std::string(1, style.of_name[i]);
        }
    }
    return style.before + std::regex_replace(text, kName, replacement) + style.behind;
}

Report reviewed(const Style& style, std::string_view example) {
    pipeline::FilesRequest request;
    request.files = {{style.path, with_placeholders(example, style)}};
    request.choices.format = style.format;
    request.choices.pg_version = 17;
    request.choices.today = "2026-01-01";
    auto report = pipeline::prepare_files(request).map(review_by_all_rules);
    REQUIRE(report);
    return std::move(*report);
}

std::vector<std::string> outputs(const Report& report) {
    std::vector<std::string> all{annotate::terminal(report),        annotate::json(report),
                                 annotate::sarif(report),           annotate::pr_comment(report, {}),
                                 annotate::job_summary(report, {}), annotate::workflow_commands(report)};
    const annotate::CheckRun run = annotate::check_run(report);
    all.push_back(run.title + run.summary + run.text);
    for (const annotate::Annotation& one : run.annotations) all.push_back(one.title + one.message + one.raw_details);
    for (const auto& suggestion : annotate::suggested_changes(report, "t").suggestions) all.push_back(suggestion.body);
    return all;
}

/// Where one of the names begins that stand in for placeholders: __schema, __.prefix, unknown_value, ... Nothing else
/// is searched as often as this test does: std::regex took half of its time.
std::size_t place_of_ours(const std::string& text) {
    for (const char* name : {"unknown_value", "unknown_type", "__unknown_", "schema$"})
        if (const auto at = text.find(name); at != text.npos) return at;
    for (auto at = text.find("__"); at != text.npos; at = text.find("__", at + 1)) {
        const auto behind = text.find_first_not_of("._", at);
        for (const char* name : {"schema", "SCHEMA", "Schema", "prefix"})
            if (behind != text.npos && text.compare(behind, std::string_view(name).size(), name) == 0) return at;
    }
    return text.npos;
}

}  // namespace

TEST_CASE("no output says a name that stood for a placeholder") {
    for (const Style& style : styles()) {
        std::size_t findings = 0, recipes = 0;
        for (const NamedRule& named : all_rules()) {
            for (const std::string_view example : named.rule->bad) {
                const Report report = reviewed(style, example);
                for (const std::string& text : outputs(report)) {
                    const auto at = place_of_ours(text);
                    const bool found = at != text.npos;
                    INFO(style.format << " " << style.of_name << ", " << named.id << ": "
                                      << (found ? text.substr(at < 200 ? 0 : at - 200, 400) : ""));
                    CHECK_FALSE(found);
                }
                for (const FileReport& file : report.files)
                    for (const StatementReport& statement : file.statements)
                        for (const Graded& graded : statement.findings) {
                            ++findings;
                            if (!graded.finding.recipe) continue;
                            for (const RecipeStep& step : graded.finding.recipe->steps)
                                recipes += !style.written.empty() && step.sql.find(style.written) != std::string::npos;
                        }
            }
        }
        INFO(style.format << " " << style.of_name);
        CHECK(findings > 100);
        CHECK((style.written.empty() || recipes > 50));
    }
}

TEST_CASE("a recipe names the schema of a program's settings as the program does") {
    pipeline::FilesRequest request;
    request.files = {
        {"versions/1_a.py",
         "from alembic import op\nfrom app.config import settings\nrevision = '1'\ndown_revision = None\n\n\n"
         "def upgrade():\n    op.create_index('ix', 'orders', ['a'], schema=settings.DB_SCHEMA)\n"
         "    op.execute(f'ALTER TABLE {settings.DB_SCHEMA}.orders ADD CONSTRAINT c CHECK (a > 0)')\n"}};
    request.choices.pg_version = 17;
    request.choices.today = "2026-01-01";
    const auto report = pipeline::prepare_files(request).map(pipeline::review);
    REQUIRE(report);
    REQUIRE(report->files.size() == 1);
    CHECK(report->files[0].unread.empty());
    std::string codes, messages, depends;
    for (const StatementReport& statement : report->files[0].statements)
        for (const Graded& graded : statement.findings) {
            messages += graded.finding.message + "\n";
            for (const std::string& what : graded.finding.depends_on) depends += what + "\n";
            if (!graded.finding.recipe) continue;
            for (const RecipeStep& step : graded.finding.recipe->steps) codes += step.code + "\n";
        }
    INFO(codes << messages);
    CHECK(codes.find("op.create_index(\"ix\", \"orders\", [\"a\"], schema=settings.DB_SCHEMA, "
                     "postgresql_concurrently=True)") != std::string::npos);
    CHECK(codes.find("schema=settings.DB_SCHEMA, postgresql_not_valid=True)") != std::string::npos);
    CHECK(messages.find("{settings.DB_SCHEMA}.orders") != std::string::npos);
    CHECK(depends.find("the value of settings.DB_SCHEMA") != std::string::npos);
}
