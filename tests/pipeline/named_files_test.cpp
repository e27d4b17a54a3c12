// `pgfence analyze migrations/*.sql`: what is new among files that are named, and what the rest of their folder proves.

#include <algorithm>
#include <catch2/generators/catch_generators.hpp>
#include <set>

#include "pipeline/change.h"
#include "pipeline/files.h"
#include "pipeline/review.h"
#include "pipeline/world.h"
#include "tests/diff/repositories.h"

using namespace pgfence;
using namespace pgfence::diff::testing;

namespace {

/// As a shell does it: from inside of the folder.
class Inside {
public:
    explicit Inside(const fs::path& folder) : before_(fs::current_path()) { fs::current_path(folder); }
    ~Inside() { fs::current_path(before_); }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

private:
    fs::path before_;
};

Report analyzed(const std::vector<std::string>& paths) {
    pipeline::FilesRequest request;
    for (const std::string& path : paths) {
        auto text = pipeline::read_file(path);
        REQUIRE(text);
        request.files.push_back({path, std::move(*text)});
    }
    request.config_file = "/dev/null";
    request.choices.today = "2026-01-01";
    auto report = pipeline::prepare_files(std::move(request)).map(pipeline::review);
    REQUIRE(report);
    return std::move(*report);
}

/// "0002_b.sql: create-index-not-concurrent", of errors.
std::set<std::string> errors(const Report& report) {
    std::set<std::string> found;
    for (const FileReport& file : report.files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings)
                if (graded.severity == Severity::error || graded.risk >= Risk::high)
                    found.insert(fs::path(file.path).filename().string() + ": " + graded.finding.rule);
    return found;
}

bool has_note(const Report& report, std::string_view part) {
    return std::any_of(report.notes.begin(), report.notes.end(),
                       [&](const std::string& note) { return note.find(part) != note.npos; });
}

void write_history(const Repo& repo) {
    repo.write("migrations/0001_a.sql", "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n");
    repo.write("migrations/0002_b.sql", "CREATE INDEX by_email ON users (email);\n");
}

const std::set<std::string> kIndexOfB{"0002_b.sql: create-index-not-concurrent"};

}  // namespace

TEST_CASE("files that nothing is known of are judged one by one") {
    const Folder folder;
    fs::create_directories(folder / "migrations");
    write(folder / "migrations/0001_a.sql", "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n");
    write(folder / "migrations/0002_b.sql", "CREATE INDEX by_email ON users (email);\n");
    const Inside inside(folder.path());
    const Report all = analyzed({"migrations/0001_a.sql", "migrations/0002_b.sql"});
    CHECK(errors(all) == kIndexOfB);
    CHECK(has_note(all, "it is unknown which of 2 files are new"));
    // In whatever order they are named.
    CHECK(errors(analyzed({"migrations/0002_b.sql", "migrations/0001_a.sql"})) == kIndexOfB);
    // One alone is met by what lies beside it.
    const Report alone = analyzed({"migrations/0002_b.sql"});
    CHECK(errors(alone) == kIndexOfB);
    CHECK(alone.coverage.history_files == 1);
    CHECK(alone.notes.empty());
    CHECK(analyzed({"migrations/0001_a.sql"}).coverage.history_files == 0);
}

TEST_CASE("Alembic's files are judged on top of those that they revise, whatever they are called") {
    const Folder folder;
    fs::create_directories(folder / "versions");
    const auto revision = [&](const std::string& id, const std::string& after, const std::string& does) {
        write(folder / ("versions/" + id + ".py"), "from alembic import op\nimport sqlalchemy as sa\nrevision = '" +
                                                       id + "'\ndown_revision = " + after +
                                                       "\n\n\ndef upgrade():\n    " + does + "\n");
    };
    revision("ccc", "None", "op.create_table('users', sa.Column('id', sa.Integer))");
    revision("bbb", "'ccc'", "op.create_table('notes', sa.Column('id', sa.Integer))");
    revision("aaa", "'bbb'", "op.drop_column('users', 'id')");
    const Inside inside(folder.path());
    CHECK(analyzed({"versions/aaa.py"}).coverage.history_files == 2);
    CHECK(analyzed({"versions/ccc.py"}).coverage.history_files == 0);
    const Report all = analyzed({"versions/aaa.py", "versions/bbb.py", "versions/ccc.py"});
    REQUIRE(all.files.size() == 3);
    CHECK(all.files[0].path == "versions/ccc.py");
    CHECK(all.files[2].path == "versions/aaa.py");
}

TEST_CASE("what git's base lacks is one change, the rest ran") {
    const Folder folder;
    const Repo repo(folder / "repo");
    write_history(repo);
    repo.commit();
    const Inside inside(repo.path());
    const std::vector<std::string> before{"migrations/0001_a.sql", "migrations/0002_b.sql"};
    CHECK(errors(analyzed(before)) == kIndexOfB);  // on the base branch itself
    repo.run("checkout -q -b feature");
    repo.write("migrations/0003_c.sql", "CREATE TABLE notes (id bigint PRIMARY KEY, text text);\n");
    repo.write("migrations/0004_d.sql", "CREATE INDEX by_text ON notes (text);\n");
    std::vector<std::string> all = before;
    all.insert(all.end(), {"migrations/0003_c.sql", "migrations/0004_d.sql"});
    const bool committed = GENERATE(false, true);
    if (committed) repo.commit();
    const Report report = analyzed(all);
    CHECK(errors(report) == kIndexOfB);
    CHECK(has_note(report, "2 of 4 files are already in refs/heads/main"));
    // The new ones alone are quiet.
    CHECK(errors(analyzed({"migrations/0003_c.sql", "migrations/0004_d.sql"})).empty());
    repo.write("migrations/0005_e.sql", "DROP TABLE users;\n");
    all.push_back("migrations/0005_e.sql");
    CHECK(errors(analyzed(all)).contains("0005_e.sql: drop-table"));
}

TEST_CASE("the way back is not run after the way forth") {
    const Folder folder;
    write(folder / "migrations/0001_a.up.sql", "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n");
    write(folder / "migrations/0001_a.down.sql", "DROP TABLE users;\n");
    write(folder / "migrations/0002_b.up.sql", "CREATE INDEX by_email ON users (email);\n");
    const Inside inside(folder.path());
    const Report all = analyzed({"migrations/0001_a.down.sql", "migrations/0001_a.up.sql", "migrations/0002_b.up.sql"});
    CHECK(errors(all) == std::set<std::string>{"0002_b.up.sql: create-index-not-concurrent"});
    CHECK(has_note(all, "0001_a.down.sql"));
    CHECK(errors(analyzed({"migrations/0001_a.down.sql"})) == std::set<std::string>{"0001_a.down.sql: drop-table"});
    CHECK(analyzed({"migrations/0002_b.up.sql"}).coverage.history_files == 1);
}

TEST_CASE("files in UTF-16 and Latin-1 are judged, and others said to be no text") {
    const Folder folder;
    std::string utf16 = "\xFF\xFE";
    for (const char c : std::string("DROP TABLE users;\n")) utf16 += {c, '\0'};
    write(folder / "a.sql", utf16);
    write(folder / "b.sql", "-- f\xFCr alle\nDROP TABLE users;\n");
    write(folder / "c.sql", std::string("SELECT 1;\0", 10));
    const Inside inside(folder.path());
    CHECK(errors(analyzed({"a.sql"})) == std::set<std::string>{"a.sql: drop-table"});
    const Report latin1 = analyzed({"b.sql"});
    CHECK(errors(latin1) == std::set<std::string>{"b.sql: drop-table"});
    CHECK(has_note(latin1, "b.sql is written in Latin-1"));
    const Report binary = analyzed({"c.sql"});
    REQUIRE(binary.files.at(0).unread.size() == 1);
    CHECK(binary.files[0].unread[0].extent == Unread::Extent::file);
}

TEST_CASE("IF NOT EXISTS proves nothing of a table that the history did not make") {
    const std::string create = "CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, email text);\n";
    const Folder folder;
    const Inside inside(folder.path());
    const auto found_in = [&](const std::string& name, const std::string& sql) {
        write(folder / name, create + sql);
        return errors(analyzed({name}));
    };
    const auto found = [&](const std::string& sql) { return found_in("a.sql", sql); };
    CHECK(found("DROP TABLE users;").contains("a.sql: drop-table"));
    CHECK(found("TRUNCATE users;").contains("a.sql: truncate"));
    CHECK(found("ALTER TABLE users DROP COLUMN email;").contains("a.sql: drop-column"));
    CHECK(found("DELETE FROM users;").contains("a.sql: delete-without-where"));
    const std::string index = "CREATE INDEX IF NOT EXISTS by_email ON users (email);";
    CHECK(found(index).contains("a.sql: create-index-not-concurrent"));
    CHECK(found("ALTER TABLE users ADD COLUMN IF NOT EXISTS note text;").empty());
    CHECK(found("INSERT INTO users VALUES (1, 'a');").empty());
    // Of the first migration that there is it does.
    CHECK(found_in("0001_init.sql", index).empty());
    CHECK(found_in("0001_init.sql", "DROP TABLE users;").contains("0001_init.sql: drop-table"));
    CHECK(found_in("0007_late.sql", index).empty());
    fs::remove("0001_init.sql");
    CHECK(found_in("0007_late.sql", index).contains("0007_late.sql: create-index-not-concurrent"));
}

TEST_CASE("what only the change brings does not judge it") {
    const Folder folder;
    const Repo repo(folder / "repo");
    write_history(repo);
    repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("migrations/0003_c.sql", "CREATE INDEX again ON users (email);\n");
    const std::string stats = "{\"format\": \"pgfence-stats\", \"version\": 1}";
    repo.write("stats.json", stats);
    repo.write(".pgfence-baseline.toml", "version = 1\n");
    repo.write(".pgfence.toml", "max-risk = \"critical\"\n");
    fs::create_symlink("stats.json", repo.path() / "link.json");
    repo.commit();
    write(repo.path() / "untracked.sql", "CREATE TABLE users (id bigint, email text);\n");
    const Inside inside(repo.path());
    pipeline::ChangeRequest request;
    request.change.base = "main";
    request.choices.today = "2026-01-01";
    const auto refused = [&](const pipeline::Choices& choices) {
        pipeline::ChangeRequest asked = request;
        asked.choices = choices;
        const auto prepared = pipeline::prepare_change(asked);
        REQUIRE_FALSE(prepared);
        CHECK(prepared.error().kind == Error::Kind::usage);
        CHECK(prepared.error().message.find("is part of the change under review") != std::string::npos);
    };
    for (const std::string path : {"stats.json", "link.json", "./stats.json"}) {
        pipeline::Choices choices = request.choices;
        choices.stats_file = path;
        refused(choices);
        choices = request.choices;
        choices.schema = {path};
        refused(choices);
        choices = request.choices;
        choices.snapshot = path;
        refused(choices);
    }
    request.choices.schema = {"untracked.sql"};
    const auto prepared = pipeline::prepare_change(request);
    INFO((prepared ? "" : prepared.error().message));
    REQUIRE(prepared);
    const Report report = pipeline::review(*prepared);
    CHECK(has_note(report, ".pgfence-baseline.toml is new in this change"));
    CHECK(has_note(report, ".pgfence.toml is new in this change"));
    CHECK_FALSE(report.verdict.passes());
}
