#include "cli/commands.h"

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
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    return exit_code;
}
