// PL/pgSQL bodies, from the JSON that libpg_query writes of PL/pgSQL's own parse tree.

#include <pg_query.h>

#include "analyze/lower/body_reader.h"

namespace pgfence {
namespace {

RoutineBody unreadable(Span statement, std::string why) {
    RoutineBody out;
    out.gaps.push_back({static_cast<std::int32_t>(statement.begin), static_cast<std::int32_t>(statement.end),
                        "a PL/pgSQL body", std::move(why)});
    return out;
}

}  // namespace

RoutineBody read_plpgsql(std::string_view sql, Span statement, Span body, int depth) {
    const std::string text(sql.substr(statement.begin, statement.end - statement.begin));
    const PgQueryPlpgsqlParseResult result = pg_query_parse_plpgsql(text.c_str());
    const std::string error = result.error && result.error->message ? result.error->message : "";
    const bool failed = result.error != nullptr;
    const plpgsql::Json parsed =
        failed || !result.plpgsql_funcs ? plpgsql::Json() : plpgsql::tree_of(result.plpgsql_funcs);
    pg_query_free_plpgsql_parse_result(result);
    if (failed) return unreadable(statement, error);
    const plpgsql::Json* function = parsed.is_array() && parsed.size() == 1 ? plpgsql::unwrapped(&parsed[0]) : nullptr;
    if (!function) return unreadable(statement, "the parser gives no tree of it");
    return plpgsql::BodyReader(sql, statement, body, depth).read(*function);
}

}  // namespace pgfence
