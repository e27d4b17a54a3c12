#include "analyze/model/partition_bounds.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/model/expressions.h"

namespace pgfence {
namespace {

std::optional<double> number(const std::string& text) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0') return std::nullopt;
    return value;
}

}  // namespace

std::optional<int> compare_literals(const Expr& a, const Expr& b) {
    const Expr &x = uncast(a), &y = uncast(b);
    if (x.kind != Expr::Kind::constant || y.kind != Expr::Kind::constant) return std::nullopt;
    if (x.text == y.text) return 0;
    if (const auto m = number(x.text), n = number(y.text); m && n) return *m < *n ? -1 : *m > *n;
    const auto iso = [](const std::string& text) { return text.size() >= 10 && text[4] == '-' && text[7] == '-'; };
    if (iso(x.text) && iso(y.text) && x.text.size() == y.text.size()) return x.text < y.text ? -1 : 1;
    return std::nullopt;
}

std::optional<Literals> literals_of(const Catalog& catalog, const TypeName& type) {
    static constexpr std::array<std::string_view, 6> kOrdered{"int2", "int4", "int8", "numeric", "date", "timestamp"};
    static constexpr std::array<std::string_view, 2> kWords{"text", "varchar"};
    const auto among = [&](const auto& names) {
        return std::find(names.begin(), names.end(), type.name.name) != names.end();
    };
    if (type.array_dimensions > 0) return std::nullopt;
    if (among(kOrdered)) return Literals::ordered;
    if (among(kWords) || catalog.find_enum(type.name)) return Literals::words;
    return std::nullopt;
}

namespace {

/// `column OP literal`, turned round when written the other way.
struct ColumnComparison {
    std::string op;
    const Expr* value;
};

std::optional<ColumnComparison> comparison(const Expr& expr, const std::string& column) {
    if (expr.kind != Expr::Kind::op || expr.args.size() != 2) return std::nullopt;
    const auto is_column = [&](const Expr& e) {
        return uncast(e).kind == Expr::Kind::column && uncast(e).text == column;
    };
    if (is_column(expr.args[0])) return ColumnComparison{expr.name.name, &expr.args[1]};
    if (!is_column(expr.args[1])) return std::nullopt;
    static const std::vector<std::pair<std::string, std::string>> kTurned{
        {"<", ">"}, {">", "<"}, {"<=", ">="}, {">=", "<="}, {"=", "="}};
    for (const auto& [op, turned] : kTurned)
        if (op == expr.name.name) return ColumnComparison{turned, &expr.args[0]};
    return std::nullopt;
}

void collect_conjuncts(const Expr& expr, std::vector<const Expr*>& out) {
    if (expr.kind != Expr::Kind::and_) return out.push_back(&expr);
    for (const Expr& arg : expr.args) collect_conjuncts(arg, out);
}

std::vector<const Expr*> valid_checks(const Relation& table) {
    std::vector<const Expr*> conjuncts;
    for (const TableConstraint& c : table.table.constraints)
        if (c.type == ConstraintType::check && c.valid && c.enforced && c.expr) collect_conjuncts(*c.expr, conjuncts);
    return conjuncts;
}

bool is_unbounded(const Expr& bound) { return bound.kind == Expr::Kind::column; }

bool proves_lower(const Expr& check, const std::string& column, const Expr& lower) {
    const auto c = comparison(check, column);
    if (!c || (c->op != ">=" && c->op != ">" && c->op != "=")) return false;
    const auto order = compare_literals(*c->value, lower);
    return order && *order >= 0;
}

bool proves_upper(const Expr& check, const std::string& column, const Expr& upper) {
    const auto c = comparison(check, column);
    if (!c) return false;
    const auto order = compare_literals(*c->value, upper);
    if (!order) return false;
    return c->op == "<" ? *order <= 0 : (c->op == "<=" || c->op == "=") && *order < 0;
}

/// The values of `column = a`, `column IN (a, b)`, `column = ANY (ARRAY[a, b])`.
std::optional<std::vector<const Expr*>> listed_values(const Expr& check, const std::string& column) {
    std::vector<const Expr*> values;
    if (check.kind == Expr::Kind::op && check.text == "IN" && check.name.name == "=" &&
        uncast(check.args.front()).text == column) {
        for (std::size_t i = 1; i < check.args.size(); ++i) values.push_back(&uncast(check.args[i]));
        return values;
    }
    const auto c = comparison(check, column);
    if (!c || c->op != "=" || check.text == "ALL") return std::nullopt;
    const Expr& value = uncast(*c->value);
    if (value.kind == Expr::Kind::list)
        for (const Expr& item : value.args) values.push_back(&uncast(item));
    else
        values.push_back(&value);
    return values;
}

bool contains_all(const std::vector<Expr>& allowed, const std::vector<const Expr*>& values) {
    return std::all_of(values.begin(), values.end(), [&](const Expr* value) {
        return std::any_of(allowed.begin(), allowed.end(),
                           [&](const Expr& a) { return compare_literals(a, *value) == 0; });
    });
}

std::optional<std::string> single_column(const PartitionKey& key) {
    if (key.elements.size() != 1 || key.elements.front().column.empty()) return std::nullopt;
    return key.elements.front().column;
}

bool is_not_null(const Relation& table, const std::string& column, const std::vector<const Expr*>& checks) {
    if (const Column* c = table.column(column); c && c->not_null && c->not_null_valid) return true;
    return std::any_of(checks.begin(), checks.end(), [&](const Expr* e) {
        return e->kind == Expr::Kind::is_not_null && uncast(e->args.front()).text == column;
    });
}

/// Does the expression rule out every value of the bound? A row passes a CHECK that is null, so the column must also
/// be known not to be null, which a default partition's rows need not be: NULL belongs to the default anyway.
bool excludes(const Expr& check, const std::string& column, const PartitionBound& bound);

bool inside_is(const Expr& expr, const std::string& column, const PartitionBound& bound) {
    // NOT (...) rules the bound out when (...) holds for all of it.
    std::vector<const Expr*> parts;
    collect_conjuncts(expr, parts);
    return std::all_of(parts.begin(), parts.end(), [&](const Expr* part) {
        if (part->kind == Expr::Kind::is_not_null) return uncast(part->args.front()).text == column;
        if (bound.strategy == PartitionKey::Strategy::list) {
            const auto values = listed_values(*part, column);
            return values && std::all_of(bound.list_values.begin(), bound.list_values.end(), [&](const Expr& b) {
                       return std::any_of(values->begin(), values->end(),
                                          [&](const Expr* v) { return compare_literals(*v, b) == 0; });
                   });
        }
        const auto c = comparison(*part, column);
        if (!c) return false;
        if (c->op == ">=" && !is_unbounded(bound.lower.front()))
            return compare_literals(*c->value, bound.lower.front()).value_or(1) <= 0;
        if (c->op == "<" && !is_unbounded(bound.upper.front()))
            return compare_literals(*c->value, bound.upper.front()).value_or(-1) >= 0;
        return false;
    });
}

bool excludes(const Expr& check, const std::string& column, const PartitionBound& bound) {
    if (check.kind == Expr::Kind::not_) return inside_is(check.args.front(), column, bound);
    if (check.kind == Expr::Kind::or_)
        return std::all_of(check.args.begin(), check.args.end(),
                           [&](const Expr& arg) { return excludes(arg, column, bound); });
    if (check.kind == Expr::Kind::and_)
        return std::any_of(check.args.begin(), check.args.end(),
                           [&](const Expr& arg) { return excludes(arg, column, bound); });
    if (bound.strategy == PartitionKey::Strategy::list) {
        const auto values = listed_values(check, column);
        return values && std::none_of(bound.list_values.begin(), bound.list_values.end(), [&](const Expr& b) {
                   return std::any_of(values->begin(), values->end(),
                                      [&](const Expr* v) { return compare_literals(*v, b).value_or(0) == 0; });
               });
    }
    const auto c = comparison(check, column);
    if (!c) return false;
    if (c->op == "<" && !is_unbounded(bound.lower.front()))
        return compare_literals(*c->value, bound.lower.front()).value_or(1) <= 0;
    if ((c->op == ">=" || c->op == ">") && !is_unbounded(bound.upper.front()))
        return compare_literals(*c->value, bound.upper.front()).value_or(-1) >= 0;
    return false;
}

bool has_single_ends(const PartitionBound& bound) { return bound.lower.size() == 1 && bound.upper.size() == 1; }

}  // namespace

bool bound_is_proved(const Relation& table, const PartitionKey& key, const PartitionBound& bound) {
    const auto column = single_column(key);
    if (!column || bound.is_default || key.strategy == PartitionKey::Strategy::hash) return false;
    const auto checks = valid_checks(table);
    if (!is_not_null(table, *column, checks)) return false;
    const auto any = [&](auto&& proves) { return std::any_of(checks.begin(), checks.end(), proves); };
    if (key.strategy == PartitionKey::Strategy::list)
        return any([&](const Expr* check) {
            const auto values = listed_values(*check, *column);
            return values && contains_all(bound.list_values, *values);
        });
    if (!has_single_ends(bound)) return false;
    const Expr &lower = bound.lower.front(), &upper = bound.upper.front();
    return (is_unbounded(lower) || any([&](const Expr* check) { return proves_lower(*check, *column, lower); })) &&
           (is_unbounded(upper) || any([&](const Expr* check) { return proves_upper(*check, *column, upper); }));
}

bool bound_is_excluded(const Relation& default_partition, const PartitionKey& key, const PartitionBound& bound) {
    const auto column = single_column(key);
    if (!column || bound.is_default) return false;
    if (bound.strategy == PartitionKey::Strategy::range && !has_single_ends(bound)) return false;
    const auto checks = valid_checks(default_partition);
    return std::any_of(checks.begin(), checks.end(),
                       [&](const Expr* check) { return excludes(*check, *column, bound); });
}

}  // namespace pgfence
