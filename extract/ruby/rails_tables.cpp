// create_table and change_table, whose blocks define columns one by one.

#include <algorithm>

#include "extract/ruby/rails_names.h"
#include "extract/ruby/rails_operations.h"

namespace pgfence::extract {

// TableDefinition#set_primary_key
void RailsOperations::add_key(Table& table, const Options& options) {
    const Value* id = options.get("id");
    if (options.is_false("id") && !(options.has("primary_key") && options.get("primary_key")->is(Value::Kind::list)))
        return;
    const Value* named = options.get("primary_key");
    if (named && named->is(Value::Kind::list)) {
        table.own_keys = schema_.names(named);
        return;
    }
    const std::string name = named && named->is_text() ? named->text : "id";
    Options own(id);
    std::string type = id && id->is_text()      ? id->text
                       : own.has("type")        ? own.text("type")
                       : schema_.version() < 51 ? "integer"
                                                : "primary_key";
    for (const std::string_view inherited : {"default", "limit", "precision"})
        if (const Value* value = options.get(inherited)) own.set(std::string(inherited), *value);
    own.set("primary_key", boolean_value(true));
    own.set("null", boolean_value(false));
    const bool integer_like = (type == "integer" || type == "bigint") && !own.has("default");
    if (type == "uuid" && !own.has("default")) {
        const std::string function = schema_.version() < 51 ? "uuid_generate_v4()" : "gen_random_uuid()";
        table.columns.push_back(quoted(name) + " uuid DEFAULT " + function + " NOT NULL PRIMARY KEY");
        return;
    }
    if (integer_like) type = type == "integer" ? "serial" : "bigserial";
    if (const Value* fallback = own.get("default"); fallback && fallback->is(Value::Kind::nothing))
        own.remove("default");
    // The default of a uuid key may be a function's name.
    if (const Value* fallback = own.get("default");
        type == "uuid" && fallback && fallback->is_text() && fallback->text.ends_with("()")) {
        table.columns.push_back(quoted(name) + " uuid DEFAULT " + fallback->text + " NOT NULL PRIMARY KEY");
        return;
    }
    table.columns.push_back(schema_.column(name, type, own));
}

void RailsOperations::create_table(const Call& call) {
    const Options options(call);
    Table table;
    table.name = first_name(call);
    new_tables_.insert(table.name);
    const Value* force = options.get("force");
    if (force && force->truth().value_or(true))
        send("DROP TABLE IF EXISTS " + schema_.table(table.name) +
                 (force->is_text() && force->text == "cascade" ? " CASCADE" : ""),
             call);
    add_key(table, options);
    tables_.push_back(std::move(table));
    if (Ruby::has_block(call)) program_->run_block_of(call, {path_value("rails.table")});
    Table done = std::move(tables_.back());
    tables_.pop_back();
    finish_table(call, done, options);
}

void RailsOperations::create_join_table(const Call& call) {
    if (call.args.size() < 2) return not_understood(call, "its tables are not known");
    const Options options(call);
    const std::string first = schema_.plain(&call.args[0]), second = schema_.plain(&call.args[1]);
    Table table;
    table.name =
        options.has("table_name") ? schema_.plain(options.get("table_name")) : rails_join_table_name(first, second);
    Options column(options.get("column_options"));
    column.set_default("null", boolean_value(false));
    const std::string type = column.has("type") ? column.text("type") : schema_.version() < 51 ? "integer" : "bigint";
    tables_.push_back(std::move(table));
    for (const std::string& side : {first, second})
        tables_.back().columns.push_back(schema_.column(singularize(side) + "_id", type, column));
    if (Ruby::has_block(call)) program_->run_block_of(call, {path_value("rails.table")});
    Table done = std::move(tables_.back());
    tables_.pop_back();
    finish_table(call, done, options);
}

void RailsOperations::finish_table(const Call& call, const Table& table, const Options& options) {
    std::string body;
    const auto add = [&](const std::string& part) { body += (body.empty() ? "" : ", ") + part; };
    std::for_each(table.columns.begin(), table.columns.end(), add);
    std::string keys;
    for (const std::string& key : table.own_keys) keys += (keys.empty() ? "" : ", ") + quoted(key);
    if (!keys.empty()) add("PRIMARY KEY (" + keys + ")");
    std::for_each(table.keys.begin(), table.keys.end(), add);
    std::for_each(table.constraints.begin(), table.constraints.end(), add);
    std::string sql = std::string("CREATE ") + (options.is_true("temporary") ? "TEMPORARY " : "") + "TABLE " +
                      (options.is_true("if_not_exists") ? "IF NOT EXISTS " : "") + schema_.table(table.name);
    const Value* as = options.get("as");
    if (!body.empty() || !as) sql += " (" + body + ")";
    if (const std::string more = options.text("options"); !more.empty()) sql += " " + more;
    if (as)
        sql += " AS " + (as->is_text() && !as->holds_unknown ? as->text : schema_.uncertainty("the query of a table"));
    send(sql, call);
    state_.create(table.name, table.columns);
    for (const auto& [columns, index] : table.indexes) {
        Options all = index;
        if (options.is_true("if_not_exists")) all.set("if_not_exists", boolean_value(true));
        add_index(table.name, columns, all, call);
    }
    if (const Value* comment = options.get("comment")) comment_on("TABLE " + schema_.table(table.name), comment, call);
    for (const std::string& comment : table.comments) send(comment, call);
}

/// Migrations written for Rails 5.2 and before may define a column twice: the second takes the first one's place
/// (TableDefinition#column, raise_on_duplicate_column). Not so a primary key, which is refused there too.
void RailsOperations::define(Table& table, std::string column) const {
    const std::string name = column.substr(0, column.find("\" ") + 2);
    const auto known = std::find_if(table.columns.begin(), table.columns.end(), [&](const std::string& one) {
        return one.starts_with(name) && !one.ends_with("PRIMARY KEY") && !one.ends_with("primary key");
    });
    if (schema_.version() < 60 && known != table.columns.end())
        *known = std::move(column);
    else
        table.columns.push_back(std::move(column));
}

// TableDefinition: t.string, t.references, ...
void RailsOperations::define_columns(const Call& call, std::string_view name) {
    if (tables_.empty() || call.more_args) return not_understood(call, "its table or arguments are not known");
    Table& table = tables_.back();
    const Options options(call);
    const auto add = [&](const Value& column, const std::string& type, const Options& given) {
        const std::string plain = schema_.plain(&column);
        define(table, schema_.column(plain, type, given));
        if (const Value* index = given.get("index"); index && index->truth().value_or(true))
            table.indexes.emplace_back(column, Options(index));
        if (const Value* comment = given.get("comment"); comment && comment->is_text())
            table.comments.push_back("COMMENT ON COLUMN " + schema_.table(table.name) + "." + quoted(plain) + " IS " +
                                     literal(comment->text));
    };
    if (name == "timestamps") {
        for (auto& [stamp, sql] : schema_.timestamps(options)) define(table, std::move(sql));
    } else if (name == "references" || name == "belongs_to") {
        for (const Value& column : call.args) {
            RailsSchema::Reference reference = schema_.reference(table.name, schema_.plain(&column), options);
            for (auto& [plain, sql] : reference.columns) define(table, std::move(sql));
            std::vector<Value> columns;
            for (const std::string& one : reference.index_columns) columns.push_back(symbol_value(one));
            if (reference.index) table.indexes.emplace_back(list_value(std::move(columns)), *reference.index);
            if (reference.foreign_key) remember_key(table.name, reference.to, *reference.foreign_key);
            if (reference.foreign_key)
                table.keys.push_back(schema_.foreign_key(table.name, reference.to, *reference.foreign_key));
        }
    } else if (name == "index" && !call.args.empty()) {
        table.indexes.emplace_back(call.args.front(), options);
    } else if (name == "foreign_key" && !call.args.empty()) {
        remember_key(table.name, schema_.plain(&call.args.front()), options);
        table.keys.push_back(schema_.foreign_key(table.name, schema_.plain(&call.args.front()), options));
    } else if ((name == "check_constraint" || name == "constraint") && !call.args.empty()) {
        table.constraints.push_back(schema_.check(table.name, schema_.plain(&call.args.front()), options));
    } else if (name == "unique_constraint" && !call.args.empty()) {
        table.constraints.push_back(schema_.uncertainty("a unique constraint inside of create_table", "CHECK (true)"));
    } else if (name == "column" && call.args.size() >= 2) {
        add(call.args[0], schema_.plain(&call.args[1]), options);
    } else if (name == "primary_key" && !call.args.empty()) {
        Options own = options;
        own.set("primary_key", call.args.front());
        if (call.args.size() > 1) own.set("id", call.args[1]);
        add_key(table, own);
    } else if (const auto of_gem = columns_of_gem(call.args, name, options)) {
        for (const GemColumn& column : *of_gem) add(symbol_value(column.name), column.type, column.options);
    } else if (!RailsSchema::is_column_type(name)) {
        not_understood(call, gem_of(name).empty() ? "it is no column type of Rails itself" : not_of_rails(name));
    } else {
        for (const Value& column : call.args)
            for (const std::string& one : schema_.names(&column)) add(symbol_value(one), std::string(name), options);
    }
    for (std::string& uncertainty : schema_.take_uncertainties())
        out_.unread({call.begin, call.end}, std::move(uncertainty),
                    "it is only known at run time: a placeholder takes its place");
}

void RailsOperations::change_table(const Call& call) {
    const Options options(call);
    changed_.push_back(first_name(call));
    const bool bulk = options.is_true("bulk");
    if (bulk) {
        bulk_.emplace();
        bulk_table_ = changed_.back();
    }
    if (Ruby::has_block(call)) program_->run_block_of(call, {path_value("rails.change")});
    if (bulk) flush_bulk(call);
    bulk_.reset();
    changed_.pop_back();
}

// bulk_change_table: what is no clause of ALTER TABLE comes in between, in order.
void RailsOperations::flush_bulk(const Call& call) {
    if (!bulk_ || bulk_->empty()) return;
    std::string clauses;
    for (const std::string& clause : *bulk_) clauses += (clauses.empty() ? "" : ", ") + clause;
    bulk_->clear();
    send("ALTER TABLE " + schema_.table(bulk_table_) + " " + clauses, call);
}

void RailsOperations::alter(const std::string& table, std::string clause, const Call& call) {
    if (bulk_)
        bulk_->push_back(std::move(clause));
    else
        send("ALTER TABLE " + schema_.table(table) + " " + clause, call);
}

// Table: what t is in change_table.
void RailsOperations::change_columns(const Call& call, std::string_view name) {
    if (changed_.empty() || call.more_args) return not_understood(call, "its table or arguments are not known");
    const std::string table = changed_.back();
    if (noted_) return note_in_table(call, name, text_value(table));
    const Options options(call);
    const auto with_table = [&](std::string path) {
        Call direct = call;
        direct.path = std::move(path);
        direct.receiver = Value();
        direct.args.insert(direct.args.begin(), text_value(table));
        flush_bulk(call);
        if (!operation(direct, direct.path)) not_understood(call, "it is no statement of Rails itself");
    };
    if (RailsSchema::is_column_type(name) || (name == "column" && call.args.size() >= 2)) {
        const bool typed = name != "column";
        for (std::size_t i = 0; i < (typed ? call.args.size() : 1); ++i) {
            const std::string column = schema_.plain(&call.args[i]);
            const std::string type = typed ? std::string(name) : schema_.plain(&call.args[1]);
            alter(table, "ADD " + schema_.column(column, type, options), call);
            if (const Value* index = options.get("index"); index && index->truth().value_or(true)) {
                flush_bulk(call);
                add_index(table, call.args[i], Options(index), call);
            }
        }
    } else if (name == "timestamps") {
        if (bulk_) {
            for (auto& [stamp, sql] : schema_.timestamps(options)) alter(table, "ADD " + sql, call);
        } else {
            with_table("add_timestamps");
        }
    } else if (name == "remove" && bulk_) {
        for (const Value& column : call.args) alter(table, "DROP COLUMN " + quoted(schema_.plain(&column)), call);
    } else if (name == "remove" || name == "remove_timestamps") {
        with_table(name == "remove" ? "remove_columns" : "remove_timestamps");
    } else if (name == "references" || name == "belongs_to") {
        flush_bulk(call);
        for (const Value& column : call.args) add_reference(table, column, options, call);
    } else if (name == "remove_references" || name == "remove_belongs_to") {
        flush_bulk(call);
        for (const Value& column : call.args) remove_reference(table, column, options, call);
    } else if (name == "change" && call.args.size() > 1) {
        change_column(table, call.args[0], call.args[1], options, call);
    } else if (name == "change_default" && !call.args.empty()) {
        const Value* to = call.args.size() > 1 ? &call.args[1] : options.get("to");
        change_default(table, call.args[0], to && to->get("to") ? to->get("to") : to, call);
    } else if (name == "change_null" && call.args.size() == 2 && call.args[1].truth() && bulk_) {
        alter(table,
              "ALTER COLUMN " + quoted(schema_.plain(&call.args[0])) +
                  (*call.args[1].truth() ? " DROP NOT NULL" : " SET NOT NULL"),
              call);
    } else if (name == "index" || name == "remove_index" || name == "foreign_key" || name == "remove_foreign_key" ||
               name == "check_constraint" || name == "remove_check_constraint" || name == "unique_constraint") {
        const std::string verb = name == "remove_index" || name.starts_with("remove_") ? "" : "add_";
        with_table(verb + std::string(name));
    } else if (name == "rename" || name == "change_null" || name == "rename_index") {
        with_table(name == "rename" ? "rename_column" : name == "change_null" ? "change_column_null" : "rename_index");
    } else if (name == "remove_monetize") {
        with_table("remove_monetize");
    } else if (const auto of_gem = columns_of_gem(call.args, name, options)) {
        for (const GemColumn& column : *of_gem)
            alter(table, "ADD " + schema_.column(column.name, column.type, column.options), call);
    } else {
        not_understood(call, not_of_rails(name));
    }
}

}  // namespace pgfence::extract
