#include <cstdio>
#include <memory>

#include "annotate/annotate.h"
#include "cli/commands.h"
#include "pipeline/review.h"

namespace pgfence::cli {
namespace {

Result<Report> judged(const HistoryOptions& options) {
    pipeline::HistoryRequest request = TRY(options.request());
    // The question is what each rule would say, also about what the config leaves alone.
    if (!request.choices.start_after) request.choices.start_after.emplace();
    return pipeline::prepare_history(std::move(request)).map(pipeline::review);
}

}  // namespace

Command stats_command() {
    struct Options : HistoryOptions {
        Output output = Output::terminal;
        std::string json_file;
    };
    const auto options = std::make_shared<Options>();
    Command command{"stats", "Count findings per rule over all migrations, each judged on top of those before"};
    options->add_to(command);
    command.add_choice("--output", &options->output, "What to print", kListOutputs);
    command.add("--json-file", &options->json_file, "Also write every finding: the report of docs/json.md",
                {.type = "FILE"});
    command.run = [=] {
        const auto report = judged(*options);
        if (!report) return fail(report.error());
        const std::string text =
            options->output == Output::json ? annotate::rule_counts_json(*report) : annotate::rule_counts(*report);
        std::fputs(text.c_str(), stdout);
        const auto findings = [&](std::FILE* file) {
            bool all = true;
            annotate::json(*report, [&](std::string_view piece) {
                all = all && std::fwrite(piece.data(), 1, piece.size(), file) == piece.size();
            });
            return all;
        };
        return options->json_file.empty() || write_file(options->json_file, findings) ? 0 : 3;
    };
    return command;
}

}  // namespace pgfence::cli
