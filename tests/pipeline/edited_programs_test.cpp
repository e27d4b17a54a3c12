// Migrations that are programs, ran and were edited: what of them counts as not analyzed.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/used_files.h"
#include "tests/diff/repositories.h"
#include "tests/pipeline/reviewed.h"

using namespace pgfence;
using namespace pgfence::diff::testing;
using pgfence::pipeline::testing::reviewed;

namespace {

struct EditedProgram {
    std::string title, path, before, now;
    bool counts;
    std::string moved_to = {};
    std::string beside = {};  ///< a file that changes with it
};

/// Places that count as not analyzed.
std::uint32_t counted_in(const EditedProgram& one, bool is_old = false) {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write(one.path, one.before);
    if (!one.beside.empty()) repo.write(one.beside, "A = 1\n");
    const auto base = is_old ? repo.commit_long_ago() : repo.commit();
    repo.run("checkout -q -b feature");
    if (!one.moved_to.empty()) {
        std::filesystem::remove(repo.path() / one.path);
    }
    repo.write(one.moved_to.empty() ? one.path : one.moved_to, one.now);
    if (!one.beside.empty()) repo.write(one.beside, "A = 2\n");
    repo.commit();
    const Report report = reviewed(repo, base);
    REQUIRE(report.files.size() == 1);
    REQUIRE_FALSE(report.files.front().unread.empty());
    return report.verdict.statements_not_analyzed + report.verdict.files_not_analyzed;
}

std::string rails_with(const std::string& first, const std::string& second, const std::string& more = "") {
    return "class A < ActiveRecord::Migration[6.1]\n" + more + "  def up\n" + first +
           "    Foo.new.frobnicate(connection)\n" + second + "  end\nend\n";
}

std::string alembic_with(const std::string& helpers, const std::string& first, const std::string& second) {
    return "from alembic import op\nimport sqlalchemy as sa\nfrom stuff import weird\nrevision = 'a1'\n"
           "down_revision = None\n\n" +
           helpers + "\n\ndef upgrade():\n    op.drop_index('i')\n" + first + "    weird(op.get_bind(), LIMIT)\n" +
           second;
}

}  // namespace

TEST_CASE("of an edited program only what the edit may change counts as not analyzed") {
    const std::string rails = "db/migrate/20200101000000_a.rb", alembic = "alembic/versions/a1_a.py",
                      django = "shop/migrations/0001_a.py";
    const std::string add = "    add_column :orders, :a, :string\n", other = "    add_column :orders, :a, :text\n";
    const std::string x = "    op.drop_column('orders', 'x')\n", y = "    op.drop_column('orders', 'y')\n";
    const auto operations = [](const std::string& function, const std::string& field) {
        return "from django.db import migrations, models\nfrom shop import weird\n\n\n" + function +
               "class Migration(migrations.Migration):\n    operations = [\n"
               "        migrations.RunSQL('SELECT 2'),\n" +
               field + "        weird.Operation(forwards),\n    ]\n";
    };
    const std::string forwards = "def forwards(apps, schema_editor):\n    weird.run(apps)\n\n\n";
    const std::vector<EditedProgram> cases{
        {"a call behind it", rails, rails_with("", add), rails_with("", other), false},
        {"a call before it", rails, rails_with(add, ""), rails_with(other, ""), false},
        {"a block before it", rails, rails_with(add, ""),
         rails_with("    create_table :notes do |t|\n      t.string :b\n    end\n", ""), false},
        {"a call is taken out", rails, rails_with(add, add), rails_with(add, ""), false},
        {"a comment with a word that would matter", rails, rails_with(add, ""),
         rails_with("    # return to it\n" + other, ""), false},
        {"it leaves before it", rails, rails_with("", add), rails_with("    return if ok?\n", add), true},
        {"it no longer leaves", rails, rails_with("    return if ok?\n", add), rails_with("", add), true},
        {"the class of its own", rails, rails_with("", add, "  class Foo < Bar; self.table_name = 'a'; end\n"),
         rails_with("", add, "  class Foo < Bar; self.table_name = 'b'; end\n"), true},
        {"a condition around it", rails, rails_with("    if a?\n", "    end\n"),
         rails_with("    unless a?\n", "    end\n"), true},
        {"how its connection is made", rails, rails_with("    connection = a\n", ""),
         rails_with("    connection = b\n", ""), true},
        {"another call of Alembic's", alembic, alembic_with("LIMIT = 1\n", x, ""), alembic_with("LIMIT = 1\n", y, ""),
         false},
        {"its constant", alembic, alembic_with("LIMIT = 1\n", x, ""), alembic_with("LIMIT = 2\n", x, ""), true},
        {"a constant of its constant", alembic, alembic_with("BASE = 1\nLIMIT = BASE + 1\n", x, ""),
         alembic_with("BASE = 2\nLIMIT = BASE + 1\n", x, ""), true},
        {"a constant that it does not use", alembic, alembic_with("BASE = 1\nLIMIT = 1\n", x, ""),
         alembic_with("BASE = 2\nLIMIT = 1\n", x, ""), false},
        {"nothing of it, but another file that it uses may have changed with it", alembic,
         alembic_with("from . import helpers\nLIMIT = 1\n", x, ""),
         alembic_with("from . import helpers\nLIMIT = 1\n", y, ""), true},
        {"what it imports", alembic, alembic_with("LIMIT = 1\n", x, ""),
         alembic_with("from other import weird\nLIMIT = 1\n", x, ""), true},
        {"its arguments", alembic, alembic_with("LIMIT = [1]\n", x, ""),
         alembic_with("LIMIT = [1]\n", x + "    LIMIT.append(2)\n", ""), true},
        {"the body of a function that it is given", django, operations(forwards, ""),
         operations("def forwards(apps, schema_editor):\n    weird.run(apps, 1)\n\n\n", ""), true},
        {"another operation", django, operations(forwards, ""),
         operations(forwards, "        migrations.RunSQL('SELECT 1'),\n"), false},
    };
    for (const EditedProgram& one : cases) {
        INFO(one.title);
        CHECK((counted_in(one) > 0) == one.counts);
        CHECK(counted_in(one, true) == 0);  // it ran: the edit runs nowhere
    }
}

TEST_CASE("of an edited program all counts that is not analyzed when a file that it may use changes with it") {
    const std::string rails = "db/migrate/20200101000000_a.rb", alembic = "app/alembic/versions/a1_a.py",
                      knex = "apps/api/db/migrations/20200101000000_a.js";
    const std::string x = "    op.drop_column('orders', 'x')\n", y = "    op.drop_column('orders', 'y')\n";
    const auto of_alembic = [&](const std::string& imports, const std::string& beside, bool counts) {
        return EditedProgram{imports + beside,
                             alembic,
                             alembic_with(imports + "LIMIT = 1\n", x, ""),
                             alembic_with(imports + "LIMIT = 1\n", y, ""),
                             counts,
                             "",
                             beside};
    };
    const auto of_rails = [&](const std::string& head, const std::string& beside, bool counts) {
        return EditedProgram{head + beside,
                             rails,
                             head + rails_with("    add_column :orders, :a, :string\n", ""),
                             head + rails_with("    add_column :orders, :a, :text\n", ""),
                             counts,
                             "",
                             beside};
    };
    const auto of_knex = [&](const std::string& imports, const std::string& beside, bool counts) {
        const auto text = [&](const std::string& column) {
            return imports +
                   "exports.up = async (knex) => {\n  await knex.schema.table('orders', (t) => t.dropColumn('" +
                   column + "'));\n  await other.run(knex.client.pool);\n  process.binding('x');\n};\n";
        };
        return EditedProgram{imports + beside, knex, text("x"), text("y"), counts, "", beside};
    };
    for (const EditedProgram& one :
         {of_alembic("from shop import tools\n", "src/shop/tools.py", true),
          of_alembic("from shop import (\n    other,\n    tools,\n)\n", "shop/tools.py", true),
          of_alembic("from shop.tools import run\n", "shop/tools.py", true),
          of_alembic("import shop.tools as t\n", "shop/tools/__init__.py", true),
          of_alembic("import os, shop.tools.more\n", "shop/tools/__init__.py", true),
          of_alembic("tools = importlib.import_module('shop.tools')\n", "shop/tools.py", true),
          of_alembic("def a():\n    from shop import tools\n", "shop/tools.py", true),
          of_alembic("from shop import tools\n", "shop/models.py", false),
          of_alembic("from shop import tools\n", "shop/tools.js", false),
          of_alembic("from shop import tools\n", "shop/other/tools.py", false),
          of_alembic("from django.db import models\n", "shop/models.py", false),
          of_alembic("", "stuff.py", true),
          of_alembic("", "shop/other.py", false),
          of_rails("require 'shop/tools'\n", "lib/shop/tools.rb", true),
          of_rails("", "app/models/foo.rb", true),
          of_rails("HTMLPage = 1\n", "lib/html_page.rb", true),
          of_rails("", "app/models/bar.rb", false),
          of_rails("", "docs/foo.md", false),
          of_knex("const other = require('@acme/tools');\n", "packages/tools/src/index.js", true),
          of_knex("const other = require('src/tools');\n", "apps/api/src/tools.ts", true)}) {
        INFO(one.title);
        CHECK((counted_in(one) > 0) == one.counts);
    }
    const auto knex_uses = [&](const std::string& module, const std::string& file) {
        return pipeline::may_use_any(knex, "const other = require('" + module + "');\n", {file});
    };
    CHECK(knex_uses("@acme/tools", "packages/tools/src/index.js"));
    CHECK_FALSE(knex_uses("knex", "apps/api/src/tools.ts"));
    CHECK_FALSE(knex_uses("migrations", "apps/api/db/migrations/20200102000000_b.js"));
    CHECK_FALSE(knex_uses("tools", "packages/tools/README.md"));
}

TEST_CASE("a program that moved, and that its runner takes for the one that ran, is not analyzed where it was edited") {
    const std::string old = "shop/migrations/0001_a.py", api = "api/shop/migrations/0001_a.py";
    const auto operations = [](const std::string& more) {
        return "from django.db import migrations, models\nfrom shop import weird\n\n\n"
               "class Migration(migrations.Migration):\n    operations = [\n" +
               more + "        weird.Operation('a'),\n    ]\n";
    };
    const std::string field = "        migrations.RunSQL('SELECT 2'),\n";
    CHECK(counted_in({"as it was", old, operations(""), operations(""), false, api}) == 0);
    CHECK(counted_in({"with more", old, operations(""), operations(field), false, api}) == 0);
    CHECK(counted_in({"with another", old, operations(""), operations("        weird.Operation('b'),\n"), true, api}) >
          0);
    // To Django it is another one, which runs.
    CHECK(counted_in({"of another app", old, operations(""), operations(""), true, "stock/migrations/0001_a.py"}) > 0);
}
