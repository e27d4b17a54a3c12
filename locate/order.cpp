#include "locate/order.h"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <iterator>
#include <tuple>
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
    /// Of Flyway's: callbacks ahead of the migrations, the migrations, callbacks between, R__, callbacks behind.
    enum class Phase : std::uint8_t { before, versioned, between, repeatable, after } phase = Phase::versioned;
    std::vector<std::string_view> version;  ///< runs of digits; empty: after those that have one
    std::string_view path;
    std::size_t event = 0;         ///< of callbacks
    std::string description = {};  ///< of what has no version for Flyway
};

FileOrderKey::Phase phase_of(FlywayCallback::When when) {
    using enum FlywayCallback::When;
    if (when == ahead_of_repeatables) return FileOrderKey::Phase::between;
    return when == after_each || when == after_applied || when == after ? FileOrderKey::Phase::after
                                                                        : FileOrderKey::Phase::before;
}

/// "VIEW drops" of afterMigrate__VIEW_drops.sql (ResourceNameParser.java).
std::string description_in(std::string_view name) {
    const auto separator = name.find("__");
    if (separator == name.npos) return {};
    name.remove_prefix(separator + 2);
    std::string description(name.substr(0, name.rfind('.')));
    std::replace(description.begin(), description.end(), '_', ' ');
    return description;
}

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
    if (const auto callback = flyway_callback(name))
        return {root_of(path, true), phase_of(callback->when), {}, path, callback->event, description_in(name)};
    const char flyway = flyway_kind(name);
    if (flyway == 'r') return {root_of(path, true), Phase::repeatable, {}, path, 0, description_in(name)};
    return {root_of(path, flyway != 0), Phase::versioned, version_of(name, flyway ? "._" : "."), path};
}

std::strong_ordering compare_versions(const FileOrderKey& a, const FileOrderKey& b) {
    if (a.version.empty() != b.version.empty()) return a.version.empty() <=> b.version.empty();
    return std::lexicographical_compare_three_way(a.version.begin(), a.version.end(), b.version.begin(),
                                                  b.version.end(), compare_numbers);
}

/// Of files of one location. Flyway compares descriptions as text (SqlScriptCallbackFactory.java).
bool before_in_location(const FileOrderKey& a, const FileOrderKey& b) {
    if (a.phase != b.phase) return a.phase < b.phase;
    if (a.phase != FileOrderKey::Phase::versioned)
        return std::tie(a.event, a.description, a.path) < std::tie(b.event, b.description, b.path);
    if (const auto order = compare_versions(a, b); order != 0) return order < 0;
    if (const auto order = compare_naturally(last_part(a.path), last_part(b.path)); order != 0) return order < 0;
    return a.path < b.path;
}

bool before(const FileOrderKey& a, const FileOrderKey& b) {
    if (const auto order = compare_folders(a.root, b.root); order != 0) return order < 0;
    return before_in_location(a, b);
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
        std::erase_if(chosen.detection.other_sql, [&](auto path) { return any_matches(excluded, path); });
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

bool is_callback(std::string_view path) { return is_flyway_callback(last_part(path)); }

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

namespace {

bool is_below(std::string_view folder, std::string_view other) {
    return folder == other ||
           (!other.empty() && folder.starts_with(other) && folder.substr(other.size()).starts_with('/'));
}

/// Flyway takes a location with all its folders.
bool are_in_one_location(const FileOrderKey& a, const FileOrderKey& b) {
    return is_below(a.root, b.root) || is_below(b.root, a.root);
}

/// The files of a change, and what runs right ahead of each and right behind it.
class Deployment {
public:
    explicit Deployment(const std::vector<std::string_view>& change) {
        for (const auto path : change) slots_.push_back({place_of(path), !is_callback(path), {}, {}});
    }

    void add(std::string_view path) {
        using When = FlywayCallback::When;
        const auto callback = flyway_callback(last_part(path));
        if (!callback || callback->when == When::new_schema || callback->when == When::each_statement) return;
        const FileOrderKey place = place_of(path);
        std::vector<Slot*> location;
        for (Slot& slot : slots_)
            if (are_in_one_location(slot.place, place)) location.push_back(&slot);
        const bool is_of_each = callback->when == When::before_each || callback->when == When::after_each;
        if (is_of_each) add_to_each(location, path, callback->when == When::before_each);
        // An edited one of its event is judged as it will run: together with it.
        const bool is_joined = has(location, [&](const Slot& slot) { return slot.place.event == place.event; });
        const bool is_after_migration =
            callback->when == When::after_applied && has(location, [](const Slot& slot) { return slot.is_migration; });
        const bool always = !is_of_each && callback->when != When::after_applied;
        if (location.empty() || !(always || is_joined || is_after_migration)) return;
        const auto next = std::find_if(location.begin(), location.end(),
                                       [&](const auto* slot) { return before_in_location(place, slot->place); });
        (next == location.end() ? location.back()->behind : (*next)->ahead).push_back(path);
    }

    std::vector<DeployedFile> files() const {
        std::vector<DeployedFile> all;
        for (const Slot& slot : slots_) {
            for (const auto path : slot.ahead) all.push_back({path, true});
            all.push_back({slot.place.path, false});
            for (const auto path : slot.behind) all.push_back({path, true});
        }
        return all;
    }

private:
    struct Slot {
        FileOrderKey place;
        bool is_migration;  ///< a migration, which its runner writes down
        std::vector<std::string_view> ahead, behind;
    };

    template <class Holds>
    static bool has(const std::vector<Slot*>& location, Holds holds) {
        return std::any_of(location.begin(), location.end(), [&](const Slot* slot) { return holds(*slot); });
    }

    static void add_to_each(const std::vector<Slot*>& location, std::string_view path, bool ahead) {
        for (Slot* slot : location)
            if (slot->is_migration) (ahead ? slot->ahead : slot->behind).push_back(path);
    }

    std::vector<Slot> slots_;
};

}  // namespace

std::vector<DeployedFile> with_callbacks(const std::vector<std::string_view>& change,
                                         const std::vector<std::string_view>& left_alone) {
    Deployment deployment(change);
    for (const auto path : left_alone) deployment.add(path);
    return deployment.files();
}

bool runs_before(std::string_view a, std::string_view b) { return before(place_of(a), place_of(b)); }

}  // namespace pgfence::locate
