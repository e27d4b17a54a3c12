#include "annotate/durations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "core/table_sizes.h"
#include "core/text.h"

namespace pgfence::annotate {
namespace {

struct Unit {
    std::string_view name;
    double seconds;
    double up_to;  ///< in this unit; above it the next one is said
};
constexpr std::array<Unit, 4> kUnits{{{"s", 1, 90}, {"min", 60, 90}, {"h", 3600, 48}, {"days", 86400, HUGE_VAL}}};

/// An estimate is known to one or two digits: more would be a promise.
double rounded(double amount) {
    if (amount >= 100) return std::round(amount / 10) * 10;
    if (amount >= 10) return std::round(amount);
    return amount >= 3 ? std::round(amount * 2) / 2 : std::round(amount * 10) / 10;
}

/// 38000 as "38,000", to two digits.
std::string count_in_words(double count) {
    const double step = std::pow(10, std::max(0.0, std::floor(std::log10(std::max(count, 1.0))) - 1));
    return with_commas(std::llround(std::min(std::round(count / step) * step, 1e18)));
}

std::string range_in_words(const std::string& least, const std::string& most) {
    if (least == most) return most;
    return least == "0" ? "up to " + most : fmt::format("{} to {}", least, most);
}

/// "52,000 to 210,000", of what happens so many times a second; empty when it hardly does, or nobody knows.
std::string times(double per_second, SecondsRange seconds) {
    if (per_second * seconds.most < 1) return "";
    return range_in_words(count_in_words(per_second * seconds.least), count_in_words(per_second * seconds.most));
}

}  // namespace

std::string in_words(SecondsRange seconds) {
    if (seconds.most < 1) return "less than 1 s";
    const Unit& unit =
        *std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return seconds.most <= u.up_to * u.seconds; });
    return fmt::format("{} {}",
                       range_in_words(fmt::format("{:g}", rounded(seconds.least / unit.seconds)),
                                      fmt::format("{:g}", rounded(seconds.most / unit.seconds))),
                       unit.name);
}

std::string in_words(const Estimate& estimate) {
    std::string text = in_words(estimate.seconds);
    if (is_digit(text.front())) text.insert(0, "about ");
    if (estimate.unknown.empty()) return text;
    text += ", not counting " + estimate.unknown.front();
    if (estimate.unknown.size() > 1) text += fmt::format(" and {} more", estimate.unknown.size() - 1);
    return text;
}

std::string arithmetic(const Estimate& estimate) { return fmt::format("{}", fmt::join(estimate.terms, "; ")); }

std::string who_waits(const Wait& wait) {
    const Waiting& who = wait.who;
    const std::string_view clients = who.reads && who.writes ? "reads and writes of"
                                     : who.reads             ? "reads of"
                                                             : "writes to";
    return fmt::format("{} {} wait", clients, wait.relation);
}

std::string size_and_traffic(const Wait& wait) {
    const std::string size = wait.bytes < 0 ? "size unknown" : bytes_in_words(wait.bytes);
    const std::string written = times(wait.writes_per_second, wait.estimate.seconds);
    const std::string read = times(wait.reads_per_second, wait.estimate.seconds);
    if (written.empty() && read.empty()) return size;
    return fmt::format("{}; meanwhile {}{}{}{}{}", size, written, written.empty() ? "" : " rows would be written",
                       written.empty() || read.empty() ? "" : ", ", read, read.empty() ? "" : " scans begin");
}

}  // namespace pgfence::annotate
