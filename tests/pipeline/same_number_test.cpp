// A new migration under the number of one that is deleted, of a runner that goes by numbers.

#include <catch2/catch_test_macros.hpp>
#include <map>
#include <string>

#include "core/text.h"
#include "tests/diff/repositories.h"
#include "tests/pipeline/reviewed.h"

using namespace pgfence;
using namespace pgfence::diff::testing;
using pgfence::pipeline::testing::reviewed;

namespace {

/// "rule: message" of each finding that counts, a line each.
std::string said(const Report& report) {
    std::string text;
    for (const FileReport& file : report.files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings)
                if (!graded.suppressed && !graded.part_of)
                    text += graded.finding.rule + ": " + graded.finding.message + "\n";
    return text;
}

Report in_place_of(const std::string& before, const std::string& now, const std::string& text) {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("db/migrations/000001_init.up.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n");
    repo.write("db/migrations/000001_init.down.sql", "DROP TABLE orders;\n");
    repo.write("db/migrations/" + before, "ALTER TABLE orders RENAME TO bills;\nCREATE INDEX i ON bills (id);\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.run("rm db/migrations/" + before);
    repo.write("db/migrations/" + now, text);
    repo.commit();
    return reviewed(repo, base);
}

const std::string kOther =
    "ALTER TABLE orders ADD note text;\nUPDATE orders SET note = 'x';\nALTER TABLE orders RENAME TO bills;\n"
    "CREATE INDEX i ON bills (note);\n";

}  // namespace

TEST_CASE("a migration under a deleted one's number runs where that never ran") {
    const std::string all = said(in_place_of("000002_rename.up.sql", "000002_denormalize.up.sql", kOther));
    INFO(all);
    CHECK(contains(all,
                   "This file has the number of 000002_rename.up.sql, which this change deletes: where that ran, "
                   "golang-migrate does not run this one"));
    CHECK_FALSE(contains(all, "already exists"));
    CHECK_FALSE(contains(all, "does not exist"));
    CHECK(contains(all, "rename-table"));  // over a table in use
    CHECK_FALSE(contains(all, "makes again"));
}

TEST_CASE("a migration under a number of its own meets what the deleted one left") {
    const std::string all =
        said(in_place_of("000002_rename.up.sql", "000003_denormalize.up.sql", "CREATE INDEX i ON bills (id);\n"));
    INFO(all);
    CHECK(contains(all, "already exists"));
    CHECK_FALSE(contains(all, "has the number of"));
}

namespace {

Report with_second(const std::map<std::string, std::string>& ran, const std::string& path, const std::string& text) {
    const Folder folder;
    const Repo repo(folder / "repo");
    for (const auto& [file, sql] : ran) repo.write(file, sql);
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write(path, text);
    repo.commit();
    return reviewed(repo, base);
}

}  // namespace

TEST_CASE("a second file of one version stops the runners that look for it") {
    const std::string orders = "CREATE TABLE orders (id bigint);\n", users = "CREATE TABLE users (id bigint);\n";
    const std::string refuses = "finds more than one migration with it and refuses to deploy";
    const Report flyway = with_second({{"a/db/migration/V1__a.sql", orders}, {"b/db/migration/V2__b.sql", users}},
                                      "b/db/migration/V1__c.sql", "CREATE TABLE notes (id bigint);\n");
    CHECK(contains(said(flyway), "has the version of a/db/migration/V1__a.sql: Flyway " + refuses));
    // They were apart before.
    CHECK_FALSE(contains(said(with_second({{"a/db/migration/V1__a.sql", orders}, {"b/db/migration/V1__b.sql", users}},
                                          "b/db/migration/V2__c.sql", "CREATE TABLE notes (id bigint);\n")),
                         refuses));
    const Report up = with_second({{"db/migrations/000001_a.up.sql", orders}, {"db/migrations/000002_b.up.sql", users}},
                                  "db/migrations/000002_c.up.sql", "CREATE TABLE notes (id bigint);\n");
    CHECK(contains(said(up), "has the version of db/migrations/000002_b.up.sql: golang-migrate " + refuses));
    CHECK(up.verdict.outcome == Outcome::fail);
}
