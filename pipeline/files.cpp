#include "pipeline/files.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "diff/work_tree.h"
#include "pipeline/beside.h"
#include "pipeline/settings.h"
#include "pipeline/world.h"

namespace pgfence::pipeline {

namespace {

/// The base does not have it, so that nobody but the branch's author agreed to it.
bool is_brought_along(const diff::WorkTree& tree, const std::string& path) {
    const auto inside = tree.inside(path);
    return tree.knows_base() && inside && tree.head_has(*inside) && !tree.base_has(*inside);
}

}  // namespace

Result<Prepared> prepare_files(FilesRequest request) {
    Prepared prepared;
    prepared.config = with(TRY(config_of_working_directory(request.config_file)), request.choices);
    prepared.baseline = TRY(baseline_of_working_directory(prepared.config));
    prepared.files = as_migrations(std::move(request.files), prepared.notes);
    const auto tree = diff::WorkTree::around(".");
    put_into_history(prepared.files, tree ? &*tree : nullptr, prepared.notes);
    prepared.extent = Extent::named;
    prepared.hints = hints(prepared.config);
    prepared.hints.read = below_working_directory;
    std::vector<std::string> brought_along;
    const auto read = [&](const std::string& path) {
        if (tree && is_brought_along(*tree, path)) brought_along.push_back(path);
        return read_file(path);
    };
    Prepared whole = TRY(complete(std::move(prepared), request.choices, read));
    for (const std::string& path : brought_along)
        whole.notes.push_back(
            fmt::format("{} is not in {}: this branch brings its own settings or snapshots", path, tree->base_name()));
    return whole;
}

std::optional<std::string> below_working_directory(std::string_view path) {
    namespace fs = std::filesystem;
    std::error_code failed;
    // First, for most that are asked for are not there, and canonical() looks at each folder of a path.
    if (!fs::is_regular_file(path, failed)) return std::nullopt;
    const auto real = fs::canonical(path, failed);
    if (failed) return std::nullopt;
    const auto inside = real.lexically_relative(fs::canonical(fs::current_path(failed), failed));
    if (failed || inside.empty() || *inside.begin() == "..") return std::nullopt;
    auto text = read_file(real.string());
    return text ? std::optional(std::move(*text)) : std::nullopt;
}

}  // namespace pgfence::pipeline
