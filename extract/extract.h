#pragma once
// The text of a migration file -> the SQL of its up direction, with positions, and how the tool that runs it commits.
// Pure: everything known about the repository comes in with the hints.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/edited_parts.h"
#include "core/migration.h"
#include "core/runner.h"
#include "extract/hints.h"

namespace pgfence::extract {

/// Paths for which it pays to stand in Hints::paths: configuration files of migration tools and languages.
bool tells_tools_apart(std::string_view path);

/// Never fails: what cannot be read stands in Script::unread. Of a file of SQL, `sql` has the file's length and
/// offsets; what is not for the parser (down sections, psql commands, COPY data, markers) is blank, line breaks are
/// kept. Where values of placeholders or scripts that it includes stand in it, and of a program (Python, Ruby), whose
/// `sql` is what its calls send, the map leads to their places. Linear in the text and in the logarithm of the hints.
Script script(const MigrationFile& file, const Hints& hints, Memory& memory);
Script script(const MigrationFile& file, const Hints& hints);  ///< of a file alone
/// Before the first file of a repository is read, of all its files: they may refer to each other in any order. The file
/// must live as long as the memory.
void announce(const MigrationFile& file, const Hints& hints, Memory& memory);
/// Once all files are announced: what runs the file runs it again when it is edited (runOnChange of Liquibase).
bool runs_when_edited(const MigrationFile& file, const Memory& memory);
/// Once all files are announced: reading this one changes nothing in the memory, so that any thread may do it.
bool is_read_alone(const MigrationFile& file);

/// Nothing for files of tools that go by the names of files. `script` is what script() made of the file.
std::optional<RunOrder> run_order(const MigrationFile& file, const Script& script);

/// Of a file that was edited, or that is new (`before` is null then) and says of its parts that they are known by
/// another path; nothing for tools to which a file is one migration. `script` is what script() made of the new text: it
/// holds nothing of what ran before as it is. `all`: the files of the change and the history.
std::optional<EditedParts> edited_parts(const MigrationFile* before, const MigrationFile& now, const Script& script,
                                        const Hints& hints, const std::vector<MigrationFile>& all);

/// Two texts of a migration in Python send the same: they differ in nothing but layout, comments, what nothing uses and
/// which migrations it names as those before it.
bool is_same_python(std::string_view before, std::string_view now);
/// The same of any program, by the end of its path: of Ruby and Elixir, but for layout and comments. False: nobody
/// knows.
bool is_same_program(std::string_view path, std::string_view before, std::string_view now);

/// Of two that send the same SQL as far as it is known: they differ in nothing but that, where classes and functions
/// are imported from, what `except` does, and classes that one of them has alone. A class that moved is the same class.
bool is_alike_python(std::string_view before, std::string_view now);

/// Plain SQL that is no migration, such as the output of pg_dump --schema-only: psql lines and COPY data are blanked.
Script schema_text(FileId file, std::string_view text);

/// Of a format's id: what runs its files.
Runner runner_of(std::string_view format);
/// Of a format's id: SQL that makes the tables in which its runner keeps what has run; empty: none that is known.
std::string_view own_tables(std::string_view format);

/// Of a format's id: how its runner is told that a file ran which it has not run; empty: no command is known.
std::string_view marks_as_run(std::string_view format);
/// Of a format's id: its files hold migrations that are known one by one, so that an edit may add some.
bool holds_parts(std::string_view format);
/// Of a format's id: its runner stops where two files have one version, in whatever folders they lie.
bool refuses_second_version(std::string_view format);
/// Of a format's id: likewise, in one folder.
bool refuses_second_in_folder(std::string_view format);
/// Of a format's id: its runner takes a file of that text for one that ran; nothing where it goes by names.
std::optional<bool> takes_for(std::string_view format, std::string_view now, std::string_view ran);
/// Of a format's id: what names the run that the file is part of, in several folders or not; empty: its folder alone.
std::string run_of(std::string_view format, const Hints& hints, std::string_view path);
/// Of a format's id: what its runner sets search_path to before the file; empty: it leaves that alone.
std::string search_path_of(std::string_view format, const MigrationFile& file, const Hints& hints);

/// Of a format's id: what the migration calls itself, where its runner goes by that and not by the file's name; nothing
/// where it goes by names. Empty: the file does not say it.
std::optional<std::string> known_by(std::string_view format, std::string_view path, std::string_view text);
/// Of a format's id: its runner may hold a lock in a transaction beside, by its version or a setting.
bool may_lock_beside(std::string_view format);
/// By format, those of all.
std::vector<std::pair<std::string_view, LateSwitch>> late_switches();
std::vector<std::pair<std::string_view, LockTimeoutBy>> lock_timeouts();
/// The id of the format of SQL of no tool that is known.
std::string_view plain_sql();

struct FormatInfo {
    std::string_view id;       ///< "goose"
    std::string_view title;    ///< "goose"
    std::string_view decides;  ///< how a file is told to be of it, one phrase
    bool has_reader = true;    ///< false: its files are known, and listed as not read
};
/// In the order in which they are tried.
std::vector<FormatInfo> all_formats();

}  // namespace pgfence::extract
