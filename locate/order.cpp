#include "locate/order.h"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <iterator>
#include <unordered_set>

#include "core/glob.h"
#include "locate/layout.h"

namespace pgfence::locate {
namespace {

std::vector<Glob> globs(const std::vector<std::string>& patterns) { return {patterns.begin(), patterns.end()}; }

bool any_matches(const std::vector<Glob>& patterns, std::string_view path) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const Glob& glob) { return glob.matches(path); });
}

std::string_view without_zeros(std::string_view digits) {
    const auto first = digits.find_first_not_of('0');
    return first == digits.npos ? std::string_view() : digits.substr(first);
}

std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
    a = without_zeros(a);
    b = without_zeros(b);
    if (a.size() != b.size()) return a.size() <=> b.size();
    return a.compare(b) <=> 0;
}

std::string_view take_digits(std::string_view& text) {
    std::size_t n = 0;
    while (n < text.size() && is_digit(text[n])) ++n;
    const auto digits = text.substr(0, n);
    text.remove_prefix(n);
    return digits;
}

/// Runs of digits compare as numbers of any length; other bytes as themselves.
std::strong_ordering compare_naturally(std::string_view a, std::string_view b) {
    while (!a.empty() && !b.empty()) {
        if (is_digit(a[0]) && is_digit(b[0])) {
            const auto number_a = take_digits(a), number_b = take_digits(b);
            if (const auto order = compare_numbers(number_a, number_b); order != 0) return order;
            continue;
        }
        if (a[0] != b[0]) return static_cast<unsigned char>(a[0]) <=> static_cast<unsigned char>(b[0]);
        a.remove_prefix(1);
        b.remove_prefix(1);
    }
    return a.size() <=> b.size();
}

/// diesel's 2018-01-18-172821_add as 20180118172821_add, which it wrote before: one order for both.
std::optional<std::string> without_dashes(std::string_view folder) {
    constexpr std::string_view kDate = "dddd-dd-dd-dddddd";
    if (folder.size() < kDate.size()) return std::nullopt;
    std::string joined;
    for (std::size_t i = 0; i < kDate.size(); ++i) {
        if (kDate[i] == 'd' ? !is_digit(folder[i]) : folder[i] != '-') return std::nullopt;
        if (kDate[i] == 'd') joined += folder[i];
    }
    return joined.append(folder.substr(kDate.size()));
}

std::strong_ordering compare_folder_names(std::string_view a, std::string_view b) {
    const auto dated_a = without_dashes(a), dated_b = without_dashes(b);
    const auto order = compare_naturally(dated_a ? *dated_a : a, dated_b ? *dated_b : b);
    return order != 0 ? order : a.compare(b) <=> 0;
}

std::strong_ordering compare_folders(std::string_view a, std::string_view b) {
    const auto folders_a = split(a, "/"), folders_b = split(b, "/");
    return std::lexicographical_compare_three_way(folders_a.begin(), folders_a.end(), folders_b.begin(),
                                                  folders_b.end(), compare_folder_names);
}

/// Flyway takes all files below a location in the order of their versions, whatever folder they lie in.
std::string_view root_of(std::string_view path, bool flyway) {
    const std::size_t length = flyway ? migrations_folder(lower_case(path)).size() : 0;
    return length == 0 ? folder_of(path) : path.substr(0, length);
}

struct FileOrderKey {
    std::string_view root;
    /// Of Flyway's: what runs with every deployment ahead of the migrations, the migrations, R__, what runs behind.
    enum class Phase : std::uint8_t { before, versioned, repeatable, after } phase = Phase::versioned;
    std::vector<std::string_view> version;  ///< runs of digits; empty: after those that have one
    std::string_view path;
};

std::vector<std::string_view> version_of(std::string_view name, std::string_view separators) {
    std::vector<std::string_view> numbers;
    if (name.size() > 1 && (name[0] == 'V' || name[0] == 'v') && is_digit(name[1])) name.remove_prefix(1);
    while (!name.empty() && is_digit(name[0])) {
        numbers.push_back(take_digits(name));
        if (name.size() < 2 || separators.find(name[0]) == separators.npos || !is_digit(name[1])) break;
        name.remove_prefix(1);
    }
    return numbers;
}

FileOrderKey place_of(std::string_view path) {
    const auto name = last_part(path);
    using Phase = FileOrderKey::Phase;
    const char flyway = flyway_kind(name);
    if (is_flyway_callback(name))
        return {root_of(path, true), is_before_callback(name) ? Phase::before : Phase::after, {}, path};
    return {root_of(path, flyway != 0), flyway == 'r' ? Phase::repeatable : Phase::versioned,
            version_of(name, flyway ? "._" : "."), path};
}

std::strong_ordering compare_versions(const FileOrderKey& a, const FileOrderKey& b) {
    if (a.version.empty() != b.version.empty()) return a.version.empty() <=> b.version.empty();
    return std::lexicographical_compare_three_way(a.version.begin(), a.version.end(), b.version.begin(),
                                                  b.version.end(), compare_numbers);
}

bool before(const FileOrderKey& a, const FileOrderKey& b) {
    if (const auto order = compare_folders(a.root, b.root); order != 0) return order < 0;
    if (a.phase != b.phase) return a.phase < b.phase;
    if (const auto order = compare_versions(a, b); order != 0) return order < 0;
    if (const auto order = compare_naturally(last_part(a.path), last_part(b.path)); order != 0) return order < 0;
    return a.path < b.path;
}

}  // namespace

std::vector<std::string_view> by_globs(const std::vector<std::string_view>& paths, const Selection& selection) {
    const auto patterns = globs(selection.include);
    std::vector<std::string_view> found;
    std::copy_if(paths.begin(), paths.end(), std::back_inserter(found),
                 [&](auto path) { return any_matches(patterns, path); });
    const Twins twins(found);
    std::erase_if(found, [&](auto path) { return twins.back_by_name(path); });
    return found;
}

std::vector<std::string_view> in_order(std::vector<std::string_view> found, const Selection& selection) {
    const auto excluded = globs(selection.exclude);
    std::erase_if(found, [&](auto path) { return any_matches(excluded, path); });
    std::vector<FileOrderKey> places;
    places.reserve(found.size());
    for (const auto path : found) places.push_back(place_of(path));
    std::sort(places.begin(), places.end(), before);
    std::transform(places.begin(), places.end(), found.begin(), [](const FileOrderKey& place) { return place.path; });
    return found;
}

WrittenPlace Chosen::written_of(std::string_view path) const {
    const auto found = written.find(path);
    return found == written.end() ? WrittenPlace{} : found->second;
}

Chosen choose(const FileTree& tree, const Selection& selection) {
    Chosen chosen;
    std::vector<std::string_view> found = by_globs(tree.submodules, selection);
    for (const auto path : found) chosen.unreadable.emplace(path, "a submodule, whose files are in another repository");
    if (selection.detect) {
        chosen.detection = selection.detect(tree);
        const auto excluded = globs(selection.exclude);
        std::erase_if(chosen.detection.left_out, [&](const LeftOut& one) { return any_matches(excluded, one.path); });
        for (const Located& one : chosen.detection.migrations) {
            if (!one.forward) continue;
            found.push_back(one.path);
            if (one.written.rank > 0) chosen.written.emplace(one.path, one.written);
            if (!one.unreadable.empty()) chosen.unreadable.emplace(one.path, one.unreadable);
            if (one.by_version) chosen.by_version.insert(one.path);
        }
    }
    chosen.migrations = in_order(std::move(found), selection);
    put_in_ranks(chosen.migrations, [&](std::string_view path) { return chosen.written_of(path).rank; });
    return chosen;
}

namespace {

/// By what a runner that keeps a list of what ran knows a migration.
std::string known_as(std::string_view path, bool by_version) {
    std::string_view name = last_part(path);
    if (name == "up.sql" || name == "migration.sql") name = last_part(folder_of(path));
    if (!by_version || is_repeatable(path)) return std::string(name.substr(0, name.rfind('.')));
    if (flyway_kind(name) != 0) name.remove_prefix(1);
    // Alembic and others write their number into the file: its name means nothing.
    if (name.empty() || !is_digit(name[0])) return {};
    std::string version;
    for (const char c : name.substr(0, name.find('_')))
        if (is_digit(c)) version += c;
    return std::string(without_zeros(version));
}

}  // namespace

bool runs_again_as(std::string_view before, std::string_view now, bool by_version) {
    return known_as(before, by_version) != known_as(now, by_version);
}

bool have_one_version(std::string_view a, std::string_view b) {
    const auto sequence = sequence_of(a);
    return sequence && sequence == sequence_of(b) && version_in(a) == version_in(b) && !runs_again_as(a, b, true);
}

bool is_repeatable(std::string_view path) { return place_of(path).phase != FileOrderKey::Phase::versioned; }

std::string version_in(std::string_view path) {
    std::string version;
    for (const auto number : place_of(path).version) {
        const auto digits = without_zeros(number);
        version.append(version.empty() ? "" : ".").append(digits.empty() ? "0" : digits);
    }
    return version;
}

std::optional<std::string_view> sequence_of(std::string_view path) {
    const FileOrderKey place = place_of(path);
    const bool repeatable = place.phase != FileOrderKey::Phase::versioned;
    if (!place.version.empty()) return repeatable ? std::nullopt : std::optional(place.root);
    const auto folder = folder_of(path);
    if (repeatable || version_of(last_part(folder), ".").empty()) return std::nullopt;
    return folder_of(folder);
}

bool runs_before(std::string_view a, std::string_view b) { return before(place_of(a), place_of(b)); }

}  // namespace pgfence::locate
