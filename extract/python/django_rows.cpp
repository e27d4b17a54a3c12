#include "extract/python/django_rows.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "extract/program/sql_text.h"
#include "extract/python/harmless.h"
#include "extract/python/python.h"
#include "extract/python/sqlalchemy.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kApps = "django.apps";
constexpr std::string_view kEditor = "django.schema_editor";
/// A row of a set, in a path.
constexpr std::string_view kRow = "[]";
constexpr int kDeepestCascade = 6;
/// Through all models, for what refers to one.
constexpr int kMostSearches = 2'000;

constexpr std::array kWrites{"save"sv,        "delete"sv,      "update"sv,           "create"sv,
                             "bulk_create"sv, "bulk_update"sv, "get_or_create"sv,    "add"sv,
                             "set"sv,         "clear"sv,       "update_or_create"sv, "remove"sv};
/// They give a row, or read some.
constexpr std::array kRowReads{"get"sv,           "first"sv,           "last"sv, "earliest"sv, "latest"sv,
                               "get_or_create"sv, "update_or_create"sv};
constexpr std::array kReads{"get"sv,   "first"sv,  "last"sv,    "earliest"sv,  "latest"sv,
                            "count"sv, "exists"sv, "in_bulk"sv, "aggregate"sv, "refresh_from_db"sv};

/// They give a set again, or values of it.
constexpr std::array kNarrows{"filter"sv,
                              "exclude"sv,
                              "all"sv,
                              "order_by"sv,
                              "values"sv,
                              "values_list"sv,
                              "annotate"sv,
                              "distinct"sv,
                              "select_related"sv,
                              "only"sv,
                              "prefetch_related"sv,
                              "defer"sv,
                              "iterator"sv,
                              "none"sv,
                              "using"sv,
                              "reverse"sv,
                              "union"sv,
                              "intersection"sv,
                              "difference"sv,
                              "slice"sv,
                              "select_for_update"sv,
                              "dates"sv,
                              "datetimes"sv,
                              "explain"sv,
                              "alias"sv,
                              "get_queryset"sv,
                              "db_manager"sv,
                              "full_clean"sv,
                              "clean"sv,
                              "extra"sv,
                              "get_field"sv,
                              "get_fields"sv,
                              "complex_filter"sv,
                              "get_model"sv,
                              "resolve_expression"sv,
                              "as_manager"sv,
                              "get_for_model"sv,
                              "get_for_models"sv,
                              "get_for_id"sv,
                              "contains"sv,
                              "get_by_natural_key"sv,
                              "get_queryset_for"sv};

/// Of the models themselves, whatever rows they have (apps/registry.py, db/migrations/state.py).
bool is_of_registry(const Call& call) {
    constexpr std::array kAsks{"get_models"sv,           "get_app_config"sv,   "get_app_configs"sv,
                               "is_installed"sv,         "clear_cache"sv,      "clear_delayed_apps_cache"sv,
                               "get_registered_model"sv, "check_apps_ready"sv, "check_models_ready"sv};
    return call.path.size() == kApps.size() + 1 + call.name().size() && call.path.starts_with(kApps) &&
           is_among(call.name(), kAsks);
}

}  // namespace

std::vector<Value> DjangoRows::arguments() {
    return {path_value(std::string(kApps)), path_value(std::string(kEditor))};
}

std::optional<Value> DjangoRows::look_up(const Value& path) {
    if (path.text.ends_with("connection.vendor")) return text_value("postgresql");
    if (path.text.ends_with("connection.alias")) return text_value("default");
    return std::nullopt;
}

namespace {

struct ModelName {
    std::string app, model;
};
ModelName name_of_model(const Call& get_model) {
    std::string app, name;
    if (const Value* first = get_model.get(0, "app_label"); first && first->is_text()) app = first->text;
    if (const Value* second = get_model.get(1, "model_name"); second && second->is_text()) name = second->text;
    if (const auto dot = app.find('.'); name.empty() && dot != std::string::npos) {
        name = app.substr(dot + 1);
        app.resize(dot);
    }
    return {lower_case(app), lower_case(name)};
}

}  // namespace

std::optional<DjangoRows::Rows> DjangoRows::model_named(const Call& get_model) const {
    const auto [app, name] = name_of_model(get_model);
    const std::string path = app + "." + name;
    for (const auto* models : {&state_.models, &state_.created})
        if (const auto found = models->find(path); found != models->end())
            return Rows{Rows::Of::model, &found->second, {}, {}};
    return std::nullopt;
}

// Of an app whose migrations are not the repository's: the name that Django gives.
std::string DjangoRows::table_elsewhere(const Value& value) const {
    if (!value.call && !value.of) return {};
    if (!value.call || value.call->name() != "get_model")
        return table_elsewhere(value.call ? value.call->receiver : *value.of);
    const auto [app, name] = name_of_model(*value.call);
    for (const auto* models : {&state_.models, &state_.created})
        if (const auto own = models->lower_bound(app + "."); own != models->end() && own->second.app == app) return {};
    return app.empty() || name.empty() ? std::string() : app + "_" + name;
}

bool DjangoRows::insert_elsewhere(const Call& call) {
    if (call.name() != "create" && call.name() != "get_or_create" && call.name() != "bulk_create") return false;
    const std::string table = table_elsewhere(call.receiver);
    if (table.empty()) return false;
    const std::size_t before = out_.sent();
    out_.made("INSERT INTO " + quote_name(table) + " VALUES (" + parameter() + ")", place_of(call));
    out_.depends(before, "whether " + table + " is the model's table");
    return true;
}

std::optional<DjangoRows::Rows> DjangoRows::rows_of(const Value& value) {
    if (!value.is(Value::Kind::path) || value.text.find("get_model()") == std::string::npos) return std::nullopt;
    if (value.call) {
        const Call& call = *value.call;
        if (call.name() == "get_model") return model_named(call);
        const auto rows = rows_of(call.receiver);
        return rows ? result(*rows, call) : std::nullopt;
    }
    const auto rows = value.of ? rows_of(*value.of) : std::nullopt;
    return rows ? member(*rows, value.text.substr(value.text.rfind('.') + 1)) : std::nullopt;
}

std::optional<DjangoRows::Rows> DjangoRows::member(const Rows& rows, const std::string& name) {
    if (rows.what == Rows::Of::values || rows.what == Rows::Of::links) return std::nullopt;
    if (rows.what == Rows::Of::set) return name == kRow ? std::optional(Rows{Rows::Of::row, rows.model, {}, {}}) : rows;
    // Managers have any name.
    if (rows.what == Rows::Of::model) return Rows{Rows::Of::set, rows.model, {}, {}};
    if (const DjangoField* field = rows.model->field(name)) {
        const DjangoModel* target = state_.target(*rows.model, field->get("to"));
        if (field->is_key() && target) return Rows{Rows::Of::row, target, {}, {}};
        if (!field->is_many_to_many()) return std::nullopt;
        const Value* through = field->get("through");
        const DjangoModel* between = through ? state_.target(*rows.model, through) : nullptr;
        if (through && !between) return std::nullopt;
        return Rows{Rows::Of::links, target, between ? between->table : schema_.through_name(*rows.model, *field), {}};
    }
    bool single = false;
    const DjangoModel* other = referring(*rows.model, name, single);
    if (!other) return std::nullopt;
    return Rows{single ? Rows::Of::row : Rows::Of::set, other, {}, {single ? "" : parameter()}};
}

// A field of another model may give rows of this one a name for what refers to them.
const DjangoModel* DjangoRows::referring(const DjangoModel& model, std::string_view name, bool& single) {
    if (++searches_ > kMostSearches) return nullptr;
    for (const auto& [path, other] : state_.models)
        for (const DjangoField& field : other.fields) {
            if (!field.is_key() || state_.target(other, field.get("to")) != &model) continue;
            single = field.kind == "OneToOneField";
            const Value* given = field.get("related_name");
            if (given ? given->text == name : lower_case(other.name) + (single ? "" : "_set") == name) return &other;
        }
    return nullptr;
}

std::optional<DjangoRows::Rows> DjangoRows::result(Rows rows, const Call& call) {
    const std::string_view name = call.name();
    // The model itself is called: a row that is not in the table yet.
    if (call.path == call.receiver.text) {
        if (rows.what != Rows::Of::model) return std::nullopt;
        rows.what = Rows::Of::fresh;
        return rows;
    }
    if (rows.what == Rows::Of::links) {
        if (!rows.model) return std::nullopt;
        return Rows{is_among(name, kRowReads) ? Rows::Of::row : Rows::Of::set, rows.model, {}, {parameter()}};
    }
    if (rows.what == Rows::Of::values) return rows;
    if (rows.what != Rows::Of::set) return std::nullopt;
    if (is_among(name, kRowReads) || name == "create") return Rows{Rows::Of::row, rows.model, {}, {}};
    if (name == "values" || name == "values_list" || name == "in_bulk") rows.what = Rows::Of::values;
    if (name == "filter" || name == "exclude") {
        std::string all;
        for (const Value& part : call.args)
            all += (all.empty() ? "" : " AND ") + (static_cast<void>(part), parameter());
        for (const auto& [key, value] : call.named)
            all += (all.empty() ? "" : " AND ") + condition(*rows.model, key, value);
        if (call.more_args) all += (all.empty() ? "" : " AND ") + parameter();
        if (!all.empty()) rows.where.push_back(name == "exclude" ? "NOT (" + all + ")" : all);
    } else if (name == "slice") {
        rows.where.push_back(parameter());
    } else if (name == "none") {
        rows.where.push_back("false");
    }
    return rows;
}

std::string DjangoRows::value_sql(const DjangoModel& model, const Value& value) {
    if (value.is(Value::Kind::number)) return value.text;
    if (value.is(Value::Kind::boolean)) return value.yes ? "true" : "false";
    if (value.is(Value::Kind::nothing)) return "NULL";
    if (value.is(Value::Kind::text) && !value.holds_unknown) return literal(value.text);
    const bool column = value.call && last_name(value) == "F" && !value.call->args.empty();
    const DjangoField* field = column ? model.field(value.call->args.front().text) : nullptr;
    return field ? quote_name(model.table) + "." + quote_name(field->column()) : parameter();
}

std::string DjangoRows::condition(const DjangoModel& model, const std::string& key, const Value& value) {
    const auto split = key.find("__");
    const std::string name = key.substr(0, split);
    const std::string operation = split == std::string::npos ? "exact" : key.substr(split + 2);
    const DjangoField* field = name == "pk" ? model.key() : model.field(name);
    if (!field && name.ends_with("_id")) field = model.field(name.substr(0, name.size() - 3));
    if (!field || !field->is_column()) return parameter();
    const std::string column = quote_name(model.table) + "." + quote_name(field->column());
    if (operation == "isnull" && value.is(Value::Kind::boolean))
        return column + (value.yes ? " IS NULL" : " IS NOT NULL");
    if (operation == "exact" && value.is(Value::Kind::nothing)) return column + " IS NULL";
    for (const auto& [word, sign] :
         std::array{std::pair{"exact"sv, " = "sv}, std::pair{"gt"sv, " > "sv}, std::pair{"gte"sv, " >= "sv},
                    std::pair{"lt"sv, " < "sv}, std::pair{"lte"sv, " <= "sv}})
        if (operation == word) return column + std::string(sign) + value_sql(model, value);
    const auto items = operation == "in" ? iterated(value) : std::nullopt;
    if (!items || items->empty()) return operation == "in" ? column + " IN (" + parameter() + ")" : parameter();
    std::string list;
    for (const Value& item : *items) list += (list.empty() ? "" : ", ") + value_sql(model, item);
    return column + " IN (" + list + ")";
}

std::string DjangoRows::where(const std::vector<std::string>& conditions) {
    std::string all;
    for (const std::string& one : conditions)
        if (!one.empty()) all += (all.empty() ? " WHERE " : " AND ") + one;
    return all;
}

void DjangoRows::select(const Rows& rows, ByteRange place) {
    std::string columns;
    for (const DjangoField& field : rows.model->fields)
        if (field.is_column())
            columns += (columns.empty() ? "" : ", ") + quote_name(rows.model->table) + "." + quote_name(field.column());
    out_.made("SELECT " + columns + " FROM " + quote_name(rows.model->table) + where(rows.where), place);
}

void DjangoRows::insert(const DjangoModel& model, ByteRange place) {
    std::string columns, values;
    for (const DjangoField& field : model.fields) {
        if (!field.is_column() || field.is_automatic()) continue;
        columns += (columns.empty() ? "" : ", ") + quote_name(field.column());
        values += (values.empty() ? "" : ", ") + parameter();
    }
    out_.made("INSERT INTO " + quote_name(model.table) +
                  (columns.empty() ? " DEFAULT VALUES" : " (" + columns + ") VALUES (" + values + ")"),
              place);
}

void DjangoRows::update(const Rows& rows, const std::vector<std::pair<std::string, std::string>>& values,
                        ByteRange place) {
    std::string set;
    for (const auto& [name, value] : values) {
        const DjangoField* field = rows.model->field(name);
        if (!field && name.ends_with("_id")) field = rows.model->field(name.substr(0, name.size() - 3));
        set += (set.empty() ? "" : ", ") + quote_name(field ? field->column() : name) + " = " + value;
    }
    if (!set.empty()) out_.made("UPDATE " + quote_name(rows.model->table) + " SET " + set + where(rows.where), place);
}

// update(**values): of which columns nobody knows, so that it may be each.
void DjangoRows::update_any(const Rows& rows, const Call& call) {
    std::vector<std::pair<std::string, std::string>> values;
    for (const DjangoField& field : rows.model->fields)
        if (field.is_column() && !field.primary_key()) values.emplace_back(field.name, parameter());
    update(rows, values, place_of(call));
    if (!values.empty()) out_.stands_in("SET", {"which columns update() is given"});
}

// Model.save: an UPDATE of all columns, unless told which.
void DjangoRows::save(const Rows& rows, const Call& call) {
    if (rows.what == Rows::Of::fresh) return insert(*rows.model, place_of(call));
    const Value* given = call.get("update_fields");
    const auto only = given ? iterated(*given) : std::nullopt;
    std::vector<std::pair<std::string, std::string>> values;
    for (const DjangoField& field : rows.model->fields) {
        const bool wanted = !only || std::any_of(only->begin(), only->end(),
                                                 [&](const Value& name) { return name.text == field.name; });
        if (wanted && field.is_column() && !field.primary_key()) values.emplace_back(field.name, parameter());
    }
    Rows one = rows;
    const DjangoField* key = rows.model->key();
    one.where = {quote_name(rows.model->table) + "." + quote_name(key ? key->column() : "id") + " = " + parameter()};
    update(one, values, place_of(call));
}

// Collector: what refers to the rows goes first, or forgets them.
void DjangoRows::remove(const Rows& rows, ByteRange place, int depth) {
    if (depth > kDeepestCascade || ++searches_ > kMostSearches)
        return out_.unread(place, "rows that refer to deleted ones", "they refer to each other too deeply");
    const DjangoField* key = rows.model->key();
    for (const auto& [path, other] : state_.models)
        for (const DjangoField& field : other.fields) {
            if (!field.is_key() || !other.exists || state_.target(other, field.get("to")) != rows.model) continue;
            const Value* rule = field.get("on_delete");
            const std::string_view action = rule ? last_name(*rule) : "CASCADE"sv;
            const std::string column = quote_name(other.table) + "." + quote_name(field.column());
            const Rows theirs{Rows::Of::set, &other, {}, {column + " IN (" + parameter() + ")"}};
            if (action == "CASCADE" && &other != rows.model)
                remove(theirs, place, depth + 1);
            else if (action == "SET_NULL" || action == "SET_DEFAULT" || action == "SET")
                update(theirs, {{field.name, action == "SET_NULL" ? "NULL" : parameter()}}, place);
        }
    for (const DjangoField& field : rows.model->fields)
        if (field.is_many_to_many() && !field.get("through"))
            out_.made("DELETE FROM " + quote_name(schema_.through_name(*rows.model, field)) + " WHERE " +
                          quote_name(lower_case(rows.model->name) + "_id") + " IN (" + parameter() + ")",
                      place);
    std::vector<std::string> conditions = rows.where;
    if (rows.what == Rows::Of::row)
        conditions = {quote_name(rows.model->table) + "." + quote_name(key ? key->column() : "id") + " = " +
                      parameter()};
    out_.made("DELETE FROM " + quote_name(rows.model->table) + where(conditions), place);
}

bool DjangoRows::on_links(const Rows& rows, const Call& call) {
    const std::string_view name = call.name();
    if (name == "add" || name == "set" || name == "create")
        out_.made("INSERT INTO " + quote_name(rows.table) + " VALUES (" + parameter() + ")", place_of(call));
    if (name == "remove" || name == "set" || name == "clear")
        out_.made("DELETE FROM " + quote_name(rows.table) + " WHERE " + parameter(), place_of(call));
    return true;
}

bool DjangoRows::on_rows(const Rows& rows, const Call& call) {
    const std::string_view name = call.name();
    const ByteRange place = place_of(call);
    if (rows.what == Rows::Of::links) return on_links(rows, call);
    const bool one = rows.what == Rows::Of::row || rows.what == Rows::Of::fresh;
    if (name == "save") {
        save(rows, call);
    } else if (name == "delete") {
        remove(rows, place, 0);
    } else if (!one && name == "update") {
        std::vector<std::pair<std::string, std::string>> values;
        for (const auto& [column, value] : call.named) values.emplace_back(column, value_sql(*rows.model, value));
        if (call.more_args)
            update_any(rows, call);
        else if (!values.empty())
            update(rows, values, place);
        else
            return false;
    } else if (!one && name == "bulk_update") {
        const Value* given = call.get(1, "fields");
        const auto fields = given ? iterated(*given) : std::nullopt;
        if (!fields) return false;
        std::vector<std::pair<std::string, std::string>> values;
        for (const Value& field : *fields) values.emplace_back(field.text, parameter());
        const DjangoField* key = rows.model->key();
        Rows some = rows;
        some.where = {quote_name(rows.model->table) + "." + quote_name(key ? key->column() : "id") + " IN (" +
                      parameter() + ")"};
        const Value* changed = call.get(0, "objs");
        const bool counted = changed && changed->is(Value::Kind::list) && !changed->items->uncounted;
        const std::size_t before = out_.sent();
        update(some, values, place);
        if (!counted) out_.depends(before, "how many rows bulk_update() is given");
        if (!counted) out_.for_rows(before);
    } else if (!one && (name == "create" || name == "bulk_create")) {
        insert(*rows.model, place);
    } else if (!one && (name == "get_or_create" || name == "update_or_create")) {
        Rows some = rows;
        for (const auto& [key, value] : call.named)
            if (key != "defaults") some.where.push_back(condition(*rows.model, key, value));
        select(some, place);
        const std::size_t before = out_.sent();
        insert(*rows.model, place);
        out_.depends(before, "whether the row exists");
    } else if (is_among(name, kReads)) {
        Rows some = rows;
        for (const auto& [key, value] : call.named)
            if (name == "get") some.where.push_back(condition(*rows.model, key, value));
        select(some, place);
    } else {
        return !is_among(name, kWrites) && !call.discarded && only_reads(call);
    }
    return true;
}

void DjangoRows::execute(const Call& call) {
    const Value* sql = call.get(0, "sql");
    if (!sql || !sql->is_text()) return out_.unread(place_of(call), "SQL", "it is not known from the file");
    const Value* values = call.get(1, "params");
    const bool fills = values && !values->is(Value::Kind::nothing) && sql->text.find('%') != std::string::npos;
    // A parameter is a literal of its own, whatever it holds.
    std::vector<Value> parameters;
    const auto items = values ? iterated(*values) : std::nullopt;
    for (std::size_t i = 0; fills && i < (items ? items->size() : 40); ++i)
        parameters.push_back(text_value(parameter()));
    out_.written(fills ? percent(*sql, list_value(std::move(parameters))) : *sql, place_of(call));
}

bool DjangoRows::on_connection(const Call& call) {
    const std::string_view name = call.name();
    const bool cursor = call.path.find("cursor()") != std::string::npos || call.receiver.is(Value::Kind::unknown);
    const bool editor = call.path.starts_with(kEditor);
    if ((name == "execute" || name == "executemany") && (cursor || editor)) {
        execute(call);
        return true;
    }
    return (editor || (cursor && call.path.find("cursor()") != std::string::npos)) && only_asks(call);
}

/// Of a cursor, a connection or the schema editor: it asks, or names something.
bool DjangoRows::only_asks(const Call& call) {
    constexpr std::array kAsks{"cursor"sv,
                               "close"sv,
                               "atomic"sv,
                               "quote_name"sv,
                               "quote_value"sv,
                               "get_table_list"sv,
                               "table_names"sv,
                               "get_constraints"sv,
                               "get_relations"sv,
                               "get_sequences"sv,
                               "get_indexes"sv,
                               "get_table_description"sv,
                               "mogrify"sv,
                               "get_autocommit"sv,
                               "ensure_connection"sv,
                               "set_autocommit"sv,
                               "commit"sv,
                               "savepoint"sv,
                               "savepoint_commit"sv,
                               "django_table_names"sv,
                               "chunked_cursor"sv,
                               "column_sql"sv,
                               "get_primary_key_column"sv,
                               "prepare_value"sv};
    return is_among(call.name(), kAsks) || is_harmless_method(call.name());
}

namespace {

/// What a model's _meta and its fields tell (django/db/models/options.py, fields/__init__.py): they ask no database.
bool asks_of_model(const Call& call) {
    constexpr std::array kTells{"get_field"sv,       "get_fields"sv,        "to_python"sv,   "get_prep_value"sv,
                                "get_default"sv,     "has_default"sv,       "clean"sv,       "value_from_object"sv,
                                "value_to_string"sv, "get_internal_type"sv, "deconstruct"sv, "run_validators"sv,
                                "get_attname"sv,     "get_parent_list"sv};
    const auto at = call.path.rfind("._meta.");
    return at != call.path.npos && call.path.find(".objects", at) == call.path.npos && is_among(call.name(), kTells);
}

}  // namespace

bool DjangoRows::harmless(const Call& call) {
    if (asks_of_model(call)) return true;
    const std::string_view path = call.path;
    if (is_harmless(call) || path.starts_with("super()")) return true;
    const bool connection = path.starts_with(kEditor) || path.find("connection") != std::string::npos ||
                            path.find("cursor()") != std::string::npos;
    if (connection) return only_asks(call) || path.ends_with("__class__");
    if (path.find("get_model()") != std::string::npos || call.name() == "get_model") return only_reads(call);
    if (path.starts_with(kApps)) return is_harmless_method(call.name()) || is_of_registry(call);
    return harmless_of_django(call) || only_reads_rows_by_name(call);
}

bool DjangoRows::harmless_of_django(const Call& call) {
    const std::string_view path = call.path;
    constexpr std::array kParts{"django.utils."sv,
                                "django.conf."sv,
                                "django.db.models."sv,
                                "django.contrib.postgres."sv,
                                "django.core.validators."sv,
                                "django.core.exceptions."sv,
                                "django.contrib.gis."sv,
                                "django.core.files."sv,
                                "django.core.serializers.json."sv,
                                "django.core.serializers.base.deserialize_fk_value"sv,
                                "django.core.serializers.base.deserialize_m2m_values"sv,
                                "django.contrib.auth.hashers."sv,
                                "django.db.transaction.atomic"sv,
                                "django.db.Q"sv,
                                "django.db.migrations.swappable_dependency"sv,
                                "django.contrib.auth.get_user_model"sv,
                                "django.db.transaction.get_connection"sv,
                                "django.contrib.auth.validators."sv,
                                "django.contrib.auth.models.User"sv,
                                "django.db.router."sv,
                                "django.core.cache."sv,
                                "django.urls."sv,
                                "django.apps.apps.get_app_config"sv,
                                "django.template.defaultfilters."sv,
                                "django.core.management.color."sv};
    const bool signal =
        path.find("signals") != std::string_view::npos || path.find(".objects.") != std::string_view::npos;
    return !signal && std::any_of(kParts.begin(), kParts.end(), [&](auto part) { return path.starts_with(part); });
}

/// Of models and rows that are the state's: it reads, or narrows what a later call does.
bool DjangoRows::only_reads(const Call& call) {
    return call.path == call.receiver.text || is_among(call.name(), kReads) || is_among(call.name(), kNarrows) ||
           is_among(call.name(), kWrites) || (call.name().starts_with("get_") && call.name().ends_with("_display")) ||
           is_harmless_method(call.name());
}

/// Methods that only a set of rows has, and that read.
bool DjangoRows::only_reads_rows_by_name(const Call& call) {
    return call.path.find(".objects.") != std::string::npos && !is_among(call.name(), kWrites) &&
           (is_among(call.name(), kReads) || is_among(call.name(), kNarrows));
}

// A function that is not the file's own, nor of the repository.
void DjangoRows::foreign(const Call& call) {
    const auto reaches_rows = [](const Value& value) {
        return value.is(Value::Kind::path) && (value.text.starts_with(kApps) || value.text.starts_with(kEditor)) &&
               value.text.find("[]") == std::string::npos;
    };
    const bool given = std::any_of(call.args.begin(), call.args.end(), reaches_rows);
    const bool writes = is_among(call.name(), kWrites) && !call.receiver.items && !call.receiver.is_text();
    const bool of_django = call.path.starts_with("django.db.models") || call.path.starts_with("django.utils") ||
                           call.path.starts_with("django.core.serializers.base.deserialize_");
    // update() of a hash, or of what may be rows.
    const bool of_nobody_knows_what = call.path.starts_with('.');
    if ((is_harmless(call) && !(writes && of_nobody_knows_what)) || of_django || is_of_registry(call)) return;
    if (given || writes || (call.discarded && !call.path.starts_with('.')))
        out_.unread(place_of(call), call.path.size() > 120 ? "a call" : call.path + "()",
                    "its effect on the data is not known from the repository");
}

/// Whatever the table is: the row with that key is read, and made or changed alone.
bool DjangoRows::is_of_one_row(const Call& call) {
    const bool by_key = (call.get("pk") || call.get("id")) && !call.more_args;
    return by_key && (call.name() == "get_or_create" || call.name() == "update_or_create");
}

/// What Django does itself when an app's models are there: rows for them and their permissions
/// (contrib/auth/management, contrib/contenttypes/management).
bool DjangoRows::makes_permissions(const Call& call) {
    const bool of_permissions = call.path == "django.contrib.auth.management.create_permissions";
    constexpr std::array kOfTypes{"django.contrib.contenttypes.management.create_contenttypes"sv,
                                  "django.contrib.contenttypes.management.update_contenttypes"sv,
                                  "django.contrib.contenttypes.management.update_all_contenttypes"sv};
    if (!of_permissions && std::find(kOfTypes.begin(), kOfTypes.end(), call.path) == kOfTypes.end()) return false;
    const std::size_t before = out_.sent();
    out_.made("INSERT INTO \"django_content_type\" (\"app_label\", \"model\") VALUES ($1, $2)", place_of(call));
    if (of_permissions)
        out_.made("INSERT INTO \"auth_permission\" (\"name\", \"content_type_id\", \"codename\") VALUES ($1, $2, $3)",
                  place_of(call));
    out_.depends(before, "which of these rows exist");
    return true;
}

std::optional<Value> DjangoRows::called(const Call& call) {
    parameters_ = 0;
    if (makes_permissions(call)) return nothing_value();
    if (call.name() == "get_model" || call.path.starts_with("super()") || asks_of_model(call)) return std::nullopt;
    if (on_connection(call)) return std::nullopt;
    const auto rows = rows_of(call.receiver);
    if (!rows && call.path.find("get_model()") != std::string::npos) {
        const bool matters = (is_among(call.name(), kWrites) || call.discarded) && !is_of_one_row(call);
        if (matters && call.path != call.receiver.text && !insert_elsewhere(call))
            out_.unread(place_of(call), std::string(call.name()) + "()",
                        "the rows that it works on are not known from the files");
        return std::nullopt;
    }
    if (!rows) {
        foreign(call);
    } else if (!on_rows(*rows, call)) {
        out_.unread(place_of(call), std::string(call.name()) + "()", "its effect on rows is not known");
    }
    return std::nullopt;
}

std::optional<Value> DjangoRows::element(const Value& path) {
    parameters_ = 0;
    const auto rows = rows_of(path);
    if (!rows) return std::nullopt;
    // get_or_create() gives a pair.
    if (rows->what == Rows::Of::row && path.call) return path;
    if (rows->what != Rows::Of::set && rows->what != Rows::Of::values) return std::nullopt;
    select(*rows, {path.begin, path.end});
    if (rows->what == Rows::Of::values) return unknown_value();
    return member_of(path, std::string(kRow));
}

bool DjangoRows::any_rows(const Value& path) {
    if (path.text.find("cursor()") != std::string::npos) return !is_one_of_its_rows(path) && out_.asked_for_any_rows();
    const auto rows = rows_of(path);
    return rows && (rows->what == Rows::Of::set || rows->what == Rows::Of::values) &&
           std::none_of(rows->where.begin(), rows->where.end(),
                        [&](const std::string& one) { return picks_rows(one, rows->model->table); });
}

}  // namespace pgfence::extract
