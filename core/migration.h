#pragma once
// A migration file and the SQL read out of it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/schema_question.h"
#include "core/source.h"

namespace pgfence {

enum class ConstraintType : std::uint8_t;

/// Line numbers (from 1), as closed ranges in order.
using LineSet = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

struct MigrationFile {
    enum class Role : std::uint8_t {
        history,  ///< was there before the change: replayed for the catalog, never judged
        changed,  ///< part of the change: judged
    };
    enum class Change : std::uint8_t { none, added, modified, renamed, deleted };

    FileId id = 0;
    std::string path;  ///< relative to the repository's root, '/' between folders
    std::string text;  ///< bytes as committed; the base's for `deleted`
    Role role = Role::changed;
    Change change = Change::added;
    std::optional<std::string> old_path;  ///< of a rename
    LineSet changed_lines;                ///< empty and change == added: all of them
    bool repeatable = false;              ///< made to be edited and run again (Flyway's R__)
    /// Of an added one: a deleted one of the same number, by which its runner takes this one for that; or empty.
    std::string stands_for;
    std::string overtaken_by;  ///< of an added one: the last that ran already although this sorts before it; or empty
    std::string
        unreadable;  ///< why nothing of it can be judged ("a Git LFS pointer"), its text is empty then; or empty
    /// Why it is not taken for a PostgreSQL migration although it looks like one and nobody but the change says so: it
    /// is not judged, its text is empty then; or empty
    std::string set_aside;
};

/// How the migration runner sends a file's statements, which decides how long locks are held.
enum class TransactionMode : std::uint8_t {
    per_file,       ///< BEGIN, the file, COMMIT
    implicit,       ///< the whole file in one simple query: one implicit transaction when it holds 2 statements or more
    per_statement,  ///< each statement commits by itself unless the file says BEGIN
    whole_run,      ///< all files of the run in one transaction
};
std::string_view name_of(TransactionMode mode);

/// What could not be read, and where. Listed in every report: "not read" is never "safe".
struct Unread {
    /// How much of the file it is, which decides what it does to the verdict (policy/verdict.h).
    enum class Extent : std::uint8_t {
        part,      ///< a statement, a call, or everything behind a place: the change is not green
        file,      ///< nothing of the file was read: the change fails
        rejected,  ///< PostgreSQL or the file's runner would not take it: the change fails
        aside,     ///< a file that may be a migration, and may be something else: the change is not green
    };
    SourceSpan span;
    std::string what;  ///< what stands there, in a few words
    std::string why;   ///< why it was not read, PostgreSQL's own message where there is one
    Extent extent = Extent::part;
};

/// `Unread::what` of SQL that PostgreSQL's parser refuses.
inline constexpr std::string_view kDoesNotParse = "a statement that does not parse";

/// SQL of which it is not known whether it runs, or runs as it is written here.
struct Uncertainty {
    std::uint32_t begin, end;               ///< bytes of Script::sql
    std::string what;                       ///< on what it depends: "whether the table is there"
    std::vector<SchemaQuestion> asks = {};  ///< it runs when all of that is so; empty: something else decides
    bool for_rows = false;                  ///< it runs as often as a query has rows, which nothing spelled out picks
};

/// A name that stands in the SQL for what only a run of the migration tells.
struct StandIn {
    std::string name;     ///< "__schema_"
    std::string written;  ///< what the file has in its place: "${schema}"; empty: nothing that could stand in SQL
    bool in_name_quotes = false;  ///< "${schema}": what is put there may need them
    bool is_code = false;         ///< `written` is an expression of a program, and no part of SQL
    std::string code = {};        ///< that expression as the file has it; empty: it cannot be written elsewhere
};

/// What the author said to another tool about a part of the file: strong_migrations' `safety_assured { }`.
struct ToolMark {
    SourceSpan span;   ///< what it is about
    std::string mark;  ///< as that tool calls it: "safety_assured"
};

/// What a call tells of the constraint that its statement drops, and SQL does not: Alembic's type_='foreignkey'.
struct DroppedKind {
    std::uint32_t begin, end;  ///< bytes of Script::sql
    ConstraintType type;
};

/// What a migration tool does with all of its users' SQL, as the format's own file in extract/formats states it. Who
/// judges a statement asks this, and never which tool it is.
struct ToolFacts {
    bool times_are_utc = false;  ///< every time without a zone that it writes is UTC
    /// A SET beside a statement makes one transaction of both, or stands in one that runs already.
    bool set_shares_transaction = false;
    /// Whether a file is one transaction, or each statement one, is for a version to say that the author may change.
    bool one_transaction_by_version = false;
};

/// The SQL of one file's up direction, ready for the parser.
struct Script {
    FileId file = 0;
    std::string format;  ///< id of the format that read it ("goose")
    ToolFacts tool;      ///< that format's
    std::string sql;
    SourceMap map;  ///< offsets in `sql` -> offsets in the file
    TransactionMode transaction = TransactionMode::per_statement;
    std::string
        transaction_reason;  ///< where that is known from, for the report: "goose runs each file in a transaction"
    bool transaction_assumed = false;  ///< nothing in the file or the repository says so
    /// Nobody but its runner, a program that nothing here reads, can say: `transaction` is the worst case.
    bool transaction_unknown = false;
    bool locked_beside = false;  ///< meanwhile its runner holds a lock in a transaction of another connection
    std::vector<Unread> unread;
    std::vector<Uncertainty> uncertainties;  ///< by begin
    std::vector<StandIn> stand_ins;          ///< each once
    std::vector<ToolMark> marks;
    std::vector<DroppedKind> dropped_kinds;  ///< by begin
    std::string no_way_back;  ///< why its tool cannot undo the file, where the tool could: "it has no Down section"
};

}  // namespace pgfence
