#pragma once
// Triggers, rules, policies, publications; types, sequences, functions; transactions and settings: see action.h.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/boxed.h"
#include "core/expr.h"
#include "core/lazy.h"
#include "core/object_type.h"
#include "core/query.h"
#include "core/server_features.h"
#include "core/table_parts.h"

namespace pgfence {

enum class TriggerTiming : std::uint8_t { before, after, instead_of };

struct CreateTrigger {
    std::string name;
    Name table;
    Name function;
    TriggerTiming timing = TriggerTiming::after;
    bool row = false, constraint = false, or_replace = false;
    bool on_insert = false, on_update = false, on_delete = false, on_truncate = false;
    bool conditional = false;  ///< WHEN (...)
    Boxed<Expr> when;
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
    std::vector<std::string> columns;  ///< that its expressions mention, whosesoever they are
    char command = '*';                ///< pg_policy.polcmd: r, a, w, d, or * for all
    bool permissive = true;
    std::vector<std::string> roles;  ///< whom it concerns; empty: everybody, or ALTER POLICY does not say
    Boxed<Expr> shown, checked;      ///< USING, WITH CHECK
    bool any_row = false;            ///< USING (true); without it WITH CHECK (true)
    bool no_row = false;             ///< USING (false), (1 = 0); without it WITH CHECK (false)
};
struct RoutineBody;
struct CreateRule {
    std::string name;
    Name table;
    bool or_replace = false;
    RangeUse::How event = RangeUse::How::read;
    bool instead = false, conditional = false;
    Query query;
    std::vector<std::string> columns;         ///< that it mentions, whosesoever they are
    Query condition;                          ///< of WHERE alone: asked whenever the event happens
    std::shared_ptr<const RoutineBody> runs;  ///< its actions
};
struct CreateStatistics {
    Name name;
    std::vector<Name> tables;
    bool if_not_exists = false;
    std::vector<std::string> columns;
    std::vector<Expr> expressions;
};
struct PublishedTable : RangeUse {
    std::vector<std::string> columns = {};  ///< empty: all
    Boxed<Expr> where = {};
};
struct PublicationChange {
    enum class Kind : std::uint8_t { create, add, set, drop };
    Kind kind = Kind::create;
    std::string name;
    std::vector<PublishedTable> tables;
    bool via_root = false;  ///< CREATE says that partitions are published as their partitioned table
    bool all_tables = false;
    std::vector<RangeUse> except;  ///< of all tables
    bool of_schema = false;        ///< TABLES IN SCHEMA
};

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
    bool counts_down = false;  ///< from now on
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
/// The body of a function or procedure as its calls run it. Most functions that a migration makes are never called by
/// one, and reading a PL/pgSQL body costs more than all else about the statement.
using CalledBody = Lazy<RoutineBody>;
/// A column of what a function returns.
struct ReturnedColumn {
    std::string name;
    TypeName type;
};
struct CreateFunction {
    Name name;
    bool or_replace = false, procedure = false, security_definer = false;
    char volatility = 'v';  ///< 'i', 's', 'v': CREATE FUNCTION's default is VOLATILE
    std::string language, body;
    int arguments = 0;                        ///< input ones
    std::vector<Expr> defaults;               ///< of the last of these, which a call may leave out
    bool variadic = false;                    ///< the last one takes any number
    bool polymorphic = false;                 ///< takes anyelement or its kin
    bool atomic = false;                      ///< BEGIN ATOMIC or RETURN: stored parsed
    bool trigger = false;                     ///< RETURNS trigger or event_trigger: no statement calls it
    std::vector<TypeName> types;              ///< of the input arguments
    std::vector<std::string> argument_names;  ///< beside `types`; empty: that one has none
    TypeName result;
    std::vector<ReturnedColumn> returned;                 ///< OUT, INOUT, RETURNS TABLE
    std::vector<std::string> settings;                    ///< SET name of the function (lock_timeout, search_path, ...)
    std::optional<std::vector<std::string>> search_path;  ///< SET search_path of the function
    bool search_path_from_current = false;
    std::int32_t body_location = -1;
    CalledBody runs;  ///< none: of another language
};
struct DoBlock {
    std::string language, body;
    std::int32_t body_location = -1;
    std::shared_ptr<const RoutineBody> runs;  ///< null: another language than PL/pgSQL
};
/// ALTER FUNCTION ... SET search_path, RESET search_path, SECURITY DEFINER
struct AlterFunction {
    Name name;
    std::optional<std::vector<TypeName>> types;
    std::optional<bool> security_definer;                 ///< nothing: that stays
    bool sets_path = true;                                ///< false: what follows stays
    std::optional<std::vector<std::string>> search_path;  ///< nothing: it has none of its own any more
    bool search_path_from_current = false;
};
/// What runs a function without naming it.
struct CreateOperator {
    Name name, function;
    TypeName left, right;  ///< without a name: it has none on that side
};
struct CreateCast {
    TypeName from, to;
    Name function;
    bool is_explicit = true;  ///< only where it is written
};
struct CreateAggregate {
    Name name;
    int arguments = 0;
    std::vector<TypeName> types;
    std::vector<Name> functions;  ///< for each value, at the end, ...
    bool variadic = false;
};
/// CREATE OPERATOR CLASS, TYPE ... AS RANGE, LANGUAGE, FOREIGN DATA WRAPPER, ...: what an object is made of runs
/// wherever the server works with it, and no statement names it there.
struct MakeOfFunctions {
    std::string what;  ///< "operator class odd"
    std::vector<Name> functions;
    std::vector<OperatorUse> operators;
};
/// PREPARE and DEALLOCATE.
struct Prepare {
    std::string name;                         ///< empty: DEALLOCATE ALL
    std::shared_ptr<const RoutineBody> runs;  ///< null: DEALLOCATE
};
struct Execute {
    std::string name;
    Query arguments;
};
struct Call {
    FunctionUse procedure;
    Query arguments;
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
    std::optional<ObjectType> all_of;  ///< ALL TABLES IN SCHEMA: of those schemas, which `names` are
    bool option_only = false;          ///< REVOKE GRANT OPTION FOR: the right itself stays
};
/// ALTER DEFAULT PRIVILEGES: rights on what is made from then on. `rights` names nothing.
struct DefaultPrivileges {
    Grant rights;
    std::vector<std::string> makers;   ///< what these roles make; empty: the role that runs it
    std::vector<std::string> schemas;  ///< in these; empty: in all
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
    bool as_text = false;    ///< the value is what the server reads a list from: set_config('search_path', 'a, b')
    bool uncertain = false;  ///< whether it is set, and to what, only the run tells
};
/// DISCARD TEMP
struct DiscardTemporary {};

/// Statements that touch no relation worth modelling and are known to be harmless to tables: CREATE ROLE, SHOW, LISTEN,
/// ...
struct Harmless {
    std::string new_role;                 ///< of CREATE ROLE
    std::vector<std::string> left_roles;  ///< REVOKE crew FROM app: app
};
/// Statements that PostgreSQL refuses in a transaction block and that lock no table here: CREATE DATABASE, ALTER
/// SYSTEM, ...
struct NotInTransaction {};
/// Beside what the statement does: only since then servers can parse it.
struct NeedsServer {
    Feature feature = Feature::repack;
};
/// Known to the parser, not to us. Never safe: it is listed as unread.
struct Unmodelled {
    std::string why;
    bool syntax_error = false;  ///< the parser refused it: `why` is its message
};

}  // namespace pgfence
