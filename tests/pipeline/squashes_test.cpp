// A history that is made anew: old migrations go, one file makes all that they made.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "core/text.h"
#include "tests/diff/repositories.h"
#include "tests/pipeline/reviewed.h"

using namespace pgfence;
using namespace pgfence::diff::testing;
using pgfence::pipeline::testing::reviewed;

namespace {

/// "rule path" of each finding that counts.
std::string found(const Report& report) {
    std::string text;
    for (const FileReport& file : report.files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings)
                if (!graded.suppressed && !graded.part_of)
                    text += graded.finding.rule + " " + file.path + " " + std::string(name_of(graded.risk)) + "\n";
    return text;
}

constexpr const char* kOld = "prisma/migrations/20240101000000_a/migration.sql";
constexpr const char* kOlder = "prisma/migrations/20230101000000_b/migration.sql";
constexpr const char* kSquash = "prisma/migrations/20250101000000_squashed/migration.sql";
constexpr const char* kNext = "prisma/migrations/20250201000000_next/migration.sql";

/// The history's two files go; the change adds `files`.
Report squashed(const std::vector<std::pair<std::string, std::string>>& files) {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n");
    repo.write("prisma/schema.prisma", "datasource db {\n  provider = \"postgresql\"\n}\n");
    repo.write(kOlder, "CREATE TABLE orders (id bigint PRIMARY KEY, note varchar(10));\nDROP TABLE old;\n");
    repo.write(kOld, "ALTER TABLE orders ADD state text;\nCREATE TABLE users (id int PRIMARY KEY);\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.run("rm -q -r prisma/migrations/20240101000000_a prisma/migrations/20230101000000_b");
    for (const auto& [path, text] : files) repo.write(path, text);
    repo.commit();
    return reviewed(repo, base);
}

const std::string kAll =
    "CREATE TABLE orders (id bigint PRIMARY KEY, note varchar(10), state text);\nCREATE TABLE users (id int PRIMARY "
    "KEY);\nCREATE INDEX ON orders (state);\nALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES users;\n";

}  // namespace

TEST_CASE("a file that makes again what deleted ones made is one finding") {
    const Report report = squashed({{kSquash, kAll}});
    CHECK(found(report) == std::string("non-linear-history ") + kSquash + " medium\n");
    CHECK(report.notes.empty());
    const auto& all = report.files;
    const auto file = std::find_if(all.begin(), all.end(), [](const auto& one) { return one.path == kSquash; });
    REQUIRE(file != all.end());
    CHECK(
        file->statements.front().findings.front().finding.message ==
        "This file creates again what 2 migrations created that are deleted: it is for new databases. Where those ran, "
        "mark it as applied before the deployment (`prisma migrate resolve --applied`), or it fails at "
        "`public.orders`, "
        "which exists");
}

TEST_CASE("a squash weighs by what its runner does where the old files ran") {
    const auto risk = [](const std::string& folder, const std::vector<std::string>& old, const std::string& squash) {
        const Folder place;
        const Repo repo(place / "repo");
        repo.write(folder + old[0], "CREATE TABLE orders (id bigint PRIMARY KEY, note varchar(10));\n");
        repo.write(folder + old[1], "ALTER TABLE orders ADD state text;\nCREATE TABLE users (id int PRIMARY KEY);\n");
        const auto base = repo.commit();
        repo.run("checkout -q -b feature");
        repo.run("rm -q " + folder + old[0] + " " + folder + old[1]);
        repo.write(folder + squash, kAll);
        repo.commit();
        const std::string said = found(reviewed(repo, base));
        INFO(said);
        const std::string begin = "non-linear-history " + folder + squash + " ";
        const auto at = said.find(begin);
        if (at == said.npos) return std::string("none");
        const auto risk_at = at + begin.size();
        return said.substr(risk_at, said.find('\n', risk_at) - risk_at);
    };
    const std::string flyway = "src/main/resources/db/migration/";
    CHECK(risk(flyway, {"V1__a.sql", "V2__b.sql"}, "V3__all.sql") == "high");
    CHECK(risk(flyway, {"V1__a.sql", "V2__b.sql"}, "B2__all.sql") == "none");  // left out as it is
    const std::string golang = "db/migrations/";
    CHECK(risk(golang, {"000001_a.up.sql", "000002_b.up.sql"}, "000002_all.up.sql") == "low");
    CHECK(risk(golang, {"000001_a.up.sql", "000002_b.up.sql"}, "000003_all.up.sql") == "medium");
}

TEST_CASE("a squash under the number of the last that it stands for meets new databases alone") {
    const auto said = [](const std::string& name, const std::string& more) {
        const Folder place;
        const Repo repo(place / "repo");
        const std::string folder = "db/migrations/";
        repo.write(folder + "000001_a.up.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, note varchar(10));\n");
        repo.write(folder + "000002_b.up.sql", "CREATE TABLE users (id int PRIMARY KEY);\nCREATE TABLE bills ();\n");
        repo.write(folder + "000003_c.up.sql", "ALTER TABLE users ADD COLUMN name text;\n");
        const auto base = repo.commit();
        repo.run("checkout -q -b feature");
        for (const char* old : {"000001_a.up.sql", "000002_b.up.sql", "000003_c.up.sql"})
            repo.run("rm -q " + folder + old);
        repo.write(
            folder + name,
            "CREATE TABLE users (id int PRIMARY KEY);\nCREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, "
            "note varchar(20));\nCREATE INDEX ON orders (note);\n" +
                more);
        repo.commit();
        return found(reviewed(repo, base));
    };
    CHECK(said("000003_all.up.sql", "") == "non-linear-history db/migrations/000003_all.up.sql low\n");
    CHECK(
        contains(said("000003_all.up.sql", "DROP TABLE bills;\n"), "drop-table db/migrations/000003_all.up.sql high"));
    const std::string loss = "truncate db/migrations/000003_all.up.sql";
    CHECK_FALSE(contains(said("000003_all.up.sql", "TRUNCATE users;\n"), loss));
    // IF NOT EXISTS leaves what is there.
    CHECK(contains(said("000003_all.up.sql", "TRUNCATE orders;\n"), loss));
}

TEST_CASE("what such a file does to anything else is judged") {
    const std::string said = found(squashed({{kSquash, kAll + "DROP TABLE bills;\n"}}));
    INFO(said);
    CHECK(contains(said, std::string("drop-table ") + kSquash + " high"));
    // An emptied table that is made again loses its rows where it is.
    CHECK(contains(found(squashed({{kSquash, "DROP TABLE IF EXISTS orders CASCADE;\n" + kAll}})),
                   std::string("create-table-force ") + kSquash + " high"));
}

TEST_CASE("the next file meets the tables as they are") {
    const std::string said = found(squashed({{kSquash, kAll}, {kNext, "CREATE INDEX ON orders (note);\n"}}));
    INFO(said);
    CHECK(contains(said, std::string("create-index-not-concurrent ") + kNext + " high"));
}

TEST_CASE("a file that also runs where the tables are is judged as any other") {
    const std::string said = found(squashed(
        {{kSquash, "CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);\nCREATE INDEX ON orders (note);\n"}}));
    INFO(said);
    CHECK(contains(said, std::string("create-index-not-concurrent ") + kSquash + " high"));
    CHECK_FALSE(contains(found(squashed({{kSquash, "CREATE TABLE fresh (id bigint PRIMARY KEY);\n"}})), "makes again"));
}
