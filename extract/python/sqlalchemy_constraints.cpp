// SQLAlchemy's constraints and indexes, as its compiler writes them.

#include <algorithm>
#include <array>

#include "extract/program/sql_writer.h"
#include "extract/python/python.h"
#include "extract/python/sqlalchemy.h"

namespace pgfence::extract {

/// ON DELETE and the like (SQLAlchemy's define_constraint_cascades and define_constraint_deferrability).
std::string reference_options(const Call& call) {
    std::string sql;
    const auto word = [&](std::string_view key, std::string_view clause) {
        const Value* value = call.get(key);
        if (value && value->is_text()) sql += " " + std::string(clause) + " " + value->text;
    };
    word("match", "MATCH");
    word("ondelete", "ON DELETE");
    word("onupdate", "ON UPDATE");
    const Value* deferrable = call.get("deferrable");
    if (deferrable && deferrable->is(Value::Kind::boolean)) sql += deferrable->yes ? " DEFERRABLE" : " NOT DEFERRABLE";
    word("initially", "INITIALLY");
    if (is_true(call.get("postgresql_not_valid"))) sql += " NOT VALID";
    return sql;
}

/// "schema.table.column"
std::string SqlAlchemy::reference_target(const Value& target, bool& understood) {
    const std::string path = target.is_text() ? target.text : std::string();
    const auto dot = path.rfind('.');
    understood = dot != std::string::npos;
    if (!understood) return "";
    const std::string whole = path.substr(0, dot);
    const auto schema = whole.rfind('.');
    const auto name = schema == std::string::npos ? 0 : schema + 1;
    understood =
        path.find(kPlaceholder, name) == std::string::npos && !has_nameless_placeholder(path, target.placeholders);
    if (schema == std::string::npos) return quoted(whole);
    placeholders_.insert(placeholders_.end(), target.placeholders.begin(), target.placeholders.end());
    return quoted(whole.substr(0, schema)) + "." + quoted(whole.substr(name));
}

std::string SqlAlchemy::foreign_key(const std::string& column, const Call& reference) {
    const Value* given = reference.get("name");
    const Value* target = reference.get(0, "column");
    bool understood = true;
    std::string table = reference_target(target ? *target : unknown_value(), understood);
    const std::string path = understood ? target->text : std::string();
    if (!understood) table = uncertainty("the column that a foreign key refers to", kStandIn);
    return (given && given->is_text() ? "CONSTRAINT " + name(given) + " " : std::string()) + "FOREIGN KEY(" + column +
           ") REFERENCES " + table + (understood ? " (" + quoted(path.substr(path.rfind('.') + 1)) + ")" : "") +
           reference_options(reference);
}

std::optional<std::string> SqlAlchemy::constraint(const Call& call) {
    const std::string_view kind = call.name();
    const Value* given = call.get("name");
    const bool has_name = given && !given->is(Value::Kind::nothing);
    std::string sql = has_name ? "CONSTRAINT " + name(given) + " " : std::string();
    if (kind == "PrimaryKeyConstraint" || kind == "UniqueConstraint") {
        Value all = list_value(call.args);
        sql += kind == "UniqueConstraint" ? "UNIQUE (" : "PRIMARY KEY (";
        return sql + columns(&all) + ")" + reference_options(call);
    }
    if (kind == "CheckConstraint" && !call.args.empty()) {
        const Value& condition = call.args.front();
        const bool plain = condition.is(Value::Kind::text) && !condition.holds_unknown;
        return sql + "CHECK (" + (plain ? condition.text : expression(condition)) + ")";
    }
    if (kind == "ForeignKeyConstraint") {
        const Value* own = call.get(0, "columns");
        const Value* refers = call.get(1, "refcolumns");
        const auto targets = refers ? iterated(*refers) : std::nullopt;
        if (call.args.size() > 2 && !has_name) sql = "CONSTRAINT " + name(&call.args[2]) + " ";
        sql += "FOREIGN KEY(" + columns(own) + ") REFERENCES ";
        bool understood = targets && !targets->empty() && (*targets)[0].is_text();
        if (understood) sql += reference_target((*targets)[0], understood);
        if (!understood) return sql + uncertainty("what a foreign key refers to", kStandIn);
        std::string names;
        for (const Value& target : *targets)
            names += (names.empty() ? "" : ", ") + quoted(target.text.substr(target.text.rfind('.') + 1));
        return sql + " (" + names + ")" + reference_options(call);
    }
    if (kind == "ExcludeConstraint") {
        std::string elements;
        for (const Value& element : call.args) {
            const auto pair = iterated(element);
            if (!pair || pair->size() != 2) {
                elements += uncertainty("an element of an exclusion constraint", kStandIn);
                continue;
            }
            const Value& what = (*pair)[0];
            elements += (elements.empty() ? "" : ", ") + (what.is_text() ? quoted(what.text) : expression(what)) +
                        " WITH " + (*pair)[1].text;
        }
        const Value* method = call.get("using");
        sql += "EXCLUDE USING " + (method && method->is_text() ? method->text : "gist") + " (" + elements + ")";
        if (const Value* where = call.get("where"))
            sql += " WHERE (" + (where->is(Value::Kind::text) ? where->text : expression(*where)) + ")";
        return sql + reference_options(call);
    }
    return std::nullopt;
}

std::string SqlAlchemy::create_index(const std::string& index, const std::string& on, const std::vector<Value>& columns,
                                     const Call& options) {
    const Value* method = options.get("postgresql_using");
    const Value* classes = options.get("postgresql_ops");
    std::string sql = std::string("CREATE ") + (is_true(options.get("unique")) ? "UNIQUE " : "") + "INDEX " +
                      (is_true(options.get("postgresql_concurrently")) ? "CONCURRENTLY " : "") +
                      (is_true(options.get("if_not_exists")) ? "IF NOT EXISTS " : "") + index +
                      (index.empty() ? "ON " : " ON ") + on;
    if (method && method->is_text()) sql += " USING " + method->text;
    sql += " (";
    bool first = true;
    for (const Value& column : columns) {
        sql += std::exchange(first, false) ? "" : ", ";
        const Value* operators = nullptr;
        if (column.is_text()) operators = classes ? classes->get(column.text) : nullptr;
        sql += column.is_text() ? name(&column) : expression(column);
        if (operators && operators->is_text()) sql += " " + operators->text;
    }
    sql += ")";
    if (const Value* include = options.get("postgresql_include")) sql += " INCLUDE (" + this->columns(include) + ")";
    if (is_true(options.get("postgresql_nulls_not_distinct"))) sql += " NULLS NOT DISTINCT";
    if (const Value* with = options.get("postgresql_with"); with && with->is(Value::Kind::dictionary)) {
        std::string settings;
        for (std::size_t i = 0; i + 1 < with->items->size(); i += 2)
            settings += (settings.empty() ? "" : ", ") + (*with->items)[i].text + " = " + (*with->items)[i + 1].text;
        sql += " WITH (" + settings + ")";
    }
    if (const Value* space = options.get("postgresql_tablespace"); space && space->is_text())
        sql += " TABLESPACE " + quoted(space->text);
    const Value* where = options.get("postgresql_where");
    if (where && !where->is(Value::Kind::nothing))
        sql += " WHERE " + (where->is(Value::Kind::text) ? where->text : expression(*where));
    return sql;
}

}  // namespace pgfence::extract
