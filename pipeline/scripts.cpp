#include "pipeline/scripts.h"

#include <filesystem>

#include "diff/changes.h"
#include "extract/recorded.h"
#include "pipeline/run.h"

namespace pgfence::pipeline {

namespace fs = std::filesystem;

Script Scripts::of(const MigrationFile& file) {
    Script script = extract::script(file, hints_);
    const auto orm = extract::orm_of(script);
    if (!orm) return script;
    if (!recorder_) recorder_ = std::make_unique<orm::Recorder>();
    // A path from the command line may be absolute; the program sees the file at the root of its own world.
    const std::string path = fs::path(file.path).lexically_normal().relative_path().generic_string();
    const auto read = [&](const std::string& asked) {
        return asked == path ? std::optional(file.text) : imports_(asked);
    };
    return extract::recorded(std::move(script), file, recorder_->record(*orm, path, read));
}

orm::ReadFile at_commit(const std::string& repository, const std::string& commit) {
    return [repository, commit](const std::string& path) -> std::optional<std::string> {
        auto text = diff::file_at(repository, commit, path);
        return text ? std::move(*text) : std::nullopt;
    };
}

std::optional<std::string> below_working_directory(const std::string& path) {
    std::error_code failed;
    const auto real = fs::canonical(path, failed);
    if (failed || !fs::is_regular_file(real, failed)) return std::nullopt;
    const auto inside = real.lexically_relative(fs::canonical(fs::current_path(failed), failed));
    if (failed || inside.empty() || *inside.begin() == "..") return std::nullopt;
    auto text = read_file(real.string());
    return text ? std::optional(std::move(*text)) : std::nullopt;
}

}  // namespace pgfence::pipeline
