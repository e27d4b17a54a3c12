#pragma once
// What the project's own code and settings say, as far as a search for words finds it.

#include <optional>
#include <string_view>
#include <vector>

#include "diff/uses.h"
#include "pipeline/prepared.h"

namespace pgfence::pipeline {

/// The base's code without its migrations; nothing where there is none to search, or it cannot be had.
std::optional<diff::SearchResult> search_base(const Prepared& change, const std::vector<diff::SearchTerms>& wanted);

/// The line begins as comments do in programs and settings.
bool is_comment(std::string_view line);

}  // namespace pgfence::pipeline
