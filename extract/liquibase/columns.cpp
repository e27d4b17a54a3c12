#include "extract/liquibase/columns.h"

#include <optional>

#include "core/text.h"
#include "extract/liquibase/names.h"
#include "extract/liquibase/types.h"

namespace pgfence::extract::liquibase {
namespace {

bool increments_itself(const Element& column, const Type& type) {
    return column.says("autoIncrement") || type.auto_increment;
}

/// getAutoIncrementClause: since PostgreSQL 10 an identity, whatever the type is called.
std::string identity(const Element& column) {
    const std::string_view generation = column["generationType"], start = column["startWith"];
    const std::string_view step = column["incrementBy"];
    std::string clause = " GENERATED " + std::string(generation.empty() ? "BY DEFAULT" : generation) + " AS IDENTITY";
    if (start.empty() && step.empty()) return clause;
    clause += " (";
    if (!start.empty()) clause += "START WITH " + std::string(start);
    if (!step.empty()) clause += (start.empty() ? "INCREMENT BY " : " INCREMENT BY ") + std::string(step);
    return clause + ")";
}

std::string definition(const Element& column) {
    const Type type = postgres_type(column["type"]);
    std::string sql = name(column["name"]) + " " + type.sql;
    if (increments_itself(column, type)) return sql + identity(column);
    const std::string value = literal_of(column, "defaultValue", type);
    if (value.starts_with("GENERATED ALWAYS "))
        sql += " " + value;
    else if (!value.empty())
        sql += " DEFAULT " + value;
    return sql;
}

std::string not_null(const Element& constraints) {
    const std::string_view named = constraints["notNullConstraintName"];
    return (named.empty() ? std::string() : " CONSTRAINT " + name(named)) + " NOT NULL";
}

/// "orders(id)", "orders", or the attributes that say it in parts; nothing when there is no reference.
std::optional<std::string> referenced(const Element& constraints) {
    const std::string_view in_one = constraints["references"];
    if (const auto open = in_one.find('('); !in_one.empty() && (open == in_one.npos || in_one.ends_with(')'))) {
        const std::string_view relation = trim(in_one.substr(0, open));
        const auto dot = relation.find('.');
        const std::string target = dot == relation.npos
                                       ? name(relation)
                                       : name(relation.substr(0, dot)) + "." + name(relation.substr(dot + 1));
        if (open == in_one.npos) return target;  // its primary key
        return target + " (" + names(in_one.substr(open + 1, in_one.size() - open - 2)) + ")";
    }
    if (constraints["referencedTableName"].empty() || constraints["referencedColumnNames"].empty()) return std::nullopt;
    return qualified(constraints, "referencedTableSchemaName", "referencedTableName") + " (" +
           names(constraints["referencedColumnNames"]) + ")";
}

std::string named_constraint(std::string_view given) {
    return given.empty() ? std::string() : "CONSTRAINT " + name(given) + " ";
}

std::optional<std::string> foreign_key(const Element& column, const Element& constraints) {
    const auto target = referenced(constraints);
    if (!target) return std::nullopt;
    std::string sql = named_constraint(constraints["foreignKeyName"]) + "FOREIGN KEY (" + name(column["name"]) +
                      ") REFERENCES " + *target;
    if (constraints.says("deleteCascade")) sql += " ON DELETE CASCADE";
    if (constraints.says("deferrable")) sql += " DEFERRABLE";
    if (constraints.says("initiallyDeferred")) sql += " INITIALLY DEFERRED";
    return sql;
}

std::string unique(const Element& column, const Element& constraints) {
    return named_constraint(constraints["uniqueConstraintName"]) + "UNIQUE (" + name(column["name"]) + ")";
}

/// Those of the column, in XML one element and in YAML one too.
const Element* constraints_of(const Element& column) {
    for (const Element& child : column.children)
        if (child.name == "constraints") return &child;
    return nullptr;
}

/// The key's name is made from the table's when it has none of its own (generatePrimaryKeyName).
std::string primary_key(const Element& change, const std::string& columns, std::string_view given) {
    const std::string own = "PK_" + upper_case(bare(change["tableName"]));
    const bool as_written = change["tableName"].starts_with('"');
    return "CONSTRAINT " +
           name(!given.empty() ? std::string(given)
                : as_written   ? '"' + own + '"'
                               : own) +
           " PRIMARY KEY (" + columns + ")";
}

}  // namespace

std::string create_table(const Element& change) {
    std::string columns, key, key_name;
    std::vector<std::string> after;
    for (const Element* column : change.all("column")) {
        columns += (columns.empty() ? "" : ", ") + definition(*column);
        const Element* constraints = constraints_of(*column);
        if (!constraints) continue;
        if ((*constraints)["nullable"] == "false") columns += not_null(*constraints);
        if (constraints->says("primaryKey")) {
            key += (key.empty() ? "" : ", ") + name((*column)["name"]);
            if (key_name.empty()) key_name = (*constraints)["primaryKeyName"];
        }
        if (auto reference = foreign_key(*column, *constraints)) after.push_back(std::move(*reference));
        if (constraints->says("unique")) after.push_back(unique(*column, *constraints));
    }
    if (!key.empty()) after.insert(after.begin(), primary_key(change, key, key_name));
    std::string sql = change.says("ifNotExists") ? "CREATE TABLE IF NOT EXISTS " : "CREATE TABLE ";
    sql += table(change) + " (" + columns;
    for (const std::string& one : after) sql += (sql.ends_with('(') ? "" : ", ") + one;
    sql += ")";
    if (!change["partitionBy"].empty()) sql += " PARTITION BY " + std::string(change["partitionBy"]);
    if (!change["tablespace"].empty()) sql += " TABLESPACE " + std::string(change["tablespace"]);
    return sql;
}

std::vector<std::string> add_columns(const Element& change) {
    const std::string alter = "ALTER TABLE " + table(change) + " ADD ";
    std::vector<std::string> statements, after, values, not_nulls;
    for (const Element* column : change.all("column")) {
        std::string sql = alter + definition(*column);
        const Element* constraints = constraints_of(*column);
        const std::string value = literal_of(*column, "value", postgres_type((*column)["type"]));
        const bool must_be_set = constraints && (*constraints)["nullable"] == "false";
        if (must_be_set && value.empty()) sql += not_null(*constraints);
        if (constraints && constraints->says("primaryKey")) sql += " PRIMARY KEY";
        statements.push_back(std::move(sql));
        if (constraints && constraints->says("unique")) statements.push_back(alter + unique(*column, *constraints));
        if (const auto key = constraints ? foreign_key(*column, *constraints) : std::nullopt)
            statements.push_back(alter + *key);
        if (value.empty()) continue;
        values.push_back("UPDATE " + table(change) + " SET " + name((*column)["name"]) + " = " + value);
        if (must_be_set)
            not_nulls.push_back("ALTER TABLE " + table(change) + " ALTER COLUMN " + name((*column)["name"]) +
                                " SET NOT NULL");
    }
    for (const auto* more : {&values, &not_nulls}) statements.insert(statements.end(), more->begin(), more->end());
    return statements;
}

void add_remarks(const Element& change, std::vector<std::string>& statements) {
    if (!change["remarks"].empty())
        statements.push_back("COMMENT ON TABLE " + table(change) + " IS " + literal(change["remarks"]));
    for (const Element* column : change.all("column"))
        if (!(*column)["remarks"].empty())
            statements.push_back("COMMENT ON COLUMN " + table(change) + "." + name((*column)["name"]) + " IS " +
                                 literal((*column)["remarks"]));
}

}  // namespace pgfence::extract::liquibase
