// A new column whose type nobody tells: what is certain of it all the same.

#include <algorithm>
#include <string>
#include <vector>

#include "core/text.h"
#include "tests/pipeline/reviewed.h"

using namespace pgfence;
using namespace pgfence::diff::testing;

namespace {

/// What an operation of a Django migration behind one that made a model is told.
Report after_operation(const std::string& operation) {
    const Folder folder;
    const Repo repo(folder / "repo");
    const std::string head =
        "import shop.fields\nfrom django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n";
    repo.write("shop/migrations/__init__.py", "");
    repo.write("shop/migrations/0001_initial.py",
               head +
                   "    dependencies = []\n    operations = [\n        migrations.CreateModel(\n            "
                   "name='Order',\n            fields=[('id', models.BigAutoField(primary_key=True)), ('total', "
                   "models.IntegerField())],\n        "
                   "),\n    ]\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("shop/migrations/0002_note.py",
               head + "    dependencies = [('shop', '0001_initial')]\n    operations = [\n        migrations." +
                   operation + ",\n    ]\n");
    repo.commit();
    return pipeline::testing::reviewed(repo, base);
}

/// Of a field of the project's own class.
Report after_add_field(const std::string& options) {
    return after_operation("AddField(model_name='order', name='note', field=shop.fields.NoteField(" + options + "))");
}

}  // namespace

TEST_CASE("a nullable column of a class that nobody knows is analyzed, and depends on its type") {
    const Report nullable = after_add_field("null=True");
    CHECK(nullable.verdict.outcome == Outcome::pass);
    CHECK(nullable.files.front().unread.empty());
    // One note says that its type is not known.
    CHECK_FALSE(pipeline::testing::has_finding(nullable, "add-column-unknown-type"));
    CHECK(std::any_of(nullable.notes.begin(), nullable.notes.end(),
                      [](const std::string& note) { return contains(note, "add-column-unknown-type"); }));
    for (const char* options : {"", "null=True, default='x'", "null=True, unique=True"}) {
        INFO(options);
        CHECK(after_add_field(options).verdict.outcome != Outcome::pass);
    }
}

TEST_CASE(
    "a column that gets a type of a class that nobody knows is not said to be rewritten, and no change fails for it") {
    const Report report =
        after_operation("AlterField(model_name='order', name='total', field=shop.fields.NoteField(max_length=33))");
    CHECK(report.verdict.outcome != Outcome::fail);
    std::string said;
    for (const StatementReport& statement : report.files.front().statements)
        for (const Graded& graded : statement.findings)
            if (graded.finding.rule == "alter-column-type-rewrite") {
                said = graded.finding.message;
                CHECK(graded.risk == Risk::medium);
                CHECK(graded.finding.certainty == Certainty::depends);
            }
    CHECK(said ==
          "Whether `shop_order` is rewritten is not known: the files do not tell which type column `total` gets");
}
