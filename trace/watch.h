#pragma once
// What one statement does to the relations that were there before it.
//
// In a transaction block the session that ran the statement looks for itself, with every lock still held:
//   locks     pg_locks, less what it showed before
//   rewrites  a table's or materialized view's relfilenode changed, and the new file is not empty (else: emptied)
//   rebuilds  an index's relfilenode changed, or its name stands for another index
//   scans     pg_stat_get_xact_numscans grew: the server's own count of sequential scans, with those of index builds
//   and
//             of ALTER TABLE. DEBUG1 messages are no substitute: RI_Initial_Check's query, which checks a new foreign
//             key, sends none. How that query reads the referenced table is the planner's choice, and not recorded.
//
// A statement that refuses a transaction block lets go of its locks before anybody can look: another session looks
// again and again while it runs, and may miss what is held for a moment. What runs into gates (gates.h) it cannot miss.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "core/trace.h"
#include "trace/gates.h"
#include "trace/relations.h"
#include "trace/session.h"

namespace pgfence::trace {

class Watch {
public:
    /// `session` runs the statements, `observer` looks when that cannot, `connect` makes more of its kind.
    static Result<Watch> begin(Session& session, Session& observer, Connect connect);

    /// Of a statement in an open transaction block. When the statement failed nothing but that is told.
    Result<Observation> in_block(const std::string& sql, bool is_query);
    /// Of a statement that refuses one.
    Result<Observation> by_polling(const std::string& sql);
    /// Likewise, where it may be held up: by polling all the same when gates cannot stand.
    Result<Observation> at_gates(const std::string& sql);
    /// BEGIN, SET, SAVEPOINT, ...: touches no relation, and some must come before any query.
    Observation control(const std::string& sql);

    /// A transaction block has just begun.
    void block_begins() { fresh_block_ = true; }
    /// What is there may be another thing by now: after ROLLBACK, COMMIT, or a statement that was not watched.
    void forget() { known_ = false; }

    /// The relations before the last statement.
    const Relations& before() const { return before_; }
    /// And those after it.
    Result<const Relations*> after();

private:
    Watch(Session& session, Session& observer, Connect connect)
        : session_(&session), observer_(&observer), connect_(std::move(connect)) {}
    using Locks = std::set<std::pair<Oid, LockMode>>;
    struct LockSnapshot {
        Locks locks;
        std::map<Oid, std::uint64_t> scans;
        bool wrote = false;
    };
    Result<LockSnapshot> look();
    Result<Observation> outside_block(const std::string& sql, Gates* gates);
    /// Until the statement that was sent is done.
    Result<void> poll(Gates* gates, Observation& observation);
    Result<void> learn_before();
    Result<void> note_files(Observation& observation, const Relations& after, const std::vector<std::string>& messages);
    Result<bool> is_empty(Oid oid);
    void note_locks(Observation& observation, const Locks& locks) const;
    void note_scans(Observation& observation, const std::set<Oid>& scanned) const;

    Session* session_;
    Session* observer_;
    Connect connect_;
    Relations before_, after_;
    LockSnapshot last_;
    bool known_ = false;        ///< after_ is how things stand
    bool fresh_block_ = false;  ///< nothing of this block has been looked at
};

}  // namespace pgfence::trace
