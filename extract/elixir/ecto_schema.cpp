// Tables, indexes and constraints.

#include "extract/elixir/ecto_schema.h"

#include <algorithm>

#include "core/sql_scanner.h"
#include "core/text.h"
#include "extract/elixir/elixir.h"
#include "extract/program/sql_writer.h"

namespace pgfence::extract {

const Call* made_by(const Value& value, std::string_view name) {
    return value.call && value.is(Value::Kind::path) && value.call->path == name ? value.call.get() : nullptr;
}

std::string EctoSchema::Name::sql() const { return (prefix.empty() ? "" : quoted(prefix) + ".") + quoted(name); }

std::string EctoSchema::uncertainty(std::string what, std::string_view stand_in) {
    if (std::find(uncertainties_.begin(), uncertainties_.end(), what) == uncertainties_.end())
        uncertainties_.push_back(std::move(what));
    return std::string(stand_in);
}

std::string EctoSchema::plain(const Value* value, std::string_view what) {
    if (!value || !value->is_text() || value->text.empty()) return uncertainty(std::string(what));
    if (value->holds_unknown) uncertainty(std::string(what));
    return value->text;
}

std::string EctoSchema::schema_name(const Value& prefix) {
    const auto setting = setting_in_elixir(prefix);
    if (!setting) return plain(&prefix, "a prefix");
    placeholders_.push_back(named_placeholder(*setting));
    return placeholders_.back().name;
}

void EctoSchema::add_placeholders(Value& statement) const {
    for (const NamedPlaceholder& placeholder : placeholders_)
        if (contains(statement.text, placeholder.name)) add_placeholder(statement, placeholder);
}

EctoSchema::Name EctoSchema::name_in(const Value* name, const EctoOptions& options) {
    if (options.unknown()) uncertainty("options");
    Name found{"", plain(name, "the name of a table")};
    const Value* prefix = options.get("prefix");
    if (!prefix || prefix->is(Value::Kind::nothing)) prefix = settings_.get("migration_default_prefix");
    if (prefix && !prefix->is(Value::Kind::nothing)) found.prefix = schema_name(*prefix);
    return found;
}

EctoSchema::Table EctoSchema::table(const Value& value) {
    const Call* call = made_by(value, "table");
    if (!call) return {{"", uncertainty("a table")}, {}};
    const EctoOptions options(*call, 1);
    return {name_in(call->get(0, ""), options), options};
}

std::optional<EctoSchema::Column> EctoSchema::primary_key(const Table& table) {
    const Value* key = table.options.get("primary_key");
    if (!key || (key->is(Value::Kind::boolean) && key->yes)) {
        key = settings_.get("migration_primary_key");
        if (!key) key = nullptr;
    }
    if (key && key->is(Value::Kind::boolean) && !key->yes) return std::nullopt;
    Column column;
    if (key) {
        column.options = EctoOptions(*key);
        if (column.options.unknown()) uncertainty("the primary key's options");
    }
    column.options.set("primary_key", boolean_value(true));
    const Value* name = column.options.get("name");
    const Value* type = column.options.get("type");
    column.name = name ? plain(name, "the name of a primary key") : "id";
    column.type = type ? *type : symbol_value("bigserial");
    column.options.remove("name");
    column.options.remove("type");
    return column;
}

std::vector<EctoSchema::Column> EctoSchema::timestamps(EctoOptions given) {
    EctoOptions options;
    if (const Value* set = settings_.get("migration_timestamps")) options = EctoOptions(*set);
    options.merge(given);
    if (options.unknown()) uncertainty("the options of timestamps");
    options.set_default("null", boolean_value(false));
    const Value* written = options.get("type");
    const Value type = written ? *written : symbol_value("naive_datetime");
    std::vector<Column> columns;
    for (const char* name : {"inserted_at", "updated_at"}) {
        if (options.is_false(name)) continue;
        Column column;
        const Value* renamed = options.get(name);
        column.name = renamed ? plain(renamed, "the name of a column") : name;
        column.type = type;
        column.options = options;
        for (const char* own : {"type", "inserted_at", "updated_at"}) column.options.remove(own);
        columns.push_back(std::move(column));
    }
    return columns;
}

EctoSchema::Column EctoSchema::column(Column::Change change, const Call& call) {
    Column column;
    column.change = change;
    column.name = plain(call.get(0, ""), "the name of a column");
    const Value* type = call.get(1, "");
    column.typed = type != nullptr;
    if (type) column.type = *type;
    column.options = EctoOptions(call, 2);
    if (column.options.unknown()) uncertainty("the options of a column");
    return column;
}

std::string EctoSchema::primary_keys(const std::vector<Column>& columns, std::string_view in_front) {
    std::string keys;
    for (const Column& column : columns) {
        using Change = Column::Change;
        // What Ecto matches: an action with a name, a type and options.
        const bool counts = column.change != Change::remove && column.change != Change::remove_if_exists;
        const Value* key = column.options.get("primary_key");
        if (!counts || !key) continue;
        const auto is_key = truth_of(*key);
        if (!is_key) uncertainty("whether a column is of the primary key");
        if (is_key == true) keys += (keys.empty() ? "" : ",") + quoted(column.name);
    }
    return keys.empty() ? "" : std::string(in_front) + "PRIMARY KEY (" + keys + ")";
}

std::string EctoSchema::create_table(const Table& table, const std::vector<Column>& columns, bool if_not_exists) {
    std::string body;
    for (const Column& column : columns) body += (body.empty() ? "" : ", ") + definition(table, column, "", ", ");
    const std::string modifiers =
        table.options.has("modifiers") ? plain(table.options.get("modifiers"), "modifiers") + " " : "";
    std::string sql = "CREATE " + modifiers + "TABLE " + (if_not_exists ? "IF NOT EXISTS " : "") + table.name.sql() +
                      " (" + body + primary_keys(columns, ", ") + ")";
    const Value* options = table.options.get("options");
    if (options && !options->is(Value::Kind::nothing)) sql += " " + plain(options, "the options of a table");
    return sql;
}

std::string EctoSchema::alter_table(const Table& table, const std::vector<Column>& columns) {
    std::string changes;
    for (const Column& column : columns) changes += (changes.empty() ? "" : ", ") + change(table, column);
    return "ALTER TABLE " + table.name.sql() + " " + changes + primary_keys(columns, ", ADD ");
}

std::vector<std::string> EctoSchema::comments(const std::string& object, const EctoOptions& options) {
    const Value* comment = options.get("comment");
    if (!comment || comment->is(Value::Kind::nothing)) return {};
    return {"COMMENT ON " + object + " IS " + literal(plain(comment, "a comment"))};
}

std::vector<std::string> EctoSchema::comments_of_columns(const Table& table, const std::vector<Column>& columns) {
    std::vector<std::string> all;
    for (const Column& column : columns) {
        if (column.change == Column::Change::remove || column.change == Column::Change::remove_if_exists) continue;
        for (std::string& one : comments("COLUMN " + table.name.sql() + "." + quoted(column.name), column.options))
            all.push_back(std::move(one));
    }
    return all;
}

std::vector<Value> EctoSchema::names(const Value* value) {
    if (value && value->is_text()) return {*value};
    const auto items = value ? items_of(*value) : std::nullopt;
    if (!items) return {text_value(uncertainty("the columns of an index"))};
    return *items;
}

namespace {

/// The words of Ecto's name of an index.
std::string in_name(std::string_view text) {
    std::string name;
    for (const char c : text) name += continues_name(c) && c != '$' && static_cast<unsigned char>(c) < 0x80 ? c : '_';
    while (name.ends_with('_')) name.pop_back();
    return name;
}

std::string_view order_of(std::string_view direction) {
    if (direction == "asc") return " ASC";
    if (direction == "asc_nulls_first") return " ASC NULLS FIRST";
    if (direction == "asc_nulls_last") return " ASC NULLS LAST";
    if (direction == "desc") return " DESC";
    if (direction == "desc_nulls_first") return " DESC NULLS FIRST";
    if (direction == "desc_nulls_last") return " DESC NULLS LAST";
    return {};
}

const Call* index_call(const Value& value) {
    const Call* index = made_by(value, "index");
    return index ? index : made_by(value, "unique_index");
}

}  // namespace

EctoOptions EctoSchema::options_of(const Value& value) {
    const Call* call = index_call(value);
    if (!call) call = made_by(value, "constraint");
    return call ? EctoOptions(*call, 2) : EctoOptions();
}

EctoSchema::Name EctoSchema::table_of(const Value& value) {
    return name_in(value.call ? value.call->get(0, "") : nullptr, options_of(value));
}

EctoSchema::Name EctoSchema::index_name(const Value& index) {
    const EctoOptions options = options_of(index);
    Name name = table_of(index);
    const Value* given = options.get("name");
    if (given && !given->is(Value::Kind::nothing)) {
        name.name = plain(given, "the name of an index");
        return name;
    }
    std::string all = in_name(name.name);
    for (const Value& column : names(index.call->get(1, ""))) {
        const Value& last = column.is(Value::Kind::tuple) && !column.items->empty() ? column.items->back() : column;
        all += "_" + in_name(plain(&last, "the columns of an index"));
    }
    name.name = all + "_index";
    return name;
}

std::string EctoSchema::flag(const EctoOptions& options, std::string_view name, std::string_view sql) {
    const Value* value = options.get(name);
    const auto set = value ? truth_of(*value) : false;
    if (!set) uncertainty("whether an index is " + std::string(name));
    return std::string(set == true ? sql : "");
}

std::string EctoSchema::create_index(const Value& index, bool if_not_exists) {
    EctoOptions options = options_of(index);
    if (made_by(index, "unique_index")) options.set("unique", boolean_value(true));
    std::string columns, included;
    for (const Value& column : names(index.call->get(1, ""))) {
        std::string one;
        const bool ordered = column.is(Value::Kind::tuple) && column.items->size() == 2;
        const Value& what = ordered ? column.items->back() : column;
        const std::string_view order = ordered ? order_of(column.items->front().text) : "";
        if (ordered && order.empty()) uncertainty("the order of an index");
        one = what.is(Value::Kind::symbol) ? quoted(what.text) : plain(&what, "the columns of an index");
        columns += (columns.empty() ? "" : ", ") + one.append(order);
    }
    if (const Value* include = options.get("include"); include && !include->is(Value::Kind::nothing))
        for (const Value& column : names(include))
            included +=
                (included.empty() ? "" : ", ") +
                (column.is(Value::Kind::symbol) ? quoted(column.text) : plain(&column, "the columns of an index"));
    std::string sql = "CREATE " + flag(options, "unique", "UNIQUE ") + "INDEX " +
                      flag(options, "concurrently", "CONCURRENTLY ") + (if_not_exists ? "IF NOT EXISTS " : "") +
                      quoted(index_name(index).name) + " ON " + flag(options, "only", "ONLY ") + table_of(index).sql();
    const auto has = [&](std::string_view name) {
        const Value* value = options.get(name);
        return value && !value->is(Value::Kind::nothing) && !(value->is(Value::Kind::boolean) && !value->yes);
    };
    if (has("using")) sql += " USING " + plain(options.get("using"), "the method of an index");
    sql += " (" + columns + ")";
    if (!included.empty()) sql += " INCLUDE (" + included + ")";
    if (const Value* distinct = options.get("nulls_distinct"); distinct && !distinct->is(Value::Kind::nothing)) {
        if (!truth_of(*distinct)) uncertainty("whether nulls are distinct");
        sql += truth_of(*distinct).value_or(true) ? " NULLS DISTINCT" : " NULLS NOT DISTINCT";
    }
    if (has("options")) sql += " WITH (" + plain(options.get("options"), "the options of an index") + ")";
    if (has("where")) sql += " WHERE " + plain(options.get("where"), "the condition of an index");
    return sql;
}

std::string EctoSchema::create_constraint(const Value& constraint) {
    const EctoOptions options = options_of(constraint);
    const Value* validate = options.get("validate");
    if (validate && !truth_of(*validate)) uncertainty("whether a constraint is validated");
    const bool excludes = options.has("exclude");
    if (!excludes && !options.has("check")) uncertainty("the condition of a constraint");
    return "ALTER TABLE " + table_of(constraint).sql() + " ADD CONSTRAINT " +
           quoted(plain(constraint.call->get(1, ""), "the name of a constraint")) +
           (excludes ? " EXCLUDE USING " + plain(options.get("exclude"), "what a constraint excludes")
                     : " CHECK (" + plain(options.get("check"), "the condition of a constraint") + ")") +
           (options.is_false("validate") ? " NOT VALID" : "");
}

}  // namespace pgfence::extract
