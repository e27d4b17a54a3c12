#pragma once
// Nothing moves by itself, nothing is made durable, and everything that a migration may ask for is allowed.

#include <string>
#include <utility>
#include <vector>

namespace pgfence::trace {

constexpr std::pair<const char*, const char*> kServerSettings[] = {
    {"fsync", "off"},
    {"full_page_writes", "off"},
    {"synchronous_commit", "off"},
    {"autovacuum", "off"},
    {"jit", "off"},
    {"wal_level", "logical"},
    {"lc_messages", "C"},
    {"shared_buffers", "32MB"},
    {"max_connections", "100"},
    {"timezone", "UTC"},
    {"max_prepared_transactions", "250"},
    {"max_locks_per_transaction", "256"},
};

/// "-c", "fsync=off", ...
inline std::vector<std::string> settings_arguments() {
    std::vector<std::string> arguments;
    for (const auto& [name, value] : kServerSettings) {
        arguments.emplace_back("-c");
        arguments.push_back(std::string(name) + "=" + value);
    }
    return arguments;
}

}  // namespace pgfence::trace
