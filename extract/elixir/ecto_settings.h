#pragma once
// What a repository's configuration (config/*.exs) says of its migrations.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "extract/program/value.h"

namespace pgfence::extract {

struct EctoSettings {
    std::map<std::string, Value> of_repo;  ///< migration_primary_key, migration_timestamps, ...
    std::string map_type = "jsonb";        ///< config :ecto_sql, :postgres_map_type
    /// Null: it is not set.
    const Value* get(std::string_view name) const;
};

/// Of the repository whose migrations lie in `folder`: "apps/shop/priv/repo/migrations" is of a module Repo. A setting
/// that the files tell in several ways is unknown.
EctoSettings ecto_settings(std::string_view folder,
                           const std::function<std::optional<std::string>(std::string_view path)>& read);

}  // namespace pgfence::extract
