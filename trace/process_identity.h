#pragma once
// Which process made something that outlives processes: "boot:namespace:pid:start".

#include <optional>
#include <string>

namespace pgfence::trace {

std::string own_identity();

/// Unknown when that process would not be visible from here: it runs in another container.
std::optional<bool> is_alive(const std::string& identity);

}  // namespace pgfence::trace
