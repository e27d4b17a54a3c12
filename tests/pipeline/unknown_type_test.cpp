// A new column whose type nobody tells: what is certain of it all the same.

#include <algorithm>
#include <string>
#include <vector>

#include "core/text.h"
#include "tests/pipeline/reviewed.h"

using namespace pgfence;
using namespace pgfence::diff::testing;

namespace {

/// What Django's AddField of a field of the project's own class is told.
Report after_add_field(const std::string& options) {
    const Folder folder;
    const Repo repo(folder / "repo");
    const std::string head =
        "import shop.fields\nfrom django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n";
    repo.write("shop/migrations/__init__.py", "");
    repo.write("shop/migrations/0001_initial.py",
               head +
                   "    dependencies = []\n    operations = [\n        migrations.CreateModel(\n            "
                   "name='Order',\n            fields=[('id', models.BigAutoField(primary_key=True))],\n        "
                   "),\n    ]\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("shop/migrations/0002_note.py",
               head +
                   "    dependencies = [('shop', '0001_initial')]\n    operations = [\n        "
                   "migrations.AddField(model_name='order', name='note', field=shop.fields.NoteField(" +
                   options + ")),\n    ]\n");
    repo.commit();
    return pipeline::testing::reviewed(repo, base);
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
