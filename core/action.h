#pragma once
// What one SQL statement asks PostgreSQL to do, in PostgreSQL's own words (nodes/parsenodes.h), freed from its C
// structs. analyze/lower makes these; catalog, model and rules read them. Every `location` is a byte offset in the SQL
// text that was lowered, or -1.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/boxed.h"
#include "core/called_body.h"
#include "core/expr.h"
#include "core/lock_mode.h"

namespace pgfence {

/// PostgreSQL's ObjectType, as far as migrations name one.
enum class ObjectType : std::uint8_t {
    table,
    partitioned_table,
    index,
    sequence,
    view,
    materialized_view,
    foreign_table,
    type,
    domain,
    composite_type,
    column,
    constraint,
    domain_constraint,
    function,
    procedure,
    routine,
    aggregate,
    schema,
    trigger,
    policy,
    rule,
    extension,
    database,
    role,
    tablespace,
    publication,
    subscription,
    statistics,
    operator_,
    collation,
    language,
    cast,
    event_trigger,
    server,
    attribute,
    other,
};

// ---- tables and their parts --------------------------------------------------------------------------------------

enum class ConstraintType : std::uint8_t {
    null,
    not_null,
    default_,
    identity,
    generated,
    check,
    primary_key,
    unique,
    exclusion,
    foreign_key,
};

struct Constraint {
    ConstraintType type = ConstraintType::check;
    std::string name;               ///< empty: the server chooses one
    std::vector<std::string> keys;  ///< UNIQUE, PRIMARY KEY, NOT NULL (18), EXCLUDE (plain columns)
    std::vector<std::string> including;
    Boxed<Expr> expr;                     ///< CHECK, DEFAULT, GENERATED, exclusion WHERE
    std::string expr_sql;                 ///< the expression's own text
    std::string using_index;              ///< UNIQUE/PRIMARY KEY USING INDEX
    Name referenced;                      ///< FOREIGN KEY
    std::vector<std::string> fk_columns;  ///< empty on a column constraint: the column itself
    std::vector<std::string> pk_columns;  ///< empty: the referenced table's primary key
    char on_delete = 'a',
         on_update = 'a';  ///< FKCONSTR_ACTION_*: a no action, r restrict, c cascade, n set null, d set default
    std::vector<std::string> set_columns;  ///< ON DELETE SET NULL (columns), 15+; empty: all of them
    bool not_valid = false;                ///< NOT VALID was written (skip_validation)
    bool enforced = true;                  ///< false: NOT ENFORCED (18+)
    bool deferrable = false;
    bool initially_deferred = false;
    bool no_inherit = false;
    bool nulls_not_distinct = false;
    bool without_overlaps = false;   ///< temporal key (18+)
    bool identity_always = false;    ///< GENERATED ALWAYS AS IDENTITY (else BY DEFAULT)
    bool generated_virtual = false;  ///< VIRTUAL (18+)
    std::string access_method;       ///< EXCLUDE USING method
    bool has_exclusion_expressions = false;
    std::int32_t location = -1;
    std::int32_t end = -1;  ///< first byte behind it, where known
};

struct ColumnDef {
    std::string name;
    TypeName type;
    std::string type_sql;  ///< the type as written
    std::vector<Constraint> constraints;
    Name collation;
    std::string storage, compression;
    std::int32_t location = -1;
    std::int32_t end = -1;
};

/// One item of an index's or partition key's list: a column or an expression.
struct IndexElement {
    std::string column;  ///< empty for an expression
    Boxed<Expr> expr;
    std::string expr_sql;
    Name opclass, collation;
    bool descending = false;
    bool nulls_first = false, nulls_last = false;
};

struct PartitionKey {
    enum class Strategy : std::uint8_t { list, range, hash };
    Strategy strategy = Strategy::range;
    std::vector<IndexElement> elements;
};

struct PartitionBound {
    bool is_default = false;
    PartitionKey::Strategy strategy = PartitionKey::Strategy::range;
    std::vector<Expr> list_values;
    std::vector<Expr> lower, upper;  ///< MINVALUE and MAXVALUE are Kind::column with that text
    int modulus = 0, remainder = 0;
};

struct LikeClause {
    Name source;
    bool constraints = false, defaults = false, indexes = false, identity = false, generated = false, all = false;
};

enum class Persistence : char { permanent = 'p', unlogged = 'u', temporary = 't' };

struct CreateTable {
    Name name;
    Persistence persistence = Persistence::permanent;
    bool if_not_exists = false;
    bool foreign = false;  ///< CREATE FOREIGN TABLE
    std::vector<ColumnDef> columns;
    std::vector<Constraint> constraints;
    std::vector<LikeClause> likes;
    std::vector<Name> inherits;
    std::optional<Name> partition_of;
    std::optional<PartitionBound> bound;
    std::optional<PartitionKey> partition_by;
    std::optional<Name> of_type;
    std::string tablespace, access_method;
    std::string server;                               ///< of a foreign table
    std::vector<std::string> options, option_values;  ///< WITH (fillfactor = 70): names and values beside them
};

// ---- what queries touch ------------------------------------------------------------------------------------------

/// A relation that a query names, and how. Names of CTEs are left out.
struct RangeUse {
    enum class How : std::uint8_t { read, lock_rows /* FOR UPDATE and its kin */, insert, update, delete_, merge };
    Name name;
    How how = How::read;
    bool only = false;
    std::int32_t location = -1;
};

struct FunctionUse {
    Name name;
    int arguments = 0;
    std::int32_t location = -1;
    bool once = false;  ///< called exactly once whatever the data: SELECT f(), SELECT * FROM f(), CALL f()
    std::vector<std::string> literals{};  ///< its first arguments, as far as they are literals
};

struct Query {
    std::vector<RangeUse> relations;
    std::vector<FunctionUse> functions;
    std::vector<std::string> strings;  ///< constants that a name could be, the first 64
    bool has_where = false;            ///< of the outermost statement
};

/// Which columns an INSERT or COPY FROM gives a value; the others get their default.
struct GivenColumns {
    bool all = false;                    ///< none was named, and how many there are was not to be seen
    std::vector<std::string> names;      ///< in order, when they were named
    std::size_t first = 0;               ///< else: this many of the table's first ones
    std::vector<std::size_t> defaulted;  ///< positions at which a row says DEFAULT
};

/// SELECT, INSERT, UPDATE, DELETE, MERGE, COPY FROM/TO, also behind EXPLAIN and PREPARE.
struct Dml {
    enum class Kind : std::uint8_t { select, insert, update, delete_, merge, copy_from, copy_to };
    enum class Reach : std::uint8_t { parsed /* PREPARE */, planned /* EXPLAIN */, run };
    Kind kind = Kind::select;
    Reach reach = Reach::run;
    GivenColumns given;  ///< INSERT, COPY FROM
    Query query;
    bool always_true_where = false;        ///< WHERE true, WHERE 1=1
    bool values_only = false;              ///< INSERT ... VALUES (not SELECT)
    std::vector<std::string> set_columns;  ///< UPDATE SET a, b; parts of one column (a[1], a.f) count once
    std::size_t values_rows = 0;           ///< INSERT ... VALUES: how many
    std::vector<std::vector<Expr>> rows;   ///< those, where they are few; what UPDATE sets, where that is one row
    Boxed<Expr> where;                     ///< of the outermost UPDATE, DELETE or SELECT, INSERT's SELECT included
    bool has_from = false;                 ///< of the same: FROM, DELETE's USING
};

/// What a view's query asks of the tables below it.
struct ColumnsUsed {
    std::vector<std::string> names;  ///< of all columns mentioned anywhere in it
    bool star = false;               ///< a * stands somewhere
    std::vector<Name> whole;         ///< relations of which the outermost SELECT shows every column: SELECT *, t.*
};

struct CreateTableAs {
    Name name;
    bool materialized_view = false;
    bool if_not_exists = false;
    bool with_no_data = false;
    Persistence persistence = Persistence::permanent;
    std::vector<std::string> columns;
    Query query;
    ColumnsUsed uses;  ///< of a materialized view
};

struct CreateView {
    Name name;
    bool or_replace = false;
    Persistence persistence = Persistence::permanent;
    Query query;
    std::vector<std::string> columns;  ///< names it was given, if any
    ColumnsUsed uses;
};

struct RefreshMaterializedView {
    Name name;
    bool concurrently = false;
    bool with_no_data = false;
};

// ---- indexes -----------------------------------------------------------------------------------------------------

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

struct Vacuum {
    bool is_vacuum = true;  ///< false: ANALYZE
    bool full = false, analyze = false;
    bool truncate = true;          ///< TRUNCATE false (12+): empty pages at a table's end stay
    std::vector<RangeUse> tables;  ///< empty: the whole database
};

// ---- ALTER ... ---------------------------------------------------------------------------------------------------

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
    MergePartitions,
    SplitPartition,
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

// ---- triggers, rules, policies, statistics, publications -----------------------------------------------------------

struct CreateTrigger {
    std::string name;
    Name table;
    Name function;
    bool row = false, constraint = false, or_replace = false;
    bool on_insert = false, on_update = false, on_delete = false, on_truncate = false;
    bool conditional = false;  ///< WHEN (...)
    Name from;
    std::vector<std::string> columns;
};
struct CreateEventTrigger {
    std::string name;
    std::string event;  ///< ddl_command_start, ddl_command_end, sql_drop, table_rewrite, login
    Name function;
    std::vector<std::string> tags;  ///< WHEN TAG IN (...), upper case; empty: every command
};
struct AlterEventTrigger {
    std::string name;
    bool enabled = true;  ///< false: DISABLE, or ENABLE REPLICA, which fires in no ordinary session
};
struct PolicyChange {
    bool create = true;
    std::string name;
    Name table;
    Query query;
};
struct CreateRule {
    std::string name;
    Name table;
    bool or_replace = false;
    Query query;
};
struct CreateStatistics {
    Name name;
    std::vector<Name> tables;
    bool if_not_exists = false;
    std::vector<std::string> columns;
};
struct PublicationChange {
    enum class Kind : std::uint8_t { create, add, set, drop };
    Kind kind = Kind::create;
    std::string name;
    std::vector<RangeUse> tables;
    bool all_tables = false;
};

// ---- types, sequences, functions, the rest --------------------------------------------------------------------------

struct CreateSequence {
    Name name;
    bool if_not_exists = false;
    Persistence persistence = Persistence::permanent;
    Name owned_by_table;
    std::string owned_by_column;
};
struct AlterSequence {
    Name name;
    bool if_exists = false;
    bool restart = false;
    Name owned_by_table;
    std::string owned_by_column;
    bool owned_by_none = false;
};
struct CreateEnum {
    Name name;
    std::vector<std::string> labels;
};
struct AlterEnum {
    Name name;
    std::string new_value, old_value /* RENAME VALUE */, neighbour;
    bool after = false, if_not_exists = false;
};
struct CreateCompositeType {
    Name name;
    std::vector<ColumnDef> columns;
};
struct CreateOtherType {
    Name name;
};  ///< range, base, shell
struct CreateCollation {
    Name name;
    bool deterministic = true;
};
struct CreateDomain {
    Name name;
    TypeName base;
    std::vector<Constraint> constraints;
    Name collation;
};
struct AlterDomain {
    enum class Kind : std::uint8_t {
        set_default,
        drop_not_null,
        set_not_null,
        add_constraint,
        drop_constraint,
        validate_constraint
    };
    Kind kind = Kind::add_constraint;
    Name name;
    std::string constraint_name;
    Boxed<Constraint> constraint;
    bool cascade = false, missing_ok = false;
};
struct CreateFunction {
    Name name;
    bool or_replace = false, procedure = false, security_definer = false;
    char volatility = 'v';  ///< 'i', 's', 'v': CREATE FUNCTION's default is VOLATILE
    std::string language, body;
    int arguments = 0;                  ///< input ones
    std::vector<Expr> defaults;         ///< of the last of these, which a call may leave out
    bool variadic = false;              ///< the last one takes any number
    bool polymorphic = false;           ///< takes anyelement or its kin
    bool atomic = false;                ///< BEGIN ATOMIC or RETURN: stored parsed
    bool trigger = false;               ///< RETURNS trigger or event_trigger: no statement calls it
    std::vector<std::string> settings;  ///< SET name of the function (lock_timeout, search_path, ...)
    std::int32_t body_location = -1;
    CalledBody runs;  ///< none: of another language
};
struct DoBlock {
    std::string language, body;
    std::int32_t body_location = -1;
    std::shared_ptr<const RoutineBody> runs;  ///< null: another language than PL/pgSQL
};
struct Call {
    FunctionUse procedure;
};
struct CreateSchema {
    std::string name;
    bool if_not_exists = false;
};  ///< what stands inside it comes as actions of their own
struct CreateExtension {
    std::string name, schema, version;
    bool if_not_exists = false;
};
struct Comment {
    ObjectType object = ObjectType::table;
    Name relation;
    std::string part;
};
/// GRANT and REVOKE. `on_relations`: tables, views, sequences, by name.
struct Grant {
    bool revoke = false;
    ObjectType object = ObjectType::table;
    std::vector<Name> names;
    std::vector<std::string> privileges, grantees;
};

struct Transaction {
    enum class Kind : std::uint8_t {
        begin,
        commit,
        rollback,
        savepoint,
        release,
        rollback_to,
        prepare,
        commit_prepared,
        rollback_prepared
    };
    Kind kind = Kind::begin;
    std::string savepoint;
    bool chain = false;
};

struct SetVariable {
    enum class Kind : std::uint8_t { set, reset, reset_all };
    Kind kind = Kind::set;
    bool local = false;
    std::string name;                 ///< lower case
    std::vector<std::string> values;  ///< empty for DEFAULT
};

/// Statements that touch no relation worth modelling and are known to be harmless to tables: CREATE ROLE, SHOW, LISTEN,
/// ...
struct Harmless {};
/// Statements that PostgreSQL refuses in a transaction block and that lock no table here: CREATE DATABASE, ALTER
/// SYSTEM, ...
struct NotInTransaction {};
/// Known to the parser, not to us. Never safe: it is listed as unread.
struct Unmodelled {
    std::string why;
    bool syntax_error = false;  ///< the parser refused it: `why` is its message
};

using Action = std::variant<CreateTable, CreateTableAs, CreateView, RefreshMaterializedView, CreateIndex, Reindex,
                            Cluster, Vacuum, AlterTable, Rename, SetSchema, ChangeOwner, DropOwned, ReassignOwned, Drop,
                            Truncate, LockTable, Dml, CreateTrigger, CreateEventTrigger, AlterEventTrigger,
                            PolicyChange, CreateRule, CreateStatistics, PublicationChange, CreateSequence,
                            AlterSequence, CreateEnum, AlterEnum, CreateCompositeType, CreateOtherType, CreateCollation,
                            CreateDomain, AlterDomain, CreateFunction, DoBlock, Call, CreateSchema, CreateExtension,
                            Comment, Grant, Transaction, SetVariable, Harmless, NotInTransaction, Unmodelled>;

// ---- bodies of DO blocks, functions and procedures -----------------------------------------------------------------

/// What has to be so that a statement of a body runs. Statements that share a branch run together or not at all.
struct BodyCondition {
    std::uint32_t branch = 0;  ///< one number for each branch of a body
    std::string what;          ///< what decides, as `Effects::depends_on` says it: "whether a > 1 holds"
};

struct RoutineBody;

/// FOR r IN SELECT relname FROM pg_class WHERE ...: what runs depends on which relations there are.
struct RelationLoop {
    enum class Over : std::uint8_t { pg_class, pg_tables, information_schema_tables };
    Over over = Over::pg_class;
    std::string query;
    Boxed<Expr> where;  ///< conditions of its joins included
    /// What the body runs for a row with these columns of `over` ("relname"). `doubt` says on what it depends whether
    /// there is such a row; empty: on nothing.
    std::function<RoutineBody(const std::map<std::string, std::string>& columns, const std::string& doubt)> body;
};

/// A statement that a body runs.
struct BodyStatement {
    std::int32_t begin = -1,
                 end = -1;  ///< bytes in the SQL text that was lowered; of a nearest whole where it cannot be told
    bool exact = true;      ///< false: the text was put together (EXECUTE): locations in `actions` mean nothing
    std::string kind;       ///< command tag
    std::string sql;        ///< as the server runs it
    std::vector<Action> actions;
    std::vector<BodyCondition> conditions;     ///< outermost first; empty: runs whenever the body does
    std::shared_ptr<const RelationLoop> loop;  ///< in place of actions
};

/// What a body hides: EXECUTE of a text that is made at run time, a body that does not parse.
struct BodyGap {
    std::int32_t begin = -1, end = -1;
    std::string what, why;
    bool operator==(const BodyGap&) const = default;
};

struct RoutineBody {
    std::vector<BodyStatement> statements;  ///< in order; a loop's once
    std::vector<BodyGap> gaps;              ///< in order
};

}  // namespace pgfence
