#include "analyze/model/deletion.h"

#include <algorithm>

#include "analyze/model/alteration.h"
#include "analyze/model/expressions.h"
#include "analyze/model/extension_parts.h"
#include "analyze/model/statements.h"
#include "core/sql_scanner.h"
#include "core/text.h"

namespace pgfence {

using enum LockMode;

namespace {

bool calls(const RewriteRule& rule, const std::string& function) {
    return (rule.condition && calls(*rule.condition, function)) || (rule.runs && calls(*rule.runs, function));
}

/// Anywhere in the expression.
bool any_node(const Expr& expr, const std::function<bool(const Expr&)>& is) {
    return is(expr) ||
           std::any_of(expr.args.begin(), expr.args.end(), [&](const Expr& arg) { return any_node(arg, is); });
}
bool any_node(const Boxed<Expr>& expr, const std::function<bool(const Expr&)>& is) {
    return expr && any_node(*expr, is);
}

bool draws_from_a_sequence(const Expr& e) { return e.kind == Expr::Kind::call && e.name.name == "nextval"; }

bool names_sequence(const Expr& e, const Relation& sequence) {
    if (e.kind == Expr::Kind::constant && (e.text == sequence.name.name || e.text == name_in_report(sequence)))
        return true;
    return std::any_of(e.args.begin(), e.args.end(), [&](const Expr& arg) { return names_sequence(arg, sequence); });
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

/// count(*)
bool is_of_rows(std::string_view sql, std::size_t star) {
    return star > 0 && sql[star - 1] == '(' && sql.substr(star + 1).starts_with(")");
}

/// Whosesoever column it is; a * stands for any.
bool names(std::string_view sql, const std::string& column) {
    SqlScanner scanner(sql);
    for (SqlPiece piece; scanner.next(piece);) {
        const std::string_view text = sql.substr(piece.begin, piece.end - piece.begin);
        if ((text == "*" && !is_of_rows(sql, piece.begin)) ||
            (piece.kind == SqlPiece::Kind::word && equal_ignoring_case(text, column)) ||
            (piece.kind == SqlPiece::Kind::quoted_name && text == "\"" + column + "\""))
            return true;
    }
    return false;
}

/// Whosesoever column it is.
bool names(const RewriteRule& rule, const std::string& column) {
    if (is_among(column, rule.columns)) return true;
    for (const BodyStatement& statement : rule.runs ? rule.runs->statements : std::vector<BodyStatement>{})
        for (const Action& action : statement.actions)
            if (const auto* dml = std::get_if<Dml>(&action);
                dml && (is_among(column, dml->set_columns) || is_among(column, dml->given.names)))
                return true;
    return false;
}

}  // namespace

bool calls(const RoutineBody& body, const std::string& function) {
    for (const BodyStatement& statement : body.statements)
        for (const Action& action : statement.actions)
            if (const auto* dml = std::get_if<Dml>(&action); dml && calls(dml->query, function)) return true;
    return false;
}

bool depends_on(const Catalog& catalog, const Function& atomic, const Relation& relation) {
    return atomic.runs && names(catalog, *atomic.runs.get(), relation);
}

bool depends_on(const Catalog& catalog, const Function& atomic, const Relation& relation, const std::string& column) {
    return depends_on(catalog, atomic, relation) && names(atomic.body, column);
}

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
    answer_.lock(relation, answer_.takes(LockOf::drop_relation), role);
    answer_.lock_indexes(relation, AccessExclusive);
    if (relation.is_table() || relation.kind == RelationKind::foreign_table) of_table(relation);
    // CreateTriggerFiringOn: a constraint trigger goes with the table that it says FROM.
    for (const Relation* other : answer_.catalog.naming_others())
        if (std::any_of(other->triggers.begin(), other->triggers.end(),
                        [&](const TriggerInfo& trigger) { return trigger.from == relation.id; }))
            answer_.lock(*other, AccessExclusive, LockRole::trigger_from);
    for (const Relation* sequence : answer_.catalog.sequences_owned_by(relation.id))
        of_relation(*sequence, LockRole::owned_sequence);
    if (!cascade_) return;
    for (const Relation* view : answer_.catalog.views_on(relation.id)) of_relation(*view, LockRole::dependent_view);
    for (const Relation* other : answer_.catalog.naming_others())
        if (has_policy_on(answer_.catalog, *other, relation) || has_rule_on(answer_.catalog, *other, relation))
            answer_.lock(*other, AccessExclusive, LockRole::loses_a_policy_or_rule);
    of_atomic_functions([&](const Function& f) { return depends_on(answer_.catalog, f, relation); });
    if (relation.kind == RelationKind::sequence) of_defaults_from(relation);
    if (relation.is_table() || relation.kind == RelationKind::composite_type) of_type(relation.name);
}

void Deletion::of_table(const Relation& table) {
    // A partition's share of its parent's key has no trigger on the referenced table, nor has a key that is not
    // enforced.
    for (const TableConstraint& c : table.table.constraints)
        if (c.type == ConstraintType::foreign_key && c.enforced && (c.local || !table.table.is_partition))
            lock_tables_of_foreign_key(answer_, c);
    if (cascade_)
        for (const auto& [referencing, key] : keys_to_rows_of(answer_.catalog, table)) {
            answer_.lock(*referencing, AccessExclusive, LockRole::referencing_table);
            if (key->referenced != table.id) lock_tables_of_foreign_key(answer_, *key);
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
        if (points_at_index_with(catalog, table, *key, column))
            answer_.lock(*referencing, AccessExclusive, LockRole::referencing_table);
    for (const Relation* index : catalog.indexes_of(table.id))
        if (uses_column(*index, column)) answer_.lock(*index, AccessExclusive, LockRole::index);
    for (const Relation* sequence : catalog.sequences_owned_by(table.id))
        if (sequence->sequence.owner_column == column) of_relation(*sequence, LockRole::owned_sequence);
    if (!cascade_) return;
    for (const Relation* view : catalog.views_on(table.id)) {
        const bool named = view->view.mentions(table.id, column);
        if (!named && !view->view.uses_star) continue;
        if (named ? may_name_another(catalog, *view, table.id, column) : !shows(*view, table.id, column))
            answer_.depends_on("whether view " + name_in_report(*view) + " shows or names " + column + " of " +
                               name_in_report(table));
        of_relation(*view, LockRole::dependent_view);
    }
    for (const auto& [id, other] : catalog.relations())
        if ((has_rule_on(catalog, other, table) &&
             std::any_of(other.rules.begin(), other.rules.end(),
                         [&](const RewriteRule& rule) { return names(rule, column); })) ||
            (other.id != table.id && has_policy_on(catalog, other, table) &&
             std::any_of(other.table.policies.begin(), other.table.policies.end(),
                         [&](const PolicyInfo& policy) { return names(policy, column); })))
            answer_.lock(other, AccessExclusive, LockRole::loses_a_policy_or_rule);
    of_atomic_functions([&](const Function& f) { return depends_on(catalog, f, table, column); });
    for (const Column& other : table.columns)
        if (other.generated_expr && mentions_column(*other.generated_expr, column)) of_column(table, other.name, role);
}

void Deletion::of_atomic_functions(const std::function<bool(const Function&)>& depends) {
    for (const Function* function : answer_.catalog.atomic_functions())
        if (depends(*function)) of_function(function->name);
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
    // Nobody casts to the row of a table.
    if (const Relation* row = catalog.find(name); row && row->kind != RelationKind::composite_type) return;
    const auto is_it = [&](const TypeName& other) {
        return other.name.name == name.name && catalog.resolve_type(other).name == name;
    };
    // What is cast to it, and the functions that take or give it.
    of_parts([&](const Expr& e) {
        if (e.kind == Expr::Kind::cast) return is_it(e.type);
        if (e.kind != Expr::Kind::call) return false;
        const auto functions = catalog.find_functions(e.name);
        return std::any_of(functions.begin(), functions.end(), [&](const Function* f) {
            return is_it(f->result) || std::any_of(f->types.begin(), f->types.end(), is_it);
        });
    });
    for (const auto& [id, relation] : catalog.relations())
        if (relation.view.query &&
            std::any_of(relation.view.query->casts.begin(), relation.view.query->casts.end(), is_it))
            of_relation(relation, LockRole::dependent_view);
}

// recordDependencyOnExpr: each part of a relation has an expression of its own, and goes alone.
void Deletion::of_parts(const Relation& relation, const Uses& uses) {
    const auto any_of_elements = [&](const std::vector<IndexElement>& elements) {
        return std::any_of(elements.begin(), elements.end(),
                           [&](const IndexElement& e) { return any_node(e.expr, uses); });
    };
    const auto& key = relation.table.partition_key;
    if (key && any_of_elements(key->elements)) return of_relation(relation, LockRole::uses_the_function);
    bool loses = std::any_of(relation.triggers.begin(), relation.triggers.end(),
                             [&](const TriggerInfo& t) { return any_node(t.when, uses); }) ||
                 std::any_of(relation.table.constraints.begin(), relation.table.constraints.end(),
                             [&](const TableConstraint& c) { return any_node(c.expr, uses); });
    for (const Column& column : relation.columns) {
        if (any_node(column.generated_expr, uses)) of_column(relation, column.name, LockRole::uses_the_function);
        loses = loses || any_node(column.default_expr, uses);
    }
    for (const Relation* index : answer_.catalog.indexes_of(relation.id))
        if (any_node(index->index.where, uses) || any_of_elements(index->index.elements)) {
            answer_.lock(*index, AccessExclusive, LockRole::index);
            loses = true;
        }
    if (loses) answer_.lock(relation, AccessExclusive, LockRole::uses_the_function);
    // RemoveStatisticsById
    for (const ExtendedStatistics& statistics : relation.table.statistics)
        if (answer_.has(Behaviour::removed_statistics_lock_table) &&
            std::any_of(statistics.expressions.begin(), statistics.expressions.end(),
                        [&](const Expr& e) { return any_node(e, uses); }))
            answer_.lock(relation, ShareUpdateExclusive, LockRole::table_of_the_statistics);
}

void Deletion::of_parts(const Uses& uses) {
    for (const auto& [id, relation] : answer_.catalog.relations()) of_parts(relation, uses);
}

void Deletion::of_function(const Name& written) {
    const std::string& function = written.name;
    if (!cascade_ || !functions_.insert(function).second) return;
    of_parts([&](const Expr& e) { return e.kind == Expr::Kind::call && e.name.name == function; });
    of_atomic_functions([&](const Function& f) { return f.runs && calls(*f.runs.get(), function); });
    for (const auto& [id, relation] : answer_.catalog.relations()) {
        if (relation.view.query && calls(*relation.view.query, function))
            of_relation(relation, LockRole::dependent_view);
        const bool uses =
            std::any_of(relation.triggers.begin(), relation.triggers.end(),
                        [&](const TriggerInfo& t) { return t.function.name == function; }) ||
            std::any_of(relation.rules.begin(), relation.rules.end(),
                        [&](const RewriteRule& rule) { return calls(rule, function); }) ||
            std::any_of(relation.table.policies.begin(), relation.table.policies.end(),
                        [&](const PolicyInfo& policy) { return policy.query && calls(*policy.query, function); });
        if (uses) answer_.lock(relation, AccessExclusive, LockRole::uses_the_function);
    }
}

void Deletion::of_operator(const Name& written) {
    if (!cascade_) return;
    of_parts([&](const Expr& e) { return e.kind == Expr::Kind::op && e.name.name == written.name; });
    for (const auto& [id, relation] : answer_.catalog.relations())
        if (relation.view.query &&
            std::any_of(relation.view.query->operators.begin(), relation.view.query->operators.end(),
                        [&](const OperatorUse& use) { return use.name.name == written.name; }))
            of_relation(relation, LockRole::dependent_view);
}

void Deletion::of_extension(const std::string& name) {
    const ExtensionParts* parts = parts_of_extension(name);
    if (!cascade_ || !parts) return;
    for (const auto& [id, relation] : answer_.catalog.relations())
        for (const Column& column : relation.columns)
            if (is_among(column.type.name.name, parts->types))
                of_column(relation, column.name, LockRole::has_a_column_of_the_type);
    for (const Domain* domain : answer_.catalog.domains())
        if (is_among(domain->base.name.name, parts->types)) of_type(domain->name);
    for (const std::string_view function : parts->functions) of_function(Name{"", std::string(function)});
    for (const auto& [id, index] : answer_.catalog.relations()) {
        const bool uses = std::any_of(index.index.elements.begin(), index.index.elements.end(),
                                      [&](const auto& e) { return is_among(e.opclass.name, parts->operator_classes); });
        const Relation* table = uses ? answer_.catalog.get(index.index.table) : nullptr;
        if (!table) continue;
        answer_.lock(index, AccessExclusive, LockRole::index);
        answer_.lock(*table, AccessExclusive, LockRole::table_of_the_index);
    }
}

void Deletion::of_collation(const Name& written) {
    if (!cascade_) return;
    const auto is_it = [&](const Name& other) {
        return other.name == written.name &&
               (other.schema.empty() || written.schema.empty() || other.schema == written.schema);
    };
    of_parts([&](const Expr& e) { return e.kind == Expr::Kind::collate && is_it(e.name); });
    for (const auto& [id, relation] : answer_.catalog.relations()) {
        for (const Column& column : relation.columns)
            if (is_it(column.collation)) of_column(relation, column.name, LockRole::has_a_column_of_the_type);
        const bool sorts = std::any_of(relation.index.elements.begin(), relation.index.elements.end(),
                                       [&](const IndexElement& e) { return is_it(e.collation); });
        const Relation* table = sorts ? answer_.catalog.get(relation.index.table) : nullptr;
        if (!table) continue;
        answer_.lock(relation, AccessExclusive, LockRole::index);
        answer_.lock(*table, AccessExclusive, LockRole::table_of_the_index);
    }
    for (const Domain* domain : answer_.catalog.domains())
        if (is_it(domain->collation)) of_type(domain->name);
}

// 'english'::regconfig: a constant of a reg type is what it names (find_expr_references_walker).
void Deletion::of_text_search(const Name& configuration) {
    if (!cascade_) return;
    const auto is_it = [&](const Expr& e) {
        const auto dot = e.text.rfind('.');
        return e.kind == Expr::Kind::constant &&
               e.text.substr(dot == std::string::npos ? 0 : dot + 1) == configuration.name;
    };
    of_parts([&](const Expr& e) {
        if (e.kind == Expr::Kind::call && e.args.size() > 1 && e.name.name.ends_with("tsvector"))
            return is_it(e.args.front());
        return e.kind == Expr::Kind::cast && e.type.name.name == "regconfig" && is_it(e.args.front());
    });
}

void Deletion::of_functions_in(const std::string& schema) {
    of_parts([&](const Expr& e) {
        if (e.kind != Expr::Kind::call) return false;
        const auto found = answer_.catalog.find_functions(e.name);
        return e.name.schema == schema || std::any_of(found.begin(), found.end(), [&](const Function* function) {
                   return function->name.schema == schema;
               });
    });
}

void Deletion::of_defaults_from(const Relation& sequence) {
    for (const auto& [id, relation] : answer_.catalog.relations())
        for (const Column& c : relation.columns)
            if (any_node(c.default_expr, draws_from_a_sequence) && names_sequence(*c.default_expr, sequence))
                answer_.lock(relation, AccessExclusive, LockRole::loses_a_default);
}

}  // namespace pgfence
