#pragma once
// Names of tables, views, columns and functions that a change takes away from running code.

#include <string>
#include <vector>

#include "analyze/kit/rule.h"

namespace pgfence::analyze {

struct RemovedObject {
    Name relation;         ///< resolved
    std::string column;    ///< empty: the relation itself
    bool routine = false;  ///< it is a function or procedure
};

/// What was there before the change and is not, under that name, after the statement.
std::vector<RemovedObject> removed_by(const Step& step);
bool is_back(const RemovedObject& removed, const Catalog& end);
std::string in_words(const RemovedObject& removed);

}  // namespace pgfence::analyze
