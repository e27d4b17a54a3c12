#pragma once
// Findings that were there when the tool came, accepted together in a file of their own: `pgfence baseline` writes it.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/report.h"
#include "core/result.h"
#include "policy/fingerprint.h"

namespace pgfence::policy {

struct Baseline {
    /// Fingerprints as a file has them by itself: what the files around it hold does not change them. So the same
    /// statement in a new file is a new finding.
    using Rules = std::map<std::string, std::set<std::string>, std::less<>>;

    std::string name;    ///< of the file, for messages
    std::string reason;  ///< as in an [[ignore]] entry; holds for all of them
    std::string until;
    std::map<std::string, Rules, std::less<>> files;

    std::size_t size() const;
};

/// Errors are usage errors that name the file and the line.
Result<Baseline> parse_baseline(std::string_view text, std::string_view file_name);
std::string in_toml(const Baseline& baseline);

/// Every finding that nothing but a baseline suppresses.
Baseline baseline_of(const Report& report);

/// What the baseline accepts in one file, while that is judged.
class AcceptedFindings {
public:
    AcceptedFindings(const Baseline& baseline, const FileReport& file);
    /// Asked once for each finding that nothing else suppresses.
    bool accepts(std::string_view rule, std::uint64_t hash);
    /// By rule how many are accepted that were not asked for.
    std::map<std::string, std::size_t> gone() const;

private:
    Baseline::Rules left_;
    Fingerprints fingerprints_;
};

}  // namespace pgfence::policy
