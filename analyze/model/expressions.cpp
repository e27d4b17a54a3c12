#include "analyze/model/expressions.h"

#include <algorithm>

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
