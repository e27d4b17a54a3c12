#include "extract/ruby/sequel_sql.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "core/stand_in.h"
#include "core/text.h"
#include "extract/program/sql_text.h"
#include "extract/ruby/ruby_dates.h"
#include "extract/ruby/ruby_json.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

constexpr std::array kComparisons{"="sv,     "!="sv,        "<"sv,  ">="sv,     ">"sv,    "<="sv,
                                  "IN"sv,    "NOT IN"sv,    "IS"sv, "IS NOT"sv, "LIKE"sv, "NOT LIKE"sv,
                                  "ILIKE"sv, "NOT ILIKE"sv, "~"sv,  "!~"sv,     "~*"sv,   "!~*"sv};

SequelExpression plain(std::string sql) { return {{}, {}, std::move(sql)}; }

SequelExpression compared(SequelExpression a, std::string_view op, SequelExpression b) {
    return {std::string(op), {std::move(a), std::move(b)}, {}};
}

bool is_constant(const Value& value, std::string_view name) {
    return value.is(Value::Kind::path) && !value.call && (value.text == name || value.text == "::" + std::string(name));
}

}  // namespace

bool is_sequel_row(const Value& value) { return value.is_path("sequel.row"); }

bool is_call_of(const Value& value, std::string_view name) {
    return value.is(Value::Kind::path) && value.call && value.call->name() == name;
}

bool are_pairs(const Value& list) {
    return !list.items->empty() && std::all_of(list.items->begin(), list.items->end(), [](const Value& item) {
        return item.is(Value::Kind::list) && item.items->size() == 2;
    });
}

std::vector<Value> list_or_itself(const Value& value) {
    return value.is(Value::Kind::list) ? std::vector<Value>(*value.items) : std::vector<Value>{value};
}

std::string sql_of(const SequelExpression& expression) {
    if (expression.op.empty()) return expression.sql;
    if (expression.op == "NOT") return "NOT " + sql_of(expression.args.front());
    std::string all;
    for (const SequelExpression& one : expression.args)
        all += (all.empty() ? "" : " " + expression.op + " ") + sql_of(one);
    return "(" + all + ")";
}

SequelExpression inverted(SequelExpression condition) {
    if (condition.op == "NOT") return std::move(condition.args.front());
    if (condition.op == "AND" || condition.op == "OR") {
        condition.op = condition.op == "AND" ? "OR" : "AND";
        for (SequelExpression& one : condition.args) one = inverted(std::move(one));
        return condition;
    }
    const auto known = std::find(kComparisons.begin(), kComparisons.end(), condition.op);
    if (known == kComparisons.end()) return {"NOT", {std::move(condition)}, {}};
    // They stand in pairs.
    condition.op = kComparisons[static_cast<std::size_t>(known - kComparisons.begin()) ^ 1];
    return condition;
}

SequelExpression all_of(std::vector<SequelExpression> conditions, std::string_view op) {
    if (conditions.size() == 1) return std::move(conditions.front());
    std::vector<SequelExpression> flat;
    for (SequelExpression& one : conditions) {
        if (one.op == op)
            std::move(one.args.begin(), one.args.end(), std::back_inserter(flat));
        else
            flat.push_back(std::move(one));
    }
    return {std::string(op), std::move(flat), {}};
}

Call with_options(const Call& call) {
    Call plain = call;
    if (plain.args.empty() || !plain.args.back().is(Value::Kind::dictionary)) return plain;
    const Value last = plain.args.back();
    for (std::size_t i = 0; i + 1 < last.items->size(); i += 2)
        if (!(*last.items)[i].is_text()) return plain;
    for (std::size_t i = 0; i + 1 < last.items->size(); i += 2)
        plain.named.emplace_back((*last.items)[i].text, (*last.items)[i + 1]);
    plain.args.pop_back();
    return plain;
}

bool is_true(const Call& options, std::string_view option) {
    const Value* value = options.get(option);
    return value && value->truth().value_or(false);
}

std::vector<std::string> names_in(const Value& value) {
    std::vector<std::string> all;
    if (value.is(Value::Kind::list))
        for (const Value& one : *value.items) all.push_back(one.text);
    else
        all.push_back(value.text);
    return all;
}

std::optional<Value> dictionary_of(const Call& call) {
    if (call.named.empty()) return std::nullopt;
    std::vector<Value> items;
    for (const auto& [key, value] : call.named) {
        items.push_back(symbol_value(key));
        items.push_back(value);
    }
    return dictionary_value(std::move(items));
}

bool is_sequel_database(const Value& value) {
    if (!value.is(Value::Kind::path)) return false;
    const std::string_view path = value.text;
    return path == "self" || path == "DB" || path.ends_with("::DB") || path == "db()" || path.ends_with("Model.db()") ||
           path.ends_with(".db()");
}

bool is_sequel_expression(const Value& value, int depth) {
    if (!value.is(Value::Kind::path) || depth > kLongestSequelChain) return false;
    if (value.text == "Sequel" || value.text.starts_with("Sequel::CURRENT") || is_sequel_row(value)) return true;
    if (value.call) {
        // An operator has what it is between: { 1 => Sequel[:a] }
        if (is_sequel_expression(value.call->receiver, depth + 1)) return true;
        return !value.call->receiver.is(Value::Kind::path) && value.call->args.size() == 1 &&
               is_sequel_expression(value.call->args.front(), depth + 1);
    }
    return value.of && is_sequel_expression(*value.of, depth + 1);
}

std::string SequelSql::unknown(std::string what) {
    if (parameters_) return "$" + std::to_string(++count_);
    uncertainties_.push_back(std::move(what));
    return "unknown_value";
}

std::string SequelSql::literal(const Value& value) { return sql_of(expression(value)); }

std::string SequelSql::columns(const Value& list) {
    std::string all;
    for (const Value& one : list_or_itself(list)) all += (all.empty() ? "" : ", ") + literal(one);
    return "(" + all + ")";
}

std::string SequelSql::identifier(const Value& value) {
    if (value.is_text() && !value.holds_unknown) return quoted(value.text);
    if (value.is(Value::Kind::path) && value.call) {
        const Call& call = *value.call;
        const bool names = call.name() == "[]" || call.name() == "identifier";
        if (names && call.receiver.is_path("Sequel") && call.args.size() == 1) return identifier(call.args.front());
        if (call.name() == "lit" && call.args.size() == 1 && call.args.front().is_text()) return call.args.front().text;
        if (is_sequel_row(call.receiver) && call.args.empty()) return quoted(call.name());
    }
    uncertainties_.emplace_back("a name");
    return "unknown_value";
}

std::pair<std::string, std::string> SequelSql::schema_and_table(const Value& value) {
    if (value.is_text() && !value.holds_unknown) return {"", value.text};
    if (value.is(Value::Kind::path) && value.call) {
        const Call& call = *value.call;
        const bool of_sequel = call.receiver.is_path("Sequel");
        const auto known = [](const Value& part) { return part.is_text() && !part.holds_unknown; };
        if (of_sequel && call.name() == "qualify" && call.args.size() == 2 && known(call.args[0]) &&
            known(call.args[1]))
            return {call.args[0].text, call.args[1].text};
        if (of_sequel && (call.name() == "[]" || call.name() == "identifier") && call.args.size() == 1)
            return schema_and_table(call.args.front());
        if (call.name() == "[]" && call.args.size() == 1 && known(call.args.front())) {
            const auto [none, schema] = schema_and_table(call.receiver);
            return {schema, call.args.front().text};
        }
        if (call.name() == "qualify" && call.args.size() == 1 && known(call.args.front())) {
            const auto [none, name] = schema_and_table(call.receiver);
            return {call.args.front().text, name};
        }
        if (call.name() == "lit" && call.args.size() == 1 && known(call.args.front()))
            return {"", call.args.front().text};
    }
    uncertainties_.emplace_back("a name");
    return {"", "unknown_value"};
}

std::string SequelSql::table(const Value& value) {
    // SQL stays as it is.
    if (is_call_of(value, "lit") && value.call->args.size() == 1 && value.call->args.front().is_text())
        return value.call->args.front().text;
    const auto [schema, name] = schema_and_table(value);
    return (schema.empty() ? "" : quoted(schema) + ".") + quoted(name);
}

std::string SequelSql::filled(const Value& text, const std::vector<Value>& args, const Value* named) {
    if (!text.is_text() || text.holds_unknown) return unknown("SQL");
    std::string out;
    std::size_t next = 0;
    const std::string& sql = text.text;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        const bool begins_name = sql[i] == ':' && named && i + 1 < sql.size() &&
                                 (is_letter(sql[i + 1]) || sql[i + 1] == '_') && (i == 0 || sql[i - 1] != ':');
        if (sql[i] == '?' && next < args.size()) {
            out += literal(args[next++]);
        } else if (begins_name) {
            std::size_t end = i + 1;
            while (end < sql.size() && (is_letter_or_digit(sql[end]) || sql[end] == '_')) ++end;
            const Value* value = named->get(std::string_view(sql).substr(i + 1, end - i - 1));
            out += value ? literal(*value) : sql.substr(i, end - i);
            i = end - 1;
        } else {
            out += sql[i];
        }
    }
    return out;
}

std::string SequelSql::function(std::string_view name, const std::vector<Value>& args) {
    std::string all;
    for (const Value& one : args) all += (all.empty() ? "" : ", ") + literal(one);
    return std::string(name) + "(" + all + ")";
}

std::string SequelSql::qualified(const Value& table_or_schema, const Value& column) {
    const std::string before = table_or_schema.is_text() ? quoted(table_or_schema.text) : literal(table_or_schema);
    return before + "." + identifier(column);
}

std::string SequelSql::case_of(const std::vector<Value>& args) {
    if (args.size() < 2) return unknown("a CASE");
    std::string all = "(CASE";
    if (args.size() > 2) all += " " + literal(args[2]);
    std::vector<std::pair<Value, Value>> ways;
    if (args[0].is(Value::Kind::dictionary))
        for (std::size_t i = 0; i + 1 < args[0].items->size(); i += 2)
            ways.emplace_back((*args[0].items)[i], (*args[0].items)[i + 1]);
    else if (args[0].is(Value::Kind::list) && are_pairs(args[0]))
        for (const Value& way : *args[0].items) ways.emplace_back((*way.items)[0], (*way.items)[1]);
    else
        return unknown("a CASE");
    for (const auto& [when, then] : ways) all += " WHEN " + literal(when) + " THEN " + literal(then);
    return all + " ELSE " + literal(args[1]) + " END)";
}

std::string SequelSql::cast_type(const Value& type_name) {
    Call none;
    return type(type_name, none);
}

std::string SequelSql::type(const Value& given, const Call& options) {
    const auto is_true = [&](std::string_view option) {
        const Value* value = options.get(option);
        return value && value->truth().value_or(false);
    };
    const Value* size = options.get("size");
    if (given.is(Value::Kind::path) && !given.call) {
        std::string_view name = given.text;
        if (name.starts_with("::")) name.remove_prefix(2);
        if (name == "String") {
            const Value* text = options.get("text");
            const bool is_short = text && !text->truth().value_or(true);
            const std::string length = size ? literal(*size) : "255";
            if (text && !is_short && text->truth()) return "text";
            if (is_true("fixed")) return "char(" + length + ")";
            return is_short || size ? "varchar(" + length + ")" : "text";
        }
        if (name == "Integer" || name == "Fixnum") return is_true("serial") ? "serial" : "integer";
        if (name == "Bignum") return is_true("serial") ? "bigserial" : "bigint";
        if (name == "Float") return "double precision";
        if (name == "BigDecimal" || name == "Numeric") {
            if (!size) return "numeric";
            std::string all;
            for (const Value& one : list_or_itself(*size)) all += (all.empty() ? "" : ", ") + literal(one);
            return "numeric(" + all + ")";
        }
        if (name == "Date") return "date";
        if (name == "DateTime") return "timestamp";
        if (name == "Time") return is_true("only_time") ? "time" : "timestamp";
        if (name == "File" || name == "Sequel::SQL::Blob") return "bytea";
        if (name == "TrueClass" || name == "FalseClass") return "boolean";
        uncertainties_.push_back("the type " + given.text);
        return std::string(kUnknownType);
    }
    if (given.is(Value::Kind::symbol) && given.text == "Bignum") return is_true("serial") ? "bigserial" : "bigint";
    std::string name;
    if (given.is_text() && !given.holds_unknown) name = given.text;
    if (is_call_of(given, "lit") && given.call->args.size() == 1 && given.call->args.front().known())
        name = given.call->args.front().text;
    if (name.empty()) {
        uncertainties_.emplace_back("a type");
        return std::string(kUnknownType);
    }
    if (name == "double") return "double precision";
    const Value* elements = size ? size : options.get("elements");
    if (name == "varchar" && !elements) return "varchar(255)";
    return name + (elements ? columns(*elements) : "");
}

SequelExpression SequelSql::pairs(const Value& dictionary) {
    std::vector<SequelExpression> all;
    for (std::size_t i = 0; i + 1 < dictionary.items->size(); i += 2)
        all.push_back(pair((*dictionary.items)[i], (*dictionary.items)[i + 1]));
    return all.empty() ? plain("true") : all_of(std::move(all));
}

SequelExpression SequelSql::pair(const Value& key, const Value& value) {
    SequelExpression column = key.is(Value::Kind::list) ? plain(columns(key)) : expression(key);
    if (value.is(Value::Kind::nothing)) return compared(column, "IS", plain("NULL"));
    if (value.is(Value::Kind::boolean)) return compared(column, "IS", plain(value.yes ? "TRUE" : "FALSE"));
    if (value.is(Value::Kind::list)) {
        if (value.items->empty()) return compared(plain("1"), "=", plain("0"));
        std::string all;
        for (const Value& one : *value.items)
            all += (all.empty() ? "" : ", ") + (one.is(Value::Kind::list) ? columns(one) : literal(one));
        return compared(column, "IN", plain("(" + all + ")"));
    }
    if (is_sequel_dataset(value)) return compared(column, "IN", expression(value));
    if (is_call_of(value, "regexp") && value.call->args.size() == 2)
        return compared(column, value.call->args[1].yes ? "~*" : "~", expression(value.call->args[0]));
    if (is_call_of(value, "range") && value.call->args.size() == 3) {
        const auto& [first, last, excludes] = std::tie(value.call->args[0], value.call->args[1], value.call->args[2]);
        std::vector<SequelExpression> both;
        if (!first.is(Value::Kind::nothing)) both.push_back(compared(column, ">=", expression(first)));
        if (!last.is(Value::Kind::nothing))
            both.push_back(compared(column, excludes.yes ? "<" : "<=", expression(last)));
        return all_of(std::move(both));
    }
    return compared(std::move(column), "=", expression(value));
}

SequelExpression SequelSql::expression(const Value& value) {
    switch (value.kind) {
        case Value::Kind::nothing: return plain("NULL");
        case Value::Kind::boolean: return plain(value.yes ? "true" : "false");
        case Value::Kind::number: {
            std::string digits;
            for (const char c : value.text)
                if (c != '_') digits += c;
            return plain(digits);
        }
        case Value::Kind::text: return plain(value.holds_unknown ? unknown("a text") : extract::literal(value.text));
        case Value::Kind::symbol: return plain(value.holds_unknown ? unknown("a name") : quoted(value.text));
        case Value::Kind::dictionary: return pairs(value);
        case Value::Kind::list: {
            if (!are_pairs(value)) return plain(value.items->empty() ? "(NULL)" : columns(value));
            std::vector<SequelExpression> all;
            for (const Value& one : *value.items) all.push_back(pair((*one.items)[0], (*one.items)[1]));
            return all_of(std::move(all));
        }
        case Value::Kind::path: break;
        default: return plain(unknown("a value"));
    }
    if (is_constant(value, "Sequel::CURRENT_TIMESTAMP")) return plain("CURRENT_TIMESTAMP");
    if (is_constant(value, "Sequel::CURRENT_DATE")) return plain("CURRENT_DATE");
    if (is_constant(value, "Sequel::CURRENT_TIME")) return plain("CURRENT_TIME");
    if (const auto date = date_text(value)) return plain(extract::literal(*date));
    if (value.call) {
        if (is_sequel_dataset(value)) {
            const auto set = dataset(value);
            return plain(set && set->understood ? "(" + select(*set) + ")" : unknown("a query"));
        }
        if (auto known = of_call(*value.call)) return std::move(*known);
    }
    return plain(unknown("a value"));
}

SequelExpression SequelSql::condition(const Value& value) {
    if (value.is(Value::Kind::text))
        return plain("(" + (value.holds_unknown ? unknown("a condition") : value.text) + ")");
    if (value.is(Value::Kind::list) && !value.items->empty() && value.items->front().is(Value::Kind::text)) {
        const std::vector<Value> rest(value.items->begin() + 1, value.items->end());
        const Value* named = !rest.empty() && rest.back().is(Value::Kind::dictionary) ? &rest.back() : nullptr;
        return plain("(" + filled(value.items->front(), rest, named) + ")");
    }
    if (is_call_of(value, "lit") && value.call->receiver.is_path("Sequel")) return plain("(" + literal(value) + ")");
    return expression(value);
}

SequelExpression SequelSql::conditions(const Call& call) {
    std::vector<SequelExpression> all;
    const auto named = dictionary_of(call);
    if (!call.args.empty() && call.args.front().is(Value::Kind::text)) {
        const std::vector<Value> rest(call.args.begin() + 1, call.args.end());
        return plain("(" + filled(call.args.front(), rest, named ? &*named : nullptr) + ")");
    }
    for (const Value& one : call.args) all.push_back(condition(one));
    if (named) all.push_back(pairs(*named));
    if (call.more_args || all.empty()) all.push_back(plain(unknown("a condition")));
    return all_of(std::move(all));
}

std::optional<SequelExpression> SequelSql::of_call(const Call& call) {
    if (call.receiver.is_path("Sequel")) return of_sequel(call);
    if (is_sequel_row(call.receiver)) {
        // count.function.*
        const bool bare = call.args.empty() && call.named.empty();
        return plain(bare ? quoted(call.name()) : function(call.name(), call.args));
    }
    if (auto known = of_operator(call)) return known;
    return of_member(call);
}

std::optional<SequelExpression> SequelSql::of_sequel(const Call& call) {
    const std::string_view name = call.name();
    const auto& args = call.args;
    const auto named = dictionary_of(call);
    if (name == "lit" && !args.empty())
        return plain(filled(args.front(), {args.begin() + 1, args.end()}, named ? &*named : nullptr));
    if (name == "function" && !args.empty() && args.front().is_text() && args.front().known())
        return plain(function(args.front().text, {args.begin() + 1, args.end()}));
    if (name == "cast" && args.size() == 2)
        return plain("CAST(" + literal(args[0]) + " AS " + cast_type(args[1]) + ")");
    if (name == "cast_string" && args.size() == 1) return plain("CAST(" + literal(args[0]) + " AS text)");
    if (name == "cast_numeric" && args.size() == 1) return plain("CAST(" + literal(args[0]) + " AS integer)");
    if (name == "expr" || name == "[]" || name == "identifier" || name == "delay" || name == "as_is")
        return args.size() == 1 ? std::optional(expression(args.front()))
               : named          ? std::optional(pairs(*named))
                                : std::nullopt;
    if (name == "qualify" && args.size() == 2) return plain(qualified(args[0], args[1]));
    if (name == "case") {
        std::vector<Value> all = args;
        // Sequel.case({ a => 1 }, 2): braces or none.
        if (named) all.insert(all.begin(), *named);
        return plain(case_of(all));
    }
    if (name == "~" || name == "not") {
        if (args.empty() && named) return inverted(pairs(*named));
        return args.size() == 1 ? std::optional(inverted(condition(args.front()))) : std::nullopt;
    }
    if (name == "&" || name == "and" || name == "|" || name == "or") {
        std::vector<SequelExpression> all;
        const bool is_and = name == "&" || name == "and";
        for (const Value& one : args) all.push_back(condition(one));
        if (named) {
            // Sequel.or(a: 1, b: 2) is of the pairs.
            for (std::size_t i = 0; i + 1 < named->items->size(); i += 2)
                all.push_back(pair((*named->items)[i], (*named->items)[i + 1]));
        }
        if (name == "or" && args.size() == 1 && args.front().is(Value::Kind::dictionary)) {
            all.clear();
            for (std::size_t i = 0; i + 1 < args.front().items->size(); i += 2)
                all.push_back(pair((*args.front().items)[i], (*args.front().items)[i + 1]));
        }
        if (all.empty()) return std::nullopt;
        return all_of(std::move(all), is_and ? "AND" : "OR");
    }
    if ((name == "like" || name == "ilike") && args.size() >= 2) {
        std::vector<SequelExpression> all;
        for (std::size_t i = 1; i < args.size(); ++i)
            all.push_back(compared(expression(args[0]), name == "like" ? "LIKE" : "ILIKE", expression(args[i])));
        return all_of(std::move(all), "OR");
    }
    if (name == "join" && !args.empty() && args.front().is(Value::Kind::list)) {
        std::vector<SequelExpression> all;
        for (const Value& one : *args.front().items) {
            if (args.size() > 1 && !all.empty()) all.push_back(expression(args[1]));
            all.push_back(expression(one));
        }
        return all.empty() ? plain("''") : all_of(std::move(all), "||");
    }
    if (name == "+" || name == "-" || name == "*" || name == "/") {
        std::vector<SequelExpression> all;
        for (const Value& one : args) all.push_back(expression(one));
        return all.size() < 2 ? std::nullopt : std::optional(SequelExpression{std::string(name), std::move(all), {}});
    }
    if ((name == "asc" || name == "desc") && !args.empty()) {
        std::string sql = literal(args.front()) + (name == "asc" ? " ASC" : " DESC");
        const Value* nulls = call.get("nulls");
        if (nulls && nulls->is_text()) sql += nulls->text == "first" ? " NULLS FIRST" : " NULLS LAST";
        return plain(std::move(sql));
    }
    if (name == "as" && args.size() == 2) return plain(literal(args[0]) + " AS " + identifier(args[1]));
    if (name == "pg_array" && !args.empty() && args.front().is(Value::Kind::list)) {
        const std::string type_name = args.size() > 1 ? cast_type(args[1]) : "";
        if (args.front().items->empty()) return plain(type_name.empty() ? "'{}'" : "'{}'::" + type_name + "[]");
        std::string all;
        for (const Value& one : *args.front().items) all += (all.empty() ? "" : ",") + literal(one);
        return plain("ARRAY[" + all + "]" + (type_name.empty() ? "" : "::" + type_name + "[]"));
    }
    if (name == "pg_jsonb" || name == "pg_json" || name == "pg_jsonb_wrap" || name == "pg_json_wrap") {
        const Value whole = named ? *named : args.empty() ? unknown_value() : args.front();
        // Of a column it is an expression.
        if (whole.is(Value::Kind::symbol) || whole.is(Value::Kind::path)) return expression(whole);
        const bool known = whole.known();
        return plain((known ? extract::literal(json_of(whole)) : unknown("a value")) +
                     (name.starts_with("pg_jsonb") ? "::jsonb" : "::json"));
    }
    if (name == "pg_range" && !args.empty() && is_call_of(args.front(), "range") &&
        args.front().call->args.size() == 3) {
        const auto& parts = args.front().call->args;
        const auto bound = [&](const Value& value) {
            if (value.is(Value::Kind::nothing)) return std::string();
            return value.known() ? value.text : unknown("a bound");
        };
        const std::string whole = "[" + bound(parts[0]) + "," + bound(parts[1]) + (parts[2].yes ? ")" : "]");
        return plain(extract::literal(whole) + (args.size() > 1 ? "::" + cast_type(args[1]) : ""));
    }
    if (name == "hstore" || name == "pg_range" || name == "blob" || name == "pg_row" || name == "pg_interval")
        return plain(unknown("a value"));
    if (name == "extract" && args.size() == 2 && args.front().is_text())
        return plain("extract(" + args.front().text + " FROM " + literal(args[1]) + ")");
    if (name == "char_length" && args.size() == 1) return plain("char_length(" + literal(args[0]) + ")");
    if (name == "negate" && args.size() == 1) return inverted(expression(args.front()));
    if (name == "pg_array_op" || name == "pg_jsonb_op" || name == "pg_json_op" || name == "hstore_op")
        return args.size() == 1 ? std::optional(expression(args.front())) : std::nullopt;
    return std::nullopt;
}

std::optional<SequelExpression> SequelSql::of_operator(const Call& call) {
    const std::string_view op = call.path;
    if (op == "~" && call.args.empty()) return inverted(expression(call.receiver));
    if (op == "-" && call.args.empty()) return plain("-" + literal(call.receiver));
    if (call.args.size() != 1) return std::nullopt;
    const Value& other = call.args.front();
    if (op == "=~" || op == "!~") {
        SequelExpression same = pair(call.receiver, other);
        return op == "=~" ? same : inverted(std::move(same));
    }
    if (op == "&" || op == "|") return all_of({expression(call.receiver), condition(other)}, op == "&" ? "AND" : "OR");
    constexpr std::array kPlain{"<"sv, "<="sv, ">"sv, ">="sv};
    if (is_among(op, kPlain)) return compared(expression(call.receiver), op, expression(other));
    constexpr std::array kArithmetic{"+"sv, "-"sv, "*"sv, "/"sv, "%"sv};
    if (is_among(op, kArithmetic)) {
        // A text is joined.
        const bool joins = op == "+" && other.is(Value::Kind::text);
        return all_of({expression(call.receiver), expression(other)}, joins ? "||"sv : op);
    }
    return std::nullopt;
}

std::optional<SequelExpression> SequelSql::of_member(const Call& call) {
    const std::string_view name = call.name();
    const Value& of = call.receiver;
    const auto& args = call.args;
    if (name == "[]" && args.size() == 1 && of.call) {
        const bool is_name = (of.call->name() == "[]" && args.front().is(Value::Kind::symbol)) ||
                             (is_sequel_row(of.call->receiver) && args.front().is(Value::Kind::symbol));
        return is_name ? std::optional(plain(qualified(of, args.front()))) : std::nullopt;
    }
    if (name == "cast" && args.size() == 1) return plain("CAST(" + literal(of) + " AS " + cast_type(args[0]) + ")");
    if (name == "cast_string" || name == "cast_numeric")
        return plain("CAST(" + literal(of) + " AS " + (name == "cast_string" ? "text" : "integer") + ")");
    if (name == "as" && args.size() == 1) return plain(literal(of) + " AS " + identifier(args[0]));
    if (name == "asc" || name == "desc") {
        const Value* nulls = call.get("nulls");
        const std::string last =
            nulls && nulls->is_text() ? nulls->text == "first" ? " NULLS FIRST" : " NULLS LAST" : "";
        return plain(literal(of) + (name == "asc" ? " ASC" : " DESC") + last);
    }
    if ((name == "like" || name == "ilike") && !args.empty()) {
        std::vector<SequelExpression> all;
        for (const Value& one : args)
            all.push_back(compared(expression(of), name == "like" ? "LIKE" : "ILIKE", expression(one)));
        return all_of(std::move(all), "OR");
    }
    if (name == "is" && args.size() == 1) return compared(expression(of), "IS", expression(args[0]));
    if (name == "is_not" && args.size() == 1) return compared(expression(of), "IS NOT", expression(args[0]));
    if (name == "function" && of.call && is_sequel_row(of.call->receiver))
        return plain(function(of.call->name(), args));
    if (name == "function" && of.call && of.call->name() == "[]" && of.call->args.size() == 1 &&
        of.call->args.front().is_text())
        return plain(function(of.call->args.front().text, args));
    if (name == "*" && args.empty()) {
        std::string sql = literal(of);
        return plain(sql.ends_with("()") ? sql.substr(0, sql.size() - 1) + "*)" : sql + ".*");
    }
    if (name == "sql_string" || name == "sql_number" || name == "sql_boolean" || name == "pg_jsonb" ||
        name == "pg_json" || name == "pg_array" || name == "hstore")
        return expression(of);
    if (name == "qualify" && args.size() == 1) return plain(qualified(args[0], of));
    return std::nullopt;
}

}  // namespace pgfence::extract
