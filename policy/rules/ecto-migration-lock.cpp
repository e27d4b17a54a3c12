#include "policy/own_rule.h"
#include "policy/own_rules.h"

namespace pgfence::policy::rules {
namespace {

constexpr std::string_view kOrders = R"(defmodule Shop.Repo.Migrations.CreateOrders do
  use Ecto.Migration

  def change do
    create table(:orders) do
      add :note, :text
    end
  end
end
)";
constexpr std::string_view kOrdersFile = "priv/repo/migrations/20240101000000_create_orders.exs";

constexpr std::string_view kLocked = R"(defmodule Shop.Repo.Migrations.IndexOrders do
  use Ecto.Migration
  @disable_ddl_transaction true

  def change do
    create index(:orders, [:note], concurrently: true)
  end
end
)";

constexpr std::string_view kUnlocked = R"(defmodule Shop.Repo.Migrations.IndexOrders do
  use Ecto.Migration
  @disable_ddl_transaction true
  @disable_migration_lock true

  def change do
    create index(:orders, [:note], concurrently: true)
  end
end
)";
constexpr std::string_view kIndexFile = "priv/repo/migrations/20240102000000_index_orders.exs";

}  // namespace

extern const OwnRule ecto_migration_lock{
    .info =
        {.id = std::string(kEctoMigrationLock),
         .title = "CONCURRENTLY waits for Ecto's own lock",
         .why =
             "While it runs a migration, Ecto holds its lock on `schema_migrations` in a transaction of a second "
             "connection, also where the migration says `@disable_ddl_transaction true`. That transaction has read the "
             "versions that ran, and keeps its snapshot. `CREATE INDEX CONCURRENTLY` and `REINDEX CONCURRENTLY` wait "
             "until every transaction with an older snapshot has ended, and so wait for Ecto, which waits for them: "
             "the deployment hangs until somebody cancels it, and an invalid index stays behind.\n\nPut both "
             "`@disable_ddl_transaction true` and `@disable_migration_lock true` into the module and let one node "
             "migrate, or set `migration_lock: :pg_advisory_lock` for the repo (ecto_sql 3.9): such a lock is the "
             "session's, for which nobody waits. No finding where the settings of the base commit say so.",
         .category = Category::compatibility,
         .default_severity = Severity::warning},
    .bad = {{{
        {kOrdersFile, kOrders, there},
        {kIndexFile, kLocked},
    }}},
    .good = {{{
                 {kOrdersFile, kOrders, there},
                 {kIndexFile, kUnlocked},
             }},
             {{
                 {kOrdersFile, kOrders, there},
                 {"config/config.exs", "import Config\n\nconfig :shop, Shop.Repo, migration_lock: :pg_advisory_lock\n",
                  there},
                 {kIndexFile, kLocked},
             }}},
};

}  // namespace pgfence::policy::rules
