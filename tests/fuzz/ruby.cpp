// Programs in Ruby: Rails.

#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pgfence::fuzz::read("a.rb", "rails", data, size);
    return 0;
}
