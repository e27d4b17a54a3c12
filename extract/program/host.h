#pragma once
// What an interpreter asks of the reader of a tool, and the bounds that hold for every program.

#include <functional>
#include <optional>
#include <string>

#include "extract/program/sql_writer.h"
#include "extract/program/value.h"

namespace pgfence::extract {

struct Host {
    /// A call that nothing in the file answers. Nothing: the result is the call's path.
    std::function<std::optional<Value>(const Call&)> call;
    /// What a path is worth, where the tool's reader knows ("...dialect.name").
    std::function<std::optional<Value>(const Value& path)> look_up;
    /// The end of a `with` block that began with that value.
    std::function<void(const Value&)> leave;
    std::function<void(Place, std::string what, std::string why)> unread;
    /// Counts whatever was sent or listed as unread so far: a condition matters only if something hinges on it.
    std::function<std::size_t()> count;
};

/// Steps of one file: expressions and statements. Public migrations take some thousands.
constexpr std::size_t kMostSteps = 400'000;
/// Calls of the file's own functions inside each other.
constexpr int kDeepestCalls = 24;
/// Of all texts that a file makes.
constexpr std::size_t kMostBytes = 128u << 20;

}  // namespace pgfence::extract
