#include "diff/detected.h"

#include <optional>
#include <utility>

#include "core/encoding.h"

namespace pgfence::diff {
OfferedFiles::OfferedFiles(git_repository* repository, const std::vector<TreeFile>& files)
    : repository_(repository), files_(files) {
    for (const TreeFile& file : files) (file.is_submodule ? tree_.submodules : tree_.paths).push_back(file.path);
    tree_.read = [this](std::string_view path) { return text(path); };
    tree_.is_link = [this](std::string_view path) {
        const TreeFile* file = find(files_, path);
        return file && file->is_link;
    };
}

std::optional<std::string> OfferedFiles::text(std::string_view path) {
    const TreeFile* file = find(files_, path);
    if (!file || file->is_link || file->is_submodule) return std::nullopt;
    const auto size = size_of(repository_, file->id);
    if (size && *size > kMostMigrationBytes) return std::nullopt;
    auto text = size ? text_of(repository_, file->id) : Read<std::string>(tl::unexpected(size.error()));
    if (text) {
        const Encoding encoding = encoding_of(*text);
        return in_utf8(std::move(*text), encoding);
    }
    unreadable = std::move(text.error());
    return std::nullopt;
}

}  // namespace pgfence::diff
