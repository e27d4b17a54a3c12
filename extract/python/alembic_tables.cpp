// create_table and what it brings along, columns, indexes, foreign keys.

#include <algorithm>
#include <array>

#include "extract/python/alembic_operations.h"
#include "extract/python/python.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

bool off(const Value* value) { return value && value->is(Value::Kind::boolean) && !value->yes; }
}  // namespace

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
    std::vector<std::string> keys, referring, own_constraints, column_constraints, enums;
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
            const bool refers = part.call->name() == "ForeignKeyConstraint";
            const Value* own = refers ? part.call->get(0, "columns") : nullptr;
            if (const auto names = own ? iterated(*own) : std::nullopt)
                for (const Value& one : *names) referring.push_back(sql_.name(&one));
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
                            column.foreign_keys.empty() && !off(automatic) &&
                            std::find(referring.begin(), referring.end(), column.name) == referring.end();
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
        const Value* name = index->get(0, "name");
        send(sql_.create_index(given(name) ? sql_.name(name) : std::string(), table, parts, *index), *index);
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
    if (column->type && sql_.brings_constraints(*column->type))
        not_understood(call, "which constraints its type adds to the table is the application's affair");
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
    for (const char* key : {"type_", "existing_type"})
        if (const Value* type = call.get(key);
            given(type) && given(call.get("type_")) && sql_.brings_constraints(*type))
            not_understood(call, "which constraints its type adds to the table is the application's affair");
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
    // Without a name the naming convention of the application chooses one, or the server.
    const Value* index = call.get(0, "index_name");
    const bool needs_name = is_true(call.get("if_not_exists"));
    send(sql_.create_index(given(index) || needs_name ? sql_.name(index) : std::string(),
                           sql_.table(schema, call.get(1, "table_name")), *items, options),
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

}  // namespace pgfence::extract
