#pragma once
// A file that detection takes for a migration, until something says that it is none.

#include <optional>
#include <string>
#include <string_view>

#include "locate/database.h"
#include "locate/formats.h"

namespace pgfence::locate {

struct Candidate {
    std::string_view path;
    std::string lower;
    std::optional<FormatOfFile> format = {};
    std::string why = {};
    Dialect dialect = {};
    bool is_code = false;
    bool is_part = false;  ///< SQL that another migration runs: a program, or a script with \i
    std::string unreadable = {};
};

}  // namespace pgfence::locate
