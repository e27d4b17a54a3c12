// A folder whose earlier migrations ran and do not parse: its runner sends something else than their text.

#include "pipeline/unparsed_history.h"

#include <algorithm>

#include "core/text.h"
#include "tests/pipeline/reviewed.h"

using namespace pgfence;
using namespace pgfence::diff::testing;
using namespace pgfence::pipeline::testing;

namespace {

/// A language of a runner's own, around SQL.
std::string body(const std::string& statement) { return "step first {\n  " + statement + "\n}\n"; }

Report of_new(const std::map<std::string, std::string>& history, const std::string& text) {
    const Folder folder;
    const Repo repo(folder / "repo");
    for (const auto& [path, earlier] : history) repo.write(path, earlier);
    const auto base = repo.commit();
    repo.write("db/migrations/0009_new.sql", text);
    repo.commit();
    return reviewed(repo, base);
}

}  // namespace

TEST_CASE("history that does not parse: a new file that does not either is not analyzed, and no certain failure") {
    const std::map<std::string, std::string> history{
        {"db/migrations/0001_a.sql", body("create table orders (id bigint);")},
        {"db/migrations/0002_b.sql", body("alter table orders add column note text;")},
        {"db/migrations/0003_c.sql", "CREATE TABLE users (id bigint);\n"}};
    const Report report = of_new(history, body("alter table orders add column paid boolean;"));
    CHECK_FALSE(has_finding(report, "syntax-error"));
    CHECK(report.verdict.outcome == Outcome::neutral);
    const auto& unread = report.files.at(0).unread;
    REQUIRE_FALSE(unread.empty());
    CHECK(contains(unread.front().why, "earlier migrations of this folder ran and do not parse either"));
}

TEST_CASE("history that does not parse: one odd file, or a few of many, excuse no syntax error") {
    std::map<std::string, std::string> history{{"db/migrations/0001_a.sql", body("create table orders (id bigint);")},
                                               {"db/migrations/0003_c.sql", "CREATE TABLE users (id bigint);\n"}};
    CHECK(has_finding(of_new(history, "ALTER TABEL users ADD COLUMN a int;\n"), "syntax-error"));
    history["db/migrations/0002_b.sql"] = body("create table notes (id bigint);");
    for (int i = 10; i < 20; ++i)
        history["db/migrations/00" + std::to_string(i) + "_x.sql"] =
            "CREATE TABLE t" + std::to_string(i) + " (id bigint);\n";
    CHECK(has_finding(of_new(history, "ALTER TABEL users ADD COLUMN a int;\n"), "syntax-error"));
}
