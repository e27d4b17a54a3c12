#pragma once
// What the files of this folder share: PostgreSQL's nodes in, core/action.h's structs out.

#include "analyze/lower/lexer.h"
#include "analyze/lower/pg.h"

namespace pgfence {

/// Where the statement at hand stands.
struct StatementPosition {
    std::string_view sql;              ///< the whole text
    std::int32_t base = 0;             ///< where the parsed piece begins in it: the tree's locations count from there
    std::uint32_t begin = 0, end = 0;  ///< the statement, in the whole text

    std::int32_t at(int location) const { return location < 0 ? -1 : location + base; }
    std::string slice(Span span) const {
        if (span.empty() || span.begin >= sql.size()) return {};
        return std::string(sql.substr(span.begin, span.end - span.begin));
    }
};

/// How far expressions are followed down. Deeper ones become Expr::Kind::other.
inline constexpr int kExprDepth = 1000;

// ---- parser.cpp ----
enum class ParseMode : int;
/// While a ParseMemory lives. An error is for the caller to free.
PgQueryInternalParsetreeAndError raw_parse(const char* text, ParseMode mode);

// ---- names.cpp ----
Name name_of(const RangeVar* relation);
Name name_of(const List* parts);          ///< a list of String: [catalog.][schema.]name
Name name_of_object(const Node* object);  ///< String, List, TypeName, ObjectWithArgs, RangeVar
std::vector<std::string> strings_of(const List* list);
std::string role_of(const RoleSpec* role);
std::string value_of(const Node* value);  ///< of an option: number, string, name; list items joined with ", "
TypeName type_of(const ::TypeName* type, const StatementPosition& place);
ObjectType object_type_of(::ObjectType type);
Persistence persistence_of(const RangeVar* relation);
bool is_true(const DefElem& option);                                   ///< defGetBoolean: no argument is true
const DefElem* option_of(const List* options, std::string_view name);  ///< the last of that name, or null

// ---- expr.cpp ----
Expr lower_expr(const Node* expr, const StatementPosition& place, int depth = 0);
Boxed<Expr> lower_optional_expr(const Node* expr, const StatementPosition& place);
/// The nodes right below, as PostgreSQL's own raw_expression_tree_walker lists them; false: a node it does not know.
bool children_of(const Node* parent, std::vector<const Node*>& children);

// ---- query.cpp ----
/// Queries that names of WITH stand for, in sight of a statement; the nearest last.
using NamedQueries = std::vector<const CommonTableExpr*>;
struct QueryWalk {
    Query query;
    std::vector<std::string> columns;  ///< names of columns mentioned, each once, in order
    std::vector<InnerColumn> told;     ///< of those whose table their qualifier tells, each once
    bool star = false;
    bool complete = true;  ///< false: some node was not understood
    /// Data-modifying statements inside the query: DELETE in WITH, in COPY (...). Innermost first.
    struct Part {
        const Node* statement;
        Query query;
        NamedQueries named;  ///< in sight there, its own WITH left out
    };
    std::vector<Part> parts;
};
QueryWalk walk_query(const std::vector<const Node*>& roots, const StatementPosition& place);
QueryWalk walk_query(const Node* root, const StatementPosition& place);
/// Of the query that was walked; its columns are moved out of the walk.
ColumnsUsed columns_used(const Node* query, QueryWalk& walk, const StatementPosition& place);
// ---- shown_columns.cpp ----
/// Relations of which it shows every column.
std::vector<Name> shown_whole(const SelectStmt& select);
/// The columns of its result; empty: not told.
std::vector<ShownColumn> shown_columns(const SelectStmt& select, const StatementPosition& place);
// ---- query.cpp ----
/// SELECT, INSERT, UPDATE, DELETE, MERGE, and before it what changes rows inside it.
std::vector<Action> lower_query(const Node* statement, const StatementPosition& place,
                                Dml::Reach reach = Dml::Reach::run);
/// Adds the data-modifying statements of a query that belongs to another statement, such as CREATE TABLE AS.
void add_parts(QueryWalk& walk, const StatementPosition& place, Dml::Reach reach, std::vector<Action>& actions);
/// Settings that a query changes by calling set_config(), or by an UPDATE of pg_settings.
void add_settings(const Query& query, std::vector<Action>& actions);
std::vector<Action> lower_copy(const CopyStmt& copy, const StatementPosition& place);
std::vector<Action> lower_select(const SelectStmt& select, const StatementPosition& place);
std::vector<Action> lower_explain(const ExplainStmt& explain, const StatementPosition& place);
RangeUse range_use(const RangeVar* relation, RangeUse::How how, const StatementPosition& place);
const IntoClause* into_of(const SelectStmt& select);

// ---- row_condition.cpp ----
/// FALSE, NULL, 1 = 0, EXISTS (SELECT ... WHERE false): true of no row.
bool is_never(const Node* condition, int depth = 0);
/// The same of a SELECT, or LIMIT 0.
bool gives_no_row(const Node* query, int depth = 0);
struct RowCondition {
    bool says_same = false;  ///< of every row: it chooses none among them
    std::vector<InnerColumn> provided;
};
/// `from`: what the statement names beside its target, FROM or USING; `named`: what names of WITH stand for.
RowCondition row_condition(const Node* where, const RangeVar* target, const List* from, const StatementPosition& place,
                           NamedQueries named = {});
// ---- from_items.cpp ----
NamedQueries with_own(NamedQueries named, const WithClause* own);
/// Null: no name of WITH is meant.
const CommonTableExpr* named_query(const RangeVar& range, const NamedQueries& named);
// ---- says_which.cpp ----
/// VALUES, SELECTs of constants: as many rows as the text spells out.
bool spells_out_rows(const Node* from_item, const NamedQueries& named);
/// Of the query, or of the sub-selects of a condition, with what they read by a name of WITH.
SaysWhich says_which(const Node* n, const NamedQueries& named, bool in_query = false);
// ---- asked_rows.cpp ----
/// To few rows: a number that is spelled out, a variable, which is taken for few.
bool limits(const SelectStmt& select);
/// Few, whatever the tables hold.
bool gives_few_rows(const Node* query, const NamedQueries& named);
/// Dml::called, beside and sub_selects.
void describe_asked_rows(const Node* where, const RangeVar& target, const List* from, const StatementPosition& place,
                         const NamedQueries& named, Dml& dml);
void note_old_values(const List* assignments, const RangeVar& table, const List* from, const Node* where,
                     const NamedQueries& named, Dml& dml);
void add_sub_selects(const Node* where, const RangeVar& target, const StatementPosition& place,
                     const NamedQueries& named, Dml& dml);
// ---- removed_rows.cpp ----
/// What a condition comes to that asks for rows that point at nothing, or are there twice.
Boxed<Orphans> orphans_of(const Node* where, const RangeVar& target, const List* from, const NamedQueries& named);
Boxed<Duplicates> duplicates_of(const Node* where, const RangeVar& target, const List* from, const NamedQueries& named);

// ---- table_parts.cpp ----
ColumnDef lower_column(const ::ColumnDef& column, const StatementPosition& place, std::size_t end);
Constraint lower_constraint(const ::Constraint& constraint, const StatementPosition& place, std::size_t end);
/// Constraints of a column or domain: DEFERRABLE and its kin go into the constraint they follow.
std::vector<Constraint> lower_constraints(const List* constraints, const StatementPosition& place, std::size_t end);
std::string type_text(const ::TypeName* type, const StatementPosition& place, std::size_t end);

// ---- partitions.cpp ----
PartitionBound lower_bound(const PartitionBoundSpec& bound, const StatementPosition& place);
PartitionKey lower_partition_key(const PartitionSpec& spec, const StatementPosition& place);
std::vector<IndexElement> lower_index_elements(const List* elements, const StatementPosition& place, std::size_t from);

// ---- one statement each ----
Action lower_create_table(const CreateStmt& create, const StatementPosition& place, bool foreign);
Action lower_create_foreign_table(const CreateForeignTableStmt& create, const StatementPosition& place);
std::vector<Action> lower_create_table_as(const CreateTableAsStmt& create, const StatementPosition& place);
std::vector<Action> lower_select_into(const SelectStmt& select, const IntoClause& into, const StatementPosition& place);
Action lower_create_view(const ViewStmt& view, const StatementPosition& place);
Action lower_create_index(const IndexStmt& index, const StatementPosition& place);
Action lower_create_event_trigger(const CreateEventTrigStmt& trigger);
Action lower_alter_event_trigger(const AlterEventTrigStmt& trigger);
Action lower_create_trigger(const CreateTrigStmt& trigger, const StatementPosition& place);
Action lower_create_policy(const CreatePolicyStmt& policy, const StatementPosition& place);
Action lower_alter_policy(const AlterPolicyStmt& policy, const StatementPosition& place);
Action lower_create_rule(const RuleStmt& rule, const StatementPosition& place);
Action lower_create_statistics(const CreateStatsStmt& statistics, const StatementPosition& place);
PublicationChange lower_publication(PublicationChange::Kind kind, std::string name, const List* objects,
                                    bool all_tables, const StatementPosition& place);
Action lower_create_extension(const CreateExtensionStmt& extension);

Action lower_create_sequence(const CreateSeqStmt& sequence);
Action lower_alter_sequence(const AlterSeqStmt& sequence);
Action lower_create_enum(const CreateEnumStmt& type);
Action lower_alter_enum(const AlterEnumStmt& type);
Action lower_create_composite(const CompositeTypeStmt& type, const StatementPosition& place);
Action lower_create_domain(const CreateDomainStmt& domain, const StatementPosition& place);
Action lower_alter_domain(const AlterDomainStmt& domain, const StatementPosition& place);
Action lower_create_function(const CreateFunctionStmt& function, const StatementPosition& place);
Action lower_do(const DoStmt& block, const StatementPosition& place);
Action lower_call(const CallStmt& call, const StatementPosition& place);
Action lower_define(const DefineStmt& define, const StatementPosition& place);
Action lower_create_cast(const CreateCastStmt& cast, const StatementPosition& place);
// ---- made_of.cpp ----
/// The functions of what the statement makes, where no later statement names them; nothing: there are none.
std::optional<MakeOfFunctions> made_of(const Node* statement, const StatementPosition& place);
// ---- one statement each, again ----
Action lower_alter_function(const AlterFunctionStmt& alter, const StatementPosition& place);
std::vector<Action> lower_prepare(const PrepareStmt& prepare, const StatementPosition& place);
Action lower_execute(const ExecuteStmt& execute, const StatementPosition& place);
/// Types of a function's arguments as DROP and ALTER name it; nothing: they were not given.
std::optional<std::vector<TypeName>> signature_of(const ObjectWithArgs& object, const StatementPosition& place);
/// What the text says of an expression's type; without a name: nothing.
TypeName type_told(const Node* expr, const StatementPosition& place);

Action lower_alter_table(const AlterTableStmt& alter, const StatementPosition& place);
Action lower_rename(const RenameStmt& rename);
Action lower_set_schema(const AlterObjectSchemaStmt& alter);
Action lower_drop_owned(const DropOwnedStmt& drop);
Action lower_reassign_owned(const ReassignOwnedStmt& reassign);
Action lower_owner(const AlterOwnerStmt& alter);
/// Of WITH (...) and SET (...): the namespace belongs to the name ("toast.autovacuum_enabled").
void add_options(const List* options, std::vector<std::string>& names, std::vector<std::string>& values);
Action lower_drop(const DropStmt& drop, const StatementPosition& place);
Action lower_drop_database(const DropdbStmt& drop);
Action lower_truncate(const TruncateStmt& truncate, const StatementPosition& place);
Action lower_lock(const LockStmt& lock, const StatementPosition& place);
Action lower_comment(const CommentStmt& comment);
Action lower_grant(const GrantStmt& grant);
Action lower_default_privileges(const AlterDefaultPrivilegesStmt& alter);
Action lower_reindex(const ReindexStmt& reindex);
Action lower_cluster(const ClusterStmt& cluster);
Action lower_vacuum(const VacuumStmt& vacuum, const StatementPosition& place);
Action lower_refresh(const RefreshMatViewStmt& refresh);

Action lower_transaction(const TransactionStmt& transaction);
Action lower_set(const VariableSetStmt& set);
/// SELECT set_config('name', 'value', is_local) and nothing else, as the SETs it is; empty for any other SELECT.
std::vector<Action> lower_set_config(const SelectStmt& select);

// ---- statement.cpp ----
/// Statements of one that runs them in another way, where they stand.
std::shared_ptr<const RoutineBody> as_body(const std::vector<const Node*>& statements, const StatementPosition& place);
std::vector<Action> one(Action action);  ///< a list of that action, moved: an initializer list would copy it
std::vector<Action> lower_statement(const Node* statement, const StatementPosition& place);
// ---- command_tag.cpp ----
std::string command_tag(const Node* statement);

}  // namespace pgfence
