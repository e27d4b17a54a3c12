#include "analyze/model/partition_bounds.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyze/model/expressions.h"
#include "analyze/model/literals.h"
#include "analyze/model/types.h"

namespace pgfence {
namespace {

/// The only column of a partition key, and how literals of it are compared.
struct KeyColumn {
    std::string name;
    Literals literals;
    bool is_string = false;  ///< varchar's operators are text's, and cast it
};

std::optional<KeyColumn> column_of(const Catalog& catalog, const PartitionKey& key, const Relation& table) {
    if (key.elements.size() != 1 || key.strategy == PartitionKey::Strategy::hash) return std::nullopt;
    const IndexElement& element = key.elements.front();
    const Column* column = table.column(element.column);
    // CHECKs compare by the column's own collation, and by its type's own operator class.
    if (!column || !element.opclass.empty() || (!element.collation.empty() && element.collation != column->collation))
        return std::nullopt;
    const auto literals = literals_of(catalog, column->type, column->collation);
    if (!literals) return std::nullopt;
    const std::string type = canonical_type(column->type);
    return KeyColumn{element.column, *literals, type == "text" || type == "varchar"};
}

bool is_column(const Expr& expr, const KeyColumn& column) {
    if (expr.kind == Expr::Kind::column) return expr.text == column.name;
    if (!column.is_string || expr.kind != Expr::Kind::cast || expr.args.size() != 1 || !expr.type.typmods.empty())
        return false;
    const std::string to = canonical_type(expr.type);
    return (to == "text" || to == "varchar") && is_column(expr.args.front(), column);
}

/// `column OP literal`, turned round when written the other way.
struct ColumnComparison {
    std::string op;
    const Expr* value;
};

std::optional<ColumnComparison> comparison(const Expr& expr, const KeyColumn& column) {
    if (expr.kind != Expr::Kind::op || expr.args.size() != 2 || !expr.text.empty()) return std::nullopt;
    if (is_column(expr.args[0], column)) return ColumnComparison{expr.name.name, &expr.args[1]};
    if (!is_column(expr.args[1], column)) return std::nullopt;
    static const std::vector<std::pair<std::string, std::string>> kTurned{
        {"<", ">"}, {">", "<"}, {"<=", ">="}, {">=", "<="}, {"=", "="}};
    for (const auto& [op, turned] : kTurned)
        if (op == expr.name.name) return ColumnComparison{turned, &expr.args[0]};
    return std::nullopt;
}

/// column BETWEEN a AND b
bool is_between(const Expr& expr, const KeyColumn& column) {
    return expr.kind == Expr::Kind::op && expr.text == "BETWEEN" && expr.args.size() == 3 &&
           is_column(expr.args.front(), column);
}

void collect_conjuncts(const Expr& expr, std::vector<const Expr*>& out) {
    if (expr.kind != Expr::Kind::and_) return out.push_back(&expr);
    for (const Expr& arg : expr.args) collect_conjuncts(arg, out);
}

std::vector<const Expr*> valid_checks(const Relation& table) {
    std::vector<const Expr*> conjuncts;
    for (const TableConstraint& c : table.table.constraints)
        if (c.type == ConstraintType::check && c.valid && c.enforced && !c.maybe && c.expr)
            collect_conjuncts(*c.expr, conjuncts);
    return conjuncts;
}

bool is_unbounded(const Expr& bound) { return bound.kind == Expr::Kind::column; }

/// The values of `column = a`, `column IN (a, b)`, `column = ANY (ARRAY[a, b])`, and of OR between them.
std::optional<std::vector<const Expr*>> listed_values(const Expr& check, const KeyColumn& column) {
    std::vector<const Expr*> values;
    if (check.kind == Expr::Kind::or_) {
        for (const Expr& arg : check.args) {
            const auto more = listed_values(arg, column);
            if (!more) return std::nullopt;
            values.insert(values.end(), more->begin(), more->end());
        }
        return values;
    }
    if (check.kind != Expr::Kind::op || check.name.name != "=" || check.args.empty()) return std::nullopt;
    if (check.text == "IN" && is_column(check.args.front(), column)) {
        for (std::size_t i = 1; i < check.args.size(); ++i) values.push_back(&check.args[i]);
        return values;
    }
    if (check.text == "ANY" && check.args.size() == 2 && is_column(check.args.front(), column)) {
        const Expr& array = uncast(check.args[1]);
        if (array.kind != Expr::Kind::list || array.text != "ARRAY") return std::nullopt;
        for (const Expr& item : array.args) values.push_back(&item);
        return values;
    }
    const auto c = comparison(check, column);
    if (!c || c->op != "=") return std::nullopt;
    values.push_back(c->value);
    return values;
}

bool proves_lower(const Expr& check, const KeyColumn& column, const Expr& lower) {
    const auto above = [&](const Expr& value) {
        const auto order = compare_literals(value, lower, column.literals);
        return order && *order >= 0;
    };
    if (is_between(check, column)) return above(check.args[1]);
    if (const auto values = listed_values(check, column))
        return !values->empty() &&
               std::all_of(values->begin(), values->end(), [&](const Expr* v) { return above(*v); });
    const auto c = comparison(check, column);
    return c && (c->op == ">=" || c->op == ">") && above(*c->value);
}

bool proves_upper(const Expr& check, const KeyColumn& column, const Expr& upper) {
    const auto below = [&](const Expr& value, bool or_at) {
        const auto order = compare_literals(value, upper, column.literals);
        return order && (*order < 0 || (or_at && *order == 0));
    };
    if (is_between(check, column)) return below(check.args[2], false);
    if (const auto values = listed_values(check, column))
        return !values->empty() &&
               std::all_of(values->begin(), values->end(), [&](const Expr* v) { return below(*v, false); });
    const auto c = comparison(check, column);
    return c && (c->op == "<" || c->op == "<=") && below(*c->value, c->op == "<");
}

bool contains_all(const std::vector<Expr>& allowed, const std::vector<const Expr*>& values, Literals literals) {
    return std::all_of(values.begin(), values.end(), [&](const Expr* value) {
        return std::any_of(allowed.begin(), allowed.end(),
                           [&](const Expr& a) { return same_literal(a, *value, literals) == true; });
    });
}

bool is_not_null(const Relation& table, const KeyColumn& column, const std::vector<const Expr*>& checks) {
    if (const Column* c = table.column(column.name); c && c->not_null && c->not_null_valid && !c->maybe) return true;
    return std::any_of(checks.begin(), checks.end(), [&](const Expr* e) { return proves_not_null(*e, column.name); });
}

bool takes_null(const PartitionBound& bound) {
    return std::any_of(bound.list_values.begin(), bound.list_values.end(), is_null_literal);
}

/// NOT (...) rules the bound out when (...) holds for all of it.
bool inside_is(const Expr& expr, const KeyColumn& column, const PartitionBound& bound) {
    std::vector<const Expr*> parts;
    collect_conjuncts(expr, parts);
    return std::all_of(parts.begin(), parts.end(), [&](const Expr* part) {
        if (part->kind == Expr::Kind::is_not_null) return is_column(part->args.front(), column) && !takes_null(bound);
        if (bound.strategy == PartitionKey::Strategy::list) {
            const auto values = listed_values(*part, column);
            return values && std::all_of(bound.list_values.begin(), bound.list_values.end(), [&](const Expr& b) {
                       return std::any_of(values->begin(), values->end(),
                                          [&](const Expr* v) { return same_literal(*v, b, column.literals) == true; });
                   });
        }
        const auto c = comparison(*part, column);
        if (!c) return false;
        if (c->op == ">=" && !is_unbounded(bound.lower.front()))
            return compare_literals(*c->value, bound.lower.front(), column.literals).value_or(1) <= 0;
        if (c->op == "<" && !is_unbounded(bound.upper.front()))
            return compare_literals(*c->value, bound.upper.front(), column.literals).value_or(-1) >= 0;
        return false;
    });
}

/// The values are all outside the bound.
bool are_outside(const std::vector<const Expr*>& values, const KeyColumn& column, const PartitionBound& bound) {
    return std::all_of(values.begin(), values.end(), [&](const Expr* value) {
        if (bound.strategy == PartitionKey::Strategy::list)
            return std::all_of(bound.list_values.begin(), bound.list_values.end(), [&](const Expr& b) {
                return is_null_literal(b) || same_literal(*value, b, column.literals) == false;
            });
        const auto from = compare_literals(*value, bound.lower.front(), column.literals);
        const auto to = compare_literals(*value, bound.upper.front(), column.literals);
        return (!is_unbounded(bound.lower.front()) && from && *from < 0) ||
               (!is_unbounded(bound.upper.front()) && to && *to >= 0);
    });
}

/// column <> a, column NOT IN (a, b): of all that the bound lists.
bool is_other_than_all(const Expr& check, const KeyColumn& column, const PartitionBound& bound) {
    const bool one_or_several = check.text.empty() || check.text == "IN";
    if (bound.strategy != PartitionKey::Strategy::list || check.kind != Expr::Kind::op || check.name.name != "<>" ||
        !one_or_several || check.args.size() < 2 || !is_column(check.args.front(), column))
        return false;
    return std::all_of(bound.list_values.begin(), bound.list_values.end(), [&](const Expr& b) {
        return std::any_of(check.args.begin() + 1, check.args.end(),
                           [&](const Expr& other) { return same_literal(other, b, column.literals) == true; });
    });
}

/// Does the expression rule out every value of the bound? A row passes a CHECK that is null, and NULL is the default
/// partition's, unless the bound takes it.
bool excludes(const Expr& check, const KeyColumn& column, const PartitionBound& bound) {
    if (check.kind == Expr::Kind::not_) return inside_is(check.args.front(), column, bound);
    if (check.kind == Expr::Kind::is_null) return is_column(check.args.front(), column) && !takes_null(bound);
    if (is_other_than_all(check, column, bound)) return true;
    if (const auto values = listed_values(check, column)) return are_outside(*values, column, bound);
    if (check.kind == Expr::Kind::or_)
        return std::all_of(check.args.begin(), check.args.end(),
                           [&](const Expr& arg) { return excludes(arg, column, bound); });
    if (check.kind == Expr::Kind::and_)
        return std::any_of(check.args.begin(), check.args.end(),
                           [&](const Expr& arg) { return excludes(arg, column, bound); });
    if (bound.strategy == PartitionKey::Strategy::list) return false;
    const auto is_below = [&](const Expr& value, bool at) {
        if (is_unbounded(bound.lower.front())) return false;
        const auto order = compare_literals(value, bound.lower.front(), column.literals);
        return order && (*order < 0 || (at && *order == 0));
    };
    const auto is_above = [&](const Expr& value) {
        return !is_unbounded(bound.upper.front()) &&
               compare_literals(value, bound.upper.front(), column.literals).value_or(-1) >= 0;
    };
    if (is_between(check, column)) return is_below(check.args[2], false) || is_above(check.args[1]);
    const auto c = comparison(check, column);
    if (!c) return false;
    if (c->op == "<" || c->op == "<=") return is_below(*c->value, c->op == "<");
    return (c->op == ">=" || c->op == ">") && is_above(*c->value);
}

bool has_single_ends(const PartitionBound& bound) { return bound.lower.size() == 1 && bound.upper.size() == 1; }

/// Of one level of the tree.
bool is_proved(const Catalog& catalog, const Relation& table, const PartitionKey& key, const PartitionBound& bound) {
    const auto column = bound.is_default ? std::nullopt : column_of(catalog, key, table);
    if (!column) return false;
    const auto checks = valid_checks(table);
    if (!takes_null(bound) && !is_not_null(table, *column, checks)) return false;
    const auto any = [&](auto&& proves) { return std::any_of(checks.begin(), checks.end(), proves); };
    if (key.strategy == PartitionKey::Strategy::list)
        return any([&](const Expr* check) {
            if (check->kind == Expr::Kind::is_null) return is_column(check->args.front(), *column) && takes_null(bound);
            const auto values = listed_values(*check, *column);
            return values && contains_all(bound.list_values, *values, column->literals);
        });
    if (!has_single_ends(bound)) return false;
    const Expr &lower = bound.lower.front(), &upper = bound.upper.front();
    return (is_unbounded(lower) || any([&](const Expr* check) { return proves_lower(*check, *column, lower); })) &&
           (is_unbounded(upper) || any([&](const Expr* check) { return proves_upper(*check, *column, upper); }));
}

}  // namespace

// ATExecAttachPartition: the partition's own bound, and all that the partitioned table is itself bound by
// (RelationGetPartitionQual).
bool bound_is_proved(const Catalog& catalog, const Relation& table, const Relation& parent,
                     const PartitionBound& bound) {
    const PartitionBound* next = &bound;
    for (const Relation* at = &parent; at;) {
        if (!at->table.partition_key || !is_proved(catalog, table, *at->table.partition_key, *next)) return false;
        if (!at->table.is_partition) return true;
        if (!at->table.bound || at->table.parents.empty()) return false;
        next = &*at->table.bound;
        at = catalog.get(at->table.parents.front());
    }
    return false;
}

bool bound_is_excluded(const Catalog& catalog, const Relation& of_default, const PartitionKey& key,
                       const PartitionBound& bound) {
    const auto column = bound.is_default ? std::nullopt : column_of(catalog, key, of_default);
    if (!column) return false;
    if (bound.strategy == PartitionKey::Strategy::range && !has_single_ends(bound)) return false;
    const auto checks = valid_checks(of_default);
    // A NULL that passes a CHECK would be one of the new partition's.
    if (takes_null(bound) && !is_not_null(of_default, *column, checks)) return false;
    return std::any_of(checks.begin(), checks.end(),
                       [&](const Expr* check) { return excludes(*check, *column, bound); });
}

}  // namespace pgfence
