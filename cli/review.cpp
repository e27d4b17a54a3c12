#include <cstdio>
#include <memory>

#include "cli/commands.h"
#include "pipeline/change.h"
#include "pipeline/review.h"

namespace pgfence::cli {

Command review_command() {
    struct Options : ReviewOptions {
        std::string base, head, repository = ".";
        std::vector<std::string> globs;
    };
    const auto options = std::make_shared<Options>();
    Command command{"review", "Review the migrations that a branch changes, from git"};
    command.add("GLOB", &options->globs, "Which files are migrations (default: config, else detected)");
    command.add("--base", &options->base, "Compare with the merge base of this revision (default: origin/HEAD)");
    command.add("--head", &options->head, "Revision under review (default: HEAD)");
    command.add("--repository", &options->repository, "Folder of the repository (default: the working directory)",
                {.type = "DIR"});
    options->add_to(command);
    command.run = [=] {
        pipeline::ChangeRequest request;
        request.change.repository_path = options->repository;
        if (!options->base.empty()) request.change.base = options->base;
        if (!options->head.empty()) request.change.head = options->head;
        request.change.files.include = options->globs;
        request.config_file = options->config_file;
        request.choices = options->choices();
        auto change = pipeline::prepare_change(request);
        if (!change) return fail(change.error());
        std::fprintf(stderr, "pgfence: %s\n", change->how.c_str());
        return show(pipeline::review(std::move(*change)), *options);
    };
    return command;
}

}  // namespace pgfence::cli
