#include <iostream>
#include <iterator>

#include "cli/commands.h"
#include "core/at_once.h"
#include "core/server_version.h"
#include "pipeline/world.h"

namespace pgfence::cli {

void InputOptions::add_to(CLI::App& command) {
    command
        .add_option("--pg-version,--min-pg-version", pg_version, "PostgreSQL major version that the migrations run on")
        ->check(CLI::Range(kOldestServer, kNewestServer));
    command.add_option("--format", format,
                       "Format of the migrations: plain-sql, goose, prisma, ... (default: detected)");
    command.add_option("--stats-file", stats_file, "Table sizes, as pgfence extract-stats wrote them")
        ->type_name("FILE");
    command.add_option("--schema", schema, "SQL of the schema before the migrations, such as pg_dump --schema-only")
        ->type_name("FILE")
        ->allow_extra_args(false);
    command.add_option("--start-after", start_after, "Do not judge migrations up to this one; may be given again")
        ->type_name("MIGRATION")
        ->allow_extra_args(false);
    command.add_option("--config", config_file, "Config file (default .pgfence.toml)")->type_name("FILE");
    command.add_option("--max-risk", max_risk, "Worst risk that passes (default medium)")
        ->check(CLI::IsMember({"safe", "low", "medium", "high", "critical"}));
    command
        .add_option("--unanalyzed", unanalyzed,
                    "What statements and files do that were not analyzed (default: a whole file fails, a statement is "
                    "neutral)")
        ->check(CLI::IsMember({"fail", "neutral", "ignore"}));
}

void ReviewOptions::add_to(CLI::App& command) {
    InputOptions::add_to(command);
    command.add_option("--snapshot", snapshot, "The schema before the migrations, as pgfence snapshot wrote it")
        ->type_name("FILE");
    command.add_option("--output", output, "What to print")
        ->check(CLI::IsMember(
            {"cli", "json", "sarif", "github", "summary", "annotations", "gitlab", "junit", "rdjson", "azure"}));
    command.add_option("--comment-file", comment_file, "Also write the pull-request comment (Markdown)")
        ->type_name("FILE");
    command.add_option("--sarif-file", sarif_file, "Also write SARIF 2.1.0")->type_name("FILE");
    command.add_option("--json-file", json_file, "Also write the JSON report")->type_name("FILE");
    command.add_option("--summary-file", summary_file, "Also write the job summary (Markdown)")->type_name("FILE");
    command.add_flag("--ci", ci,
                     "Plain text without colours; the exit code says whether the change may pass, as it always does");
}

pipeline::Choices InputOptions::choices() const {
    pipeline::Choices choices;
    if (pg_version != 0) choices.pg_version = pg_version;
    choices.max_risk = parse_risk(max_risk);
    choices.unanalyzed = parse_unanalyzed(unanalyzed);
    choices.format = format == "auto" ? std::string() : format;
    choices.stats_file = stats_file;
    choices.schema = schema;
    if (!start_after.empty()) choices.start_after = start_after;
    choices.today = pipeline::today();
    return choices;
}

pipeline::Choices ReviewOptions::choices() const {
    pipeline::Choices choices = InputOptions::choices();
    choices.snapshot = snapshot;
    return choices;
}

void HistoryOptions::add_to(CLI::App& command) {
    command.add_option("FILE", files, "Migrations in the order in which they ran (default: those of the repository)");
    command.add_option("--repository", repository, "Folder of the repository (default: the working directory)")
        ->type_name("DIR");
    InputOptions::add_to(command);
}

Result<pipeline::HistoryRequest> HistoryOptions::request() const {
    pipeline::HistoryRequest request;
    request.repository.repository_path = repository;
    request.config_file = config_file;
    request.choices = choices();
    request.files = TRY(read_migrations(files));
    return request;
}

namespace {

using File = pipeline::GivenFile;

Result<File> read_migration(const std::string& path) {
    if (path != "-") return File{path, TRY(pipeline::read_file(path))};
    return File{"stdin.sql", std::string(std::istreambuf_iterator<char>(std::cin), {})};
}

}  // namespace

Result<std::vector<File>> read_migrations(const std::vector<std::string>& paths) {
    constexpr std::size_t kWorthAThread = 256;
    std::vector<Result<File>> read(paths.size(), File{});
    at_once(paths.size(), kWorthAThread, [&](auto next) {
        while (const auto i = next()) read[*i] = read_migration(paths[*i]);
    });
    std::vector<File> files;
    files.reserve(read.size());
    for (Result<File>& one : read) files.push_back(TRY(std::move(one)));
    return files;
}

}  // namespace pgfence::cli
