// SELECT, INSERT, UPDATE, DELETE, MERGE, COPY and EXPLAIN.

#include <algorithm>
#include <optional>
#include <set>

#include "analyze/lower/lowering.h"
#include "core/text.h"

namespace pgfence {
namespace {

void add_condition(const Node* where, const RangeVar* target, const List* from, const StatementPosition& place,
                   const NamedQueries& named, Dml& dml) {
    dml.query.has_where = where != nullptr;
    dml.where = lower_optional_expr(where, place);
    dml.has_from = from != nullptr;
    const auto beside = items(from);
    dml.values_only = from && std::all_of(beside.begin(), beside.end(),
                                          [&](const Node* item) { return spells_out_rows(item, named); });
    dml.in_subqueries = says_which(where, named);
    if (target) describe_asked_rows(where, *target, from, place, named, dml);
    if (where && target) dml.orphans = orphans_of(where, *target, from, named);
    if (where && target) dml.duplicates = duplicates_of(where, *target, from, named);
    RowCondition condition = where ? row_condition(where, target, from, place, named) : RowCondition{};
    // What joins the table to itself says the same of every row; what is asked of the other half need not.
    dml.always_true_where = condition.says_same && !dml.orphans && !dml.duplicates;
    if (condition.says_same) dml.provided = std::move(condition.provided);
}

Unmodelled incomplete() { return {"the query holds syntax that is not read"}; }

/// rewriteTargetListIU takes several assignments to parts of one column (a[1], a.f); the whole of one only once.
void add_assignments(const List* targets, std::vector<std::string>& columns) {
    std::set<std::string> in_part;
    for (const auto* target : items<ResTarget>(targets)) {
        std::string column = text_of(target->name);
        if (target->indirection && !in_part.insert(column).second) continue;
        columns.push_back(std::move(column));
    }
}

void describe_delete(const DeleteStmt& statement, const StatementPosition& place, const NamedQueries& named, Dml& dml) {
    dml.kind = Dml::Kind::delete_;
    add_condition(statement.whereClause, statement.relation, statement.usingClause, place,
                  with_own(named, statement.withClause), dml);
}

/// Every row of VALUES is as long as the first (transformInsertStmt).
void note_values(const List* rows, GivenColumns& given) {
    std::set<std::size_t> defaulted;
    for (const auto* row : items<List>(rows)) {
        const auto values = items(row);
        given.first = values.size();
        for (std::size_t i = 0; i < values.size(); ++i)
            if (is(values[i], T_SetToDefault)) defaulted.insert(i);
    }
    given.defaulted.assign(defaulted.begin(), defaulted.end());
}

/// A literal, $1, or nothing that tells.
Expr literal_of(const Node* value, const StatementPosition& place) {
    const Node* inner = is(value, T_TypeCast) ? as<TypeCast>(value).arg : value;
    return is(inner, T_A_Const) || is(inner, T_ParamRef) ? lower_expr(value, place) : Expr{};
}

constexpr std::size_t kMostColumns = 64;

/// Literals, as far as few rows hold few of them: into which partition they go is told from them.
std::vector<std::vector<Expr>> literals_of(const List* rows, const StatementPosition& place) {
    constexpr std::size_t kMostRows = 16;
    const auto lists = items<List>(rows);
    std::vector<std::vector<Expr>> out;
    if (lists.size() > kMostRows) return out;
    for (const auto* row : lists) {
        std::vector<Expr>& values = out.emplace_back();
        for (const Node* value : items(row)) {
            if (values.size() == kMostColumns) break;
            values.push_back(literal_of(value, place));
        }
    }
    return out;
}

void describe_update(const UpdateStmt& update, const StatementPosition& place, const NamedQueries& named, Dml& dml) {
    dml.kind = Dml::Kind::update;
    add_condition(update.whereClause, update.relation, update.fromClause, place, with_own(named, update.withClause),
                  dml);
    add_assignments(update.targetList, dml.set_columns);
    if (update.relation)
        note_old_values(update.targetList, *update.relation, update.fromClause, update.whereClause,
                        with_own(named, update.withClause), dml);
    const auto targets = items<ResTarget>(update.targetList);
    for (const auto* target : targets)
        if (is(target->val, T_SetToDefault)) dml.set_to_default.push_back(text_of(target->name));
    if (targets.size() > kMostColumns) return;
    std::vector<Expr>& values = dml.rows.emplace_back();
    for (const auto* target : targets) {
        values.push_back(literal_of(target->val, place));
        const bool whole = !target->indirection && !is(target->val, T_MultiAssignRef);
        if (whole) dml.assignments.push_back({text_of(target->name), lower_expr(target->val, place)});
    }
}

/// What an operator or a function makes of a value may be less than it.
void add_copied(const Expr& e, Dml& dml) {
    if (e.kind == Expr::Kind::star) dml.copies_all = true;
    if (e.kind == Expr::Kind::column) dml.copied.push_back(e.text);
    if (e.kind == Expr::Kind::cast || (e.kind == Expr::Kind::list && e.text == "COALESCE"))
        for (const Expr& arg : e.args) add_copied(arg, dml);
}

/// Of a plain SELECT: of groups, and of what DISTINCT or LIMIT leaves, not every row's values are given on; nor are
/// those of rows that conflict.
void note_copied(const InsertStmt& insert, const SelectStmt& select, const StatementPosition& place, Dml& dml) {
    const bool plain = select.op == SETOP_NONE && !select.groupClause && !select.havingClause &&
                       !select.distinctClause && !select.limitCount && !select.limitOffset && !select.withClause;
    if (!plain || insert.onConflictClause) return;
    for (const auto* target : items<ResTarget>(select.targetList)) add_copied(lower_expr(target->val, place), dml);
}

void describe_insert(const InsertStmt& insert, const StatementPosition& place, Dml& dml) {
    dml.kind = Dml::Kind::insert;
    dml.updates_on_conflict = insert.onConflictClause && insert.onConflictClause->action == ONCONFLICT_UPDATE;
    if (dml.updates_on_conflict) {
        add_assignments(insert.onConflictClause->targetList, dml.set_columns);
        if (insert.relation)
            note_old_values(insert.onConflictClause->targetList, *insert.relation, nullptr,
                            insert.onConflictClause->whereClause, with_own({}, insert.withClause), dml);
    }
    add_assignments(insert.cols, dml.given.names);
    const List* rows = is(insert.selectStmt, T_SelectStmt) ? as<SelectStmt>(insert.selectStmt).valuesLists : nullptr;
    dml.given.all = insert.selectStmt && !rows && dml.given.names.empty();
    note_values(rows, dml.given);
    dml.values_rows = items(rows).size();
    dml.rows = literals_of(rows, place);
    dml.values_only = !insert.selectStmt || rows;
    if (!is(insert.selectStmt, T_SelectStmt)) return;
    const auto& select = as<SelectStmt>(insert.selectStmt);
    dml.takes_few = gives_few_rows(insert.selectStmt, with_own({}, insert.withClause));
    dml.where = lower_optional_expr(select.whereClause, place);
    dml.in_subqueries = says_which(select.whereClause, with_own(with_own({}, insert.withClause), select.withClause));
    dml.has_from = select.fromClause != nullptr || select.op != SETOP_NONE;
    note_copied(insert, select, place, dml);
}

void describe_select(const SelectStmt& select, const StatementPosition& place, Dml& dml) {
    dml.kind = Dml::Kind::select;
    dml.query.has_where = select.whereClause != nullptr;
    dml.where = lower_optional_expr(select.whereClause, place);
    dml.has_from = select.fromClause != nullptr;
    dml.in_subqueries = says_which(node(&select), {}, true);
}

/// WHEN MATCHED is for the rows that the join finds, WHEN NOT MATCHED BY SOURCE for the others: which these are nobody
/// can tell, and where there are few of one kind there are many of the other.
Action lower_merge_clause(const MergeStmt& merge, const MergeWhenClause& when, const StatementPosition& place,
                          Dml::Reach reach, const NamedQueries& named) {
    Dml dml;
    dml.reach = reach;
    dml.merge_clause = true;
    const bool deletes = when.commandType == CMD_DELETE;
    dml.kind = deletes ? Dml::Kind::delete_ : Dml::Kind::update;
    const List* source = list_make1(const_cast<Node*>(merge.sourceRelation));
    const bool matched = when.matchKind == MERGE_WHEN_MATCHED;
    const RowCondition own = row_condition(when.condition, merge.relation, source, place, named);
    RowCondition joined =
        matched ? row_condition(merge.joinCondition, merge.relation, source, place, named) : RowCondition{true, {}};
    dml.query.has_where = true;
    dml.has_from = true;
    dml.values_only = matched && spells_out_rows(merge.sourceRelation, named);
    describe_asked_rows(matched ? merge.joinCondition : nullptr, *merge.relation, source, place, named, dml);
    add_sub_selects(when.condition, *merge.relation, place, named, dml);
    // Either of them is held against the rows, as far as it says anything.
    const SaysWhich of_own = says_which(when.condition, named), of_join = says_which(merge.joinCondition, named);
    dml.in_subqueries = {of_own.equals || of_join.equals, of_own.compares || of_join.compares,
                         of_own.limits || of_join.limits};
    dml.always_true_where = own.says_same && joined.says_same;
    if (dml.always_true_where) {
        dml.provided = std::move(joined.provided);
        dml.provided.insert(dml.provided.end(), own.provided.begin(), own.provided.end());
    }
    // The one that says something; of two that do, both.
    dml.where = lower_optional_expr(own.says_same ? merge.joinCondition : when.condition, place);
    if (dml.where && matched && !own.says_same && !joined.says_same) {
        Expr both;
        both.kind = Expr::Kind::and_;
        both.args = {*dml.where, lower_expr(merge.joinCondition, place)};
        dml.where = std::move(both);
    }
    if (!deletes) {
        add_assignments(when.targetList, dml.set_columns);
        if (merge.relation) note_old_values(when.targetList, *merge.relation, source, merge.joinCondition, named, dml);
    }
    dml.query.relations.push_back(
        range_use(merge.relation, deletes ? RangeUse::How::delete_ : RangeUse::How::update, place));
    return dml;
}

bool inserts(const MergeStmt& merge) {
    const auto clauses = items<MergeWhenClause>(merge.mergeWhenClauses);
    return std::any_of(clauses.begin(), clauses.end(),
                       [](const auto* when) { return when->commandType == CMD_INSERT; });
}

void describe(const Node* statement, const StatementPosition& place, const NamedQueries& named, Dml& dml) {
    switch (nodeTag(statement)) {
        case T_SelectStmt: describe_select(as<SelectStmt>(statement), place, dml); break;
        case T_InsertStmt: describe_insert(as<InsertStmt>(statement), place, dml); break;
        case T_UpdateStmt: describe_update(as<UpdateStmt>(statement), place, named, dml); break;
        case T_DeleteStmt: describe_delete(as<DeleteStmt>(statement), place, named, dml); break;
        case T_MergeStmt:
            dml.kind = Dml::Kind::merge;
            dml.given.all = inserts(as<MergeStmt>(statement));
            break;
        default: break;
    }
}

bool is_query(const Node* n) {
    return is(n, T_SelectStmt) || is(n, T_InsertStmt) || is(n, T_UpdateStmt) || is(n, T_DeleteStmt) ||
           is(n, T_MergeStmt);
}

const FuncCall* only_function(const SelectStmt& select) {
    const auto from = items(select.fromClause);
    if (from.size() != 1 || !is(from[0], T_RangeFunction)) return nullptr;
    const auto functions = items<List>(as<RangeFunction>(from[0]).functions);
    const Node* call = functions.size() == 1 ? items(functions[0])[0] : nullptr;
    return is(call, T_FuncCall) ? &as<FuncCall>(call) : nullptr;
}

/// The numbers of generate_series(1, 3), as the only item of FROM, and what its column goes by.
struct Series {
    std::string name;
    std::vector<std::string> numbers;
};

std::optional<Series> series_of(const SelectStmt& select) {
    constexpr std::int64_t kMost = 50;
    const FuncCall* call = only_function(select);
    const auto& from = call ? as<RangeFunction>(items(select.fromClause)[0]) : RangeFunction{};
    const Name function = call ? name_of(call->funcname) : Name{};
    if (function.name != "generate_series" || (!function.schema.empty() && function.schema != "pg_catalog") ||
        from.ordinality || !from.alias || from.alias->colnames)
        return std::nullopt;
    std::vector<std::int64_t> ends;
    for (const Node* arg : items(call->args)) {
        if (!is(arg, T_A_Const) || !is(&as<A_Const>(arg).val.node, T_Integer)) return std::nullopt;
        ends.push_back(as<A_Const>(arg).val.ival.ival);
    }
    if (ends.size() != 2 || ends[1] - ends[0] >= kMost) return std::nullopt;
    Series series{from.alias->aliasname, {}};
    for (std::int64_t i = ends[0]; i <= ends[1]; ++i) series.numbers.push_back(std::to_string(i));
    return series;
}

/// Nothing: it takes something else than literals and the series' number.
std::optional<std::vector<std::string>> literals_with(const FuncCall& call, const Series& series,
                                                      const std::string& number) {
    std::vector<std::string> literals;
    for (const Node* arg : items(call.args)) {
        const bool is_number = is(arg, T_ColumnRef) && name_of(as<ColumnRef>(arg).fields).name == series.name;
        if (!is_number && !is(arg, T_A_Const)) return std::nullopt;
        literals.push_back(is_number ? number : value_of(arg));
    }
    return literals;
}

/// SELECT f(n) FROM generate_series(1, 3) AS n is a call for each number.
void call_for_each(const FuncCall& call, const Series& series, const StatementPosition& place, Query& query) {
    const auto use = std::find_if(query.functions.begin(), query.functions.end(), [&](const FunctionUse& one) {
        return one.location >= 0 && one.location == place.at(call.location);
    });
    constexpr std::size_t kMostCalls = 1000;  // of a query
    if (query.functions.size() > kMostCalls || use == query.functions.end() || call.agg_filter || call.agg_distinct ||
        call.over || series.numbers.empty())
        return;
    std::vector<FunctionUse> calls;
    for (const std::string& number : series.numbers) {
        auto literals = literals_with(call, series, number);
        if (!literals) return;
        calls.push_back(*use);
        calls.back().once = true;
        calls.back().literals = std::move(*literals);
    }
    query.functions.insert(query.functions.erase(use), calls.begin(), calls.end());
}

/// SELECT f(), g() and SELECT * FROM f() call each function once; behind a condition or for rows of a table nobody
/// knows.
void mark_called_once(const SelectStmt& select, const StatementPosition& place, Query& query) {
    if (select.whereClause || select.limitCount || select.limitOffset || select.op != SETOP_NONE) return;
    const auto mark = [&](const FuncCall& call) {
        for (FunctionUse& use : query.functions)
            if (use.location >= 0 && use.location == place.at(call.location)) use.once = true;
    };
    if (const FuncCall* call = only_function(select)) mark(*call);
    const auto series = series_of(select);
    for (const auto* target : items<ResTarget>(select.targetList))
        if (series && is(target->val, T_FuncCall)) call_for_each(as<FuncCall>(target->val), *series, place, query);
    if (select.fromClause) return;
    for (const auto* target : items<ResTarget>(select.targetList))
        if (is(target->val, T_FuncCall)) mark(as<FuncCall>(target->val));
}

const Node* explained_query(const Node* n) {
    if (is(n, T_CreateTableAsStmt)) n = as<CreateTableAsStmt>(n).query;
    if (is(n, T_DeclareCursorStmt)) n = as<DeclareCursorStmt>(n).query;
    return is_query(n) ? n : nullptr;
}

}  // namespace

const IntoClause* into_of(const SelectStmt& select) {
    const SelectStmt* leftmost = &select;
    while (leftmost->larg) leftmost = leftmost->larg;
    return leftmost->intoClause;
}

namespace {

/// The table that a statement changes comes first, whatever its WITH reads before: rules ask for it there.
void put_target_first(std::vector<RangeUse>& relations) {
    const auto target =
        std::find_if(relations.begin(), relations.end(), [](const RangeUse& use) { return changes_rows(use.how); });
    if (target != relations.end()) std::rotate(relations.begin(), target, target + 1);
}

void add_query(const Node* statement, Query query, const NamedQueries& named, const StatementPosition& place,
               Dml::Reach reach, std::vector<Action>& actions) {
    Dml dml;
    dml.reach = reach;
    dml.query = std::move(query);
    put_target_first(dml.query.relations);
    describe(statement, place, named, dml);
    if (is(statement, T_SelectStmt)) mark_called_once(as<SelectStmt>(statement), place, dml.query);
    if (reach == Dml::Reach::run) add_settings(dml.query, actions);
    actions.emplace_back(std::move(dml));
    if (!is(statement, T_MergeStmt)) return;
    const auto& merge = as<MergeStmt>(statement);
    for (const auto* when : items<MergeWhenClause>(merge.mergeWhenClauses))
        if (when->commandType == CMD_DELETE || when->commandType == CMD_UPDATE)
            actions.push_back(lower_merge_clause(merge, *when, place, reach, with_own(named, merge.withClause)));
}

/// What decides which tables names mean. An empty name: nobody knows which setting it is.
void add_uncertain_setting(std::string name, std::vector<Action>& actions) {
    if (!name.empty() && name != "search_path" && name != "role" && name != "session_authorization") return;
    SetVariable set;
    set.name = std::move(name);
    set.uncertain = true;
    actions.emplace_back(std::move(set));
}

}  // namespace

void add_parts(QueryWalk& walk, const StatementPosition& place, Dml::Reach reach, std::vector<Action>& actions) {
    for (QueryWalk::Part& part : walk.parts)
        add_query(part.statement, std::move(part.query), part.named, place, reach, actions);
}

void add_settings(const Query& query, std::vector<Action>& actions) {
    for (const FunctionUse& use : query.functions)
        if (use.name.name == "set_config" && (use.name.schema.empty() || use.name.schema == "pg_catalog"))
            add_uncertain_setting(use.literals.empty() ? "" : lower_case(use.literals.front()), actions);
    for (const RangeUse& use : query.relations)
        if (use.how == RangeUse::How::update && use.name.name == "pg_settings") add_uncertain_setting("", actions);
}

std::vector<Action> lower_query(const Node* statement, const StatementPosition& place, Dml::Reach reach) {
    auto walk = walk_query(statement, place);
    if (!walk.complete) return one(incomplete());
    std::vector<Action> actions;
    actions.reserve(walk.parts.size() + 1);
    add_parts(walk, place, reach, actions);
    add_query(statement, std::move(walk.query), {}, place, reach, actions);
    return actions;
}

std::vector<Action> lower_select(const SelectStmt& select, const StatementPosition& place) {
    if (auto sets = lower_set_config(select); !sets.empty()) return sets;
    if (const auto* into = into_of(select)) return lower_select_into(select, *into, place);
    return lower_query(node(&select), place);
}

std::vector<Action> lower_copy(const CopyStmt& copy, const StatementPosition& place) {
    // COPY (DELETE ... RETURNING ...) is a DELETE whose rows are written out.
    const bool changes = is_query(copy.query) && !is(copy.query, T_SelectStmt);
    if (changes) return lower_query(copy.query, place);
    Dml dml;
    dml.kind = copy.is_from ? Dml::Kind::copy_from : Dml::Kind::copy_to;
    auto walk = walk_query(std::vector<const Node*>{copy.query, copy.whereClause}, place);
    if (!walk.complete) return one(incomplete());
    std::vector<Action> actions;
    add_parts(walk, place, Dml::Reach::run, actions);
    add_settings(walk.query, actions);
    dml.query = std::move(walk.query);
    dml.query.has_where = copy.whereClause != nullptr;
    dml.given.names = strings_of(copy.attlist);
    dml.given.all = dml.given.names.empty();
    dml.of_table = copy.relation != nullptr;
    if (copy.relation) {
        const auto how = copy.is_from ? RangeUse::How::insert : RangeUse::How::read;
        dml.query.relations.insert(dml.query.relations.begin(), range_use(copy.relation, how, place));
    }
    actions.emplace_back(std::move(dml));
    return actions;
}

// Without ANALYZE the statement is planned, which takes its locks, and not run.
std::vector<Action> lower_explain(const ExplainStmt& explain, const StatementPosition& place) {
    const auto* analyze = option_of(explain.options, "analyze");
    if (analyze && is_true(*analyze)) return lower_statement(explain.query, place);
    const Node* query = explained_query(explain.query);
    if (!query) return one(Unmodelled{"EXPLAIN of a statement that is no query"});
    return lower_query(query, place, Dml::Reach::planned);
}

}  // namespace pgfence
