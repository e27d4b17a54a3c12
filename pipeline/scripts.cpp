#include "pipeline/scripts.h"

#include <filesystem>
#include <mutex>

#include "core/at_once.h"
#include "diff/changes.h"
#include "extract/recorded.h"
#include "pipeline/run.h"

namespace pgfence::pipeline {

namespace fs = std::filesystem;

Scripts::Scripts(extract::Hints hints, orm::ReadFile imports) : hints_(std::move(hints)), imports_(std::move(imports)) {
    auto read = hints_.read ? std::move(hints_.read)
                            : [read = imports_](std::string_view path) { return read(std::string(path)); };
    // Files are read by several threads, and a repository by one at a time.
    hints_.read = [read = std::move(read), one = std::make_shared<std::mutex>()](std::string_view path) {
        const std::lock_guard lock(*one);
        return read(path);
    };
}

std::vector<Script> Scripts::of(const std::vector<MigrationFile>& files) {
    constexpr std::size_t kWorthAThread = 128;
    // Of every file first: some refer to what others make.
    for (const MigrationFile& file : files) extract::announce(file, hints_, memory_);
    std::vector<std::size_t> alone, others;
    for (std::size_t i = 0; i < files.size(); ++i)
        if (files[i].change != MigrationFile::Change::deleted)
            (extract::is_read_alone(files[i]) ? alone : others).push_back(i);
    std::vector<Script> scripts(files.size());
    at_once(alone.size(), kWorthAThread, [&](auto next) {
        while (const auto i = next()) scripts[alone[*i]] = extract::script(files[alone[*i]], hints_, memory_);
    });
    for (const std::size_t i : others) scripts[i] = of(files[i]);
    return scripts;
}

Script Scripts::of(const MigrationFile& file) {
    Script script = extract::script(file, hints_, memory_);
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
