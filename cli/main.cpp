#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/last_words.h"
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
    using namespace pgfence::cli;
    have_last_words();
    const std::vector<std::string> words(argv, argv + argc);
    redact_credentials(argc, argv);
    const int code =
        run({.help = "Reviews PostgreSQL migrations: what each statement locks, rewrites, scans and breaks",
             .version = PGFENCE_VERSION,
             .footer = "Exit codes: 0 clean, 1 findings above --max-risk, 2 usage or config, 3 could not do the job",
             .commands = {analyze_command(), review_command(), action_command(), detect_command(), explain_command(),
                          effects_command(), inspect_command(), init_command(), stats_command(), baseline_command(),
                          trace_command(), extract_stats_command(), snapshot_command()}},
            words);
    need_no_last_words();
    return code;
}
