// ALTER TABLE and its kin, subcommand by subcommand. The tree gives most of them no place: their text is found again
// between the commas behind the relation's name.

#include "analyze/lower/lowering.h"

namespace pgfence {
namespace {

AlterTableType subtype_of(::AlterTableType type) {
    using T = AlterTableType;
    // clang-format off
    switch (type) {
        case AT_AddColumn: return T::AddColumn;                     case AT_ColumnDefault: return T::ColumnDefault;
        case AT_DropNotNull: return T::DropNotNull;                 case AT_SetNotNull: return T::SetNotNull;
        case AT_SetExpression: return T::SetExpression;             case AT_DropExpression: return T::DropExpression;
        case AT_SetStatistics: return T::SetStatistics;             case AT_SetOptions: return T::SetOptions;
        case AT_ResetOptions: return T::ResetOptions;               case AT_SetStorage: return T::SetStorage;
        case AT_SetCompression: return T::SetCompression;           case AT_DropColumn: return T::DropColumn;
        case AT_AddConstraint: return T::AddConstraint;             case AT_AlterConstraint: return T::AlterConstraint;
        case AT_ValidateConstraint: return T::ValidateConstraint;   case AT_DropConstraint: return T::DropConstraint;
        case AT_AlterColumnType: return T::AlterColumnType;         case AT_ChangeOwner: return T::ChangeOwner;
        case AT_ClusterOn: return T::ClusterOn;                     case AT_DropCluster: return T::DropCluster;
        case AT_SetLogged: return T::SetLogged;                     case AT_SetUnLogged: return T::SetUnLogged;
        case AT_SetAccessMethod: return T::SetAccessMethod;         case AT_SetTableSpace: return T::SetTableSpace;
        case AT_SetRelOptions: return T::SetRelOptions;             case AT_ResetRelOptions: return T::ResetRelOptions;
        case AT_EnableTrig: return T::EnableTrig;                   case AT_EnableAlwaysTrig: return T::EnableAlwaysTrig;
        case AT_EnableReplicaTrig: return T::EnableReplicaTrig;     case AT_DisableTrig: return T::DisableTrig;
        case AT_EnableTrigAll: return T::EnableTrigAll;             case AT_DisableTrigAll: return T::DisableTrigAll;
        case AT_EnableTrigUser: return T::EnableTrigUser;           case AT_DisableTrigUser: return T::DisableTrigUser;
        case AT_EnableRule: return T::EnableRule;                   case AT_EnableAlwaysRule: return T::EnableAlwaysRule;
        case AT_EnableReplicaRule: return T::EnableReplicaRule;     case AT_DisableRule: return T::DisableRule;
        case AT_AddInherit: return T::AddInherit;                   case AT_DropInherit: return T::DropInherit;
        case AT_AddOf: return T::AddOf;                             case AT_DropOf: return T::DropOf;
        case AT_ReplicaIdentity: return T::ReplicaIdentity;         case AT_EnableRowSecurity: return T::EnableRowSecurity;
        case AT_DisableRowSecurity: return T::DisableRowSecurity;   case AT_ForceRowSecurity: return T::ForceRowSecurity;
        case AT_NoForceRowSecurity: return T::NoForceRowSecurity;   case AT_AttachPartition: return T::AttachPartition;
        case AT_DetachPartition: return T::DetachPartition;         case AT_AddIdentity: return T::AddIdentity;
        case AT_DetachPartitionFinalize: return T::DetachPartitionFinalize;
        case AT_SetIdentity: return T::SetIdentity;                 case AT_DropIdentity: return T::DropIdentity;
        case AT_DropOids: return T::DropOids;                       case AT_GenericOptions: return T::GenericOptions;
        case AT_AlterColumnGenericOptions: return T::AlterColumnGenericOptions;
        default: return T::Other;
    }
    // clang-format on
}

/// Past the relation's name: [schema.]name, the ")" of ONLY (name), and "*".
std::size_t behind_name(const StatementPosition& place, const RangeVar& relation) {
    if (relation.location < 0) return place.end;
    Lexer lexer(place.sql, static_cast<std::size_t>(place.at(relation.location)), place.end);
    lexer.next();
    std::size_t end = lexer.at();
    for (Token t = lexer.next(); t.symbol == '.' || t.symbol == ')' || t.symbol == '*'; t = lexer.next()) {
        if (t.symbol == '.') lexer.next();
        end = lexer.at();
    }
    return end;
}

/// One span a subcommand; none at all when the text does not come apart as the tree did.
std::vector<Span> subcommands(const StatementPosition& place, const AlterTableStmt& alter) {
    std::vector<Span> spans;
    const std::size_t count = items(alter.cmds).size();
    if (!alter.relation) return spans;
    for (std::size_t at = behind_name(place, *alter.relation); at < place.end;) {
        const std::size_t end = end_of_item(place.sql, at, place.end);
        spans.push_back(trimmed(place.sql, at, end));
        Lexer lexer(place.sql, end, place.end);
        if (lexer.next().symbol != ',') break;
        at = lexer.at();
    }
    if (spans.size() != count) spans.clear();
    return spans;
}

// SET GENERATED keeps pg_attribute.attidentity's letter as a number.
std::string option_value(const DefElem& option) {
    if (option.defname && std::string_view(option.defname) == "generated" && is(option.arg, T_Integer))
        return as<Integer>(option.arg).ival == 'a' ? "always" : "by default";
    return value_of(option.arg);
}

void add_alter_constraint(const ATAlterConstraint& alter, AlterTableCmd& out) {
    Constraint c;
    c.name = text_of(alter.conname);
    c.enforced = !alter.alterEnforceability || alter.is_enforced;
    c.deferrable = alter.deferrable;
    c.initially_deferred = alter.initdeferred;
    c.no_inherit = alter.noinherit;
    if (alter.alterEnforceability) out.options.push_back("enforceability");
    if (alter.alterDeferrability) out.options.push_back("deferrability");
    if (alter.alterInheritability) out.options.push_back("inheritability");
    out.option_values.resize(out.options.size());
    out.name = c.name;
    out.constraint = std::move(c);
}

class CommandLowering {
public:
    CommandLowering(const ::AlterTableCmd& cmd, const StatementPosition& place, Span span)
        : cmd_(cmd), place_(place), span_(span) {}
    AlterTableCmd lower();

private:
    void add_definition();
    void add_list(const List* list);
    void add_expression(const Node* expr);
    void add_column(const ::ColumnDef& column);
    void add_constraint(const ::Constraint& constraint);
    void add_partition(const PartitionCmd& partition);

    const ::AlterTableCmd& cmd_;
    const StatementPosition& place_;
    Span span_;
    AlterTableCmd out_;
};

std::string text_behind(const StatementPosition& place, Span span, std::string_view keyword) {
    const auto token = find_keyword(place.sql, span.begin, span.end, keyword);
    return token ? place.slice(trimmed(place.sql, token->span.end, span.end)) : std::string();
}

void CommandLowering::add_expression(const Node* expr) {
    out_.expr = lower_expr(expr, place_);
    if (out_.subtype == AlterTableType::SetExpression) {
        const auto as_token = find_keyword(place_.sql, span_.begin, span_.end, "as");
        const auto inner = as_token ? in_parentheses(place_.sql, as_token->span.end, span_.end) : std::nullopt;
        if (inner) out_.expr_sql = place_.slice(*inner);
    } else {
        out_.expr_sql = text_behind(place_, span_, "default");
    }
}

// ALTER COLUMN ... TYPE keeps the USING expression in the column's raw_default.
void CommandLowering::add_column(const ::ColumnDef& column) {
    out_.column = lower_column(column, place_, span_.end);
    if (out_.subtype != AlterTableType::AlterColumnType) {
        out_.name = out_.column->name;
        return;
    }
    out_.column->name = out_.name;
    out_.expr = lower_optional_expr(column.raw_default, place_);
    if (out_.expr) out_.expr_sql = text_behind(place_, span_, "using");
}

void CommandLowering::add_constraint(const ::Constraint& constraint) {
    out_.constraint = lower_constraint(constraint, place_, span_.end);
    if (out_.subtype == AlterTableType::AddConstraint) out_.name = out_.constraint->name;
}

void CommandLowering::add_partition(const PartitionCmd& partition) {
    out_.relation = name_of(partition.name);
    out_.concurrently = partition.concurrent;
    if (partition.bound) out_.bound = lower_bound(*partition.bound, place_);
}

void CommandLowering::add_list(const List* list) {
    if (items(list).size() > 0 && is(items(list)[0], T_DefElem)) add_options(list, out_.options, out_.option_values);
}

void CommandLowering::add_definition() {
    const Node* def = cmd_.def;
    if (!def) return;
    if (out_.subtype == AlterTableType::ColumnDefault || out_.subtype == AlterTableType::SetExpression)
        return add_expression(def);
    switch (nodeTag(def)) {
        case T_ColumnDef: return add_column(as<::ColumnDef>(def));
        case T_Constraint: return add_constraint(as<::Constraint>(def));
        case T_ATAlterConstraint: return add_alter_constraint(as<ATAlterConstraint>(def), out_);
        case T_PartitionCmd: return add_partition(as<PartitionCmd>(def));
        case T_RangeVar: out_.relation = name_of(&as<RangeVar>(def)); return;
        case T_TypeName: out_.relation = name_of(as<::TypeName>(def).names); return;
        case T_List: return add_list(list_of(def));
        case T_ReplicaIdentityStmt:
            out_.replica_identity = as<ReplicaIdentityStmt>(def).identity_type;
            out_.name = text_of(as<ReplicaIdentityStmt>(def).name);
            return;
        default:
            if (out_.subtype == AlterTableType::SetStorage || out_.subtype == AlterTableType::SetCompression)
                out_.storage = value_of(def);
            else
                out_.option_values.push_back(value_of(def));
    }
}

AlterTableCmd CommandLowering::lower() {
    out_.subtype = subtype_of(cmd_.subtype);
    out_.name = cmd_.newowner ? role_of(cmd_.newowner) : text_of(cmd_.name);
    out_.missing_ok = cmd_.missing_ok;
    out_.cascade = cmd_.behavior == DROP_CASCADE;
    out_.location = static_cast<std::int32_t>(span_.begin);
    out_.end = static_cast<std::int32_t>(span_.end);
    add_definition();
    return std::move(out_);
}

}  // namespace

void add_options(const List* options, std::vector<std::string>& names, std::vector<std::string>& values) {
    for (const auto* option : items<DefElem>(options)) {
        const auto space = option->defnamespace ? text_of(option->defnamespace) + "." : std::string();
        names.push_back(space + text_of(option->defname));
        values.push_back(option_value(*option));
    }
}

Action lower_alter_table(const AlterTableStmt& alter, const StatementPosition& place) {
    AlterTable out;
    out.object = object_type_of(alter.objtype);
    out.name = name_of(alter.relation);
    out.only = alter.relation && !alter.relation->inh && out.object != ObjectType::type;
    out.if_exists = alter.missing_ok;
    const auto spans = subcommands(place, alter);
    const auto cmds = items<::AlterTableCmd>(alter.cmds);
    out.cmds.reserve(cmds.size());
    for (std::size_t i = 0; i < cmds.size(); ++i)
        out.cmds.push_back(
            CommandLowering(*cmds[i], place, spans.empty() ? Span{place.begin, place.end} : spans[i]).lower());
    return out;
}

}  // namespace pgfence
