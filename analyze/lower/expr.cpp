#include "analyze/lower/lowering.h"

namespace pgfence {
namespace {

/// Lowers one node and, one level deeper, what is below it.
class ExprLowering {
public:
    ExprLowering(const StatementPosition& place, int depth) : place_(place), depth_(depth) {}
    Expr lower(const Node* n) const;

private:
    Expr make(Expr::Kind kind, int location, std::string text = {}) const {
        Expr e;
        e.kind = kind;
        e.text = std::move(text);
        e.location = place_.at(location);
        return e;
    }
    [[gnu::noinline]] void add(Expr& parent, const void* child) const {
        if (child) parent.args.push_back(lower_expr(node(child), place_, depth_ + 1));
    }
    void add_all(Expr& parent, const List* children) const {
        parent.args.reserve(parent.args.size() + items(children).size());
        for (const Node* child : items(children)) add(parent, child);
    }

    // Not inlined: together their temporaries would make a frame of 10 KB, and there can be kExprDepth of them.
    [[gnu::noinline]] Expr constant(const A_Const& c) const;
    [[gnu::noinline]] Expr column(const ColumnRef& c) const;
    [[gnu::noinline]] Expr call(const FuncCall& c) const;
    [[gnu::noinline]] Expr operation(const A_Expr& e) const;
    [[gnu::noinline]] Expr boolean(const BoolExpr& e) const;
    [[gnu::noinline]] Expr cast(const TypeCast& c) const;
    [[gnu::noinline]] Expr boolean_test(const BooleanTest& t) const;
    [[gnu::noinline]] Expr null_test(const NullTest& t) const;
    [[gnu::noinline]] Expr collate(const CollateClause& c) const;
    [[gnu::noinline]] Expr case_(const CaseExpr& c) const;
    [[gnu::noinline]] Expr list(const Node* n) const;
    [[gnu::noinline]] Expr list(const char* which, const List* args, int location) const;
    [[gnu::noinline]] Expr leaf(const Node* n) const;
    [[gnu::noinline]] Expr other(const Node* n) const;

    const StatementPosition& place_;
    int depth_;
};

// The types parse_node.c make_const gives to literals.
TypeName literal_type(std::string schema, std::string name) {
    TypeName type;
    type.name = {std::move(schema), std::move(name)};
    return type;
}

Expr ExprLowering::constant(const A_Const& c) const {
    if (c.isnull) return make(Expr::Kind::null, c.location);
    Expr e = make(Expr::Kind::constant, c.location, value_of(&c.val.node));
    switch (nodeTag(&c.val.node)) {
        case T_Integer: e.type = literal_type("pg_catalog", "int4"); break;
        case T_Float: e.type = literal_type("pg_catalog", "numeric"); break;
        case T_Boolean: e.type = literal_type("pg_catalog", "bool"); break;
        case T_BitString: e.type = literal_type("pg_catalog", "bit"); break;
        default: e.type = literal_type("", "unknown"); break;
    }
    return e;
}

Expr ExprLowering::column(const ColumnRef& c) const {
    const auto fields = items(c.fields);
    auto names = strings_of(c.fields);
    const bool star = fields.size() > 0 && is(fields.back(), T_A_Star);
    Expr e = make(star ? Expr::Kind::star : Expr::Kind::column, c.location);
    if (!star && !names.empty()) {
        e.text = std::move(names.back());
        names.pop_back();
    }
    if (!names.empty()) e.name.schema = std::move(names.back());
    return e;
}

Expr ExprLowering::call(const FuncCall& c) const {
    Expr e = make(Expr::Kind::call, c.location);
    e.name = name_of(c.funcname);
    e.aggregate_star = c.agg_star;
    for (const Node* arg : items(c.args)) add(e, is(arg, T_NamedArgExpr) ? node(as<NamedArgExpr>(arg).arg) : arg);
    return e;
}

std::string_view spelled(A_Expr_Kind kind) {
    switch (kind) {
        case AEXPR_OP: return "";
        case AEXPR_OP_ANY: return "ANY";
        case AEXPR_OP_ALL: return "ALL";
        case AEXPR_DISTINCT: return "IS DISTINCT FROM";
        case AEXPR_NOT_DISTINCT: return "IS NOT DISTINCT FROM";
        case AEXPR_NULLIF: return "NULLIF";
        case AEXPR_IN: return "IN";
        case AEXPR_LIKE: return "LIKE";
        case AEXPR_ILIKE: return "ILIKE";
        case AEXPR_SIMILAR: return "SIMILAR TO";
        case AEXPR_BETWEEN: return "BETWEEN";
        case AEXPR_NOT_BETWEEN: return "NOT BETWEEN";
        case AEXPR_BETWEEN_SYM: return "BETWEEN SYMMETRIC";
        case AEXPR_NOT_BETWEEN_SYM: return "NOT BETWEEN SYMMETRIC";
    }
    return "";
}

std::string_view spelled(SubLinkType type) {
    switch (type) {
        case EXISTS_SUBLINK: return "EXISTS";
        case ALL_SUBLINK: return "ALL";
        case ANY_SUBLINK: return "ANY";
        default: return "";
    }
}

Expr ExprLowering::operation(const A_Expr& a) const {
    Expr e = make(a.kind == AEXPR_NULLIF ? Expr::Kind::list : Expr::Kind::op, a.location, std::string(spelled(a.kind)));
    if (a.kind != AEXPR_NULLIF) e.name = name_of(a.name);
    add(e, a.lexpr);
    if (const List* values = list_of(a.rexpr))
        add_all(e, values);
    else
        add(e, a.rexpr);
    return e;
}

Expr ExprLowering::boolean(const BoolExpr& b) const {
    const auto kind = b.boolop == AND_EXPR  ? Expr::Kind::and_
                      : b.boolop == OR_EXPR ? Expr::Kind::or_
                                            : Expr::Kind::not_;
    Expr e = make(kind, b.location);
    add_all(e, b.args);
    return e;
}

// The grammar wraps TRUE and FALSE in a cast to bool that nobody wrote.
Expr ExprLowering::cast(const TypeCast& c) const {
    if (is(c.arg, T_A_Const) && is(&as<A_Const>(c.arg).val.node, T_Boolean) && !as<A_Const>(c.arg).isnull &&
        c.location < 0)
        return constant(as<A_Const>(c.arg));
    Expr e = make(Expr::Kind::cast, c.location);
    e.type = type_of(c.typeName, place_);
    add(e, c.arg);
    return e;
}

Expr ExprLowering::boolean_test(const BooleanTest& t) const {
    constexpr std::array<const char*, 6> kTests{"IS TRUE",      "IS NOT TRUE", "IS FALSE",
                                                "IS NOT FALSE", "IS UNKNOWN",  "IS NOT UNKNOWN"};
    Expr e = make(Expr::Kind::boolean_test, t.location, kTests[static_cast<std::size_t>(t.booltesttype)]);
    add(e, t.arg);
    return e;
}

Expr ExprLowering::list(const char* which, const List* args, int location) const {
    Expr e = make(Expr::Kind::list, location, which);
    add_all(e, args);
    return e;
}

Expr ExprLowering::case_(const CaseExpr& c) const {
    Expr e = make(Expr::Kind::list, c.location, "CASE");
    add(e, c.arg);
    for (const auto* when : items<CaseWhen>(c.args)) {
        add(e, when->expr);
        add(e, when->result);
    }
    add(e, c.defresult);
    return e;
}

std::string_view spelled(SQLValueFunctionOp op) {
    switch (op) {
        case SVFOP_CURRENT_DATE: return "CURRENT_DATE";
        case SVFOP_CURRENT_TIME:
        case SVFOP_CURRENT_TIME_N: return "CURRENT_TIME";
        case SVFOP_CURRENT_TIMESTAMP:
        case SVFOP_CURRENT_TIMESTAMP_N: return "CURRENT_TIMESTAMP";
        case SVFOP_LOCALTIME:
        case SVFOP_LOCALTIME_N: return "LOCALTIME";
        case SVFOP_LOCALTIMESTAMP:
        case SVFOP_LOCALTIMESTAMP_N: return "LOCALTIMESTAMP";
        case SVFOP_CURRENT_ROLE: return "CURRENT_ROLE";
        case SVFOP_CURRENT_USER: return "CURRENT_USER";
        case SVFOP_USER: return "USER";
        case SVFOP_SESSION_USER: return "SESSION_USER";
        case SVFOP_CURRENT_CATALOG: return "CURRENT_CATALOG";
        case SVFOP_CURRENT_SCHEMA: return "CURRENT_SCHEMA";
    }
    return "";
}

Expr ExprLowering::other(const Node* n) const {
    Expr e = make(Expr::Kind::other, -1);
    if (is(n, T_A_Indirection))
        for (auto& field : strings_of(as<A_Indirection>(n).indirection)) e.name.name = std::move(field);
    if (is(n, T_CurrentOfExpr)) e.text = "CURRENT OF";
    if (is(n, T_SetToDefault)) {
        e.text = "DEFAULT";
        e.location = place_.at(as<SetToDefault>(n).location);
    }
    std::vector<const Node*> below;
    children_of(n, below);
    for (const Node* child : below) {
        if (const List* several = list_of(child))
            add_all(e, several);
        else
            add(e, child);
    }
    if (e.location < 0 && !e.args.empty()) e.location = e.args.front().location;
    return e;
}

Expr ExprLowering::list(const Node* n) const {
    switch (nodeTag(n)) {
        case T_A_ArrayExpr: return list("ARRAY", as<A_ArrayExpr>(n).elements, as<A_ArrayExpr>(n).location);
        case T_RowExpr: return list("ROW", as<RowExpr>(n).args, as<RowExpr>(n).location);
        case T_CoalesceExpr: return list("COALESCE", as<CoalesceExpr>(n).args, as<CoalesceExpr>(n).location);
        default: {
            const auto& e = as<MinMaxExpr>(n);
            return list(e.op == IS_GREATEST ? "GREATEST" : "LEAST", e.args, e.location);
        }
    }
}

Expr ExprLowering::leaf(const Node* n) const {
    switch (nodeTag(n)) {
        case T_SubLink: {
            Expr e =
                make(Expr::Kind::subquery, as<SubLink>(n).location, std::string(spelled(as<SubLink>(n).subLinkType)));
            if (as<SubLink>(n).operName) e.name = name_of(as<SubLink>(n).operName);
            return e;
        }
        case T_ParamRef:
            return make(Expr::Kind::parameter, as<ParamRef>(n).location, "$" + std::to_string(as<ParamRef>(n).number));
        default: {
            const auto& value = as<SQLValueFunction>(n);
            return make(Expr::Kind::sql_value, value.location, std::string(spelled(value.op)));
        }
    }
}

Expr ExprLowering::null_test(const NullTest& t) const {
    Expr e = make(t.nulltesttype == IS_NULL ? Expr::Kind::is_null : Expr::Kind::is_not_null, t.location);
    add(e, t.arg);
    return e;
}

Expr ExprLowering::collate(const CollateClause& c) const {
    Expr e = make(Expr::Kind::collate, c.location);
    e.name = name_of(c.collname);
    add(e, c.arg);
    return e;
}

Expr ExprLowering::lower(const Node* n) const {
    switch (nodeTag(n)) {
        case T_A_Const: return constant(as<A_Const>(n));
        case T_ColumnRef: return column(as<ColumnRef>(n));
        case T_FuncCall: return call(as<FuncCall>(n));
        case T_A_Expr: return operation(as<A_Expr>(n));
        case T_BoolExpr: return boolean(as<BoolExpr>(n));
        case T_TypeCast: return cast(as<TypeCast>(n));
        case T_BooleanTest: return boolean_test(as<BooleanTest>(n));
        case T_NullTest: return null_test(as<NullTest>(n));
        case T_CollateClause: return collate(as<CollateClause>(n));
        case T_CaseExpr: return case_(as<CaseExpr>(n));
        case T_A_ArrayExpr:
        case T_RowExpr:
        case T_CoalesceExpr:
        case T_MinMaxExpr: return list(n);
        case T_SubLink:
        case T_ParamRef:
        case T_SQLValueFunction: return leaf(n);
        default: return other(n);
    }
}

}  // namespace

Expr lower_expr(const Node* expr, const StatementPosition& place, int depth) {
    if (!expr || depth >= kExprDepth) return {};
    return ExprLowering(place, depth).lower(expr);
}

Boxed<Expr> lower_optional_expr(const Node* expr, const StatementPosition& place) {
    if (!expr) return std::nullopt;
    return lower_expr(expr, place);
}

}  // namespace pgfence
