#include "extract/program/file_paths.h"

#include <algorithm>

#include "core/path_text.h"

namespace pgfence::extract {

std::string joined_path(std::string_view folder, std::string_view path) {
    std::string all(folder);
    while (!path.empty()) {
        const auto slash = std::min(path.find('/'), path.size());
        const std::string_view part = path.substr(0, slash);
        path.remove_prefix(std::min(slash + 1, path.size()));
        if (part.empty() || part == ".") continue;
        if (part == "..")
            all = folder_of(all);
        else
            all.append(all.empty() ? "" : "/").append(part);
    }
    return all;
}

}  // namespace pgfence::extract
