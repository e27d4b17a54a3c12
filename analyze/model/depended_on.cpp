// What a new object depends on is locked in ACCESS SHARE, unless the statement has locked it before
// (dependencyLockAndCheckObject in pg_depend.c), and so is the relation of a composite type that a new column has
// (CheckAttributeType in heap.c). What is not told is taken to be used: the lock stands in nobody's way but DROP's.

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "analyze/catalog/view_columns.h"
#include "analyze/model/statements.h"
#include "analyze/model/types.h"

namespace pgfence {
namespace {

void lock_as_depended_on(Answer& answer, const Relation* relation) {
    if (relation) answer.lock(*relation, LockMode::AccessShare, LockRole::depended_on);
}

/// CheckAttributeType: down to the elements of arrays, the bases of domains and the columns of composite types.
class RowTypes {
public:
    explicit RowTypes(Answer& answer) : answer_(answer) {}

    void add(TypeName type) {
        type.array_dimensions = 0;
        if (type.name.empty() || is_builtin_type(canonical_type(type), answer_.now.version)) return;
        type = answer_.catalog.resolve_type(std::move(type));
        if (seen_.insert(name_in_report(type.name)).second) pending_.push_back(std::move(type));
    }

    void add_columns_of(const Relation& relation) {
        for (const Column& column : relation.columns) add(column.type);
        for (const ViewColumn& column : relation.view.columns)
            add(type_of_column(answer_.catalog, relation, column.name));
    }

    void lock() {
        while (!pending_.empty()) {
            const TypeName type = std::move(pending_.back());
            pending_.pop_back();
            if (const Domain* domain = answer_.catalog.find_domain(type.name)) {
                add(domain->base);
            } else if (const Relation* row = answer_.catalog.find(type.name); row && !is_index(*row)) {
                lock_as_depended_on(answer_, row);
                add_columns_of(*row);
            }
        }
    }

private:
    Answer& answer_;
    std::vector<TypeName> pending_;
    std::set<std::string> seen_;
};

constexpr std::array kOfSequences{"nextval", "setval", "currval"};

/// What stands in a string that is cast to regclass, or that such a function takes.
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

bool may_use(const ColumnsUsed& uses, const std::string& column) {
    return uses.star || std::find(uses.names.begin(), uses.names.end(), column) != uses.names.end() ||
           std::any_of(uses.shown.begin(), uses.shown.end(),
                       [&](const ShownColumn& shown) { return shown.column.empty() || shown.column == column; });
}

void lock_types_of_columns(Answer& answer, const Relation& relation, const ColumnsUsed& uses) {
    for (const Column& column : relation.columns)
        if (may_use(uses, column.name)) lock_row_type(answer, column.type);
    for (const ViewColumn& column : relation.view.columns)
        if (may_use(uses, column.name)) lock_row_type(answer, type_of_column(answer.catalog, relation, column.name));
}

}  // namespace

void lock_row_type(Answer& answer, const TypeName& type) {
    if (!answer.has(Behaviour::new_column_locks_its_row_type)) return;
    RowTypes types(answer);
    types.add(type);
    types.lock();
}

void lock_row_types_of(Answer& answer, const Relation& relation) {
    if (!answer.has(Behaviour::new_column_locks_its_row_type)) return;
    RowTypes types(answer);
    types.add_columns_of(relation);
    types.lock();
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
    for (const RangeUse& use : query.relations)
        if (const Relation* relation = answer.catalog.find(use.name)) lock_types_of_columns(answer, *relation, uses);
}

}  // namespace pgfence
