#pragma once
// toml++ as this folder uses it: errors are values, and nothing is ever written.

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>
