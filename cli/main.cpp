#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "trace/session.h"

namespace {

/// Everybody on the machine can read what a process was called with: passwords leave it as soon as they are known.
void redact_credentials(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::size_t size = std::strlen(argv[i]);
        const std::string clean = pgfence::trace::without_credentials(argv[i]);
        if (clean == argv[i]) continue;
        std::fill_n(argv[i], size, '\0');
        clean.copy(argv[i], size);
    }
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Reviews PostgreSQL migrations: what each statement locks, rewrites, scans and breaks"};
    app.set_version_flag("--version", PGFENCE_VERSION);
    app.require_subcommand(1);
    app.footer("Exit codes: 0 clean, 1 findings above --max-risk, 2 usage or config, 3 could not do the job");

    int exit_code = 0;
    pgfence::cli::add_analyze(app, exit_code);
    pgfence::cli::add_review(app, exit_code);
    pgfence::cli::add_action(app, exit_code);
    pgfence::cli::add_detect(app, exit_code);
    pgfence::cli::add_explain(app, exit_code);
    pgfence::cli::add_effects(app, exit_code);
    pgfence::cli::add_init(app, exit_code);
    pgfence::cli::add_stats(app, exit_code);
    pgfence::cli::add_baseline(app, exit_code);
    pgfence::cli::add_trace(app, exit_code);
    pgfence::cli::add_extract_stats(app, exit_code);
    pgfence::cli::add_snapshot(app, exit_code);
    const std::vector<std::string> words(argv, argv + argc);
    redact_credentials(argc, argv);
    std::vector<const char*> arguments;
    for (const std::string& word : words) arguments.push_back(word.c_str());
    try {
        app.parse(argc, arguments.data());
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    return exit_code;
}
