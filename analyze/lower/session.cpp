// Transactions and settings.

#include "analyze/lower/lowering.h"
#include "core/text.h"

namespace pgfence {
namespace {

Transaction::Kind kind_of(TransactionStmtKind kind) {
    using K = Transaction::Kind;
    switch (kind) {
        case TRANS_STMT_BEGIN:
        case TRANS_STMT_START: return K::begin;
        case TRANS_STMT_COMMIT: return K::commit;
        case TRANS_STMT_ROLLBACK: return K::rollback;
        case TRANS_STMT_SAVEPOINT: return K::savepoint;
        case TRANS_STMT_RELEASE: return K::release;
        case TRANS_STMT_ROLLBACK_TO: return K::rollback_to;
        case TRANS_STMT_PREPARE: return K::prepare;
        case TRANS_STMT_COMMIT_PREPARED: return K::commit_prepared;
        case TRANS_STMT_ROLLBACK_PREPARED: return K::rollback_prepared;
    }
    return K::begin;
}

// SET LOCAL lock_timeout = '5s' gives each value as a constant; SET TIME ZONE INTERVAL ... as a cast of one.
std::vector<std::string> values_of(const List* args) {
    std::vector<std::string> values;
    for (const Node* arg : items(args)) values.push_back(value_of(arg));
    return values;
}

bool is_constant(const Node* n) {
    while (is(n, T_TypeCast)) n = as<TypeCast>(n).arg;
    return is(n, T_A_Const) && !as<A_Const>(n).isnull;
}

std::optional<SetVariable> set_config(const Node* target) {
    const Node* value = is(target, T_ResTarget) ? as<ResTarget>(target).val : nullptr;
    if (!is(value, T_FuncCall)) return std::nullopt;
    const auto& call = as<FuncCall>(value);
    const auto name = name_of(call.funcname);
    const auto args = items(call.args);
    if (name.name != "set_config" || (!name.schema.empty() && name.schema != "pg_catalog") || args.size() != 3)
        return std::nullopt;
    if (!is_constant(args[0]) || !is_constant(args[1]) || !is_constant(args[2])) return std::nullopt;
    SetVariable set;
    set.name = lower_case(value_of(args[0]));
    set.values = {value_of(args[1])};
    set.as_text = true;
    const auto local = lower_case(value_of(args[2]));
    set.local = local == "true" || local == "t" || local == "on" || local == "1" || local == "yes";
    return set;
}

}  // namespace

Action lower_transaction(const TransactionStmt& transaction) {
    Transaction out;
    out.kind = kind_of(transaction.kind);
    out.savepoint = text_of(transaction.savepoint_name);
    out.chain = transaction.chain;
    return out;
}

Action lower_set(const VariableSetStmt& set) {
    // SET TRANSACTION and SET SESSION CHARACTERISTICS come as VAR_SET_MULTI.
    if (set.kind == VAR_SET_MULTI) return Harmless{};
    SetVariable out;
    out.name = lower_case(text_of(set.name));
    out.local = set.is_local;
    if (set.kind == VAR_RESET) out.kind = SetVariable::Kind::reset;
    if (set.kind == VAR_RESET_ALL) out.kind = SetVariable::Kind::reset_all;
    if (set.kind == VAR_SET_VALUE) out.values = values_of(set.args);
    return out;
}

std::vector<Action> lower_prepare(const PrepareStmt& prepare, const StatementPosition& place) {
    std::vector<Action> actions = lower_query(prepare.query, place, Dml::Reach::parsed);
    actions.emplace_back(Prepare{text_of(prepare.name), as_body({prepare.query}, place)});
    return actions;
}

Action lower_execute(const ExecuteStmt& execute, const StatementPosition& place) {
    const auto params = items(execute.params);
    auto walk = walk_query(std::vector<const Node*>(params.begin(), params.end()), place);
    if (!walk.complete) return Unmodelled{"the arguments of EXECUTE hold syntax that is not read"};
    return Execute{text_of(execute.name), std::move(walk.query)};
}

std::vector<Action> lower_set_config(const SelectStmt& select) {
    std::vector<Action> sets;
    if (select.fromClause || select.whereClause || select.withClause || select.op != SETOP_NONE) return sets;
    for (const Node* target : items(select.targetList)) {
        auto set = set_config(target);
        if (!set) return {};
        sets.push_back(std::move(*set));
    }
    return sets;
}

}  // namespace pgfence
