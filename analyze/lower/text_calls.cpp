#include "analyze/lower/text_calls.h"

#include <algorithm>

#include "core/text.h"

namespace pgfence {
namespace {

/// Beyond ASCII the database's locale says what a letter's other case is.
std::optional<std::string> in_other_case(const std::string& text, std::string (*change)(std::string_view)) {
    const bool ascii = std::none_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
    return ascii ? std::optional(change(text)) : std::nullopt;
}

std::string separated(const std::vector<std::string>& given) {
    std::string all;
    for (std::size_t i = 1; i < given.size() && all.size() <= kLongestText; ++i)
        all += (i > 1 ? given[0] : "") + given[i];
    return all;
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
    std::string out;
    while (!from.empty() && out.size() <= kLongestText) {
        const auto at = text.find(from);
        if (at == text.npos) break;
        out.append(text.substr(0, at)).append(to);
        text.remove_prefix(at + from.size());
    }
    return out.append(text);
}

}  // namespace

std::optional<std::string> text_of_call(std::string_view function, const std::vector<std::string>& given) {
    if (function == "concat_ws" && !given.empty()) return separated(given);
    if (function == "replace" && given.size() == 3) return replaced(given[0], given[1], given[2]);
    if (given.size() != 1) return std::nullopt;
    if (function == "lower") return in_other_case(given[0], lower_case);
    if (function == "upper") return in_other_case(given[0], upper_case);
    if (function == "btrim") return std::string(trim(given[0], " "));
    return std::nullopt;
}

}  // namespace pgfence
