#include "policy/own_rules.h"

#include <algorithm>

#include "policy/nearest.h"

namespace pgfence::policy {

const std::vector<RuleInfo>& own_rules() {
    static const std::vector<RuleInfo> rules{
        {.id = std::string(kExpiredSuppression),
         .title = "Suppression past its date",
         .why =
             "An ignore comment or an `[[ignore]]` entry of the config with `until` stops suppressing on the day after "
             "its date, so that a deferral does not become permanent unnoticed. Mend what it hid, or give it a new "
             "date "
             "and a reason.",
         .category = Category::policy,
         .default_severity = Severity::warning},
        {.id = std::string(kHighTrafficTable),
         .title = "Writers blocked on a table that is large or known to be busy",
         .why = "A lock that is harmless on most tables is not on the few that everything goes through. Those that "
                "match `tables` or the config's `busy`, and those that the stats snapshot says are large, are named "
                "whenever a statement "
                "blocks their writers, however briefly: such a change wants a second look and a quiet hour.",
         .category = Category::policy,
         .default_severity = Severity::off,
         .options = {{"tables", std::vector<std::string>{}, "patterns for busy tables: `orders`, `billing.*`"},
                     {"rows", std::int64_t{10'000'000}, "rows from which a table counts, by the stats snapshot"}}},
        {.id = std::string(kLockBudget),
         .title = "One change blocks a table too often or too long",
         .why = "Every statement by itself may be bearable; ten of them in one deployment are an outage in slices. "
                "Counted over all files of the change are the statements that block a table's writers and, where the "
                "stats snapshot knows the table, the megabytes that are read or written while they wait.",
         .category = Category::policy,
         .default_severity = Severity::off,
         .options = {{"max-locks", std::int64_t{5}, "statements of a change that may block the writers of one table"},
                     {"max-megabytes", std::int64_t{1024}, "megabytes worked through while they wait"}}},
        {.id = std::string(kLongIndexBuild),
         .title = "Index built over a very large table",
         .why = "Also with `CONCURRENTLY` a build over a table this large runs for long, sorts on disk, holds back "
                "vacuum everywhere, and fails for good when the disk is full. Plan it: room, `maintenance_work_mem`, a "
                "time without long transactions. Sizes come from the stats snapshot.",
         .category = Category::policy,
         .default_severity = Severity::off,
         .options = {{"megabytes", std::int64_t{10'240}, "size from which a table counts, by the stats snapshot"}}},
        {.id = std::string(kMissingDownMigration),
         .title = "Migration that its tool cannot undo",
         .why =
             "goose, dbmate, sql-migrate, golang-migrate, sqlx and Diesel undo a migration with its down part. Where "
             "that is absent or empty, a deployment that went wrong can only be mended forward. Tools without a way "
             "back are not held to one.",
         .category = Category::policy,
         .default_severity = Severity::off},
        {.id = std::string(kNonLinearHistory),
         .title = "Migration that is not simply the next one",
         .why =
             "Databases remember which files they ran. A new file that sorts before one that ran is skipped, refused "
             "or run out of order; an edited one does not run again where it ran; a deleted or renamed one makes new "
             "databases differ from old ones. Write a new migration instead. Repeatable migrations (`R__`) are made "
             "to be edited.",
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
             "An ignore comment that matches no finding hides the next mistake in its place; so does an `[[ignore]]` "
             "entry of the config that names files of the change and suppresses nothing in them. Remove it, or correct "
             "the rule's name.",
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
