#include "diff/detected.h"

#include <algorithm>
#include <optional>
#include <utility>

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

}  // namespace pgfence::diff
