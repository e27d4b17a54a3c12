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

Command analyze_command() {
    const auto options = std::make_shared<ReviewOptions>();
    const auto paths = std::make_shared<std::vector<std::string>>();
    Command command{"analyze", "Analyze migration files, on top of those of their folders that run before them"};
    command.add("FILE", paths.get(), "Migration files; - reads SQL from standard input", {.required = true});
    options->add_to(command);
    command.run = [=] {
        const auto report = analyze(*paths, *options);
        return report ? show(*report, *options) : fail(report.error());
    };
    return command;
}

}  // namespace pgfence::cli
