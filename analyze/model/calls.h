#pragma once
// Which functions a statement makes the server call: those that its query names, those of triggers that fire, of checks
// and index expressions that rows are put to, of event triggers. What their bodies do is the statement's doing too.

#include <string>
#include <string_view>
#include <vector>

#include "analyze/catalog/catalog.h"
#include "core/action.h"

namespace pgfence {

struct Calling {
    FunctionUse use;
    std::string whose;      ///< "a trigger"
    std::string condition;  ///< as `Effects::depends_on` says it; empty: it is called, once
};

/// Only functions that the catalog knows the body of. `tag` is the statement's command tag, "ALTER TABLE".
std::vector<Calling> calls_of(const Action& action, std::string_view tag, const Catalog& catalog, int version);

}  // namespace pgfence
