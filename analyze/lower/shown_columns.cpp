// What a SELECT shows: the names that its columns get (FigureColname in parse_target.c), and whose they are.

#include "analyze/lower/lowering.h"

namespace pgfence {
namespace {

constexpr int kDeep = 100;

/// How sure FigureColnameInternal is of a name: a cast has one of its own where what is cast has none.
struct Figured {
    enum class Strength : std::uint8_t { none, cast, sure, unread };
    Strength strength = Strength::none;
    std::string name = "?column?";
};

using enum Figured::Strength;

Figured sure_of(std::string name) { return {sure, std::move(name)}; }

Figured name_in(const List* names) {
    auto all = strings_of(names);
    return all.empty() ? Figured{unread, ""} : sure_of(std::move(all.back()));
}

Figured figure(const Node* expr, int depth);

Figured figure_or(const Node* inner, std::string own, int depth) {
    Figured figured = figure(inner, depth + 1);
    if (figured.strength == none || figured.strength == cast) return {cast, std::move(own)};
    return figured;
}

Figured figure_subquery(const SubLink& link, int depth) {
    if (link.subLinkType == EXISTS_SUBLINK) return sure_of("exists");
    if (link.subLinkType == ARRAY_SUBLINK) return sure_of("array");
    if (link.subLinkType != EXPR_SUBLINK) return {};
    if (!is(link.subselect, T_SelectStmt)) return {unread, ""};
    const auto targets = items<ResTarget>(as<SelectStmt>(link.subselect).targetList);
    if (targets.size() == 0) return {unread, ""};
    return targets[0]->name ? sure_of(targets[0]->name) : figure(targets[0]->val, depth + 1);
}

Figured figure(const Node* expr, int depth) {
    if (!expr || depth > kDeep) return {unread, ""};
    switch (nodeTag(expr)) {
        case T_ColumnRef: return name_in(as<ColumnRef>(expr).fields);
        case T_FuncCall: return name_in(as<FuncCall>(expr).funcname);
        case T_A_Indirection: {
            Figured field = name_in(as<A_Indirection>(expr).indirection);
            return field.strength == sure ? field : figure(as<A_Indirection>(expr).arg, depth + 1);
        }
        case T_A_Expr: return as<A_Expr>(expr).kind == AEXPR_NULLIF ? sure_of("nullif") : Figured{};
        case T_TypeCast: {
            const auto* type = as<TypeCast>(expr).typeName;
            auto names = strings_of(type ? type->names : nullptr);
            return figure_or(as<TypeCast>(expr).arg, names.empty() ? std::string() : std::move(names.back()), depth);
        }
        case T_CollateClause: return figure(as<CollateClause>(expr).arg, depth + 1);
        case T_CaseExpr: return figure_or(node(as<CaseExpr>(expr).defresult), "case", depth);
        case T_SubLink: return figure_subquery(as<SubLink>(expr), depth);
        case T_A_ArrayExpr: return sure_of("array");
        case T_RowExpr: return sure_of("row");
        case T_CoalesceExpr: return sure_of("coalesce");
        case T_MinMaxExpr: return sure_of(as<MinMaxExpr>(expr).op == IS_GREATEST ? "greatest" : "least");
        case T_A_Const:
        case T_BoolExpr:
        case T_NullTest:
        case T_BooleanTest: return {};
        default: return {unread, ""};
    }
}

/// The tables that a column without a qualifier may be of; `all`: there is nothing else in FROM.
struct From {
    std::vector<const RangeVar*> tables;
    bool all = true;
    bool merges = false;  ///< USING, NATURAL: two columns become one
};

void add(const Node* item, From& from, int depth = 0) {
    if (is(item, T_RangeVar)) {
        const auto& range = as<RangeVar>(item);
        from.tables.push_back(&range);
        if (range.alias && range.alias->colnames) from.all = false;
    } else if (is(item, T_JoinExpr) && depth < kDeep) {
        const auto& join = as<JoinExpr>(item);
        from.merges |= join.isNatural || join.usingClause || join.alias;
        add(join.larg, from, depth + 1);
        add(join.rarg, from, depth + 1);
    } else {
        from.all = false;
    }
}

bool is_called(const RangeVar& range, const std::string& name) {
    return name == (range.alias ? range.alias->aliasname : range.relname);
}

/// Empty where it may be of something that is no table.
std::vector<Name> tables_of(const From& from, const std::vector<std::string>& qualifier) {
    std::vector<Name> tables;
    if (!from.all) return tables;
    for (const RangeVar* range : from.tables)
        if (qualifier.empty() || is_called(*range, qualifier.back())) tables.push_back(name_of(range));
    return tables;
}

bool ends_in_star(const ColumnRef& ref) {
    const auto fields = items(ref.fields);
    return fields.size() > 0 && is(fields.back(), T_A_Star);
}

std::optional<ShownColumn> shown(const ResTarget& target, const From& from, const StatementPosition& place) {
    ShownColumn column;
    if (is(target.val, T_ColumnRef)) {
        const auto& ref = as<ColumnRef>(target.val);
        auto names = strings_of(ref.fields);
        const bool star = ends_in_star(ref);
        if (!star) {
            if (names.empty()) return std::nullopt;
            column.name = column.column = names.back();
            names.pop_back();
        }
        const bool row = !star && names.empty() &&
                         std::any_of(from.tables.begin(), from.tables.end(),
                                     [&](const RangeVar* range) { return is_called(*range, column.column); });
        if (!row) column.of = tables_of(from, names);
        if (star && (column.of.empty() || from.merges)) return std::nullopt;
    } else {
        Figured figured = figure(target.val, 0);
        if (!target.name && figured.strength == unread) return std::nullopt;
        column.name = std::move(figured.name);
        column.type = type_told(target.val, place);
    }
    if (target.name) column.name = target.name;
    return column;
}

}  // namespace

// ExpandColumnRefStar: * is every table of FROM, t.* the one of that name. Names of CTEs are no tables.
std::vector<Name> shown_whole(const SelectStmt& select) {
    std::vector<Name> whole;
    if (select.op != SETOP_NONE || select.withClause) return whole;
    From from;
    for (const Node* item : items(select.fromClause)) add(item, from);
    from.all = true;
    for (const auto* target : items<ResTarget>(select.targetList)) {
        if (!is(target->val, T_ColumnRef) || !ends_in_star(as<ColumnRef>(target->val))) continue;
        const auto tables = tables_of(from, strings_of(as<ColumnRef>(target->val).fields));
        whole.insert(whole.end(), tables.begin(), tables.end());
    }
    return whole;
}

std::vector<ShownColumn> shown_columns(const SelectStmt& select, const StatementPosition& place) {
    // The first of several queries gives the names; the types are those that all of them can be cast to.
    const SelectStmt* first = &select;
    bool with = select.withClause;
    for (int depth = 0; first->op != SETOP_NONE && first->larg && depth < kDeep; ++depth) {
        first = first->larg;
        with |= first->withClause != nullptr;
    }
    if (first->valuesLists) return {};
    From from;
    for (const Node* item : items(first->fromClause)) add(item, from);
    if (with) from.all = false;  // a name may be that of a query
    std::vector<ShownColumn> columns;
    for (const auto* target : items<ResTarget>(first->targetList)) {
        auto column = shown(*target, from, place);
        if (!column) return {};
        if (first != &select) {
            if (column->name.empty()) return {};
            column->of.clear();
            column->type = {};
        }
        columns.push_back(std::move(*column));
    }
    return columns;
}

}  // namespace pgfence
