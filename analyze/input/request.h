#pragma once
// What is asked of an analysis.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/migration.h"
#include "core/rule_option.h"
#include "core/server_version.h"

namespace pgfence::analyze {

/// Migrations that one runner takes, one after the other, for one database.
struct Series {
    std::vector<FileId> files;
    bool whole_history = false;  ///< they begin with the very first that ever ran
};

struct Request {
    int version = kNewestServer;       ///< PostgreSQL major
    std::vector<std::string> schema;   ///< SQL texts that make up the state before the history (pg_dump output)
    std::vector<Script> history;       ///< earlier migrations in the order in which they ran, `apart` among them
    std::vector<Series> series;        ///< of all these scripts; what is in none begins nobody knows where
    std::vector<Script> changed;       ///< what is judged, in the order in which it will run
    std::set<FileId> left_alone = {};  ///< of those: earlier ones that run once more with them; replayed, not judged
    std::set<FileId> begin_run = {};   ///< of those: files with which the runner is called anew
    /// Judged first, each by itself on an empty database: what makes again what the history made.
    std::vector<Script> anew = {};
    /// Of the history: what earlier migrations were edited to, each in front of what it was. Judged there, every one by
    /// itself, and nothing of it stays: who still runs it has run none of those behind it, nor made what it makes.
    std::set<FileId> apart = {};
    std::vector<Script> each = {};  ///< judged before that, every one as a change of its own on top of those before it
    std::set<std::string, std::less<>> switched_on = {};  ///< rules to ask although they are off by default
    RuleOptions options = {};                             ///< what the team set, as policy/ checked it
    std::string role = {};                                ///< that runs the migrations; empty: not known
    std::map<FileId, std::string_view> texts = {};        ///< of the history's files, as committed
    std::map<std::string, std::string> settings = {};     ///< its sessions begin with; names in lower case
    unsigned threads = 0;  ///< at most; 0: as many as the machine runs at once. The analysis is the same
};

}  // namespace pgfence::analyze
