// Everything in a Liquibase changelog is read, known to be harmless, or listed; one that Liquibase refuses is rejected.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "tests/extract/scripts.h"

using namespace pgfence;
using namespace pgfence::test;

namespace {

struct Changelog {
    std::string path, text;
};

/// In XML, as the one change of a set; in YAML as well, as far as the change is one of attributes alone.
std::string in_xml(const std::string& inside, const std::string& set_attributes = {}) {
    return "<databaseChangeLog><changeSet id=\"1\" author=\"nina\"" + set_attributes + ">" + inside +
           "</changeSet></databaseChangeLog>";
}

Script read_changelog(const std::string& text, const std::string& path = "db/changelog/1.xml") {
    const Files files{{path, text}, {"db/changelog/there.xml", in_xml("<dropTable tableName=\"users\"/>")}};
    return read(files, path, hints_of(files), {"db/changelog/there.xml"});
}

}  // namespace

TEST_CASE("Liquibase: what is no change that is read is listed") {
    const std::string drop = "<dropTable tableName=\"users\"/>", harmless = "<createTable tableName=\"a\"/>";
    std::vector<std::string> changelogs{
        in_xml(harmless + "<modifySql><replace replace=\"CREATE TABLE a\" with=\"DROP TABLE users\"/></modifySql>"),
        in_xml(harmless + "<modifySql dbms=\"postgresql\"><append value=\"; DROP TABLE users\"/></modifySql>"),
        in_xml("<executeCommand executable=\"psql\"/>"),
        in_xml("<customChange class=\"com.acme.Drop\"/>"),
        in_xml("<ext:drop tableName=\"users\"/>"),
        in_xml("<droptable tableName=\"users\"/>"),
        in_xml("<loadData tableName=\"users\" file=\"users.csv\"/>"),
        in_xml("<loadUpdateData tableName=\"users\" file=\"users.csv\"/>"),
        in_xml("<dropAllForeignKeyConstraints baseTableName=\"users\"/>"),
        in_xml("<mergeColumns tableName=\"users\"/>"),
        in_xml("<dropProcedure procedureName=\"p\"/>"),
        in_xml("<sqlFile path=\"../../../drop.sql\"/>"),
        in_xml("<sqlFile path=\"classpath:drop.sql\"/>"),
        in_xml("<createView viewName=\"v\" path=\"v.sql\"/>"),
        in_xml("<createProcedure path=\"p.sql\"/>"),
        in_xml("<dropTable/>"),
        in_xml("<dropTable tableName=\"a\" alsoDrop=\"users\"/>"),
        in_xml("<createTable tableName=\"a\"><drop tableName=\"users\"/></createTable>"),
        in_xml("<createTable tableName=\"a\"><column name=\"b\" type=\"int\" check=\"f()\"/></createTable>"),
        in_xml("<delete tableName=\"a\"><where>id = :value</where><whereParams><param "
               "value=\"1\"/></whereParams></delete>"),
        in_xml("DROP TABLE users;"),
        in_xml("<preConditions><sqlCheck expectedResult=\"0\">DELETE FROM users</sqlCheck></preConditions>" + harmless),
        in_xml("<preConditions><customPrecondition className=\"com.acme.Drop\"/></preConditions>" + harmless),
        in_xml(harmless, " runWith=\"psql\""),
        in_xml(drop, " dbms=\"${database}\""),
        "<databaseChangeLog><include file=\"elsewhere.xml\"/></databaseChangeLog>",
        "<databaseChangeLog><include file=\"../../../elsewhere.xml\"/></databaseChangeLog>",
        "<databaseChangeLog><include file=\"classpath:com/acme/changelog.xml\"/></databaseChangeLog>",
        "<databaseChangeLog><include file=\"${which}.xml\"/></databaseChangeLog>",
        "<databaseChangeLog><includeAll path=\"elsewhere/\"/></databaseChangeLog>",
        "<databaseChangeLog><dropTable tableName=\"users\"/></databaseChangeLog>",
        "<databaseChangeLog><changeset id=\"1\" author=\"a\">" + drop + "</changeset></databaseChangeLog>",
        "<databaseChangeLog><removeChangeSetProperty change=\"dropTable\" remove=\"x\"/></databaseChangeLog>",
        "<databaseChangeLog>DROP TABLE users</databaseChangeLog>",
        "<databaseChangeLog rewrite=\"users\"/>",
    };
    for (const std::string& text : changelogs) {
        const Script script = read_changelog(text);
        INFO(text << "\n" << script.sql);
        CHECK(drops_or_lists(script));
    }
    // The same in YAML and JSON.
    const std::string head = "databaseChangeLog:\n- changeSet:\n    id: 1\n    author: nina\n    changes:\n";
    for (const std::string& text : {
             head + "    - executeCommand:\n        executable: psql\n",
             head + "    - customChange:\n        class: com.acme.Drop\n",
             head + "    - unknownChange:\n        tableName: users\n",
             head + "    - dropEverything\n",
             head + "    - dropTable: {tableName: a, alsoDrop: users}\n",
             head + "    - createTable:\n        <<: {tableName: users}\n        tableName: a\n",
             head + "    - createTable: {tableName: a}\n    modifySql:\n    - replace: {replace: a, with: b}\n",
             std::string("databaseChangeLog:\n- include:\n    file: elsewhere.xml\n"),
             std::string("databaseChangeLog:\n- includeAll:\n    path: elsewhere\n"),
             std::string("databaseChangeLog:\n- dropTable:\n    tableName: users\n"),
             std::string("{\"databaseChangeLog\": [{\"changeSet\": {\"id\": 1, \"author\": \"a\", \"changes\": "
                         "[{\"executeCommand\": {\"executable\": \"psql\"}}]}}]}"),
         }) {
        const Script script = read_changelog(text, "db/changelog/1.yaml");
        INFO(text << "\n" << script.sql);
        CHECK(drops_or_lists(script));
    }
}

TEST_CASE("Liquibase: a changelog that Liquibase refuses is rejected") {
    for (const auto& [path, text] : std::vector<Changelog>{
             {"db/changelog/1.xml", "<databaseChangeLog><changeSet id=\"1\" author=\"a\">"},
             {"db/changelog/1.xml", "<databaseChangeLog><changeSet id=\"1\" author=\"a\"></databaseChangeLog>"},
             {"db/changelog/1.xml", "<!-- <databaseChangeLog> --><other/>"},
             {"db/changelog/1.xml", "<databaseChangeLog><changeSet author=\"a\"/></databaseChangeLog>"},
             {"db/changelog/1.xml", "<databaseChangeLog><changeSet id=\"1\"/></databaseChangeLog>"},
             {"db/changelog/1.yaml", "databaseChangeLog:\n- changeSet: [\n"},
             {"db/changelog/1.yaml", "databaseChangeLog: nothing\n"},
             {"db/changelog/1.yaml", "databaseChangeLog:\n- changeSet: {id: 1, author: a}\n---\na: b\n"},
             {"db/changelog/1.yaml", "databaseChangeLog:\n- changeSet:\n    author: a\n"},
         }) {
        const Script script = read_changelog(text, path);
        INFO(text << "\n" << unread_of(script));
        CHECK(std::any_of(script.unread.begin(), script.unread.end(),
                          [](const Unread& one) { return one.extent == Unread::Extent::rejected; }));
    }
}

TEST_CASE("Liquibase: what is harmless is quiet") {
    const std::string harmless = "<createTable tableName=\"a\"/>";
    for (const std::string& text : {
             in_xml(harmless + "<rollback><dropTable tableName=\"a\"/></rollback>"),
             in_xml(harmless + "<comment>drops users</comment>"),
             in_xml(harmless + "<modifySql dbms=\"mysql\"><append value=\" ENGINE=InnoDB\"/></modifySql>"),
             in_xml("<tagDatabase tag=\"v1\"/>"),
             in_xml("<empty/>"),
             in_xml("<output>hello</output>"),
             in_xml("<validCheckSum>ANY</validCheckSum>" + harmless),
             in_xml("<preConditions onFail=\"MARK_RAN\"><not><tableExists tableName=\"a\"/></not></preConditions>" +
                    harmless),
             in_xml("<preConditions><sqlCheck expectedResult=\"0\">SELECT count(*) FROM a</sqlCheck></preConditions>" +
                    harmless),
             in_xml("<dropTable tableName=\"users\"/>", " dbms=\"mysql\""),
             in_xml("<executeCommand executable=\"psql\"/>", " dbms=\"oracle\""),
             in_xml(harmless, " runOnChange=\"true\" failOnError=\"false\" context=\"test\" labels=\"a\""),
             in_xml(
                 "<createTable tableName=\"a\" remarks=\"of a\"><column name=\"b\" type=\"int\" "
                 "defaultValueNumeric=\"1\"><constraints nullable=\"false\" unique=\"true\"/></column></createTable>"),
             std::string("<databaseChangeLog logicalFilePath=\"a\" xmlns=\"b\" xmlns:xsi=\"c\" "
                         "xsi:schemaLocation=\"d\"><property name=\"a\" value=\"b\"/><include "
                         "file=\"there.xml\" relativeToChangelogFile=\"true\"/></databaseChangeLog>"),
             std::string("<databaseChangeLog><include file=\"db/changelog/there.xml\"/><includeAll "
                         "path=\"db/changelog\"/></databaseChangeLog>"),
         }) {
        const Script script = read_changelog(text);
        INFO(text << "\n" << unread_of(script));
        CHECK(script.unread.empty());
        CHECK(script.sql.find("DROP") == std::string::npos);
    }
    const Script yaml = read_changelog(
        "databaseChangeLog:\n- property: {name: a, value: b}\n- include: {file: "
        "db/changelog/there.xml}\n- changeSet:\n    id: 1\n    author: a\n    comment: "
        "x\n    changes:\n    - createTable:\n        tableName: a\n        columns:\n"
        "        - column: {name: b, type: int, constraints: {nullable: false}}\n"
        "    rollback:\n    - dropTable: {tableName: a}\n",
        "db/changelog/1.yaml");
    INFO(unread_of(yaml));
    CHECK(yaml.unread.empty());
}

TEST_CASE("Liquibase: words for people and a way back change nothing, whatever change they stand at") {
    for (const std::string change :
         {"sql: {sql: SELECT 1", "createTable: {tableName: a", "createIndex: {tableName: a, indexName: b",
          "createView: {viewName: v, selectQuery: SELECT 1", "renameTable: {oldTableName: a, newTableName: b",
          "addColumn: {tableName: a", "createSequence: {sequenceName: s", "insert: {tableName: a"})
        for (const std::string beside :
             {"remarks: why", "comment: why", "comments: why", "rollback: [{dropTable: {tableName: users}}]"}) {
            const Script script =
                read_changelog("databaseChangeLog:\n- changeSet:\n    id: 1\n    author: a\n    changes:\n    - " +
                                   change + ", " + beside + "}\n",
                               "db/changelog/1.yaml");
            INFO(change << " " << beside << "\n" << unread_of(script));
            CHECK(script.unread.empty());
            CHECK(script.sql.find("DROP") == std::string::npos);
        }
}

TEST_CASE("Liquibase: a mark before the only YAML document makes it no second one") {
    const std::string log =
        "databaseChangeLog:\n- changeSet:\n    id: 1\n    author: a\n    changes:\n    - tagDatabase:\n"
        "        tag: v1\n";
    for (const std::string& text : {log, "---\n" + log, "# a comment\n---\n" + log}) {
        const Script script = read_changelog(text, "db/changelog/1.yaml");
        INFO(text << "\n" << unread_of(script));
        CHECK(script.unread.empty());
    }
}
