// Migrations of Django whose SQL hangs on what earlier files left, or on classes that nobody knows.

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/text.h"
#include "extract/extract.h"
#include "extract/graph_order.h"
#include "tests/extract/programs.h"

using namespace pgfence;
using test::django;
using test::read;
using test::unread_of;

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

TEST_CASE("a migration of another framework's class is a file of which nothing is read") {
    const auto extents = [](const std::string& text) {
        extract::Memory memory;
        std::vector<Unread::Extent> found;
        for (const Unread& unread : read("shop/migrations/0001_a.py", text, memory).unread)
            found.push_back(unread.extent);
        return found;
    };
    const std::string south = "from south.v2 import SchemaMigration\nclass Migration(SchemaMigration):\n";
    CHECK(extents(south + "    def forwards(self, orm):\n        db.delete_table('a')\n") ==
          std::vector{Unread::Extent::file});
    // It has no place in the graph either, of which Django could refuse the ends.
    CHECK(extract::django_revision("shop/migrations/0002_b.py", south).id.empty());
    CHECK(extract::django_revision("shop/migrations/0002_b.py", django("")).id == "shop/0002_b");
    // What it lists itself is read; what the base adds is not known.
    CHECK(extents("from django.db import migrations\nfrom acme.db import Checked\nclass Migration(Checked):\n    "
                  "operations = [migrations.RunSQL('DROP TABLE a')]\n") == std::vector{Unread::Extent::part});
}

TEST_CASE("what a model tells of its fields asks no database") {
    const auto unread = [](const std::string& line) {
        extract::Memory memory;
        const Script script =
            read("shop/migrations/0001_a.py",
                 "from django.db import migrations\ndef f(apps, schema_editor):\n    M = apps.get_model('shop', "
                 "'Book')\n    " +
                     line + "\nclass Migration(migrations.Migration):\n    operations = [migrations.RunPython(f)]\n",
                 memory);
        return script.unread.size();
    };
    CHECK(unread("M._meta.get_field('a').to_python('1')") == 0);
    CHECK(unread("a = len(M._meta.get_fields())") == 0);
    CHECK(unread("M._meta.get_field('a').related_model.objects.all().purge()") == 1);
    CHECK(unread("M._meta.get_field('a').purge()") == 1);
}
