// A program of the repository runs its migrations: what only a transaction makes of them depends on it.

#include <algorithm>
#include <string>
#include <string_view>

#include "tests/pipeline/reviewed.h"

using namespace pgfence;
using namespace pgfence::diff::testing;
using pipeline::testing::reviewed;

namespace {

Report report_of(const std::string& dependency, const std::string& change) {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("go.mod", "module example.com/shop\n\nrequire github.com/jackc/pgx/v5 v5.1.0\n" + dependency);
    repo.write("db/migration/migration.go", "package migration\n\n//go:embed migrations\nvar files embed.FS\n");
    repo.write("db/migration/migrations/1_a.up.sql", "CREATE TABLE orders (id bigint, total int, note text);\n");
    repo.write("db/migration/migrations/1_a.down.sql", "DROP TABLE orders;\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("db/migration/migrations/2_b.up.sql", change);
    repo.write("db/migration/migrations/2_b.down.sql", "SELECT 1;\n");
    repo.commit();
    Report report = reviewed(repo, base);
    REQUIRE(report.files.size() == 1);
    return report;
}

const Finding& finding_of(const Report& report, std::string_view rule) {
    for (const StatementReport& statement : report.files.front().statements)
        for (const Graded& graded : statement.findings)
            if (graded.finding.rule == rule) return graded.finding;
    FAIL("no finding of " << rule);
    return report.files.front().statements.front().findings.front().finding;
}

const std::string kMigrate = "require github.com/golang-migrate/migrate/v4 v4.1.0\n";
const std::string kBuild =
    "-- NO_TRANSACTION\nCREATE INDEX CONCURRENTLY orders_note ON orders (note);\n"
    "ALTER TABLE orders ADD COLUMN state text;\n";

}  // namespace

TEST_CASE("a runner of one's own: what refuses a transaction depends on it") {
    const Report own = report_of("", kBuild);
    CHECK(own.files.front().format == "own-runner");
    CHECK(own.files.front().transaction_assumed);
    const Finding& depends = finding_of(own, "concurrently-in-transaction");
    CHECK(depends.certainty == Certainty::depends);
    CHECK(std::find(depends.depends_on.begin(), depends.depends_on.end(),
                    "whether the runner sends the file in one transaction") != depends.depends_on.end());

    const Report migrate = report_of(kMigrate, kBuild);
    CHECK(migrate.files.front().format == "golang-migrate");
    CHECK(finding_of(migrate, "concurrently-in-transaction").certainty == Certainty::known);
}

TEST_CASE("a runner of one's own: locks that are held by an earlier statement depend on it") {
    const std::string both =
        "ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID;\n"
        "ALTER TABLE orders VALIDATE CONSTRAINT c;\n";
    CHECK(finding_of(report_of("", both), "validate-in-same-transaction").certainty == Certainty::depends);
    CHECK(finding_of(report_of(kMigrate, both), "validate-in-same-transaction").certainty == Certainty::known);
}

TEST_CASE("a runner of one's own: fixes name no tool's directives") {
    const Report report = report_of("", "CREATE INDEX orders_note ON orders (note);\n");
    const Finding& finding = finding_of(report, "create-index-not-concurrent");
    REQUIRE(finding.recipe);
    const std::string& setting = finding.recipe->steps.front().setting;
    CHECK(setting.find("a program of this repository") != setting.npos);
    CHECK(setting.find("golang-migrate") == setting.npos);
}
