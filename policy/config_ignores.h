#pragma once
// The [[ignore]] entries of the config, while findings are decided.

#include <optional>
#include <vector>

#include "core/report.h"
#include "policy/config.h"

namespace pgfence::policy {

/// One entry and what came of it.
struct Ignore {
    const IgnoreEntry* entry;
    bool expired = false;
    bool used = false;                        ///< it suppressed something, or would have before it expired
    bool without_reason = false;              ///< it would have suppressed what needs one (kNeedsReason)
    std::optional<std::size_t> first_file{};  ///< of those that it covers, as an index in the report
};

/// The entries that can apply to a file: globs are matched once, not for each finding.
class ConfigIgnores {
public:
    ConfigIgnores(std::vector<Ignore>& all, const FileReport& report, std::size_t file);
    std::optional<Suppression> find(const Graded& graded);
    /// Of one that names kNotAnalyzed. What was not analyzed counts as dangerous: it needs a reason.
    std::optional<Suppression> accepts_unread();

private:
    static std::optional<Suppression> use(Ignore& ignore, Risk risk);

    std::vector<Ignore*> ignores_;
};

}  // namespace pgfence::policy
