#include "trace/contention.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <list>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "trace/interruption.h"
#include "trace/relations.h"
#include "trace/statements.h"

namespace pgfence::trace {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;
constexpr std::size_t kMostTables = 8;
constexpr auto kPause = std::chrono::milliseconds(1);
constexpr microseconds kShortest{1000};  // asking alone takes a part of that

struct Span {
    Clock::time_point begin, end;
};

microseconds common(const Span& a, const Span& b) {
    const auto begin = std::max(a.begin, b.begin), end = std::min(a.end, b.end);
    return end > begin ? std::chrono::duration_cast<microseconds>(end - begin) : microseconds(0);
}

/// One session that asks the same again and again.
class Traffic {
public:
    Traffic(Session session, std::string sql)
        : session_(std::move(session)), pid_(session_.pid()), sql_(std::move(sql)) {
        thread_ = std::thread([this] { run(); });
    }
    ~Traffic() { stop(); }
    Traffic(const Traffic&) = delete;
    Traffic& operator=(const Traffic&) = delete;

    void stop() {
        stopping_ = true;
        if (thread_.joinable()) thread_.join();
    }
    int pid() const { return pid_; }
    const std::vector<Span>& answers() const { return answers_; }  ///< once it has stopped

private:
    void run() {
        while (!stopping_ && interrupted() == 0) {
            const auto begin = Clock::now();
            const bool answered = session_.ask(sql_).error.empty();
            answers_.push_back({begin, Clock::now()});
            if (!answered) return;  // the table is no more
            std::this_thread::sleep_for(kPause);
        }
    }

    Session session_;
    int pid_;
    std::string sql_;
    std::vector<Span> answers_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

/// When which session was waiting for a lock. A busy machine keeps a session waiting, too: that is none of ours.
class Lookout {
public:
    explicit Lookout(Session session) : session_(std::move(session)) {
        thread_ = std::thread([this] { run(); });
    }
    ~Lookout() { stop(); }
    Lookout(const Lookout&) = delete;
    Lookout& operator=(const Lookout&) = delete;

    void stop() {
        stopping_ = true;
        if (thread_.joinable()) thread_.join();
    }
    /// When the session was seen to wait, in order; once it has stopped.
    const std::vector<Span>& sightings(int pid) { return seen_[pid]; }

private:
    void run() {
        while (!stopping_ && interrupted() == 0) {
            const auto begin = Clock::now();
            const Answer answer = session_.ask("SELECT pid FROM pg_catalog.pg_locks WHERE NOT granted");
            // It was so at some moment between.
            for (const auto& row : answer.rows) seen_[std::atoi(row[0].c_str())].push_back({begin, Clock::now()});
            std::this_thread::sleep_for(kPause);
        }
    }

    Session session_;
    std::map<int, std::vector<Span>> seen_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

/// Tables that are there already and that the change is predicted to lock, in the order in which it does.
std::vector<std::string> tables_of(const Report& change, const Relations& relations) {
    std::vector<std::string> tables;
    for (const StatementIndex& place : places(change))
        for (const Lock& lock : at(change, place).statement.effects.locks) {
            const Relation* relation = relations.find(lock.relation);
            if (relation && relation->is_table() &&
                std::find(tables.begin(), tables.end(), lock.relation) == tables.end())
                tables.push_back(lock.relation);
        }
    return tables;
}

struct Neighbours {
    std::string table;
    Traffic reader, writer;
    Neighbours(std::string name, const std::string& quoted_name, Session reading, Session writing)
        : table(std::move(name)),
          reader(std::move(reading), "SELECT FROM " + quoted_name + " LIMIT 1"),
          writer(std::move(writing), "DELETE FROM " + quoted_name + " WHERE false") {}
};

/// When each statement began, and the end behind the last; fewer when one failed.
std::vector<Clock::time_point> run_plainly(Session& session, const Report& change) {
    std::vector<Clock::time_point> begins;
    const std::vector<StatementIndex> all = places(change);
    for (std::size_t i = 0; i < all.size() && interrupted() == 0; ++i) {
        const AnalyzedStatement& statement = at(change, all[i]).statement;
        begins.push_back(Clock::now());
        if (of_runner(statement) && session.idle()) session.ask("BEGIN");
        if (!session.ask(statement.sql).error.empty()) break;
        if (ends_transaction(change, all, i) && !session.idle()) session.ask("COMMIT");
        if (last_of_file(all, i) && session.idle()) session.ask("RESET ALL");
    }
    if (!session.idle()) session.ask("ROLLBACK");
    begins.push_back(Clock::now());
    return begins;
}

/// Of each answer the time from where it surely waited to where it surely still did.
std::vector<Span> waits_of(const Traffic& traffic, const std::vector<Span>& sightings) {
    std::vector<Span> waits;
    auto seen = sightings.begin();
    for (const Span& answer : traffic.answers()) {
        seen = std::find_if(seen, sightings.end(), [&](const Span& one) { return one.begin >= answer.begin; });
        const auto first = seen;
        seen = std::find_if(seen, sightings.end(), [&](const Span& one) { return one.end > answer.end; });
        if (first != seen) waits.push_back({first->end, std::prev(seen)->begin});
    }
    return waits;
}

/// How long each statement kept it waiting.
std::vector<microseconds> by_statement(const std::vector<Span>& waits, const std::vector<Clock::time_point>& begins) {
    std::vector<microseconds> sums(begins.size(), microseconds(0));
    for (const Span& wait : waits) {
        const auto behind = std::upper_bound(begins.begin(), begins.end(), wait.begin);
        for (auto i = static_cast<std::size_t>(std::max<std::ptrdiff_t>(behind - begins.begin() - 1, 0));
             i + 1 < begins.size() && begins[i] < wait.end; ++i) {
            const microseconds part = common(wait, {begins[i], begins[i + 1]});
            if (part >= kShortest) sums[i] += part;
        }
    }
    return sums;
}

}  // namespace

Result<void> contend(const Connect& connect, const Report& change, TraceReport& report) {
    Session session = TRY(connect());
    std::vector<std::string> tables = tables_of(change, TRY(Relations::look(session)));
    if (tables.size() > kMostTables) {
        report.notes.push_back("readers and writers were beside the change on " + std::to_string(kMostTables) + " of " +
                               std::to_string(tables.size()) + " tables");
        tables.resize(kMostTables);
    }
    Lookout lookout(TRY(connect()));
    std::list<Neighbours> all;
    for (const std::string& table : tables)
        all.emplace_back(table, quoted_relation(table), TRY(connect()), TRY(connect()));
    const std::vector<Clock::time_point> begins = run_plainly(session, change);
    for (Neighbours& one : all) {
        one.reader.stop();
        one.writer.stop();
    }
    lookout.stop();
    const auto waited = [&](const Traffic& traffic) {
        return by_statement(waits_of(traffic, lookout.sightings(traffic.pid())), begins);
    };
    for (const Neighbours& one : all) {
        const std::vector<microseconds> reader = waited(one.reader), writer = waited(one.writer);
        for (std::size_t i = 0; i + 1 < begins.size(); ++i)
            if (reader[i].count() + writer[i].count() > 0)
                report.statements[i].waits.push_back({one.table, reader[i], writer[i]});
    }
    return {};
}

}  // namespace pgfence::trace
