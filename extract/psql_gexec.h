#pragma once
// What psql's \gexec sends (ExecQueryAndProcessResults and SendQuery's gexec in PostgreSQL's src/bin/psql/common.c):
// each column of each row that a query returns, as a statement.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgfence::extract {

struct MadeByQuery {
    std::vector<std::string> statements;
    bool certain = true;  ///< false: a WHERE decides whether there is a row
};

/// Of SELECT 'CREATE DATABASE shop' WHERE NOT EXISTS (...): what it returns stands there. Nothing for any other query.
std::optional<MadeByQuery> made_by_query(std::string_view query);

}  // namespace pgfence::extract
