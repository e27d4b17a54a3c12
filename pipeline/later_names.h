#pragma once
// What is called otherwise by the time that a fix's later steps run, because the change goes on to rename it.

#include <string>
#include <string_view>
#include <vector>

#include "core/action.h"

namespace pgfence::pipeline {

/// The SQL with the names that are there behind these renames, which run in this order.
std::string with_later_names(std::string_view sql, const std::vector<Rename>& renames);

}  // namespace pgfence::pipeline
