#pragma once
// toml++ as this folder uses it: errors are values, nothing is ever written, and toml.cpp alone compiles it.

#define TOML_HEADER_ONLY 0
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>
