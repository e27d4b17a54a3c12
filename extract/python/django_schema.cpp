#include "extract/python/django_schema.h"

#include <algorithm>
#include <array>

#include "extract/program/digest.h"
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
bool is_automatic(std::string_view kind) {
    return kind == "AutoField" || kind == "BigAutoField" || kind == "SmallAutoField";
}
bool is_positive(std::string_view kind) { return kind.starts_with("Positive") && kind.ends_with("IntegerField"); }

std::string joined(const std::vector<std::string>& columns) {
    std::string all;
    for (const std::string& column : columns) all += (all.empty() ? "" : ", ") + quoted(column);
    return all;
}

/// Without what PostgreSQL never sees (BaseDatabaseSchemaEditor._field_should_be_altered).
bool same_for_database(const DjangoField& a, const DjangoField& b) {
    constexpr std::array kOnlyPython{
        "blank"sv,      "choices"sv,          "db_column"sv, "editable"sv,     "error_messages"sv,
        "help_text"sv,  "limit_choices_to"sv, "on_delete"sv, "related_name"sv, "related_query_name"sv,
        "validators"sv, "verbose_name"sv};
    const auto relevant = [&](const DjangoField& field) {
        std::map<std::string, const Value*> options;
        for (const auto& [key, value] : field.options)
            if (std::find(kOnlyPython.begin(), kOnlyPython.end(), key) == kOnlyPython.end()) options[key] = &value;
        return options;
    };
    if (a.kind != b.kind || a.column() != b.column()) return false;
    const auto x = relevant(a), y = relevant(b);
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](const auto& left, const auto& right) {
        // Models are named in any case.
        const bool names = left.first == "to" && left.second->is_text() && right.second->is_text();
        return left.first == right.first &&
               (names ? lower(left.second->text) == lower(right.second->text) : alike(*left.second, *right.second));
    });
}

}  // namespace

void DjangoSchema::send(const std::string& sql) { out_.made(sql, place_); }
void DjangoSchema::doubt(std::string what) {
    out_.unread(place_, std::move(what), "it is not known from the files: a name is read in its place");
}

void DjangoSchema::finish() {
    for (const Deferred& deferred : deferred_) out_.made(deferred.sql, deferred.place);
    deferred_.clear();
}

// ---- names ----------------------------------------------------------------------------------------------------------

std::string DjangoSchema::index_name(const std::string& table, const std::vector<std::string>& columns,
                                     const std::string& suffix) const {
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
    if (name.front() == '_' || (name.front() >= '0' && name.front() <= '9'))
        name = "D" + name.substr(0, name.size() - 1);
    return name;
}

std::string DjangoSchema::key_name(const DjangoModel& model, const DjangoField& field) {
    const DjangoModel* target = state_.target(model, field.get("to"));
    return index_name(
        model.table, {field.column()},
        "_fk_" + (target ? target->table : target_table(model, field)) + "_" + target_column(model, field));
}

// ---- types ----------------------------------------------------------------------------------------------------------

std::string DjangoSchema::target_table(const DjangoModel& model, const DjangoField& field) {
    const Value* to = field.get("to");
    if (const DjangoModel* target = state_.target(model, to)) return target->table;
    if (const DjangoModel* later = state_.announced(model, to)) return later->table;
    if (!to || !to->is_text()) return "auth_user";
    std::string path = lower(to->text);
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

std::string DjangoSchema::key_type(const DjangoModel& model, const DjangoField& field) {
    const DjangoModel* target = state_.target(model, field.get("to"));
    if (!target) target = state_.announced(model, field.get("to"));
    const Value* named = field.get("to_field");
    const DjangoField* other = !target                     ? nullptr
                               : named && named->is_text() ? target->field(named->text)
                                                           : target->key();
    if (other && other->is_key()) return target == &model ? "integer" : key_type(*target, *other);
    if (other) return plain_type(*other);
    const Value* to = field.get("to");
    const std::string path = to && to->is_text() ? lower(to->text) : std::string();
    const bool known = path.starts_with("auth.") || path.starts_with("contenttypes.") || path.starts_with("sites.");
    if (!known) doubt("the model that " + field.name + " refers to");
    return "integer";
}

std::string DjangoSchema::plain_type(const DjangoField& field) {
    if (field.kind == "DecimalField") {
        const Value *digits = field.get("max_digits"), *places = field.get("decimal_places");
        return digits && places ? "numeric(" + digits->text + ", " + places->text + ")" : "numeric";
    }
    if (field.kind == "ArrayField") {
        const Value* base = field.get("base_field");
        const auto inner = base ? django_field("", *base) : std::nullopt;
        const Value* size = field.get("size");
        return (inner ? plain_type(*inner) : std::string("unknown_type")) + "[" +
               (size && size->is(Value::Kind::number) ? size->text : "") + "]";
    }
    if (field.kind == "GeneratedField") {
        const Value* output = field.get("output_field");
        const auto inner = output ? django_field("", *output) : std::nullopt;
        return inner ? plain_type(*inner) : "unknown_type";
    }
    for (const TextType& text : kTextTypes) {
        if (text.kind != field.kind) continue;
        const Value* length = field.get("max_length");
        const std::string limit = length && length->is(Value::Kind::number) ? length->text : std::string(text.length);
        return limit.empty() ? "varchar" : "varchar(" + limit + ")";
    }
    for (const FieldType& known : kTypes)
        if (known.kind == field.kind) return std::string(known.sql);
    doubt("the field class " + field.kind);
    return "unknown_type";
}

std::string DjangoSchema::type(const DjangoModel& model, const DjangoField& field) {
    if (field.is_key()) return key_type(model, field);
    if (is_automatic(field.kind) && version_ < 41)
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

std::optional<std::string> DjangoSchema::effective_default(const DjangoField& field) {
    if (const auto given = field.options.find("default"); given != field.options.end()) {
        if (given->second.is(Value::Kind::nothing)) return std::nullopt;
        if (given->second.is_path("dict"))
            return field.kind == "JSONField" || field.kind == "HStoreField" ? "'{}'" : "''";
        if (given->second.is_path("list")) return field.kind == "JSONField" ? "'[]'" : "'{}'";
        return value_sql(given->second);
    }
    const bool empty = is_text_like(field.kind) || field.kind.starts_with("CI") || field.kind == "BinaryField";
    if (!field.null() && field.flag("blank") && empty) return "''";
    if (field.flag("auto_now") || field.flag("auto_now_add")) return "'2000-01-01'";
    return std::nullopt;
}

std::string DjangoSchema::column_sql(const DjangoModel& model, const DjangoField& field, bool with_default) {
    std::string sql = quoted(field.column()) + " " + type(model, field);
    if (const Value* collation = field.get("db_collation")) sql += " COLLATE " + quoted(collation->text);
    if (const Value* fallback = field.get("db_default"); fallback && !fallback->is(Value::Kind::path)) {
        sql += " DEFAULT " + value_sql(*fallback);
    } else if (fallback) {
        const bool now = last_name(*fallback) == "Now";
        sql += now ? " DEFAULT (STATEMENT_TIMESTAMP())" : " DEFAULT (unknown_value)";
        if (!now) doubt("a database default");
    } else if (with_default) {
        const auto value = effective_default(field);
        if (value) sql += " DEFAULT " + *value;
    }
    if (field.kind == "GeneratedField") {
        sql += " GENERATED ALWAYS AS (unknown_value) STORED";
        doubt("the expression of a generated field");
    }
    sql += field.null() && !field.primary_key() ? " NULL" : " NOT NULL";
    if (field.primary_key()) sql += " PRIMARY KEY";
    if (is_automatic(field.kind) && version_ >= 41) sql += " GENERATED BY DEFAULT AS IDENTITY";
    if (field.unique() && !field.primary_key()) sql += " UNIQUE";
    if (is_positive(field.kind)) sql += " CHECK (" + quoted(field.column()) + " >= 0)";
    return sql;
}

std::string DjangoSchema::key_clause(const DjangoModel& model, const DjangoField& field) {
    return "ADD CONSTRAINT " + quoted(key_name(model, field)) + " FOREIGN KEY (" + quoted(field.column()) +
           ") REFERENCES " + quoted(target_table(model, field)) + " (" + quoted(target_column(model, field)) +
           ") DEFERRABLE INITIALLY DEFERRED";
}

// ---- indexes --------------------------------------------------------------------------------------------------------

// varchar_pattern_ops beside the index or unique constraint of a text: _create_like_index_sql.
std::string DjangoSchema::like_index(const DjangoModel& model, const DjangoField& field) {
    if (!field.indexed() && !field.unique()) return {};
    std::string sql = field.is_key() ? key_type(model, field) : plain_type(field);
    const bool varchar = sql.starts_with("varchar"), text = sql.starts_with("text");
    if ((!varchar && !text) || sql.find('[') != std::string::npos || field.get("db_collation")) return {};
    return "CREATE INDEX " + quoted(index_name(model.table, {field.column()}, "_like")) + " ON " + quoted(model.table) +
           " (" + quoted(field.column()) + (varchar ? " varchar_pattern_ops)" : " text_pattern_ops)");
}

std::vector<std::string> DjangoSchema::field_indexes(const DjangoModel& model, const DjangoField& field) {
    std::vector<std::string> all;
    if (field.indexed() && !field.unique())
        all.push_back("CREATE INDEX " + quoted(index_name(model.table, {field.column()}, "")) + " ON " +
                      quoted(model.table) + " (" + quoted(field.column()) + ")");
    if (std::string like = like_index(model, field); !like.empty()) all.push_back(std::move(like));
    return all;
}

std::vector<std::string> DjangoSchema::columns_of(const DjangoModel& model, const std::vector<std::string>& fields) {
    std::vector<std::string> columns;
    for (const std::string& name : fields) {
        const DjangoField* field = model.field(name);
        columns.push_back(field ? field->column() : name);
    }
    return columns;
}

std::string DjangoSchema::index_sql(const DjangoModel& model, const Call& index, bool concurrently) {
    std::vector<std::string> names;
    std::string columns;
    const Value* fields = index.get("fields");
    const auto items = fields ? iterated(*fields) : std::nullopt;
    const Value* classes = index.get("opclasses");
    const auto operators = classes ? iterated(*classes) : std::nullopt;
    for (std::size_t i = 0; items && i < items->size(); ++i) {
        std::string name = (*items)[i].text;
        const bool down = name.starts_with('-');
        if (down) name.erase(0, 1);
        columns += (columns.empty() ? "" : ", ") + quoted(columns_of(model, {name}).front());
        if (operators && i < operators->size()) columns += " " + (*operators)[i].text;
        if (down) columns += " DESC";
    }
    for (const Value& expression : index.args) {
        const std::string_view called = last_name(expression);
        const Value* of = expression.call && !expression.call->args.empty() ? &expression.call->args.front() : nullptr;
        const bool simple =
            of && of->is_text() && (called == "Lower" || called == "Upper" || called == "F" || called == "OrderBy");
        std::string sql = simple ? quoted(columns_of(model, {of->text}).front()) : "unknown_value";
        if (!simple) doubt("the expression of an index");
        if (called == "Lower" || called == "Upper") sql = "(" + std::string(called) + "(" + sql + "))";
        columns += (columns.empty() ? "" : ", ") + sql;
    }
    const std::string_view kind = index.name();
    std::string method;
    for (const auto& [name, sql] :
         std::array{std::pair{"GinIndex"sv, "gin"sv}, std::pair{"GistIndex"sv, "gist"sv},
                    std::pair{"BrinIndex"sv, "brin"sv}, std::pair{"HashIndex"sv, "hash"sv},
                    std::pair{"BTreeIndex"sv, "btree"sv}, std::pair{"SpGistIndex"sv, "spgist"sv}})
        if (kind == name) method = " USING " + std::string(sql);
    const Value* name = index.get("name");
    if (!name || !name->is_text()) doubt("the name of an index");
    std::string sql = std::string("CREATE INDEX ") + (concurrently ? "CONCURRENTLY " : "") +
                      quoted(name && name->is_text() ? name->text : "unknown_value") + " ON " + quoted(model.table) +
                      method + " (" + columns + ")";
    if (const Value* include = index.get("include"); include && iterated(*include)) {
        const auto more = *iterated(*include);
        for (const Value& field : more) names.push_back(field.text);
        if (!names.empty()) sql += " INCLUDE (" + joined(columns_of(model, names)) + ")";
    }
    if (const Value* where = index.get("condition"); where && !where->is(Value::Kind::nothing))
        sql += " WHERE " + condition(model, *where);
    return sql;
}

// ---- conditions -----------------------------------------------------------------------------------------------------

std::string DjangoSchema::lookup(const DjangoModel& model, std::string path, const Value& value) {
    std::string operation = "exact";
    if (const auto split = path.find("__"); split != std::string::npos) {
        operation = path.substr(split + 2);
        path.resize(split);
    }
    const std::string column = quoted(columns_of(model, {path}).front());
    const Value* other =
        value.call && last_name(value) == "F" && !value.call->args.empty() ? &value.call->args.front() : nullptr;
    const std::string right =
        other && other->is_text() ? quoted(columns_of(model, {other->text}).front()) : value_sql(value);
    for (const auto& [name, sign] :
         std::array{std::pair{"exact"sv, " = "sv}, std::pair{"gt"sv, " > "sv}, std::pair{"gte"sv, " >= "sv},
                    std::pair{"lt"sv, " < "sv}, std::pair{"lte"sv, " <= "sv}})
        if (operation == name) {
            if (value.is(Value::Kind::nothing)) return column + " IS NULL";
            if (value.is(Value::Kind::boolean) && name == "exact") return value.yes ? column : "NOT " + column;
            return column + std::string(sign) + right;
        }
    if (operation == "isnull") return column + (value.yes ? " IS NULL" : " IS NOT NULL");
    if (const auto items = iterated(value); operation == "in" && items) {
        std::string list;
        for (const Value& item : *items) list += (list.empty() ? "" : ", ") + value_sql(item);
        return column + " IN (" + list + ")";
    }
    doubt("a condition on " + path);
    return "unknown_value";
}

std::string DjangoSchema::condition(const DjangoModel& model, const Value& value) {
    const std::string_view called = last_name(value);
    if (!value.call || (called != "Q" && called != "|" && called != "&" && called != "~")) {
        doubt("a condition");
        return "(unknown_value)";
    }
    const Call& call = *value.call;
    if (called == "~") return "NOT " + condition(model, call.args.front());
    const Value* connector = call.get("_connector");
    const bool any = called == "|" || (connector && connector->is_text() && connector->text == "OR");
    std::string all;
    const auto add = [&](const std::string& part) { all += (all.empty() ? "" : any ? " OR " : " AND ") + part; };
    for (const Value& part : call.args) {
        const auto pair = iterated(part);
        if (pair && pair->size() == 2 && (*pair)[0].is_text())
            add(lookup(model, (*pair)[0].text, (*pair)[1]));
        else
            add(condition(model, part));
    }
    for (const auto& [key, given] : call.named)
        if (!key.starts_with('_')) add(lookup(model, key, given));
    if (const Value* negated = call.get("_negated"); negated && negated->yes) return "NOT (" + all + ")";
    return "(" + all + ")";
}

std::optional<std::string> DjangoSchema::constraint_clause(const DjangoModel& model, const Call& constraint,
                                                           std::string& statement) {
    const Value* name = constraint.get("name");
    const std::string title = name && name->is_text() ? name->text : "unknown_value";
    const std::string_view kind = constraint.name();
    if (kind == "CheckConstraint") {
        const Value* check = constraint.get("condition") ? constraint.get("condition") : constraint.get("check");
        return "CONSTRAINT " + quoted(title) + " CHECK (" + condition(model, check ? *check : unknown_value()) + ")";
    }
    const Value* fields = constraint.get("fields");
    const auto items = fields ? iterated(*fields) : std::nullopt;
    if (kind != "UniqueConstraint") {
        doubt("the constraint " + std::string(kind));
        return "CONSTRAINT " + quoted(title) + " CHECK (unknown_value)";
    }
    const Value* where = constraint.get("condition");
    const bool conditional = where && !where->is(Value::Kind::nothing);
    if (conditional || constraint.get("include") || constraint.get("opclasses") || !constraint.args.empty()) {
        statement = index_sql(model, constraint, false).insert(std::string_view("CREATE ").size(), "UNIQUE ");
        return std::nullopt;
    }
    std::vector<std::string> names;
    for (const Value& item : items.value_or(std::vector<Value>{})) names.push_back(item.text);
    std::string sql =
        "CONSTRAINT " + quoted(title) + " UNIQUE " +
        (constraint.get("nulls_distinct") && !constraint.get("nulls_distinct")->yes ? "NULLS NOT DISTINCT " : "") +
        "(" + joined(columns_of(model, names)) + ")";
    if (const Value* deferrable = constraint.get("deferrable"); deferrable && !deferrable->is(Value::Kind::nothing))
        sql += deferrable->text.ends_with("IMMEDIATE") ? " DEFERRABLE INITIALLY IMMEDIATE"
                                                       : " DEFERRABLE INITIALLY DEFERRED";
    return sql;
}

// ---- tables ---------------------------------------------------------------------------------------------------------

std::string DjangoSchema::through_name(const DjangoModel& model, const DjangoField& field) const {
    if (const Value* named = field.get("db_table"); named && named->is_text()) return named->text;
    const std::string name = model.table + "_" + field.name;
    if (name.size() <= kLongestName) return name;
    const std::string hash = md5_hex(name).substr(0, 4);
    return name.substr(0, kLongestName - hash.size() - 1) + "_" + hash;
}

// The table of a many-to-many field: create_many_to_many_intermediary_model.
void DjangoSchema::through_table(const DjangoModel& model, const DjangoField& field, bool create) {
    if (field.get("through")) return;
    const std::string table = through_name(model, field);
    if (!create) return drop_table(table);
    DjangoModel through;
    through.app = model.app;
    through.name = model.name + "_" + field.name;
    through.table = table;
    DjangoField id;
    id.name = "id";
    const DjangoField* own_key = model.key();
    id.kind = own_key && own_key->kind == "BigAutoField" ? "BigAutoField" : "AutoField";
    id.options["primary_key"] = boolean_value(true);
    const Value* to = field.get("to");
    const DjangoModel* target = state_.target(model, to);
    const bool itself = target == &model || (to && to->is_text() && to->text == "self");
    const std::string other = target                ? lower(target->name)
                              : to && to->is_text() ? lower(to->text.substr(to->text.rfind('.') + 1))
                                                    : "user";
    DjangoField from, towards;
    from.kind = towards.kind = "ForeignKey";
    from.name = (itself ? "from_" : "") + lower(model.name);
    towards.name = itself ? "to_" + lower(model.name) : other;
    from.options["to"] = text_value(model.app + "." + model.name);
    if (to) towards.options["to"] = itself ? from.options["to"] : *to;
    for (DjangoField* side : {&from, &towards})
        if (const Value* constrained = field.get("db_constraint")) side->options["db_constraint"] = *constrained;
    through.fields = {id, from, towards};
    through.unique_together = {{from.name, towards.name}};
    create_model(through, {});
}

void DjangoSchema::create_model(const DjangoModel& model, const std::vector<std::string>& constraints) {
    std::string body;
    for (const DjangoField& field : model.fields)
        if (field.is_column()) body += (body.empty() ? "" : ", ") + column_sql(model, field, false);
    for (const std::string& constraint : constraints) body += (body.empty() ? "" : ", ") + constraint;
    send("CREATE TABLE " + quoted(model.table) + " (" + body + ")");
    const std::string alter = "ALTER TABLE " + quoted(model.table) + " ";
    // In the order of table_sql().
    for (const auto& fields : model.unique_together) {
        const auto columns = columns_of(model, fields);
        defer(model, columns,
              alter + "ADD CONSTRAINT " + quoted(index_name(model.table, columns, "_uniq")) + " UNIQUE (" +
                  joined(columns) + ")");
    }
    for (const DjangoField& field : model.fields)
        if (field.constrained()) defer(model, {field.column()}, alter + key_clause(model, field));
    for (const DjangoField& field : model.fields)
        for (std::string& index : field.is_column() ? field_indexes(model, field) : std::vector<std::string>{})
            defer(model, {field.column()}, std::move(index));
    for (const auto& fields : model.index_together) {
        const auto columns = columns_of(model, fields);
        defer(model, columns,
              "CREATE INDEX " + quoted(index_name(model.table, columns, "_idx")) + " ON " + quoted(model.table) + " (" +
                  joined(columns) + ")");
    }
    for (const DjangoField& field : model.fields)
        if (field.is_many_to_many()) through_table(model, field, true);
}

void DjangoSchema::delete_model(const DjangoModel& model) {
    for (const DjangoField& field : model.fields)
        if (field.is_many_to_many()) through_table(model, field, false);
    drop_table(model.table);
}

void DjangoSchema::drop_table(const std::string& table) {
    send("DROP TABLE " + quoted(table) + " CASCADE");
    std::erase_if(deferred_, [&](const Deferred& one) { return one.table == table; });
}

void DjangoSchema::add_field(const DjangoModel& model, const DjangoField& field) {
    if (field.is_many_to_many()) return through_table(model, field, true);
    if (!field.is_column()) return;
    const std::string alter = "ALTER TABLE " + quoted(model.table) + " ";
    std::string sql = alter + "ADD COLUMN " + column_sql(model, field, true);
    if (field.constrained()) {
        sql += " CONSTRAINT " + quoted(key_name(model, field)) + " REFERENCES " + quoted(target_table(model, field)) +
               "(" + quoted(target_column(model, field)) + ") DEFERRABLE INITIALLY DEFERRED";
        send(sql);
        send("SET CONSTRAINTS " + quoted(key_name(model, field)) + " IMMEDIATE");
    } else {
        send(sql);
    }
    if (!field.get("db_default") && effective_default(field))
        send(alter + "ALTER COLUMN " + quoted(field.column()) + " DROP DEFAULT");
    for (std::string& index : field_indexes(model, field)) defer(model, {field.column()}, std::move(index));
}

void DjangoSchema::drop_key(const DjangoModel& model, const DjangoField& field) {
    const std::string name = quoted(key_name(model, field));
    send("SET CONSTRAINTS " + name + " IMMEDIATE");
    send("ALTER TABLE " + quoted(model.table) + " DROP CONSTRAINT " + name);
}

void DjangoSchema::remove_field(const DjangoModel& model, const DjangoField& field) {
    if (field.is_many_to_many()) return through_table(model, field, false);
    if (!field.is_column()) return;
    if (field.constrained()) drop_key(model, field);
    send("ALTER TABLE " + quoted(model.table) + " DROP COLUMN " + quoted(field.column()) + " CASCADE");
    std::erase_if(deferred_, [&](const Deferred& one) {
        return one.table == model.table &&
               std::find(one.columns.begin(), one.columns.end(), field.column()) != one.columns.end();
    });
}

void DjangoSchema::rename_column(const DjangoModel& model, const DjangoField& old, const DjangoField& field) {
    if (old.is_many_to_many()) {
        if (!old.get("through"))
            send("ALTER TABLE " + quoted(through_name(model, old)) + " RENAME TO " +
                 quoted(through_name(model, field)));
        return;
    }
    if (old.column() == field.column()) return;
    if (old.constrained()) drop_key(model, old);
    send("ALTER TABLE " + quoted(model.table) + " RENAME COLUMN " + quoted(old.column()) + " TO " +
         quoted(field.column()));
    if (field.constrained()) send("ALTER TABLE " + quoted(model.table) + " " + key_clause(model, field));
}

// BaseDatabaseSchemaEditor._alter_field, in its order.
void DjangoSchema::alter_field(const DjangoModel& model, const DjangoField& old, DjangoField& field) {
    if (old.is_many_to_many() && field.is_many_to_many()) {
        const auto target = [](const DjangoField& one) {
            const Value* to = one.get("to");
            return to && to->is_text() ? lower(to->text.substr(to->text.rfind('.') + 1)) : std::string();
        };
        const bool moved = target(old) != target(field) && !target(old).empty() && !target(field).empty();
        if (moved) doubt("a many-to-many field that refers to another model");
        return;
    }
    if (old.is_many_to_many() || field.is_many_to_many()) return doubt("a field that Django does not alter");
    if (!old.is_column() && !field.is_column()) return;
    field.unique_name = old.unique_name;
    if (same_for_database(old, field)) return;
    const std::string table = quoted(model.table), alter = "ALTER TABLE " + table + " ";
    const std::string column = quoted(field.column());
    if (old.constrained()) drop_key(model, old);
    if (old.unique() && !old.primary_key() && !field.unique()) {
        const std::string name = old.unique_name.empty() ? model.table + "_" + old.column() + "_key" : old.unique_name;
        send(alter + "DROP CONSTRAINT " + quoted(name));
        field.unique_name.clear();
    }
    if (old.indexed() && !old.unique() && (!field.indexed() || field.unique()))
        send("DROP INDEX IF EXISTS " + quoted(index_name(model.table, {old.column()}, "")));
    if (is_positive(old.kind) && !is_positive(field.kind))
        send(alter + "DROP CONSTRAINT " + quoted(model.table + "_" + old.column() + "_check"));
    if (old.column() != field.column()) send(alter + "RENAME COLUMN " + quoted(old.column()) + " TO " + column);
    std::vector<std::string> actions;
    const std::string old_type = old.is_key() ? key_type(model, old) : plain_type(old);
    const std::string new_type = field.is_key() ? key_type(model, field) : plain_type(field);
    const std::string old_like = like_index(model, old), new_like = like_index(model, field);
    const auto base = [](const std::string& type) { return type.substr(0, type.find('(')); };
    if (old_type != new_type) {
        if (!old_like.empty() && new_like.empty())
            send("DROP INDEX IF EXISTS " + quoted(index_name(model.table, {old.column()}, "_like")));
        actions.push_back("ALTER COLUMN " + column + " TYPE " + new_type +
                          (base(old_type) != base(new_type) ? " USING " + column + "::" + new_type : ""));
        if (old.primary_key()) doubt("the columns that refer to a changed key");
    }
    if (is_automatic(old.kind) != is_automatic(field.kind)) doubt("a sequence that comes or goes");
    const auto fallback = effective_default(field);
    const bool tightens = old.null() && !field.null();
    // A function gives another value each time.
    const Value* given = field.get("default");
    const bool made_anew = given && given->is(Value::Kind::path) && !given->is_path("dict") && !given->is_path("list");
    const bool needs_default =
        tightens && fallback && (made_anew || fallback != effective_default(old)) && !field.get("db_default");
    if (needs_default) actions.push_back("ALTER COLUMN " + column + " SET DEFAULT " + *fallback);
    const bool four_ways = tightens && field.has_default() && fallback;
    std::vector<std::string> nulls;
    if (old.null() != field.null())
        nulls.push_back("ALTER COLUMN " + column + (field.null() ? " DROP NOT NULL" : " SET NOT NULL"));
    if (!four_ways) actions.insert(actions.end(), nulls.begin(), nulls.end());
    std::string all;
    for (const std::string& action : actions) all += (all.empty() ? "" : ", ") + action;
    if (!all.empty()) send(alter + all);
    if (four_ways) {
        send("UPDATE " + table + " SET " + column + " = " + *fallback + " WHERE " + column + " IS NULL");
        for (const std::string& null : nulls) send(alter + null);
    }
    if (!old.unique() && field.unique() && !field.primary_key()) {
        field.unique_name = index_name(model.table, {field.column()}, "_uniq");
        send(alter + "ADD CONSTRAINT " + quoted(field.unique_name) + " UNIQUE (" + column + ")");
    }
    if ((!old.indexed() || old.unique()) && field.indexed() && !field.unique())
        send("CREATE INDEX " + quoted(index_name(model.table, {field.column()}, "")) + " ON " + table + " (" + column +
             ")");
    if (!old.primary_key() && field.primary_key()) doubt("a column that becomes the key");
    if (field.constrained()) send(alter + key_clause(model, field));
    if (!is_positive(old.kind) && is_positive(field.kind))
        send(alter + "ADD CONSTRAINT " + quoted(index_name(model.table, {field.column()}, "_check")) + " CHECK (" +
             column + " >= 0)");
    if (needs_default) send(alter + "ALTER COLUMN " + column + " DROP DEFAULT");
    const bool gains = (!(old.indexed() || old.unique()) && field.indexed()) || (!old.unique() && field.unique());
    if (gains && !new_like.empty()) send(new_like);
    if (old.unique() && !field.indexed() && !field.unique() && !old_like.empty())
        send("DROP INDEX IF EXISTS " + quoted(index_name(model.table, {old.column()}, "_like")));
}

void DjangoSchema::alter_together(const DjangoModel& model, const std::vector<std::vector<std::string>>& old,
                                  const std::vector<std::vector<std::string>>& fresh, bool unique) {
    const auto without = [](const auto& all, const auto& others) {
        std::vector<std::vector<std::string>> rest;
        for (const auto& one : all)
            if (std::find(others.begin(), others.end(), one) == others.end()) rest.push_back(one);
        return rest;
    };
    for (const auto& fields : without(old, fresh)) {
        const std::string name = quoted(index_name(model.table, columns_of(model, fields), unique ? "_uniq" : "_idx"));
        send(unique ? "ALTER TABLE " + quoted(model.table) + " DROP CONSTRAINT " + name
                    : "DROP INDEX IF EXISTS " + name);
    }
    for (const auto& fields : without(fresh, old)) {
        const auto columns = columns_of(model, fields);
        const std::string name = quoted(index_name(model.table, columns, unique ? "_uniq" : "_idx"));
        send(unique ? "ALTER TABLE " + quoted(model.table) + " ADD CONSTRAINT " + name + " UNIQUE (" + joined(columns) +
                          ")"
                    : "CREATE INDEX " + name + " ON " + quoted(model.table) + " (" + joined(columns) + ")");
    }
}

}  // namespace pgfence::extract
