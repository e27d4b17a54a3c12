#include "pipeline/review.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "analyze/rule_list.h"
#include "core/progress.h"
#include "core/server_version.h"
#include "core/text.h"
#include "extract/extract.h"
#include "locate/order.h"
#include "locate/run_order.h"
#include "pipeline/code_uses.h"
#include "pipeline/databases.h"
#include "pipeline/ecto_lock.h"
#include "pipeline/edit_reach.h"
#include "pipeline/flyway_lock.h"
#include "pipeline/late_files.h"
#include "pipeline/lock_timeout.h"
#include "pipeline/recipes.h"
#include "pipeline/refused_by_runner.h"
#include "pipeline/revisions.h"
#include "pipeline/run_by_programs.h"
#include "pipeline/same_statements.h"
#include "pipeline/scripts.h"
#include "pipeline/settings.h"
#include "pipeline/squashes.h"
#include "pipeline/stand_ins.h"
#include "pipeline/unparsed_history.h"
#include "policy/decide.h"
#include "policy/severities.h"
#include "stats/table_sizes.h"

namespace pgfence::pipeline {
namespace {

struct Version {
    int major = kAssumedVersion;
    bool assumed = true;
};

/// Of the server that a schema or table sizes were read from; 0: there are none.
int version_read(const Prepared& change) {
    return change.snapshot ? change.snapshot->server_version : change.sizes.server_version;
}

Version version_of(const Prepared& change) {
    if (change.config.pg_version) return {*change.config.pg_version, false};
    if (const int read = version_read(change)) return {std::clamp(read, kOldestServer, kNewestServer), false};
    return {};
}

void note_if_unproven(Prepared& change) {
    if (change.config.pg_version || version_read(change) <= kNewestServer) return;
    change.notes.push_back(fmt::format("PostgreSQL {} is judged as {}: pgfence has not been tested on a server of {}",
                                       version_read(change), kNewestServer, version_read(change)));
}

std::vector<std::string> schema_of(const Prepared& change) {
    std::vector<std::string> texts;
    if (change.snapshot) texts.push_back(change.snapshot->sql);
    for (const GivenFile& file : change.schema) texts.push_back(extract::schema_text(0, file.text).sql);
    return texts;
}

void note_what_is_old(Prepared& change) {
    if (const auto stale = stats::staleness_note("stats", change.sizes.date, change.today))
        change.notes.push_back(*stale);
    if (!change.snapshot) return;
    if (const auto stale = stats::staleness_note("schema", change.snapshot->date, change.today))
        change.notes.push_back(*stale);
}

/// Plain SQL, whatever the migrations are written in.
Prepared schema_alone(const Prepared& change) {
    Prepared schema;
    schema.config = change.config;
    schema.config.format = extract::plain_sql();
    schema.hints = hints(schema.config);
    schema.today = change.today;
    std::vector<GivenFile> files;
    if (change.snapshot) files.push_back({change.snapshot_file, change.snapshot->sql});
    files.insert(files.end(), change.schema.begin(), change.schema.end());
    schema.files = as_migrations(std::move(files));
    return schema;
}

/// The migrations that ran before, as if they were new.
void keep_history(std::vector<MigrationFile>& files) {
    std::erase_if(files, [](const MigrationFile& file) { return file.role != MigrationFile::Role::history; });
    for (MigrationFile& file : files) file.role = MigrationFile::Role::changed;
}

/// Files with numbers are made to run once each, whatever runs them.
Runner runner_of(const MigrationFile& file, const Script& script) {
    Runner runner = extract::runner_of(script.format);
    if (runner.edited == Runner::Edited::unknown && locate::sequence_of(file.path))
        runner.edited = Runner::Edited::not_again;
    return runner;
}

Runners runners_of(const std::vector<MigrationFile>& files, const std::vector<Script>& scripts) {
    // A deleted file has no text: what ran tells whose it was.
    std::map<std::string_view, const Script*> ran;
    for (std::size_t i = 0; i < files.size(); ++i)
        if (files[i].role == MigrationFile::Role::history) ran.emplace(files[i].path, &scripts[i]);
    Runners runners;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto before = files[i].change == MigrationFile::Change::deleted ? ran.find(files[i].path) : ran.end();
        runners.emplace(files[i].id, runner_of(files[i], before == ran.end() ? scripts[i] : *before->second));
    }
    return runners;
}

/// What edits make of the migrations in files that hold several.
std::map<FileId, EditedParts> parts_of(const Prepared& change, const std::vector<Script>& scripts) {
    using enum MigrationFile::Role;
    std::map<std::string_view, const MigrationFile*> ran;
    for (const MigrationFile& file : change.files)
        if (file.role == history) ran.emplace(file.path, &file);
    std::map<FileId, EditedParts> parts;
    for (std::size_t i = 0; i < change.files.size(); ++i) {
        const MigrationFile& file = change.files[i];
        const auto before = ran.find(file.path);
        using enum MigrationFile::Change;
        if (file.role == history || (file.change != modified && file.change != renamed && file.change != added))
            continue;
        if (file.change == modified && before == ran.end()) continue;
        const MigrationFile* as_it_was = file.change == modified ? before->second : nullptr;
        if (auto edit = extract::edited_parts(as_it_was, file, scripts[i], change.hints, change.files))
            parts.emplace(file.id, std::move(*edit));
    }
    return parts;
}

std::map<FileId, std::string> perhaps_never_ran(const Prepared& change) {
    std::map<FileId, std::string> files;
    for (const MigrationFile& file : change.files)
        if (const auto why = change.perhaps_never_ran.find(file.path);
            file.role == MigrationFile::Role::changed && why != change.perhaps_never_ran.end())
            files.emplace(file.id, why->second);
    return files;
}

/// Edited files of which a note tells: who edits what no release has makes databases anew. Where it ran all the same
/// and its runner refuses the edit, it is a finding.
std::set<FileId> still_written(Prepared& change, const Runners& runners) {
    constexpr std::size_t kMostNamed = 3;
    std::set<FileId> files;
    std::string latest;
    std::vector<std::string> noted;
    for (const MigrationFile& file : change.files) {
        if (file.role != MigrationFile::Role::changed || file.change != MigrationFile::Change::modified) continue;
        const auto unreleased = change.unreleased.find(file.path);
        const bool is_again = change.still_written.contains(file.path);
        const bool is_ignored =
            unreleased != change.unreleased.end() && runners.at(file.id).edited == Runner::Edited::ignored;
        if (!is_again && !is_ignored) continue;
        files.insert(file.id);
        if (is_again) continue;  // it has its note
        latest = unreleased->second;
        noted.push_back(file.path);
    }
    if (!noted.empty())
        change.notes.push_back(
            fmt::format("edited, and in no release (the latest tag is {}): {}; databases that ran an earlier text stay "
                        "as they are",
                        latest, joined_up_to(kMostNamed, noted)));
    return files;
}

analyze::Request analyze_request(const Prepared& change, const Version& server) {
    std::map<FileId, std::string_view> texts;
    for (const MigrationFile& file : change.files)
        if (file.role == MigrationFile::Role::history) texts.emplace(file.id, file.text);
    return {.version = server.major,
            .schema = schema_of(change),
            .history = {},
            .series = {},
            .changed = {},
            .switched_on = policy::Severities(change.config, analyze::rules()).switched_on(),
            .options = change.config.options,
            .role = change.config.role,
            .texts = std::move(texts),
            .settings = change.config.settings};
}

/// A deleted file is not analyzed, and holds nothing else.
void list_in(Analysis& analysis, FileId id, const Unread& unread) {
    auto& files = analysis.files;
    auto file = std::find_if(files.begin(), files.end(), [&](const AnalyzedFile& one) { return one.file == id; });
    if (file == files.end()) {
        file = files.emplace(files.end());
        file->file = id;
    }
    file->unread.push_back(unread);
}

/// What the code, the configuration and the history have to say of the findings.
void look_beside_the_migrations(Analysis& analysis, Prepared& change) {
    note_if_unproven(change);
    find_uses_in_code(analysis, change);
    find_what_waits_for_flyway(analysis, change);
    find_what_waits_for_ecto(analysis, change);
    heed_lock_timeout_set_elsewhere(analysis, change);
    heed_history_that_does_not_parse(analysis, change);
    heed_what_was_refused_before(analysis, change);
    note_what_is_old(change);
}

}  // namespace

Report review(Prepared change) {
    progress.begin("reading the SQL out of migrations", change.files.size());
    std::vector<Script> scripts = scripts_of(change.files, change.hints);
    go_by_revision(change.files, scripts);
    locate::put_in_run_order(change.files, scripts, extract::run_order);

    Runners runners = runners_of(change.files, scripts);
    heed_late_files_that_run(change, scripts, runners);
    StandIns stand_ins = stand_ins_of(scripts);
    std::map<FileId, EditedParts> parts = parts_of(change, scripts);
    std::map<FileId, LineSet> reached = reach_of_edits(change.files, change.touched);
    std::set<FileId> same = same_statements(change.files, scripts);
    std::set<FileId> same_in_the_end = same_result(change.files, scripts);
    std::set<FileId> programs_own = run_by_programs(change.files);
    Squashes squashes = squashes_in(change.files, scripts);
    const auto refused = refused_by_runner(change, scripts, squashes);
    std::map<FileId, std::string> doubted = perhaps_never_ran(change);
    std::set<FileId> unfinished = still_written(change, runners);
    const Version server = version_of(change);

    progress.begin("analyzing migrations", change.files.size());
    auto [analysis, said_before, same_version] =
        analyzed_by_database(change, std::move(scripts), squashes, runners, analyze_request(change, server));
    for (const auto& [file, unread] : refused) list_in(analysis, file, unread);
    say_as_author(analysis, change.files, change.hints);
    look_beside_the_migrations(analysis, change);

    progress.begin("weighing findings of migrations", change.files.size());
    Report report = policy::decide({.analysis = std::move(analysis),
                                    .files = std::move(change.files),
                                    .sizes = change.sizes,
                                    .config = change.config,
                                    .aliases = rule_aliases(),
                                    .today = change.today,
                                    .tool_version = PGFENCE_VERSION,
                                    .postgres_version = server.major,
                                    .postgres_version_assumed = server.assumed,
                                    .base = change.base,
                                    .head = change.head,
                                    .notes = std::move(change.notes),
                                    .baseline = std::move(change.baseline),
                                    .left_out = change.left_out,
                                    .runners = std::move(runners),
                                    .same_statements = std::move(same),
                                    .same_result = std::move(same_in_the_end),
                                    .run_by_programs = std::move(programs_own),
                                    .reached = std::move(reached),
                                    .parts = std::move(parts),
                                    .made_again = std::move(squashes.made_again),
                                    .replaced = std::move(squashes.replaced),
                                    .perhaps_never_ran = std::move(doubted),
                                    .still_written = std::move(unfinished),
                                    .said_before = std::move(said_before),
                                    .same_version = std::move(same_version)});
    put_back_what_was_written(report, std::move(stand_ins));
    return report;
}

std::vector<std::string> runner_tables(const Report& report) {
    std::set<std::string> all;
    for (const FileReport& file : report.files) all.emplace(extract::own_tables(file.format));
    all.erase("");
    return {all.begin(), all.end()};
}

Report before(Prepared change) {
    Report report = review(schema_alone(change));
    keep_history(change.files);
    change.search_code = nullptr;
    Report earlier = review(std::move(change));
    std::move(earlier.files.begin(), earlier.files.end(), std::back_inserter(report.files));
    return report;
}

}  // namespace pgfence::pipeline
