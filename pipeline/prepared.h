#pragma once
// What a review is made of. Each front end (files.h, change.h, history.h) prepares one from its own source; review.h
// judges it and asks no more where it came from.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/finding.h"
#include "core/migration.h"
#include "core/report.h"
#include "core/result.h"
#include "core/table_sizes.h"
#include "diff/changes.h"
#include "extract/extract.h"
#include "pipeline/whole_history.h"
#include "policy/baseline.h"
#include "policy/config.h"
#include "stats/schema_snapshot.h"

namespace pgfence::pipeline {

/// What every review takes, wherever its files come from. The command line wins over the config file.
struct Choices {
    std::optional<int> pg_version;  ///< major
    std::optional<Risk> max_risk;
    std::optional<Unanalyzed> unanalyzed;
    std::string format;  ///< id of a migration format; empty: detected
    std::optional<std::vector<std::string>> start_after;
    std::string stats_file;           ///< path of a stats snapshot; empty: none
    std::string snapshot;             ///< path of a schema snapshot; empty: none
    std::vector<std::string> schema;  ///< paths of SQL that makes the state before the migrations
    std::string today;                ///< ISO date: suppressions end on days
};

/// A file that the caller gives.
struct GivenFile {
    std::string path, text;
    MigrationFile::Role role = MigrationFile::Role::changed;
};

/// Looks for words in the code that runs while the migrations do; `migrations` are no such code.
using SearchCode = std::function<Result<diff::SearchResult>(const std::vector<diff::SearchTerms>& words,
                                                            const std::vector<std::string>& migrations)>;

struct Prepared {
    /// History first, then what is judged, both in the order in which they run. What is judged is one change; but a
    /// file that ran already (Change::none) is one by itself, as on the day it was new.
    std::vector<MigrationFile> files;
    Extent extent = Extent::some;  ///< of their folders
    extract::Hints hints;          ///< its `read` also answers what a migration that is a program imports
    policy::Config config;         ///< the command line's choices taken in
    policy::Baseline baseline;
    Sizes sizes;
    std::optional<stats::SchemaSnapshot> snapshot;
    std::string snapshot_file;      ///< its path
    std::vector<GivenFile> schema;  ///< SQL that makes the state before the migrations, on top of the snapshot
    SearchCode search_code;         ///< none: there is no code to search
    std::string base, head;         ///< commit ids; empty when files were given
    std::string how;                ///< how the two sides of a change were found, one sentence for the log
    std::string today;
    std::vector<std::string> touched;                                   ///< diff::Change::touched
    std::vector<std::string> notes;                                     ///< what was assumed or left out so far
    std::uint32_t left_out = 0;                                         ///< diff::Change::left_out
    std::map<std::string, std::string, std::less<>> perhaps_never_ran;  ///< diff::Change::perhaps_never_ran
    std::set<std::string, std::less<>> still_written;                   ///< diff::Change::still_written
    std::map<std::string, std::string, std::less<>> unreleased;         ///< diff::Change::unreleased
    std::map<std::string, std::string, std::less<>> late_as_others;     ///< diff::Change::late_as_others
};

}  // namespace pgfence::pipeline
