#pragma once
// The settings of PostgreSQL that a session may begin with, as pg_settings of each version has them.

#include <optional>
#include <string>
#include <string_view>

namespace pgfence::policy {

/// What an unknown setting is nearest to; nothing for a known one. Those with a dot are an extension's, or anybody's.
/// Of a name in lower case, here and below.
std::optional<std::string> unknown_setting(const std::string& name);

/// What a server would expect in place of a value that it refuses (parse_bool, parse_int, parse_real and
/// config_enum_lookup_by_name in guc.c): "true or false", "one of off, on". Nothing for one that it reads; whether a
/// number lies within the setting's range is not asked.
std::optional<std::string> expected_in_place_of(const std::string& name, std::string_view value);

}  // namespace pgfence::policy
