#pragma once
// What the files of ALTER TABLE share: the statement at hand, and one function per kind of subcommand.

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/model/recursion.h"
#include "analyze/model/statements.h"

namespace pgfence {

const Constraint* constraint_of(const ColumnDef& column, ConstraintType type);

/// The state of one ALTER TABLE: its table (when known), and what its earlier subcommands already promised.
struct Alteration {
    Answer& answer;
    const AlterTable& statement;
    const Relation* table;               ///< null: not in the catalog
    std::vector<const Relation*> below;  ///< every descendant; empty with ONLY
    std::set<std::string> added_columns = {};
    Dropped dropped_constraints = {};            ///< by this statement, wherever in it: AT_PASS_DROP comes first
    std::vector<const Relation*> changed = {};   ///< descendants that the subcommand at hand is carried out on
    std::set<std::string> dropped_columns = {};  ///< likewise

    /// AT_PASS_DROP comes before AT_PASS_COL_ATTRS, wherever in the statement the two stand.
    bool drops_not_null(const std::string& column) const {
        return std::any_of(statement.cmds.begin(), statement.cmds.end(), [&](const AlterTableCmd& cmd) {
            return cmd.subtype == AlterTableType::DropNotNull && cmd.name == column;
        });
    }
    /// Every relation with storage that the subcommand at hand touches.
    std::vector<const Relation*> targets() const {
        std::vector<const Relation*> all;
        if (table) all.push_back(table);
        all.insert(all.end(), changed.begin(), changed.end());
        return all;
    }
    void scan(Cause cause, std::size_t i, bool certain = true) const {
        for (const Relation* t : targets()) answer.scan(*t, cause, i, certain);
        if (!table) answer.work(Work::Kind::scan, statement.name, cause, i, certain);
    }
    /// Of a valid foreign key's old rows.
    void scan_for_foreign_key(const Name& referenced, std::size_t i) const {
        if (!table) answer.work(Work::Kind::scan, statement.name, Cause::foreign_key, i);
        for (const Relation* t : targets()) scan_for_foreign_key(*t, referenced, i);
    }
    void scan_for_foreign_key(const Relation& t, const Name& referenced, std::size_t i) const {
        answer.scan(t, Cause::foreign_key, i);
        lock_indexes_of_initial_check(answer, t, referenced);
    }
    void rewrite(Cause cause, std::size_t i, bool certain = true) const {
        for (const Relation* t : targets()) answer.rewrite(*t, cause, i, certain);
        if (!table) answer.work(Work::Kind::rewrite, statement.name, cause, i, certain);
    }
    void build(Cause cause, std::size_t i, const std::string& index) const {
        for (const Relation* t : targets()) answer.build(*t, index, cause, i);
        if (!table) answer.work(Work::Kind::index_build, statement.name, cause, i, true, index);
    }
    std::string name() const { return answer.catalog.qualified(statement.name); }
    /// A column as it is by then: AT_PASS_ALTER_TYPE and AT_PASS_ADD_COL come before AT_PASS_ADD_CONSTR.
    std::optional<KeyColumn> key_column(const std::string& column) const {
        for (const AlterTableCmd& cmd : statement.cmds)
            if (cmd.subtype == AlterTableType::AlterColumnType && cmd.column && cmd.name == column)
                return KeyColumn{cmd.column->type, cmd.column->collation};
        if (const Column* known = table ? table->column(column) : nullptr)
            return KeyColumn{known->type, known->collation};
        for (const AlterTableCmd& cmd : statement.cmds)
            if (cmd.subtype == AlterTableType::AddColumn && cmd.column && cmd.column->name == column)
                return KeyColumn{cmd.column->type, cmd.column->collation};
        return std::nullopt;
    }
    /// The table of the foreign key when the statement may give that the key which it lacks; null otherwise.
    const Relation* may_get_key() const {
        using enum AlterTableType;
        for (const AlterTableCmd& cmd : statement.cmds) {
            const bool added = cmd.subtype == AddConstraint && cmd.constraint &&
                               (!cmd.constraint->keys.empty() || !cmd.constraint->using_index.empty());
            const bool with_column = cmd.subtype == AddColumn && cmd.column &&
                                     (constraint_of(*cmd.column, ConstraintType::unique) ||
                                      constraint_of(*cmd.column, ConstraintType::primary_key));
            if (added || with_column) return table;
        }
        return nullptr;
    }
    void compare_columns(const Constraint& key, const std::vector<std::string>& columns, std::size_t i) const {
        compare_key_columns(
            answer, key, columns, [this](const std::string& c) { return key_column(c); }, i, table);
    }
};

/// That the statement adds under that name.
const Constraint* added_constraint(const AlterTable& statement, const std::string& name);
bool is_not_null(const Relation& table, std::string_view column);
bool uses_column(const Relation& index, const std::string& column);

// alter_refusals.cpp
void refuse_by_what_is_there(const Alteration& a, const AlterTableCmd& cmd, std::size_t i);

// alter_constraint.cpp; `i` is the subcommand's place in the statement
void scan_for_nulls(const Alteration& a, const std::string& column, Cause cause, std::size_t i);
void warn_of_check(Answer& answer, const Constraint& check, std::size_t i);
/// Children inherit no keys; partitions have their part of it.
void build_key(const Alteration& a, Cause cause, const std::string& name, std::size_t i);
void add_constraint(const Alteration& a, const AlterTableCmd& cmd, std::size_t i);
void validate_constraint(const Alteration& a, const AlterTableCmd& cmd, std::size_t i);
void drop_constraint(const Alteration& a, const AlterTableCmd& cmd);
void alter_constraint(const Alteration& a, const AlterTableCmd& cmd, std::size_t i);

// alter_column.cpp
/// transformAlterTableStmt: a new column's foreign key is checked where a default is written, be it NULL, or, up to 12,
/// another foreign key is added.
bool checks_new_key(const Answer& answer, const AlterTable& statement, const ColumnDef& column);
void add_column(Alteration& a, const AlterTableCmd& cmd, std::size_t i);
void drop_column(const Alteration& a, const AlterTableCmd& cmd, std::size_t i);
void set_default(const Alteration& a, const AlterTableCmd& cmd, std::size_t i);

// alter_column_type.cpp
void alter_column_type(const Alteration& a, const AlterTableCmd& cmd, std::size_t i);
void set_expression(const Alteration& a, const AlterTableCmd& cmd, std::size_t i);

// alter_storage.cpp
void set_tablespace(const Alteration& a, const AlterTableCmd& cmd, std::size_t i);
void set_persistence(const Alteration& a, Persistence wanted, std::size_t i);
void set_access_method(const Alteration& a, const AlterTableCmd& cmd, std::size_t i);
void change_owner(const Alteration& a, const AlterTableCmd& cmd);
void lock_identity_sequence(const Alteration& a, const AlterTableCmd& cmd, LockMode mode);

}  // namespace pgfence
