#pragma once
// Which lock a statement takes on the relation that it is about: a row for each kind of statement and each clause of
// ALTER TABLE, with PostgreSQL's function that says so and a statement that servers were seen to take it for. Which
// other relations a statement locks depends on the catalog: model_* in the file of its kind.

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "core/action.h"
#include "core/lock_mode.h"
#include "core/server_behaviour.h"
#include "core/server_features.h"

namespace pgfence {

/// Kinds of statements, each with a row of kStatementLocks at its place.
enum class LockOf : std::uint8_t {
    alter_relation,
    alter_sequence,
    cluster,
    comment,
    comment_on_part,
    copy_to,
    create_index,
    create_index_concurrently,
    create_rule,
    create_statistics,
    create_trigger,
    drop_index,
    drop_index_concurrently,
    drop_relation,
    grant,
    lock_rows,
    policy,
    publish,
    read,
    refresh,
    refresh_concurrently,
    reindex,
    reindex_concurrently,
    rename_index,
    repack,
    repack_concurrently,
    replace_view,
    truncate,
    vacuum,
    vacuum_full,
    write_rows,
};

/// Which of a clause's forms a row is about.
enum class ClauseForm : std::uint8_t { any, foreign_key, concurrently, light_options };

struct LockFact {
    LockMode mode;
    std::string_view source;  ///< PostgreSQL's function
    /// A statement of tests/observed/ and the line that servers recorded for it, which a test looks up. Empty: no case
    /// of these shows it.
    std::string_view statement, line;
    /// What brought the mode, where older servers take another one.
    std::variant<std::monostate, Feature, Behaviour> since = {};
    LockMode before = LockMode::AccessExclusive;
};

struct StatementLock {
    LockOf statement;
    LockFact lock;
};

struct ClauseLock {
    AlterTableType clause;
    ClauseForm form;
    LockFact lock;
};

std::span<const StatementLock> statement_locks();
/// In the order in which they are asked. A clause, or form of one, that is not listed takes ACCESS EXCLUSIVE.
std::span<const ClauseLock> clause_locks();

LockMode mode_of(LockOf statement, int version);
LockMode mode_of(const LockFact& lock, int version);
/// AlterTableGetLockLevel: the strongest of what the clauses need.
LockMode lock_level(const AlterTable& statement, int version);

}  // namespace pgfence
