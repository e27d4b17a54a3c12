#include <cstdio>
#include <memory>

#include "cli/commands.h"
#include "pipeline/change.h"
#include "pipeline/review.h"

namespace pgfence::cli {

void add_review(CLI::App& app, int& exit_code) {
    struct Options : ReviewOptions {
        std::string base, head, repository = ".";
        std::vector<std::string> globs;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("review", "Review the migrations that a branch changes, from git");
    command->add_option("GLOB", options->globs, "Which files are migrations (default: config, else detected)");
    command->add_option("--base", options->base, "Compare with the merge base of this revision (default: origin/HEAD)");
    command->add_option("--head", options->head, "Revision under review (default: HEAD)");
    command
        ->add_option("--repository", options->repository, "Folder of the repository (default: the working directory)")
        ->type_name("DIR");
    options->add_to(*command);
    command->callback([=, &exit_code] {
        pipeline::ChangeRequest request;
        request.change.repository_path = options->repository;
        if (!options->base.empty()) request.change.base = options->base;
        if (!options->head.empty()) request.change.head = options->head;
        request.change.files.include = options->globs;
        request.config_file = options->config_file;
        request.choices = options->choices();
        auto change = pipeline::prepare_change(request);
        if (!change) {
            exit_code = fail(change.error());
            return;
        }
        std::fprintf(stderr, "pgfence: %s\n", change->how.c_str());
        exit_code = show(pipeline::review(std::move(*change)), *options);
    });
}

}  // namespace pgfence::cli
