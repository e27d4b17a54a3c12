#include "extract/python/sqlalchemy.h"

#include <algorithm>
#include <array>

#include "core/stand_in.h"
#include "core/text.h"
#include "extract/program/sql_writer.h"
#include "extract/python/package_types.h"
#include "extract/python/python.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// Types around each other.
constexpr int kMostDecorations = 8;

struct PlainType {
    std::string_view name, sql;
};
// clang-format off
constexpr std::array kPlainTypes{
    PlainType{"Integer", "INTEGER"}, PlainType{"INTEGER", "INTEGER"}, PlainType{"INT", "INTEGER"},
    PlainType{"SmallInteger", "SMALLINT"}, PlainType{"SMALLINT", "SMALLINT"},
    PlainType{"BigInteger", "BIGINT"}, PlainType{"BIGINT", "BIGINT"},
    PlainType{"Text", "TEXT"}, PlainType{"UnicodeText", "TEXT"}, PlainType{"TEXT", "TEXT"}, PlainType{"CLOB", "TEXT"},
    PlainType{"Boolean", "BOOLEAN"}, PlainType{"BOOLEAN", "BOOLEAN"},
    PlainType{"Date", "DATE"}, PlainType{"DATE", "DATE"},
    PlainType{"Interval", "INTERVAL"}, PlainType{"INTERVAL", "INTERVAL"},
    PlainType{"REAL", "REAL"}, PlainType{"DOUBLE_PRECISION", "DOUBLE PRECISION"}, PlainType{"Double", "DOUBLE PRECISION"},
    PlainType{"LargeBinary", "BYTEA"}, PlainType{"Binary", "BYTEA"}, PlainType{"BYTEA", "BYTEA"}, PlainType{"PickleType", "BYTEA"},
    PlainType{"JSON", "JSON"}, PlainType{"JSONB", "JSONB"}, PlainType{"HSTORE", "HSTORE"},
    PlainType{"UUID", "UUID"}, PlainType{"Uuid", "UUID"}, PlainType{"UUIDType", "UUID"},
    PlainType{"INET", "INET"}, PlainType{"CIDR", "CIDR"}, PlainType{"MACADDR", "MACADDR"}, PlainType{"MACADDR8", "MACADDR8"},
    PlainType{"MONEY", "MONEY"}, PlainType{"OID", "OID"}, PlainType{"REGCLASS", "REGCLASS"},
    PlainType{"TSVECTOR", "TSVECTOR"}, PlainType{"TSVectorType", "TSVECTOR"}, PlainType{"TSQUERY", "TSQUERY"},
    PlainType{"CITEXT", "CITEXT"}, PlainType{"CIText", "CITEXT"},
    PlainType{"INT4RANGE", "INT4RANGE"}, PlainType{"INT8RANGE", "INT8RANGE"}, PlainType{"NUMRANGE", "NUMRANGE"},
    PlainType{"DATERANGE", "DATERANGE"}, PlainType{"TSRANGE", "TSRANGE"}, PlainType{"TSTZRANGE", "TSTZRANGE"},
};
// clang-format on

std::string with_length(std::string_view type, const Call* call) {
    const Value* length = call ? call->get(0, "length") : nullptr;
    std::string sql(type);
    if (length && length->is(Value::Kind::number)) sql += "(" + length->text + ")";
    const Value* collation = call ? call->get(1, "collation") : nullptr;
    if (collation && collation->is_text()) sql += " COLLATE " + quoted(collation->text);
    return sql;
}

std::string with_zone(std::string_view type, const Call* call) {
    const Value* precision = call ? call->get("precision") : nullptr;
    std::string sql(type);
    if (precision && precision->is(Value::Kind::number)) sql += "(" + precision->text + ")";
    return sql + (call && is_true(call->get(0, "timezone")) ? " WITH TIME ZONE" : " WITHOUT TIME ZONE");
}

std::string with_precision(std::string_view type, const Call* call) {
    std::string sql(type);
    const Value* precision = call ? call->get(0, "precision") : nullptr;
    const Value* scale = call ? call->get(1, "scale") : nullptr;
    if (!precision || !precision->is(Value::Kind::number)) return sql;
    sql += "(" + precision->text;
    if (scale && scale->is(Value::Kind::number)) sql += ", " + scale->text;
    return sql + ")";
}

std::vector<std::string> enum_labels(const Call& call) {
    std::vector<std::string> labels;
    for (const Value& value : call.args)
        if (value.is(Value::Kind::text)) labels.push_back(value.text);
    return labels;
}

bool is_enum(const Value& type) { return type.call && (last_name(type) == "Enum" || last_name(type) == "ENUM"); }

}  // namespace

bool is_one_of_its_rows(const Value& value) {
    constexpr std::array kOne{"fetchone"sv,          "first"sv, "one"sv, "one_or_none"sv, "scalar"sv, "scalar_one"sv,
                              "scalar_one_or_none"sv};
    for (const Value* of = &value; of; of = of->call ? &of->call->receiver : of->of ? &*of->of : nullptr)
        if (is_among(last_name(*of), kOne)) return true;
    return false;
}

bool is_true(const Value* value) { return value && value->is(Value::Kind::boolean) && value->yes; }

std::string_view last_name(const Value& value) {
    std::string_view path = value.is(Value::Kind::path) ? std::string_view(value.text) : std::string_view();
    if (path.ends_with("()")) path.remove_suffix(2);
    return path.substr(path.rfind('.') + 1);
}

std::vector<std::string> SqlAlchemy::take_uncertainties() { return std::exchange(uncertainties_, {}); }

std::string SqlAlchemy::uncertainty(std::string what, std::string_view stand_in) {
    uncertainties_.push_back(std::move(what));
    return std::string(stand_in);
}

std::string SqlAlchemy::name(const Value* value) {
    if (value && value->is_text() && !value->holds_unknown) return quoted(value->text);
    if (value && value->is(Value::Kind::path) && value->call && !value->call->args.empty()) {
        const std::string_view called = last_name(*value);
        if (called == "f" || called == "quoted_name" || called == "column" || called == "Column")
            return name(&value->call->args.front());
    }
    return uncertainty("a name", kStandIn);
}

std::string SqlAlchemy::table(const Value* schema, const Value* table) {
    const bool has_schema = schema && !schema->is(Value::Kind::nothing);
    return (has_schema ? schema_name(*schema) + "." : std::string()) + name(table);
}

std::string SqlAlchemy::schema_name(const Value& schema) {
    Value text = text_value("");
    put(text, &schema);
    if (text.placeholders.empty() || has_nameless_placeholder(text.text, text.placeholders)) return name(&schema);
    placeholders_.insert(placeholders_.end(), text.placeholders.begin(), text.placeholders.end());
    return quoted(text.text);
}

std::string SqlAlchemy::columns(const Value* list) {
    const auto items = list ? iterated(*list) : std::nullopt;
    if (!items && list && list->is_text()) return name(list);
    if (!items) return uncertainty("a list of columns", kStandIn);
    std::string sql;
    for (const Value& item : *items) {
        if (!sql.empty()) sql += ", ";
        sql += name(&item);
    }
    return sql;
}

std::string SqlAlchemy::enum_name(const Call& call) {
    const Value* given = call.get("name");
    const Value* schema = call.get("schema");
    return table(schema, given);
}

std::string SqlAlchemy::type(const Value& value) {
    // Whatever it is called: "Text" may be the repository's own.
    if (decorates(value)) {
        const auto inner = decorations_ < kMostDecorations ? decorated(value) : std::nullopt;
        if (!inner) return uncertainty("the type " + value.text, kUnknownType);
        ++decorations_;
        std::string sql = type(*inner);
        --decorations_;
        return sql;
    }
    if (auto own = user_defined(value)) return std::move(*own);
    if (const auto known = sqlalchemy_type(value)) return type(*known);
    const std::string_view called = last_name(value);
    const Call* call = value.call.get();
    if (called == "with_variant" && call) {
        const bool ours = call->args.size() > 1 && call->args[1].text == "postgresql";
        return type(ours ? call->args[0] : call->receiver);
    }
    for (const PlainType& plain : kPlainTypes)
        if (plain.name == called) return std::string(plain.sql);
    if (called == "String" || called == "VARCHAR" || called == "Unicode" || called == "NVARCHAR")
        return with_length("VARCHAR", call);
    if (called == "CHAR" || called == "NCHAR") return with_length("CHAR", call);
    if (called == "DateTime" || called == "TIMESTAMP" || called == "DATETIME") return with_zone("TIMESTAMP", call);
    if (called == "Time" || called == "TIME") return with_zone("TIME", call);
    if (called == "Float" || called == "FLOAT") return with_precision("FLOAT", call);
    if (called == "Numeric" || called == "NUMERIC" || called == "DECIMAL") return with_precision("NUMERIC", call);
    if (called == "BIT") {
        const std::string sql = call && is_true(call->get("varying")) ? "BIT VARYING" : "BIT";
        return with_length(sql, call);
    }
    if (called == "ARRAY" && call && !call->args.empty()) {
        const Value* dimensions = call->get("dimensions");
        std::string sql = type(call->args.front());
        for (long i = 0; i < std::clamp(dimensions ? dimensions->integer().value_or(1) : 1L, 1L, 6L); ++i) sql += "[]";
        return sql;
    }
    if (called == "MutableDict" || called == "as_mutable")
        return call && !call->args.empty() ? type(call->args.front()) : uncertainty("a type", kUnknownType);
    if (is_enum(value)) {
        const Value* native = call->get("native_enum");
        if (!native || native->yes) return enum_name(*call);
        std::size_t longest = 0;
        for (const std::string& label : enum_labels(*call)) longest = std::max(longest, label.size());
        return "VARCHAR(" + std::to_string(longest) + ")";
    }
    return uncertainty(value.is(Value::Kind::path) ? "the type " + value.text : "a type", kUnknownType);
}

std::string SqlAlchemy::text(std::string text) {
    for (auto at = text.find("\\:"); at != text.npos; at = text.find("\\:", at + 1)) text.erase(at, 1);
    return text;
}

namespace {

/// "shop.types.Money" of a type that is written as a class or as a call of it.
std::string class_of_type(const Value& value) {
    std::string path = value.is(Value::Kind::path) ? value.text : std::string();
    if (path.ends_with("()")) path.resize(path.size() - 2);
    return path.find('(') == std::string::npos ? path : std::string();
}

bool is_of_sqlalchemy(const Value& base, std::string_view name) {
    return base.is(Value::Kind::path) && base.text.starts_with("sqlalchemy.") && last_name(base) == name;
}
bool is_decorator(const Value& base) { return is_of_sqlalchemy(base, "TypeDecorator"); }

}  // namespace

bool SqlAlchemy::decorates(const Value& value) const {
    const std::string path = program_ ? class_of_type(value) : std::string();
    const std::vector<Value> bases = path.empty() ? std::vector<Value>() : program_->bases(path);
    return std::any_of(bases.begin(), bases.end(), is_decorator);
}

/// load_dialect_impl(self, dialect) gives the type that PostgreSQL has, itself or by dialect.type_descriptor().
std::optional<Value> SqlAlchemy::chosen_for_postgres(const Value& method) const {
    if (!method.is(Value::Kind::code)) return std::nullopt;
    Call asked;
    asked.args = {object_value(), path_value("dialect")};
    Value given = program_->call(method, asked);
    if (given.call && last_name(given) == "type_descriptor" && !given.call->args.empty()) {
        Value inner = given.call->args.front();
        given = std::move(inner);
    }
    if (!given.is(Value::Kind::path) || given.text.starts_with("dialect.")) return std::nullopt;
    return given;
}

/// What a class of the repository that decorates a type (sqlalchemy.types.TypeDecorator) writes into DDL: its `impl`,
/// which is given the arguments unless the class takes them itself.
std::optional<Value> SqlAlchemy::decorated(const Value& value) const {
    const std::string path = class_of_type(value);
    if (const auto chooses = program_->member(path, "load_dialect_impl")) return chosen_for_postgres(*chooses);
    for (const char* chooses : {"get_dbapi_type", "get_col_spec", "dialect_impl", "__getattr__"})
        if (program_->member(path, chooses)) return std::nullopt;
    const auto impl = program_->member(path, "impl");
    if (!impl || !impl->is(Value::Kind::path) || impl->text == value.text) return std::nullopt;
    if (impl->call || !value.call) return impl;
    if (value.call->args.empty() && value.call->named.empty() && !value.call->more_args &&
        !program_->member(path, "__init__"))
        return impl;
    const bool takes_none = std::any_of(std::begin(kPlainTypes), std::end(kPlainTypes),
                                        [&](const PlainType& plain) { return plain.name == last_name(*impl); });
    if (takes_none) return impl;
    if (program_->member(path, "__init__")) return std::nullopt;
    Call call = *value.call;
    call.path = impl->text;
    return result_of(std::move(call));
}

/// What a class of the repository that is a sqlalchemy.types.UserDefinedType writes into DDL: its get_col_spec().
std::optional<std::string> SqlAlchemy::user_defined(const Value& value) {
    const std::string path = program_ ? class_of_type(value) : std::string();
    const std::vector<Value> bases = path.empty() ? std::vector<Value>() : program_->bases(path);
    if (std::none_of(bases.begin(), bases.end(),
                     [](const Value& base) { return is_of_sqlalchemy(base, "UserDefinedType"); }))
        return std::nullopt;
    const auto spec = program_->member(path, "get_col_spec");
    Call asked;
    asked.args = {object_value()};
    const Value said = spec && spec->is(Value::Kind::code) ? program_->call(*spec, asked) : unknown_value();
    return said.is(Value::Kind::text) && said.known() ? said.text : uncertainty("the type " + value.text, kUnknownType);
}

bool SqlAlchemy::brings_constraints(const Value& value) const {
    const std::string path = program_ ? class_of_type(value) : std::string();
    if (path.empty()) return false;
    const std::vector<Value> bases = program_->bases(path);
    return std::any_of(bases.begin(), bases.end(), is_decorator) &&
           !std::all_of(bases.begin(), bases.end(), is_decorator);
}

namespace {

/// get_identity_options in sql/compiler.py, which Sequence() and Identity() share.
std::string sequence_options(const Value* start, const Value* increment, const Call& call) {
    std::string options;
    const auto number = [&](const char* word, const Value* value) {
        if (value && value->is(Value::Kind::number)) options += word + value->text;
    };
    number(" INCREMENT BY ", increment);
    number(" START WITH ", start);
    number(" MINVALUE ", call.get("minvalue"));
    number(" MAXVALUE ", call.get("maxvalue"));
    if (is_true(call.get("nominvalue"))) options += " NO MINVALUE";
    if (is_true(call.get("nomaxvalue"))) options += " NO MAXVALUE";
    number(" CACHE ", call.get("cache"));
    if (const Value* cycle = call.get("cycle"); cycle && cycle->is(Value::Kind::boolean))
        options += cycle->yes ? " CYCLE" : " NO CYCLE";
    return options;
}

}  // namespace

std::string SqlAlchemy::create_sequence(const Call& sequence) {
    const Value* type_of_values = sequence.get("data_type");
    return table(sequence.get("schema"), sequence.get(0, "name")) +
           (type_of_values ? " AS " + type(*type_of_values) : std::string()) +
           sequence_options(sequence.get(1, "start"), sequence.get(2, "increment"), sequence);
}

std::string SqlAlchemy::sequence(const Call& sequence) {
    return table(sequence.get("schema"), sequence.get(0, "name"));
}

std::string SqlAlchemy::expression(const Value& value) {
    if (value.is(Value::Kind::number)) return value.text;
    if (value.is(Value::Kind::boolean)) return value.yes ? "true" : "false";
    if (value.is(Value::Kind::nothing)) return "NULL";
    if (value.is(Value::Kind::text))
        return value.holds_unknown ? uncertainty("a value", kStandIn) : literal(value.text);
    const std::string_view called = last_name(value);
    const Call* call = value.call.get();
    if (!call) return uncertainty("an expression", kStandIn);
    const Value* first = call->args.empty() ? nullptr : &call->args.front();
    const bool of_function = value.text.find("func.") != std::string::npos;
    if ((called == "text" || called == "literal_column" || called == "TextClause") && first && !of_function) {
        const auto text = as_text(*first);
        if (!text || text->holds_unknown) return uncertainty("a value", kStandIn);
        return called == "literal_column" ? text->text : SqlAlchemy::text(text->text);
    }
    if ((called == "false" || called == "true" || called == "null") && !of_function) return std::string(called);
    if ((called == "column" || called == "Column") && first) return name(first);
    if (called == "literal" && first) return expression(*first);
    if (called == "next_value" && last_name(call->receiver) == "Sequence")
        return "nextval(" + literal(sequence(*call->receiver.call)) + ")";
    if (called == "desc" || called == "asc")
        return expression(first ? *first : call->receiver) + (called == "desc" ? " DESC" : " ASC");
    if (called == "cast" && call->args.size() == 2)
        return "CAST(" + expression(*first) + " AS " + type(call->args[1]) + ")";
    if (!of_function) return uncertainty("the expression " + value.text, kStandIn);
    std::string arguments;
    for (const Value& argument : call->args) arguments += (arguments.empty() ? "" : ", ") + expression(argument);
    constexpr std::array kWithoutBrackets{"current_timestamp"sv, "current_date"sv, "current_time"sv, "localtime"sv,
                                          "localtimestamp"sv,    "current_user"sv, "session_user"sv, "user"sv};
    const bool bare = std::find(kWithoutBrackets.begin(), kWithoutBrackets.end(), called) != kWithoutBrackets.end();
    return bare && arguments.empty() ? std::string(called) : std::string(called) + "(" + arguments + ")";
}

bool SqlAlchemy::Column::flag(std::string_view key, bool fallback) const {
    const Value* value = call->get(key);
    return value ? value->truth().value_or(fallback) : fallback;
}

std::optional<SqlAlchemy::Column> SqlAlchemy::column(const Value& value) {
    if (!value.call || last_name(value) != "Column") return std::nullopt;
    const Call& call = *value.call;
    Column column;
    column.call = &call;
    std::size_t next = 0;
    const Value* named = call.get("name");
    if (!named && !call.args.empty()) named = &call.args[next++];
    column.name = name(named);
    column.type = call.get("type_");
    const auto reference = [&](const Value& argument) {
        if (!argument.call || last_name(argument) != "ForeignKey") return false;
        column.foreign_keys.push_back(argument.call.get());
        return true;
    };
    for (; next < call.args.size(); ++next) {
        const Value& argument = call.args[next];
        const std::string_view called = last_name(argument);
        if (reference(argument)) continue;
        // A sequence is asked by the program for each row that it inserts.
        if (called == "Identity" || called == "Computed" || called == "Sequence" || argument.is(Value::Kind::nothing))
            continue;
        if (called == "CheckConstraint")
            column.constraints.push_back(argument.call.get());
        else if (!column.type)
            column.type = &argument;
        else
            uncertainty("a part of a column", "");
    }
    column.primary_key = column.flag("primary_key", false);
    return column;
}

bool is_serial_type(const Value& type) {
    const std::string_view called = last_name(type);
    return called == "Integer" || called == "INTEGER" || called == "BigInteger" || called == "BIGINT" ||
           called == "SmallInteger" || called == "SMALLINT";
}

std::string SqlAlchemy::column_spec(const Column& column, bool serial) {
    std::string sql = column.name + " ";
    const Call* identity = nullptr;
    const Call* computed = nullptr;
    bool by_program = false;
    for (const Value& argument : column.call->args) {
        by_program = by_program || last_name(argument) == "Sequence";
        if (last_name(argument) == "Identity") identity = argument.call.get();
        if (last_name(argument) == "Computed") computed = argument.call.get();
    }
    const Value* fallback = column.call->get("server_default");
    if (fallback && fallback->is(Value::Kind::nothing)) fallback = nullptr;
    if (fallback && last_name(*fallback) == "Identity") identity = std::exchange(fallback, nullptr)->call.get();
    if (fallback && last_name(*fallback) == "Computed") computed = std::exchange(fallback, nullptr)->call.get();
    if (fallback && last_name(*fallback) == "FetchedValue") fallback = nullptr;
    if (!column.type) {
        sql += uncertainty("a column without a type", kUnknownType);
    } else if (serial && !fallback && !identity && !by_program) {
        const std::string_view called = last_name(*column.type);
        sql += called == "BigInteger" || called == "BIGINT" ? "BIGSERIAL"
               : called.starts_with("S")                    ? "SMALLSERIAL"
                                                            : "SERIAL";
    } else {
        sql += type(*column.type);
        if (fallback) sql += " DEFAULT " + expression(*fallback);
    }
    if (computed && !computed->args.empty()) {
        const Value& text = computed->args.front();
        sql += " GENERATED ALWAYS AS (" + (text.is(Value::Kind::text) ? text.text : expression(text)) + ") STORED";
    }
    if (identity) {
        const Value* always = identity->get("always");
        sql += is_true(always) ? " GENERATED ALWAYS AS IDENTITY" : " GENERATED BY DEFAULT AS IDENTITY";
        const std::string options = sequence_options(identity->get("start"), identity->get("increment"), *identity);
        if (!options.empty()) sql += " (" + options.substr(1) + ")";
    }
    const bool nullable = column.flag("nullable", !column.primary_key);
    if (!nullable && !identity) sql += " NOT NULL";
    if (nullable && identity && column.call->get("nullable")) sql += " NULL";
    for (const Call* check : column.constraints) sql += " " + constraint(*check).value_or("");
    return sql;
}

std::optional<std::string> SqlAlchemy::create_enum(const Value& type, bool along) {
    if (last_name(type) == "ARRAY" && type.call && !type.call->args.empty())
        return create_enum(type.call->args.front(), along);
    if (!is_enum(type)) return std::nullopt;
    const Call& call = *type.call;
    const auto off = [&](std::string_view key) {
        const Value* value = call.get(key);
        return value && value->is(Value::Kind::boolean) && !value->yes;
    };
    if ((along && off("create_type")) || off("native_enum")) return std::nullopt;
    const std::vector<std::string> labels = enum_labels(call);
    std::string list;
    for (const std::string& label : labels) list += (list.empty() ? "" : ", ") + literal(label);
    if (labels.size() != call.args.size() || call.more_args)
        list = literal(uncertainty("the labels of an enum", kStandIn));
    // A table brings the types that no table before it has brought (_check_for_name_in_memos).
    const std::string name = enum_name(call);
    if (along && !enums_of_tables_.insert(name).second) return std::nullopt;
    return "CREATE TYPE " + name + " AS ENUM (" + list + ")";
}

std::optional<std::string> SqlAlchemy::drop_enum(const Value& type) {
    if (!is_enum(type)) return std::nullopt;
    return "DROP TYPE " + enum_name(*type.call);
}

}  // namespace pgfence::extract
