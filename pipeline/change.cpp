#include "pipeline/change.h"

#include <filesystem>
#include <memory>
#include <utility>

#include "pipeline/settings.h"
#include "pipeline/world.h"

namespace pgfence::pipeline {
namespace {

using Comparison = std::shared_ptr<diff::Comparison>;

Result<policy::Config> config_of_base(diff::Comparison& comparison, const std::string& path) {
    const std::string name = path.empty() ? std::string(kConfigFile) : path;
    const auto text = TRY(comparison.file_at_base(name));
    if (!text && path.empty()) return policy::Config{};
    if (!text)
        return usage_error("config file " + path + " is not in the base commit " + comparison.base().substr(0, 12) +
                           ": configuration is read from the base, so that a change cannot relax it");
    return parsed_config(*text, name);
}

/// Never from the change itself: what it adds there would accept its own findings.
Result<policy::Baseline> baseline_of_base(diff::Comparison& comparison, const policy::Config& config) {
    const std::string name = baseline_file(config);
    const auto text = TRY(comparison.file_at_base(name));
    if (!text) return policy::Baseline{};
    return policy::parse_baseline(*text, name);
}

/// What a change could have edited comes from the base commit.
ReadNamedFile from_base(Comparison comparison, const std::string& repository) {
    return [comparison = std::move(comparison), repository](const std::string& path) -> Result<std::string> {
        const auto inside = std::filesystem::absolute(path).lexically_normal().lexically_relative(
            std::filesystem::absolute(repository).lexically_normal());
        if (inside.empty() || *inside.begin() == "..") return read_file(path);
        if (auto text = TRY(comparison->file_at_base(inside.generic_string()))) return std::move(*text);
        return read_file(path);
    };
}

}  // namespace

Result<Prepared> prepare_change(const ChangeRequest& request) {
    const auto comparison = std::make_shared<diff::Comparison>(TRY(diff::Comparison::open(request.change)));
    Prepared prepared;
    prepared.config = with(TRY(config_of_base(*comparison, request.config_file)), request.choices);
    prepared.baseline = TRY(baseline_of_base(*comparison, prepared.config));
    diff::Change change = TRY(comparison->changes(selection(request.change.files, prepared.config)));
    prepared.files = std::move(change.files);
    prepared.hints = hints(prepared.config, change.paths);
    prepared.hints.read = at_head(comparison);
    prepared.search_code = [comparison](const auto& words, const auto& migrations) {
        return comparison->search_base(words, migrations);
    };
    prepared.base = std::move(change.base);
    prepared.head = std::move(change.head);
    prepared.how = std::move(change.how);
    prepared.notes = std::move(change.notes);
    return complete(std::move(prepared), request.choices, from_base(comparison, request.change.repository_path));
}

}  // namespace pgfence::pipeline
