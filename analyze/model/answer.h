#pragma once
// Collects the locks and the work of one statement while the model walks what PostgreSQL would do.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyze/catalog/catalog.h"
#include "analyze/model/circumstances.h"
#include "analyze/model/target_locks.h"
#include "core/effects.h"
#include "core/server_behaviour.h"
#include "core/server_features.h"

namespace pgfence {

class Answer {
public:
    Answer(const Catalog& before, const ExecutionContext& circumstances) : catalog(before), now(circumstances) {}

    const Catalog& catalog;
    const ExecutionContext& now;
    bool has(Behaviour behaviour) const { return pgfence::has(now.version, behaviour); }

    /// What the statement takes on its own relation.
    LockMode takes(LockOf statement) const { return mode_of(statement, now.version); }

    // ---- locks: the strongest per relation stays ------------------------------------------------------------------
    void lock(const Relation& relation, LockMode mode, LockRole role = LockRole::target);
    /// A relation that may be missing from the catalog: it is then taken to exist, as a table.
    void lock(const Name& written, LockMode mode, LockRole role = LockRole::target);
    void lock_descendants(const Relation& relation, LockMode mode, LockRole role);
    void lock_indexes(const Relation& table, LockMode mode);
    /// A partition's bounds are its partitioned table's to know (generate_partition_qual): AccessShare on all above.
    void lock_partitioned_above(const Relation& partition);
    /// A view stands for what its query reads, all the way down, children and partitions included. `planned`: the
    /// indexes of those tables too.
    void lock_read(const Relation& relation, LockMode mode, bool planned = false);

    // ---- work: on the relation's own storage; a partitioned table has none
    // -------------------------------------------
    void scan(const Relation& table, Cause cause, std::size_t command = Work::npos, bool certain = true);
    void rewrite(const Relation& table, Cause cause, std::size_t command = Work::npos, bool certain = true);
    void build(const Relation& table, std::string index, Cause cause, std::size_t command = Work::npos);
    void rebuild(const Relation& index, Cause cause, std::size_t command = Work::npos, bool certain = true);
    /// As a new index beside it, while the old one serves: the work is under the table's lock alone.
    void rebuild_beside(const Relation& index, Cause cause, LockMode table_mode);
    /// As a copy of the table and its indexes, which takes their place at the end: before, `mode` is all that is held.
    void rewrite_beside(const Name& written, Cause cause, LockMode mode);
    void change_rows(const Relation& table, Cause cause);
    /// The same for a table that the catalog does not know.
    void work(Work::Kind kind, const Name& written, Cause cause, std::size_t command = Work::npos, bool certain = true,
              std::string of = {});

    /// Of a statement that names none: it is for tables, too, that no migration made. `work`: what is done to each.
    void lock_others(LockMode mode, std::optional<Work::Kind> work = std::nullopt, Cause cause = Cause::other);

    void depends_on(Condition what);
    void proved(Proof proof) { effects_.proofs.push_back(std::move(proof)); }
    void fails(Failure::Kind kind, std::string message, bool certain = true, std::size_t command = Work::npos);
    /// An object that exists already, or is missing: a handler in PL/pgSQL is chosen by the error code.
    void fails(ErrorCode code, std::string message, bool certain = true, std::size_t command = Work::npos);
    /// What the catalog does not have of it is not there: others could have made that only of what was there before.
    bool knows_all_of(const Relation& relation) const { return catalog.complete() || !relation.existing; }
    /// "<what> \"orders\" does not exist", where that is known.
    void lacks(const std::string& what, const Relation& relation, std::size_t command = Work::npos);
    /// The column is not there, as far as the catalog goes: where all of the relation is known, or a migration took the
    /// column away.
    bool surely_lacks(const Relation& relation, const std::string& column) const {
        return knows_all_of(relation) || relation.lacks_column(column);
    }
    void lacks_column(const std::string& column, const Relation& relation, std::size_t command = Work::npos,
                      bool certain = true);
    /// A relation that the catalog does not have. `as_written`: the statement itself names it so.
    void misses(const Name& written, bool as_written = true);
    void warns(Caveat::Kind kind, std::string what, std::size_t command = Work::npos);
    void refused_in_transaction_block(std::string_view statement);
    void needs(Feature feature, std::size_t command = Work::npos);
    void creates(std::string relation) { effects_.created.push_back(std::move(relation)); }
    void pads(int bytes) { effects_.padding = bytes; }
    void drops(std::string relation) { effects_.dropped.push_back(std::move(relation)); }
    void unknown(std::string why);

    bool has_partitions_unknown(const Relation& table);
    bool is_rewritten(const Relation& table) const;
    /// The statement drops the index before it comes to work on the table.
    void drops_first(const Relation& index) { gone_.push_back(index.id); }
    bool is_gone(const Relation& index) const;

    Effects finish() &&;

private:
    void lock(std::string relation, RelationKind kind, bool existing, LockMode mode, LockRole role);

    void add(Failure failure);

    Effects effects_;
    std::vector<RelationId> gone_;
    std::map<std::string, Lock> locks_;  // whose own `relation` is filled in at the end: here the key is it
};

/// "public.orders"
std::string name_in_report(const Name& resolved);
inline std::string name_in_report(const Relation& relation) { return name_in_report(relation.name); }

/// Of the constraint whose index it is.
inline bool is_deferrable(const Relation& table, const Relation& index) {
    const TableConstraint* constraint = table.constraint_named(index.index.constraint);
    return constraint && constraint->deferrable;
}

inline bool is_index(const Relation& relation) {
    return relation.kind == RelationKind::index || relation.kind == RelationKind::partitioned_index;
}

/// As PostgreSQL's messages name a thing: "orders".
inline std::string in_message(std::string_view name) { return "\"" + std::string(name) + "\""; }

/// The relation and everything below it that has storage of its own: partitions or inheritance children.
std::vector<const Relation*> with_descendants(const Catalog& catalog, const Relation& relation);

}  // namespace pgfence
