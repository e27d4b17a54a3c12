#include "policy/known_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "core/text.h"
#include "policy/nearest.h"

namespace pgfence::policy {
namespace {

using namespace std::string_view_literals;

enum class Kind : std::uint8_t { text, truth, choice, whole, real };
using enum Kind;

struct Setting {
    std::string_view name;
    Kind kind;
    std::string_view words;  ///< of a choice, separated by commas; of a number, an example of its unit
};

// Sorted by name.
constexpr std::array kSettings = std::to_array<Setting>({
#include "policy/generated/settings.inc"
});

const Setting* find(std::string_view name) {
    const auto at = std::lower_bound(kSettings.begin(), kSettings.end(), name,
                                     [](const Setting& one, std::string_view wanted) { return one.name < wanted; });
    return at != kSettings.end() && at->name == name ? &*at : nullptr;
}

/// As parse_bool_with_len: what begins one of the words and no other.
bool is_truth(std::string_view value) {
    if (value == "0" || value == "1") return true;
    const std::string text = lower_case(value);
    if (text.empty() || text == "o") return false;
    const std::array words{"true"sv, "false"sv, "yes"sv, "no"sv, "on"sv, "off"sv};
    return std::any_of(words.begin(), words.end(), [&](auto word) { return word.starts_with(text); });
}

bool is_unit_like(std::string_view unit, std::string_view example) {
    const auto among = [&](std::initializer_list<std::string_view> units) {
        return std::find(units.begin(), units.end(), unit) != units.end();
    };
    if (unit.empty()) return true;
    if (example.empty()) return false;
    const bool is_time = example == "ms" || example == "s" || example == "min";
    return is_time ? among({"us", "ms", "s", "min", "h", "d"}) : among({"B", "kB", "MB", "GB", "TB"});
}

/// strtod reads hexadecimal as strtol does; "nan" and "inf" no setting takes.
bool is_number(std::string_view value, std::string_view unit) {
    const std::string text(trim(value));
    const bool begins_well = !text.empty() && text.find_first_of("nN") != 0 && text.find_first_of("iI") != 0;
    char* end = nullptr;
    std::strtod(text.c_str(), &end);
    return begins_well && end != text.c_str() && is_unit_like(trim(std::string_view(end)), unit);
}

std::string number_expected(const Setting& setting) {
    if (setting.words.empty()) return "a number";
    return fmt::format("a number, with or without a unit (in {} when it has none)", setting.words);
}

}  // namespace

std::optional<std::string> unknown_setting(const std::string& name) {
    if (name.find('.') != std::string::npos || find(name)) return std::nullopt;
    std::vector<std::string> known;
    for (const Setting& one : kSettings) known.emplace_back(one.name);
    return nearest(name, known);
}

std::optional<std::string> expected_in_place_of(const std::string& name, std::string_view value) {
    const Setting* setting = find(name);
    if (!setting || setting->kind == text) return std::nullopt;
    if (setting->kind == truth) return is_truth(value) ? std::nullopt : std::optional<std::string>("true or false");
    if (setting->kind == choice) {
        const auto words = split(setting->words, ",");
        const auto is_word = [&](std::string_view word) {
            return std::find(words.begin(), words.end(), word) != words.end();
        };
        // Those that once were true or false take these words as well, which pg_settings does not list.
        constexpr std::array kTruths{"true"sv, "false"sv, "yes"sv, "no"sv, "1"sv, "0"sv};
        const std::string word = lower_case(value);
        const bool as_truth = is_word("on") && std::find(kTruths.begin(), kTruths.end(), word) != kTruths.end();
        if (is_word(word) || as_truth) return std::nullopt;
        return fmt::format("one of {}", fmt::join(words, ", "));
    }
    return is_number(value, setting->words) ? std::nullopt : std::optional(number_expected(*setting));
}

}  // namespace pgfence::policy
