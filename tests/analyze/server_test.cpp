// The model against real servers: tests/observed/model.txt holds what they did for each case of model_cases.sql,
// locks.txt for each of lock_cases.sql, written by tools/observe/record. The model must answer the same locks,
// rewrites, index rebuilds and scans. What it is known to miss is marked in the cases, and must still be missed.

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analyze/analyze.h"
#include "analyze/catalog/replay.h"
#include "analyze/lower/lower.h"
#include "analyze/model/sqlstate.h"
#include "analyze/model/target_locks.h"
#include "core/server_behaviour.h"
#include "tests/observed_cases.h"

using namespace pgfence;
using observed::Case;

namespace {

using Lines = std::set<std::string>;

/// One answer in parts, so that each part can be judged by itself.
struct Answer {
    Lines newer;  // of the model: locks of newer minors
    Lines locks, rewrites, rebuilds, scans;
    Lines maybe;  // of the model: what may be there or not
    bool fails = false, impossible = false, outside = false;
};

/// A query locks the indexes that its plan may use and the sequences that it draws from as it locks its tables, up to
/// ROW EXCLUSIVE: whoever stands in the way of that stands in the way of the table's lock.
bool counts(const std::string& lock) {
    const bool weak = lock.starts_with("lock ACCESS SHARE ") || lock.starts_with("lock ROW ");
    return !weak || !(lock.ends_with("index)") || lock.ends_with("(sequence)"));
}

Answer server_answer(const std::vector<std::string>& lines) {
    Answer answer;
    for (const std::string& line : lines) {
        if (line.starts_with("lock ") && counts(line))
            answer.locks.insert(line);
        else if (line.starts_with("rewrite "))
            answer.rewrites.insert(line);
        else if (line.starts_with("index-rebuild "))
            answer.rebuilds.insert(line);
        else if (line.starts_with("scan "))
            answer.scans.insert(line);
        else if (line.starts_with("fails "))
            answer.fails = true;
        else if (line.starts_with("not here: "))
            answer.impossible = true;
        else if (line.starts_with("outside "))
            answer.outside = true;
    }
    return answer;
}

void note_work(Answer& answer, const Work& work, const Catalog& before) {
    if (!work.existing) return;
    const auto note = [&](Lines& lines, const std::string& line) {
        (work.certain ? lines : answer.maybe).insert(line);
    };
    switch (work.kind) {
        case Work::Kind::scan:
        case Work::Kind::index_build: note(answer.scans, "scan " + work.relation); break;
        case Work::Kind::rewrite: note(answer.rewrites, "rewrite " + work.relation); break;
        case Work::Kind::index_rebuild: {
            note(answer.rebuilds, "index-rebuild " + work.relation);
            const auto dot = work.relation.find('.');
            const Relation* index = before.find({work.relation.substr(0, dot), work.relation.substr(dot + 1)});
            const Relation* table = index ? before.get(index->index.table) : nullptr;
            // Moving an index copies its pages.
            if (table && work.cause != Cause::set_tablespace)
                note(answer.scans, "scan " + table->name.schema + "." + table->name.name);
            break;
        }
        case Work::Kind::change_rows: break;
    }
}

void replay_all(WritableCatalog& catalog, const std::string& sql, int version) {
    for (const LoweredStatement& statement : lower(sql).statements)
        for (const Action& action : statement.actions) replay(catalog, action, version);
}

/// The statement alone on top of the case's schema, inside a transaction block or outside one.
Analysis analysed(const Case& c, int version, bool outside) {
    analyze::Request request;
    request.version = version;
    request.schema = {"SELECT 1;\n"};
    for (const std::string& sql : c.schema()) request.schema.back() += sql + ";\n";
    Script script;
    script.sql = "SET timezone TO 'UTC';\n" + std::string(outside ? "" : "BEGIN;\n") + c.statement;
    request.changed.push_back(std::move(script));
    return analyze::analyze(request);
}

Answer model_answer(const Case& c, int version, bool outside) {
    WritableCatalog before;
    for (const std::string& sql : c.schema()) replay_all(before, sql, version);
    const Analysis analysis = analysed(c, version, outside);
    const std::vector<AnalyzedStatement>& statements = analysis.files.at(0).statements;
    Answer answer;
    // SET, perhaps BEGIN, and what the server's version parses of the case.
    for (std::size_t i = outside ? 1 : 2; i < statements.size(); ++i) {
        const Effects& effects = statements[i].effects;
        for (const Lock& lock : effects.locks) {
            const bool table = lock.kind == RelationKind::table || lock.kind == RelationKind::partitioned_table;
            const std::string line = "lock " + std::string(sql_name(lock.mode)) + " " + lock.relation + " (" +
                                     std::string(name_of(lock.kind)) + ")";
            if (lock.existing && counts(line) && (table || !outside))
                (is_of_newer_minors(lock) ? answer.newer : answer.locks).insert(line);
        }
        for (const Work& work : effects.work) note_work(answer, work, before);
        for (const Failure& failure : effects.failures) answer.fails |= failure.certain;
    }
    answer.fails |= statements.size() == (outside ? 1u : 2u);
    return answer;
}

/// Queries' scans are the planner's: the recorder leaves them out.
bool is_planned(const std::string& statement) {
    static constexpr std::array<std::string_view, 10> kPlanned{"SELECT", "INSERT", "UPDATE",  "DELETE", "MERGE",
                                                               "WITH",   "COPY",   "EXPLAIN", "VACUUM", "ANALYZE"};
    return std::any_of(kPlanned.begin(), kPlanned.end(),
                       [&](std::string_view word) { return statement.starts_with(word); });
}

/// A table that DDL itself reads has a stronger lock: under ACCESS SHARE a function's query reads it, by the plan it
/// likes.
void note_read_by_functions(const Case& c, Answer& answer) {
    for (const std::string_view word : {"REFRESH", "CREATE TABLE", "CREATE MATERIALIZED"})
        if (c.statement.starts_with(word)) return;
    for (const std::string& line : answer.locks)
        if (const auto table = observed::after(line, "lock ACCESS SHARE "))
            answer.maybe.insert("scan " + table->substr(0, table->find(' ')));
}

std::string difference(const Lines& server, const Lines& model, const Lines& maybe) {
    std::string text;
    for (const std::string& line : server)
        if (!model.contains(line) && !maybe.contains(line)) text += "\n  server only: " + line;
    for (const std::string& line : model)
        if (!server.contains(line) && !maybe.contains(line)) text += "\n  model only:  " + line;
    return text;
}

struct Comparison {
    std::string locks, rewrites, rebuilds, scans, failure;
    std::string all() const { return locks + rewrites + rebuilds + scans + failure; }
};

/// Whether this release does all that minor releases brought to its major.
bool is_newest_minor(const observed::Release& release) {
    return std::all_of(kBehaviours.begin(), kBehaviours.end(), [&](const BehaviourRow& row) {
        const auto brought = observed::releases(std::string(row.minors));
        return std::all_of(brought.begin(), brought.end(),
                           [&](const observed::Release& by) { return by.major != release.major || by <= release; }) &&
               (brought.empty() || release.major <= brought.back().major);
    });
}

/// Nothing when there is nothing to compare: this version has not what the case needs, or the statement failed.
std::optional<Comparison> compare(const Case& c, const observed::Release& release,
                                  const std::vector<std::string>& lines) {
    const int version = release.major;
    const Answer server = server_answer(lines);
    if (server.impossible || server.fails) return std::nullopt;
    Answer model = model_answer(c, version, server.outside);
    note_read_by_functions(c, model);
    Lines maybe = model.maybe;
    Comparison found;
    if (model.fails) found.failure = "\n  model only:  fails";
    // Older minors lock none of that; what they do lock of it is predicted.
    Lines certain = model.locks;
    for (const std::string& line : model.newer)
        if (is_newest_minor(release) || server.locks.contains(line)) certain.insert(line);
    found.locks = difference(server.locks, certain, {});
    found.rewrites = difference(server.rewrites, model.rewrites, maybe);
    found.rebuilds = difference(server.rebuilds, model.rebuilds, maybe);
    // Whoever rewrites a table has read it.
    for (const std::string& line : server.rewrites) maybe.insert("scan " + line.substr(sizeof "rewrite " - 1));
    if (!is_planned(c.statement)) found.scans = difference(server.scans, model.scans, maybe);
    return found;
}

std::string place(const Case& c, const observed::Release& release) {
    std::string text = c.family + " on " + release.name() + ": ";
    for (const std::string& sql : c.schema()) text += "\n    " + sql;
    return text + "\n    " + c.statement;
}

/// Of every case, on every version that has it.
void check(const std::vector<Case>& all) {
    for (const Case& c : all) {
        bool differs = false;
        for (const auto& [release, lines] : c.seen) {
            const auto found = compare(c, release, lines);
            if (!found || found->all().empty()) continue;
            differs = true;
            if (!c.gap.empty()) continue;
            INFO(place(c, release) << found->all());
            CHECK(found->all().empty());
        }
        INFO(c.family << ": " << c.statement << "\n  is marked as a known gap, and is none any more: " << c.gap);
        CHECK(differs == !c.gap.empty());
    }
}

}  // namespace

TEST_CASE("the model answers as real servers do") {
    const auto all = observed::model_cases();
    REQUIRE(all.size() >= 250);
    check(all);
}

TEST_CASE("docs/locks.md says what real servers do") {
    const auto all = observed::lock_cases();
    REQUIRE(all.size() >= 250);
    check(all);
}

namespace {

/// Releases on both sides of a change: the last major without it and the first with it, or two minors of one.
bool is_between(const BehaviourRow& row, const observed::Release& before, const observed::Release& after) {
    if (row.minors.empty()) return before.major == row.since - 1 && after.major == row.since;
    const auto brought = observed::releases(std::string(row.minors));
    return std::any_of(brought.begin(), brought.end(), [&](const observed::Release& by) {
        return before.major == by.major && after.major == by.major && before < by && by <= after;
    });
}

bool differs_around(const BehaviourRow& row, const Case& c) {
    const auto does = [&](const auto& seen) {
        return std::count(seen.second.begin(), seen.second.end(), row.line) > 0;
    };
    return std::any_of(c.seen.begin(), c.seen.end(), [&](const auto& before) {
        return std::any_of(c.seen.begin(), c.seen.end(), [&](const auto& after) {
            return is_between(row, before.first, after.first) && does(before) != does(after);
        });
    });
}

}  // namespace

TEST_CASE("what a release does otherwise is what servers on both sides of it did") {
    std::vector<Case> all = observed::model_cases();
    for (Case& c : observed::lock_cases()) all.push_back(std::move(c));
    std::size_t shown = 0;
    for (const BehaviourRow& row : kBehaviours) {
        INFO(row.statement << ": " << row.line << ", since " << row.since << " " << row.minors);
        CHECK(std::any_of(all.begin(), all.end(),
                          [&](const Case& c) { return c.statement == row.statement && differs_around(row, c); }));
        ++shown;
    }
    CHECK(shown == kBehaviours.size());
}

namespace {

/// On every release that ran the statement and locked anything, the line is there where the model says that mode, and
/// is not where it says the other one.
bool shows(const Case& c, const LockFact& fact) {
    return std::all_of(c.seen.begin(), c.seen.end(), [&](const auto& seen) {
        const auto& [release, lines] = seen;
        const auto locks = [](const std::string& line) { return line.starts_with("lock "); };
        if (std::none_of(lines.begin(), lines.end(), locks)) return true;
        const bool is_seen = std::find(lines.begin(), lines.end(), fact.line) != lines.end();
        return is_seen == (mode_of(fact, release.major) == fact.mode);
    });
}

}  // namespace

TEST_CASE("what statements lock of their own is what servers were seen to") {
    std::vector<Case> all = observed::model_cases();
    for (Case& c : observed::lock_cases()) all.push_back(std::move(c));
    std::vector<LockFact> facts;
    for (const StatementLock& row : statement_locks()) facts.push_back(row.lock);
    for (const ClauseLock& row : clause_locks()) facts.push_back(row.lock);
    std::size_t shown = 0;
    for (const LockFact& fact : facts) {
        if (fact.statement.empty()) continue;
        INFO(fact.statement << ": " << fact.line);
        CHECK(fact.line.starts_with("lock " + std::string(sql_name(fact.mode)) + " "));
        // A line that no server of a case with this statement has proves nothing.
        CHECK(std::any_of(all.begin(), all.end(), [&](const Case& c) {
            return c.statement == fact.statement && shows(c, fact) &&
                   std::any_of(c.seen.begin(), c.seen.end(), [&](const auto& seen) {
                       return std::find(seen.second.begin(), seen.second.end(), fact.line) != seen.second.end();
                   });
        }));
        ++shown;
    }
    CHECK(shown >= facts.size() - 3);
}

TEST_CASE("what is missing or there already fails with the code that servers report") {
    std::vector<Case> all = observed::model_cases();
    for (Case& c : observed::lock_cases()) all.push_back(std::move(c));
    std::size_t compared = 0;
    for (const Case& c : all)
        for (const auto& [release, lines] : c.seen) {
            const auto said = lines.empty() ? std::nullopt : observed::after(lines.front(), "fails ");
            if (!said) continue;
            const Analysis analysis = analysed(c, release.major, false);
            const Effects& effects = analysis.files.at(0).statements.back().effects;
            for (const Failure& failure : effects.failures) {
                if (!failure.certain || failure.code == ErrorCode::other || effects.failures.size() > 1) continue;
                INFO(place(c, release) << *said << "; the model: " << failure.message);
                CHECK(said->starts_with(sqlstate_of(failure)));
                ++compared;
            }
        }
    CHECK(compared >= 25);
}

// model_tests "[figures]": how much of it there is, for the papers.
TEST_CASE("figures of the model against real servers", "[.figures]") {
    int compared = 0, locks = 0, rewrites = 0, rebuilds = 0, scans = 0, failed = 0, gaps = 0;
    for (const Case& c : observed::model_cases()) {
        gaps += !c.gap.empty();
        for (const auto& [release, lines] : c.seen) {
            const auto found = compare(c, release, lines);
            failed += !found;
            if (!found) continue;
            ++compared;
            locks += found->locks.empty();
            rewrites += found->rewrites.empty();
            rebuilds += found->rebuilds.empty();
            scans += found->scans.empty();
            if (!found->all().empty())
                std::printf("%s|%s|%s|%s\n", release.name().c_str(), c.family.c_str(), c.statement.c_str(),
                            found->all().c_str());
        }
    }
    std::printf("compared %d, not comparable %d, cases with a known gap %d\n", compared, failed, gaps);
    std::printf("exact: locks %d, rewrites %d, index rebuilds %d, scans %d\n", locks, rewrites, rebuilds, scans);
}
