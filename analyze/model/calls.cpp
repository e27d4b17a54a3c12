#include "analyze/model/calls.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "core/server_behaviour.h"

namespace pgfence {
namespace {

/// A function that has been seen is not looked into again; nor is a view or a table.
class Calls {
public:
    Calls(const Catalog& catalog, int version) : catalog_(catalog), version_(version) {}
    std::vector<Calling> found;
    std::vector<FunctionUse> unknown;
    std::vector<Name> foreign;

    void operator()(const Call& call) {
        add(call.procedure, "a procedure", "");
        of_query(call.arguments);
    }
    void operator()(const Execute& execute) {
        of_query(execute.arguments);
        if (auto runs = catalog_.prepared(execute.name))
            found.push_back({{}, {}, {}, std::move(runs), "a prepared statement", ""});
    }
    void operator()(const CreateTableAs& create) {
        if (!create.with_no_data) of_query(create.query);
    }
    void operator()(const RefreshMaterializedView& refresh);
    void operator()(const Dml& dml);
    void operator()(const Truncate& truncate);
    void operator()(const CreateTable& create);
    void operator()(const CreateIndex& index);
    void operator()(const CreateStatistics& statistics);
    void operator()(const MakeOfFunctions& made);
    void operator()(const CreateFunction& create);
    void operator()(const AlterTable& alter);
    void operator()(const AlterDomain& alter);
    void operator()(const Reindex& reindex);
    void operator()(const Cluster& cluster);
    void operator()(const Repack& repack) { (*this)(Cluster{repack.table, repack.index}); }
    void operator()(const Vacuum& vacuum);

    void of_event_triggers(std::string_view tag);

private:
    // ---- what may run a function ----
    std::vector<const Function*> add(const FunctionUse& use, const std::string& whose, const std::string& condition);
    void add(const Function& function, const FunctionUse& use, const std::string& whose, const std::string& condition);
    std::size_t place_of(const Function& function) const;
    void named(const Name& function, const std::string& condition);
    void note_unknown(const FunctionUse& use, const std::vector<const Function*>& may_be);
    void of_query(const Query& query);
    void of_query_within(const Query& query);
    void of_relations(const Query& query);
    void of_view(const Relation& view);
    void of_foreign(const Relation& relation);
    void of_expression(const Expr& expr, const std::string& condition);
    void of_expression(const Boxed<Expr>& expr, const Name& table);
    void of_operator(const OperatorUse& use, const std::string& condition);
    void of_cast(const TypeName& to, const std::string& condition);
    void of_type(const TypeName& type, const std::string& condition);
    void of_field(const std::string& field, const std::string& condition);
    void of_bound(const std::optional<PartitionBound>& bound);
    void of_implicit_casts();
    void of_columns(const Relation& row, const std::string& condition);

    // ---- rows ----
    void of_rows(const Relation& table, RangeUse::How how, const Dml& dml);
    void of_new_rows(const Relation& table, const Dml& dml);
    void of_stored_rows(const Relation& table, const std::string& condition);
    void of_indexes(const Relation& table, const std::string& condition);
    void of_exclusion(const Constraint& constraint, const std::string& condition);
    void of_relation(const Name& name, void (Calls::*what)(const Relation&, const std::string&));
    void of_every_relation(void (Calls::*what)(const Relation&, const std::string&));
    void of_defaults(const Relation& table, const Dml& dml);
    void of_cascades(const Relation& table, RangeUse::How how);
    void of_trigger(const TriggerInfo& trigger);
    void of_rule(const Relation& table, const RewriteRule& rule);
    void of_command(const AlterTableCmd& cmd, const Name& table);

    template <class T>
    bool first_time(std::vector<T>& seen, T what) {
        if (std::find(seen.begin(), seen.end(), what) != seen.end()) return false;
        seen.push_back(std::move(what));
        return true;
    }

    const Catalog& catalog_;
    const int version_;
    std::vector<RelationId> views_;
    std::vector<std::pair<RelationId, RangeUse::How>> rows_;
    std::set<std::tuple<std::string, std::string, int, bool>> types_;  ///< schema, name, dimensions, SETOF
    std::vector<RelationId> row_types_;
    std::vector<const Function*> functions_;
    bool casts_seen_ = false;
    bool only_planned_ = false;  ///< what is volatile waits until the query runs
};

// ---- what may run a function --------------------------------------------------------------------------------------

/// What the call may be of.
std::vector<const Function*> Calls::add(const FunctionUse& use, const std::string& whose,
                                        const std::string& condition) {
    std::vector<const Function*> may_be = catalog_.may_be_called_by(use);
    const std::string which = may_be.size() > 1 ? "which " + use.name.name + "() is meant" : condition;
    for (const Function* function : may_be) add(*function, use, whose, condition.empty() ? which : condition);
    return may_be;
}

std::size_t Calls::place_of(const Function& function) const {
    const auto all_of_name = catalog_.find_functions(function.name);
    return static_cast<std::size_t>(std::find(all_of_name.begin(), all_of_name.end(), &function) - all_of_name.begin());
}

void Calls::add(const Function& function, const FunctionUse& use, const std::string& whose,
                const std::string& condition) {
    if (only_planned_ && function.volatility == 'v') return;
    if (function.runs)
        found.push_back({use, function.name, function.types, nullptr, whose, condition, place_of(function)});
    if (!first_time(functions_, &function)) return;
    for (const Name& part : function.parts) named(part, "for how many rows " + function.name.name + "() is called");
    // expand_function_arguments; values become those of the arguments' types.
    const std::size_t all = static_cast<std::size_t>(std::max(0, function.arguments));
    const std::size_t given = use.arguments < 0 ? all : std::min(all, static_cast<std::size_t>(use.arguments));
    const std::size_t left_out = std::min(all - given, function.defaults.size());
    for (std::size_t i = function.defaults.size() - left_out; i < function.defaults.size(); ++i)
        of_expression(function.defaults[i], condition);
    for (const TypeName& type : function.types) of_type(type, "what " + function.name.name + "() is called with");
    of_type(function.result, "what " + function.name.name + "() returns");
}

/// By an operator, cast or aggregate: how many arguments it takes says its maker.
void Calls::named(const Name& function, const std::string& condition) {
    const FunctionUse use{function, -1, -1, false, {}, {}};
    note_unknown(use, add(use, "a function", condition));
}

/// Overloads that do not fit are known all the same; one in C has no body that anybody reads.
void Calls::note_unknown(const FunctionUse& use, const std::vector<const Function*>& may_be) {
    const bool has_body =
        std::any_of(may_be.begin(), may_be.end(), [](const Function* function) { return bool(function->runs); });
    if (!has_body && (!may_be.empty() || catalog_.find_functions(use.name).empty())) unknown.push_back(use);
}

void Calls::of_query(const Query& query) {
    for (const FunctionUse& use : query.functions)
        add(use, "a function", use.once ? "" : "how often the query calls " + use.name.name + "()");
    for (const OperatorUse& use : query.operators)
        of_operator(use, "for which values the query uses operator " + use.name.name);
    for (const TypeName& type : query.casts) {
        of_cast(type, "which values are cast to " + type.name.name);
        of_type(type, "which values are cast to " + type.name.name);
    }
    for (const std::string& field : query.fields) of_field(field, "whether " + field + " is a function of the row");
    of_implicit_casts();
    of_relations(query);
}

/// Of a view, a policy, a rule: no statement of the file names what it calls.
void Calls::of_query_within(const Query& query) {
    for (const FunctionUse& use : query.functions)
        if (!only_planned_) unknown.push_back(use);
    of_query(query);
}

/// Once: whatever is computed may meet them.
void Calls::of_implicit_casts() {
    if (std::exchange(casts_seen_, true)) return;
    for (const Cast& cast : catalog_.casts())
        if (!cast.is_explicit) named(cast.function, "whether a value is cast to " + cast.to.name.name);
}

/// A view is its query; policies are conditions that everybody has who does not own the table.
void Calls::of_relations(const Query& query) {
    for (const RangeUse& use : query.relations) {
        const Relation* relation = catalog_.find(use.name);
        if (!relation) continue;
        of_view(*relation);
        if (!use.only && !relation->table.children.empty())
            for (const Relation* below : catalog_.descendants(relation->id)) of_foreign(*below);
    }
}

void Calls::of_foreign(const Relation& relation) {
    if (relation.kind == RelationKind::foreign_table && !only_planned_) foreign.push_back(relation.name);
}

void Calls::of_view(const Relation& relation) {
    of_foreign(relation);
    const bool is_view = relation.kind == RelationKind::view;
    if (!is_view && relation.table.policies.empty()) return;
    if (!first_time(views_, relation.id)) return;
    if (is_view && relation.view.query) of_query_within(*relation.view.query);
    if (is_view)
        for (const RelationId id : relation.view.reads)
            if (const Relation* read = catalog_.get(id)) of_view(*read);
    for (const PolicyInfo& policy : relation.table.policies)
        if (policy.query) of_query_within(*policy.query);
}

void Calls::of_expression(const Expr& expr, const std::string& condition) {
    // A stack of its own: an expression may be thousands of operators deep.
    of_implicit_casts();
    std::vector<const Expr*> open{&expr};
    while (!open.empty()) {
        const Expr& e = *open.back();
        open.pop_back();
        switch (e.kind) {
            case Expr::Kind::call: {
                const FunctionUse use{e.name, static_cast<int>(e.args.size()), -1, false, {}, {}};
                note_unknown(use, add(use, "a function", condition));
                break;
            }
            case Expr::Kind::op:
                of_operator({e.name, static_cast<int>(std::min<std::size_t>(e.args.size(), 2)), {}, {}}, condition);
                break;
            case Expr::Kind::cast:
                of_cast(e.type, condition);
                of_type(e.type, condition);
                break;
            case Expr::Kind::column:
                if (!e.name.schema.empty()) of_field(e.text, condition);
                break;
            case Expr::Kind::other:
                if (!e.name.name.empty()) of_field(e.name.name, condition);
                break;
            default: break;
        }
        for (const Expr& arg : e.args) open.push_back(&arg);
    }
}

void Calls::of_expression(const Boxed<Expr>& expr, const Name& table) {
    if (expr) of_expression(*expr, "whether " + catalog_.qualified(table) + " has rows");
}

void Calls::of_operator(const OperatorUse& use, const std::string& condition) {
    for (const Operator& op : catalog_.operators()) {
        const int takes = op.left.name.empty() || op.right.name.empty() ? 1 : 2;
        if (op.name.name != use.name.name || takes != use.arguments) continue;
        if (!use.name.schema.empty() && use.name.schema != op.name.schema) continue;
        FunctionUse call{op.function, takes, -1, false, {}, {use.left, use.right}};
        if (takes == 1) call.types = {use.left.name.empty() ? use.right : use.left};
        const auto may_be = catalog_.may_be_called_by(call);
        note_unknown(call, may_be);
        for (const Function* function : may_be) add(*function, call, "a function", condition);
    }
}

void Calls::of_cast(const TypeName& to, const std::string& condition) {
    for (const Cast& cast : catalog_.casts())
        if (cast.to.name.name == to.name.name) named(cast.function, condition);
}

void Calls::of_columns(const Relation& row, const std::string& condition) {
    if (!first_time(row_types_, row.id)) return;
    for (const Column& column : row.columns) of_type(column.type, condition);
}

/// A domain has conditions, and may be over another one; a composite type, which every table is as well, has columns.
void Calls::of_type(const TypeName& type, const std::string& condition) {
    if (type.name.empty() || type.name.schema == "pg_catalog") return;
    if (!types_.emplace(type.name.schema, type.name.name, type.array_dimensions, type.setof).second) return;
    if (const Relation* row = catalog_.find(type.name)) of_columns(*row, condition);
    const Domain* domain = catalog_.find_domain(type.name);
    if (!domain) return;
    for (const TableConstraint& check : domain->checks)
        if (check.expr) of_expression(*check.expr, condition);
    of_type(domain->base, condition);
}

/// ParseFuncOrColumn: f(row) may be written row.f.
void Calls::of_field(const std::string& field, const std::string& condition) {
    const FunctionUse use{{"", field}, 1, -1, false, {}, {}};
    for (const Function* function : catalog_.may_be_called_by(use))
        if (!function->types.empty() && function->types.front().name.schema != "pg_catalog")
            add(*function, use, "a function", condition);
}

void Calls::of_bound(const std::optional<PartitionBound>& bound) {
    if (!bound) return;
    for (const auto* values : {&bound->list_values, &bound->lower, &bound->upper})
        for (const Expr& value : *values) of_expression(value, "");
}

// ---- rows ---------------------------------------------------------------------------------------------------------

void Calls::of_trigger(const TriggerInfo& trigger) {
    if (!trigger.enabled) return;
    const std::string which = "for how many rows trigger " + trigger.name + " fires";
    const bool for_sure = !trigger.row && !trigger.conditional;
    const FunctionUse use{trigger.function, 0, -1, false, {}, {}};
    const auto known = catalog_.may_be_called_by(use);
    if (std::none_of(known.begin(), known.end(), [](const Function* function) { return bool(function->runs); }))
        unknown.push_back(use);
    add(use, "a trigger", for_sure ? "" : which);
    if (trigger.when) of_expression(*trigger.when, which);
}

void Calls::of_rule(const Relation& table, const RewriteRule& rule) {
    if (!rule.enabled) return;
    if (rule.condition) of_query_within(*rule.condition);
    if (!rule.runs) return;
    found.push_back(
        {{},
         {},
         {},
         rule.runs,
         "a rule",
         "for which rows rule " + rule.name + " of " + table.name.schema + "." + table.name.name + " acts"});
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

bool makes_rows(RangeUse::How how, const Dml& dml) {
    return how == RangeUse::How::insert || how == RangeUse::How::merge ||
           (how == RangeUse::How::update && dml.kind != Dml::Kind::merge);
}

void Calls::operator()(const Dml& dml) {
    if (dml.merge_clause || dml.reach == Dml::Reach::parsed) return;
    if (dml.reach == Dml::Reach::planned) {
        // The planner evaluates what is no volatile function to know how many rows there will be.
        only_planned_ = true;
        return of_query(dml.query);
    }
    of_query(dml.query);
    for (const RangeUse& use : dml.query.relations)
        if (changes_rows(use.how))
            if (const Relation* table = catalog_.find(use.name)) of_rows(*table, use.how, dml);
}

/// What a partition or child has of its own. There may be thousands that have nothing.
bool has_more_than(const Relation& child, const Relation& parent) {
    return !child.triggers.empty() || !child.rules.empty() || !child.table.children.empty() ||
           child.table.constraints.size() > parent.table.constraints.size();
}

/// Written through a view, by other names and in another order: any column of the table may be left to its default.
Dml of_base(Dml dml) {
    dml.given = {};
    return dml;
}

void Calls::of_rows(const Relation& table, RangeUse::How how, const Dml& dml) {
    if (!first_time(rows_, {table.id, how})) return;
    const RangeUse use{table.name, how, false, -1};
    for (const TriggerInfo& trigger : table.triggers) {
        const bool conflict = how == RangeUse::How::insert && dml.updates_on_conflict && trigger.on_update;
        if (conflict || is_for(trigger, use, dml.set_columns)) of_trigger(trigger);
    }
    for (const RewriteRule& rule : table.rules)
        if (rule.event == how || how == RangeUse::How::merge) of_rule(table, rule);
    if (makes_rows(how, dml)) of_new_rows(table, dml);
    of_cascades(table, how);
    if (table.kind == RelationKind::view) {
        if (makes_rows(how, dml)) of_defaults(table, dml);
        if (const Relation* base = catalog_.get(table.view.base)) of_rows(*base, how, of_base(dml));
        return;
    }
    for (const RelationId id : table.table.children)
        if (const Relation* child = catalog_.get(id); child && has_more_than(*child, table)) of_rows(*child, how, dml);
}

/// FormIndexDatum, and what index_build evaluates.
void Calls::of_indexes(const Relation& table, const std::string& condition) {
    for (const Relation* index : catalog_.indexes_of(table.id)) {
        for (const IndexElement& element : index->index.elements)
            if (element.expr) of_expression(*element.expr, condition);
        if (index->index.where) of_expression(*index->index.where, condition);
    }
    // BuildRelationExtStatistics
    for (const ExtendedStatistics& statistics : table.table.statistics)
        for (const Expr& expr : statistics.expressions) of_expression(expr, condition);
}

/// ExecConstraints, ExecComputeStoredGenerated, the keys of partitions.
void Calls::of_stored_rows(const Relation& table, const std::string& condition) {
    for (const TableConstraint& constraint : table.table.constraints)
        if (constraint.type == ConstraintType::check && constraint.expr) of_expression(*constraint.expr, condition);
    for (const Column& column : table.columns) {
        if (column.generated_expr) of_expression(*column.generated_expr, condition);
        if (!column.type.name.schema.empty()) of_type(column.type, condition);
    }
    of_indexes(table, condition);
    if (table.table.partition_key)
        for (const IndexElement& element : table.table.partition_key->elements)
            if (element.expr) of_expression(*element.expr, condition);
}

void Calls::of_new_rows(const Relation& table, const Dml& dml) {
    of_defaults(table, dml);
    of_stored_rows(table, "whether rows are written");
}

bool is_given(const Relation& table, std::size_t at, const Dml& dml) {
    const GivenColumns& given = dml.given;
    const auto is_default = [&](std::size_t position) {
        return std::find(given.defaulted.begin(), given.defaulted.end(), position) != given.defaulted.end();
    };
    if (!given.names.empty()) {
        const auto named = std::find(given.names.begin(), given.names.end(), table.columns[at].name);
        return named != given.names.end() && !is_default(static_cast<std::size_t>(named - given.names.begin()));
    }
    if (dml.kind == Dml::Kind::copy_from) return true;
    return table.columns_known && !given.all && at < given.first && !is_default(at);
}

void Calls::of_defaults(const Relation& table, const Dml& dml) {
    const bool inserts = dml.kind == Dml::Kind::insert || dml.kind == Dml::Kind::copy_from;
    const bool merges = dml.kind == Dml::Kind::merge;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const Column& column = table.columns[i];
        const bool set =
            std::find(dml.set_to_default.begin(), dml.set_to_default.end(), column.name) != dml.set_to_default.end();
        if (!set && !merges && !(inserts && !is_given(table, i, dml))) continue;
        const std::string condition = "for how many rows the default of " + column.name + " is asked for";
        const bool one = inserts && dml.values_rows <= 1 && dml.values_only;
        if (column.default_expr) {
            of_expression(*column.default_expr, one ? "" : condition);
        } else if (const Domain* domain = catalog_.find_domain(column.type.name); domain && domain->default_expr) {
            of_expression(*domain->default_expr, condition);
        }
    }
}

/// Rows that refer to those that go are deleted or changed too, and that has triggers of its own.
void Calls::of_cascades(const Relation& table, RangeUse::How how) {
    const bool deletes = how == RangeUse::How::delete_ || how == RangeUse::How::merge;
    const bool updates = how == RangeUse::How::update || how == RangeUse::How::merge;
    if (!deletes && !updates) return;
    Dml following;
    for (const auto& [referencing, key] : catalog_.referencing(table.id)) {
        if (!key->enforced) continue;
        following.set_columns = key->columns;
        if (deletes && key->on_delete == 'c') of_rows(*referencing, RangeUse::How::delete_, following);
        const bool sets = deletes && (key->on_delete == 'n' || key->on_delete == 'd');
        if (sets || (updates && key->on_update != 'a' && key->on_update != 'r'))
            of_rows(*referencing, RangeUse::How::update, following);
    }
}

void Calls::operator()(const RefreshMaterializedView& refresh) {
    const Relation* view = refresh.with_no_data ? nullptr : catalog_.find(refresh.name);
    if (!view) return;
    if (view->view.query) of_query_within(*view->view.query);
    of_indexes(*view, "whether " + catalog_.qualified(refresh.name) + " has rows");
    for (const RelationId id : view->view.reads)
        if (const Relation* read = catalog_.get(id)) of_view(*read);
}

void Calls::operator()(const Truncate& truncate) {
    for (const RangeUse& use : truncate.tables) {
        const Relation* table = catalog_.find(use.name);
        if (!table) continue;
        for (const TriggerInfo& trigger : table->triggers)
            if (trigger.on_truncate) of_trigger(trigger);
        of_foreign(*table);
        for (const Relation* below : catalog_.descendants(table->id)) of_foreign(*below);
    }
}

void Calls::operator()(const CreateIndex& index) {
    for (const IndexElement& element : index.elements) of_expression(element.expr, index.table);
    of_expression(index.where, index.table);
}

/// Its rows come later; an IMMUTABLE function that does more than compute is meant to do that then.
void Calls::of_exclusion(const Constraint& constraint, const std::string& condition) {
    if (constraint.type != ConstraintType::exclusion) return;
    for (const Expr& expr : constraint.exclusion_expressions) of_expression(expr, condition);
    for (const Name& name : constraint.exclusion_operators) of_operator({name, 2, {}, {}}, condition);
    if (constraint.expr) of_expression(*constraint.expr, condition);
}

void Calls::operator()(const CreateTable& create) {
    of_bound(create.bound);
    const std::string condition = "whether rows are written to " + catalog_.qualified(create.name);
    for (const Constraint& constraint : create.constraints) of_exclusion(constraint, condition);
}

void Calls::operator()(const CreateStatistics& statistics) {
    for (const Expr& expr : statistics.expressions) of_expression(expr, "whether the table is analyzed");
}

void Calls::operator()(const MakeOfFunctions& made) {
    const std::string condition = "whether the server works with " + made.what;
    for (const Name& function : made.functions) named(function, condition);
    for (const OperatorUse& use : made.operators) of_operator(use, condition);
}

/// CREATE OR REPLACE FUNCTION of what an object is made of.
void Calls::operator()(const CreateFunction& create) {
    const Name name = catalog_.creation_name(create.name);
    if (!create.or_replace || !create.runs || !catalog_.is_part_of_object(name)) return;
    found.push_back({{}, {}, {}, create.runs.get(), "a function", "whether the server calls " + name.name + "()"});
}

void Calls::of_relation(const Name& name, void (Calls::*what)(const Relation&, const std::string&)) {
    const Relation* relation = catalog_.find(name);
    if (!relation) return;
    const std::string condition = "whether " + catalog_.qualified(name) + " has rows";
    const Relation* indexed = relation->index.table ? catalog_.get(relation->index.table) : nullptr;
    (this->*what)(indexed ? *indexed : *relation, condition);
    for (const Relation* below : catalog_.descendants(relation->id)) (this->*what)(*below, condition);
}

void Calls::of_every_relation(void (Calls::*what)(const Relation&, const std::string&)) {
    for (const auto& [id, relation] : catalog_.relations())
        if (relation.is_table() || relation.kind == RelationKind::materialized_view)
            (this->*what)(relation, "whether " + relation.name.schema + "." + relation.name.name + " has rows");
}

void Calls::operator()(const Reindex& reindex) {
    if (reindex.kind == Reindex::Kind::index || reindex.kind == Reindex::Kind::table)
        of_relation(reindex.name, &Calls::of_indexes);
    else
        of_every_relation(&Calls::of_indexes);
}

void Calls::operator()(const Cluster& cluster) {
    if (cluster.table.empty()) return of_every_relation(&Calls::of_indexes);
    of_relation(cluster.table, &Calls::of_indexes);
}

void Calls::operator()(const Vacuum& vacuum) {
    if (vacuum.is_vacuum && !vacuum.full && !vacuum.analyze) return;
    if (vacuum.tables.empty()) of_every_relation(&Calls::of_indexes);
    for (const RangeUse& use : vacuum.tables) of_relation(use.name, &Calls::of_indexes);
}

void Calls::operator()(const AlterTable& alter) {
    for (const AlterTableCmd& cmd : alter.cmds) of_command(cmd, alter.name);
}

/// validateDomainCheckConstraint
void Calls::operator()(const AlterDomain& alter) {
    if (alter.constraint && alter.constraint->expr && alter.kind == AlterDomain::Kind::add_constraint &&
        !alter.constraint->not_valid)
        of_expression(*alter.constraint->expr, "whether a column of the domain has values");
    if (alter.kind == AlterDomain::Kind::validate_constraint)
        of_type({.name = alter.name, .typmods = {}, .modifier_words = {}}, "whether a column of the domain has values");
}

bool looks_at_rows(const Constraint& constraint) {
    return constraint.type == ConstraintType::check && !constraint.not_valid && constraint.enforced;
}

/// A default that is a constant is kept beside the rows (ATExecAddColumn).
bool may_rewrite(const ColumnDef& column) {
    return std::any_of(column.constraints.begin(), column.constraints.end(), [](const Constraint& constraint) {
        return constraint.type == ConstraintType::generated ||
               (constraint.type == ConstraintType::default_ && constraint.expr &&
                constraint.expr->kind != Expr::Kind::constant);
    });
}

// What ATRewriteTable evaluates for each row.
void Calls::of_command(const AlterTableCmd& cmd, const Name& table) {
    const std::string has_rows = "whether " + catalog_.qualified(table) + " has rows";
    switch (cmd.subtype) {
        case AlterTableType::AddConstraint:
            if (!cmd.constraint) break;
            if (looks_at_rows(*cmd.constraint)) of_expression(cmd.constraint->expr, table);
            of_exclusion(*cmd.constraint, has_rows);
            break;
        case AlterTableType::ValidateConstraint:
            if (const Relation* relation = catalog_.find(table))
                if (const TableConstraint* constraint = relation->constraint_named(cmd.name))
                    if (constraint->type == ConstraintType::check) of_expression(constraint->expr, table);
            break;
        case AlterTableType::AddColumn:
            if (!cmd.column) break;
            of_type(cmd.column->type, has_rows);
            if (const Domain* domain = catalog_.find_domain(cmd.column->type.name))
                of_expression(domain->default_expr, table);
            for (const Constraint& constraint : cmd.column->constraints)
                if (constraint.type == ConstraintType::default_ || constraint.type == ConstraintType::generated ||
                    looks_at_rows(constraint))
                    of_expression(constraint.expr, table);
            if (may_rewrite(*cmd.column)) of_relation(table, &Calls::of_stored_rows);
            break;
        case AlterTableType::AlterColumnType:
            if (cmd.column) {
                of_cast(cmd.column->type, has_rows);
                of_type(cmd.column->type, has_rows);
            }
            of_expression(cmd.expr, table);
            of_relation(table, &Calls::of_stored_rows);
            break;
        case AlterTableType::SetExpression:
            of_expression(cmd.expr, table);
            of_relation(table, &Calls::of_stored_rows);
            break;
        case AlterTableType::SetLogged:
        case AlterTableType::SetUnLogged:
        case AlterTableType::SetAccessMethod: of_relation(table, &Calls::of_stored_rows); break;
        case AlterTableType::AttachPartition:
            of_bound(cmd.bound);
            if (const Relation* parent = catalog_.find(table)) of_stored_rows(*parent, has_rows);
            of_relation(cmd.relation, &Calls::of_stored_rows);
            break;
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
    if (tag == "REINDEX") return has(version, Behaviour::reindex_fires_event_triggers);
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
        add({trigger.function, 0, -1, false, {}, {}}, "an event trigger",
            always ? "" : "whether " + trigger.name + " fires: it is on " + trigger.event);
    }
}

Calls asked(const Action& action, const Catalog& catalog, int version) {
    Calls calls(catalog, version);
    std::visit(
        [&]<class T>(const T& a) {
            if constexpr (std::is_invocable_v<Calls&, const T&>) calls(a);
        },
        action);
    return calls;
}

}  // namespace

std::vector<Calling> calls_of(const Action& action, std::string_view tag, const Catalog& catalog, int version) {
    Calls calls = asked(action, catalog, version);
    calls.of_event_triggers(tag);
    return std::move(calls.found);
}

Unfollowed unfollowed_by(const Action& action, const Catalog& catalog, int version) {
    Calls calls = asked(action, catalog, version);
    return {std::move(calls.unknown), std::move(calls.foreign)};
}

}  // namespace pgfence
