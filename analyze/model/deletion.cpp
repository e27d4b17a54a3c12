#include "analyze/model/deletion.h"

#include <algorithm>

#include "analyze/model/alteration.h"
#include "analyze/model/expressions.h"
#include "analyze/model/statements.h"

namespace pgfence {

using enum LockMode;

namespace {

bool calls(const Expr& expr, const std::string& function) {
    return (expr.kind == Expr::Kind::call && expr.name.name == function) ||
           std::any_of(expr.args.begin(), expr.args.end(), [&](const Expr& arg) { return calls(arg, function); });
}
bool calls(const Boxed<Expr>& expr, const std::string& function) { return expr && calls(*expr, function); }
bool calls(const Query& query, const std::string& function) {
    return std::any_of(query.functions.begin(), query.functions.end(),
                       [&](const FunctionUse& use) { return use.name.name == function; });
}

bool calls(const Relation& index_of, const Relation& index, const std::string& function) {
    return index.index.table == index_of.id &&
           (calls(index.index.where, function) ||
            std::any_of(index.index.elements.begin(), index.index.elements.end(),
                        [&](const IndexElement& e) { return calls(e.expr, function); }));
}

bool names_sequence(const Expr& e, const Relation& sequence) {
    if (e.kind == Expr::Kind::constant && (e.text == sequence.name.name || e.text == name_in_report(sequence)))
        return true;
    return std::any_of(e.args.begin(), e.args.end(), [&](const Expr& arg) { return names_sequence(arg, sequence); });
}

/// RemoveTriggerById locks the tables that have the key's triggers. Before 15 a partitioned table had none of its own.
void lock_tables_with_triggers_of(Answer& answer, const TableConstraint& key) {
    const Relation* referenced = answer.catalog.find(key.referenced_name);
    if (answer.now.version < 15 && referenced && referenced->kind == RelationKind::partitioned_table)
        return answer.lock_descendants(*referenced, AccessExclusive, LockRole::referenced_table);
    lock_tables_of_foreign_key(answer, key);
}

bool names(const Catalog& catalog, const Query& query, const Relation& relation) {
    return std::any_of(query.relations.begin(), query.relations.end(),
                       [&](const RangeUse& use) { return catalog.find(use.name) == &relation; });
}

bool names(const Catalog& catalog, const RoutineBody& body, const Relation& relation) {
    for (const BodyStatement& statement : body.statements)
        for (const Action& action : statement.actions)
            if (const auto* dml = std::get_if<Dml>(&action); dml && names(catalog, dml->query, relation)) return true;
    return false;
}

}  // namespace

bool has_policy_on(const Catalog& catalog, const Relation& table, const Relation& named) {
    return std::any_of(table.table.policies.begin(), table.table.policies.end(),
                       [&](const PolicyInfo& policy) { return policy.query && names(catalog, *policy.query, named); });
}

bool has_rule_on(const Catalog& catalog, const Relation& table, const Relation& named) {
    return std::any_of(table.rules.begin(), table.rules.end(), [&](const RewriteRule& rule) {
        return (rule.condition && names(catalog, *rule.condition, named)) ||
               (rule.runs && names(catalog, *rule.runs, named));
    });
}

void Deletion::of_relation(const Relation& relation, LockRole role) {
    if (!relations_.insert(relation.id).second) return;
    const bool holds_or_shows_rows =
        relation.is_table() || relation.is_view() || relation.kind == RelationKind::foreign_table;
    if (role == LockRole::target || holds_or_shows_rows) answer_.drops(name_in_report(relation));
    answer_.lock(relation, AccessExclusive, role);
    answer_.lock_indexes(relation, AccessExclusive);
    if (relation.is_table() || relation.kind == RelationKind::foreign_table) of_table(relation);
    for (const Relation* sequence : answer_.catalog.sequences_owned_by(relation.id))
        of_relation(*sequence, LockRole::owned_sequence);
    if (!cascade_) return;
    for (const Relation* view : answer_.catalog.views_on(relation.id)) of_relation(*view, LockRole::dependent_view);
    for (const auto& [id, other] : answer_.catalog.relations())
        if (has_policy_on(answer_.catalog, other, relation) || has_rule_on(answer_.catalog, other, relation))
            answer_.lock(other, AccessExclusive, LockRole::loses_a_policy_or_rule);
    if (relation.kind == RelationKind::sequence) of_defaults_from(relation);
    if (relation.is_table() || relation.kind == RelationKind::composite_type) of_type(relation.name);
}

void Deletion::of_table(const Relation& table) {
    // A partition's share of its parent's key has no trigger on the referenced table, nor has a key that is not
    // enforced.
    for (const TableConstraint& c : table.table.constraints)
        if (c.type == ConstraintType::foreign_key && c.enforced && (c.local || !table.table.is_partition))
            lock_tables_with_triggers_of(answer_, c);
    if (cascade_)
        for (const auto& [referencing, key] : keys_to_rows_of(answer_.catalog, table)) {
            answer_.lock(*referencing, AccessExclusive, LockRole::referencing_table);
            if (key->referenced != table.id) lock_tables_with_triggers_of(answer_, *key);
        }
    if (table.table.is_partition) of_partition(table);
    const bool partitioned = table.kind == RelationKind::partitioned_table;
    if (!partitioned && !cascade_) return;
    for (const RelationId id : table.table.children)
        if (const Relation* child = answer_.catalog.get(id))
            of_relation(*child, partitioned ? LockRole::partition : LockRole::child);
}

// heap_drop_with_catalog: the bounds of the partitions that stay change.
void Deletion::of_partition(const Relation& partition) {
    for (const RelationId id : partition.table.parents) {
        const Relation* parent = answer_.catalog.get(id);
        if (!parent) continue;
        answer_.lock(*parent, AccessExclusive, LockRole::partitioned_table);
        if (const Relation* other = answer_.catalog.default_partition(id); other && other->id != partition.id)
            answer_.lock(*other, AccessExclusive, LockRole::default_partition);
    }
}

void Deletion::of_column(const Relation& table, const std::string& column, LockRole role) {
    if (relations_.contains(table.id) || !columns_.insert({table.id, column}).second) return;
    answer_.lock(table, AccessExclusive, role);
    const Catalog& catalog = answer_.catalog;
    for (const TableConstraint& c : table.table.constraints)
        if (c.type == ConstraintType::foreign_key && c.enforced &&
            std::find(c.columns.begin(), c.columns.end(), column) != c.columns.end())
            lock_tables_of_foreign_key(answer_, c);
    for (const auto& [referencing, key] : catalog.referencing(table.id))
        if (std::find(key->referenced_columns.begin(), key->referenced_columns.end(), column) !=
            key->referenced_columns.end())
            answer_.lock(*referencing, AccessExclusive, LockRole::referencing_table);
    for (const Relation* index : catalog.indexes_of(table.id))
        if (uses_column(*index, column)) answer_.lock(*index, AccessExclusive, LockRole::index);
    for (const Relation* sequence : catalog.sequences_owned_by(table.id))
        if (sequence->sequence.owner_column == column) of_relation(*sequence, LockRole::owned_sequence);
    if (!cascade_) return;
    for (const Relation* view : catalog.views_on(table.id))
        if (view->view.uses_star || view->view.mentions(table.id, column)) of_relation(*view, LockRole::dependent_view);
    for (const Column& other : table.columns)
        if (other.generated_expr && mentions_column(*other.generated_expr, column)) of_column(table, other.name, role);
}

void Deletion::of_type(const Name& written) {
    const Catalog& catalog = answer_.catalog;
    TypeName type;
    type.name = written;
    const Name name = catalog.resolve_type(type).name;
    if (!types_.insert(name.schema + "." + name.name).second) return;
    if (const Relation* composite = catalog.find(name); composite && composite->kind == RelationKind::composite_type) {
        answer_.lock(*composite, AccessExclusive);
        if (cascade_)
            for (const auto& [id, relation] : catalog.relations())  // a table OF the type is nothing without it
                if (relation.table.of_type && relation.table.of_type->name == name.name)
                    of_relation(relation, LockRole::typed_table);
    }
    if (!cascade_) return;
    for (const Relation* relation : catalog.using_type(name)) {
        if (relation->kind == RelationKind::view || relation->kind == RelationKind::materialized_view) {
            of_relation(*relation, LockRole::dependent_view);
            continue;
        }
        for (const Column& column : relation->columns)
            if (column.type.name == name) of_column(*relation, column.name, LockRole::has_a_column_of_the_type);
    }
    for (const Domain* domain : catalog.domains())
        if (domain->base.name == name) of_type(domain->name);
}

void Deletion::of_function(const Name& written) {
    const std::string& function = written.name;
    if (!cascade_ || !functions_.insert(function).second) return;
    for (const auto& [id, relation] : answer_.catalog.relations()) {
        if (relation.view.query && calls(*relation.view.query, function))
            of_relation(relation, LockRole::dependent_view);
        bool uses = std::any_of(relation.triggers.begin(), relation.triggers.end(), [&](const TriggerInfo& t) {
            return t.function.name == function || calls(t.when, function);
        });
        for (const Column& column : relation.columns) {
            if (calls(column.generated_expr, function)) of_column(relation, column.name, LockRole::uses_the_function);
            uses = uses || calls(column.default_expr, function);
        }
        uses = uses || std::any_of(relation.table.constraints.begin(), relation.table.constraints.end(),
                                   [&](const TableConstraint& c) { return calls(c.expr, function); });
        for (const Relation* index : answer_.catalog.indexes_of(id))
            if (calls(relation, *index, function)) {
                answer_.lock(*index, AccessExclusive, LockRole::index);
                uses = true;
            }
        for (const PolicyInfo& policy : relation.table.policies)
            uses = uses || (policy.query && calls(*policy.query, function));
        if (uses) answer_.lock(relation, AccessExclusive, LockRole::uses_the_function);
    }
}

void Deletion::of_defaults_from(const Relation& sequence) {
    for (const auto& [id, relation] : answer_.catalog.relations())
        for (const Column& c : relation.columns)
            if (c.default_expr && calls(*c.default_expr, "nextval") && names_sequence(*c.default_expr, sequence))
                answer_.lock(relation, AccessExclusive, LockRole::loses_a_default);
}

}  // namespace pgfence
