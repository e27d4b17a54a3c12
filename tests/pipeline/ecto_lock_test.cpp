// Which lines of settings say that no transaction holds Ecto's lock, and which migrations wait for it.

#include "pipeline/ecto_lock.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/diff/repositories.h"
#include "tests/pipeline/reviewed.h"

using namespace pgfence::diff::testing;
using namespace pgfence::pipeline::testing;
using pgfence::pipeline::frees_ecto_lock;

namespace {

bool waits(const std::string& attributes, const std::string& statement, const std::string& config = "",
           const std::string& config_path = "config/config.exs") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("mix.exs", "defmodule Shop.MixProject do\nend\n");
    if (!config.empty()) repo.write(config_path, config);
    repo.write(
        "priv/repo/migrations/20240101000000_a.exs",
        "defmodule Shop.Repo.Migrations.A do\n  use Ecto.Migration\n  def change do\n    create table(:orders) do\n"
        "      add :note, :text\n    end\n  end\nend\n");
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("priv/repo/migrations/20240102000000_b.exs",
               "defmodule Shop.Repo.Migrations.B do\n  use Ecto.Migration\n" + attributes + "  def up do\n    " +
                   statement + "\n  end\n  def down, do: :ok\nend\n");
    repo.commit();
    return has_finding(reviewed(repo, base), "ecto-migration-lock");
}

}  // namespace

TEST_CASE("Ecto's lock: settings by which no transaction holds it") {
    for (const char* line : {"config :shop, Shop.Repo, migration_lock: :pg_advisory_lock", "  migration_lock: false,",
                             "  migration_lock: nil"})
        CHECK(frees_ecto_lock("config/config.exs", line));
    for (const char* line : {"  migration_lock: :table_lock", "# migration_lock: false", "  migration_lock: true"})
        CHECK_FALSE(frees_ecto_lock("config/config.exs", line));
    CHECK_FALSE(frees_ecto_lock("config/test.exs", "  migration_lock: false"));
}

TEST_CASE("Ecto's lock: a concurrent build waits for it unless one of the two says otherwise") {
    const std::string alone = "  @disable_ddl_transaction true\n", free = alone + "  @disable_migration_lock true\n";
    const std::string index = "create index(:orders, [:note], concurrently: true)";
    CHECK(waits(alone, index));
    CHECK(waits(alone, "execute \"REINDEX TABLE CONCURRENTLY orders\""));
    CHECK_FALSE(waits(free, index));
    CHECK_FALSE(waits("", index));  // fails in its transaction: another rule's
    CHECK_FALSE(waits(alone, "create index(:orders, [:note])"));
    CHECK_FALSE(waits(alone, "execute \"DROP INDEX CONCURRENTLY IF EXISTS orders_note_index\""));
    CHECK_FALSE(waits(alone, index, "config :shop, Shop.Repo, migration_lock: :pg_advisory_lock\n"));
    CHECK_FALSE(waits(alone, index, "config :shop, Shop.Repo,\n  migration_lock: false\n", "apps/x/config/config.exs"));
    CHECK(waits(alone, index, "config :shop, Shop.Repo, migration_lock: false\n", "config/test.exs"));
}
