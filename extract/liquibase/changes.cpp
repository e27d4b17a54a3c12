#include "extract/liquibase/changes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/path_text.h"
#include "extract/liquibase/columns.h"
#include "extract/liquibase/names.h"
#include "extract/liquibase/types.h"

namespace pgfence::extract::liquibase {
namespace {

using Statements = std::vector<std::string>;

std::string alter(const Element& change) { return "ALTER TABLE " + table(change) + " "; }
std::string alter_column(const Element& change) {
    return alter(change) + "ALTER COLUMN " + name(change["columnName"]) + " ";
}
std::string named(const Element& change) {
    return change["constraintName"].empty() ? "" : "CONSTRAINT " + name(change["constraintName"]) + " ";
}
std::string text(const Element& change, std::string_view attribute) { return std::string(change[attribute]); }

/// What stands before the text where the attribute is there.
std::string clause(const Element& change, std::string_view attribute, std::string_view words) {
    return change[attribute].empty() ? "" : std::string(words) + text(change, attribute);
}

std::string deferral(const Element& change) {
    return std::string(change.says("deferrable") ? " DEFERRABLE" : "") +
           (change.says("initiallyDeferred") ? " INITIALLY DEFERRED" : "");
}

Statements create_table_and_remarks(const Element& change) {
    Statements statements{create_table(change)};
    add_remarks(change, statements);
    return statements;
}

Statements add_column(const Element& change) {
    Statements statements = add_columns(change);
    add_remarks(change, statements);
    return statements;
}

Statements drop_column(const Element& change) {
    Statements statements;
    if (!change["columnName"].empty())
        statements.push_back(alter(change) + "DROP COLUMN " + name(change["columnName"]));
    for (const Element* column : change.all("column"))
        statements.push_back(alter(change) + "DROP COLUMN " + name((*column)["name"]));
    return statements;
}

Statements modify_data_type(const Element& change) {
    const std::string column = name(change["columnName"]), type = postgres_type(change["newDataType"]).sql;
    return {alter(change) + "ALTER COLUMN " + column + " TYPE " + type + " USING (" + column + "::" + type + ")"};
}

Statements add_not_null(const Element& change) {
    Statements statements;
    const std::string column = name(change["columnName"]);
    if (const std::string_view value = change["defaultNullValue"]; !value.empty() && lower_case(value) != "null") {
        Element as_column;
        as_column.attributes["value"] = {std::string(value), 0};
        statements.push_back("UPDATE " + table(change) + " SET " + column + " = " +
                             literal_of(as_column, "value", postgres_type(change["columnDataType"])) + " WHERE " +
                             column + " IS NULL");
    }
    statements.push_back(alter_column(change) + "SET NOT NULL");
    return statements;
}

Statements add_foreign_key(const Element& change) {
    std::string sql = "ALTER TABLE " + qualified(change, "baseTableSchemaName", "baseTableName") + " ADD " +
                      named(change) + "FOREIGN KEY (" + names(change["baseColumnNames"]) + ") REFERENCES " +
                      qualified(change, "referencedTableSchemaName", "referencedTableName") + " (" +
                      names(change["referencedColumnNames"]) + ")";
    sql += clause(change, "onUpdate", " ON UPDATE ");
    sql += change.says("deleteCascade") ? " ON DELETE CASCADE" : clause(change, "onDelete", " ON DELETE ");
    sql += deferral(change);
    if (change["validate"] == "false") sql += " NOT VALID";
    return {sql};
}

Statements add_unique(const Element& change) {
    std::string sql = alter(change) + "ADD " + named(change) + "UNIQUE (" + names(change["columnNames"]) + ")";
    if (!change["forIndexName"].empty())
        sql = alter(change) + "ADD " + named(change) + "UNIQUE USING INDEX " + name(change["forIndexName"]);
    return {sql + clause(change, "tablespace", " USING INDEX TABLESPACE ") + deferral(change)};
}

Statements add_primary_key(const Element& change) {
    Statements statements{alter(change) + "ADD " + named(change) + "PRIMARY KEY (" + names(change["columnNames"]) +
                          ")" + clause(change, "tablespace", " USING INDEX TABLESPACE ")};
    if (change.says("clustered") && !change["constraintName"].empty())
        statements.push_back("CLUSTER " + table(change) + " USING " + name(change["constraintName"]));
    return statements;
}

/// One expression, or a name with the direction that some write behind it.
std::string index_column(const Element& column) {
    const std::string_view written = column["name"];
    const bool is_expression = column.says("computed") || written.find('(') != written.npos;
    return (is_expression ? std::string(written) : name(written)) + (column.says("descending") ? " DESC" : "");
}

Statements create_index(const Element& change) {
    const std::string_view for_what = change["associatedWith"];
    if (!for_what.empty() && for_what != "none") return {};
    std::string columns;
    for (const Element* column : change.all("column")) columns += (columns.empty() ? "" : ", ") + index_column(*column);
    const std::string index = change["indexName"].empty() ? "" : name(change["indexName"]) + " ";
    Statements statements{std::string(change.says("unique") ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") + index +
                          "ON " + table(change) + clause(change, "using", " USING ") + " (" + columns + ")" +
                          clause(change, "tablespace", " TABLESPACE ")};
    if (change.says("clustered")) statements.push_back("CLUSTER " + table(change) + " USING " + index);
    return statements;
}

Statements add_default(const Element& change) {
    return {alter_column(change) + "SET DEFAULT " +
            literal_of(change, "defaultValue", postgres_type(change["columnDataType"]))};
}

/// ALTER TABLE ... ADD GENERATED, of a column that is there (AddAutoIncrementGenerator).
Statements add_auto_increment(const Element& change) {
    const std::string_view generation = change["generationType"];
    std::string sql = alter_column(change) + "ADD GENERATED " +
                      std::string(generation.empty() ? "BY DEFAULT" : generation) + " AS IDENTITY";
    if (!change["startWith"].empty()) sql += " (START WITH " + text(change, "startWith") + ")";
    return {sql};
}

std::string sequence_options(const Element& change) {
    return clause(change, "dataType", " AS ") + clause(change, "startValue", " START WITH ") +
           clause(change, "incrementBy", " INCREMENT BY ") + clause(change, "minValue", " MINVALUE ") +
           clause(change, "maxValue", " MAXVALUE ") + clause(change, "cacheSize", " CACHE ") +
           (change.says("cycle") ? " CYCLE" : "");
}

std::string sequence(const Element& change) { return qualified(change, "schemaName", "sequenceName"); }

Statements create_sequence(const Element& change) {
    return {std::string("CREATE SEQUENCE ") + (change.says("ifNotExists") ? "IF NOT EXISTS " : "") + sequence(change) +
            sequence_options(change)};
}

std::string view(const Element& change) { return qualified(change, "schemaName", "viewName"); }

Statements create_view(const Element& change) {
    const std::string query = change["selectQuery"].empty() ? change.text.value : text(change, "selectQuery");
    if (change.says("fullDefinition")) return {query};
    return {std::string(change.says("replaceIfExists") ? "CREATE OR REPLACE VIEW " : "CREATE VIEW ") + view(change) +
            " AS " + query};
}

Statements create_procedure(const Element& change) {
    const std::string_view body = change["procedureText"].empty() ? change["procedureBody"] : change["procedureText"];
    return {body.empty() ? change.text.value : std::string(body)};
}

Statements insert(const Element& change) {
    std::string columns, values;
    for (const Element* column : change.all("column")) {
        columns += (columns.empty() ? "" : ", ") + name((*column)["name"]);
        std::string value = literal_of(*column, "value", {});
        if (value.empty()) value = column->text.value.empty() ? "NULL" : literal(column->text.value);
        values += (values.empty() ? "" : ", ") + value;
    }
    return {"INSERT INTO " + table(change) + " (" + columns + ") VALUES (" + values + ")"};
}

Statements update(const Element& change) {
    std::string assigned;
    for (const Element* column : change.all("column")) {
        std::string value = literal_of(*column, "value", {});
        if (value.empty()) value = "NULL";
        assigned += (assigned.empty() ? "" : ", ") + name((*column)["name"]) + " = " + value;
    }
    return {"UPDATE " + table(change) + " SET " + assigned + clause(change, "where", " WHERE ")};
}

struct Kind {
    std::string_view name;
    std::string_view needs;  ///< attributes without which Liquibase refuses it
    bool can_be_undone;
    Statements (*sql)(const Element&);
};

// clang-format off
constexpr std::array kKinds{
    Kind{"addAutoIncrement", "tableName columnName", false, add_auto_increment},
    Kind{"addColumn", "tableName", true, add_column},
    Kind{"addDefaultValue", "tableName columnName", true, add_default},
    Kind{"addForeignKeyConstraint", "baseTableName baseColumnNames referencedTableName referencedColumnNames", true,
         add_foreign_key},
    Kind{"addNotNullConstraint", "tableName columnName", true, add_not_null},
    Kind{"addPrimaryKey", "tableName columnNames", true, add_primary_key},
    Kind{"addUniqueConstraint", "tableName", true, add_unique},
    Kind{"alterSequence", "sequenceName", false, [](const Element& c) -> Statements {
        return {"ALTER SEQUENCE " + sequence(c) + sequence_options(c)}; }},
    Kind{"createFunction", "", false, create_procedure},
    Kind{"createIndex", "tableName", true, create_index},
    Kind{"createProcedure", "", false, create_procedure},
    Kind{"createSequence", "sequenceName", true, create_sequence},
    Kind{"createTable", "tableName", true, create_table_and_remarks},
    Kind{"createView", "", true, create_view},
    Kind{"delete", "tableName", false, [](const Element& c) -> Statements {
        return {"DELETE FROM " + table(c) + clause(c, "where", " WHERE ")}; }},
    Kind{"dropColumn", "tableName", false, drop_column},
    Kind{"dropDefaultValue", "tableName columnName", false, [](const Element& c) -> Statements {
        return {alter_column(c) + "DROP DEFAULT"}; }},
    Kind{"dropForeignKeyConstraint", "baseTableName constraintName", false, [](const Element& c) -> Statements {
        return {"ALTER TABLE " + qualified(c, "baseTableSchemaName", "baseTableName") + " DROP CONSTRAINT " +
                name(c["constraintName"])}; }},
    Kind{"dropFunction", "functionName", false, [](const Element& c) -> Statements {
        return {"DROP FUNCTION " + qualified(c, "schemaName", "functionName")}; }},
    Kind{"dropIndex", "indexName", false, [](const Element& c) -> Statements {
        return {"DROP INDEX " + qualified(c, "schemaName", "indexName")}; }},
    Kind{"dropNotNullConstraint", "tableName columnName", true, [](const Element& c) -> Statements {
        return {alter_column(c) + "DROP NOT NULL"}; }},
    Kind{"dropPrimaryKey", "tableName constraintName", false, [](const Element& c) -> Statements {
        return {alter(c) + "DROP CONSTRAINT " + name(c["constraintName"])}; }},
    Kind{"dropSequence", "sequenceName", false, [](const Element& c) -> Statements {
        return {"DROP SEQUENCE " + sequence(c)}; }},
    Kind{"dropTable", "tableName", false, [](const Element& c) -> Statements {
        return {"DROP TABLE " + table(c) + (c.says("cascadeConstraints") ? " CASCADE" : "")}; }},
    Kind{"dropUniqueConstraint", "tableName constraintName", false, [](const Element& c) -> Statements {
        return {alter(c) + "DROP CONSTRAINT " + name(c["constraintName"])}; }},
    Kind{"dropView", "viewName", false, [](const Element& c) -> Statements {
        return {std::string("DROP VIEW ") + (c.says("ifExists") ? "IF EXISTS " : "") + view(c)}; }},
    Kind{"insert", "tableName", false, insert},
    Kind{"modifyDataType", "tableName columnName newDataType", false, modify_data_type},
    Kind{"renameColumn", "tableName oldColumnName newColumnName", true, [](const Element& c) -> Statements {
        return {alter(c) + "RENAME COLUMN " + name(c["oldColumnName"]) + " TO " + name(c["newColumnName"])}; }},
    Kind{"renameSequence", "oldSequenceName newSequenceName", true, [](const Element& c) -> Statements {
        return {"ALTER SEQUENCE " + qualified(c, "schemaName", "oldSequenceName") + " RENAME TO " +
                name(c["newSequenceName"])}; }},
    Kind{"renameTable", "oldTableName newTableName", true, [](const Element& c) -> Statements {
        return {"ALTER TABLE " + qualified(c, "schemaName", "oldTableName") + " RENAME TO " +
                name(c["newTableName"])}; }},
    Kind{"renameView", "oldViewName newViewName", true, [](const Element& c) -> Statements {
        return {"ALTER TABLE " + qualified(c, "schemaName", "oldViewName") + " RENAME TO " + name(c["newViewName"])}; }},
    Kind{"setColumnRemarks", "tableName columnName", false, [](const Element& c) -> Statements {
        return {"COMMENT ON COLUMN " + table(c) + "." + name(c["columnName"]) + " IS " + literal(c["remarks"])}; }},
    Kind{"setTableRemarks", "tableName", false, [](const Element& c) -> Statements {
        return {"COMMENT ON TABLE " + table(c) + " IS " + literal(c["remarks"])}; }},
    Kind{"update", "tableName", false, update},
};
// clang-format on

const Kind* kind_of(std::string_view change) {
    const auto found =
        std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& kind) { return kind.name == change; });
    return found == kKinds.end() ? nullptr : &*found;
}

bool has_all(const Element& change, std::string_view attributes) {
    while (!attributes.empty()) {
        const std::size_t space = std::min(attributes.find(' '), attributes.size());
        if (change[attributes.substr(0, space)].empty()) return false;
        attributes.remove_prefix(std::min(space + 1, attributes.size()));
    }
    return true;
}

}  // namespace

std::optional<Statements> sql_of(const Element& change) {
    const Kind* kind = kind_of(change.name);
    if (!kind || !has_all(change, kind->needs)) return std::nullopt;
    return kind->sql(change);
}

bool drops_key_without_name(const Element& change) {
    return change.name == "dropPrimaryKey" && change["constraintName"].empty() && !change["tableName"].empty();
}

std::optional<Statements> drop_of_key(const Element& change, const KeyNames& keys) {
    const auto key = keys.find(table(change));
    if (key == keys.end()) return std::nullopt;
    return Statements{alter(change) + "DROP CONSTRAINT " + key->second};
}

namespace {

/// ... CONSTRAINT "pk_t" PRIMARY KEY ...; where it has no name, PostgreSQL's own choice.
std::string key_made_by(std::string_view sql, const std::string& table) {
    constexpr std::string_view kKey = "PRIMARY KEY", kNamed = "CONSTRAINT ";
    const auto at = sql.find(kKey);
    if (at == sql.npos) return {};
    const std::string_view before = trim(sql.substr(0, at));
    const auto named = before.rfind(kNamed);
    if (named != before.npos) {
        const std::string_view name = before.substr(named + kNamed.size());
        const bool whole = name.starts_with('"') ? name.find('"', 1) + 1 == name.size() : !contains(name, " ");
        if (whole) return std::string(name);
    }
    const auto dot = table.rfind('.');
    std::string name = table.substr(dot == std::string::npos ? 0 : dot + 1);
    const bool in_quotes = name.ends_with('"');
    if (in_quotes) name.pop_back();
    return name + "_pkey" + (in_quotes ? "\"" : "");
}

}  // namespace

void remember_keys(const Element& change, const Statements& statements, KeyNames& keys) {
    const std::string own = table(change);
    if (change.name == "dropPrimaryKey" || change.name == "dropTable") keys.erase(own);
    if (change.name == "renameTable") {
        const auto renamed = keys.extract(qualified(change, "schemaName", "oldTableName"));
        if (renamed) keys[qualified(change, "schemaName", "newTableName")] = renamed.mapped();
    }
    for (const std::string& sql : statements)
        if (std::string key = key_made_by(sql, own); !key.empty()) keys[own] = std::move(key);
}

bool can_be_undone(std::string_view change) {
    const Kind* kind = kind_of(change);
    return kind && kind->can_be_undone;
}

}  // namespace pgfence::extract::liquibase
