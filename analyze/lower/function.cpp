// Functions, DO blocks, CALL: the body and where it stands, so that what it runs can be read in its turn.

#include "analyze/lower/lowering.h"

namespace pgfence {
namespace {

/// Where the text of a quoted body begins, when the body stands there as it is, without doubled quotes or escapes.
std::int32_t body_location(const DefElem& as_option, const std::string& body, const StatementPosition& place) {
    if (as_option.location < 0) return -1;
    Lexer lexer(place.sql, static_cast<std::size_t>(place.at(as_option.location)), place.end);
    Token t = lexer.next();
    if (lexer.is(t, "as")) t = lexer.next();
    std::size_t quote = 1;
    if (t.kind == Token::Kind::dollar_string)
        quote = lexer.text(t).find('$', 1) + 1;
    else if (t.kind != Token::Kind::string)
        return -1;
    const std::size_t begin = t.span.begin + quote;
    return place.sql.substr(begin, body.size()) == body ? static_cast<std::int32_t>(begin) : -1;
}

std::string body_of(const Node* as_option) {
    const auto strings = strings_of(list_of(as_option));
    if (!strings.empty()) return strings.front();
    return value_of(as_option);
}

/// The statements of BEGIN ATOMIC ... END, or RETURN expression.
void add_sql_body(const StatementPosition& place, CreateFunction& out) {
    Span body;
    if (const auto begin = find_keyword(place.sql, place.begin, place.end, "begin")) {
        const auto atomic = find_keyword(place.sql, begin->span.end, place.end, "atomic");
        body = {atomic ? atomic->span.end : begin->span.end, place.end - std::string_view("end").size()};
    } else if (const auto ret = find_keyword(place.sql, place.begin, place.end, "return")) {
        body = {ret->span.begin, place.end};
    }
    if (body.empty()) return;
    body = trimmed(place.sql, body.begin, body.end);
    out.body = place.slice(body);
    out.body_location = static_cast<std::int32_t>(body.begin);
    if (out.language.empty()) out.language = "sql";
}

char volatility_of(const std::string& word) {
    if (word == "immutable") return 'i';
    return word == "stable" ? 's' : 'v';
}

template <class Function>
void add_search_path(const VariableSetStmt& set, Function& out) {
    if (text_of(set.name) != "search_path") return;
    out.search_path.reset();
    out.search_path_from_current = set.kind == VAR_SET_CURRENT;
    if (set.kind == VAR_SET_VALUE) {
        out.search_path.emplace();
        for (const Node* value : items(set.args)) out.search_path->push_back(value_of(value));
    }
}

void add_option(const DefElem& option, const StatementPosition& place, CreateFunction& out) {
    const std::string_view name = option.defname ? option.defname : "";
    if (name == "as") {
        out.body = body_of(option.arg);
        out.body_location = body_location(option, out.body, place);
    } else if (name == "language") {
        out.language = value_of(option.arg);
    } else if (name == "volatility") {
        out.volatility = volatility_of(value_of(option.arg));
    } else if (name == "security") {
        out.security_definer = is_true(option);
    } else if (name == "set" && is(option.arg, T_VariableSetStmt)) {
        out.settings.push_back(text_of(as<VariableSetStmt>(option.arg).name));
        add_search_path(as<VariableSetStmt>(option.arg), out);
    }
}

bool is_input(const FunctionParameter& parameter) {
    return parameter.mode != FUNC_PARAM_OUT && parameter.mode != FUNC_PARAM_TABLE;
}

bool is_returned(const FunctionParameter& parameter) {
    return !is_input(parameter) || parameter.mode == FUNC_PARAM_INOUT;
}

void add_parameter(const FunctionParameter& parameter, const StatementPosition& place, CreateFunction& out) {
    if (is_returned(parameter)) out.returned.push_back({text_of(parameter.name), type_of(parameter.argType, place)});
    if (!is_input(parameter)) return;
    ++out.arguments;
    out.types.push_back(type_of(parameter.argType, place));
    out.argument_names.push_back(text_of(parameter.name));
    if (parameter.defexpr) out.defaults.push_back(lower_expr(parameter.defexpr, place));
    out.variadic |= parameter.mode == FUNC_PARAM_VARIADIC;
    const auto type = strings_of(parameter.argType ? parameter.argType->names : nullptr);
    out.polymorphic |= !type.empty() && type.back().starts_with("any");
}

bool is_trigger(const ::TypeName* type) {
    const auto names = strings_of(type ? type->names : nullptr);
    return !names.empty() && (names.back() == "trigger" || names.back() == "event_trigger");
}

}  // namespace

Action lower_create_function(const CreateFunctionStmt& function, const StatementPosition& place) {
    CreateFunction out;
    out.name = name_of(function.funcname);
    out.or_replace = function.replace;
    out.procedure = function.is_procedure;
    for (const auto* parameter : items<FunctionParameter>(function.parameters)) add_parameter(*parameter, place, out);
    out.trigger = is_trigger(function.returnType);
    out.result = type_of(function.returnType, place);
    for (const auto* option : items<DefElem>(function.options)) add_option(*option, place, out);
    out.atomic = function.sql_body != nullptr;
    if (out.atomic) add_sql_body(place, out);
    return out;
}

Action lower_alter_function(const AlterFunctionStmt& alter, const StatementPosition& place) {
    AlterFunction out;
    bool path = false;
    for (const auto* option : items<DefElem>(alter.actions)) {
        if (text_of(option->defname) == "security") out.security_definer = is_true(*option);
        if (!is(option->arg, T_VariableSetStmt)) continue;
        const auto& set = as<VariableSetStmt>(option->arg);
        path = path || set.kind == VAR_RESET_ALL || text_of(set.name) == "search_path";
        if (set.kind == VAR_RESET_ALL) out.search_path.reset();
        add_search_path(set, out);
    }
    if ((!path && !out.security_definer) || !alter.func) return Harmless{};
    out.sets_path = path;
    out.name = name_of(alter.func->objname);
    out.types = signature_of(*alter.func, place);
    return out;
}

Action lower_do(const DoStmt& block, const StatementPosition& place) {
    DoBlock out;
    out.language = "plpgsql";
    if (const auto* language = option_of(block.args, "language")) out.language = value_of(language->arg);
    if (const auto* body = option_of(block.args, "as")) {
        out.body = body_of(body->arg);
        out.body_location = body_location(*body, out.body, place);
    }
    return out;
}

Action lower_call(const CallStmt& call, const StatementPosition& place) {
    if (!call.funccall) return Unmodelled{"CALL without a procedure"};
    const auto& procedure = *call.funccall;
    const auto args = items(procedure.args);
    auto walk = walk_query(std::vector<const Node*>(args.begin(), args.end()), place);
    if (!walk.complete) return Unmodelled{"the arguments of CALL hold syntax that is not read"};
    Call out{{name_of(procedure.funcname), static_cast<int>(args.size()), place.at(procedure.location), true, {}, {}},
             std::move(walk.query)};
    return out;
}

}  // namespace pgfence
