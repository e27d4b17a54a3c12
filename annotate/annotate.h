#pragma once
// The one Report, written for each reader. Pure: the same report gives the same bytes, and nothing here sends or saves.
// Foreign text (SQL, paths, names, comments of a pull request) passes through escape.h wherever something would
// interpret it.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/report.h"

namespace pgfence::annotate {

/// Version of the JSON document's shape, docs/report.schema.json: a new minor adds names, a new major changes them.
inline constexpr std::string_view kSchemaVersion = "1.7";

/// The page about a rule: https://github.com/pgfence/action/blob/v1/docs/rules/<id>.md
std::string rule_page(std::string_view rule);

// ---- for people at a terminal ---------------------------------------------------------------------------------------

struct TerminalStyle {
    bool colour = false;  ///< ANSI SGR sequences
    int width = 100;      ///< columns; below 60 counts as 60
};
std::string terminal(const Report& report, TerminalStyle style = {});

/// The findings of one rule, for its page: source, risk, lock, and of each recipe's step where it goes.
std::string findings_of(const Report& report, std::string_view rule);

/// How many findings each rule has: `pgfence stats`.
std::string rule_counts(const Report& report);
std::string rule_counts_json(const Report& report);

// ---- for machines ---------------------------------------------------------------------------------------------------

/// docs/json.md and docs/report.schema.json describe it. UTF-8, one line.
std::string json(const Report& report);
/// The same in pieces, a file's at a time: no second copy of a long report is in memory.
void json(const Report& report, const std::function<void(std::string_view)>& write);

/// What becomes of findings that the team accepted. The standard has a word for them (`suppressions`), which editors
/// and other services obey; GitHub opens an alert for each all the same (github/codeql-action#1230).
enum class Suppressed : std::uint8_t { marked, left_out };

/// SARIF 2.1.0 with what GitHub demands beyond the schema; at most 5,000 results, worst first. Of two files with the
/// same category for a commit, GitHub keeps the later one.
std::string sarif(const Report& report, Suppressed suppressed = Suppressed::marked,
                  std::string_view category = "pgfence");

// ---- for GitHub -----------------------------------------------------------------------------------------------------

struct CommentContext {
    std::string repository_url;      ///< "https://github.com/owner/name", for links to lines; empty: no links
    std::string head_sha;            ///< the commit that was read; empty: no links
    std::string marker = "pgfence";  ///< [A-Za-z0-9._-]; tells this comment from another job's
    std::string run_url;             ///< of the workflow run, where the whole report is; empty: not mentioned
    std::string earlier = {};        ///< the comment as it stands, for what is fixed since; empty: there is none
    std::string trace = {};          ///< Markdown of what a server did (trace_output.h); empty: none was asked
};

/// The first line of every comment with that marker, by which it is found again: "<!-- pgfence:NAME -->".
std::string comment_marker(std::string_view name);

/// There is something to look at, or to be aware of: not of a change that passes with nothing but notices. Nobody is
/// sent a mail for those, and a comment that is there shrinks to one line.
bool is_worth_a_comment(const Report& report);

/// GitHub Markdown of at most 65,000 code points (GitHub refuses more than 65,536). What does not fit is left out by
/// whole findings, the least bad first, and counted.
std::string pr_comment(const Report& report, const CommentContext& context);

/// GitHub Markdown of at most 900 KiB (GitHub drops a summary of more than 1 MiB).
std::string job_summary(const Report& report, const CommentContext& context);

/// One annotation of a check run, within the limits of POST /repos/{owner}/{repo}/check-runs.
struct Annotation {
    std::string path;
    std::uint32_t start_line = 1;
    std::uint32_t end_line = 1;
    std::optional<std::uint32_t> start_column;  ///< only when it stands in one line: GitHub refuses it otherwise
    std::optional<std::uint32_t> end_column;
    std::string level;        ///< "notice", "warning", "failure"
    std::string title;        ///< at most 255 code points
    std::string message;      ///< at most 64 KB, no Markdown
    std::string raw_details;  ///< the recipe; may be empty
};

struct CheckRun {
    std::string title;                    ///< at most 255 code points
    std::string summary;                  ///< Markdown, at most 65,535 code points
    std::string text;                     ///< Markdown, at most 65,535 code points
    std::string conclusion;               ///< "success", "neutral" (passes, and something should be read), "failure"
    std::vector<Annotation> annotations;  ///< all of them, worst first; GitHub takes 50 in a request
};
CheckRun check_run(const Report& report, const CommentContext& context = {});

/// A review comment on lines of one file, with the text that GitHub can put in their place.
struct Suggestion {
    std::string path;
    std::uint32_t start_line = 1, end_line = 1;
    std::string lines;  ///< what stands there now, without the last line break
    std::string body;   ///< Markdown; its first line is the finding's marker
};
struct SuggestedChanges {
    std::string body;                     ///< above them
    std::string gone;                     ///< what stands below the marker once the finding is no more
    std::string marker_prefix;            ///< of every marker with that name
    std::vector<Suggestion> suggestions;  ///< worst first, one for a statement at most
    std::vector<std::string> standing;    ///< the markers of all findings that there are
};
/// Only where the recipe's first step replaces or precedes the statement (StepPlace), the statement's lines hold
/// nothing else, and the step may run by itself. `name` is as CommentContext::marker.
SuggestedChanges suggested_changes(const Report& report, std::string_view name);

/// `::error file=...` lines for the runner's log, worst first. The runner keeps ten of a level and drops the rest
/// without a word, so the rest is counted in a line of its own.
std::string workflow_commands(const Report& report);

}  // namespace pgfence::annotate
