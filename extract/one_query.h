#pragma once
// SQL that goes to the server in one simple query: two statements or more are one transaction there (postgres.c,
// exec_simple_query), wherever the tool opens none. It is written out as BEGIN and COMMIT.

#include <optional>
#include <string_view>

#include "extract/formats/format.h"

namespace pgfence::extract {

/// No literal or comment is left open, which would swallow the statements behind it.
bool is_closed(std::string_view sql);
/// Two statements or more, none of which begins or ends a transaction itself.
bool is_transaction_as_one_query(std::string_view sql);

/// The lines that say where what is sent as one query begins and ends: true, false; nothing for other lines.
using QueryMark = std::optional<bool> (*)(std::string_view line);
/// Of what is left of a file of SQL that is otherwise sent statement by statement.
void write_transactions_of_queries(const Source& source, QueryMark mark, Script& script);

}  // namespace pgfence::extract
