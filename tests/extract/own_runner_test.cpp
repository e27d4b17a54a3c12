// Folders shaped like a known tool's, which a program of the repository reads.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "tests/extract/scripts.h"

using namespace pgfence;

TEST_CASE("a runner of the repository's own is told from the tools whose names it uses") {
    const std::string path = "atc/db/migration/migrations/1_a.up.sql", loader = "atc/db/migration/migration.go";
    const std::string module = "module example.com/migrator\n\nrequire (\n\tgithub.com/jackc/pgx/v5 v5.1.0\n)\n";
    const std::string embeds = "package migration\n\n//go:embed migrations\nvar files embed.FS\n";
    const std::string crate = "[package]\nname = \"migrator\"\n\n[dependencies]\ntokio-postgres = \"0.7\"\n";
    struct Repository {
        test::Files files;
        std::string format;
    };
    const std::vector<Repository> repositories{
        {{{"go.mod", module}, {loader, embeds}}, "own-runner"},
        {{{"go.mod", module}, {loader, "//go:embed \"migrations/*.sql\"\n"}}, "own-runner"},
        {{{"go.mod", module}, {loader, "//go:embed migrations/1_a.up.sql\n"}}, "own-runner"},
        {{{"go.mod", module}, {"atc/db/embed.go", "//go:embed all:migration/migrations\n"}}, "own-runner"},
        {{{"go.mod", module}, {"atc/db/migration/migrations/embed.go", "//go:embed *.sql\n"}}, "own-runner"},
        {{{"go.mod", module}, {loader, "//go:generate go-bindata -o bindata.go migrations/...\n"}}, "own-runner"},
        {{{"Cargo.toml", crate},
          {"src/migrate.rs", "static M: Dir = include_dir!(\"$CARGO_MANIFEST_DIR/migrations\");"}},
         "own-runner"},
        // It reads another folder, or none.
        {{{"go.mod", module}, {loader, "//go:embed templates\n"}}, "golang-migrate"},
        {{{"go.mod", module}, {loader, "package migration\n"}}, "golang-migrate"},
        {{{"go.mod", module}, {"atc/db/migration/migration_test.go", embeds}}, "golang-migrate"},
        {{{loader, embeds}}, "golang-migrate"},
        // The tool is there: the program hands the folder to it.
        {{{"go.mod", module + "require github.com/golang-migrate/migrate/v4 v4.1.0\n"}, {loader, embeds}},
         "golang-migrate"},
        {{{"go.mod", module},
          {"tools/go.mod", "require github.com/golang-migrate/migrate/v4 v4.1.0\n"},
          {loader, embeds}},
         "golang-migrate"},
        {{{"go.mod", module + "require github.com/golang-migrate/migrate/v4 v4.1.0 // indirect\n"}, {loader, embeds}},
         "own-runner"},
        // Names that only a runner of one's own reads.
        {{{"Cargo.toml", crate + "sqlx = \"0.8\"\n"}, {"atc/db/migration/migrations/2_b_autocommit.up.sql", ""}},
         "own-runner"},
        {{{"Cargo.toml", crate + "sqlx = \"0.8\"\n"}}, "sqlx"},
        // A member of the workspace asks for the tool, or a program beside the migrations does.
        {{{"Cargo.toml", "[workspace]\nmembers = [\"store\"]\n"},
          {"store/Cargo.toml", "[package]\nname = \"store\"\n[dependencies.sqlx]\nversion = \"0.7\"\n"}},
         "sqlx"},
        {{{"atc/Cargo.toml", "[workspace]\n"}, {"atc/api/Cargo.toml", crate + "sqlx.workspace = true\n"}}, "sqlx"},
        {{{"api/Cargo.toml", crate + "sqlx = { version = \"0.8\" }\n"}}, "sqlx"},
        {{{"api/Cargo.toml", crate + "# sqlx = \"0.8\"\nsqlx-like = \"1\"\n"}}, "golang-migrate"},
        {{{"api/Cargo.toml", crate + "sqlx = \"0.8\"\n"}, {"svc/go.mod", module}}, "golang-migrate"},
    };
    for (const Repository& repository : repositories) {
        test::Files files = repository.files;
        files[path] = "SELECT 1;";
        const Script script = test::read(files, path, test::hints_of(files));
        INFO(files.begin()->first << ": " << files.begin()->second);
        CHECK(script.format == repository.format);
        CHECK(script.transaction_unknown == (repository.format == "own-runner"));
        CHECK((script.transaction_assumed || repository.format != "own-runner"));
    }
    CHECK(test::read({{"db/1_a_autocommit.sql", ""}}, "db/1_a_autocommit.sql", {}).format == "own-runner");
    CHECK(test::read({{"db/1_autocommit_off.sql", ""}}, "db/1_autocommit_off.sql", {}).format == "plain-sql");
    // The configuration knows.
    test::Files files = repositories.front().files;
    files[path] = "SELECT 1;";
    extract::Hints hints = test::hints_of(files);
    hints.transaction = TransactionMode::per_statement;
    const Script told = test::read(files, path, hints);
    CHECK(told.transaction == TransactionMode::per_statement);
    CHECK_FALSE(told.transaction_unknown);
}
