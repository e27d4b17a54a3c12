#define TOML_IMPLEMENTATION
#include "policy/toml.h"
