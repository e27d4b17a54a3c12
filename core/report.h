#pragma once
// The one value that every output is written from.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/analysis.h"
#include "core/estimate.h"
#include "core/finding.h"
#include "core/migration.h"
#include "core/stand_in.h"

namespace pgfence {

struct Suppression {
    enum class By : std::uint8_t { comment, config, baseline };
    By by = By::comment;
    SourceSpan where;       ///< of the comment
    std::string reason;     ///< empty when none was given
    std::string until;      ///< ISO date, empty when none was given
    std::string mark = {};  ///< another tool's word that says so: "safety_assured", ".squawk.toml"; empty: one of ours
};

/// Which clients of a table wait.
struct Waiting {
    bool reads = false, writes = false;
};

/// What the clients of a table are in for, from the statement that takes the lock to the end of its transaction.
struct Wait {
    std::string relation;
    Waiting who;
    Estimate estimate;
    SourceSpan span;                ///< of that statement
    std::int64_t bytes = -1;        ///< of the relation; -1: not known
    double writes_per_second = -1;  ///< of those who wait; -1: not known, or they do not wait
    double reads_per_second = -1;   ///< likewise
};

/// What a change comes to. Only `pass` is green.
enum class Outcome : std::uint8_t {
    pass,     ///< all of it was analyzed, and nothing counts against it
    neutral,  ///< it may be merged, and somebody should look: not all of it was analyzed, or a high risk is suppressed
    fail,
};
std::string_view name_of(Outcome outcome);
std::string_view name_of(Suppression::By by);

/// Something that nobody looked into, and who says that it may pass all the same.
struct NotAnalyzed : Unread {
    Boxed<Suppression> accepted = {};
    Outcome outcome = Outcome::neutral;      ///< that it alone brings the change to
    bool meets_new_databases_alone = false;  ///< of an edited file, and not the edit's: it counts for nothing
};

/// Where a finding stands among those of its file: two indexes.
struct FindingPlace {
    std::size_t statement = 0, finding = 0;
};

/// A finding with the team's choices and the table sizes applied.
struct Graded {
    Finding finding;
    Severity severity = Severity::error;
    Risk risk = Risk::low;
    std::string risk_reason;               ///< why this risk, one phrase
    Boxed<Suppression> suppressed;         ///< suppressed findings are listed, and count for nothing
    std::shared_ptr<const Estimate> time;  ///< of its statement's work, where the finding's time grows with rows
    std::string fingerprint;  ///< stable while the statement's text stays, wherever it moves; 16 hex digits
    /// Index among the statement's findings of the one that is reported for both: this is another consequence of the
    /// same act, and no worse. Nothing for one that speaks for itself.
    std::optional<std::size_t> part_of = std::nullopt;
    /// The finding of an earlier statement of the file that is reported for both: it says the same, and is as bad.
    std::optional<FindingPlace> repeats = std::nullopt;
};

struct StatementReport {
    AnalyzedStatement statement;
    Risk risk = Risk::safe;             ///< the worst of its findings, suppressed ones left out
    std::vector<Graded> findings = {};  ///< worst first
    std::shared_ptr<const Estimate> time =
        {};  ///< of its work; null when there is none, or its tables' sizes are not known
};

struct FileReport {
    FileId file = 0;
    std::string path;
    std::string text;  ///< as committed; positions are computed from it
    MigrationFile::Change change = MigrationFile::Change::added;
    std::optional<std::string> old_path;
    std::string format;
    TransactionMode transaction = TransactionMode::per_statement;
    std::string transaction_reason;
    bool transaction_assumed = false;
    std::vector<StatementReport> statements;
    std::vector<NotAnalyzed> unread;
};

struct Coverage {
    std::uint32_t files = 0;
    std::uint32_t statements = 0;     ///< read
    std::uint32_t unread = 0;         ///< not read, each listed with its place
    std::uint32_t history_files = 0;  ///< earlier migrations replayed for the catalog
    std::uint32_t history_unread = 0;
    std::uint32_t left_out = 0;  ///< changed files that look like migrations and are not taken for PostgreSQL's
};

struct Counts {
    std::uint32_t error = 0, warning = 0, notice = 0, suppressed = 0;
};

/// What the team does about what was not analyzed. Listed it is in any case.
enum class Unanalyzed : std::uint8_t {
    by_extent,  ///< a file of which nothing was read, or that would be rejected, fails; a part is neutral
    fail,
    neutral,
    ignore,
};

std::optional<Unanalyzed> parse_unanalyzed(std::string_view name);  ///< "fail", "neutral", "ignore"

struct Verdict {
    Outcome outcome = Outcome::pass;
    Risk max_risk = Risk::safe;     ///< the worst found, suppressed ones left out
    Risk threshold = Risk::medium;  ///< the worst allowed
    Counts counts = {};
    std::uint32_t files_refused = 0;       ///< PostgreSQL or their runner takes none of them; accepted ones left out
    std::uint32_t files_not_analyzed = 0;  ///< others, read in no part; accepted ones left out
    std::uint32_t statements_not_analyzed = 0;  ///< parts of the other files; accepted ones left out
    std::uint32_t accepted_not_analyzed = 0;
    std::vector<std::string> risks_suppressed = {};  ///< rules of the suppressed findings of high or critical risk
    std::string reason = {};                         ///< one sentence: "2 findings above medium risk"

    bool passes() const { return outcome != Outcome::fail; }
};

/// How migrations are to be written is no risk to the database. A team that calls it an error wants it to fail.
bool is_a_wish(const Graded& graded);
/// The change fails for it: it is above the threshold, or such a wish. Suppressed findings make no change fail.
bool makes_fail(const Graded& graded, Risk threshold);

/// "1 file cannot run, 1 file and 2 statements not analyzed"; empty when all can and was.
std::string not_analyzed_in_words(const Verdict& verdict);

struct Report {
    std::string tool_version;
    int postgres_version = 0;                     ///< major
    bool postgres_version_assumed = false;        ///< nobody said which version runs
    std::string base, head;                       ///< commit ids; empty when files were given
    std::map<std::string, std::string> settings;  ///< that the migrations' sessions begin with, as the config has them
    std::string stats_date;                       ///< of the stats snapshot; empty without one
    std::vector<FileReport> files;                ///< in the order in which they run
    std::vector<Wait> waits;                      ///< of a second or more, the longest first; empty without a snapshot
    std::vector<RuleInfo> rules;                  ///< of the rules that have findings here
    Coverage coverage;
    Verdict verdict;
    StandIns stand_ins;              ///< in the SQL of statements and in their effects: findings have none
    std::vector<std::string> notes;  ///< what was assumed or left out, one sentence each
};

}  // namespace pgfence
