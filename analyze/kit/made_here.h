#pragma once
// What the file itself has made.

#include "analyze/kit/rule.h"

namespace pgfence {

/// A schema or function that the file has made, with nothing that was there before the change in it or on it: nobody
/// loses anything with it.
bool is_of_this_file(const Step& step, const Drop& drop, const Name& name);

}  // namespace pgfence
