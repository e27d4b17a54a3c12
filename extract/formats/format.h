#pragma once
// What a migration format is to the extract stage. A new one is one file beside this: its object is called as the file
// is (`extern const Format goose;` in goose.cpp), and the build lists the folder.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/migration.h"
#include "core/path_text.h"
#include "core/recording.h"
#include "extract/hints.h"
#include "extract/replacement.h"
#include "extract/revision.h"
#include "locate/formats.h"

namespace pgfence::extract {

/// A migration file as a format sees it.
struct Source {
    const Hints& hints;
    Memory& memory;
    Replacements& replacements;  ///< what takes the place of its text once the format has read it
    FileId file = 0;
    MigrationFile::Role role = MigrationFile::Role::changed;
    std::string_view path;
    std::string_view folder;  ///< "db/migrations", empty at the root
    std::string_view name;    ///< "0001_init.sql"
    std::string_view text;    ///< the whole file, a BOM included: offsets are the file's
    std::size_t begin = 0;    ///< behind the BOM

    std::string_view body() const { return text.substr(begin); }
    SourceSpan span(std::size_t from, std::size_t to) const {
        return {file, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to)};
    }
    SourceSpan whole() const { return span(0, text.size()); }
};

/// Where a text begins: behind its byte order mark.
std::size_t behind_mark(std::string_view text);
Source source_of(const MigrationFile& file, const Hints& hints, Memory& memory, Replacements& replacements);

/// How the tool commits the file's statements, and how sure that is.
struct Scope {
    TransactionMode mode = TransactionMode::per_statement;
    std::string reason;
    enum class From {
        file,     ///< the file or one beside it says so: a setting for the whole repository does not change it
        tool,     ///< what the tool does with every file
        assumed,  ///< what it mostly does: version or settings that nobody told us decide
        unknown,  ///< the worst case of a runner that nothing here reads
    };
    From from = From::tool;
    bool locked_beside = false;  ///< as Script::locked_beside
};

using locate::Known;

/// One of the migrations that a file holds, where its tool remembers each by a name of its own.
struct OwnPart {
    enum class WhenEdited : std::uint8_t {
        refused,   ///< its checksum differs: the deployment stops
        runs,      ///< again, in its new wording
        accepted,  ///< it does not run, and nobody minds
    };
    std::string name;         ///< what its author calls it
    std::string path;         ///< the tool tells those of one name apart by it: the file's, or what is written for it
    bool names_path = false;  ///< the latter: below a root of the class path, which nobody knows here
    std::size_t begin = 0, end = 0;
    std::string content;  ///< what its checksum is made of: the same in another layout
    std::string runs_if;  ///< conditions that are not part of it: in other ones it may not have run
    WhenEdited when_edited = WhenEdited::refused;
};

struct Format {
    std::string_view id;
    std::string_view title;
    std::string_view decides;  ///< how a file is told to be of it
    bool (*recognises)(const Source&);
    /// `script.sql` holds the text (BOM blanked already): takes out what is not for the parser.
    Scope (*read)(const Source&, Script& script);
    Known known = Known::name;
    std::string_view extensions = {};  ///< ".js .ts"; empty: SQL, whatever the file is called
    bool has_reader = true;            ///< false: its files are known, and listed as not read
    /// Its runner sends a file as it is, or fills ${x} alone: {{x}} in a literal is text, unless the file is a template
    /// all the same.
    bool sends_as_is = false;
    /// Takes in what other files may refer to before this one is read; most formats have none.
    void (*announce)(const Source&) = nullptr;
    /// For tools that run files in another order than that of their names.
    RunOrder (*run_order)(const MigrationFile&) = nullptr;
    /// For tools whose files hold several migrations.
    std::vector<OwnPart> (*parts)(const Source&) = nullptr;
    /// What its runner does with the folder, by its documentation or source.
    locate::Habits habits = {};
    /// What rules and recipes ask about it.
    ToolFacts facts = {};
    /// SQL that makes the tables in which its runner keeps what has run, as the runner's own source has them: they are
    /// there before the first migration.
    std::string_view own_tables = {};
    /// The command by which it is told that a file ran which it has not run.
    std::string_view marks_as_run = {};
    /// It stops where two files have one version, in whatever folders they lie ("Found more than one migration with
    /// version").
    bool refuses_second_version = false;
    /// Likewise in one folder alone ("duplicate migration file").
    bool refuses_second_in_folder = false;
    /// Whether it takes a file for one that ran, by what stands in both. Null: it goes by names.
    bool (*takes_for)(std::string_view now, std::string_view ran) = nullptr;
    /// What names the run that the file is part of, with all others of that run; empty: its folder. Null: likewise.
    std::string (*run_of)(const Hints& hints, std::string_view path) = nullptr;
    /// What a file calls itself and which it names as those before it, where the tool goes by that alone.
    Revision (*revision)(std::string_view path, std::string_view text) = nullptr;
    /// With what its runner stops, in its own words: of a migration ({2}) that names one ({1}) that no file has;
    std::string_view says_of_missing = {};
    std::string_view says_of_heads = {};  ///< of two behind which none comes;
    std::string_view says_of_gone = {};   ///< of one that ran and has no file: its name follows. Empty: it goes on
    /// The runner knows a migration by that name of its own, whatever the file is called.
    bool known_by_revision = false;
    /// The program of an ORM, which is run for what it sends.
    std::optional<Orm> orm = {};
    bool is_changelog = false;  ///< may name files of SQL for its tool to run
    bool is_planned = false;    ///< sqitch.plan names its scripts in their order
    /// Packages whose locked version is the tool's: "activerecord rails".
    std::string_view packages = {};
    std::array<LateSwitch, 2> late_switches = {};
    LockTimeoutBy lock_timeout_by = {};
    /// Meanwhile its runner holds a lock in a transaction of another connection, unless its version or a setting says
    /// otherwise.
    bool may_lock_beside = false;
    /// What its runner sets search_path to; empty: it leaves that alone. Null: likewise.
    std::string (*search_path)(const Source&) = nullptr;
};

/// In the order in which they are tried: by `known`, there by name.
const std::vector<const Format*>& formats();
/// Null: there is none of that id.
const Format* format_called(std::string_view id);
/// The first of them that recognises the file; the last one recognises all SQL. Null for code that is nobody's.
const Format* format_of(const Source& source);
/// Ends as files of that language do. An SQL file may also say for whom it is: "1.sql.postgres".
bool is_sql_name(std::string_view path);
bool is_code_name(std::string_view path);

/// For tools that keep the way back in a file of its own, whose name ends in `down` where this one's ends in `up`. Says
/// nothing when the paths of the repository are not known.
void require_down_file(const Source& source, std::string_view up, std::string_view down, Script& script);

// ---- questions to the hints and to names ----------------------------------------------------------------------------

bool has_path(const Hints& hints, std::string_view path);
/// The text of a file of the repository; nothing when it has none, or when texts cannot be had.
std::optional<std::string> text_of(const Hints& hints, std::string_view path);
/// The path of a file that another one names, from the root: "a/c.sql" of "../c.sql" in a/b. Nothing for one outside.
std::optional<std::string> path_from(std::string_view folder, std::string_view name);
/// Something lies in that folder, at any depth.
bool has_folder(const Hints& hints, std::string_view folder);
/// The nearest folder, from `folder` up to the root, that holds the file or folder named; nothing when there is none.
std::optional<std::string> nearest_folder_with(const Hints& hints, std::string_view folder, std::string_view name);
/// The nearest settings of a build around the file are Cargo's, and they, or a member of their workspace, name that
/// crate as far as they can be read; or there is no Go in the repository at all, and a crate of it does.
bool in_rust_crate(const Source& source, std::string_view crate);
/// A folder around the file has Hasura's settings or metadata.
bool in_hasura_project(const Source& source);

}  // namespace pgfence::extract
