// Programs that go through a table's rows and change each: one by one, and all in the migration's transaction.

#include <string>

#include "tests/pipeline/reviewed.h"

using namespace pgfence;
using namespace pgfence::diff::testing;

namespace {

struct Told {
    bool backfill, overwrites, deletes;
};

Told told(const Report& report) {
    const auto has = [&](const char* rule) { return pipeline::testing::has_finding(report, rule); };
    CHECK(report.files.front().unread.empty());
    return {has("unbatched-backfill"), has("overwrite-values"), has("delete-unbounded")};
}

Told of_django(const std::string& body, const std::string& of_class = "") {
    INFO(body);
    const Folder folder;
    const Repo repo(folder / "repo");
    const std::string head = "from django.db import migrations, models\n\n\n";
    repo.write("shop/migrations/__init__.py", "");
    repo.write(
        "shop/migrations/0001_initial.py",
        head +
            "class Migration(migrations.Migration):\n    dependencies = []\n    operations = [\n        "
            "migrations.CreateModel(name='Book', fields=[('id', models.BigAutoField(primary_key=True)), ('isbn', "
            "models.TextField()), ('title', models.TextField())]),\n    ]\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("shop/migrations/0002_fill.py",
               head + "def fill(apps, schema_editor):\n    Book = apps.get_model('shop', 'Book')\n" + body +
                   "\n\nclass Migration(migrations.Migration):\n" + of_class +
                   "    dependencies = [('shop', '0001_initial')]\n    operations = [migrations.RunPython(fill)]\n");
    repo.commit();
    return told(pipeline::testing::reviewed(repo, base));
}

Told of_rails(const std::string& body, const std::string& of_class = "") {
    INFO(body);
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("db/migrate/20240101000000_create_books.rb",
               "class CreateBooks < ActiveRecord::Migration[7.1]\n  def change\n    create_table :books do |t|\n      "
               "t.text :isbn\n      t.text :title\n    end\n  end\nend\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("db/migrate/20240102000000_fill_books.rb",
               "class FillBooks < ActiveRecord::Migration[7.1]\n" + of_class +
                   "  class Book < ActiveRecord::Base\n  end\n\n  def up\n    " + body + "\n  end\nend\n");
    repo.commit();
    return told(pipeline::testing::reviewed(repo, base));
}

}  // namespace

TEST_CASE("Django: each row of a table changed in a loop is a backfill in one transaction") {
    const std::string loop = "    for book in Book.objects.all():\n        ";
    const Told saved = of_django(loop + "book.title = book.isbn\n        book.save()\n");
    CHECK(saved.backfill);
    CHECK_FALSE(saved.overwrites);  // of what is saved only the program knows what is new
    CHECK(of_django(loop + "if not book.title:\n            book.save(update_fields=['title'])\n").backfill);
    CHECK(of_django(loop + "book.delete()\n").deletes);
    CHECK(of_django("    changed = []\n" + loop +
                    "changed.append(book)\n    Book.objects.bulk_update(changed, ['title'])\n")
              .backfill);
    const auto fetched = [](const std::string& query) {
        return of_django("    cursor = schema_editor.connection.cursor()\n    cursor.execute('" + query +
                         "')\n    for row in cursor.fetchall():\n        "
                         "Book.objects.filter(pk=row[0]).update(title='x')\n");
    };
    CHECK(fetched("SELECT id FROM shop_book").backfill);
    CHECK(fetched("SELECT id FROM shop_book WHERE isbn = 1").backfill);
    CHECK_FALSE(fetched("SELECT id FROM shop_book WHERE id = 1").backfill);
    CHECK_FALSE(of_django("    cursor = schema_editor.connection.cursor()\n    cursor.execute('SELECT id FROM "
                          "shop_book')\n    for value in cursor.fetchone():\n        "
                          "Book.objects.filter(pk=value).update(title='x')\n")
                    .backfill);
    // Rows that are spelled out, or each committed by itself.
    CHECK(of_django("    for book in Book.objects.filter(isbn='1'):\n        book.save()\n").backfill);
    CHECK(of_django("    for book in Book.objects.exclude(pk=1):\n        book.save()\n").backfill);
    CHECK_FALSE(of_django("    for book in Book.objects.filter(pk=1):\n        book.save()\n").backfill);
    CHECK_FALSE(of_django("    for book in Book.objects.filter(id__in=[1, 2]):\n        book.save()\n").backfill);
    CHECK_FALSE(
        of_django("    for isbn in ['1', '2']:\n        Book.objects.filter(id=isbn).update(title='x')\n").backfill);
    CHECK_FALSE(of_django(loop + "print(book)\n    Book.objects.filter(id=1).update(title='x')\n").backfill);
    CHECK_FALSE(of_django(loop + "book.save()\n", "    atomic = False\n").backfill);
}

TEST_CASE("Rails: each row of a table changed in a loop is a backfill in one transaction") {
    CHECK(of_rails("Book.find_each { |book| book.update_columns(title: book.isbn) }").backfill);
    CHECK(of_rails("Book.in_batches { |books| books.update_all(title: 'x') }").backfill);
    CHECK(of_rails("Book.where(isbn: '1').find_each { |book| book.update_columns(title: 'x') }").backfill);
    CHECK_FALSE(of_rails("Book.where(id: 1).find_each { |book| book.update_columns(title: 'x') }").backfill);
    CHECK_FALSE(
        of_rails("Book.find_each { |book| book.update_columns(title: 'x') }", "  disable_ddl_transaction!\n").backfill);
}

TEST_CASE("Alembic: each row of a query changed in a loop is a backfill in one transaction") {
    const auto of_alembic = [](const std::string& query) {
        INFO(query);
        const Folder folder;
        const Repo repo(folder / "repo");
        const auto revision = [](const std::string& id, const std::string& down, const std::string& body) {
            return "from alembic import op\nimport sqlalchemy as sa\n\nrevision = '" + id +
                   "'\ndown_revision = " + down + "\n\n\ndef upgrade():\n" + body + "\n\ndef downgrade():\n    pass\n";
        };
        repo.write("migrations/versions/1_a.py",
                   revision("1", "None",
                            "    op.create_table('book', sa.Column('id', sa.Integer, primary_key=True), "
                            "sa.Column('title', sa.Text))\n"));
        const auto base = repo.commit();
        repo.run("checkout -q -b feature");
        repo.write(
            "migrations/versions/2_b.py",
            revision("2", "'1'",
                     "    bind = op.get_bind()\n    for row in bind.execute(sa.text(\"" + query +
                         "\")).fetchall():\n        bind.execute(sa.text(\"UPDATE book SET title = :t WHERE id = "
                         ":id\"), {'t': row[1], 'id': row[0]})\n"));
        repo.commit();
        return told(pipeline::testing::reviewed(repo, base)).backfill;
    };
    CHECK(of_alembic("SELECT id, title FROM book"));
    CHECK(of_alembic("SELECT id, title FROM book WHERE title = 'x'"));
    CHECK_FALSE(of_alembic("SELECT id, title FROM book WHERE id = 7"));
}

TEST_CASE("JavaScript: each row of a query deleted in a loop counts as the rows of the query, whatever stands before") {
    const auto of_knex = [](const std::string& body) {
        INFO(body);
        const Folder folder;
        const Repo repo(folder / "repo");
        const auto migration = [](const std::string& text) {
            return "exports.up = async (knex) => {\n" + text + "\n};\nexports.down = async () => {};\n";
        };
        repo.write("package.json", R"({"dependencies": {"knex": "3.1.0", "pg": "8.11.0"}})");
        repo.write(
            "migrations/20240101000000_a.js",
            migration("await knex.schema.createTable('books', (t) => { t.bigIncrements('id'); t.text('isbn'); });"));
        const auto base = repo.commit();
        repo.run("checkout -q -b feature");
        repo.write("migrations/20240102000000_b.js", migration(body));
        repo.commit();
        return told(pipeline::testing::reviewed(repo, base)).deletes;
    };
    const std::string all = "for (const book of await knex('books').select('id')) ",
                      free = "await knex('books').where({ id: book.id }).del();";
    CHECK(of_knex(all + free));
    CHECK(of_knex("if (await knex.schema.hasColumn('books', 'isbn')) { " + all + free + " }"));
    CHECK(of_knex("if (!(await knex.schema.hasTable('shelves'))) return; " + all + free));
    CHECK(of_knex("for (const n of [1, 2]) " + all + free));
    CHECK_FALSE(of_knex("for (const book of await knex('books').select('id').where({ id: 7 })) " + free));
    CHECK_FALSE(of_knex("const book = await knex('books').first(); if (book) { " + free + " }"));
    CHECK_FALSE(of_knex("const [book] = await knex('books').select('id'); if (book) { " + free + " }"));
}
