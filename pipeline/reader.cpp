#include "pipeline/reader.h"

#include <filesystem>
#include <utility>

#include "diff/changes.h"
#include "extract/recorded.h"
#include "pipeline/run.h"

namespace pgfence::pipeline {

Script Reader::script(const MigrationFile& file) {
    Script script = extract::script(file, hints_);
    const auto orm = extract::orm_of(script);
    if (!orm) return script;
    if (!recorder_) recorder_.emplace();
    const auto read = [&](const std::string& path) {
        return path == file.path ? std::optional(file.text) : imports_(path);
    };
    return extract::recorded(std::move(script), file, recorder_->record(*orm, file.path, read));
}

orm::ReadFile at_commit(std::string repository, std::string commit) {
    return [repository = std::move(repository),
            commit = std::move(commit)](const std::string& path) -> std::optional<std::string> {
        auto text = diff::file_at(repository, commit, path);
        return text ? std::move(*text) : std::nullopt;
    };
}

std::optional<std::string> below_working_directory(const std::string& path) {
    std::error_code failed;
    const auto real = std::filesystem::canonical(path, failed);
    if (failed || !std::filesystem::is_regular_file(real, failed)) return std::nullopt;
    const auto inside = real.lexically_relative(std::filesystem::current_path());
    if (inside.empty() || *inside.begin() == "..") return std::nullopt;
    auto text = read_file(real.string());
    return text ? std::optional(std::move(*text)) : std::nullopt;
}

}  // namespace pgfence::pipeline
