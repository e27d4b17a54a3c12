#pragma once
// What locate/ asks the migration formats. They are extract/'s, one file each, and tell it by this what their files are
// known by; locate/ itself knows no format.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/runner.h"
#include "core/tree.h"

namespace pgfence::locate {

/// By what a file is known to be of a format. What is surer is asked first, and names nearly always several tools
/// share.
enum class Known {
    mark,          ///< something in the file that only this tool writes
    place,         ///< a folder or a name that only this tool uses
    surroundings,  ///< a name that several tools use, and settings of this one around it
    name,          ///< a name that several tools use
    anything,      ///< whatever is left
};

/// How a tool goes through the folder that it is given, which no file of it can change.
struct Habits {
    bool is_known = false;    ///< false: nothing tells which program runs the folder; the rest means nothing then
    bool recursive = false;   ///< runs files of folders below too, whatever those are called
    bool any_ending = false;  ///< runs 1_a.up.txt as it runs 1_a.up.sql
    bool by_dialect = false;  ///< runs 1_a.postgres.up.sql in place of 1_a.up.sql, and never 1_a.mysql.up.sql
    bool by_version = false;  ///< knows what ran by the number in its name: under another title it does not run again
    /// Of a path in lower case: kept for the way back. Null: names tell, and the files beside it (Twins).
    bool (*leads_back)(std::string_view path) = nullptr;
    /// Of a file's name: false for those that it never takes, whatever stands in them. Null: nothing is known of them.
    bool (*takes)(std::string_view name) = nullptr;
    /// True when a file of this name never runs in a folder where `other` does, because one setting of the tool says
    /// how all names begin. `other` may be cut off behind its version. Null: the tool has no such setting.
    bool (*begins_otherwise)(std::string_view name, std::string_view other) = nullptr;
    Runner::Late late = Runner::Late::unknown;
    Runner::Edited edited = Runner::Edited::unknown;
    Runner::Renamed renamed = Runner::Renamed::unknown;
    std::uint8_t known_parts = 1;
    std::string_view family = {};  ///< of formats that one tool runs together: the same in each of them
    bool programs_alone = false;   ///< runs programs and no SQL beside them, unless one of them reads it
};

struct FormatOfFile {
    std::string_view id;
    std::string_view title;
    std::string_view decides;  ///< how a file is told to be of it
    Known known = Known::anything;
    Habits habits = {};
    bool is_changelog = false;  ///< code that may name files of SQL for its tool to run
};

/// Of one tree.
struct Formats {
    bool (*is_sql_name)(std::string_view path);
    bool (*is_code_name)(std::string_view path);
    /// Code that uses nothing of its tool's, and is a migration where others of the tool lie beside it.
    bool (*may_be_beside)(std::string_view path, std::string_view text);
    /// Nothing for code that is nobody's.
    std::function<std::optional<FormatOfFile>(std::string_view path, std::string text)> of;
    /// Scripts that a script of SQL runs as parts of itself: where they may lie.
    std::function<std::vector<std::string>(std::string_view path, std::string_view text)> included_by;
    /// Files of SQL that a changelog runs, and what they are then.
    std::function<std::vector<std::string>(std::string_view changelog)> run_by_changelog;
    FormatOfFile of_changelog;
    /// Of a file that lies among migrations, in this tree or in the agreed one: the list from which their tool takes
    /// them, where that leaves the file out.
    std::function<std::optional<std::string>(const FileTree& tree, std::string_view path)> list_without;
    /// Of each file Located::written: tools that have their order written down.
    std::function<std::vector<WrittenPlace>(const std::vector<Located>& migrations)> places;
    /// Of a format's id.
    Habits (*habits_of)(std::string_view format);
};

}  // namespace pgfence::locate
