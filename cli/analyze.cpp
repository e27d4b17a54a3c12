#include <memory>

#include "cli/commands.h"
#include "pipeline/files.h"
#include "pipeline/review.h"

namespace pgfence::cli {
namespace {

Result<Report> analyze(const std::vector<std::string>& paths, const ReviewOptions& options) {
    pipeline::FilesRequest request;
    request.choices = options.choices();
    request.config_file = options.config_file;
    request.files = TRY(read_migrations(paths));
    return pipeline::prepare_files(std::move(request)).map(pipeline::review);
}

}  // namespace

void add_analyze(CLI::App& app, int& exit_code) {
    const auto options = std::make_shared<ReviewOptions>();
    const auto paths = std::make_shared<std::vector<std::string>>();
    CLI::App* command = app.add_subcommand("analyze", "Analyze migration files, on top of those of their folders that run before them");
    command->add_option("FILE", *paths, "Migration files; - reads SQL from standard input")->required();
    options->add_to(*command);
    command->callback([=, &exit_code] {
        const auto report = analyze(*paths, *options);
        exit_code = report ? show(*report, *options) : fail(report.error());
    });
}

}  // namespace pgfence::cli
