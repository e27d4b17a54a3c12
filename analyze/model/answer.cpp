#include "analyze/model/answer.h"

#include <algorithm>
#include <cassert>

#include "analyze/model/row_types.h"

namespace pgfence {
namespace {

bool has_storage(const Relation& relation) {
    return relation.kind == RelationKind::table || relation.kind == RelationKind::materialized_view;
}

/// CLUSTER, SET LOGGED and the like copy a table for one reason: saying it twice would count it twice.
bool same_work(const Work& a, const Work& b) {
    return a.kind == b.kind && a.relation == b.relation && a.of == b.of && a.cause == b.cause && a.command == b.command;
}

/// Others wait for it only if it is an old one, which is counted.
std::string whether_it_is_older(const Relation& relation) {
    return "whether " + name_in_report(relation) + " was there before this change";
}

/// What is said of a lock is why the strongest mode is taken; that the statement names the relation needs no words.
void strengthen(Lock& lock, LockMode mode, LockRole role) {
    const bool stronger_now = stronger(lock.mode, mode) != lock.mode;
    if (stronger_now || (mode == lock.mode && role == LockRole::target)) lock.role = role;
    lock.mode = stronger(lock.mode, mode);
}

/// Its name is the one by which a constraint or an index was told of it, and it may have got another one since.
bool is_remembered(LockRole role) { return role == LockRole::referenced_table || role == LockRole::table_of_the_index; }

Failure::Kind kind_of(ErrorCode code) {
    using enum ErrorCode;
    switch (code) {
        case duplicate_column:
        case duplicate_function:
        case duplicate_object:
        case duplicate_schema:
        case duplicate_table: return Failure::Kind::duplicate_object;
        default: return Failure::Kind::missing_object;
    }
}

}  // namespace

std::string name_in_report(const Name& resolved) { return resolved.schema + "." + resolved.name; }

std::vector<const Relation*> with_descendants(const Catalog& catalog, const Relation& relation) {
    std::vector<const Relation*> all{&relation};
    const auto below = catalog.descendants(relation.id);
    all.insert(all.end(), below.begin(), below.end());
    return all;
}

void Answer::lock(const Relation& relation, LockMode mode, LockRole role) {
    if (relation.perhaps_older && !is_index(relation) && blocks(mode, Traffic::writes))
        depends_on(whether_it_is_older(relation));
    lock(name_in_report(relation), relation.kind, relation.existing, mode, role);
}

void Answer::lock(std::string relation, RelationKind kind, bool existing, LockMode mode, LockRole role) {
    const auto [it, first] = locks_.try_emplace(std::move(relation));
    if (first)
        it->second = {{}, kind, mode, existing, role};
    else
        strengthen(it->second, mode, role);
}

void Answer::lock(const Name& written, LockMode mode, LockRole role) {
    if (const Relation* relation = catalog.find(written)) return lock(*relation, mode, role);
    if (const Relation* told = catalog.told_of(written); told && is_index(*told)) return lock(*told, mode, role);
    lock(catalog.qualified(written), RelationKind::table, true, mode, role);
    // An index may be one that the statement makes first.
    if (role != LockRole::index) misses(written, !is_remembered(role));
}

// For certain where a migration took it away: what is only in no dump may be an extension's, or its name stands for
// what a program puts there.
void Answer::misses(const Name& written, bool as_written) {
    const bool gone = catalog.is_gone(written);
    const bool lacking = gone || (!catalog.find(written) && catalog.knows_what_is_absent(written));
    if (lacking && !written.name.starts_with("pg_"))
        fails(ErrorCode::undefined_table, "relation \"" + written.name + "\" does not exist", gone && as_written);
}

void Answer::lock_descendants(const Relation& relation, LockMode mode, LockRole role) {
    for (const Relation* below : catalog.descendants(relation.id)) lock(*below, mode, role);
}

void Answer::lock_indexes(const Relation& table, LockMode mode) {
    for (const Relation* index : catalog.indexes_of(table.id)) lock(*index, mode, LockRole::index);
}

void Answer::lock_partitioned_above(const Relation& partition) {
    for (const Relation* at = &partition; at && at->table.is_partition && !at->table.parents.empty();) {
        at = catalog.get(at->table.parents.front());
        if (at) lock(*at, LockMode::AccessShare, LockRole::partitioned_table);
    }
}

void Answer::lock_read(const Relation& relation, LockMode mode, bool planned) {
    std::vector<const Relation*> pending{&relation};
    std::vector<RelationId> seen;
    while (!pending.empty()) {
        const Relation* next = pending.back();
        pending.pop_back();
        if (std::find(seen.begin(), seen.end(), next->id) != seen.end()) continue;
        seen.push_back(next->id);
        lock(*next, mode, next == &relation ? LockRole::target : LockRole::read_by_a_view);
        if (planned) lock_indexes(*next, mode);
        if (planned && next->kind == RelationKind::partitioned_table) lock_partitioned_above(*next);
        if (next != &relation && next->is_table())
            for (const Relation* below : catalog.descendants(next->id)) {
                lock(*below, mode, LockRole::read_by_a_view);
                if (planned) lock_indexes(*below, mode);
            }
        if (next->kind != RelationKind::view) continue;
        for (const RelationId id : next->view.reads)
            if (const Relation* read = catalog.get(id)) pending.push_back(read);
    }
}

/// No migration makes one, and nobody has said that there is none: whatever works on partitions may be long.
bool Answer::has_partitions_unknown(const Relation& table) {
    if (table.kind != RelationKind::partitioned_table || !table.existing || catalog.complete() ||
        !table.table.children.empty())
        return false;
    depends_on("which partitions " + name_in_report(table) + " has: no migration makes one");
    return true;
}

void Answer::scan(const Relation& table, Cause cause, std::size_t command, bool certain) {
    if (has_storage(table)) return work(Work::Kind::scan, table.name, cause, command, certain);
    if (has_partitions_unknown(table)) work(Work::Kind::scan, table.name, cause, command, false);
}

void Answer::rewrite(const Relation& table, Cause cause, std::size_t command, bool certain) {
    if (has_partitions_unknown(table)) work(Work::Kind::rewrite, table.name, cause, command, false);
    if (!has_storage(table)) return;
    work(Work::Kind::rewrite, table.name, cause, command, certain);
    if (has(Behaviour::new_column_locks_its_row_type))  // make_new_heap
        for (const Relation* row : row_types_of(table, catalog, now.version))
            lock(*row, LockMode::AccessShare, LockRole::depended_on);
    lock_indexes(table, LockMode::AccessExclusive);
    for (const Relation* index : catalog.indexes_of(table.id)) rebuild(*index, cause, command, certain);
}

void Answer::build(const Relation& table, std::string index, Cause cause, std::size_t command) {
    if (has_storage(table) || has_partitions_unknown(table))
        work(Work::Kind::index_build, table.name, cause, command, has_storage(table), std::move(index));
}

void Answer::rebuild(const Relation& index, Cause cause, std::size_t command, bool certain) {
    if (index.kind != RelationKind::index || is_gone(index)) return;
    Work w{.kind = Work::Kind::index_rebuild,
           .cause = cause,
           .relation = name_in_report(index),
           .of = name_in_report(index)};
    w.existing = index.existing;
    w.certain = certain;
    w.command = command;
    if (std::any_of(effects_.work.begin(), effects_.work.end(), [&](const Work& o) { return same_work(o, w); })) return;
    if (const Relation* table = catalog.get(index.index.table))
        w.table = name_in_report(*table);
    else if (!index.index.told_table.empty())
        w.table = name_in_report(index.index.told_table);
    effects_.work.push_back(std::move(w));
}

void Answer::rebuild_beside(const Relation& index, Cause cause, LockMode table_mode) {
    const std::size_t before = effects_.work.size();
    rebuild(index, cause);
    if (effects_.work.size() > before) effects_.work.back().under = table_mode;
}

void Answer::rewrite_beside(const Name& written, Cause cause, LockMode mode) {
    lock(written, LockMode::AccessExclusive, LockRole::swapped);
    work(Work::Kind::rewrite, written, cause);
    effects_.work.back().under = mode;
    const Relation* table = catalog.find(written);
    if (!table) return;
    for (const Relation* index : catalog.indexes_of(table->id)) {
        lock(*index, LockMode::AccessExclusive, LockRole::swapped);
        rebuild_beside(*index, cause, mode);
    }
}

void Answer::change_rows(const Relation& table, Cause cause) { work(Work::Kind::change_rows, table.name, cause); }

void Answer::work(Work::Kind kind, const Name& written, Cause cause, std::size_t command, bool certain,
                  std::string of) {
    const Relation* relation = catalog.find(written);
    Work w{.kind = kind, .cause = cause, .relation = catalog.qualified(written), .of = std::move(of)};
    w.existing = !relation || relation->existing;
    w.certain = certain;
    w.command = command;
    if (relation && relation->perhaps_older) depends_on(whether_it_is_older(*relation));
    if (std::none_of(effects_.work.begin(), effects_.work.end(), [&](const Work& o) { return same_work(o, w); }))
        effects_.work.push_back(std::move(w));
}

void Answer::lock_others(LockMode mode, std::optional<Work::Kind> kind, Cause cause) {
    if (catalog.complete()) return;
    const std::string others = "every other table";
    lock(others, RelationKind::table, true, mode, LockRole::target);
    if (kind) effects_.work.push_back({.kind = *kind, .cause = cause, .relation = others, .of = {}});
    depends_on("which other tables there are when it runs");
}

void Answer::depends_on(Condition what) {
    auto& all = effects_.depends_on;
    if (std::find(all.begin(), all.end(), what) == all.end()) all.push_back(std::move(what));
    if (effects_.certainty == Certainty::known) effects_.certainty = Certainty::depends;
}

void Answer::fails(Failure::Kind kind, std::string message, bool certain, std::size_t command) {
    assert(kind != Failure::Kind::missing_object && kind != Failure::Kind::duplicate_object);
    add({kind, std::move(message), certain, command});
}

void Answer::fails(ErrorCode code, std::string message, bool certain, std::size_t command) {
    add({kind_of(code), std::move(message), certain, command, code});
}

void Answer::add(Failure failure) {
    const auto said = [&](const Failure& other) {
        return other.command == failure.command && other.message == failure.message;
    };
    const auto known = std::find_if(effects_.failures.begin(), effects_.failures.end(), said);
    if (known == effects_.failures.end())
        effects_.failures.push_back(std::move(failure));
    else
        known->certain |= failure.certain;
}

void Answer::lacks(const std::string& what, const Relation& relation, std::size_t command) {
    if (knows_all_of(relation))
        fails(ErrorCode::undefined_object, what + " \"" + relation.name.name + "\" does not exist", !relation.maybe,
              command);
}

void Answer::lacks_column(const std::string& column, const Relation& relation, std::size_t command, bool certain) {
    if (surely_lacks(relation, column))
        fails(ErrorCode::undefined_column,
              "column \"" + column + "\" of relation \"" + relation.name.name + "\" does not exist",
              certain && !relation.maybe, command);
}

void Answer::warns(Caveat::Kind kind, std::string what, std::size_t command) {
    effects_.caveats.push_back({kind, std::move(what), command});
}

// PreventInTransactionBlock in xact.c; the words are its own.
void Answer::refused_in_transaction_block(std::string_view statement) {
    if (now.in_transaction_block)
        fails(Failure::Kind::in_transaction_block, std::string(statement) + " cannot run inside a transaction block");
    else if (now.in_body)
        fails(Failure::Kind::in_transaction_block, std::string(statement) + " cannot be executed from a function");
}

void Answer::needs(Feature feature, std::size_t command) {
    if (!pgfence::has(now.version, feature))
        fails(Failure::Kind::unsupported_version,
              std::string(row_of(feature).words) + " needs PostgreSQL " + std::to_string(since(feature)) + " or later",
              true, command);
}

void Answer::unknown(std::string why) {
    effects_.certainty = Certainty::unknown;
    effects_.depends_on.push_back(std::move(why));
}

bool Answer::is_rewritten(const Relation& table) const {
    const std::string name = name_in_report(table);
    return std::any_of(effects_.work.begin(), effects_.work.end(),
                       [&](const Work& w) { return w.kind == Work::Kind::rewrite && w.relation == name; });
}

bool Answer::is_gone(const Relation& index) const {
    return std::find(gone_.begin(), gone_.end(), index.id) != gone_.end();
}

Effects Answer::finish() && {
    for (Work& w : effects_.work) {
        const auto held = locks_.find(w.relation);
        if (held != locks_.end() && w.under == LockMode::AccessShare) w.under = held->second.mode;
    }
    effects_.locks.reserve(locks_.size());
    while (!locks_.empty()) {
        auto node = locks_.extract(locks_.begin());
        effects_.locks.push_back(std::move(node.mapped()));
        effects_.locks.back().relation = std::move(node.key());
    }
    return std::move(effects_);
}

}  // namespace pgfence
