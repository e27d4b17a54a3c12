#include "trace/watch.h"

#include <algorithm>
#include <thread>

#include "core/number_text.h"
#include "trace/interruption.h"

namespace pgfence::trace {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPollPause = std::chrono::microseconds(500);

constexpr const char* kLocks = R"(
SELECT 'lock', relation, mode, granted FROM pg_catalog.pg_locks
 WHERE pid OPERATOR(pg_catalog.=) %PID% AND locktype OPERATOR(pg_catalog.=) 'relation'
   AND relation OPERATOR(pg_catalog.>=) 16384 AND database OPERATOR(pg_catalog.=)
       (SELECT oid FROM pg_catalog.pg_database WHERE datname OPERATOR(pg_catalog.=) pg_catalog.current_database()))";
constexpr const char* kScansAndWrites = R"(
UNION ALL SELECT 'scan', oid, pg_catalog.pg_stat_get_xact_numscans(oid)::pg_catalog.text, NULL FROM pg_catalog.pg_class
 WHERE relkind OPERATOR(pg_catalog.=) ANY ('{r,m}') AND oid OPERATOR(pg_catalog.>=) 16384
   AND pg_catalog.pg_stat_get_xact_numscans(oid) OPERATOR(pg_catalog.>) 0
UNION ALL SELECT 'wrote', NULL, NULL, NULL WHERE pg_catalog.txid_current_if_assigned() IS NOT NULL)";
constexpr const char* kWaits = R"(
UNION ALL SELECT 'waits', NULL, blocker::pg_catalog.text, NULL
  FROM pg_catalog.pg_locks, pg_catalog.unnest(pg_catalog.pg_blocking_pids(%PID%)) AS blocker
 WHERE pid OPERATOR(pg_catalog.=) %PID% AND locktype OPERATOR(pg_catalog.<>) 'relation' AND NOT granted)";

std::string of_session(std::string query, int pid) {
    constexpr std::string_view kPid = "%PID%";
    for (std::size_t at = query.find(kPid); at != std::string::npos; at = query.find(kPid))
        query.replace(at, kPid.size(), std::to_string(pid));
    return query;
}

std::chrono::microseconds since(Clock::time_point begin) {
    return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
}

Observation failed(const Answer& answer, Clock::time_point begin) {
    Observation observation;
    observation.sqlstate = answer.sqlstate;
    observation.error = answer.error;
    observation.duration = since(begin);
    return observation;
}

bool says(const std::vector<std::string>& messages, std::string_view verb, std::string_view relation) {
    const std::string wanted =
        "DEBUG: " + std::string(verb) + " table \"" + std::string(without_schema(relation)) + "\"";
    return std::any_of(messages.begin(), messages.end(),
                       [&](const std::string& message) { return message.find(wanted) != std::string::npos; });
}

/// `building index "i" on table "t"`, with words about parallel workers behind it in some majors.
bool builds_index_on(const std::vector<std::string>& messages, std::string_view relation) {
    const std::string table = " on table \"" + std::string(without_schema(relation)) + "\"";
    return std::any_of(messages.begin(), messages.end(), [&](const std::string& message) {
        return message.starts_with("DEBUG: building index ") && message.find(table) != std::string::npos;
    });
}

/// The referenced tables of foreign keys that the statement checked, unless it verified them as well.
std::set<Oid> chosen_by_planner(const Relations& before, const Relations& after,
                                const std::vector<std::string>& messages) {
    std::set<Oid> referencing, referenced;
    for (const auto& key : after.checked_keys()) {
        if (before.checked_keys().contains(key)) continue;
        referencing.insert(std::get<1>(key));
        referenced.insert(std::get<2>(key));
    }
    std::erase_if(referenced, [&](Oid oid) {
        const Relation* relation = before.find(oid);
        return referencing.contains(oid) || !relation || says(messages, "verifying", relation->name);
    });
    return referenced;
}

}  // namespace

Result<Watch> Watch::begin(Session& session, Session& observer, Connect connect) {
    Watch watch(session, observer, std::move(connect));
    watch.after_ = TRY(Relations::look(session));
    watch.known_ = true;
    return watch;
}

Result<Watch::LockSnapshot> Watch::look() {
    LockSnapshot seen;
    for (const auto& row : TRY(session_->rows(of_session(kLocks, session_->pid()) + kScansAndWrites))) {
        const auto oid = static_cast<Oid>(number_at_begin<std::uint64_t>(row[1]));
        if (row[0] == "wrote") seen.wrote = true;
        if (row[0] == "scan") seen.scans[oid] = number_at_begin<std::uint64_t>(row[2]);
        if (row[0] != "lock") continue;
        if (const auto mode = parse_lock_mode(row[2])) seen.locks.emplace(oid, *mode);
    }
    return seen;
}

Result<const Relations*> Watch::after() {
    if (!known_) after_ = TRY(Relations::look(*session_));
    known_ = true;
    return &after_;
}

Result<void> Watch::learn_before() {
    before_ = *TRY(after());
    return {};
}

void Watch::note_locks(Observation& observation, const Locks& locks) const {
    for (const auto& [oid, mode] : locks) {
        const Relation* relation = before_.find(oid);
        if (!relation) continue;
        const auto [it, first] =
            observation.locks.emplace(relation->name, Observation::ObservedLock{relation->kind, mode});
        if (!first) it->second.mode = stronger(it->second.mode, mode);
    }
}

Result<bool> Watch::is_empty(Oid oid) {
    const auto rows = TRY(session_->rows("SELECT pg_catalog.pg_relation_size(" + std::to_string(oid) + ")"));
    return rows.empty() || number_at_begin<std::uint64_t>(rows[0][0]) == 0;
}

Result<void> Watch::note_files(Observation& observation, const Relations& after,
                               const std::vector<std::string>& messages) {
    std::set<Oid> emptied;
    for (const auto& [oid, relation] : before_.all()) {
        if (!relation.has_rows()) continue;
        const Relation* now = after.find(oid);
        if (!now || now->file == relation.file) continue;
        if (says(messages, "rewriting", relation.name) || !TRY(is_empty(oid))) {
            observation.rewrites.insert(relation.name);
        } else {
            emptied.insert(oid);
            observation.emptied.insert(relation.name);
        }
    }
    for (const auto& [oid, relation] : before_.all()) {
        if (relation.kind != RelationKind::index || emptied.contains(relation.table)) continue;
        const Relation* now = after.find(oid);
        if (!now) now = after.find(relation.name);
        if (now && now->kind == RelationKind::index && now->file != relation.file)
            observation.index_rebuilds.insert(relation.name);
    }
    return {};
}

void Watch::note_scans(Observation& observation, const std::set<Oid>& scanned) const {
    for (const Oid oid : scanned) {
        const Relation* relation = before_.find(oid);
        if (relation && relation->has_rows() && !observation.rewrites.contains(relation->name) &&
            !observation.emptied.contains(relation->name))
            observation.scans.insert(relation->name);
    }
}

Result<Observation> Watch::in_block(const std::string& sql, bool is_query) {
    TRY(learn_before());
    if (fresh_block_) last_ = TRY(look());
    fresh_block_ = false;
    session_->ask("SET LOCAL client_min_messages = debug1");
    const auto begin = Clock::now();
    const Answer answer = session_->ask(sql);
    if (!answer.error.empty()) {
        known_ = false;
        return failed(answer, begin);
    }
    Observation observation;
    observation.duration = since(begin);
    if (!session_->in_block()) {  // it ended its block itself
        known_ = false;
        return observation;
    }
    const LockSnapshot now = TRY(look());
    for (const auto& [oid, mode] : last_.locks)
        if (const Relation* relation = before_.find(oid)) observation.held[relation->name].insert(mode);
    Locks taken;
    std::set_difference(now.locks.begin(), now.locks.end(), last_.locks.begin(), last_.locks.end(),
                        std::inserter(taken, taken.end()));
    note_locks(observation, taken);
    if (now.wrote) after_ = TRY(Relations::look(*session_));
    // Of a query, too: DO and CALL run what rewrites.
    if (now.wrote) TRY(note_files(observation, after_, answer.messages));
    if (!is_query) {
        std::set<Oid> scanned;
        for (const auto& [oid, count] : now.scans) {
            const auto it = last_.scans.find(oid);
            if (it == last_.scans.end() || count > it->second) scanned.insert(oid);
        }
        for (const Oid oid : chosen_by_planner(before_, after_, answer.messages)) scanned.erase(oid);
        note_scans(observation, scanned);
    }
    last_ = TRY(look());  // pg_relation_size locks what it is asked about
    return observation;
}

Result<void> Watch::poll(Gates* gates, Observation& observation) {
    const std::string query = of_session(std::string(kLocks) + kWaits, session_->pid());
    while (!session_->answered() && interrupted() == 0 && session_->within_limits()) {
        Locks locks;
        bool moved = false;
        for (const auto& row : TRY(observer_->rows(query))) {
            if (row[0] == "waits" && gates) gates->end(static_cast<int>(number_at_begin<std::uint64_t>(row[2])));
            const auto mode = parse_lock_mode(row[2]);
            if (!mode) continue;
            const auto oid = static_cast<Oid>(number_at_begin<std::uint64_t>(row[1]));
            locks.emplace(oid, *mode);
            if (row[3] == "f" && gates) moved |= gates->let_through(oid);
        }
        note_locks(observation, locks);
        if (!moved) std::this_thread::sleep_for(kPollPause);
    }
    return {};
}

Result<Observation> Watch::by_polling(const std::string& sql) { return outside_block(sql, nullptr); }

Result<Observation> Watch::at_gates(const std::string& sql) {
    TRY(learn_before());
    // The gates hold it up for moments that are none of the statement's.
    const auto timeout = TRY(session_->rows("SHOW lock_timeout"));
    session_->ask("SET lock_timeout = 0");
    Result<Observation> observation;
    {
        Gates gates(*observer_, connect_, before_);
        observation = outside_block(sql, gates.stand() ? &gates : nullptr);
    }
    if (!timeout.empty()) session_->ask("SET lock_timeout = '" + timeout[0][0] + "'");
    return observation;
}

Result<Observation> Watch::outside_block(const std::string& sql, Gates* gates) {
    TRY(learn_before());
    session_->ask("SET client_min_messages = debug1");
    const auto begin = Clock::now();
    session_->send(sql);
    Observation observation;
    TRY(poll(gates, observation));
    const Answer answer = session_->receive();
    known_ = false;
    if (gates) gates->open();
    session_->ask("RESET client_min_messages");
    if (!answer.error.empty()) return failed(answer, begin);
    observation.duration = since(begin);
    observation.how = gates ? Observation::How::at_gates : Observation::How::by_polling;
    after_ = TRY(Relations::look(*session_));
    known_ = true;
    TRY(note_files(observation, after_, answer.messages));
    std::set<Oid> scanned;
    for (const auto& [oid, relation] : before_.all())
        if (builds_index_on(answer.messages, relation.name) || says(answer.messages, "verifying", relation.name))
            scanned.insert(oid);
    note_scans(observation, scanned);
    return observation;
}

Observation Watch::control(const std::string& sql) {
    const auto begin = Clock::now();
    const Answer answer = session_->ask(sql);
    if (!answer.error.empty()) return failed(answer, begin);
    Observation observation;
    observation.duration = since(begin);
    return observation;
}

}  // namespace pgfence::trace
