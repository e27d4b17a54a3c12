#include "analyze/catalog/mentioned_columns.h"

#include <algorithm>

#include "core/text.h"

namespace pgfence {
namespace {

void collect(const Expr& expr, std::vector<std::string>& columns) {
    if (expr.kind == Expr::Kind::column && !is_among(expr.text, columns)) columns.push_back(expr.text);
    for (const Expr& arg : expr.args) collect(arg, columns);
}

}  // namespace

std::vector<std::string> columns_of(const Expr& expr) {
    std::vector<std::string> columns;
    collect(expr, columns);
    return columns;
}

bool mentions(const Expr& expr, std::string_view column) {
    if (expr.kind == Expr::Kind::column && expr.text == column) return true;
    return std::any_of(expr.args.begin(), expr.args.end(), [&](const Expr& arg) { return mentions(arg, column); });
}

bool calls(const Expr& expr, const Name& function) {
    const bool here = expr.kind == Expr::Kind::call && expr.name.name == function.name &&
                      (expr.name.schema.empty() || function.schema.empty() || expr.name.schema == function.schema);
    return here ||
           std::any_of(expr.args.begin(), expr.args.end(), [&](const Expr& arg) { return calls(arg, function); });
}

bool casts_to(const Expr& expr, const Name& type) {
    return (expr.kind == Expr::Kind::cast && expr.type.name == type) ||
           std::any_of(expr.args.begin(), expr.args.end(), [&](const Expr& arg) { return casts_to(arg, type); });
}

void rename_column_in(Expr& expr, const std::string& from, const std::string& to) {
    if (expr.kind == Expr::Kind::column && expr.text == from) expr.text = to;
    for (Expr& arg : expr.args) rename_column_in(arg, from, to);
}

void rename_column_in(std::vector<IndexElement>& elements, const std::string& from, const std::string& to) {
    for (IndexElement& element : elements) {
        if (element.column == from) element.column = to;
        if (element.expr) rename_column_in(*element.expr, from, to);
    }
}

}  // namespace pgfence
