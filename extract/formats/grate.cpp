// grate, and RoundhousE before it: a folder for each kind of script, gone through in a fixed order (its documentation's
// "Folder configuration"). Those of up/ run once, most others whenever they were edited. A file is one query.

#include <algorithm>
#include <array>
#include <string>

#include "extract/formats/format.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// In the order in which they run.
constexpr std::array kFolders{"beforeMigration"sv,
                              "alterDatabase"sv,
                              "runAfterCreateDatabase"sv,
                              "runBeforeUp"sv,
                              "up"sv,
                              "runFirstAfterUp"sv,
                              "functions"sv,
                              "views"sv,
                              "sprocs"sv,
                              "triggers"sv,
                              "indexes"sv,
                              "runAfterOtherAnyTimeScripts"sv,
                              "permissions"sv,
                              "afterMigration"sv};
/// Of them those that no other tool has.
constexpr std::array kOwn{"runAfterCreateDatabase"sv, "runBeforeUp"sv, "runFirstAfterUp"sv,
                          "runAfterOtherAnyTimeScripts"sv};
constexpr std::array kOnce{"up"sv, "runFirstAfterUp"sv, "runAfterCreateDatabase"sv};

template <std::size_t n>
bool among(std::string_view word, const std::array<std::string_view, n>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

struct GrateFolder {
    std::string root;
    std::string_view folder;
};

/// The innermost folder of these names: a file may lie below it at any depth.
std::optional<GrateFolder> grate_folder_of(std::string_view path) {
    for (std::string_view folder = folder_of(path); !folder.empty(); folder = folder_of(folder))
        if (among(last_part(folder), kFolders)) return GrateFolder{std::string(folder_of(folder)), last_part(folder)};
    return std::nullopt;
}

bool recognises(const Source& source) {
    const auto place = grate_folder_of(source.path);
    if (!place || !source.name.ends_with(".sql")) return false;
    return among(place->folder, kOwn) || std::any_of(kOwn.begin(), kOwn.end(), [&](std::string_view own) {
               return has_folder(source.hints, path_in(place->root, own));
           });
}

RunOrder run_order(const MigrationFile& file) {
    const auto place = grate_folder_of(file.path);
    if (!place) return {};
    const auto at = std::find(kFolders.begin(), kFolders.end(), place->folder) - kFolders.begin();
    const bool always = contains(lower_case(last_part(file.path)), ".everytime.");
    return {place->root + "\n" + static_cast<char>('a' + at) + file.path, always || !among(place->folder, kOnce)};
}

Scope read(const Source&, Script&) {
    return {TransactionMode::implicit, "grate sends each file as one query unless it is told to run in a transaction",
            Scope::From::assumed};
}

}  // namespace

extern const Format grate;
const Format grate{.id = "grate",
                   .title = "grate",
                   .decides = "a folder up, functions, views, ... beside runAfterOtherAnyTimeScripts or the like",
                   .recognises = recognises,
                   .read = read,
                   .known = Known::place,
                   .run_order = run_order,
                   .habits = {.is_known = true,
                              .recursive = true,
                              .leads_back = locate::never_leads_back,
                              .late = Runner::Late::runs,
                              .edited = Runner::Edited::refused}};

}  // namespace pgfence::extract
