#include "trace/compare.h"

#include <algorithm>
#include <array>
#include <optional>

namespace pgfence::trace {
namespace {

using Names = std::set<std::string, std::less<>>;

bool is_system(std::string_view name) {
    return name.starts_with("pg_catalog.") || name.starts_with("information_schema.") || name.starts_with("pg_toast.");
}

/// A query locks the indexes that its plan may use and the sequences that it draws from as it locks its tables, up to
/// ROW EXCLUSIVE: whoever stands in the way of that stands in the way of the table's lock.
bool counts(RelationKind kind, LockMode mode) {
    const bool no_table =
        kind == RelationKind::index || kind == RelationKind::partitioned_index || kind == RelationKind::sequence;
    return !no_table || mode > LockMode::RowExclusive;
}

std::string lock_in_words(std::optional<LockMode> mode) { return mode ? std::string(sql_name(*mode)) : "no lock"; }

class Comparer {
public:
    Comparer(const AnalyzedStatement& predicted, const Observation& seen, const Relations& before,
             const Unforeseen& unforeseen)
        : effects_(predicted.effects),
          seen_(seen),
          before_(before),
          unforeseen_(unforeseen),
          query_(is_query(predicted.kind)),
          outside_(seen.how != Observation::How::in_block),
          depends_(predicted.effects.certainty == Certainty::depends) {}

    Comparison compare();

private:
    struct Predicted {
        LockMode mode = LockMode::AccessShare;
        bool of_plan = false;  ///< whether the plan or the rows reach it is not for the statement to say
        bool of_newer_minors = false;
    };
    std::map<std::string, Predicted, std::less<>> predicted_locks();
    void compare_locks();
    void compare_lock(const std::string& name, std::optional<LockMode> real, const Predicted* said);
    void compare_work();
    void compare_sets(std::string_view what, const Names& real, const Names& said, const Names& maybe);
    Names said(bool certain, std::initializer_list<Work::Kind> kinds) const;
    Names read_by_rebuilds() const;
    Names read_by_planner() const;
    bool has_gate(const std::string& name) const;
    bool is_unforeseen(const std::string& name) const;
    Names indexes_on(const Names& tables) const;
    bool held_before(const std::string& name, LockMode mode) const;
    TraceVerdict verdict() const;

    void differ(std::string sentence) { found_.differences.push_back(std::move(sentence)); }
    /// Less was seen than predicted.
    void fall_short(const std::string& what);
    /// More of the relation was seen than predicted.
    void exceed(const std::string& name, const std::string& what);

    const Effects& effects_;
    const Observation& seen_;
    const Relations& before_;
    const Unforeseen& unforeseen_;
    bool query_, outside_, depends_;
    bool agreed_ = false;    ///< something predicted was seen
    bool locked_ = false;    ///< a lock was seen, or was held before
    bool lock_due_ = false;  ///< one was predicted
    bool unasked_ = false;   ///< something predicted could not be seen
    bool beyond_ = false;    ///< something was seen that nobody could predict
    Comparison found_;
};

bool Comparer::held_before(const std::string& name, LockMode mode) const {
    const auto it = seen_.held.find(name);
    return it != seen_.held.end() && it->second.contains(mode);
}

/// No lock on it escapes (gates.h).
bool Comparer::has_gate(const std::string& name) const {
    const Relation* relation = before_.find(name);
    return relation && relation->is_table();
}

void Comparer::fall_short(const std::string& what) {
    if (outside_) {
        unasked_ = true;
        found_.remarks.push_back(what + " (observed by polling, which may miss what is brief)");
    } else if (depends_) {
        found_.remarks.push_back(what + ": the prediction is the worst case");
    } else {
        differ(what);
    }
}

bool Comparer::is_unforeseen(const std::string& name) const {
    const Oid oid = before_.oid_of(name);
    const Relation* relation = before_.find(oid);
    return relation && unforeseen_.relations.contains(relation->table == 0 ? oid : relation->table);
}

void Comparer::exceed(const std::string& name, const std::string& what) {
    if (unforeseen_.parts.empty() && !is_unforeseen(name)) return differ(what);
    beyond_ = true;
    found_.remarks.push_back(unforeseen_.parts.empty() ? what + ": it was made by what could not be read" : what);
}

std::map<std::string, Comparer::Predicted, std::less<>> Comparer::predicted_locks() {
    std::map<std::string, Predicted, std::less<>> locks;
    const auto created = [&](const std::string& name) {
        return std::find(effects_.created.begin(), effects_.created.end(), name) != effects_.created.end();
    };
    for (const Lock& lock : effects_.locks) {
        if (is_system(lock.relation) || !counts(lock.kind, lock.mode)) continue;
        if (!before_.find(lock.relation)) {
            if (!lock.existing || created(lock.relation)) continue;
            unasked_ = true;
            found_.remarks.push_back(lock.relation + " is not in the base schema");
            continue;
        }
        locks[lock.relation] = {lock.mode, query_ && lock.role != LockRole::target, is_of_newer_minors(lock)};
    }
    return locks;
}

void Comparer::compare_lock(const std::string& name, std::optional<LockMode> real, const Predicted* said) {
    const std::optional<LockMode> mode = said ? std::optional(said->mode) : std::nullopt;
    const bool held = mode && held_before(name, *mode);
    locked_ |= real || held;
    if (real == mode || (held && (!real || *real < *mode))) {
        agreed_ = true;
        return;
    }
    const std::string sentence =
        "lock on " + name + ": seen " + lock_in_words(real) + ", predicted " + lock_in_words(mode);
    const bool less = mode && (!real || *real < *mode);
    if (!less) return exceed(name, sentence);
    if (said->of_plan || said->of_newer_minors) return;
    const bool would_have_waited = seen_.how == Observation::How::at_gates && !real && has_gate(name);
    if (would_have_waited && !depends_) return differ(sentence);
    fall_short(sentence);
}

void Comparer::compare_locks() {
    const auto predicted = predicted_locks();
    lock_due_ = !predicted.empty();
    for (const auto& [name, said] : predicted) {
        const auto it = seen_.locks.find(name);
        compare_lock(name, it == seen_.locks.end() ? std::nullopt : std::optional(it->second.mode), &said);
    }
    for (const auto& [name, lock] : seen_.locks)
        if (!predicted.contains(name) && !is_system(name) && counts(lock.kind, lock.mode))
            compare_lock(name, lock.mode, nullptr);
}

Names Comparer::said(bool certain, std::initializer_list<Work::Kind> kinds) const {
    Names names;
    for (const Work& work : effects_.work)
        if (work.certain == certain && std::find(kinds.begin(), kinds.end(), work.kind) != kinds.end() &&
            before_.find(work.relation))
            names.insert(work.relation);
    return names;
}

/// Who builds an index anew reads its table; moving one only copies its pages.
Names Comparer::read_by_rebuilds() const {
    Names tables;
    for (const Work& work : effects_.work) {
        if (work.kind != Work::Kind::index_rebuild || work.cause == Cause::set_tablespace) continue;
        const Relation* index = before_.find(work.relation);
        const Relation* table = index ? before_.find(index->table) : nullptr;
        if (table) tables.insert(table->name);
    }
    return tables;
}

/// RI_Initial_Check asks for the rows without a partner by a query: where an index covers the columns, and few rows
/// have to be read, the planner may read that and not the table.
Names Comparer::read_by_planner() const {
    Names tables;
    for (const Work& work : effects_.work)
        if (work.kind == Work::Kind::scan && work.cause == Cause::foreign_key) tables.insert(work.relation);
    return tables;
}

Names Comparer::indexes_on(const Names& tables) const {
    Names indexes;
    if (tables.empty()) return indexes;
    for (const auto& [oid, relation] : before_.all()) {
        const Relation* table = relation.table == 0 ? nullptr : before_.find(relation.table);
        if (table && tables.contains(table->name)) indexes.insert(relation.name);
    }
    return indexes;
}

void Comparer::compare_sets(std::string_view what, const Names& real, const Names& said, const Names& maybe) {
    for (const std::string& name : real) {
        if (said.contains(name)) agreed_ = true;
        if (!said.contains(name) && !maybe.contains(name))
            exceed(name, std::string(what) + " of " + name + ": seen, not predicted");
    }
    for (const std::string& name : said)
        if (!real.contains(name) && !maybe.contains(name))
            fall_short(std::string(what) + " of " + name + ": predicted, not seen");
}

void Comparer::compare_work() {
    using enum Work::Kind;
    const auto united = [](Names all, const Names& more) {
        all.insert(more.begin(), more.end());
        return all;
    };
    // A copy of an empty table looks like an emptied one.
    compare_sets("rewrite", seen_.rewrites, said(true, {rewrite}), united(said(false, {rewrite}), seen_.emptied));
    // DROP CONSTRAINT and ADD CONSTRAINT of one name: an index of that name is built, which looks like a rebuilt one.
    const Names built = indexes_on(united(said(true, {index_build}), seen_.emptied));
    compare_sets("index rebuild", seen_.index_rebuilds, said(true, {index_rebuild}),
                 united(said(false, {index_rebuild}), built));
    if (query_) return;
    const Names written = united(united(seen_.rewrites, seen_.emptied), said(true, {rewrite}));
    compare_sets("scan", seen_.scans, united(said(true, {scan, index_build}), read_by_rebuilds()),
                 united(united(written, said(false, {rewrite, scan, index_build})), read_by_planner()));
}

TraceVerdict Comparer::verdict() const {
    if (!found_.differences.empty()) return TraceVerdict::mismatch;
    if (beyond_) return TraceVerdict::trace_only;
    // That a table was rewritten, say, confirms nothing about the lock under which it was.
    const bool blind = outside_ && lock_due_ && !locked_;
    return blind || (unasked_ && !agreed_) ? TraceVerdict::static_only : TraceVerdict::confirmed;
}

Comparison Comparer::compare() {
    if (!seen_.error.empty()) {
        found_.verdict = TraceVerdict::error;
        for (const Failure& failure : effects_.failures)
            found_.remarks.push_back("a failure was predicted: " + failure.message);
        return found_;
    }
    found_.remarks = unforeseen_.parts;
    if (effects_.certainty == Certainty::unknown) {
        found_.verdict = TraceVerdict::trace_only;
        return found_;
    }
    for (const Failure& failure : effects_.failures)
        if (failure.certain) differ("it succeeded, although a failure was predicted: " + failure.message);
    compare_locks();
    compare_work();
    found_.verdict = verdict();
    return found_;
}

Work work_of(Work::Kind kind, std::string relation, const Effects& effects) {
    Work work;
    work.kind = kind;
    work.relation = std::move(relation);
    if (const Lock* lock = effects.lock_on(work.relation)) {
        work.under = lock->mode;
        work.existing = lock->existing;
    }
    return work;
}

}  // namespace

bool is_query(std::string_view kind) {
    constexpr std::array<std::string_view, 12> kQueries{"SELECT",  "INSERT", "UPDATE", "DELETE",  "MERGE", "WITH",
                                                        "EXPLAIN", "COPY",   "VACUUM", "ANALYZE", "DO",    "CALL"};
    return std::find(kQueries.begin(), kQueries.end(), kind) != kQueries.end();
}

Comparison compare(const AnalyzedStatement& predicted, const Observation& seen, const Relations& before,
                   const Unforeseen& unforeseen) {
    return Comparer(predicted, seen, before, unforeseen).compare();
}

Effects effects_of(const Observation& seen, const Relations& base) {
    Effects effects;
    for (const auto& [name, lock] : seen.locks)
        effects.locks.push_back({.relation = name,
                                 .kind = lock.kind,
                                 .mode = lock.mode,
                                 .existing = base.find(name) != nullptr,
                                 .role = LockRole::target});
    for (const std::string& name : seen.rewrites) effects.work.push_back(work_of(Work::Kind::rewrite, name, effects));
    for (const std::string& name : seen.index_rebuilds)
        effects.work.push_back(work_of(Work::Kind::index_rebuild, name, effects));
    for (const std::string& name : seen.scans) effects.work.push_back(work_of(Work::Kind::scan, name, effects));
    return effects;
}

}  // namespace pgfence::trace
