// pop's fizz files.

#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pgfence::fuzz::read("1_a.up.fizz", "fizz", data, size);
    return 0;
}
