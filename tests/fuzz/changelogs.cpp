// Liquibase's changelogs.

#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pgfence::fuzz::read("a.xml", "liquibase", data, size);
    pgfence::fuzz::read("a.yaml", "liquibase-yaml", data, size);
    return 0;
}
