#include "trace/gates.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

namespace pgfence::trace {
namespace {

using namespace std::chrono_literals;
constexpr std::size_t kMostNext = 16;
constexpr int kLooks = 2000;
constexpr auto kPause = 500us;

std::string transaction_of(Oid table) { return "'pgfence-gate-" + std::to_string(table) + "'"; }

/// Another session's temporary tables are nobody's to lock, and nobody else's to wait for.
bool can_be_locked(const Relation& relation) { return relation.is_table() && !relation.name.starts_with("pg_temp."); }

bool waits(Session& observer, int pid) {
    const Answer answer =
        observer.ask("SELECT 1 FROM pg_catalog.pg_locks WHERE NOT granted AND pid = " + std::to_string(pid));
    return !answer.rows.empty();
}

}  // namespace

Gates::Gates(Session& observer, const Connect& connect, const Relations& relations)
    : observer_(observer), connect_(connect), relations_(relations) {
    std::vector<Oid> tables;
    for (const auto& [oid, relation] : relations.all())
        if (can_be_locked(relation)) tables.push_back(oid);
    stand_ = connect && tables.size() <= kMost;
    for (std::size_t i = 0; stand_ && i < tables.size(); ++i) stand_ = close(tables[i]);
}

void Gates::open() {
    for (const Oid table : std::exchange(first_, {})) observer_.ask("ROLLBACK PREPARED " + transaction_of(table));
    for (auto& [table, session] : std::exchange(next_, {})) {
        session.receive();
        session.ask("ROLLBACK");
    }
}

std::string Gates::lock_table(Oid table) const {
    return "LOCK TABLE ONLY " + quoted_relation(relations_.find(table)->name) + " IN ACCESS EXCLUSIVE MODE";
}

bool Gates::close(Oid table) {
    const Answer answer =
        observer_.ask("BEGIN; " + lock_table(table) + " NOWAIT; PREPARE TRANSACTION " + transaction_of(table));
    if (answer.error.empty()) return first_.insert(table).second;
    observer_.ask("ROLLBACK");
    return false;
}

/// Returns when it stands in the queue, behind the statement.
void Gates::queue_next(Oid table) {
    if (next_.size() == kMostNext) return;
    auto session = connect_();
    if (!session || !session->ask("BEGIN").error.empty()) return;
    const int pid = session->pid();
    session->send(lock_table(table));
    next_.emplace(table, std::move(*session));
    for (int i = 0; i < kLooks && !waits(observer_, pid); ++i) std::this_thread::sleep_for(kPause);
}

bool Gates::let_through(Oid relation) {
    if (first_.contains(relation)) {
        queue_next(relation);
        observer_.ask("ROLLBACK PREPARED " + transaction_of(relation));
        first_.erase(relation);
        return true;
    }
    const auto it = next_.find(relation);
    if (it == next_.end() || !it->second.answered()) return false;
    it->second.receive();
    it->second.ask("ROLLBACK");
    next_.erase(it);
    return true;
}

void Gates::end(int pid) {
    const auto it =
        std::find_if(next_.begin(), next_.end(), [&](const auto& gate) { return gate.second.pid() == pid; });
    if (it == next_.end()) return;
    if (!it->second.answered()) it->second.cancel();
    it->second.receive();
    it->second.ask("ROLLBACK");
    next_.erase(it);
}

}  // namespace pgfence::trace
