#include "extract/python/alembic_operations.h"

#include <algorithm>
#include <array>

#include "extract/python/python.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kOp = "alembic.op.";
constexpr std::string_view kBatch = "alembic.op.batch_alter_table()";

/// Modules whose functions touch no database.
bool is_harmless(std::string_view path) {
    constexpr std::array kModules{"logging"sv, "datetime"sv,  "json"sv,   "os"sv,       "re"sv,
                                  "uuid"sv,    "sys"sv,       "typing"sv, "warnings"sv, "time"sv,
                                  "math"sv,    "itertools"sv, "random"sv, "hashlib"sv};
    constexpr std::array kFunctions{"print"sv, "isinstance"sv, "getattr"sv, "super"sv,  "int"sv,     "bool"sv,
                                    "repr"sv,  "sorted"sv,     "map"sv,     "filter"sv, "any"sv,     "all"sv,
                                    "next"sv,  "iter"sv,       "min"sv,     "max"sv,    "hasattr"sv, "list"sv,
                                    "dict"sv,  "set"sv,        "tuple"sv,   "zip"sv};
    const std::string_view root = path.substr(0, path.find_first_of(".("));
    return std::find(kModules.begin(), kModules.end(), root) != kModules.end() ||
           (path.find('.') == std::string_view::npos &&
            std::find(kFunctions.begin(), kFunctions.end(), path) != kFunctions.end()) ||
           path.find("logg") != std::string_view::npos;
}

bool holds_connection(const Value& value) {
    return value.is(Value::Kind::path) &&
           (value.text.starts_with("alembic.op") || value.text.find("Session") != std::string::npos);
}

Place place_of(const Call& call) { return {call.begin, call.end}; }

bool in_word(char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// What text() makes of ":name" (SQLAlchemy's BIND_PARAMS) and of "\:".
Value with_parameters(const Value& sql) {
    const std::string& text = sql.text;
    Value out = text_value("");
    out.holds_unknown = sql.holds_unknown;
    std::size_t from = 0;
    int parameters = 0;
    char quote = '\0';
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != '\0' || c == '\'' || c == '"') {
            quote = quote == '\0' ? c : quote == c ? '\0' : quote;
            continue;
        }
        const char before = i > 0 ? text[i - 1] : ' ';
        if (c != ':' || i + 1 == text.size()) continue;
        if (before == '\\') {
            append(out, part_of(sql, from, i - 1));
            from = i;
        } else if (before != ':' && !in_word(before) && in_word(text[i + 1])) {
            append(out, part_of(sql, from, i));
            append(out, text_value("$" + std::to_string(++parameters)));
            while (i + 1 < text.size() && in_word(text[i + 1])) ++i;
            from = i + 1;
        }
    }
    append(out, part_of(sql, from, text.size()));
    return out;
}

bool off(const Value* value) { return value && value->is(Value::Kind::boolean) && !value->yes; }
bool given(const Value* value) { return value && !value->is(Value::Kind::nothing); }

}  // namespace

void AlembicOperations::send(const std::string& sql, const Call& call) {
    begin(place_of(call));
    out_.made(sql, place_of(call));
    for (std::string& doubt : sql_.take_doubts())
        out_.unread(place_of(call), std::move(doubt), "it is not known from the file: a name is read in its place");
}

void AlembicOperations::not_understood(const Call& call, std::string why) {
    out_.unread(place_of(call), call.path.size() > 120 ? "a call" : call.path + "()", std::move(why));
}

void AlembicOperations::leave(const Value& entered) {
    if (entered.text.ends_with("autocommit_block()")) --autocommit_;
}

void AlembicOperations::begin(Place place) {
    last_ = place.end;
    if (!own_transactions_ || open_ || autocommit_ > 0) return;
    out_.made("BEGIN", {place.begin, place.begin});
    open_ = true;
}

void AlembicOperations::commit(Place place) {
    if (open_) out_.made("COMMIT", place);
    open_ = false;
}

void AlembicOperations::finish() { commit({last_, last_}); }

void AlembicOperations::send_written(const Value& sql, const Call& call) {
    begin(place_of(call));
    out_.written(with_parameters(sql), place_of(call));
}

std::optional<Value> AlembicOperations::called(const Call& call) {
    const std::string_view path = call.path;
    const std::string_view name = call.name();
    if (path == "alembic.op.f" && !call.args.empty()) return call.args.front();
    if (path == "alembic.op.inline_literal" && !call.args.empty()) return call.args.front();
    if (path == "alembic.context.is_offline_mode") return boolean_value(false);
    if (path.ends_with("autocommit_block")) {
        committed_in_between_ = true;
        ++autocommit_;
        commit({call.begin, call.begin});
        return std::nullopt;
    }
    if (path.starts_with(kBatch) && path.size() > kBatch.size()) {
        if (name == "f" && !call.args.empty()) return call.args.front();
        batch_operation(call);
        return std::nullopt;
    }
    if (path.starts_with(kOp) && path.find('(') == std::string_view::npos) {
        constexpr std::array kQuestions{"get_bind"sv, "get_context"sv, "batch_alter_table"sv};
        if (std::find(kQuestions.begin(), kQuestions.end(), name) == kQuestions.end()) operation(call);
        return std::nullopt;
    }
    if (name == "execute" || name == "execute_if" || name == "exec_driver_sql" || name == "scalar" ||
        name == "scalars") {
        if (holds_connection(call.receiver) || !call.args.empty()) execute(call);
        return std::nullopt;
    }
    if (path == "alembic.op.get_bind().commit") {
        committed_in_between_ = true;
        commit(place_of(call));
        return std::nullopt;
    }
    const bool type_call =
        call.receiver.call && (last_name(call.receiver) == "Enum" || last_name(call.receiver) == "ENUM");
    if (type_call && (name == "create" || name == "drop")) {
        const auto sql = name == "create" ? sql_.create_enum(call.receiver, false) : sql_.drop_enum(call.receiver);
        if (sql) send(*sql, call);
        return std::nullopt;
    }
    const bool given_connection = std::any_of(call.args.begin(), call.args.end(), holds_connection) ||
                                  std::any_of(call.named.begin(), call.named.end(),
                                              [](const auto& named) { return holds_connection(named.second); });
    const bool database = path.starts_with("sqlalchemy");
    if (is_harmless(path)) return std::nullopt;
    if (name == "create" || name == "drop" || name == "create_all" || name == "drop_all")
        not_understood(call, "what it creates or drops does not stand in this file");
    else if (holds_connection(call.receiver) && (name == "query" || name == "add" || name == "add_all" ||
                                                 name == "bulk_save_objects" || name == "bulk_insert_mappings"))
        not_understood(call, "it reads or changes rows through the application's models");
    else if (call.discarded && !database && !holds_connection(call.receiver) && !path.starts_with('.'))
        not_understood(call, "what this function does does not stand in this file");
    else if (given_connection && !database)
        not_understood(call, "it is given the connection, and what it does does not stand in this file");
    return std::nullopt;
}

void AlembicOperations::operation(const Call& call) {
    const std::string_view name = call.name();
    if (call.more_args) return not_understood(call, "its arguments are not known");
    if (name == "execute") return execute(call);
    if (name == "create_table") return create_table(call);
    if (name == "add_column") return add_column(call);
    if (name == "alter_column") return alter_column(call);
    if (name == "create_index") return create_index(call);
    if (name == "create_foreign_key") return create_foreign_key(call);
    if (name == "bulk_insert") return bulk_insert(call);
    if (table_operation(call, name) || constraint_operation(call, name)) return;
    not_understood(call, "there is no such operation in Alembic itself");
}

bool AlembicOperations::table_operation(const Call& call, std::string_view name) {
    const Value* schema = call.get("schema");
    const auto if_exists = [&] {
        const Value* value = call.get("if_exists");
        return value && value->yes ? "IF EXISTS " : "";
    };
    if (name == "drop_table") {
        send(std::string("DROP TABLE ") + if_exists() + sql_.table(schema, call.get(0, "table_name")), call);
    } else if (name == "drop_column") {
        const std::string table = sql_.table(schema, call.get(0, "table_name"));
        send("ALTER TABLE " + table + " DROP COLUMN " + if_exists() + sql_.name(call.get(1, "column_name")), call);
    } else if (name == "rename_table") {
        const std::string table = sql_.table(schema, call.get(0, "old_table_name"));
        send("ALTER TABLE " + table + " RENAME TO " + sql_.name(call.get(1, "new_table_name")), call);
    } else if (name == "drop_index") {
        const Value* concurrently = call.get("postgresql_concurrently");
        send(std::string("DROP INDEX ") + (concurrently && concurrently->yes ? "CONCURRENTLY " : "") + if_exists() +
                 sql_.table(schema, call.get(0, "index_name")),
             call);
    } else if (name == "create_table_comment" || name == "drop_table_comment") {
        const Value* comment = name == "create_table_comment" ? call.get(1, "comment") : nullptr;
        send("COMMENT ON TABLE " + sql_.table(schema, call.get(0, "table_name")) + " IS " +
                 (given(comment) ? sql_.expression(*comment) : "NULL"),
             call);
    } else {
        return false;
    }
    return true;
}

bool AlembicOperations::constraint_operation(const Call& call, std::string_view name) {
    const Value* constraint = call.get(0, "constraint_name");
    const std::string named = given(constraint) ? "CONSTRAINT " + sql_.name(constraint) + " " : std::string();
    const auto alter = [&] { return "ALTER TABLE " + sql_.table(call.get("schema"), call.get(1, "table_name")); };
    if (name == "drop_constraint") {
        const Value* optional = call.get("if_exists");
        send(alter() + " DROP CONSTRAINT " + (optional && optional->yes ? "IF EXISTS " : "") + sql_.name(constraint),
             call);
    } else if (name == "create_unique_constraint" || name == "create_primary_key") {
        const std::string kind = name == "create_primary_key" ? "PRIMARY KEY (" : "UNIQUE (";
        const Value* nulls = call.get("postgresql_nulls_not_distinct");
        std::string sql = alter() + " ADD " + named + kind + sql_.columns(call.get(2, "columns")) + ")";
        if (nulls && nulls->yes) sql.insert(sql.rfind('('), "NULLS NOT DISTINCT ");
        const Value* deferrable = call.get("deferrable");
        const Value* initially = call.get("initially");
        if (deferrable && deferrable->is(Value::Kind::boolean))
            sql += deferrable->yes ? " DEFERRABLE" : " NOT DEFERRABLE";
        if (initially && initially->is_text()) sql += " INITIALLY " + initially->text;
        send(sql, call);
    } else if (name == "create_check_constraint") {
        const Value* condition = call.get(2, "condition");
        const bool plain = condition && condition->is(Value::Kind::text) && !condition->holds_unknown;
        const Value* not_valid = call.get("postgresql_not_valid");
        send(alter() + " ADD " + named + "CHECK (" +
                 (plain ? condition->text : sql_.expression(condition ? *condition : unknown_value())) + ")" +
                 (not_valid && not_valid->yes ? " NOT VALID" : ""),
             call);
    } else if (name == "create_exclude_constraint" && call.args.size() > 2) {
        Call exclude = call;
        exclude.path = "ExcludeConstraint";
        exclude.args.erase(exclude.args.begin(), exclude.args.begin() + 2);
        send(alter() + " ADD " + named + sql_.constraint(exclude).value_or(""), call);
    } else {
        return false;
    }
    return true;
}

// Outside SQLite a batch sends each operation as it comes.
void AlembicOperations::batch_operation(const Call& call) {
    const Call* batch = nullptr;
    for (const Value* at = &call.receiver; at && !batch; at = at->of.get())
        if (at->call && at->call->path == "alembic.op.batch_alter_table") batch = at->call.get();
    const Value* table = batch ? batch->get(0, "table_name") : nullptr;
    if (!table) return not_understood(call, "the table of its batch is not known");
    const std::string_view name = call.name();
    Call direct = call;
    direct.path = std::string(kOp) + std::string(name);
    const bool table_first = name == "add_column" || name == "drop_column" || name == "alter_column" ||
                             name == "create_table_comment" || name == "drop_table_comment";
    const std::size_t place = table_first || direct.args.empty() ? 0 : 1;
    if (place == 0 && !table_first) {
        direct.named.emplace_back(name == "create_foreign_key" ? "source_table" : "table_name", *table);
    } else {
        direct.args.insert(direct.args.begin() + static_cast<long>(place), *table);
    }
    if (const Value* schema = batch->get("schema"))
        direct.named.emplace_back(name == "create_foreign_key" ? "source_schema" : "schema", *schema);
    operation(direct);
}

void AlembicOperations::brought_along(const std::string& table, const Value* table_name, const Value* schema,
                                      const SqlAlchemy::Column& column) {
    const Call& call = *column.call;
    if (!column.flag("index", false)) return;
    Call options;
    if (const Value* unique = call.get("unique")) options.named.emplace_back("unique", *unique);
    const Value* name = call.get(0, "name");
    const std::string plain = (table_name && table_name->is_text() ? table_name->text : "") + "_" +
                              (name && name->is_text() ? name->text : "");
    const std::string prefix = schema && schema->is_text() ? "ix_" + schema->text + "_" : "ix_";
    send(sql_.create_index(quoted(prefix + plain), table, {name ? *name : unknown_value()}, options), call);
}

void AlembicOperations::create_table(const Call& call) {
    const Value* table_name = call.get(0, "table_name");
    const Value* schema = call.get("schema");
    const std::string table = sql_.table(schema, table_name);
    std::vector<SqlAlchemy::Column> columns;
    std::vector<std::string> keys, own_constraints, column_constraints, enums;
    std::vector<const Call*> indexes;
    std::string primary_key;
    for (std::size_t i = 1; i < call.args.size(); ++i) {
        const Value& part = call.args[i];
        if (auto column = sql_.column(part)) {
            columns.push_back(std::move(*column));
        } else if (part.call && part.call->name() == "PrimaryKeyConstraint") {
            for (const Value& key : part.call->args) keys.push_back(sql_.name(&key));
            primary_key = sql_.constraint(*part.call).value_or("");
        } else if (part.call && part.call->name() == "Index") {
            indexes.push_back(part.call.get());
        } else if (const auto clause = part.call ? sql_.constraint(*part.call) : std::nullopt) {
            own_constraints.push_back(*clause);
        } else if (!part.is(Value::Kind::nothing)) {
            out_.unread({part.begin, part.end}, "a part of a table",
                        "it is neither a column nor a constraint of SQLAlchemy's");
        }
    }
    for (SqlAlchemy::Column& column : columns) {
        if (column.primary_key) keys.push_back(column.name);
        column.primary_key |= std::find(keys.begin(), keys.end(), column.name) != keys.end();
    }
    if (primary_key.empty() && !keys.empty()) {
        for (const std::string& key : keys) primary_key += (primary_key.empty() ? "PRIMARY KEY (" : ", ") + key;
        primary_key += ")";
    }
    std::string body;
    for (const SqlAlchemy::Column& column : columns) {
        const Value* automatic = column.call->get("autoincrement");
        const bool serial = column.primary_key && keys.size() == 1 && column.type && is_serial_type(*column.type) &&
                            column.foreign_keys.empty() && !off(automatic);
        body += (body.empty() ? "" : ", ") + sql_.column_spec(column, serial);
        for (const Call* reference : column.foreign_keys)
            column_constraints.push_back(sql_.foreign_key(column.name, *reference));
        if (column.flag("unique", false) && !column.flag("index", false))
            column_constraints.push_back("UNIQUE (" + column.name + ")");
        if (const auto enumeration = column.type ? sql_.create_enum(*column.type, true) : std::nullopt)
            if (std::find(enums.begin(), enums.end(), *enumeration) == enums.end()) enums.push_back(*enumeration);
    }
    if (!primary_key.empty()) body += (body.empty() ? "" : ", ") + primary_key;
    for (const auto* list : {&own_constraints, &column_constraints})
        for (const std::string& clause : *list) body += (body.empty() ? "" : ", ") + clause;
    for (const std::string& enumeration : enums) send(enumeration, call);
    const Value* optional = call.get("if_not_exists");
    std::string tail;
    if (const Value* by = call.get("postgresql_partition_by"); by && by->is_text()) tail = " PARTITION BY " + by->text;
    send(std::string("CREATE TABLE ") + (optional && optional->yes ? "IF NOT EXISTS " : "") + table + " (" + body +
             ")" + tail,
         call);
    for (const Call* index : indexes) {
        const std::vector<Value> parts(index->args.begin() + std::min<long>(1, static_cast<long>(index->args.size())),
                                       index->args.end());
        send(sql_.create_index(sql_.name(index->get(0, "name")), table, parts, *index), *index);
    }
    for (const SqlAlchemy::Column& column : columns) brought_along(table, table_name, schema, column);
    if (const Value* comment = call.get("comment"); given(comment))
        send("COMMENT ON TABLE " + table + " IS " + sql_.expression(*comment), call);
    for (const SqlAlchemy::Column& column : columns)
        if (const Value* comment = column.call->get("comment"); given(comment))
            send("COMMENT ON COLUMN " + table + "." + column.name + " IS " + sql_.expression(*comment), *column.call);
}

void AlembicOperations::add_column(const Call& call) {
    const Value* table_name = call.get(0, "table_name");
    const Value* schema = call.get("schema");
    const Value* given_column = call.get(1, "column");
    const auto column = given_column ? sql_.column(*given_column) : std::nullopt;
    if (!column) return not_understood(call, "its column does not stand in this file");
    const std::string table = sql_.table(schema, table_name);
    const Value* optional = call.get("if_not_exists");
    const bool serial =
        column->primary_key && column->type && is_serial_type(*column->type) && column->foreign_keys.empty();
    send("ALTER TABLE " + table + " ADD COLUMN " + (optional && optional->yes ? "IF NOT EXISTS " : "") +
             sql_.column_spec(*column, serial),
         call);
    if (column->primary_key) send("ALTER TABLE " + table + " ADD PRIMARY KEY (" + column->name + ")", call);
    for (const Call* reference : column->foreign_keys)
        send("ALTER TABLE " + table + " ADD " + sql_.foreign_key(column->name, *reference), call);
    if (column->flag("unique", false) && !column->flag("index", false))
        send("ALTER TABLE " + table + " ADD UNIQUE (" + column->name + ")", call);
    brought_along(table, table_name, schema, *column);
    if (const Value* comment = column->call->get("comment"); given(comment))
        send("COMMENT ON COLUMN " + table + "." + column->name + " IS " + sql_.expression(*comment), call);
}

void AlembicOperations::alter_column(const Call& call) {
    const std::string table = sql_.table(call.get("schema"), call.get(0, "table_name"));
    const std::string column = sql_.name(call.get(1, "column_name"));
    const std::string alter = "ALTER TABLE " + table + " ALTER COLUMN " + column;
    if (const Value* type = call.get("type_"); given(type)) {
        const Value* conversion = call.get("postgresql_using");
        send(alter + " TYPE " + sql_.type(*type) +
                 (given(conversion) ? " USING " + (conversion->is(Value::Kind::text) ? conversion->text
                                                                                     : sql_.expression(*conversion))
                                    : ""),
             call);
    }
    if (const Value* nullable = call.get("nullable"); given(nullable)) {
        if (!nullable->is(Value::Kind::boolean)) return not_understood(call, "whether nulls are allowed is not known");
        send(alter + (nullable->yes ? " DROP NOT NULL" : " SET NOT NULL"), call);
    }
    if (const Value* fallback = call.get("server_default"); fallback && !off(fallback))
        send(alter + (given(fallback) ? " SET DEFAULT " + sql_.expression(*fallback) : " DROP DEFAULT"), call);
    if (const Value* comment = call.get("comment"); comment && !off(comment))
        send("COMMENT ON COLUMN " + table + "." + column + " IS " +
                 (given(comment) ? sql_.expression(*comment) : "NULL"),
             call);
    const Value* renamed = call.get("new_column_name");
    if (!given(renamed)) renamed = call.get("name");
    if (given(renamed)) send("ALTER TABLE " + table + " RENAME " + column + " TO " + sql_.name(renamed), call);
}

void AlembicOperations::create_index(const Call& call) {
    const Value* columns = call.get(2, "columns");
    const auto items = columns ? iterated(*columns) : std::nullopt;
    if (!items) return not_understood(call, "its columns are not known");
    Call options = call;
    if (call.args.size() > 4) options.named.emplace_back("unique", call.args[4]);
    const Value* schema = call.get(3, "schema");
    send(sql_.create_index(sql_.name(call.get(0, "index_name")), sql_.table(schema, call.get(1, "table_name")), *items,
                           options),
         call);
}

void AlembicOperations::create_foreign_key(const Call& call) {
    const auto first_of = [&](std::size_t position, std::string_view name, std::string_view older) {
        const Value* value = call.get(position, name);
        return value ? value : call.get(older);
    };
    const Value* name = first_of(0, "constraint_name", "name");
    const Value* source = first_of(1, "source_table", "source");
    const Value* referent = first_of(2, "referent_table", "referent");
    Call options = call;
    const std::string table = sql_.table(call.get("source_schema"), source);
    std::string sql =
        "ALTER TABLE " + table + " ADD " + (given(name) ? "CONSTRAINT " + sql_.name(name) + " " : std::string()) +
        "FOREIGN KEY(" + sql_.columns(call.get(3, "local_cols")) + ") REFERENCES " +
        sql_.table(call.get("referent_schema"), referent) + " (" + sql_.columns(call.get(4, "remote_cols")) + ")";
    constexpr std::array kByPosition{"onupdate"sv, "ondelete"sv, "deferrable"sv, "initially"sv, "match"sv};
    for (std::size_t i = 5; i < call.args.size() && i - 5 < kByPosition.size(); ++i)
        options.named.emplace_back(kByPosition[i - 5], call.args[i]);
    send(sql + reference_options(options), call);
}

void AlembicOperations::bulk_insert(const Call& call) {
    const Value* table = call.get(0, "table");
    const Value* rows = call.get(1, "rows");
    const auto items = rows ? iterated(*rows) : std::nullopt;
    if (!table || !table->call || !items) return not_understood(call, "its table or rows are not known");
    const std::string target = sql_.table(table->call->get("schema"), table->call->get(0, "name"));
    for (const Value& row : *items) {
        if (!row.is(Value::Kind::dictionary)) {
            out_.unread(place_of(call), "a row of op.bulk_insert()", "it is not known from the file");
            continue;
        }
        std::string columns, values;
        for (std::size_t i = 0; i + 1 < row.items->size(); i += 2) {
            columns += (i ? ", " : "") + sql_.name(&(*row.items)[i]);
            values += (i ? ", " : "") + sql_.expression((*row.items)[i + 1]);
        }
        send("INSERT INTO " + target + " (" + columns + ") VALUES (" + values + ")", call);
    }
}

void AlembicOperations::execute(const Call& call) {
    const Value* what = call.get(0, call.path == "alembic.op.execute" ? "sqltext" : "statement");
    if (!what) return not_understood(call, "what it sends is not known");
    if (const auto text = as_text(*what)) return send_written(*text, call);
    const std::string_view made = last_name(*what);
    const Value* first = what->call && !what->call->args.empty() ? &what->call->args.front() : nullptr;
    if (first && (made == "CreateSequence" || made == "DropSequence")) {
        const Value* sequence = first->call ? first->call->get(0, "name") : nullptr;
        return send((made == "CreateSequence" ? "CREATE SEQUENCE " : "DROP SEQUENCE ") + sql_.name(sequence), call);
    }
    if (first && (made == "CreateSchema" || made == "DropSchema"))
        return send((made == "CreateSchema" ? "CREATE SCHEMA " : "DROP SCHEMA ") + sql_.name(first), call);
    if (first && made == "DDL" && first->is(Value::Kind::text)) return send_written(*first, call);
    not_understood(call, "its SQL is put together by SQLAlchemy, or is not known from the file");
}

}  // namespace pgfence::extract
