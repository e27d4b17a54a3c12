// SET column = what is made of the old value: in the expression itself, or in a query that reads the table again and
// is joined to it: WITH j AS (SELECT id, f(a) AS a FROM t) UPDATE t SET a = j.a FROM j WHERE t.id = j.id.

#include <algorithm>

#include "analyze/lower/from_items.h"

namespace pgfence {
namespace {

constexpr int kMostQueries = 20;

/// WHERE and ON, split at AND.
std::vector<const Node*> conditions_of(const Node* condition) {
    if (!is(condition, T_BoolExpr) || as<BoolExpr>(condition).boolop != AND_EXPR) return {condition};
    const auto args = items(as<BoolExpr>(condition).args);
    return {args.begin(), args.end()};
}

/// Only functions: what their arguments name without a qualifier is of the statement around it.
bool reads_functions_alone(const SelectStmt& select) {
    const auto from = items(select.fromClause);
    return std::all_of(from.begin(), from.end(), [](const Node* item) { return is(item, T_RangeFunction); });
}

class OldValues {
public:
    OldValues(const RangeVar& target, const List* from, const Node* where, NamedQueries named)
        : target_(target), called_(called(target)), named_(std::move(named)), level_(level_of(from, named_)) {
        for (const Node* part : conditions_of(where)) joins_.push_back(part);
    }

    bool reads_own(const Node* expression, const std::string& column) const {
        return reads_own(expression, column, false, 0);
    }

    /// The columns by which a query is joined that makes the new value of the old one; none: no query does.
    std::vector<std::string> joined_by(const Node* expression, const std::string& column) const {
        std::vector<std::string> columns;
        for (const ColumnRef* reference : columns_in(expression))
            for (const FromQuery* source : meant_by(strings_of(reference->fields), level_))
                if (gives(*source, strings_of(reference->fields).back(), column, named_, 0))
                    add_joins(*source, columns);
        for (const SelectStmt* query : sub_selects_in(expression)) add_correlated(*query, column, columns);
        return columns;
    }

private:
    bool is_own(const std::vector<std::string>& names, const std::string& column, bool in_subquery) const {
        if (names.empty() || names.back() != column) return false;
        return names.size() > 1 ? names[names.size() - 2] == called_ : !in_subquery;
    }

    /// An unqualified name in a sub-select may be another table's there, and is not taken for one.
    bool reads_own(const Node* n, const std::string& column, bool in_subquery, int depth) const {
        if (!n || depth > kConditionDepth) return false;
        if (is(n, T_ColumnRef)) return is_own(strings_of(as<ColumnRef>(n).fields), column, in_subquery);
        if (is(n, T_SubLink) && is(as<SubLink>(n).subselect, T_SelectStmt) && !in_subquery) {
            const auto& select = as<SelectStmt>(as<SubLink>(n).subselect);
            if (reads_functions_alone(select) && reads_own(node(select.fromClause), column, false, depth + 1))
                return true;
        }
        std::vector<const Node*> below;
        children_of(n, below);
        return std::any_of(below.begin(), below.end(), [&](const Node* child) {
            return reads_own(child, column, in_subquery || is(n, T_SubLink), depth + 1);
        });
    }

    /// Those below a sub-select are its own.
    template <class Visit>
    static void visit(const Node* n, const Visit& found, int depth = 0) {
        if (!n || depth > kConditionDepth || found(n)) return;
        std::vector<const Node*> below;
        children_of(n, below);
        for (const Node* child : below) visit(child, found, depth + 1);
    }
    static std::vector<const ColumnRef*> columns_in(const Node* expression) {
        std::vector<const ColumnRef*> found;
        visit(expression, [&](const Node* n) {
            if (is(n, T_ColumnRef) && !strings_of(as<ColumnRef>(n).fields).empty()) found.push_back(&as<ColumnRef>(n));
            return is(n, T_SubLink);
        });
        return found;
    }
    static std::vector<const SelectStmt*> sub_selects_in(const Node* expression) {
        std::vector<const SelectStmt*> found;
        visit(expression, [&](const Node* n) {
            if (is(n, T_SubLink) && is(as<SubLink>(n).subselect, T_SelectStmt))
                found.push_back(&as<SelectStmt>(as<SubLink>(n).subselect));
            return is(n, T_SubLink);
        });
        return found;
    }

    static std::vector<const FromQuery*> meant_by(const std::vector<std::string>& names, const FromItems& level) {
        std::vector<const FromQuery*> found;
        for (const FromQuery& source : level.sources)
            if (names.size() == 1 || (names.size() > 1 && names[names.size() - 2] == source.name))
                found.push_back(&source);
        return found;
    }

    /// What the query gives under that name is made of the changed table's column.
    bool gives(const FromQuery& source, const std::string& name, const std::string& column, const NamedQueries& named,
               int depth) const {
        if (depth > kMostQueries || !is(source.query, T_SelectStmt)) return false;
        const auto& select = as<SelectStmt>(source.query);
        const auto wanted = wanted_of(source, name, column);
        if (!wanted || select.op != SETOP_NONE) return false;
        const auto targets = items<ResTarget>(select.targetList);
        if (wanted->position == kStar) return reads(select, nullptr, name, column, named, depth);
        return wanted->position < targets.size() &&
               reads(select, targets[wanted->position]->val, {}, column, named, depth);
    }

    /// Without an expression, of a *, the column of that name.
    bool reads(const SelectStmt& select, const Node* expression, const std::string& of_star, const std::string& column,
               const NamedQueries& around, int depth) const {
        const NamedQueries named = with_own(around, select.withClause);
        const FromItems level = level_of(select.fromClause, named);
        std::vector<std::vector<std::string>> read;
        if (!expression) read.push_back({of_star});
        for (const ColumnRef* reference : columns_in(expression)) read.push_back(strings_of(reference->fields));
        return std::any_of(read.begin(), read.end(), [&](const std::vector<std::string>& names) {
            const bool of_table = std::any_of(level.tables.begin(), level.tables.end(), [&](const RangeVar* table) {
                return same_table(*table, target_) && names.back() == column &&
                       (names.size() == 1 || names[names.size() - 2] == called(*table));
            });
            const auto sources = meant_by(names, level);
            return of_table || std::any_of(sources.begin(), sources.end(), [&](const FromQuery* source) {
                       return gives(*source, names.back(), column, named, depth + 1);
                   });
        });
    }

    static bool is_equality(const Node* n) {
        return is(n, T_A_Expr) && as<A_Expr>(n).kind == AEXPR_OP && operator_of(as<A_Expr>(n)) == "=";
    }

    /// t.id = j.id, where j's id is the table's.
    void add_joins(const FromQuery& source, std::vector<std::string>& columns) const {
        for (const Node* part : joins_) {
            if (!is_equality(part)) continue;
            auto own = column_names(as<A_Expr>(part).lexpr), other = column_names(as<A_Expr>(part).rexpr);
            if (other.size() > 1 && other[other.size() - 2] == called_) std::swap(own, other);
            const bool joins = own.size() > 1 && own[own.size() - 2] == called_ && !other.empty() &&
                               (other.size() == 1 || other[other.size() - 2] == source.name);
            if (joins && gives(source, other.back(), own.back(), named_, 0)) columns.push_back(own.back());
        }
    }

    /// (SELECT f(o.a) FROM t o WHERE o.id = t.id)
    void add_correlated(const SelectStmt& query, const std::string& column, std::vector<std::string>& columns) const {
        const auto targets = items<ResTarget>(query.targetList);
        if (query.op != SETOP_NONE || targets.size() != 1 || !reads(query, targets[0]->val, {}, column, named_, 0))
            return;
        for (const Node* part : conditions_of(query.whereClause)) {
            if (!is_equality(part)) continue;
            auto outer = column_names(as<A_Expr>(part).lexpr), inner = column_names(as<A_Expr>(part).rexpr);
            if (inner.size() > 1 && inner[inner.size() - 2] == called_) std::swap(outer, inner);
            const bool joins = outer.size() > 1 && outer[outer.size() - 2] == called_ && !inner.empty() &&
                               inner.back() == outer.back() &&
                               (inner.size() == 1 || inner[inner.size() - 2] != called_);
            if (joins) columns.push_back(outer.back());
        }
    }

    const RangeVar& target_;
    std::string called_;
    NamedQueries named_;
    FromItems level_;
    std::vector<const Node*> joins_;
};

/// SET a[1] = 5 leaves the others as they were, as jsonb_set() does. SET a.f = 5 writes over what everybody calls f.
bool is_element(const List* indirection) {
    const auto steps = items(indirection);
    return steps.size() > 0 &&
           std::all_of(steps.begin(), steps.end(), [](const Node* n) { return is(n, T_A_Indices); });
}

}  // namespace

void note_old_values(const List* assignments, const RangeVar& table, const List* from, const Node* where,
                     const NamedQueries& named, Dml& dml) {
    const OldValues old(table, from, where, named);
    for (const auto* target : items<ResTarget>(assignments)) {
        std::string column = text_of(target->name);
        if (is_element(target->indirection) || old.reads_own(target->val, column)) {
            dml.set_from_old.push_back(std::move(column));
            continue;
        }
        auto joined = old.joined_by(target->val, column);
        if (!joined.empty()) dml.set_from_same_row.push_back({std::move(column), std::move(joined)});
    }
}

}  // namespace pgfence
