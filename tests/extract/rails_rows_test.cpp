// Rows that a Rails migration changes through models, and what its files of views say. Whether it is what ActiveRecord
// sends: tests/readers/rails.

#include <catch2/catch_test_macros.hpp>
#include <map>
#include <string>

#include "extract/extract.h"

using namespace pgfence;

namespace {

/// `files`: of the repository, beside the migration.
Script read(const std::string& body, const std::map<std::string, std::string>& files = {}) {
    extract::Hints hints;
    hints.read = [&](std::string_view path) -> std::optional<std::string> {
        const auto found = files.find(std::string(path));
        return found == files.end() ? std::nullopt : std::optional(found->second);
    };
    MigrationFile file;
    file.path = "web/db/migrate/20240101000000_a.rb";
    file.text =
        "class A < ActiveRecord::Migration[7.1]\n"
        "  class Role < ActiveRecord::Base\n    self.table_name = 'app_roles'\n  end\n"
        "  def up\n" +
        body + "  end\nend\n";
    extract::Memory memory;
    return extract::script(file, hints, memory);
}

std::string uncertainties_of(const Script& script) {
    std::string all;
    for (const Uncertainty& uncertainty : script.uncertainties) all += (all.empty() ? "" : "; ") + uncertainty.what;
    return all;
}

}  // namespace

TEST_CASE("a model's table is what its class says, or what it is called") {
    CHECK(read("    Role.update_all(a: 1)\n").sql == "UPDATE \"app_roles\" SET \"a\" = 1;\n");
    CHECK(uncertainties_of(read("    Role.update_all(a: 1)\n")).empty());
    const std::map<std::string, std::string> said{
        {"web/app/models/user_person.rb", "class UserPerson < X\n  self.table_name = :folk\nend\n"}};
    CHECK(read("    UserPerson.update_all(a: 1)\n", said).sql == "UPDATE \"folk\" SET \"a\" = 1;\n");
    // By its name alone nobody is sure.
    const Script guessed = read("    UserPerson.update_all(a: 1)\n");
    CHECK(guessed.sql == "UPDATE \"user_people\" SET \"a\" = 1;\n");
    CHECK(uncertainties_of(guessed) == "which table the model UserPerson has");
    CHECK(read("    ActiveStorage::Blob.delete_all\n").sql == "DELETE FROM \"active_storage_blobs\";\n");
    // Models of one table, told apart by its column "type".
    const std::string base = "ApplicationRecord\nend\n";
    std::map<std::string, std::string> events{
        {"web/app/models/event.rb", "class Event < " + base},
        {"web/app/models/sent.rb", "class Sent < Event\nend\n"},
        {"web/app/events/sent_late_event.rb", "class SentLateEvent < Sent\nend\n"}};
    const Script below = read("    SentLateEvent.update_all(a: 1)\n", events);
    CHECK(below.sql == "UPDATE \"events\" SET \"a\" = 1;\n");
    CHECK(uncertainties_of(below).empty());
    events["web/app/models/sent.rb"] = "class Sent < Event\n  self.table_name = 'mails'\nend\n";
    CHECK(read("    SentLateEvent.update_all(a: 1)\n", events).sql == "UPDATE \"mails\" SET \"a\" = 1;\n");
    events["web/app/models/sent.rb"] = "class Sent < " + base;
    events["web/app/models/event.rb"] = "class Event < ApplicationRecord\n  self.abstract_class = true\nend\n";
    events["web/app/models/note.rb"] = "class Note < Event\nend\n";
    CHECK(read("    SentLateEvent.update_all(a: 1)\n", events).sql == "UPDATE \"sents\" SET \"a\" = 1;\n");
    CHECK(read("    Note.update_all(a: 1)\n", events).sql == "UPDATE \"notes\" SET \"a\" = 1;\n");
    // A class above that is not there may be either.
    const Script unknown =
        read("    Note.update_all(a: 1)\n", {{"web/app/models/note.rb", "class Note < Gem::Event\nend\n"}});
    CHECK(unknown.sql == "UPDATE \"notes\" SET \"a\" = 1;\n");
    CHECK(uncertainties_of(unknown) == "which table the model Note has");
    // What any class may have tells no model.
    const Script other = read("    Cache.delete('x')\n");
    CHECK(other.sql.empty());
    CHECK(other.unread.size() == 1);
}

TEST_CASE("a model's table has the prefix of the modules around it") {
    const auto sql = [](const std::string& model, const std::map<std::string, std::string>& files,
                        const std::string& before = "") {
        const Script script = read(before + "    " + model + ".update_all(a: 1)\n", files);
        const auto at = script.sql.rfind("UPDATE ");
        return script.sql.substr(at + 7, script.sql.find(" SET", at) - at - 7) + " " + uncertainties_of(script);
    };
    const std::string model = "class Post < ApplicationRecord\nend\n";
    const std::string prefix = "module Blog\n  def self.table_name_prefix\n    'blog_'\n  end\nend\n";
    const std::string engine =
        "module Blog\n  class Engine < ::Rails::Engine\n    isolate_namespace Blog\n  end\nend\n";
    const std::string post = "web/app/models/blog/post.rb";
    CHECK(sql("Blog::Post", {{post, model}, {"web/app/models/blog.rb", prefix}}) == "\"blog_posts\" ");
    CHECK(sql("::Blog::Post", {{post, model}, {"web/lib/blog.rb", prefix}}) == "\"blog_posts\" ");
    CHECK(sql("Blog::Post", {{post, model}, {"web/lib/blog/engine.rb", engine}}) == "\"blog_posts\" ");
    CHECK(
        sql("Blog::Post", {{post, "module Blog\n  class Post < Blog::Model\n  end\nend\n"},
                           {"web/app/models/blog/model.rb", "class Model < Base\n  self.abstract_class = true\nend\n"},
                           {"web/lib/blog/engine.rb", engine}}) == "\"blog_posts\" ");
    CHECK(
        sql("Blog::Post", {{post, "class Post < Model\nend\n"},
                           {"web/app/models/blog/model.rb", "class Model < Base\n  self.abstract_class = true\nend\n"},
                           {"web/lib/blog/engine.rb", engine}}) == "\"blog_posts\" ");
    // Role of the application, where the migration has one of its own.
    CHECK(read("    ::Role.update_all(a: 1)\n").sql.empty());
    CHECK(read("    ::ActiveRecord::Base.connection.execute('DELETE FROM a')\n").sql == "DELETE FROM a\n;\n");
    // Of the innermost module that has one.
    CHECK(sql("Shop::Blog::Post", {{"web/app/models/shop/blog/post.rb", model},
                                   {"web/app/models/shop.rb", "def self.table_name_prefix = 'shop_'\nend\n"},
                                   {"web/app/models/shop/blog.rb", prefix}}) == "\"blog_posts\" ");
    // A class that is a model itself has the name of its table put before that of what is inside of it.
    CHECK(sql("User::Post", {{"web/app/models/user.rb", "class User < ApplicationRecord\nend\n"},
                             {"web/app/models/user/post.rb", model}}) == "\"user_posts\" ");
    // A word that has no plural in this application.
    CHECK(sql("CustomInfo", {{"web/app/models/custom_info.rb", "class CustomInfo < ApplicationRecord\nend\n"}},
              "    create_table :custom_info\n") == "\"custom_info\" ");
    // Nothing sets one.
    CHECK(sql("Blog::Post", {{post, model}}) == "\"posts\" which table the model Blog::Post has");
    CHECK(sql("Blog::Post", {{post, model}}, "    create_table :posts\n") == "\"posts\" ");
    CHECK(sql("Blog::Post", {}, "    create_table :blog_posts\n") ==
          "\"blog_posts\" which table the model Blog::Post has");
    CHECK(sql("Blog::Post", {{post, "class Post < ApplicationRecord\n  self.table_name = 'essays'\nend\n"},
                             {"web/app/models/blog.rb", prefix}}) == "\"essays\" ");
}

TEST_CASE("old Rails gives conditions to delete_all, destroy_all and update_all") {
    CHECK(read("    Role.delete_all(a: 1)\n").sql == "DELETE FROM \"app_roles\" WHERE \"app_roles\".\"a\" = 1;\n");
    CHECK(read("    Role.delete_all(['a = ?', x])\n").sql == "DELETE FROM \"app_roles\" WHERE $1;\n");
    CHECK(read("    Role.destroy_all('a IS NULL')\n").sql == "DELETE FROM \"app_roles\" WHERE (a IS NULL);\n");
    CHECK(read("    Role.update_all({a: 1}, ['b = ?', x])\n").sql == "UPDATE \"app_roles\" SET \"a\" = 1 WHERE $1;\n");
    CHECK(read("    Role.delete_all\n").sql == "DELETE FROM \"app_roles\";\n");
}

TEST_CASE("rows are changed one by one where a block goes through them") {
    const Script script = read(
        "    Role.where(a: 1).find_each do |role|\n"
        "      role.update!(b: role.c)\n"
        "      role.update_columns(d: 'x')\n"
        "    end\n"
        "    Role.in_batches { |some| some.update_all(e: true) }\n");
    CHECK(script.sql ==
          "UPDATE \"app_roles\" SET \"b\" = $2 WHERE \"app_roles\".\"id\" = $1;\n"
          "UPDATE \"app_roles\" SET \"d\" = 'x' WHERE \"app_roles\".\"id\" = $1;\n"
          "UPDATE \"app_roles\" SET \"e\" = TRUE WHERE \"app_roles\".\"id\" IN ($1);\n");
    CHECK(script.unread.empty());
    CHECK(uncertainties_of(script) ==
          "what else the model Role does; how often the loop over Role.where(a: 1).find_each runs; how often the loop "
          "over "
          "Role.where(a: 1).find_each runs; how often the loop over Role.in_batches runs");
    // Columns that are added for each of what may be a list or a model's rows are no certain ones.
    const Script columns = read("    Types::ALL.each { |type| add_column :roles, :a, type }\n");
    CHECK(columns.sql.find("ADD \"a\"") != std::string::npos);
    CHECK(uncertainties_of(columns).find("how often the loop over Types::ALL.each runs") != std::string::npos);
}

TEST_CASE("what a row becomes is not read where it is not said") {
    for (const std::string body : {"    Role.find_each { |role| role.save! }\n", "    Role.find_each(&:touch_all)\n",
                                   "    Role.find_each { |role| role.tidy_up }\n", "    Role.update_all(values)\n"}) {
        INFO(body);
        const Script script = read(body);
        CHECK(script.sql.empty());
        CHECK_FALSE(script.unread.empty());
    }
}

TEST_CASE("views and functions are what their files say") {
    const std::map<std::string, std::string> files{{"web/db/views/totals_v02.sql", "SELECT 1 AS n;\n"},
                                                   {"web/db/functions/f_v01.sql", "CREATE FUNCTION f() ...;\n"}};
    CHECK(read("    update_view :totals, version: 2, revert_to_version: 1\n", files).sql ==
          "DROP VIEW \"totals\";\nCREATE VIEW \"totals\" AS SELECT 1 AS n;\n");
    CHECK(read("    create_view :totals, version: 2, materialized: true\n", files).sql ==
          "CREATE MATERIALIZED VIEW \"totals\" AS SELECT 1 AS n;\n");
    CHECK(read("    create_function :f\n", files).sql == "CREATE FUNCTION f() ...;\n");
    CHECK(read("    drop_trigger :t, on: :users\n").sql == "DROP TRIGGER \"t\" ON \"users\";\n");
    const Script absent = read("    create_view :totals\n", files);
    CHECK(absent.sql.empty());
    CHECK(absent.unread.size() == 1);
}

TEST_CASE("SQL is read from the file that the migration names") {
    const std::map<std::string, std::string> files{{"web/db/sql/a.sql", "DROP TABLE a"}, {"sql/a.sql", "SELECT 1"}};
    for (const char* const path :
         {"File.read(Rails.root.join('db', 'sql', 'a.sql'))", "Rails.root.join('db/sql/a.sql').read",
          "File.read(Rails.root.join('db', 'sql').join('a.sql').to_s)", "IO.read(\"#{Rails.root}/db/sql/a.sql\")",
          "File.read(File.expand_path('../../sql/a.sql', __FILE__))",
          "File.read(File.join(__dir__, '..', 'sql', 'a.sql'))",
          "File.open(File.join(File.dirname(__FILE__), '../sql/a.sql')).read",
          "File.open(Rails.root.join('db/sql/a.sql'), &:read)",
          "File.open(Rails.root.join('db/sql/a.sql')) { |f| f.read }",
          "Pathname.new(__dir__).join('../sql/a.sql').read"}) {
        INFO(path);
        const Script script = read(std::string("    execute ") + path + "\n", files);
        CHECK(script.sql == "DROP TABLE a\n;\n");
        CHECK(script.unread.empty());
    }
    // Which file it is, or what is in it, is not known.
    for (const char* const path :
         {"File.read(Rails.root.join('db/sql', name))", "File.read(Rails.root.join('db/sql/b.sql'))",
          "File.read(\"#{Dir.tmpdir}/db/sql/a.sql\")", "File.read(\"#{Rails.root}/db/sql/#{name}.sql\")",
          "File.read(File.join(ENV['HOME'], 'sql/a.sql'))", "Rails.root.join('db/sql/a.sql')",
          "File.open(Rails.root.join('db/sql/a.sql')) { |f| f.read + name }"}) {
        INFO(path);
        CHECK_FALSE(read(std::string("    execute ") + path + "\n", files).unread.empty());
    }
    // One of them lies below the application's folder, and which one that is nobody says.
    const std::map<std::string, std::string> two{{"web/sql/a.sql", "DROP TABLE a"}, {"sql/a.sql", "SELECT 1"}};
    CHECK_FALSE(read("    execute File.read(Rails.root.join('sql/a.sql'))\n", two).unread.empty());
}

TEST_CASE("attributes that are set of a row are what save changes") {
    const std::string loop = "    Role.find_each do |r|\n      r.a = 1\n      r.b = r.c\n      r.save!\n    end\n";
    CHECK(read(loop).sql == "UPDATE \"app_roles\" SET \"a\" = 1, \"b\" = $2 WHERE \"app_roles\".\"id\" = $1;\n");
    CHECK(read(loop).unread.empty());
    CHECK(read("    r = Role.find_by(a: 1)\n    r.assign_attributes(b: 2)\n    r.save\n").sql ==
          "UPDATE \"app_roles\" SET \"b\" = 2 WHERE \"app_roles\".\"id\" = $1;\n");
    CHECK(read("    r = Role.new(a: 1)\n    r.b = 2\n    r.save\n").sql ==
          "INSERT INTO \"app_roles\" (\"a\", \"b\") VALUES (1, 2);\n");
    CHECK(read("    r = Role.find_or_initialize_by(a: 1) { |n| n.b = 2 }\n    r.save\n").sql ==
          "INSERT INTO \"app_roles\" VALUES ($2);\n");
    // What the model's methods may have set.
    const Script unknown = read("    Role.find_each { |r| r.save }\n");
    CHECK(unknown.sql.empty());
    CHECK(unknown.unread.size() == 1);
}

TEST_CASE("a backslash in single quotes stands before a quote or another backslash alone") {
    CHECK(read("    execute 'SELECT \\'a\\\\b\\n\\''\n").sql == "SELECT 'a\\b\\n'\n;\n");
}
