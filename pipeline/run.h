#pragma once
// The stages in a row: what changed, its SQL, its effects, the team's choices, the report.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/report.h"
#include "core/result.h"
#include "diff/changes.h"
#include "policy/baseline.h"

namespace pgfence::pipeline {

/// What every review takes, wherever its files come from. The command line wins over the config file.
struct Choices {
    std::optional<int> pg_version;  ///< major
    std::optional<Risk> max_risk;
    std::string format;  ///< id of a migration format; empty: detected
    std::optional<std::vector<std::string>> start_after;
    std::string stats_file;           ///< path of a stats snapshot; empty: none
    std::string snapshot;             ///< path of a schema snapshot; empty: none
    std::vector<std::string> schema;  ///< paths of SQL that makes the state before the migrations
    std::string today;                ///< ISO date: suppressions end on days
};

/// `pgfence analyze FILE...`: files as they are, judged in the order given.
struct FilesRequest {
    struct File {
        std::string path, text;
        MigrationFile::Role role = MigrationFile::Role::changed;
    };
    std::vector<File> files;
    std::string config_file;  ///< path; empty: .pgfence.toml of the working directory, if there is one
    Choices choices;
};
Result<Report> review(FilesRequest request);

/// What a change of a git repository does. The config file is read from the base commit: the change cannot relax it.
/// So are the snapshots and the schema when the base commit has them; else they are read as files.
struct ChangeRequest {
    diff::Request change;     ///< its `files` are what the config file's globs are added to
    std::string config_file;  ///< path in the repository; empty: .pgfence.toml
    Choices choices;
};
struct ChangeReview {
    Report report;
    std::string how;  ///< how the two sides were found, one sentence for the log
};
Result<ChangeReview> review(const ChangeRequest& request);

/// What made the schema that the change meets: the statements of the snapshot, of the schema's files and of the earlier
/// migrations that the snapshot does not hold, all as if they were new.
Result<Report> before(const ChangeRequest& request);
Result<Report> before(FilesRequest request);

/// Which migrations a commit has, and how that is known. Globs of the commit's config file override detection.
struct DetectRequest {
    std::string repository_path = ".";
    std::string revision = "HEAD";
    std::string config_file;  ///< path in the repository; empty: .pgfence.toml
};
Result<diff::DetectedFiles> detect(const DetectRequest& request);

struct FormatInfo {
    std::string id;
    bool has_reader = true;  ///< false: its files are known, and listed as not read
};
std::vector<FormatInfo> formats();

/// Migrations that ran already, each judged as on the day it was new: on top of those before it. Config file and
/// baseline are those of the working directory.
struct HistoryRequest {
    diff::Request repository;  ///< the migrations of its head, unless `files` names some
    std::vector<FilesRequest::File> files;
    std::string config_file;
    Choices choices;
};
struct HistoryReview {
    Report report;
    policy::Baseline baseline;  ///< as it was read; its name is the path to write to
};
Result<HistoryReview> review(HistoryRequest request);

inline constexpr std::string_view kBaselineFile = ".pgfence-baseline.toml";
inline constexpr std::string_view kConfigFile = ".pgfence.toml";

/// When neither a flag, the config file nor the stats snapshot names one: the oldest major that the PostgreSQL project
/// supports (postgresql.org/support/versioning; 14 ended on 2026-11-12). The report says that it was assumed.
inline constexpr int kAssumedVersion = 15;

/// Today's date in UTC, ISO 8601.
std::string today();
Result<std::string> read_file(const std::string& path);

}  // namespace pgfence::pipeline
