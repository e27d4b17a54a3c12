// A foreign key of a new table: of one that the change fills the check reads what it put there, and the table that the
// key points at takes no writes meanwhile.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <utility>
#include <vector>

#include "analyze/analyze.h"

using namespace pgfence;

namespace {

constexpr const char* kSchema = "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n";
const std::string kTable = "CREATE TABLE emails (user_id bigint, email text);\n";
const std::string kFill = "INSERT INTO emails (user_id, email) SELECT id, email FROM users;\n";
const std::string kKey = "ALTER TABLE emails ADD CONSTRAINT emails_user FOREIGN KEY (user_id) REFERENCES users (id)";

/// Relations of the findings that speak of the check.
std::vector<std::string> blocked(const std::string& sql) {
    analyze::Request request;
    request.version = 18;
    request.schema = {std::string(kSchema)};
    request.changed.emplace_back().sql = sql;
    std::vector<std::string> all;
    for (const Finding& finding : analyze::analyze(std::move(request)).findings)
        if (finding.rule == "add-foreign-key-not-valid-missing") {
            CHECK(finding.lock == LockMode::ShareRowExclusive);
            CHECK(finding.certainty == Certainty::depends);
            all.insert(all.end(), finding.relations.begin(), finding.relations.end());
        }
    return all;
}

const std::vector<std::string> kUsers{"public.users"};

}  // namespace

TEST_CASE("the key of a new table that the change fills is checked for all that it put there") {
    CHECK(blocked(kTable + kFill + kKey + ";") == kUsers);
    CHECK(blocked("CREATE TABLE emails AS SELECT id AS user_id, email FROM users;\n" + kKey + ";") == kUsers);
    CHECK(blocked("SELECT id AS user_id, email INTO emails FROM users;\n" + kKey + ";") == kUsers);
    CHECK(blocked(kTable + "DO $$ BEGIN " + kFill + " END $$;\n" + kKey + ";") == kUsers);
    CHECK(blocked("CREATE TABLE IF NOT EXISTS emails (user_id bigint, email text);\n" + kFill + kKey + ";") == kUsers);
    // What another new table was filled with goes on to the next one.
    CHECK(blocked("CREATE TEMP TABLE found AS SELECT id, email FROM users;\n" + kTable +
                  "INSERT INTO emails SELECT id, email FROM found;\n" + kKey + ";") == kUsers);
}

TEST_CASE("the key of a new table that is empty, or nearly, has nothing to check") {
    CHECK(blocked(kTable + kKey + ";").empty());
    CHECK(blocked(kTable + kKey + ";\n" + kFill).empty());
    CHECK(blocked(kTable + kFill + kKey + " NOT VALID;").empty());
    CHECK(blocked(kTable + "INSERT INTO emails VALUES (1, 'a'), (2, 'b');\n" + kKey + ";").empty());
    CHECK(blocked(kTable + "INSERT INTO emails SELECT id, email FROM users LIMIT 1;\n" + kKey + ";").empty());
    CHECK(
        blocked("CREATE TABLE emails AS SELECT id AS user_id, email FROM users WITH NO DATA;\n" + kKey + ";").empty());
    CHECK(blocked("CREATE TABLE people (id bigint PRIMARY KEY);\n" + kTable + kFill +
                  "ALTER TABLE emails ADD FOREIGN KEY (user_id) REFERENCES people;")
              .empty());
}
