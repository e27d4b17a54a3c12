// A new migration under the number of one that is deleted, of a runner that goes by numbers.

#include <catch2/catch_test_macros.hpp>

#include "core/text.h"
#include "tests/diff/repositories.h"
#include "tests/pipeline/reviewed.h"

using namespace pgfence;
using namespace pgfence::diff::testing;
using pgfence::pipeline::testing::reviewed;

namespace {

/// "rule: message" of each finding that counts, a line each.
std::string said(const Report& report) {
    std::string text;
    for (const FileReport& file : report.files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings)
                if (!graded.suppressed && !graded.part_of)
                    text += graded.finding.rule + ": " + graded.finding.message + "\n";
    return text;
}

Report in_place_of(const std::string& before, const std::string& now, const std::string& text) {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("db/migrations/000001_init.up.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n");
    repo.write("db/migrations/000001_init.down.sql", "DROP TABLE orders;\n");
    repo.write("db/migrations/" + before, "ALTER TABLE orders RENAME TO bills;\nCREATE INDEX i ON bills (id);\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.run("rm db/migrations/" + before);
    repo.write("db/migrations/" + now, text);
    repo.commit();
    return reviewed(repo, base);
}

const std::string kOther =
    "ALTER TABLE orders ADD note text;\nUPDATE orders SET note = 'x';\nALTER TABLE orders RENAME TO bills;\n"
    "CREATE INDEX i ON bills (note);\n";

}  // namespace

TEST_CASE("a migration under a deleted one's number runs where that never ran") {
    const std::string all = said(in_place_of("000002_rename.up.sql", "000002_denormalize.up.sql", kOther));
    INFO(all);
    CHECK(contains(all,
                   "This file has the number of 000002_rename.up.sql, which this change deletes: where that ran, "
                   "golang-migrate does not run this one"));
    CHECK_FALSE(contains(all, "already exists"));
    CHECK_FALSE(contains(all, "does not exist"));
    CHECK(contains(all, "rename-table"));  // over a table in use
    CHECK_FALSE(contains(all, "makes again"));
}

TEST_CASE("a migration under a number of its own meets what the deleted one left") {
    const std::string all =
        said(in_place_of("000002_rename.up.sql", "000003_denormalize.up.sql", "CREATE INDEX i ON bills (id);\n"));
    INFO(all);
    CHECK(contains(all, "already exists"));
    CHECK_FALSE(contains(all, "has the number of"));
}
