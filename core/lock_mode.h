#pragma once
// The eight table lock modes and what each one blocks.
// Source: PostgreSQL manual, "Explicit Locking", table "Conflicting Lock Modes"; lock.c LockConflicts[].

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pgfence {

/// In order of strength as lock.c numbers them (1..8).
enum class LockMode : std::uint8_t {
    AccessShare = 1,
    RowShare,
    RowExclusive,
    ShareUpdateExclusive,
    Share,
    ShareRowExclusive,
    Exclusive,
    AccessExclusive,
};

/// What applications and the server do to a table, by the lock they need for it.
enum class Traffic : std::uint8_t {
    reads,        ///< SELECT: AccessShare
    row_locks,    ///< SELECT FOR UPDATE/SHARE: RowShare
    writes,       ///< INSERT, UPDATE, DELETE, MERGE: RowExclusive
    maintenance,  ///< VACUUM, ANALYZE, CREATE INDEX CONCURRENTLY: ShareUpdateExclusive
};

bool conflicts(LockMode held, LockMode wanted);
bool blocks(LockMode held, Traffic traffic);

/// "AccessExclusiveLock", as pg_locks.mode spells it.
std::string_view pg_locks_name(LockMode mode);
/// "ACCESS EXCLUSIVE", as LOCK TABLE and the manual spell it.
std::string_view sql_name(LockMode mode);
/// Takes both spellings in any case; nothing when it is neither.
std::optional<LockMode> parse_lock_mode(std::string_view name);
/// "reads and writes", "writes", "VACUUM, ANALYZE and other schema changes", ...: what waits while the lock is held.
std::string_view blocked_in_words(LockMode mode);

constexpr LockMode stronger(LockMode a, LockMode b) { return a < b ? b : a; }

}  // namespace pgfence
