#pragma once
// Calls that look like queries and are DDL of an extension: create_hypertable(), drop_chunks(), ...

#include <vector>

#include "analyze/catalog/extension_functions.h"
#include "analyze/kit/judge.h"

namespace pgfence {

struct ExtensionCall {
    const ExtensionFunction* function;
    Name table;
};

/// Those that the step runs on tables that were there before the change.
std::vector<ExtensionCall> extension_calls(const Step& step);

}  // namespace pgfence
