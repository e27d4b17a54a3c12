#include "extract/delimiter.h"

#include <algorithm>

#include "core/sql_scanner.h"

namespace pgfence::extract {
namespace {

bool is_literal(SqlPiece::Kind kind) {
    return kind == SqlPiece::Kind::string || kind == SqlPiece::Kind::quoted_name ||
           kind == SqlPiece::Kind::dollar_string || kind == SqlPiece::Kind::block_comment;
}

}  // namespace

void end_statements_at(const Source& source, std::string_view delimiter, std::size_t begin, std::size_t end,
                       Script& script) {
    if (delimiter.empty()) return;
    const std::string_view text = source.text.substr(0, end);
    SqlScanner lexer(text, begin);
    SqlPiece token;
    bool more = lexer.next(token);
    for (auto at = text.find(delimiter, begin); at != text.npos; at = text.find(delimiter, at)) {
        while (more && token.end <= at) more = lexer.next(token);
        if (!more) return;
        // A dollar that opens a literal may be the delimiter itself.
        if (is_literal(token.kind) && token.begin < at) {
            at = std::max(token.end, at + 1);
            continue;
        }
        blank(script.sql, at, at + delimiter.size());
        if (script.sql[at] == ' ')
            script.sql[at] = ';';
        else
            source.replacements.push_back({at, at, ";"});
        at += delimiter.size();
        lexer.resume_at(at);
        more = lexer.next(token);
    }
}

}  // namespace pgfence::extract
