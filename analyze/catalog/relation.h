#pragma once
// Tables, indexes, views and sequences, with their columns and constraints.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyze/catalog/shared.h"
#include "core/action.h"
#include "core/effects.h"

namespace pgfence {

using RelationId = std::uint32_t;  ///< from 1; 0 is no relation

struct Column {
    std::string name;
    TypeName type;  ///< serial types are stored as their integer type, user types with their schema
    bool not_null = false;
    bool not_null_valid = true;        ///< false: 18's NOT NULL ... NOT VALID, not validated yet
    bool not_null_no_inherit = false;  ///< 18: NO INHERIT, children need not have it
    std::string not_null_constraint;   ///< 18: its name, where given
    Boxed<Expr> default_expr;
    bool identity = false;
    bool generated = false;  ///< stored or virtual
    bool generated_virtual = false;
    Boxed<Expr> generated_expr;
    Name collation;
    bool commented = false;               ///< COMMENT ON COLUMN gave it one
    bool inherited = false;               ///< came from a parent
    bool local = true;                    ///< also defined here (attislocal): it stays when the parent drops it
    bool existing = true;                 ///< before the change under review
    bool maybe = false;                   ///< something made or dropped it of which nobody knows whether it ran
    Boxed<std::string> name_before = {};  ///< the change: of an existing one that has another name now
};

struct TableConstraint {
    std::string name;  ///< as the server would choose when none was given (ChooseConstraintName)
    ConstraintType type = ConstraintType::check;
    std::vector<std::string> columns;
    Boxed<Expr> expr;
    bool valid = true;
    bool enforced = true;
    bool no_inherit = false;
    bool inherited = false;
    bool local = true;  ///< also defined here (conislocal)
    bool deferrable = false;
    bool existing = true;       ///< before the change under review
    bool maybe = false;         ///< as Column::maybe
    RelationId referenced = 0;  ///< FOREIGN KEY; 0 when that table is not known
    Name referenced_name;       ///< resolved
    std::vector<std::string> referenced_columns;
    char on_delete = 'a', on_update = 'a';
    std::vector<std::string> set_columns;  ///< of ON DELETE SET NULL or DEFAULT; empty: all
    RelationId index = 0;                  ///< UNIQUE, PRIMARY KEY, EXCLUDE
};

struct TriggerInfo {
    std::string name;
    Name function;
    bool row = false, constraint = false;
    std::vector<std::string> columns;
    RelationId from = 0;
    bool on_insert = false, on_update = false, on_delete = false, on_truncate = false;
    bool conditional = false;  ///< WHEN (...)
    bool enabled = true;
    Boxed<Expr> when{};
    RelationId cloned_from = 0;  ///< the partitioned table whose it is
    bool maybe = false;          ///< as Column::maybe
};

struct RewriteRule {
    std::string name;
    RangeUse::How event = RangeUse::How::read;
    bool instead = false, conditional = false;
    std::shared_ptr<const RoutineBody> runs{};
    bool enabled = true;
    std::shared_ptr<const Query> condition{};
    std::vector<std::string> columns{};  ///< that it mentions, whosesoever they are
    bool maybe = false;                  ///< as Column::maybe
};

struct PolicyInfo {
    std::string name;
    std::shared_ptr<const Query> query{};
    char command = '*';  ///< polcmd: r, a, w, d, or * for all
    bool permissive = true;
    std::vector<std::string> roles{};      ///< empty: everybody
    std::vector<std::string> columns{};    ///< that it mentions, whosesoever they are
    Boxed<Expr> shown{}, checked{};        ///< USING, WITH CHECK
    bool any_row = false, no_row = false;  ///< as PolicyChange has them
    bool maybe = false;                    ///< as Column::maybe
};

/// A publication has a column list for the table, or a WHERE.
struct PublishedPart {
    std::string publication;
    std::vector<std::string> columns{};  ///< that either names
};

struct ExtendedStatistics {
    Name name;
    std::vector<std::string> columns;
    std::vector<Expr> expressions{};
};

/// What pg_class, pg_constraint, pg_inherits and pg_partitioned_table say of tables, partitioned and foreign ones. A
/// materialized view stores rows as well: it has the extended statistics and the clustered index of one.
struct TablePart {
    SharedList<TableConstraint> constraints;
    std::vector<RelationId> parents;  ///< inheritance or the partitioned table
    std::vector<RelationId> children;
    bool is_partition = false;
    bool detach_pending = false;
    std::optional<PartitionKey> partition_key;
    std::optional<PartitionBound> bound;  ///< of a partition
    std::optional<Name> of_type;
    std::vector<PolicyInfo> policies;
    bool policies_known = true;  ///< false: a branch may have made others
    std::vector<PublishedPart> published_parts;
    bool row_security = false, row_security_forced = false;
    bool row_security_existing = false;  ///< it was on before the change under review
    bool dropped_on_commit = false;
    std::vector<ExtendedStatistics> statistics;
    std::string server;  ///< of a foreign table
    RelationId replica_identity_index = 0, clustered_on = 0;
    bool unanalyzed = false;    ///< what the planner was never told of: an index on an expression, extended statistics
    bool rows_deleted = false;  ///< since VACUUM last looked at it
    bool filled = false;        ///< new in the change, which put into it as many rows as other tables have
    std::vector<std::string> gone_columns;  ///< that were dropped; one of the name may have been made since
    std::string managed_by;                 ///< the extension that keeps its parts: "TimescaleDB"
    char replica_identity = 'd';            ///< d, n, f, i as in pg_class.relreplident
};

/// What pg_index says.
struct IndexPart {
    RelationId table = 0;
    Name told_table;  ///< resolved: of an index that migrations made on a table which none of them made (told_of())
    std::vector<IndexElement> elements;
    std::vector<std::string> including;
    Boxed<Expr> where;
    bool unique = false, primary = false, exclusion = false;
    bool valid = true;
    std::string constraint;  ///< it backs this constraint of `table`
    RelationId parent = 0;
    std::vector<RelationId> children;
};

/// A column of a view: whose it shows.
struct ViewColumn {
    std::string name;
    RelationId of = 0;   ///< 0: an expression, or not told
    std::string column;  ///< of that relation
    TypeName type;       ///< of an expression, where it says so
    bool operator==(const ViewColumn&) const = default;
};

/// What pg_rewrite says of views and materialized views.
struct ViewPart {
    std::vector<RelationId> reads;          ///< relations of its query
    std::vector<std::string> used_columns;  ///< of whichever of `reads` has them
    std::vector<std::pair<RelationId, std::string>> told_columns;
    bool uses_star = false;
    std::vector<RelationId> shown_whole;  ///< of `reads`: every column that was there when it was made
    std::vector<ViewColumn> columns;      ///< empty: not told
    std::shared_ptr<const Query> query;   ///< with its functions as they were found
    RelationId base = 0;                  ///< what is written when it is; 0: that cannot be
    bool chooses = false;                 ///< not all rows of that
    Boxed<Expr> where;                    ///< of its query
    bool plain = false, no_row = false;   ///< as CreateView has them
    bool populated = true;
    bool perhaps_replaced = false;  ///< CREATE OR REPLACE made it, unless it was there before

    const ViewColumn* column(std::string_view name) const {
        const auto it = std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
        return it == columns.end() ? nullptr : &*it;
    }
    /// A column of that name is mentioned, and it may be that table's.
    bool mentions(RelationId table, const std::string& column) const {
        return std::find(used_columns.begin(), used_columns.end(), column) != used_columns.end() ||
               std::find(told_columns.begin(), told_columns.end(), std::pair(table, column)) != told_columns.end();
    }
};

/// What pg_sequence and pg_depend say.
struct SequencePart {
    RelationId owner_table = 0;
    std::string owner_column;
    bool of_identity = false;    ///< DEPENDENCY_INTERNAL: the column is an identity column, and this what it draws from
    std::uint32_t restarts = 0;  ///< how often ALTER has moved it
};

/// What GRANT gave a role on an object, or ALTER DEFAULT PRIVILEGES when it was made.
struct RoleRights {
    std::string role;
    std::vector<std::string> privileges;  ///< "all" is all of them
    bool perhaps = false;                 ///< who made the object, on which it depends, is not known
};

/// A row of pg_class, with what every kind of it may have, and the part of its own kind.
struct Relation {
    RelationId id = 0;
    RelationKind kind = RelationKind::table;
    Name name;  ///< schema always filled
    Persistence persistence = Persistence::permanent;
    bool existing = true;  ///< before the change under review (or before the file, see WritableCatalog::begin_change)
    /// Made in the change by CREATE ... IF NOT EXISTS or in a branch, where nothing says that there was one before.
    bool probably_new = false;
    Boxed<Name> name_before = {};  ///< the change: of an existing one that has another name now
    bool perhaps_older = false;    ///< made in the change, unless it was there before: counted as `existing`
    bool maybe = false;            ///< as Column::maybe
    bool columns_known = true;     ///< false for CREATE TABLE AS and views without column list
    bool after_drop = false;       ///< a migration has dropped what had its name before
    SharedList<Column> columns;
    std::vector<TriggerInfo> triggers;
    std::vector<RewriteRule> rules;
    std::string access_method, tablespace;
    std::string owner;       ///< as OWNER TO said last, else the role that made it; empty: not known. Not of indexes
    bool commented = false;  ///< COMMENT ON TABLE gave it one
    std::vector<RoleRights> rights;  ///< which go when it does

    TablePart table;
    IndexPart index;
    ViewPart view;
    SequencePart sequence;

    const Column* column(std::string_view name) const;
    Column* column(std::string_view name);
    const TableConstraint* constraint_named(std::string_view name) const;
    /// A DROP of that column has succeeded, and none of the name was made since.
    bool lacks_column(std::string_view name) const;
    bool is_table() const { return kind == RelationKind::table || kind == RelationKind::partitioned_table; }
    bool is_view() const { return kind == RelationKind::view || kind == RelationKind::materialized_view; }
};

/// Which columns it has is known, and with them which it has not.
inline bool are_columns_told(const Relation& relation) {
    return relation.is_view() ? !relation.view.columns.empty() : relation.columns_known;
}
inline bool has_column(const Relation& relation, std::string_view name) {
    return relation.column(name) || relation.view.column(name);
}

}  // namespace pgfence
