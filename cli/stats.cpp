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

void add_stats(CLI::App& app, int& exit_code) {
    struct Options : HistoryOptions {
        std::string output = "cli", json_file;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("stats", "Count findings per rule over all migrations, each judged on top of those before");
    options->add_to(*command);
    command->add_option("--output", options->output, "What to print")->check(CLI::IsMember({"cli", "json"}));
    command->add_option("--json-file", options->json_file, "Also write every finding: the report of docs/json.md")
        ->type_name("FILE");
    command->callback([=, &exit_code] {
        const auto report = judged(*options);
        if (!report) {
            exit_code = fail(report.error());
            return;
        }
        const std::string text =
            options->output == "json" ? annotate::rule_counts_json(*report) : annotate::rule_counts(*report);
        std::fputs(text.c_str(), stdout);
        if (!options->json_file.empty() && !write_file(options->json_file, [&](std::FILE* file) {
                bool all = true;
                annotate::json(*report, [&](std::string_view piece) {
                    all = all && std::fwrite(piece.data(), 1, piece.size(), file) == piece.size();
                });
                return all;
            }))
            exit_code = 3;
    });
}

}  // namespace pgfence::cli
