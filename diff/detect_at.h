#pragma once
// The migrations of one commit.

#include <string>
#include <vector>

#include "core/result.h"
#include "core/tree.h"

namespace pgfence::diff {

/// What is detected in a commit that the clone has, without a comparison.
struct DetectedFiles {
    struct File {
        std::string path, format, why;
        bool forward = true;  ///< false: the way back
    };
    struct Other {
        std::string path, why;
    };
    std::string commit;
    std::vector<File> migrations;  ///< in the order in which they run
    std::vector<Other> left_out;   ///< look like migrations and are none for PostgreSQL
};
Result<DetectedFiles> detect_at(const std::string& repository_path, const std::string& revision, const Detect& detect);

}  // namespace pgfence::diff
