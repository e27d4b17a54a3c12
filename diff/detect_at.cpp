#include "diff/detect_at.h"

#include <algorithm>
#include <optional>

#include "diff/detected.h"
#include "diff/locate.h"

namespace pgfence::diff {

Result<DetectedFiles> detect_at(const std::string& repository_path, const std::string& revision, const Detect& detect) {
    const auto repository = TRY(open_repository(repository_path));
    const auto commit = find_revision(repository.get(), revision);
    if (!commit) return usage_error("'" + revision + "' is no commit of the repository at '" + repository_path + "'");
    auto files = files_of(repository.get(), *commit);
    if (!files) return failure(files.error().message);
    // What a partial clone lacks is told by its path alone.
    std::optional<Unreadable> ignored;
    const Detection detection = detected(repository.get(), *files, detect, ignored);
    DetectedFiles result;
    result.commit = to_string(*commit);
    for (const Located& one : detection.migrations)
        result.migrations.push_back({std::string(one.path), std::string(one.format), one.why, one.forward});
    for (const LeftOut& one : detection.left_out) result.left_out.push_back({std::string(one.path), one.why});
    std::stable_sort(result.migrations.begin(), result.migrations.end(),
                     [](const auto& a, const auto& b) { return runs_before(a.path, b.path); });
    return result;
}

}  // namespace pgfence::diff
