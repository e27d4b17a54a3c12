#pragma once
// What a verdict is reached from.

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/analysis.h"
#include "core/edited_parts.h"
#include "core/migration.h"
#include "core/runner.h"
#include "core/server_version.h"
#include "core/squash.h"
#include "core/table_sizes.h"
#include "policy/baseline.h"
#include "policy/config.h"

namespace pgfence::policy {

/// Of every migration that was edited after it ran and is judged at its place among the others: rule and message of
/// what is found in the text that ran.
using SaidBefore = std::map<FileId, std::multiset<std::pair<std::string, std::string>>>;

struct Inputs {
    Analysis analysis;
    std::vector<MigrationFile> files;  ///< every file the analysis mentions, deleted ones and history with them
    const Sizes& sizes;                ///< an empty value when there is no snapshot
    const Config& config;
    const RuleAliases& aliases;
    std::string today;  ///< ISO date
    std::string tool_version;
    int postgres_version = kNewestServer;  ///< major
    bool postgres_version_assumed = false;
    std::string base, head;          ///< commit ids; empty when files were given
    std::vector<std::string> notes;  ///< what earlier stages assumed or left out
    Baseline baseline = {};
    std::uint32_t left_out = 0;             ///< Coverage::left_out
    std::map<FileId, Runner> runners = {};  ///< of the files; none: it is not known
    std::set<FileId> same_statements = {};  ///< edited files out of which the same SQL is read as before
    std::set<FileId> same_result = {};      ///< edited files that make the same of a database, another way
    std::set<FileId> run_by_programs = {};  ///< files of SQL that a migration reads and runs as they are now

    /// Of edited files: lines on which the edit may have changed what is meant. None: it may be any.
    std::map<FileId, LineSet> reached = {};
    std::map<FileId, EditedParts> parts = {};  ///< of edited files that hold several migrations
    /// New files that make again what is there, for new databases, each with what is to be said of it.
    std::map<FileId, Squash> made_again = {};
    std::set<FileId> replaced = {};  ///< deleted files that these stand for
    /// Edited files of which nobody can tell whether they have run, each with why, one phrase.
    std::map<FileId, std::string> perhaps_never_ran = {};
    std::set<FileId> still_written = {};  ///< edited files that no release has and that are edited again and again

    SaidBefore said_before = {};
    /// New files with the version of another one, whose path this is, under a runner that refuses to have two.
    std::map<FileId, std::string> same_version = {};

    const EditedParts* parts_of(FileId file) const {
        const auto found = parts.find(file);
        return found == parts.end() ? nullptr : &found->second;
    }
    const LineSet* reached_of(FileId file) const {
        const auto found = reached.find(file);
        return found == reached.end() ? nullptr : &found->second;
    }
    Runner runner_of(FileId file) const {
        const auto found = runners.find(file);
        return found == runners.end() ? Runner{} : found->second;
    }
};

}  // namespace pgfence::policy
