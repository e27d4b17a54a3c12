#pragma once
// Where the queries of a PL/pgSQL body stand: its parser tells a line and the query's text, not the column.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyze/lower/lexer.h"

namespace pgfence {

class QueryFinder {
public:
    /// `body` is where the body's text stands in `sql`; empty: it does not stand there, and nothing is found.
    QueryFinder(std::string_view sql, Span body);

    /// The query at or behind that line (from 1), and behind what was found last. `behind`: as many bytes of the place
    /// stand before the query's (PERFORM is a SELECT that begins one byte later).
    std::optional<Span> find(std::string_view query, int line, std::size_t behind = 0);
    /// The same for what stands out of order: declarations.
    std::optional<Span> find_anywhere(std::string_view query, int line) const;
    /// The line's text from its first token to its last.
    std::optional<Span> line(int line) const;
    /// `found` with the keyword before it: EXECUTE.
    Span with_keyword(Span found, std::string_view keyword) const;

    /// What is declared by that name on that line: its type and, empty where it has none, its first value.
    std::pair<std::string, std::string> declaration(std::string_view name, int line) const;

    /// The same place in a copy of the text, which outlives this one's.
    void move_to(std::string_view copy) { sql_ = copy; }
    std::size_t mark() const { return at_; }
    void go_back(std::size_t mark) { at_ = mark; }  ///< a loop's body that is read again

private:
    std::size_t begin_of(int line) const;
    std::optional<Span> search(std::string_view query, std::size_t from, std::size_t behind) const;

    std::string_view sql_;
    Span body_;
    std::vector<std::size_t> lines_;  // where each begins
    std::size_t at_;                  // behind what was found last
};

}  // namespace pgfence
