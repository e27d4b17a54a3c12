// Rows that a DELETE is after because a constraint would not let them in: what points at nothing, what is there twice.

#include <algorithm>

#include "analyze/lower/from_items.h"

namespace pgfence {
namespace {

using Parts = std::vector<const Node*>;

void add_parts(const Node* where, Parts& parts, int depth = 0) {
    if (!where || depth > kConditionDepth) return;
    if (!is(where, T_BoolExpr) || as<BoolExpr>(where).boolop != AND_EXPR) return parts.push_back(where);
    for (const Node* arg : items(as<BoolExpr>(where).args)) add_parts(arg, parts, depth + 1);
}

/// What all has to be so.
Parts parts_of(const Node* where) {
    Parts parts;
    add_parts(where, parts);
    return parts;
}

/// Neither a UNION nor grouped: each row comes from one of each table that FROM names.
bool gives_rows(const SelectStmt& select) {
    return select.op == SETOP_NONE && !select.groupClause && !select.havingClause && !select.valuesLists;
}

const Node* only_item(const List* from) {
    const auto all = items(from);
    return all.size() == 1 ? all[0] : nullptr;
}

/// The one table that a plain SELECT reads; null: there is more to it.
const RangeVar* only_table(const SelectStmt& select) {
    const Node* item = only_item(select.fromClause);
    const bool plain = gives_rows(select) && !select.limitCount && !select.limitOffset && !select.withClause;
    return plain && is(item, T_RangeVar) ? &as<RangeVar>(item) : nullptr;
}

struct ColumnName {
    std::string qualifier, name;
};

/// Nothing: it is more than a column.
std::optional<ColumnName> plain_column(const Node* n) {
    if (!is(n, T_ColumnRef)) return std::nullopt;
    auto names = strings_of(as<ColumnRef>(n).fields);
    if (names.empty()) return std::nullopt;
    return ColumnName{names.size() > 1 ? names[names.size() - 2] : "", names.back()};
}

struct Compared {
    ColumnName left, right;
    std::string by;
    bool nulls_too = false;  ///< IS NOT DISTINCT FROM
};

std::optional<Compared> compared(const Node* part) {
    if (!is(part, T_A_Expr)) return std::nullopt;
    const auto& e = as<A_Expr>(part);
    const auto left = plain_column(e.lexpr), right = plain_column(e.rexpr);
    if ((e.kind != AEXPR_OP && e.kind != AEXPR_NOT_DISTINCT) || !left || !right) return std::nullopt;
    return Compared{*left, *right, operator_of(e), e.kind == AEXPR_NOT_DISTINCT};
}

/// WHERE a.x = b.y, whichever stands first: x and y.
struct ColumnPair {
    std::string own, other;
};
std::optional<ColumnPair> joined(const Node* part, const std::string& own, const std::string& other) {
    const auto both = compared(part);
    if (!both || both->by != "=" || own == other) return std::nullopt;
    const auto of_other = [&](const ColumnName& column) {
        return column.qualifier.empty() || column.qualifier == other;
    };
    if (both->left.qualifier == own && of_other(both->right)) return ColumnPair{both->left.name, both->right.name};
    if (both->right.qualifier == own && of_other(both->left)) return ColumnPair{both->right.name, both->left.name};
    return std::nullopt;
}

bool tests_null(const Node* part, NullTestType type, const std::string& qualifier, const std::string& column) {
    if (!is(part, T_NullTest) || as<NullTest>(part).nulltesttype != type) return false;
    const auto tested = plain_column(node(as<NullTest>(part).arg));
    return tested && tested->name == column && (tested->qualifier.empty() || tested->qualifier == qualifier);
}

bool any_tests_null(const Parts& parts, NullTestType type, const std::string& qualifier, const std::string& column) {
    return std::any_of(parts.begin(), parts.end(),
                       [&](const Node* part) { return tests_null(part, type, qualifier, column); });
}

/// column IN (SELECT ...), or its denial.
const SelectStmt* query_of(const Node* part, SubLinkType type) {
    if (!is(part, T_SubLink)) return nullptr;
    const auto& link = as<SubLink>(part);
    return link.subLinkType == type && !link.operName && is(link.subselect, T_SelectStmt)
               ? &as<SelectStmt>(link.subselect)
               : nullptr;
}

const Node* denied(const Node* part) {
    return is(part, T_BoolExpr) && as<BoolExpr>(part).boolop == NOT_EXPR ? items(as<BoolExpr>(part).args)[0] : nullptr;
}

/// Where among the columns that a query gives that one stands; npos: it is not there, or more than a column.
std::size_t position_of(const SelectStmt& select, const std::string& column) {
    const auto targets = items<ResTarget>(select.targetList);
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const auto shown = plain_column(targets[i]->val);
        if (shown && shown->name == column && (!targets[i]->name || column == targets[i]->name)) return i;
    }
    return std::string::npos;
}

bool gives_only(const SelectStmt& select, const std::string& column) {
    return items(select.targetList).size() == 1 && position_of(select, column) == 0;
}

class RemovedRows {
public:
    RemovedRows(const RangeVar& target, NamedQueries named) : target_(target), named_(std::move(named)) {}

    Boxed<Orphans> orphans(const Node* where, const List* from) const {
        const Parts parts = parts_of(where);
        for (const Node* part : parts) {
            if (from) continue;
            if (const Node* kept = denied(part))
                if (auto found = without_referenced(kept, target_, parts)) return found;
            const SelectStmt* query = query_of(part, ANY_SUBLINK);
            const auto by = query ? own_column(as<SubLink>(part).testexpr) : std::nullopt;
            if (!by || !gives_only(*query, *by)) continue;
            if (auto found = orphans_in(*query)) return named_by(std::move(found), *by);
        }
        const auto unmatched = unmatched_by_join(only_item(from), parts);
        if (!unmatched) return std::nullopt;
        return named_by(unmatched->rows, joined_by(parts, unmatched->of));
    }

    Boxed<Duplicates> duplicates(const Node* where, const List* from) const {
        const Parts parts = parts_of(where);
        for (const Node* part : parts) {
            if (from) continue;
            const SelectStmt* kept = denied(part) ? query_of(denied(part), ANY_SUBLINK) : nullptr;
            if (kept)
                if (auto found = all_but_one(*kept, own_column(as<SubLink>(denied(part)).testexpr))) return found;
            if (const SelectStmt* other = query_of(part, EXISTS_SUBLINK))
                if (const RangeVar* table = only_table(*other); table && is_target(*table))
                    if (auto found = beside(parts_of(other->whereClause), called(*table))) return found;
            const SelectStmt* query = query_of(part, ANY_SUBLINK);
            const auto by = query ? own_column(as<SubLink>(part).testexpr) : std::nullopt;
            if (!by || !gives_rows(*query) || !gives_only(*query, *by)) continue;
            if (auto found = numbered(only_item(query->fromClause), parts_of(query->whereClause), *by)) return found;
        }
        const Node* item = only_item(from);
        if (is(item, T_RangeVar) && is_target(as<RangeVar>(item))) return beside(parts, called(as<RangeVar>(item)));
        const std::string by = item ? joined_by(parts, name_of_item(item)) : "";
        return by.empty() ? std::nullopt : numbered(item, parts, by);
    }

private:
    bool is_target(const RangeVar& table) const {
        return same_table(table, target_) && !named_query(table, named_) && called(table) != called(target_);
    }
    /// In a query of its own the name may be the same.
    bool is_target_again(const RangeVar& table) const {
        return same_table(table, target_) && !named_query(table, named_);
    }

    std::optional<std::string> own_column(const Node* tested) const {
        const auto column = plain_column(tested);
        const bool own = column && (column->qualifier.empty() || column->qualifier == called(target_));
        return own ? std::optional(column->name) : std::nullopt;
    }

    template <class Rows>
    static Boxed<Rows> named_by(Boxed<Rows> rows, std::string by) {
        if (!rows || by.empty()) return std::nullopt;
        rows->by = std::move(by);
        return rows;
    }

    static std::string name_of_item(const Node* item) {
        if (is(item, T_RangeVar)) return called(as<RangeVar>(item));
        return is(item, T_RangeSubselect) && as<RangeSubselect>(item).alias
                   ? text_of(as<RangeSubselect>(item).alias->aliasname)
                   : std::string();
    }

    /// WHERE i.id = items.id: the column, of the same name on both sides.
    std::string joined_by(const Parts& parts, const std::string& other) const {
        for (const Node* part : parts)
            if (const auto both = joined(part, called(target_), other); both && both->own == both->other)
                return both->own;
        return {};
    }

    // ---- what points at nothing -----------------------------------------------------------------------------------

    struct Unmatched {
        Boxed<Orphans> rows;
        std::string of;  ///< what the table is called there
    };

    /// FROM items i LEFT JOIN orders o ON o.id = i.order_id WHERE o.id IS NULL
    std::optional<Unmatched> unmatched_by_join(const Node* item, const Parts& parts) const {
        if (!is(item, T_JoinExpr) || as<JoinExpr>(item).jointype != JOIN_LEFT) return std::nullopt;
        const auto& join = as<JoinExpr>(item);
        if (!is(join.larg, T_RangeVar) || !is(join.rarg, T_RangeVar)) return std::nullopt;
        const auto &own = as<RangeVar>(join.larg), &other = as<RangeVar>(join.rarg);
        if (!is_target_again(own) || named_query(other, named_)) return std::nullopt;
        const auto shared = strings_of(join.usingClause);
        const auto both = shared.size() == 1 ? std::optional(ColumnPair{shared[0], shared[0]})
                                             : joined(join.quals, called(own), called(other));
        if (!both || !any_tests_null(parts, IS_NULL, called(other), both->other)) return std::nullopt;
        const bool nulls = !any_tests_null(parts, IS_NOT_NULL, called(own), both->own);
        return Unmatched{Orphans{both->own, name_of(&other), both->other, nulls, {}}, called(own)};
    }

    Boxed<Orphans> orphans_in(const SelectStmt& select) const {
        if (!gives_rows(select)) return std::nullopt;
        const Node* item = only_item(select.fromClause);
        if (auto unmatched = unmatched_by_join(item, parts_of(select.whereClause))) return unmatched->rows;
        if (!is(item, T_RangeVar)) return std::nullopt;
        const auto& table = as<RangeVar>(item);
        if (const CommonTableExpr* query = named_query(table, named_))
            return is(query->ctequery, T_SelectStmt) && !query->aliascolnames
                       ? orphans_in(as<SelectStmt>(query->ctequery))
                       : std::nullopt;
        if (!is_target_again(table)) return std::nullopt;
        const Parts parts = parts_of(select.whereClause);
        for (const Node* part : parts)
            if (const Node* kept = denied(part))
                if (auto found = without_referenced(kept, table, parts)) return found;
        return std::nullopt;
    }

    /// NOT EXISTS (SELECT FROM orders o WHERE o.id = items.order_id), order_id NOT IN (SELECT id FROM orders)
    static Boxed<Orphans> without_referenced(const Node* link, const RangeVar& own, const Parts& parts) {
        Boxed<Orphans> found;
        if (const SelectStmt* select = query_of(link, EXISTS_SUBLINK)) {
            const RangeVar* table = only_table(*select);
            const auto both = table ? joined(select->whereClause, called(own), called(*table)) : std::nullopt;
            if (both) found = Orphans{both->own, name_of(table), both->other, true, {}};
        } else if (const SelectStmt* list = query_of(link, ANY_SUBLINK)) {
            const RangeVar* table = only_table(*list);
            const auto tested = plain_column(as<SubLink>(link).testexpr);
            const auto targets = items<ResTarget>(list->targetList);
            const auto key = targets.size() == 1 ? plain_column(targets[0]->val) : std::nullopt;
            if (!table || !tested || !key) return std::nullopt;
            const bool of_own = tested->qualifier.empty() || tested->qualifier == called(own);
            const bool of_table = key->qualifier.empty() || key->qualifier == called(*table);
            // That the list leaves NULL out is what makes it work; any other condition would let more rows go.
            const Parts conditions = parts_of(list->whereClause);
            const bool whole =
                conditions.empty() ||
                (conditions.size() == 1 && any_tests_null(conditions, IS_NOT_NULL, called(*table), key->name));
            if (of_own && of_table && whole) found = Orphans{tested->name, name_of(table), key->name, false, {}};
        }
        if (found && any_tests_null(parts, IS_NOT_NULL, called(own), found->column)) found->nulls = false;
        return found;
    }

    // ---- what is there twice --------------------------------------------------------------------------------------

    /// id NOT IN (SELECT min(id) FROM users GROUP BY email)
    Boxed<Duplicates> all_but_one(const SelectStmt& select, const std::optional<std::string>& by) const {
        const auto targets = items<ResTarget>(select.targetList);
        const Node* item = only_item(select.fromClause);
        const bool grouped = select.op == SETOP_NONE && select.groupClause && !select.groupDistinct &&
                             !select.havingClause && !select.whereClause && !select.limitCount && !select.limitOffset;
        if (!by || !grouped || targets.size() != 1 || !is(targets[0]->val, T_FuncCall) || !is(item, T_RangeVar) ||
            !is_target_again(as<RangeVar>(item)))
            return std::nullopt;
        const auto& call = as<FuncCall>(targets[0]->val);
        const std::string function = name_of(call.funcname).name;
        const auto args = items(call.args);
        const auto kept = args.size() == 1 ? plain_column(args[0]) : std::nullopt;
        if ((function != "min" && function != "max") || call.agg_filter || !kept || kept->name != *by)
            return std::nullopt;
        return of_columns(select.groupClause, *by);
    }

    /// FROM (SELECT id, row_number() OVER (PARTITION BY email ...) AS n FROM users) WHERE n > 1
    Boxed<Duplicates> numbered(const Node* item, const Parts& parts, const std::string& by) const {
        const Node* query = nullptr;
        if (is(item, T_RangeSubselect)) query = as<RangeSubselect>(item).subquery;
        if (is(item, T_RangeVar))
            if (const CommonTableExpr* found = named_query(as<RangeVar>(item), named_); found && !found->aliascolnames)
                query = found->ctequery;
        if (!is(query, T_SelectStmt)) return std::nullopt;
        const auto& select = as<SelectStmt>(query);
        const RangeVar* table = only_table(select);
        if (!table || !is_target_again(*table) || position_of(select, by) == std::string::npos) return std::nullopt;
        for (const auto* target : items<ResTarget>(select.targetList))
            if (const WindowDef* window = numbering(*target))
                if (std::any_of(parts.begin(), parts.end(),
                                [&](const Node* part) { return is_above_one(part, text_of(target->name)); }))
                    return of_columns(window->partitionClause, by);
        return std::nullopt;
    }

    static const WindowDef* numbering(const ResTarget& target) {
        if (!target.name || !is(target.val, T_FuncCall)) return nullptr;
        const auto& call = as<FuncCall>(target.val);
        const std::string function = name_of(call.funcname).name;
        const bool numbers = function == "row_number" || function == "rank" || function == "dense_rank";
        return numbers && call.over && call.over->partitionClause ? call.over : nullptr;
    }

    /// n > 1, n >= 2, n <> 1
    static bool is_above_one(const Node* part, const std::string& number) {
        if (!is(part, T_A_Expr) || as<A_Expr>(part).kind != AEXPR_OP) return false;
        const auto& e = as<A_Expr>(part);
        const auto column = plain_column(e.lexpr);
        if (!column || column->name != number || !is(e.rexpr, T_A_Const)) return false;
        const std::string value = value_of(e.rexpr), operation = operator_of(e);
        return (value == "1" && (operation == ">" || operation == "<>")) || (value == "2" && operation == ">=");
    }

    /// a.email = b.email AND a.id > b.id: the one with the least id stays.
    Boxed<Duplicates> beside(const Parts& parts, const std::string& other) const {
        Duplicates found;
        bool one_stays = false;
        for (const Node* part : parts) {
            const auto both = compared(part);
            if (!both || both->left.name != both->right.name || both->left.qualifier == both->right.qualifier) continue;
            const auto is_side = [&](const ColumnName& column) {
                return column.qualifier == other || column.qualifier == called(target_);
            };
            if (!is_side(both->left) || !is_side(both->right)) continue;
            if (both->by == "=") found.columns.push_back(both->left.name);
            found.nulls |= both->nulls_too;
            one_stays |= both->by == "<" || both->by == ">";
        }
        return one_stays && !found.columns.empty() ? Boxed<Duplicates>(std::move(found)) : std::nullopt;
    }

    /// GROUP BY and PARTITION BY take one NULL for another.
    static Boxed<Duplicates> of_columns(const List* expressions, const std::string& by) {
        Duplicates found{{}, by, true};
        for (const Node* expression : items(expressions)) {
            const auto column = plain_column(expression);
            if (!column) return std::nullopt;
            found.columns.push_back(column->name);
        }
        return found;
    }

    const RangeVar& target_;
    NamedQueries named_;
};

}  // namespace

Boxed<Orphans> orphans_of(const Node* where, const RangeVar& target, const List* from, const NamedQueries& named) {
    return RemovedRows(target, named).orphans(where, from);
}

Boxed<Duplicates> duplicates_of(const Node* where, const RangeVar& target, const List* from,
                                const NamedQueries& named) {
    return RemovedRows(target, named).duplicates(where, from);
}

}  // namespace pgfence
