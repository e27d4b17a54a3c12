// SQL that a program puts together: what is known only when it runs is no mistake of the author's.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "pipeline/files.h"
#include "pipeline/review.h"

using namespace pgfence;

namespace {

struct Said {
    std::vector<std::string> rules, unread;
};

Said said(const std::string& path, const std::string& text) {
    pipeline::FilesRequest request;
    request.files = {{path, text}};
    request.config_file = "/dev/null";
    request.choices.today = "2026-01-01";
    const auto report = pipeline::prepare_files(request).map(pipeline::review);
    REQUIRE(report);
    Said said;
    for (const FileReport& file : report->files) {
        for (const NotAnalyzed& one : file.unread) said.unread.push_back(one.what + ": " + one.why);
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings) said.rules.push_back(graded.finding.rule);
    }
    return said;
}

std::string alembic(const std::string& body) {
    return "import os\nimport sqlalchemy as sa\nfrom alembic import op\nrevision = '1'\ndown_revision = None\nX = "
           "os.environ['X']\n\n\n"
           "def upgrade():\n    " +
           body + "\n";
}
std::string rails(const std::string& body) {
    return "class A < ActiveRecord::Migration[7.1]\n  X = ENV['X']\n  def up\n    " + body +
           "\n  end\n  def down\n  end\nend\n";
}
std::string knex(const std::string& body) {
    return "const X = process.env.X;\nexports.up = async (knex) => {\n  " + body +
           "\n};\nexports.down = async () => {};\n";
}

bool has(const std::vector<std::string>& rules, const std::string& rule) {
    return std::find(rules.begin(), rules.end(), rule) != rules.end();
}

}  // namespace

TEST_CASE("a statement with an unknown part is never a syntax error, and is not analyzed") {
    // Python's, Ruby's and JavaScript's ways to put X in.
    for (const char* sql : {"{} {} t", "ALTER TABLE t {} a {}", "CREATE TABLE t (a int {}", "{}", "SELECT {} FROM",
                            "ALTER TABLE t ADD COLUMN a int DEFAULT {} {}", "GRANT {} TO {} {}"}) {
        const auto with = [&](std::string_view open, std::string_view close) {
            std::string text;
            for (const char* at = sql; *at; ++at) {
                if (*at == '{')
                    text += std::string(open) + "X";
                else if (*at == '}')
                    text += close;
                else
                    text += *at;
            }
            return text;
        };
        for (const auto& [path, text] : std::vector<std::pair<std::string, std::string>>{
                 {"versions/1_a.py", alembic("op.execute(f\"" + with("{", "}") + "\")")},
                 {"versions/1_a.py", alembic("op.execute(sa.text(f\"" + with("{", "}") + "\"))")},
                 {"versions/1_a.py", alembic("op.execute('" + with("' + ", " + '") + "')")},
                 {"db/migrate/20240101000000_a.rb", rails("execute \"" + with("#{", "}") + "\"")},
                 {"migrations/1_a.js", knex("await knex.raw(`" + with("${", "}") + "`);")}}) {
            INFO(text);
            const Said one = said(path, text);
            std::string unread;
            for (const std::string& each : one.unread) unread += each + "\n";
            INFO(unread);
            CHECK_FALSE(has(one.rules, "syntax-error"));
            CHECK(one.unread.size() == 1);
        }
    }
}

TEST_CASE("what is put into a text may close what the text opens") {
    const Said open =
        said("versions/1_a.py", alembic("op.execute(f\"SELECT '{X}\")\n    op.execute('DROP TABLE orders')"));
    CHECK(open.unread.size() == 1);
    CHECK(has(open.rules, "drop-table"));
}

TEST_CASE("a statement of the author's own words that does not parse is one all the same") {
    CHECK(has(said("versions/1_a.py", alembic("op.execute('ALTER TABEL t ADD a int')")).rules, "syntax-error"));
    CHECK(
        has(said("db/migrate/20240101000000_a.rb", rails("execute 'ALTER TABEL t ADD a int'")).rules, "syntax-error"));
    const Said both =
        said("versions/1_a.py", alembic("op.execute(f'{X} TABLE t')\n    op.execute('ALTER TABEL t ADD a int')"));
    CHECK(has(both.rules, "syntax-error"));
    CHECK(both.unread.size() == 2);
}
