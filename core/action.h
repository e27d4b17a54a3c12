#pragma once
// What one SQL statement asks PostgreSQL to do, in PostgreSQL's own words (nodes/parsenodes.h), freed from its C
// structs. analyze/lower makes these; catalog, model and rules read them. Every `location` is a byte offset in the SQL
// text that was lowered, or -1.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/alter_table.h"
#include "core/other_statements.h"
#include "core/query.h"
#include "core/table_parts.h"

namespace pgfence {

using Action =
    std::variant<CreateTable, CreateTableAs, CreateView, RefreshMaterializedView, CreateIndex, Reindex, Cluster, Repack,
                 Vacuum, AlterTable, Rename, SetSchema, ChangeOwner, DropOwned, ReassignOwned, Drop, Truncate,
                 LockTable, Dml, CreateTrigger, CreateEventTrigger, AlterEventTrigger, PolicyChange, CreateRule,
                 CreateStatistics, PublicationChange, CreateSequence, AlterSequence, CreateEnum, AlterEnum,
                 CreateCompositeType, CreateOtherType, CreateCollation, CreateDomain, AlterDomain, CreateFunction,
                 AlterFunction, CreateOperator, CreateCast, CreateAggregate, MakeOfFunctions, DoBlock, Prepare, Execute,
                 Call, CreateSchema, CreateExtension, Comment, Grant, DefaultPrivileges, Transaction, SetVariable,
                 DiscardTemporary, Harmless, NotInTransaction, NeedsServer, Unmodelled>;

// ---- bodies of DO blocks, functions and procedures -----------------------------------------------------------------

struct RoutineBody;

/// FOR r IN SELECT relname FROM pg_class WHERE ...: what runs depends on which relations there are.
struct RelationLoop {
    enum class Over : std::uint8_t {
        pg_class,
        pg_tables,
        pg_indexes,
        pg_constraint,
        information_schema_tables,
        information_schema_columns,
        information_schema_constraints,
    };
    Over over = Over::pg_class;
    std::string query;
    Boxed<Expr> where;  ///< conditions of its joins included
    /// What the body runs for a row with these columns of `over` ("relname"). `uncertainty` says on what it depends
    /// whether there is such a row; empty: on nothing.
    std::function<RoutineBody(const std::map<std::string, std::string>& columns, const std::string& uncertainty)> body;
};

/// IF EXISTS (SELECT 1 FROM information_schema.columns WHERE ...): a condition that the catalog answers.
struct CatalogQuestion {
    enum class Asks : std::uint8_t {
        rows,      ///< whether there are such rows
        relation,  ///< whether there is a relation of that name: to_regclass('public.orders') IS NOT NULL
        all,       ///< whether all of `parts` are so
        any,       ///< whether one of them is
        other,     ///< something that no catalog tells
    };
    Asks asks = Asks::rows;
    RelationLoop rows = {};     ///< without a body
    std::string relation = {};  ///< as it is written there
    std::vector<CatalogQuestion> parts = {};
    bool when_found = true;  ///< the branch runs when it is so; false: when it is not
};

/// How often, as far as the text tells.
enum class HowOften : std::uint8_t {
    few_times,  ///< once, or once for each value that is spelled out
    for_rows,   ///< as often as a query has rows, or until nothing is left
    in_steps,   ///< the same, and what is done so far is committed on the way
};

/// What has to be so that a statement of a body runs. Statements that share a branch run together or not at all.
struct BodyCondition {
    std::uint32_t branch = 0;  ///< one number for each branch of a body
    std::string what;          ///< what decides, as `Effects::depends_on` says it: "whether a > 1 holds"
    std::shared_ptr<const CatalogQuestion> asks = nullptr;  ///< null: it asks something else
    HowOften runs = HowOften::few_times;                    ///< of a loop
    /// Of a block with EXCEPTION: the conditions that its handlers name, "duplicate_column", "42701", "others".
    std::vector<std::string> caught = {};
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
    bool only_value = false;                   ///< an expression without tables: nothing, but for what it may call
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
    /// BEGIN ATOMIC: its names mean what they meant when it was made, whatever that is called now.
    bool keeps_objects = false;
};

}  // namespace pgfence
