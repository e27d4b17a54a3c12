// Tables and what is done to them.

#include "extract/python/django_schema.h"

#include <algorithm>
#include <array>

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

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
    if (a.kind != b.kind || a.own_type != b.own_type || a.column() != b.column()) return false;
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
                  quoted_list(columns) + ")");
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
                  quoted_list(columns) + ")");
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
    if (old.is_positive() && !field.is_positive())
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
    if (old.is_automatic() != field.is_automatic()) doubt("a sequence that comes or goes");
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
    if (!old.is_positive() && field.is_positive())
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
        send(unique ? "ALTER TABLE " + quoted(model.table) + " ADD CONSTRAINT " + name + " UNIQUE (" +
                          quoted_list(columns) + ")"
                    : "CREATE INDEX " + name + " ON " + quoted(model.table) + " (" + quoted_list(columns) + ")");
    }
}

}  // namespace pgfence::extract
