#include "extract/ruby/rails_schema.h"

#include <algorithm>
#include <array>

#include "core/stand_in.h"
#include "core/text.h"
#include "extract/program/sql_writer.h"
#include "extract/ruby/rails_names.h"
#include "extract/ruby/ruby_json.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

struct NativeType {
    std::string_view name, sql;
};
// clang-format off
constexpr std::array kTypes{
    NativeType{"string", "character varying"}, NativeType{"text", "text"}, NativeType{"integer", "integer"},
    NativeType{"bigint", "bigint"}, NativeType{"smallint", "smallint"}, NativeType{"float", "float"},
    NativeType{"decimal", "decimal"}, NativeType{"numeric", "numeric"}, NativeType{"datetime", "timestamp"},
    NativeType{"timestamp", "timestamp"}, NativeType{"timestamptz", "timestamptz"}, NativeType{"time", "time"},
    NativeType{"date", "date"}, NativeType{"binary", "bytea"}, NativeType{"blob", "bytea"}, NativeType{"boolean", "boolean"},
    NativeType{"xml", "xml"}, NativeType{"tsvector", "tsvector"}, NativeType{"hstore", "hstore"}, NativeType{"inet", "inet"},
    NativeType{"cidr", "cidr"}, NativeType{"macaddr", "macaddr"}, NativeType{"uuid", "uuid"}, NativeType{"json", "json"},
    NativeType{"jsonb", "jsonb"}, NativeType{"ltree", "ltree"}, NativeType{"citext", "citext"}, NativeType{"point", "point"},
    NativeType{"line", "line"}, NativeType{"lseg", "lseg"}, NativeType{"box", "box"}, NativeType{"path", "path"},
    NativeType{"polygon", "polygon"}, NativeType{"circle", "circle"}, NativeType{"bit", "bit"},
    NativeType{"bit_varying", "bit varying"}, NativeType{"money", "money"}, NativeType{"interval", "interval"},
    NativeType{"oid", "oid"}, NativeType{"daterange", "daterange"}, NativeType{"numrange", "numrange"},
    NativeType{"tsrange", "tsrange"}, NativeType{"tstzrange", "tstzrange"}, NativeType{"int4range", "int4range"},
    NativeType{"int8range", "int8range"}, NativeType{"serial", "serial"}, NativeType{"bigserial", "bigserial"},
    NativeType{"primary_key", "bigserial primary key"}, NativeType{"enum", ""}, NativeType{"virtual", ""},
    NativeType{"double", "double precision"}, NativeType{"geometry", "geometry"}, NativeType{"geography", "geography"},
    NativeType{"st_point", "geometry"},
};
// clang-format on

bool is_word(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_letter_or_digit(c) || c == '_'; });
}

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789.-") == std::string_view::npos;
}

std::string_view action_sql(std::string_view action) {
    if (action == "nullify") return "SET NULL";
    if (action == "cascade") return "CASCADE";
    if (action == "restrict") return "RESTRICT";
    return "";
}

}  // namespace

Options::Options(const Value* dictionary) {
    if (!dictionary || !dictionary->is(Value::Kind::dictionary)) return;
    for (std::size_t i = 0; i + 1 < dictionary->items->size(); i += 2)
        named_.emplace_back((*dictionary->items)[i].text, (*dictionary->items)[i + 1]);
}

const Value* Options::get(std::string_view key) const {
    for (auto named = named_.rbegin(); named != named_.rend(); ++named)
        if (named->first == key) return &named->second;
    return nullptr;
}
bool Options::is_true(std::string_view key) const {
    const Value* value = get(key);
    return value && value->truth().value_or(false);
}
bool Options::is_false(std::string_view key) const {
    const Value* value = get(key);
    return value && value->is(Value::Kind::boolean) && !value->yes;
}
std::string Options::text(std::string_view key) const {
    const Value* value = get(key);
    return value && (value->is_text() || value->is(Value::Kind::number)) ? value->text : std::string();
}
void Options::set_default(std::string key, Value value) {
    if (!has(key)) set(std::move(key), std::move(value));
}
void Options::remove(std::string_view key) {
    std::erase_if(named_, [&](const auto& named) { return named.first == key; });
}

std::string RailsSchema::uncertainty(std::string what, std::string_view stand_in) {
    uncertainties_.push_back(std::move(what));
    return std::string(stand_in);
}

std::string RailsSchema::plain(const Value* value) {
    if (value && value->is_text() && !value->holds_unknown) return value->text;
    if (value && value->is(Value::Kind::path) && value->text.find('(') == std::string::npos)
        return uncertainty("the name " + value->text);
    return uncertainty("a name");
}

std::string RailsSchema::table(std::string_view name) const {
    const auto dot = name.find('.');
    if (dot == std::string_view::npos) return quoted(name);
    return quoted(name.substr(0, dot)) + "." + quoted(name.substr(dot + 1));
}

std::vector<std::string> RailsSchema::names(const Value* value) {
    std::vector<std::string> all;
    if (value && value->is(Value::Kind::list)) {
        for (const Value& item : *value->items) all.push_back(plain(&item));
    } else {
        all.push_back(plain(value));
    }
    return all;
}

bool RailsSchema::is_column_type(std::string_view method) {
    return std::any_of(kTypes.begin(), kTypes.end(), [&](const NativeType& type) { return type.name == method; });
}

std::string RailsSchema::type(std::string_view type, const Options& options) {
    std::string sql;
    const std::string limit = options.text("limit");
    const std::string precision = options.text("precision");
    const std::string scale = options.text("scale");
    if (type == "enum") {
        const Value* name = options.has("enum_type") ? options.get("enum_type") : options.get("enum_name");
        sql = name && name->is_text() ? table(name->text) : uncertainty("the type of an enum column", kUnknownType);
    } else if (type == "virtual") {
        sql = this->type(options.text("type"), Options());
    } else if (type == "integer") {
        const bool small = limit == "1" || limit == "2";
        sql = small ? "smallint" : limit >= "5" && limit <= "8" ? "bigint" : "integer";
    } else {
        const auto found =
            std::find_if(kTypes.begin(), kTypes.end(), [&](const NativeType& one) { return one.name == type; });
        sql = found == kTypes.end() ? std::string(type) : std::string(found->sql);
        const bool with_limit = type == "string" || type == "float" || type == "bit" || type == "bit_varying";
        if (with_limit && !limit.empty()) sql += "(" + limit + ")";
        const bool exact = type == "decimal" || type == "numeric";
        if (exact && !precision.empty()) sql += "(" + precision + (scale.empty() ? "" : "," + scale) + ")";
        const bool of_time =
            type == "datetime" || type == "timestamp" || type == "timestamptz" || type == "time" || type == "interval";
        if (of_time && !precision.empty()) sql += "(" + precision + ")";
    }
    if (options.is_true("array")) sql += "[]";
    return sql;
}

std::string RailsSchema::default_value(const Value& value, std::string_view type, const Options& options) {
    if (value.is(Value::Kind::nothing)) return "NULL";
    if (value.is(Value::Kind::code)) {
        const Value sql = run_(value);
        return sql.is(Value::Kind::text) && !sql.holds_unknown ? sql.text : uncertainty("a default");
    }
    if (options.is_true("array") && value.items)
        return literal("{" + json_of(value).substr(1, json_of(value).size() - 2) + "}");
    if (value.items) return literal(json_of(value));
    if (value.is(Value::Kind::boolean)) return value.yes ? "TRUE" : "FALSE";
    const bool textual = type == "string" || type == "text" || type == "citext" || type == "uuid" || type == "enum";
    if (value.is(Value::Kind::number)) return textual ? literal(value.text) : value.text;
    if (!value.is_text() || value.holds_unknown) return uncertainty("a default");
    if (type == "boolean") return value.text == "t" || value.text == "true" || value.text == "1" ? "TRUE" : "FALSE";
    const bool numeric =
        type == "integer" || type == "bigint" || type == "float" || type == "decimal" || type == "numeric";
    return numeric && is_number(value.text) ? value.text : literal(value.text);
}

std::string RailsSchema::column(std::string_view name, std::string_view type, Options options) {
    // Precision 6 by default since 7.0.
    if (version_ >= 70 && (type == "datetime" || type == "timestamp" || type == "timestamptz"))
        options.set_default("precision", number_value("6"));
    std::string sql = quoted(name) + " " + this->type(type, options);
    if (type == "primary_key") return sql;
    if (const std::string collation = options.text("collation"); !collation.empty())
        sql += " COLLATE " + quoted(collation);
    if (type == "virtual") {
        sql += " GENERATED ALWAYS AS (" + options.text("as") + ") STORED";
        return sql;
    }
    const Value* fallback = options.get("default");
    const bool nothing = fallback && fallback->is(Value::Kind::nothing) && options.is_false("null");
    if (fallback && !nothing) sql += " DEFAULT " + default_value(*fallback, type, options);
    if (options.is_false("null")) sql += " NOT NULL";
    if (options.is_true("primary_key")) sql += " PRIMARY KEY";
    return sql;
}

std::string RailsSchema::index_name(std::string_view table, const Value& columns) {
    if (columns.is_text() && !is_word(columns.text)) {
        // The words of an expression: column_names.scan(/\w+/).join("_")
        std::string words, word;
        for (const char c : columns.text + " ") {
            if (is_word(std::string_view(&c, 1))) {
                word += c;
            } else if (!word.empty()) {
                words += (words.empty() ? "" : "_") + word;
                word.clear();
            }
        }
        return rails_index_name(table, {words}, version_);
    }
    return rails_index_name(table, names(&columns), version_);
}

RailsSchema::Index RailsSchema::index(std::string_view table_name, const Value& columns, const Options& options) {
    const Value* given = options.get("name");
    Index index;
    index.name = given ? plain(given) : index_name(table_name, columns);
    index.sql = std::string("CREATE ") + (options.is_true("unique") ? "UNIQUE " : "") + "INDEX " +
                (options.text("algorithm") == "concurrently" ? "CONCURRENTLY " : "") +
                (options.is_true("if_not_exists") ? "IF NOT EXISTS " : "") + quoted(index.name) + " ON " +
                table(table_name);
    if (const std::string method = options.text("using"); !method.empty()) index.sql += " USING " + method;
    const auto of_column = [&](std::string_view option, const std::string& column) {
        const Value* value = options.get(option);
        if (value && value->is_text()) return " " + value->text;
        const Value* own = value ? value->get(column) : nullptr;
        return own && own->is_text() ? " " + own->text : std::string();
    };
    index.sql += " (";
    if (columns.is_text() && !is_word(columns.text)) {
        index.sql += columns.holds_unknown ? uncertainty("the columns of an index") : columns.text;
    } else {
        bool first = true;
        for (const std::string& column : names(&columns))
            index.sql += (std::exchange(first, false) ? "" : ", ") + (is_word(column) ? quoted(column) : column) +
                         of_column("opclass", column) + of_column("order", column);
    }
    index.sql += ")";
    if (options.has("include")) {
        std::string included;
        for (const std::string& column : names(options.get("include")))
            included += (included.empty() ? "" : ", ") + quoted(column);
        index.sql += " INCLUDE (" + included + ")";
    }
    if (options.is_true("nulls_not_distinct")) index.sql += " NULLS NOT DISTINCT";
    if (const Value* where = options.get("where"); where && !where->is(Value::Kind::nothing))
        index.sql += " WHERE " + (where->is_text() && !where->holds_unknown ? where->text
                                                                            : uncertainty("the condition of an index"));
    return index;
}

std::string RailsSchema::foreign_key_name(std::string_view from, const Value* to, const Options& options) {
    if (const Value* name = options.get("name")) return plain(name);
    std::string columns;
    if (const Value* column = options.get("column")) {
        for (const std::string& one : names(column)) columns += (columns.empty() ? "" : "_") + one;
    } else {
        const Value* table_option = options.has("to_table") ? options.get("to_table") : to;
        columns = singularize(plain(table_option)) + "_id";
    }
    return rails_foreign_key_name(from, columns);
}

std::string RailsSchema::foreign_key(std::string_view from, std::string_view to, const Options& options) {
    const Value target = text_value(std::string(to));
    const auto list = [&](const Value* value, const std::string& fallback) {
        std::string all;
        if (!value) return quoted(fallback);
        for (const std::string& one : names(value)) all += (all.empty() ? "" : ", ") + quoted(one);
        return all;
    };
    std::string sql = "CONSTRAINT " + quoted(foreign_key_name(from, &target, options)) + " FOREIGN KEY (" +
                      list(options.get("column"), singularize(to.substr(to.rfind('.') + 1)) + "_id") + ") REFERENCES " +
                      table(to) + " (" + list(options.get("primary_key"), "id") + ")";
    if (const auto action = action_sql(options.text("on_delete")); !action.empty())
        sql += " ON DELETE " + std::string(action);
    if (const auto action = action_sql(options.text("on_update")); !action.empty())
        sql += " ON UPDATE " + std::string(action);
    if (options.is_true("deferrable")) {
        const std::string mode = options.text("deferrable");
        sql += " DEFERRABLE" + (mode == "deferred"    ? std::string(" INITIALLY DEFERRED")
                                : mode == "immediate" ? " INITIALLY IMMEDIATE"
                                                      : "");
    }
    return sql;
}

std::string RailsSchema::check_name(std::string_view table_name, std::string_view expression, const Options& options) {
    if (const Value* name = options.get("name")) return plain(name);
    return rails_constraint_name("chk_rails_", table_name, expression, "chk");
}

std::string RailsSchema::check(std::string_view table_name, std::string_view expression, const Options& options) {
    return "CONSTRAINT " + quoted(check_name(table_name, expression, options)) + " CHECK (" + std::string(expression) +
           ")";
}

RailsSchema::Reference RailsSchema::reference(std::string_view table_name, std::string_view name,
                                              const Options& options) {
    Reference found;
    Options column = options;
    for (const std::string_view other : {"polymorphic", "index", "foreign_key", "type"}) column.remove(other);
    const std::string type = options.has("type") ? plain(options.get("type")) : version_ < 51 ? "integer" : "bigint";
    const std::string id = std::string(name) + "_id";
    const Value* polymorphic = options.get("polymorphic");
    const bool several = polymorphic && polymorphic->truth().value_or(false);
    if (several) {
        Options kind(polymorphic);
        if (const Value* null = options.get("null")) kind.set("null", *null);
        found.columns.emplace_back(std::string(name) + "_type",
                                   this->column(std::string(name) + "_type", "string", kind));
    }
    found.columns.emplace_back(id, this->column(id, type, column));
    const Value* index = options.get("index");
    const bool indexed = index ? index->truth().value_or(true) : version_ >= 50;
    if (indexed) {
        found.index = Options(index);
        found.index_columns = several ? std::vector<std::string>{std::string(name) + "_type", id} : std::vector{id};
        // Since 6.1 the pair has the name of the reference.
        if (several && version_ >= 61)
            found.index->set_default("name", text_value(rails_index_name(table_name, {std::string(name)}, version_)));
    }
    const Value* key = options.get("foreign_key");
    if (key && key->truth().value_or(true)) {
        found.foreign_key = Options(key);
        found.foreign_key->set_default("column", symbol_value(id));
        found.to = found.foreign_key->has("to_table") ? plain(found.foreign_key->get("to_table")) : pluralize(name);
    }
    return found;
}

std::vector<std::pair<std::string, std::string>> RailsSchema::timestamps(Options options) {
    options.set_default("null", boolean_value(version_ < 50));
    if (version_ >= 60) options.set_default("precision", number_value("6"));
    return {{"created_at", column("created_at", "datetime", options)},
            {"updated_at", column("updated_at", "datetime", options)}};
}

}  // namespace pgfence::extract
