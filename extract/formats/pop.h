#pragma once
// pop's runner (gobuffalo/pop, popx), whatever its files are written in.

#include "locate/formats.h"
#include "locate/layout.h"

namespace pgfence::extract {

inline constexpr locate::Habits kPopHabits{.is_known = true,
                                           .recursive = true,
                                           .by_dialect = true,
                                           .by_version = true,
                                           .leads_back = locate::is_down_file,
                                           .late = Runner::Late::runs,
                                           .edited = Runner::Edited::ignored};

}  // namespace pgfence::extract
