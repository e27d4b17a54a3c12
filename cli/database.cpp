// `extract-stats` and `snapshot`: the two that look at a running database.

#include "database/database.h"

#include <cstdio>
#include <memory>

#include "cli/commands.h"

namespace pgfence::cli {
namespace {

using Ask = Result<std::string> (*)(const std::string& url);

int print(const Result<std::string>& answer, const std::string& path) {
    if (!answer) return fail(answer.error());
    const auto content = [&](std::FILE* file) {
        return std::fwrite(answer->data(), 1, answer->size(), file) == answer->size();
    };
    if (path.empty())
        return content(stdout) && std::fflush(stdout) == 0 ? 0 : fail({.message = "cannot write to standard output"});
    return write_file(path, content) ? 0 : 3;
}

struct Options {
    std::string url, file;
    bool query = false;
};

CLI::App* add(CLI::App& app, int& exit_code, const std::string& name, const std::string& what, Ask ask,
              const std::shared_ptr<Options>& options) {
    CLI::App* command = app.add_subcommand(name, what);
    command
        ->add_option("--db-url", options->url, "postgresql://user@host/database, or host=... (default: PG* variables)")
        ->type_name("URL");
    command->add_option("--out", options->file, "Where to write it (default: standard output)")->type_name("FILE");
    command->callback([=, &exit_code] {
        exit_code =
            print(options->query ? std::string(database::table_sizes_query()) : ask(options->url), options->file);
    });
    return command;
}

}  // namespace

void add_extract_stats(CLI::App& app, int& exit_code) {
    const auto options = std::make_shared<Options>();
    CLI::App* command = add(app, exit_code, "extract-stats", "Read table sizes from a database, for --stats-file",
                            database::table_sizes, options);
    command->add_flag("--print-query", options->query, "Print the query that answers it, for psql, and ask nobody");
}

void add_snapshot(CLI::App& app, int& exit_code) {
    add(app, exit_code, "snapshot", "Read the schema from a database, for --snapshot", database::snapshot,
        std::make_shared<Options>());
}

}  // namespace pgfence::cli
