#pragma once
// What is known beside a migration file when it is read: of its repository, and of the files read before it.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/migration.h"
#include "locate/run_order.h"

namespace pgfence::extract {

/// What was found out about folders, each once: reading the programs around each of hundreds of files takes long.
struct FoldersSeen {
    using Answers = std::map<std::string, bool, std::less<>>;
    std::mutex mutex;
    Answers has_own_runner, has_marked_file, has_crate;
};

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
    std::shared_ptr<FoldersSeen> seen = std::make_shared<FoldersSeen>();
};

struct DjangoState;
struct RailsState;
struct SequelState;
struct EctoConfigs;

/// What formats remember of the files read before, for those whose files do not say everything by themselves. Of one
/// repository; its files are read in the order in which they run.
struct Memory {
    std::shared_ptr<DjangoState> django;
    std::shared_ptr<RailsState> rails;
    std::shared_ptr<SequelState> sequel;
    std::shared_ptr<EctoConfigs> ecto;
    using File = std::pair<MigrationFile::Role, std::string>;  ///< by path
    std::map<File, std::string_view> files;                    ///< all there are, with their texts
    std::map<File, std::string> included_by;  ///< scripts that one of them runs: they are read there, not by themselves
    std::map<std::string, std::string, std::less<>> properties;  ///< of Liquibase's changelogs: the first one counts
    /// Primary keys that its changes made, by the table as SQL writes it: a change may drop one without its name.
    std::map<std::string, std::string, std::less<>> primary_keys = {};
    /// How a changelog of Liquibase runs a file of SQL.
    struct RunBy {
        std::string reason;                                       ///< "change set 1 of db/1.xml runs it"
        MigrationFile::Role role = MigrationFile::Role::history;  ///< of the changelog
        bool in_transaction = true;
        bool is_ours = true;                       ///< false: its change set is for other databases alone
        bool is_changelog = false;                 ///< included as one: formatted SQL then says itself how it runs
        bool is_query = false;                     ///< of a view that is made with it
        bool in_one = false;                       ///< not cut into statements: sent as one
        bool runs_when_edited = false;             ///< runOnChange, runAlways
        std::string delimiter = {};                ///< after which its statements end; empty: semicolons
        std::vector<std::string> conditions = {};  ///< on which it depends whether it runs
    };
    /// By path; "db/changes/" is of all files below, "*/db/a.sql" of one that lies below any root of the class path.
    std::map<std::string, RunBy, std::less<>> run_by;
};

using locate::RunOrder;

}  // namespace pgfence::extract
