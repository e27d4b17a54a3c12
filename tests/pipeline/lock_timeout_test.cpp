// missing-lock-timeout is silent where the repository says who sets one, and nowhere else.

#include "pipeline/lock_timeout.h"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/change.h"
#include "pipeline/review.h"
#include "tests/diff/repositories.h"

using namespace pgfence;
using namespace pgfence::diff::testing;

namespace {

struct Said {
    std::size_t findings = 0;
    std::string note;
};

/// Of a change that adds `migration` to a repository that has `files`.
Said said(const std::map<std::string, std::string>& files, const std::string& path, const std::string& migration) {
    const Folder folder;
    const Repo repo(folder / "repo");
    for (const auto& [name, text] : files) repo.write(name, text);
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write(path, migration);
    repo.commit();
    pipeline::ChangeRequest request;
    request.change.repository_path = repo.path().string();
    request.change.base = base;
    request.choices.today = "2026-01-01";
    const auto review = pipeline::prepare_change(request).map(pipeline::review);
    INFO((review ? "" : review.error().message));
    REQUIRE(review);
    Said result;
    for (const FileReport& file : review->files)
        for (const StatementReport& statement : file.statements)
            result.findings += static_cast<std::size_t>(
                std::count_if(statement.findings.begin(), statement.findings.end(),
                              [](const Graded& graded) { return graded.finding.rule == "missing-lock-timeout"; }));
    for (const std::string& note : review->notes)
        if (note.find("lock_timeout") != std::string::npos) result.note += note;
    return result;
}

const std::map<std::string, std::string> kHistory{
    {"migrations/0.sql", "SET lock_timeout = '2s';\nCREATE TABLE users (id bigint);\n"},
    {"migrations/1.sql", "CREATE TABLE orders (id bigint);\n"}};
constexpr const char* kAlter = "ALTER TABLE orders ADD COLUMN note text;\nALTER TABLE orders ADD COLUMN memo text;\n";

std::map<std::string, std::string> with(const std::string& path, const std::string& text) {
    auto files = kHistory;
    files[path] += text;
    return files;
}

constexpr const char* kRails =
    "class A < ActiveRecord::Migration[7.1]\n  def change\n    rename_column :orders, :a, :b\n  end\nend\n";

}  // namespace

TEST_CASE("lock_timeout: one finding for the change where nobody sets it") {
    const Said found = said(kHistory, "migrations/2.sql", kAlter);
    CHECK(found.findings == 1);
    CHECK(found.note.empty());
}

TEST_CASE("lock_timeout: a project that never sets it gets one note") {
    auto files = kHistory;
    for (int i = 2; i <= 20; ++i)
        files[fmt::format("migrations/{}.sql", i)] = fmt::format("CREATE TABLE t{} (id bigint);\n", i);
    const Said found = said(files, "migrations/21.sql", kAlter);
    CHECK(found.findings == 0);
    CHECK(found.note ==
          "none of the latest migrations sets a lock_timeout, nor does `migrations/21.sql`: 2 findings are not listed "
          "(missing-lock-timeout)");
    files["migrations/10.sql"] += "SET lock_timeout = '2s';\nALTER TABLE orders ADD COLUMN paid boolean;\n";
    CHECK(said(files, "migrations/21.sql", kAlter).findings == 1);
    CHECK(said({{"migrations/1.sql", "CREATE TABLE orders (id bigint);\n"}}, "migrations/2.sql", kAlter).findings == 0);
}

TEST_CASE("lock_timeout: what sets it for those who run migrations answers, and is named") {
    struct Case {
        std::string path, text;
    };
    const std::vector<Case> cases{
        {"config/database.yml", "production:\n  adapter: postgresql\n  variables:\n    lock_timeout: 5000\n"},
        {"migrations/1.sql", "ALTER ROLE deploy SET lock_timeout = '5s';\n"},
        {"migrations/1.sql", "alter database shop set lock_timeout to '5s';\n"},
        {"docker/init.sql", "ALTER DATABASE shop SET lock_timeout = '5s';\n"},
        {"docker-compose.yml", "services:\n  db:\n    command: postgres -c lock_timeout=5s -c fsync=on\n"},
        {"deploy/env.sh", "export PGOPTIONS='-c lock_timeout=5s'\n"},
        {"src/migrate.ts", "const url = 'postgres://x/y?options=-c%20lock_timeout%3D5000';\n"},
        {"shop/settings.py", "DATABASES = {'default': {'OPTIONS': {'options': '-c lock_timeout=5000'}}}\n"},
        {"knexfile.ts", "export default { connection: { statement_timeout: 30000,\n  lock_timeout: 5000 } };\n"},
        {"src/db.ts",
         "await migrate(drizzle(pool));\nnew Pool({ statement_timeout: 30000,\n  lock_timeout: 5000 });\n"},
        {"src/upgrade.py",
         "# runs the migrations\nawait asyncpg.connect(dsn, server_settings={\n    'lock_timeout': '5s',\n})\n"},
        {"db/migrator.go", "cfg.ConnConfig.RuntimeParams[\"lock_timeout\"] = \"5000\"\n"},
        {"scripts/migrate.ts", "await sql`select set_config('lock_timeout', '5s', false)`\n"},
        {"postgresql.conf", "lock_timeout = 5s # waits\n"},
        {"scripts/migrate.sh", "psql -c \"SET lock_timeout = '5s'\" -f x.sql\n"},
    };
    for (const Case& c : cases) {
        INFO(c.path << ": " << c.text);
        const Said found = said(with(c.path, c.text), "migrations/2.sql", kAlter);
        CHECK(found.findings == 0);
        CHECK(found.note.find(c.path + ":") != std::string::npos);
    }
}

TEST_CASE("lock_timeout: what only mentions it answers nothing") {
    struct Case {
        std::string path, text;
    };
    const std::vector<Case> cases{
        {"config/database.yml", "production:\n  variables:\n    # lock_timeout: 5000\n    lock_timeout: 0\n"},
        // The application's own connections.
        {"src/db.ts", "const url = 'postgres://x/y?options=-c%20lock_timeout%3D5000';\n"},
        {"src/db.py", "engine = create_engine(url, connect_args={'options': '-c lock_timeout=5000'})\n"},
        {"src/db.ts", "new Pool({ statement_timeout: 30000,\n  lock_timeout: 5000 });\n"},
        {"db/db.go", "cfg.ConnConfig.RuntimeParams[\"lock_timeout\"] = \"5000\"\n"},
        {"src/usage.ts", "pg.query(sql`select set_config('lock_timeout', ${`${MS}ms`}, true)`)\n"},
        {"src/queue.py", "redis.lock('x', lock_timeout=5)\nlock_timeout = 30\n"},
        {"src/cache.ts", "const options = { lock_timeout: 5000 };\n"},
        {"src/job.rb", "connection.execute(\"SET LOCAL lock_timeout = '10s'\")\n"},
        {"db/structure.sql", "SET lock_timeout = 0;\n"},
        {"migrations/1.sql", "SET lock_timeout = '5s';\n"},
        {"migrations/1.sql", "-- ALTER ROLE deploy SET lock_timeout = '5s';\n"},
        {"migrations/1.sql", "ALTER ROLE deploy SET lock_timeout = '5s';\nALTER ROLE deploy RESET lock_timeout;\n"},
        {"README.md", "ALTER ROLE deploy SET lock_timeout = '5s';\n"},
        {"spec/db.rb", "ALTER ROLE deploy SET lock_timeout = '5s'\n"},
        {"postgresql.conf", "#lock_timeout = 0\t# in milliseconds, 0 is disabled\n"},
        {"src/errors.ts", "if (code === 'lock_timeout') throw new Error('statement_timeout');\n"},
        {"config/initializers/strong_migrations.rb", "StrongMigrations.lock_timeout = 10.seconds\n"},  // of Rails alone
    };
    for (const Case& c : cases) {
        INFO(c.path << ": " << c.text);
        const Said found = said(with(c.path, c.text), "migrations/2.sql", kAlter);
        CHECK(found.findings == 1);
        CHECK(found.note.empty());
    }
}

TEST_CASE("lock_timeout: what a migration tool sets counts for that tool") {
    const std::string path = "db/migrate/20240101000000_a.rb";
    const auto rails = [&](const std::string& file, const std::string& text) {
        return said(
            {{"db/migrate/20230101000000_o.rb",
              "class O < ActiveRecord::Migration[7.1]\n  def change\n    execute \"SET lock_timeout = '5s'\"\n    "
              "create_table(:orders) { |t| t.integer :a }\n  end\nend\n"},
             {file, text}},
            path, kRails);
    };
    CHECK(rails("lib/a.rb", "").findings == 1);
    CHECK(rails("config/initializers/strong_migrations.rb", "StrongMigrations.lock_timeout = 10.seconds\n").findings ==
          0);
    CHECK(
        rails("config/initializers/strong_migrations.rb", "# StrongMigrations.lock_timeout = 10.seconds\n").findings ==
        1);
    CHECK(rails("Gemfile", "source 'x'\ngem 'safe-pg-migrations'\n").findings == 0);
    CHECK(rails("Gemfile", "source 'x'\ngem 'safe-things'\n").findings == 1);
    CHECK(rails("config/settings.py", "ZERO_DOWNTIME_MIGRATIONS_LOCK_TIMEOUT = '2s'\n").findings == 1);
}

TEST_CASE("lock_timeout: no setting of a role helps a migration that switches it off") {
    const auto files = with("migrations/1.sql", "ALTER ROLE deploy SET lock_timeout = '5s';\n");
    CHECK(said(files, "migrations/2.sql", std::string("SET lock_timeout = 0;\n") + kAlter).findings == 1);
    CHECK(said(files, "migrations/2.sql", std::string("SET lock_timeout = DEFAULT;\n") + kAlter).findings == 0);
}

TEST_CASE("lock_timeout: what only the change says counts once it is in the base") {
    CHECK(said(kHistory, "migrations/2.sql", std::string("ALTER ROLE deploy SET lock_timeout = '5s';\n") + kAlter)
              .findings == 1);
}

TEST_CASE("lock_timeout: lines") {
    using pipeline::lock_timeout_line;
    CHECK_FALSE(lock_timeout_line("a.py", "x = my_lock_timeout = 5"));
    CHECK_FALSE(lock_timeout_line("a.py", "if lock_timeout == 5:"));
    CHECK_FALSE(lock_timeout_line("a.py", "def f(lock_timeout):"));
    CHECK_FALSE(lock_timeout_line("a.py", "    lock_timeout: Optional[int] = LOCK_TIMEOUT,"));
    CHECK(lock_timeout_line("a.py", "    'lock_timeout': '5s',")->sets);
    CHECK(lock_timeout_line("a.yml", "  lock_timeout: 0.5s")->sets);
    CHECK_FALSE(lock_timeout_line("a.yml", "  lock_timeout: 0")->sets);
    CHECK_FALSE(lock_timeout_line("a.yml", "  lock_timeout: null")->sets);
    CHECK(lock_timeout_line("alembic/env.py", "connection.execute(text(\"SET lock_timeout = 1000\"))")->format ==
          "alembic");
    CHECK_FALSE(lock_timeout_line("a.sql", "ALTER ROLE x RESET lock_timeout;")->sets);
}
