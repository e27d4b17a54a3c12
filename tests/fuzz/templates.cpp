// Placeholders, placeholders of templates and their conditions.

#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pgfence::fuzz::read("V1__a.sql", "flyway", data, size);
    pgfence::fuzz::read("a.sql", "tern", data, size);
    return 0;
}
