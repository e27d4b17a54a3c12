// What is created beside tables: views, indexes, triggers, policies, rules, statistics, publications, extensions.

#include "analyze/lower/lowering.h"
#include "core/text.h"

extern "C" {
#include "catalog/pg_trigger_d.h"
#include "commands/trigger.h"
}

namespace pgfence {
namespace {

/// Nothing else: what a function says of every row, as auth.uid() IS NOT NULL, it may say of one role alone.
bool is_true(const Node* condition, const StatementPosition& place) {
    const auto expr = lower_optional_expr(condition, place);
    return expr && expr->kind == Expr::Kind::constant && expr->text == "true";
}

Action policy_change(bool create, const char* name, const RangeVar* table, const Node* qual, const Node* check,
                     const StatementPosition& place) {
    auto walk = walk_query(std::vector<const Node*>{qual, check}, place);
    if (!walk.complete) return Unmodelled{"the policy's expression holds syntax that is not read"};
    PolicyChange out;
    out.create = create;
    out.name = text_of(name);
    out.table = name_of(table);
    out.query = std::move(walk.query);
    out.columns = std::move(walk.columns);
    out.query.has_where = qual != nullptr;
    out.shown = lower_optional_expr(qual, place);
    out.checked = lower_optional_expr(check, place);
    out.any_row = is_true(qual ? qual : check, place);
    out.no_row = is_never(qual ? qual : check);
    return out;
}

/// view_query_is_auto_updatable: rows of one relation, one by one.
void note_base(const SelectStmt& select, const StatementPosition& place, CreateView& view) {
    const auto from = items(select.fromClause);
    if (from.size() != 1 || !is(from[0], T_RangeVar) || select.op != SETOP_NONE || select.groupClause ||
        select.havingClause || select.distinctClause || select.limitCount || select.limitOffset || select.withClause)
        return;
    const auto& base = as<RangeVar>(from[0]);
    view.base = name_of(&base);
    view.chooses = select.whereClause && !row_condition(select.whereClause, &base, nullptr, place).says_same;
}

RangeUse::How event_of(CmdType event) {
    switch (event) {
        case CMD_INSERT: return RangeUse::How::insert;
        case CMD_UPDATE: return RangeUse::How::update;
        case CMD_DELETE: return RangeUse::How::delete_;
        default: return RangeUse::How::read;
    }
}

}  // namespace

Action lower_create_view(const ViewStmt& view, const StatementPosition& place) {
    auto walk = walk_query(view.query, place);
    if (!walk.complete) return Unmodelled{"the view's query holds syntax that is not read"};
    CreateView out;
    out.name = name_of(view.view);
    out.or_replace = view.replace;
    out.persistence = persistence_of(view.view);
    out.columns = strings_of(view.aliases);
    out.uses = columns_used(view.query, walk, place);
    if (is(view.query, T_SelectStmt)) {
        const auto& select = as<SelectStmt>(view.query);
        note_base(select, place, out);
        out.where = lower_optional_expr(select.whereClause, place);
        out.plain = select.op == SETOP_NONE && !select.limitCount && !select.limitOffset && !select.havingClause;
        out.no_row = gives_no_row(view.query);
    }
    out.query = std::move(walk.query);
    return out;
}

Action lower_create_index(const IndexStmt& index, const StatementPosition& place) {
    CreateIndex out;
    out.name = text_of(index.idxname);
    out.table = name_of(index.relation);
    out.unique = index.unique;
    out.concurrently = index.concurrent;
    out.if_not_exists = index.if_not_exists;
    out.only = index.relation && !index.relation->inh;
    out.nulls_not_distinct = index.nulls_not_distinct;
    out.access_method = text_of(index.accessMethod);
    const int table_at = index.relation ? index.relation->location : -1;
    out.elements = lower_index_elements(index.indexParams, place,
                                        table_at < 0 ? place.begin : static_cast<std::size_t>(place.at(table_at)));
    for (const auto* element : items<IndexElem>(index.indexIncludingParams))
        out.including.push_back(text_of(element->name));
    out.where = lower_optional_expr(index.whereClause, place);
    out.tablespace = text_of(index.tableSpace);
    return out;
}

Action lower_create_trigger(const CreateTrigStmt& trigger, const StatementPosition& place) {
    CreateTrigger out;
    out.name = text_of(trigger.trigname);
    out.table = name_of(trigger.relation);
    out.function = name_of(trigger.funcname);
    out.timing = TRIGGER_FOR_BEFORE(trigger.timing)    ? TriggerTiming::before
                 : TRIGGER_FOR_INSTEAD(trigger.timing) ? TriggerTiming::instead_of
                                                       : TriggerTiming::after;
    out.row = trigger.row;
    out.constraint = trigger.isconstraint;
    out.or_replace = trigger.replace;
    out.from = name_of(trigger.constrrel);
    out.columns = strings_of(trigger.columns);
    out.on_insert = TRIGGER_FOR_INSERT(trigger.events);
    out.on_update = TRIGGER_FOR_UPDATE(trigger.events);
    out.on_delete = TRIGGER_FOR_DELETE(trigger.events);
    out.on_truncate = TRIGGER_FOR_TRUNCATE(trigger.events);
    out.conditional = trigger.whenClause != nullptr;
    out.when = lower_optional_expr(trigger.whenClause, place);
    return out;
}

Action lower_create_event_trigger(const CreateEventTrigStmt& trigger) {
    CreateEventTrigger out;
    out.name = text_of(trigger.trigname);
    out.event = text_of(trigger.eventname);
    out.function = name_of(trigger.funcname);
    if (const auto* tags = option_of(trigger.whenclause, "tag")) out.tags = strings_of(list_of(tags->arg));
    for (std::string& tag : out.tags) tag = upper_case(tag);
    return out;
}

Action lower_alter_event_trigger(const AlterEventTrigStmt& trigger) {
    return AlterEventTrigger{text_of(trigger.trigname),
                             trigger.tgenabled == TRIGGER_FIRES_ON_ORIGIN || trigger.tgenabled == TRIGGER_FIRES_ALWAYS};
}

/// policy_role_list_to_array: PUBLIC stands for all of them.
std::vector<std::string> roles_of(const List* roles) {
    std::vector<std::string> names;
    for (const auto* role : items<RoleSpec>(roles)) {
        if (role->roletype == ROLESPEC_PUBLIC) return {};
        names.push_back(role_of(role));
    }
    return names;
}

/// parse_policy_command
char command_of(const CreatePolicyStmt& policy) {
    const std::string name = text_of(policy.cmd_name);
    return name == "select" ? 'r' : name == "insert" ? 'a' : name == "update" ? 'w' : name == "delete" ? 'd' : '*';
}

Action lower_create_policy(const CreatePolicyStmt& policy, const StatementPosition& place) {
    Action action = policy_change(true, policy.policy_name, policy.table, policy.qual, policy.with_check, place);
    if (auto* change = std::get_if<PolicyChange>(&action)) {
        change->command = command_of(policy);
        change->permissive = policy.permissive;
        change->roles = roles_of(policy.roles);
    }
    return action;
}

Action lower_alter_policy(const AlterPolicyStmt& policy, const StatementPosition& place) {
    Action action = policy_change(false, policy.policy_name, policy.table, policy.qual, policy.with_check, place);
    if (auto* change = std::get_if<PolicyChange>(&action)) change->roles = roles_of(policy.roles);
    return action;
}

Action lower_create_rule(const RuleStmt& rule, const StatementPosition& place) {
    std::vector<const Node*> parts{rule.whereClause}, actions;
    for (const Node* action : items(rule.actions))
        if (!is(action, T_NotifyStmt)) {
            parts.push_back(action);
            actions.push_back(action);
        }
    auto walk = walk_query(parts, place);
    if (!walk.complete) return Unmodelled{"the rule's actions hold syntax that is not read"};
    CreateRule out;
    out.name = text_of(rule.rulename);
    out.table = name_of(rule.relation);
    out.or_replace = rule.replace;
    out.event = event_of(rule.event);
    out.instead = rule.instead;
    out.conditional = rule.whereClause != nullptr;
    out.runs = as_body(actions, place);
    out.columns = std::move(walk.columns);
    out.query = std::move(walk.query);
    if (rule.whereClause) out.condition = walk_query(rule.whereClause, place).query;
    for (QueryWalk::Part& part : walk.parts)
        out.query.relations.insert(out.query.relations.end(), part.query.relations.begin(), part.query.relations.end());
    out.query.has_where = rule.whereClause != nullptr;
    return out;
}

Action lower_create_statistics(const CreateStatsStmt& statistics, const StatementPosition& place) {
    CreateStatistics out;
    out.name = name_of(statistics.defnames);
    out.if_not_exists = statistics.if_not_exists;
    for (const Node* relation : items(statistics.relations))
        if (is(relation, T_RangeVar)) out.tables.push_back(name_of(&as<RangeVar>(relation)));
    for (const auto* element : items<StatsElem>(statistics.exprs))
        if (element->name)
            out.columns.push_back(element->name);
        else if (element->expr)
            out.expressions.push_back(lower_expr(element->expr, place));
    return out;
}

PublishedTable published_table(const PublicationTable& table, const StatementPosition& place) {
    PublishedTable out{range_use(table.relation, RangeUse::How::read, place)};
    for (const Node* column : items(table.columns)) out.columns.push_back(value_of(column));
    if (table.whereClause) out.where = lower_expr(table.whereClause, place);
    return out;
}

PublicationChange lower_publication(PublicationChange::Kind kind, std::string name, const List* objects,
                                    bool all_tables, const StatementPosition& place) {
    PublicationChange out;
    out.kind = kind;
    out.name = std::move(name);
    out.all_tables = all_tables;
    for (const auto* object : items<PublicationObjSpec>(objects))
        if (object->pubtable)
            out.tables.push_back(published_table(*object->pubtable, place));
        else
            out.of_schema = true;
    return out;
}

Action lower_create_extension(const CreateExtensionStmt& extension) {
    CreateExtension out;
    out.name = text_of(extension.extname);
    out.if_not_exists = extension.if_not_exists;
    if (const auto* schema = option_of(extension.options, "schema")) out.schema = value_of(schema->arg);
    if (const auto* version = option_of(extension.options, "new_version")) out.version = value_of(version->arg);
    return out;
}

}  // namespace pgfence
