#pragma once
// In what transaction, under which settings and behind which locks a statement runs.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/action.h"
#include "core/analysis.h"
#include "core/effects.h"
#include "core/migration.h"
#include "core/shared.h"

namespace pgfence {

/// A lock taken by an earlier statement of the same transaction and still held.
struct HeldLock {
    Lock lock;
    SourceSpan by;        ///< the statement that took it
    std::string by_kind;  ///< "ALTER TABLE"
};

/// A server setting as the file leaves it.
struct Setting {
    std::string value;  ///< as written, "" for DEFAULT
    bool local = false;
    SourceSpan set_at;
    bool effective = true;  ///< false: SET LOCAL outside a transaction block has no effect
};

/// In order of relation. Every statement is told of them all: a copy costs nothing.
class HeldLocks {
public:
    using const_iterator = SharedList<HeldLock>::const_iterator;

    const_iterator begin() const;
    const_iterator end() const;
    std::size_t size() const;
    bool empty() const { return size() == 0; }
    /// Null when there is none on it.
    const HeldLock* on(std::string_view relation) const;

    void put(HeldLock held);  ///< in place of another one on that relation
    void erase(std::string_view relation);
    void clear();

private:
    const_iterator place_of(std::string_view relation) const;
    Shared<SharedList<HeldLock>> locks_;
};

/// Lower-case name -> value. A copy costs nothing, as that of HeldLocks.
class Settings {
public:
    using Map = std::map<std::string, Setting, std::less<>>;

    Map::const_iterator begin() const;
    Map::const_iterator end() const;
    std::size_t size() const;
    bool empty() const { return size() == 0; }
    const Setting* find(std::string_view name) const;
    bool contains(std::string_view name) const { return find(name) != nullptr; }
    const Setting& at(std::string_view name) const { return *find(name); }

    Setting& operator[](const std::string& name);
    void erase(std::string_view name);
    void clear();

private:
    Shared<Map> all_;
};

/// What a rule or the model may ask about the place of a statement.
struct Scope {
    StatementTransaction transaction;
    bool in_transaction_block = false;   ///< CONCURRENTLY and its kind are refused here
    std::uint32_t position_in_file = 0;  ///< 0 for the first statement
    bool last_in_file = false;
    /// In the whole transaction, this one included: known for runner and implicit transactions, where the rest of the
    /// file counts unless it commits by itself; so far for explicit ones, whose COMMIT may be anywhere; 1 without one.
    std::uint32_t statements_in_transaction = 1;
    /// Strongest per relation, in order of relation, at most 250. Only what was there before the change: nobody waits
    /// for a table that the transaction itself made.
    HeldLocks held;
    Settings settings;  ///< in force before the statement
    ToolFacts tool;     ///< of the file
    std::string body;   ///< inside a body: whose, "a DO block"; that is a transaction also where none is open

    const Setting* setting(std::string_view name) const {
        const Setting* found = settings.find(name);
        return found && found->effective ? found : nullptr;
    }
    /// lock_timeout or statement_timeout in milliseconds, read as guc.c reads it ("5s", "5000", "1.5 min"); nothing
    /// when not set, set to DEFAULT or 0, or not a time.
    std::optional<std::int64_t> timeout_ms(std::string_view name) const;
};

/// Follows BEGIN, COMMIT, SAVEPOINT, SET through the statements of a run, which is one session.
class ScopeTracker {
public:
    /// `defaults`: what the role's sessions begin with, and what RESET goes back to; names in lower case.
    explicit ScopeTracker(const std::map<std::string, std::string>& defaults = {});

    /// A new file begins: what the last one held is gone, unless one transaction runs over all files.
    void begin_file(TransactionMode mode, std::uint32_t statements, ToolFacts tool = {});
    /// Of the statement that is to run now.
    Scope scope() const;
    StatementTransaction transaction() const { return transaction_; }
    /// After a statement: its locks stay until the transaction ends, SET changes what the next one sees.
    void after(const std::vector<Action>& actions, const Effects& effects, SourceSpan span, const std::string& kind);
    /// The statement at hand runs a body: until end_body() each of its statements has its own scope() and
    /// after_in_body().
    void begin_body(std::string whose);
    void after_in_body(const Action& action, const Effects& effects, SourceSpan span, const std::string& kind);
    void end_body();
    /// The runner commits; a block that the file left open ends with it, as if it were committed.
    void end_file();
    /// The runner has taken all files that it was called for: the next one begins a session of its own.
    void end_run();

    /// What the statement just run undid. The catalog goes back to where the transaction, or the savepoint, began.
    enum class Undo : std::uint8_t { nothing, to_begin, to_savepoint };
    Undo undo() const { return undo_; }
    const std::string& undo_savepoint() const { return undo_savepoint_; }

private:
    /// What to put back, newest last, so that a SAVEPOINT costs nothing but its place in this list.
    struct Change {
        enum class Of : std::uint8_t { lock, session, local };
        Of of = Of::lock;
        std::string name;
        std::optional<HeldLock> lock;
        std::optional<Setting> setting;
    };
    struct Savepoint {
        std::string name;
        std::size_t changes;
    };

    bool in_block() const { return transaction_.kind != TransactionKind::none; }
    bool keeps_locks() const { return in_block() || !body_.empty(); }
    void let_go();
    void open(TransactionKind kind);
    void close(bool commit);
    /// What follows a COMMIT or ROLLBACK: nothing, or the next implicit block of the file.
    void go_on();
    void control(const Transaction& transaction);
    void begin();
    void end(const Transaction& transaction, bool commit);
    void roll_back_to(std::size_t changes);
    void set(const SetVariable& variable, SourceSpan span);
    std::optional<Setting> default_of(const std::string& name) const;
    void put(Change::Of of, const std::string& name, std::optional<Setting> setting);
    void assign(Change::Of of, const std::string& name, std::optional<Setting> setting);
    void forget_local();
    void hold(const Lock& lock, SourceSpan span, const std::string& kind);
    void rename(const Action& action, const std::vector<Lock>& locks);
    void keep_change(const std::string& relation);
    std::vector<Savepoint>::iterator savepoint_named(const std::string& name);

    TransactionMode mode_ = TransactionMode::per_statement;
    StatementTransaction transaction_;
    std::uint32_t next_number_ = 1;
    std::uint32_t position_ = 0, statements_ = 0;  // of the file
    std::uint32_t run_in_transaction_ = 0;         // statements of the transaction so far
    HeldLocks held_;
    Settings defaults_, session_, local_;
    Settings in_force_;  // both, the local ones before the session's
    std::vector<Change> changes_;
    std::vector<Savepoint> savepoints_;
    ToolFacts tool_;
    std::string body_;  // whose runs now
    Undo undo_ = Undo::nothing;
    std::string undo_savepoint_;
};

}  // namespace pgfence
