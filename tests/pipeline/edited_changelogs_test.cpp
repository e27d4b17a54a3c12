// Liquibase's changelogs, and files that they run, of which some sets ran before the change.

#include <algorithm>
#include <string>

#include "tests/diff/repositories.h"
#include "tests/pipeline/reviewed.h"

using namespace pgfence;
using namespace pgfence::diff::testing;
using pgfence::pipeline::testing::found;
using pgfence::pipeline::testing::has_finding;
using pgfence::pipeline::testing::reviewed;

TEST_CASE("a file of SQL that a changelog runs is judged by what its change set says of edits") {
    for (const bool runs_again : {false, true}) {
        const Folder folder;
        const Repo repo(folder / "repo");
        repo.write("src/main/resources/db/changelog/1.xml",
                   "<databaseChangeLog>\n<changeSet id=\"1\" author=\"a\"" +
                       std::string(runs_again ? " runOnChange=\"true\"" : "") +
                       "><sqlFile path=\"sql/a.sql\"/></changeSet>\n</databaseChangeLog>\n");
        const std::string path = "src/main/resources/sql/a.sql";
        repo.write(path, "SELECT 1;\n");
        const auto base = repo.commit_long_ago();
        repo.run("checkout -q -b feature");
        repo.write(path, "DROP TABLE old;\n");
        repo.commit();
        const std::string said = found(repo, base);
        CHECK((said.find("drop-table " + path + ":1") != std::string::npos) == runs_again);
        CHECK((said.find("non-linear-history " + path + ":1") != std::string::npos) != runs_again);
    }
}

TEST_CASE("a file of SQL that a change adds to a changelog runs behind what the changelog ran before") {
    const Folder folder;
    const Repo repo(folder / "repo");
    const std::string resources = "src/main/resources/";
    const auto master = [&](const std::string& more) {
        repo.write(resources + "db/changelog/master.yaml",
                   "databaseChangeLog:\n- include: {file: db/changelog/z.xml}\n" + more);
    };
    master("");
    repo.write(resources + "db/changelog/z.xml",
               "<databaseChangeLog>\n<changeSet id=\"1\" author=\"a\"><createTable tableName=\"orders\"><column "
               "name=\"id\" type=\"bigint\"/></createTable></changeSet>\n</databaseChangeLog>\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    master("- include: {file: statements/a.sql}\n");
    repo.write(resources + "statements/a.sql",
               "ALTER TABLE orders ADD note text;\nCREATE INDEX CONCURRENTLY i ON orders (id);\n");
    repo.commit();
    const std::string said = found(repo, base);
    INFO(said);
    // Liquibase runs it in a transaction, in which no index is built concurrently.
    CHECK(said.find("statements/a.sql:2\n") != std::string::npos);
    CHECK(said.find("non-linear-history") == std::string::npos);
    const Report report = reviewed(repo, base);
    const auto file = std::find_if(report.files.begin(), report.files.end(),
                                   [&](const FileReport& one) { return one.path == resources + "statements/a.sql"; });
    REQUIRE(file != report.files.end());
    CHECK(file->format == "liquibase-file");
    CHECK(file->transaction == TransactionMode::per_file);
}

TEST_CASE("a change set that is new in a changelog is judged like a new migration, the others are history") {
    const Folder folder;
    const Repo repo(folder / "repo");
    const auto changelog = [](const std::string& indent, const std::string& more) {
        return "<databaseChangeLog>\n" + indent + "<changeSet author=\"nina\" id=\"1\">\n" + indent +
               "<createTable tableName=\"links\"><column name=\"id\" type=\"int\"/></createTable>\n" + indent +
               "</changeSet>\n" + more + "</databaseChangeLog>\n";
    };
    const auto findings = [&](const std::string& base) {
        std::string all;
        for (const FileReport& file : reviewed(repo, base).files)
            for (const StatementReport& statement : file.statements)
                for (const Graded& graded : statement.findings)
                    if (graded.severity != Severity::notice)
                        all += graded.finding.rule + " " + std::string(name_of(graded.severity)) + "\n";
        return all;
    };
    repo.write("db/changelog/links.xml", changelog("  ", ""));
    const auto base = repo.commit();
    repo.run("checkout -q -b indented");
    repo.write("db/changelog/links.xml", changelog("      ", ""));
    repo.commit();
    CHECK(findings(base).empty());
    CHECK(reviewed(repo, base).verdict.outcome == Outcome::pass);

    repo.run("checkout -q -b appended " + base);
    repo.write("db/changelog/links.xml",
               changelog("      ",
                         "<changeSet author=\"nina\" id=\"2\"><delete tableName=\"links\"/></changeSet>\n"
                         "<changeSet author=\"nina\" id=\"3\"><dropTable tableName=\"links\"/></changeSet>\n"));
    repo.commit();
    const std::string appended = findings(base);
    CHECK(appended.find("delete-without-where ") != std::string::npos);
    CHECK(appended.find("drop-table ") != std::string::npos);
    CHECK(appended.find("non-linear-history") == std::string::npos);
    CHECK(reviewed(repo, base).verdict.outcome == Outcome::fail);

    repo.run("checkout -q -b reworded " + base);
    std::string text = changelog("  ", "");
    text.replace(text.find("\"int\""), 5, "\"bigint\"");
    repo.write("db/changelog/links.xml", text);
    repo.commit();
    CHECK(findings(base) == "non-linear-history warning\n");
}
