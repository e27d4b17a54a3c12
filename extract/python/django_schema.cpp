// Tables and what is done to them.

#include "extract/python/django_schema.h"

#include <algorithm>
#include <array>
#include <utility>

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

constexpr int kForgivesRenamedModels = 50;
/// What comes behind it is the table that is referred to.
constexpr std::string_view kReferences = "REFERENCES";

/// Of a class that is not known, whatever is not in `options`: which it is, and what it is given.
bool is_made_alike(const DjangoField& a, const DjangoField& b) {
    return DjangoSchema::knows(a.kind) || !a.own_type.empty() ||
           (a.path == b.path && std::equal(a.args.begin(), a.args.end(), b.args.begin(), b.args.end(), alike));
}

bool same_but_for_python(const DjangoField& a, const DjangoField& b, bool same_target) {
    constexpr std::array kOnlyPython{
        "blank"sv,      "choices"sv,          "db_column"sv, "editable"sv,     "error_messages"sv,
        "help_text"sv,  "limit_choices_to"sv, "on_delete"sv, "related_name"sv, "related_query_name"sv,
        "validators"sv, "verbose_name"sv};
    const auto relevant = [&](const DjangoField& field) {
        std::map<std::string, const Value*> options;
        for (const auto& [key, value] : field.options)
            if (std::find(kOnlyPython.begin(), kOnlyPython.end(), key) == kOnlyPython.end() &&
                !(same_target && key == "to"))
                options[key] = &value;
        return options;
    };
    if (a.kind != b.kind || a.own_type != b.own_type || a.column() != b.column() || !is_made_alike(a, b)) return false;
    const auto x = relevant(a), y = relevant(b);
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](const auto& left, const auto& right) {
        // Models are named in any case.
        const bool names = left.first == "to" && left.second->is_text() && right.second->is_text();
        return left.first == right.first && (names ? lower_case(left.second->text) == lower_case(right.second->text)
                                                   : alike(*left.second, *right.second));
    });
}

/// Whatever column a class makes that is not known: it makes the same one of both, which differ in what no type hangs
/// on.
bool keeps_type_of_unknown_class(const DjangoField& a, const DjangoField& b) {
    constexpr std::array kOfNoType{
        "blank"sv,          "choices"sv,         "db_column"sv,     "db_comment"sv,  "db_constraint"sv,
        "db_default"sv,     "db_index"sv,        "db_tablespace"sv, "default"sv,     "editable"sv,
        "error_messages"sv, "help_text"sv,       "null"sv,          "primary_key"sv, "related_name"sv,
        "unique"sv,         "unique_for_date"sv, "validators"sv,    "verbose_name"sv};
    const auto differs = [&](const DjangoField& one, const DjangoField& other) {
        return std::any_of(one.options.begin(), one.options.end(), [&](const auto& option) {
            const auto there = other.options.find(option.first);
            return !is_among(option.first, kOfNoType) &&
                   (there == other.options.end() || !alike(option.second, there->second));
        });
    };
    return !DjangoSchema::knows(a.kind) && a.kind == b.kind && a.own_type == b.own_type && is_made_alike(a, b) &&
           !differs(a, b) && !differs(b, a);
}

}  // namespace

/// Without what PostgreSQL never sees (BaseDatabaseSchemaEditor._field_should_be_altered).
bool DjangoSchema::same_for_database(const DjangoModel& model, const DjangoField& old, const DjangoField& field) {
    // Newer ones look at the table that is referred to, not at the model's name.
    const bool same_table = version_ >= kForgivesRenamedModels && old.is_key() && field.is_key() &&
                            target_table(model, old) == target_table(model, field);
    return same_but_for_python(old, field, same_table);
}

void DjangoSchema::send(const std::string& sql) { out_.made(sql, place_); }
void DjangoSchema::uncertainty(std::string what) {
    out_.unread(place_, std::move(what), "it is only known at run time: a placeholder takes its place");
}

void DjangoSchema::finish() {
    for (const Deferred& deferred : deferred_) {
        out_.made(deferred.sql, deferred.place);
        if (deferred.doubt_of_target) out_.stands_in(kReferences, {*deferred.doubt_of_target});
    }
    deferred_.clear();
}

// create_many_to_many_intermediary_model
DjangoModel DjangoSchema::through(const DjangoModel& model, const DjangoField& field) const {
    DjangoModel through;
    through.app = model.app;
    through.name = model.name + "_" + field.name;
    through.table = through_name(model, field);
    DjangoField id;
    id.name = "id";
    const DjangoField* own_key = model.key();
    id.kind = own_key && own_key->kind == "BigAutoField" ? "BigAutoField" : "AutoField";
    id.options["primary_key"] = boolean_value(true);
    const Value* to = field.get("to");
    const DjangoModel* target = state_.target(model, to);
    const bool itself = (target && target->app == model.app && target->name == model.name) ||
                        (to && to->is_text() && to->text == "self");
    const std::string other = target                ? lower_case(target->name)
                              : to && to->is_text() ? lower_case(to->text.substr(to->text.rfind('.') + 1))
                                                    : "user";
    DjangoField from, towards;
    from.kind = towards.kind = "ForeignKey";
    from.name = (itself ? "from_" : "") + lower_case(model.name);
    towards.name = itself ? "to_" + lower_case(model.name) : other;
    from.options["to"] = text_value(model.app + "." + model.name);
    if (to) towards.options["to"] = itself ? from.options["to"] : *to;
    for (DjangoField* side : {&from, &towards})
        if (const Value* constrained = field.get("db_constraint")) side->options["db_constraint"] = *constrained;
    through.fields = {id, from, towards};
    through.unique_together = {{from.name, towards.name}};
    return through;
}

void DjangoSchema::through_table(const DjangoModel& model, const DjangoField& field, bool create) {
    if (field.get("through")) return;
    if (!create) return drop_table(through_name(model, field));
    create_model(through(model, field), {});
}

void DjangoSchema::create_model(const DjangoModel& model, const std::vector<std::string>& constraints) {
    std::string body;
    types_of_new_.emplace();
    for (const DjangoField& field : model.fields)
        if (field.is_column()) body += (body.empty() ? "" : ", ") + column_sql(model, field, false);
    const std::vector<std::string> types = *std::exchange(types_of_new_, std::nullopt);
    for (const std::string& constraint : constraints) body += (body.empty() ? "" : ", ") + constraint;
    send("CREATE TABLE " + quote_name(model.table) + " (" + body + ")");
    out_.stands_in(kUnknownType, types);
    const std::string alter = "ALTER TABLE " + quote_name(model.table) + " ";
    // In the order of table_sql().
    for (const auto& fields : model.unique_together) {
        const auto columns = columns_of(model, fields);
        defer(model, columns, "_uniq",
              alter + "ADD CONSTRAINT " +
                  quote_name(fresh_name(DjangoNames::Of::unique, model.table, columns, "_uniq")) + " UNIQUE (" +
                  quote_names(columns) + ")");
    }
    for (const DjangoField& field : model.fields)
        if (field.constrained())
            defer(model, {field.column()}, key_suffix(model, field), alter + key_clause(model, field),
                  doubt_of_target(model, field));
    for (const DjangoField& field : model.fields) defer_indexes(model, field);
    for (const auto& fields : model.index_together) {
        const auto columns = columns_of(model, fields);
        defer(model, columns, "_idx",
              "CREATE INDEX " + quote_name(fresh_name(DjangoNames::Of::index, model.table, columns, "_idx")) + " ON " +
                  quote_name(model.table) + " (" + quote_names(columns) + ")");
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
    send("DROP TABLE " + quote_name(table) + " CASCADE");
    const std::string refers = " REFERENCES " + quote_name(table) + " ";
    std::erase_if(deferred_,
                  [&](const Deferred& one) { return one.table == table || one.sql.find(refers) != std::string::npos; });
}

void DjangoSchema::add_field(const DjangoModel& model, const DjangoField& field) {
    if (field.is_many_to_many()) return through_table(model, field, true);
    if (!field.is_column()) return;
    const std::string alter = "ALTER TABLE " + quote_name(model.table) + " ";
    // What an unknown type may cost such a column is the model's to say.
    const bool is_bare = field.null() && (field.is_key() || (!field.unique() && !field.constrained())) &&
                         !field.get("db_default") && field.kind != "GeneratedField" && !effective_default(field);
    if (is_bare) types_of_new_.emplace();
    std::string sql = alter + "ADD COLUMN " + column_sql(model, field, true);
    const std::vector<std::string> types =
        std::exchange(types_of_new_, std::nullopt).value_or(std::vector<std::string>());
    if (field.constrained()) {
        const std::string name =
            quote_name(fresh_name(DjangoNames::Of::key, model.table, {field.column()}, key_suffix(model, field)));
        sql += " CONSTRAINT " + name + " REFERENCES " + quote_name(target_table(model, field)) + "(" +
               quote_name(target_column(model, field)) + ") DEFERRABLE INITIALLY DEFERRED";
        send(sql);
        out_.stands_in(kUnknownType, types);
        if (const auto doubt = doubt_of_target(model, field)) out_.stands_in(kReferences, {*doubt});
        send("SET CONSTRAINTS " + name + " IMMEDIATE");
    } else {
        send(sql);
        out_.stands_in(kUnknownType, types);
    }
    if (!field.get("db_default") && effective_default(field))
        send(alter + "ALTER COLUMN " + quote_name(field.column()) + " DROP DEFAULT");
    defer_indexes(model, field);
}

void DjangoSchema::remove_field(const DjangoModel& model, const DjangoField& field) {
    if (field.is_many_to_many()) return through_table(model, field, false);
    if (!field.is_column()) return;
    if (field.constrained()) drop_key(model, field);
    send("ALTER TABLE " + quote_name(model.table) + " DROP COLUMN " + quote_name(field.column()) + " CASCADE");
    std::erase_if(deferred_, [&](const Deferred& one) {
        return one.table == model.table &&
               std::find(one.columns.begin(), one.columns.end(), field.column()) != one.columns.end();
    });
}

// BaseDatabaseSchemaEditor._alter_field, in its order.
void DjangoSchema::alter_field(const DjangoModel& model, const DjangoField& old, const DjangoField& field) {
    if (old.is_many_to_many() && field.is_many_to_many()) {
        if (!old.get("through") && !field.get("through")) return alter_many_to_many(model, old, model, field);
        if (!old.get("through") != !field.get("through")) uncertainty("a field that Django does not alter");
        return;
    }
    if (old.is_many_to_many() || field.is_many_to_many()) return uncertainty("a field that Django does not alter");
    if (!old.is_column() && !field.is_column()) return;
    if (same_for_database(model, old, field)) return;
    const std::string table = quote_name(model.table), alter = "ALTER TABLE " + table + " ";
    const std::string column = quote_name(field.column());
    const bool same_type = keeps_type_of_unknown_class(old, field);
    const auto type_of = [&](const DjangoField& one) {
        return same_type ? std::string() : one.is_key() ? key_type(model, one) : plain_type(one);
    };
    const std::string old_type = type_of(old), new_type = type_of(field);
    const bool another_type = old_type != new_type || contains(new_type, kUnknownType);
    const std::string old_like = like_index(model, old), new_like = like_index(model, field);
    // By the name that it would have today.
    const auto drop_like = [&] {
        const std::string name = index_name(model.table, {old.column()}, "_like");
        send("DROP INDEX IF EXISTS " + quote_name(name));
        if (name == present_name(DjangoNames::Of::like, model.table, {old.column()}, "_like"))
            state_.names.forget(DjangoNames::Of::like, model.table, {old.column()});
    };
    if (old_type != new_type && !old_like.empty() && new_like.empty()) drop_like();
    const bool key_dropped = old.constrained() && drop_key(model, old);
    const auto drop_constraint = [&](DjangoNames::Of what, const std::string& suffix) {
        const std::string fallback = std::string(without_schema(model.table)) + "_" + old.column() + suffix;
        send(alter + "DROP CONSTRAINT " + quote_name(state_.names.find(what, model.table, {old.column()}, fallback)));
        out_.drops(what == DjangoNames::Of::unique ? ConstraintType::unique : ConstraintType::check);
        state_.names.forget(what, model.table, {old.column()});
    };
    if (old.unique() && !old.primary_key() && !field.unique()) drop_constraint(DjangoNames::Of::unique, "_key");
    if (old.indexed() && !old.unique() && (!field.indexed() || field.unique())) {
        const std::vector<std::string> columns{old.column()};
        send("DROP INDEX IF EXISTS " + quote_name(present_name(DjangoNames::Of::index, model.table, columns, "")));
        if (state_.names.has(DjangoNames::Of::like, model.table, columns))
            send("DROP INDEX IF EXISTS " +
                 quote_name(present_name(DjangoNames::Of::like, model.table, columns, "_like")));
        state_.names.forget(DjangoNames::Of::index, model.table, columns);
        state_.names.forget(DjangoNames::Of::like, model.table, columns);
    }
    // Before what refers to it is known by another type.
    const bool stays_key = (old.primary_key() && field.primary_key()) || (old.unique() && field.unique());
    const std::vector<Relation> relations = stays_key && !same_type && type(model, old) != type(model, field)
                                                ? relations_to(model, field)
                                                : std::vector<Relation>();
    for (const Relation& one : relations)
        if (one.field.constrained()) drop_key(one.model, one.field);
    if (old.is_positive() && !field.is_positive()) drop_constraint(DjangoNames::Of::check, "_check");
    if (old.column() != field.column()) rename_column(model, old.column(), field.column());
    std::vector<std::string> actions;
    const auto base = [](const std::string& type) { return type.substr(0, type.find('(')); };
    if (another_type) {
        actions.push_back("ALTER COLUMN " + column + " TYPE " + new_type +
                          (base(old_type) != base(new_type) ? " USING " + column + "::" + new_type : ""));
    }
    if (old.is_automatic() != field.is_automatic()) uncertainty("a sequence that comes or goes");
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
    if (old.is_automatic() && field.is_automatic() && old_type != new_type) retype_sequence(model, field);
    if (!old.unique() && field.unique() && !field.primary_key()) {
        const std::string name = fresh_name(DjangoNames::Of::unique, model.table, {field.column()}, "_uniq");
        send(alter + "ADD CONSTRAINT " + quote_name(name) + " UNIQUE (" + column + ")");
    }
    if ((!old.indexed() || old.unique()) && field.indexed() && !field.unique())
        send("CREATE INDEX " + quote_name(fresh_name(DjangoNames::Of::index, model.table, {field.column()}, "")) +
             " ON " + table + " (" + column + ")");
    if (!old.primary_key() && field.primary_key()) uncertainty("a column that becomes the key");
    retype_relations(relations, new_type);
    if (field.constrained() && (key_dropped || !old.constrained())) send(alter + key_clause(model, field));
    rebuild_keys(relations);
    if (!old.is_positive() && field.is_positive())
        send(alter + "ADD CONSTRAINT " +
             quote_name(fresh_name(DjangoNames::Of::check, model.table, {field.column()}, "_check")) + " CHECK (" +
             column + " >= 0)");
    if (needs_default) send(alter + "ALTER COLUMN " + column + " DROP DEFAULT");
    const bool gains = (!(old.indexed() || old.unique()) && field.indexed()) || (!old.unique() && field.unique());
    if (gains && !new_like.empty()) {
        fresh_name(DjangoNames::Of::like, model.table, {field.column()}, "_like");
        send(new_like);
    }
    if (old.unique() && !field.indexed() && !field.unique() && !old_like.empty()) drop_like();
}

void DjangoSchema::alter_together(const DjangoModel& model, const std::vector<std::vector<std::string>>& old,
                                  const std::vector<std::vector<std::string>>& fresh, bool unique) {
    const auto without = [](const auto& all, const auto& others) {
        std::vector<std::vector<std::string>> rest;
        for (const auto& one : all)
            if (std::find(others.begin(), others.end(), one) == others.end()) rest.push_back(one);
        return rest;
    };
    const auto what = unique ? DjangoNames::Of::unique : DjangoNames::Of::index;
    for (const auto& fields : without(old, fresh)) {
        const std::string name =
            quote_name(present_name(what, model.table, columns_of(model, fields), unique ? "_uniq" : "_idx"));
        send(unique ? "ALTER TABLE " + quote_name(model.table) + " DROP CONSTRAINT " + name
                    : "DROP INDEX IF EXISTS " + name);
        if (unique) out_.drops(ConstraintType::unique);
    }
    for (const auto& fields : without(fresh, old)) {
        const auto columns = columns_of(model, fields);
        const std::string name = quote_name(fresh_name(what, model.table, columns, unique ? "_uniq" : "_idx"));
        send(unique ? "ALTER TABLE " + quote_name(model.table) + " ADD CONSTRAINT " + name + " UNIQUE (" +
                          quote_names(columns) + ")"
                    : "CREATE INDEX " + name + " ON " + quote_name(model.table) + " (" + quote_names(columns) + ")");
    }
}

}  // namespace pgfence::extract
