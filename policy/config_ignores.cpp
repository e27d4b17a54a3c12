#include "policy/config_ignores.h"

#include <algorithm>
#include <string_view>

#include "core/glob.h"
#include "core/path_text.h"
#include "core/text.h"
#include "policy/own_rules.h"
#include "policy/verdict.h"

namespace pgfence::policy {
namespace {

bool concerns(const IgnoreEntry& entry, const Graded& graded) {
    const auto& rules = entry.rules;
    if (!rules.empty() && std::find(rules.begin(), rules.end(), graded.finding.rule) == rules.end()) return false;
    return entry.fingerprint.empty() || entry.fingerprint == graded.fingerprint;
}

/// "20240131" is no later than "20240131120000": versions are numbers.
bool is_up_to(std::string_view version, std::string_view last) {
    const auto digits = [](std::string_view number) {
        return number.substr(std::min(number.find_first_not_of('0'), number.size()));
    };
    version = digits(version);
    last = digits(last);
    return version.size() != last.size() ? version.size() < last.size() : version <= last;
}

bool covers(const IgnoreEntry& entry, std::string_view path, bool is_new) {
    if (!entry.file.empty() && !Glob(entry.file).matches(path)) return false;
    if (entry.through.empty()) return true;
    const std::string_view version = leading_digits(last_part(path));
    return !is_new && !version.empty() && is_up_to(version, entry.through);
}

}  // namespace

ConfigIgnores::ConfigIgnores(std::vector<Ignore>& all, const FileReport& report, std::size_t file) {
    using enum MigrationFile::Change;
    const bool is_new = report.change == added || report.change == renamed;
    for (Ignore& ignore : all) {
        if (!covers(*ignore.entry, report.path, is_new)) continue;
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
