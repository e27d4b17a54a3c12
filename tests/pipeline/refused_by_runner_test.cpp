// What a runner refuses before it runs a statement: migrations behind one that no file has, several that come last, and
// one that ran and is gone.

#include <string>

#include "tests/pipeline/reviewed.h"

using namespace pgfence;
using namespace pgfence::diff::testing;

namespace {

/// What the runner refuses, in the words of the report; "" where it takes all of them.
std::string refused(const Report& report) {
    std::string all;
    for (const FileReport& file : report.files)
        for (const Unread& unread : file.unread)
            if (unread.extent == Unread::Extent::rejected) all += unread.what + ": " + unread.why + "\n";
    CHECK(report.verdict.passes() == all.empty());
    return all;
}

std::string alembic(const std::string& id, const std::string& down, const std::string& more = "") {
    return "from alembic import op\n\nrevision = '" + id + "'\ndown_revision = " + down + "\n" + more +
           "\n\ndef upgrade():\n    op.execute('SELECT 1')\n\n\ndef downgrade():\n    pass\n";
}

std::string django(const std::string& dependencies, const std::string& more = "") {
    return "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n" + more +
           "    dependencies = [" + dependencies + "]\n    operations = []\n";
}

using Files = std::vector<std::pair<std::string, std::string>>;

/// Empty text: the change deletes the file.
std::string of_change(const Files& base, const Files& head) {
    const Folder folder;
    const Repo repo(folder / "repo");
    for (const auto& [path, text] : base) repo.write(path, text);
    const auto before = repo.commit();
    repo.run("checkout -q -b feature");
    for (const auto& [path, text] : head)
        if (text.empty())
            repo.run("rm -q " + path);
        else
            repo.write(path, text);
    repo.commit();
    return refused(pipeline::testing::reviewed(repo, before));
}

const Files kAlembic{{"alembic/versions/a.py", alembic("aa", "None")},
                     {"alembic/versions/b.py", alembic("bb", "'aa'")}};
const Files kDjango{{"shop/migrations/__init__.py", ""},
                    {"shop/migrations/0001_a.py", django("")},
                    {"shop/migrations/0002_b.py", django("('shop', '0001_a'), ('auth', '0012_x')")}};

bool says(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a migration behind one that no file has is refused by its runner") {
    CHECK(says(of_change(kAlembic, {{"alembic/versions/c.py", alembic("cc", "'gone'")}}),
               "Revision gone referenced from cc is not present"));
    CHECK(says(of_change(kAlembic, {{"alembic/versions/c.py", alembic("cc", "('bb', 'gone')")}}), "Revision gone"));
    CHECK(says(of_change(kAlembic, {{"alembic/versions/b.py", alembic("bb", "'gone'")}}), "Revision gone"));
    CHECK(says(of_change(kDjango, {{"shop/migrations/0003_c.py", django("('shop', '0002_gone')")}}),
               "nonexistent parent node shop/0002_gone"));
    CHECK(of_change(kAlembic, {{"alembic/versions/c.py", alembic("cc", "'bb'")}}) == "");
    CHECK(of_change(kAlembic, {{"alembic/versions/c.py", alembic("cc", "'bb'", "depends_on = None\n")}}) == "");
    CHECK(of_change(kDjango, {{"shop/migrations/0003_c.py", django("('shop', '0002_b'), ('other', '0009_gone')")}}) ==
          "");
    // Of a base in which something is missing already, other files lie where nobody looked.
    CHECK(of_change({{"alembic/versions/b.py", alembic("bb", "'elsewhere'")}},
                    {{"alembic/versions/c.py", alembic("cc", "'also_elsewhere'")}}) == "");
}

TEST_CASE("several migrations behind which none comes are refused by their runner") {
    CHECK(says(of_change(kAlembic, {{"alembic/versions/c.py", alembic("cc", "'aa'")}}), "Multiple head revisions"));
    CHECK(says(of_change(kAlembic, {{"alembic/versions/c.py", alembic("cc", "'bb'")},
                                    {"alembic/versions/d.py", alembic("dd", "'bb'")}}),
               "Multiple head revisions"));
    CHECK(
        says(of_change(kDjango, {{"shop/migrations/0002_c.py", django("('shop', '0001_a')")}}), "multiple leaf nodes"));
    // Merged, labelled as branches, or as many before.
    CHECK(of_change(kAlembic, {{"alembic/versions/c.py", alembic("cc", "'aa'")},
                               {"alembic/versions/d.py", alembic("dd", "('bb', 'cc')")}}) == "");
    CHECK(of_change(kAlembic, {{"alembic/versions/c.py", alembic("cc", "'aa'", "branch_labels = ('other',)\n")}}) ==
          "");
    CHECK(
        of_change({{"alembic/versions/a.py", alembic("aa", "None")}, {"alembic/versions/b.py", alembic("bb", "None")}},
                  {{"alembic/versions/c.py", alembic("cc", "'aa'")}}) == "");
    CHECK(of_change(kDjango, {{"shop/migrations/0002_c.py", django("('shop', '0001_a')")},
                              {"shop/migrations/0003_d.py", django("('shop', '0002_b'), ('shop', '0002_c')")}}) == "");
    CHECK(says(of_change({{"shop/migrations/0001_a.py", django("")}}, {{"shop/migrations/0002_b.py", django("")}}),
               "multiple leaf nodes"));
}

TEST_CASE("a migration that ran and is gone is refused by the runners that look for it") {
    const auto two = [](const std::string& first, const std::string& second) {
        return Files{{first, "CREATE TABLE a (id bigint PRIMARY KEY);\n"},
                     {second, "CREATE TABLE b (id bigint PRIMARY KEY);\n"}};
    };
    CHECK(says(of_change(two("db/migration/V1__a.sql", "db/migration/V2__b.sql"), {{"db/migration/V2__b.sql", ""}}),
               "Detected applied migration not resolved locally: V2__b.sql"));
    CHECK(says(of_change(kAlembic, {{"alembic/versions/b.py", ""}}), "Can't locate revision identified by bb"));
    // Moved, or one that databases have left behind them; runners that do not look.
    CHECK(of_change(kAlembic, {{"alembic/versions/b.py", ""}, {"alembic/versions/bb_b.py", alembic("bb", "'aa'")}}) ==
          "");
    CHECK(of_change(kAlembic, {{"alembic/versions/a.py", ""}, {"alembic/versions/b.py", alembic("bb", "None")}}) == "");
    CHECK(of_change(kDjango, {{"shop/migrations/0002_b.py", ""}}) == "");
    CHECK(of_change(two("migrations/1_a.sql", "migrations/2_b.sql"), {{"migrations/2_b.sql", ""}}) == "");
}
