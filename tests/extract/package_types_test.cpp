// Column types of packages that are in nobody's repository.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/text.h"
#include "extract/extract.h"
#include "programs.h"

using namespace pgfence;
using test::alembic;
using test::read;

namespace {

/// A migration that adds the field to a model that it makes, behind `imports`.
Script with_field(const std::string& imports, const std::string& field) {
    return read("shop/migrations/0001_a.py",
                "from django.db import migrations, models\n" + imports +
                    "\nclass Migration(migrations.Migration):\n    operations = [\n"
                    "        migrations.CreateModel('Kind', [('id', models.AutoField(primary_key=True))]),\n"
                    "        migrations.CreateModel('Book', [('id', models.AutoField(primary_key=True))]),\n"
                    "        migrations.AddField('book', 'a', " +
                    field + "),\n    ]\n");
}

Script with_column(const std::string& imports, const std::string& type) {
    return read("alembic/versions/a.py",
                imports + "\n" + alembic("    op.add_column('users', sa.Column('a', " + type + "))\n"));
}

}  // namespace

TEST_CASE("a package's field has the column of the field of Django's that it derives from") {
    const std::vector<std::pair<std::string, std::string>> known{
        {"multiselectfield.db.fields.MultiSelectField(max_length=20, null=True)", "\"a\" varchar(20)"},
        {"model_utils.fields.AutoCreatedField(null=True)", "\"a\" timestamp with time zone"},
        {"djmoney.models.fields.MoneyField(max_digits=10, decimal_places=2, null=True)", "\"a\" numeric(10, 2)"},
        {"imagekit.models.fields.ProcessedImageField(null=True)", "\"a\" varchar(100)"},
        {"smart_selects.db_fields.ChainedForeignKey(to='shop.kind', null=True, on_delete=models.CASCADE)",
         "\"a_id\" integer"},
        {"django_fsm.FSMIntegerField(null=True)", "\"a\" integer"},
        {"django_countries.fields.CountryField(max_length=2L, null=True)", "\"a\" varchar(2)"},
    };
    for (const auto& [field, column] : known) {
        INFO(field);
        const Script script = with_field("import " + field.substr(0, field.find('.')), field);
        CHECK(script.unread.empty());
        CHECK(script.uncertainties.empty());
        CHECK(contains(script.sql, column));
    }
    const Script key = with_field("import mptt.fields",
                                  "mptt.fields.TreeForeignKey('shop.kind', null=True, on_delete=models.CASCADE)");
    CHECK(key.unread.empty());
    CHECK(contains(key.sql, "REFERENCES \"shop_kind\""));
    const Script single =
        with_field("import mptt.fields", "mptt.fields.TreeOneToOneField('shop.kind', on_delete=models.CASCADE)");
    CHECK(contains(single.sql, "\"a_id\" integer NOT NULL UNIQUE"));
    CHECK_FALSE(contains(single.sql, "CREATE INDEX"));
}

TEST_CASE("a field that writes '' for None fills the rows with it where no default is given") {
    for (const std::string more : {"", ", null=True", ", null=True, default=None"}) {
        INFO(more);
        const Script script = with_field("import multiselectfield.db.fields",
                                         "multiselectfield.db.fields.MultiSelectField(max_length=20" + more + ")");
        CHECK(contains(script.sql, "\"a\" varchar(20) DEFAULT ''"));
    }
    const Script other = with_field("import colorfield.fields", "colorfield.fields.ColorField(max_length=20)");
    CHECK(contains(other.sql, "\"a\" varchar(20) NOT NULL"));
}

TEST_CASE("a field whose length or whose package is not known stays unknown") {
    for (const std::string field :
         {"multiselectfield.db.fields.MultiSelectField(null=True)", "mine.fields.MultiSelectField(max_length=20)",
          "smart_selects.db_fields.ChainedThing(to='shop.kind', on_delete=models.CASCADE)",
          "djmoney.models.fields.OtherField(null=True)",
          "django_currentuser.db.models.fields.CurrentUserField(to='shop.kind', on_delete=models.CASCADE)"}) {
        INFO(field);
        const Script script = with_field("import " + field.substr(0, field.find('.')), field);
        CHECK((!script.unread.empty() || !script.uncertainties.empty()));
        CHECK(contains(script.sql, "unknown_type"));
    }
}

TEST_CASE("a package's type of SQLAlchemy is the type that it stands for on PostgreSQL") {
    const std::vector<std::pair<std::string, std::string>> known{
        {"sqlmodel.sql.sqltypes.AutoString()", "VARCHAR"},
        {"sqlmodel.AutoString(length=20)", "VARCHAR(20)"},
        {"sqlmodel.sql.sqltypes.GUID()", "UUID"},
        {"fastapi_users_db_sqlalchemy.generics.TIMESTAMPAware(timezone=True)", "TIMESTAMP WITH TIME ZONE"},
        {"sqlalchemy_utils.types.url.URLType()", "TEXT"},
    };
    for (const auto& [type, sql] : known) {
        INFO(type);
        const Script script = with_column("import " + type.substr(0, type.find('.')), type);
        CHECK(script.unread.empty());
        CHECK(script.sql == "ALTER TABLE \"users\" ADD COLUMN \"a\" " + sql + ";\n");
    }
    // Of another package, and one that makes an index along with its table.
    for (const std::string type : {"mine.types.AutoString()", "geoalchemy2.types.Geometry(srid=4326)"})
        CHECK_FALSE(with_column("import " + type.substr(0, type.find('.')), type).unread.empty());
}

TEST_CASE("what only touches files is no part of a migration; what may reach the database is listed") {
    const auto runs = [](const std::string& body) {
        return read("shop/migrations/0001_a.py",
                    "import gnupg, multiprocessing, os, subprocess\nfrom django.db import connection, migrations\n\n"
                    "def f(apps, schema_editor):\n    " +
                        body +
                        "\n\nclass Migration(migrations.Migration):\n    operations = [migrations.RunPython(f)]\n");
    };
    for (const char* const harmless : {"gnupg.GPG().decrypt_file('a', passphrase='b')", "multiprocessing.cpu_count()",
                                       "os.mkdir('a')", "os.remove('a')", "os.rename('a', 'b')"}) {
        INFO(harmless);
        CHECK(runs(harmless).unread.empty());
    }
    for (const char* const dangerous :
         {"os.system('psql -c \"DROP TABLE a\"')", "os.execv('/usr/bin/psql', ['psql'])", "os.popen('psql')",
          "subprocess.Popen(['psql', '-c', 'DROP TABLE a']).wait()", "multiprocessing.Process(target=g).start()",
          "gpg.run(connection.cursor())", "multiprocessing.cpu_counter(schema_editor)"}) {
        INFO(dangerous);
        CHECK_FALSE(runs(dangerous).unread.empty());
    }
}
