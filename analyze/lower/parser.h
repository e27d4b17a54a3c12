#pragma once
// One piece of a text through PostgreSQL's parser, which is 18's; what 19 has more is read by way of it.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/lower/lexer.h"
#include "analyze/lower/lowered.h"

namespace pgfence {

/// PostgreSQL's RawParseMode: what the text is taken for. The numbers are the server's.
enum class ParseMode : int { statements = 0, expression = 2, assignment1 = 3, assignment2 = 4, assignment3 = 5 };

/// The parser tells of memory that has run out as of a fault of the text: nobody else may.
void end_if_out_of_memory(std::string_view message);

class Parser {
public:
    /// `sql` is what offsets count in; it must outlive the parser.
    explicit Parser(std::string_view sql) : sql_(sql) {}

    /// `text` stands at `piece` of the whole text, byte for byte, or is as long as what does (PL/pgSQL blanks INTO).
    /// False when it does not parse; `error` then says why.
    bool parse(const char* text, Span piece, std::vector<LoweredStatement>& out, std::optional<SyntaxError>& error,
               ParseMode mode = ParseMode::statements) const;

    bool parse_as_18(const char* text, Span piece, std::vector<LoweredStatement>& out,
                     std::optional<SyntaxError>& error, ParseMode mode = ParseMode::statements) const;
    /// One statement that 18's grammar refuses.
    bool parse_as_19(const char* text, Span piece, std::vector<LoweredStatement>& out,
                     ParseMode mode = ParseMode::statements) const;

private:
    std::string_view sql_;
};

}  // namespace pgfence
