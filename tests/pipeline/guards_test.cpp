// Migrations that ask the database before they act: where the catalog has the answer, one way is left.

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "analyze/analyze.h"
#include "extract/extract.h"
#include "extract/recorded.h"
#include "orm/orm.h"

using namespace pgfence;

namespace {

constexpr const char* kSchema =
    "CREATE TABLE users (id bigint PRIMARY KEY, a text);\n"
    "CREATE INDEX index_users_on_a ON users (a);\n";

/// "ALTER TABLE drop-column" of each statement that does something, with " ?" where that depends on something.
std::string judged(const std::string& path, const std::string& text, const std::string& schema) {
    MigrationFile file;
    file.path = path;
    file.text = text;
    analyze::Request request;
    request.version = 17;
    if (!schema.empty()) request.schema = {schema};
    Script script = extract::script(file, {});
    if (const auto orm = extract::orm_of(script)) {
        orm::Recorder recorder;
        script = extract::recorded(script, file, recorder.record(*orm, path, [&](const std::string& asked) {
            return asked == path ? std::optional(text) : std::nullopt;
        }));
    }
    request.changed.push_back(std::move(script));
    const Analysis analysis = analyze::analyze(std::move(request));
    std::string all;
    for (const Unread& one : analysis.files.at(0).unread) all += "! " + one.what + ": " + one.why + "\n";
    for (const AnalyzedStatement& statement : analysis.files.at(0).statements) {
        const Effects& effects = statement.effects;
        if (effects.locks.empty() && effects.created.empty() && effects.failures.empty()) continue;
        all += statement.sql;
        for (const Failure& failure : effects.failures) all += failure.certain ? " FAILS" : " may fail";
        all += (effects.depends_on.empty() ? "" : " ?") + std::string("\n");
    }
    return all;
}

std::string rails(const std::string& body, const std::string& schema = kSchema) {
    return judged("db/migrate/20240101000000_a.rb",
                  "class A < ActiveRecord::Migration[7.1]\n  def change\n" + body + "\n  end\nend\n", schema);
}

const std::string kAddB = "ALTER TABLE \"users\" ADD \"b\" character varying";
const std::string kDropA = "ALTER TABLE \"users\" DROP COLUMN \"a\"";

}  // namespace

TEST_CASE("a guard of Rails whose answer the catalog has decides which way is taken") {
    for (const char* taken :
         {"add_column :users, :b, :string unless column_exists?(:users, :b)",
          "unless column_exists?(:users, :b)\nadd_column :users, :b, :string\nelse\nremove_column :users, :a\nend",
          "if !column_exists?(:users, :b)\nadd_column :users, :b, :string\nend",
          "add_column :users, :b, :string if table_exists?(:users) && !column_exists?(:users, :b)",
          "return if column_exists?(:users, :b)\nadd_column :users, :b, :string",
          "return unless column_exists?(:users, :a)\nadd_column :users, :b, :string",
          "add_column :users, :b, :string if index_exists?(:users, :a)",
          "add_column :users, :b, :string if connection.index_name_exists?(:users, 'index_users_on_a')",
          "add_column :users, :b, :string unless table_exists?(:others)",
          "missing = !column_exists?('users', 'b')\nadd_column :users, :b, :string if missing",
          "[:a, :b].each { |c| add_column :users, c, :string unless column_exists?(:users, c) }"}) {
        INFO(taken);
        CHECK(rails(taken) == kAddB + "\n");
    }
    for (const char* none : {"remove_column :users, :a unless column_exists?(:users, :a)",
                             "remove_column :users, :a if table_exists?(:others)",
                             "remove_column :users, :a if column_exists?(:users, :a) && column_exists?(:users, :c)",
                             "return if index_exists?(:users, [:a])\nremove_column :users, :a",
                             "remove_column :users, :a if column_exists?(:users, :c) "}) {
        INFO(none);
        CHECK(rails(none).empty());
    }
}

TEST_CASE("a guard is asked when its branch begins") {
    // What the branch itself does changes the answer for what comes next, and not for itself.
    CHECK(rails("unless column_exists?(:users, :b)\nadd_column :users, :b, :string\nremove_column :users, :a\nend\n"
                "unless column_exists?(:users, :b)\nremove_column :users, :id\nend") == kAddB + "\n" + kDropA + "\n");
    CHECK(rails("unless column_exists?(:users, :b)\nadd_column :users, :b, :string\nend\n"
                "remove_column :users, :a if column_exists?(:users, :b)") == kAddB + "\n" + kDropA + "\n");
    // An answer that was kept is of before.
    CHECK(rails("there = column_exists?(:users, :b)\nadd_column :users, :b, :string\n"
                "remove_column :users, :a unless there") == kAddB + "\n" + kDropA + " ?\n");
}

TEST_CASE("a guard that the catalog cannot answer leaves both ways open") {
    for (const char* open : {"remove_column :users, :a unless column_exists?(:users, :a, :string)",
                             "remove_column :users, :a if column_exists?(:others, :a)",
                             "remove_column :users, :a unless index_exists?(:users, :id)",
                             "remove_column :users, :a if foreign_key_exists?(:users, :teams)",
                             "remove_column :users, :a if column_exists?(:users, ENV['C'])",
                             "remove_column :users, :a if column_exists?(:users, :c) || User.first",
                             "drop_table :others if User.first\nremove_column :users, :a if User.first"}) {
        INFO(open);
        CHECK(rails(open).find(kDropA + " ?\n") != std::string::npos);
    }
    // Without the whole schema nothing is known not to be there.
    CHECK(rails("add_column :users, :b, :string unless column_exists?(:users, :b)", "") == kAddB + " ?\n");
    CHECK(rails("create_table(:t, id: false) { |t| t.text :a }\nremove_column :t, :a if column_exists?(:t, :a)", "") ==
          "CREATE TABLE \"t\" (\"a\" text)\nALTER TABLE \"t\" DROP COLUMN \"a\"\n");
    // What may have been made may be there.
    CHECK(rails("create_table(:t, id: false) { |t| t.text :a } if User.first\n"
                "remove_column :users, :a if table_exists?(:t)") ==
          "CREATE TABLE \"t\" (\"a\" text) ?\n" + kDropA + " ?\n");
}

TEST_CASE("a guard of Knex and of TypeORM whose answer the catalog has decides which way is taken") {
    const auto knex = [](const std::string& body) {
        return judged("migrations/1_a.js", "exports.up = async (knex) => {\n" + body + "\n};\n", kSchema);
    };
    const std::string add = "await knex.schema.alterTable('users', (t) => { t.text('b'); });";
    const std::string drop = "await knex.schema.alterTable('users', (t) => { t.dropColumn('a'); });";
    const std::string added = "alter table \"users\" add column \"b\" text\n";
    const std::string dropped = "alter table \"users\" drop column \"a\"";
    CHECK(knex("if (!(await knex.schema.hasColumn('users', 'b'))) {" + add + drop + "}") == added + dropped + "\n");
    CHECK(knex("if (await knex.schema.hasColumn('users', 'b')) {" + drop + "} else {" + add + "}") == added);
    CHECK(knex("if (!(await knex.schema.hasTable('users'))) {" + drop + "}").empty());
    CHECK(knex("if (await knex.schema.hasTable('others')) {" + drop + "}").empty());
    CHECK(knex("if (await knex.schema.hasColumn('others', 'a')) {" + drop + "}") == dropped + " ?\n");
    const auto typeorm = [](const std::string& body) {
        return judged("migrations/1-A.ts",
                      "import { MigrationInterface, QueryRunner } from 'typeorm';\n"
                      "export class A1 implements MigrationInterface {\n  async up(queryRunner: QueryRunner) {\n" +
                          body + "\n  }\n}\n",
                      kSchema);
    };
    const std::string query = "await queryRunner.query('ALTER TABLE users DROP COLUMN a');";
    CHECK(typeorm("if (await queryRunner.hasColumn('users', 'a')) " + query) == "ALTER TABLE users DROP COLUMN a\n");
    CHECK(typeorm("if (await queryRunner.hasTable('others')) " + query).empty());
}
