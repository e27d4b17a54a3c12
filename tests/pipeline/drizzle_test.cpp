// Drizzle runs what meta/_journal.json lists, and no file beside that (drizzle-orm, readMigrationFiles).

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/pipeline/reviewed.h"

using namespace pgfence;
using namespace pgfence::diff::testing;
using pipeline::testing::reviewed;

namespace {

using Files = std::map<std::string, std::string>;

std::string journal(const std::vector<std::string>& tags) {
    std::string entries;
    for (const std::string& tag : tags)
        entries += (entries.empty() ? "" : ",") + std::string("\n    {\"idx\": 0, \"version\": \"7\", \"tag\": \"") +
                   tag + "\", \"breakpoints\": true}";
    return "{\"version\": \"7\", \"dialect\": \"postgresql\", \"entries\": [" + entries + "]}\n";
}

struct Found {
    std::set<std::string> judged, findings;  ///< "truncate high"
    std::vector<std::string> notes, unread;
};

Found found(const Files& base, const Files& change) {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("README", "a project\n");
    for (const auto& [path, text] : base) repo.write(path, text);
    const auto before = repo.commit();
    repo.run("checkout -q -b feature");
    for (const auto& [path, text] : change) repo.write(path, text);
    repo.commit();
    const Report report = reviewed(repo, before);
    Found all;
    all.notes = report.notes;
    for (const FileReport& file : report.files) {
        if (!file.statements.empty()) all.judged.insert(file.path);
        for (const Unread& unread : file.unread) all.unread.push_back(unread.why);
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings)
                if (graded.risk >= Risk::medium)
                    all.findings.insert(graded.finding.rule + " " + std::string(name_of(graded.risk)));
    }
    return all;
}

bool notes(const Found& all, const std::string& text) {
    return std::any_of(all.notes.begin(), all.notes.end(),
                       [&](const std::string& note) { return note.find(text) != note.npos; });
}

const std::string kJournal = "app/drizzle/meta/_journal.json";
const std::string kDangerous = "TRUNCATE users;\n";
const Files kBase{{"app/drizzle/0000_a.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n"},
                  {"app/drizzle/0001_b.sql", "CREATE TABLE notes (id bigint PRIMARY KEY);\n"},
                  {kJournal, journal({"0000_a", "0001_b"})}};

Files with(Files files, const Files& more) {
    for (const auto& [path, text] : more) files[path] = text;
    return files;
}

}  // namespace

TEST_CASE("Drizzle: what the journal lists is judged, what it leaves out is noted") {
    const Files listed{{"app/drizzle/0002_c.sql", kDangerous}, {kJournal, journal({"0000_a", "0001_b", "0002_c"})}};
    CHECK(found(kBase, listed).findings.contains("truncate high"));

    const Found unlisted = found(kBase, {{"app/drizzle/0002_c.sql", kDangerous}});
    CHECK(unlisted.judged.empty());
    CHECK(notes(unlisted, "app/drizzle/0002_c.sql (" + kJournal + " does not list it"));
}

TEST_CASE("Drizzle: a file that lay there before runs when the journal lists it") {
    const Files base = with(kBase, {{"app/drizzle/0002_c.sql", kDangerous}});
    const Found all = found(base, {{kJournal, journal({"0000_a", "0001_b", "0002_c"})}});
    CHECK(all.judged == std::set<std::string>{"app/drizzle/0002_c.sql"});
    CHECK(all.findings.contains("truncate high"));
    // Edited on that occasion, it is no edit of what ran.
    const Found edited = found(base, {{"app/drizzle/0002_c.sql", kDangerous + "SELECT 1;\n"},
                                      {kJournal, journal({"0000_a", "0001_b", "0002_c"})}});
    CHECK(edited.findings.contains("truncate high"));
}

TEST_CASE("Drizzle: what never ran made nothing") {
    const std::string index = "CREATE INDEX notes_id ON notes (id);\n";
    const Files stray{{"app/drizzle/0001_stray.sql", "DROP TABLE notes;\n"},
                      {"app/drizzle/0001_other.sql", "DO $$ BEGIN EXECUTE (SELECT sql FROM users); END $$;\n"}};
    const Files three = with(kBase, {{"app/drizzle/0002_c.sql", "CREATE TABLE items (id bigint PRIMARY KEY);\n"},
                                     {kJournal, journal({"0000_a", "0001_b", "0002_c"})}});
    const auto change = [&](const std::string& sql) {
        return Files{{"app/drizzle/0003_d.sql", sql}, {kJournal, journal({"0000_a", "0001_b", "0002_c", "0003_d"})}};
    };
    CHECK(found(with(three, stray), change(index)).findings.contains("create-index-not-concurrent high"));
    const std::string made = "CREATE TABLE IF NOT EXISTS orders (id bigint);\nCREATE INDEX ON orders (id);\n";
    CHECK(found(with(three, stray), change(made)).findings.empty());
}

TEST_CASE("Drizzle: a list that the change brings along keeps nothing from being judged") {
    // Another tool's folder.
    const Files goose{{"db/migrations/0001_a.sql", "-- +goose Up\nCREATE TABLE users (id bigint);\n"},
                      {"db/migrations/0002_b.sql", "-- +goose Up\nCREATE TABLE notes (id bigint);\n"}};
    const Files change{{"db/migrations/0003_c.sql", "-- +goose Up\n" + kDangerous},
                       {"db/migrations/meta/_journal.json", journal({"0001_a", "0002_b"})}};
    CHECK(found(goose, change).findings.contains("truncate high"));
    // Of what ran, the list takes nothing back.
    CHECK(found(kBase, {{"app/drizzle/0002_c.sql", kDangerous}, {kJournal, journal({"0000_a", "0002_c"})}})
              .findings.contains("truncate high"));
    // A folder that is new: only the change says who runs it.
    CHECK(found({}, {{"new/drizzle/0000_a.sql", "CREATE TABLE users (id bigint);\n"},
                     {"new/drizzle/0001_b.sql", kDangerous},
                     {"new/drizzle/0002_c.sql", "SELECT 1;\n"},
                     {"new/drizzle/meta/_journal.json", journal({"0000_a", "0002_c"})}})
              .unread.size() == 1);
}

TEST_CASE("Drizzle: files that something else runs are judged without a journal's word") {
    // Few are listed: the folder has another runner.
    const Files few =
        with(kBase, {{"app/drizzle/0002_c.sql", "SELECT 1;\n"}, {"app/drizzle/0003_d.sql", "SELECT 1;\n"}});
    CHECK(found(few, {{"app/drizzle/0004_e.sql", kDangerous}}).findings.contains("truncate high"));
    // The Supabase CLI runs all of its folder.
    const Files supabase{{"supabase/migrations/20240101000000_a.sql", "CREATE TABLE users (id bigint);\n"},
                         {"supabase/migrations/20240102000000_b.sql", "CREATE TABLE notes (id bigint);\n"},
                         {"supabase/migrations/meta/_journal.json", journal({"20240101000000_a", "20240102000000_b"})}};
    CHECK(
        found(supabase, {{"supabase/migrations/20240103000000_c.sql", kDangerous}}).findings.contains("truncate high"));
    // Its newer folders have no journal.
    const Files newer{{"drizzle/20240101000000_a/migration.sql", "CREATE TABLE users (id bigint);\n"},
                      {"drizzle/20240101000000_a/snapshot.json", "{}\n"}};
    CHECK(found(newer, {{"drizzle/20240102000000_b/migration.sql", kDangerous},
                        {"drizzle/20240102000000_b/snapshot.json", "{}\n"}})
              .findings.contains("truncate high"));
}

TEST_CASE("Drizzle: in which transaction a file runs is known of those that the journal lists") {
    const std::string index = "CREATE INDEX CONCURRENTLY notes_id ON notes (id);\n",
                      breakpoint = "--> statement-breakpoint\n";
    const std::string fails = "concurrently-in-transaction high", builds = "create-index-not-concurrent high";
    const Files few =
        with(kBase, {{"app/drizzle/0002_c.sql", "SELECT 1;\n"}, {"app/drizzle/0003_d.sql", "SELECT 1;\n"}});
    CHECK(found(few, {{"app/drizzle/0004_e.sql", index}}).findings.empty());
    // What it locks does not depend on who runs it.
    CHECK(found(few, {{"app/drizzle/0004_e.sql", "CREATE INDEX notes_id ON notes (id);\n"}}).findings.contains(builds));
    CHECK(found(few, {{"app/drizzle/0004_e.sql", index}, {kJournal, journal({"0000_a", "0001_b", "0004_e"})}})
              .findings.contains(fails));
    // drizzle-kit wrote it.
    CHECK(found(few, {{"app/drizzle/0004_e.sql", index + breakpoint}}).findings.contains(fails));
}
