#pragma once
// In what transaction, under which settings and behind which locks a statement runs.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/action.h"
#include "core/analysis.h"
#include "core/effects.h"
#include "core/migration.h"

namespace pgfence {

/// A lock taken by an earlier statement of the same transaction and still held.
struct HeldLock {
    Lock lock;
    SourceSpan by;             ///< the statement that took it
    std::string by_kind;       ///< "ALTER TABLE"
};

/// A server setting as the file leaves it.
struct Setting {
    std::string value;         ///< as written, "" for DEFAULT
    bool local = false;
    SourceSpan set_at;
    bool effective = true;     ///< false: SET LOCAL outside a transaction block has no effect
};

/// What a rule or the model may ask about the place of a statement.
struct Scope {
    StatementTransaction transaction;
    bool in_transaction_block = false;            ///< CONCURRENTLY and its kind are refused here
    std::uint32_t position_in_file = 0;           ///< 0 for the first statement
    std::uint32_t statements_in_transaction = 0;  ///< in the whole transaction, this one included
    std::vector<HeldLock> held;                   ///< strongest per relation, in order of relation
    std::map<std::string, Setting> settings;      ///< lower-case name -> value in force before the statement
    std::string format;                           ///< of the file: "prisma"

    const Setting* setting(const std::string& name) const {
        const auto it = settings.find(name);
        return it == settings.end() || !it->second.effective ? nullptr : &it->second;
    }
    /// lock_timeout or statement_timeout in milliseconds; nothing when not set, or set to DEFAULT or 0.
    std::optional<std::int64_t> timeout_ms(const std::string& name) const;
};

/// Follows BEGIN, COMMIT, SAVEPOINT, SET through the statements of a run.
class ScopeTracker {
public:
    /// A new file begins: what per_file and implicit transactions of the last one held is gone.
    void begin_file(TransactionMode mode, std::uint32_t statements, std::string format);
    Scope scope() const;
    /// After a statement: its locks stay until the transaction ends, SET changes what the next one sees.
    void after(const std::vector<Action>& actions, const Effects& effects, SourceSpan span, const std::string& kind);
    void end_file();
    /// True after ROLLBACK (or ROLLBACK TO) until the next statement: the catalog goes back to `snapshot()`.
    struct Savepoint;
    enum class Undo : std::uint8_t { nothing, to_begin, to_savepoint };
    Undo undo() const { return undo_; }
    std::string undo_savepoint() const { return undo_savepoint_; }

private:
    struct Held { HeldLock lock; std::size_t depth; };
    TransactionMode mode_ = TransactionMode::per_statement;
    StatementTransaction transaction_;
    std::uint32_t next_number_ = 1, position_ = 0, statements_ = 0, in_transaction_ = 0;
    bool block_ = false;
    std::vector<HeldLock> held_;
    std::map<std::string, Setting> session_, local_;
    std::string format_;
    Undo undo_ = Undo::nothing;
    std::string undo_savepoint_;
};

}  // namespace pgfence
