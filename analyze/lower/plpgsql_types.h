#pragma once
// libpg_query reads PL/pgSQL as a server with an empty database does (pl_comp.c with the catalog's lookups cut out): it
// knows no type but PostgreSQL's own, looks into no schema but pg_catalog and public, and takes a variable of any other
// type for a row. Where that fails, these types are written otherwise for it. Nothing moves by that, and no query
// changes: only declarations do.

#include <string>
#include <string_view>

#include "analyze/lower/lexer.h"

namespace pgfence::plpgsql {

/// The text of a CREATE FUNCTION or DO with no schema in front of the types of its arguments, its result and its
/// variables. `body`: the part between the quotes.
std::string without_schemas_of_types(std::string text, Span body);

/// The variable of which an error says that it is no single value, or a list of rows; empty for other errors.
std::string_view variable_of_odd_type(std::string_view error);

/// With a type of PostgreSQL's own in the place of the one that `variable` is declared with; false: there is none, or
/// no room for it.
bool make_plain(std::string& text, Span body, std::string_view variable);

/// Likewise of the arguments that are lists, or of a column's type, and of what is returned.
std::string with_plain_arguments(std::string text, Span body);

}  // namespace pgfence::plpgsql
