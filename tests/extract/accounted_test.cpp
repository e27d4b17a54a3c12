// Every call that can change the database is read or listed, however it is written; and what is harmless is quiet.
// Programs are generated: ways to reach an operation x places in a program x what stands around it. What the calls of a
// program are is told by its syntax tree alone, which knows nothing of the readers.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "core/text.h"
#include "extract/program/tree.h"
#include "tests/extract/program_ways.h"
#include "tests/extract/scripts.h"

using namespace pgfence;
using namespace pgfence::test;

namespace {

std::string put(const std::string& code, const std::string& statement) {
    const auto here = code.find("HERE");
    REQUIRE(here != std::string::npos);
    const auto line = code.rfind('\n', here);
    const std::string indent = code.substr(line + 1, here - line - 1);
    std::string lines;
    for (const char c : statement) lines += c == '\n' ? "\n" + indent : std::string(1, c);
    return code.substr(0, here) + lines + code.substr(here + 4);
}

Script read_program(const std::string& path, const std::string& text) { return read({{path, text}}, path, {}); }

std::size_t check_ways(const std::string& path, const std::vector<ProgramFrame>& places,
                       const std::vector<std::string>& ways) {
    std::size_t checked = 0;
    for (const ProgramFrame& place : places)
        for (const std::string& way : ways) {
            const std::string text = put(place.code, way);
            INFO(place.name << "\n" << text);
            CHECK(drops_or_lists(read_program(path, text)));
            ++checked;
        }
    return checked;
}

std::size_t check_twins(const std::string& path, const std::vector<ProgramFrame>& places,
                        const std::vector<std::string>& twins) {
    std::size_t checked = 0;
    for (const ProgramFrame& place : places)
        for (const std::string& twin : twins) {
            const std::string text = put(place.code, twin);
            const Script script = read_program(path, text);
            INFO(place.name << "\n" << text << "\n" << unread_of(script));
            CHECK(script.unread.empty());
            CHECK(script.sql.find("DROP") == std::string::npos);
            ++checked;
        }
    return checked;
}

const std::string kRails = "db/migrate/20240101000000_a.rb", kAlembic = "versions/1_a.py",
                  kDjango = "app/migrations/0001_a.py", kEcto = "priv/repo/migrations/20240101000000_a.exs",
                  kSequel = "db/migrations/1_a.rb";

}  // namespace

TEST_CASE("Rails: every way to an operation, in every place, is read or listed") {
    CHECK(check_ways(kRails, rails_places(), rails_ways()) >= 1'000);
}
TEST_CASE("Rails: what is harmless is quiet in every place") { check_twins(kRails, rails_places(), rails_twins()); }

TEST_CASE("Sequel: every way to an operation, in every place, is read or listed") {
    CHECK(check_ways(kSequel, sequel_places(), sequel_ways()) >= 1'000);
}
TEST_CASE("Sequel: what is harmless is quiet in every place") { check_twins(kSequel, sequel_places(), sequel_twins()); }

TEST_CASE("Alembic: every way to an operation, in every place, is read or listed") {
    CHECK(check_ways(kAlembic, alembic_places(), alembic_ways()) >= 1'000);
}
TEST_CASE("Alembic: what is harmless is quiet in every place") {
    check_twins(kAlembic, alembic_places(), alembic_twins());
}

TEST_CASE("Ecto: every way to an operation, in every place, is read or listed") {
    CHECK(check_ways(kEcto, ecto_places(), ecto_ways()) >= 2'000);
}
TEST_CASE("Ecto: what is harmless is quiet in every place") { check_twins(kEcto, ecto_places(), ecto_twins()); }

TEST_CASE("Django: every way to an operation is read or listed") {
    for (const std::string& text : django_ways()) {
        INFO(text);
        CHECK(drops_or_lists(read_program(kDjango, text)));
    }
    CHECK(django_ways().size() >= 80);
}
TEST_CASE("Django: what is harmless is quiet") {
    for (const std::string& text : django_twins()) {
        const Script script = read_program(kDjango, text);
        INFO(text << "\n" << unread_of(script));
        CHECK(script.unread.empty());
        CHECK(script.sql.find("DROP") == std::string::npos);
    }
}

TEST_CASE("Flyway: the time of a run is no name that nobody knows") {
    const std::string path = "db/migration/R__view.sql";
    const Script time = read_program(path, "-- ${flyway:timestamp}\nSELECT '${flyway:timestamp}';\n");
    INFO(unread_of(time));
    CHECK(time.unread.empty());
    CHECK(time.uncertainties.empty());
    CHECK_FALSE(read_program(path, "SELECT 1 FROM t${other};\n").unread.empty());
}

TEST_CASE("Rails: what stands outside of the method that runs") {
    const auto around = [](const std::string& above, const std::string& inside) {
        return above + "class A < ActiveRecord::Migration[7.1]\n" + inside + "\n  def change\n  end\nend\n";
    };
    for (const std::string& text : {
             around("", "  execute 'DROP TABLE users'"),
             around("", "  ActiveRecord::Base.connection.execute 'DROP TABLE users'"),
             around("", "  `psql -c 'DROP TABLE users'`"),
             around("", "  system 'psql'"),
             around("", "  X = system('psql')"),
             around("", "  X = ActiveRecord::Base.connection.drop_table(:users)"),
             around("", "  BEGIN { system 'psql' }"),
             around("", "  at_exit { system 'psql' }"),
             around("", "  def migrate(direction)\n    drop_table :users\n  end"),
             around("", "  def exec_migration(conn, direction)\n    conn.drop_table :users\n  end"),
             around("", "  def initialize(*)\n    super\n  end"),
             around("", "  alias change migrate"),
             around("", "  prepend Dropper"),
             around("", "  has_dropper :users"),
             around("", "  class_eval 'def change; drop_table :users; end'"),
             around("system 'psql'\n", ""),
             around("eval File.read('x.rb')\n", ""),
             around("class ActiveRecord::Migration\n  def create_table(*)\n    drop_table :users\n  end\nend\n", ""),
             around("class String\n  def to_s\n    system 'psql'\n  end\nend\n", ""),
             around("module Kernel\n  def puts(*)\n    system 'psql'\n  end\nend\n", ""),
             around("class User < ActiveRecord::Base\n  connection.drop_table :users\nend\n", ""),
             around("class User < ActiveRecord::Base\n  system 'psql'\nend\n", ""),
             around("User = Class.new(ActiveRecord::Base) { connection.drop_table :users }\n", ""),
             around("class A < Struct.new(system('psql'))\nend\n", ""),
         }) {
        INFO(text);
        CHECK(drops_or_lists(read_program(kRails, text)));
    }
    for (const std::string& text : {
             around("require 'csv'\n", "  disable_ddl_transaction!"),
             around("# frozen_string_literal: true\n", "  include Helpers\n  X = %w[a b].freeze\n  attr_reader :a"),
             around(
                 "class User < ActiveRecord::Base\n  self.table_name = 'users'\n  has_many :posts\n  scope :old, -> { "
                 "where(a: 1) }\n  validates :name, presence: true\n  def drop\n    connection.drop_table :users\n"
                 "  end\nend\n",
                 ""),
             around("",
                    "  class User < ActiveRecord::Base\n    self.inheritance_column = nil\n    enum :kind, { a: 1 }\n"
                    "  end"),
             around("", "  def down\n    drop_table :users\n  end"),
             around("", "  def self.down\n    drop_table :users\n  end"),
             around("", "  def unused\n    drop_table :users\n  end\n  private :unused"),
         }) {
        const Script script = read_program(kRails, text);
        INFO(text << "\n" << unread_of(script));
        CHECK(script.unread.empty());
        CHECK(script.sql.empty());
    }
}

namespace {

/// The last word of what a call calls: "drop_table" of "op.drop_table('a')".
std::string called(const extract::Node& call, std::string_view text) {
    const auto word = [&](const extract::Node* node) {
        return node ? std::string(text.substr(node->begin, node->end - node->begin)) : std::string();
    };
    if (const extract::Node* method = call.at("method")) return word(method);
    // Elixir's
    if (const extract::Node* target = call.at("target")) return word(target->is("dot") ? target->at("right") : target);
    const extract::Node* function = call.at("function");
    if (const extract::Node* attribute = function ? function->at("attribute") : nullptr) return word(attribute);
    return word(function);
}

/// Calls of operations, by their names alone: of the way up, as far as the tree tells.
void collect(const extract::Node& node, std::string_view text, const std::set<std::string>& operations,
             std::vector<const extract::Node*>& found) {
    const extract::Node* name = node.at("name");
    const bool method = node.is("method") || node.is("singleton_method") || node.is("function_definition");
    const std::string called_so = name ? std::string(text.substr(name->begin, name->end - name->begin)) : "";
    if (method && (called_so == "down" || called_so == "downgrade")) return;
    if (node.is("call") && operations.count(called(node, text)) > 0) found.push_back(&node);
    if (node.is("call") && called(node, text) == "down") return;
    for (const extract::Node& child : node.children) collect(child, text, operations, found);
}

}  // namespace

TEST_CASE("each operation that the syntax tree knows stands in the SQL or in the list") {
    const std::set<std::string> operations{
        "drop_table",    "create_table", "add_column",   "remove_column",      "drop_column",     "execute",
        "add_index",     "create_index", "remove_index", "drop_index",         "rename_table",    "add_foreign_key",
        "change_column", "alter_column", "system",       "create_foreign_key", "drop_constraint", "exec_driver_sql"};
    const std::set<std::string> of_sequel{"drop_table",
                                          "create_table",
                                          "create_table?",
                                          "create_table!",
                                          "create_join_table",
                                          "alter_table",
                                          "run",
                                          "create_view",
                                          "drop_view",
                                          "create_enum",
                                          "drop_enum",
                                          "add_enum_value",
                                          "update",
                                          "insert",
                                          "delete",
                                          "multi_insert",
                                          "import",
                                          "truncate",
                                          "rename_table",
                                          "create_schema",
                                          "create_trigger",
                                          "create_function",
                                          "drop_index",
                                          "drop_table?"};
    const std::set<std::string> of_ecto{"drop", "drop_if_exists", "create", "alter", "rename", "execute"};
    struct Program {
        std::string path, text;
    };
    std::vector<Program> programs;
    for (const ProgramFrame& place : rails_places())
        for (const std::string& way : rails_ways()) programs.push_back({kRails, put(place.code, way)});
    for (const ProgramFrame& place : sequel_places())
        for (const std::string& way : sequel_ways()) programs.push_back({kSequel, put(place.code, way)});
    for (const ProgramFrame& place : alembic_places())
        for (const std::string& way : alembic_ways()) programs.push_back({kAlembic, put(place.code, way)});
    for (const ProgramFrame& place : ecto_places())
        for (const std::string& way : ecto_ways()) programs.push_back({kEcto, put(place.code, way)});
    for (const std::string& text : django_ways()) programs.push_back({kDjango, text});
    for (const auto& entry : std::filesystem::recursive_directory_iterator(PGFENCE_SOURCE_DIR "/tests/readers")) {
        const std::string path = entry.path().string();
        const bool ruby = path.ends_with(".rb"), elixir = path.ends_with(".exs");
        if (!ruby && !elixir && (!path.ends_with(".py") || path.find("/alembic/") == std::string::npos)) continue;
        std::ostringstream text;
        text << std::ifstream(path).rdbuf();
        const bool sequel = path.find("/sequel/") != std::string::npos;
        programs.push_back({sequel ? kSequel : ruby ? kRails : elixir ? kEcto : kAlembic, text.str()});
    }
    std::size_t counted = 0;
    for (const auto& [path, text] : programs) {
        const auto language = path == kRails || path == kSequel ? extract::Language::ruby
                              : path == kEcto                   ? extract::Language::elixir
                                                                : extract::Language::python;
        const extract::Tree tree = extract::parse(language, text);
        std::vector<const extract::Node*> calls;
        collect(tree.root, text, path == kEcto ? of_ecto : path == kSequel ? of_sequel : operations, calls);
        const Script script = read_program(path, text);
        std::vector<bool> covered(text.size() + 1, false);
        for (std::uint32_t at = 0; at < script.sql.size(); ++at) covered[script.map.to_file(at)] = true;
        for (const Unread& unread : script.unread)
            for (std::uint32_t at = unread.span.begin; at < std::max(unread.span.end, unread.span.begin + 1); ++at)
                covered[at] = true;
        for (const extract::Node* call : calls) {
            const std::string written = text.substr(call->begin, call->end - call->begin);
            // SQL of a variable stands where the text was written. What is never run is called so.
            const std::string method = called(*call, text);
            const bool of_variable =
                (method.starts_with("exec") || method == "run") && written.find_first_of("'\"") == std::string::npos;
            const std::string line = text.substr(call->end, text.find('\n', call->end) - call->end);
            const bool never = line.find(" if false") != line.npos;
            if (of_variable || never || written.find("never") != written.npos ||
                written.find("nor_this") != written.npos)
                continue;
            ++counted;
            INFO(path << "\n" << text << "\n" << written << "\n" << unread_of(script));
            const auto from = covered.begin() + call->begin, to = covered.begin() + call->end;
            CHECK(std::find(from, to, true) != to);
        }
    }
    CHECK(counted > 4'000);
}

namespace {

/// Calls on a table's or an alteration's block whose first argument is a symbol, by the tree alone.
void collect_named(const extract::Node& node, std::string_view text, const std::set<std::string>& methods,
                   std::vector<std::pair<const extract::Node*, std::string>>& found) {
    const std::string method = node.is("call") ? called(node, text) : "";
    if (method == "down") return;
    const extract::Node* list = node.at("arguments");
    if (list && methods.count(method) > 0) {
        const auto arguments = list->named_children();
        if (!arguments.empty() && arguments.front()->is("simple_symbol"))
            found.emplace_back(&node, std::string(text.substr(arguments.front()->begin + 1,
                                                              arguments.front()->end - arguments.front()->begin - 1)));
    }
    for (const extract::Node& child : node.children) collect_named(child, text, methods, found);
}

}  // namespace

TEST_CASE("Sequel: what each call in a table's block names stands in the SQL, or the call is listed") {
    const std::set<std::string> methods{"column",
                                        "String",
                                        "Integer",
                                        "Bignum",
                                        "Float",
                                        "BigDecimal",
                                        "Date",
                                        "DateTime",
                                        "Time",
                                        "TrueClass",
                                        "File",
                                        "numeric",
                                        "jsonb",
                                        "uuid",
                                        "foreign_key",
                                        "primary_key",
                                        "index",
                                        "constraint",
                                        "add_column",
                                        "drop_column",
                                        "set_column_type",
                                        "set_column_default",
                                        "set_column_not_null",
                                        "set_column_allow_null",
                                        "add_constraint",
                                        "drop_constraint",
                                        "add_index",
                                        "drop_index",
                                        "rename_column",
                                        "validate_constraint",
                                        "add_foreign_key"};
    std::vector<std::string> programs;
    for (const auto& entry : std::filesystem::directory_iterator(PGFENCE_SOURCE_DIR "/tests/readers/sequel")) {
        std::ostringstream text;
        text << std::ifstream(entry.path()).rdbuf();
        if (entry.path().extension() == ".rb") programs.push_back(text.str());
    }
    for (const std::string& method : methods)
        for (const std::string block : {"create_table(:t)", "alter_table(:t)", "create_table?(:t)", "unknown(:t)"})
            for (const ProgramFrame& place : sequel_places())
                programs.push_back(put(place.code, block + " do\n  " + method + " :named\n  " + method +
                                                       " :other, :kind, null: false\nend"));
    std::size_t counted = 0;
    for (const std::string& text : programs) {
        const extract::Tree tree = extract::parse(extract::Language::ruby, text);
        std::vector<std::pair<const extract::Node*, std::string>> calls;
        collect_named(tree.root, text, methods, calls);
        const Script script = read_program(kSequel, text);
        for (const auto& [call, name] : calls) {
            ++counted;
            const bool listed = std::any_of(script.unread.begin(), script.unread.end(), [&](const Unread& unread) {
                return unread.span.begin <= call->begin && call->end <= unread.span.end;
            });
            INFO(text << "\n" << name << "\n" << script.sql << "\n" << unread_of(script));
            CHECK((listed || script.sql.find(name) != std::string::npos));
        }
    }
    CHECK(counted > 3'000);
}
