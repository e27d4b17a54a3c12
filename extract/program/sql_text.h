#pragma once
// Names and literals as SQL has them.

#include <string>
#include <string_view>

namespace pgfence::extract {

/// "name" in the quotes PostgreSQL takes.
std::string quoted(std::string_view name);
/// 'text', with standard_conforming_strings.
std::string literal(std::string_view text);

}  // namespace pgfence::extract
