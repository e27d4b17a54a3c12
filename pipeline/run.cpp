#include "pipeline/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <numeric>
#include <thread>

#include "analyze/analyze.h"
#include "core/at_once.h"
#include "core/server_version.h"
#include "extract/detect.h"
#include "extract/extract.h"
#include "pipeline/code_uses.h"
#include "pipeline/databases.h"
#include "pipeline/run_order.h"
#include "pipeline/scripts.h"
#include "pipeline/start_after.h"
#include "pipeline/survey.h"
#include "policy/config.h"
#include "policy/decide.h"
#include "policy/severities.h"
#include "stats/schema_snapshot.h"
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

using Snapshot = std::optional<stats::SchemaSnapshot>;

Result<Snapshot> snapshot(const Choices& choices, const ReadFile& read) {
    if (choices.snapshot.empty()) return std::nullopt;
    std::string text = TRY(read(choices.snapshot));
    return TRY(stats::read_schema_snapshot(std::move(text), choices.snapshot));
}

std::string unproven_note(int major) {
    return fmt::format(
        "PostgreSQL {0} is judged by what {1} does: nothing here was proven on a server of {0}, and what only "
        "its grammar has (REPACK, MERGE and SPLIT PARTITION) is listed as not read",
        major, kNewestProvenServer);
}

struct Version {
    int major = kAssumedVersion;
    bool assumed = true;
};

Version version(const Choices& choices, const policy::Config& config, const Snapshot& snapshot, const Sizes& sizes) {
    if (choices.pg_version) return {*choices.pg_version, false};
    if (config.pg_version) return {*config.pg_version, false};
    if (snapshot) return {std::clamp(snapshot->server_version, kOldestServer, kNewestServer), false};
    if (sizes.server_version != 0) return {std::clamp(sizes.server_version, kOldestServer, kNewestServer), false};
    return {};
}

/// What is one change: all that is judged, or every file by itself.
enum class Unit : std::uint8_t { all, each };

Result<std::vector<std::string>> schema(const Choices& choices, const Snapshot& snapshot, const ReadFile& read) {
    std::vector<std::string> texts;
    if (snapshot) texts.push_back(snapshot->sql);
    for (const std::string& path : choices.schema) texts.push_back(extract::schema_text(0, TRY(read(path))).sql);
    return texts;
}

void put(Script script, const MigrationFile& file, Unit unit, analyze::Request& request) {
    if (file.role == MigrationFile::Role::history)
        request.history.push_back(std::move(script));
    else if (file.change != MigrationFile::Change::deleted)
        (unit == Unit::each ? request.each : request.changed).push_back(std::move(script));
}

std::size_t bytes_of(const analyze::Request& request) {
    std::size_t bytes = 0;
    for (const auto* scripts : {&request.history, &request.changed, &request.each})
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
    const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
    std::vector<Analysis> parts(requests.size());
    at_once(requests.size(), all < kWorthAThread ? requests.size() : 1, [&](auto next) {
        while (const auto i = next()) {
            const auto [bytes, number] = by_size[*i];
            requests[number].threads = static_cast<unsigned>(std::max<std::size_t>(1, (cores * bytes + all / 2) / all));
            parts[number] = analyze::analyze(std::move(requests[number]));
        }
    });
    return parts;
}

/// Everything from SQL on: the same for files, for changes and for a history.
struct Judgement {
    const Rules& rules;
    const Choices& choices;
    policy::Config config;
    policy::Baseline baseline;
    std::vector<MigrationFile>& files;  ///< given up to the report
    Unit unit = Unit::all;
    Scripts scripts;
    ReadFile read;
    Snapshot snapshot = {};
    std::vector<std::string> notes;
    const diff::Change* change = nullptr;  ///< with `comparison`; null: there are only files
    diff::Comparison* comparison = nullptr;

    Result<Report> report() {
        if (choices.max_risk) config.max_risk = *choices.max_risk;
        const Sizes table_sizes = TRY(sizes(choices, read));
        const Version server = version(choices, config, snapshot, table_sizes);
        Analysis analysis = analyzed({.version = server.major,
                                      .schema = TRY(schema(choices, snapshot, read)),
                                      .history = {},
                                      .changed = {},
                                      .switched_on = policy::Severities(config, rules.infos).switched_on(),
                                      .options = config.options,
                                      .role = config.role,
                                      .settings = config.settings});
        if (server.major > kNewestProvenServer) notes.push_back(unproven_note(server.major));
        if (change) find_uses_in_code(analysis, *comparison, *change, notes);
        if (const auto stale = stats::staleness_note("stats", table_sizes.date, choices.today)) notes.push_back(*stale);
        if (snapshot)
            if (const auto stale = stats::staleness_note("schema", snapshot->date, choices.today))
                notes.push_back(*stale);
        return policy::decide({.analysis = std::move(analysis),
                               .files = std::move(files),
                               .sizes = table_sizes,
                               .config = config,
                               .aliases = rules.aliases,
                               .today = choices.today,
                               .tool_version = PGFENCE_VERSION,
                               .postgres_version = server.major,
                               .postgres_version_assumed = server.assumed,
                               .base = change ? change->base : std::string(),
                               .head = change ? change->head : std::string(),
                               .notes = std::move(notes),
                               .baseline = std::move(baseline)});
    }

private:
    /// Each database by itself; `request` holds what is the same for all.
    Analysis analyzed(const analyze::Request& request) {
        return together(analyzed_at_once(by_database(request)), files);
    }

    std::vector<analyze::Request> by_database(const analyze::Request& request) {
        std::vector<Script> texts = scripts.of(files);
        put_in_run_order(files, texts);
        const std::vector<std::size_t> databases = databases_of(files, texts, notes);
        const std::size_t count = databases.empty() ? 1 : *std::max_element(databases.begin(), databases.end()) + 1;
        std::vector<analyze::Request> requests(count, request);
        for (std::size_t i = 0; i < files.size(); ++i) put(std::move(texts[i]), files[i], unit, requests[databases[i]]);
        return requests;
    }
};

extract::Hints hints(const Choices& choices, const policy::Config& config, const std::vector<std::string>& paths = {}) {
    extract::Hints hints;
    std::copy_if(paths.begin(), paths.end(), std::back_inserter(hints.paths),
                 [](const std::string& path) { return extract::tells_tools_apart(path); });
    const std::string& format = choices.format.empty() ? config.format : choices.format;
    if (!format.empty()) hints.format = format;
    hints.transaction = config.transaction;
    hints.placeholders = config.placeholders;
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

Result<policy::Baseline> baseline_of_working_directory(const policy::Config& config) {
    policy::Baseline none;
    none.name = config.baseline.empty() ? std::string(kBaselineFile) : config.baseline;
    std::error_code ignored;
    if (!std::filesystem::exists(none.name, ignored)) return none;
    return policy::parse_baseline(TRY(read_file(none.name)), none.name);
}

/// Never from the change itself: what it adds there would accept its own findings.
Result<policy::Baseline> baseline_of_base(diff::Comparison& comparison, const policy::Config& config) {
    const std::string name = config.baseline.empty() ? std::string(kBaselineFile) : config.baseline;
    const auto text = TRY(comparison.file_at_base(name));
    if (!text) return policy::Baseline{};
    return policy::parse_baseline(*text, name);
}

const std::vector<std::string>& start_after(const Choices& choices, const policy::Config& config) {
    return choices.start_after ? *choices.start_after : config.start_after;
}

diff::Selection selection(diff::Selection asked, const policy::Config& config) {
    if (asked.include.empty()) asked.include = config.migrations;
    asked.detect = extract::detect;
    asked.exclude.insert(asked.exclude.end(), config.exclude.begin(), config.exclude.end());
    return asked;
}

std::vector<MigrationFile> as_migrations(std::vector<FilesRequest::File> given) {
    std::vector<MigrationFile> files;
    files.reserve(given.size());
    for (FilesRequest::File& one : given) {
        MigrationFile file;
        file.id = static_cast<FileId>(files.size());
        file.path = std::move(one.path);
        file.text = std::move(one.text);
        file.role = one.role;
        files.push_back(std::move(file));
    }
    return files;
}

}  // namespace

Result<Report> review(FilesRequest request) {
    const Rules rules;
    const policy::Config config = TRY(config_of_working_directory(request.config_file, rules));
    policy::Baseline baseline = TRY(baseline_of_working_directory(config));
    std::vector<MigrationFile> files = as_migrations(std::move(request.files));
    std::vector<std::string> notes;
    take_as_history(files, start_after(request.choices, config), notes);
    Snapshot schema = TRY(snapshot(request.choices, read_file));
    if (schema) take_from_snapshot(files, schema->through, notes);
    return Judgement{.rules = rules,
                     .choices = request.choices,
                     .config = config,
                     .baseline = std::move(baseline),
                     .files = files,
                     .scripts = {hints(request.choices, config), below_working_directory},
                     .read = read_file,
                     .snapshot = std::move(schema),
                     .notes = std::move(notes)}
        .report();
}

Result<ChangeReview> review(const ChangeRequest& request) {
    const Rules rules;
    auto comparison = TRY(diff::Comparison::open(request.change));
    const policy::Config config = TRY(config_of_base(comparison, request.config_file, rules));
    policy::Baseline baseline = TRY(baseline_of_base(comparison, config));
    const std::string& repository = request.change.repository_path;

    diff::Change change = TRY(comparison.changes(selection(request.change.files, config)));
    take_as_history(change.files, start_after(request.choices, config), change.notes);
    const ReadFile read = from_base(comparison, repository);
    Snapshot schema = TRY(snapshot(request.choices, read));
    if (schema) take_from_snapshot(change.files, schema->through, change.notes);
    extract::Hints known = hints(request.choices, config, change.paths);
    // Through the comparison: the clone may lack the head.
    const orm::ReadFile at_head = [&](const std::string& path) {
        auto text = comparison.file_at_head(path);
        return text ? std::move(*text) : std::nullopt;
    };
    known.read = [&](std::string_view path) { return at_head(std::string(path)); };
    Judgement judgement{.rules = rules,
                        .choices = request.choices,
                        .config = config,
                        .baseline = std::move(baseline),
                        .files = change.files,
                        .scripts = {std::move(known), at_head},
                        .read = read,
                        .snapshot = std::move(schema),
                        .notes = change.notes,
                        .change = &change,
                        .comparison = &comparison};
    return ChangeReview{TRY(judgement.report()), change.how};
}

namespace {

/// Plain SQL, whatever the migrations are written in.
Result<Report> report_of_schema(const Choices& choices, const Snapshot& snapshot, const ReadFile& read) {
    FilesRequest request;
    request.choices.pg_version = choices.pg_version;
    request.choices.today = choices.today;
    request.choices.format = "plain-sql";
    if (snapshot) request.files.push_back({choices.snapshot, snapshot->sql});
    for (const std::string& path : choices.schema) request.files.push_back({path, TRY(read(path))});
    return review(std::move(request));
}

/// The migrations that ran before, as if they were new.
void keep_history(std::vector<MigrationFile>& files) {
    std::erase_if(files, [](const MigrationFile& file) { return file.role != MigrationFile::Role::history; });
    for (MigrationFile& file : files) file.role = MigrationFile::Role::changed;
}

Report behind(Report schema, Report earlier) {
    std::move(earlier.files.begin(), earlier.files.end(), std::back_inserter(schema.files));
    return schema;
}

}  // namespace

Result<Report> before(FilesRequest request) {
    const Rules rules;
    const policy::Config config = TRY(config_of_working_directory(request.config_file, rules));
    std::vector<MigrationFile> files = as_migrations(std::move(request.files));
    std::vector<std::string> notes;
    take_as_history(files, start_after(request.choices, config), notes);
    const Snapshot schema = TRY(snapshot(request.choices, read_file));
    if (schema) take_from_snapshot(files, schema->through, notes);
    keep_history(files);
    Judgement judgement{.rules = rules,
                        .choices = request.choices,
                        .config = config,
                        .baseline = {},
                        .files = files,
                        .scripts = {hints(request.choices, config), below_working_directory},
                        .read = read_file,
                        .notes = {}};
    return behind(TRY(report_of_schema(request.choices, schema, read_file)), TRY(judgement.report()));
}

Result<Report> before(const ChangeRequest& request) {
    const Rules rules;
    auto comparison = TRY(diff::Comparison::open(request.change));
    const policy::Config config = TRY(config_of_base(comparison, request.config_file, rules));
    const std::string& repository = request.change.repository_path;
    diff::Change change = TRY(comparison.changes(selection(request.change.files, config)));
    take_as_history(change.files, start_after(request.choices, config), change.notes);
    const ReadFile read = from_base(comparison, repository);
    const Snapshot schema = TRY(snapshot(request.choices, read));
    if (schema) take_from_snapshot(change.files, schema->through, change.notes);
    keep_history(change.files);
    extract::Hints known = hints(request.choices, config, change.paths);
    known.read = [&](std::string_view path) {
        auto text = comparison.file_at_head(std::string(path));
        return text ? std::move(*text) : std::nullopt;
    };
    Judgement judgement{.rules = rules,
                        .choices = request.choices,
                        .config = config,
                        .baseline = {},
                        .files = change.files,
                        .scripts = {std::move(known), at_commit(repository, change.head)},
                        .read = read,
                        .notes = {}};
    return behind(TRY(report_of_schema(request.choices, schema, read)), TRY(judgement.report()));
}

Result<HistoryReview> review(HistoryRequest request) {
    const Rules rules;
    const policy::Config config = TRY(config_of_working_directory(request.config_file, rules));
    policy::Baseline baseline = TRY(baseline_of_working_directory(config));
    std::vector<std::string> notes, paths;
    std::vector<MigrationFile> files = as_migrations(std::move(request.files));
    orm::ReadFile imports = below_working_directory;
    if (files.empty()) {
        auto comparison = TRY(diff::Comparison::open(at_its_head(request.repository)));
        diff::Change change = TRY(comparison.changes(selection(request.repository.files, config)));
        files = std::move(change.files);
        notes = std::move(change.notes);
        paths = std::move(change.paths);
        imports = at_commit(request.repository.repository_path, change.head);
        for (MigrationFile& file : files) {
            file.role = MigrationFile::Role::changed;
            file.change = MigrationFile::Change::added;
        }
    }
    take_as_history(files, start_after(request.choices, config), notes);
    Judgement judgement{.rules = rules,
                        .choices = request.choices,
                        .config = config,
                        .baseline = baseline,
                        .files = files,
                        .unit = Unit::each,
                        .scripts = {hints(request.choices, config, paths), std::move(imports)},
                        .read = read_file,
                        .notes = std::move(notes)};
    return HistoryReview{TRY(judgement.report()), std::move(baseline)};
}

}  // namespace pgfence::pipeline
