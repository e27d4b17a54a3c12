#pragma once
// JSON as Ruby writes it.

#include <string>

#include "extract/program/value.h"

namespace pgfence::extract {

/// to_json of a hash, a list or what they are made of.
std::string json_of(const Value& value);

}  // namespace pgfence::extract
