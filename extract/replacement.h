#pragma once
// SQL that takes the place of other text in a file: the value of a variable, a script that is included.

#include <cstddef>
#include <string>
#include <vector>

#include "core/migration.h"

namespace pgfence::extract {

struct Replacement {
    std::size_t begin = 0, end = 0;  ///< bytes of the file
    std::string text;
    std::vector<Uncertainty> uncertainties = {};  ///< bytes of the text
};
using Replacements = std::vector<Replacement>;

/// Puts them into a script that has the length and the offsets of its file. They may come in any order; of two that
/// overlap the first one counts.
void replace(Script& script, Replacements replacements);

}  // namespace pgfence::extract
