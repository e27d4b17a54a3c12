#pragma once
// The tree that libpg_query writes of a PL/pgSQL function as JSON: plpgsql.h's PLpgSQL_function, PLpgSQL_stmt_... and
// PLpgSQL_expr, by their own names. What a node lacks reads as nothing, zero or empty.

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "analyze/lower/parser.h"

namespace pgfence::plpgsql {

using Json = nlohmann::json;

/// elog_level of RAISE EXCEPTION and of RAISE without anything (elog.h).
inline constexpr int kError = 21;

/// Discarded when it is no JSON.
Json tree_of(std::string_view json);

const Json* member(const Json& object, const char* key);
/// The value of {"PLpgSQL_...": value}: each node is wrapped in its own name.
const Json* unwrapped(const Json* node);
/// "stmt_block"
std::string_view type_of_node(const Json& node);
int number(const Json& object, const char* key);
std::string text(const Json& object, const char* key);
bool flag(const Json& object, const char* key);

struct Expression {
    std::string query;
    ParseMode mode = ParseMode::statements;
};
std::optional<Expression> expression(const Json* node);

/// Assignments that a body makes to each variable: by number, and by name where a loop or INTO has the variable itself.
class Assignments {
public:
    explicit Assignments(const Json& action);
    int of(int number, const std::string& name) const;

private:
    void look_at(const Json& object);
    std::map<int, int> numbers_;
    std::map<std::string, int> names_;
};

}  // namespace pgfence::plpgsql
