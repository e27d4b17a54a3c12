#pragma once
// What a disposable server did when the migrations ran on it, held against what was predicted.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/effects.h"
#include "core/finding.h"
#include "core/lock_mode.h"

namespace pgfence {

/// What one statement did to the relations that were there before it. Names as Lock::relation has them.
struct Observation {
    enum class How : std::uint8_t {
        in_block,   ///< its session looked, with every lock still held
        at_gates,   ///< it ran into a lock held on each table: its first lock on each is certain, the rest as below
        by_polling  ///< another session looked while it ran: a lock held for a moment may be missing
    };
    struct ObservedLock {
        RelationKind kind = RelationKind::table;
        LockMode mode = LockMode::AccessShare;  ///< the strongest
    };
    How how = How::in_block;
    std::map<std::string, ObservedLock, std::less<>> locks;       ///< that it took; not those held already
    std::map<std::string, std::set<LockMode>, std::less<>> held;  ///< by earlier statements of its transaction
    std::set<std::string, std::less<>> rewrites;
    std::set<std::string, std::less<>> emptied;  ///< new storage that is empty: TRUNCATE, or a copy of an empty table
    std::set<std::string, std::less<>> index_rebuilds;
    std::set<std::string, std::less<>> scans;  ///< not of queries: how they read is the planner's choice
    std::string sqlstate, error;               ///< empty when it succeeded
    std::chrono::microseconds duration{0};
};

enum class TraceVerdict : std::uint8_t {
    confirmed,    ///< the server did what was predicted
    mismatch,     ///< it did something else: what was seen counts
    trace_only,   ///< nothing could be predicted: what was seen counts
    static_only,  ///< predicted, and the server could not be asked: the prediction counts
    error,        ///< the statement failed
    skipped,      ///< did not run, as one before it failed
};
std::string_view name_of(TraceVerdict verdict);  ///< "trace-only"

struct TracedStatement {
    std::size_t file = 0, statement = 0;  ///< indexes into Report::files and FileReport::statements
    TraceVerdict verdict = TraceVerdict::skipped;
    Observation observation;
    std::vector<std::string> differences;  ///< what was seen and what was predicted, a sentence each
    std::vector<std::string> remarks;      ///< what the verdict leaves open, a sentence each
    Risk risk = Risk::safe;                ///< the worse of the predicted one and the seen one
    struct Wait {
        std::string relation;
        std::chrono::microseconds reader{0}, writer{0};  ///< how long each waited while it ran
    };
    std::vector<Wait> waits = {};  ///< where somebody waited at all, in a run of its own
};

struct TraceReport {
    std::vector<TracedStatement> statements;  ///< in the order in which they run
    std::string server;                       ///< "PostgreSQL 17.10"
    std::string where;                        ///< which server that is: "local, /usr/lib/postgresql/17/bin"
    std::chrono::milliseconds start{0}, lifetime{0};
    std::size_t base_statements = 0, base_failed = 0;
    std::size_t filled_tables = 0, rows = 0;
    /// Megabytes a second, the slowest and the fastest, by kind of work: "scan", "rewrite", ...
    std::map<std::string, std::pair<double, double>> throughput = {};
    bool contended = false;  ///< there was a run with readers and writers beside it
    /// What the database has now and had not before, and the other way round: "column public.orders.note text".
    std::vector<std::string> added = {}, removed = {};
    std::vector<std::string> notes;  ///< what was left out or went otherwise than asked, a sentence each
    bool pass = true;
    std::string reason;  ///< one sentence: "1 mismatch, 2 errors"
};

}  // namespace pgfence
