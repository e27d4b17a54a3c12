#pragma once
// Places in SQL that a program fills with what is not known, where it does not matter what that is.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgfence::extract {

/// In the SQL in place of what a program puts in and nobody knows.
inline constexpr std::string_view kHole = "unknown_value";

/// One that is the same value wherever it is written so: what the program reads from its settings.
struct Hole {
    std::string name;                  ///< "unknown_value_1a2b3c4d"
    std::string written;               ///< "app.settings.DB_SCHEMA", whatever it is imported as
    std::uint32_t begin = 0, end = 0;  ///< where the file has it
};
Hole hole_of(std::string_view written);
/// Something in the text may be another value each time.
bool has_nameless_hole(std::string_view text, const std::vector<Hole>& holes);
/// Half open: where a name that holds such holes, and no others, is the schema of something.
std::vector<std::pair<std::size_t, std::size_t>> schemas_in(std::string_view sql, const std::vector<Hole>& holes);

/// It is one statement that reads or changes rows, and every hole of it stands in a literal that is a value there: no
/// name and no text of SQL is made of one.
bool holes_are_values(std::string_view sql);

}  // namespace pgfence::extract
