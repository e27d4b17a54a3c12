#include "analyze/model/expressions.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <vector>

#include "analyze/model/volatility.h"

namespace pgfence {

bool mentions_column(const Expr& expr, std::string_view column) {
    if (expr.kind == Expr::Kind::column && expr.text == column) return true;
    return std::any_of(expr.args.begin(), expr.args.end(),
                       [&](const Expr& arg) { return mentions_column(arg, column); });
}

bool is_null_literal(const Expr& expr) {
    if (expr.kind == Expr::Kind::cast && !expr.args.empty()) return is_null_literal(expr.args.front());
    return expr.kind == Expr::Kind::null;
}

bool is_system_column(std::string_view name) {
    constexpr std::array<std::string_view, 6> kNames{"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"};
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

std::string unsteady_call(const Expr& expr, int version) {
    constexpr std::array<std::string_view, 3> kClock{"now", "transaction_timestamp", "statement_timestamp"};
    const auto is_unsteady = [&](const Expr& e) {
        if (e.kind != Expr::Kind::call || !(e.name.schema.empty() || e.name.schema == "pg_catalog")) return false;
        if (e.name.name == "age") return e.args.size() == 1;  // since today
        return std::find(kClock.begin(), kClock.end(), e.name.name) != kClock.end() ||
               function_volatility(e.name.name, static_cast<int>(e.args.size()), version) == Volatility::volatile_;
    };
    // A stack of its own: an expression may be thousands of operators deep.
    std::vector<const Expr*> open{&expr};
    while (!open.empty()) {
        const Expr& e = *open.back();
        open.pop_back();
        if (e.kind == Expr::Kind::sql_value) return e.text;
        if (is_unsteady(e)) return e.name.name + "()";
        for (auto arg = e.args.rbegin(); arg != e.args.rend(); ++arg) open.push_back(&*arg);
    }
    return {};
}

namespace {

std::optional<double> number_in(const Expr& e) {
    if (e.kind == Expr::Kind::cast && !e.args.empty()) return number_in(e.args.front());
    if (e.kind != Expr::Kind::constant || e.text.empty()) return std::nullopt;
    char* end = nullptr;
    const double value = std::strtod(e.text.c_str(), &end);
    return *end == '\0' ? std::optional(value) : std::nullopt;
}

/// Sequences give numbers from 1 on.
bool is_numbered_from_one(const Expr& e, const Relation& table) {
    const Column* column = e.kind == Expr::Kind::column ? table.column(e.text) : nullptr;
    if (!column) return false;
    const std::string& type = column->type.name.name;
    if (type != "int2" && type != "int4" && type != "int8") return false;
    const auto is_key = [&](const TableConstraint& c) {
        return c.type == ConstraintType::primary_key && c.columns.size() == 1 && c.columns.front() == column->name;
    };
    return column->identity || std::any_of(table.table.constraints.begin(), table.table.constraints.end(), is_key);
}

bool is_length(const Expr& e) {
    constexpr std::array<std::string_view, 4> kLengths{"length", "char_length", "octet_length", "character_length"};
    return e.kind == Expr::Kind::call && std::find(kLengths.begin(), kLengths.end(), e.name.name) != kLengths.end();
}

bool is_system_column(const Expr& e) { return e.kind == Expr::Kind::column && pgfence::is_system_column(e.text); }

bool compares_for_every_row(const Expr& e, const Relation& table) {
    if (e.args.size() < 2) return false;
    const Expr& left = e.args[0];
    if (e.text == "LIKE" && e.name.name == "~~") {
        const Column* column = left.kind == Expr::Kind::column ? table.column(left.text) : nullptr;
        const bool anything = e.args[1].kind == Expr::Kind::constant && !e.args[1].text.empty() &&
                              e.args[1].text.find_first_not_of('%') == std::string::npos;
        return anything && (left.kind != Expr::Kind::column || (column && column->not_null));
    }
    const auto right = number_in(e.args[1]);
    if (!right) return false;
    if (is_length(left) && e.text.empty())
        return (e.name.name == ">=" && *right <= 0) || (e.name.name == ">" && *right < 0);
    if (!is_numbered_from_one(left, table)) return false;
    if (e.text == "BETWEEN") {
        const auto upper = e.args.size() == 3 ? number_in(e.args[2]) : std::nullopt;
        return *right <= 1 && upper && *upper >= 2147483647.0;
    }
    if (e.text == "IN" && e.name.name == "<>")
        return std::all_of(e.args.begin() + 1, e.args.end(), [](const Expr& arg) {
            const auto value = number_in(arg);
            return value && *value <= 0;
        });
    if (!e.text.empty()) return false;
    if (e.name.name == ">" || e.name.name == "<>") return *right <= 0;
    return e.name.name == ">=" && *right <= 1;
}

}  // namespace

bool holds_for_every_row(const Expr& condition, const Relation& table) {
    const auto holds = [&](const Expr& arg) { return holds_for_every_row(arg, table); };
    const auto is_not_null = [&](const Expr& e) {
        if (is_system_column(e)) return true;
        const Column* column = e.kind == Expr::Kind::column ? table.column(e.text) : nullptr;
        return column && column->not_null;
    };
    switch (condition.kind) {
        case Expr::Kind::and_: return std::all_of(condition.args.begin(), condition.args.end(), holds);
        case Expr::Kind::or_: return std::any_of(condition.args.begin(), condition.args.end(), holds);
        case Expr::Kind::is_not_null: return is_not_null(condition.args.front());
        case Expr::Kind::not_:
            return condition.args.front().kind == Expr::Kind::is_null &&
                   is_not_null(condition.args.front().args.front());
        case Expr::Kind::op: return compares_for_every_row(condition, table);
        default: return false;
    }
}

namespace {

bool is_the_column(const Expr& expr, std::string_view column) {
    return expr.kind == Expr::Kind::column && expr.text == column;
}

/// column IS DISTINCT FROM NULL, which the parser takes for IS NOT NULL (make_nulltest_from_distinct).
bool compares_with_null(const Expr& expr, std::string_view how, std::string_view column) {
    return expr.kind == Expr::Kind::op && expr.text == how && expr.args.size() == 2 &&
           expr.args[1].kind == Expr::Kind::null && is_the_column(expr.args[0], column);
}

}  // namespace

bool proves_not_null(const Expr& expr, std::string_view column) {
    const auto proves = [&](const Expr& arg) { return proves_not_null(arg, column); };
    switch (expr.kind) {
        case Expr::Kind::is_not_null: {
            // ROW(a, b) IS NOT NULL holds only if each of its columns is not null (eval_const_expressions).
            const Expr& what = expr.args.front();
            if (what.kind != Expr::Kind::list || what.text != "ROW") return is_the_column(what, column);
            return std::any_of(what.args.begin(), what.args.end(),
                               [&](const Expr& arg) { return is_the_column(arg, column); });
        }
        case Expr::Kind::op: return compares_with_null(expr, "IS DISTINCT FROM", column);
        case Expr::Kind::not_: {
            // NOT (c IS NULL) is turned into c IS NOT NULL by negate_clause before the proof.
            const Expr& inner = expr.args.front();
            if (compares_with_null(inner, "IS NOT DISTINCT FROM", column)) return true;
            return inner.kind == Expr::Kind::is_null && inner.args.front().kind == Expr::Kind::column &&
                   inner.args.front().text == column;
        }
        case Expr::Kind::and_: return std::any_of(expr.args.begin(), expr.args.end(), proves);
        case Expr::Kind::or_: return !expr.args.empty() && std::all_of(expr.args.begin(), expr.args.end(), proves);
        default: return false;
    }
}

}  // namespace pgfence
