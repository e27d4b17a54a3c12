#pragma once
// From effects to consequences: how a rule picks what concerns it and puts it into words.

#include <fmt/format.h>

#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "analyze/kit/rule.h"

namespace pgfence {

/// One subcommand of an ALTER TABLE (or ALTER INDEX, VIEW, ...).
struct Clause {
    const AlterTable& statement;
    const AlterTableCmd& cmd;
    std::size_t index;
    /// Indexes of the clauses, this one included, that one finding is about: the first one's recipe begins with what is
    /// left of the statement. Empty: this one alone.
    std::vector<std::size_t> together = {};
    std::string table() const { return quoted(statement.name); }
    std::string table_in_code() const { return in_code(statement.name); }
};

/// Those of the given kinds, on relations that were there before the change. Empty for other statements.
std::vector<Clause> clauses(const Step& step, std::initializer_list<AlterTableType> subtypes);
/// ADD CONSTRAINT of that type.
std::vector<Clause> added_constraints(const Step& step, ConstraintType type);

/// DROP COLUMN a, ADD COLUMN a in one statement: running code goes on naming it.
bool is_added_again(const Clause& dropped);

std::vector<Clause> without(const std::vector<Clause>& all, const std::function<bool(const Clause&)>& left_out);

/// What a statement does with whole relations while writers, or everybody, wait.
struct Costly {
    std::vector<const Work*> works;
    explicit operator bool() const { return !works.empty(); }
    LockMode under() const;  ///< the strongest
    std::vector<std::string> relations() const;
    bool certain() const;
    /// "rewrites" or "may rewrite"
    std::string verb(std::string_view certainly, std::string_view perhaps) const;
    /// "under ACCESS EXCLUSIVE: reads and writes wait"
    std::string waiting() const;
};
/// Existing relations only; `command`: of that ALTER TABLE subcommand, npos: of the statement, whichever part of it.
Costly costly(const Step& step, std::initializer_list<Cause> causes, std::size_t command = Work::npos);

/// "under ACCESS EXCLUSIVE: reads and writes wait"
std::string waiting(LockMode mode);
/// "reads and writes of public.orders wait"
std::string who_waits(const Lock& lock);
/// "its reads and writes wait", behind the table's name
std::string its_waiters(const Lock& lock);

Consequence of_work(const Step& step, const Costly& work, std::string message,
                    std::optional<Recipe> recipe = std::nullopt);
Consequence of_lock(const Lock& lock, std::string message, std::optional<Recipe> recipe = std::nullopt);
/// About something that is no lock: data lost, code broken, a statement that fails.
Consequence of_name(const Step& step, const Name& name, std::string message,
                    std::optional<Recipe> recipe = std::nullopt);
Consequence of_failure(const Step& step, const Failure& failure, std::string message,
                       std::optional<Recipe> recipe = std::nullopt);
/// Placed on the clause, where the parser told its place.
Consequence at(Consequence consequence, const Clause& clause);
/// Placed on that subcommand of the ALTER TABLE, if it is one.
Consequence at(Consequence consequence, const Step& step, std::size_t command);
/// One for each failure of that kind: "<before>: <the server's words>".
std::vector<Consequence> of_failures(const Step& step, Failure::Kind kind, std::string_view before);
std::vector<const Caveat*> caveats(const Step& step, Caveat::Kind kind);

/// What a rule says of one clause that is costly for `causes`.
struct ClauseMessage {
    std::string message;
    std::optional<Recipe> recipe;
};
using Judge = std::function<ClauseMessage(const Clause&, const Costly&)>;
/// The clauses among `candidates` that are costly for one of `causes`. Those that the server does in one pass over the
/// table and that all have a recipe become one finding, the first one's, with all their steps; the others one each.
std::vector<Consequence> judge_clauses(const Step& step, const std::vector<Clause>& candidates,
                                       std::initializer_list<Cause> causes, const Judge& judge);

/// Locks on existing relations other than the statement's own target that have that role and block that traffic.
std::vector<const Lock*> locks_as(const Step& step, LockRole role, Traffic traffic);
/// Still held from earlier statements of the transaction, on relations others may be using, and in that traffic's way.
std::vector<const HeldLock*> held_against(const Step& step, Traffic traffic);
/// The same on one relation; null when none.
const HeldLock* held_against(const Step& step, Traffic traffic, std::string_view relation);
/// The consequence with the statement that took the held lock beside it.
Consequence beside(Consequence consequence, const HeldLock& held);

/// One of the CONCURRENTLY forms: it waits without being in anybody's way, and a timeout would only break it off.
bool is_concurrent(const Step& step);
/// A table of that name is there that the change itself made.
bool is_made_anew(const Catalog& end, const Name& name);
/// The table that a CREATE TABLE makes or an ALTER TABLE changes, as it is afterwards; null when not known.
const Relation* table_after(const Step& step);
/// Foreign keys that the statement gives its table, whatever the spelling.
std::vector<const TableConstraint*> added_foreign_keys(const Step& step);
bool is_partitioned(const Step& step, const Name& table);
/// The column as it was before the statement; null when not known.
const Column* column_before(const Step& step, const Name& table, std::string_view column);
/// Tables that were there before the change and are not behind the statement, whether it names them or not.
std::vector<const Relation*> lost_tables(const Step& step);
struct LostColumn {
    const Relation* table;
    std::string column;
};
/// The same of columns, of tables that stay.
std::vector<LostColumn> lost_columns(const Step& step);
/// "index `orders_user`", or "the index" where the server is to name it.
std::string new_index(const CreateIndex& index);
/// "table", "view", ... for messages; "relation" when not known.
std::string_view word_for(ObjectType object);

}  // namespace pgfence
