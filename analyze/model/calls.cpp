#include "analyze/model/calls.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <type_traits>
#include <variant>

namespace pgfence {
namespace {

class Calls {
public:
    Calls(const Catalog& catalog, int version) : catalog_(catalog), version_(version) {}
    std::vector<Calling> found;

    void add(const FunctionUse& use, const std::string& whose, const std::string& condition) {
        const Function* function = catalog_.called_by(use);
        if (function && function->runs) found.push_back({use, whose, condition});
    }

    void of_query(const Query& query) {
        for (const FunctionUse& use : query.functions)
            add(use, "a function", use.once ? "" : "how often the query calls " + use.name.name + "()");
    }

    void of_expression(const Expr& expr, const std::string& condition) {
        if (expr.kind == Expr::Kind::call)
            add({expr.name, static_cast<int>(expr.args.size()), -1, false, {}}, "a function", condition);
        for (const Expr& arg : expr.args) of_expression(arg, condition);
    }

    void of_expression(const Boxed<Expr>& expr, const Name& table) {
        if (expr) of_expression(*expr, "whether " + catalog_.qualified(table) + " has rows");
    }

    void operator()(const Call& call) { add(call.procedure, "a procedure", ""); }
    void operator()(const CreateTableAs& create) {
        if (!create.with_no_data) of_query(create.query);
    }
    void operator()(const Dml& dml);
    void operator()(const Truncate& truncate);
    void operator()(const CreateIndex& index);
    void operator()(const AlterTable& alter);

    void of_event_triggers(std::string_view tag);

private:
    void of_trigger(const TriggerInfo& trigger);
    void of_command(const AlterTableCmd& cmd, const Name& table);

    const Catalog& catalog_;
    const int version_;
};

void Calls::of_trigger(const TriggerInfo& trigger) {
    if (!trigger.enabled) return;
    const bool for_sure = !trigger.row && !trigger.conditional;
    add({trigger.function, 0, -1, false, {}}, "a trigger",
        for_sure ? "" : "for how many rows trigger " + trigger.name + " fires");
}

/// Whether the trigger is for what the query does to its table; UPDATE OF looks at the columns that SET names.
bool is_for(const TriggerInfo& trigger, const RangeUse& use, const std::vector<std::string>& set_columns) {
    switch (use.how) {
        case RangeUse::How::insert: return trigger.on_insert;
        case RangeUse::How::delete_: return trigger.on_delete;
        case RangeUse::How::merge: return trigger.on_insert || trigger.on_update || trigger.on_delete;
        case RangeUse::How::update:
            return trigger.on_update &&
                   (trigger.columns.empty() ||
                    std::find_first_of(trigger.columns.begin(), trigger.columns.end(), set_columns.begin(),
                                       set_columns.end()) != trigger.columns.end());
        default: return false;
    }
}

void Calls::operator()(const Dml& dml) {
    if (dml.reach != Dml::Reach::run) return;
    of_query(dml.query);
    for (const RangeUse& use : dml.query.relations) {
        const bool writes = use.how != RangeUse::How::read && use.how != RangeUse::How::lock_rows;
        const Relation* table = writes ? catalog_.find(use.name) : nullptr;
        if (!table) continue;
        for (const TriggerInfo& trigger : table->triggers)
            if (is_for(trigger, use, dml.set_columns)) of_trigger(trigger);
        if (use.how == RangeUse::How::delete_) continue;
        // ExecConstraints
        for (const TableConstraint& constraint : table->constraints)
            if (constraint.type == ConstraintType::check && constraint.expr)
                of_expression(*constraint.expr, "whether rows are written");
    }
}

void Calls::operator()(const Truncate& truncate) {
    for (const RangeUse& use : truncate.tables)
        if (const Relation* table = catalog_.find(use.name))
            for (const TriggerInfo& trigger : table->triggers)
                if (trigger.on_truncate) of_trigger(trigger);
}

void Calls::operator()(const CreateIndex& index) {
    for (const IndexElement& element : index.elements) of_expression(element.expr, index.table);
    of_expression(index.where, index.table);
}

void Calls::operator()(const AlterTable& alter) {
    for (const AlterTableCmd& cmd : alter.cmds) of_command(cmd, alter.name);
}

bool looks_at_rows(const Constraint& constraint) {
    return constraint.type == ConstraintType::check && !constraint.not_valid && constraint.enforced;
}

// What ATRewriteTable evaluates for each row.
void Calls::of_command(const AlterTableCmd& cmd, const Name& table) {
    switch (cmd.subtype) {
        case AlterTableType::AddConstraint:
            if (cmd.constraint && looks_at_rows(*cmd.constraint)) of_expression(cmd.constraint->expr, table);
            break;
        case AlterTableType::ValidateConstraint:
            if (const Relation* relation = catalog_.find(table))
                if (const TableConstraint* constraint = relation->constraint_named(cmd.name))
                    if (constraint->type == ConstraintType::check) of_expression(constraint->expr, table);
            break;
        case AlterTableType::AddColumn:
            if (!cmd.column) break;
            for (const Constraint& constraint : cmd.column->constraints)
                if (constraint.type == ConstraintType::default_ || constraint.type == ConstraintType::generated ||
                    looks_at_rows(constraint))
                    of_expression(constraint.expr, table);
            break;
        case AlterTableType::AlterColumnType:
        case AlterTableType::SetExpression: of_expression(cmd.expr, table); break;
        default: break;
    }
}

/// The commands that event triggers fire for (event_trigger_ok in cmdtaglist.h): what defines objects of the database,
/// not of the whole cluster.
bool fires_event_triggers(std::string_view tag, int version) {
    constexpr std::array kinds{"CREATE ", "ALTER ", "DROP "};
    constexpr std::array others{
        "COMMENT",        "GRANT",      "REVOKE", "IMPORT FOREIGN SCHEMA", "REFRESH MATERIALIZED VIEW",
        "SECURITY LABEL", "SELECT INTO"};
    constexpr std::array shared{"DATABASE", "ROLE", "TABLESPACE", "SYSTEM", "EVENT TRIGGER"};
    if (tag == "REINDEX") return version >= 17;
    if (std::find(others.begin(), others.end(), tag) != others.end()) return true;
    return std::any_of(kinds.begin(), kinds.end(), [&](std::string_view kind) {
        return tag.starts_with(kind) &&
               std::find(shared.begin(), shared.end(), tag.substr(kind.size())) == shared.end();
    });
}

void Calls::of_event_triggers(std::string_view tag) {
    if (catalog_.event_triggers().empty() || !fires_event_triggers(tag, version_)) return;
    for (const EventTrigger& trigger : catalog_.event_triggers()) {
        const bool named = std::find(trigger.tags.begin(), trigger.tags.end(), tag) != trigger.tags.end();
        if (!trigger.enabled || trigger.event == "login" || (!trigger.tags.empty() && !named)) continue;
        const bool always = trigger.event == "ddl_command_start" || trigger.event == "ddl_command_end";
        add({trigger.function, 0, -1, false, {}}, "an event trigger",
            always ? "" : "whether " + trigger.name + " fires: it is on " + trigger.event);
    }
}

}  // namespace

std::vector<Calling> calls_of(const Action& action, std::string_view tag, const Catalog& catalog, int version) {
    Calls calls(catalog, version);
    std::visit(
        [&]<class T>(const T& a) {
            if constexpr (std::is_invocable_v<Calls&, const T&>) calls(a);
        },
        action);
    calls.of_event_triggers(tag);
    return std::move(calls.found);
}

}  // namespace pgfence
