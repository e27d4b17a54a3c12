// DROP without CASCADE stops at whatever else depends on the object (findDependentObjects and reportDependentObjects in
// dependency.c). Only what the catalog knows is found: a DROP that is not refused here may still fail.

#include <algorithm>
#include <set>

#include "analyze/catalog/mentioned_columns.h"
#include "analyze/model/deletion.h"
#include "analyze/model/expressions.h"
#include "analyze/model/extension_parts.h"
#include "analyze/model/statements.h"
#include "core/text.h"

namespace pgfence {

/// A column of that name: where the policy reads other tables, it may be theirs.
bool names(const PolicyInfo& policy, const std::string& column) {
    return std::find(policy.columns.begin(), policy.columns.end(), column) != policy.columns.end();
}
bool reads_others(const PolicyInfo& policy) { return !policy.query || !policy.query->relations.empty(); }

/// UPDATE OF, WHEN
bool names(const TriggerInfo& trigger, const std::string& column) {
    return std::find(trigger.columns.begin(), trigger.columns.end(), column) != trigger.columns.end() ||
           (trigger.when && mentions_column(*trigger.when, column));
}

namespace {

/// Its query says whose column it is.
bool names_with_table(const Relation& view, RelationId table, const std::string& column) {
    const auto& told = view.view.told_columns;
    return std::find(told.begin(), told.end(), std::pair(table, column)) != told.end();
}

}  // namespace

bool may_name_another(const Catalog& catalog, const Relation& view, RelationId table, const std::string& column) {
    const auto& read = view.view.reads;
    return !names_with_table(view, table, column) && std::any_of(read.begin(), read.end(), [&](RelationId id) {
        const Relation* other = id == table ? nullptr : catalog.get(id);
        return id != table && (!other || !other->columns_known || other->column(column));
    });
}

bool shows(const Relation& view, RelationId table, const std::string& column) {
    return std::any_of(view.view.columns.begin(), view.view.columns.end(),
                       [&](const ViewColumn& c) { return c.of == table && c.column == column; });
}

namespace {

using Going = std::set<RelationId>;

bool calls(const Expr& expr, const std::string& function) {
    std::vector<const Expr*> open{&expr};
    while (!open.empty()) {
        const Expr& e = *open.back();
        open.pop_back();
        if (e.kind == Expr::Kind::call && e.name.name == function) return true;
        for (const Expr& arg : e.args) open.push_back(&arg);
    }
    return false;
}

bool calls(const Boxed<Expr>& expr, const std::string& function) { return expr && calls(*expr, function); }

/// In a trigger, default, generated column, check or index.
bool uses(const Relation& relation, const std::string& function) {
    const auto any = [](const auto& all, auto has) { return std::any_of(all.begin(), all.end(), has); };
    return any(relation.triggers, [&](const TriggerInfo& t) { return t.function.name == function; }) ||
           any(relation.columns,
               [&](const Column& c) { return calls(c.default_expr, function) || calls(c.generated_expr, function); }) ||
           any(relation.table.constraints, [&](const TableConstraint& c) { return calls(c.expr, function); }) ||
           any(relation.index.elements, [&](const IndexElement& e) { return calls(e.expr, function); }) ||
           calls(relation.index.where, function);
}

/// In what the catalog keeps no list of: a trigger's WHEN, extended statistics, a partition key.
bool uses_elsewhere(const Relation& relation, const std::string& function) {
    const auto any = [](const auto& all, auto has) { return std::any_of(all.begin(), all.end(), has); };
    const auto& key = relation.table.partition_key;
    return any(relation.triggers, [&](const TriggerInfo& t) { return calls(t.when, function); }) ||
           any(relation.table.statistics,
               [&](const ExtendedStatistics& s) {
                   return any(s.expressions, [&](const Expr& e) { return calls(e, function); });
               }) ||
           (key && any(key->elements, [&](const IndexElement& e) { return calls(e.expr, function); }));
}

class Dependents {
public:
    Dependents(Answer& answer, const Going& going) : answer_(answer), going_(going) {}

    void of_relation(const Relation& relation) {
        for (const Relation* view : answer_.catalog.views_on(relation.id)) add(*view, word(view->kind));
        // A partition has its part of the keys that point at the table above it.
        for (const auto& [table, key] : keys_to_rows_of(answer_.catalog, relation))
            if (table->id != relation.id) add(*table, "foreign key " + key->name + " of", !key->maybe);
        for (const RelationId id : relation.table.children)
            if (const Relation* child = answer_.catalog.get(id); child && !child->table.is_partition)
                add(*child, "table");
        for (const Relation* other : answer_.catalog.naming_others()) {
            if (has_policy_on(answer_.catalog, *other, relation)) add(*other, "a policy of");
            if (has_rule_on(answer_.catalog, *other, relation)) add(*other, "a rule of", false);
        }
        of_atomic_functions([&](const Function& f) { return depends_on(answer_.catalog, f, relation); }, true);
        if (relation.kind == RelationKind::sequence) of_sequence(relation);
        if (relation.is_table() || relation.kind == RelationKind::composite_type) of_type(relation.name);
    }

    void of_column(const Relation& table, const std::string& column, const std::set<std::string>& gone) {
        for (const Relation* view : answer_.catalog.views_on(table.id)) {
            const bool named = view->view.mentions(table.id, column);
            // A * stands for the columns that were there when the view was made.
            const auto& whole = view->view.shown_whole;
            const bool starred = std::find(whole.begin(), whole.end(), table.id) != whole.end();
            if (named || starred || view->view.uses_star)
                add(*view, word(view->kind),
                    named     ? !may_name_another(answer_.catalog, *view, table.id, column)
                    : starred ? shows(*view, table.id, column)
                              : false);  // the * of a subquery
        }
        for (const auto& [other, key] : answer_.catalog.referencing(table.id)) {
            if (points_at_index_with(answer_.catalog, table, *key, column) && other->id != table.id &&
                !(is_below(*other, table) && goes_with_column(*other, *key, column)))
                // Another index over the same columns may be the one that it points at.
                add(*other, "foreign key " + key->name + " of",
                    !key->maybe && is_among(column, key->referenced_columns));
        }
        const bool minds_generated = answer_.has(Behaviour::generated_column_keeps_its_source);
        for (const Column& other : table.columns)
            if (minds_generated && other.generated_expr && !gone.contains(other.name) &&
                mentions_column(*other.generated_expr, column))
                found("column " + other.name, !other.maybe);
        for (const TriggerInfo& trigger : table.triggers)
            if (names(trigger, column) && !trigger.cloned_from) found("trigger " + trigger.name, !trigger.maybe);
        for (const PolicyInfo& policy : table.table.policies)
            if (names(policy, column)) found("policy " + policy.name, !reads_others(policy));
        for (const PublishedPart& part : table.table.published_parts)
            if (is_among(column, part.columns)) found("publication " + part.publication, true);
        for (const RewriteRule& rule : table.rules)
            if (std::find(rule.columns.begin(), rule.columns.end(), column) != rule.columns.end())
                found("rule " + rule.name, false);
        of_atomic_functions([&](const Function& f) { return depends_on(answer_.catalog, f, table, column); }, false);
        for (const Relation* sequence : answer_.catalog.sequences_owned_by(table.id))
            if (sequence->sequence.owner_column == column) of_sequence(*sequence, table.id);
    }

    void of_type(const Name& written) {
        const Name type = answer_.catalog.resolve_type({.name = written, .typmods = {}, .modifier_words = {}}).name;
        for (const Relation* relation : answer_.catalog.using_type(type))
            add(*relation, "a column of", !goes_with_its_source(*relation));
        for (const Domain* domain : answer_.catalog.domains())
            if (domain->base.name == type) found("type " + name_in_report(domain->name), true);
        for (const Relation* relation : answer_.catalog.naming_others())
            if (relation->table.of_type == type) add(*relation, "table");
        for (const Relation* relation : answer_.catalog.casting_to(type))
            if (std::any_of(relation->columns.begin(), relation->columns.end(),
                            [&](const Column& c) { return c.default_expr && casts_to(*c.default_expr, type); }))
                add(*relation, "a default of");
    }

    void of_function(const Name& function) {
        // Found by name: it may be another function of that name.
        for (const RelationId id : answer_.catalog.calling(function))
            if (const Relation* relation = answer_.catalog.get(id); relation && uses(*relation, function.name))
                add(*relation, "what is defined on", false);
        for (const auto& [id, relation] : answer_.catalog.relations())
            if (relation.view.query && calls(*relation.view.query, function.name))
                add(relation, word(relation.kind), false);
            else if (std::any_of(relation.table.policies.begin(), relation.table.policies.end(),
                                 [&](const PolicyInfo& p) { return p.query && calls(*p.query, function.name); }))
                add(relation, "a policy of", false);
            else if (uses_elsewhere(relation, function.name))
                add(relation, "what is defined on", false);
        for (const EventTrigger& trigger : answer_.catalog.event_triggers())
            if (trigger.function.name == function.name) found("event trigger " + trigger.name, false);
        of_atomic_functions([&](const Function& f) { return f.runs && calls(*f.runs.get(), function.name); }, false);
    }

    void of_extension(const std::string& name) {
        const ExtensionParts* parts = parts_of_extension(name);
        if (!parts) return;
        for (const auto& [id, relation] : answer_.catalog.relations()) {
            const bool has_type = std::any_of(relation.columns.begin(), relation.columns.end(), [&](const Column& c) {
                return is_among(c.type.name.name, parts->types) && !c.maybe;
            });
            const bool has_class =
                std::any_of(relation.index.elements.begin(), relation.index.elements.end(),
                            [&](const IndexElement& e) { return is_among(e.opclass.name, parts->operator_classes); });
            if (has_type || has_class) add(relation, has_type ? "a column of" : "index");
        }
        for (const std::string_view function : parts->functions) of_function(Name{"", std::string(function)});
    }

    void of_server(const std::string& server) {
        for (const auto& [id, relation] : answer_.catalog.relations())
            if (relation.table.server == server) add(relation, word(relation.kind));
    }

    void of_schema(const std::string& schema) {
        for (const auto& [id, relation] : answer_.catalog.relations())
            if (relation.name.schema == schema && !is_index(relation)) add(relation, word(relation.kind));
    }

    void report(const std::string& object, std::size_t command = Work::npos) {
        constexpr std::size_t kMostNamed = 4;
        if (found_.empty()) return;
        std::string all;
        std::size_t named = 0;
        for (const std::string& what : found_) {
            if (named == kMostNamed) break;
            all += (named++ > 0 ? ", " : "") + what;
        }
        if (found_.size() > kMostNamed) all += " and " + std::to_string(found_.size() - kMostNamed) + " more";
        answer_.fails(Failure::Kind::dependent_objects,
                      "cannot drop " + object + " because other objects depend on it: " + all, certain_, command);
    }

private:
    /// Before 15 a generated column went with what its expression names, be it the type that it is cast to.
    bool goes_with_its_source(const Relation& table) const {
        return !answer_.has(Behaviour::generated_column_keeps_its_source) &&
               std::any_of(table.columns.begin(), table.columns.end(),
                           [](const Column& c) { return c.generated_expr.has_value(); });
    }

    bool is_below(const Relation& table, const Relation& parent) const {
        const auto below = answer_.catalog.descendants(parent.id);
        return std::find(below.begin(), below.end(), &table) != below.end();
    }

    /// A child's column that it has from its parent goes with that, and the child's own key with it.
    static bool goes_with_column(const Relation& table, const TableConstraint& key, const std::string& column) {
        const Column* own = table.column(column);
        return own && own->inherited && !own->local &&
               std::find(key.columns.begin(), key.columns.end(), column) != key.columns.end();
    }

    static std::string word(RelationKind kind) { return std::string(name_of(kind)); }

    void of_sequence(const Relation& sequence, RelationId owner = 0) {
        const std::string full = name_in_report(sequence);
        // A child that has the column from its parent loses it, and the default, with that.
        const auto below = answer_.catalog.descendants(owner);
        for (const RelationId id : answer_.catalog.drawing_from(sequence.name)) {
            const Relation* table = id == owner ? nullptr : answer_.catalog.get(id);
            if (owner && std::find(below.begin(), below.end(), table) != below.end()) continue;
            const bool draws = table && std::any_of(table->columns.begin(), table->columns.end(), [&](const Column& c) {
                                   const std::string drawn = c.default_expr ? sequence_of(*c.default_expr) : "";
                                   return drawn == full || drawn == sequence.name.name;
                               });
            if (draws) add(*table, "a default of");
        }
    }

    void of_atomic_functions(const auto& depends, bool certain) {
        for (const Function* function : answer_.catalog.atomic_functions())
            if (depends(*function)) found("function " + function->name.name + "()", certain && !function->maybe);
    }

    void add(const Relation& relation, const std::string& what, bool certain = true) {
        if (!going_.contains(relation.id)) found(what + " " + name_in_report(relation), certain && !relation.maybe);
    }

    void found(std::string what, bool certain) {
        found_.insert(std::move(what));
        certain_ = certain_ || certain;
    }

    Answer& answer_;
    const Going& going_;
    std::set<std::string> found_;
    bool certain_ = false;  ///< one of them is there for sure
};

/// Without CASCADE a table's partitions go with it, and what belongs to a column: a sequence.
void add_what_belongs(const Catalog& catalog, const Relation& relation, Going& going) {
    if (!going.insert(relation.id).second) return;
    for (const Relation* sequence : catalog.sequences_owned_by(relation.id)) going.insert(sequence->id);
    if (relation.kind != RelationKind::partitioned_table) return;
    for (const Relation* partition : catalog.descendants(relation.id)) add_what_belongs(catalog, *partition, going);
}

}  // namespace

void refuse_drop_of_depended_on(Answer& answer, const Drop& drop) {
    using enum ObjectType;
    // performMultipleDeletions: what is dropped by the same statement is in nobody's way.
    Going going;
    for (const Name& name : drop.names)
        if (const Relation* relation = answer.catalog.find(name)) add_what_belongs(answer.catalog, *relation, going);
    for (const Name& name : drop.names) {
        Dependents dependents(answer, going);
        switch (drop.object) {
            case table:
            case partitioned_table:
            case view:
            case materialized_view:
            case foreign_table:
            case sequence:
                if (const Relation* relation = answer.catalog.find(name); relation && is_a(*relation, drop.object)) {
                    Going own;
                    add_what_belongs(answer.catalog, *relation, own);
                    for (const RelationId id : own)
                        if (const Relation* part = answer.catalog.get(id)) dependents.of_relation(*part);
                }
                break;
            case type:
            case domain:
            case composite_type: dependents.of_type(name); break;
            case function:
            case procedure:
            case routine: dependents.of_function(name); break;
            case server: dependents.of_server(name.name); break;
            case extension: dependents.of_extension(name.name); break;
            case schema: dependents.of_schema(name.name.empty() ? name.schema : name.name); break;
            default: return;
        }
        dependents.report(drop.object == schema   ? "schema " + (name.name.empty() ? name.schema : name.name)
                          : drop.object == server ? "server " + name.name
                                                  : answer.catalog.qualified(name));
    }
}

void refuse_drop_of_depended_on(Answer& answer, const std::vector<const Relation*>& tables, const std::string& column,
                                const std::set<std::string>& gone, std::size_t command) {
    const Going nothing_else;
    Dependents dependents(answer, nothing_else);
    for (const Relation* table : tables) dependents.of_column(*table, column, gone);
    dependents.report("column " + column + " of " + name_in_report(*tables.front()), command);
}

}  // namespace pgfence
