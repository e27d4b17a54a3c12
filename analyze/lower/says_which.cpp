// What a condition, or a query that it asks, spells out: values that columns are held against, lists, a LIMIT.

#include <algorithm>
#include <array>

#include "analyze/lower/from_items.h"

namespace pgfence {
namespace {

/// A literal, a parameter, or a list of them.
bool is_spelled_out(const Node* n) {
    if (!n) return false;
    if (is(n, T_TypeCast)) return is_spelled_out(as<TypeCast>(n).arg);
    if (is(n, T_A_ArrayExpr)) return is_spelled_out(node(as<A_ArrayExpr>(n).elements));
    if (is(n, T_List)) {
        const auto all = items(reinterpret_cast<const List*>(n));
        return all.size() > 0 && std::all_of(all.begin(), all.end(), is_spelled_out);
    }
    return is(n, T_ParamRef) || is(n, T_A_Const);
}

/// A column, also as lower(email) or state::text.
bool is_of_column(const Node* n) {
    constexpr std::array<std::string_view, 6> kPlain{"lower", "upper", "btrim", "ltrim", "rtrim", "coalesce"};
    if (!n) return false;
    if (is(n, T_TypeCast)) return is_of_column(as<TypeCast>(n).arg);
    if (is(n, T_CollateClause)) return is_of_column(as<CollateClause>(n).arg);
    if (is(n, T_CoalesceExpr)) return is_of_column(items(as<CoalesceExpr>(n).args)[0]);
    if (!is(n, T_FuncCall)) return is(n, T_ColumnRef);
    const auto& call = as<FuncCall>(n);
    const auto args = items(call.args);
    return args.size() > 0 && std::find(kPlain.begin(), kPlain.end(), name_of(call.funcname).name) != kPlain.end() &&
           is_of_column(args[0]);
}

/// A column is held against something spelled out. What is <> such a value is nearly everything.
bool compares_column(const A_Expr& e) {
    const std::string operation = name_of(e.name).name;
    switch (e.kind) {
        case AEXPR_OP:
            if (operation != "=" && operation != "<" && operation != ">" && operation != "<=" && operation != ">=")
                return false;
            break;
        case AEXPR_OP_ANY:
        case AEXPR_IN:
            if (operation != "=") return false;
            break;
        case AEXPR_NOT_DISTINCT:
        case AEXPR_LIKE:
        case AEXPR_ILIKE:
        case AEXPR_SIMILAR:
        case AEXPR_BETWEEN:
        case AEXPR_BETWEEN_SYM: break;
        default: return false;
    }
    return (is_of_column(e.lexpr) && is_spelled_out(e.rexpr)) || (is_spelled_out(e.lexpr) && is_of_column(e.rexpr));
}

/// Less or greater than a value, or like a pattern: as many rows as there are may be.
bool is_one_sided(const A_Expr& e) {
    return (e.kind == AEXPR_OP && name_of(e.name).name != "=") || e.kind == AEXPR_LIKE || e.kind == AEXPR_ILIKE ||
           e.kind == AEXPR_SIMILAR;
}

/// SELECT ... FROM t WHERE a IS NULL; of a joined table, a NULL is that there is no row.
bool asks_for_null(const SelectStmt& select) {
    const auto from = items(select.fromClause);
    std::vector<const Node*> parts{select.whereClause};
    if (is(select.whereClause, T_BoolExpr) && as<BoolExpr>(select.whereClause).boolop == AND_EXPR) {
        const auto args = items(as<BoolExpr>(select.whereClause).args);
        parts.assign(args.begin(), args.end());
    }
    return from.size() == 1 && is(from[0], T_RangeVar) && std::any_of(parts.begin(), parts.end(), [](const Node* part) {
               return is(part, T_NullTest) && as<NullTest>(part).nulltesttype == IS_NULL &&
                      is(node(as<NullTest>(part).arg), T_ColumnRef);
           });
}

/// row_number() OVER (...) AS n
bool has_window(const Node* query) {
    if (!is(query, T_SelectStmt)) return false;
    const auto targets = items<ResTarget>(as<SelectStmt>(query).targetList);
    return std::any_of(targets.begin(), targets.end(), [](const auto* target) {
        return is(target->val, T_FuncCall) && as<FuncCall>(target->val).over;
    });
}

/// Its columns are made by a query: what they are held against (row_number() > 1) says nothing of the rows below.
bool reads_query(const SelectStmt& select, const NamedQueries& named) {
    const auto from = items(select.fromClause);
    return std::any_of(from.begin(), from.end(), [&](const Node* item) {
        if (!is(item, T_RangeVar)) return is(item, T_RangeSubselect);
        const CommonTableExpr* query = named_query(as<RangeVar>(item), named);
        return query && has_window(query->ctequery);
    });
}

/// Whether a value stands below that says which rows: a column is held against it, it is listed, it is a LIMIT. What
/// only EXISTS would show is none, and what a query in WITH RECURSIVE begins with does not say how far it goes.
class SpelledOut {
public:
    enum class What { equal, compared, limited };
    SpelledOut(NamedQueries named, What what) : named_(std::move(named)), what_(what) {}

    bool below(const Node* n, bool in_query, int depth = 0) {
        if (!n || depth > kConditionDepth) return false;
        const bool value = what_ != What::limited;
        if (value && is(n, T_A_Expr) && in_query && compares_column(as<A_Expr>(n)))
            return what_ == What::compared || !is_one_sided(as<A_Expr>(n));
        if (value && is(n, T_A_ArrayExpr) && in_query && is_spelled_out(n)) return true;
        if (is(n, T_RangeVar)) return of_name(as<RangeVar>(n), depth);
        if (is(n, T_WithClause)) return false;  // it counts where it is read
        const bool query = is(n, T_SelectStmt);
        if (query && what_ == What::limited && limits(as<SelectStmt>(n))) return true;
        if (query && what_ == What::compared && asks_for_null(as<SelectStmt>(n))) return true;
        if (query && value && as<SelectStmt>(n).valuesLists) return true;
        const Node* of_others =
            query && reads_query(as<SelectStmt>(n), named_) ? as<SelectStmt>(n).whereClause : nullptr;
        // What LEFT JOIN ... ON says leaves no row out.
        const Node* of_outer_join =
            is(n, T_JoinExpr) && as<JoinExpr>(n).jointype != JOIN_INNER ? as<JoinExpr>(n).quals : nullptr;
        const bool exists = is(n, T_SubLink) && as<SubLink>(n).subLinkType == EXISTS_SUBLINK;
        const std::size_t outside = named_.size();
        if (query) named_ = with_own(std::move(named_), as<SelectStmt>(n).withClause);
        std::vector<const Node*> children;
        bool found = !children_of(n, children);
        for (const Node* child : children)
            found = found || (exists && is(child, T_SelectStmt)
                                  ? of_exists(as<SelectStmt>(child), depth + 1)
                                  : below(child, (in_query || query) && child != of_others && child != of_outer_join,
                                          depth + 1));
        named_.resize(outside);
        return found;
    }

private:
    bool of_exists(const SelectStmt& select, int depth) {
        if (select.op != SETOP_NONE || select.withClause) return below(node(&select), true, depth);
        bool found = below(select.whereClause, true, depth) || below(select.havingClause, true, depth);
        for (const Node* item : items(select.fromClause)) found = found || below(item, true, depth);
        return found;
    }
    bool of_name(const RangeVar& range, int depth) {
        const CommonTableExpr* query = named_query(range, named_);
        if (!query || std::find(seen_.begin(), seen_.end(), query) != seen_.end()) return false;
        seen_.push_back(query);
        return !reads(query->ctequery, query->ctename, depth) && below(query->ctequery, true, depth + 1);
    }
    /// A query of WITH RECURSIVE that names itself.
    static bool reads(const Node* n, const char* name, int depth) {
        if (!n || depth > kConditionDepth) return false;
        if (is(n, T_RangeVar)) return !as<RangeVar>(n).schemaname && text_of(as<RangeVar>(n).relname) == name;
        std::vector<const Node*> children;
        children_of(n, children);
        return std::any_of(children.begin(), children.end(),
                           [&](const Node* child) { return reads(child, name, depth + 1); });
    }

    NamedQueries named_;
    NamedQueries seen_;
    What what_;
};

}  // namespace

namespace {

bool is_constant_row(const SelectStmt& select) {
    const auto targets = items<ResTarget>(select.targetList);
    return !select.fromClause && !select.withClause &&
           std::all_of(targets.begin(), targets.end(), [](const auto* target) { return is_spelled_out(target->val); });
}

/// unnest(ARRAY[1, 2]), json_to_recordset('[...]'): what a number means, as for generate_series, is another matter.
bool gives_what_it_is_given(const RangeFunction& range) {
    const auto functions = items<List>(range.functions);
    if (functions.size() != 1 || !is(items(functions[0])[0], T_FuncCall)) return false;
    const auto& call = as<FuncCall>(items(functions[0])[0]);
    const auto args = items(call.args);
    return name_of(call.funcname).name != "generate_series" && args.size() > 0 &&
           std::all_of(args.begin(), args.end(), is_spelled_out);
}

}  // namespace

bool spells_out_rows(const Node* item, const NamedQueries& named) {
    if (is(item, T_RangeFunction)) return gives_what_it_is_given(as<RangeFunction>(item));
    const Node* query = nullptr;
    if (is(item, T_RangeSubselect) && !as<RangeSubselect>(item).lateral) query = as<RangeSubselect>(item).subquery;
    if (is(item, T_RangeVar))
        if (const CommonTableExpr* found = named_query(as<RangeVar>(item), named)) query = found->ctequery;
    for (int i = 0; i < kConditionDepth && is(query, T_SelectStmt); ++i) {
        const auto& select = as<SelectStmt>(query);
        if (select.op == SETOP_NONE) return select.valuesLists || is_constant_row(select);
        const SelectStmt* last = select.rarg;
        if (select.op != SETOP_UNION || !last || last->op != SETOP_NONE ||
            !(last->valuesLists || is_constant_row(*last)))
            return false;
        query = node(select.larg);
    }
    return false;
}

SaysWhich says_which(const Node* n, const NamedQueries& named, bool in_query) {
    using enum SpelledOut::What;
    const auto holds = [&](SpelledOut::What what) { return SpelledOut(named, what).below(n, in_query); };
    SaysWhich found;
    found.compares = holds(compared);
    found.equals = found.compares && holds(equal);
    found.limits = holds(limited);
    return found;
}

}  // namespace pgfence
