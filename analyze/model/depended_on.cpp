// What a new object depends on is locked in ACCESS SHARE, unless the statement has locked it before
// (dependencyLockAndCheckObject in pg_depend.c), and so is the relation of a composite type that a new column has
// (CheckAttributeType in heap.c). What is not told is taken to be used: the lock stands in nobody's way but DROP's.

#include <algorithm>
#include <array>
#include <vector>

#include "analyze/catalog/view_columns.h"
#include "analyze/model/row_types.h"
#include "analyze/model/statements.h"
#include "analyze/model/types.h"
#include "core/text.h"

namespace pgfence {
namespace {

void lock_as_depended_on(Answer& answer, const Relation* relation) {
    if (relation) answer.lock(*relation, LockMode::AccessShare, LockRole::depended_on);
}

constexpr std::array kOfSequences{"nextval", "setval", "currval"};

/// A string that is cast to regclass, or that such a function takes.
void lock_named(Answer& answer, const std::string& literal) {
    lock_as_depended_on(answer, answer.catalog.find(name_of_sequence(literal)));
}

bool takes_sequence(const Name& function) {
    return std::find(kOfSequences.begin(), kOfSequences.end(), function.name) != kOfSequences.end();
}

void lock_results_of(Answer& answer, const Name& function) {
    for (const Function* known : answer.catalog.find_functions(function)) lock_row_type(answer, known->result);
}

/// FieldSelect: (c).f
void lock_type_of_row(Answer& answer, const Expr& row, const Relation* table) {
    if (row.kind == Expr::Kind::cast) lock_row_type(answer, row.type);
    if (row.kind == Expr::Kind::call) lock_results_of(answer, row.name);
    if (row.kind == Expr::Kind::column && table)
        lock_row_type(answer, type_of_column(answer.catalog, *table, row.text));
}

/// Which columns of its relations a query uses, as far as that is told.
class Used {
public:
    Used(const Catalog& catalog, const Query& query, const ColumnsUsed& uses) : names_(uses.names), all_(uses.star) {
        for (const RangeUse& use : query.relations)
            if (const Relation* relation = catalog.find(use.name)) relations_.push_back(relation);
        for (const ShownColumn& shown : uses.shown) {
            all_ |= shown.column.empty() && uses.names.empty();
            if (!shown.column.empty()) names_.push_back(shown.column);
        }
        // A row as a whole, or a column of a sub-select.
        all_ |= std::any_of(names_.begin(), names_.end(), [&](const std::string& name) { return !is_column(name); });
    }

    const std::vector<const Relation*>& relations() const { return relations_; }
    bool has(const std::string& column) const { return all_ || is_among(column, names_); }

private:
    bool is_column(const std::string& name) const {
        return std::any_of(relations_.begin(), relations_.end(),
                           [&](const Relation* relation) { return has_column(*relation, name); });
    }

    std::vector<const Relation*> relations_;
    std::vector<std::string> names_;
    bool all_;
};

void lock_types_of_columns(Answer& answer, const Relation& relation, const Used& used) {
    for (const Column& column : relation.columns)
        if (used.has(column.name)) lock_row_type(answer, column.type);
    for (const ViewColumn& column : relation.view.columns)
        if (used.has(column.name)) lock_row_type(answer, type_of_column(answer.catalog, relation, column.name));
}

}  // namespace

void lock_row_type(Answer& answer, const TypeName& type) {
    if (!answer.has(Behaviour::new_column_locks_its_row_type)) return;
    for (const Relation* row : row_types_in(type, answer.catalog, answer.now.version)) lock_as_depended_on(answer, row);
}

void lock_row_types_of(Answer& answer, const Relation& relation) {
    if (!answer.has(Behaviour::new_column_locks_its_row_type)) return;
    for (const Relation* row : row_types_of(relation, answer.catalog, answer.now.version))
        lock_as_depended_on(answer, row);
}

void lock_copied_from(Answer& answer, const Relation& parent, bool defaults) {
    lock_row_types_of(answer, parent);
    if (!defaults) return;
    for (const Column& column : parent.columns)
        if (column.default_expr) lock_depended_on(answer, *column.default_expr, &parent);
}

void lock_depended_on(Answer& answer, const Expr& expr, const Relation* table) {
    if (!answer.has(Behaviour::locks_what_is_depended_on)) return;
    const Expr* first = expr.args.empty() ? nullptr : &expr.args.front();
    const bool of_sequence = expr.kind == Expr::Kind::call && takes_sequence(expr.name);
    const bool of_relation = expr.kind == Expr::Kind::cast && canonical_type(expr.type) == "regclass";
    if (first && first->kind == Expr::Kind::constant && (of_sequence || of_relation)) lock_named(answer, first->text);
    if (first && expr.kind == Expr::Kind::other && !expr.name.empty()) lock_type_of_row(answer, *first, table);
    for (const Expr& arg : expr.args) lock_depended_on(answer, arg, table);
}

void lock_depended_on(Answer& answer, const Constraint& constraint, const Relation* table) {
    if (constraint.expr) lock_depended_on(answer, *constraint.expr, table);
    for (const Expr& expr : constraint.exclusion_expressions) lock_depended_on(answer, expr, table);
}

void lock_depended_on(Answer& answer, const Query& query, const ColumnsUsed& uses) {
    if (!answer.has(Behaviour::locks_what_is_depended_on)) return;
    for (const FunctionUse& use : query.functions) {
        if (takes_sequence(use.name) && !use.literals.empty()) lock_named(answer, use.literals.front());
        lock_results_of(answer, use.name);
    }
    for (const TypeName& type : query.casts) {
        lock_row_type(answer, type);
        if (canonical_type(type) == "regclass")
            for (const std::string& text : query.strings) lock_named(answer, text);
    }
    const Used used(answer.catalog, query, uses);
    for (const Relation* relation : used.relations()) lock_types_of_columns(answer, *relation, used);
}

}  // namespace pgfence
