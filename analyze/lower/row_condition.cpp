// Whether a condition chooses among the rows of the table that a statement changes, or says the same of all of them. A
// condition that cannot be told apart chooses: what it leaves in is then said to be unknown, not to be everything.

#include <algorithm>

#include "analyze/lower/lowering.h"

namespace pgfence {
namespace {

constexpr int kDepth = 200;

bool is_literal(const Node* n) {
    while (is(n, T_TypeCast)) n = as<TypeCast>(n).arg;
    return is(n, T_A_Const) && !as<A_Const>(n).isnull;
}

std::string operator_of(const A_Expr& e) { return name_of(e.name).name; }

/// The row's own columns, as a comparison has them; their qualifiers may differ.
const ColumnRef* column_of(const Node* n) {
    while (is(n, T_TypeCast)) n = as<TypeCast>(n).arg;
    return is(n, T_ColumnRef) ? &as<ColumnRef>(n) : nullptr;
}

/// FALSE, NULL, 1 = 0: chooses no row at all.
bool is_never(const Node* n, int depth = 0) {
    if (!n || depth > kDepth) return false;
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
    if (!is(n, T_BoolExpr)) return false;
    const auto& b = as<BoolExpr>(n);
    const auto args = items(b.args);
    const auto never = [&](const Node* arg) { return is_never(arg, depth + 1); };
    if (b.boolop == AND_EXPR) return std::any_of(args.begin(), args.end(), never);
    return b.boolop == OR_EXPR && std::all_of(args.begin(), args.end(), never);
}

/// What stands where a name is looked for.
struct Level {
    std::vector<const RangeVar*> tables;
    std::vector<std::string> names;    ///< by which its items are called, tables included
    std::vector<std::string> columns;  ///< of items that are no tables
    bool other = false;                ///< an item whose columns are not known
};

void add_names(const List* names, std::vector<std::string>& all) {
    for (auto& name : strings_of(names)) all.push_back(std::move(name));
}

void add_subselect(const RangeSubselect& item, Level& level) {
    if (item.alias) level.names.push_back(text_of(item.alias->aliasname));
    if (item.alias && item.alias->colnames) return add_names(item.alias->colnames, level.columns);
    if (!is(item.subquery, T_SelectStmt)) return;
    const auto& select = as<SelectStmt>(item.subquery);
    const auto rows = items<List>(select.valuesLists);
    if (rows.size() > 0)
        for (std::size_t i = 1; i <= items(rows[0]).size(); ++i) level.columns.push_back("column" + std::to_string(i));
    for (const auto* target : items<ResTarget>(select.targetList)) {
        const ColumnRef* column = column_of(target->val);
        if (target->name)
            level.columns.push_back(target->name);
        else if (column && items(column->fields).size() > 0 && !is(items(column->fields).back(), T_A_Star))
            level.columns.push_back(strings_of(column->fields).back());
        else
            level.other = true;
    }
}

void add_item(const Node* item, Level& level, int depth = 0) {
    if (!item || depth > kDepth) return;
    switch (nodeTag(item)) {
        case T_RangeVar: {
            const auto& table = as<RangeVar>(item);
            level.tables.push_back(&table);
            level.names.push_back(text_of(table.alias ? table.alias->aliasname : table.relname));
            break;
        }
        case T_JoinExpr:
            add_item(as<JoinExpr>(item).larg, level, depth + 1);
            add_item(as<JoinExpr>(item).rarg, level, depth + 1);
            break;
        case T_RangeSubselect: add_subselect(as<RangeSubselect>(item), level); break;
        case T_RangeFunction:
            if (as<RangeFunction>(item).alias) {
                level.names.push_back(text_of(as<RangeFunction>(item).alias->aliasname));
                level.columns.push_back(text_of(as<RangeFunction>(item).alias->aliasname));
                add_names(as<RangeFunction>(item).alias->colnames, level.columns);
            }
            break;
        default: level.other = true;
    }
}

Level level_of(const List* from) {
    Level level;
    for (const Node* item : items(from)) add_item(item, level);
    return level;
}

bool same_table(const RangeVar& a, const RangeVar& b) { return a.relname && b.relname && name_of(&a) == name_of(&b); }

class Reader {
public:
    Reader(const RangeVar& target, const StatementPosition& place) : target_(target), place_(place) {}

    RowCondition read(const Node* where, const List* from) {
        levels_.push_back(level_of(from));
        RowCondition condition;
        condition.says_same = !chooses(where, 0) && !is_never(where);
        if (condition.says_same) condition.provided = std::move(provided_);
        return condition;
    }

private:
    const char* called() const { return target_.alias ? target_.alias->aliasname : target_.relname; }

    bool chooses(const Node* n, int depth) {
        if (!n) return false;
        if (depth > kDepth) return true;
        if (is(n, T_BoolExpr)) return chooses(as<BoolExpr>(n), depth);
        if (is(n, T_BooleanTest)) return chooses(node(as<BooleanTest>(n).arg), depth + 1);
        if (is(n, T_A_Expr) && compares_with_itself(as<A_Expr>(n), depth)) return false;
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
    bool compares_with_itself(const A_Expr& e, int depth) {
        const std::string name = operator_of(e);
        if (e.kind == AEXPR_OP_ANY && name == "=" && is(e.rexpr, T_SubLink))
            return is_column_of_own(as<SubLink>(e.rexpr), depth);
        const bool equality =
            e.kind == AEXPR_NOT_DISTINCT || (e.kind == AEXPR_OP && (name == "=" || name == ">=" || name == "<="));
        if (!equality) return false;
        if (same(e.lexpr, e.rexpr)) return true;
        return is_other_self(column_of(e.lexpr), column_of(e.rexpr));
    }

    bool is_other_self(const ColumnRef* a, const ColumnRef* b) const {
        if (!a || !b) return false;
        const auto left = strings_of(a->fields), right = strings_of(b->fields);
        if (left.empty() || right.empty() || left.back() != right.back()) return false;
        const auto is_target = [&](const std::vector<std::string>& names) {
            return names.size() == 1 || names[names.size() - 2] == text_of(called());
        };
        const auto is_same_table = [&](const std::vector<std::string>& names) {
            if (names.size() < 2) return false;
            for (const Level& level : levels_)
                for (const RangeVar* table : level.tables)
                    if (names[names.size() - 2] == text_of(table->alias ? table->alias->aliasname : table->relname) &&
                        same_table(*table, target_))
                        return true;
            return false;
        };
        return (is_target(left) && is_same_table(right)) || (is_target(right) && is_same_table(left));
    }

    /// id IN (SELECT id FROM the same table)
    bool is_of_own_rows(const SubLink& link, int depth) {
        if (link.subLinkType == EXISTS_SUBLINK && is(link.subselect, T_SelectStmt)) return exists_itself(link, depth);
        if (link.subLinkType != ANY_SUBLINK || (link.operName && name_of(link.operName).name != "=")) return false;
        return gives_all(link.subselect, columns_of(link.testexpr), depth);
    }

    /// = ANY (ARRAY(SELECT id FROM the same table)) has no column on its own.
    bool is_column_of_own(const SubLink& link, int depth) {
        if (link.subLinkType != ARRAY_SUBLINK || !is(link.subselect, T_SelectStmt)) return false;
        std::vector<std::string> columns;
        for (const auto* target : items<ResTarget>(as<SelectStmt>(link.subselect).targetList))
            if (const ColumnRef* column = column_of(target->val)) columns.push_back(strings_of(column->fields).back());
        return gives_all(link.subselect, columns, depth);
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

    bool gives_all(const Node* query, const std::vector<std::string>& columns, int depth) {
        if (!is(query, T_SelectStmt) || depth > kDepth || columns.empty()) return false;
        const auto& select = as<SelectStmt>(query);
        if (select.op == SETOP_UNION)
            return gives_all(node(select.larg), columns, depth + 1) || gives_all(node(select.rarg), columns, depth + 1);
        if (select.op != SETOP_NONE || select.limitCount || select.limitOffset || select.havingClause ||
            select.withClause)
            return false;
        const auto targets = items<ResTarget>(select.targetList);
        if (targets.size() != columns.size()) return false;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const ColumnRef* column = column_of(targets[i]->val);
            const auto names = column ? strings_of(column->fields) : std::vector<std::string>();
            if (names.empty() || columns[i].empty() || names.back() != columns[i]) return false;
        }
        const Level level = level_of(select.fromClause);
        const auto own = std::find_if(level.tables.begin(), level.tables.end(),
                                      [&](const RangeVar* table) { return same_table(*table, target_); });
        if (own == level.tables.end()) return false;
        for (const Node* item : items(select.fromClause))
            if (is(item, T_JoinExpr)) return false;
        Reader inner(**own, place_);
        const RowCondition condition = inner.read(select.whereClause, select.fromClause);
        return (!select.whereClause || condition.says_same) && condition.provided.empty();
    }

    /// EXISTS (SELECT 1 FROM the same table o WHERE o.id = orders.id)
    bool exists_itself(const SubLink& link, int depth) {
        const auto& select = as<SelectStmt>(link.subselect);
        if (select.op != SETOP_NONE || !select.whereClause || select.groupClause || select.havingClause) return false;
        levels_.push_back(level_of(select.fromClause));
        const bool itself = has_own_table(levels_.back()) && is_joined_to_itself(select.whereClause, depth);
        levels_.pop_back();
        return itself;
    }
    bool has_own_table(const Level& level) const {
        return std::any_of(level.tables.begin(), level.tables.end(),
                           [&](const RangeVar* table) { return same_table(*table, target_); });
    }
    bool is_joined_to_itself(const Node* where, int depth) {
        if (is(where, T_A_Expr)) return compares_with_itself(as<A_Expr>(where), depth);
        if (!is(where, T_BoolExpr) || as<BoolExpr>(where).boolop != AND_EXPR) return false;
        const auto args = items(as<BoolExpr>(where).args);
        return std::all_of(args.begin(), args.end(),
                           [&](const Node* arg) { return is_joined_to_itself(arg, depth + 1); });
    }

    /// Any column that may be the row's, wherever it stands.
    bool looks_at_row(const Node* n, int depth) {
        if (!n || is(n, T_A_Const)) return false;
        if (depth > kDepth) return true;
        if (is(n, T_ColumnRef)) return is_of_row(as<ColumnRef>(n));
        if (is(n, T_CurrentOfExpr)) return true;
        const bool query = is(n, T_SelectStmt);
        if (query) levels_.push_back(level_of(as<SelectStmt>(n).fromClause));
        std::vector<const Node*> below;
        bool found = !children_of(n, below);
        for (const Node* child : below) found = found || looks_at_row(child, depth + 1);
        if (query) levels_.pop_back();
        return found;
    }

    bool is_of_row(const ColumnRef& column) {
        const auto names = strings_of(column.fields);
        if (names.empty()) return levels_.size() == 1;
        if (names.size() > 1) {
            const std::string& qualifier = names[names.size() - 2];
            for (auto level = levels_.rbegin(); level != levels_.rend(); ++level)
                if (std::find(level->names.begin(), level->names.end(), qualifier) != level->names.end()) return false;
            // NEW and OLD of a rule or trigger, a variable of a body: as if it were spelled out.
            return true;
        }
        InnerColumn inner{names.back(), {}};
        for (const Level& level : levels_) {
            if (std::find(level.columns.begin(), level.columns.end(), names.back()) != level.columns.end())
                return false;
            for (const RangeVar* table : level.tables) inner.of.push_back(name_of(table));
        }
        if (inner.of.empty()) return true;
        provided_.push_back(std::move(inner));
        return false;
    }

    const RangeVar& target_;
    const StatementPosition& place_;
    std::vector<Level> levels_;
    std::vector<InnerColumn> provided_;
};

}  // namespace

RowCondition row_condition(const Node* where, const RangeVar* target, const List* from,
                           const StatementPosition& place) {
    if (!where) return {true, {}};
    if (!target) return {};
    return Reader(*target, place).read(where, from);
}

}  // namespace pgfence
