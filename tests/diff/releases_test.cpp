// Edited migrations that no release holds, by the repository's tags.

#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>

#include "core/text.h"
#include "diff/changes.h"
#include "extract/detect.h"
#include "tests/diff/repositories.h"

using namespace pgfence;
using namespace pgfence::diff;
using namespace pgfence::diff::testing;

namespace {

constexpr long kDay = 24 * 60 * 60, kToday = 1'700'000'000;

/// Commits are made on the day that was told last.
class Days {
public:
    void ago(long days) const {
        setenv("GIT_COMMITTER_DATE", ("@" + std::to_string(kToday - days * kDay) + " +0000").c_str(), 1);
    }
    ~Days() { unsetenv("GIT_COMMITTER_DATE"); }
};

const std::string kFirst = "migrations/0001_a.sql", kSecond = "migrations/0002_b.sql";

void nothing(const Repo&) {}

struct Story {
    long tagged = 30;                                  ///< days ago v1 was released, with the first migration
    long merged = 3;                                   ///< days ago the second one came to the base
    std::function<void(const Repo&)> then = nothing;   ///< what became of the base since
    std::function<void(const Repo&)> with = nothing;   ///< what the change does beside its edit of the second one
    std::function<void(const Repo&)> since = nothing;  ///< what was made of the change
};

/// Of the last story: the latest release, where the project makes releases and none has the edited file.
std::string unreleased_since;

/// What the edit is taken for: "added", or "modified" of what ran; with the number of notes of releases.
std::string taken_for(const Story& story, int depth = 0) {
    unreleased_since.clear();
    const Folder folder;
    const Repo repo(folder / "repo");
    const Days day;
    day.ago(500);
    repo.write(kFirst, "CREATE TABLE a (id bigint);\n");
    repo.commit();
    day.ago(story.tagged);
    repo.commit("release");
    repo.run("tag v1");
    day.ago(story.merged);
    repo.write(kSecond, "CREATE TABLE b (id bigint);\n");
    repo.commit();
    story.then(repo);
    const std::string base = repo.commit("more");
    day.ago(0);
    repo.run("checkout -q -b feature");
    repo.write(kSecond, "CREATE TABLE b (id bigint, note text);\n");
    story.with(repo);
    repo.commit();
    story.since(repo);
    Request request;
    request.files.detect = extract::detect;
    request.repository_path = repo.path().string();
    if (depth > 0) {
        request.repository_path = (folder / "clone").string();
        git(folder.path(), "clone -q --depth " + std::to_string(depth) + " file://" + repo.path().string() + " clone");
    }
    request.base = base;
    const auto change = changes(request);
    INFO((change ? "" : change.error().message));
    REQUIRE(change);
    std::string said;
    for (const MigrationFile& file : change->files) {
        if (file.path != kSecond) continue;
        CHECK(file.overtaken_by.empty());
        if (file.role == MigrationFile::Role::history) said += "history, ";
        if (file.change == MigrationFile::Change::added) said += "added";
        if (file.change == MigrationFile::Change::modified) said += "modified";
    }
    if (change->perhaps_never_ran.contains(kSecond)) said += ", doubted";
    if (const auto latest = change->unreleased.find(kSecond); latest != change->unreleased.end())
        unreleased_since = latest->second;
    for (const std::string& note : change->notes)
        if (contains(note, "in no release (the latest tag is v1)") && contains(note, kSecond)) said += ", noted";
    return said;
}

}  // namespace

TEST_CASE("an edited migration that no release holds is a new one, and no history") {
    CHECK(taken_for({}) == "added, noted");
    CHECK(taken_for({.tagged = 80, .merged = 13}) == "added, noted");
    INFO("a release has the change itself: it was merged long ago");
    CHECK(taken_for({.since = [](const Repo& repo) {
              repo.run("tag v2");
              repo.commit("later");
              repo.run("tag -a -m v3 v3");
              repo.run("reset -q --hard v2");
          }}) == "added, noted");
    INFO("one behind it is edited, too");
    CHECK(taken_for({.then = [](const Repo& repo) { repo.write("migrations/0003_c.sql", "SELECT 1;\n"); },
                     .with = [](const Repo& repo) { repo.write("migrations/0003_c.sql", "SELECT 2;\n"); }}) ==
          "added, noted");
    INFO("migrations of another folder are behind it");
    CHECK(taken_for({.then = [](const Repo& repo) {
              repo.write("other/migrations/0003_c.sql", "CREATE TABLE c (id bigint);\n");
          }}) == "added, noted");
}

TEST_CASE("a migration that is named after a release that is not out has not run, however long the base has it") {
    const auto edited = [](const std::string& path, const std::vector<std::string>& tags,
                           bool late_tag_holds_it = false) {
        const Folder folder;
        const Repo repo(folder / "repo");
        const Days day;
        day.ago(700);
        repo.write("migrations/0010_2.14.0_schema.up.sql", "CREATE TABLE a (id bigint);\n");
        repo.commit();
        repo.run("checkout -q -b release");
        for (const std::string& tag : tags) repo.run("tag " + tag);
        repo.run("checkout -q -");
        day.ago(200);
        repo.write(path, "CREATE TABLE b (id bigint);\n");
        const auto base = repo.commit();
        if (late_tag_holds_it) repo.run("tag v2.15.0-rc1");
        day.ago(0);
        repo.run("checkout -q -b feature");
        repo.write(path, "CREATE TABLE b (id bigint, note text);\n");
        repo.commit();
        Request request;
        request.files.detect = extract::detect;
        request.repository_path = repo.path().string();
        request.base = base;
        const auto change = changes(request);
        REQUIRE(change);
        std::string said;
        for (const MigrationFile& file : change->files)
            if (file.path == path && file.role == MigrationFile::Role::changed)
                said = file.change == MigrationFile::Change::added ? "added" : "modified";
        for (const std::string& note : change->notes)
            if (contains(note, "in no release (the latest tag is v2.14.1)")) said += ", noted";
        return said + (change->perhaps_never_ran.contains(path) ? ", doubted" : "");
    };
    const std::string next = "migrations/0020_2.15.0_schema.up.sql";
    CHECK(edited(next, {"v2.14.0", "v2.14.1", "v2.13.9"}) == "added, noted");
    CHECK(edited(next, {"v2.14.0", "v2.14.1-rc1", "v2.14.1"}) == "added, noted");
    INFO("out, later than it, a tag has it, no release has such a name, no version at all");
    CHECK(edited(next, {"v2.14.0", "v2.15.0"}) == "modified");
    CHECK(edited(next, {"v2.14.0", "v3.0.0"}) == "modified");
    CHECK(edited(next, {"v2.14.0", "v2.14.1"}, true) == "modified");
    CHECK(edited(next, {"v1.0.0", "v1.1.0"}) == "modified");
    CHECK(edited("migrations/0020_schema.up.sql", {"v2.14.0", "v2.14.1"}) == "modified");
}

TEST_CASE("an edited migration has run where a release holds it, or where the base is what is deployed") {
    const std::string ran = "history, modified";
    SECTION("a release holds it") {
        CHECK(taken_for({.then = [](const Repo& repo) { repo.run("tag v2"); }}) == ran);
    }
    SECTION("a release of another branch holds it") {
        CHECK(taken_for({.then = [](const Repo& repo) {
                  repo.run("checkout -q -b release");
                  repo.commit("only there");
                  repo.run("tag -a -m v2 v2");
                  repo.run("checkout -q main");
              }}) == ran);
    }
    SECTION("the latest release holds it in another folder") {
        CHECK(taken_for({.then = [](const Repo& repo) {
                  repo.run("checkout -q -b moved v1");
                  repo.write("old/0002_b.sql", "CREATE TABLE b (id int);\n");
                  repo.commit();
                  repo.run("tag v2");
                  repo.run("checkout -q main");
                  repo.run("merge -q moved");
                  repo.run("rm -q old/0002_b.sql");
              }}) == ran);
    }
    SECTION("a release named after the project, or after its package") {
        CHECK(taken_for({.then = [](const Repo& repo) { repo.run("tag shop-v2"); }}) == ran);
        CHECK(taken_for({.then = [](const Repo& repo) { repo.run("tag migrations/v2"); }}) == ran);
    }
    SECTION("there is no tag, and it has been in the base for long") {
        CHECK(taken_for({.merged = 40, .then = [](const Repo& repo) { repo.run("tag -d v1"); }}) == ran);
    }
    SECTION("nobody has made a release for more than a year, and it has been in the base for long") {
        CHECK(taken_for({.tagged = 400, .merged = 40}) == ran);
    }
}

TEST_CASE("of an edited migration nobody can tell whether it ran, where no release holds it") {
    const std::string doubted = "history, modified, doubted";
    SECTION("it has been in the base for long") { CHECK(taken_for({.merged = 25}) == doubted); }
    SECTION("releases are rare") { CHECK(taken_for({.tagged = 150, .merged = 100}) == doubted); }
    SECTION("there is no tag, and it is young") {
        CHECK(taken_for({.then = [](const Repo& repo) { repo.run("tag -d v1"); }}) == doubted);
    }
    SECTION("the tag is of another branch") {
        CHECK(taken_for({.then = [](const Repo& repo) {
                  repo.run("checkout -q -b release v1");
                  repo.commit("only there");
                  repo.run("tag v2");
                  repo.run("tag -d v1");
                  repo.run("checkout -q main");
              }}) == doubted);
    }
    SECTION("the tag is of another package") {
        CHECK(taken_for({.then = [](const Repo& repo) {
                  repo.write("other/a.txt", "");
                  repo.commit();
                  repo.run("tag other-v2");
              }}) == doubted);
    }
    SECTION("a migration that stays as it is runs behind it") {
        CHECK(taken_for({.then = [](const Repo& repo) {
                  repo.write("migrations/0003_c.sql", "CREATE TABLE c (id bigint);\n");
              }}) == doubted);
    }
    SECTION("the clone is shallow") { CHECK(taken_for({}, 2) == doubted); }
}

TEST_CASE("a project that makes releases on branches makes releases") {
    const auto since = [](const Story& story, const std::string& taken) {
        CHECK(taken_for(story) == taken);
        return unreleased_since;
    };
    const auto released_on_a_branch = [](const std::string& from) {
        return [from](const Repo& repo) {
            repo.run("checkout -q -b release " + from);
            repo.commit("only there");
            repo.run("tag v2");
            repo.run("tag -d v1");
            repo.run("checkout -q main");
        };
    };
    const std::string doubted = "history, modified, doubted", ran = "history, modified";
    CHECK(since({.tagged = 60, .merged = 40, .then = released_on_a_branch("v1")}, doubted) == "v2");
    CHECK(since({.tagged = 60, .merged = 40}, doubted) == "v1");
    // The branch has the file, releases are rare, or the branch left long ago.
    CHECK(since({.tagged = 60, .merged = 40, .then = released_on_a_branch("main")}, ran).empty());
    CHECK(since({.tagged = 150, .merged = 100}, doubted).empty());
    CHECK(since({.tagged = 450, .merged = 40, .then = released_on_a_branch("v1")}, ran).empty());
    // Nobody makes any.
    CHECK(since({.merged = 40, .then = [](const Repo& repo) { repo.run("tag -d v1"); }}, ran).empty());
}
