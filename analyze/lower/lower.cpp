#include "analyze/lower/lower.h"

#include <limits>

#include "analyze/lower/body.h"
#include "analyze/lower/lowering.h"
#include "analyze/lower/operator_runs.h"
#include "analyze/lower/parser.h"
#include "analyze/lower/split.h"
#include "core/suppression_words.h"

namespace pgfence {
namespace {

// PostgreSQL counts bytes of a text in an int, and no allocation of its parser exceeds 1 GB.
constexpr std::size_t kMaxText = std::size_t{1} << 30;

/// True: some of it is 19's, which is why the whole does not parse.
bool parse_piecewise(const Parser& parser, std::string_view sql, Lowered& out) {
    bool newer = false;
    for (const Span piece : split_statements(sql)) {
        std::optional<SyntaxError> error;
        const std::string text(sql.substr(piece.begin, piece.end - piece.begin));
        if (parser.parse_as_18(text.c_str(), piece, out.statements, error)) continue;
        if (parser.parse_as_19(text.c_str(), piece, out.statements))
            newer = true;
        else if (error)
            out.errors.push_back(std::move(*error));
    }
    return newer;
}

bool may_hold_suppressions(std::string_view text) {
    return std::any_of(kSuppressionWords.begin(), kSuppressionWords.end(), [&](auto mark) {
        return memmem(text.data(), text.size(), mark.data(), mark.size()) != nullptr;  // far faster than find()
    });
}

void read_comments(std::string_view sql, Span span, Lowered& out) {
    Lexer lexer(sql, span.begin, span.end);
    for (Token t = lexer.next_or_comment(); t.kind != Token::Kind::end; t = lexer.next_or_comment())
        if (t.kind == Token::Kind::comment && may_hold_suppressions(lexer.text(t)))
            out.comments.push_back({static_cast<std::uint32_t>(t.span.begin), static_cast<std::uint32_t>(t.span.end),
                                    std::string(lexer.text(t))});
}

/// Also those in the body of a DO block, which is a string to everybody else.
void read_comments(std::string_view sql, Lowered& out) {
    if (!may_hold_suppressions(sql)) return;
    read_comments(sql, {0, sql.size()}, out);
    for (const LoweredStatement& statement : out.statements)
        for (const Action& action : statement.actions)
            if (const auto* block = std::get_if<DoBlock>(&action); block && block->body_location >= 0) {
                const auto begin = static_cast<std::size_t>(block->body_location);
                read_comments(sql, {begin, begin + block->body.size()}, out);
            }
    std::sort(out.comments.begin(), out.comments.end(), [](const auto& a, const auto& b) { return a.begin < b.begin; });
}

// A C string ends at its first zero byte, and so would the parser, without a word about what follows.
void replace_zero_bytes(std::string& text, Lowered& out) {
    const auto first = text.find('\0');
    if (first == std::string::npos) return;
    const auto at = static_cast<std::uint32_t>(first);
    out.errors.push_back({at, at + 1, at, "invalid byte sequence for encoding \"UTF8\": 0x00"});
    std::replace(text.begin() + static_cast<std::ptrdiff_t>(first), text.end(), '\0', ' ');
}

}  // namespace

Lowered lower(std::string_view sql) {
    Lowered out;
    if (sql.size() >= kMaxText) {
        out.errors.push_back({0, 0, 0, "text of 1 GB or more cannot be parsed"});
        return out;
    }
    std::string text(sql);
    replace_zero_bytes(text, out);
    bound_operator_runs(text);
    const Parser parser(text);
    std::optional<SyntaxError> error;
    if (!parser.parse(text.c_str(), {0, text.size()}, out.statements, error)) {
        const auto before = out.errors.size();
        const bool newer = parse_piecewise(parser, text, out);
        if (!newer && out.errors.size() == before && error) out.errors.push_back(std::move(*error));
    }
    for (LoweredStatement& statement : out.statements) read_bodies(statement, text);
    read_comments(sql, out);
    return out;
}

}  // namespace pgfence
