// `extract-stats` and `snapshot`: the two that look at a running database.

#include <cstdio>
#include <memory>

#include "cli/commands.h"
#include "database/database.h"

namespace pgfence::cli {
namespace {

struct Options {
    std::string url, file, through;
    bool query = false;

    void add_to(CLI::App& command) {
        command
            .add_option("--db-url", url, "postgresql://user@host/database, or host=... (default: the PG* variables)")
            ->type_name("URL");
        command.add_option("--out", file, "Where to write it (default: standard output)")->type_name("FILE");
    }
};

/// The file is opened when there is something to write: a failure leaves the last one as it was.
int print(const Result<std::string>& answer, const std::string& path) {
    if (!answer) return fail(answer.error());
    const auto content = [&](std::FILE* file) {
        return std::fwrite(answer->data(), 1, answer->size(), file) == answer->size();
    };
    if (!path.empty()) return write_file(path, content) ? 0 : 3;
    if (content(stdout) && std::fflush(stdout) == 0) return 0;
    return fail({.message = "standard output does not take what the database said"});
}

}  // namespace

void add_extract_stats(CLI::App& app, int& exit_code) {
    const auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("extract-stats", "Read table sizes from a database, for --stats-file");
    options->add_to(*command);
    command->add_flag("--print-query", options->query, "Print the query that answers it, for psql, and ask nobody");
    command->callback([=, &exit_code] {
        exit_code =
            print(options->query ? std::string(database::table_sizes_query()) : database::table_sizes(options->url),
                  options->file);
    });
}

void add_snapshot(CLI::App& app, int& exit_code) {
    const auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("snapshot", "Read the schema from a database, for --snapshot");
    options->add_to(*command);
    command
        ->add_option("--through", options->through,
                     "The last migration that ran there: later ones of the repository are replayed on top")
        ->type_name("MIGRATION");
    command->callback(
        [=, &exit_code] { exit_code = print(database::snapshot(options->url, options->through), options->file); });
}

}  // namespace pgfence::cli
