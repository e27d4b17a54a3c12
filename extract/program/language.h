#pragma once

#include <cstdint>

namespace pgfence::extract {

/// In which programs are read.
enum class Language : std::uint8_t { python, ruby, elixir };

}  // namespace pgfence::extract
