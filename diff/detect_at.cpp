#include "diff/detect_at.h"

#include <algorithm>

#include "diff/detected.h"
#include "locate/order.h"

namespace pgfence::diff {

Result<DetectedFiles> detect_at(const std::string& repository_path, const std::string& revision, const Detect& detect) {
    const auto repository = TRY(open_repository(repository_path));
    const auto commit = find_revision(repository.get(), revision);
    if (!commit) return usage_error("'" + revision + "' is no commit of the repository at '" + repository_path + "'");
    auto files = files_of(repository.get(), *commit);
    if (!files) return failure(files.error().message);
    // What a partial clone lacks is told by its path alone.
    OfferedFiles offered(repository.get(), *files);
    Detection detection = detect(offered.tree());
    std::sort(detection.migrations.begin(), detection.migrations.end(),
              [](const Located& a, const Located& b) { return locate::runs_before(a.path, b.path); });
    locate::put_in_ranks(detection.migrations, [](const Located& one) { return one.written.rank; });
    DetectedFiles result;
    result.commit = to_string(*commit);
    for (const Located& one : detection.migrations)
        result.migrations.push_back({std::string(one.path), std::string(one.format), one.why, one.forward});
    for (const LeftOut& one : detection.left_out) result.left_out.push_back({std::string(one.path), one.why});
    return result;
}

}  // namespace pgfence::diff
