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

/// A query in FROM: a sub-select, or what a name of WITH stands for.
struct Source {
    std::string name;
    const Node* query;
    const List* columns;  ///< names that it was given; null: its own
};

/// What stands where a name is looked for.
struct Level {
    std::vector<const RangeVar*> tables;
    std::vector<Source> sources;
    std::vector<std::string> names;    ///< by which its items are called, tables included
    std::vector<std::string> columns;  ///< of items that are no tables
    bool other = false;                ///< an item whose columns are not known
};

void add_names(const List* names, std::vector<std::string>& all) {
    for (auto& name : strings_of(names)) all.push_back(std::move(name));
}

void add_source(const Alias* alias, const char* name, const Node* query, const List* columns, Level& level) {
    if (alias && alias->colnames) columns = alias->colnames;
    const std::string called = text_of(alias ? alias->aliasname : name);
    level.names.push_back(called);
    level.sources.push_back({called, query, columns});
    if (columns) return add_names(columns, level.columns);
    if (!is(query, T_SelectStmt)) {
        level.other = true;
        return;
    }
    const SelectStmt* first = &as<SelectStmt>(query);  // it names the columns of a UNION
    while (first->larg) first = first->larg;
    const auto rows = items<List>(first->valuesLists);
    if (rows.size() > 0)
        for (std::size_t i = 1; i <= items(rows[0]).size(); ++i) level.columns.push_back("column" + std::to_string(i));
    for (const auto* target : items<ResTarget>(first->targetList)) {
        const ColumnRef* column = column_of(target->val);
        if (target->name)
            level.columns.push_back(target->name);
        else if (column && items(column->fields).size() > 0 && !is(items(column->fields).back(), T_A_Star))
            level.columns.push_back(strings_of(column->fields).back());
        else
            level.other = true;
    }
}

void add_function(const RangeFunction& function, Level& level) {
    if (!function.alias) {
        level.other = true;
        return;
    }
    level.names.push_back(text_of(function.alias->aliasname));
    level.columns.push_back(text_of(function.alias->aliasname));
    add_names(function.alias->colnames, level.columns);
    for (const auto* column : items<::ColumnDef>(function.coldeflist))
        level.columns.push_back(text_of(column->colname));
}

void add_item(const Node* item, const NamedQueries& named, Level& level, int depth = 0) {
    if (!item || depth > kDepth) return;
    switch (nodeTag(item)) {
        case T_RangeVar: {
            const auto& table = as<RangeVar>(item);
            if (const CommonTableExpr* query = named_query(table, named))
                return add_source(table.alias, table.relname, query->ctequery, query->aliascolnames, level);
            level.tables.push_back(&table);
            level.names.push_back(text_of(table.alias ? table.alias->aliasname : table.relname));
            break;
        }
        case T_JoinExpr:
            add_item(as<JoinExpr>(item).larg, named, level, depth + 1);
            add_item(as<JoinExpr>(item).rarg, named, level, depth + 1);
            break;
        case T_RangeSubselect:
            add_source(as<RangeSubselect>(item).alias, nullptr, as<RangeSubselect>(item).subquery, nullptr, level);
            break;
        case T_RangeFunction: add_function(as<RangeFunction>(item), level); break;
        default: level.other = true;
    }
}

Level level_of(const List* from, const NamedQueries& named) {
    Level level;
    for (const Node* item : items(from)) add_item(item, named, level);
    return level;
}

/// A column that a query gives, and the target's column whose values it has to have.
struct Wanted {
    std::size_t position;  ///< kStar: of that name, among those of a *
    std::string name, column;
};
constexpr std::size_t kStar = static_cast<std::size_t>(-1);

bool is_star(const ResTarget& target) {
    const ColumnRef* column = column_of(target.val);
    return column && items(column->fields).size() > 0 && is(items(column->fields).back(), T_A_Star);
}

std::string name_of_output(const ResTarget& target) {
    if (target.name) return target.name;
    const ColumnRef* column = column_of(target.val);
    const auto names = column ? strings_of(column->fields) : std::vector<std::string>();
    return names.empty() ? std::string() : names.back();
}

std::optional<Wanted> wanted_of(const Source& source, const std::string& name, const std::string& column) {
    const auto given = strings_of(source.columns);
    for (std::size_t i = 0; i < given.size(); ++i)
        if (given[i] == name) return Wanted{i, {}, column};
    if (!given.empty() || !is(source.query, T_SelectStmt)) return std::nullopt;
    const SelectStmt* first = &as<SelectStmt>(source.query);
    while (first->larg) first = first->larg;
    const auto targets = items<ResTarget>(first->targetList);
    if (targets.size() == 1 && is_star(*targets[0])) return Wanted{kStar, name, column};
    for (std::size_t i = 0; i < targets.size(); ++i)
        if (name_of_output(*targets[i]) == name) return Wanted{i, {}, column};
    return std::nullopt;
}

bool same_table(const RangeVar& a, const RangeVar& b) { return a.relname && b.relname && name_of(&a) == name_of(&b); }

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
        if (depth > kDepth) return true;
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
            const std::vector<Source> sources = levels_[i].sources;
            for (const Source& source : sources) {
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
        const Level level = level_of(select.fromClause, named_);
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
        if (depth > kDepth) return true;
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
        for (const Level& level : levels_) {
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
    std::vector<Level> levels_;
    std::vector<InnerColumn> provided_;
};

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

bool is_one_sided(const A_Expr& e) { return e.kind == AEXPR_OP && name_of(e.name).name != "="; }

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

/// LIMIT ALL is a null constant, and a million rows may be all there are; what a variable or an expression comes to is
/// taken for few.
bool limits(const SelectStmt& select) {
    constexpr int kFewRows = 100'000;
    const Node* count = select.limitCount;
    if (select.limitOption == LIMIT_OPTION_WITH_TIES) return false;  // all rows may share the last one's place
    if (!count || !is(count, T_A_Const)) return count;
    const auto& constant = as<A_Const>(count);
    return !constant.isnull && is(&constant.val.node, T_Integer) && constant.val.ival.ival <= kFewRows;
}

/// Its columns are made by a query: what they are held against (row_number() > 1) says nothing of the rows below.
bool reads_query(const SelectStmt& select) {
    const auto from = items(select.fromClause);
    return std::any_of(from.begin(), from.end(), [](const Node* item) { return is(item, T_RangeSubselect); });
}

/// Whether a value stands below that says which rows: a column is held against it, it is listed, it is a LIMIT. What
/// only EXISTS would show is none, and what a query in WITH RECURSIVE begins with does not say how far it goes.
class SpelledOut {
public:
    enum class What { equal, compared, limited };
    SpelledOut(NamedQueries named, What what) : named_(std::move(named)), what_(what) {}

    bool below(const Node* n, bool in_query, int depth = 0) {
        if (!n || depth > kDepth) return false;
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
        const Node* of_others = query && reads_query(as<SelectStmt>(n)) ? as<SelectStmt>(n).whereClause : nullptr;
        const bool exists = is(n, T_SubLink) && as<SubLink>(n).subLinkType == EXISTS_SUBLINK;
        const std::size_t outside = named_.size();
        if (query) named_ = with_own(std::move(named_), as<SelectStmt>(n).withClause);
        std::vector<const Node*> children;
        bool found = !children_of(n, children);
        for (const Node* child : children)
            found = found || (exists && is(child, T_SelectStmt)
                                  ? of_exists(as<SelectStmt>(child), depth + 1)
                                  : below(child, (in_query || query) && child != of_others, depth + 1));
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
        if (!n || depth > kDepth) return false;
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

NamedQueries with_own(NamedQueries named, const WithClause* own) {
    if (own)
        for (const auto* query : items<CommonTableExpr>(own->ctes)) named.push_back(query);
    return named;
}

const CommonTableExpr* named_query(const RangeVar& range, const NamedQueries& named) {
    if (range.schemaname || !range.relname) return nullptr;
    const auto found = std::find_if(named.rbegin(), named.rend(), [&](const CommonTableExpr* query) {
        return text_of(query->ctename) == range.relname;
    });
    return found == named.rend() ? nullptr : *found;
}

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
    for (int i = 0; i < kDepth && is(query, T_SelectStmt); ++i) {
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

namespace {

/// The one table that a plain SELECT reads; null: there is more to it.
const RangeVar* only_table(const SelectStmt& select) {
    const auto from = items(select.fromClause);
    const bool plain = select.op == SETOP_NONE && !select.groupClause && !select.havingClause && !select.limitCount &&
                       !select.limitOffset && !select.withClause && from.size() == 1;
    return plain && is(from[0], T_RangeVar) ? &as<RangeVar>(from[0]) : nullptr;
}

bool is_qualified_by(const std::vector<std::string>& column, const RangeVar& table) {
    return column.size() > 1 && column[column.size() - 2] == (table.alias ? table.alias->aliasname : table.relname);
}

/// WHERE o.id = items.order_id
Boxed<Orphans> of_join(const SelectStmt& select, const RangeVar& table, const RangeVar& target) {
    if (!is(select.whereClause, T_A_Expr) || as<A_Expr>(select.whereClause).kind != AEXPR_OP ||
        operator_of(as<A_Expr>(select.whereClause)) != "=")
        return std::nullopt;
    const auto& join = as<A_Expr>(select.whereClause);
    if (!is(join.lexpr, T_ColumnRef) || !is(join.rexpr, T_ColumnRef)) return std::nullopt;
    auto own = strings_of(as<ColumnRef>(join.lexpr).fields), other = strings_of(as<ColumnRef>(join.rexpr).fields);
    if (!is_qualified_by(own, target)) std::swap(own, other);
    if (!is_qualified_by(own, target) || is_qualified_by(own, table)) return std::nullopt;
    if (other.size() != 1 && !is_qualified_by(other, table)) return std::nullopt;
    return Orphans{own.back(), name_of(&table), other.back(), true};
}

/// order_id NOT IN (SELECT id FROM orders)
Boxed<Orphans> of_list(const SubLink& link, const SelectStmt& select, const RangeVar& table, const RangeVar& target) {
    const auto targets = items<ResTarget>(select.targetList);
    if (select.whereClause || targets.size() != 1 || !is(link.testexpr, T_ColumnRef) ||
        !is(targets[0]->val, T_ColumnRef))
        return std::nullopt;
    const auto own = strings_of(as<ColumnRef>(link.testexpr).fields);
    const auto key = strings_of(as<ColumnRef>(targets[0]->val).fields);
    const bool of_target = own.size() == 1 || is_qualified_by(own, target);
    const bool of_table = key.size() == 1 || is_qualified_by(key, table);
    if (own.empty() || key.empty() || !of_target || !of_table) return std::nullopt;
    return Orphans{own.back(), name_of(&table), key.back(), false};
}

}  // namespace

Boxed<Orphans> orphans_of(const Node* where, const RangeVar& target) {
    if (!is(where, T_BoolExpr)) return std::nullopt;
    const auto& condition = as<BoolExpr>(where);
    const auto args = items(condition.args);
    if (condition.boolop == AND_EXPR) {
        for (const Node* arg : args)
            if (auto found = is(arg, T_BoolExpr) && as<BoolExpr>(arg).boolop == NOT_EXPR ? orphans_of(arg, target)
                                                                                         : Boxed<Orphans>())
                return found;
        return std::nullopt;
    }
    if (condition.boolop != NOT_EXPR || !is(args[0], T_SubLink)) return std::nullopt;
    const auto& link = as<SubLink>(args[0]);
    if (!is(link.subselect, T_SelectStmt)) return std::nullopt;
    const auto& select = as<SelectStmt>(link.subselect);
    const RangeVar* table = only_table(select);
    if (!table) return std::nullopt;
    if (link.subLinkType == EXISTS_SUBLINK) return of_join(select, *table, target);
    return link.subLinkType == ANY_SUBLINK && !link.operName ? of_list(link, select, *table, target) : Boxed<Orphans>();
}

RowCondition row_condition(const Node* where, const RangeVar* target, const List* from, const StatementPosition& place,
                           NamedQueries named) {
    if (!where) return {true, {}};
    if (!target) return {};
    return Reader(*target, place, std::move(named)).read(where, from);
}

}  // namespace pgfence
