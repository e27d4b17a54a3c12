// Several databases in one repository.

#include <catch2/catch_test_macros.hpp>

#include "core/text.h"
#include "pipeline/history.h"
#include "pipeline/review.h"
#include "tests/diff/repositories.h"
#include "tests/pipeline/reviewed.h"

using namespace pgfence;

namespace {

struct Found {
    std::string rules;  ///< "rule path" a line, of the rules that are looked for
    std::vector<std::string> notes;
};

Found found(std::vector<pipeline::GivenFile> files) {
    pipeline::HistoryRequest request;
    request.files = std::move(files);
    request.config_file = "/dev/null";
    request.choices.today = "2026-01-01";
    const auto review = pipeline::prepare_history(std::move(request)).map(pipeline::review);
    REQUIRE(review);
    Found found;
    found.notes = review->notes;
    for (const FileReport& file : review->files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings)
                if (graded.finding.rule == "ordering-conflict" || graded.finding.rule == "create-index-not-concurrent")
                    found.rules += graded.finding.rule + " " + file.path + "\n";
    return found;
}

}  // namespace

TEST_CASE("folders that make the same table are of different databases") {
    const Found two = found({{"a/migrations/1.sql", "CREATE TABLE users (id bigint PRIMARY KEY);"},
                             {"a/migrations/2.sql", "CREATE INDEX ON users (id);"},
                             {"b/migrations/1.sql", "CREATE TABLE users (id bigint); CREATE INDEX ON users (id);"}});
    CHECK(two.rules == "create-index-not-concurrent a/migrations/2.sql\n");
    REQUIRE(two.notes.size() == 1);
    CHECK(two.notes[0] == "a/migrations and b/migrations both make public.users: assumed to be of different databases");
}

TEST_CASE("folders that make different tables are of one database") {
    const Found one = found({{"a/migrations/1.sql", "CREATE TABLE users (id bigint PRIMARY KEY, a varchar(10));"},
                             {"b/migrations/1.sql", "CREATE TABLE users (id bigint);"},
                             {"c/migrations/1.sql", "CREATE INDEX ON users (a);"}});
    CHECK(one.rules == "create-index-not-concurrent c/migrations/1.sql\n");
    CHECK(found({{"a/migrations/1.sql", "CREATE TABLE users (id bigint);"},
                 {"b/migrations/1.sql", "CREATE TABLE IF NOT EXISTS users (id bigint);"}})
              .notes.empty());
    CHECK(found({{"a/migrations/1.sql", "CREATE TABLE IF NOT EXISTS users (id bigint);"},
                 {"b/migrations/1.sql", "CREATE TABLE users (id bigint);"}})
              .notes.size() == 1);
}

TEST_CASE("Flyway's folders with the same version are of different databases") {
    const std::string table = "CREATE TABLE IF NOT EXISTS users (id bigint);", index = "CREATE INDEX ON users (id);";
    const Found two = found({{"a/db/migration/V1__a.sql", table}, {"b/db/migration/V01__b.sql", index}});
    REQUIRE(two.notes.size() == 1);
    CHECK(two.notes[0] ==
          "a/db/migration and b/db/migration both have version 1: assumed to be of different databases");
    CHECK(found({{"a/db/migration/V1__a.sql", table}, {"b/db/migration/V2__b.sql", index}}).notes.empty());
    CHECK(found({{"a/migrations/1_a.sql", table}, {"b/migrations/1_b.sql", index}}).notes.empty());
}

TEST_CASE("a table that a folder drops or renames is free for another") {
    const Found moved =
        found({{"a/migrations/1.sql", "CREATE TABLE users (id bigint); CREATE TABLE teams (id bigint);"},
               {"a/migrations/2.sql", "DROP TABLE users; ALTER TABLE teams RENAME TO groups;"},
               {"b/migrations/1.sql", "CREATE TABLE users (id bigint); CREATE TABLE teams (id bigint);"}});
    CHECK(moved.notes.empty());
}

TEST_CASE("within a folder a table that is made twice is an error") {
    CHECK(found({{"a/migrations/1.sql", "CREATE TABLE users (id bigint);"},
                 {"a/migrations/2.sql", "CREATE TABLE users (id bigint);"}})
              .rules == "ordering-conflict a/migrations/2.sql\n");
}

TEST_CASE("few files of another database among plain ones: what is new there is not analyzed, and never passes") {
    struct Case {
        std::string title, beside;  // in the base, among the plain ones
        int plain;
        std::string package;
        bool is_clear;
    };
    const std::string mysql = "CREATE TABLE t (id int AUTO_INCREMENT, PRIMARY KEY (id)) ENGINE = InnoDB;\n";
    for (const Case& one :
         {Case{"one of eight", mysql, 7, "", false},
          Case{"one of four", "CREATE TABLE t (a nvarchar(5));\n", 3, "", false},
          Case{"one of two", mysql, 1, "", true},
          Case{"the project names its database", mysql, 7, R"({"dependencies": {"mysql2": "3.0.0"}})", true}}) {
        INFO(one.title);
        const diff::testing::Folder folder;
        const diff::testing::Repo repo(folder / "repo");
        if (!one.package.empty()) repo.write("package.json", one.package);
        repo.write("migrations/001_first.sql", one.beside);
        for (int i = 2; i < 2 + one.plain; ++i)
            repo.write("migrations/00" + std::to_string(i) + "_next.sql",
                       "CREATE TABLE t" + std::to_string(i) + " (id int PRIMARY KEY);\n");
        const auto base = repo.commit();
        repo.run("checkout -q -b feature");
        repo.write("migrations/050_new.sql", "DROP TABLE t3;\n");
        repo.commit();
        const Report report = pipeline::testing::reviewed(repo, base);
        CHECK((report.verdict.outcome == Outcome::pass) == one.is_clear);
        if (one.is_clear) continue;
        REQUIRE(report.files.size() == 1);
        REQUIRE(report.files.front().unread.size() == 1);
        CHECK(contains(report.files.front().unread.front().why,
                       "migrations/001_first.sql beside it is another database's"));
        CHECK(report.verdict.files_not_analyzed == 1);
    }
}
