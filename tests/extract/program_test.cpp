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
using test::rails;
using test::read;
using test::unread_of;

namespace {

std::string django(const std::string& operations) {
    return "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n    operations = "
           "[\n" +
           operations + "    ]\n";
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

TEST_CASE("a field class that nobody knows leaves a table readable that is new, and no other") {
    extract::Memory memory;
    const std::string fields =
        "[('id', models.AutoField(primary_key=True)), ('phone', "
        "phonenumber_field.modelfields.PhoneNumberField(null=True))]";
    const Script made =
        read("shop/migrations/0001_a.py", django("        migrations.CreateModel('Book', " + fields + "),\n"), memory);
    CHECK(made.unread.empty());
    CHECK(made.sql.find("\"phone\" unknown_type NULL") != std::string::npos);
    REQUIRE(made.uncertainties.size() == 1);
    CHECK(made.uncertainties.front().what == "the type of the field class PhoneNumberField");
    CHECK(made.sql.substr(made.uncertainties.front().begin,
                          made.uncertainties.front().end - made.uncertainties.front().begin) == "unknown_type");
    // A key to another table is more than a type.
    const Script key = read("shop/migrations/0002_b.py",
                            django("        migrations.CreateModel('Leaf', [('id', models.AutoField("
                                   "primary_key=True)), ('book', mptt.fields.TreeField(to='shop.Book', "
                                   "on_delete=models.CASCADE))]),\n"),
                            memory);
    CHECK_FALSE(key.unread.empty());
    const Script added = read("shop/migrations/0003_c.py",
                              django("        migrations.AddField('book', 'fax', "
                                     "phonenumber_field.modelfields.PhoneNumberField(null=True)),\n"),
                              memory);
    CHECK(added.unread.empty());
    REQUIRE(added.uncertainties.size() == 1);
    CHECK(added.uncertainties.front().what == "the type of the field class PhoneNumberField");
    const Script filled = read("shop/migrations/0004_d.py",
                               django("        migrations.AddField('book', 'fax', "
                                      "phonenumber_field.modelfields.PhoneNumberField(default='')),\n"),
                               memory);
    CHECK_FALSE(filled.unread.empty());
    // makemigrations asks for a default of those alone that have no empty string (Field.empty_strings_allowed).
    const auto blank = [&](const std::string& kind) {
        return read("shop/migrations/0005_e.py",
                    django("        migrations.AddField('book', 'x', " + kind + "(blank=True)),\n"), memory)
            .sql;
    };
    CHECK(contains(blank("wagtail.fields.StreamField"), "DEFAULT '' NOT NULL"));
    CHECK(contains(blank("models.TextField"), "DEFAULT '' NOT NULL"));
    CHECK_FALSE(contains(blank("models.IntegerField"), "DEFAULT"));
}

TEST_CASE("django-add-default-value: the default stays in the database") {
    extract::Memory memory;
    read("shop/migrations/0001_a.py",
         django("        migrations.CreateModel('Book', [('id', models.AutoField(primary_key=True))]),\n"), memory);
    const auto sent = [&](const std::string& import, const std::string& value) {
        return read("shop/migrations/0002_b.py",
                    import + django("        migrations.AddField('book', 'zone', models.CharField(default='UTC', "
                                    "max_length=9)),\n        AddDefaultValue(model_name='book', name='zone', value=" +
                                    value + "),\n"),
                    memory);
    };
    const std::string package = "from django_add_default_value import AddDefaultValue\n";
    const Script said = sent(package, "'UTC'");
    CHECK(said.unread.empty());
    CHECK(said.sql.ends_with("ALTER TABLE \"shop_book\" ALTER COLUMN \"zone\" SET DEFAULT 'UTC';\n"));
    CHECK_FALSE(sent(package, "settings.ZONE").unread.empty());
    CHECK_FALSE(sent("from ours import AddDefaultValue\n", "'UTC'").unread.empty());
}

TEST_CASE("a field class that nobody knows makes the same column of the same arguments alone") {
    const auto altered = [](const std::string& before, const std::string& after) {
        extract::Memory memory;
        read("shop/migrations/0001_a.py",
             django("        migrations.CreateModel('Book', [('id', models.AutoField(primary_key=True)), ('v', " +
                    before + ")]),\n"),
             memory);
        return read("shop/migrations/0002_b.py", django("        migrations.AlterField('book', 'v', " + after + "),\n"),
                    memory)
            .sql;
    };
    const auto has_type = [](const std::string& sql) { return sql.find("TYPE unknown_type") != sql.npos; };
    CHECK(altered("ours.Vector(3)", "ours.Vector(3)") == "");
    CHECK(altered("ours.Vector(3)", "ours.Vector(3, help_text='a')") == "");
    CHECK_FALSE(has_type(altered("ours.Vector(3)", "ours.Vector(3, null=True)")));
    CHECK(has_type(altered("ours.Vector(3)", "ours.Vector(4)")));
    CHECK(has_type(altered("ours.Vector(3)", "ours.Vector(4, null=True)")));
    CHECK(has_type(altered("ours.Vector(3)", "theirs.Vector(3)")));
}

TEST_CASE("Django: a key to a model of another repository leaves a statement readable, and depends on its table") {
    extract::Memory memory;
    const std::string page = "OneToOneField('wagtailcore.Page', models.CASCADE, primary_key=True)";
    const Script made =
        read("shop/migrations/0001_a.py",
             django("        migrations.CreateModel('Shelf', [('page', models." + page + ")]),\n"), memory);
    CHECK(unread_of(made).empty());
    CHECK(contains(made.sql, "CREATE TABLE \"shop_shelf\" (\"page_id\" unknown_type NOT NULL PRIMARY KEY)"));
    CHECK(contains(made.sql, "FOREIGN KEY (\"page_id\") REFERENCES \"wagtailcore_page\" (\"id\")"));
    REQUIRE(made.uncertainties.size() == 2);
    CHECK(made.uncertainties[0].what == "the type of the key of wagtailcore.Page");
    CHECK(made.uncertainties[1].what == "which table the model wagtailcore.Page has");
    const auto added = [&](const std::string& field) {
        return read("shop/migrations/0002_b.py",
                    django("        migrations.AddField('shelf', 'image', models." + field + "),\n"), memory);
    };
    const Script key = added("ForeignKey('wagtailimages.Image', models.CASCADE, null=True)");
    CHECK(unread_of(key).empty());
    CHECK(key.sql.find("unknown_type NULL CONSTRAINT") != std::string::npos);
    REQUIRE(key.uncertainties.size() == 2);
    CHECK(key.uncertainties[1].what == "which table the model wagtailimages.Image has");
    // A default is a value of that type; of one that exists, the type is more than a placeholder.
    CHECK_FALSE(added("ForeignKey('wagtailimages.Image', models.CASCADE, default=1)").unread.empty());
    CHECK_FALSE(added("ForeignKey(settings.IMAGE_MODEL, models.CASCADE, null=True)").unread.empty());
    CHECK(added("ForeignKey('auth.User', models.CASCADE, null=True)").uncertainties.empty());
}

TEST_CASE("Django: update() of columns that are not known may be one of each") {
    extract::Memory memory;
    read("shop/migrations/0001_a.py",
         django("        migrations.CreateModel('Book', [('id', models.AutoField(primary_key=True)), ('a', "
                "models.TextField()), ('b', models.TextField())]),\n"),
         memory);
    const auto sent = [&](const std::string& body) {
        return read(
            "shop/migrations/0002_b.py",
            "from django.db import migrations\nfrom packaging.version import parse\n\ndef run(apps, editor):\n    "
            "Book = apps.get_model('shop', 'Book')\n    " +
                body + "\n\n\nclass Migration(migrations.Migration):\n    operations = [migrations.RunPython(run)]\n",
            memory);
    };
    const Script any = sent("Book.objects.filter(id=1).update(**editor.what)");
    CHECK(unread_of(any).empty());
    CHECK(contains(any.sql, "UPDATE \"shop_book\" SET \"a\" = $1, \"b\" = $2 WHERE \"shop_book\".\"id\" = 1;"));
    REQUIRE(any.uncertainties.size() == 1);
    CHECK(any.uncertainties.front().what == "which columns update() is given");
    CHECK(contains(sent("Book.objects.filter(**editor.what).update(a='x')").sql, "SET \"a\" = 'x' WHERE $"));
    // What asks for models, or computes.
    for (const char* body : {"apps.clear_delayed_apps_cache()", "apps.get_app_config('shop')", "parse('1.0')"}) {
        INFO(body);
        CHECK(unread_of(sent(body)).empty());
    }
    for (const char* body : {"apps.get_app_config('shop').clear_cache()", "apps.run_everything()"}) {
        INFO(body);
        CHECK_FALSE(sent(body).unread.empty());
    }
    for (const auto& [sql, is_read] : std::map<std::string, bool>{
             {"SELECT a FROM shop_book LIMIT {n} OFFSET {m}", true}, {"SELECT a FROM {t} LIMIT 5", false}}) {
        INFO(sql);
        const Script script = sent(
            "m = t = n = Book.objects.count()\n    with editor.connection.cursor() as c:\n        "
            "c.execute(f'" +
            sql + "')");
        CHECK(script.unread.empty() == is_read);
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
