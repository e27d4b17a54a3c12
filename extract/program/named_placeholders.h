#pragma once
// Places in SQL that a program fills with what is not known, where it does not matter what that is.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgfence::extract {

/// In the SQL in place of what a program puts in and nobody knows.
inline constexpr std::string_view kPlaceholder = "unknown_value";

/// One that is the same value wherever it is written so: what the program reads from its settings.
struct NamedPlaceholder {
    std::string name;                  ///< "unknown_value_1a2b3c4d"
    std::string written;               ///< "app.settings.DB_SCHEMA", whatever it is imported as
    std::uint32_t begin = 0, end = 0;  ///< where the file has it
};
NamedPlaceholder named_placeholder(std::string_view written);
/// Something in the text may be another value each time.
bool has_nameless_placeholder(std::string_view text, const std::vector<NamedPlaceholder>& placeholders);
/// Half open: where a name that holds such placeholders, and no others, is the schema of something.
std::vector<std::pair<std::size_t, std::size_t>> schemas_in(std::string_view sql,
                                                            const std::vector<NamedPlaceholder>& placeholders);

/// It is one statement that reads or changes rows, and every placeholder of it stands in a literal that is a value
/// there, or is the number of a query's LIMIT or OFFSET: no name and no text of SQL is made of one.
bool placeholders_are_values(std::string_view sql);

/// It is one statement about privileges, roles or who owns something, and every placeholder of it is a role there, or
/// stands in a literal: whoever that is, the same is locked.
bool placeholders_are_roles(std::string_view sql);

}  // namespace pgfence::extract
