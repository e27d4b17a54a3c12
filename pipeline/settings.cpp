#include "pipeline/settings.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include "analyze/rule_list.h"
#include "core/encoding.h"
#include "core/table_pattern.h"
#include "extract/detect.h"
#include "extract/extract.h"
#include "pipeline/start_after.h"
#include "pipeline/world.h"
#include "policy/nearest.h"
#include "policy/parse_config.h"
#include "stats/table_sizes.h"

namespace pgfence::pipeline {

const policy::RuleAliases& rule_aliases() {
    static const policy::RuleAliases all = [] {
        policy::RuleAliases found;
        for (auto& [theirs, ours] : analyze::aliases()) found.emplace(theirs, ours);
        return found;
    }();
    return all;
}

Result<policy::Config> parsed_config(const std::string& text, const std::string& name) {
    return policy::parse_config(text, name, analyze::rules(), rule_aliases());
}

std::string baseline_file(const policy::Config& config) {
    return config.baseline.empty() ? std::string(kBaselineFile) : config.baseline;
}

Result<policy::Config> config_of_working_directory(const std::string& path) {
    std::error_code ignored;
    if (path.empty() && !std::filesystem::exists(kConfigFile, ignored)) return policy::Config{};
    const std::string name = path.empty() ? std::string(kConfigFile) : path;
    return parsed_config(TRY(read_file(name)), name);
}

Result<policy::Baseline> baseline_of_working_directory(const policy::Config& config) {
    policy::Baseline none;
    none.name = baseline_file(config);
    std::error_code ignored;
    if (!std::filesystem::exists(none.name, ignored)) return none;
    return policy::parse_baseline(TRY(read_file(none.name)), none.name);
}

policy::Config with(policy::Config config, const Choices& choices) {
    if (choices.pg_version) config.pg_version = choices.pg_version;
    if (choices.max_risk) config.max_risk = *choices.max_risk;
    if (choices.unanalyzed) config.unanalyzed = *choices.unanalyzed;
    if (!choices.format.empty()) config.format = choices.format;
    if (choices.start_after) config.start_after = *choices.start_after;
    return config;
}

diff::Selection selection(diff::Selection asked, const policy::Config& config) {
    if (asked.include.empty()) asked.include = config.migrations;
    asked.detect = extract::detection_by(asked.include);
    asked.exclude.insert(asked.exclude.end(), config.exclude.begin(), config.exclude.end());
    return asked;
}

extract::Hints hints(const policy::Config& config, const std::vector<std::string>& paths) {
    extract::Hints hints;
    std::copy_if(paths.begin(), paths.end(), std::back_inserter(hints.paths),
                 [](const std::string& path) { return extract::tells_tools_apart(path); });
    if (!config.format.empty()) hints.format = config.format;
    hints.transaction = config.transaction;
    hints.placeholders = config.placeholders;
    return hints;
}

std::function<std::optional<std::string>(std::string_view)> at_head(std::shared_ptr<diff::Comparison> comparison) {
    return [comparison = std::move(comparison)](std::string_view path) {
        auto text = comparison->file_at_head(std::string(path));
        return text ? std::move(*text) : std::nullopt;
    };
}

namespace {

/// As diff/ reads a commit's files.
void take_text(MigrationFile& file, std::string bytes, std::vector<std::string>& notes) {
    const Encoding encoding = encoding_of(bytes);
    if (encoding == Encoding::unknown)
        file.unreadable = "it holds NUL bytes or control characters (binary data?): save it as text in UTF-8";
    else if (bytes.starts_with("version https://git-lfs.github.com/spec/"))
        file.unreadable = "a Git LFS pointer without its file: run git lfs pull, or keep migrations out of LFS";
    else
        file.text = in_utf8(std::move(bytes), encoding);
    if (encoding == Encoding::utf16 || encoding == Encoding::latin1)
        notes.push_back(file.path + " is written in " + std::string(name_of(encoding)) +
                        " and was decoded as that; a runner that expects UTF-8 fails on it");
}

}  // namespace

std::vector<MigrationFile> as_migrations(std::vector<GivenFile> given, std::vector<std::string>& notes) {
    std::vector<MigrationFile> files;
    files.reserve(given.size());
    for (GivenFile& one : given) {
        MigrationFile file;
        file.id = static_cast<FileId>(files.size());
        file.path = std::move(one.path);
        file.role = one.role;
        take_text(file, std::move(one.text), notes);
        files.push_back(std::move(file));
    }
    return files;
}

std::vector<MigrationFile> as_migrations(std::vector<GivenFile> given) {
    std::vector<std::string> notes;
    return as_migrations(std::move(given), notes);
}

namespace {

/// "gooze" would be read as whatever its files look like.
Result<void> known_format(const std::string& format) {
    std::vector<std::string> known;
    for (const extract::FormatInfo& info : extract::all_formats()) known.emplace_back(info.id);
    if (format.empty() || std::find(known.begin(), known.end(), format) != known.end()) return {};
    const std::string near = policy::nearest(format, known);
    return usage_error("there is no migration format \"" + format + "\"" +
                       (near.empty() ? "" : ", did you mean \"" + near + "\"?"));
}

/// pg_dump's own formats are archives; a directory cannot be read as a file at all.
Result<void> is_sql(const std::string& text, const std::string& path) {
    if (!text.starts_with("PGDMP")) return {};
    return usage_error(path +
                       " is a dump in pg_dump's custom format: write it as SQL with pg_restore --schema-only -f " +
                       "schema.sql " + path);
}

/// A pattern that names none of the tables that were measured is misspelt, or its table is gone.
void note_what_names_no_table(const policy::SizeChoices& choices, const Sizes& sizes, std::vector<std::string>& notes) {
    for (const auto& [key, patterns] : {std::pair{"busy", &choices.busy}, {"small", &choices.small}})
        for (const std::string& pattern : *patterns)
            if (std::none_of(sizes.tables.begin(), sizes.tables.end(),
                             [&](const auto& table) { return matches_any({pattern}, table.first); }))
                notes.push_back(std::string(key) + " = \"" + pattern +
                                "\" of the config names no table of the stats file");
}

}  // namespace

Result<Prepared> complete(Prepared prepared, const Choices& choices, const ReadNamedFile& read) {
    TRY(known_format(prepared.config.format));
    prepared.today = choices.today;
    take_as_history(prepared.files, prepared.config.start_after, prepared.notes);
    if (!choices.snapshot.empty()) {
        prepared.snapshot_file = choices.snapshot;
        std::string text = TRY(read(choices.snapshot));
        prepared.snapshot = TRY(stats::read_schema_snapshot(std::move(text), choices.snapshot));
        take_from_snapshot(prepared.files, prepared.snapshot->through, prepared.notes);
    }
    if (!choices.stats_file.empty()) {
        const std::string text = TRY(read(choices.stats_file));
        prepared.sizes = TRY(stats::read_snapshot(text, choices.stats_file));
        note_what_names_no_table(prepared.config.sizes, prepared.sizes, prepared.notes);
    }
    for (const std::string& path : choices.schema) {
        std::string text = TRY(read(path));
        prepared.schema.push_back({path, std::move(text)});
        TRY(is_sql(prepared.schema.back().text, path));
    }
    return prepared;
}

}  // namespace pgfence::pipeline
