#include "analyze/lower/operator_runs.h"

#include <algorithm>
#include <string_view>

#include "analyze/lower/lexer.h"

namespace pgfence {
namespace {

// Longer than the longest banner of stars, and cheap squared. An operator ends at 63 characters anyway.
constexpr std::size_t kLongestRun = 1000;

bool is_operator(char c) {
    return c != '\0' && std::string_view("~!@#^&|`?+-*/%<>=").find(c) != std::string_view::npos;
}

bool has_long_run(std::string_view text) {
    // Every run that is too long covers one of these places: the others need not be looked at.
    for (std::size_t i = kLongestRun; i < text.size(); i += kLongestRun) {
        if (!is_operator(text[i])) continue;
        std::size_t begin = i, end = i;
        while (begin > 0 && is_operator(text[begin - 1]) && i - begin < kLongestRun) --begin;
        while (end < text.size() && is_operator(text[end]) && end - i < kLongestRun) ++end;
        if (end - begin > kLongestRun) return true;
    }
    return false;
}

}  // namespace

void bound_operator_runs(std::string& text) {
    if (!has_long_run(text)) return;
    const std::string original = text;
    Lexer lexer(original, 0, original.size());
    std::size_t run = 0, behind = 0;
    for (Token t = lexer.next_or_comment(); t.kind != Token::Kind::end; t = lexer.next_or_comment()) {
        // An open comment keeps its begin, for the scanner to complain about.
        if (t.kind == Token::Kind::comment) blank(text, t.closed ? t.span.begin : t.span.begin + 2, t.span.end);
        const bool continues = t.span.begin == behind && is_operator(t.symbol);
        run = continues ? run + 1 : 0;
        behind = t.span.end;
        if (run >= kLongestRun) text[t.span.begin] = ' ';
    }
}

}  // namespace pgfence
