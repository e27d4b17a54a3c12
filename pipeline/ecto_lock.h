#pragma once
// Ecto's own lock. While a migration runs, a transaction of another connection holds it, and has read the versions that
// ran (lock_for_migrations in ecto_sql's Ecto.Migrator and Ecto.Adapters.Postgres; from 3.1 on). Postgrex leaves the
// portal of that query open (bind_execute in Postgrex.Protocol), and with it the snapshot. A server of version 15 was
// seen to let CREATE INDEX CONCURRENTLY and REINDEX CONCURRENTLY wait for such a transaction, and not DROP INDEX and
// DETACH PARTITION CONCURRENTLY; where the same query came by the simple protocol, none waited. Issues 2977 and 3011 of
// elixir-ecto/ecto are about the hang. Not run against an Ecto here: certainty is `depends`.

#include <string_view>

#include "core/analysis.h"
#include "pipeline/prepared.h"

namespace pgfence::pipeline {

/// A line of settings by which no transaction holds the lock: `migration_lock: :pg_advisory_lock`, or none at all.
bool frees_ecto_lock(std::string_view path, std::string_view line);

/// Adds the findings of ecto-migration-lock.
void find_what_waits_for_ecto(Analysis& analysis, const Prepared& change);

}  // namespace pgfence::pipeline
