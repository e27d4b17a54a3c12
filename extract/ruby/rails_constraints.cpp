// Indexes, keys, constraints, and changes of columns.

#include <utility>

#include "extract/ruby/rails_names.h"
#include "extract/ruby/rails_operations.h"

namespace pgfence::extract {

void RailsOperations::add_index(const std::string& table, const Value& columns, Options options, const Call& call) {
    const RailsSchema::Index index = schema_.index(table, columns, options);
    send(index.sql, call);
    if (RailsTable* known = state_.table(table)) {
        const bool expression = columns.is_text() && columns.text.find_first_of("( ") != std::string::npos;
        known->indexes[index.name] = expression ? std::vector<std::string>{} : schema_.names(&columns);
    }
    if (const Value* comment = options.get("comment"); comment && comment->is_text())
        comment_on("INDEX " + quoted(index.name), comment, call);
}

// Rails looks the index up by its columns; one that Rails made has the name that follows from them.
void RailsOperations::remove_index(const std::string& table, const Value* columns, const Options& options,
                                   const Call& call) {
    if (!columns) columns = options.get("column");
    const Value* name = options.get("name");
    if (!name && !columns) return not_understood(call, "which index it drops is not known");
    const bool words = columns && (columns->is(Value::Kind::list) || columns->text.find('(') == std::string::npos);
    std::string index = name ? schema_.plain(name) : std::string();
    if (index.empty() && words) index = state_.index_over(table, schema_.names(columns));
    if (index.empty()) index = schema_.index_name(table, *columns);
    const auto dot = table.find('.');
    const std::string path =
        dot == std::string::npos ? quoted(index) : quoted(table.substr(0, dot)) + "." + quoted(index);
    if (RailsTable* known = state_.table(table)) known->indexes.erase(index);
    send_if(options, "if_exists", "whether the index exists",
            std::string("DROP INDEX ") + (options.text("algorithm") == "concurrently" ? "CONCURRENTLY " : "") + path,
            call);
}

void RailsOperations::add_reference(const std::string& table, const Value& name, const Options& options,
                                    const Call& call) {
    const RailsSchema::Reference reference = schema_.reference(table, schema_.plain(&name), options);
    for (const auto& [column, sql] : reference.columns)
        send_if(options, "if_not_exists", "whether the column exists",
                "ALTER TABLE " + schema_.table(table) + " ADD " + sql, call);
    if (reference.index) {
        std::vector<Value> columns;
        for (const std::string& column : reference.index_columns) columns.push_back(symbol_value(column));
        add_index(table, list_value(std::move(columns)), *reference.index, call);
    }
    if (reference.foreign_key) add_foreign_key(table, text_value(reference.to), *reference.foreign_key, call);
}

void RailsOperations::remove_reference(const std::string& table, const Value& name, const Options& options,
                                       const Call& call) {
    const std::string reference = schema_.plain(&name);
    const Value* key = options.get("foreign_key");
    if (key && key->truth().value_or(true)) {
        Options of_key(key);
        of_key.set_default("column", symbol_value(reference + "_id"));
        const Value to = of_key.has("to_table") ? *of_key.get("to_table") : text_value(pluralize(reference));
        remove_foreign_key(table, &to, of_key, call);
    }
    const Value* polymorphic = options.get("polymorphic");
    std::vector<std::string> clauses{"DROP COLUMN " + quoted(reference + "_id")};
    if (polymorphic && polymorphic->truth().value_or(true))
        clauses.push_back("DROP COLUMN " + quoted(reference + "_type"));
    state_.drop_column(table, reference + "_id");
    alter_by_all(table, clauses, call);
}

void RailsOperations::remember_key(const std::string& from, const std::string& to, const Options& options) {
    const Value target = text_value(to);
    const std::string column = options.text("column");
    state_.keys[from].push_back({schema_.foreign_key_name(from, &target, options), to,
                                 column.empty() ? singularize(to.substr(to.rfind('.') + 1)) + "_id" : column});
}

void RailsOperations::add_foreign_key(const std::string& from, const Value& to, const Options& options,
                                      const Call& call) {
    remember_key(from, schema_.plain(&to), options);
    send_if(options, "if_not_exists", "whether the foreign key exists",
            "ALTER TABLE " + schema_.table(from) + " ADD " + schema_.foreign_key(from, schema_.plain(&to), options) +
                (options.is_false("validate") ? " NOT VALID" : ""),
            call);
}

// Rails looks the key up; one that was not read has the name that follows from its column.
std::string RailsOperations::known_key(const std::string& from, const Value* to, const Options& options) {
    const Value* named = options.has("to_table") ? options.get("to_table") : to;
    const std::string table = named && named->is_text() ? named->text : std::string();
    std::string known;
    if (!options.has("name")) known = state_.key_name(from, table, options.text("column"));
    return known.empty() ? schema_.foreign_key_name(from, to, options) : known;
}

void RailsOperations::remove_foreign_key(const std::string& from, const Value* to, const Options& options,
                                         const Call& call) {
    if (!to && !options.has("column") && !options.has("name") && !options.has("to_table"))
        return not_understood(call, "which key it drops is not known");
    const std::string name = known_key(from, to, options);
    std::erase_if(state_.keys[from], [&](const RailsKey& key) { return key.name == name; });
    send_if(options, "if_exists", "whether the foreign key exists",
            "ALTER TABLE " + schema_.table(from) + " DROP CONSTRAINT " + quoted(name), call);
    out_.drops(ConstraintType::foreign_key);
}

// ChangeColumnDefinition: one ALTER TABLE.
void RailsOperations::change_column(const std::string& table, const Value& column, const Value& type,
                                    const Options& given, const Call& call) {
    Options options = given;
    const std::string type_name = schema_.plain(&type);
    const std::string name = quoted(schema_.plain(&column));
    if (schema_.version() >= 70 && (type_name == "datetime" || type_name == "timestamp"))
        options.set_default("precision", number_value("6"));
    std::string sql = "ALTER COLUMN " + name + " TYPE " + schema_.type(type_name, options);
    if (const std::string collation = options.text("collation"); !collation.empty())
        sql += " COLLATE " + quoted(collation);
    if (const Value* conversion = options.get("using"))
        sql += " USING " + (conversion->is_text() && !conversion->holds_unknown ? conversion->text
                                                                                : schema_.uncertainty("a conversion"));
    else if (const Value* cast = options.get("cast_as"))
        sql += " USING CAST(" + name + " AS " + schema_.type(schema_.plain(cast), options) + ")";
    // Until 5.1 each in a statement of its own (migration/compatibility.rb, V5_1).
    const bool apart = schema_.version() < 52 && !bulk_;
    const auto also = [&](const std::string& clause) {
        const std::string more = "ALTER COLUMN " + name + clause;
        if (apart && !sql.empty()) alter(table, std::exchange(sql, {}), call);
        sql += (sql.empty() ? "" : ", ") + more;
    };
    const Value* fallback = options.get("default");
    if (fallback)
        also(fallback->is(Value::Kind::nothing)
                 ? " DROP DEFAULT"
                 : " SET DEFAULT " + schema_.default_value(*fallback, type_name, options));
    // Part of change_column_null.
    if (apart && options.is_false("null") && fallback && !fallback->is(Value::Kind::nothing)) {
        alter(table, std::exchange(sql, {}), call);
        send("UPDATE " + schema_.table(table) + " SET " + name + "=" +
                 schema_.default_value(*fallback, type_name, options) + " WHERE " + name + " IS NULL",
             call);
    }
    if (const Value* null = options.get("null"))
        also(null->truth().value_or(true) ? " DROP NOT NULL" : " SET NOT NULL");
    alter(table, sql, call);
    if (const Value* comment = options.get("comment"); comment && !bulk_)
        comment_on("COLUMN " + schema_.table(table) + "." + name, comment, call);
}

void RailsOperations::change_default(const std::string& table, const Value& column, const Value* value,
                                     const Call& call) {
    const std::string clause = "ALTER COLUMN " + quoted(schema_.plain(&column));
    const bool drops = value && value->is(Value::Kind::nothing);
    alter(table,
          clause + (drops ? " DROP DEFAULT"
                          : " SET DEFAULT " + schema_.default_value(value ? *value : unknown_value(), "", Options())),
          call);
}

bool RailsOperations::constraint_operation(const Call& call, std::string_view name) {
    if (call.args.empty()) return false;
    const Options options(call);
    const std::string table = first_name(call);
    const Value* second = call.args.size() > 1 ? &call.args[1] : nullptr;
    const std::string on_table = "ALTER TABLE " + schema_.table(table);
    if (name == "add_index" && second) {
        add_index(table, *second, options, call);
    } else if (name == "remove_index") {
        remove_index(table, second, options, call);
    } else if (name == "rename_index" && call.args.size() > 2) {
        const std::string to = schema_.plain(&call.args[2]);
        send("ALTER INDEX " + quoted(schema_.plain(second)) + " RENAME TO " + quoted(to), call);
        if (RailsTable* known = state_.table(table)) {
            auto renamed = known->indexes.extract(second->text);
            if (!renamed.empty()) {
                renamed.key() = to;
                known->indexes.insert(std::move(renamed));
            }
        }
    } else if ((name == "add_reference" || name == "add_belongs_to") && second) {
        add_reference(table, *second, options, call);
    } else if ((name == "remove_reference" || name == "remove_belongs_to") && second) {
        remove_reference(table, *second, options, call);
    } else if (name == "add_foreign_key" && second) {
        add_foreign_key(table, *second, options, call);
    } else if (name == "remove_foreign_key") {
        remove_foreign_key(table, second, options, call);
    } else if (name == "validate_foreign_key") {
        send(on_table + " VALIDATE CONSTRAINT " + quoted(known_key(table, second, options)), call);
    } else if (name == "validate_constraint" && second) {
        send(on_table + " VALIDATE CONSTRAINT " + quoted(schema_.plain(second)), call);
    } else if (name == "validate_check_constraint") {
        send(on_table + " VALIDATE CONSTRAINT " +
                 quoted(schema_.check_name(table, second ? schema_.plain(second) : "", options)),
             call);
    } else if (name == "add_check_constraint" && second) {
        const bool known = second->is_text() && !second->holds_unknown;
        const std::string condition = known ? second->text : schema_.uncertainty("a condition");
        send(on_table + " ADD " + schema_.check(table, condition, options) +
                 (options.is_false("validate") ? " NOT VALID" : ""),
             call);
    } else if (name == "remove_check_constraint") {
        send(on_table + " DROP CONSTRAINT " +
                 quoted(schema_.check_name(table, second ? schema_.plain(second) : "", options)),
             call);
        out_.drops(ConstraintType::check);
    } else if (name == "add_unique_constraint" && (second || options.has("using_index"))) {
        std::string columns, words;
        if (second)
            for (const std::string& column : schema_.names(second)) {
                columns += (columns.empty() ? "" : ", ") + quoted(column);
                words += (words.empty() ? "" : "_") + column;
            }
        const std::string index = options.text("using_index");
        const std::string title =
            options.has("name") ? schema_.plain(options.get("name"))
                                : rails_constraint_name("uniq_rails_", table, index.empty() ? words : index, "unique");
        const std::string deferrable = options.text("deferrable");
        send(on_table + " ADD CONSTRAINT " + quoted(title) + " UNIQUE " +
                 (index.empty() ? "(" + columns + ")" : "USING INDEX " + quoted(index)) +
                 (deferrable == "deferred"    ? " DEFERRABLE INITIALLY DEFERRED"
                  : deferrable == "immediate" ? " DEFERRABLE INITIALLY IMMEDIATE"
                                              : ""),
             call);
    } else if (name == "add_exclusion_constraint" && second) {
        const std::string method = options.text("using"), where = options.text("where");
        const std::string title = options.has("name")
                                      ? schema_.plain(options.get("name"))
                                      : rails_constraint_name("excl_rails_", table, second->text, "excl");
        send(on_table + " ADD CONSTRAINT " + quoted(title) + " EXCLUDE" + (method.empty() ? "" : " USING " + method) +
                 " (" + second->text + ")" + (where.empty() ? "" : " WHERE (" + where + ")"),
             call);
    } else if ((name == "remove_unique_constraint" || name == "remove_exclusion_constraint" ||
                name == "remove_constraint") &&
               options.has("name")) {
        send(on_table + " DROP CONSTRAINT " + quoted(schema_.plain(options.get("name"))), call);
        if (name == "remove_unique_constraint") out_.drops(ConstraintType::unique);
        if (name == "remove_exclusion_constraint") out_.drops(ConstraintType::exclusion);
    } else {
        return false;
    }
    return true;
}

}  // namespace pgfence::extract
