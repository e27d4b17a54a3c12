#pragma once
// Which migrations a commit has, and how that is known (`pgfence detect`).

#include <string>
#include <vector>

#include "core/result.h"
#include "diff/detect_at.h"

namespace pgfence::pipeline {

/// Globs of the commit's config file override detection.
struct DetectRequest {
    std::string repository_path = ".";
    std::string revision = "HEAD";
    std::string config_file;  ///< path in the repository; empty: .pgfence.toml
};
Result<diff::DetectedFiles> detect(const DetectRequest& request);

struct FormatInfo {
    std::string id;
    bool has_reader = true;  ///< false: its files are known, and listed as not read
};
std::vector<FormatInfo> formats();

}  // namespace pgfence::pipeline
