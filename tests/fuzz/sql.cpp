// The splitter of SQL, of psql scripts and of files with sections.

#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pgfence::fuzz::read("a.sql", "plain-sql", data, size);
    pgfence::fuzz::read("a.sql", "goose", data, size);
    pgfence::fuzz::read("a.sql", "atlas", data, size);
    pgfence::fuzz::read("a.sql", "liquibase-sql", data, size);
    return 0;
}
