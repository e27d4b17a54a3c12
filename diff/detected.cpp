#include "diff/detected.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "diff/changes.h"

namespace pgfence::diff {
namespace {

constexpr std::size_t kLargestFile = 5'000'000;

}  // namespace

OfferedFiles::OfferedFiles(git_repository* repository, const std::vector<TreeFile>& files)
    : repository_(repository), files_(files) {
    for (const TreeFile& file : files) tree_.paths.push_back(file.path);
    tree_.read = [this](std::string_view path) { return text(path); };
}

std::optional<std::string> OfferedFiles::text(std::string_view path) {
    const auto file = std::lower_bound(files_.begin(), files_.end(), path,
                                       [](const TreeFile& one, std::string_view wanted) { return one.path < wanted; });
    if (file == files_.end() || file->path != path || file->is_link) return std::nullopt;
    const auto size = size_of(repository_, file->id);
    if (size && *size > kLargestFile) return std::nullopt;
    auto text = size ? text_of(repository_, file->id) : Read<std::string>(tl::unexpected(size.error()));
    if (text) return std::move(*text);
    unreadable = std::move(text.error());
    return std::nullopt;
}

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
    locate::put_in_ranks(detection.migrations, [](const Located& one) { return one.rank; });
    DetectedFiles result;
    result.commit = to_string(*commit);
    for (const Located& one : detection.migrations)
        result.migrations.push_back({std::string(one.path), std::string(one.format), one.why, one.forward});
    for (const LeftOut& one : detection.left_out) result.left_out.push_back({std::string(one.path), one.why});
    return result;
}

}  // namespace pgfence::diff
