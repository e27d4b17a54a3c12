#pragma once
// Indexes, ALTER TABLE and its kin, DROP, TRUNCATE, LOCK: see action.h.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/boxed.h"
#include "core/expr.h"
#include "core/lock_mode.h"
#include "core/object_type.h"
#include "core/query.h"
#include "core/table_parts.h"

namespace pgfence {

struct CreateIndex {
    std::string name;  ///< empty: the server chooses one
    Name table;
    bool unique = false, concurrently = false, if_not_exists = false, only = false, nulls_not_distinct = false;
    std::string access_method;  ///< "btree" by default
    std::vector<IndexElement> elements;
    std::vector<std::string> including;
    Boxed<Expr> where;
    std::string tablespace;
};

struct Reindex {
    enum class Kind : std::uint8_t { index, table, schema, system, database };
    Kind kind = Kind::index;
    Name name;
    bool concurrently = false;
};

struct Cluster {
    Name table; /* empty: all */
    std::string index;
};

/// 19's one statement for both of VACUUM FULL and CLUSTER.
struct Repack {
    Name table;             ///< empty: all
    bool by_index = false;  ///< USING INDEX
    std::string index;      ///< empty: that which the table was clustered on
    bool concurrently = false, analyze = false;
};

struct Vacuum {
    bool is_vacuum = true;  ///< false: ANALYZE
    bool full = false, analyze = false;
    bool truncate = true;          ///< TRUNCATE false (12+): empty pages at a table's end stay
    std::vector<RangeUse> tables;  ///< empty: the whole database
};

/// PostgreSQL's AlterTableType, the ones a statement can spell.
enum class AlterTableType : std::uint8_t {
    AddColumn,
    ColumnDefault /* expr absent: DROP DEFAULT */,
    DropNotNull,
    SetNotNull,
    SetExpression,
    DropExpression,
    SetStatistics,
    SetOptions,
    ResetOptions,
    SetStorage,
    SetCompression,
    DropColumn,
    AddConstraint,
    AlterConstraint,
    ValidateConstraint,
    DropConstraint,
    AlterColumnType,
    ChangeOwner,
    ClusterOn,
    DropCluster,
    SetLogged,
    SetUnLogged,
    SetAccessMethod,
    SetTableSpace,
    SetRelOptions,
    ResetRelOptions,
    EnableTrig,
    EnableAlwaysTrig,
    EnableReplicaTrig,
    DisableTrig,
    EnableTrigAll,
    DisableTrigAll,
    EnableTrigUser,
    DisableTrigUser,
    EnableRule,
    EnableAlwaysRule,
    EnableReplicaRule,
    DisableRule,
    AddInherit,
    DropInherit,
    AddOf,
    DropOf,
    ReplicaIdentity,
    EnableRowSecurity,
    DisableRowSecurity,
    ForceRowSecurity,
    NoForceRowSecurity,
    AttachPartition,
    DetachPartition,
    DetachPartitionFinalize,
    AddIdentity,
    SetIdentity,
    DropIdentity,
    DropOids,
    GenericOptions,
    AlterColumnGenericOptions,
    Other,
};

/// One subcommand of ALTER TABLE, as PostgreSQL's AlterTableCmd: which fields count depends on the subtype.
struct AlterTableCmd {
    AlterTableType subtype = AlterTableType::Other;
    std::string name;              ///< column, constraint, trigger, rule, index, tablespace, method, owner
    Boxed<ColumnDef> column;       ///< AddColumn; AlterColumnType (type, collation)
    Boxed<Constraint> constraint;  ///< AddConstraint, AlterConstraint, AddIdentity
    Boxed<Expr> expr;              ///< ColumnDefault, USING of AlterColumnType, SetExpression
    std::string expr_sql;
    std::vector<std::string> options;        ///< SetRelOptions and kin: names, namespace included ("toast.fillfactor")
    std::vector<std::string> option_values;  ///< beside them
    Name relation;                           ///< AddInherit, DropInherit, AttachPartition, DetachPartition, AddOf
    std::optional<PartitionBound> bound;     ///< AttachPartition
    std::string storage;                     ///< SetStorage, SetCompression
    char replica_identity = 0;               ///< 'd' default, 'n' nothing, 'f' full, 'i' index (name)
    bool concurrently = false;               ///< DetachPartition
    bool missing_ok = false;                 ///< IF EXISTS, or IF NOT EXISTS of AddColumn
    bool cascade = false;
    std::int32_t location = -1;
    std::int32_t end = -1;
};

/// Also ALTER INDEX, VIEW, MATERIALIZED VIEW, SEQUENCE (owner, logged), FOREIGN TABLE and TYPE (attributes): `object`
/// says.
struct AlterTable {
    ObjectType object = ObjectType::table;
    Name name;
    bool only = false;
    bool if_exists = false;
    std::vector<AlterTableCmd> cmds;
};

struct Rename {
    ObjectType object = ObjectType::table;         ///< of what is renamed: table, index, column, constraint, type, ...
    ObjectType relation_type = ObjectType::table;  ///< of `relation` when a part of it is renamed
    Name relation;                                 ///< the relation, or the object itself when it is none
    std::string part;                              ///< column, constraint, trigger, policy, rule, attribute
    std::string new_name;
    bool if_exists = false;
    bool only = false;
    bool cascade = false;  ///< of an attribute: the tables of the type follow
};

struct SetSchema {
    ObjectType object = ObjectType::table;
    Name name;
    std::string new_schema;
    bool if_exists = false;
};
struct ChangeOwner {
    ObjectType object = ObjectType::table;
    Name name;
    std::string owner;
};  ///< ALTER FUNCTION/TYPE/SCHEMA ... OWNER TO
struct DropOwned {
    std::vector<std::string> roles;
    bool cascade = false;
};
struct ReassignOwned {
    std::vector<std::string> roles;
    std::string new_owner;
};

struct Drop {
    ObjectType object = ObjectType::table;
    std::vector<Name> names;         ///< for triggers, policies, rules: the relation
    std::vector<std::string> parts;  ///< beside `names`: trigger, policy, rule; empty otherwise
    bool if_exists = false, cascade = false, concurrently = false;
    /// Beside `names` for functions and operators: the types of the arguments; nothing: they were not given.
    std::vector<std::optional<std::vector<TypeName>>> signatures;
};

struct Truncate {
    std::vector<RangeUse> tables;
    bool cascade = false, restart_identity = false;
};
struct LockTable {
    std::vector<RangeUse> tables;
    LockMode mode = LockMode::AccessExclusive;
    bool nowait = false;
};

}  // namespace pgfence
