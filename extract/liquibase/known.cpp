#include "extract/liquibase/known.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace pgfence::extract::liquibase {
namespace {

using namespace std::string_view_literals;

/// Names are parted by spaces.
struct Known {
    std::string_view element, attributes, children;
};

constexpr std::string_view kOfAllChanges = "catalogName schemaName dbms";
/// Documentation and rollback: neither changes what a change does, whichever change it belongs to.
constexpr std::string_view kHarmless = "remarks comment comments rollback";
constexpr std::string_view kColumn =
    "name type value valueNumeric valueBoolean valueDate valueComputed valueSequenceNext valueSequenceCurrent "
    "valueBlobFile valueClobFile defaultValue defaultValueNumeric defaultValueBoolean defaultValueDate "
    "defaultValueComputed defaultValueSequenceNext defaultValueConstraintName autoIncrement startWith incrementBy "
    "generationType remarks beforeColumn afterColumn position descending computed encoding";
constexpr std::string_view kConstraints =
    "nullable notNullConstraintName primaryKey primaryKeyName references referencedTableSchemaName "
    "referencedTableName referencedColumnNames referencedTableCatalogName unique uniqueConstraintName deleteCascade "
    "foreignKeyName initiallyDeferred deferrable validateNullable validateUnique validatePrimaryKey "
    "validateForeignKey";
constexpr std::string_view kSequence =
    "sequenceName dataType startValue incrementBy minValue maxValue cacheSize cycle ordered";
constexpr std::string_view kRoutine =
    "procedureName functionName procedureText procedureBody replaceIfExists encoding comments path "
    "relativeToChangelogFile";
constexpr std::string_view kDefault =
    "tableName columnName columnDataType defaultValue defaultValueNumeric defaultValueBoolean defaultValueDate "
    "defaultValueComputed defaultValueSequenceNext defaultValueConstraintName";

constexpr std::array kKnown{
    Known{"addAutoIncrement", "tableName columnName columnDataType startWith incrementBy generationType", ""},
    Known{"addColumn", "tableName", "columns column"},
    Known{"addDefaultValue", kDefault, ""},
    Known{"addForeignKeyConstraint",
          "baseTableName baseTableSchemaName baseTableCatalogName baseColumnNames referencedTableName "
          "referencedTableSchemaName referencedTableCatalogName referencedColumnNames constraintName onUpdate onDelete "
          "deleteCascade deferrable initiallyDeferred validate referencesUniqueColumn",
          ""},
    Known{"addNotNullConstraint", "tableName columnName columnDataType defaultNullValue constraintName validate", ""},
    Known{"addPrimaryKey", "tableName columnNames constraintName tablespace clustered validate", ""},
    Known{
        "addUniqueConstraint",
        "tableName columnNames constraintName tablespace deferrable initiallyDeferred forIndexName clustered validate",
        ""},
    Known{"alterSequence", kSequence, ""},
    Known{"createFunction", kRoutine, "procedureText procedureBody"},
    Known{"createIndex", "tableName indexName unique clustered associatedWith tablespace using", "columns column"},
    Known{"createProcedure", kRoutine, "procedureText procedureBody"},
    Known{"createSequence",
          "sequenceName dataType startValue incrementBy minValue maxValue cacheSize cycle ordered "
          "ifNotExists",
          ""},
    Known{"createTable", "tableName tablespace remarks ifNotExists partitionBy", "columns column"},
    Known{"createView",
          "viewName selectQuery replaceIfExists fullDefinition remarks encoding path relativeToChangelogFile",
          "selectQuery"},
    Known{"delete", "tableName where", "where"},
    Known{"dropColumn", "tableName columnName", "columns column"},
    Known{"dropDefaultValue", "tableName columnName columnDataType", ""},
    Known{"dropForeignKeyConstraint", "baseTableName baseTableSchemaName baseTableCatalogName constraintName", ""},
    Known{"dropFunction", "functionName", ""},
    Known{"dropIndex", "indexName tableName associatedWith", ""},
    Known{"dropNotNullConstraint", "tableName columnName columnDataType constraintName", ""},
    Known{"dropPrimaryKey", "tableName constraintName dropIndex", ""},
    Known{"dropSequence", "sequenceName", ""},
    Known{"dropTable", "tableName cascadeConstraints", ""},
    Known{"dropUniqueConstraint", "tableName constraintName uniqueColumns", ""},
    Known{"dropView", "viewName ifExists", ""},
    Known{"insert", "tableName", "columns column"},
    Known{"modifyDataType", "tableName columnName newDataType", ""},
    Known{"renameColumn", "tableName oldColumnName newColumnName columnDataType remarks", ""},
    Known{"renameSequence", "oldSequenceName newSequenceName", ""},
    Known{"renameTable", "oldTableName newTableName", ""},
    Known{"renameView", "oldViewName newViewName", ""},
    Known{"setColumnRemarks", "tableName columnName remarks columnDataType columnParentType", ""},
    Known{"setTableRemarks", "tableName remarks", ""},
    Known{"sql", "splitStatements stripComments endDelimiter sql comment", "comment sql"},
    Known{"sqlFile", "path relativeToChangelogFile splitStatements stripComments endDelimiter encoding", ""},
    Known{"update", "tableName where", "columns column where"},
    Known{"column", kColumn, "constraints"},
    Known{"constraints", kConstraints, ""},
    // What a changelog has beside changes.
    Known{"property", "name value dbms context contextFilter labels global", ""},
    Known{"include", "file relativeToChangelogFile context contextFilter labels logicalFilePath errorIfMissing", ""},
    Known{"includeAll",
          "path relativeToChangelogFile context contextFilter labels errorIfMissingOrEmpty endsWithFilter filter "
          "minDepth maxDepth logicalFilePath resourceComparator ignore",
          ""},
};

constexpr std::string_view kSet =
    "id author dbms runAlways runOnChange context contexts contextFilter labels runInTransaction failOnError "
    "onValidationFail logicalFilePath filePath runOrder created ignore objectQuotingStrategy comment";
/// Of a set and no change; what they ask (preConditions) or undo (rollback) is no change either.
constexpr std::string_view kOfSet = "rollback comment preConditions validCheckSum tagDatabase output empty stop labels";
constexpr std::string_view kOfChangelog = "changeSet property include includeAll preConditions";

bool is_in(std::string_view name, std::string_view names) {
    while (!names.empty()) {
        const std::size_t space = std::min(names.find(' '), names.size());
        if (names.substr(0, space) == name) return true;
        names.remove_prefix(std::min(space + 1, names.size()));
    }
    return false;
}

const Known* known(std::string_view element) {
    const auto found =
        std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& one) { return one.element == element; });
    return found == kKnown.end() ? nullptr : &*found;
}

/// Namespaces, and where their grammar lies.
bool is_of_xml(std::string_view attribute) {
    return attribute.starts_with("xmlns") || attribute == "schemaLocation" || is_in(attribute, "ext pro xsi");
}

void check_attributes(const Element& element, std::string_view names, std::vector<Stray>& strays) {
    for (const auto& [name, value] : element.attributes)
        if (!is_of_xml(name) && !is_in(name, names) && !is_in(name, kHarmless))
            strays.push_back({"the attribute " + name + " of " + element.name, element.place});
}

void check(const Element& element, std::vector<Stray>& strays) {
    const Known* found = known(element.name);
    // A list of such elements, as YAML has it.
    if (!found && element.name == "columns") {
        for (const Element& one : element.children) check(one, strays);
        return;
    }
    if (!found) return;
    check_attributes(element, std::string(found->attributes) + " " + std::string(kOfAllChanges), strays);
    for (const Element& child : element.children) {
        if (is_in(child.name, kHarmless)) continue;
        const bool plain = is_in(child.name, found->attributes);
        if (!plain && !is_in(child.name, found->children))
            strays.push_back(
                {child.name.empty() ? "a text in " + element.name : "the element " + child.name + " of " + element.name,
                 child.place});
        else if (!plain)
            check(child, strays);
    }
}

/// A check that is a statement of its own: only one that reads does nothing.
void check_conditions(const Element& conditions, std::vector<Stray>& strays) {
    for (const Element& one : conditions.children) {
        if (one.name == "customPrecondition") strays.push_back({"a condition that is a class", one.place});
        if (one.name == "sqlCheck") {
            const Text* inside = one.value("sql");
            const std::string sql = lower_case(trim(inside ? inside->value : one.text.value));
            if (!sql.starts_with("select") && !sql.starts_with("(select") && !sql.starts_with("show"))
                strays.push_back({"a condition that is SQL", one.place});
        }
        check_conditions(one, strays);
    }
}

}  // namespace

bool is_no_change(std::string_view element) { return is_in(element, kOfSet) || element == "modifySql"; }

std::vector<Stray> strays_of_change(const Element& change) {
    std::vector<Stray> strays;
    check(change, strays);
    return strays;
}

std::vector<Stray> strays_of_set(const Element& set) {
    std::vector<Stray> strays;
    check_attributes(set, kSet, strays);
    if (!trim(set.text.value).empty()) strays.push_back({"a text in a change set", set.place});
    for (const Element& child : set.children) {
        if (child.name == "preConditions") check_conditions(child, strays);
        if (child.name != "changes") continue;
        check_attributes(child, "", strays);
        for (const Element& one : child.children)
            if (one.name.empty()) strays.push_back({"the change " + one.text.value, one.place});
    }
    return strays;
}

std::vector<Stray> strays_of_changelog(const Element& root) {
    std::vector<Stray> strays;
    check_attributes(
        root, "logicalFilePath context contextFilter contexts labels objectQuotingStrategy changeLogId ignore", strays);
    if (!trim(root.text.value).empty()) strays.push_back({"a text between change sets", root.place});
    for (const Element& child : root.children) {
        if (!is_in(child.name, kOfChangelog) && !is_in(child.name, "logicalFilePath objectQuotingStrategy"))
            strays.push_back({child.name.empty() ? "a text" : "the element " + child.name, child.place});
        else if (child.name == "preConditions")
            check_conditions(child, strays);
        else if (child.name != "changeSet")
            check(child, strays);
    }
    return strays;
}

}  // namespace pgfence::extract::liquibase
