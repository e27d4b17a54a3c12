#include "extract/program/sql_text.h"

#include "core/text.h"

namespace pgfence::extract {

std::string quoted(std::string_view name) { return in_doubled_quotes(name, '"'); }
std::string literal(std::string_view text) { return in_doubled_quotes(text, '\''); }

}  // namespace pgfence::extract
