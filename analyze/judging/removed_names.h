#pragma once
// Names of tables, views, columns, functions and types that a change takes away from running code.

#include <optional>
#include <string>
#include <vector>

#include "analyze/kit/routines.h"
#include "analyze/kit/rule.h"

namespace pgfence::analyze {

struct RemovedObject {
    Name relation;                                         ///< resolved
    std::string column;                                    ///< empty: the relation itself
    bool renamed = false;                                  ///< of a column, which goes on under another name
    std::optional<DroppedRoutine> routine = std::nullopt;  ///< it is a function or procedure
    bool type = false;                                     ///< it is a type or a domain
};

/// What was there before the change and is not, under that name, after the statement.
std::vector<RemovedObject> removed_by(const Step& step);
bool is_back(const RemovedObject& removed, const Catalog& end);
std::string in_words(const RemovedObject& removed);

}  // namespace pgfence::analyze
