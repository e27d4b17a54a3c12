// A file that sorts before one that ran: what its runner does is what the project tells it.

#include "pipeline/late_files.h"

#include "pipeline/change.h"
#include "pipeline/review.h"
#include "tests/diff/repositories.h"

using namespace pgfence;
using namespace pgfence::diff::testing;

namespace {

/// How many findings of non-linear-history a change has that adds `path` where `ran` ran; `before` begins both texts.
std::size_t said(const std::map<std::string, std::string>& code, const std::string& ran, const std::string& path,
                 const std::string& before = "", std::string* note = nullptr) {
    const Folder folder;
    const Repo repo(folder / "repo");
    for (const auto& [name, text] : code) repo.write(name, text);
    repo.write(ran, before + "CREATE TABLE orders (id bigint);\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write(path, before + "CREATE TABLE items (id bigint);\n");
    repo.commit();
    pipeline::ChangeRequest request;
    request.change.repository_path = repo.path().string();
    request.change.base = base;
    request.choices.today = "2026-01-01";
    const auto review = pipeline::prepare_change(request).map(pipeline::review);
    REQUIRE(review);
    std::size_t count = 0;
    for (const FileReport& file : review->files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings) count += graded.finding.rule == "non-linear-history";
    if (note)
        for (const std::string& one : review->notes)
            if (one.find("sort before") != one.npos) *note = one;
    return count;
}

}  // namespace

TEST_CASE("late files: Flyway refuses them unless it runs out of order") {
    const std::string ran = "src/main/resources/db/migration/V2__a.sql",
                      path = "src/main/resources/db/migration/V1__b.sql";
    CHECK(said({}, ran, path) == 1);
    CHECK(said({{"src/main/resources/application.yml", "spring:\n  flyway:\n    out-of-order: false\n"}}, ran, path) ==
          1);
    CHECK(said({{"src/Packets.java", "boolean outOfOrder = true;\n"}}, ran, path) == 1);
    std::string note;
    CHECK(said({{"src/main/resources/application.yml", "spring:\n  flyway:\n    out-of-order: true\n"}}, ran, path, "",
               &note) == 0);
    CHECK(note == "src/main/resources/application.yml:3 lets files run that sort before one that ran");
}

TEST_CASE("late files: goose refuses them unless missing ones are allowed") {
    const std::string ran = "migrations/2_a.sql", path = "migrations/1_b.sql", up = "-- +goose Up\n";
    CHECK(said({}, ran, path, up) == 1);
    CHECK(said({{"db/db.go", "err := goose.Up(db, \"migrations\", goose.WithAllowMissing())\n"}}, ran, path, up) == 0);
    CHECK(said({{"Makefile", "migrate:\n\tgoose -allow-missing up\n"}}, ran, path, up) == 0);
    CHECK(said({{"Makefile", "migrate:\n\t# goose -allow-missing up\n"}}, ran, path, up) == 1);
}

TEST_CASE("late files: what the scripts of package.json tell node-pg-migrate") {
    const std::string ran = "migrations/2_a.js", path = "migrations/1_b.js",
                      up = "exports.up = (pgm) => { pgm.createTable('a', { id: 'id' }); };\n// ";
    const auto scripts = [](const std::string& options) {
        return R"({"scripts": {)" + std::string("\n\"migrate\": \"node-pg-migrate up") + options +
               "\"\n}, \"dependencies\": {\"node-pg-migrate\": \"7.0.0\", \"pg\": \"8.0.0\"}}\n";
    };
    CHECK(said({{"package.json", scripts("")}}, ran, path, up) == 1);
    CHECK(said({{"package.json", scripts(" --no-check-order")}}, ran, path, up) == 0);
}

TEST_CASE("late files: the lines that let them run") {
    using pipeline::format_that_runs_late_files;
    CHECK(format_that_runs_late_files("flyway.outOfOrder=true") == "flyway");
    CHECK(format_that_runs_late_files("FLYWAY_OUT_OF_ORDER: 'true'") == "flyway");
    CHECK_FALSE(format_that_runs_late_files("outOfOrder = false"));
    CHECK(format_that_runs_late_files("  checkOrder: false,") == "node-pg-migrate");
    CHECK(format_that_runs_late_files("node-pg-migrate up --no-check-order") == "node-pg-migrate");
    CHECK_FALSE(format_that_runs_late_files("  checkOrder: true,"));
    CHECK(format_that_runs_late_files("allowUnorderedMigrations: true") == "kysely");
    CHECK_FALSE(format_that_runs_late_files("ORDER BY order_id"));
}

TEST_CASE("late files: a base that took others as late takes this one, one alone proves nothing") {
    const auto late = [](std::size_t others) {
        const Folder folder;
        const Repo repo(folder / "repo");
        const std::string path = "src/main/resources/db/migration/";
        repo.write(path + "V900__a.sql", "CREATE TABLE a (id bigint);\n");
        repo.commit_long_ago();
        for (std::size_t i = 0; i < others; ++i)
            repo.write(path + "V10" + std::to_string(i) + "__b.sql",
                       "CREATE TABLE b" + std::to_string(i) + " (id bigint);\n");
        repo.write("README", "x");
        const auto base = repo.commit();
        repo.write(path + "V200__c.sql", "CREATE TABLE c (id bigint);\n");
        repo.commit();
        pipeline::ChangeRequest request;
        request.change.repository_path = repo.path().string();
        request.change.base = base;
        request.choices.today = "2026-01-01";
        const auto review = pipeline::prepare_change(request).map(pipeline::review);
        REQUIRE(review);
        std::size_t count = 0;
        for (const FileReport& file : review->files)
            for (const StatementReport& statement : file.statements)
                for (const Graded& graded : statement.findings) count += graded.finding.rule == "non-linear-history";
        return count;
    };
    CHECK(late(0) == 1);
    CHECK(late(1) == 1);
    CHECK(late(3) == 0);
}
