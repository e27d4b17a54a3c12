#include "orm/ways.h"

#include <algorithm>
#include <iterator>
#include <list>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "core/text.h"

namespace pgfence::orm {
namespace {

constexpr int kMostFlipped = 18;

/// The same statement of the same call, and the how manieth of it.
using Key = std::tuple<std::string, std::uint32_t, std::uint32_t, int>;

std::vector<Key> keys_of(const Run& run) {
    std::map<Key, int> times;
    std::vector<Key> keys;
    for (const RecordedStatement& statement : run.statements) {
        Key key{statement.sql, statement.first_line, statement.last_line, 0};
        std::get<3>(key) = times[key]++;
        keys.push_back(std::move(key));
    }
    return keys;
}

struct Merged {
    const RecordedStatement* statement = nullptr;
    Key key;
    std::vector<std::size_t> seen_in;  ///< indexes of runs, ascending
    std::vector<std::string> rows_of;  ///< in one run or another
};

void add_once(std::vector<std::string>& all, const std::string& what) {
    if (std::find(all.begin(), all.end(), what) == all.end()) all.push_back(what);
}

/// In the order of the longest run; what others have besides stands behind what it followed there, by its line.
std::list<Merged> in_one_order(const std::vector<const Run*>& runs) {
    std::list<Merged> all;
    std::map<Key, std::list<Merged>::iterator> places;
    std::vector<std::size_t> order(runs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return runs[a]->statements.size() > runs[b]->statements.size();
    });
    for (const std::size_t r : order) {
        const auto keys = keys_of(*runs[r]);
        const std::set<Key> own(keys.begin(), keys.end());
        auto behind = all.begin();
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const auto [place, is_new] = places.try_emplace(keys[i], all.end());
            const RecordedStatement& statement = runs[r]->statements[i];
            if (is_new) {
                while (behind != all.end() && !own.contains(behind->key) &&
                       behind->statement->first_line <= statement.first_line)
                    ++behind;
                place->second = all.insert(behind, Merged{&statement, keys[i], {}, {}});
            }
            place->second->seen_in.push_back(r);
            for (const std::string& query : statement.rows_of) add_once(place->second->rows_of, query);
            behind = std::next(place->second);
        }
    }
    return all;
}

/// The questions whose other answer alone makes the difference, where all others are answered no, or all yes: one
/// behind another is asked only then. Else that it hangs on answers at all.
std::vector<std::string> reasons(const Merged& merged, const std::vector<const Run*>& runs) {
    const auto seen = [&](std::size_t run) {
        return std::find(merged.seen_in.begin(), merged.seen_in.end(), run) != merged.seen_in.end();
    };
    std::vector<std::string> found;
    for (const bool all : {false, true}) {
        const auto base = std::find_if(runs.begin(), runs.end(),
                                       [&](const Run* run) { return run->way.all == all && run->way.flipped < 0; });
        for (std::size_t i = 0; base != runs.end() && i < runs.size(); ++i) {
            const auto flipped = static_cast<std::size_t>(runs[i]->way.flipped);
            if (runs[i]->way.all != all || runs[i]->way.flipped < 0 || flipped >= (*base)->choices.size()) continue;
            if (seen(i) != seen(static_cast<std::size_t>(base - runs.begin())))
                add_once(found, (*base)->choices[flipped].what);
        }
    }
    if (found.empty()) found.push_back("what the database answers");
    return found;
}

/// What each of the runs was answered to the one question; nothing for one that did not ask it, or was told both.
std::optional<bool> answer_in(const Run& run, const std::string& what) {
    std::optional<bool> answer;
    for (std::size_t i = 0; i < run.choices.size(); ++i) {
        if (run.choices[i].what != what) continue;
        const bool yes = run.way.all != (static_cast<int>(i) == run.way.flipped);
        if (answer && *answer != yes) return std::nullopt;
        answer = yes;
    }
    return answer;
}

/// Whether the statement was sent in each run hangs on the answer to one question alone: the condition in SQL. It was
/// sent right behind the question, or behind statements of the same branch: what comes later meets another schema.
class Asked {
public:
    Asked(const std::vector<const Run*>& runs, bool all_ways_taken) : runs_(runs) {
        usable_ = all_ways_taken &&
                  std::all_of(runs.begin(), runs.end(), [](const Run* run) { return run->end == Run::End::done; });
        for (const Run* run : runs) keys_.push_back(keys_of(*run));
    }

    std::string of(const Merged& merged, const std::vector<std::string>& reasons) {
        const std::string before = std::exchange(branch_, {});
        if (!usable_ || reasons.size() != 1) return {};
        std::optional<bool> when;
        const Choice* choice = nullptr;
        for (std::size_t i = 0; i < runs_.size(); ++i) {
            const bool sent = std::find(merged.seen_in.begin(), merged.seen_in.end(), i) != merged.seen_in.end();
            const auto answer = answer_in(*runs_[i], reasons.front());
            if (!answer) return {};
            if (when && (*when == *answer) != sent) return {};
            when = sent ? *answer : !*answer;
            if (sent && !choice) choice = question_before(i, merged.key, reasons.front());
        }
        if (!choice || choice->query.empty()) return {};
        const std::string condition = as_condition(*when, *choice);
        if (!is_first_ && condition != before) return {};
        return branch_ = condition;
    }

    /// Of ways that were not all gone: what has to be so, asked as above in each run that sent the statement.
    std::string part_of(const Merged& merged, const std::vector<std::string>& reasons) {
        const std::string before = std::exchange(part_, {});
        if (reasons.size() != 1) return {};
        std::optional<bool> when;
        const Choice* asked = nullptr;
        bool is_first = true;
        for (const std::size_t run : merged.seen_in) {
            const auto answer = answer_in(*runs_[run], reasons.front());
            if (!answer || (when && when != answer)) return {};
            when = answer;
            asked = question_before(run, merged.key, reasons.front());
            is_first = is_first && asked && is_first_;
        }
        if (!asked || asked->query.empty()) return {};
        const std::string condition = as_condition(*when, *asked);
        if (!is_first && condition != before) return {};
        return part_ = condition;
    }

private:
    static std::string as_condition(bool when, const Choice& choice) {
        return (when ? "" : "NOT ") + std::string("EXISTS (") + choice.query + ")";
    }

    const Choice* question_before(std::size_t run, const Key& key, const std::string& what) {
        const auto& keys = keys_[run];
        const auto at = static_cast<std::size_t>(std::find(keys.begin(), keys.end(), key) - keys.begin());
        for (const Choice& choice : runs_[run]->choices) {
            if (choice.what != what) continue;
            is_first_ = choice.behind == at;
            return &choice;
        }
        return nullptr;
    }

    const std::vector<const Run*>& runs_;
    std::vector<std::vector<Key>> keys_;
    bool usable_ = false;
    bool is_first_ = false;
    std::string branch_, part_;  ///< of the statement before
};

std::vector<const Run*> of_end(const std::vector<Run>& runs, Run::End end) {
    std::vector<const Run*> some;
    for (const Run& run : runs)
        if (run.end == end) some.push_back(&run);
    return some;
}

void add_notes(const std::vector<Run>& runs, Recording& recording) {
    for (const Run& run : runs)
        for (const RecordedNote& note : run.unread) {
            const auto same = [&](const RecordedNote& n) { return n.what == note.what && n.line == note.line; };
            if (std::none_of(recording.unread.begin(), recording.unread.end(), same)) recording.unread.push_back(note);
        }
}

/// Calls that stand in the file and that no run has made: what kept them from being made may not be so there.
void add_unmade(const std::vector<Run>& runs, Recording& recording) {
    std::set<std::string> made;
    for (const Run& run : runs) made.insert(run.made.begin(), run.made.end());
    for (const Run& run : runs)
        for (const RecordedNote& call : run.unmade)
            if (made.insert(call_key(call.line, call.what)).second) recording.unread.push_back(call);
}

/// What ends a transaction that has failed; the way up that succeeds ends it otherwise.
bool ends_transaction(const RecordedStatement& statement) {
    const std::string_view word = std::string_view(statement.sql).substr(0, 8);
    return equal_ignoring_case(word, "rollback");
}

}  // namespace

std::string call_key(std::uint32_t line, const std::string& what) { return std::to_string(line) + ' ' + what; }

std::optional<AssumedAnswers> next_way(const std::vector<Run>& runs, int most) {
    if (runs.empty()) return AssumedAnswers{};
    const int choices = static_cast<int>(std::min<std::size_t>(runs.front().choices.size(), kMostFlipped));
    const int next = static_cast<int>(runs.size());
    if (choices == 0 || next >= most) return std::nullopt;
    if (next == 1) return AssumedAnswers{.all = true, .flipped = -1};
    if (next <= choices + 1) return AssumedAnswers{.all = false, .flipped = next - 2};
    // What takes one answer of several that hang together.
    const int others = static_cast<int>(std::min<std::size_t>(runs[1].choices.size(), kMostFlipped));
    if (others < 2 || next > choices + 1 + others) return std::nullopt;
    return AssumedAnswers{.all = true, .flipped = next - choices - 2};
}

Recording merged(const std::vector<Run>& runs, bool all_ways_taken) {
    Recording recording;
    if (runs.empty()) return recording;
    const auto done = of_end(runs, Run::End::done);
    recording.complete = !done.empty();
    const auto is_of_failure = [&](const Merged& one) {
        return ends_transaction(*one.statement) &&
               std::all_of(one.seen_in.begin(), one.seen_in.end(),
                           [&](std::size_t run) { return runs[run].end == Run::End::given_up; });
    };
    // A way that ends in an exception tells what was sent before it, but not that nothing else would have been.
    std::vector<const Run*> seen;
    for (const Run& run : runs) seen.push_back(&run);
    Asked asked(seen, all_ways_taken);
    for (const Merged& one : in_one_order(seen)) {
        if (is_of_failure(one)) continue;
        RecordedStatement statement = *one.statement;
        statement.rows_of = one.rows_of;
        const bool always = std::all_of(done.begin(), done.end(), [&](const Run* run) {
            const auto at = std::find(seen.begin(), seen.end(), run) - seen.begin();
            return std::find(one.seen_in.begin(), one.seen_in.end(), static_cast<std::size_t>(at)) != one.seen_in.end();
        });
        if (!always) statement.depends_on = reasons(one, seen);
        statement.asks = asked.of(one, statement.depends_on);
        if (statement.asks.empty()) {
            statement.asks = asked.part_of(one, statement.depends_on);
            statement.asks_for_part = true;
        }
        recording.statements.push_back(std::move(statement));
    }
    add_notes(runs, recording);
    if (recording.complete) add_unmade(runs, recording);
    std::vector<std::string> told;
    for (const Run& run : runs) {
        if (run.end == Run::End::done || (run.end == Run::End::given_up && recording.complete) ||
            std::find(told.begin(), told.end(), run.why) != told.end())
            continue;
        told.push_back(run.why);
        recording.unread.push_back(
            {run.line, recording.complete ? "a way through up()" : "up() could not be analyzed", run.why});
    }
    const bool refused = runs.back().end == Run::End::refused;
    if (!all_ways_taken && !refused)
        recording.unread.push_back(
            {0, "further ways through up()", "more questions to the database than are followed"});
    for (const Run& run : runs)
        if (run.no_transaction) recording.no_transaction = run.no_transaction;
    return recording;
}

}  // namespace pgfence::orm
