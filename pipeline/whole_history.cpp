#include "pipeline/whole_history.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/path_text.h"
#include "core/text.h"
#include "locate/layout.h"
#include "locate/order.h"

namespace pgfence::pipeline {
namespace {

struct Folder {
    std::string first;      ///< number of its first file
    bool says_own = false;  ///< which comes first, in its text, whatever the files are called
    std::size_t files = 0;
};

/// Files without a number are together in their folder.
std::map<std::string, Folder> folders_of(const std::vector<const MigrationFile*>& files) {
    std::map<std::string, Folder> folders;
    for (const MigrationFile* file : files) {
        if (locate::is_repeatable(file->path)) continue;
        const std::string name(locate::sequence_of(file->path).value_or(folder_of(file->path)));
        const auto [folder, is_new] = folders.try_emplace(name);
        if (is_new) folder->second = {locate::version_in(file->path), file->path.ends_with(".py"), 0};
        ++folder->second.files;
    }
    return folders;
}

std::string_view main_part(std::string_view version) { return version.substr(0, version.find('.')); }

bool is_first(std::string_view version) { return main_part(version) == "0" || main_part(version) == "1"; }

/// 20240102, 20240102000000, seconds since 1970
bool is_date(std::string_view version) {
    constexpr std::size_t kDigits = 8;
    return main_part(version).size() >= kDigits;
}

/// Of which migrations are a part, without folders of versions: schema/delta of schema/delta/54/01_a.sql.
std::string place_of(const MigrationFile& file) {
    std::string_view folder = locate::sequence_of(file.path).value_or(folder_of(file.path));
    while (!folder.empty() && locate::is_numbered(last_part(folder))) folder = folder_of(folder);
    return std::string(folder);
}

bool is_inside(std::string_view inner, std::string_view outer) {
    return !outer.empty() && inner.starts_with(path_in(outer, ""));
}

/// More are taken for one program's.
constexpr std::size_t kMostPlaces = 1'000;

/// The migrations in one folder.
struct MigrationFolder {
    std::string folder;
    std::set<std::string_view> formats = {};
    std::vector<const MigrationFile*> files = {};
    std::size_t series = 0;
};

/// db/migrate and db/post_migrate, migrations and migrations/later: one program's, where it reads both.
bool are_of_one_program(const MigrationFolder& a, const MigrationFolder& b) {
    const bool are_near =
        folder_of(a.folder) == folder_of(b.folder) || is_inside(a.folder, b.folder) || is_inside(b.folder, a.folder);
    return are_near && std::any_of(a.formats.begin(), a.formats.end(),
                                   [&](std::string_view format) { return b.formats.contains(format); });
}

std::vector<MigrationFolder> places_of(const std::vector<Read>& all) {
    std::map<std::string, MigrationFolder> by_folder;
    for (const Read& one : all) {
        const std::string folder = place_of(*one.file);
        MigrationFolder& place = by_folder.try_emplace(folder, MigrationFolder{folder}).first->second;
        place.formats.insert(one.script->format);
        place.files.push_back(one.file);
    }
    std::vector<MigrationFolder> places;
    for (auto& [folder, place] : by_folder) places.push_back(std::move(place));
    return places;
}

/// Numbers the series of all places, and tells how many there are at most.
std::size_t number_series(std::vector<MigrationFolder>& places) {
    if (places.size() > kMostPlaces) return 1;
    std::size_t count = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        places[i].series = count++;
        for (std::size_t other = 0; other < i; ++other) {
            const std::size_t own = places[i].series, its = places[other].series;
            if (own == its || !are_of_one_program(places[i], places[other])) continue;
            for (std::size_t earlier = 0; earlier <= i; ++earlier)
                if (places[earlier].series == own) places[earlier].series = its;
        }
    }
    return count;
}

}  // namespace

std::vector<analyze::Series> series_of(const std::vector<Read>& all, Extent extent) {
    std::vector<MigrationFolder> places = places_of(all);
    std::vector<std::vector<const MigrationFile*>> files(number_series(places));
    for (const MigrationFolder& place : places)
        files[place.series].insert(files[place.series].end(), place.files.begin(), place.files.end());
    std::vector<analyze::Series> series;
    for (const auto& own : files) {
        if (own.empty()) continue;
        analyze::Series& one = series.emplace_back();
        for (const MigrationFile* file : own) one.files.push_back(file->id);
        one.whole_history =
            (extent == Extent::all && may_begin_history(own)) || (extent == Extent::named && begin_history(own));
    }
    return series;
}

bool may_begin_history(const std::vector<const MigrationFile*>& files) {
    const auto folders = folders_of(files);
    return std::all_of(folders.begin(), folders.end(), [](const auto& folder) {
        const std::string& version = folder.second.first;
        return version.empty() || folder.second.says_own || is_first(version) || is_date(version);
    });
}

bool begin_history(const std::vector<const MigrationFile*>& files) {
    const auto folders = folders_of(files);
    return std::all_of(folders.begin(), folders.end(), [](const auto& folder) {
        return is_first(folder.second.first) || (is_date(folder.second.first) && folder.second.files > 1);
    });
}

}  // namespace pgfence::pipeline
