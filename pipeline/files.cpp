#include "pipeline/files.h"

#include <filesystem>
#include <utility>

#include "pipeline/settings.h"
#include "pipeline/world.h"

namespace pgfence::pipeline {

Result<Prepared> prepare_files(FilesRequest request) {
    Prepared prepared;
    prepared.config = with(TRY(config_of_working_directory(request.config_file)), request.choices);
    prepared.baseline = TRY(baseline_of_working_directory(prepared.config));
    prepared.files = as_migrations(std::move(request.files));
    prepared.hints = hints(prepared.config);
    prepared.hints.read = below_working_directory;
    return complete(std::move(prepared), request.choices, read_file);
}

std::optional<std::string> below_working_directory(std::string_view path) {
    namespace fs = std::filesystem;
    std::error_code failed;
    const auto real = fs::canonical(path, failed);
    if (failed || !fs::is_regular_file(real, failed)) return std::nullopt;
    const auto inside = real.lexically_relative(fs::canonical(fs::current_path(failed), failed));
    if (failed || inside.empty() || *inside.begin() == "..") return std::nullopt;
    auto text = read_file(real.string());
    return text ? std::optional(std::move(*text)) : std::nullopt;
}

}  // namespace pgfence::pipeline
