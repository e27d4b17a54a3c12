#include "core/lock_mode.h"

#include <string>

#include "core/text.h"

namespace pgfence {
namespace {

constexpr std::uint16_t bit(LockMode mode) { return static_cast<std::uint16_t>(1u << static_cast<unsigned>(mode)); }

struct ModeRow {
    std::string_view pg_locks;
    std::string_view sql;
    std::uint16_t conflicts;
    std::string_view blocked;
};

using enum LockMode;
constexpr std::uint16_t kFromExclusive = bit(Exclusive) | bit(AccessExclusive);
constexpr std::uint16_t kFromShareRow = bit(ShareRowExclusive) | kFromExclusive;
constexpr std::uint16_t kSelfExclusive = bit(ShareUpdateExclusive) | kFromShareRow;

// clang-format off
constexpr std::array<ModeRow, 8> kModes{{
    {"AccessShareLock",          "ACCESS SHARE",           bit(AccessExclusive),                                                   "ACCESS EXCLUSIVE only"},
    {"RowShareLock",             "ROW SHARE",              kFromExclusive,                                                         "EXCLUSIVE and ACCESS EXCLUSIVE only"},
    {"RowExclusiveLock",         "ROW EXCLUSIVE",          bit(Share) | kFromShareRow,                                             "CREATE INDEX and other schema changes"},
    {"ShareUpdateExclusiveLock", "SHARE UPDATE EXCLUSIVE", bit(Share) | kSelfExclusive,                                            "VACUUM, ANALYZE and other schema changes"},
    {"ShareLock",                "SHARE",                  bit(RowExclusive) | kSelfExclusive,                                     "writes"},
    {"ShareRowExclusiveLock",    "SHARE ROW EXCLUSIVE",    bit(RowExclusive) | bit(Share) | kSelfExclusive,                        "writes"},
    {"ExclusiveLock",            "EXCLUSIVE",              bit(RowShare) | bit(RowExclusive) | bit(Share) | kSelfExclusive,        "writes and SELECT FOR UPDATE"},
    {"AccessExclusiveLock",      "ACCESS EXCLUSIVE",       0x1FE,                                                                  "reads and writes"},
}};
// clang-format on

const ModeRow& row(LockMode mode) { return kModes[static_cast<std::size_t>(mode) - 1]; }

LockMode wanted_by(Traffic traffic) {
    switch (traffic) {
        case Traffic::reads: return AccessShare;
        case Traffic::row_locks: return RowShare;
        case Traffic::writes: return RowExclusive;
        case Traffic::maintenance: return ShareUpdateExclusive;
    }
    return AccessShare;
}

}  // namespace

bool conflicts(LockMode held, LockMode wanted) { return (row(held).conflicts & bit(wanted)) != 0; }
bool blocks(LockMode held, Traffic traffic) { return conflicts(held, wanted_by(traffic)); }
std::string_view pg_locks_name(LockMode mode) { return row(mode).pg_locks; }
std::string_view sql_name(LockMode mode) { return row(mode).sql; }
std::string_view blocked_in_words(LockMode mode) { return row(mode).blocked; }

std::optional<LockMode> parse_lock_mode(std::string_view name) {
    for (std::size_t i = 0; i < kModes.size(); ++i)
        if (equal_ignoring_case(name, kModes[i].pg_locks) || equal_ignoring_case(name, kModes[i].sql))
            return static_cast<LockMode>(i + 1);
    return std::nullopt;
}

}  // namespace pgfence
