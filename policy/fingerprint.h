#pragma once
// A name for a finding that survives moved lines, so that a config entry or a code-scanning alert can refer to it.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/analysis.h"

namespace pgfence::policy {

/// The statement's text with comments gone and white space collapsed: what a reformatted copy shares with the original.
std::string normalised(std::string_view sql);

/// 16 hex digits, small ones.
bool is_fingerprint(std::string_view text);

/// Of a rule and the normalised text of the statement it speaks of.
std::uint64_t hash_of(std::string_view rule, std::string_view normalised_sql);

/// Of each finding, in their order, by as many threads as pay: this is most of what a decision costs. 0 for one whose
/// file or statement is not among `files`.
std::vector<std::uint64_t> hashes_of(const std::vector<Finding>& findings, const std::vector<AnalyzedFile>& files);

class Fingerprints {
public:
    /// 16 hex digits of such a hash and how often it was asked for before: no two answers of one object are meant to be
    /// equal. Ask in the report's order.
    std::string next(std::uint64_t hash);

private:
    std::map<std::uint64_t, std::uint32_t> seen_;
};

}  // namespace pgfence::policy
