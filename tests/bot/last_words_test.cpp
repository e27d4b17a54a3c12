// The program where it cannot go on: it says so, with what it has done, and ends as every job that could not be done.

#include <sys/wait.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/text.h"
#include "tests/diff/repositories.h"

using namespace pgfence;
using pgfence::diff::testing::Folder;

// AddressSanitizer needs more addresses than any limit leaves.
#if !defined(__SANITIZE_ADDRESS__)
namespace {

struct Ended {
    int exit_code = -1;
    std::string said;
};

Ended run_within(const std::string& limit, const std::string& arguments) {
    Ended ended;
    const std::string command = "ulimit " + limit + "; exec '" PGFENCE_BINARY "' " + arguments + " 2>&1 >/dev/null";
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe);
    char buffer[4096];
    for (std::size_t n = 0; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) ended.said.append(buffer, n);
    const int status = pclose(pipe);
    ended.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ended;
}

}  // namespace

TEST_CASE("a program that runs out of memory says so, and what it has done") {
    const Folder folder;
    const auto file = folder / "V1__many.sql";
    std::ofstream sql(file);
    for (int i = 0; i < 60'000; ++i) sql << "CREATE TABLE t" << i << " (id bigint PRIMARY KEY, a text UNIQUE);\n";
    sql.close();
    const std::string analyze = "analyze '" + file.string() + "'";
    const Ended memory = run_within("-v 200000", analyze);
    CHECK(memory.exit_code == 3);
    CHECK(contains(memory.said, " while "));
    CHECK(contains(memory.said, " migrations (files: 1)"));
    CHECK(contains(memory.said, "Nothing was decided: this is no review."));
}
#endif
