#pragma once
// A commit's files as they are offered to whoever looks for migrations among them, and the answer.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgfence {

struct Detection;
struct FileTree;

/// The commit that the team agreed on, and what was found in it: which folders hold migrations, of which tool and for
/// which database, is not for a change alone to say.
struct AgreedTree {
    const FileTree& tree;
    const Detection& found;
};

struct FileTree {
    std::vector<std::string_view> paths;  ///< files and symbolic links, sorted bytewise
    /// The file's text; nothing when it cannot be had or is too large to be of interest.
    std::function<std::optional<std::string>(std::string_view path)> read;
    std::vector<std::string_view> submodules = {};  ///< whose files are in another repository
    std::function<bool(std::string_view path)> is_link = {};
    const AgreedTree* agreed = nullptr;  ///< null: this is such a commit itself
};

/// Where a tool has a migration down, whose order is written in a file (sqitch.plan, a changelog).
struct WrittenPlace {
    std::size_t rank = 0;  ///< its place, from 1; 0: names tell the order
    /// How often it is down there, up to that place: a change that Sqitch has reworked runs once for each.
    std::size_t times = 0;
    /// Of a text that was kept when its file was reworked (deploy/a@v1.sql): that file (deploy/a.sql), under whose name
    /// it ran the `times`th time.
    std::string ran_as = {};
};

/// A migration among the files of a tree. Views into the tree's paths.
struct Located {
    std::string_view path;
    std::string_view format;  ///< id of the format that it is written in
    std::string why;          ///< how that is known, one phrase: "a line -- +goose"
    bool forward = true;      ///< false: the way back, which no deployment runs
    WrittenPlace written = {};
    std::string unreadable = {};  ///< MigrationFile::unreadable; empty: it can be read
    /// The runner goes by the number in its name: under another title it does not run again.
    bool by_version = false;
    bool is_part = false;  ///< another migration runs it; its folder is not given to a tool
};

/// What looks like a migration and is none that runs on PostgreSQL.
struct LeftOut {
    std::string_view path;
    std::string why;           ///< one phrase: "in a folder for another database"
    bool by_its_sql = false;   ///< its own statements are another database's: no name or file beside it is believed
    bool by_its_tool = false;  ///< the tool of its folder, which the base has given to it, takes no such name
    /// Nothing is held against it but that nothing around it speaks of migrations: its own name may.
    bool is_unplaced = false;
};

/// What a tool's own list names, and the tree does not have: the tool stops there.
struct MissingFile {
    std::string path;
    std::string why;  ///< as MigrationFile::unreadable
};

struct Detection {
    std::vector<Located> migrations;  ///< by path
    std::vector<LeftOut> left_out;    ///< by path
    std::vector<MissingFile> missing = {};
    /// SQL that changes a schema, in a place and by a name that say nothing of migrations.
    std::vector<std::string_view> other_sql = {};
};

using Detect = std::function<Detection(const FileTree&)>;

}  // namespace pgfence
