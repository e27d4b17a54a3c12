#pragma once
// Numbers that stand in text, in decimal digits.

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace pgfence {

/// The whole text as a number; nothing when anything else stands in it, or when it is too large.
template <class Number>
std::optional<Number> number_in(std::string_view text) {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

/// The number that the text begins with; 0 when there is none, or when it is too large.
template <class Number>
Number number_at_begin(std::string_view text) {
    Number number{};
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// "3.2.16" comes before "4.0"; one that is not known, an empty text, before none.
inline bool is_version_before(std::string_view version, std::string_view other) {
    if (version.empty()) return false;
    while (!other.empty()) {
        const int own = number_at_begin<int>(version), wanted = number_at_begin<int>(other);
        if (own != wanted) return own < wanted;
        for (std::string_view* text : {&version, &other}) {
            const auto dot = text->find('.');
            text->remove_prefix(dot == text->npos ? text->size() : dot + 1);
        }
    }
    return false;
}

}  // namespace pgfence
