// The first day: a config that leaves the old migrations alone, the workflow, the hook. A file that is there stays.

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "core/text.h"
#include "pipeline/review.h"
#include "pipeline/settings.h"
#include "pipeline/survey.h"

namespace pgfence::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kWorkflow = R"(name: migrations
on: pull_request
concurrency:   # a newer push takes the place of the review of an older one
  group: ${{ github.workflow }}-${{ github.ref }}
  cancel-in-progress: true
permissions:
  contents: read
  checks: write          # the check run with annotations
  pull-requests: write   # the comment
jobs:
  pgfence:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: pgfence/action@v1
)";

constexpr std::string_view kHookEntry = R"(  - repo: local
    hooks:
      - id: pgfence
        name: review the migrations of this branch
        entry: pgfence review
        language: system
        stages: [pre-push]
        pass_filenames: false
        always_run: true
)";

std::string config(const pipeline::Survey& found) {
    std::string text = "# docs/config.md of pgfence describes every key.\n\n";
    text += found.pg_version ? fmt::format("pg-version = {}  # {}\n", found.pg_version->major, found.pg_version->where)
                             : fmt::format("# pg-version = {}  # the major version that runs in production\n",
                                           pipeline::kAssumedVersion);
    text += "max-risk = \"medium\"\n";
    if (found.folders.empty())
        return text + "# migrations = [\"db/migrations/*.sql\"]  # none were found in the folders of known tools\n";
    text += "\n";
    for (const auto& folder : found.folders)
        text += fmt::format("# {} migrations in {}, read as {}\n", folder.migrations,
                            folder.path.empty() ? "." : folder.path, folder.format);
    text += "# Those up to these ran before pgfence came: they are replayed, and never judged.\nstart-after = [\n";
    for (const auto& folder : found.folders) text += fmt::format("    {},\n", in_escaped_quotes(folder.last));
    return text + "]\n";
}

/// The folder that has .git, from here upwards.
Result<fs::path> root_of(const std::string& folder) {
    std::error_code ignored;
    const fs::path start = fs::absolute(folder, ignored).lexically_normal();
    for (fs::path at = start;; at = at.parent_path()) {
        if (fs::exists(at / ".git", ignored)) return at;
        if (at == at.parent_path()) return usage_error(folder + " is in no git repository");
    }
}

struct Options {
    std::string repository = ".";
    bool force = false;
};

/// False when it could not be written.
bool put(const fs::path& root, const std::string& name, const std::string& text, bool force) {
    const fs::path path = root / name;
    std::error_code error;
    const bool there = fs::exists(path, error);
    if (there && !force) {
        std::printf("kept  %s: it is there already (--force writes it anew)\n", name.c_str());
        return true;
    }
    fs::create_directories(path.parent_path(), error);
    const bool written = write_file(
        path.string(), [&](std::FILE* file) { return std::fwrite(text.data(), 1, text.size(), file) == text.size(); });
    if (written) std::printf("wrote %s%s\n", name.c_str(), there ? ", over the one that was there" : "");
    return written;
}

/// YAML of somebody else is not edited: where their entry belongs only they know.
bool put_hook(const fs::path& root, bool force) {
    const std::string name = ".pre-commit-config.yaml";
    std::error_code ignored;
    if (!fs::exists(root / name, ignored)) return put(root, name, "repos:\n" + std::string(kHookEntry), force);
    std::printf("kept  %s: add this to its repos, unless it stands there already\n%s", name.c_str(),
                std::string(kHookEntry).c_str());
    return true;
}

Result<int> init(const Options& options) {
    const fs::path root = TRY(root_of(options.repository));
    diff::Request request;
    request.repository_path = root.string();
    const auto found = pipeline::survey(request);
    if (!found) std::printf("note: the repository was not looked through: %s\n", found.error().message.c_str());
    const bool written =
        put(root, std::string(pipeline::kConfigFile), config(found.value_or(pipeline::Survey{})), options.force) &&
        put(root, ".github/workflows/pgfence.yml", std::string(kWorkflow), options.force) &&
        put_hook(root, options.force);
    if (!written) return 3;
    if (found)
        for (const std::string& note : found->notes) std::printf("note: %s\n", note.c_str());
    std::printf(
        "\npgfence stats     what each rule would have said so far\npgfence review    what this branch changes\n");
    return 0;
}

}  // namespace

Command init_command() {
    const auto options = std::make_shared<Options>();
    Command command{"init", "Write a config, a GitHub workflow and a pre-commit entry"};
    command.add("--repository", &options->repository, "Folder of the repository (default: the working directory)",
                {.type = "DIR"});
    command.add("--force", &options->force, "Write over a config and a workflow that are there");
    command.run = [=] {
        const auto done = init(*options);
        return done ? *done : fail(done.error());
    };
    return command;
}

}  // namespace pgfence::cli
