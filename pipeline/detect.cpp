#include "pipeline/detect.h"

#include <algorithm>

#include "core/glob.h"
#include "diff/changes.h"
#include "extract/detect.h"
#include "extract/extract.h"
#include "pipeline/settings.h"

namespace pgfence::pipeline {
namespace {

Result<policy::Config> config_of(const DetectRequest& request) {
    const std::string name = request.config_file.empty() ? std::string(kConfigFile) : request.config_file;
    const auto text = TRY(diff::file_at(request.repository_path, request.revision, name));
    if (!text && request.config_file.empty()) return policy::Config{};
    if (!text) return usage_error("config file " + name + " is not in " + request.revision);
    return parsed_config(*text, name);
}

}  // namespace

Result<diff::DetectedFiles> detect(const DetectRequest& request) {
    const policy::Config config = TRY(config_of(request));
    auto found =
        TRY(diff::detect_at(request.repository_path, request.revision, extract::detection_by(config.migrations)));
    const std::vector<Glob> excluded(config.exclude.begin(), config.exclude.end());
    std::erase_if(found.migrations, [&](const auto& file) {
        return std::any_of(excluded.begin(), excluded.end(), [&](const Glob& glob) { return glob.matches(file.path); });
    });
    return found;
}

std::vector<FormatInfo> formats() {
    std::vector<FormatInfo> result;
    for (const auto& format : extract::all_formats()) result.push_back({std::string(format.id), format.has_reader});
    return result;
}

}  // namespace pgfence::pipeline
