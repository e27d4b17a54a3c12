#pragma once

#include "core/report.h"

namespace pgfence::annotate {

/// The report with the author's own placeholders in its statements and in what they do, in the place of the names that
/// stood for them there.
Report as_written(Report report);

}  // namespace pgfence::annotate
