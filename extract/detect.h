#pragma once
// Detection (locate/) with the formats that there are.

#include <functional>
#include <string>
#include <vector>

#include "core/tree.h"
#include "locate/formats.h"

namespace pgfence::extract {

/// What the formats tell of a tree's files. The tree must live as long.
locate::Formats formats_in(const FileTree& tree);

Detection detect(const FileTree& tree);
Detection chosen(const FileTree& tree, const std::vector<std::string>& globs);
/// Which files are migrations: those that the globs choose; without globs what is detected.
std::function<Detection(const FileTree&)> detection_by(std::vector<std::string> globs);

}  // namespace pgfence::extract
