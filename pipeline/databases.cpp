#include "pipeline/databases.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>
#include <utility>

#include "analyze/prescan/tables_left.h"
#include "core/at_once.h"
#include "core/path_text.h"
#include "extract/extract.h"
#include "locate/order.h"
#include "pipeline/whole_history.h"

namespace pgfence::pipeline {
namespace {

/// Where the migrations lie that run together with this one: in its folder, or in all directories of one run.
std::string place_of(const MigrationFile& file, const Script& script, const extract::Hints& hints) {
    if (std::string run = extract::run_of(script.format, hints, file.path); !run.empty()) return run;
    return std::string(locate::sequence_of(file.path).value_or(folder_of(file.path)));
}

/// Each with the folder that has it.
using Names = std::map<std::string, std::string>;

struct Database {
    Names tables;
    Names versions;  ///< of runners that refuse a version that they find twice
};

struct Folder {
    std::string name;
    std::vector<const Script*> scripts = {};
    std::set<std::string> versions = {};  ///< as Database::versions: of what ran, where any of it ran
    bool has_run = false;
};

/// The first of the names that is there already, as a phrase; empty: none is.
std::string both_have(const Folder& folder, const std::set<std::string>& names, const Names& there,
                      std::string_view verb) {
    for (const std::string& name : names)
        if (const auto found = there.find(name); found != there.end())
            return fmt::format("{} and {} both {} {}", found->second, folder.name, verb, name);
    return {};
}

/// The first database that has none of the folder's tables and versions; a new one when all of them have some.
std::size_t database_for(const Folder& folder, const std::set<std::string>& tables, std::vector<Database>& databases,
                         std::vector<std::string>& notes) {
    std::string why;
    for (std::size_t i = 0; i < databases.size(); ++i) {
        std::string clash = both_have(folder, tables, databases[i].tables, "make");
        if (clash.empty()) clash = both_have(folder, folder.versions, databases[i].versions, "have version");
        if (clash.empty()) return i;
        if (why.empty()) why = std::move(clash);
    }
    if (!databases.empty()) notes.push_back(why + ": assumed to be of different databases");
    databases.emplace_back();
    return databases.size() - 1;
}

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

/// Sorts by place, moving each element once: they are large.
template <class T, class Place>
void put_in_order(std::vector<T>& all, Place place_of) {
    std::vector<std::pair<std::size_t, std::size_t>> order;
    for (std::size_t i = 0; i < all.size(); ++i) order.emplace_back(place_of(all[i]), i);
    std::sort(order.begin(), order.end());
    std::vector<T> sorted;
    sorted.reserve(all.size());
    for (const auto& [place, i] : order) sorted.push_back(std::move(all[i]));
    all = std::move(sorted);
}

std::uint32_t last_transaction(const Analysis& analysis) {
    std::uint32_t last = 0;
    for (const AnalyzedFile& file : analysis.files)
        for (const AnalyzedStatement& statement : file.statements) last = std::max(last, statement.transaction.number);
    return last;
}

/// Numbers tell transactions apart over the whole change.
void renumber(Analysis& analysis, std::uint32_t from) {
    for (AnalyzedFile& file : analysis.files)
        for (AnalyzedStatement& statement : file.statements)
            if (statement.transaction.number > 0) statement.transaction.number += from;
}

std::map<std::string, Folder> folders_of(const std::vector<MigrationFile>& files, const std::vector<Script>& scripts,
                                         const std::vector<std::string>& places) {
    std::map<std::string, Folder> folders;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const std::string& name = places[i];
        Folder& folder = folders.try_emplace(name, Folder{name}).first->second;
        folder.scripts.push_back(&scripts[i]);
        if (!extract::refuses_second_version(scripts[i].format)) continue;
        // What a change adds may be the mistake: it tells no databases apart that ran as one.
        const bool has_run = files[i].role == MigrationFile::Role::history;
        if (!has_run && folder.has_run) continue;
        if (has_run && !std::exchange(folder.has_run, true)) folder.versions.clear();
        if (std::string version = locate::version_in(files[i].path); !version.empty())
            folder.versions.insert(std::move(version));
    }
    return folders;
}

/// For each file the number of its database, from 0.
std::vector<std::size_t> databases_of(const std::vector<MigrationFile>& files, const std::vector<Script>& scripts,
                                      const std::vector<std::string>& places, std::vector<std::string>& notes) {
    std::vector<std::size_t> numbers(files.size(), 0);
    const std::map<std::string, Folder> folders = folders_of(files, scripts, places);
    if (folders.size() < 2) return numbers;
    std::vector<std::vector<const Script*>> groups;
    for (const auto& [name, folder] : folders) groups.push_back(folder.scripts);
    const std::vector<analyze::TablesLeft> left = analyze::tables_made_twice(groups);
    std::vector<Database> databases;
    std::map<std::string, std::size_t> number_of;
    auto tables = left.begin();
    for (const auto& [name, folder] : folders) {
        const std::size_t number = database_for(folder, tables->made, databases, notes);
        for (const auto* some : {&tables->made, &tables->made_if_absent})
            for (const std::string& table : *some) databases[number].tables.emplace(table, name);
        for (const std::string& version : folder.versions) databases[number].versions.emplace(version, name);
        number_of[name] = number;
        ++tables;
    }
    for (std::size_t i = 0; i < files.size(); ++i) numbers[i] = number_of[places[i]];
    return numbers;
}

/// Of new files: another one of their run, as far as anybody knows, that has their version, where their runner stops at
/// that. What the change takes away is there no more.
std::map<FileId, std::string> same_versions(const std::vector<MigrationFile>& files, const std::vector<Script>& scripts,
                                            const std::vector<std::size_t>& databases) {
    using enum MigrationFile::Change;
    std::set<std::string, std::less<>> gone;
    for (const MigrationFile& file : files) {
        if (file.change == deleted) gone.insert(file.path);
        if (file.change == renamed && file.old_path) gone.insert(*file.old_path);
    }
    using Run = std::pair<std::size_t, std::string_view>;  // a database, or a folder of it
    std::map<std::pair<Run, std::string>, std::vector<const MigrationFile*>> by_version;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const MigrationFile& file = files[i];
        const bool anywhere = extract::refuses_second_version(scripts[i].format);
        std::string version = locate::version_in(file.path);
        if (version.empty() || file.change == deleted || gone.contains(file.path) || locate::is_repeatable(file.path) ||
            !(anywhere || extract::refuses_second_in_folder(scripts[i].format)))
            continue;
        const Run run{databases[i], anywhere ? std::string_view() : folder_of(file.path)};
        by_version[{run, std::move(version)}].push_back(&file);
    }
    std::map<FileId, std::string> found;
    for (const auto& [version, all] : by_version)
        for (const MigrationFile* file : all) {
            if (file->role != MigrationFile::Role::changed || (file->change != added && file->change != renamed))
                continue;
            const auto other =
                std::find_if(all.begin(), all.end(), [&](const MigrationFile* one) { return one->path != file->path; });
            if (other != all.end()) found.emplace(file->id, (*other)->path);
        }
    return found;
}

/// Files in the order of `files`.
Analysis together(std::vector<Analysis> parts, const std::vector<MigrationFile>& files) {
    Analysis all = std::move(parts.front());
    for (std::size_t i = 1; i < parts.size(); ++i) {
        renumber(parts[i], last_transaction(all));
        append(all.files, parts[i].files);
        append(all.findings, parts[i].findings);
        append(all.unread_history, parts[i].unread_history);
        append(all.removed, parts[i].removed);
    }
    if (parts.size() == 1) return all;
    std::unordered_map<FileId, std::size_t> order;
    for (std::size_t i = 0; i < files.size(); ++i) order[files[i].id] = i;
    put_in_order(all.files, [&](const AnalyzedFile& file) { return order[file.file]; });
    put_in_order(all.findings, [&](const Finding& finding) { return order[finding.span.file]; });
    return all;
}

/// Its runner has run it, as it was, and runs no file twice: what it says now, nobody runs together with new files.
bool has_run_for_good(const MigrationFile& file, const Script& script, const Runners& runners) {
    return file.change == MigrationFile::Change::modified && !file.repeatable &&
           runners.at(file.id).edited != Runner::Edited::unknown && !extract::holds_parts(script.format);
}

/// Files that were edited after they ran, by the path under which the history has what ran.
std::map<std::string_view, std::size_t> edited_for_good(const std::vector<MigrationFile>& files,
                                                        const std::vector<Script>& scripts, const Runners& runners) {
    std::map<std::string_view, std::size_t> edited;
    for (std::size_t i = 0; i < files.size(); ++i)
        if (has_run_for_good(files[i], scripts[i], runners)) edited.emplace(files[i].path, i);
    return edited;
}

/// What the runners of all places set search_path to, where they agree.
std::string common_search_path(const std::vector<Read>& own, const std::vector<std::string>& places,
                               const MigrationFile* first, const extract::Hints& hints) {
    std::map<std::string_view, std::string> paths;
    for (const Read& one : own) {
        const std::string& place = places[static_cast<std::size_t>(one.file - first)];
        if (!paths.contains(place)) paths[place] = extract::search_path_of(one.script->format, *one.file, hints);
    }
    const bool agree =
        std::all_of(paths.begin(), paths.end(), [&](const auto& one) { return one.second == paths.begin()->second; });
    return agree && !paths.empty() ? paths.begin()->second : std::string();
}

/// A runner is called for one run after the other: none of its transactions goes on in the next one.
class Runs {
public:
    bool is_begun_by(std::string run, std::size_t database) {
        std::string& last = last_[database];
        const bool begins = !last.empty() && !run.empty() && last != run;
        if (!run.empty()) last = std::move(run);
        return begins;
    }

private:
    std::map<std::size_t, std::string> last_;
};

void put_apart(Script script, analyze::Request& request) {
    request.apart.insert(script.file);
    request.history.push_back(std::move(script));
}

/// What ran, judged as if it were new, beside what it was edited to (`now`): under an id that no file has.
class AsItWas {
public:
    explicit AsItWas(std::size_t files) : next_(static_cast<FileId>(files)) {}

    void put(Script was, FileId now, analyze::Request& request) {
        const FileId ran = std::exchange(was.file, next_);
        for (analyze::Series& series : request.series)
            if (const auto at = std::find(series.files.begin(), series.files.end(), ran); at != series.files.end())
                series.files.insert(at, next_);
        now_.emplace(next_++, now);
        put_apart(std::move(was), request);
    }

    /// Takes it out of what is reported.
    policy::SaidBefore taken_from(std::vector<Analysis>& parts) const {
        policy::SaidBefore said;
        for (const auto& [own, now] : now_) said.try_emplace(now);
        const auto is_of_one = [&](FileId file) { return now_.contains(file); };
        for (Analysis& part : parts) {
            for (const Finding& finding : part.findings)
                if (const auto now = now_.find(finding.span.file); now != now_.end())
                    said[now->second].emplace(finding.rule, finding.message);
            std::erase_if(part.files, [&](const AnalyzedFile& file) { return is_of_one(file.file); });
            std::erase_if(part.findings, [&](const Finding& finding) { return is_of_one(finding.span.file); });
            std::erase_if(part.removed, [&](const RemovedName& name) { return is_of_one(name.span.file); });
        }
        return said;
    }

private:
    FileId next_;
    std::map<FileId, FileId> now_;  ///< by the id that it got
};

void put(Script script, const MigrationFile& file, const Squashes& squashes, analyze::Request& request) {
    if (squashes.made_again.contains(file.id))
        request.anew.push_back(std::move(script));
    else if (file.role == MigrationFile::Role::history)
        request.history.push_back(std::move(script));
    else if (file.change != MigrationFile::Change::deleted)
        (file.change == MigrationFile::Change::none ? request.each : request.changed).push_back(std::move(script));
}

/// What runs under the number of a migration that goes meets databases alone that never ran that one.
std::set<std::string_view> stood_for(const std::vector<MigrationFile>& files) {
    std::set<std::string_view> paths;
    for (const MigrationFile& file : files)
        if (!file.stands_for.empty()) paths.insert(file.stands_for);
    return paths;
}

/// What runs with every deployment, and the change leaves as it is.
class LeftAlone {
public:
    LeftAlone(const std::vector<MigrationFile>& files, const std::vector<Script>& scripts) {
        std::set<std::string_view> touched;
        for (const MigrationFile& file : files) {
            paths_.emplace(file.id, file.path);
            if (file.role == MigrationFile::Role::history) continue;
            touched.insert(file.path);
            if (file.old_path) touched.insert(*file.old_path);
        }
        for (std::size_t i = 0; i < files.size(); ++i)
            if (files[i].role == MigrationFile::Role::history && locate::is_callback(files[i].path) &&
                !touched.contains(files[i].path))
                scripts_.emplace(files[i].path, scripts[i]);
    }

    /// Puts those of the request's history among its changes.
    void run_with(analyze::Request& request) const {
        std::vector<std::string_view> change, left_alone;
        std::map<std::string_view, Script*> changed;
        for (Script& script : request.changed) {
            change.push_back(path_of(script));
            changed.emplace(change.back(), &script);
        }
        for (const Script& script : request.history)
            if (const auto path = path_of(script); scripts_.contains(path)) left_alone.push_back(path);
        if (change.empty() || left_alone.empty()) return;
        std::vector<Script> all;
        for (const locate::DeployedFile& file : locate::with_callbacks(change, left_alone)) {
            if (!file.left_alone) {
                all.push_back(std::move(*changed.at(file.path)));
                continue;
            }
            all.push_back(scripts_.at(file.path));
            request.left_alone.insert(all.back().file);
        }
        request.changed = std::move(all);
    }

private:
    std::string_view path_of(const Script& script) const {
        const auto found = paths_.find(script.file);
        return found == paths_.end() ? std::string_view() : found->second;
    }

    std::unordered_map<FileId, std::string_view> paths_;
    std::map<std::string_view, Script> scripts_;
};

std::size_t bytes_of(const analyze::Request& request) {
    std::size_t bytes = 0;
    for (const auto* scripts : {&request.history, &request.changed, &request.each, &request.anew})
        for (const Script& script : *scripts) bytes += script.sql.size();
    return bytes;
}

/// The largest first, and with more than one thread only where it is most of the work: threads that share no catalog
/// are worth twice as much as those that do.
std::vector<Analysis> analyzed_at_once(std::vector<analyze::Request> requests) {
    constexpr std::size_t kWorthAThread = 100'000;
    std::vector<std::pair<std::size_t, std::size_t>> by_size;
    for (std::size_t i = 0; i < requests.size(); ++i) by_size.emplace_back(bytes_of(requests[i]), i);
    std::sort(by_size.rbegin(), by_size.rend());
    const std::size_t all = std::accumulate(by_size.begin(), by_size.end(), std::size_t{1},
                                            [](std::size_t sum, const auto& one) { return sum + one.first; });
    std::vector<Analysis> parts(requests.size());
    at_once(requests.size(), all < kWorthAThread ? requests.size() : 1, [&](auto next) {
        while (const auto i = next()) {
            const auto [bytes, number] = by_size[*i];
            requests[number].threads =
                static_cast<unsigned>(std::max<std::size_t>(1, (cores() * bytes + all / 2) / all));
            parts[number] = analyze::analyze(std::move(requests[number]));
        }
    });
    return parts;
}

}  // namespace

AnalyzedChange analyzed_by_database(Prepared& change, std::vector<Script> scripts, const Squashes& squashes,
                                    const Runners& runners, const analyze::Request& common) {
    const std::vector<MigrationFile>& files = change.files;
    std::vector<std::string> places;
    for (std::size_t i = 0; i < files.size(); ++i) places.push_back(place_of(files[i], scripts[i], change.hints));
    const std::vector<std::size_t> databases = databases_of(files, scripts, places, change.notes);
    std::map<FileId, std::string> same_version = same_versions(files, scripts, databases);
    const std::size_t count = databases.empty() ? 1 : *std::max_element(databases.begin(), databases.end()) + 1;
    std::vector<analyze::Request> requests(count, common);
    for (std::size_t number = 0; number < count; ++number) {
        std::vector<Read> own;
        for (std::size_t i = 0; i < files.size(); ++i)
            if (databases[i] == number) own.push_back({&files[i], &scripts[i]});
        if (std::string path = common_search_path(own, places, files.data(), change.hints); !path.empty())
            requests[number].settings.emplace("search_path", std::move(path));
        requests[number].series = series_of(own, change.extent);
    }
    const std::set<std::string_view> never_ran = stood_for(files);
    std::map<std::string_view, std::size_t> edited = edited_for_good(files, scripts, runners);
    const LeftAlone left_alone(files, scripts);
    Runs runs;
    AsItWas as_it_was(files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
        const MigrationFile& file = files[i];
        if (file.role == MigrationFile::Role::history && never_ran.contains(file.path)) continue;
        analyze::Request& request = requests[databases[i]];
        if (file.role == MigrationFile::Role::changed &&
            runs.is_begun_by(extract::run_of(scripts[i].format, change.hints, file.path), databases[i]))
            request.begin_run.insert(file.id);
        if (const auto now = edited.extract(file.path)) {
            as_it_was.put(scripts[i], files[now.mapped()].id, request);
            put_apart(std::move(scripts[now.mapped()]), request);
        }
        if (!request.apart.contains(file.id)) put(std::move(scripts[i]), file, squashes, request);
    }
    for (analyze::Request& request : requests) left_alone.run_with(request);
    std::vector<Analysis> parts = analyzed_at_once(std::move(requests));
    policy::SaidBefore said_before = as_it_was.taken_from(parts);
    return {together(std::move(parts), files), std::move(said_before), std::move(same_version)};
}

}  // namespace pgfence::pipeline
