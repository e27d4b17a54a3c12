#include "policy/own_rules.h"

#include <algorithm>

#include "policy/nearest.h"

namespace pgfence::policy {

const std::vector<RuleInfo>& own_rules() {
    static const std::vector<RuleInfo> rules{
        {.id = std::string(kExpiredSuppression),
         .title = "Suppression past its date",
         .why =
             "An ignore comment with `until` stops suppressing on the day after its date, so that a deferral does not "
             "become permanent unnoticed. Mend what it hid, or give it a new date and a reason.",
         .category = Category::policy,
         .default_severity = Severity::warning},
        {.id = std::string(kSameRelease),
         .title = "Name that goes while code still uses it",
         .why =
             "The change drops or renames a table, view or column that the code of the base commit seems to name. That "
             "code is running when the migration is, and fails from that moment. Deploy code that no longer names it "
             "first, and drop it in the release after.\n\nThis is a text search over the base commit, no more: whole "
             "words, as the name is written or in camel case, for a column in files that also name its table. Prose, "
             "data, migrations and other people's code are left out, and so is what is over 20,000 files or 64 MB. No "
             "finding does not mean that nobody uses it. Only a review of a change in git searches (`pgfence review`, "
             "the action).",
         .category = Category::compatibility,
         .default_severity = Severity::notice},
        {.id = std::string(kUnusedSuppression),
         .title = "Suppression that suppresses nothing",
         .why =
             "An ignore comment that matches no finding hides the next mistake in its place. Remove it, or correct the "
             "rule's name.",
         .category = Category::policy,
         .default_severity = Severity::notice},
    };
    return rules;
}

RuleNames::RuleNames(const std::vector<RuleInfo>& rules, const RuleAliases& aliases) : aliases_(aliases) {
    for (const RuleInfo& rule : rules) ids_.push_back(rule.id);
    for (const RuleInfo& rule : own_rules()) ids_.push_back(rule.id);
    std::sort(ids_.begin(), ids_.end());
    ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
}

std::vector<std::string> RuleNames::ids(std::string_view name) const {
    std::vector<std::string> found;
    if (std::binary_search(ids_.begin(), ids_.end(), name)) found.emplace_back(name);
    const auto [first, last] = aliases_.equal_range(name);
    for (auto alias = first; alias != last; ++alias)
        if (alias->second != name) found.push_back(alias->second);
    return found;
}

std::string RuleNames::nearest_id(std::string_view name) const { return nearest(name, ids_); }

}  // namespace pgfence::policy
