// Changes between commits that the clone has.
#include <sys/stat.h>

#include <algorithm>

#include "core/text.h"
#include "diff/changes.h"
#include "diff/detect_at.h"
#include "extract/detect.h"
#include "tests/diff/repositories.h"

using namespace pgfence;
using namespace pgfence::diff;
using namespace pgfence::diff::testing;
using Kind = MigrationFile::Change;
using Role = MigrationFile::Role;

namespace {

Request request_for(const fs::path& path, std::optional<std::string> base = std::nullopt,
                    std::optional<std::string> head = std::nullopt) {
    Request request;
    request.files.detect = extract::detect;
    request.repository_path = path.string();
    request.base = std::move(base);
    request.head = std::move(head);
    return request;
}

Change changed(const Request& request) {
    auto change = changes(request);
    INFO((change ? "" : change.error().message));
    REQUIRE(change);
    for (std::size_t i = 0; i < change->files.size(); ++i) CHECK(change->files[i].id == i);
    return *change;
}

/// "history m/1.sql", "modified m/1.sql 2-3", "renamed a -> b": one line a file.
std::string drawn(const Change& change) {
    std::string text;
    for (const MigrationFile& file : change.files) {
        constexpr const char* names[] = {"none", "added", "modified", "renamed", "deleted"};
        CHECK((file.role == Role::history) == (file.change == Kind::none));
        text += file.role == Role::history ? "history" : names[static_cast<int>(file.change)];
        text += " " + (file.old_path ? *file.old_path + " -> " : "") + file.path;
        for (const auto& [first, last] : file.changed_lines)
            text += " " + std::to_string(first) + "-" + std::to_string(last);
        text += "\n";
    }
    return text;
}

const MigrationFile& file(const Change& change, std::string_view path, Role role) {
    const auto found = std::find_if(change.files.begin(), change.files.end(),
                                    [&](const auto& one) { return one.path == path && one.role == role; });
    REQUIRE(found != change.files.end());
    return *found;
}

bool has_note(const Change& change, std::string_view part) {
    return std::any_of(change.notes.begin(), change.notes.end(),
                       [&](const auto& note) { return note.find(part) != note.npos; });
}

}  // namespace

TEST_CASE("what is detected comes in the order that its tool has written down") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("sqitch.plan",
               "%project=shop\n\norders 2026-01-01T00:00:00Z a <a@x>\nnotes 2026-01-02T00:00:00Z a <a@x>\n");
    for (const char* name : {"orders", "notes"})
        repo.write(
            std::string("deploy/") + name + ".sql",
            std::string("-- Deploy shop:") + name + " to pg\nBEGIN;\nCREATE TABLE " + name + " (id int);\nCOMMIT;\n");
    repo.commit();
    const auto found = detect_at(repo.path().string(), "HEAD", extract::detect);
    REQUIRE(found);
    std::vector<std::string> paths;
    for (const auto& file : found->migrations) paths.push_back(file.path);
    CHECK(paths == std::vector<std::string>{"deploy/orders.sql", "deploy/notes.sql"});
}

TEST_CASE("added, modified, renamed and deleted migrations, with history as it was") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("db/migrations/1_a.sql", "create table a();\n-- one\n-- two\n");
    repo.write("db/migrations/2_b.sql", "create table b();\n");
    repo.write("db/migrations/3_c.sql", "create table c();\ncreate table d();\ncreate table e();\n");
    repo.write("src/main.c", "int main;\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("db/migrations/1_a.sql", "create table a();\n-- ONE\n-- two\n-- three\n");
    repo.remove("db/migrations/2_b.sql");
    fs::create_directories(repo.path() / "db/more/migrations");
    repo.run("mv db/migrations/3_c.sql db/more/migrations/3_c.sql");
    repo.write("db/more/migrations/3_c.sql", "create table c();\ncreate table d();\ncreate table E();\n");
    repo.write("db/migrations/10_f.sql", "create table f();\n");
    repo.write("src/main.c", "int other;\n");
    const auto head = repo.commit();

    const auto change = changed(request_for(repo.path()));
    CHECK(change.base == base);
    CHECK(change.head == head);
    CHECK(change.notes.empty());
    CHECK(drawn(change) ==
          "history db/migrations/1_a.sql\n"
          "history db/migrations/2_b.sql\n"
          "history db/migrations/3_c.sql\n"
          "modified db/migrations/1_a.sql 2-2 4-4\n"
          "deleted db/migrations/2_b.sql\n"
          "added db/migrations/10_f.sql\n"
          "renamed db/migrations/3_c.sql -> db/more/migrations/3_c.sql 3-3\n");
    CHECK(file(change, "db/migrations/1_a.sql", Role::history).text == "create table a();\n-- one\n-- two\n");
    CHECK(file(change, "db/migrations/1_a.sql", Role::changed).text == "create table a();\n-- ONE\n-- two\n-- three\n");
    CHECK(file(change, "db/migrations/2_b.sql", Role::changed).text == "create table b();\n");
}

TEST_CASE("a new file that sorts before one that ran says which") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("db/migrations/2_b.sql", "select 2;\n");
    repo.write("db/migrations/10_c.sql", "select 10;\n");
    repo.write("other/migrations/99_z.sql", "select 99;\n");
    repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("db/migrations/9_late.sql", "select 9;\n");
    repo.write("db/migrations/11_next.sql", "select 11;\n");
    repo.write("db/migrations/views.sql", "select 0;\n");
    repo.commit();
    const auto change = changed(request_for(repo.path()));
    CHECK(file(change, "db/migrations/9_late.sql", Role::changed).overtaken_by == "db/migrations/10_c.sql");
    CHECK(file(change, "db/migrations/11_next.sql", Role::changed).overtaken_by.empty());
    CHECK(file(change, "db/migrations/views.sql", Role::changed).overtaken_by.empty());
}

TEST_CASE("commits are read, the work tree is not") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("migrations/1.sql", "select 1;\n");
    const auto base = repo.commit();
    repo.write("migrations/2.sql", "select 2;\n");
    repo.commit();
    repo.write("migrations/2.sql", "not committed");
    repo.write("migrations/3.sql", "not committed");
    repo.remove("migrations/1.sql");
    const auto change = changed(request_for(repo.path() / "migrations", base));  // a folder inside will do
    CHECK(drawn(change) == "history migrations/1.sql\nadded migrations/2.sql\n");
    CHECK(file(change, "migrations/2.sql", Role::changed).text == "select 2;\n");
}

TEST_CASE("a base that moved on is compared from the merge base") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("migrations/1.sql", "select 1;\n");
    const auto fork = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("migrations/2_mine.sql", "select 2;\n");
    const auto head = repo.commit();
    repo.run("checkout -q main");
    repo.write("migrations/3_theirs.sql", "select 3;\n");
    repo.write(".pgfence.toml", "max-risk = 'low'\n");
    const auto base = repo.commit();

    const auto change = changed(request_for(repo.path(), base, head));
    CHECK(change.base == fork);
    CHECK(drawn(change) == "history migrations/1.sql\nhistory migrations/3_theirs.sql\nadded migrations/2_mine.sql\n");

    auto comparison = Comparison::open(request_for(repo.path(), "main", "feature"));
    REQUIRE(comparison);
    CHECK(comparison->base() == fork);
    CHECK(comparison->file_at_base(".pgfence.toml").value() ==
          "max-risk = 'low'\n");  // the branch's, not the merge base's
    CHECK_FALSE(comparison->file_at_base("absent.toml").value());
    CHECK_FALSE(comparison->file_at_base("migrations").value());
    CHECK(comparison->changes({{"migrations/2*"}, {}, extract::detection_by({"migrations/2*"})})->files.size() == 1);
}

TEST_CASE("the base is found when none is named") {
    const Folder folder;
    const Repo origin(folder / "origin");
    origin.write("migrations/1.sql", "select 1;\n");
    origin.run("branch -q -M trunk");
    const auto base = origin.commit();
    git(folder.path(), "clone -q origin clone");
    const fs::path clone = folder / "clone";
    git(clone, "checkout -q -b main");  // a local main does not win over origin/HEAD
    write(clone / "migrations/2.sql", "select 2;\n");
    git(clone, "add -A");
    git(clone, "commit -q -m x");
    CHECK(changed(request_for(clone)).base == base);
    CHECK(changed(request_for(clone, "", "")).base == base);
    CHECK(changed(request_for(clone, std::string(40, '0'))).base == base);
    CHECK(drawn(changed(request_for(clone, "HEAD~1", "HEAD"))) == "history migrations/1.sql\nadded migrations/2.sql\n");
}

TEST_CASE("bytes and paths stay as committed") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.run("config core.autocrlf false");
    repo.commit();
    const std::string path = "db/migrations/1 na\xC3\xAFve +@#.sql", text =
                                                                         "\xEF\xBB\xBF"
                                                                         "create table \"\xC3\xA4\"();\r\n-- x\r\n";
    repo.write(path, text);
    const std::string latin1 = "db/migrations/2_\xE9.sql";
    repo.write(latin1, "select 1;\n");
    repo.commit();
    const auto change = changed(request_for(repo.path(), "HEAD~1"));
    CHECK(file(change, path, Role::changed).text == text);
    CHECK(file(change, latin1, Role::changed).text == "select 1;\n");
}

TEST_CASE("a clone that belongs to somebody else is read all the same") {
    if (getuid() != 0) SKIP("only root can give files away");
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.commit();
    repo.write("migrations/1.sql", "select 1;\n");
    repo.commit();
    REQUIRE(std::system(("chown -R 1001:1001 " + for_shell(repo.path().string())).c_str()) == 0);
    CHECK(drawn(changed(request_for(repo.path(), "HEAD~1"))) == "added migrations/1.sql\n");
}

TEST_CASE("what is another database's by its folder alone is handed on") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.commit();
    repo.write("migrations/1.sql", "select 1;\n");
    repo.write("migrations/6_empty.sql", "");
    repo.write("db/mysql/migrations/1.sql", "select 1;\n");
    repo.write("src/x.sql", "select 1;\n");
    repo.commit();
    const auto change = changed(request_for(repo.path(), "HEAD~1"));
    CHECK(drawn(change) == "added migrations/1.sql\nadded migrations/6_empty.sql\nadded db/mysql/migrations/1.sql\n");
    CHECK(change.files[2].set_aside.starts_with("in a folder for another database, by this change alone"));
    CHECK_FALSE(has_note(change, "src/x.sql"));
}

TEST_CASE("a migration that is written once for each database is for those that its folder names") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.commit();
    const std::string up = "export class A implements MigrationInterface { async up(queryRunner) { ", end = "}}\n";
    repo.write("src/migrations/postgres/1693891895163-Init.ts", up + end);
    repo.write("src/migrations/mysql/1693840429259-Init.ts",
               up + "await queryRunner.query('CREATE TABLE t (a longtext)')" + end);
    repo.write("src/migrations/sqlite/1693840429259-Init.ts", up + end);
    // Nobody else has it, or it is written for PostgreSQL.
    repo.write("src/migrations/mysql/1693840429260-Other.ts", up + end);
    repo.write("src/migrations/mysql/1693840429261-Last.ts", up + end);
    repo.write("db/oracle/migrations/2_init.ts", up + end);
    repo.write("src/migrations/postgres/1693891895164-Views.ts", up + end);
    repo.write("src/migrations/sqlite/1693891895164-Views.ts",
               up + "await queryRunner.query('CREATE TABLE t (a jsonb)')" + end);
    repo.commit();
    const auto change = changed(request_for(repo.path(), "HEAD~1"));
    std::map<std::string, std::string> aside;
    for (const MigrationFile& one : change.files)
        if (!one.set_aside.empty()) aside.emplace(one.path, one.set_aside);
    INFO(drawn(change));
    CHECK(change.left_out == 6);
    REQUIRE(aside.size() == 3);
    CHECK(aside.begin()->first == "db/oracle/migrations/2_init.ts");
    CHECK(aside["src/migrations/mysql/1693840429260-Other.ts"].starts_with(
        "in a folder for another database, by this change alone, as 1 other beside it is: add them to"));
    CHECK(aside.contains("src/migrations/sqlite/1693891895164-Views.ts"));
}

TEST_CASE("a large file is read, and more than fits is handed on file by file") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.commit();
    repo.write("migrations/1_large.sql", "select 1;\n" + std::string(6'000'000, '-'));
    repo.write("migrations/2_huge.sql", std::string(60'000'000, '-'));
    repo.write("migrations/3_last.sql", "select 3;\n");
    repo.commit();
    const auto change = changed(request_for(repo.path(), "HEAD~1"));
    REQUIRE(change.files.size() == 3);
    CHECK(change.files[0].text.size() > 6'000'000);
    CHECK(change.files[1].unreadable.find("60 MB, more than is left") != std::string::npos);
    CHECK(change.files[2].text == "select 3;\n");
}

namespace {

const std::string kRevision =
    "from alembic import op\nimport sqlalchemy as sa\n\nrevision = 'a'\ndown_revision = None\n\n\n"
    "def upgrade():\n    op.drop_column('jobs', 'note')\n";

/// What is said of a new Alembic revision of a project with these files: "added", or why it is left out.
std::string said_of_revision(const std::vector<std::pair<std::string, std::string>>& project,
                             const std::vector<std::pair<std::string, std::string>>& with_the_change = {},
                             const std::string& text = kRevision) {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("README.md", "jobs\n");
    repo.write("app/migrations/versions/a_first.py", text);
    for (const auto& [path, content] : project) repo.write(path, content);
    repo.commit();
    std::string second = text;
    second.replace(second.find("'a'"), 3, "'b'");
    second.replace(second.find("None"), 4, "'a'");
    repo.write("app/migrations/versions/b_second.py", second);
    for (const auto& [path, content] : with_the_change) repo.write(path, content);
    repo.commit();
    const auto change = changed(request_for(repo.path(), "HEAD~1"));
    for (const MigrationFile& file : change.files)
        if (file.role == Role::changed) return "added";
    return change.notes.empty() ? "" : change.notes.front();
}

}  // namespace

TEST_CASE("Alembic revisions of a program that has another database's drivers alone are left out, with what says so") {
    using Files = std::vector<std::pair<std::string, std::string>>;
    const auto is_left_out = [](const Files& project, const std::string& by) {
        const std::string said = said_of_revision(project);
        CAPTURE(said);
        return said.find(by + ", and no file of the project's settings names PostgreSQL") != std::string::npos;
    };
    CHECK(is_left_out({{"setup.py", "install_requires=['aiosqlite']\n"}}, "setup.py has \"aiosqlite\""));
    CHECK(is_left_out({{"app/pyproject.toml", "dependencies = [\"PyMySQL\"]\n"}}, "app/pyproject.toml has \"mysql\""));
    CHECK(is_left_out({{"requirements.txt", "# psycopg2 one day\nmysqlclient==2.2\n"}},
                      "requirements.txt has \"mysql\""));
    CHECK(is_left_out({{"alembic.ini", "sqlalchemy.url = sqlite:///app.db\n"}}, "alembic.ini has \"sqlite:\""));
    // PostgreSQL is named: beside it, elsewhere in the project, in the migrations; or nothing names any.
    const std::pair<std::string, std::string> sqlite{"setup.py", "install_requires=['aiosqlite']\n"};
    CHECK(said_of_revision({{"setup.py", "install_requires=['aiosqlite', 'asyncpg']\n"}}) == "added");
    CHECK(said_of_revision({sqlite, {"deploy/requirements-prod.txt", "psycopg[binary]\n"}}) == "added");
    CHECK(said_of_revision({sqlite, {"docker-compose.yml", "image: postgres:16\n"}}) == "added");
    CHECK(said_of_revision({sqlite, {".github/workflows/ci.yml", "services: {db: {image: pgvector/pgvector}}\n"}}) ==
          "added");
    CHECK(said_of_revision({sqlite, {"app/settings.py", "URL = 'postgresql+psycopg://'\n"}}) == "added");
    CHECK(said_of_revision({sqlite}, {}, "from sqlalchemy.dialects import postgresql\n" + kRevision) == "added");
    CHECK(said_of_revision({{"alembic.ini", "# sqlalchemy.url = sqlite:///app.db\n"}}) == "added");
    CHECK(said_of_revision({{"requirements.txt", "requests\n"}}) == "added");
    CHECK(said_of_revision({}) == "added");
    // The change alone says so: what the base has speaks.
    CHECK(said_of_revision({{"requirements.txt", "psycopg\n"}}, {{"requirements.txt", "aiosqlite\n"}}) == "added");
    CHECK(said_of_revision({{"requirements.txt", "requests\n"}}, {{"requirements.txt", "aiosqlite\n"}}) == "added");
    CHECK(said_of_revision({}, {{"setup.py", "install_requires=['aiosqlite']\n"}}) == "added");
}

TEST_CASE("folders that their tool made for another database are left out with a note") {
    const Folder folder;
    const Repo repo(folder / "repo");
    for (const auto* database : {"one", "two"}) {
        repo.write(std::string(database) + "/migrations/1_x/migration.sql", "select 1;\n");
        repo.write(std::string(database) + "/migrations/migration_lock.toml",
                   std::string("provider = \"") + (*database == 'o' ? "postgresql" : "mysql") + "\"\n");
    }
    repo.commit();
    for (const auto* database : {"one", "two"})
        repo.write(std::string(database) + "/migrations/2_x/migration.sql", "select 2;\n");
    repo.commit();
    auto change = changed(request_for(repo.path(), "HEAD~1"));
    CHECK(drawn(change) == "history one/migrations/1_x/migration.sql\nadded one/migrations/2_x/migration.sql\n");
    CHECK(has_note(change, "two/migrations/2_x/migration.sql (the files around it name another database)"));

    auto request = request_for(repo.path(), "HEAD~1");
    request.files.include = {"two/**/*.sql"};
    request.files.detect = extract::detection_by(request.files.include);
    CHECK(drawn(changed(request)) ==
          "history two/migrations/1_x/migration.sql\nadded two/migrations/2_x/migration.sql\n");
    request.files.include = {"nowhere/*.sql"};
    request.files.detect = extract::detection_by(request.files.include);
    CHECK(has_note(changed(request), "no file matches include: nowhere/*.sql"));
}

TEST_CASE("SQL that changes a schema is set aside where nothing else is known to run") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("README.md", "x");
    repo.write("src/templates/scripts/make_users.sql", "CREATE TABLE users (id int);\n");
    repo.commit();
    repo.write("src/templates/scripts/update_users.sql", "ALTER TABLE ${schema}.users DROP COLUMN name;\n");
    repo.write("src/find_users.sql", "SELECT * FROM users;\n");
    repo.write("src/examples/a.sql", "DROP TABLE users;\n");
    repo.write("tests/a.sql", "DROP TABLE users;\n");
    repo.write("db/structure.sql", "CREATE TABLE users (id int);\n");
    repo.commit();
    const auto change = changed(request_for(repo.path(), "HEAD~1"));
    REQUIRE(change.files.size() == 1);
    CHECK(change.files[0].path == "src/templates/scripts/update_users.sql");
    CHECK(
        change.files[0].set_aside ==
        "SQL that changes a schema, in no folder of migrations: add it to `migrations` of .pgfence.toml if PostgreSQL "
        "runs it, else to `exclude`");
    CHECK(change.left_out == 1);
    auto request = request_for(repo.path(), "HEAD~1");
    request.files.exclude = {"src/templates/**"};
    CHECK(changed(request).files.empty());
    repo.write("src/templates/scripts/drop_a.sql", "DROP TABLE a;\n");
    repo.write("src/templates/scripts/drop_b.sql", "DROP TABLE b;\n");
    repo.write("src/install/drop_c.sql", "DROP TABLE c;\n");
    repo.commit();
    const auto several = changed(request_for(repo.path(), "HEAD~1"));
    REQUIRE(several.files.size() == 2);
    CHECK(several.left_out == 3);
    CHECK(several.files[1].set_aside.find("as 1 other beside it is: add them") != std::string::npos);
    // Beside migrations it says nothing: a project with a folder of them has other SQL for other purposes.
    repo.write("db/migrations/1_a.sql", "ALTER TABLE users ADD COLUMN a int;\n");
    repo.write("src/templates/scripts/update_more.sql", "ALTER TABLE users DROP COLUMN b;\n");
    repo.commit();
    const auto beside = changed(request_for(repo.path(), "HEAD~1"));
    REQUIRE(beside.files.size() == 1);
    CHECK(beside.files[0].set_aside.empty());
}

TEST_CASE("globs say which files are migrations, what is written in them in which order they run") {
    const Folder folder;
    const Repo repo(folder / "repo");
    const auto revision = [&](const char* file, const char* id, const char* before) {
        repo.write(std::string("db/versions/") + file, std::string("from alembic import op\nrevision = '") + id +
                                                           "'\ndown_revision = " + before +
                                                           "\ndef upgrade():\n    op.execute('select 1')\n");
    };
    revision("zebra.py", "1", "None");
    revision("apple.py", "2", "'1'");
    repo.commit();
    revision("bear.py", "3", "'2'");
    repo.commit();
    auto request = request_for(repo.path(), "HEAD~1");
    request.files.include = {"db/versions/*.py"};
    request.files.detect = extract::detection_by(request.files.include);
    CHECK(drawn(changed(request)) ==
          "history db/versions/zebra.py\nhistory db/versions/apple.py\nadded db/versions/bear.py\n");
}

TEST_CASE("a link that becomes a file is an added file") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("x", "x");
    fs::create_directories(repo.path() / "migrations");
    fs::create_symlink("../x", repo.path() / "migrations/1.sql");
    repo.commit();
    repo.remove("migrations/1.sql");
    repo.write("migrations/1.sql", "select 1;\n");
    repo.commit();
    const auto change = changed(request_for(repo.path(), "HEAD~1"));
    CHECK(drawn(change) == "history migrations/1.sql\nadded migrations/1.sql\n");
    CHECK_FALSE(file(change, "migrations/1.sql", Role::history).unreadable.empty());
}

TEST_CASE("too many changed migrations are an error, too long a history a note") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.commit();
    std::string stream =
        "commit refs/heads/main\ncommitter a <a@x> 1700000000 +0000\ndata 1\nx\nfrom refs/heads/main^0\n";
    for (int i = 1; i <= 10'001; ++i)
        stream += "M 100644 inline migrations/" + std::to_string(i) + ".sql\ndata " +
                  std::to_string(std::to_string(i).size()) + "\n" + std::to_string(i) + "\n";
    write(folder / "stream", stream);
    repo.run("fast-import --quiet < " + for_shell((folder / "stream").string()));
    const auto many = changes(request_for(repo.path(), "main~1", "main"));
    REQUIRE_FALSE(many);
    CHECK(many.error().message.find("10001 migration files, more than 10,000") != std::string::npos);
    const auto change = changed(request_for(repo.path(), "main", "main"));
    CHECK(change.files.size() == 10'000);
    CHECK(change.files.front().path == "migrations/2.sql");
    CHECK(has_note(change, "the oldest 1 of 10001 earlier migrations were not replayed"));
}

TEST_CASE("what cannot be compared is said in one sentence") {
    const Folder folder;
    const auto message = [](const Request& request, Error::Kind kind) {
        const auto change = changes(request);
        REQUIRE_FALSE(change);
        CHECK(change.error().kind == kind);
        return change.error().message;
    };
    const auto holds = [](const std::string& text, std::string_view part) {
        INFO(text << " | " << part);
        CHECK(text.find(part) != text.npos);
    };
    holds(message(request_for(folder.path()), Error::Kind::usage), "is not inside a git repository");
    holds(message(request_for(folder / "nowhere"), Error::Kind::usage), "is not inside a git repository");
    const Repo repo(folder / "repo");
    holds(message(request_for(repo.path()), Error::Kind::usage), "no commit yet");
    repo.commit();
    repo.run("branch -q -M work");
    holds(message(request_for(repo.path()), Error::Kind::usage), "name the base with --base");
    holds(message(request_for(repo.path(), "no such"), Error::Kind::failure), "base 'no such' is not in this clone");
    holds(message(request_for(repo.path(), "HEAD", "nothing"), Error::Kind::failure),
          "head 'nothing' is not in this clone");
    repo.run("checkout -q --orphan other");
    repo.commit("a root of its own");
    holds(message(request_for(repo.path(), "work", "other"), Error::Kind::usage), "share no commit");
}

TEST_CASE("a file of a commit") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write(".pgfence.toml", "max-risk = 'low'\n");
    repo.write("large", std::string(5'000'001, ' '));
    const auto commit = repo.commit();
    repo.write(".pgfence.toml", "max-risk = 'high'\n");
    repo.commit();
    CHECK(file_at(repo.path().string(), commit, ".pgfence.toml").value() == "max-risk = 'low'\n");
    CHECK_FALSE(file_at(repo.path().string(), commit, "none").value());
    CHECK_FALSE(file_at(repo.path().string(), commit, "large").has_value());
    CHECK_FALSE(file_at(repo.path().string(), std::string(40, 'a'), "none").has_value());
    CHECK_FALSE(file_at(repo.path().string(), "HEAD", "none").value());
    CHECK_FALSE(file_at(repo.path().string(), "nowhere", "none").has_value());
}

TEST_CASE("sqitch's plan is the order of its scripts") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("sqitch.plan",
               "%project=x\n\nzebra 2024-01-01T00:00:00Z A <a@b> # z\napple [zebra] 2024-01-02T00:00:00Z A <a@b>\n");
    repo.write("deploy/apple.sql", "select 2;\n");
    repo.write("deploy/zebra.sql", "select 1;\n");
    repo.write("revert/zebra.sql", "select 0;\n");
    repo.commit();
    repo.write("sqitch.plan", "zebra\napple\nnew\nbefore\n");
    repo.write("deploy/before.sql", "select 4;\n");
    repo.write("deploy/new.sql", "select 3;\n");
    repo.commit();
    CHECK(drawn(changed(request_for(repo.path(), "HEAD~1"))) ==
          "history deploy/zebra.sql\nhistory deploy/apple.sql\nadded deploy/new.sql\nadded deploy/before.sql\n");
}

TEST_CASE("a script that sqitch's plan does not list never runs, and one that it lists in vain stops it") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("db/sqitch.plan", "%project=x\na 2024-01-01T00:00:00Z A <a@b>\nb 2024-01-01T00:00:00Z A <a@b>\n");
    repo.write("db/deploy/a.sql", "select 1;\n");
    repo.write("db/deploy/b.sql", "select 1;\n");
    repo.write("db/deploy/draft.sql", "select 1;\n");
    repo.commit();
    repo.write("db/deploy/late.sql", "select 2;\n");
    repo.write("db/deploy/draft.sql", "select 2;\n");
    repo.commit();
    const Change unlisted = changed(request_for(repo.path(), "HEAD~1"));
    CHECK(drawn(unlisted) == "history db/deploy/a.sql\nhistory db/deploy/b.sql\n");
    CHECK(has_note(unlisted, "db/deploy/late.sql (db/sqitch.plan does not list it, so that it never runs)"));

    repo.write("db/sqitch.plan", "%project=x\na\nb\ndraft\nlate\nlost\n");
    repo.commit();
    const Change listed = changed(request_for(repo.path(), "HEAD~1"));
    CHECK(drawn(listed) ==
          "history db/deploy/a.sql\nhistory db/deploy/b.sql\nadded db/deploy/draft.sql\nadded db/deploy/late.sql\n"
          "added db/deploy/lost.sql\n");
    CHECK(listed.files.back().unreadable == "db/sqitch.plan lists it, and there is no such file: Sqitch stops there");

    repo.run("rm -q db/deploy/b.sql");
    repo.commit();
    const Change deleted = changed(request_for(repo.path(), "HEAD~1"));
    CHECK(deleted.files.back().path == "db/deploy/b.sql");
    CHECK_FALSE(deleted.files.back().unreadable.empty());
    INFO("lost.sql was missing before");
    CHECK_FALSE(contains(drawn(deleted), "lost"));
}

TEST_CASE("what sqitch's plan names once more runs again, and what is kept of it ran") {
    struct Case {
        std::string name, plan, now;
        std::map<std::string, std::string> written;
        std::string drawn;
    };
    const std::string once = "%project=x\na 2024-01-01T00:00:00Z A <a@b>\nb\n@v1 2024-01-02T00:00:00Z A <a@b>\n";
    const std::string twice = once + "a [a@v1] 2024-01-03T00:00:00Z A <a@b> # again\n";
    const std::vector<Case> cases = {
        {"reworked",
         once,
         twice,
         {{"deploy/a.sql", "select 2;\n"}, {"deploy/a@v1.sql", "select 1;\n"}},
         "modified deploy/a.sql again\n"},
        {"edited", once, once, {{"deploy/a.sql", "select 2;\n"}}, "modified deploy/a.sql\n"},
        {"reworked, its text left as it is",
         once,
         twice,
         {{"deploy/a@v1.sql", "select 1;\n"}},
         "modified deploy/a.sql again\n"},
        {"what is kept is another text",
         once,
         twice,
         {{"deploy/a.sql", "select 2;\n"}, {"deploy/a@v1.sql", "select 3;\n"}},
         "added deploy/a@v1.sql\nmodified deploy/a.sql again\n"},
        {"reworked twice: the first of both runs, too",
         once,
         twice + "@v2\na [a@v2]\n",
         {{"deploy/a.sql", "select 3;\n"}, {"deploy/a@v1.sql", "select 1;\n"}, {"deploy/a@v2.sql", "select 1;\n"}},
         "added deploy/a@v2.sql\nmodified deploy/a.sql again\n"},
        {"reworked before, and a line without its script",
         twice,
         twice + "c\n",
         {{"deploy/a.sql", "select 2;\n"}},
         "modified deploy/a.sql\nadded deploy/c.sql\n"},
        {"new, and reworked at once",
         once,
         once + "c\n@v2\nc [c@v2]\n",
         {{"deploy/c.sql", "select 2;\n"}, {"deploy/c@v2.sql", "select 1;\n"}},
         "added deploy/c@v2.sql\nadded deploy/c.sql\n"},
        {"a name that only looks so",
         once,
         once + "a@v1\n",
         {{"deploy/a@v1.sql", "select 1;\n"}},
         "added deploy/a@v1.sql\n"},
    };
    for (const Case& one : cases) {
        INFO(one.name);
        const Folder folder;
        const Repo repo(folder / "repo");
        repo.write("sqitch.plan", one.plan);
        repo.write("deploy/a.sql", "select 1;\n");
        repo.write("deploy/b.sql", "select 1;\n");
        repo.commit();
        repo.write("sqitch.plan", one.now);
        for (const auto& [path, text] : one.written) repo.write(path, text);
        repo.commit();
        std::string drawn;
        for (const MigrationFile& file : changed(request_for(repo.path(), "HEAD~1")).files)
            if (file.role == MigrationFile::Role::changed)
                drawn += (file.change == MigrationFile::Change::added ? "added " : "modified ") + file.path +
                         (file.repeatable ? " again\n" : "\n");
        CHECK(drawn == one.drawn);
    }
}
