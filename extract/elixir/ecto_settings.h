#pragma once
// What a repository's configuration (config/*.exs) says of its migrations.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "extract/elixir/application.h"
#include "extract/program/value.h"

namespace pgfence::extract {

struct EctoSettings {
    std::map<std::string, Value> of_repo;  ///< migration_primary_key, migration_timestamps, ...
    std::string map_type = "jsonb";        ///< config :ecto_sql, :postgres_map_type
    bool key_in_column = false;     ///< ecto_sql before 3.5.2 writes a reference into the column's own definition
    ApplicationConfig application;  ///< all that the files say, where it was asked for
    /// Null: it is not set.
    const Value* get(std::string_view name) const;
};

/// Those read so far: all migrations of a folder share one.
struct EctoConfigs {
    /// By the folder that holds `migrations`, and whether all of the application's configuration was asked for.
    std::map<std::pair<std::string, bool>, EctoSettings> read;
};

/// Of the repository whose migrations lie in `folder`: "apps/shop/priv/repo/migrations" is of a module Repo. A setting
/// that the files tell in several ways is unknown. `all`: the migration asks the application for its configuration.
const EctoSettings& ecto_settings(EctoConfigs& configs, std::string_view folder,
                                  const std::function<std::optional<std::string>(std::string_view path)>& read,
                                  bool all);

}  // namespace pgfence::extract
