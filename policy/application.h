#pragma once
// What the team says of its application while migrations run.

#include <cstdint>

namespace pgfence::policy {

enum class Application : std::uint8_t {
    running,  ///< its old code uses the database all the while
    stopped,  ///< nobody waits for a lock, and no old code meets the new schema
};

}  // namespace pgfence::policy
