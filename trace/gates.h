#pragma once
// A statement that commits by itself lets go of its locks before anybody can look. So a gate stands before every table:
// a lock that conflicts with all others, held by a transaction of its own. The statement runs into it, what it waits
// for is read, and only then is it let through. Behind it the next gate queues, which closes when the statement lets
// the table go: VACUUM does so after a first look, DETACH PARTITION CONCURRENTLY between its two transactions. So the
// first lock on each table is certain, and the first one after that was released; of a stronger one beside these, and
// of indexes, which no session can lock alone, only polling tells.
//
// The first gates are prepared transactions: one session can hold any number and end each by itself.

#include <functional>
#include <map>
#include <set>

#include "trace/relations.h"
#include "trace/session.h"

namespace pgfence::trace {

using Connect = std::function<Result<Session>()>;

class Gates {
public:
    /// max_prepared_transactions of the server must allow as many.
    static constexpr std::size_t kMost = 200;

    /// Before every table of `relations`, or before none when that cannot be: without `connect`, on somebody's server,
    /// where a prepared transaction would outlive a run that is killed.
    Gates(Session& observer, const Connect& connect, const Relations& relations);
    ~Gates() { open(); }
    Gates(const Gates&) = delete;
    Gates& operator=(const Gates&) = delete;

    bool stand() const { return stand_; }
    /// The statement waits for a lock on this relation, which has been read. False when no gate of ours is in its way.
    bool let_through(Oid relation);
    /// All of them, once the statement is done: whoever looks at a table after it must not wait here.
    void open();
    /// It waits for the end of that session's transaction, not for a relation (WaitForLockers, WaitForOlderSnapshots).
    void end(int pid);

private:
    bool close(Oid table);
    void queue_next(Oid table);
    std::string lock_table(Oid table) const;

    Session& observer_;
    const Connect& connect_;
    const Relations& relations_;
    std::set<Oid> first_;
    std::map<Oid, Session> next_;  ///< each waits for its lock, or has it
    bool stand_ = false;
};

}  // namespace pgfence::trace
