// Statements of a body that run SQL, as it stands or made at run time.

#include <algorithm>
#include <cstdlib>

#include "analyze/lower/body_reader.h"
#include "core/text.h"

namespace pgfence::plpgsql {
namespace {

/// System catalogs hold no rows that anybody waits for: to look into them is no effect.
bool is_system(const Name& name) {
    return name.schema == "pg_catalog" || name.schema == "information_schema" ||
           (name.schema.empty() && name.name.starts_with("pg_"));
}

bool touches_nothing(const Action& action) {
    const auto* dml = std::get_if<Dml>(&action);
    if (!dml || dml->kind != Dml::Kind::select || !dml->query.functions.empty()) return false;
    for (const RangeUse& use : dml->query.relations)
        if (!is_system(use.name)) return false;
    return true;
}

/// No operator, cast or field either, which may be a function's.
bool runs_nothing(const Query& query) {
    return query.functions.empty() && query.operators.empty() && query.casts.empty() && query.fields.empty();
}

}  // namespace

bool BodyReader::simple_statement(std::string_view type, const Json& node, int line) {
    if (type == "stmt_execsql")
        sql_statement(node, "sqlstmt", line);
    else if (type == "stmt_perform")
        perform(node, line);
    else if (type == "stmt_call")
        sql_statement(node, "expr", line);
    else if (type == "stmt_dynexecute")
        execute(node, "query", line);
    else if (type == "stmt_assign")
        assign(node, line);
    else if (type == "stmt_return" || type == "stmt_exit")
        jump(type, node, line);
    else if (type == "stmt_return_next")
        read_expressions(node, {"expr"}, line);
    else if (type == "stmt_return_query")
        return_query(node, line);
    else if (type == "stmt_assert")
        read_expressions(node, {"cond", "message"}, line);
    else if (type == "stmt_raise")
        raise(node, line);
    else if (type == "stmt_open")
        open(node, line);
    else if (type == "stmt_commit")
        commit(node, line);
    else if (type == "stmt_rollback")
        gap(line, "ROLLBACK", "what a body takes back is not followed");
    else if (type == "stmt_fetch")
        read_expressions(node, {"expr"}, line);  // FETCH RELATIVE n
    else
        return type == "stmt_getdiag" || type == "stmt_close";
    return true;
}

void BodyReader::read_expressions(const Json& node, std::initializer_list<const char*> keys, int line) {
    for (const char* key : keys)
        if (const auto value = expression(member(node, key))) query(*value, line);
}

void BodyReader::assign(const Json& node, int line) {
    const auto value = expression(member(node, "expr"));
    if (!value) return;
    query(*value, line);
    assigned(node, *value);
}

void BodyReader::jump(std::string_view type, const Json& node, int line) {
    const auto condition = expression(member(node, "cond"));
    read_expressions(node, {"expr", "cond"}, line);
    // EXIT without a label leaves a loop, whose statements are conditional as it is.
    if (type == "stmt_exit" && text(node, "label").empty()) return;
    if (!condition) return leave();
    under("whether " + in_short(condition->query) + " holds", [&] { leave(); });
}

void BodyReader::return_query(const Json& node, int line) {
    if (const auto value = expression(member(node, "query"))) sql_text(*value, line);
    execute(node, "dynquery", line);
}

void BodyReader::raise(const Json& node, int line) {
    if (const Json* params = member(node, "params"))
        for (const Json& param : *params)
            if (const auto value = expression(&param)) query(*value, line);
    if (const Json* options = member(node, "options"))
        for (const Json& option : *options)
            if (const Json* content = unwrapped(&option)) read_expressions(*content, {"expr"}, line);
    if (number(node, "elog_level") >= kError && conditions_.empty()) dead_ = true;
}

void BodyReader::open(const Json& node, int line) {
    read_expressions(node, {"query", "argquery"}, line);
    execute(node, "dynquery", line);
    if (member(node, "curvar")) cursor(number(node, "curvar"));
}

void BodyReader::cursor(int variable) {
    const auto found = cursors_.find(variable);
    if (found != cursors_.end() && found->second.first)
        query(*found->second.first, found->second.second, Order::anywhere);
}

void BodyReader::commit(const Json& node, int line) {
    BodyStatement added;
    added.kind = "COMMIT";
    added.sql = "COMMIT";
    added.actions.emplace_back(Transaction{Transaction::Kind::commit, {}, flag(node, "chain")});
    place(added, finder_.line(line), false);
    added.conditions = conditions();
    out_.statements.push_back(std::move(added));
}

void BodyReader::sql_statement(const Json& node, const char* key, int line) {
    if (const auto value = expression(member(node, key))) sql_text(*value, line);
}

void BodyReader::sql_text(const Expression& value, int line) {
    add(value, line, finder_.find(value.query, line), false);
}

// The parser writes SELECT over the end of PERFORM, which is one byte longer.
void BodyReader::perform(const Json& node, int line) {
    const auto value = expression(member(node, "expr"));
    const std::size_t first = out_.statements.size();
    if (value) add(*value, line, finder_.find(value->query, line, 1), false);
    for (std::size_t i = first; i < out_.statements.size(); ++i)
        if (out_.statements[i].exact) --out_.statements[i].begin;
}

void BodyReader::query(const Expression& value, int line, Order order) {
    const auto found =
        order == Order::in_order ? finder_.find(value.query, line) : finder_.find_anywhere(value.query, line);
    add(value, line, found, true);
}

void BodyReader::add(const Expression& value, int line, std::optional<Span> found, bool only_with_effects) {
    std::vector<LoweredStatement> statements;
    std::optional<SyntaxError> error;
    const std::string_view text = found ? sql_ : std::string_view(value.query);
    const Span piece = found ? *found : Span{0, value.query.size()};
    if (!Parser(text).parse(value.query.c_str(), piece, statements, error, value.mode))
        return gap(line, "a statement that does not parse", error ? error->message : std::string());
    for (LoweredStatement& statement : statements) {
        const bool only_value =
            only_with_effects && statement.actions.size() == 1 && touches_nothing(statement.actions[0]);
        if (only_value && runs_nothing(std::get<Dml>(statement.actions[0]).query)) continue;
        read_bodies(statement, text, depth_ + 1);
        name_variables(statement.actions);
        BodyStatement added;
        added.kind = std::move(statement.kind);
        added.sql = value.query;
        added.actions = std::move(statement.actions);
        added.conditions = conditions();
        added.only_value = only_value;
        place(added, found ? found : finder_.line(line), found.has_value());
        out_.statements.push_back(std::move(added));
    }
}

void BodyReader::execute(const Json& node, const char* key, int line) {
    if (const auto value = expression(member(node, key))) dynamic(*value, line, node);
}

void BodyReader::dynamic(const Expression& value, int line, const Json& node) {
    const auto found = finder_.find(value.query, line);
    const Span whole = found ? finder_.with_keyword(*found, "execute") : finder_.line(line).value_or(statement_);
    auto known = constant_text(value.query, constants_);
    const std::size_t first = out_.statements.size();
    if (!known.text) {
        out_.gaps.push_back({static_cast<std::int32_t>(whole.begin), static_cast<std::int32_t>(whole.end), "EXECUTE",
                             "its text is built at run time: it depends on " + known.why});
    } else if (found && known.verbatim >= 0) {
        const std::size_t begin = found->begin + static_cast<std::size_t>(known.verbatim);
        read_statements({sql_, {begin, begin + known.text->size()}, true, *known.text}, conditions(), depth_, out_);
    } else {
        read_statements({sql_, whole, false, *known.text}, conditions(), depth_, out_);
    }
    give_parameters(first, node);
    if (const Json* params = member(node, "params"))
        for (const Json& param : *params)
            if (const auto param_value = expression(&param)) query(*param_value, line);
}

namespace {

/// Text of a literal, or of one with a cast; of a variable or a field of one, its name.
bool is_literal(std::string_view value) {
    return !value.empty() && (is_digit(value[0]) || value[0] == '-' || value[0] == '\'');
}
bool is_variable(std::string_view value) {
    return !value.empty() && std::all_of(value.begin(), value.end(),
                                         [](char c) { return is_letter_or_digit(c) || c == '_' || c == '.'; });
}

void give(Expr& e, const std::vector<std::string>& values) {
    for (Expr& arg : e.args) give(arg, values);
    if (e.kind != Expr::Kind::parameter || !e.text.starts_with('$')) return;
    const std::size_t number = static_cast<std::size_t>(std::atoi(e.text.c_str() + 1));
    if (number == 0 || number > values.size()) return;
    const std::string& value = values[number - 1];
    if (is_literal(value)) return;
    if (is_variable(value))
        e.text = value;
    else
        e = Expr{};
}

}  // namespace

void BodyReader::give_parameters(std::size_t first, const Json& node) {
    const Json* params = member(node, "params");
    if (!params) return;
    std::vector<std::string> values;
    for (const Json& param : *params) {
        const auto value = expression(&param);
        const std::string text = value ? value->query.substr(0, value->query.find("::")) : std::string();
        const auto known = value ? constant_text(value->query, constants_).text : std::nullopt;
        values.push_back(known ? "'" + *known + "'" : text);
    }
    for (std::size_t i = first; i < out_.statements.size(); ++i)
        for (Action& action : out_.statements[i].actions)
            if (auto* dml = std::get_if<Dml>(&action); dml && dml->where) give(*dml->where, values);
}

}  // namespace pgfence::plpgsql
