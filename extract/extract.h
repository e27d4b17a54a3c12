#pragma once
// The text of a migration file -> the SQL of its up direction, with positions, and how the tool that runs it commits.
// Pure: everything known about the repository comes in with the hints.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/migration.h"
#include "locate/run_order.h"

namespace pgfence::extract {

struct Hints {
    /// Paths of the repository's tree that help to tell tools apart, sorted bytewise as git lists them (see
    /// tells_tools_apart). May be empty: then names and contents of the migrations decide alone.
    std::vector<std::string> paths;
    std::optional<std::string> format;  ///< forced by config: a format's id
    /// Forced by config: how the runner treats a file that does not say otherwise itself.
    std::optional<TransactionMode> transaction;
    /// The text of one of the repository's files; none: settings beside the migrations are known by name only.
    std::function<std::optional<std::string>(std::string_view path)> read = {};
    /// What the runner puts in place of placeholders, by name: "schema" of ${schema}, {{ .schema }} and :schema.
    std::map<std::string, std::string, std::less<>> placeholders = {};
};

struct DjangoState;
struct RailsState;

/// What formats remember of the files read before, for those whose files do not say everything by themselves. Of one
/// repository; its files are read in the order in which they run.
struct Memory {
    std::shared_ptr<DjangoState> django;
    std::shared_ptr<RailsState> rails;
    using File = std::pair<MigrationFile::Role, std::string>;  ///< by path
    std::map<File, std::string_view> files;                    ///< all there are, with their texts
    std::map<File, std::string> included_by;  ///< scripts that one of them runs: they are read there, not by themselves
    std::map<std::string, std::string, std::less<>> properties;  ///< of Liquibase's changelogs: the first one counts
    struct RunBy {
        std::string reason;
        bool in_transaction = true;
    };
    std::map<std::string, RunBy, std::less<>> run_by;  ///< by path: files of SQL that a changelog runs
};

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
/// Once all files are announced: reading this one changes nothing in the memory, so that any thread may do it.
bool is_read_alone(const MigrationFile& file);

using locate::RunOrder;
/// Nothing for files of tools that go by the names of files. `script` is what script() made of the file.
std::optional<RunOrder> run_order(const MigrationFile& file, const Script& script);

/// Plain SQL that is no migration, such as the output of pg_dump --schema-only: psql lines and COPY data are blanked.
Script schema_text(FileId file, std::string_view text);

struct FormatInfo {
    std::string_view id;       ///< "goose"
    std::string_view title;    ///< "goose"
    std::string_view decides;  ///< how a file is told to be of it, one phrase
    bool has_reader = true;    ///< false: its files are known, and listed as not read
};
/// In the order in which they are tried.
std::vector<FormatInfo> all_formats();

}  // namespace pgfence::extract
