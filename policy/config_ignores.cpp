#include "policy/config_ignores.h"

#include <algorithm>

#include "core/glob.h"

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
    for (Ignore* ignore : ignores_) {
        const IgnoreEntry& entry = *ignore->entry;
        if (!concerns(entry, graded)) continue;
        ignore->used = true;
        if (!ignore->expired) return Suppression{"config", {}, entry.reason, entry.until};
    }
    return std::nullopt;
}

}  // namespace pgfence::policy
