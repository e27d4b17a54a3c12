// Several databases in one repository.

#include <catch2/catch_test_macros.hpp>

#include "pipeline/history.h"
#include "pipeline/review.h"

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
