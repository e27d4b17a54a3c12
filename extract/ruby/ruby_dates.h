#pragma once
// Dates that a program writes down and counts from: Date.new(2024, 12).next_month. Partitions are named after them.

#include <optional>
#include <string>

#include "extract/program/value.h"

namespace pgfence::extract {

/// What the call gives: a date, or the text of strftime. Nothing for calls that are not about known dates.
std::optional<Value> date_call(const Call& call);
/// "2024-12-01"; nothing for what is no date.
std::optional<std::string> date_text(const Value& value);

}  // namespace pgfence::extract
