#include <iostream>
#include <iterator>

#include "cli/commands.h"
#include "core/at_once.h"
#include "core/server_version.h"
#include "pipeline/world.h"

namespace pgfence::cli {

void InputOptions::add_to(Command& command) {
    command.add("--pg-version,--min-pg-version", &pg_version, "PostgreSQL major version that the migrations run on",
                {.range = {{kOldestServer, kNewestServer}}});
    command.add("--format", &format, "Format of the migrations: plain-sql, goose, prisma, ... (default: detected)");
    command.add("--stats-file", &stats_file, "Table sizes, as pgfence extract-stats wrote them", {.type = "FILE"});
    command.add("--schema", &schema, "SQL of the schema before the migrations, such as pg_dump --schema-only",
                {.type = "FILE"});
    command.add("--start-after", &start_after, "Do not judge migrations up to this one; may be given again",
                {.type = "MIGRATION"});
    command.add("--config", &config_file, "Config file (default .pgfence.toml)", {.type = "FILE"});
    command.add("--max-risk", &max_risk, "Worst risk that passes (default medium)",
                {.one_of = {"safe", "low", "medium", "high", "critical"}});
    command.add(
        "--unanalyzed", &unanalyzed,
        "What statements and files do that were not analyzed (default: a whole file fails, a statement is neutral)",
        {.one_of = {"fail", "neutral", "ignore"}});
}

void ReviewOptions::add_output(Command& command) {
    std::vector<const char*> words(kOutputs.begin(), kOutputs.end());
    for (const annotate::Form* one : annotate::forms()) words.push_back(one->name);
    const TakeChoice take = [this](std::size_t chosen) {
        const bool is_form = chosen >= kOutputs.size();
        output = is_form ? Output::other_ci : static_cast<Output>(chosen);
        form = is_form ? annotate::forms()[chosen - kOutputs.size()] : nullptr;
    };
    command.add("--output", take, "What to print", {.one_of = std::move(words)});
}

void ReviewOptions::add_to(Command& command) {
    InputOptions::add_to(command);
    command.add("--snapshot", &snapshot, "The schema before the migrations, as pgfence snapshot wrote it",
                {.type = "FILE"});
    add_output(command);
    command.add("--comment-file", &comment_file, "Also write the pull-request comment (Markdown)", {.type = "FILE"});
    command.add("--sarif-file", &sarif_file, "Also write SARIF 2.1.0", {.type = "FILE"});
    command.add("--json-file", &json_file, "Also write the JSON report", {.type = "FILE"});
    command.add("--summary-file", &summary_file, "Also write the job summary (Markdown)", {.type = "FILE"});
    command.add("--ci", &ci,
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

void HistoryOptions::add_to(Command& command) {
    command.add("FILE", &files, "Migrations in the order in which they ran (default: those of the repository)");
    command.add("--repository", &repository, "Folder of the repository (default: the working directory)",
                {.type = "DIR"});
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
    if (path != "-") {
        std::string text = TRY(pipeline::read_file(path));
        return File{path, std::move(text)};
    }
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
