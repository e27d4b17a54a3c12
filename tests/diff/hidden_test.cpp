// A change cannot hide a migration: trees of every tool, each with the tricks by which a new file would vanish from the
// review or take others along. A runner would run all of these files, by its documentation.
#include <sys/stat.h>

#include <algorithm>
#include <catch2/generators/catch_generators.hpp>
#include <functional>
#include <set>

#include "core/text.h"
#include "diff/changes.h"
#include "extract/detect.h"
#include "tests/diff/repositories.h"

using namespace pgfence;
using namespace pgfence::diff;
using namespace pgfence::diff::testing;
using Kind = MigrationFile::Change;
using Role = MigrationFile::Role;

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

const std::string kDangerous = "DROP TABLE users;\n";
const std::string kHarmless = "CREATE TABLE notes (id bigint);\n";

struct Tool {
    std::string name, folder;
    std::function<std::string(int number, std::string title)> path;  ///< below the folder
    std::function<std::string(std::string sql)> text;
    Files around = {};
    bool recursive = false;
    std::vector<std::string> endings = {};  ///< in place of .sql, that only look like a way back
};

std::string padded(int number) { return "000" + std::to_string(number); }
std::string dated(int number) { return "2024010100000" + std::to_string(number); }
std::string plain(std::string sql) { return sql; }
std::string numbered(int number, std::string title) { return padded(number) + "_" + title + ".sql"; }
std::string by_date(int number, std::string title) { return dated(number) + "_" + title + ".sql"; }

const std::vector<std::string> kBackward{".down.sql", ".undo.sql", ".revert.sql", ".rollback.sql"};

std::vector<Tool> tools() {
    const auto flyway = [](int number, std::string title) {
        return "V" + std::to_string(number) + "__" + title + ".sql";
    };
    return {
        {"flyway", "src/main/resources/db/migration", flyway, plain, {}, true, kBackward},
        {"dbmate",
         "db/migrations",
         by_date,
         [](std::string sql) { return "-- migrate:up\n" + sql + "\n-- migrate:down\n"; },
         {},
         false,
         kBackward},
        {"golang-migrate",
         "migrations",
         [](int number, std::string title) { return padded(number) + "_" + title + ".up.sql"; },
         plain,
         {{"go.mod", "module x\nrequire github.com/jackc/pgx/v5 v5.7.2\n"}},
         false,
         {".up.txt", ".up.pgsql", ".up.ddl", ".down.up.sql"}},
        {"goose",
         "migrations",
         numbered,
         [](std::string sql) { return "-- +goose Up\n" + sql + "-- +goose Down\n"; },
         {{"go.mod", "module x\n"}},
         false,
         kBackward},
        {"sqlx",
         "migrations",
         by_date,
         plain,
         {{"Cargo.toml", "[dependencies]\nsqlx = { version = \"0.8\", features = [\"postgres\"] }\n"}},
         false,
         {".undo.sql", ".revert.sql", ".rollback.sql"}},
        {"supabase", "supabase/migrations", by_date, plain, {}, false, kBackward},
        {"tern",
         "migrations",
         numbered,
         [](std::string sql) { return sql + "---- create above / drop below ----\n"; },
         {},
         false,
         kBackward},
        {"sql-migrate",
         "migrations",
         numbered,
         [](std::string sql) { return "-- +migrate Up\n" + sql; },
         {},
         false,
         kBackward},
        {"prisma",
         "prisma/migrations",
         [](int number, std::string title) { return dated(number) + "_" + title + "/migration.sql"; },
         plain,
         {{"prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n"}}},
        {"diesel",
         "migrations",
         [](int number, std::string title) {
             return "2024-01-0" + std::to_string(number) + "-000000_" + title + "/up.sql";
         },
         plain,
         {{"diesel.toml", ""}}},
        {"drizzle",
         "drizzle",
         numbered,
         [](std::string sql) { return sql + "--> statement-breakpoint\n"; },
         {{"drizzle/meta/_journal.json", "{\"dialect\": \"postgresql\"}"}}},
        {"postgrator", "migrations",
         [](int number, std::string title) { return padded(number) + ".do." + title + ".sql"; }, plain},
        {"refinery",
         "migrations",
         flyway,
         plain,
         {{"Cargo.toml", "[dependencies]\nrefinery = \"0.8\"\npostgres = \"1\"\n"}},
         true},
        {"plain", "db/migrations", numbered, plain, {}, true, kBackward},
        {"series", "sql", numbered, plain},
        {"rails",
         "db/migrate",
         [](int number, std::string title) { return dated(number) + "_" + title + ".rb"; },
         [](std::string) {
             return "class A < ActiveRecord::Migration[7.0]\n  def change\n    drop_table :users\n  end\nend\n";
         },
         {{"Gemfile", "gem 'pg'\n"}},
         true},
        {"ecto",
         "priv/repo/migrations",
         [](int number, std::string title) { return dated(number) + "_" + title + ".exs"; },
         [](std::string) {
             return "defmodule A do\n  use Ecto.Migration\n  def change, do: drop table(:users)\nend\n";
         },
         {{"mix.exs", "{:postgrex, \">= 0.0.0\"}\n"}},
         true},
    };
}

struct Hidden {
    Files base, head;  ///< head: what the change adds
    std::string path;  ///< that must be found
};

std::string in(const Tool& tool, const std::string& inside) { return tool.folder + "/" + inside; }

Files with_history(const Tool& tool) {
    Files files = tool.around;
    for (int i = 1; i <= 4; ++i)
        files.emplace_back(in(tool, tool.path(i, "a")),
                           tool.text("CREATE TABLE t" + std::to_string(i) + " (id int);\n"));
    return files;
}

/// By what the change writes beside it, or into it.
std::map<std::string, Files> evidence(const Tool& tool) {
    const std::string other = "CREATE TABLE `a` (id int unsigned AUTO_INCREMENT, b tinyint) ENGINE=InnoDB;\n";
    Files tipping, loose;
    for (int i = 5; i <= 8; ++i) {
        tipping.emplace_back(in(tool, tool.path(i, "b")), tool.text(other));
        loose.emplace_back(in(tool, "note" + std::to_string(i) + ".sql"), "SELECT 1;\n");
    }
    return {
        {"nothing", {}},
        {"package.json", {{"package.json", "{\"dependencies\": {\"mysql2\": \"3\"}}"}}},
        {"package.json in the folder", {{in(tool, "package.json"), "{\"dependencies\": {\"mysql2\": \"3\"}}"}}},
        {"go.mod", {{"go.mod", "module x\nrequire github.com/go-sql-driver/mysql v1.9.1\n"}}},
        {"go.mod in the folder", {{in(tool, "go.mod"), "module x\nrequire github.com/go-sql-driver/mysql v1.9.1\n"}}},
        {"lock file", {{in(tool, "migration_lock.toml"), "provider = \"mysql\"\n"}}},
        {"journal", {{in(tool, "meta/_journal.json"), "{\"dialect\": \"sqlite\"}"}}},
        {"Gemfile", {{"Gemfile", "gem 'mysql2'\n"}}},
        {"mix.exs", {{"mix.exs", "{:myxql, \"1.0\"}\n"}}},
        {"five files of another dialect", tipping},
        {"files without a number", loose},
        {"an up.sql", {{in(tool, "up.sql"), kHarmless}}},
        {"a migration.sql", {{in(tool, "migration.sql"), kHarmless}}},
        {"both", {{in(tool, "up.sql"), kHarmless}, {in(tool, "migration.sql"), kHarmless}}},
        {"a folder with an up.sql", {{in(tool, "x/up.sql"), kHarmless}}},
        {"a folder migrations inside", {{in(tool, "migrations/0001_x.sql"), kHarmless}}},
        {"a migration elsewhere", {{"other/migrations/0001_x.sql", kHarmless}}},
        {"a plan of sqitch", {{"sqitch.plan", "%project=x\n"}}},
    };
}

std::vector<std::pair<std::string, Hidden>> hidden(const Tool& tool) {
    std::vector<std::pair<std::string, Hidden>> all;
    const std::string name = tool.path(9, "z"), path = in(tool, name);
    const auto add = [&](const std::string& how, Files head, std::string target) {
        all.emplace_back(tool.name + ": " + how, Hidden{with_history(tool), std::move(head), std::move(target)});
    };
    for (auto& [how, files] : evidence(tool)) {
        files.emplace_back(path, tool.text(kDangerous));
        add(how, files, path);
    }
    const std::string words =
        "-- AUTO_INCREMENT ENGINE=InnoDB unsigned tinyint longtext mediumtext nvarchar [dbo] varchar2 PRAGMA sqlite_\n"
        "/* table `users` if not exists `users` autoincrement identity(1,1) datetime('now') without rowid */\n";
    add("comments of another dialect", {{path, tool.text(words + kDangerous)}}, path);
    add("strings of another dialect",
        {{path, tool.text("COMMENT ON TABLE t1 IS 'AUTO_INCREMENT ENGINE=InnoDB unsigned tinyint longtext';\n" +
                          kDangerous)}},
        path);
    for (const std::string word :
         {"mysql", "sqlite", "seed", "test", "verify_migration", "schema", "dump", "down", "undo"}) {
        const std::string titled = in(tool, tool.path(9, word));
        add("called " + word, {{titled, tool.text(kDangerous)}}, titled);
    }
    for (const std::string& ending : tool.endings) {
        const std::string stem = name.substr(0, name.find(tool.name == "golang-migrate" ? ".up.sql" : ".sql"));
        add("ending in " + ending, {{in(tool, stem + ending), tool.text(kDangerous)}}, in(tool, stem + ending));
    }
    if (tool.recursive)
        for (const std::string folder :
             {"test", "tests", "seed", "seeds", "fixtures", "down", "undo", "rollback", "vendor", "archive", "legacy",
              "db2", "mysql", "node_modules", "verify", "dump", "a/test/b"})
            add("below " + folder, {{in(tool, folder + "/" + name), tool.text(kDangerous)}},
                in(tool, folder + "/" + name));
    if (tool.name == "prisma" || tool.name == "diesel")
        for (const std::string folder : {"test", "seed", "down", "vendor", "archive", "mysql"}) {
            const std::string inside = in(tool, folder + "/" + name.substr(name.find('/') + 1));
            add("in a folder " + folder, {{inside, kDangerous}}, inside);
        }
    return all;
}

void commit_tree(const Repo& repo, const Files& files) {
    for (const auto& [path, text] : files) repo.write(path, text);
    repo.commit();
}

/// Judged, or handed on as what nobody could read; nothing when it is neither.
const MigrationFile* found(const Change& change, std::string_view path) {
    for (const MigrationFile& file : change.files)
        if (file.path == path && file.role == Role::changed && file.change != Kind::deleted) return &file;
    return nullptr;
}

Change changed(const Repo& repo, const std::string& base = "HEAD~1") {
    Request request;
    request.files.detect = extract::detect;
    request.repository_path = repo.path().string();
    request.base = base;
    auto change = changes(request);
    INFO((change ? "" : change.error().message));
    REQUIRE(change);
    return std::move(*change);
}

Change of(const Folder& folder, const Files& base, const Files& head) {
    const Repo repo(folder / "repo");
    commit_tree(repo, base);
    commit_tree(repo, head);
    return changed(repo);
}

FileTree tree_of(const std::map<std::string, std::string>& files) {
    FileTree tree;
    for (const auto& [path, text] : files) tree.paths.push_back(path);
    tree.read = [&files](std::string_view path) { return std::optional(files.at(std::string(path))); };
    return tree;
}

struct Seen {
    std::set<std::string> judged, left_out;
};

/// What runs forward once the change is in, and what looks so and is left out for more than its own statements.
Seen seen_in(const Files& base, const Files& head) {
    std::map<std::string, std::string> files(base.begin(), base.end());
    const std::map<std::string, std::string> before = files;
    for (const auto& [path, text] : head) files[path] = text;
    const FileTree old_tree = tree_of(before);
    const Detection known = extract::detect(old_tree);
    const AgreedTree agreed{old_tree, known};
    FileTree tree = tree_of(files);
    tree.agreed = &agreed;
    Seen seen;
    const Detection detected = extract::detect(tree);
    for (const Located& one : detected.migrations)
        if (one.forward) seen.judged.emplace(one.path);
    for (const LeftOut& one : detected.left_out)
        if (!one.by_its_sql) seen.left_out.emplace(one.path);
    return seen;
}

std::set<std::string> found_in(const Files& base, const Files& head) { return seen_in(base, head).judged; }

}  // namespace

TEST_CASE("no change hides a migration that its runner runs") {
    std::size_t tried = 0;
    for (const Tool& tool : tools())
        for (const auto& [how, member] : hidden(tool)) {
            const auto found = found_in(member.base, member.head);
            INFO(how << ": " << member.path);
            CHECK(found.contains(member.path));
            // Nothing of what ran is gone either.
            for (int i = 1; i <= 4; ++i) CHECK(found.contains(in(tool, tool.path(i, "a"))));
            ++tried;
        }
    CHECK(tried >= 500);
}

TEST_CASE("a folder that is wholly new hides nothing either") {
    std::size_t tried = 0;
    for (const Tool& tool : tools())
        for (const auto& [how, member] : hidden(tool)) {
            Files head = member.base;
            head.insert(head.end(), member.head.begin(), member.head.end());
            const Seen seen = seen_in({{"README.md", "an application"}}, head);
            INFO(how << ": " << member.path);
            CHECK((seen.judged.contains(member.path) || seen.left_out.contains(member.path)));
            ++tried;
        }
    CHECK(tried >= 500);
}

TEST_CASE("one numbered file is no sequence, and not passed over") {
    for (const std::string path : {"sql/001_init.sql", "database/2024-01-01-drop.sql", "1.sql"}) {
        const Seen seen = seen_in({{"README.md", "an application"}}, {{path, kDangerous}});
        INFO(path);
        CHECK(seen.left_out.contains(path));
        CHECK_FALSE(seen.judged.contains(path));
    }
}

TEST_CASE("a runner with a file for each database runs PostgreSQL's, or the one for all") {
    struct Runner {
        std::string name, mark;
        Files around;
    };
    const std::vector<Runner> runners{
        {"popx", "20240101000000000", {}},
        {"pop", "20240101000", {{"go.mod", "module x\nrequire github.com/gobuffalo/pop/v6 v6.1.1\n"}}}};
    const std::vector<std::string> others{"mysql", "sqlite", "sqlite3", "cockroach"};
    for (const Runner& runner : runners)
        for (const std::string below : {"", "2024/"}) {
            const auto file = [&](int number, const std::string& dialect) {
                return "migrations/" + below + runner.mark + "00" + std::to_string(number) + "_a" + dialect + ".up.sql";
            };
            Files base = runner.around, head;
            base.emplace_back(file(1, ""), kHarmless);
            base.emplace_back(file(2, ".postgres"), kHarmless);
            head.emplace_back(file(3, ""), "ALTER TABLE notes MODIFY id int;\n");
            head.emplace_back(file(3, ".postgres"), kDangerous);
            head.emplace_back(file(4, ""), kDangerous);
            for (const std::string& other : others) head.emplace_back(file(3, "." + other), "SELECT 1;\n");
            const Folder folder;
            const Change change = of(folder, base, head);
            INFO(runner.name << " in " << below);
            std::set<std::string> judged;
            for (const MigrationFile& one : change.files)
                if (one.role == Role::changed) judged.insert(one.path);
            CHECK(judged == std::set<std::string>{file(3, ".postgres"), file(4, "")});
        }
}

TEST_CASE("what only the change leaves out is handed on, what the base leaves out is noted") {
    const Folder folder;
    const std::string mysql = "CREATE TABLE `a` (id int unsigned AUTO_INCREMENT) ENGINE=InnoDB;\n";
    const Change change =
        of(folder, {{"db/mysql/migrations/0001_a.sql", kHarmless}, {"package.json", "{\"pg\": \"8\"}"}},
           {{"db/mysql/migrations/0002_b.sql", kDangerous},
            {"store/mysql/migrations/0001_a.sql", kDangerous},
            {"other/mysql/migrations/0001_a.sql", mysql},
            {"tool/migrations/20240101_x/migration.ts", "export const run = () => drop();\n"}});
    CHECK(change.left_out == 3);
    const MigrationFile* aside = found(change, "store/mysql/migrations/0001_a.sql");
    REQUIRE(aside);
    CHECK(aside->set_aside.find("another database, by this change alone") != std::string::npos);
    CHECK(aside->text.empty());
    CHECK_FALSE(found(change, "db/mysql/migrations/0002_b.sql"));
    CHECK_FALSE(found(change, "other/mysql/migrations/0001_a.sql"));
    REQUIRE(change.notes.size() == 1);
    CHECK(change.notes[0].find("db/mysql/migrations/0002_b.sql (in a folder for another database)") !=
          std::string::npos);
    REQUIRE(found(change, "tool/migrations/20240101_x/migration.ts"));
    CHECK_FALSE(found(change, "tool/migrations/20240101_x/migration.ts")->unreadable.empty());
}

TEST_CASE("what no runner runs stays quiet") {
    for (const Tool& tool : tools()) {
        const std::string name = tool.path(9, "z"), path = in(tool, name);
        const std::string stem = name.substr(0, name.find('.'));
        std::vector<Files> quiet{
            {{in(tool, "README.md"), "-- migrate:up\n-- +goose Up\n"}},
            {{in(tool, "notes.txt"), kDangerous}},
            {{"db/seeds/users.sql", kDangerous}},
            {{"seeds/0001_users.sql", kDangerous}},
            {{"test/fixtures/migrations/0001_x.sql", kDangerous}},
            {{"docs/example.sql", kDangerous}},
            {{"vendor/lib/migrations/0001_x.sql", kDangerous}},
            {{"src/queries/find.sql", "SELECT 1;\n"}},
            {{in(tool, "checksums.json"), "{}"}},
            {{in(tool, ".gitkeep"), ""}},
        };
        if (tool.name == "golang-migrate")
            quiet.insert(quiet.end(),
                         {{{in(tool, stem + ".down.sql"), kDangerous}}, {{in(tool, stem + ".down.txt"), kDangerous}}});
        if (tool.name == "sqlx") quiet.push_back({{in(tool, stem + ".down.sql"), kDangerous}});
        if (tool.name == "flyway")
            quiet.insert(quiet.end(), {{{in(tool, "U9__z.sql"), kDangerous}},
                                       {{in(tool, "test/helper.sql"), kDangerous}},
                                       {{in(tool, "disabled.V9__z.sql"), kDangerous}},
                                       {{in(tool, "_V9__z.sql"), kDangerous}}});
        if (tool.name == "diesel")
            quiet.push_back({{in(tool, stem.substr(0, stem.find('/')) + "/down.sql"), kDangerous}});
        if (tool.name == "prisma") quiet.push_back({{in(tool, "20240101000001_a/notes.sql"), kDangerous}});
        if (tool.name == "postgrator") quiet.push_back({{in(tool, "0009.undo.z.sql"), kDangerous}});
        if (tool.name == "goose" || tool.name == "dbmate") quiet.push_back({{in(tool, "test/x.sql"), kDangerous}});
        if (tool.name == "plain")
            quiet.insert(quiet.end(), {{{in(tool, "0004_a.down.sql"), kDangerous}},
                                       {{in(tool, "down/0004_a.sql"), kDangerous}},
                                       {{in(tool, "mysql/0004_a.sql"), kDangerous}},
                                       {{in(tool, "seeds/users.sql"), kDangerous}}});
        for (const Files& files : quiet) {
            INFO(tool.name << ": " << files.front().first);
            CHECK_FALSE(found_in(with_history(tool), files).contains(files.front().first));
        }
    }
}

TEST_CASE("a name that its folder's tool does not take is told of, and one that it may take is judged") {
    for (const auto& [name, is_told] : std::map<std::string, bool>{{"disabled.V9__z.sql", true},
                                                                   {"_V9__z.sql", true},
                                                                   {"old_V9__z.sql", true},
                                                                   {"V9__z.sql", false},
                                                                   {"v9__z.sql", false},
                                                                   {"V9_z.sql", true},
                                                                   {"R__z.sql", false},
                                                                   {"afterMigrate.sql", false},
                                                                   {"afterMigrate__z.sql", false},
                                                                   {"9_z.sql", false}}) {
        INFO(name);
        const Folder folder;
        const Repo repo(folder / "repo");
        const std::string around = "src/main/resources/db/migration/";
        for (const char* before : {"V1__a.sql", "V2__b.sql", "V3__c.sql"}) repo.write(around + before, kHarmless);
        repo.commit();
        repo.write(around + name, kDangerous);
        repo.commit();
        const Change change = changed(repo);
        CHECK((found(change, around + name) == nullptr) == is_told);
        const bool noted = !change.notes.empty() && (contains(change.notes[0], name + " (a name that") ||
                                                     contains(change.notes[0], name + " (Flyway never runs it"));
        CHECK(noted == is_told);
    }
    // Where the change brings the folder along, nobody but the change says which tool it is of.
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("README.md", "");
    repo.commit();
    repo.write("db/migration/V1__a.sql", kHarmless);
    repo.write("db/migration/disabled.V2__b.sql", kDangerous);
    repo.commit();
    const Change change = changed(repo);
    REQUIRE(found(change, "db/migration/disabled.V2__b.sql"));
    CHECK_FALSE(found(change, "db/migration/disabled.V2__b.sql")->set_aside.empty());
}

TEST_CASE("migrations that are no text that can be read are handed on, and say why") {
    const Folder folder;
    const Repo repo(folder / "repo");
    commit_tree(repo, {{"migrations/0001_a.sql", kHarmless}, {"package.json", "{\"pg\": \"8\"}"}});
    const std::map<std::string, std::pair<std::string, std::string>> unread{
        {"migrations/0002_nul.sql", {std::string("SELECT 1;\0SELECT 2;", 19), "NUL bytes"}},
        {"migrations/0003_binary.sql", {"\x89PNG\x01\x02\xFF\xFE", "control characters"}},
        {"migrations/0004_lfs.sql", {"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "Git LFS"}},
        {"migrations/0005_half.sql", {"\xFF\xFE-\0-", "NUL bytes"}},
        {"database/migrations/2024_01_01_000000_x.php", {"<?php Schema::drop('users');", "no reader for .php"}},
        {"src/Migrations/Version20240101.php", {"<?php $this->addSql('DROP TABLE users');", "no reader for .php"}},
        {"Migrations/20240101000000_Init.cs", {"migrationBuilder.DropTable(\"users\");", "no reader for .cs"}},
        {"migration/src/m20240101_000001_x.rs", {"manager.drop_table(...)", "no reader for .rs"}},
        {"resources/migrations/20240101-x.edn", {"{:up [\"DROP TABLE users\"]}", "no reader for .edn"}},
        {"src/db/migrations/001_x.clj", {"(drop-table :users)", "no reader for .clj"}},
        {"migrations/0006_x.py", {"from yoyo import step\nstep('DROP TABLE users')\n", "no migration tool"}},
        {"migrations/0007_x.js",
         {"module.exports = async (client) => client.query('DROP TABLE users');\n", "no migration tool"}},
        {"migrations/20240101_x.go", {"func init() { Migrations.MustRegister(up) }", "no migration tool"}},
        {"migrations/0008_x.sh", {"psql -c 'DROP TABLE users'\n", "no reader for .sh"}},
    };
    for (const auto& [path, what] : unread) repo.write(path, what.first);
    fs::create_symlink("../secret.sql", repo.path() / "migrations/0009_link.sql");
    fs::create_symlink("../elsewhere", repo.path() / "migrations/more");
    repo.run("init -q migrations/sub");
    git(repo.path() / "migrations/sub", "commit -q --allow-empty -m x");
    for (const char* quiet :
         {"migrations/index.js", "migrations/0006_x.test.js", "migrations/20240101000000_Init.Designer.cs",
          "lib/2fa.php", "migrations/__init__.py", "migrations/0001_x.snap"})
        repo.write(quiet, "x");
    repo.commit();
    const Change change = changed(repo);
    for (const auto& [path, what] : unread) {
        INFO(path);
        const MigrationFile* file = found(change, path);
        REQUIRE(file);
        INFO(file->unreadable);
        CHECK(file->text.empty());
        CHECK(file->unreadable.find(what.second) != std::string::npos);
    }
    for (const char* path : {"migrations/0009_link.sql", "migrations/more"}) {
        REQUIRE(found(change, path));
        CHECK(found(change, path)->unreadable.find("symbolic link") != std::string::npos);
    }
    REQUIRE(found(change, "migrations/sub"));
    CHECK(found(change, "migrations/sub")->unreadable.find("submodule") != std::string::npos);
    CHECK(std::count_if(change.files.begin(), change.files.end(), [](const auto& file) {
              return file.role == Role::changed;
          }) == static_cast<std::ptrdiff_t>(unread.size() + 3));
}

TEST_CASE("UTF-16 and Latin-1 are read as what they are") {
    const auto utf16 = [](std::string_view text, bool little) {
        std::string bytes = little ? "\xFF\xFE" : "\xFE\xFF";
        for (const char c : text) bytes += little ? std::string{c, '\0'} : std::string{'\0', c};
        return bytes;
    };
    const Folder folder;
    const Change change = of(folder, {{"migrations/0001_a.sql", kHarmless}},
                             {{"migrations/0002_le.sql", utf16("-- x\n" + kDangerous, true)},
                              {"migrations/0003_be.sql", utf16("-- x\n" + kDangerous, false)},
                              {"migrations/0004_l1.sql", "-- f\xFCr \x80\n" + kDangerous}});
    CHECK(found(change, "migrations/0002_le.sql")->text == "-- x\n" + kDangerous);
    CHECK(found(change, "migrations/0003_be.sql")->text == "-- x\n" + kDangerous);
    CHECK(found(change, "migrations/0004_l1.sql")->text == "-- f\xC3\xBCr \xE2\x82\xAC\n" + kDangerous);
    CHECK(change.notes.size() == 3);
}

TEST_CASE("a submodule or a link in the place of the folder is no empty folder") {
    const bool link = GENERATE(false, true);
    const Folder folder;
    const Repo repo(folder / "repo");
    commit_tree(repo, {{"db/migrations/0001_a.sql", kHarmless}, {"src/x.c", "x"}});
    fs::remove_all(repo.path() / "db/migrations");
    repo.commit();
    if (link) {
        fs::create_symlink("../other", repo.path() / "db/migrations");
    } else {
        repo.run("init -q db/migrations");
        git(repo.path() / "db/migrations", "commit -q --allow-empty -m x");
    }
    repo.commit();
    const Change change = changed(repo, "HEAD~2");
    REQUIRE(found(change, "db/migrations"));
    CHECK_FALSE(found(change, "db/migrations")->unreadable.empty());
}

TEST_CASE("a program that ran stays a migration when its marks are gone") {
    const Folder folder;
    const Change change = of(folder,
                             {{"migrations/1-a.ts", "export class A implements MigrationInterface {}"},
                              {"migrations/2-b.ts", "export class B implements MigrationInterface {}"}},
                             {{"migrations/2-b.ts", "import { run } from '../x'; run();"}});
    CHECK(found(change, "migrations/2-b.ts"));
}

TEST_CASE("under another name that its runner goes by, a migration is a new one") {
    struct Case {
        std::string before, now;
        bool again;
    };
    const std::string goose = "-- +goose Up\nDROP TABLE users;\n";
    for (const auto& [before, now, again] : {
             Case{"migrations/0002_b.sql", "migrations/0005_b.sql", true},
             Case{"migrations/0002_b.sql", "migrations/0002_c.sql", false},  // goose goes by numbers
             Case{"migrations/0002_b.sql", "db/migrations/0002_b.sql", false},
             Case{"db/migration/V2__b.sql", "db/migration/V5__b.sql", true},
             Case{"db/migration/V2__b.sql", "db/migration/old/V2__b.sql", false},
             Case{"prisma/migrations/20240102000000_b/migration.sql",
                  "prisma/migrations/20240105000000_b/migration.sql", true},
             Case{"prisma/migrations/20240102000000_b/migration.sql",
                  "prisma/migrations/20240102000000_c/migration.sql", true},
             Case{"migrations/2024-01-02-000000_b/up.sql", "migrations/20240102000000_b/up.sql", false},
         }) {
        const Folder folder;
        const Repo repo(folder / "repo");
        const std::string text = before.starts_with("migrations/0") ? goose : kDangerous;
        commit_tree(repo, {{before, text}, {"x", "x"}});
        repo.remove(before);
        commit_tree(repo, {{now, text}});
        const Change change = changed(repo);
        INFO(before << " -> " << now);
        REQUIRE(found(change, now));
        CHECK(found(change, now)->change == (again ? Kind::added : Kind::renamed));
    }
}

TEST_CASE("a change meets what the base is today, whatever it was begun from") {
    const Folder folder;
    const Repo repo(folder / "repo");
    commit_tree(repo, {{"migrations/0001_a.sql", kHarmless}});
    repo.run("checkout -q -b feature");
    commit_tree(repo,
                {{"migrations/0003_mine.sql", "CREATE TABLE b ();\n"}, {"migrations/0004_both.sql", "SELECT 1;\n"}});
    repo.run("checkout -q main");
    commit_tree(repo,
                {{"migrations/0002_theirs.sql", "CREATE TABLE b ();\n"}, {"migrations/0004_both.sql", "SELECT 1;\n"}});
    repo.run("checkout -q feature");
    const Change change = changed(repo, "main");
    std::string drawn;
    for (const MigrationFile& file : change.files)
        drawn += std::string(file.role == Role::history ? "history " : "changed ") + file.path + "\n";
    CHECK(drawn ==
          "history migrations/0001_a.sql\nhistory migrations/0002_theirs.sql\nhistory "
          "migrations/0004_both.sql\nchanged migrations/0003_mine.sql\n");
}
