// What `pgfence inspect` prints after each stage (PGFENCE_UPDATE=1 writes the goldens).

#include <sys/wait.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <string>

#include "tests/golden.h"

using namespace pgfence;

namespace {

const std::string kFolder = PGFENCE_SOURCE_DIR "/tests/golden/inspect/";

std::string inspected(const std::string& after) {
    const std::string command = "cd " + kFolder +
                                " && " PGFENCE_BINARY " inspect --pg-version 16 --schema schema.sql --after " + after +
                                " orders.sql 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe);
    std::string output;
    char buffer[4096];
    for (std::size_t n = 0; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, n);
    CHECK(WEXITSTATUS(pclose(pipe)) == 0);
    return output;
}

}  // namespace

TEST_CASE("inspect prints what each stage hands on") {
    for (const std::string stage : {"extract", "lower", "scope", "model"}) {
        INFO(stage);
        testing::check_golden("tests/golden/inspect/" + stage + ".txt", inspected(stage));
    }
}

TEST_CASE("inspect knows no other stage") {
    FILE* pipe = popen(PGFENCE_BINARY " inspect --after rules /dev/null >/dev/null 2>&1", "r");
    REQUIRE(pipe);
    CHECK(WEXITSTATUS(pclose(pipe)) == 2);
}
