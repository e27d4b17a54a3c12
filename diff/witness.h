#pragma once
// Where a repository's text shows that its program uses a name: not what only describes the database or the program.

#include <string>
#include <string_view>

namespace pgfence::diff {

/// The text with all that is no use of a name made blank, at its places: comments, docstrings, imports. All of it where
/// the file is a dump, test data, a translation, or was generated.
std::string uses_in(std::string_view path, std::string_view text);

}  // namespace pgfence::diff
