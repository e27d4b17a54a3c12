// Programs in Python: Alembic and Django.

#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pgfence::fuzz::read("a.py", "alembic", data, size);
    pgfence::fuzz::read("a/migrations/0001_a.py", "django", data, size);
    return 0;
}
