#pragma once
// The fingerprint by which GitHub recognises an alert when lines move: partialFingerprints.primaryLocationLineHash.
// github/codeql-action computes it while uploading and warns when a file brings another one, so this is the same
// function (src/fingerprints.ts): a rolling hash over the next 100 UTF-16 units from a line's start, blanks and tabs
// left out.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pgfence::annotate {

/// One for each line (from 1, at index line - 1), as "hash in hexadecimal:n-th line with that hash". Time and memory
/// grow linearly with the text.
std::vector<std::string> line_hashes(std::string_view text);

}  // namespace pgfence::annotate
