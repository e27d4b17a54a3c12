#include "analyze/kit/same_condition.h"

#include <utility>

namespace pgfence {
namespace {

bool is_any_of_list(const Expr& e) {
    return e.kind == Expr::Kind::op && e.text == "ANY" && e.args.size() == 2 && e.args[1].kind == Expr::Kind::list;
}

/// As its author may have written it.
Expr plainly(Expr e) {
    while (e.kind == Expr::Kind::cast && e.args.size() == 1) e = Expr(std::move(e.args.front()));
    for (Expr& arg : e.args) arg = plainly(std::move(arg));
    e.type = {};
    if (e.kind == Expr::Kind::column || e.name.schema == "pg_catalog") e.name.schema.clear();
    if (is_any_of_list(e)) {
        std::vector<Expr> args = std::move(e.args[1].args);
        args.insert(args.begin(), std::move(e.args[0]));
        e.args = std::move(args);
        e.text = "IN";
    }
    return e;
}

}  // namespace

bool says_the_same(const Boxed<Expr>& a, const Boxed<Expr>& b) {
    return a && b ? plainly(*a) == plainly(*b) : !a && !b;
}

}  // namespace pgfence
