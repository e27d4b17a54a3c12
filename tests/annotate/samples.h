#pragma once
// Reports made by hand: what the other stages would hand to annotate/, without any of them.

#include <string>
#include <string_view>

#include "core/report.h"

namespace pgfence::samples {

Report rich();                      ///< two files, every kind of remark, one finding suppressed, one statement unread
Report clean();                     ///< one statement, nothing found
Report nothing();                   ///< no migrations changed
Report hostile();                   ///< everything a pull request's author chooses tries to be more than text
Report many(std::size_t findings);  ///< in twenty files, each finding with a recipe

/// Texts that mean something to Markdown, HTML, GitHub, a terminal or the runner.
const std::vector<std::string>& hostile_texts();

/// Control characters (but line feed and tab), bidirectional and zero-width ones.
bool has_hidden(std::string_view text);
/// What the form of that name (annotate/other_ci.h) makes of it.
std::string in_form(std::string_view name, const Report& report);

}  // namespace pgfence::samples
