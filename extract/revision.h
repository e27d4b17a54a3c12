#pragma once
// A migration that names those before it.

#include <string>
#include <vector>

namespace pgfence::extract {

struct Revision {
    std::string id;                        ///< empty: the file does not say it
    std::vector<std::string> after;        ///< ids
    std::vector<std::string> before = {};  ///< ids: Django's run_before
};

}  // namespace pgfence::extract
