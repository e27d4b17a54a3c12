#pragma once
// A file of a program: the migration itself, or one of the repository's that it imports.

#include <map>
#include <string>
#include <string_view>

#include "extract/program/tree.h"
#include "extract/program/value.h"

namespace pgfence::extract {

struct Module {
    std::string path;  ///< "api/core/helpers.py"
    std::string name;  ///< as an import says it: "core.helpers"
    std::string_view text;
    const Tree* tree = nullptr;
    std::string own_text;  ///< of an imported one
    Tree own_tree;
    std::map<std::string, Value> names;
};

}  // namespace pgfence::extract
