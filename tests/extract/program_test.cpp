// Migrations written in Python and Ruby: what is read, where it stands, and what is said about the rest. Whether it is
// what the real tools send: pipeline_readers_test.cpp.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "core/table_parts.h"
#include "extract/extract.h"

using namespace pgfence;

namespace {

Script read(const std::string& path, const std::string& text, extract::Memory& memory) {
    MigrationFile file;
    file.path = path;
    file.text = text;
    return extract::script(file, {}, memory);
}

Script read(const std::string& path, const std::string& text) {
    extract::Memory memory;
    return read(path, text, memory);
}

std::string alembic(const std::string& body) {
    return "import sqlalchemy as sa\nfrom alembic import op\n\nrevision = 'a'\n\n\ndef upgrade():\n" + body;
}
std::string rails(const std::string& body) {
    return "class A < ActiveRecord::Migration[7.1]\n  def change\n" + body + "  end\nend\n";
}
std::string django(const std::string& operations) {
    return "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n    operations = "
           "[\n" +
           operations + "    ]\n";
}

std::string unread_of(const Script& script) {
    std::string all;
    for (const Unread& unread : script.unread) all += (all.empty() ? "" : "; ") + unread.what;
    return all;
}

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

TEST_CASE("what Django sends hangs on the models that earlier files left") {
    extract::Memory memory;
    const std::string created = django(
        "        migrations.CreateModel('Book', [('id', models.AutoField(primary_key=True)), ('title', "
        "models.CharField(max_length=10))], options={'db_table': 'books'}),\n");
    const std::string altered =
        django("        migrations.AlterField('book', 'title', models.CharField(max_length=20, null=True)),\n");
    read("shop/migrations/0001_initial.py", created, memory);
    const Script script = read("shop/migrations/0002_title.py", altered, memory);
    CHECK(script.unread.empty());
    CHECK(script.sql ==
          "ALTER TABLE \"books\" ALTER COLUMN \"title\" TYPE varchar(20), ALTER COLUMN \"title\" DROP NOT NULL;\n");
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

TEST_CASE("Django doubles no quotes inside of names: a table's may hold a schema") {
    struct Named {
        std::string db_table, table, index;
    };
    // The names are those of Django 4.2's own _create_index_name for these tables.
    for (const Named& named : {Named{"'books'", "\"books\"", "\"books_title_"},
                               Named{"'erc\".\"books'", "\"erc\".\"books\"", "\"books_title_"},
                               Named{"'\"erc\".\"books\"'", "\"erc\".\"books\"", "\"books_title_"}}) {
        extract::Memory memory;
        const Script script =
            read("shop/migrations/0001_initial.py",
                 django("        migrations.CreateModel('Book', [('id', models.AutoField("
                        "primary_key=True)), ('title', models.IntegerField(db_index=True)), ('of', "
                        "models.ForeignKey('self', on_delete=models.CASCADE))], options={'db_table': " +
                        named.db_table + "}),\n"),
                 memory);
        INFO(script.sql);
        CHECK(script.unread.empty());
        CHECK(script.sql.find("CREATE TABLE " + named.table + " (") != std::string::npos);
        CHECK(script.sql.find("CREATE INDEX " + named.index) != std::string::npos);
        CHECK(script.sql.find(" ON " + named.table + " (\"title\")") != std::string::npos);
        CHECK(script.sql.find("_fk_books_id\"") != std::string::npos);
        CHECK(script.sql.find("REFERENCES " + named.table + " (\"id\")") != std::string::npos);
        CHECK(script.sql.find("\"\"") == std::string::npos);
        const Script dropped =
            read("shop/migrations/0002_drop.py", django("        migrations.DeleteModel('Book'),\n"), memory);
        CHECK(dropped.sql == "DROP TABLE " + named.table + " CASCADE;\n");
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

TEST_CASE("a model that a later file creates is known once it was announced") {
    MigrationFile author;
    author.path = "people/migrations/0001_initial.py";
    author.text = django(
        "        migrations.CreateModel('Author', [('id', models.UUIDField(primary_key=True))], options={'db_table': "
        "'authors'}),\n");
    MigrationFile book;
    book.path = "books/migrations/0001_initial.py";
    book.text = django(
        "        migrations.CreateModel('Book', [('id', models.AutoField(primary_key=True)), ('author', "
        "models.ForeignKey(to='people.author', on_delete=models.CASCADE))]),\n");
    extract::Memory memory;
    for (const MigrationFile* file : {&book, &author}) extract::announce(*file, {}, memory);
    const Script script = extract::script(book, {}, memory);
    CHECK(script.unread.empty());
    CHECK(script.sql.find("\"author_id\" uuid NOT NULL") != std::string::npos);
    CHECK(script.sql.find("REFERENCES \"authors\" (\"id\")") != std::string::npos);
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

TEST_CASE("what is renamed in Django goes on under its new name") {
    extract::Memory memory;
    read("shop/migrations/0001_initial.py",
         django("        migrations.CreateModel('Book', [('id', models.AutoField(primary_key=True))]),\n"
                "        migrations.CreateModel('Shelf', [('id', models.AutoField(primary_key=True)), ('book', "
                "models.ForeignKey(to='shop.book'))], options={'db_table': 'shelves'}),\n"),
         memory);
    // From Django 5 on a table that keeps its name keeps the keys that refer to it.
    const Script kept =
        read("shop/migrations/0002_a.py", django("        migrations.RenameModel('Shelf', 'Rack'),\n"), memory);
    CHECK(kept.sql.empty());
    CHECK(kept.unread.empty());
    const Script moved =
        read("shop/migrations/0003_b.py", django("        migrations.RenameModel('Book', 'Volume'),\n"), memory);
    CHECK(moved.sql.find("ALTER TABLE \"shop_book\" RENAME TO \"shop_volume\";") == 0);
    CHECK(moved.sql.find("ALTER TABLE \"shelves\" ADD CONSTRAINT") != std::string::npos);
    const Script later = read("shop/migrations/0004_c.py",
                              django("        migrations.AddField('volume', 'isbn', models.TextField(null=True)),\n"
                                     "        migrations.RemoveField('rack', 'book'),\n"),
                              memory);
    CHECK(later.unread.empty());
    CHECK(later.sql.find("ALTER TABLE \"shop_volume\" ADD COLUMN \"isbn\" text NULL;") == 0);
    CHECK(later.sql.find("ALTER TABLE \"shelves\" DROP COLUMN \"book_id\" CASCADE;") != std::string::npos);
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

TEST_CASE("Rails: helpers of gems add the columns that they add, and others are named") {
    std::map<std::string, std::string> app;
    const auto read_in = [&](const std::string& body) {
        extract::Hints hints;
        hints.read = [&](std::string_view path) {
            const auto found = app.find(std::string(path));
            return found == app.end() ? std::nullopt : std::optional(found->second);
        };
        MigrationFile file;
        file.path = "db/migrate/20240101000000_a.rb";
        file.text = rails(body);
        return extract::script(file, hints);
    };
    const auto add = [](const std::string& column) { return "ALTER TABLE \"users\" ADD " + column + ";\n"; };
    const std::string attached = add("\"avatar_file_name\" character varying") +
                                 add("\"avatar_content_type\" character varying") +
                                 add("\"avatar_file_size\" integer") + add("\"avatar_updated_at\" timestamp(6)");
    CHECK(read_in("    add_attachment :users, :avatar\n").sql == attached);
    CHECK(read_in("    change_table(:users) { |t| t.attachment :avatar }\n").sql == attached);
    CHECK(read_in("    remove_attachment :users, :avatar\n").sql ==
          "ALTER TABLE \"users\" DROP COLUMN \"avatar_file_name\";\n"
          "ALTER TABLE \"users\" DROP COLUMN \"avatar_content_type\";\n"
          "ALTER TABLE \"users\" DROP COLUMN \"avatar_file_size\";\n"
          "ALTER TABLE \"users\" DROP COLUMN \"avatar_updated_at\";\n");
    const Script made = read_in(
        "    create_table(:users, id: false) { |t| t.attachment :a, :b, null: false, "
        "file_size: { null: true } }\n");
    CHECK(made.unread.empty());
    CHECK(made.sql.find("\"a_file_name\" character varying NOT NULL, \"a_content_type\" character varying NOT NULL, "
                        "\"a_file_size\" integer, \"a_updated_at\" timestamp(6) NOT NULL, \"b_file_name\"") !=
          std::string::npos);
    // As wide as the gem of the application makes it.
    app["Gemfile.lock"] = "GEM\n  specs:\n    paperclip (6.1.0)\n";
    CHECK(read_in("    add_attachment :users, :avatar\n").sql.find("\"avatar_file_size\" bigint") != std::string::npos);
    app["Gemfile.lock"] = "GEM\n  specs:\n    paperclip (6.0.0)\n";
    CHECK(read_in("    add_attachment :users, :avatar\n").sql == attached);

    CHECK(read_in("    add_monetize :users, :price\n").sql ==
          add("\"price_cents\" integer DEFAULT 0 NOT NULL") +
              add("\"price_currency\" character varying DEFAULT 'USD' NOT NULL"));
    app["config/initializers/money.rb"] =
        "MoneyRails.configure do |config|\n  # config.amount_column = { }\n"
        "  config.default_currency = :eur\nend\n";
    CHECK(read_in("    add_monetize :users, :price, amount: { null: true, default: nil }, "
                  "currency: { present: false }\n")
              .sql == add("\"price_cents\" integer DEFAULT NULL"));
    CHECK(read_in("    add_monetize :users, :price\n").sql.find("'EUR'") != std::string::npos);
    CHECK(read_in("    remove_monetize :users, :price\n").sql ==
          "ALTER TABLE \"users\" DROP COLUMN \"price_cents\";\nALTER TABLE \"users\" DROP COLUMN "
          "\"price_currency\";\n");
    app["config/initializers/money.rb"] = "config.amount_column = { type: :bigint }\n";
    CHECK(read_in("    add_monetize :users, :price\n").unread.size() == 1);

    CHECK(read_in("    unsafe_remove_column :users, :a\n").sql == "ALTER TABLE \"users\" DROP COLUMN \"a\";\n");
    CHECK(read_in("    safe_add_concurrent_index :users, :a\n").sql ==
          "CREATE INDEX CONCURRENTLY \"index_users_on_a\" ON \"users\" (\"a\");\n");
    for (const char* other : {"create_table(:users) { |t| t.database_authenticatable null: false }",
                              "change_table(:users) { |t| t.database_authenticatable }",
                              "Post.create_translation_table! title: :string", "create_hypertable :users, 'at'"}) {
        const Script script = read_in("    " + std::string(other) + "\n");
        INFO(other);
        REQUIRE(script.unread.size() == 1);
        CHECK(script.unread.front().why.starts_with("it is a helper of the gem "));
    }
}

namespace {

/// As above, with the settings of an application.
Script with_settings(const std::string& body) {
    return read(
        "versions/1_a.py",
        "import os\nfrom alembic import context\nfrom app.config import Settings, other, settings\n" + alembic(body));
}

}  // namespace

TEST_CASE("Alembic: a schema that only the settings tell is one schema, the same wherever it is written so") {
    for (const char* schema :
         {"settings.DB_SCHEMA", "settings.db.schema", "Settings().schema", "os.environ['SCHEMA']",
          "os.environ.get('SCHEMA', 'app')", "os.getenv('SCHEMA')", "op.get_context().version_table_schema",
          "context.get_x_argument(as_dictionary=True)['schema']", "context.config.get_main_option('schema')"}) {
        INFO(schema);
        const std::string name(schema);
        const Script script =
            with_settings("    op.add_column('t', sa.Column('a', sa.Integer(), sa.ForeignKey(f\"{" + name +
                          "}.u.id\")), schema=" + name + ")\n    op.execute(f\"UPDATE {" + name +
                          "}.t SET a = 1\")\n    with op.batch_alter_table('t', schema=" + name +
                          ") as batch:\n        batch.drop_column('b')\n");
        CHECK(unread_of(script) == "");
        REQUIRE(script.stand_ins.size() >= 1);
        const std::string ours = script.stand_ins[0].name;
        CHECK(script.stand_ins[0].is_code);
        CHECK(script.sql.find("ALTER TABLE \"" + ours + "\".\"t\" ADD COLUMN \"a\" INTEGER") != std::string::npos);
        CHECK(script.sql.find("REFERENCES \"" + ours + "\".\"u\" (\"id\")") != std::string::npos);
        CHECK(script.sql.find("UPDATE " + ours + ".t SET a = 1") != std::string::npos);
        CHECK(script.sql.find("ALTER TABLE \"" + ours + "\".\"t\" DROP COLUMN \"b\"") != std::string::npos);
        // Each statement tells what it depends on.
        CHECK(script.uncertainties.size() == 5);
        for (const Uncertainty& one : script.uncertainties) CHECK(one.what.starts_with("the value of "));
    }
    // A variable is the value that it was given, and two of the same value are one.
    CHECK(unread_of(with_settings("    schema = settings.DB_SCHEMA\n    op.drop_table('t', schema=schema)\n"
                                  "    op.drop_table('u', schema=settings.DB_SCHEMA)\n")) == "");
}

TEST_CASE("Alembic: what is no schema of the settings is said") {
    for (const char* body :
         {"    op.drop_table('t', schema=settings.A)\n    op.drop_table('t', schema=settings.B)\n",
          "    op.execute(f'DROP TABLE {settings.A}.t')\n    op.execute(f'DROP TABLE {settings.B}.t')\n",
          "    op.drop_table('t', schema=settings.A)\n    op.drop_table('u', schema=f'{settings.A}_b')\n",
          "    for schema in settings.SCHEMAS:\n        op.drop_table('t', schema=schema)\n",
          "    op.drop_table('t', schema=next(settings.SCHEMAS))\n",
          "    op.drop_table('t', schema=other())\n",
          "    op.drop_table('t', schema=op.get_bind().execute('SELECT 1').scalar())\n",
          "    op.drop_table(settings.TABLE)\n",
          "    op.execute(f'DROP TABLE {settings.TABLE}')\n",
          "    op.execute(f'DROP TABLE {settings.A}.{settings.B}')\n",
          "    op.execute(f'DROP TABLE a.{settings.A}.t')\n",
          "    op.execute(f'SET search_path TO {settings.A}')\n",
          "    op.execute(f'DROP SCHEMA {settings.A} CASCADE')\n",
          "    op.execute(f'{settings.A}.t')\n",
          "    op.execute(f'DROP TABLE {settings.A}.t; {settings.SQL}')\n",
          "    op.execute(f'DROP TABLE {settings.A}.t -- {settings.B}')\n",
          "    op.execute(f'drop table {settings.A}.t'.upper())\n",
          "    op.execute(f'drop table {settings.A}.t'.replace('value', 'x'))\n",
          "    op.execute(f'drop table {settings.A}.\\u0074')\n",
          "    op.add_column('t', sa.Column('a', sa.Integer(), sa.ForeignKey(f'{settings.A}.id')))\n"}) {
        INFO(body);
        CHECK_FALSE(with_settings(body).unread.empty());
    }
}

namespace {

/// What is sent beside the SQL of the tables, one statement a line.
std::string rows_of(const std::string& body) {
    const Script script =
        read("versions/1_a.py",
             "from datetime import datetime\nfrom sqlalchemy import orm, select, update\nfrom "
             "sqlalchemy.dialects.postgresql "
             "import insert\nfrom sqlalchemy.orm import Session, declarative_base\nBase = declarative_base()\n\n\n"
             "class User(Base):\n    __tablename__ = 'users'\n    id = sa.Column(sa.Integer, primary_key=True)\n"
             "    name = sa.Column('full_name', sa.Text)\n\n\n" +
                 alembic("    t = sa.table('users', sa.column('id'), sa.column('name'))\n"
                         "    o = sa.Table('orders', sa.MetaData(), sa.Column('id', sa.Integer), schema='shop')\n"
                         "    conn = op.get_bind()\n    session = orm.Session(bind=conn)\n" +
                         body));
    std::string all;
    for (std::size_t at = 0, end; (end = script.sql.find(";\n", at)) != std::string::npos; at = end + 2)
        all += script.sql.substr(at, end - at) + "\n";
    for (const Unread& unread : script.unread) all += "! " + unread.what + "\n";
    return all;
}

}  // namespace

TEST_CASE("Alembic: plain statements of SQLAlchemy Core are written as the SQL that they are") {
    for (const auto& [body, sql] : std::vector<std::pair<std::string, std::string>>{
             {"op.execute(t.update().values(name='x'))", "UPDATE \"users\" SET \"name\" = 'x'"},
             {"op.execute(t.update().where(t.c.id == 1).values(name='x'))",
              "UPDATE \"users\" SET \"name\" = 'x' WHERE \"id\" = 1"},
             {"op.execute(sa.update(o).where(o.c.id != None).values({'a': None, o.c.b: o.c.c}))",
              "UPDATE \"shop\".\"orders\" SET \"a\" = NULL, \"b\" = \"c\" WHERE \"id\" IS NOT NULL"},
             {"op.execute(update(t).where(t.c.id > 1, t.c.name.is_(None)).values(name=sa.func.lower(t.c.name)))",
              "UPDATE \"users\" SET \"name\" = lower(\"name\") WHERE (\"id\" > 1) AND (\"name\" IS NULL)"},
             {"conn.execute(t.update().where(t.c.id.in_([1, 2])).where(t.c['name'] == "
              "'x').values(name=datetime.now()))",
              "UPDATE \"users\" SET \"name\" = $1 WHERE (\"id\" IN (1, 2)) AND (\"name\" = 'x')"},
             {"conn.execute(sa.delete(t).where((t.c.id == 1) | ~t.c.name.like('a%')))",
              "DELETE FROM \"users\" WHERE (\"id\" = 1) OR (NOT (\"name\" LIKE 'a%'))"},
             {"op.execute(t.update().values(id=t.c.id + 1))", "UPDATE \"users\" SET \"id\" = (\"id\" + 1)"},
             {"conn.execute(t.delete())", "DELETE FROM \"users\""},
             {"conn.execute(t.delete().where(sa.and_(t.c.id == 1, sa.text('a = b'))))",
              "DELETE FROM \"users\" WHERE (\"id\" = 1) AND (a = b)"},
             {"conn.execute(t.delete().where(t.c.id.in_(select(o.c.id).where(o.c.a == True))))",
              "DELETE FROM \"users\" WHERE \"id\" IN (SELECT \"id\" FROM \"shop\".\"orders\" WHERE \"a\" = true)"},
             {"conn.execute(t.insert(), [{'id': 1}, {'id': 2, 'name': 'b'}])",
              "INSERT INTO \"users\" (\"id\") VALUES (1)\nINSERT INTO \"users\" (\"id\", \"name\") VALUES (2, 'b')"},
             {"conn.execute(insert(t).values(id=1).on_conflict_do_nothing())",
              "INSERT INTO \"users\" (\"id\") VALUES (1) ON CONFLICT DO NOTHING"},
             {"op.bulk_insert(t, [{'id': 1, 'name': datetime.now()}])",
              "INSERT INTO \"users\" (\"id\", \"name\") VALUES (1, $1)"},
             {"conn.execute(sa.select([t.c.id]).where(t.c.name == None))",
              "SELECT \"id\" FROM \"users\" WHERE \"name\" IS NULL"},
             {"session.query(User).filter(User.id == 1).update({'name': 'x'}, synchronize_session=False)",
              "UPDATE \"users\" SET \"full_name\" = 'x' WHERE \"id\" = 1"},
             {"session.query(User).filter_by(name='y').update({'name': 'x'})",
              "UPDATE \"users\" SET \"full_name\" = 'x' WHERE \"full_name\" = 'y'"},
             {"session.query(User).filter_by(id=1).update({User.name: 'x'})",
              "UPDATE \"users\" SET \"full_name\" = 'x' WHERE \"id\" = 1"},
             {"session.query(User).delete()", "DELETE FROM \"users\""},
             {"session.execute(update(User).where(User.name == 'x').values(id=1))",
              "UPDATE \"users\" SET \"id\" = 1 WHERE \"full_name\" = 'x'"},
             // What a call makes is another statement: this one stays as it was.
             {"q = t.delete()\n    q.where(t.c.id == 1)\n    conn.execute(q)", "DELETE FROM \"users\""},
         }) {
        INFO(body);
        CHECK(rows_of("    " + body + "\n") == sql + "\n");
    }
}

TEST_CASE("Alembic: a statement of SQLAlchemy Core that is not plain is not read") {
    for (const char* body :
         {"op.execute(t.update().where(condition).values(name='x'))",
          "op.execute(t.update().where(*conditions).values(name='x'))",
          "op.execute(t.update().where(t.c.id == 1 and t.c.name == 'x').values(name='x'))",
          "op.execute(t.update().where(t.c.id == o.c.id).values(name='x'))",
          "from app.config import settings\n    op.execute(t.delete().where(settings.A == 1))",
          "op.execute(t.delete().where((t.c.id == 1) | (datetime.now() == datetime.min)))",
          "session.query(User).update({'full_name': 'x'})",
          "session.query(User).filter_by(full_name='x').delete()",
          "op.execute(t.update(t.c.id == 1).values(name='x'))",
          "op.execute(t.update().where(t.c.id == 1))",
          "op.execute(t.update().where(t.c.id == 1).values(**names))",
          "op.execute(t.delete().where(t.c.id.notin_([])))",
          "op.execute(t.delete().where(t.c.name.op('~')('x')))",
          "op.execute(t.delete().where(sa.exists(sa.select(o.c.id))))",
          "op.execute(t.delete().where(sa.text('id = :id')))",
          "op.execute(t.alias('a').delete())",
          "op.execute(other.delete())",
          "op.execute(t.delete().with_dialect_options(x=1))",
          "q = t.delete()\n    if condition:\n        q = q.where(t.c.id == 1)\n    op.execute(q)",
          "conn.execute(sa.select([t.c.id, o.c.id]))",
          "conn.execute(sa.select([t.c.id]).with_for_update())",
          "conn.execute(t.insert().from_select(['id'], sa.select(o.c.id)))",
          "conn.execute(insert(t).values(id=1).on_conflict_do_update(index_elements=['id'], set_={'id': 1}))",
          "session.query(User).join(o).update({'name': 'x'})",
          "session.query(User).filter(x).delete()",
          "session.query(User, o).delete()",
          "session.query(Other).delete()",
          "session.query(User).limit(1).delete()",
          "for user in session.query(User):\n        user.name = 'x'\n    session.commit()",
          "q = session.query(User)\n    q.update({'name': 'x'})\n    for user in q:\n        user.name = 'x'",
          "session.query(User).filter(User.id == 1).one().name = 'x'"}) {
        INFO(body);
        const std::string rows = rows_of("    " + std::string(body) + "\n");
        CHECK(rows.find("! ") != std::string::npos);
        CHECK(rows.find("DELETE") == std::string::npos);
    }
}

TEST_CASE("Rails: a column that a create_table of before Rails 6 defines twice is the second one") {
    const auto of = [](const std::string& version, const std::string& body) {
        return read("db/migrate/20170101000000_a.rb", "class A < ActiveRecord::Migration[" + version +
                                                          "]\n  def change\n    create_table :a, id: false do |t|\n" +
                                                          body + "\n    end\n  end\nend\n")
            .sql;
    };
    const std::string twice = "t.integer :user_id\nt.text :b\nt.bigint :user_id, null: false";
    CHECK(of("5.2", twice).starts_with("CREATE TABLE \"a\" (\"user_id\" bigint NOT NULL, \"b\" text)"));
    CHECK(of("6.0", twice)
              .starts_with("CREATE TABLE \"a\" (\"user_id\" integer, \"b\" text, \"user_id\" bigint NOT NULL)"));
    CHECK(of("5.0", "t.references :user, index: false\nt.integer :user_id")
              .starts_with("CREATE TABLE \"a\" (\"user_id\" integer)"));
    CHECK(of("4.2", "t.timestamps null: true\nt.timestamps null: false").find("NOT NULL, \"updated_at\"") !=
          std::string::npos);
}

namespace {

/// The SQL of a migration in an application with strong_migrations, one statement a line.
std::string made_safe(const std::string& body,
                      const std::string& initializer = "StrongMigrations.safe_by_default = true\n",
                      const std::string& head = "",
                      const std::string& lock = "GEM\n  specs:\n    strong_migrations (2.0.0)\n") {
    MigrationFile file;
    file.path = "app/db/migrate/20240101000000_a.rb";
    file.text = "class A < ActiveRecord::Migration[7.1]\n" + head + "  def change\n" + body + "\n  end\nend\n";
    extract::Hints hints;
    hints.read = [&](std::string_view path) -> std::optional<std::string> {
        if (path == "app/Gemfile.lock") return lock;
        if (path == "app/config/initializers/strong_migrations.rb") return initializer;
        return std::nullopt;
    };
    extract::Memory memory;
    const Script script = extract::script(file, hints, memory);
    std::string all;
    for (std::size_t at = 0, end; (end = script.sql.find(";\n", at)) != std::string::npos; at = end + 2)
        all += script.sql.substr(at, end - at) + "\n";
    for (const Unread& unread : script.unread) all += "! " + unread.what + "\n";
    return all + std::string(name_of(script.transaction));
}

}  // namespace

TEST_CASE("Rails: what strong_migrations makes safe runs as it makes it") {
    const std::string index = "CREATE INDEX CONCURRENTLY \"index_a_on_b\" ON \"a\" (\"b\")\n";
    CHECK(made_safe("add_column :a, :b, :text\nadd_index :a, :b\nremove_index :a, :c") ==
          "BEGIN\nALTER TABLE \"a\" ADD \"b\" text\nCOMMIT\n" + index +
              "DROP INDEX CONCURRENTLY \"index_a_on_c\"\nper-statement");
    CHECK(made_safe("safety_assured { add_index :a, :b }") == "BEGIN\nCOMMIT\n" + index + "per-statement");
    CHECK(made_safe("add_foreign_key :a, :users").find("NOT VALID\nCOMMIT\nALTER TABLE \"a\" VALIDATE CONSTRAINT ") !=
          std::string::npos);
    const std::string reference = made_safe("add_reference :a, :user, foreign_key: true");
    CHECK(reference.find("COMMIT\nALTER TABLE \"a\" ADD \"user_id\" bigint\nCREATE INDEX CONCURRENTLY ") !=
          std::string::npos);
    CHECK(reference.find("REFERENCES \"users\" (\"id\") NOT VALID\nALTER TABLE \"a\" VALIDATE CONSTRAINT ") !=
          std::string::npos);
    CHECK(made_safe("add_check_constraint :a, 'b > 0', name: 'c'") ==
          "BEGIN\nALTER TABLE \"a\" ADD CONSTRAINT \"c\" CHECK (b > 0) NOT VALID\nCOMMIT\nALTER TABLE \"a\" VALIDATE "
          "CONSTRAINT \"c\"\nper-statement");
    CHECK(made_safe("change_column_null :a, :b, false") ==
          "BEGIN\nALTER TABLE \"a\" ADD CONSTRAINT \"a_b_null\" CHECK (\"b\" IS NOT NULL) NOT VALID\nCOMMIT\nBEGIN\n"
          "ALTER TABLE \"a\" VALIDATE CONSTRAINT \"a_b_null\"\nALTER TABLE \"a\" ALTER COLUMN \"b\" SET NOT NULL\n"
          "ALTER TABLE \"a\" DROP CONSTRAINT \"a_b_null\"\nCOMMIT\nper-statement");
    CHECK(made_safe("add_index :a, :b", "StrongMigrations.safe_by_default = true", "disable_ddl_transaction!\n") ==
          index + "per-statement");
}

TEST_CASE("Rails: what strong_migrations leaves alone runs as it is written") {
    const std::string plain = "CREATE INDEX \"index_a_on_b\" ON \"a\" (\"b\")\nper-file";
    const std::string body = "add_index :a, :b";
    CHECK(made_safe(body, "StrongMigrations.safe_by_default = false") == plain);
    CHECK(made_safe(body, "# StrongMigrations.safe_by_default = true") == plain);
    CHECK(made_safe(body, "StrongMigrations.safe_by_default = true if Rails.env.test?") == plain);
    CHECK(made_safe(body, "StrongMigrations.safe_by_default = true\nStrongMigrations.safe_by_default = false") ==
          plain);
    CHECK(made_safe(body, "StrongMigrations.safe_by_default = true", "", "GEM\n  specs:\n    rails (7.1.0)\n") ==
          plain);
    // Before the first that it looks at.
    CHECK(
        made_safe(body, "StrongMigrations.safe_by_default = true\nStrongMigrations.start_after = 2024_01_01_000000") ==
        plain);
    CHECK(made_safe(body, "StrongMigrations.safe_by_default = true\nStrongMigrations.start_after = 20230101000000") !=
          plain);
    // Tables of its own, and calls that do not go through the migration.
    CHECK(made_safe("create_table(:a) { |t| t.text :b }\nadd_index :a, :b").ends_with(plain));
    CHECK(made_safe("connection.add_index :a, :b") == plain);
    CHECK(made_safe("change_table(:a) { |t| t.index :b }") == plain);
    CHECK(made_safe("add_foreign_key :a, :users, validate: false").ends_with(" NOT VALID\nper-file"));
    // Whether it commits is not known.
    CHECK(made_safe("add_index :a, :b if ENV['B']\nadd_column :a, :c, :text")
              .find("! whether strong_migrations commits") != std::string::npos);
    CHECK(made_safe("change_column_null :a, :b, false, 0").find("! change_column_null") != std::string::npos);
}
