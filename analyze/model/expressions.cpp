#include "analyze/model/expressions.h"

#include <algorithm>
#include <array>
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

bool proves_not_null(const Expr& expr, std::string_view column) {
    const auto proves = [&](const Expr& arg) { return proves_not_null(arg, column); };
    switch (expr.kind) {
        case Expr::Kind::is_not_null:
            return expr.args.front().kind == Expr::Kind::column && expr.args.front().text == column;
        case Expr::Kind::not_: {
            // NOT (c IS NULL) is turned into c IS NOT NULL by negate_clause before the proof.
            const Expr& inner = expr.args.front();
            return inner.kind == Expr::Kind::is_null && inner.args.front().kind == Expr::Kind::column &&
                   inner.args.front().text == column;
        }
        case Expr::Kind::and_: return std::any_of(expr.args.begin(), expr.args.end(), proves);
        case Expr::Kind::or_: return !expr.args.empty() && std::all_of(expr.args.begin(), expr.args.end(), proves);
        default: return false;
    }
}

}  // namespace pgfence
