#pragma once
// A name for a finding that survives moved lines, so that a config entry or a code-scanning alert can refer to it.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace pgfence::policy {

/// The statement's text with comments gone and white space collapsed: what a reformatted copy shares with the original.
std::string normalised(std::string_view sql);

/// 16 hex digits, small ones.
bool is_fingerprint(std::string_view text);

class Fingerprints {
public:
    /// 16 hex digits of rule, normalised statement text and how often the two were asked for before: no two answers of
    /// one object are meant to be equal. Ask in the report's order.
    std::string next(std::string_view rule, std::string_view normalised_sql);

private:
    std::map<std::uint64_t, std::uint32_t> seen_;
};

}  // namespace pgfence::policy
