#include "pipeline/run.h"

#include <algorithm>
#include <filesystem>
#include <functional>

#include "analyze/analyze.h"
#include "extract/extract.h"
#include "pipeline/code_uses.h"
#include "policy/config.h"
#include "policy/decide.h"
#include "policy/severities.h"
#include "stats/table_sizes.h"

namespace pgfence::pipeline {
namespace {

struct Rules {
    std::vector<RuleInfo> infos = analyze::rules();
    policy::RuleAliases aliases;

    Rules() {
        for (auto& [theirs, ours] : analyze::aliases()) aliases.emplace(theirs, ours);
    }
};

/// How the files are read that the caller names: what a change could have edited comes from the base commit.
using ReadFile = std::function<Result<std::string>(const std::string& path)>;

ReadFile from_base(diff::Comparison& comparison, const std::string& repository) {
    return [&comparison, repository](const std::string& path) -> Result<std::string> {
        const auto inside = std::filesystem::absolute(path).lexically_normal().lexically_relative(
            std::filesystem::absolute(repository).lexically_normal());
        if (inside.empty() || *inside.begin() == "..") return read_file(path);
        if (auto text = TRY(comparison.file_at_base(inside.generic_string()))) return std::move(*text);
        return read_file(path);
    };
}

Result<Sizes> sizes(const Choices& choices, const ReadFile& read) {
    if (choices.stats_file.empty()) return Sizes{};
    return stats::read_snapshot(TRY(read(choices.stats_file)), choices.stats_file);
}

struct Version {
    int major = kAssumedVersion;
    bool assumed = true;
};

Version version(const Choices& choices, const policy::Config& config, const Sizes& sizes) {
    if (choices.pg_version) return {*choices.pg_version, false};
    if (config.pg_version) return {*config.pg_version, false};
    if (sizes.server_version != 0) return {std::clamp(sizes.server_version, 11, 18), false};
    return {};
}

/// Everything from SQL on: the same for files and for changes.
Result<Report> judge(const std::vector<MigrationFile>& files, const extract::Hints& hints, const Choices& choices,
                     policy::Config config, const Rules& rules, const ReadFile& read, const diff::Change* change,
                     diff::Comparison* comparison) {
    if (choices.max_risk) config.max_risk = *choices.max_risk;
    const Sizes table_sizes = TRY(sizes(choices, read));
    const Version server = version(choices, config, table_sizes);
    std::vector<std::string> notes = change ? change->notes : std::vector<std::string>{};

    analyze::Request request{.version = server.major,
                             .schema = {},
                             .history = {},
                             .changed = {},
                             .switched_on = policy::Severities(config, rules.infos).switched_on(),
                             .options = config.options};
    for (const std::string& path : choices.schema)
        request.schema.push_back(extract::schema_text(0, TRY(read(path))).sql);
    for (const MigrationFile& file : files) {
        if (file.role == MigrationFile::Role::history)
            request.history.push_back(extract::script(file, hints));
        else if (file.change != MigrationFile::Change::deleted)
            request.changed.push_back(extract::script(file, hints));
    }
    Analysis analysis = analyze::analyze(request);
    request = {};  // its texts are in the files as well
    if (change) find_uses_in_code(analysis, *comparison, *change, notes);

    if (const auto stale = stats::staleness_note(table_sizes.date, choices.today)) notes.push_back(*stale);
    return policy::decide({.analysis = std::move(analysis),
                           .files = files,
                           .sizes = table_sizes,
                           .config = config,
                           .aliases = rules.aliases,
                           .today = choices.today,
                           .tool_version = PGFENCE_VERSION,
                           .postgres_version = server.major,
                           .postgres_version_assumed = server.assumed,
                           .base = change ? change->base : std::string(),
                           .head = change ? change->head : std::string(),
                           .notes = std::move(notes)});
}

extract::Hints hints(const Choices& choices, const policy::Config& config) {
    extract::Hints hints;
    const std::string& format = choices.format.empty() ? config.format : choices.format;
    if (!format.empty()) hints.format = format;
    hints.transaction = config.transaction;
    return hints;
}

Result<policy::Config> config_of_working_directory(const std::string& path, const Rules& rules) {
    std::error_code ignored;
    if (path.empty() && !std::filesystem::exists(kConfigFile, ignored)) return policy::Config{};
    const std::string name = path.empty() ? std::string(kConfigFile) : path;
    return policy::parse_config(TRY(read_file(name)), name, rules.infos, rules.aliases);
}

Result<policy::Config> config_of_base(diff::Comparison& comparison, const std::string& path, const Rules& rules) {
    const std::string name = path.empty() ? std::string(kConfigFile) : path;
    const auto text = TRY(comparison.file_at_base(name));
    if (!text && path.empty()) return policy::Config{};
    if (!text)
        return usage_error("config file " + path + " is not in the base commit " + comparison.base().substr(0, 12) +
                           ": configuration is read from the base, so that a change cannot relax it");
    return policy::parse_config(*text, name, rules.infos, rules.aliases);
}

}  // namespace

Result<Report> review(FilesRequest request) {
    const Rules rules;
    const policy::Config config = TRY(config_of_working_directory(request.config_file, rules));
    std::vector<MigrationFile> files;
    for (FilesRequest::File& given : request.files) {
        MigrationFile file;
        file.id = static_cast<FileId>(files.size());
        file.path = std::move(given.path);
        file.text = std::move(given.text);
        file.role = given.role;
        files.push_back(std::move(file));
    }
    return judge(files, hints(request.choices, config), request.choices, config, rules, read_file, nullptr, nullptr);
}

Result<ChangeReview> review(const ChangeRequest& request) {
    const Rules rules;
    auto comparison = TRY(diff::Comparison::open(request.change));
    const policy::Config config = TRY(config_of_base(comparison, request.config_file, rules));

    diff::Selection selection = request.change.files;
    if (selection.include.empty()) selection.include = config.migrations;
    selection.exclude.insert(selection.exclude.end(), config.exclude.begin(), config.exclude.end());
    const diff::Change change = TRY(comparison.changes(selection));

    extract::Hints known = hints(request.choices, config);
    std::copy_if(change.paths.begin(), change.paths.end(), std::back_inserter(known.paths),
                 [](const std::string& path) { return extract::tells_tools_apart(path); });
    return ChangeReview{TRY(judge(change.files, known, request.choices, config, rules,
                                  from_base(comparison, request.change.repository_path), &change, &comparison)),
                        change.how};
}

}  // namespace pgfence::pipeline
