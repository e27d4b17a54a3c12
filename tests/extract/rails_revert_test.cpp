// What Rails cannot turn round in revert do ... end, or what is not followed there. What it does turn round is held
// against ActiveRecord: tests/readers/rails.

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "tests/extract/scripts.h"

using namespace pgfence;
using namespace pgfence::test;

namespace {

Script reverted(const std::string& block) {
    const std::string path = "db/migrate/20240101000000_a.rb";
    const Files files{{path, "class A < ActiveRecord::Migration[6.1]\n  def change\n" + block + "\n  end\nend\n"}};
    return read(files, path, {});
}

}  // namespace

TEST_CASE("one call that Rails cannot reverse, and nothing of the block is sent") {
    for (const std::string call : {
             "execute 'SELECT 1'",
             "change_column :a, :b, :text",
             "change_column_default :a, :b, 1",
             "remove_column :a, :b",
             "remove_columns :a, :b, :c",
             "drop_table :a",
             "remove_index :a, name: 'i'",
             "remove_foreign_key :a, name: 'k'",
             "remove_check_constraint :a, name: 'c'",
         }) {
        INFO(call);
        const Script script = reverted("    revert do\n      add_column :a, :c, :text\n      " + call + "\n    end");
        CHECK(squeezed(script.sql).find("DROP") == std::string::npos);
        CHECK(squeezed(script.sql).find("ALTER") == std::string::npos);
        CHECK(unread_of(script).find("Rails cannot reverse it") != std::string::npos);
    }
}

TEST_CASE("what revert does that is not followed is listed, and not done forwards") {
    struct {
        const char* block;
        const char* why;
    } const cases[] = {
        {"revert CreateOrders", "what another migration did"},
        {"revert CreateOrders, CreateItems", "what another migration did"},
        {"revert do\n revert { add_column :a, :c, :text }\nend", "within another revert"},
        {"revert { change_table(:a, bulk: true) { |t| t.string :c } }", "its way back is not known"},
        {"revert { change_table(:a) { |t| t.monetize :c } }", "its way back is not known"},
        {"revert { create_view :a, version: 2 }", "its way back is not known"},
    };
    for (const auto& c : cases) {
        INFO(c.block);
        const Script script = reverted(c.block);
        CHECK(squeezed(script.sql).empty());
        CHECK(unread_of(script).find(c.why) != std::string::npos);
    }
}

TEST_CASE("a model's rows in revert's block change at once, forwards") {
    const Script script = reverted("    revert do\n      add_column :users, :c, :text\n      User.delete_all\n    end");
    CHECK(squeezed(script.sql).starts_with("DELETE FROM \"users\""));
    CHECK(squeezed(script.sql).ends_with("ALTER TABLE \"users\" DROP COLUMN \"c\";"));
}
