// Migrations written in Python and Ruby: what is read, where it stands, and what is said about the rest. Whether it is
// what the real tools send: tests/pipeline/readers_test.cpp.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/table_parts.h"
#include "core/text.h"
#include "extract/extract.h"
#include "tests/extract/programs.h"

using namespace pgfence;
using test::alembic;
using test::django;
using test::rails;
using test::read;
using test::unread_of;

namespace {

/// The program's own bytes from where a word of the SQL is said to stand.
std::string at_word(const Script& script, const std::string& text, const std::string& word) {
    const auto offset = script.sql.find(word);
    REQUIRE(offset != std::string::npos);
    return text.substr(script.map.to_file(static_cast<std::uint32_t>(offset)), word.size());
}

std::vector<std::string> fixtures() {
    std::vector<std::string> texts;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(PGFENCE_SOURCE_DIR "/tests/readers")) {
        if (entry.path().extension() != ".py" && entry.path().extension() != ".rb") continue;
        std::ostringstream text;
        text << std::ifstream(entry.path()).rdbuf();
        texts.push_back(text.str());
    }
    return texts;
}

}  // namespace

TEST_CASE("the tool is told by what stands in the file") {
    CHECK(read("versions/1_a.py", alembic("    pass\n")).format == "alembic");
    CHECK(read("db/migrate/20240101000000_a.rb", rails("")).format == "rails");
    CHECK(read("shop/migrations/0001_a.py", django("")).format == "django");
}

TEST_CASE("SQL of a program keeps its place, escapes and interpolation included") {
    const std::string python = alembic(
        "    table = 'users'\n    op.execute(f\"\"\"\n        ALTER TABLE {table}\n          ADD COLUMN \\\"x\\\" "
        "int\n    \"\"\")\n");
    const Script of_python = read("versions/1_a.py", python);
    CHECK(at_word(of_python, python, "ALTER TABLE") == "ALTER TABLE");
    CHECK(at_word(of_python, python, "users") == "users");
    CHECK(at_word(of_python, python, "int") == "int");
    const std::string ruby =
        rails("    execute <<~SQL.squish, 'a'\n      UPDATE users\n      SET a = 1\n    SQL\n    drop_table :old\n");
    const Script of_ruby = read("db/migrate/1_a.rb", ruby);
    CHECK(at_word(of_ruby, ruby, "UPDATE users") == "UPDATE users");
    CHECK(at_word(of_ruby, ruby, "SET a = 1") == "SET a = 1");
    // What a tool makes up stands where its call does.
    CHECK(ruby.substr(of_ruby.map.to_file(static_cast<std::uint32_t>(of_ruby.sql.find("DROP TABLE"))), 10) ==
          "drop_table");
}

TEST_CASE("a comment that addresses us goes with its statement") {
    const std::string text = alembic(
        "    # pgfence-ignore: ban-drop-table (empty)\n    op.drop_table('a')\n"
        "    op.drop_table('b')  # pgfence-ignore: ban-drop-table (old)\n    op.drop_table('c')\n    # nothing to "
        "us\n");
    const Script script = read("versions/1_a.py", text);
    CHECK(script.sql ==
          "-- pgfence-ignore: ban-drop-table (empty)\nDROP TABLE \"a\";\n"
          "-- pgfence-ignore: ban-drop-table (old)\nDROP TABLE \"b\";\nDROP TABLE \"c\";\n");
    CHECK(at_word(script, text, "ban-drop-table (old)") == "ban-drop-table (old)");
}

TEST_CASE("how a program's file is committed") {
    CHECK(read("versions/1_a.py", alembic("    op.drop_table('a')\n")).transaction == TransactionMode::whole_run);
    const Script in_between =
        read("versions/1_a.py", alembic("    op.drop_table('a')\n    with op.get_context().autocommit_block():\n       "
                                        " op.execute('VACUUM')\n    op.drop_table('b')\n"));
    CHECK(in_between.transaction == TransactionMode::per_statement);
    std::string words;
    for (const char c : in_between.sql) words += c == '\n' ? ' ' : c;
    CHECK(words == "BEGIN; DROP TABLE \"a\"; COMMIT; VACUUM ; BEGIN; DROP TABLE \"b\"; COMMIT; ");
    const auto sql_of = [](const std::string& body) {
        const Script script = read("versions/1_a.py", alembic(body));
        std::string line;
        for (const char c : script.sql) line += c == '\n' ? ' ' : c;
        return std::pair(line, script.transaction == TransactionMode::per_statement);
    };
    // A connection that was told so commits each statement by itself; what it was made of does not.
    const std::string bind = "    bind = op.get_bind()\n    op.drop_table('a')\n    bind.commit()\n",
                      told = ".execution_options(isolation_level='AUTOCOMMIT')",
                      vacuum = "        conn.execute(sa.text('VACUUM'))\n", last = "    op.drop_table('b')\n";
    CHECK(sql_of(bind + "    with bind.engine.connect()" + told + " as conn:\n" + vacuum + last) ==
          std::pair(std::string("BEGIN; DROP TABLE \"a\"; COMMIT; VACUUM ; BEGIN; DROP TABLE \"b\"; COMMIT; "), true));
    CHECK(sql_of(bind + "    with bind.engine.connect() as conn:\n" + vacuum) ==
          std::pair(std::string("BEGIN; DROP TABLE \"a\"; COMMIT; BEGIN; VACUUM ; COMMIT; "), true));
    CHECK(sql_of("    conn = op.get_bind()\n    conn.execute(sa.text('VACUUM').execution_options(isolation_level="
                 "'AUTOCOMMIT'))\n") == std::pair(std::string("VACUUM ; "), false));
    CHECK(read("db/migrate/1_a.rb", rails("")).transaction == TransactionMode::per_file);
    CHECK(read("db/migrate/1_a.rb",
               "class A < ActiveRecord::Migration[7.0]\n  disable_ddl_transaction!\n  def change\n  end\nend\n")
              .transaction == TransactionMode::per_statement);
    CHECK(read("a/migrations/0001_a.py", django("")).transaction == TransactionMode::per_file);
    CHECK(read("a/migrations/0001_a.py",
               "from django.db import migrations\nclass Migration(migrations.Migration):\n    atomic = False\n    "
               "operations = []\n")
              .transaction == TransactionMode::per_statement);
}

TEST_CASE("values beside a driver's own SQL are parameters of it") {
    const Script script =
        read("versions/1_a.py", alembic("    conn = op.get_bind()\n"
                                        "    conn.execute('UPDATE t SET a = %s WHERE b = %s', (1, name))\n"
                                        "    op.execute(\"UPDATE t SET a = 'all of %s'\")\n"));
    CHECK(script.sql.find("SET a = $1 WHERE b = $2") != std::string::npos);
    CHECK(script.sql.find("'all of %s'") != std::string::npos);
}

TEST_CASE("what is not understood is said") {
    struct Case {
        std::string path, text, unread;
    };
    const std::vector<Case> cases{
        {"versions/1_a.py", alembic("    helper(op)\n"), "helper()"},
        {"versions/1_a.py", alembic("    op.execute(something())\n"), "alembic.op.execute()"},
        {"versions/1_a.py", alembic("    op.execute('DROP TABLE ' + name)\n"), "a string put together with `+`"},
        {"versions/1_a.py", alembic("    op.execute(f'DROP TABLE {name}')\n"), "an f-string with `{name}`"},
        {"versions/1_a.py", alembic("    op.execute('DROP TABLE {}'.format(name))\n"),
         "a string that `format()` fills"},
        {"versions/1_a.py", alembic("    op.execute('DROP TABLE %s' % name)\n"), "a string that `%` fills"},
        {"db/migrate/1_a.rb", rails("    execute \"DROP TABLE #{name}\"\n"), "a string with `#{name}`"},
        {"versions/1_a.py", alembic("    op.add_column('a', sa.Column('b', ours.Kind()))\n"), "the type ours.Kind()"},
        {"versions/1_a.py", alembic("    op.create_entity(view)\n"), "alembic.op.create_entity()"},
        {"versions/1_a.py", "from alembic import op\nrevision = 'a'\ndef upgrade(:\n    op.drop_table('a')\n", ""},
        {"db/migrate/1_a.rb", rails("    User.recount(a: 1)\n"), "User.recount"},
        {"db/migrate/1_a.rb", rails("    create_view :active_users\n"), "create_view"},
        {"db/migrate/1_a.rb", rails("    rename_column :a, :b, :c\n"), "rename_column"},
        {"db/migrate/1_a.rb", rails("    add_index table_name, :a\n"), "a name"},
        {"a/migrations/0002_a.py", django("        migrations.RunPython(forwards),\n"), "RunPython"},
        {"a/migrations/0002_a.py", django("        migrations.AlterField('b', 'c', models.TextField()),\n"),
         "AlterField"},
        {"a/migrations/0002_a.py", django("        ours.Operation(),\n"), "Operation"},
    };
    for (const Case& one : cases) {
        INFO(one.text);
        const Script script = read(one.path, one.text);
        REQUIRE_FALSE(script.unread.empty());
        CHECK(unread_of(script).find(one.unread) != std::string::npos);
        for (const Unread& unread : script.unread) CHECK(unread.span.end <= one.text.size());
    }
}

TEST_CASE("what hangs on a condition that is not known is read, and says so") {
    struct Case {
        std::string path, text, uncertainties;  ///< statement: what it depends on
    };
    const std::vector<Case> cases{
        {"versions/1_a.py",
         alembic("    if os.getenv('A'):\n        op.drop_table('a')\n    else:\n        op.drop_table('b')\n    "
                 "op.drop_table('c')\n"),
         "a: whether os.getenv('A') holds\nb: whether os.getenv('A') holds\n"},
        {"versions/1_a.py",
         alembic("    if os.getenv('a'):\n        op.drop_table('a')\n    elif os.getenv('b'):\n        "
                 "op.drop_table('b')\n"),
         "a: whether os.getenv('a') holds\nb: whether os.getenv('b') holds\nb: whether os.getenv('a') holds\n"},
        {"versions/1_a.py", alembic("    for name in os.listdir():\n        op.drop_table('a')\n"),
         "a: how often the loop over os.listdir() runs\n"},
        {"versions/1_a.py",
         alembic("    op.drop_table('a')\n    if os.getenv('A'):\n        return\n    op.drop_table('b')\n"),
         "b: whether os.getenv('A') holds\n"},
        {"versions/1_a.py",
         alembic(
             "    for n in ['a', 'b']:\n        if os.getenv(n):\n            continue\n        op.drop_table(n)\n    "
             "op.drop_table('c')\n"),
         "a: whether os.getenv(n) holds\nb: whether os.getenv(n) holds\n"},
        // Where it raises, nothing of the migration stays.
        {"versions/1_a.py", alembic("    if os.getenv('A'):\n        raise Error()\n    op.drop_table('a')\n"), ""},
        {"versions/1_a.py",
         alembic("    try:\n        op.drop_table('a')\n    except Error:\n        "
                 "op.drop_table('b')\n"),
         "b: whether an error comes before\n"},
        {"versions/1_a.py",
         alembic("    with op.get_context().autocommit_block():\n        if os.getenv('A'):\n            "
                 "op.drop_table('a')\n"),
         "a: whether os.getenv('A') holds\n"},
        {"db/migrate/1_a.rb", rails("    drop_table :a if table_exists?(:a)\n    drop_table :b\n"),
         "a: whether table_exists?(:a) holds\n"},
        {"db/migrate/1_a.rb", rails("    return unless table_exists?(:a)\n    drop_table :b\n"),
         "b: whether table_exists?(:a) holds\n"},
        {"db/migrate/1_a.rb", rails("    tables.each { |t| drop_table :a }\n"),
         "a: how often the loop over tables.each runs\n"},
    };
    for (const Case& one : cases) {
        INFO(one.text);
        const Script script = read(one.path, one.text);
        std::string uncertainties;
        for (const Uncertainty& uncertainty : script.uncertainties) {
            const std::string sql = script.sql.substr(uncertainty.begin, uncertainty.end - uncertainty.begin);
            const auto name = sql.find('"');
            uncertainties +=
                (name == std::string::npos ? sql : sql.substr(name + 1, 1)) + ": " + uncertainty.what + "\n";
        }
        CHECK(uncertainties == one.uncertainties);
        CHECK(script.unread.empty());
        CHECK(std::is_sorted(script.uncertainties.begin(), script.uncertainties.end(),
                             [](const Uncertainty& a, const Uncertainty& b) { return a.begin < b.begin; }));
    }
}

TEST_CASE("several statements in one call are one transaction where the tool opens none") {
    const std::string both = "SET lock_timeout = '1s'; CREATE INDEX CONCURRENTLY i ON t (a)";
    const auto is_framed = [](const Script& script, const std::string& sql) {
        INFO(script.sql);
        CHECK(script.unread.empty());
        const auto at = script.sql.find(sql);
        REQUIRE(at != std::string::npos);
        const auto begin = script.sql.rfind("BEGIN;", at), before = script.sql.rfind("COMMIT;", at);
        const bool open = begin != std::string::npos && (before == std::string::npos || before < begin);
        return open && script.sql.find("COMMIT;", at) != std::string::npos;
    };
    for (const std::string& sql : {both, std::string("CREATE INDEX CONCURRENTLY i ON t (a)")}) {
        const bool several = sql == both;
        std::string django_alone = django("        migrations.RunSQL(\"" + sql + "\"),\n");
        CHECK_FALSE(is_framed(read("shop/migrations/0001_a.py", django_alone), sql));
        django_alone.replace(django_alone.find("    operations"), 0, "    atomic = False\n");
        CHECK(is_framed(read("shop/migrations/0001_a.py", django_alone), sql) == several);

        std::string rails_alone = rails("    execute \"" + sql + "\"\n");
        CHECK_FALSE(is_framed(read("db/migrate/1_a.rb", rails_alone), sql));
        rails_alone.replace(rails_alone.find('\n') + 1, 0, "  disable_ddl_transaction!\n");
        CHECK(is_framed(read("db/migrate/1_a.rb", rails_alone), sql) == several);

        const std::string alembic =
            "from alembic import op\nrevision = 'a'\ndown_revision = None\ndef upgrade():\n    with "
            "op.get_context().autocommit_block():\n        op.execute(\"" +
            sql + "\")\ndef downgrade():\n    op.execute('SELECT 1')\n";
        CHECK(is_framed(read("alembic/versions/a.py", alembic), sql) == several);
    }
}

TEST_CASE("what Rails renames or looks up hangs on what earlier files made") {
    extract::Memory memory;
    read("db/migrate/1_a.rb",
         rails("    create_table :users do |t|\n      t.string :name\n      t.index :name\n      t.index :name, name: "
               "'own'\n    end\n    add_index :users, [:name, :id], name: 'both'\n    add_foreign_key :users, :orgs, "
               "column: :home_id, validate: false\n"),
         memory);
    const Script script =
        read("db/migrate/2_b.rb",
             rails("    remove_index :users, [:name, :id]\n    validate_foreign_key :users, :orgs\n    "
                   "rename_column :users, :name, :title\n    rename_table :users, :people\n"),
             memory);
    CHECK(script.unread.empty());
    CHECK(script.sql ==
          "DROP INDEX \"both\";\n"
          "ALTER TABLE \"users\" VALIDATE CONSTRAINT \"fk_rails_6e7122f611\";\n"
          "ALTER TABLE \"users\" RENAME COLUMN \"name\" TO \"title\";\n"
          "ALTER INDEX \"index_users_on_name\" RENAME TO \"index_users_on_title\";\n"
          "ALTER TABLE \"users\" RENAME TO \"people\";\n"
          "ALTER INDEX \"users_pkey\" RENAME TO \"people_pkey\";\n"
          "ALTER TABLE \"public\".\"users_id_seq\" RENAME TO \"people_id_seq\";\n"
          "ALTER INDEX \"index_users_on_title\" RENAME TO \"index_people_on_title\";\n");
    // SQL that is not looked into may have made an index, and a table that was not read any.
    for (const std::string& before : {std::string("    execute 'CREATE INDEX i ON people (title)'\n"), std::string()}) {
        const std::string table = before.empty() ? "unseen" : "people";
        const Script unsure =
            read("db/migrate/3_c.rb", rails(before + "    rename_table :" + table + ", :them\n"), memory);
        CHECK(unread_of(unsure).find("rename_table") != std::string::npos);
    }
}

TEST_CASE("a default that begins a table of its own leaves the one it stands in") {
    // The fuzzer wrote it: no one else has.
    const Script script = read("db/migrate/1_a.rb", rails("    create_table :a, id: false do |t|\n"
                                                          "      t.string :b, default: -> { create_table(:c) { |u| "
                                                          "u.string :d } }\n      t.string :e\n    end\n"));
    CHECK(script.sql.find("\"d\"") < script.sql.find("CREATE TABLE \"a\""));
    CHECK(script.sql.find("\"e\"") > script.sql.find("CREATE TABLE \"a\""));
}

TEST_CASE("what is done for each row hangs on how many there are") {
    extract::Memory memory;
    read("shop/migrations/0001_initial.py",
         django("        migrations.CreateModel('Book', [('id', models.AutoField(primary_key=True))]),\n"), memory);
    const std::string text =
        "from django.db import migrations\n\n\ndef forwards(apps, editor):\n"
        "    for book in apps.get_model('shop', 'Book').objects.all():\n"
        "        editor.execute('DROP TABLE a')\n        return\n"
        "    editor.execute('DROP TABLE b')\n\n\n"
        "class Migration(migrations.Migration):\n"
        "    operations = [migrations.RunPython(forwards)]\n";
    const Script script = read("shop/migrations/0002_a.py", text, memory);
    CHECK(script.sql.find("DROP TABLE a") != std::string::npos);
    CHECK(script.sql.find("DROP TABLE b") != std::string::npos);
    REQUIRE_FALSE(script.uncertainties.empty());
    CHECK(script.uncertainties.front().what ==
          "how often the loop over apps.get_model('shop', 'Book').objects.all() runs");
}

namespace {

/// The loops whose statement runs for rows that nothing spelled out picks.
std::set<std::string> of_any_rows(const std::vector<std::string>& loops,
                                  const std::function<Script(const std::string& loop)>& script_of) {
    std::set<std::string> found;
    for (const std::string& loop : loops) {
        CAPTURE(loop);
        const Script script = script_of(loop);
        REQUIRE_FALSE(script.uncertainties.empty());
        CHECK(script.unread.empty());
        if (std::any_of(script.uncertainties.begin(), script.uncertainties.end(),
                        [](const Uncertainty& one) { return one.for_rows; }))
            found.insert(loop);
    }
    return found;
}

}  // namespace

TEST_CASE("a loop over rows that no key and no LIMIT picks is one over any rows") {
    const std::vector<std::string> any{"Order.all",
                                       "Order.where(state: nil)",
                                       "Order.where.not(state: 'new')",
                                       "Order.where(\"state LIKE '%x%'\")",
                                       "Order.where('id > 5')",
                                       "Order.where(state: 'new')",
                                       "Order.where(state: ['new', 'paid'], n: 1)",
                                       "Order.where(user_id: 1)",
                                       "Order.where.not(id: 1)",
                                       "Order.where(\"state = 'new' AND id > 5\")",
                                       "Order.where(\"id = 1 OR state = 'new'\")"},
        some{"Order.where(id: [1, 2])",           "Order.where(id: 1, state: 'new')",
             "Order.where(order_id: 1)",          "Order.where(\"state = 'new' AND orders.id IN (1, 2)\")",
             "Order.where(\"id = 1 OR id = 2\")", "Order.where(state: 'new').limit(10)"};
    std::vector<std::string> all = any;
    all.insert(all.end(), some.begin(), some.end());
    const auto found = of_any_rows(all, [](const std::string& loop) {
        extract::Memory memory;
        read("db/migrate/1_a.rb", rails("    create_table :orders do |t|\n      t.string :state\n    end\n"), memory);
        return read("db/migrate/2_b.rb",
                    "class B < ActiveRecord::Migration[7.0]\n  class Order < ActiveRecord::Base; end\n  def up\n    " +
                        loop + ".find_each { |o| o.delete }\n  end\nend\n",
                    memory);
    });
    CHECK(found == std::set<std::string>(any.begin(), any.end()));

    const std::vector<std::string> any_sql{"SELECT id FROM orders",
                                           "SELECT id FROM orders WHERE state LIKE '%x%'",
                                           "SELECT id FROM orders WHERE state IS NULL AND id <> 7",
                                           "SELECT o.id FROM orders o JOIN users u ON u.id = o.user_id",
                                           "SELECT id FROM orders WHERE id NOT IN (1, 2)",
                                           "SELECT id FROM orders WHERE n >= 3",
                                           "SELECT id FROM orders WHERE state = 'new'",
                                           "SELECT id FROM orders WHERE state IN ('new', 'paid') AND n = 1",
                                           "SELECT id FROM orders WHERE 'new' = state",
                                           "SELECT id FROM orders WHERE user_id = 1",
                                           "SELECT id FROM orders WHERE NOT (id = 1)",
                                           "SELECT id FROM orders WHERE id = 1 OR state = 'new'"},
        some_sql{
            "SELECT id FROM shop.orders o WHERE o.order_id = 1", "SELECT id FROM orders WHERE id IN (1, 2)",
            "SELECT id FROM orders WHERE id = ANY(ARRAY[1, 2])", "SELECT id FROM orders WHERE id BETWEEN 1 AND 5",
            "SELECT id FROM orders ORDER BY id LIMIT 1",         "SELECT id FROM orders WHERE 7 = orders.id AND n > 3"};
    std::vector<std::string> all_sql = any_sql;
    all_sql.insert(all_sql.end(), some_sql.begin(), some_sql.end());
    const auto found_sql = of_any_rows(all_sql, [](const std::string& query) {
        return read("versions/1_a.py", alembic("    for r in op.get_bind().execute(sa.text(\"" + query +
                                               "\")):\n        op.get_bind().execute(sa.text(\"DELETE FROM orders "
                                               "WHERE id = :id\"), {\"id\": r.id})\n"));
    });
    CHECK(found_sql == std::set<std::string>(any_sql.begin(), any_sql.end()));
}

TEST_CASE("a program made to hurt ends soon, and is said not to be read") {
    const std::string word(300, 'A');
    std::string deep, nested_calls;
    for (int i = 0; i < 20'000; ++i) deep += "[";
    for (int i = 0; i < 5'000; ++i) nested_calls += "f(";
    const std::vector<std::pair<std::string, std::string>> programs{
        {"versions/1_a.py", alembic("    while True:\n        op.drop_table('a')\n")},
        {"versions/1_a.py",
         alembic("    for a in range(9999):\n        for b in range(9999):\n            op.execute('SELECT 1')\n")},
        {"versions/1_a.py", alembic("    def f():\n        f()\n    f()\n    upgrade()\n")},
        {"versions/1_a.py",
         alembic("    s = 'DROP TABLE a;'\n    for i in range(9999):\n        s = s + s\n        op.execute(s)\n")},
        {"versions/1_a.py", alembic("    l = ['a']\n    for i in range(9999):\n        l = [l, l]\n        "
                                    "l.append(l)\n    op.execute(l)\n    op.drop_table(l)\n")},
        {"versions/1_a.py", alembic("    l = [1]\n    for i in range(9999):\n        l.extend(l)\n    "
                                    "op.execute(str(l))\n    for x in l:\n        op.drop_table(x)\n")},
        {"versions/1_a.py", alembic("    x = y\n    for i in range(9999):\n        x = x.a(x)\n    op.execute(x)\n")},
        {"versions/1_a.py", alembic("    for i in range(-9223372036854775807, 9223372036854775807):\n"
                                    "        op.drop_table('a')\n")},
        {"versions/1_a.py", alembic("    op.execute(" + deep + ")\n")},
        {"versions/1_a.py", alembic("    op.execute(" + nested_calls + ")\n")},
        {"db/migrate/1_a.rb", rails("    loop { drop_table :a }\n")},
        {"db/migrate/1_a.rb", rails("    f = ->(x) { f.call(x); f.call(x) }\n    f.call(1)\n    execute(f)\n")},
        {"db/migrate/1_a.rb", rails("    99999999.times { |i| 99999999.times { execute 'SELECT 1' } }\n")},
        {"db/migrate/1_a.rb", rails("    s = 'SELECT 1;'\n    9999.times { s += s; execute s }\n")},
        {"db/migrate/1_a.rb", rails("    [1, []].each_key { |k| drop_table k }\n")},
        {"db/migrate/1_a.rb", rails("    [1, []].each_value { |v| drop_table v }\n")},
        {"db/migrate/1_a.rb", rails("    change\n")},
        {"db/migrate/1_a.rb", rails("    execute " + deep + "\n")},
        {"db/migrate/1_a.rb", rails("    execute <<-" + word + "\n      SELECT 1\n    " + word + "\n    change\n")},
    };
    for (const auto& [path, text] : programs) {
        INFO(text.substr(0, 200));
        const auto start = std::chrono::steady_clock::now();
        const Script script = read(path, text);
        CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
        CHECK_FALSE((script.unread.empty() && script.uncertainties.empty()));
        CHECK(script.sql.size() < (16u << 20));
    }
}

TEST_CASE("cut and damaged programs are read without harm") {
    std::uint32_t random = 1;
    for (const std::string& text : fixtures()) {
        for (int i = 0; i < 60; ++i) {
            random = random * 1664525 + 1013904223;
            std::string damaged = text;
            if (i % 2 == 0) damaged.resize(random % text.size());
            if (!damaged.empty()) damaged[(random >> 8) % damaged.size()] = "()[]{}'\"#:\n "[(random >> 4) % 12];
            for (const std::string path : {"versions/1_a.py", "db/migrate/1_a.rb", "a/migrations/0001_a.py"}) {
                const Script script = read(path, damaged);
                for (const Unread& unread : script.unread) {
                    CHECK(unread.span.begin <= unread.span.end);
                    CHECK(unread.span.end <= damaged.size());
                }
                for (std::uint32_t at = 0; at < script.sql.size(); at += 7)
                    CHECK(script.map.to_file(at) <= damaged.size());
            }
        }
    }
}

TEST_CASE("what authors tell other tools is handed on with the statements that it is about") {
    const auto marks = [](const std::string& path, const std::string& text) {
        const Script script = read(path, text);
        std::string all = unread_of(script);
        for (const ToolMark& mark : script.marks)
            all += mark.mark + ": " + text.substr(mark.span.begin, mark.span.end - mark.span.begin) + "\n";
        return all;
    };
    CHECK(marks("db/migrate/1_a.rb", rails("    remove_column :a, :b\n    safety_assured { remove_column :a, :c }\n"
                                           "    safety_assured do\n      add_index :a, :d\n    end\n")) ==
          "safety_assured: remove_column :a, :c\nsafety_assured: add_index :a, :d\n");
    CHECK(marks("db/migrate/1_a.rb", rails("    safety_assured { safety_assured { remove_column :a, :c } }\n")) ==
          "safety_assured: remove_column :a, :c\n");
    CHECK(marks("db/migrate/1_a.rb", rails("    remove_column :a, :b\n")).empty());
    CHECK(marks("app/migrations/0001_a.py",
                "from django_migration_linter import IgnoreMigration\n" +
                    django("        migrations.RunSQL('SELECT 1'),\n        IgnoreMigration(),\n")) ==
          "IgnoreMigration: SELECT 1\n");
}

TEST_CASE("what a call says of the constraint that it drops goes along") {
    const auto kinds = [](const Script& script) {
        std::string all;
        for (const DroppedKind& kind : script.dropped_kinds)
            all += script.sql.substr(kind.begin, kind.end - kind.begin - 2) + " " +
                   std::to_string(static_cast<int>(kind.type)) + "\n";
        return all;
    };
    const auto of = [](ConstraintType type) { return " " + std::to_string(static_cast<int>(type)) + "\n"; };
    const Script python = read("versions/a.py", alembic("    op.drop_constraint('a', 't', type_='foreignkey')\n"
                                                        "    op.drop_constraint('b', 't', 'unique', schema='s')\n"
                                                        "    op.drop_constraint('c', 't')\n"
                                                        "    with op.batch_alter_table('t') as batch:\n"
                                                        "        batch.drop_constraint('d', type_='check')\n"
                                                        "        batch.drop_constraint('e', 'primary')\n"));
    CHECK(kinds(python) == "ALTER TABLE \"t\" DROP CONSTRAINT \"a\"" + of(ConstraintType::foreign_key) +
                               "ALTER TABLE \"s\".\"t\" DROP CONSTRAINT \"b\"" + of(ConstraintType::unique) +
                               "ALTER TABLE \"t\" DROP CONSTRAINT \"d\"" + of(ConstraintType::check) +
                               "ALTER TABLE \"t\" DROP CONSTRAINT \"e\"" + of(ConstraintType::primary_key));
    const Script ruby =
        read("db/migrate/20240101000000_a.rb",
             rails("    remove_foreign_key :t, name: 'a'\n    remove_check_constraint :t, name: 'b'\n"));
    CHECK(kinds(ruby) == "ALTER TABLE \"t\" DROP CONSTRAINT \"a\"" + of(ConstraintType::foreign_key) +
                             "ALTER TABLE \"t\" DROP CONSTRAINT \"b\"" + of(ConstraintType::check));
}
