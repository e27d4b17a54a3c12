#include "analyze/lower/lower.h"

#include <limits>

#include "analyze/lower/lowering.h"
#include "analyze/lower/operator_runs.h"
#include "analyze/lower/split.h"

namespace pgfence {
namespace {

// PostgreSQL counts bytes of a text in an int, and no allocation of its parser exceeds 1 GB.
constexpr std::size_t kMaxText = std::size_t{1} << 30;

// The error's position counts characters from 1; a character is as long as its first byte says (pg_utf_mblen).
std::size_t byte_of_character(std::string_view text, int position) {
    std::size_t at = 0;
    for (int i = 1; i < position && at < text.size(); ++i) {
        const auto first = static_cast<unsigned char>(text[at]);
        at += first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF8 ? 4 : 1;
    }
    return std::min(at, text.size());
}

// "at or near" quotes everything that an open string or comment swallowed.
std::string message_of(const PgQueryError& error) {
    constexpr std::size_t kLongest = 200;
    std::string message = text_of(error.message);
    if (message.size() <= kLongest) return message;
    std::size_t end = kLongest;
    while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xC0) == 0x80) --end;
    return message.substr(0, end) + "...\"";
}

SyntaxError syntax_error(const PgQueryError& error, Span piece, std::string_view sql) {
    const auto at = piece.begin + byte_of_character(sql.substr(piece.begin, piece.end - piece.begin), error.cursorpos);
    return {static_cast<std::uint32_t>(piece.begin), static_cast<std::uint32_t>(piece.end), static_cast<std::uint32_t>(at),
            message_of(error)};
}

/// One piece of the text through PostgreSQL's parser.
class Parser {
public:
    explicit Parser(std::string_view sql) : sql_(sql) {}

    /// False when it does not parse; `error` then says why.
    bool parse(const char* text, Span piece, std::vector<LoweredStatement>& out, std::optional<SyntaxError>& error) const {
        const ParseMemory memory;
        const auto result = pg_query_raw_parse(text, PG_QUERY_PARSE_DEFAULT);
        free(result.stderr_buffer);
        if (result.error) {
            error = syntax_error(*result.error, piece, sql_);
            pg_query_free_error(result.error);
            return false;
        }
        const auto statements = items<RawStmt>(result.tree);
        if (out.empty()) out.reserve(statements.size());
        for (const auto* statement : statements) out.push_back(lower_raw(*statement, piece));
        return true;
    }

private:
    LoweredStatement lower_raw(const RawStmt& raw, Span piece) const {
        const std::size_t from = piece.begin + static_cast<std::size_t>(std::max(raw.stmt_location, 0));
        const std::size_t to = raw.stmt_len > 0 ? from + static_cast<std::size_t>(raw.stmt_len) : piece.end;
        const Span span = trimmed(sql_, from, to);
        Place place;
        place.sql = sql_;
        place.base = static_cast<std::int32_t>(piece.begin);
        place.begin = static_cast<std::uint32_t>(span.begin);
        place.end = static_cast<std::uint32_t>(span.end);
        return {place.begin, place.end, command_tag(raw.stmt), lower_statement(raw.stmt, place)};
    }

    std::string_view sql_;
};

void parse_piecewise(const Parser& parser, std::string_view sql, Lowered& out) {
    for (const Span piece : split_statements(sql)) {
        std::optional<SyntaxError> error;
        const std::string text(sql.substr(piece.begin, piece.end - piece.begin));
        if (!parser.parse(text.c_str(), piece, out.statements, error) && error) out.errors.push_back(std::move(*error));
    }
}

bool may_hold_suppressions(std::string_view text) {
    constexpr std::array<std::string_view, 3> kMarks{"pgfence", "squawk", "nolint"};
    return std::any_of(kMarks.begin(), kMarks.end(), [&](auto mark) {
        return memmem(text.data(), text.size(), mark.data(), mark.size()) != nullptr;  // far faster than find()
    });
}

void read_comments(std::string_view sql, Lowered& out) {
    if (!may_hold_suppressions(sql)) return;
    Lexer lexer(sql, 0, sql.size());
    for (Token t = lexer.next_or_comment(); t.kind != Token::Kind::end; t = lexer.next_or_comment())
        if (t.kind == Token::Kind::comment && may_hold_suppressions(lexer.text(t)))
            out.comments.push_back({static_cast<std::uint32_t>(t.span.begin), static_cast<std::uint32_t>(t.span.end), std::string(lexer.text(t))});
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
        parse_piecewise(parser, text, out);
        if (out.errors.size() == before && error) out.errors.push_back(std::move(*error));
    }
    read_comments(sql, out);
    return out;
}

}  // namespace pgfence
