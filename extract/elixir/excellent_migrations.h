#pragma once
// What authors told excellent_migrations, the linter: its comments and its attribute.

#include <string>
#include <string_view>
#include <vector>

#include "extract/elixir/ecto_runner.h"
#include "extract/elixir/elixir.h"

namespace pgfence::extract {

/// # excellent_migrations:safety-assured-for-next-line column_removed, ...-for-this-file ..., @safety_assured :all
void take_safety_assured(const Elixir& program, const Tree& tree, std::string_view text, EctoRunner& runner);

}  // namespace pgfence::extract
