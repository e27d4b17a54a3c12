// Which statement goes where. What PostgreSQL can parse and this table does not name is Unmodelled, never harmless.

#include <algorithm>
#include <set>

#include "analyze/lower/lowering.h"
#include "analyze/lower/unanswered.h"

namespace pgfence {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
    using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

/// transformCreateSchemaStmtElements: what the elements create stands in the new schema when they say nothing else, and
/// is made in this order.
int turn_of(const Node* element) {
    switch (nodeTag(element)) {
        case T_CreateSeqStmt: return 0;
        case T_CreateStmt: return 1;
        case T_ViewStmt: return 2;
        case T_IndexStmt: return 3;
        case T_CreateTrigStmt: return 4;
        default: return 5;
    }
}

/// Relations that CREATE SCHEMA makes: while it runs, its schema comes first in the search path.
class NewSchema {
public:
    explicit NewSchema(std::string name) : name_(std::move(name)) {}

    void put_into(Action& action) {
        std::visit(Overloaded{[&](CreateTable& a) { create(a.name), refer(a); },
                              [&](CreateView& a) { create(a.name), refer(a.query); },
                              [&](CreateSequence& a) { create(a.name), refer(a.owned_by_table); },
                              [&](CreateIndex& a) { fill(a.table); }, [&](CreateTrigger& a) { fill(a.table); },
                              [&](Grant& a) {
                                  if (a.object == ObjectType::table || a.object == ObjectType::sequence)
                                      for (Name& name : a.names) refer(name);
                              },
                              [](auto&) {}},
                   action);
    }

private:
    void fill(Name& name) const {
        if (name.schema.empty()) name.schema = name_;
    }
    void create(Name& name) {
        fill(name);
        if (name.schema == name_) created_.insert(name.name);
    }
    void refer(Name& name) const {
        if (created_.contains(name.name)) fill(name);
    }
    void refer(Query& query) const {
        for (RangeUse& use : query.relations) refer(use.name);
    }
    void refer(std::vector<Constraint>& constraints) const {
        for (Constraint& c : constraints) refer(c.referenced);
    }
    void refer(CreateTable& table) const {
        if (table.partition_of) refer(*table.partition_of);
        for (Name& parent : table.inherits) refer(parent);
        for (LikeClause& like : table.likes) refer(like.source);
        for (ColumnDef& column : table.columns) refer(column.constraints);
        refer(table.constraints);
    }

    std::string name_;
    std::set<std::string> created_;
};

std::vector<Action> lower_create_schema(const CreateSchemaStmt& create, const StatementPosition& place) {
    CreateSchema schema;
    schema.name = create.schemaname ? create.schemaname : role_of(create.authrole);
    schema.if_not_exists = create.if_not_exists;
    auto actions = one(schema);
    std::vector<const Node*> elements;
    for (const Node* element : items(create.schemaElts)) elements.push_back(element);
    std::stable_sort(elements.begin(), elements.end(),
                     [](const Node* a, const Node* b) { return turn_of(a) < turn_of(b); });
    NewSchema inside(schema.name);
    for (const Node* element : elements)
        for (auto& action : lower_statement(element, place)) {
            inside.put_into(action);
            actions.push_back(std::move(action));
        }
    return actions;
}

PublicationChange::Kind kind_of(AlterPublicationAction action) {
    switch (action) {
        case AP_AddObjects: return PublicationChange::Kind::add;
        case AP_DropObjects: return PublicationChange::Kind::drop;
        case AP_SetObjects: return PublicationChange::Kind::set;
    }
    return PublicationChange::Kind::set;
}

bool can_refresh(AlterSubscriptionType kind) {
    return kind == ALTER_SUBSCRIPTION_SET_PUBLICATION || kind == ALTER_SUBSCRIPTION_ADD_PUBLICATION ||
           kind == ALTER_SUBSCRIPTION_DROP_PUBLICATION || kind == ALTER_SUBSCRIPTION_REFRESH;
}

Action lower_alter_database(const AlterDatabaseStmt& alter) {
    if (option_of(alter.options, "tablespace")) return NotInTransaction{};
    return Harmless{};
}

/// DiscardAll: what RESET ALL leaves, too.
std::vector<Action> lower_discard(const DiscardStmt& discard) {
    std::vector<Action> actions;
    if (discard.target == DISCARD_TEMP) return one(DiscardTemporary{});
    if (discard.target != DISCARD_ALL) return one(Harmless{});
    actions.emplace_back(NotInTransaction{});
    SetVariable role, all;
    role.kind = SetVariable::Kind::reset;
    role.name = "session_authorization";
    all.kind = SetVariable::Kind::reset_all;
    actions.emplace_back(std::move(role));
    actions.emplace_back(std::move(all));
    actions.emplace_back(Prepare{});
    actions.emplace_back(DiscardTemporary{});
    return actions;
}

/// As if it named one: which there are nobody can tell.
Action lower_move_all(const AlterTableMoveAllStmt& move) {
    AlterTable out;
    out.name.name = "ALL IN TABLESPACE " + text_of(move.orig_tablespacename);
    out.object = object_type_of(move.objtype);
    AlterTableCmd cmd;
    cmd.subtype = AlterTableType::SetTableSpace;
    cmd.name = text_of(move.new_tablespacename);
    out.cmds.push_back(std::move(cmd));
    return out;
}

std::optional<Action> lower_creation(const Node* n, const StatementPosition& place) {
    switch (nodeTag(n)) {
        case T_CreateStmt: return lower_create_table(as<CreateStmt>(n), place, false);
        case T_CreateForeignTableStmt: return lower_create_foreign_table(as<CreateForeignTableStmt>(n), place);
        case T_ViewStmt: return lower_create_view(as<ViewStmt>(n), place);
        case T_IndexStmt: return lower_create_index(as<IndexStmt>(n), place);
        case T_CreateTrigStmt: return lower_create_trigger(as<CreateTrigStmt>(n), place);
        case T_CreateEventTrigStmt: return lower_create_event_trigger(as<CreateEventTrigStmt>(n));
        case T_CreatePolicyStmt: return lower_create_policy(as<CreatePolicyStmt>(n), place);
        case T_RuleStmt: return lower_create_rule(as<RuleStmt>(n), place);
        case T_CreateStatsStmt: return lower_create_statistics(as<CreateStatsStmt>(n), place);
        case T_CreatePublicationStmt: {
            const auto& p = as<CreatePublicationStmt>(n);
            auto made = lower_publication(PublicationChange::Kind::create, text_of(p.pubname), p.pubobjects,
                                          p.for_all_tables, place);
            const DefElem* root = option_of(p.options, "publish_via_partition_root");
            made.via_root = root && is_true(*root);
            return made;
        }
        case T_CreateExtensionStmt: return lower_create_extension(as<CreateExtensionStmt>(n));
        case T_CreateSeqStmt: return lower_create_sequence(as<CreateSeqStmt>(n));
        case T_CreateEnumStmt: return lower_create_enum(as<CreateEnumStmt>(n));
        case T_CreateRangeStmt: return CreateOtherType{name_of(as<CreateRangeStmt>(n).typeName)};
        case T_CompositeTypeStmt: return lower_create_composite(as<CompositeTypeStmt>(n), place);
        case T_CreateDomainStmt: return lower_create_domain(as<CreateDomainStmt>(n), place);
        case T_CreateFunctionStmt: return lower_create_function(as<CreateFunctionStmt>(n), place);
        case T_DefineStmt: return lower_define(as<DefineStmt>(n), place);
        case T_CreateCastStmt: return lower_create_cast(as<CreateCastStmt>(n), place);
        default: return std::nullopt;
    }
}

std::optional<Action> lower_change(const Node* n, const StatementPosition& place) {
    switch (nodeTag(n)) {
        case T_AlterTableStmt: return lower_alter_table(as<AlterTableStmt>(n), place);
        case T_AlterTableMoveAllStmt: return lower_move_all(as<AlterTableMoveAllStmt>(n));
        case T_AlterEventTrigStmt: return lower_alter_event_trigger(as<AlterEventTrigStmt>(n));
        case T_AlterPolicyStmt: return lower_alter_policy(as<AlterPolicyStmt>(n), place);
        case T_AlterPublicationStmt: {
            const auto& p = as<AlterPublicationStmt>(n);
            return lower_publication(kind_of(p.action), text_of(p.pubname), p.pubobjects, p.for_all_tables, place);
        }
        case T_AlterSeqStmt: return lower_alter_sequence(as<AlterSeqStmt>(n));
        case T_AlterEnumStmt: return lower_alter_enum(as<AlterEnumStmt>(n));
        case T_AlterDomainStmt: return lower_alter_domain(as<AlterDomainStmt>(n), place);
        case T_RenameStmt: return lower_rename(as<RenameStmt>(n));
        case T_AlterObjectSchemaStmt: return lower_set_schema(as<AlterObjectSchemaStmt>(n));
        case T_AlterOwnerStmt: return lower_owner(as<AlterOwnerStmt>(n));
        case T_DropStmt: return lower_drop(as<DropStmt>(n), place);
        case T_AlterFunctionStmt: return lower_alter_function(as<AlterFunctionStmt>(n), place);
        case T_DropOwnedStmt: return lower_drop_owned(as<DropOwnedStmt>(n));
        case T_ReassignOwnedStmt: return lower_reassign_owned(as<ReassignOwnedStmt>(n));
        case T_CommentStmt: return lower_comment(as<CommentStmt>(n));
        case T_GrantStmt: return lower_grant(as<GrantStmt>(n));
        case T_AlterDefaultPrivilegesStmt: return lower_default_privileges(as<AlterDefaultPrivilegesStmt>(n));
        case T_TruncateStmt: return lower_truncate(as<TruncateStmt>(n), place);
        case T_LockStmt: return lower_lock(as<LockStmt>(n), place);
        case T_ReindexStmt: return lower_reindex(as<ReindexStmt>(n));
        case T_ClusterStmt: return lower_cluster(as<ClusterStmt>(n));
        case T_VacuumStmt: return lower_vacuum(as<VacuumStmt>(n), place);
        case T_RefreshMatViewStmt: return lower_refresh(as<RefreshMatViewStmt>(n));
        default: return std::nullopt;
    }
}

std::optional<Action> lower_run(const Node* n, const StatementPosition& place) {
    switch (nodeTag(n)) {
        case T_ExecuteStmt: return lower_execute(as<ExecuteStmt>(n), place);
        case T_DeallocateStmt: return Prepare{text_of(as<DeallocateStmt>(n).name), nullptr};
        case T_DoStmt: return lower_do(as<DoStmt>(n), place);
        case T_CallStmt: return lower_call(as<CallStmt>(n), place);
        case T_TransactionStmt: return lower_transaction(as<TransactionStmt>(n));
        case T_VariableSetStmt: return lower_set(as<VariableSetStmt>(n));
        default: return std::nullopt;
    }
}

std::optional<Action> lower_cluster_wide(const Node* n) {
    switch (nodeTag(n)) {
        case T_CreatedbStmt:
        case T_CreateTableSpaceStmt:
        case T_DropTableSpaceStmt:
        case T_AlterSystemStmt:
        case T_CreateSubscriptionStmt:
        case T_DropSubscriptionStmt: return NotInTransaction{};
        case T_AlterSubscriptionStmt:
            if (can_refresh(as<AlterSubscriptionStmt>(n).kind)) return NotInTransaction{};
            return Harmless{};
        case T_AlterDatabaseStmt: return lower_alter_database(as<AlterDatabaseStmt>(n));
        case T_DropdbStmt: return lower_drop_database(as<DropdbStmt>(n));
        default: return std::nullopt;
    }
}

Harmless of_roles(const Node* n) {
    Harmless out;
    if (is(n, T_CreateRoleStmt)) out.new_role = text_of(as<CreateRoleStmt>(n).role);
    if (is(n, T_GrantRoleStmt) && !as<GrantRoleStmt>(n).is_grant)
        for (const auto* role : items<RoleSpec>(as<GrantRoleStmt>(n).grantee_roles))
            out.left_roles.push_back(role_of(role));
    return out;
}

bool is_harmless(const Node* n) {
    switch (nodeTag(n)) {
        case T_CreateRoleStmt:
        case T_AlterRoleStmt:
        case T_AlterRoleSetStmt:
        case T_DropRoleStmt:
        case T_GrantRoleStmt:
        case T_VariableShowStmt:
        case T_ListenStmt:
        case T_UnlistenStmt:
        case T_NotifyStmt:
        case T_FetchStmt:
        case T_ClosePortalStmt:
        case T_CheckPointStmt:
        case T_LoadStmt:
        case T_ConstraintsSetStmt:
        case T_AlterDatabaseSetStmt:
        case T_AlterDatabaseRefreshCollStmt:
        case T_AlterTableSpaceOptionsStmt:
        case T_CreateFdwStmt:
        case T_AlterFdwStmt:
        case T_CreateForeignServerStmt:
        case T_AlterForeignServerStmt:
        case T_CreateUserMappingStmt:
        case T_AlterUserMappingStmt:
        case T_DropUserMappingStmt:
        case T_CreateAmStmt:
        case T_CreatePLangStmt:
        case T_CreateConversionStmt:
        case T_CreateTransformStmt:
        case T_CreateOpClassStmt:
        case T_CreateOpFamilyStmt:
        case T_AlterOpFamilyStmt:
        case T_AlterOperatorStmt:
        case T_AlterTypeStmt:
        case T_AlterCollationStmt:
        case T_AlterStatsStmt:
        case T_AlterTSDictionaryStmt:
        case T_AlterTSConfigurationStmt: return true;
        default: return false;
    }
}

std::string why_unmodelled(const Node* n) {
    switch (nodeTag(n)) {
        case T_AlterExtensionStmt: return "ALTER EXTENSION runs the extension's update script";
        case T_AlterExtensionContentsStmt: return "ALTER EXTENSION changes what belongs to the extension";
        case T_ImportForeignSchemaStmt: return "IMPORT FOREIGN SCHEMA creates tables that the other server names";
        default: return "no model of " + command_tag(n);
    }
}

}  // namespace

std::vector<Action> one(Action action) {
    std::vector<Action> actions;
    actions.push_back(std::move(action));
    return actions;
}

std::shared_ptr<const RoutineBody> as_body(const std::vector<const Node*>& statements, const StatementPosition& place) {
    auto body = std::make_shared<RoutineBody>();
    for (const Node* statement : statements) {
        BodyStatement added;
        added.begin = static_cast<std::int32_t>(place.begin);
        added.end = static_cast<std::int32_t>(place.end);
        added.exact = false;
        added.kind = command_tag(statement);
        added.sql = place.slice({place.begin, place.end});
        added.actions = lower_statement(statement, place);
        body->statements.push_back(std::move(added));
    }
    return body;
}

namespace {

/// PostgreSQL runs these as several statements, or they hold others.
std::optional<std::vector<Action>> lower_several(const Node* n, const StatementPosition& place) {
    switch (nodeTag(n)) {
        case T_SelectStmt: return lower_select(as<SelectStmt>(n), place);
        case T_InsertStmt:
        case T_UpdateStmt:
        case T_DeleteStmt:
        case T_MergeStmt: return lower_query(n, place);
        case T_CopyStmt: return lower_copy(as<CopyStmt>(n), place);
        case T_DeclareCursorStmt: return lower_query(as<DeclareCursorStmt>(n).query, place);
        case T_PrepareStmt: return lower_prepare(as<PrepareStmt>(n), place);
        case T_CreateTableAsStmt: return lower_create_table_as(as<CreateTableAsStmt>(n), place);
        case T_ExplainStmt: return lower_explain(as<ExplainStmt>(n), place);
        case T_CreateSchemaStmt: return lower_create_schema(as<CreateSchemaStmt>(n), place);
        case T_DiscardStmt: return lower_discard(as<DiscardStmt>(n));
        default: return std::nullopt;
    }
}

std::vector<Action> lower_known(const Node* n, const StatementPosition& place) {
    if (auto actions = lower_several(n, place)) return std::move(*actions);
    if (auto action = lower_creation(n, place)) return one(std::move(*action));
    if (auto action = lower_change(n, place)) return one(std::move(*action));
    if (auto action = lower_run(n, place)) return one(std::move(*action));
    if (auto action = lower_cluster_wide(n)) return one(std::move(*action));
    if (is_harmless(n)) return one(of_roles(n));
    return one(Unmodelled{why_unmodelled(n)});
}

}  // namespace

std::vector<Action> lower_statement(const Node* n, const StatementPosition& place) {
    std::vector<Action> actions = lower_known(n, place);
    if (auto made = made_of(n, place)) actions.emplace_back(std::move(*made));
    if (std::string what = unanswered(n); !what.empty()) actions.push_back(Unmodelled{std::move(what)});
    return actions;
}

}  // namespace pgfence
