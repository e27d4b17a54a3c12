#pragma once
// SQL text -> statements with actions. The only place that sees PostgreSQL's parse tree.

#include <string_view>

#include "analyze/lower/lowered.h"

namespace pgfence {

/// Parses with PostgreSQL 18's grammar (libpg_query), and what 19 added by way of it. One statement that does not parse
/// costs only itself: the text is split with the scanner and each piece parsed alone. Never throws; bounded depth (the
/// parser's own stack check, and a limit of 1,000 for our walk: deeper expressions become Expr::Kind::other). Safe to
/// call from several threads.
Lowered lower(std::string_view sql);

}  // namespace pgfence
