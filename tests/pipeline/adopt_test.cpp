// How an old repository takes the tool up: a cut-off, a count of what there is, a baseline, a look around.

#include <map>

#include "pipeline/change.h"
#include "pipeline/history.h"
#include "pipeline/review.h"
#include "pipeline/start_after.h"
#include "pipeline/survey.h"
#include "tests/diff/repositories.h"

using namespace pgfence;
using namespace pgfence::diff::testing;

namespace {

std::string judged(std::vector<std::string> paths, const std::vector<std::string>& up_to) {
    std::vector<MigrationFile> files;
    for (std::string& path : paths) {
        files.emplace_back().path = std::move(path);
        files.back().id = static_cast<FileId>(files.size() - 1);
        files.back().change = MigrationFile::Change::none;
    }
    std::vector<std::string> notes;
    pipeline::take_as_history(files, up_to, notes);
    std::string text;
    for (const MigrationFile& file : files)
        if (file.role == MigrationFile::Role::changed) text += file.path + " ";
    return text;
}

/// Findings of each rule over the history of a repository's head.
std::map<std::string, int> found_in_history(const Repo& repo, const pipeline::Choices& choices = {}) {
    pipeline::HistoryRequest request;
    request.repository.repository_path = repo.path().string();
    request.config_file = "/dev/null";
    request.choices = choices;
    request.choices.today = "2026-01-01";
    const auto review = pipeline::prepare_history(std::move(request)).map(pipeline::review);
    INFO((review ? "" : review.error().message));
    REQUIRE(review);
    std::map<std::string, int> counts;
    for (const FileReport& file : review->files)
        for (const StatementReport& statement : file.statements)
            for (const Graded& graded : statement.findings) ++counts[graded.finding.rule];
    return counts;
}

}  // namespace

TEST_CASE("a schema snapshot stands for the migrations that it holds") {
    const auto left = [](const std::string& through, std::string& note) {
        std::vector<MigrationFile> files;
        for (const char* path : {"m/0001_a.sql", "m/0002_b.sql", "m/0003_c.sql", "m/0004_d.sql"}) {
            files.emplace_back().path = path;
            files.back().role = files.size() < 4 ? MigrationFile::Role::history : MigrationFile::Role::changed;
        }
        std::vector<std::string> notes;
        pipeline::take_from_snapshot(files, through, notes);
        note = notes.at(0);
        std::string text;
        for (const MigrationFile& file : files) text += file.path + " ";
        return text;
    };
    std::string note;
    CHECK(left("0002", note) == "m/0003_c.sql m/0004_d.sql ");
    CHECK(note == "the schema is from the snapshot, which holds the migrations up to 0002; replayed on top of it: 1");
    CHECK(left("m/0009_z.sql", note) == "m/0004_d.sql ");
    CHECK(left("", note) == "m/0004_d.sql ");
    CHECK(
        note ==
        "the schema is from the snapshot, which does not say its last migration: all 3 earlier ones are assumed to be "
        "in it");
}

TEST_CASE("start-after names a migration by version, name or path") {
    const std::vector<std::string> numbered{"db/migrations/0001_a.sql", "db/migrations/0002_b.sql",
                                            "db/migrations/0010_c.sql"};
    CHECK(judged(numbered, {}) == "db/migrations/0001_a.sql db/migrations/0002_b.sql db/migrations/0010_c.sql ");
    CHECK(judged(numbered, {"0002"}) == "db/migrations/0010_c.sql ");
    CHECK(judged(numbered, {"0002_b.sql"}) == "db/migrations/0010_c.sql ");
    CHECK(judged(numbered, {"db/migrations/0002_b.sql"}) == "db/migrations/0010_c.sql ");
    CHECK(judged(numbered, {"0005"}) == "db/migrations/0010_c.sql ");
    CHECK(judged(numbered, {"0010"}).empty());
    CHECK(judged({"db/migrations/00021_a.sql"}, {"0002"}) == "db/migrations/00021_a.sql ");

    const std::vector<std::string> folders{"prisma/migrations/20240101000000_a/migration.sql",
                                           "prisma/migrations/20240301000000_b/migration.sql"};
    CHECK(judged(folders, {"20240101000000"}) == "prisma/migrations/20240301000000_b/migration.sql ");
    CHECK(judged(folders, {"20240101000000_a"}) == "prisma/migrations/20240301000000_b/migration.sql ");
    CHECK(judged(folders, {folders[0]}) == "prisma/migrations/20240301000000_b/migration.sql ");
    CHECK(judged(folders, {"20240201000000"}) == "prisma/migrations/20240301000000_b/migration.sql ");
}

TEST_CASE("start-after exempts nothing that the change adds") {
    std::vector<MigrationFile> files(1);
    files[0].path = "db/migrations/0001_late.sql";
    std::vector<std::string> notes;
    pipeline::take_as_history(files, {"0005"}, notes);
    CHECK(files[0].role == MigrationFile::Role::changed);
    REQUIRE(notes.size() == 2);
    CHECK(notes[0] == "start-after: no migration is called \"0005\"");
    CHECK(notes[1].find("0001_late.sql, but the change adds that file: it is judged") != std::string::npos);
}

TEST_CASE("start-after by path is about that folder, and several may be named") {
    const std::vector<std::string> both{"a/migrations/0001_x.sql", "a/migrations/0009_x.sql", "b/migrations/0001_x.sql",
                                        "b/migrations/0009_x.sql"};
    CHECK(judged(both, {"a/migrations/0001_x.sql"}) ==
          "a/migrations/0009_x.sql b/migrations/0001_x.sql b/migrations/0009_x.sql ");
    CHECK(judged(both, {"a/migrations/0009_x.sql", "b/migrations/0001_x.sql"}) == "b/migrations/0009_x.sql ");
}

TEST_CASE("an edit of a migration at or before start-after is not judged, and said not to be") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("migrations/0001_a.sql", "SET lock_timeout = '5s';\nCREATE TABLE t (id bigint);\n");
    repo.write("migrations/0002_b.sql", "CREATE INDEX ON t (id);\n");
    repo.write(".pgfence.toml", "start-after = \"0002\"\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("migrations/0002_b.sql", "DROP TABLE t;\n");
    repo.write("migrations/0003_c.sql", "ALTER TABLE t ALTER COLUMN id TYPE int;\n");
    repo.commit();
    pipeline::ChangeRequest request;
    request.change.repository_path = repo.path().string();
    request.change.base = base;
    request.choices.today = "2026-01-01";
    const auto review = pipeline::prepare_change(request).map(pipeline::review);
    REQUIRE(review);
    REQUIRE(review->files.size() == 1);
    CHECK(review->files[0].path == "migrations/0003_c.sql");
    // The edit never ran where the migration did: the table is there.
    CHECK(review->coverage.history_files == 2);
    REQUIRE(review->notes.size() == 1);
    CHECK(review->notes[0] == "start-after: 1 migration up to 0002 is not judged");
}

TEST_CASE("a history is judged one by one, each on top of those before it") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("migrations/0001_a.sql", "CREATE TABLE t (id bigint PRIMARY KEY);\nCREATE INDEX first ON t (id);\n");
    repo.write("migrations/0002_b.sql", "CREATE INDEX second ON t (id);\nCREATE TABLE u (id bigint PRIMARY KEY);\n");
    repo.write("migrations/0003_c.sql", "CREATE INDEX third ON u (id);\nALTER TABLE t ADD COLUMN v varchar(10);\n");
    repo.write("migrations/0004_d.sql", "ALTER TABLE t ALTER COLUMN v TYPE varchar(20);\n");
    repo.commit();
    const auto counts = found_in_history(repo);
    CHECK(counts.at("create-index-not-concurrent") == 2);  // second and third; first is of a table made with it
    CHECK(!counts.contains("alter-column-type-rewrite"));  // the old type is known
    pipeline::Choices later;
    later.start_after = std::vector<std::string>{"0002"};
    CHECK(found_in_history(repo, later).at("create-index-not-concurrent") == 1);
}

TEST_CASE("a baseline of the base is obeyed, one that the change brings is not") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("db/migration/V1__a.sql", "CREATE TABLE t (id bigint PRIMARY KEY);\n");
    repo.write("db/migration/R__b.sql", "DROP TABLE t;\n");
    const auto before = repo.commit();
    pipeline::HistoryRequest history;
    history.repository.repository_path = repo.path().string();
    history.config_file = "/dev/null";
    history.choices.today = "2026-01-01";
    const auto found = pipeline::prepare_history(std::move(history)).map(pipeline::review);
    REQUIRE(found);
    repo.write(".pgfence-baseline.toml", in_toml(policy::baseline_of(*found)));
    const auto with_baseline = repo.commit();
    repo.write("db/migration/R__b.sql", "-- why\nDROP  TABLE t;\n");
    repo.commit();
    const auto suppressed = [&](const std::string& base) {
        pipeline::ChangeRequest request;
        request.change.repository_path = repo.path().string();
        request.change.base = base;
        request.choices.today = "2026-01-01";
        const auto review = pipeline::prepare_change(request).map(pipeline::review);
        REQUIRE(review);
        return review->verdict.counts.suppressed;
    };
    CHECK(suppressed(with_baseline) > 0);
    CHECK(suppressed(before) == 0);
}

TEST_CASE("the version of the server is read off images and tool versions") {
    const auto major = [](std::string_view text) {
        const auto found = pipeline::named_version(text);
        return found ? found->major * 100 + static_cast<int>(found->line) : 0;
    };
    CHECK(major("services:\n  db:\n    image: postgres:16-alpine\n") == 1603);
    CHECK(major("image: \"postgis/postgis:15-3.4\"") == 1501);
    CHECK(major("image: pgvector/pgvector:pg17") == 1701);
    CHECK(major("FROM timescale/timescaledb:2.14.2-pg14") == 1401);
    CHECK(major("nodejs 20\npostgres 16.2\n") == 1602);
    CHECK(major("a: postgres:17\nb: postgres:13\n") == 1302);
    CHECK(major("image: postgres\nurl: postgres://localhost:5432/db\n") == 0);
    CHECK(major("image: postgres:latest\nimage: postgres:9.6\nimage: postgres:160\n") == 0);
}

TEST_CASE("a survey tells the folders, their formats, the last migration and the server") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("db/migrations/0001_a.sql",
               "-- +goose Up\nCREATE TABLE t (id bigint);\n-- +goose Down\nDROP TABLE t;\n");
    repo.write("db/migrations/0002_b.sql", "-- +goose Up\nSELECT 1;\n");
    repo.write("compose.yml", "services:\n  db:\n    image: postgres:16\n");
    repo.commit();
    diff::Request request;
    request.repository_path = repo.path().string();
    const auto survey = pipeline::survey(request);
    REQUIRE(survey);
    REQUIRE(survey->folders.size() == 1);
    CHECK(survey->folders[0].path == "db/migrations");
    CHECK(survey->folders[0].format == "goose");
    CHECK(survey->folders[0].migrations == 2);
    CHECK(survey->folders[0].last == "db/migrations/0002_b.sql");
    REQUIRE(survey->pg_version);
    CHECK(survey->pg_version->major == 16);
    CHECK(survey->pg_version->where == "compose.yml line 3");
}
