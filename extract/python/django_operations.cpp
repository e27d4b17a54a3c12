#include "extract/python/django_operations.h"

#include <algorithm>
#include <array>

#include "extract/python/python.h"
#include "extract/python/sqlalchemy.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// unique_together: one list of names, or a list of such lists.
std::vector<std::vector<std::string>> together(const Value* value) {
    std::vector<std::vector<std::string>> all;
    const auto items = value ? iterated(*value) : std::nullopt;
    if (!items || items->empty()) return all;
    const bool flat = items->front().is_text();
    for (const Value& item : flat ? std::vector<Value>{*value} : *items) {
        std::vector<std::string> names;
        for (const Value& name : iterated(item).value_or(std::vector<Value>{})) names.push_back(name.text);
        all.push_back(std::move(names));
    }
    return all;
}

/// The field as the state keeps it: a default that only fills old rows is gone.
DjangoField kept(const Call& call, DjangoField field) {
    const Value* preserve = call.get(3, "preserve_default");
    if (preserve && preserve->is(Value::Kind::boolean) && !preserve->yes) field.options.erase("default");
    return field;
}

/// OrderWrt, of order_with_respect_to.
DjangoField order_field() {
    DjangoField field;
    field.name = "_order";
    field.kind = "IntegerField";
    return field;
}

struct Extension {
    std::string_view operation, name;
};
constexpr std::array kExtensions{
    Extension{"BloomExtension", "bloom"},          Extension{"BtreeGinExtension", "btree_gin"},
    Extension{"BtreeGistExtension", "btree_gist"}, Extension{"CITextExtension", "citext"},
    Extension{"CryptoExtension", "pgcrypto"},      Extension{"HStoreExtension", "hstore"},
    Extension{"TrigramExtension", "pg_trgm"},      Extension{"UnaccentExtension", "unaccent"}};

}  // namespace

void DjangoOperations::unread(const Call& call, std::string why) {
    if (!silent_) out_.unread({call.begin, call.end}, std::string(call.name()), std::move(why));
}

/// Nobody knows which of the lists the migration has: both are run, each on the models as they were.
void DjangoOperations::run_either(const Value& lists) {
    const DjangoState before = state_;
    std::map<std::string, DjangoModel> first;
    for (std::size_t i = 0; i < lists.items->size(); ++i) {
        if (i > 0) first = std::exchange(state_.models, before.models);
        const std::size_t from = out_.sent();
        run((*lists.items)[i]);
        out_.depends(from, lists.text);
    }
    state_.add_what_is_new(first, before.models);
}

void DjangoOperations::run(const Value& operations) {
    if (is_either_list(operations)) return run_either(operations);
    const bool is_list = operations.is(Value::Kind::list) && !operations.items->cut;
    const auto items = is_list ? std::optional<std::vector<Value>>(*operations.items) : iterated(operations);
    if (!items) {
        out_.unread({operations.begin, operations.end}, "the operations", "they are not known from the file");
        return;
    }
    for (const Value& value : *items) operation(value);
}

void DjangoOperations::operation(const Value& value) {
    if (is_either_list(value)) return run_either(value);
    if (!value.call) {
        out_.unread({value.begin, value.end}, "an operation", "it is not known from the file");
        return;
    }
    const Call& call = *value.call;
    const std::string_view name = call.name();
    schema_.at({call.begin, call.end});
    if (call.more_args && !silent_) unread(call, "not all of its arguments are known");
    if (model_operation(call, name) || field_operation(call, name) || index_operation(call, name) ||
        other_operation(call, name) || own_operation(call))
        return;
    unread(call, "it is no operation of Django itself");
}

DjangoModel* DjangoOperations::model(const Call& call, std::size_t position, std::string_view name) {
    DjangoModel* found = state_.model(app_, text_of(call.get(position, name)));
    if (!found) unread(call, "the migration that creates its model was not read");
    return found;
}

void DjangoOperations::create_model(const Call& call) {
    DjangoModel model;
    model.app = app_;
    model.name = text_of(call.get(0, "name"));
    model.table = lower_case(app_) + "_" + lower_case(model.name);
    const Value* fields = call.get(1, "fields");
    for (const Value& pair : fields ? iterated(*fields).value_or(std::vector<Value>{}) : std::vector<Value>{}) {
        const auto parts = iterated(pair);
        auto one = parts && parts->size() == 2 ? field((*parts)[0].text, &(*parts)[1]) : std::nullopt;
        if (one)
            model.fields.push_back(std::move(*one));
        else
            unread(call, "a field of it is not known from the file");
    }
    if (fields && !iterated(*fields)) unread(call, "its fields are not known from the file");
    const Value none = dictionary_value({});
    const Value* given = call.get(2, "options");
    const Value& options = given && given->is(Value::Kind::dictionary) ? *given : none;
    const auto off = [&](std::string_view key, bool wanted) {
        const Value* value = options.get(key);
        return value && value->is(Value::Kind::boolean) && value->yes == wanted;
    };
    model.exists = !off("managed", false) && !off("proxy", true);
    if (const std::string table = text_of(options.get("db_table")); !table.empty()) model.table = table;
    if (!text_of(options.get("order_with_respect_to")).empty()) model.fields.push_back(order_field());
    model.unique_together = together(options.get("unique_together"));
    model.index_together = together(options.get("index_together"));
    DjangoModel& kept = state_.models[lower_case(app_) + "." + lower_case(model.name)] = model;
    if (!sends(kept)) return;
    std::vector<std::string> clauses, statements, indexes;
    if (const Value* list = options.get("constraints"))
        for (const Value& one : iterated(*list).value_or(std::vector<Value>{}))
            if (one.call) {
                std::string statement;
                if (auto clause = schema_.constraint_clause(kept, *one.call, statement))
                    clauses.push_back(std::move(*clause));
                if (!statement.empty()) statements.push_back(std::move(statement));
            }
    schema_.create_model(kept, clauses);
    if (const Value* list = options.get("indexes"))
        for (const Value& one : iterated(*list).value_or(std::vector<Value>{}))
            if (one.call) schema_.defer(kept, {}, {}, schema_.index_sql(kept, *one.call, false));
    for (std::string& statement : statements) schema_.defer(kept, {}, {}, std::move(statement));
}

void DjangoOperations::alter_order(const Call& call) {
    DjangoModel* found = model(call, 0, "name");
    if (!found) return;
    const bool wanted = !text_of(call.get(1, "order_with_respect_to")).empty();
    const DjangoField* present = found->field("_order");
    if (present && !wanted) {
        if (sends(*found)) schema_.remove_field(*found, *present);
        std::erase_if(found->fields, [](const DjangoField& field) { return field.name == "_order"; });
    } else if (wanted && !present) {
        DjangoField filled = order_field();
        filled.options["default"] = number_value("0");
        if (sends(*found)) schema_.add_field(*found, filled);
        found->fields.push_back(order_field());
    }
}

bool DjangoOperations::model_operation(const Call& call, std::string_view name) {
    constexpr std::array kNoSql{"AlterModelOptions"sv, "AlterModelManagers"sv, "AlterConstraint"sv};
    if (std::find(kNoSql.begin(), kNoSql.end(), name) != kNoSql.end()) return true;
    if (name == "CreateModel") {
        create_model(call);
    } else if (name == "DeleteModel") {
        DjangoModel* found = model(call, 0, "name");
        if (!found) return true;
        if (sends(*found)) schema_.delete_model(*found);
        state_.models.erase(lower_case(app_) + "." + lower_case(found->name));
    } else if (name == "AlterModelTable") {
        alter_model_table(call);
    } else if (name == "RenameModel") {
        rename_model(call);
    } else if (name == "AlterOrderWithRespectTo") {
        alter_order(call);
    } else if (name == "AlterUniqueTogether" || name == "AlterIndexTogether") {
        const bool unique = name == "AlterUniqueTogether";
        DjangoModel* found = model(call, 0, "name");
        if (!found) return true;
        auto fresh = together(call.get(1, unique ? "unique_together" : "index_together"));
        auto& kept = unique ? found->unique_together : found->index_together;
        if (sends(*found)) schema_.alter_together(*found, kept, fresh, unique);
        kept = std::move(fresh);
    } else if (name == "AlterModelTableComment") {
        DjangoModel* found = model(call, 0, "name");
        if (found && sends(*found))
            schema_.send("COMMENT ON TABLE " + quote_name(found->table) + " IS " +
                         literal(text_of(call.get(1, "table_comment"))));
    } else {
        return false;
    }
    return true;
}

bool DjangoOperations::field_operation(const Call& call, std::string_view name) {
    if (name != "AddField" && name != "AlterField" && name != "RemoveField" && name != "RenameField") return false;
    DjangoModel* found = state_.model(app_, text_of(call.get(0, "model_name")));
    const std::string field_name = text_of(call.get(1, name == "RenameField" ? "old_name" : "name"));
    // A new field says nearly all by itself.
    if (!found && name == "AddField") {
        DjangoModel unseen;
        unseen.app = app_;
        unseen.name = text_of(call.get(0, "model_name"));
        unseen.table = lower_case(app_) + "_" + lower_case(unseen.name);
        unread(call, "the migration that creates its model was not read: its table is assumed to be " + unseen.table);
        found = &(state_.models[lower_case(app_) + "." + lower_case(unseen.name)] = std::move(unseen));
    }
    if (!found) {
        model(call, 0, "model_name");
        return true;
    }
    DjangoField* old = found->field(field_name);
    if (!old && name != "AddField") {
        unread(call, "the migration that adds the field was not read");
        if (name == "RemoveField" && sends(*found))
            schema_.send("ALTER TABLE " + quote_name(found->table) + " DROP COLUMN " + quote_name(field_name) +
                         " CASCADE");
        if (name != "AlterField") return true;
    }
    if (name == "RemoveField") {
        const DjangoField gone = *old;
        if (sends(*found)) schema_.remove_field(*found, gone);
        std::erase_if(found->fields, [&](const DjangoField& field) { return field.name == field_name; });
    } else if (name == "RenameField") {
        DjangoField renamed = *old;
        renamed.name = text_of(call.get(2, "new_name"));
        if (sends(*found)) schema_.rename_field(*found, *old, renamed);
        for (auto* lists : {&found->unique_together, &found->index_together})
            for (auto& list : *lists) std::replace(list.begin(), list.end(), field_name, renamed.name);
        *old = std::move(renamed);
    } else {
        auto field = this->field(field_name, call.get(2, "field"));
        if (!field) {
            unread(call, "its field is not known from the file");
        } else if (name == "AddField") {
            if (sends(*found)) schema_.add_field(*found, *field);
            std::erase_if(found->fields, [&](const DjangoField& one) { return one.name == field_name; });
            found->fields.push_back(kept(call, std::move(*field)));
        } else if (old) {
            if (sends(*found)) schema_.alter_field(*found, *old, *field);
            *old = kept(call, std::move(*field));
        } else {
            found->fields.push_back(std::move(*field));
        }
    }
    return true;
}

bool DjangoOperations::index_operation(const Call& call, std::string_view name) {
    const bool concurrently = name.ends_with("Concurrently");
    if (name == "AddIndex" || name == "AddIndexConcurrently") {
        DjangoModel* found = model(call, 0, "model_name");
        const Value* index = call.get(1, "index");
        if (!found || !sends(*found)) return true;
        if (!index || !index->call) {
            unread(call, "its index is not known from the file");
            return true;
        }
        schema_.send(schema_.index_sql(*found, *index->call, concurrently));
    } else if (name == "RemoveIndex" || name == "RemoveIndexConcurrently") {
        DjangoModel* found = state_.model(app_, text_of(call.get(0, "model_name")));
        if (silent_ || (found && !found->exists)) return true;
        schema_.send(std::string("DROP INDEX ") + (concurrently ? "CONCURRENTLY " : "") + "IF EXISTS " +
                     quote_name(text_of(call.get(1, "name"))));
    } else if (name == "RenameIndex") {
        const std::string old = text_of(call.get("old_name"));
        if (old.empty())
            unread(call, "which index it renames is not known");
        else if (!silent_)
            schema_.send("ALTER INDEX " + quote_name(old) + " RENAME TO " + quote_name(text_of(call.get("new_name"))));
    } else if (name == "AddConstraint" || name == "AddConstraintNotValid") {
        DjangoModel* found = model(call, 0, "model_name");
        const Value* constraint = call.get(1, "constraint");
        if (!found || !sends(*found)) return true;
        if (!constraint || !constraint->call) {
            unread(call, "its constraint is not known from the file");
            return true;
        }
        std::string statement;
        const auto clause = schema_.constraint_clause(*found, *constraint->call, statement);
        if (const Value* title = constraint->call->get("name"))
            found->names[title->text] = clause ? "constraint" : "index";
        schema_.send(clause ? "ALTER TABLE " + quote_name(found->table) + " ADD " + *clause +
                                  (name == "AddConstraintNotValid" ? " NOT VALID" : "")
                            : statement);
    } else if (name == "RemoveConstraint" || name == "ValidateConstraint") {
        DjangoModel* found = model(call, 0, "model_name");
        if (!found || !sends(*found)) return true;
        const std::string title = text_of(call.get(1, "name"));
        const auto kind = found->names.find(title);
        const bool index = kind != found->names.end() && kind->second == "index";
        schema_.send(index ? "DROP INDEX IF EXISTS " + quote_name(title)
                           : "ALTER TABLE " + quote_name(found->table) +
                                 (name == "ValidateConstraint" ? " VALIDATE" : " DROP") + " CONSTRAINT " +
                                 quote_name(title));
    } else {
        return false;
    }
    return true;
}

bool DjangoOperations::other_operation(const Call& call, std::string_view name) {
    if (name == "RunSQL") {
        run_sql(call);
    } else if (name == "RunPython") {
        run_python(call);
    } else if (name == "SeparateDatabaseAndState") {
        const bool before = silent_;
        const DjangoState kept = state_;
        if (const Value* database = call.get(0, "database_operations")) run(*database);
        // What the state is afterwards the second list says.
        DjangoNames names = std::move(state_.names);
        state_ = kept;
        state_.names = std::move(names);
        silent_ = true;
        if (const Value* state = call.get(1, "state_operations")) run(*state);
        silent_ = before;
    } else if (name == "CreateExtension") {
        if (!silent_) schema_.send("CREATE EXTENSION IF NOT EXISTS " + quote_name(text_of(call.get(0, "name"))));
    } else if (name == "IgnoreMigration") {
        // django-migration-linter's: it does nothing, and tells that tool to look away.
        out_.mark_file(name);
    } else if (call.path == "django_add_default_value.AddDefaultValue") {
        add_default_value(call);
    } else if (name == "CreateCollation") {
        unread(call, "its collation is not read");
    } else {
        for (const Extension& extension : kExtensions)
            if (extension.operation == name) {
                if (!silent_) schema_.send("CREATE EXTENSION IF NOT EXISTS " + quote_name(extension.name));
                return true;
            }
        return false;
    }
    return true;
}

/// A default that the database has: Django's own ends with the statement that adds the column.
void DjangoOperations::add_default_value(const Call& call) {
    const DjangoModel* found = model(call, 0, "model_name");
    if (!found) return;
    const auto field = std::find_if(found->fields.begin(), found->fields.end(),
                                    [&](const DjangoField& one) { return one.name == text_of(call.get(1, "name")); });
    const Value* value = call.get(2, "value");
    const bool is_literal =
        value && (value->is(Value::Kind::text) || value->is(Value::Kind::number) || value->is(Value::Kind::boolean)) &&
        !value->holds_unknown && !value->text.starts_with("__");  // __NOW__
    if (field == found->fields.end() || !is_literal)
        return unread(call, "its field or value is not known from the file");
    if (sends(*found)) schema_.set_default(*found, *field, *value);
}

void DjangoOperations::run_sql(const Call& call) {
    const Value* state = call.get("state_operations");
    const Value* sql = call.get(0, "sql");
    if (!silent_) {
        const auto items = sql ? iterated(*sql) : std::nullopt;
        for (const Value& one : items.value_or(sql ? std::vector<Value>{*sql} : std::vector<Value>{})) {
            const auto pair = iterated(one);
            const Value& statement = pair && !pair->empty() ? pair->front() : one;
            const bool noop = statement.is(Value::Kind::path) && statement.text.ends_with("noop");
            if (statement.is(Value::Kind::text))
                out_.written(pair && pair->size() > 1 ? percent(statement, list_value({})) : statement,
                             {call.begin, call.end});
            else if (!noop)
                unread(call, "its SQL is only known at run time");
        }
        if (!sql) unread(call, "its SQL is only known at run time");
    }
    if (state) {
        const bool before = silent_;
        silent_ = true;
        run(*state);
        silent_ = before;
    }
}

}  // namespace pgfence::extract
