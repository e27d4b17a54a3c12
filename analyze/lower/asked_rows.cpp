// The queries that a statement goes by when it picks rows: those in its condition, those in FROM or USING.

#include <algorithm>

#include "analyze/lower/from_items.h"

namespace pgfence {
namespace {

constexpr int kNested = 20;

/// LIMIT ALL is a null constant, and a million rows may be all there are.
bool is_small(const Node* count) {
    constexpr int kFewRows = 100'000;
    if (is(count, T_TypeCast)) return is_small(as<TypeCast>(count).arg);
    if (is(count, T_ColumnRef) || is(count, T_ParamRef)) return true;
    if (is(count, T_A_Expr)) {
        const auto& e = as<A_Expr>(count);
        return (!e.lexpr || is_small(e.lexpr)) && (!e.rexpr || is_small(e.rexpr));
    }
    if (!is(count, T_A_Const)) return false;
    const auto& constant = as<A_Const>(count);
    return !constant.isnull && is(&constant.val.node, T_Integer) && constant.val.ival.ival <= kFewRows;
}

bool gives_few(const Node* query, NamedQueries named, int depth = 0);

/// All that it reads is one query that gives few rows.
bool reads_few(const Node* query, NamedQueries named, int depth = 0) {
    if (!is(query, T_SelectStmt)) return false;
    const auto& select = as<SelectStmt>(query);
    named = with_own(std::move(named), select.withClause);
    const auto from = items(select.fromClause);
    if (from.size() != 1) return false;
    if (is(from[0], T_RangeSubselect)) return gives_few(as<RangeSubselect>(from[0]).subquery, named, depth + 1);
    const CommonTableExpr* found = is(from[0], T_RangeVar) ? named_query(as<RangeVar>(from[0]), named) : nullptr;
    return found && gives_few(found->ctequery, named, depth + 1);
}

/// Few rows, whatever the tables hold: by a LIMIT, its own or that of the one query that it reads.
bool gives_few(const Node* query, NamedQueries named, int depth) {
    if (!is(query, T_SelectStmt) || depth > kNested) return false;
    const auto& select = as<SelectStmt>(query);
    if (limits(select)) return true;
    named = with_own(std::move(named), select.withClause);
    const auto few = [&](const SelectStmt* side) { return gives_few(node(side), named, depth + 1); };
    if (select.op == SETOP_UNION) return few(select.larg) && few(select.rarg);
    if (select.op == SETOP_INTERSECT) return few(select.larg) || few(select.rarg);
    if (select.op == SETOP_EXCEPT) return few(select.larg);
    return reads_few(query, std::move(named), depth);
}

/// Somewhere in it the changed table is read again. `seen`: names of WITH that were looked into.
bool reads(const Node* n, const RangeVar& target, const NamedQueries& named, NamedQueries& seen, int depth = 0) {
    if (!n || depth > kConditionDepth) return false;
    if (is(n, T_RangeVar)) {
        const CommonTableExpr* query = named_query(as<RangeVar>(n), named);
        if (!query) return same_table(as<RangeVar>(n), target);
        if (std::find(seen.begin(), seen.end(), query) != seen.end()) return false;
        seen.push_back(query);
        return reads(query->ctequery, target, named, seen, depth + 1);
    }
    std::vector<const Node*> children;
    children_of(n, children);
    return std::any_of(children.begin(), children.end(),
                       [&](const Node* child) { return reads(child, target, named, seen, depth + 1); });
}

/// Which conditions and items of FROM have a part in choosing what a query gives: in FROM orders o, customers c WHERE
/// c.email = 'x' nothing joins the two, and SELECT o.id gives every order.
class Joined {
public:
    explicit Joined(const SelectStmt& select) {
        const auto targets = items<ResTarget>(select.targetList);
        const auto given = targets.size() == 1 ? column_names(targets[0]->val) : std::vector<std::string>{};
        told_ = select.op == SETOP_NONE && given.size() > 1;
        for (const Node* item : items(select.fromClause)) add_item(item);
        add_condition(select.whereClause, 0);
        if (told_) reach(given[given.size() - 2]);
    }

    /// Nothing: it cannot be told, or all of them have.
    const std::vector<const Node*>* parts() const { return told_ && parts_.size() < all_ ? &parts_ : nullptr; }

private:
    struct Part {
        const Node* node;
        std::vector<std::string> of;
    };

    void add_item(const Node* item, int depth = 0) {
        if (is(item, T_JoinExpr) && depth < kNested) {
            const auto& join = as<JoinExpr>(item);
            told_ = told_ && join.jointype == JOIN_INNER && !join.isNatural && !join.usingClause && !join.alias;
            add_item(join.larg, depth + 1);
            add_item(join.rarg, depth + 1);
            return add_condition(join.quals, 0);
        }
        std::string name;
        if (is(item, T_RangeVar)) name = called(as<RangeVar>(item));
        if (is(item, T_RangeSubselect) && as<RangeSubselect>(item).alias && !as<RangeSubselect>(item).lateral)
            name = text_of(as<RangeSubselect>(item).alias->aliasname);
        told_ = told_ && !name.empty();
        open_.push_back({item, {std::move(name)}});
    }

    void add_condition(const Node* n, int depth) {
        if (!n || depth > kConditionDepth) return;
        if (is(n, T_BoolExpr) && as<BoolExpr>(n).boolop == AND_EXPR) {
            for (const Node* arg : items(as<BoolExpr>(n).args)) add_condition(arg, depth + 1);
            return;
        }
        Part part{n, {}};
        add_qualifiers(n, part.of, 0);
        open_.push_back(std::move(part));
    }

    /// A column without one may be of any item.
    void add_qualifiers(const Node* n, std::vector<std::string>& found, int depth) {
        if (!n || depth > kConditionDepth) return;
        if (is(n, T_ColumnRef)) {
            auto names = column_names(n);
            told_ = told_ && names.size() > 1;
            if (names.size() > 1) found.push_back(names[names.size() - 2]);
            return;
        }
        std::vector<const Node*> children;
        told_ = children_of(n, children) && told_;
        for (const Node* child : children) add_qualifiers(child, found, depth + 1);
    }

    void reach(const std::string& given) {
        all_ = open_.size();
        std::vector<std::string> reached{given};
        const auto is_reached = [&](const Part& part) {
            return std::any_of(part.of.begin(), part.of.end(), [&](const std::string& name) {
                return std::find(reached.begin(), reached.end(), name) != reached.end();
            });
        };
        for (;;) {
            const auto next = std::find_if(open_.begin(), open_.end(), is_reached);
            if (next == open_.end()) return;
            parts_.push_back(next->node);
            reached.insert(reached.end(), next->of.begin(), next->of.end());
            open_.erase(next);
        }
    }

    bool told_ = false;
    std::size_t all_ = 0;
    std::vector<Part> open_;
    std::vector<const Node*> parts_;
};

class AskedRows {
public:
    AskedRows(const RangeVar& target, const StatementPosition& place, const NamedQueries& named)
        : target_(target), place_(place), named_(named) {}

    std::vector<SubSelect> of_condition(const Node* where) {
        visit(where, 0);
        return std::move(found_);
    }

    /// What those queries give, as far as it can only be a column of their tables or of the row itself.
    std::vector<InnerColumn>& given() { return given_; }

    Beside of_item(const Node* item) const {
        Beside beside;
        if (is(item, T_RangeVar)) beside.name = called(as<RangeVar>(item));
        const Node* query = nullptr;
        if (is(item, T_RangeSubselect)) {
            const auto& select = as<RangeSubselect>(item);
            if (select.alias) beside.name = text_of(select.alias->aliasname);
            query = select.subquery;
        } else if (is(item, T_RangeVar)) {
            if (const CommonTableExpr* found = named_query(as<RangeVar>(item), named_)) query = found->ctequery;
        } else if (is(item, T_RangeFunction) && as<RangeFunction>(item).alias) {
            beside.name = text_of(as<RangeFunction>(item).alias->aliasname);
        }
        if (is(item, T_RangeSubselect) || is(item, T_RangeVar)) beside.says = says_which(item, named_);
        beside.few = gives_few(query, named_);
        beside.own_rows = reads_own(item);
        return beside;
    }

private:
    bool reads_own(const Node* n) const {
        NamedQueries seen;
        return reads(n, target_, named_, seen);
    }

    /// Those below a sub-select are its own.
    void visit(const Node* n, int depth) {
        if (!n || depth > kConditionDepth) return;
        if (is(n, T_A_Expr)) tested_ = is(as<A_Expr>(n).rexpr, T_SubLink) ? as<A_Expr>(n).lexpr : as<A_Expr>(n).rexpr;
        if (is(n, T_SubLink)) return add(as<SubLink>(n));
        std::vector<const Node*> children;
        children_of(n, children);
        for (const Node* child : children) visit(child, depth + 1);
    }

    void add(const SubLink& link) {
        SubSelect one;
        one.location = place_.at(link.location);
        one.says = says_which(node(&link), named_);
        // A LIMIT of its own says nothing of how often there is a row.
        one.few =
            link.subLinkType == EXISTS_SUBLINK ? reads_few(link.subselect, named_) : gives_few(link.subselect, named_);
        one.own_rows = reads_own(link.subselect);
        if (link.subLinkType == EXISTS_SUBLINK)
            one.columns = joined_columns(link.subselect);
        else
            add_columns(link.testexpr ? node(link.testexpr) : tested_, one.columns);
        if (is(link.subselect, T_SelectStmt)) leave_out_unjoined(as<SelectStmt>(link.subselect), one.says);
        if (is(link.subselect, T_SelectStmt))
            for (InnerColumn& column : given_by(as<SelectStmt>(link.subselect))) given_.push_back(std::move(column));
        found_.push_back(std::move(one));
    }

    void leave_out_unjoined(const SelectStmt& select, SaysWhich& says) const {
        const Joined joined(select);
        if (!says.compares || !joined.parts()) return;
        const NamedQueries named = with_own(named_, select.withClause);
        says.compares = says.equals = false;
        for (const Node* part : *joined.parts()) {
            const SaysWhich of_part = says_which(part, named, true);
            says.compares = says.compares || of_part.compares;
            says.equals = says.equals || of_part.equals;
        }
    }

    /// (SELECT order_id FROM orders): nothing where one of them is more than a column, or may be of another query.
    std::vector<InnerColumn> given_by(const SelectStmt& select) const {
        std::vector<InnerColumn> given;
        const FromItems level = level_of(select.fromClause, with_own(named_, select.withClause));
        if (select.op != SETOP_NONE || level.other || !level.columns.empty() ||
            level.tables.size() != level.names.size())
            return given;
        for (const auto* target : items<ResTarget>(select.targetList)) {
            const auto names = column_names(target->val);
            if (names.size() != 1 || is_star(*target)) return {};
            InnerColumn& column = given.emplace_back(InnerColumn{names[0], {}});
            for (const RangeVar* table : level.tables) column.of.push_back(name_of(table));
        }
        return given;
    }

    void add_columns(const Node* tested, std::vector<std::string>& columns) const {
        if (is(tested, T_RowExpr)) {
            for (const Node* arg : items(as<RowExpr>(tested).args)) add_columns(arg, columns);
            return;
        }
        const auto names = column_names(tested);
        if (!names.empty() && (names.size() == 1 || names[names.size() - 2] == called(target_)))
            columns.push_back(names.back());
    }

    /// EXISTS (SELECT FROM t b WHERE b.day = t.day)
    std::vector<std::string> joined_columns(const Node* query) const {
        std::vector<std::string> columns;
        if (!is(query, T_SelectStmt)) return columns;
        const Node* where = as<SelectStmt>(query).whereClause;
        std::vector<const Node*> parts{where};
        if (is(where, T_BoolExpr) && as<BoolExpr>(where).boolop == AND_EXPR) {
            const auto args = items(as<BoolExpr>(where).args);
            parts.assign(args.begin(), args.end());
        }
        for (const Node* part : parts) {
            if (!is(part, T_A_Expr) || operator_of(as<A_Expr>(part)) != "=") continue;
            for (const Node* side : {as<A_Expr>(part).lexpr, as<A_Expr>(part).rexpr}) {
                const auto names = column_names(side);
                if (names.size() > 1 && names[names.size() - 2] == called(target_)) columns.push_back(names.back());
            }
        }
        return columns;
    }

    const RangeVar& target_;
    const StatementPosition& place_;
    const NamedQueries& named_;
    const Node* tested_ = nullptr;
    std::vector<SubSelect> found_;
    std::vector<InnerColumn> given_;
};

}  // namespace

bool limits(const SelectStmt& select) {
    // WITH TIES: all rows may share the last one's place.
    return select.limitCount && select.limitOption != LIMIT_OPTION_WITH_TIES && is_small(select.limitCount);
}

bool gives_few_rows(const Node* query, const NamedQueries& named) { return gives_few(query, named); }

void add_sub_selects(const Node* where, const RangeVar& target, const StatementPosition& place,
                     const NamedQueries& named, Dml& dml) {
    AskedRows asked(target, place, named);
    for (SubSelect& one : asked.of_condition(where)) dml.sub_selects.push_back(std::move(one));
    for (InnerColumn& column : asked.given()) dml.provided.push_back(std::move(column));
}

void describe_asked_rows(const Node* where, const RangeVar& target, const List* from, const StatementPosition& place,
                         const NamedQueries& named, Dml& dml) {
    dml.called = called(target);
    const AskedRows asked(target, place, named);
    std::vector<const Node*> open;
    for (const Node* item : items(from)) open.push_back(item);
    for (std::size_t i = 0; i < open.size(); ++i)
        if (is(open[i], T_JoinExpr))
            for (const Node* side : {as<JoinExpr>(open[i]).larg, as<JoinExpr>(open[i]).rarg}) open.push_back(side);
        else
            dml.beside.push_back(asked.of_item(open[i]));
    add_sub_selects(where, target, place, named, dml);
}

}  // namespace pgfence
