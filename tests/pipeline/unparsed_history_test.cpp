// A folder whose earlier migrations ran and do not parse: its runner sends something else than their text.

#include "pipeline/unparsed_history.h"

#include <algorithm>

#include "core/text.h"
#include "tests/pipeline/reviewed.h"

using namespace pgfence;
using namespace pgfence::diff::testing;
using namespace pgfence::pipeline::testing;

namespace {

/// A language of a runner's own, around SQL.
std::string body(const std::string& statement) { return "step first {\n  " + statement + "\n}\n"; }

Report of_new(const std::map<std::string, std::string>& history, const std::string& text) {
    const Folder folder;
    const Repo repo(folder / "repo");
    for (const auto& [path, earlier] : history) repo.write(path, earlier);
    const auto base = repo.commit();
    repo.write("db/migrations/0009_new.sql", text);
    repo.commit();
    return reviewed(repo, base);
}

}  // namespace

TEST_CASE("history that does not parse: a new file that does not either is not analyzed, and no certain failure") {
    const std::map<std::string, std::string> history{
        {"db/migrations/0001_a.sql", body("create table orders (id bigint);")},
        {"db/migrations/0002_b.sql", body("alter table orders add column note text;")},
        {"db/migrations/0003_c.sql", "CREATE TABLE users (id bigint);\n"}};
    const Report report = of_new(history, body("alter table orders add column paid boolean;"));
    CHECK_FALSE(has_finding(report, "syntax-error"));
    CHECK(report.verdict.outcome == Outcome::neutral);
    const auto& unread = report.files.at(0).unread;
    REQUIRE_FALSE(unread.empty());
    CHECK(contains(unread.front().why, "earlier migrations of this folder ran and do not parse either"));
}

TEST_CASE("history that does not parse: one odd file, or a few of many, excuse no syntax error") {
    std::map<std::string, std::string> history{{"db/migrations/0001_a.sql", body("create table orders (id bigint);")},
                                               {"db/migrations/0003_c.sql", "CREATE TABLE users (id bigint);\n"}};
    CHECK(has_finding(of_new(history, "ALTER TABEL users ADD COLUMN a int;\n"), "syntax-error"));
    history["db/migrations/0002_b.sql"] = body("create table notes (id bigint);");
    for (int i = 10; i < 20; ++i)
        history["db/migrations/00" + std::to_string(i) + "_x.sql"] =
            "CREATE TABLE t" + std::to_string(i) + " (id bigint);\n";
    CHECK(has_finding(of_new(history, "ALTER TABEL users ADD COLUMN a int;\n"), "syntax-error"));
}

namespace {

const std::map<std::string, std::string> kOfMySql{
    {"a/db/migration/V1__a.sql", "CREATE TABLE orders (id bigint NOT NULL);\nALTER TABLE orders MODIFY id int;\n"},
    {"b/db/migration/V2__b.sql", "ALTER TABLE users ADD COLUMN note varchar(10) AFTER id;\n"},
    {"b/db/migration/V3__c.sql", "CREATE TABLE users (id bigint NOT NULL);\n"}};

Report of_change(const std::map<std::string, std::string>& history, const std::map<std::string, std::string>& change) {
    const Folder folder;
    const Repo repo(folder / "repo");
    for (const auto& [path, text] : history) repo.write(path, text);
    repo.write("README", "x");
    const auto base = repo.commit();
    for (const auto& [path, text] : change) repo.write(path, text);
    repo.commit();
    return reviewed(repo, base);
}

bool is_for_another(const Report& report) {
    const auto& files = report.files;
    return std::any_of(files.begin(), files.end(), [](const FileReport& file) {
        return std::any_of(file.unread.begin(), file.unread.end(),
                           [](const NotAnalyzed& unread) { return unread.what == "a statement for another database"; });
    });
}

}  // namespace

TEST_CASE("history for another database: a new file beside it is not analyzed, in whichever folder it lies") {
    for (const std::string folder : {"a", "b", "c"}) {
        INFO(folder);
        const Report report = of_change(kOfMySql, {{folder + "/db/migration/V4__d.sql", "DROP TABLE orders;\n"}});
        CHECK(is_for_another(report));
        CHECK(report.verdict.outcome == Outcome::neutral);
        CHECK_FALSE(has_finding(report, "drop-table"));
    }
}

TEST_CASE("history for another database: PostgreSQL's own words, the team's configuration and the base say otherwise") {
    const std::map<std::string, std::string> drop{{"b/db/migration/V4__d.sql", "DROP TABLE orders;\n"}};
    const Report own = of_change(kOfMySql, {{"b/db/migration/V4__d.sql", "DROP TABLE orders;\nSELECT 'a'::jsonb;\n"}});
    CHECK_FALSE(is_for_another(own));
    CHECK(has_finding(own, "drop-table"));

    auto configured = kOfMySql;
    configured[".pgfence.toml"] = "migrations = [\"**/db/migration/*.sql\"]\n";
    CHECK(has_finding(of_change(configured, drop), "drop-table"));

    auto mixed = kOfMySql;
    mixed["b/db/migration/V3__c.sql"] = "CREATE TABLE users (id bigint, a jsonb);\n";
    CHECK(has_finding(of_change(mixed, drop), "drop-table"));
}

TEST_CASE("history for another database: a change cannot bring the evidence along, nor put it into comments") {
    const std::map<std::string, std::string> plain{{"db/migration/V1__a.sql", "CREATE TABLE orders (id bigint);\n"},
                                                   {"db/migration/V2__b.sql", "CREATE TABLE users (id bigint);\n"}};
    auto change = kOfMySql;
    change["db/migration/V4__d.sql"] = "DROP TABLE orders;\n";
    CHECK(has_finding(of_change(plain, change), "drop-table"));
    CHECK(of_change(plain, change).verdict.outcome == Outcome::fail);

    auto commented = plain;
    commented["db/migration/V3__c.sql"] =
        "-- MODIFY AFTER ENGINE=InnoDB\nALTER TABLE orders ADD COLUMN 'modify after' int;\n";
    commented["db/migration/V2__b.sql"] += "-- MODIFY id AFTER note\nALTER TABEL users ADD a int;\n";
    CHECK(has_finding(of_change(commented, {{"db/migration/V4__d.sql", "DROP TABLE orders;\n"}}), "drop-table"));
}
