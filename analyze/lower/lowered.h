#pragma once
// What a text of SQL is lowered to.

#include <cstdint>
#include <string>
#include <vector>

#include "core/action.h"

namespace pgfence {

struct LoweredStatement {
    std::uint32_t begin = 0,
                  end = 0;  ///< bytes in the SQL text: first to last token, semicolon and comments outside left out
    std::string kind;       ///< command tag: "ALTER TABLE", "CREATE INDEX", "UPDATE", ...
    std::vector<Action> actions;  ///< one, or several when PostgreSQL runs it as several (CREATE SCHEMA with elements)
};

struct SyntaxError {
    std::uint32_t begin = 0, end = 0;  ///< the statement that does not parse
    std::uint32_t at = 0;              ///< where the parser stopped
    std::string message;               ///< PostgreSQL's own
};

struct LoweredComment {
    std::uint32_t begin = 0, end = 0;
    std::string text;
};

struct Lowered {
    std::vector<LoweredStatement> statements;
    std::vector<SyntaxError> errors;
    std::vector<LoweredComment> comments;  ///< only those that may hold a suppression ("pgfence", "squawk", "nolint")
};

}  // namespace pgfence
