// Whether a condition chooses among the rows of the table that a statement changes, or says the same of all of them. A
// condition that cannot be told apart chooses: what it leaves in is then said to be unknown, not to be everything.

#include <algorithm>

#include "analyze/lower/from_items.h"

namespace pgfence {
namespace {

bool is_literal(const Node* n) {
    while (is(n, T_TypeCast)) n = as<TypeCast>(n).arg;
    return is(n, T_A_Const) && !as<A_Const>(n).isnull;
}

/// WHERE $1 is what a tool sends of a condition that was not understood: nobody knows what it leaves in.
bool is_parameter(const Node* n) {
    while (is(n, T_TypeCast)) n = as<TypeCast>(n).arg;
    return is(n, T_ParamRef);
}

bool is_yes(const Node* n) {
    return is(n, T_A_Const) && is(&as<A_Const>(n).val.node, T_Boolean) && as<A_Const>(n).val.boolval.boolval;
}

/// Columns and constants: an aggregate would give a row of nothing.
bool is_plain(const Node* target) {
    const Node* value = is(target, T_ResTarget) ? node(as<ResTarget>(target).val) : nullptr;
    while (is(value, T_TypeCast)) value = as<TypeCast>(value).arg;
    return is(value, T_ColumnRef) || is(value, T_A_Const);
}

}  // namespace

bool is_never(const Node* n, int depth) {
    if (!n || depth > kConditionDepth) return false;
    while (is(n, T_TypeCast)) n = as<TypeCast>(n).arg;
    if (is(n, T_A_Const)) {
        const auto& c = as<A_Const>(n);
        return c.isnull || (is(&c.val.node, T_Boolean) && !c.val.boolval.boolval) ||
               (is(&c.val.node, T_String) && (value_of(n) == "f" || value_of(n) == "false"));
    }
    if (is(n, T_A_Expr)) {
        const auto& e = as<A_Expr>(n);
        return e.kind == AEXPR_OP && operator_of(e) == "=" && is_literal(e.lexpr) && is_literal(e.rexpr) &&
               value_of(e.lexpr) != value_of(e.rexpr);
    }
    if (is(n, T_SubLink)) {
        const auto& link = as<SubLink>(n);
        return link.subLinkType == EXISTS_SUBLINK && gives_no_row(link.subselect, depth + 1);
    }
    if (!is(n, T_BoolExpr)) return false;
    const auto& b = as<BoolExpr>(n);
    const auto args = items(b.args);
    const auto never = [&](const Node* arg) { return is_never(arg, depth + 1); };
    if (b.boolop == AND_EXPR) return std::any_of(args.begin(), args.end(), never);
    if (b.boolop == NOT_EXPR) return is_yes(args[0]);
    return b.boolop == OR_EXPR && std::all_of(args.begin(), args.end(), never);
}

bool gives_no_row(const Node* query, int depth) {
    if (!is(query, T_SelectStmt)) return false;
    const auto& select = as<SelectStmt>(query);
    if (select.limitCount && value_of(select.limitCount) == "0") return true;
    if (select.op != SETOP_NONE || !is_never(select.whereClause, depth)) return false;
    const auto targets = items(select.targetList);
    return select.groupClause || std::all_of(targets.begin(), targets.end(), is_plain);
}

namespace {

class Reader {
public:
    Reader(const RangeVar& target, const StatementPosition& place, NamedQueries named)
        : target_(target), place_(place), named_(std::move(named)) {}

    RowCondition read(const Node* where, const List* from) {
        levels_.push_back(level_of(from, named_));
        RowCondition condition;
        condition.says_same = !chooses(where, 0) && !is_never(where);
        if (condition.says_same) condition.provided = std::move(provided_);
        return condition;
    }

private:
    const char* called() const { return target_.alias ? target_.alias->aliasname : target_.relname; }

    bool chooses(const Node* n, int depth) {
        if (!n) return false;
        if (depth > kConditionDepth || is_parameter(n)) return true;
        if (is(n, T_BoolExpr)) return chooses(as<BoolExpr>(n), depth);
        if (is(n, T_BooleanTest)) return chooses(node(as<BooleanTest>(n).arg), depth + 1);
        if (is(n, T_A_Expr) && compares_with_itself(as<A_Expr>(n))) return false;
        if (is(n, T_SubLink) && is_of_own_rows(as<SubLink>(n), depth)) return false;
        return looks_at_row(n, depth);
    }

    bool chooses(const BoolExpr& b, int depth) {
        const auto args = items(b.args);
        const auto choosing = [&](const Node* arg) { return chooses(arg, depth + 1); };
        if (b.boolop == AND_EXPR) return std::any_of(args.begin(), args.end(), choosing);
        if (b.boolop == NOT_EXPR) return choosing(args[0]);
        if (says_yes_to_each(args)) return false;
        return std::all_of(args.begin(), args.end(), [&](const Node* arg) { return is_never(arg) || choosing(arg); });
    }

    /// a IS NULL OR a IS NOT NULL, a = 1 OR a <> 1
    bool says_yes_to_each(const Items<Node>& args) const {
        for (std::size_t i = 0; i < args.size() && i < 8; ++i)
            for (std::size_t j = i + 1; j < args.size() && j < 8; ++j)
                if (are_opposite(args[i], args[j])) return true;
        return false;
    }

    bool are_opposite(const Node* a, const Node* b) const {
        if (is(a, T_NullTest) && is(b, T_NullTest))
            return as<NullTest>(a).nulltesttype != as<NullTest>(b).nulltesttype &&
                   same(node(as<NullTest>(a).arg), node(as<NullTest>(b).arg));
        if (!is(a, T_A_Expr) || !is(b, T_A_Expr)) return false;
        const auto &x = as<A_Expr>(a), &y = as<A_Expr>(b);
        if (x.kind != AEXPR_OP || y.kind != AEXPR_OP || !same(x.lexpr, y.lexpr) || !same(x.rexpr, y.rexpr))
            return false;
        static constexpr std::pair<std::string_view, std::string_view> kOpposites[] = {
            {"=", "<>"}, {"<", ">="}, {">", "<="}};
        const std::string one = operator_of(x), other = operator_of(y);
        return std::any_of(std::begin(kOpposites), std::end(kOpposites), [&](const auto& pair) {
            return (one == pair.first && other == pair.second) || (one == pair.second && other == pair.first);
        });
    }

    bool same(const Node* a, const Node* b) const { return a && b && lower_expr(a, place_) == lower_expr(b, place_); }

    /// id = id; orders.id = o.id where o is the same table again.
    bool compares_with_itself(const A_Expr& e) {
        const std::string name = operator_of(e);
        if (e.kind == AEXPR_OP_ANY && name == "=" && is(e.rexpr, T_SubLink))
            return is_column_of_own(as<SubLink>(e.rexpr), e.lexpr);
        const bool equality =
            e.kind == AEXPR_NOT_DISTINCT || (e.kind == AEXPR_OP && (name == "=" || name == ">=" || name == "<="));
        if (!equality) return false;
        if (same(e.lexpr, e.rexpr)) return true;
        return is_other_self(column_of(e.lexpr), column_of(e.rexpr));
    }

    bool is_other_self(const ColumnRef* a, const ColumnRef* b) {
        if (!a || !b) return false;
        const auto left = strings_of(a->fields), right = strings_of(b->fields);
        if (left.empty() || right.empty()) return false;
        return (is_of_target(left) && has_all_values(right, left.back())) ||
               (is_of_target(right) && has_all_values(left, right.back()));
    }
    bool is_of_target(const std::vector<std::string>& names) const {
        return names.size() == 1 || names[names.size() - 2] == text_of(called());
    }
    /// A column of the same table again, or of a query that gives all the values that the target's column has.
    bool has_all_values(const std::vector<std::string>& names, const std::string& column) {
        const std::string qualifier = names.size() > 1 ? names[names.size() - 2] : std::string();
        for (std::size_t i = 0; i < levels_.size(); ++i) {
            for (const RangeVar* table : levels_[i].tables)
                if (qualifier == text_of(table->alias ? table->alias->aliasname : table->relname) &&
                    names.back() == column && same_table(*table, target_))
                    return true;
            const std::vector<FromQuery> sources = levels_[i].sources;
            for (const FromQuery& source : sources) {
                if (!qualifier.empty() && source.name != qualifier) continue;
                const auto wanted = wanted_of(source, names.back(), column);
                if (wanted && gives(source.query, {*wanted}, 0)) return true;
            }
        }
        return false;
    }

    /// id IN (SELECT id FROM the same table)
    bool is_of_own_rows(const SubLink& link, int depth) {
        if (link.subLinkType == EXISTS_SUBLINK && is(link.subselect, T_SelectStmt)) return exists_itself(link, depth);
        if (link.subLinkType != ANY_SUBLINK || (link.operName && name_of(link.operName).name != "=")) return false;
        return gives_all(link.subselect, columns_of(link.testexpr));
    }

    /// id = ANY (ARRAY(SELECT id FROM the same table))
    bool is_column_of_own(const SubLink& link, const Node* tested) {
        return link.subLinkType == ARRAY_SUBLINK && gives_all(link.subselect, columns_of(tested));
    }

    static std::vector<std::string> columns_of(const Node* test) {
        std::vector<std::string> columns;
        const auto add = [&](const Node* n) {
            const ColumnRef* column = column_of(n);
            auto names = column ? strings_of(column->fields) : std::vector<std::string>();
            columns.push_back(names.empty() ? std::string() : std::move(names.back()));
        };
        if (is(test, T_RowExpr))
            for (const Node* arg : items(as<RowExpr>(test).args)) add(arg);
        else
            add(test);
        return columns;
    }

    bool gives_all(const Node* query, const std::vector<std::string>& columns) {
        if (!is(query, T_SelectStmt) || columns.empty()) return false;
        const SelectStmt* first = &as<SelectStmt>(query);
        while (first->larg) first = first->larg;
        const auto targets = items<ResTarget>(first->targetList);
        const bool star = targets.size() == 1 && is_star(*targets[0]);
        if (!star && targets.size() != columns.size()) return false;
        std::vector<Wanted> wanted;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (columns[i].empty()) return false;
            wanted.push_back({star ? kStar : i, columns[i], columns[i]});
        }
        return gives(query, wanted, 0);
    }

    /// Among its rows is one for each row of the target, with that row's values.
    bool gives(const Node* query, const std::vector<Wanted>& wanted, int depth) {
        constexpr int kNested = 20;
        if (!is(query, T_SelectStmt) || depth > kNested || steps_++ > kMostSteps) return false;
        const auto& select = as<SelectStmt>(query);
        const std::size_t outside = named_.size();
        named_ = with_own(std::move(named_), select.withClause);
        const bool all = select.op == SETOP_UNION ? gives(node(select.larg), wanted, depth + 1) ||
                                                        gives(node(select.rarg), wanted, depth + 1)
                                                  : select.op == SETOP_NONE && shows(select, wanted, depth);
        named_.resize(outside);
        return all;
    }

    /// DISTINCT ON (a) leaves one row for each a: every value of a, and some of the other columns'.
    static bool keeps_all(const SelectStmt& select, const std::vector<Wanted>& columns) {
        const auto on = items(select.distinctClause);
        if (on.size() == 0 || !on[0]) return true;
        return std::all_of(columns.begin(), columns.end(), [&](const Wanted& wanted) {
            return std::any_of(on.begin(), on.end(), [&](const Node* expression) {
                const ColumnRef* column = column_of(expression);
                const auto names = column ? strings_of(column->fields) : std::vector<std::string>();
                return !names.empty() && names.back() == wanted.name;
            });
        });
    }

    bool shows(const SelectStmt& select, const std::vector<Wanted>& wanted, int depth) {
        if (select.limitCount || select.limitOffset || select.havingClause) return false;
        const auto targets = items<ResTarget>(select.targetList);
        const bool star = targets.size() == 1 && is_star(*targets[0]);
        for (const Node* item : items(select.fromClause))
            if (is(item, T_JoinExpr)) return false;
        const FromItems level = level_of(select.fromClause, named_);
        const auto own = std::find_if(level.tables.begin(), level.tables.end(),
                                      [&](const RangeVar* table) { return same_table(*table, target_); });
        std::vector<Wanted> inner;  // by name
        for (const Wanted& column : wanted) {
            if (column.position == kStar && !star) return false;
            if (column.position != kStar && (star || column.position >= targets.size())) return false;
            const ColumnRef* shown = star ? nullptr : column_of(targets[column.position]->val);
            const auto names = shown ? strings_of(shown->fields) : std::vector<std::string>();
            if (!star && names.empty()) return false;
            inner.push_back({0, star ? column.name : names.back(), column.column});
        }
        if (own != level.tables.end()) {
            if (std::any_of(inner.begin(), inner.end(), [](const Wanted& w) { return w.name != w.column; }))
                return false;
            if (!keeps_all(select, inner)) return false;
            const RowCondition condition = Reader(**own, place_, named_).read(select.whereClause, select.fromClause);
            return (!select.whereClause || condition.says_same) && condition.provided.empty();
        }
        if (select.whereClause || level.sources.size() != 1 || !level.tables.empty() || !keeps_all(select, inner))
            return false;
        std::vector<Wanted> below;
        for (const Wanted& column : inner) {
            const auto found = wanted_of(level.sources.front(), column.name, column.column);
            if (!found) return false;
            below.push_back(*found);
        }
        return gives(level.sources.front().query, below, depth + 1);
    }

    /// EXISTS (SELECT 1 FROM the same table o WHERE o.id = orders.id)
    bool exists_itself(const SubLink& link, int depth) {
        const auto& select = as<SelectStmt>(link.subselect);
        if (select.op != SETOP_NONE || !select.whereClause || select.groupClause || select.havingClause) return false;
        const std::size_t outside = named_.size();
        named_ = with_own(std::move(named_), select.withClause);
        levels_.push_back(level_of(select.fromClause, named_));
        const bool itself = is_joined_to_itself(select.whereClause, depth);
        levels_.pop_back();
        named_.resize(outside);
        return itself;
    }
    bool is_joined_to_itself(const Node* where, int depth) {
        if (is(where, T_A_Expr)) return compares_with_itself(as<A_Expr>(where));
        if (!is(where, T_BoolExpr) || as<BoolExpr>(where).boolop != AND_EXPR) return false;
        const auto args = items(as<BoolExpr>(where).args);
        return std::all_of(args.begin(), args.end(),
                           [&](const Node* arg) { return is_joined_to_itself(arg, depth + 1); });
    }

    /// Any column that may be the row's, wherever it stands.
    bool looks_at_row(const Node* n, int depth) {
        if (!n || is(n, T_A_Const)) return false;
        if (depth > kConditionDepth) return true;
        if (is(n, T_ColumnRef)) return is_of_row(as<ColumnRef>(n));
        if (is(n, T_CurrentOfExpr)) return true;
        const bool query = is(n, T_SelectStmt);
        const std::size_t outside = named_.size();
        if (query) named_ = with_own(std::move(named_), as<SelectStmt>(n).withClause);
        if (query) levels_.push_back(level_of(as<SelectStmt>(n).fromClause, named_));
        std::vector<const Node*> below;
        bool found = !children_of(n, below);
        for (const Node* child : below) found = found || looks_at_row(child, depth + 1);
        if (query) levels_.pop_back();
        named_.resize(outside);
        return found;
    }

    /// Of a sub-select's own rows, the table whose rows are meant stands in FROM itself.
    bool is_called_in_from(const std::string& qualifier) const {
        const auto& tables = levels_.front().tables;
        return qualifier == text_of(called()) && std::find(tables.begin(), tables.end(), &target_) != tables.end();
    }

    bool is_of_row(const ColumnRef& column) {
        const auto names = strings_of(column.fields);
        if (names.empty()) return levels_.size() == 1;
        if (names.size() > 1) {
            const std::string& qualifier = names[names.size() - 2];
            for (auto level = levels_.rbegin(); level != levels_.rend(); ++level)
                if (std::find(level->names.begin(), level->names.end(), qualifier) != level->names.end())
                    return level == std::prev(levels_.rend()) && is_called_in_from(qualifier);
            // NEW and OLD of a rule or trigger, a variable of a body: as if it were spelled out.
            return true;
        }
        InnerColumn inner{names.back(), {}};
        bool alone = true;
        for (const FromItems& level : levels_) {
            if (std::find(level.columns.begin(), level.columns.end(), names.back()) != level.columns.end())
                return false;
            for (const RangeVar* table : level.tables) inner.of.push_back(name_of(table));
            alone = alone && level.names.empty() && !level.other;
        }
        if (alone) return true;
        provided_.push_back(std::move(inner));
        return false;
    }

    const RangeVar& target_;
    static constexpr int kMostSteps = 1000;  // names of WITH may stand for one another twice, and so on
    const StatementPosition& place_;
    NamedQueries named_;
    int steps_ = 0;
    std::vector<FromItems> levels_;
    std::vector<InnerColumn> provided_;
};

}  // namespace

RowCondition row_condition(const Node* where, const RangeVar* target, const List* from, const StatementPosition& place,
                           NamedQueries named) {
    if (!where) return {true, {}};
    if (!target) return {};
    return Reader(*target, place, std::move(named)).read(where, from);
}

}  // namespace pgfence
