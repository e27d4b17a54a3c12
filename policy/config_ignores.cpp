#include "policy/config_ignores.h"

#include <algorithm>

#include "core/glob.h"
#include "policy/own_rules.h"
#include "policy/verdict.h"

namespace pgfence::policy {
namespace {

bool concerns(const IgnoreEntry& entry, const Graded& graded) {
    const auto& rules = entry.rules;
    if (!rules.empty() && std::find(rules.begin(), rules.end(), graded.finding.rule) == rules.end()) return false;
    return entry.fingerprint.empty() || entry.fingerprint == graded.fingerprint;
}

}  // namespace

ConfigIgnores::ConfigIgnores(std::vector<Ignore>& all, std::string_view path, std::size_t file) {
    for (Ignore& ignore : all) {
        const std::string& pattern = ignore.entry->file;
        if (!pattern.empty() && !Glob(pattern).matches(path)) continue;
        if (!ignore.first_file) ignore.first_file = file;
        ignores_.push_back(&ignore);
    }
}

std::optional<Suppression> ConfigIgnores::find(const Graded& graded) {
    for (Ignore* ignore : ignores_)
        if (concerns(*ignore->entry, graded))
            if (auto found = use(*ignore, graded.risk)) return found;
    return std::nullopt;
}

std::optional<Suppression> ConfigIgnores::accepts_unread() {
    for (Ignore* ignore : ignores_) {
        const auto& rules = ignore->entry->rules;
        if (std::find(rules.begin(), rules.end(), kNotAnalyzed) == rules.end()) continue;
        if (auto found = use(*ignore, kNeedsReason)) return found;
    }
    return std::nullopt;
}

std::optional<Suppression> ConfigIgnores::use(Ignore& ignore, Risk risk) {
    const IgnoreEntry& entry = *ignore.entry;
    ignore.used = true;
    if (ignore.expired) return std::nullopt;
    if (risk >= kNeedsReason && entry.reason.empty()) {
        ignore.without_reason = true;
        return std::nullopt;
    }
    return Suppression{Suppression::By::config, {}, entry.reason, entry.until, entry.mark};
}

}  // namespace pgfence::policy
