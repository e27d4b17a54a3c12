#pragma once
// What DO blocks, functions and procedures run.

#include <string_view>

#include "analyze/lower/lexer.h"
#include "analyze/lower/lowered.h"
#include "core/action.h"

namespace pgfence {

/// How deep bodies are read inside bodies: EXECUTE 'DO ...', a function made by a function.
inline constexpr int kBodyDepth = 4;

/// Fills `runs` of the statement's DO blocks, functions and procedures. `sql` is the text the statement was lowered
/// from.
void read_bodies(LoweredStatement& statement, std::string_view sql, int depth = 0);

/// The body of a DO or CREATE FUNCTION statement in PL/pgSQL, which stands at `statement` in `sql`, its text at `body`
/// (empty: the text is not there byte for byte).
RoutineBody read_plpgsql(std::string_view sql, Span statement, Span body, int depth);

/// The statements of a text as a body's; what does not parse becomes a gap.
struct TextOfBody {
    std::string_view sql;   ///< what offsets count in
    Span span;              ///< where the text stands in it
    bool exact = true;      ///< false: it does not stand there, all of it is told at `span`
    std::string_view text;  ///< as the server runs it
};
void read_statements(const TextOfBody& body, const std::vector<BodyCondition>& conditions, int depth, RoutineBody& out);

}  // namespace pgfence
