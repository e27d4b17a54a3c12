#pragma once
// What is said of a change as a whole, and not at each of its statements.

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/report.h"

namespace pgfence::policy {

/// Ids of rules, by RuleInfo::once_per_change.
using SaidOnce = std::set<std::string, std::less<>>;

/// Of the findings of each of these rules one is left, which says how many more statements of which files it stands
/// for: a consequence of an act where there is one, which is no line of its own, else the first. Files that ran already
/// are changes by themselves.
void say_once(std::vector<FileReport>& files, const SaidOnce& rules);

/// Of findings in several files of the change that say the same of the same relations one is left, likewise: an act
/// that is undone and done again, or done to one table file by file, is one thing to look at. Within a file
/// tell_repeats_once sees to it.
void say_once_of_several_files(std::vector<FileReport>& files);

/// A loop over what the file spells out sends one statement of the program several times: what is said of all of them
/// in the same words is said once, with their number.
void count_rounds(FileReport& file);

/// A lock that is held for a moment, whatever the table's size. It is worth a line of its own where the team asks for
/// it (`chosen`), where it makes the change fail, and where the transaction holds another one meanwhile.
bool is_brief_lock(const Graded& graded, Risk threshold, bool chosen);

/// Advice against what the project's tables have nearly everywhere.
bool is_against_habit(const Finding& finding);
/// It repeats what the statement says itself. What makes the change fail is told all the same.
bool is_as_written(const Graded& graded, Risk threshold);
/// A new column whose type only the program knows. Few are domains.
bool is_of_the_programs_type(const Finding& finding);
/// A lock_timeout that the project sets nowhere. On a table that is known to be large or busy it is worth a line.
bool is_never_set(const Graded& graded);

class BriefLocks {
public:
    void add(const Finding& finding);
    /// "3 locks are held for a moment only ...: SHARE ROW EXCLUSIVE on `public.orders`, ..."; nothing of none.
    std::optional<std::string> note() const;

private:
    std::size_t count_ = 0;
    std::vector<std::string> locks_;  ///< each once
    std::set<std::string> seen_;      ///< the same
};

/// Of a statement whose acts were put together. What else a lock's act leads to speaks for itself then.
void take_out_brief_locks(StatementReport& statement, const std::function<bool(const Graded&)>& is_brief,
                          BriefLocks& into);

/// Findings of new databases alone: in what was edited after it ran, under runners that run no file twice, or makes
/// again what is there. Or advice against the project's own habit, what it never sets, what statements say themselves.
/// One line tells of all of them.
class FindingsLeftOut {
public:
    /// `why`: "what was edited in {} ran already", with the files in place of {}. `which`: " about new databases only"
    explicit FindingsLeftOut(std::string_view why, std::string_view which = " about new databases only")
        : why_(why), which_(which) {}
    void add(const std::string& rule, const std::string& path);
    std::optional<std::string> note() const;  ///< nothing when there was none

private:
    std::string_view why_, which_;
    std::size_t count_ = 0;
    std::set<std::string> rules_, paths_;
};

}  // namespace pgfence::policy
