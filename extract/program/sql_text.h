#pragma once
// Names and literals as SQL has them.

#include <string>
#include <string_view>
#include <vector>

namespace pgfence::extract {

/// "name" in the quotes PostgreSQL takes.
std::string quoted(std::string_view name);
std::string quoted_list(const std::vector<std::string>& names);
/// 'text', with standard_conforming_strings.
std::string literal(std::string_view text);

}  // namespace pgfence::extract
