// Models, tables and fields that get another name, and what follows them: foreign keys are made anew, the tables of
// many-to-many fields and their columns are renamed with the model.

#include <algorithm>
#include <array>

#include "extract/python/django_operations.h"
#include "extract/python/sqlalchemy.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

void replace(std::string& text, const std::string& from, const std::string& to, std::size_t after = 0) {
    if (const auto at = text.find(from, after); at != std::string::npos) text.replace(at, from.size(), to);
}

std::string path_of(const DjangoModel& model) { return lower_case(model.app) + "." + lower_case(model.name); }

/// A relation that no model can be asked about: Django does not list it (related_objects).
bool is_hidden(const DjangoField& field) {
    const Value* name = field.get("related_name");
    return !field.is_many_to_many() && name && name->is_text() && name->text.ends_with('+');
}

}  // namespace

void DjangoSchema::rename_table(const std::string& from, const std::string& to) {
    if (from == to) return;
    send("ALTER TABLE " + quote_name(from) + " RENAME TO " + quote_name(to));
    state_.names.rename_table(from, to);
    const std::string end = "_fk_" + std::string(without_schema(from)) + "_";
    for (Deferred& later : deferred_) {
        for (const std::string_view before : {"ALTER TABLE "sv, " ON "sv, " REFERENCES "sv})
            replace(later.sql, std::string(before) + quote_name(from), std::string(before) + quote_name(to));
        const bool refers = later.suffix.starts_with(end);
        rename_deferred(
            later, later.table == from ? to : later.table, later.columns,
            refers ? "_fk_" + std::string(without_schema(to)) + "_" + later.suffix.substr(end.size()) : later.suffix);
    }
}

/// A statement that is sent at the end names what it makes after what its table and columns are called by then.
void DjangoSchema::rename_deferred(Deferred& later, const std::string& table, std::vector<std::string> columns,
                                   std::string suffix) {
    const std::string old = later.columns.empty() ? "" : index_name(later.table, later.columns, later.suffix);
    later.table = table;
    later.columns = std::move(columns);
    later.suffix = std::move(suffix);
    if (old.empty()) return;
    using Of = DjangoNames::Of;
    const Of what = later.is_key()            ? Of::key
                    : later.suffix == "_uniq" ? Of::unique
                    : later.suffix == "_like" ? Of::like
                                              : Of::index;
    replace(later.sql, quote_name(old), quote_name(fresh_name(what, later.table, later.columns, later.suffix)));
}

void DjangoSchema::rename_column(const DjangoModel& model, const std::string& from, const std::string& to) {
    send("ALTER TABLE " + quote_name(model.table) + " RENAME COLUMN " + quote_name(from) + " TO " + quote_name(to));
    state_.names.rename_column(model.table, from, to);
    for (Deferred& later : deferred_) {
        if (later.table != model.table) continue;
        std::vector<std::string> columns = later.columns;
        std::replace(columns.begin(), columns.end(), from, to);
        replace(later.sql, quote_name(from), quote_name(to), std::min(later.sql.find('('), later.sql.size()));
        rename_deferred(later, later.table, std::move(columns), later.suffix);
    }
}

void DjangoSchema::rename_field(const DjangoModel& model, const DjangoField& old, const DjangoField& field) {
    if (old.is_many_to_many()) {
        if (!old.get("through")) rename_table(through_name(model, old), through_name(model, field));
        return;
    }
    if (!old.is_column() || old.column() == field.column()) return;
    const bool key_dropped = old.constrained() && drop_key(model, old);
    rename_column(model, old.column(), field.column());
    if (key_dropped) send("ALTER TABLE " + quote_name(model.table) + " " + key_clause(model, field));
}

// _alter_many_to_many
void DjangoSchema::alter_many_to_many(const DjangoModel& old_model, const DjangoField& old, const DjangoModel& model,
                                      const DjangoField& field) {
    const DjangoModel before = through(old_model, old), after = through(model, field);
    rename_table(before.table, after.table);
    for (const std::size_t end : {2, 1}) alter_field(after, before.fields[end], after.fields[end]);
}

void DjangoOperations::alter_model_table(const Call& call) {
    DjangoModel* found = model(call, 0, "name");
    if (!found) return;
    const DjangoModel old = *found;
    const std::string given = text_of(call.get(1, "table"));
    found->table = given.empty() ? lower_case(app_) + "_" + lower_case(found->name) : given;
    if (!sends(*found)) return;
    schema_.rename_table(old.table, found->table);
    for (const DjangoField& field : found->fields)
        if (field.is_many_to_many() && !field.get("through"))
            schema_.rename_table(schema_.through_name(old, field), schema_.through_name(*found, field));
}

void DjangoOperations::rename_model(const Call& call) {
    DjangoModel* found = model(call, 0, "old_name");
    if (!found) return;
    const DjangoModel old = *found;
    DjangoModel renamed = old;
    renamed.name = text_of(call.get(1, "new_name"));
    if (renamed.name.empty()) return unread(call, "its new name is not known from the file");
    if (old.table == lower_case(app_) + "_" + lower_case(old.name))
        renamed.table = lower_case(app_) + "_" + lower_case(renamed.name);
    if (sends(old)) schema_.rename_table(old.table, renamed.table);
    // While fields are altered, both names lead to the model as it is by now.
    const std::string path = path_of(renamed);
    state_.models[path] = renamed;
    if (path != path_of(old)) state_.models[path_of(old)].table = old.table;
    repoint(old, state_.models[path]);
    if (path != path_of(old)) state_.models.erase(path_of(old));
}

/// What refers to a renamed model does so by its new name: first the foreign keys and many-to-many fields that lead to
/// it, then the tables of the many-to-many fields that it has itself.
void DjangoOperations::repoint(const DjangoModel& old, const DjangoModel& renamed) {
    const std::string from = path_of(old), to = path_of(renamed);
    const Value old_name = text_value(old.app + "." + old.name);
    const Value new_name = text_value(renamed.app + "." + renamed.name);
    const auto leads_to_it = [&](const DjangoModel& model, const Value* named) {
        if (!named || !named->is_text() || named->text == "self") return false;
        const bool full = named->text.find('.') != std::string::npos;
        return lower_case(full ? named->text : model.app + "." + named->text) == from;
    };
    const bool in_database = sends(renamed);
    for (auto& [path, model] : state_.models) {
        if (path == from && path != to) continue;
        std::vector<DjangoField*> fields;
        for (DjangoField& field : model.fields) fields.push_back(&field);
        // Its keys first.
        std::stable_partition(fields.begin(), fields.end(), [](const DjangoField* one) { return one->is_key(); });
        for (DjangoField* one : fields) {
            DjangoField& field = *one;
            const DjangoField was = field;
            const Value* target = field.get("to");
            const bool itself = path == to && target && target->is_text() && target->text == "self";
            if (leads_to_it(model, field.get("through"))) field.options["through"] = new_name;
            if (!itself && !leads_to_it(model, target)) continue;
            if (!itself) field.options["to"] = new_name;
            if (!in_database || !sends(model) || is_hidden(field)) continue;
            if (field.is_many_to_many() && !field.get("through")) {
                schema_.alter_many_to_many(path == to ? old : model, was, model, field);
            } else if (field.is_key()) {
                DjangoField before = was, after = field;
                before.options["to"] = old_name;
                after.options["to"] = new_name;
                schema_.alter_field(model, before, after);
            }
        }
    }
    if (!in_database) return;
    for (const DjangoField& field : renamed.fields)
        if (field.is_many_to_many() && !field.get("through") && state_.target(renamed, field.get("to")) != &renamed)
            schema_.alter_many_to_many(old, field, renamed, field);
}

}  // namespace pgfence::extract
