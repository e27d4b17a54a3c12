// Every relation, function and column a query mentions, with CTE names told apart from tables. The walk keeps its own
// stack: 20,000 UNION ALL branches nest as deep in the tree.

#include "analyze/lower/lowering.h"

namespace pgfence {
namespace {

using How = RangeUse::How;

const WithClause* with_of(const Node* n) {
    switch (nodeTag(n)) {
        case T_SelectStmt: return as<SelectStmt>(n).withClause;
        case T_InsertStmt: return as<InsertStmt>(n).withClause;
        case T_UpdateStmt: return as<UpdateStmt>(n).withClause;
        case T_DeleteStmt: return as<DeleteStmt>(n).withClause;
        case T_MergeStmt: return as<MergeStmt>(n).withClause;
        default: return nullptr;
    }
}

// FOR UPDATE OF names relations of FROM again, and each column of SET (a, b) = (SELECT ...) points at the one SELECT.
bool is_mentioned_elsewhere(const Node* n) {
    return is(n, T_LockingClause) || (is(n, T_MultiAssignRef) && as<MultiAssignRef>(n).colno != 1);
}

// Nothing to note in or below: most nodes of a big INSERT. What INTO names is created, not read.
bool is_leaf(const Node* n) {
    switch (nodeTag(n)) {
        case T_A_Const:
        case T_A_Star:
        case T_Alias:
        case T_IntoClause:
        case T_ParamRef:
        case T_SetToDefault:
        case T_SQLValueFunction:
        case T_String: return true;
        default: return false;
    }
}

bool changes_rows(const Node* n) {
    return is(n, T_InsertStmt) || is(n, T_UpdateStmt) || is(n, T_DeleteStmt) || is(n, T_MergeStmt);
}

template <class T>
void add_once(std::vector<T>& all, T what) {
    if (std::find(all.begin(), all.end(), what) == all.end()) all.push_back(std::move(what));
}

/// Without places: two of one kind are the same.
TypeName anywhere(TypeName type) {
    type.location = -1;
    return type;
}

TypeName built_in(std::string name) {
    TypeName type;
    type.name = {"pg_catalog", std::move(name)};
    return type;
}

std::vector<std::string> literals_of(const List* arguments) {
    constexpr std::size_t kLongest = 256;  // a sequence's name; nobody asks for longer ones
    std::vector<std::string> literals;
    for (const Node* argument : items(arguments)) {
        while (is(argument, T_TypeCast)) argument = as<TypeCast>(argument).arg;
        if (!is(argument, T_A_Const)) break;
        literals.push_back(value_of(argument));
        if (literals.back().size() > kLongest) literals.back().clear();
    }
    return literals;
}

class Walk {
public:
    explicit Walk(const StatementPosition& place) : place_(place) {}
    void run(const std::vector<const Node*>& roots);
    QueryWalk result;

private:
    /// What is still to be done. `named` alone: a name of WITH comes into sight (or leaves it).
    struct Task {
        const Node* node = nullptr;
        const CommonTableExpr* named = nullptr;
        bool enter = true;  ///< with a node: not, where it has been walked and was a part
    };

    void visit(const Node* n);
    void note(const Node* n);
    void relation(const RangeVar& r);
    void column(const ColumnRef& c);
    void constant(const A_Const& c);
    void column_name(const std::string& name);
    void called(const Alias* alias);
    void tell_columns();
    void field(std::string name);
    void call(const FuncCall& call);
    void operation(const A_Expr& e);
    void runs_operator(Name name, const Node* left, const Node* right);
    void sight(const CommonTableExpr& named, bool comes);
    void begin_part(const Node* n);
    void end_part(const Node* n);
    void mark_target(const Node* n);
    void mark_locked(const SelectStmt& select);
    void lock_from(const List* from, const std::unordered_set<std::string_view>& only);
    void push(const WithClause* with);
    void push_with(const WithClause& with, std::vector<Task>& tasks);

    const StatementPosition& place_;
    std::vector<Task> stack_;
    std::vector<Task> tasks_;  // of the node at hand: kept for their memory
    std::vector<const Node*> children_;
    std::unordered_map<std::string_view, int> ctes_;  // names in sight, how often
    NamedQueries in_sight_;
    std::unordered_map<const void*, How> uses_;  // relations used otherwise than read
    std::unordered_set<std::string> columns_;
    std::unordered_map<std::string, std::vector<Name>> called_;   // what tables go by; no name: another item does, too
    std::vector<std::pair<std::string, std::string>> qualified_;  // columns, by qualifier and name
    std::vector<const Node*> roots_;
    std::vector<Query> around_;  // queries that the one at hand stands in
};

void Walk::run(const std::vector<const Node*>& roots) {
    roots_ = roots;
    for (auto it = roots.rbegin(); it != roots.rend(); ++it)
        if (*it) stack_.push_back({*it, nullptr, true});
    while (!stack_.empty()) {
        const Task task = stack_.back();
        stack_.pop_back();
        if (task.node && task.enter)
            visit(task.node);
        else if (task.node)
            end_part(task.node);
        else
            sight(*task.named, task.enter);
    }
    tell_columns();
}

void Walk::sight(const CommonTableExpr& named, bool comes) {
    ctes_[named.ctename] += comes ? 1 : -1;
    if (comes)
        in_sight_.push_back(&named);
    else
        in_sight_.erase(std::find(in_sight_.rbegin(), in_sight_.rend(), &named).base() - 1);
}

void Walk::begin_part(const Node* n) {
    around_.push_back(std::exchange(result.query, {}));
    stack_.push_back({n, nullptr, false});
}

void Walk::end_part(const Node* n) {
    result.parts.push_back({n, std::exchange(result.query, std::move(around_.back())), in_sight_});
    around_.pop_back();
}

void Walk::visit(const Node* n) {
    if (changes_rows(n) && std::find(roots_.begin(), roots_.end(), n) == roots_.end()) begin_part(n);
    mark_target(n);
    if (is(n, T_SelectStmt)) mark_locked(as<SelectStmt>(n));
    note(n);
    if (is_mentioned_elsewhere(n)) return;
    children_.clear();
    if (!children_of(n, children_)) result.complete = false;
    push(with_of(n));
}

void Walk::push(const WithClause* with) {
    tasks_.clear();
    if (with) push_with(*with, tasks_);
    for (const Node* child : children_)
        if (is(child, T_A_Const))
            constant(as<A_Const>(child));
        else if (child != node(with) && !is_leaf(child))
            tasks_.push_back({child, nullptr, true});
    if (with)
        for (const auto* cte : items<CommonTableExpr>(with->ctes)) tasks_.push_back({nullptr, cte, false});
    stack_.insert(stack_.end(), tasks_.rbegin(), tasks_.rend());
}

// WITH RECURSIVE shows all names to all its queries, plain WITH only those before.
void Walk::push_with(const WithClause& with, std::vector<Task>& tasks) {
    const auto ctes = items<CommonTableExpr>(with.ctes);
    if (with.recursive)
        for (const auto* cte : ctes) tasks.push_back({nullptr, cte, true});
    for (const auto* cte : ctes) {
        tasks.push_back({cte->ctequery, nullptr, true});
        if (!with.recursive) tasks.push_back({nullptr, cte, true});
    }
}

void Walk::mark_target(const Node* n) {
    switch (nodeTag(n)) {
        case T_InsertStmt: uses_[as<InsertStmt>(n).relation] = How::insert; break;
        case T_UpdateStmt: uses_[as<UpdateStmt>(n).relation] = How::update; break;
        case T_DeleteStmt: uses_[as<DeleteStmt>(n).relation] = How::delete_; break;
        case T_MergeStmt: uses_[as<MergeStmt>(n).relation] = How::merge; break;
        default: break;
    }
}

void Walk::mark_locked(const SelectStmt& select) {
    for (const auto* locking : items<LockingClause>(select.lockingClause)) {
        std::unordered_set<std::string_view> only;
        for (const auto* locked : items<RangeVar>(locking->lockedRels)) only.insert(locked->relname);
        lock_from(select.fromClause, only);
    }
}

// FOR UPDATE reaches into sub-selects of FROM, not into CTEs and not into sub-selects of expressions.
void Walk::lock_from(const List* from, const std::unordered_set<std::string_view>& only) {
    struct Item {
        const Node* node;
        bool named;
    };
    std::vector<Item> left;
    for (const Node* n : items(from)) left.push_back({n, only.empty()});
    while (!left.empty()) {
        const Item item = left.back();
        left.pop_back();
        if (!item.node) continue;
        const auto wanted = [&](const Alias* alias, const char* name) {
            const char* called = alias ? alias->aliasname : name;
            return item.named || (called && only.count(called) > 0);
        };
        switch (nodeTag(item.node)) {
            case T_RangeVar: {
                const auto& r = as<RangeVar>(item.node);
                if (wanted(r.alias, r.relname)) uses_.emplace(&r, How::lock_rows);
                break;
            }
            case T_JoinExpr:
                left.push_back({as<JoinExpr>(item.node).larg, item.named});
                left.push_back({as<JoinExpr>(item.node).rarg, item.named});
                break;
            case T_RangeTableSample: left.push_back({as<RangeTableSample>(item.node).relation, item.named}); break;
            case T_RangeSubselect: {
                const auto& sub = as<RangeSubselect>(item.node);
                if (wanted(sub.alias, nullptr) && is(sub.subquery, T_SelectStmt))
                    for (const Node* n : items(as<SelectStmt>(sub.subquery).fromClause)) left.push_back({n, true});
                break;
            }
            default: break;
        }
    }
}

void Walk::note(const Node* n) {
    switch (nodeTag(n)) {
        case T_RangeVar: relation(as<RangeVar>(n)); break;
        case T_ColumnRef: column(as<ColumnRef>(n)); break;
        case T_FuncCall: call(as<FuncCall>(n)); break;
        case T_A_Expr: operation(as<A_Expr>(n)); break;
        // In casts, in XMLSERIALIZE and JSON_VALUE ... RETURNING, in the column list of a function in FROM.
        case T_TypeName: add_once(result.query.casts, anywhere(type_of(&as<::TypeName>(n), place_))); break;
        case T_RangeTableFuncCol:
            if (as<RangeTableFuncCol>(n).typeName)
                add_once(result.query.casts, anywhere(type_of(as<RangeTableFuncCol>(n).typeName, place_)));
            break;
        case T_SubLink: {
            const auto& link = as<SubLink>(n);
            if (link.subLinkType == ANY_SUBLINK || link.subLinkType == ALL_SUBLINK)
                runs_operator(link.operName ? name_of(link.operName) : Name{"", "="}, nullptr, nullptr);
            break;
        }
        case T_SortBy:
            if (as<SortBy>(n).useOp) runs_operator(name_of(as<SortBy>(n).useOp), nullptr, nullptr);
            break;
        case T_CaseExpr:
            if (as<CaseExpr>(n).arg) runs_operator({"", "="}, nullptr, nullptr);
            break;
        case T_JoinExpr:
            for (const auto& name : strings_of(as<JoinExpr>(n).usingClause)) column_name(name);
            called(as<JoinExpr>(n).alias);
            called(as<JoinExpr>(n).join_using_alias);
            if (as<JoinExpr>(n).usingClause || as<JoinExpr>(n).isNatural) runs_operator({"", "="}, nullptr, nullptr);
            break;
        case T_RangeSubselect: called(as<RangeSubselect>(n).alias); break;
        case T_RangeFunction: called(as<RangeFunction>(n).alias); break;
        case T_RangeTableFunc: called(as<RangeTableFunc>(n).alias); break;
        case T_A_Indirection:
            for (const Node* part : items(as<A_Indirection>(n).indirection)) {
                result.star |= is(part, T_A_Star);
                if (is(part, T_String)) field(text_of(as<String>(part).sval));
            }
            break;
        default: break;
    }
}

void Walk::field(std::string name) { add_once(result.query.fields, std::move(name)); }

void Walk::call(const FuncCall& call) {
    std::vector<const Node*> args;
    for (const Node* arg : items(call.args)) args.push_back(arg);
    // An aggregate of an ordered set takes what it is ordered by, too.
    if (call.agg_within_group)
        for (const auto* sorted : items<SortBy>(call.agg_order)) args.push_back(sorted->node);
    FunctionUse use{name_of(call.funcname),   static_cast<int>(args.size()),
                    place_.at(call.location), false,
                    literals_of(call.args),   {}};
    // Named ones may stand in another order.
    const bool named = std::any_of(args.begin(), args.end(), [](const Node* arg) { return is(arg, T_NamedArgExpr); });
    if (!named && !call.func_variadic)
        for (const Node* arg : args) use.types.push_back(type_told(arg, place_));
    result.query.functions.push_back(std::move(use));
}

void Walk::operation(const A_Expr& e) {
    switch (e.kind) {
        case AEXPR_BETWEEN:
        case AEXPR_NOT_BETWEEN:
        case AEXPR_BETWEEN_SYM:
        case AEXPR_NOT_BETWEEN_SYM:
            for (const char* name : {"<", "<=", ">", ">="}) runs_operator({"", name}, nullptr, nullptr);
            break;
        case AEXPR_OP: runs_operator(name_of(e.name), e.lexpr, e.rexpr); break;
        default: {  // the other side is a list, a query or an array
            OperatorUse use{name_of(e.name), 2, type_told(e.lexpr, place_), {}};
            add_once(result.query.operators, std::move(use));
        }
    }
}

void Walk::runs_operator(Name name, const Node* left, const Node* right) {
    const bool prefix = !left && right;
    add_once(result.query.operators,
             OperatorUse{std::move(name), prefix ? 1 : 2, type_told(left, place_), type_told(right, place_)});
}

void Walk::relation(const RangeVar& r) {
    const auto use = uses_.find(&r);
    const bool read = use == uses_.end() || use->second == How::lock_rows;
    if (read && !r.schemaname && r.relname) {
        const auto cte = ctes_.find(r.relname);
        if (cte != ctes_.end() && cte->second > 0) {
            called_[r.alias ? r.alias->aliasname : r.relname].emplace_back();
            return;
        }
    }
    if (r.relname) called_[r.alias ? r.alias->aliasname : r.relname].push_back(name_of(&r));
    if (r.alias && r.alias->colnames) called(r.alias);
    result.query.relations.push_back(range_use(&r, use == uses_.end() ? How::read : use->second, place_));
}

void Walk::column(const ColumnRef& c) {
    const auto fields = items(c.fields);
    if (fields.size() > 0 && is(fields.back(), T_A_Star))
        result.star = true;
    else if (auto names = strings_of(c.fields); !names.empty()) {
        if (names.size() == 1) return column_name(names.back());
        qualified_.emplace_back(names[names.size() - 2], names.back());
        field(std::move(names.back()));
    }
}

/// An item of FROM that is no table, or gives its columns other names.
void Walk::called(const Alias* alias) {
    if (alias) called_[alias->aliasname].emplace_back();
}

/// The qualifier tells of which table a column is, unless it may as well be that of something else.
void Walk::tell_columns() {
    for (const auto& [qualifier, name] : qualified_) {
        const auto of = called_.find(qualifier);
        const bool told = of != called_.end() && std::none_of(of->second.begin(), of->second.end(),
                                                              [](const Name& table) { return table.empty(); });
        if (told)
            add_once(result.told, InnerColumn{name, of->second});
        else
            column_name(name);
    }
}

void Walk::constant(const A_Const& c) {
    constexpr std::size_t kMost = 64, kLongest = 63;  // NAMEDATALEN - 1: an enum's labels are names
    auto& strings = result.query.strings;
    if (c.isnull || !is(&c.val.node, T_String) || strings.size() == kMost) return;
    const std::string_view text = c.val.sval.sval;
    if (!text.empty() && text.size() <= kLongest) strings.emplace_back(text);
}

void Walk::column_name(const std::string& name) {
    if (columns_.insert(name).second) result.columns.push_back(name);
}

}  // namespace

TypeName type_told(const Node* expr, const StatementPosition& place) {
    if (!expr) return {};
    if (is(expr, T_TypeCast)) return anywhere(type_of(as<TypeCast>(expr).typeName, place));
    if (is(expr, T_BoolExpr) || is(expr, T_NullTest) || is(expr, T_BooleanTest)) return built_in("bool");
    if (!is(expr, T_A_Const)) return {};
    const auto& constant = as<A_Const>(expr);
    if (constant.isnull || is(&constant.val.node, T_String)) return built_in("unknown");
    if (is(&constant.val.node, T_Integer)) return built_in("int4");
    if (is(&constant.val.node, T_Boolean)) return built_in("bool");
    return {};
}

RangeUse range_use(const RangeVar* relation, RangeUse::How how, const StatementPosition& place) {
    RangeUse use;
    use.name = name_of(relation);
    use.how = how;
    if (relation) {
        use.only = !relation->inh;
        use.location = place.at(relation->location);
    }
    return use;
}

QueryWalk walk_query(const std::vector<const Node*>& roots, const StatementPosition& place) {
    Walk walk(place);
    walk.run(roots);
    return std::move(walk.result);
}

QueryWalk walk_query(const Node* root, const StatementPosition& place) {
    return walk_query(std::vector<const Node*>{root}, place);
}

ColumnsUsed columns_used(const Node* query, QueryWalk& walk, const StatementPosition& place) {
    const auto* select = is(query, T_SelectStmt) ? &as<SelectStmt>(query) : nullptr;
    return {std::move(walk.columns), std::move(walk.told), walk.star,
            select ? shown_whole(*select) : std::vector<Name>(),
            select ? shown_columns(*select, place) : std::vector<ShownColumn>()};
}

}  // namespace pgfence
