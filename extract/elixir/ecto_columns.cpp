// Columns, their types and defaults, and the keys that they refer with.

#include <algorithm>
#include <array>
#include <utility>

#include "core/stand_in.h"
#include "core/text.h"
#include "extract/elixir/ecto_schema.h"
#include "extract/elixir/elixir.h"
#include "extract/program/sql_writer.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// ecto_to_db: what has no line of its own goes to the database as it is.
constexpr std::array kTypes{std::pair{"id"sv, "integer"sv},
                            std::pair{"identity"sv, "bigint"sv},
                            std::pair{"binary_id"sv, "uuid"sv},
                            std::pair{"string"sv, "varchar"sv},
                            std::pair{"bitstring"sv, "varbit"sv},
                            std::pair{"binary"sv, "bytea"sv},
                            std::pair{"time_usec"sv, "time"sv},
                            std::pair{"utc_datetime"sv, "timestamp"sv},
                            std::pair{"duration"sv, "interval"sv},
                            std::pair{"utc_datetime_usec"sv, "timestamp"sv},
                            std::pair{"naive_datetime"sv, "timestamp"sv},
                            std::pair{"naive_datetime_usec"sv, "timestamp"sv}};

/// The inner type of {:array, inner}.
const Value* array_of(const Value& type) {
    const bool array = type.is(Value::Kind::tuple) && type.items->size() == 2 && type.items->front().text == "array";
    return array ? &type.items->back() : nullptr;
}

std::string json_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        out += c;
    }
    return out + "\"";
}

/// What Jason makes of it; nothing: it is not known.
std::optional<std::string> json(const Value& value) {
    if (value.is(Value::Kind::nothing)) return "null";
    if (value.is(Value::Kind::boolean)) return value.yes ? "true" : "false";
    if (value.is(Value::Kind::number)) return value.text;
    if (value.is_text() && !value.holds_unknown) return json_text(value.text);
    if (!value.items || value.items->cut) return std::nullopt;
    std::string all;
    if (value.is(Value::Kind::list)) {
        for (const Value& item : *value.items) {
            const auto one = json(item);
            if (!one) return std::nullopt;
            all += (all.empty() ? "" : ",") + *one;
        }
        return "[" + all + "]";
    }
    if (!value.is(Value::Kind::dictionary)) return std::nullopt;
    std::vector<std::pair<std::string, std::string>> members;
    for (std::size_t i = 0; i + 1 < value.items->size(); i += 2) {
        const auto one = json((*value.items)[i + 1]);
        if (!one || !(*value.items)[i].is_text()) return std::nullopt;
        members.emplace_back((*value.items)[i].text, *one);
    }
    // A map has no order of its own: its keys come sorted.
    std::sort(members.begin(), members.end());
    for (const auto& [key, one] : members) all += (all.empty() ? "" : ",") + json_text(key) + ":" + one;
    return "{" + all + "}";
}

}  // namespace

std::string EctoSchema::database_type(const Value& type) {
    if (const Value* inner = array_of(type)) return database_type(*inner) + "[]";
    const bool map = type.is(Value::Kind::tuple) && !type.items->empty() && type.items->front().text == "map";
    if (map || (type.is(Value::Kind::symbol) && type.text == "map")) return settings_.map_type;
    if (!type.is(Value::Kind::symbol) || type.holds_unknown) return uncertainty("the type of a column", kUnknownType);
    const auto found =
        std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& one) { return one.first == type.text; });
    return std::string(found == kTypes.end() ? std::string_view(type.text) : found->second);
}

std::string EctoSchema::type_name(const Value& type, const EctoOptions& options) {
    if (const Value* inner = array_of(type)) return type_name(*inner, options) + "[]";
    const auto number = [&](std::string_view name) {
        const Value* value = options.get(name);
        if (!value || value->is(Value::Kind::nothing)) return std::string();
        return value->is(Value::Kind::number) ? value->text : plain(value, "the size of a type");
    };
    const std::string_view name = type.is(Value::Kind::symbol) ? std::string_view(type.text) : std::string_view();
    const std::string sql = database_type(type), precision = number("precision");
    if (name == "time" || name == "utc_datetime" || name == "naive_datetime") return sql + "(0)";
    if (name == "time_usec" || name == "utc_datetime_usec" || name == "naive_datetime_usec")
        return sql + (precision.empty() ? "" : "(" + precision + ")");
    if (name == "duration") {
        const std::string fields =
            options.has("fields") ? " " + plain(options.get("fields"), "the fields of an interval") : "";
        return sql + fields + (precision.empty() ? "" : "(" + precision + ")");
    }
    if (const std::string size = number("size"); !size.empty()) return sql + "(" + size + ")";
    const std::string scale = number("scale");
    if (!precision.empty()) return sql + "(" + precision + "," + (scale.empty() ? "0" : scale) + ")";
    return name == "string" ? sql + "(255)" : sql;
}

std::string EctoSchema::type(const Value& type, const EctoOptions& options) {
    const std::string name = type_name(type, options);
    const Value* generated = options.get("generated");
    if (generated && !generated->is(Value::Kind::nothing))
        return name + " GENERATED " + plain(generated, "how a column is generated");
    if (!type.is(Value::Kind::symbol) || type.text != "identity") return name;
    std::string sequence;
    for (const auto& [option, words] :
         {std::pair{"start_value"sv, "START WITH "}, std::pair{"increment"sv, "INCREMENT BY "}})
        if (const Value* value = options.get(option); value && value->integer().value_or(0) > 0)
            sequence += (sequence.empty() ? "" : " ") + std::string(words) + value->text;
    return name + " GENERATED BY DEFAULT AS IDENTITY" + (sequence.empty() ? "" : "(" + sequence + ") ");
}

std::string EctoSchema::default_value(const Value& value, const Value& type) {
    if (const Value* inner = array_of(type); inner && value.is(Value::Kind::list) && !value.items->cut) {
        std::string items;
        for (const Value& item : *value.items) items += (items.empty() ? "" : ",") + default_value(item, *inner);
        return "ARRAY[" + items + "]::" + database_type(type);
    }
    if (const Call* fragment = made_by(value, "fragment")) return plain(fragment->get(0, ""), "a default");
    if (value.is(Value::Kind::text) && !value.holds_unknown) return literal(value.text);
    if (value.is(Value::Kind::number)) return value.text;
    if (value.is(Value::Kind::boolean)) return value.yes ? "true" : "false";
    const bool map = type.is(Value::Kind::symbol) && type.text == "map";
    if (map && value.is(Value::Kind::dictionary))
        if (const auto text = json(value)) return literal(*text);
    return uncertainty("a default");
}

std::string EctoSchema::default_of(const EctoOptions& options, const Value& type) {
    const Value* value = options.get("default");
    if (!value) return "";
    return " DEFAULT " + (value->is(Value::Kind::nothing) ? "NULL" : default_value(*value, type));
}

std::string EctoSchema::column_options(const EctoOptions& options, const Value& type) {
    std::string sql = default_of(options, type);
    const Value* null = options.get("null");
    if (null && !truth_of(*null)) uncertainty("whether a column takes nulls");
    if (null && null->is(Value::Kind::boolean)) sql += null->yes ? " NULL" : " NOT NULL";
    if (const Value* collation = options.get("collation"))
        sql += " COLLATE \"" + plain(collation, "a collation") + "\"";
    return sql;
}

std::string EctoSchema::definition(const Table& table, const Column& column, std::string_view in_front,
                                   std::string_view before_key) {
    const std::string begin = std::string(in_front) + quoted(column.name) + " ";
    const Call* references = made_by(column.type, "references");
    if (!references) return begin + type(column.type, column.options) + column_options(column.options, column.type);
    const Value of_key = reference_type(reference_options(column.type));
    if (settings_.key_in_column) {
        std::string key = reference(table, column.name, column.type);
        constexpr std::string_view kTable = " FOREIGN KEY (", kReferences = ") REFERENCES ";
        const auto from = key.find(kTable), to = key.find(kReferences);
        if (from != key.npos && to != key.npos) key.replace(from, to + 1 - from, "");
        return begin + type_of_reference(of_key, column.options) + column_options(column.options, of_key) + " " + key;
    }
    return begin + type_of_reference(of_key, column.options) + column_options(column.options, of_key) +
           std::string(before_key) + reference(table, column.name, column.type);
}

std::string EctoSchema::change(const Table& table, const Column& column) {
    using Change = Column::Change;
    switch (column.change) {
        case Change::add: return definition(table, column, "ADD COLUMN ", ", ADD ");
        case Change::add_if_not_exists: return definition(table, column, "ADD COLUMN IF NOT EXISTS ", ", ADD ");
        case Change::modify: return modification(table, column);
        case Change::remove:
        case Change::remove_if_exists: break;
    }
    const std::string exists = column.change == Change::remove_if_exists ? "IF EXISTS " : "";
    const std::string drops = "DROP COLUMN " + exists + quoted(column.name);
    if (!column.typed || !made_by(column.type, "references")) {
        // It may be a reference, whose constraint goes first.
        if (column.typed) type(column.type, column.options);
        return drops;
    }
    return "DROP CONSTRAINT " + exists + reference_name(table, column.name, column.type) + ", " + drops;
}

std::string EctoSchema::modification(const Table& table, const Column& column) {
    std::string sql;
    const Value* from = column.options.get("from");
    if (from) {
        const Value& before = from->is(Value::Kind::tuple) && !from->items->empty() ? from->items->front() : *from;
        if (made_by(before, "references"))
            sql = "DROP CONSTRAINT " + reference_name(table, column.name, before) + ", ";
        else if (!before.is(Value::Kind::symbol) && !before.is(Value::Kind::tuple))
            uncertainty("what a column was before");
    }
    const std::string alter = "ALTER COLUMN " + quoted(column.name);
    const bool refers = made_by(column.type, "references") != nullptr;
    const Value its_type = refers ? reference_type(reference_options(column.type)) : column.type;
    sql += alter + " TYPE " + (refers ? type_of_reference(its_type, column.options) : type(its_type, column.options));
    if (refers) sql += ", ADD " + reference(table, column.name, column.type);
    const Value* null = column.options.get("null");
    if (null && !truth_of(*null)) uncertainty("whether a column takes nulls");
    if (null && null->is(Value::Kind::boolean)) sql += ", " + alter + (null->yes ? " DROP NOT NULL" : " SET NOT NULL");
    if (const std::string value = default_of(column.options, its_type); !value.empty())
        sql += ", " + alter + " SET" + value;
    if (const Value* collation = column.options.get("collation"))
        sql += " COLLATE \"" + plain(collation, "a collation") + "\"";
    return sql;
}

EctoOptions EctoSchema::reference_options(const Value& reference) {
    EctoOptions options;
    const Value* key = settings_.get("migration_primary_key");
    if (key && key->is(Value::Kind::dictionary)) {
        const EctoOptions of_keys(*key);
        if (const Value* type = of_keys.get("type")) options.set("type", *type);
    } else if (key && !key->is(Value::Kind::boolean)) {
        uncertainty("the type of a foreign key");
    }
    if (const Value* set = settings_.get("migration_foreign_key")) options.merge(EctoOptions(*set));
    options.merge(EctoOptions(*reference.call, 1));
    if (options.unknown()) uncertainty("the options of a foreign key");
    return options;
}

Value EctoSchema::reference_type(const EctoOptions& reference) {
    const Value* type = reference.get("type");
    return type ? *type : symbol_value("bigserial");
}

// reference_column_type: a column that refers to a numbered one is not numbered itself, and takes no size.
std::string EctoSchema::type_of_reference(const Value& of_key, const EctoOptions& options) {
    const std::string_view name = of_key.is(Value::Kind::symbol) ? std::string_view(of_key.text) : std::string_view();
    if (name == "serial") return "integer";
    return name == "bigserial" || name == "identity" ? "bigint" : type(of_key, options);
}

std::string EctoSchema::reference_name(const Table& table, const std::string& column, const Value& reference) {
    const EctoOptions options = reference_options(reference);
    const Value* name = options.get("name");
    const bool named = name && !name->is(Value::Kind::nothing);
    return quoted(named ? plain(name, "the name of a foreign key") : table.name.name + "_" + column + "_fkey");
}

std::string EctoSchema::reference(const Table& table, const std::string& column, const Value& reference) {
    const EctoOptions options = reference_options(reference);
    std::string own = quoted(column), theirs;
    const Value* key = options.get("column");
    theirs = quoted(key ? plain(key, "the column of a foreign key") : "id");
    if (const Value* with = options.get("with")) {
        const auto pairs = items_of(*with);
        if (!pairs) uncertainty("the columns of a foreign key");
        for (const Value& pair : pairs.value_or(std::vector<Value>{})) {
            if (!pair.is(Value::Kind::tuple) || pair.items->size() != 2) {
                uncertainty("the columns of a foreign key");
                continue;
            }
            own += "," + quoted(plain(&pair.items->front(), "the columns of a foreign key"));
            theirs += "," + quoted(plain(&pair.items->back(), "the columns of a foreign key"));
        }
    }
    Name to{table.name.prefix, plain(reference.call->get(0, ""), "the table of a foreign key")};
    const EctoOptions written(*reference.call, 1);
    if (const Value* prefix = written.get("prefix"))
        to.prefix = prefix->is(Value::Kind::nothing) ? "" : schema_name(*prefix);
    std::string sql = "CONSTRAINT " + reference_name(table, column, reference) + " FOREIGN KEY (" + own +
                      ") REFERENCES " + to.sql() + "(" + theirs + ")";
    if (const Value* match = options.get("match"); match && !match->is(Value::Kind::nothing))
        sql += " MATCH " + upper_case(plain(match, "how a foreign key matches"));
    const Value* validate = options.get("validate");
    if (validate && !truth_of(*validate)) uncertainty("whether a foreign key is validated");
    return sql + on_delete(options) + on_update(options) + (options.is_false("validate") ? " NOT VALID" : "");
}

std::string EctoSchema::on_delete(const EctoOptions& reference) {
    const Value* action = reference.get("on_delete");
    if (!action) return "";
    const bool some = action->is(Value::Kind::tuple) && action->items->size() == 2;
    const std::string name = some ? action->items->front().text : plain(action, "what deleting does");
    std::string columns;
    if (some)
        for (const Value& column : names(&action->items->back()))
            columns += (columns.empty() ? "" : ",") + quoted(plain(&column, "the columns of a foreign key"));
    if (some) columns = " (" + columns + ")";
    if (name == "nilify_all" || (some && name == "nilify")) return " ON DELETE SET NULL" + columns;
    if (name == "default_all" || (some && name == "default")) return " ON DELETE SET DEFAULT" + columns;
    if (name == "delete_all") return " ON DELETE CASCADE";
    if (name == "restrict") return " ON DELETE RESTRICT";
    if (name != "nothing") uncertainty("what deleting does");
    return "";
}

std::string EctoSchema::on_update(const EctoOptions& reference) {
    const Value* action = reference.get("on_update");
    if (!action) return "";
    const std::string name = plain(action, "what updating does");
    if (name == "nilify_all") return " ON UPDATE SET NULL";
    if (name == "update_all") return " ON UPDATE CASCADE";
    if (name == "restrict") return " ON UPDATE RESTRICT";
    if (name != "nothing") uncertainty("what updating does");
    return "";
}

}  // namespace pgfence::extract
