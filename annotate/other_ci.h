#pragma once
// The one Report for those who are not GitHub, as pure as annotate.h. What was not read is in each of them.

#include <string>

#include "core/report.h"

namespace pgfence::annotate {

/// GitLab's Code Quality report, a JSON array.
std::string gitlab(const Report& report);

/// JUnit's XML, which nearly every CI shows: a suite for each file, a case for each statement. Errors and warnings
/// fail, what was not read is skipped.
std::string junit(const Report& report);

/// Reviewdog's Diagnostic Format: one JSON object.
std::string rdjson(const Report& report);

/// Azure Pipelines' logging commands, for a step's log. They know errors and warnings; notices are counted.
std::string azure(const Report& report);

}  // namespace pgfence::annotate
