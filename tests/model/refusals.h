#pragma once
// What the model says of statements that the server refuses, or takes and does otherwise than they read.

#include <string>
#include <string_view>

namespace pgfence::test {

/// "refused: ..." for failures, "maybe refused: ..." for uncertain ones, "caveat: ..."; one a line. `whole`: the schema
/// holds all that there is.
std::string said_of(std::string_view schema, std::string_view sql, int version, bool whole);

struct Case {
    const char* sql;
    const char* expected;
    int version = 18;
};

}  // namespace pgfence::test
