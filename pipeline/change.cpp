#include "pipeline/change.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "diff/work_tree.h"
#include "pipeline/settings.h"
#include "pipeline/world.h"
#include "policy/other_tools.h"

namespace pgfence::pipeline {
namespace {

using Comparison = std::shared_ptr<diff::Comparison>;

Result<policy::Config> config_of_base(diff::Comparison& comparison, const std::string& path) {
    const std::string name = path.empty() ? std::string(kConfigFile) : path;
    const auto text = TRY(comparison.file_at_base(name));
    if (!text && path.empty()) return policy::Config{};
    if (!text)
        return usage_error("config file " + path + " is not in the base commit " + comparison.base().substr(0, 12) +
                           ": configuration is read from the base, so that a change cannot relax it");
    return parsed_config(*text, name);
}

/// Where in the repository a file lies that the caller names: by its path, and by where links on the way lead.
std::vector<std::string> places_in_repository(const std::string& repository, const std::string& path) {
    std::vector<std::string> places;
    if (const auto tree = diff::WorkTree::around(repository)) {
        for (auto place : {tree->inside_as_linked(path), tree->inside(path)})
            if (place && (places.empty() || places.front() != *place)) places.push_back(std::move(*place));
        return places;
    }
    // Nothing is checked out: the folder stands for the repository's root.
    const auto inside = std::filesystem::absolute(path).lexically_normal().lexically_relative(
        std::filesystem::absolute(repository).lexically_normal());
    if (!inside.empty() && *inside.begin() != "..") places.push_back(inside.generic_string());
    return places;
}

/// Never from the change itself: what it adds there would accept its own findings.
Result<policy::Baseline> baseline_of_base(diff::Comparison& comparison, const policy::Config& config) {
    const std::string name = baseline_file(config);
    const auto text = TRY(comparison.file_at_base(name));
    if (!text) return policy::Baseline{};
    return policy::parse_baseline(*text, name);
}

/// What a change could have edited comes from the base commit; what it brings along would judge it by its own word.
ReadNamedFile from_base(Comparison comparison, const std::string& repository) {
    return [comparison = std::move(comparison), repository](const std::string& path) -> Result<std::string> {
        for (const std::string& inside : places_in_repository(repository, path)) {
            if (auto text = TRY(comparison->file_at_base(inside))) return std::move(*text);
            if (TRY(comparison->head_has(inside)))
                return usage_error(
                    path +
                    " is part of the change under review and is not in the base: settings and snapshots are read from "
                    "the base only. Merge it first, or let a workflow step write it to a file that is not committed");
        }
        return read_file(path);
    };
}

/// As the team's own config: what only the change says counts from the next one on.
Result<std::vector<policy::IgnoreEntry>> ignored_by_other_tools(diff::Comparison& comparison) {
    std::vector<policy::IgnoreEntry> all;
    for (const policy::OtherToolsFile& file : policy::other_tools_files()) {
        const auto text = TRY(comparison.file_at_base(std::string(file.path)));
        if (!text) continue;
        for (policy::IgnoreEntry& entry : file.read(file.path, *text)) all.push_back(std::move(entry));
    }
    return all;
}

/// What sets the measure is the base's; a change of it counts from the next one on.
Result<void> note_what_waits(diff::Comparison& comparison, const std::string& name, std::vector<std::string>& notes) {
    const auto base = TRY(comparison.file_at_base(name));
    const bool is_there = TRY(comparison.head_has(name));
    if (!base && is_there) notes.push_back(name + " is new in this change: it takes effect once it is in the base");
    if (!base || !is_there) return {};
    const auto head = TRY(comparison.file_at_head(name));
    if (!head || *head != *base)
        notes.push_back("this change edits " + name + ": the edit takes effect once it is in the base");
    return {};
}

/// Names that others' tools would read, and pgfence does not.
void note_config_that_is_not_read(const std::vector<std::string>& paths, std::vector<std::string>& notes) {
    for (const std::string_view name : {".pgfence.json", ".pgfence.yaml", ".pgfence.yml", "pgfence.toml"})
        if (std::binary_search(paths.begin(), paths.end(), name))
            notes.push_back(std::string(name) + " is not read: pgfence's settings are in " + std::string(kConfigFile));
}

}  // namespace

Result<Prepared> prepare_change(const ChangeRequest& request) {
    const auto comparison = std::make_shared<diff::Comparison>(TRY(diff::Comparison::open(request.change)));
    Prepared prepared;
    prepared.config = with(TRY(config_of_base(*comparison, request.config_file)), request.choices);
    for (policy::IgnoreEntry& entry : TRY(ignored_by_other_tools(*comparison)))
        prepared.config.ignores.push_back(std::move(entry));
    prepared.baseline = TRY(baseline_of_base(*comparison, prepared.config));
    diff::Change change = TRY(comparison->changes(selection(request.change.files, prepared.config)));
    prepared.files = std::move(change.files);
    prepared.extent = change.whole_history ? Extent::all : Extent::some;
    prepared.hints = hints(prepared.config, change.paths);
    prepared.hints.read = at_head(comparison);
    prepared.search_code = [comparison](const auto& words, const auto& migrations) {
        return comparison->search_base(words, migrations);
    };
    prepared.touched = std::move(change.touched);
    prepared.base = std::move(change.base);
    prepared.head = std::move(change.head);
    prepared.how = std::move(change.how);
    prepared.notes = std::move(change.notes);
    prepared.left_out = change.left_out;
    prepared.perhaps_never_ran = std::move(change.perhaps_never_ran);
    prepared.still_written = std::move(change.still_written);
    prepared.unreleased = std::move(change.unreleased);
    prepared.late_as_others = std::move(change.late_as_others);
    note_config_that_is_not_read(change.paths, prepared.notes);
    TRY(note_what_waits(*comparison, baseline_file(prepared.config), prepared.notes));
    if (request.config_file.empty()) TRY(note_what_waits(*comparison, std::string(kConfigFile), prepared.notes));
    return complete(std::move(prepared), request.choices, from_base(comparison, request.change.repository_path));
}

}  // namespace pgfence::pipeline
