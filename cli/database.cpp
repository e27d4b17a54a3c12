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

    void add_to(Command& command) {
        command.add("--db-url", &url, "postgresql://user@host/database, or host=... (default: the PG* variables)",
                    {.type = "URL"});
        command.add("--out", &file, "Where to write it (default: standard output)", {.type = "FILE"});
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

Command extract_stats_command() {
    const auto options = std::make_shared<Options>();
    Command command{"extract-stats", "Read table sizes from a database, for --stats-file"};
    options->add_to(command);
    command.add("--print-query", &options->query, "Print the query that answers it, for psql, and ask nobody");
    command.run = [=] {
        return print(options->query ? std::string(database::table_sizes_query()) : database::table_sizes(options->url),
                     options->file);
    };
    return command;
}

Command snapshot_command() {
    const auto options = std::make_shared<Options>();
    Command command{"snapshot", "Read the schema from a database, for --snapshot"};
    options->add_to(command);
    command.add("--through", &options->through,
                "The last migration that ran there: later ones of the repository are replayed on top",
                {.type = "MIGRATION"});
    command.run = [=] { return print(database::snapshot(options->url, options->through), options->file); };
    return command;
}

}  // namespace pgfence::cli
