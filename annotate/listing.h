#pragma once
// The report's findings with their places in lines and columns, in the order in which people should read them.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/report.h"
#include "core/text.h"

namespace pgfence::annotate {

/// `end` is the first column behind the last character; blanks and line breaks at a span's end are left out.
struct Region {
    Position begin, end;
};

/// One per file and output: building it reads the whole text.
class Places {
public:
    explicit Places(std::string_view text) : text_(text), index_(text) {}
    Region region(SourceSpan span) const;
    const LineIndex& lines() const { return index_; }

private:
    std::string_view text_;
    LineIndex index_;
};

struct Listed {
    const FileReport* file;
    const StatementReport* statement;
    const Graded* graded;
    const Places* places;
    Region region;
    std::size_t file_number;                       ///< index in Report::files
    std::vector<const Graded*> consequences = {};  ///< of the same act, which are listed in this finding
    std::vector<std::uint32_t> repeated_in = {};   ///< lines of the later statements that it is reported for
};

/// A statement or file that was not analyzed, unless a finding says that it fails and why: both would say the same.
struct ListedUnread {
    const FileReport* file;
    const NotAnalyzed* unread;
    Region region;
    std::size_t file_number;  ///< index in Report::files
};

/// Parts of a file that were not analyzed for the same reason.
using AlikeUnread = std::vector<const ListedUnread*>;

/// Every finding of a report, and all that was not analyzed. Keeps pointers into it.
class Listing {
public:
    explicit Listing(const Report& report);
    Listing(const Listing&) = delete;
    Listing& operator=(const Listing&) = delete;

    /// One for each act, by risk, then severity, both falling; then as they stand in the files.
    const std::vector<Listed>& active() const { return active_; }
    /// The same, and one for each later statement that repeats an act, for outputs that show each on its line.
    const std::vector<Listed>& on_each_line() const { return on_each_line_; }
    /// The same, and as findings of their own those that are listed in another.
    const std::vector<Listed>& each() const { return each_; }
    /// As they stand in the files.
    const std::vector<Listed>& suppressed() const { return suppressed_; }
    /// As they stand in the files.
    const std::vector<ListedUnread>& unread() const { return unread_; }
    /// Those of one file that differ by their place alone are together, in order of the first of them.
    std::vector<AlikeUnread> unread_by_cause() const;
    const Places& places(std::size_t file_number) const { return places_[file_number]; }
    struct Elsewhere {
        const FileReport* file;
        Region region;
    };
    /// Nothing when the span's file is not in the report.
    std::optional<Elsewhere> place(SourceSpan span) const;
    /// Where a finding's related span is; nothing when it has none or its file is not in the report.
    std::optional<Elsewhere> related(const Finding& finding) const;
    /// What is known about a rule; its id alone when the report does not say.
    RuleInfo rule(std::string_view id) const;

private:
    const Report& report_;
    std::vector<Places> places_;
    std::vector<Listed> active_, on_each_line_, each_, suppressed_;
    std::vector<ListedUnread> unread_;
    std::map<std::string_view, const RuleInfo*> rules_;
    std::unordered_map<FileId, std::size_t> numbers_;  // of files in the report
};

/// Locks on what was there before the change, the strongest first: only those can keep somebody waiting.
std::vector<const Lock*> felt_locks(const Effects& effects);
/// In place of those where there are none: that nobody feels it, or why nobody can tell.
std::string no_locks_in_words(const Effects& effects);
/// "high"; "?" of a statement that was not understood, and has nothing else to its name: that is not "safe".
/// What is suppressed stays visible: "critical, suppressed".
std::string risk_in_words(const StatementReport& statement);

/// "scanned", "rewritten", ...: what happens to a relation in full while its lock is held; empty when nothing does.
std::string work_in_words(const Effects& effects, std::string_view relation);

/// One line to show under a finding, or the part of it around the finding when it is long.
struct SourceLine {
    std::uint32_t number = 1;
    std::string_view text;                     ///< bytes of the file
    std::size_t mark_begin = 0, mark_end = 0;  ///< the bytes of `text` that are the finding's; equal when none are
    bool cut_left = false, cut_right = false;
};
struct Excerpt {
    std::vector<SourceLine> lines;
    bool cut_above = false, cut_below = false;
};
/// The lines of the finding's statement, or `most_lines` of them around the finding.
Excerpt excerpt(const Listed& listed, std::uint32_t most_lines);

/// The comment that suppresses a finding, in the language of its file, for the line above its statement; "(reason)" is
/// for the reader to fill in.
std::string ignore_comment(const Listed& listed);
/// What else the same act leads to, each with its rule, and its line where that is another.
std::vector<std::string> consequences_in_words(const Listed& listed);
/// "the message; also: another (its rule); another (its rule)"
std::string message_with_consequences(const Listed& listed);
/// What to do instead: the finding's own recipe, or its first consequence's, and those for its other clauses.
std::vector<const Recipe*> recipes_of(const Listed& listed);

// ---- sentences that several outputs share ---------------------------------------------------------------------------

/// How outputs that know rules by id call what was not analyzed; what a suppression names to accept it.
inline constexpr std::string_view kNotAnalyzed = "not-analyzed";

/// "cannot run" of what PostgreSQL or the runner refuses, else "not analyzed".
std::string_view heading_of(const NotAnalyzed& unread);
/// "not analyzed: COPY ... PROGRAM: it runs a program on the server (accepted: the program is ours)"
std::string not_analyzed_text(const NotAnalyzed& unread);
/// "comment", "config"; another tool's word where that was it: "safety_assured"
std::string suppressed_by(const Suppression& suppression);
/// How one that somebody looked at is accepted; markdown and terminals show it.
inline constexpr std::string_view kHowToAccept =
    "If you checked one, suppress it: a comment `pgfence-ignore: not-analyzed (why)` above it, or `[[ignore]]` in the "
    "config";
/// As loud as what it does to the verdict.
Severity severity_of(const NotAnalyzed& unread);

std::string counts_in_words(const Counts& counts);  ///< "2 errors, 1 warning, 1 suppressed"; "no findings"
/// Of a change without a file to judge: "no migrations changed", and how many were left out.
std::string nothing_changed(const Coverage& coverage);
std::string read_in_words(const Coverage& coverage);  ///< "2 migrations, 7 of 8 statements analyzed"
std::string server_in_words(const Report& report);    ///< "PostgreSQL 14 (assumed)"
/// "Dropped table loses its rows (high risk)": above a finding's message, which names the rule.
std::string title_of(const Listing& listing, const Graded& graded);
/// One line that says it all: "2 findings above medium", "no migrations changed", ...
std::string headline(const Report& report, const Listing& listing);
/// What a step is to be printed as: the author's own language where there is code, else SQL.
struct StepText {
    std::string_view text, language;
};
StepText printed(const RecipeStep& step);
std::string step_heading(
    const RecipeStep& step);  ///< "in a migration of its own, after a deploy that ..."; may be empty

}  // namespace pgfence::annotate
