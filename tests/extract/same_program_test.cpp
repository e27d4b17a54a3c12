// Edits of programs that change nothing of what is sent.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "extract/extract.h"

using namespace pgfence;

namespace {

const std::string kAlembic = R"(import sqlalchemy as sa
from alembic import op

revision = "b1"
down_revision = "a1"


def upgrade():
    # why
    op.add_column("users", sa.Column("a", sa.Integer(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("UPDATE users SET a = 1")
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("an edit of layout, comments, types, unused imports or the order of migrations changes no program") {
    const std::string title = "\"\"\"Add a\n\nRevises: a1\n\"\"\"\n";
    for (const std::string& now : std::vector<std::string>{
             title + kAlembic,
             replaced(kAlembic, "    # why\n", "    \"\"\"Adds a.\"\"\"\n"),
             replaced(kAlembic, "def upgrade():", "def upgrade() -> None:"),
             replaced(kAlembic, "down_revision = \"a1\"", "down_revision: Union[str, None] = 'z9'"),
             replaced(kAlembic, "revision = \"b1\"", "revision: str = 'b1'"),
             replaced(kAlembic, "import sqlalchemy as sa\nfrom alembic import op\n",
                      "from typing import Union\n\nfrom alembic import op\nimport sqlalchemy as sa\n"),
             replaced(kAlembic, "\"users\", sa.Column(\"a\", sa.Integer(), nullable=True)",
                      "\n        'users',\n        sa.Column('a', sa.Integer(), nullable=True),\n    "),
             replaced(kAlembic, "if op.get_bind().dialect.name == \"postgresql\":",
                      "if (op.get_bind().dialect.name == \"postgresql\"):"),
         }) {
        INFO(now);
        CHECK(extract::is_same_python(kAlembic, now));
    }
    const std::string django =
        "from django.db import migrations\nfrom . import helpers\nclass Migration(migrations.Migration):\n"
        "    dependencies = [('shop', '0001')]\n    operations = [migrations.RunPython(helpers.fill)]\n";
    CHECK(extract::is_same_python(django, replaced(django, "'0001'", "'0002'")));
    CHECK_FALSE(extract::is_same_python(django, replaced(django, "from . import", "from .. import")));
    CHECK_FALSE(extract::is_same_python(django, replaced(django, "helpers.fill", "helpers.empty")));
}

TEST_CASE("an edit that may change what is sent changes the program") {
    for (const std::string& now : std::vector<std::string>{
             replaced(kAlembic, "\"users\"", "\"user\""),
             replaced(kAlembic, "nullable=True", "nullable=False"),
             replaced(kAlembic, "        op.execute", "    op.execute"),
             replaced(kAlembic, "== \"postgresql\"", "!= \"postgresql\""),
             replaced(kAlembic, "SET a = 1", "SET a = 2"),
             replaced(kAlembic, "op.execute(\"", "op.execute(f\""),
             replaced(kAlembic, "if op", "if not op"),
             replaced(kAlembic, "revision = \"b1\"", "revision = \"b2\""),
             replaced(kAlembic, "import sqlalchemy as sa", "import mine as sa"),
             replaced(kAlembic, "    # why\n", "    f\"{op.execute('DROP TABLE users')}\"\n"),
             kAlembic + "    op.drop_table(\"users\")\n",
             kAlembic + "    (",
         }) {
        INFO(now);
        CHECK_FALSE(extract::is_same_python(kAlembic, now));
    }
}

TEST_CASE("programs are alike that import from elsewhere, or do something else when they fail") {
    const std::string before =
        "import sqlalchemy as sa\nimport shop\nfrom shop.old.enums import Kind\nfrom alembic import op\n"
        "def upgrade():\n    try:\n        op.add_column('a', sa.Column('b', shop.old.types.Money(shop.old.Coin)))\n"
        "        op.execute(sa.text(query(Kind.first)))\n    except Exception as e:\n        report(e)\n";
    for (const std::string& now : std::vector<std::string>{
             replaced(before, "shop.old.enums", "shop.schemas.enums"),
             replaced(before, "shop.old.types.Money", "shop.new.types.Money"),
             replaced(before, "        report(e)\n", "        pass\n"),
             replaced(before, "shop.old.Coin", "Coin") + "class Coin(Base):\n    value: int\n",
         }) {
        INFO(now);
        CHECK(extract::is_alike_python(before, now));
        CHECK_FALSE(extract::is_same_python(before, now));
    }
    const std::string with_class = before + "class Money(TypeDecorator):\n    impl = sa.Text\n";
    for (const auto& [was, now] : std::vector<std::pair<std::string, std::string>>{
             {before, replaced(before, "types.Money", "types.Price")},
             {before, replaced(before, "'b'", "'c'")},
             {before, replaced(before, "Kind.first", "Kind.second")},
             {before, replaced(before, "query(", "query.two(")},
             {with_class, replaced(with_class, "sa.Text", "sa.Integer")},
         }) {
        INFO(now);
        CHECK_FALSE(extract::is_alike_python(was, now));
    }
}

TEST_CASE("an edit of layout or comments changes no program in Ruby or Elixir") {
    const std::string ruby =
        "class A < ActiveRecord::Migration[7.0]\n  def change\n    add_column :users, :a, :text, default: 'b'\n"
        "    execute <<~SQL\n      UPDATE users SET a = 'x  y'\n    SQL\n  end\nend\n";
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"  def", "  # why\n  def"},
             {"add_column :users, :a,", "add_column(:users,\n      :a,"},
             {"'b'", "\"b\""},
             {"  end\nend", "\n  end\n\nend"},
         }) {
        std::string now = replaced(ruby, from, to);
        if (to.find('(') != to.npos) now = replaced(now, "'b'", "'b')");
        INFO(now);
        CHECK(extract::is_same_program("db/migrate/1_a.rb", ruby, now));
    }
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"'x  y'", "'x y'"},
             {"[7.0]", "[7.1]"},
             {"    execute", "    remove_column :users, :b\n    execute"},
             {":text, default", ":text\n    default"},
             {"'b'", "\"\\n\""},
             {"'b'", "\"#{b}\""},
             {"<<~SQL", "<<-SQL"},
             {"  def change\n", "  def change\n    return\n"},
         }) {
        const std::string now = replaced(ruby, from, to);
        INFO(now);
        CHECK_FALSE(extract::is_same_program("db/migrate/1_a.rb", ruby, now));
    }
    const std::string elixir =
        "defmodule A do\n  use Ecto.Migration\n\n  def change do\n    id = UUID.uuid4()\n"
        "    create constraint(\"users\", :one, check: \"id = '#{id}'\")\n    add :a, :text\n  end\nend\n";
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"create constraint(\"users\", :one, check: \"id = '#{id}'\")",
              "create constraint(\"users\", :one,\n             check: \"id = '#{id}'\"\n           )"},
             {"add :a, :text", "add(:a, :text)"},
             {"  def", "  # why\n  def"},
         }) {
        const std::string now = replaced(elixir, from, to);
        INFO(now);
        CHECK(extract::is_same_program("priv/repo/migrations/1_a.exs", elixir, now));
    }
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"'#{id}'", "' #{id}'"},
             {":text", ":integer"},
             {"\"users\"", "'users'"},
             {"uuid4()", "uuid4"},
             {"  end\nend", "    drop table(:b)\n  end\nend"},
             {"    add :a", "    fn -> add :a"},
         }) {
        const std::string now = replaced(elixir, from, to);
        INFO(now);
        CHECK_FALSE(extract::is_same_program("priv/repo/migrations/1_a.exs", elixir, now));
    }
}
