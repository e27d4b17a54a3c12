#include "trace/contention.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <list>
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
    bool contains(const Span& other) const { return begin <= other.begin && other.end <= end; }
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
    /// Once it has stopped.
    bool waited(int pid, const Span& during) const {
        return std::any_of(seen_.begin(), seen_.end(),
                           [&](const auto& one) { return one.first == pid && during.contains(one.second); });
    }

private:
    void run() {
        while (!stopping_ && interrupted() == 0) {
            const auto begin = Clock::now();
            const Answer answer = session_.ask("SELECT pid FROM pg_catalog.pg_locks WHERE NOT granted");
            // It was so at some moment between.
            for (const auto& row : answer.rows)
                seen_.emplace_back(std::atoi(row[0].c_str()), Span{begin, Clock::now()});
            std::this_thread::sleep_for(kPause);
        }
    }

    Session session_;
    std::vector<std::pair<int, Span>> seen_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

/// Tables that are there already and that the change is predicted to lock, in the order in which it does.
std::vector<std::string> tables_of(const Report& change, const Relations& relations) {
    std::vector<std::string> tables;
    for (const Place& place : places(change))
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
    const std::vector<Place> all = places(change);
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

microseconds waited(const Traffic& traffic, const Lookout& lookout, const Span& during) {
    microseconds sum{0};
    for (const Span& answer : traffic.answers()) {
        const microseconds part = common(answer, during);
        if (part >= kShortest && lookout.waited(traffic.pid(), answer)) sum += part;
    }
    return sum;
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
    for (std::size_t i = 0; i + 1 < begins.size(); ++i)
        for (const Neighbours& one : all) {
            const Span during{begins[i], begins[i + 1]};
            const TracedStatement::Wait wait{one.table, waited(one.reader, lookout, during),
                                             waited(one.writer, lookout, during)};
            if (wait.reader.count() + wait.writer.count() > 0) report.statements[i].waits.push_back(wait);
        }
    return {};
}

}  // namespace pgfence::trace
