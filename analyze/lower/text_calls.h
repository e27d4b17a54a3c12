#pragma once
// What functions give that only put texts together: the text that EXECUTE runs is often made so.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgfence {

/// Longer texts are not looked at.
inline constexpr std::size_t kLongestText = std::size_t{1} << 20;

/// concat_ws(), replace(), lower(), upper(), btrim() of these texts, none of them NULL; nothing of any other function,
/// and where it depends on the database's locale.
std::optional<std::string> text_of_call(std::string_view function, const std::vector<std::string>& given);

}  // namespace pgfence
