#include "analyze/lower/parser.h"

#include <cstdlib>
#include <new>

#include "analyze/lower/lowering.h"
#include "analyze/lower/statements_of_19.h"
#include "core/server_version.h"

namespace pgfence {
namespace {

static_assert((PG_MAJORVERSION[0] - '0') * 10 + (PG_MAJORVERSION[1] - '0') == kNewestGrammar);

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
    return {static_cast<std::uint32_t>(piece.begin), static_cast<std::uint32_t>(piece.end),
            static_cast<std::uint32_t>(at), message_of(error)};
}

LoweredStatement lower_raw(const RawStmt& raw, std::string_view sql, Span piece) {
    const std::size_t from = piece.begin + static_cast<std::size_t>(std::max(raw.stmt_location, 0));
    const std::size_t to = raw.stmt_len > 0 ? from + static_cast<std::size_t>(raw.stmt_len) : piece.end;
    const Span span = trimmed(sql, from, to);
    StatementPosition place;
    place.sql = sql;
    place.base = static_cast<std::int32_t>(piece.begin);
    place.begin = static_cast<std::uint32_t>(span.begin);
    place.end = static_cast<std::uint32_t>(span.end);
    // PL/pgSQL's "a := b" is a SELECT of b with a target beside it.
    const bool assigns = is(raw.stmt, T_PLAssignStmt);
    const Node* statement = assigns ? node(as<PLAssignStmt>(raw.stmt).val) : raw.stmt;
    LoweredStatement lowered{place.begin, place.end, command_tag(statement), lower_statement(statement, place)};
    // a[f()] := b
    if (const List* target = assigns ? as<PLAssignStmt>(raw.stmt).indirection : nullptr) {
        Dml subscripts;
        subscripts.query =
            walk_query(std::vector<const Node*>(items(target).begin(), items(target).end()), place).query;
        subscripts.query.fields.clear();
        if (!subscripts.query.functions.empty()) lowered.actions.emplace_back(std::move(subscripts));
    }
    return lowered;
}

}  // namespace

bool Parser::parse(const char* text, Span piece, std::vector<LoweredStatement>& out, std::optional<SyntaxError>& error,
                   ParseMode mode) const {
    return parse_as_18(text, piece, out, error, mode) || parse_as_19(text, piece, out, mode);
}

void end_if_out_of_memory(std::string_view message) {
    if (message != "out of memory") return;
    if (const auto handler = std::get_new_handler()) handler();
    std::abort();
}

PgQueryInternalParsetreeAndError raw_parse(const char* text, ParseMode mode) {
    const auto result = pg_query_raw_parse(text, static_cast<int>(mode));
    free(result.stderr_buffer);
    if (result.error) end_if_out_of_memory(text_of(result.error->message));
    return result;
}

bool Parser::parse_as_18(const char* text, Span piece, std::vector<LoweredStatement>& out,
                         std::optional<SyntaxError>& error, ParseMode mode) const {
    const ParseMemory memory;
    const auto result = raw_parse(text, mode);
    if (result.error) {
        error = syntax_error(*result.error, piece, sql_);
        pg_query_free_error(result.error);
        return false;
    }
    const auto statements = items<RawStmt>(result.tree);
    if (out.empty()) out.reserve(statements.size());
    for (const auto* statement : statements) out.push_back(lower_raw(*statement, sql_, piece));
    return true;
}

bool Parser::parse_as_19(const char* text, Span piece, std::vector<LoweredStatement>& out, ParseMode mode) const {
    const auto words = mode == ParseMode::statements ? statement_of_19(text) : part_of_19(text);
    if (!words) return false;
    const ParseMemory memory;
    const auto result = raw_parse(words->text.c_str(), mode);
    if (result.error) pg_query_free_error(result.error);
    const auto statements = items<RawStmt>(result.error ? nullptr : result.tree);
    if (statements.size() != 1) return false;
    LoweredStatement statement = lower_raw(*statements[0], sql_, piece);
    if (!words->finish(statements[0]->stmt, statement)) return false;
    out.push_back(std::move(statement));
    return true;
}

}  // namespace pgfence
