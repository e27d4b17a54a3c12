// PL/pgSQL bodies, from the JSON that libpg_query writes of PL/pgSQL's own parse tree.

#include <pg_query.h>

#include "analyze/lower/body_reader.h"
#include "analyze/lower/parser.h"
#include "analyze/lower/plpgsql_types.h"

namespace pgfence {
namespace {

RoutineBody unreadable(Span statement, std::string why) {
    RoutineBody out;
    out.gaps.push_back({static_cast<std::int32_t>(statement.begin), static_cast<std::int32_t>(statement.end),
                        "a PL/pgSQL body", std::move(why)});
    return out;
}

struct Parsed {
    plpgsql::Json tree;
    std::string error;  ///< empty: there is none
};

Parsed parsed(const std::string& text) {
    const PgQueryPlpgsqlParseResult result = pg_query_parse_plpgsql(text.c_str());
    Parsed out;
    if (result.error)
        out.error = result.error->message ? result.error->message : "the parser fails without a message";
    else if (result.plpgsql_funcs)
        out.tree = plpgsql::tree_of(result.plpgsql_funcs);
    pg_query_free_plpgsql_parse_result(result);
    end_if_out_of_memory(out.error);
    return out;
}

/// With types that only the database knows, too (plpgsql_types.h).
Parsed parsed_with_any_types(std::string text, Span body) {
    constexpr int kMostVariables = 64;
    Parsed out = parsed(text);
    // Each hides the other where both are there.
    for (int i = 0; i < 2; ++i) {
        if (out.error.starts_with("Not implemented (LookupExplicitNamespace"))
            out = parsed(text = plpgsql::without_schemas_of_types(std::move(text), body));
        if (out.error == "Not implemented" || out.error.starts_with("PL/pgSQL functions cannot "))
            out = parsed(text = plpgsql::with_plain_arguments(std::move(text), body));
    }
    for (int i = 0; i < kMostVariables; ++i) {
        const std::string_view variable = plpgsql::variable_of_odd_type(out.error);
        if (variable.empty() || !plpgsql::make_plain(text, body, variable)) break;
        out = parsed(text);
    }
    return out;
}

}  // namespace

RoutineBody read_plpgsql(std::string_view sql, Span statement, Span body, int depth) {
    const Span inside{body.begin - statement.begin, body.end - statement.begin};
    const Parsed read =
        parsed_with_any_types(std::string(sql.substr(statement.begin, statement.end - statement.begin)), inside);
    if (!read.error.empty()) return unreadable(statement, read.error);
    const bool is_one = read.tree.is_array() && read.tree.size() == 1;
    const plpgsql::Json* function = is_one ? plpgsql::unwrapped(&read.tree[0]) : nullptr;
    if (!function) return unreadable(statement, "the parser gives no tree of it");
    return plpgsql::BodyReader(sql, statement, body, depth).read(*function);
}

}  // namespace pgfence
