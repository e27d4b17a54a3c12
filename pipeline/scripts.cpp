#include "pipeline/scripts.h"

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/at_once.h"
#include "core/path_text.h"
#include "extract/recorded.h"
#include "orm/forget.h"
#include "orm/orm.h"

namespace pgfence::pipeline {

namespace {

class Reading {
public:
    explicit Reading(extract::Hints hints) : hints_(std::move(hints)) {
        if (!hints_.read) return;
        // Files are read by several threads, and a repository by one at a time.
        hints_.read = [read = std::move(hints_.read), one = std::make_shared<std::mutex>()](std::string_view path) {
            const std::lock_guard lock(*one);
            return read(path);
        };
    }

    std::vector<Script> of(std::vector<MigrationFile>& files);

private:
    Script of(const MigrationFile& file);
    std::string packages() const {
        std::string all;
        for (const std::string& path : hints_.paths)
            if (last_part(path) == "package.json") all += path + "\n";
        return all;
    }
    std::optional<std::string> imported(const std::string& path) const {
        return hints_.read ? hints_.read(path) : std::nullopt;
    }

    extract::Hints hints_;
    extract::Memory memory_;
    std::unique_ptr<orm::Recorder> recorder_;  ///< made for the first program: plain SQL shall not wait for it
};

std::vector<Script> Reading::of(std::vector<MigrationFile>& files) {
    constexpr std::size_t kWorthAThread = 128;
    // Of every file first: some refer to what others make.
    for (const MigrationFile& file : files) extract::announce(file, hints_, memory_);
    for (MigrationFile& file : files) file.repeatable |= extract::runs_when_edited(file, memory_);
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

Script Reading::of(const MigrationFile& file) {
    Script script = extract::script(file, hints_, memory_);
    const auto orm = extract::orm_of(script);
    if (!orm) return script;
    if (!recorder_) recorder_ = std::make_unique<orm::Recorder>();
    // A path from the command line may be absolute; the program sees the file at the root of its own world.
    const std::string path = std::filesystem::path(file.path).lexically_normal().relative_path().generic_string();
    const bool in_transaction = script.transaction != TransactionMode::per_statement;
    const auto read = [&](const std::string& asked) {
        if (asked == orm::kPackages) return std::optional(packages());
        if (asked == orm::kTransaction) return std::optional<std::string>(in_transaction ? "open" : "none");
        return asked == path ? std::optional(file.text) : imported(asked);
    };
    return extract::recorded(std::move(script), file, recorder_->record(*orm, path, read));
}

}  // namespace

std::vector<Script> scripts_of(std::vector<MigrationFile>& files, extract::Hints hints) {
    return Reading(std::move(hints)).of(files);
}

void keep_from_programs(const std::string& secret) { orm::never_in_sandbox(secret); }

}  // namespace pgfence::pipeline
