#pragma once
// The one Report for those who are not GitHub, as pure as annotate.h: a file each in annotate/other_ci/, which the
// build lists. What was not analyzed is in each of them.

#include <string>
#include <vector>

#include "core/report.h"

namespace pgfence::annotate {

struct Form {
    const char* name;    ///< as --output has it
    const char* reader;  ///< who reads it, in Markdown: its row in docs/ci.md
    std::string (*write)(const Report& report);
};

/// By name.
const std::vector<const Form*>& forms();

}  // namespace pgfence::annotate
