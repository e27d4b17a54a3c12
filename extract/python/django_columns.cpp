// The names that Django chooses, and its columns.

#include "core/text.h"
#include "extract/python/django_schema.h"

#include <algorithm>
#include <array>

#include "extract/program/digest.h"
#include "extract/python/package_types.h"
#include "extract/python/python.h"
#include "extract/python/sqlalchemy.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

struct FieldType {
    std::string_view kind, sql;
};
// clang-format off
constexpr std::array kTypes{
    FieldType{"AutoField", "integer"}, FieldType{"BigAutoField", "bigint"}, FieldType{"SmallAutoField", "smallint"},
    FieldType{"BinaryField", "bytea"}, FieldType{"BooleanField", "boolean"}, FieldType{"NullBooleanField", "boolean"},
    FieldType{"DateField", "date"}, FieldType{"DateTimeField", "timestamp with time zone"}, FieldType{"DurationField", "interval"},
    FieldType{"FloatField", "double precision"}, FieldType{"IntegerField", "integer"}, FieldType{"BigIntegerField", "bigint"},
    FieldType{"IPAddressField", "inet"}, FieldType{"GenericIPAddressField", "inet"}, FieldType{"JSONField", "jsonb"},
    FieldType{"PositiveBigIntegerField", "bigint"}, FieldType{"PositiveIntegerField", "integer"},
    FieldType{"PositiveSmallIntegerField", "smallint"}, FieldType{"SmallIntegerField", "smallint"},
    FieldType{"TextField", "text"}, FieldType{"TimeField", "time"}, FieldType{"UUIDField", "uuid"},
    FieldType{"HStoreField", "hstore"}, FieldType{"CITextField", "citext"}, FieldType{"CICharField", "citext"},
    FieldType{"CIEmailField", "citext"}, FieldType{"SearchVectorField", "tsvector"}, FieldType{"IntegerRangeField", "int4range"},
    FieldType{"BigIntegerRangeField", "int8range"}, FieldType{"DecimalRangeField", "numrange"},
    FieldType{"DateTimeRangeField", "tstzrange"}, FieldType{"DateRangeField", "daterange"},
};
struct TextType {
    std::string_view kind, length;
};
constexpr std::array kTextTypes{
    TextType{"CharField", ""}, TextType{"CommaSeparatedIntegerField", ""}, TextType{"FileField", "100"}, TextType{"ImageField", "100"},
    TextType{"FilePathField", "100"}, TextType{"SlugField", "50"}, TextType{"EmailField", "254"}, TextType{"URLField", "200"},
};
// clang-format on

constexpr std::size_t kLongestName = 63;
constexpr std::size_t kHashDigits = 8;

bool is_text_like(std::string_view kind) {
    return kind == "TextField" ||
           std::any_of(kTextTypes.begin(), kTextTypes.end(), [&](const TextType& t) { return t.kind == kind; });
}

}  // namespace

bool DjangoSchema::knows(std::string_view field_class) {
    DjangoField field;
    field.kind = field_class;
    const bool made_of_others = field_class == "DecimalField" || field_class == "ArrayField" ||
                                field_class == "GeneratedField" || field.is_key() || !field.is_column();
    const auto is_it = [&](const auto& known) { return known.kind == field_class; };
    return made_of_others || std::any_of(kTypes.begin(), kTypes.end(), is_it) ||
           std::any_of(kTextTypes.begin(), kTextTypes.end(), is_it);
}

std::string DjangoSchema::index_name(const std::string& of, const std::vector<std::string>& columns,
                                     const std::string& suffix) const {
    // All three of its parts are made of the table's name alone.
    const std::string table = std::string(without_schema(of));
    std::string all = table, words;
    for (const std::string& column : columns) {
        all += column;
        words += (words.empty() ? "" : "_") + column;
    }
    std::string tail = md5_hex(all).substr(0, kHashDigits) + suffix;
    std::string name = table + "_" + words + "_" + tail;
    if (name.size() > kLongestName) {
        if (tail.size() > kLongestName / 3) tail.resize(kLongestName / 3);
        const std::size_t rest = (kLongestName - tail.size()) / 2 - 1;
        name = table.substr(0, rest) + "_" + words.substr(0, rest) + "_" + tail;
    }
    if (name.front() == '_' || is_digit(name.front())) name = "D" + name.substr(0, name.size() - 1);
    return name;
}

std::string DjangoSchema::fresh_name(DjangoNames::Of what, const std::string& table,
                                     const std::vector<std::string>& columns, const std::string& suffix) {
    return state_.names.made(what, table, columns, index_name(table, columns, suffix));
}

std::string DjangoSchema::present_name(DjangoNames::Of what, const std::string& table,
                                       const std::vector<std::string>& columns, const std::string& suffix) const {
    return state_.names.find(what, table, columns, index_name(table, columns, suffix));
}

std::string DjangoSchema::key_suffix(const DjangoModel& model, const DjangoField& field) {
    return "_fk_" + std::string(without_schema(target_table(model, field))) + "_" + target_column(model, field);
}

std::string DjangoSchema::through_name(const DjangoModel& model, const DjangoField& field) const {
    if (const Value* named = field.get("db_table"); named && named->is_text()) return named->text;
    const std::string whole = strip_quotes(model.table) + "_" + field.name;
    const std::string name(without_schema(whole));
    if (name.size() <= kLongestName) return whole;
    const std::string hash = md5_hex(name).substr(0, 4);
    return whole.substr(0, whole.size() - name.size()) + name.substr(0, kLongestName - hash.size() - 1) + "_" + hash;
}

std::string DjangoSchema::target_table(const DjangoModel& model, const DjangoField& field) {
    const Value* to = field.get("to");
    if (const DjangoModel* target = state_.target(model, to)) return target->table;
    if (const DjangoModel* later = state_.announced(model, to)) return later->table;
    if (!to || !to->is_text()) return "auth_user";
    std::string path = lower_case(to->text);
    if (path == "contenttypes.contenttype") return "django_content_type";
    if (path == "sites.site") return "django_site";
    if (path.find('.') == std::string::npos) path = model.app + "." + path;
    path[path.find('.')] = '_';
    return path;
}

std::string DjangoSchema::target_column(const DjangoModel& model, const DjangoField& field) {
    const DjangoModel* target = state_.target(model, field.get("to"));
    if (!target) target = state_.announced(model, field.get("to"));
    const Value* named = field.get("to_field");
    if (named && named->is_text()) {
        const DjangoField* other = target ? target->field(named->text) : nullptr;
        return other ? other->column() : named->text;
    }
    const DjangoField* key = target ? target->key() : nullptr;
    return key ? key->column() : "id";
}

std::optional<std::string> DjangoSchema::type_of_target(const DjangoModel& model, const DjangoField& field) {
    const DjangoModel* target = state_.target(model, field.get("to"));
    if (!target) target = state_.announced(model, field.get("to"));
    const Value* named = field.get("to_field");
    const DjangoField* other = !target                     ? nullptr
                               : named && named->is_text() ? target->field(named->text)
                                                           : target->key();
    if (other && other->is_key()) return target == &model ? "integer" : type_of_target(*target, *other);
    if (other) return plain_type(*other);
    const Value* to = field.get("to");
    const std::string path = to && to->is_text() ? lower_case(to->text) : std::string();
    // Without a model of its own a project has that of auth.
    const bool user = to && to->is(Value::Kind::path) && to->text.ends_with("AUTH_USER_MODEL");
    const bool known =
        user || path.starts_with("auth.") || path.starts_with("contenttypes.") || path.starts_with("sites.");
    return known ? std::optional<std::string>("integer") : std::nullopt;
}

std::string DjangoSchema::key_type(const DjangoModel& model, const DjangoField& field) {
    if (auto known = type_of_target(model, field)) return *known;
    const Value* to = field.get("to");
    if (!types_of_new_ || !to || !to->is_text()) {
        uncertainty("the model that " + field.name + " refers to");
        return "integer";
    }
    types_of_new_->push_back("the type of the key of " + to->text);
    return std::string(kUnknownType);
}

// Who wrote the other application may have named its tables.
std::optional<std::string> DjangoSchema::doubt_of_target(const DjangoModel& model, const DjangoField& field) const {
    const Value* to = field.get("to");
    if (!to || !to->is_text() || state_.target(model, to) || state_.announced(model, to)) return std::nullopt;
    const std::string path = lower_case(to->text);
    const bool of_django = path.starts_with("auth.") || path == "contenttypes.contenttype" || path == "sites.site";
    return of_django ? std::nullopt : std::optional("which table the model " + to->text + " has");
}

std::string DjangoSchema::plain_type(const DjangoField& field) {
    if (!field.own_type.empty()) return field.own_type;
    if (field.kind == "DecimalField") {
        const Value *digits = field.get("max_digits"), *places = field.get("decimal_places");
        return digits && places ? "numeric(" + digits->text + ", " + places->text + ")" : "numeric";
    }
    if (field.kind == "ArrayField") {
        const Value* base = field.get("base_field");
        const auto inner = base ? django_field("", *base) : std::nullopt;
        const Value* size = field.get("size");
        return (inner ? plain_type(*inner) : std::string(kUnknownType)) + "[" +
               (size && size->is(Value::Kind::number) ? size->text : "") + "]";
    }
    if (field.kind == "GeneratedField") {
        const Value* output = field.get("output_field");
        const auto inner = output ? django_field("", *output) : std::nullopt;
        return inner ? plain_type(*inner) : std::string(kUnknownType);
    }
    for (const TextType& text : kTextTypes) {
        if (text.kind != field.kind) continue;
        const Value* length = field.get("max_length");
        const std::string limit = length && length->is(Value::Kind::number) ? length->text : std::string(text.length);
        return limit.empty() ? "varchar" : "varchar(" + limit + ")";
    }
    for (const FieldType& known : kTypes)
        if (known.kind == field.kind) return std::string(known.sql);
    // One that refers to a model may bring a key along, which the other table is locked for.
    if (types_of_new_ && !field.get("to") && !field.get("on_delete"))
        types_of_new_->push_back("the type of the field class " + field.kind);
    else
        uncertainty("the field class " + field.kind);
    return std::string(kUnknownType);
}

std::string DjangoSchema::type(const DjangoModel& model, const DjangoField& field) {
    if (field.is_key()) return key_type(model, field);
    if (field.is_automatic() && version_ < 41)
        return field.kind == "BigAutoField" ? "bigserial" : field.kind == "AutoField" ? "serial" : "smallserial";
    return plain_type(field);
}

std::string DjangoSchema::value_sql(const Value& value) {
    if (value.is(Value::Kind::number)) return value.text;
    if (value.is(Value::Kind::boolean)) return value.yes ? "true" : "false";
    if (value.is(Value::Kind::nothing)) return "NULL";
    if (value.is(Value::Kind::text) && !value.holds_unknown) return literal(value.text);
    if (value.is(Value::Kind::list) && value.items->empty()) return "'{}'";
    if (value.is(Value::Kind::dictionary)) return "'{}'";
    // A callable gives a value that Django sends as a literal: which one changes nothing.
    return "'unknown_value'";
}

void DjangoSchema::set_default(const DjangoModel& model, const DjangoField& field, const Value& value) {
    send("ALTER TABLE " + quote_name(model.table) + " ALTER COLUMN " + quote_name(field.column()) + " SET DEFAULT " +
         value_sql(value));
}

std::optional<std::string> DjangoSchema::effective_default(const DjangoField& field) {
    const auto none = writes_null_as_empty(field.path) ? std::optional<std::string>("''") : std::nullopt;
    if (const auto given = field.options.find("default"); given != field.options.end()) {
        if (given->second.is(Value::Kind::nothing)) return none;
        if (given->second.is_path("dict"))
            return field.kind == "JSONField" || field.kind == "HStoreField" ? "'{}'" : "''";
        if (given->second.is_path("list")) return field.kind == "JSONField" ? "'[]'" : "'{}'";
        return value_sql(given->second);
    }
    // Without an empty string of its own, makemigrations asks for a default: a class of others that has none has it.
    const bool empty =
        is_text_like(field.kind) || field.kind.starts_with("CI") || field.kind == "BinaryField" || !knows(field.kind);
    if (!field.null() && field.flag("blank") && empty) return "''";
    if (field.flag("auto_now") || field.flag("auto_now_add")) return "'2000-01-01'";
    return none;
}

std::string DjangoSchema::column_sql(const DjangoModel& model, const DjangoField& field, bool with_default) {
    std::string sql = quote_name(field.column()) + " " + type(model, field);
    if (const Value* collation = field.get("db_collation")) sql += " COLLATE " + quote_name(collation->text);
    if (const Value* fallback = field.get("db_default"); fallback && !fallback->is(Value::Kind::path)) {
        sql += " DEFAULT " + value_sql(*fallback);
    } else if (fallback) {
        const bool now = last_name(*fallback) == "Now";
        sql += now ? " DEFAULT (STATEMENT_TIMESTAMP())" : " DEFAULT (unknown_value)";
        if (!now) uncertainty("a database default");
    } else if (with_default) {
        const auto value = effective_default(field);
        if (value) sql += " DEFAULT " + *value;
    }
    if (field.kind == "GeneratedField") {
        sql += " GENERATED ALWAYS AS (unknown_value) STORED";
        uncertainty("the expression of a generated field");
    }
    sql += field.null() && !field.primary_key() ? " NULL" : " NOT NULL";
    if (field.primary_key()) sql += " PRIMARY KEY";
    if (field.is_automatic() && version_ >= 41) sql += " GENERATED BY DEFAULT AS IDENTITY";
    // PostgreSQL names these itself.
    const std::string named_after = std::string(without_schema(model.table)) + "_" + field.column();
    if (field.unique() && !field.primary_key()) {
        sql += " UNIQUE";
        state_.names.made(DjangoNames::Of::unique, model.table, {field.column()}, named_after + "_key");
    }
    if (field.is_positive()) {
        sql += " CHECK (" + quote_name(field.column()) + " >= 0)";
        state_.names.made(DjangoNames::Of::check, model.table, {field.column()}, named_after + "_check");
    }
    return sql;
}

std::string DjangoSchema::key_clause(const DjangoModel& model, const DjangoField& field, std::string suffix) {
    if (suffix.empty()) suffix = key_suffix(model, field);
    const std::string name = fresh_name(DjangoNames::Of::key, model.table, {field.column()}, suffix);
    return "ADD CONSTRAINT " + quote_name(name) + " FOREIGN KEY (" + quote_name(field.column()) + ") REFERENCES " +
           quote_name(target_table(model, field)) + " (" + quote_name(target_column(model, field)) +
           ") DEFERRABLE INITIALLY DEFERRED";
}

}  // namespace pgfence::extract
