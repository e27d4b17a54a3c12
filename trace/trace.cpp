#include "trace/trace.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "core/text.h"
#include "trace/base.h"
#include "trace/compare.h"
#include "trace/contention.h"
#include "trace/fill.h"
#include "trace/interruption.h"
#include "trace/schema_objects.h"
#include "trace/statements.h"
#include "trace/watch.h"

namespace pgfence::trace {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kRowsToMeasureBy = 100'000;  // fewer take no longer than a statement does anyway
constexpr std::string_view kActiveTransaction = "25001", kInvalidTermination = "2D000";

/// What must not be wrapped or looked into: it begins, ends or sets up a transaction, or touches no relation.
bool is_control(std::string_view kind) {
    constexpr std::string_view kKinds[] = {"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PREPARE TRANSACTION",
                                           "SET",   "RESET",  "SHOW"};
    return std::any_of(std::begin(kKinds), std::end(kKinds),
                       [&](std::string_view one) { return kind.starts_with(one); });
}

/// What a procedure does when it meets a lock is its own affair, and SKIP_LOCKED would skip all.
bool may_be_held_up(const AnalyzedStatement& statement) {
    constexpr std::array<std::string_view, 7> kKinds{"CREATE INDEX", "DROP INDEX", "REINDEX",    "VACUUM",
                                                     "CLUSTER",      "REPACK",     "ALTER TABLE"};
    constexpr std::string_view kSkip = "skip_locked";
    const auto same = [](char a, char b) { return to_lower(a) == b; };
    return std::find(kKinds.begin(), kKinds.end(), statement.kind) != kKinds.end() &&
           std::search(statement.sql.begin(), statement.sql.end(), kSkip.begin(), kSkip.end(), same) ==
               statement.sql.end();
}

class Run {
public:
    Run(Session& session, Watch& watch) : session_(session), watch_(watch) {}

    Result<void> run(const AnalyzedStatement& statement, std::vector<std::string> unread, TracedStatement& traced);
    /// The runner's COMMIT; what it says belongs to the transaction's last statement.
    std::string commit();

private:
    Result<Observation> observe(const AnalyzedStatement& statement);
    Result<Observation> alone(const AnalyzedStatement& statement);
    std::string begin();
    Result<void> note_made();

    Session& session_;
    Watch& watch_;
    Unforeseen unforeseen_;
};

std::string Run::begin() {
    watch_.block_begins();
    return session_.ask("BEGIN").error;
}

std::string Run::commit() {
    if (session_.idle()) return {};
    const std::string error = session_.ask("COMMIT").error;
    if (!error.empty()) watch_.forget();
    return error;
}

/// In a transaction of its own, so that its locks can be read, unless it refuses one.
Result<Observation> Run::alone(const AnalyzedStatement& statement) {
    if (const std::string error = begin(); !error.empty()) return failure(error);
    Observation observation = TRY(watch_.in_block(statement.sql, is_query(statement.kind)));
    if (observation.sqlstate == kActiveTransaction || observation.sqlstate == kInvalidTermination) {
        session_.ask("ROLLBACK");
        watch_.forget();
        return may_be_held_up(statement) ? watch_.at_gates(statement.sql) : watch_.by_polling(statement.sql);
    }
    if (observation.error.empty())
        observation.error = commit();
    else
        session_.ask("ROLLBACK");
    return observation;
}

Result<Observation> Run::observe(const AnalyzedStatement& statement) {
    if (is_control(statement.kind)) {
        Observation observation = watch_.control(statement.sql);
        if (statement.kind == "BEGIN") watch_.block_begins();
        if (statement.kind == "COMMIT" || statement.kind == "ROLLBACK") watch_.forget();
        return observation;
    }
    if (session_.in_block()) return watch_.in_block(statement.sql, is_query(statement.kind));
    return alone(statement);
}

/// Of relations that a part made which was not read nothing was known to the analysis.
Result<void> Run::note_made() {
    for (const auto& [oid, relation] : TRY(watch_.after())->all())
        if (!watch_.before().find(oid)) unforeseen_.relations.insert(oid);
    return {};
}

Result<void> Run::run(const AnalyzedStatement& statement, std::vector<std::string> unread, TracedStatement& traced) {
    if (of_runner(statement) && session_.idle())
        if (const std::string error = begin(); !error.empty()) return failure(error);
    traced.observation = TRY(observe(statement));
    unforeseen_.parts = std::move(unread);
    Comparison comparison = compare(statement, traced.observation, watch_.before(), unforeseen_);
    traced.verdict = comparison.verdict;
    traced.differences = std::move(comparison.differences);
    traced.remarks = std::move(comparison.remarks);
    const bool made = !unforeseen_.parts.empty() && traced.verdict != TraceVerdict::error;
    return made ? note_made() : Result<void>();
}

void fail(TracedStatement& traced, std::string error) {
    if (error.empty() || traced.verdict == TraceVerdict::error) return;
    traced.verdict = TraceVerdict::error;
    traced.observation.error = "at COMMIT: " + error;
}

/// Runs the statements one by one. What fails takes the rest of its transaction along; then it goes on, where the
/// runner would have stopped, so that one run tells all that is wrong. A role that a migration names and none of them
/// makes is made; what ran of its transaction is gone by then, and runs again.
class Course {
public:
    Course(Session& session, Watch& watch, const Request& request, TraceReport& report, Clock::time_point end)
        : session_(session),
          request_(request),
          report_(report),
          end_(end),
          all_(places(request.change)),
          watch_(watch),
          run_(session, watch) {}

    Result<void> run() {
        while (next_ < all_.size()) {
            if (interrupted() != 0) return failure("interrupted");
            if (request_.progress) request_.progress(next_, all_.size());
            if (session_.idle()) transaction_ = next_;
            if (session_.broken() || Clock::now() >= end_) break;
            TRY(step());
        }
        if (next_ == all_.size()) return {};
        report_.notes.push_back(
            counted(all_.size() - next_, "statement") + " did not run: " +
            (session_.broken() ? "the server no longer answers" : "the trace reached its time limit"));
        for (; next_ < all_.size(); ++next_) report_.statements.push_back(untraced());
        return {};
    }

private:
    TracedStatement untraced() const {
        TracedStatement traced;
        traced.file = all_[next_].file;
        traced.statement = all_[next_].statement;
        traced.risk = at(request_.change, all_[next_]).risk;
        return traced;
    }

    Result<void> step() {
        TracedStatement traced = untraced();
        if (failed_) {
            failed_ = !ends_failed_transaction();
        } else {
            const AnalyzedStatement& statement = at(request_.change, all_[next_]).statement;
            TRY(run_.run(statement, unread_parts(request_.change, all_[next_]), traced));
            const bool last = ends_transaction(request_.change, all_, next_);
            if (traced.verdict != TraceVerdict::error && last) fail(traced, run_.commit());
            if (traced.verdict == TraceVerdict::error) {
                if (make_role(traced.observation)) return {};
                give_up_transaction(traced);
                failed_ = !last && statement.transaction.kind != TransactionKind::none;
            }
        }
        if (last_of_file(all_, next_) && session_.idle()) session_.ask("RESET ALL");
        report_.statements.push_back(std::move(traced));
        ++next_;
        return {};
    }

    void give_up_transaction(TracedStatement& traced) {
        if (const std::string hint = image_hint(traced.observation.error, session_.major()); !hint.empty())
            traced.remarks.push_back(hint);
        if (!session_.idle()) session_.ask("ROLLBACK");
        watch_.forget();
        if (went_on_ || next_ + 1 == all_.size()) return;
        went_on_ = true;
        report_.notes.push_back(
            "the trace goes on after the first error, where the migration tool would have stopped: "
            "later errors may follow from it");
    }

    /// The file's own COMMIT or ROLLBACK ends it as well.
    bool ends_failed_transaction() const {
        const std::string& kind = at(request_.change, all_[next_]).statement.kind;
        return kind == "COMMIT" || kind == "ROLLBACK" || ends_transaction(request_.change, all_, next_);
    }

    bool make_role(const Observation& seen) {
        const std::string role = missing_role(seen.sqlstate, seen.error);
        if (role.empty()) return false;
        session_.ask("ROLLBACK");
        watch_.forget();
        if (!session_.ask("CREATE ROLE " + quoted(role)).error.empty()) return false;
        report_.notes.push_back("role " + role + " was not there, and was made");
        report_.statements.erase(report_.statements.begin() + static_cast<std::ptrdiff_t>(transaction_),
                                 report_.statements.end());
        next_ = transaction_;
        return true;
    }

    Session& session_;
    const Request& request_;
    TraceReport& report_;
    Clock::time_point end_;
    std::vector<StatementIndex> all_;
    Watch& watch_;
    Run run_;
    std::size_t next_ = 0, transaction_ = 0;  ///< of all_: the statement at hand, and where its transaction began
    bool failed_ = false;                     ///< the transaction at hand: the rest of it cannot run
    bool went_on_ = false;                    ///< behind an error
};

void judge(TraceReport& report) {
    std::size_t mismatches = 0, errors = 0, skipped = 0;
    for (const TracedStatement& traced : report.statements) {
        mismatches += traced.verdict == TraceVerdict::mismatch;
        errors += traced.verdict == TraceVerdict::error;
        skipped += traced.verdict == TraceVerdict::skipped;
    }
    report.pass = mismatches + errors + skipped == 0;
    if (report.pass) return;
    report.reason = mismatches ? counted(mismatches, "mismatch", "mismatches") : std::string();
    if (errors) report.reason += (mismatches ? ", " : "") + counted(errors, "error");
    if (mismatches + errors == 0) report.reason = counted(skipped, "statement") + " did not run";
}

void note_unread(TraceReport& report, const Report& change) {
    std::size_t unread = 0;
    for (const FileReport& file : change.files) unread += file.unread.size();
    if (unread > 0)
        report.notes.push_back(std::to_string(unread) + (unread == 1 ? " part" : " parts") +
                               " of the files could not be read, and did not run");
}

Connect connections(const Server& server) {
    return [&server] { return server.connect(); };
}

/// What the server has now, for a run of its own. No other session may stand in it.
Result<Server> copy_of(const Server& server, Session& session) {
    const std::string database = TRY(session.rows("SELECT pg_catalog.current_database()"))[0][0];
    const std::string copy = database + std::string(kContentionSuffix);
    const Answer made = session.ask("CREATE DATABASE " + quoted(copy) + " TEMPLATE " + quoted(database));
    if (!made.error.empty()) return failure("no copy for a run with readers and writers: " + made.error);
    return server.with_database(copy);
}

/// What the first has and the second has not.
std::vector<std::string> missing_in(const std::set<std::string>& all, const std::set<std::string>& there) {
    std::vector<std::string> missing;
    std::set_difference(all.begin(), all.end(), there.begin(), there.end(), std::back_inserter(missing));
    return missing;
}

}  // namespace

Result<Traced> trace(Server& server, const Request& request) {
    Traced traced;
    TraceReport& report = traced.report;
    TimeLimits limits{.each = request.statement_limit};
    if (request.limit.count() > 0) limits.end = Clock::now() + request.limit;
    auto settings = request.change.settings;
    if (const auto role = settings.find("role"); role != settings.end()) {
        // It owns what it makes, as the analysis takes it, and may do everything. On a server of somebody's the role is
        // whoever --db-url names.
        if (server.is_ours())
            TRY(server.connect()).ask("CREATE ROLE " + quoted(role->second) + " SUPERUSER");
        else
            settings.erase(role);
    }
    const Server as_role = server.with_settings(settings);
    {
        Session session = TRY(as_role.connect());
        session.limit(limits);
        Base built = build_base(session, request.base);
        if (Clock::now() >= limits.end)
            return failure(
                "what was there before the change took longer to make than the trace may take: give it "
                "more time (--time-limit), or a snapshot in place of the earlier migrations");
        for (const std::string& tables : request.own_tables) session.ask(tables);
        report.base_statements = built.statements;
        report.base_failed = built.failed;
        report.notes = std::move(built.notes);
    }
    std::optional<Server> copy;
    {
        Session session = TRY(server.connect());
        if (request.rows > 0) {
            Filled filled = TRY(fill(session, request.rows));
            report.filled_tables = filled.tables;
            report.rows = filled.rows;
            for (std::string& note : filled.notes) report.notes.push_back(std::move(note));
        }
        if (request.rows >= kRowsToMeasureBy) traced.sizes = TRY(table_sizes(session));
        if (request.contend) copy = TRY(copy_of(as_role, session));
    }
    // A new session: what the base has set is not the migrations' affair.
    Session session = TRY(as_role.connect());
    Session observer = TRY(server.connect());
    traced.base = TRY(Relations::look(session));
    Watch watch = TRY(Watch::begin(session, observer, server.is_ours() ? connections(server) : Connect()));
    const std::set<std::string> before = TRY(schema_objects(observer));
    session.limit(limits);
    TRY(Course(session, watch, request, report, limits.end).run());
    const std::set<std::string> after = TRY(schema_objects(observer));
    report.added = missing_in(after, before);
    report.removed = missing_in(before, after);
    if (copy) TRY(contend(connections(*copy), request.change, report));
    report.contended = request.contend;
    note_unread(report, request.change);
    judge(report);
    report.server = "PostgreSQL " + session.parameter("server_version");
    report.where = server.where();
    report.start = server.started_in();
    report.lifetime = server.lifetime();
    return traced;
}

}  // namespace pgfence::trace
