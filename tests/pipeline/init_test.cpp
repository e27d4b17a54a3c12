// `pgfence init` as a user runs it: what it writes is what the program reads, and nobody's file is lost.

#include <catch2/matchers/catch_matchers_string.hpp>
#include <iterator>

#include "tests/diff/repositories.h"

using namespace pgfence::diff::testing;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string run(const Repo& repo, const std::string& arguments) {
    FILE* pipe =
        popen(("cd " + for_shell(repo.path().string()) + " && " PGFENCE_BINARY " " + arguments + " 2>&1").c_str(), "r");
    REQUIRE(pipe);
    std::string output;
    char buffer[4096];
    for (std::size_t n = 0; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, n);
    output += "exit " + std::to_string(WEXITSTATUS(pclose(pipe)));
    return output;
}

std::string text_of(const Repo& repo, const std::string& path) {
    std::ifstream file(repo.path() / path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("init: what it writes leaves the past alone and judges the next migration") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("migrations/0001_a.sql", "CREATE TABLE t (id bigint PRIMARY KEY);\n");
    repo.write("migrations/0002_b.sql", "CREATE INDEX ON t (id);\n");
    repo.write("compose.yml", "image: postgres:16\n");
    repo.commit();
    const std::string said = run(repo, "init");
    CHECK_THAT(said, ContainsSubstring("wrote .pgfence.toml") &&
                         ContainsSubstring("wrote .github/workflows/pgfence.yml") &&
                         ContainsSubstring("wrote .pre-commit-config.yaml") && ContainsSubstring("exit 0"));
    CHECK_THAT(text_of(repo, ".pgfence.toml"),
               ContainsSubstring("pg-version = 16") && ContainsSubstring("\"migrations/0002_b.sql\""));
    repo.write("migrations/0003_c.sql", "CREATE INDEX ON t (id, id);\n");
    CHECK_THAT(run(repo, "analyze migrations/0002_b.sql"),
               ContainsSubstring("start-after: 1 migration") && ContainsSubstring("exit 0"));
    CHECK_THAT(run(repo, "analyze migrations/0003_c.sql"), ContainsSubstring("create-index-not-concurrent"));
}

TEST_CASE("init writes over nothing unless told to, and says so") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("README", "x\n");
    repo.write(".pgfence.toml", "pg-version = 14\n");
    repo.write(".pre-commit-config.yaml", "repos: []\n");
    repo.commit();
    CHECK_THAT(run(repo, "init"), ContainsSubstring("kept  .pgfence.toml") &&
                                      ContainsSubstring("wrote .github/workflows/pgfence.yml") &&
                                      ContainsSubstring("kept  .pre-commit-config.yaml: add this"));
    CHECK(text_of(repo, ".pgfence.toml") == "pg-version = 14\n");
    CHECK_THAT(run(repo, "init --force"), ContainsSubstring("wrote .pgfence.toml, over the one that was there"));
    CHECK(text_of(repo, ".pgfence.toml") != "pg-version = 14\n");
    CHECK(text_of(repo, ".pre-commit-config.yaml") == "repos: []\n");
}

TEST_CASE("baseline: written, obeyed, and pruned without taking anything new") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("migrations/0001_a.sql", "CREATE TABLE t (id bigint PRIMARY KEY);\n");
    repo.write("migrations/0002_b.sql", "DROP TABLE t;\n");
    repo.commit();
    CHECK_THAT(run(repo, "baseline --reason 'before the tool'"),
               ContainsSubstring("2 findings in 1 of 2 migrations accepted (2 new, 0 gone)"));
    CHECK_THAT(run(repo, "analyze migrations/0002_b.sql"),
               ContainsSubstring("by the baseline") && ContainsSubstring("exit 0"));
    repo.write("migrations/0002_b.sql", "SELECT 1;\n");
    repo.write("migrations/0003_c.sql", "DROP TABLE t;\n");
    repo.commit();
    CHECK_THAT(run(repo, "baseline --prune"),
               ContainsSubstring("0 findings in 0 of 3 migrations accepted (0 new, 2 gone)"));
}
