// What was not read of an earlier migration may have changed the tables that it names: nothing that is told of those is
// sure any more.

#include <string>
#include <vector>

#include "tests/pipeline/reviewed.h"

using namespace pgfence;
using namespace pgfence::diff::testing;

namespace {

const Failure* failure(const Report& report) {
    for (const FileReport& file : report.files)
        for (const StatementReport& statement : file.statements)
            if (!statement.statement.effects.failures.empty()) return &statement.statement.effects.failures.front();
    return nullptr;
}

std::string rails(const std::string& name, const std::string& body) {
    return "class " + name + " < ActiveRecord::Migration[7.1]\n  def up\n    " + body + "\n  end\nend\n";
}

/// Whether it is sure that the second of these migrations fails; the first is in the base.
bool surely_fails(const std::string& before, const std::string& body) {
    INFO(before << "\n" << body);
    const Folder folder;
    const Repo repo(folder / "repo");
    const std::string make =
        "create_table(:orders) { |t| t.text :state }\n    create_table(:users) { |t| t.text :name }";
    repo.write("db/migrate/20240101000000_make_all.rb", rails("MakeAll", make));
    repo.write("db/migrate/20240102000000_go_on.rb", rails("GoOn", before));
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("db/migrate/20240103000000_then_this.rb", rails("ThenThis", body));
    repo.commit();
    const Report report = pipeline::testing::reviewed(repo, base);
    const Failure* found = failure(report);
    REQUIRE(found);
    return found->certain;
}

}  // namespace

TEST_CASE("behind what was not read of the history, no failure of what it names is sure") {
    const std::vector<std::string> fail{"add_column :orders, :state, :text",
                                        "execute 'ALTER TABLE orders ADD PRIMARY KEY (state)'",
                                        "add_column :orders, :id, :integer", "rename_column :orders, :state, :id"};
    for (const std::string& body : fail) {
        CHECK(surely_fails("execute 'SELECT 1'", body));
        CHECK(surely_fails("odd_helper :users", body));
        CHECK_FALSE(surely_fails("odd_helper :orders", body));
        CHECK_FALSE(surely_fails("odd_helper", body));
        // What was made since, it cannot have changed.
        CHECK(surely_fails("odd_helper",
                           "drop_table :orders\n    create_table(:orders) { |t| t.text :state }\n    " + body));
    }
    // What hangs on the words alone is as sure as before.
    CHECK(surely_fails("odd_helper :orders", "execute 'CREATE TABLE t (a int, a int)'"));
}

TEST_CASE("a changelog that was broken in the base and is repaired: one sentence, and no failure of each set") {
    const std::string head = "<databaseChangeLog>\n",
                      sets =
                          "<changeSet id=\"1\" author=\"a\"><createTable tableName=\"t\"><column name=\"id\" "
                          "type=\"int\"/></createTable></changeSet>\n<changeSet id=\"2\" author=\"a\"><addColumn "
                          "tableName=\"t\"><column name=\"b\" type=\"int\"/></addColumn></changeSet>\n",
                      broken = "<changeSet id=\"3\" author=\"a\"><sql>SELECT 1</changeSet>\n",
                      repaired = "<changeSet id=\"3\" author=\"a\"><sql>SELECT 1</sql></changeSet>\n",
                      end = "</databaseChangeLog>\n";
    const auto told = [&](const std::string& before, const std::string& after) {
        const Folder folder;
        const Repo repo(folder / "repo");
        repo.write("db/changelog.xml", before);
        const auto base = repo.commit();
        repo.run("checkout -q -b feature");
        repo.write("db/changelog.xml", after);
        repo.commit();
        const Report report = pipeline::testing::reviewed(repo, base);
        std::size_t sentences = 0;
        for (const std::string& note : report.notes)
            sentences += note.find("could not be read as the base") != note.npos;
        return std::pair(sentences, failure(report) != nullptr);
    };
    CHECK(told(head + sets + broken + end, head + sets + repaired + end) == std::pair(std::size_t{1}, false));
    // What fails by its own words still does; of a changelog that was whole, nothing is forgiven.
    const std::string twice = "<changeSet id=\"4\" author=\"a\"><sql>CREATE TABLE w (a int, a int)</sql></changeSet>\n";
    CHECK(told(head + sets + broken + end, head + sets + repaired + twice + end) == std::pair(std::size_t{1}, true));
    const std::string again = "<changeSet id=\"4\" author=\"a\"><sql>CREATE TABLE t (a int)</sql></changeSet>\n";
    CHECK(told(head + sets + end, head + sets + again + end) == std::pair(std::size_t{0}, true));
}

TEST_CASE("a change before it that was not read makes no failure of keys sure") {
    const auto fails_for_sure = [](const std::string& key, const std::string& between) {
        const auto set = [](const std::string& id, const std::string& changes) {
            return "<changeSet id=\"" + id + "\" author=\"a\">" + changes + "</changeSet>\n";
        };
        const Folder folder;
        const Repo repo(folder / "repo");
        const std::string made = set("1", "<sql>CREATE TABLE t (id int " + key + ", b int)</sql>");
        repo.write("db/changelog.xml", "<databaseChangeLog>\n" + made + "</databaseChangeLog>\n");
        const auto base = repo.commit();
        repo.run("checkout -q -b feature");
        repo.write("db/changelog.xml", "<databaseChangeLog>\n" + made +
                                           set("2", between + "<addPrimaryKey tableName=\"t\" columnNames=\"b\"/>") +
                                           "</databaseChangeLog>\n");
        repo.commit();
        const Report report = pipeline::testing::reviewed(repo, base);
        const Failure* found = failure(report);
        return found && found->certain;
    };
    CHECK(fails_for_sure("PRIMARY KEY", ""));
    CHECK(fails_for_sure("CONSTRAINT odd PRIMARY KEY", "<dropDefaultValue tableName=\"t\" columnName=\"b\"/>"));
    CHECK_FALSE(fails_for_sure("PRIMARY KEY", "<dropPrimaryKey tableName=\"t\"/>"));
    CHECK_FALSE(fails_for_sure("CONSTRAINT odd PRIMARY KEY", "<dropPrimaryKey tableName=\"t\"/>"));
    CHECK_FALSE(fails_for_sure("PRIMARY KEY", "<oddChange tableName=\"t\"/>"));
}
