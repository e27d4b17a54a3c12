#include "diff/locate.h"

#include <algorithm>
#include <compare>
#include <iterator>
#include <span>
#include <unordered_map>
#include <unordered_set>

#include "core/glob.h"
#include "core/path_text.h"

namespace pgfence::diff {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::string_view kMigrationWords[] = {"migration", "migrations", "migrate", "migrator"};
constexpr std::string_view kDumps[] = {"schema.sql",   "structure.sql", "dump.sql", "backup.sql",
                                       "snapshot.sql", "seed.sql",      "seeds.sql"};

bool among(std::string_view word, Words words) { return std::find(words.begin(), words.end(), word) != words.end(); }

bool has_word(std::string_view name, Words words) {
    const auto pieces = split(name, "-_. ");
    return std::any_of(pieces.begin(), pieces.end(), [&](auto piece) { return among(piece, words); });
}

// ---- what a file's name says (names are in lower case here)
// ----------------------------------------------------------

/// Flyway: V1_2__add_x.sql, R__views.sql, U1__undo.sql, B1__baseline.sql. The kind, or 0.
char flyway_kind(std::string_view name) {
    const auto separator = name.find("__");
    if (separator == name.npos || separator == 0) return 0;
    const auto version = name.substr(1, separator - 1);
    if (name[0] == 'r') return version.empty() ? 'r' : 0;
    if (name[0] != 'v' && name[0] != 'u' && name[0] != 'b') return 0;
    const bool numbers =
        std::all_of(version.begin(), version.end(), [](char c) { return is_digit(c) || c == '.' || c == '_'; });
    return !version.empty() && is_digit(version[0]) && numbers ? name[0] : 0;
}

/// 001.do.sql, 001.do.add_x.sql (postgrator).
bool is_postgrator(std::string_view name, std::string_view direction) {
    const auto pieces = split(name, ".");
    return pieces.size() >= 3 && !pieces[0].empty() && std::all_of(pieces[0].begin(), pieces[0].end(), is_digit) &&
           pieces[1] == direction;
}

bool runs_backward(std::string_view name) {
    return name == "down.sql" || name.ends_with(".down.sql") || name.ends_with(".undo.sql") ||
           name.ends_with(".rollback.sql") || name.ends_with(".revert.sql") || is_postgrator(name, "undo") ||
           flyway_kind(name) == 'u';
}

/// Named as only migrations are.
bool is_named_as_one(std::string_view folder, std::string_view name) {
    if (flyway_kind(name) != 0 || name.ends_with(".up.sql") || is_postgrator(name, "do")) return true;
    return !folder.empty() && is_digit(folder[0]) && (name == "up.sql" || name == "migration.sql");
}

/// The innermost folder of the path whose name speaks of migrations; empty when none does.
std::string_view migrations_folder(std::string_view path) {
    for (auto folder = folder_of(path); !folder.empty(); folder = folder_of(folder))
        if (has_word(lower_case(last_part(folder)), kMigrationWords)) return folder;
    return {};
}

// ---- what the files beside it say ----------------------------------------------------------------------------------

/// 1_add_down.sql beside 1_add_up.sql; alone, the word belongs to the description ("mark_down.sql").
bool is_down_of_a_pair(std::string_view path, const std::unordered_set<std::string_view>& all) {
    const std::string text = lower_case(path);
    for (const auto& [down, up] :
         {std::pair{std::string_view("_down.sql"), "_up.sql"}, std::pair{std::string_view("-down.sql"), "-up.sql"}})
        if (text.ends_with(down) && all.contains(std::string(path.substr(0, path.size() - down.size())).append(up)))
            return true;
    return runs_backward(lower_case(last_part(path)));
}

std::vector<Glob> globs(const std::vector<std::string>& patterns) { return {patterns.begin(), patterns.end()}; }

bool any_matches(const std::vector<Glob>& patterns, std::string_view path) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const Glob& glob) { return glob.matches(path); });
}

// ---- order
// -----------------------------------------------------------------------------------------------------------

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
    const auto folder = flyway ? migrations_folder(path) : std::string_view();
    return folder.empty() ? folder_of(path) : folder;
}

struct Place {
    std::string_view root;
    bool repeatable = false;
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

Place place_of(std::string_view path) {
    const auto name = last_part(path);
    const char flyway = flyway_kind(lower_case(name));
    return {root_of(path, flyway != 0), flyway == 'r', version_of(name, flyway ? "._" : "."), path};
}

std::strong_ordering compare_versions(const Place& a, const Place& b) {
    if (a.version.empty() != b.version.empty()) return a.version.empty() <=> b.version.empty();
    return std::lexicographical_compare_three_way(a.version.begin(), a.version.end(), b.version.begin(),
                                                  b.version.end(), compare_numbers);
}

bool before(const Place& a, const Place& b) {
    if (const auto order = compare_folders(a.root, b.root); order != 0) return order < 0;
    if (a.repeatable != b.repeatable) return b.repeatable;
    if (const auto order = compare_versions(a, b); order != 0) return order < 0;
    if (const auto order = compare_naturally(last_part(a.path), last_part(b.path)); order != 0) return order < 0;
    return a.path < b.path;
}

}  // namespace

bool is_of_migrations(std::string_view path) {
    const std::string text = lower_case(path);
    if (!migrations_folder(text).empty()) return true;
    const auto name = last_part(text);
    if (name == "schema.rb" || text.find("alembic/versions/") != text.npos) return true;
    return name.ends_with(".sql") &&
           (runs_backward(name) || among(name, kDumps) || is_named_as_one(last_part(folder_of(text)), name));
}

std::vector<std::string_view> by_globs(const std::vector<std::string_view>& paths, const Selection& selection) {
    const auto patterns = globs(selection.include);
    std::vector<std::string_view> found;
    std::copy_if(paths.begin(), paths.end(), std::back_inserter(found),
                 [&](auto path) { return any_matches(patterns, path); });
    const std::unordered_set<std::string_view> all(found.begin(), found.end());
    std::erase_if(found, [&](auto path) { return is_down_of_a_pair(path, all); });
    return found;
}

std::vector<std::string_view> in_order(std::vector<std::string_view> found, const Selection& selection) {
    const auto excluded = globs(selection.exclude);
    std::erase_if(found, [&](auto path) { return any_matches(excluded, path); });
    std::vector<Place> places;
    places.reserve(found.size());
    for (const auto path : found) places.push_back(place_of(path));
    std::sort(places.begin(), places.end(), before);
    std::transform(places.begin(), places.end(), found.begin(), [](const Place& place) { return place.path; });
    return found;
}

bool is_repeatable(std::string_view path) { return place_of(path).repeatable; }

std::optional<std::string_view> sequence_of(std::string_view path) {
    const Place place = place_of(path);
    if (!place.version.empty()) return place.repeatable ? std::nullopt : std::optional(place.root);
    const auto folder = folder_of(path);
    if (place.repeatable || version_of(last_part(folder), ".").empty()) return std::nullopt;
    return folder_of(folder);
}

bool runs_before(std::string_view a, std::string_view b) { return before(place_of(a), place_of(b)); }

}  // namespace pgfence::diff
