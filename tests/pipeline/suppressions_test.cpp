// A comment in the file's own language accepts the finding below it, or beside it, and no other.

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "pipeline/files.h"
#include "pipeline/review.h"

using namespace pgfence;

namespace {

/// The lines of drop-table findings that nobody accepted.
std::string left(const std::string& path, const std::string& text) {
    pipeline::FilesRequest request;
    request.files.push_back({path, text, MigrationFile::Role::changed});
    const auto report = pipeline::prepare_files(std::move(request)).map(pipeline::review);
    REQUIRE(report);
    std::string lines;
    for (const FileReport& file : report->files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings)
                if (graded.finding.rule == "drop-table" && !graded.suppressed)
                    lines += std::to_string(LineIndex(text).at(graded.finding.span.begin).line) + " ";
    return lines;
}

}  // namespace

TEST_CASE("suppressions: comments of SQL") {
    CHECK(left("V1__a.sql", R"(-- pgfence-ignore: drop-table (old)
DROP TABLE a;
DROP TABLE b;
DROP TABLE c; /* pgfence-ignore: drop-table (old) */
DROP TABLE d;
)") == "3 5 ");
}

TEST_CASE("suppressions: comments of JavaScript") {
    CHECK(left("migrations/1.js", R"(exports.up = async (knex) => {
  // pgfence-ignore: drop-table (old)
  await knex.schema.dropTable('a');
  await knex.schema.dropTable('b');
  await knex.schema.dropTable('c'); // pgfence-ignore: drop-table (old)
  await knex.raw('drop table d');
};
)") == "4 6 ");
}

TEST_CASE("suppressions: comments of Python and Ruby") {
    CHECK(left("alembic/versions/1.py", R"(from alembic import op

revision = "1"
down_revision = None


def upgrade():
    # pgfence-ignore: drop-table (old)
    op.drop_table("a")
    op.drop_table("b")
    op.drop_table("c")  # pgfence-ignore: drop-table (old)
    op.execute("DROP TABLE d")
)") == "10 12 ");
    CHECK(left("db/migrate/20240101000000_a.rb", R"(class A < ActiveRecord::Migration[7.1]
  def up
    # pgfence-ignore: drop-table (old)
    drop_table :a
    drop_table :b
    drop_table :c # pgfence-ignore: drop-table (old)
    execute "DROP TABLE d"
  end
end
)") == "5 7 ");
}
