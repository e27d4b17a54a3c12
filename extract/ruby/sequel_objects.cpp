// Sequel: views, types, functions, triggers and what else a database has beside tables.

#include "core/text.h"
#include "extract/program/sql_text.h"
#include "extract/ruby/sequel_operations.h"

namespace pgfence::extract {

void SequelOperations::create_view(const Call& call, bool replaces) {
    const Value& source = call.args[1];
    const auto set = sql_.dataset(source);
    const bool is_lit = source.call && source.call->name() == "lit" && source.call->receiver.is_path("Sequel");
    if (!(set && set->understood) && !is_written(&source) && !is_lit)
        return not_understood(call, "its query is only known at run time");
    const bool materialized = is_true(call, "materialized");
    const std::string view = sql_.table(call.args[0]);
    if (replaces && materialized) {
        const std::size_t before = out_.sent();
        send("DROP MATERIALIZED VIEW " + view, call);
        out_.depends(before, "whether the view exists");
    }
    std::string sql = std::string("CREATE ") + (replaces && !materialized ? "OR REPLACE " : "") +
                      (is_true(call, "temp") ? "TEMPORARY " : "") + (call.get("recursive") ? "RECURSIVE " : "") +
                      (materialized ? "MATERIALIZED " : "") + "VIEW " + view;
    const Value* columns = call.get("columns") ? call.get("columns") : call.get("recursive");
    if (columns) sql += " " + sql_.columns(*columns);
    if (is_true(call, "security_invoker")) sql += " WITH (security_invoker)";
    if (const Value* space = call.get("tablespace")) sql += " TABLESPACE " + sql_.identifier(*space);
    sql += " AS " + (set ? sql_.select(*set) : is_lit ? sql_.literal(source) : source.text);
    if (const Value* check = call.get("check"); check && check->truth().value_or(true))
        sql += check->text == "local" ? " WITH LOCAL CHECK OPTION" : " WITH CHECK OPTION";
    send(sql, call);
}

namespace {

/// [[:integer, :a], [:text, :b]]: "(a integer, b text)"
std::string function_arguments(const Value* args) {
    std::string all;
    if (args && args->items)
        for (const Value& one : *args->items) {
            std::string words;
            if (one.is(Value::Kind::list))
                for (const Value& word : *one.items) words = word.text + (words.empty() ? "" : " ") + words;
            else
                words = one.text;
            all += (all.empty() ? "" : ", ") + words;
        }
    return "(" + all + ")";
}

}  // namespace

bool SequelOperations::object_operation(const Call& given, std::string_view name) {
    const Call call = with_options(given);
    if (call.args.empty()) return false;
    const Value& first = call.args.front();
    const Value* second = call.args.size() > 1 ? &call.args[1] : nullptr;
    const std::string if_exists = is_true(call, "if_exists") ? "IF EXISTS " : "";
    const std::string cascade = is_true(call, "cascade") ? " CASCADE" : "";
    const auto label = [&](const Value& value) {
        return value.is_text() && !value.holds_unknown ? literal(value.text) : sql_.unknown("a label");
    };
    if ((name == "create_view" || name == "create_or_replace_view") && second) {
        create_view(call, name == "create_or_replace_view" || is_true(call, "replace"));
    } else if (name == "drop_view") {
        for (const Value& view : call.args)
            send(std::string("DROP ") + (is_true(call, "materialized") ? "MATERIALIZED " : "") + "VIEW " + if_exists +
                     sql_.table(view) + cascade,
                 call);
    } else if (name == "refresh_view") {
        send(std::string("REFRESH MATERIALIZED VIEW ") + (is_true(call, "concurrently") ? "CONCURRENTLY " : "") +
                 sql_.table(first),
             call);
    } else if (name == "create_enum" && second && second->is(Value::Kind::list)) {
        std::string labels;
        for (const Value& one : *second->items) labels += (labels.empty() ? "" : ", ") + label(one);
        send("CREATE TYPE " + sql_.table(first) + " AS ENUM (" + labels + ")", call);
    } else if (name == "drop_enum") {
        send("DROP TYPE " + if_exists + sql_.table(first) + cascade, call);
    } else if (name == "add_enum_value" && second) {
        std::string place;
        if (const Value* before = call.get("before"))
            place = " BEFORE " + label(*before);
        else if (const Value* after = call.get("after"))
            place = " AFTER " + label(*after);
        send("ALTER TYPE " + sql_.table(first) + " ADD VALUE " +
                 (is_true(call, "if_not_exists") ? "IF NOT EXISTS " : "") + label(*second) + place,
             call);
    } else if (name == "rename_enum" && second) {
        send("ALTER TYPE " + sql_.table(first) + " RENAME TO " + sql_.table(*second), call);
    } else if (name == "rename_enum_value" && call.args.size() == 3) {
        send("ALTER TYPE " + sql_.table(first) + " RENAME VALUE " + label(*second) + " TO " + label(call.args[2]),
             call);
    } else if (name == "create_schema") {
        const Value* owner = call.get("owner");
        send(std::string("CREATE SCHEMA ") + (is_true(call, "if_not_exists") ? "IF NOT EXISTS " : "") +
                 sql_.identifier(first) + (owner ? " AUTHORIZATION " + sql_.literal(*owner) : ""),
             call);
    } else if (name == "drop_schema") {
        send("DROP SCHEMA " + if_exists + sql_.identifier(first) + cascade, call);
    } else if (name == "rename_schema" && second) {
        send("ALTER SCHEMA " + sql_.identifier(first) + " RENAME TO " + sql_.identifier(*second), call);
    } else if (name == "create_function" && is_written(&first) && is_written(second)) {
        const Value* returns = call.get("returns");
        const Value* language = call.get("language");
        const Value* behavior = call.get("behavior");
        for (const std::string_view other : {"link_symbol", "set", "cost", "rows"})
            if (call.get(other)) return false;
        send(std::string("CREATE ") + (is_true(call, "replace") ? "OR REPLACE " : "") + "FUNCTION " + first.text +
                 function_arguments(call.get("args")) + " RETURNS " + (is_written(returns) ? returns->text : "void") +
                 " LANGUAGE " + (is_written(language) ? language->text : "SQL") +
                 (is_written(behavior) ? " " + upper_case(behavior->text) : "") +
                 (is_true(call, "strict") ? " STRICT" : "") +
                 (is_true(call, "security_definer") ? " SECURITY DEFINER" : "") + " AS " + literal(second->text),
             call);
    } else if (name == "drop_function" && is_written(&first)) {
        send("DROP FUNCTION " + if_exists + first.text + function_arguments(call.get("args")) + cascade, call);
    } else if (name == "create_trigger" && call.args.size() == 3 && is_written(second) && is_written(&call.args[2])) {
        std::string events, args;
        if (const Value* told = call.get("events")) {
            if (told->is(Value::Kind::list))
                for (const Value& one : *told->items) events += (events.empty() ? "" : " OR ") + upper_case(one.text);
            else
                events = upper_case(told->text);
        } else {
            events = "INSERT OR UPDATE OR DELETE";
        }
        if (const Value* told = call.get("args")) args = sql_.columns(*told);
        const Value* when = call.get("when");
        send(std::string("CREATE ") + (is_true(call, "replace") ? "OR REPLACE " : "") + "TRIGGER " + second->text +
                 (is_true(call, "after") ? " AFTER " : " BEFORE ") + events + " ON " + sql_.table(first) +
                 (is_true(call, "each_row") ? " FOR EACH ROW" : "") +
                 (when ? " WHEN (" + sql_of(sql_.condition(*when)) + ")" : "") + " EXECUTE PROCEDURE " +
                 call.args[2].text + (args.empty() ? "()" : args),
             call);
    } else if (name == "drop_trigger" && is_written(second)) {
        send("DROP TRIGGER " + if_exists + second->text + " ON " + sql_.table(first) + cascade, call);
    } else if (name == "create_language" && is_written(&first)) {
        for (const std::string_view other : {"handler", "validator"})
            if (call.get(other)) return false;
        send(std::string("CREATE ") + (is_true(call, "replace") ? "OR REPLACE " : "") +
                 (is_true(call, "trusted") ? "TRUSTED " : "") + "LANGUAGE " + first.text,
             call);
    } else if (name == "drop_language" && is_written(&first)) {
        send("DROP LANGUAGE " + if_exists + first.text + cascade, call);
    } else if (name == "notify") {
        const Value* payload = call.get("payload");
        send("NOTIFY " + sql_.identifier(first) + (payload ? ", " + sql_.literal(*payload) : ""), call);
    } else {
        return false;
    }
    return true;
}

}  // namespace pgfence::extract
