#include "analyze/lower/plpgsql_types.h"

#include <algorithm>
#include <vector>

#include "core/text.h"

namespace pgfence::plpgsql {
namespace {

using Kind = Token::Kind;

bool is_name(const Token& token) { return token.kind == Kind::word || token.kind == Kind::quoted_name; }
bool is_symbol(const Token& token, char symbol) { return token.kind == Kind::symbol && token.symbol == symbol; }

std::vector<Token> tokens(std::string_view text, Span span) {
    std::vector<Token> all;
    Lexer lexer(text, span.begin, span.end);
    for (Token token = lexer.next(); token.kind != Kind::end; token = lexer.next()) all.push_back(token);
    all.push_back({});  // so that whoever looks ahead sees the end
    return all;
}

/// One variable of a DECLARE section: places of its name and its type among the tokens.
struct Declaration {
    std::size_t name, type;
};

std::vector<Declaration> declarations(std::string_view text, const std::vector<Token>& all) {
    const Lexer lexer(text, 0, text.size());
    std::vector<Declaration> found;
    bool declares = false, begins = false;
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
        if (lexer.is(all[i], "declare")) {
            declares = begins = true;
        } else if (lexer.is(all[i], "begin")) {
            declares = false;
        } else if (declares && begins && is_name(all[i])) {
            const std::size_t type = i + (lexer.is(all[i + 1], "constant") ? 2 : 1);
            if (type < all.size() && is_name(all[type])) found.push_back({i, type});
            begins = false;
        }
        if (is_symbol(all[i], ';')) begins = true;
    }
    return found;
}

/// "app.kind": not "app.kind%TYPE" nor "app.users.id%TYPE", which the parser takes.
bool is_of_schema(const std::vector<Token>& all, std::size_t type) {
    if (type + 3 >= all.size() || !is_name(all[type]) || !is_symbol(all[type + 1], '.') || !is_name(all[type + 2]))
        return false;
    return !is_symbol(all[type + 3], '.') && !is_symbol(all[type + 3], '%');
}

void drop_schema(std::string& text, const std::vector<Token>& all, std::size_t type) {
    if (is_of_schema(all, type)) blank(text, all[type].span.begin, all[type + 1].span.end);
}

/// Where a type's name ends: behind "kind", "app.kind" or "app.t.id%TYPE".
std::size_t end_of_type(const std::vector<Token>& all, std::size_t type) {
    std::size_t end = type;
    while (end + 2 < all.size() && (is_symbol(all[end + 1], '.') || is_symbol(all[end + 1], '%')) &&
           is_name(all[end + 2]))
        end += 2;
    return end;
}

/// False: it is too short.
bool write_plain_type(std::string& text, const std::vector<Token>& all, std::size_t type) {
    constexpr std::string_view kPlain = "oid";
    const std::size_t begin = all[type].span.begin, end = all[end_of_type(all, type)].span.end;
    if (end - begin < kPlain.size()) return false;
    blank(text, begin, end);
    std::copy(kPlain.begin(), kPlain.end(), text.begin() + static_cast<std::ptrdiff_t>(begin));
    return true;
}

}  // namespace

std::string without_schemas_of_types(std::string text, Span body) {
    const std::vector<Token> head = tokens(text, {0, body.begin}), inside = tokens(text, body);
    for (std::size_t i = 0; i < head.size(); ++i)
        if (i == 0 || !is_symbol(head[i - 1], '.')) drop_schema(text, head, i);
    for (const Declaration& one : declarations(text, inside)) drop_schema(text, inside, one.type);
    return text;
}

std::string_view variable_of_odd_type(std::string_view error) {
    const auto between = [&](std::string_view begin, std::string_view end) -> std::string_view {
        if (error.size() < begin.size() + end.size() || !error.starts_with(begin) || !error.ends_with(end)) return {};
        return error.substr(begin.size(), error.size() - begin.size() - end.size());
    };
    const auto scalar = between("\"", "\" is not a scalar variable");
    return scalar.empty() ? between("variable \"", "\" has pseudo-type _record") : scalar;
}

bool make_plain(std::string& text, Span body, std::string_view variable) {
    const std::vector<Token> all = tokens(text, body);
    for (const Declaration& one : declarations(text, all)) {
        const Span name = all[one.name].span;
        if (lower_case(std::string_view(text).substr(name.begin, name.end - name.begin)) == variable)
            return write_plain_type(text, all, one.type);
    }
    return false;
}

std::string with_plain_arguments(std::string text, Span body) {
    const std::vector<Token> head = tokens(text, {0, body.begin});
    for (std::size_t i = 0; i + 1 < head.size(); ++i) {
        if (!is_name(head[i]) || (i > 0 && is_symbol(head[i - 1], '.'))) continue;
        const std::size_t end = end_of_type(head, i);
        const bool of_column = end > i && is_symbol(head[end - 1], '%');
        if (of_column || is_symbol(head[end + 1], '[')) write_plain_type(text, head, i);
    }
    return text;
}

}  // namespace pgfence::plpgsql
