#pragma once

#include <string>

namespace pgfence {

/// PostgreSQL's scanner takes a run of operator characters whole, gives all but the first one or two back and takes it
/// again: quadratic on "/*/*/*..." and "+-+-+-...". Blanks out what is more than anybody writes in one run, and the
/// insides of comments with it; offsets stay. Text without such a run is not touched.
void bound_operator_runs(std::string& text);

}  // namespace pgfence
