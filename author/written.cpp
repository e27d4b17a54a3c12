#include "author/written.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace pgfence::author {
namespace {

using namespace std::string_view_literals;

/// With a backslash in front of each byte of `special`.
std::string escaped(std::string_view text, std::string_view special) {
    std::string out;
    for (const char c : text) {
        if (special.find(c) != special.npos) out += '\\';
        out += c;
    }
    return out;
}

std::string with_line_breaks_as_escapes(std::string text) {
    for (auto at = text.find('\n'); at != text.npos; at = text.find('\n', at + 2)) text.replace(at, 1, "\\n");
    return text;
}

bool is_word(char c) { return is_letter_or_digit(c) || c == '_'; }

/// Behind a string that begins at `at`.
std::size_t behind_string(std::string_view text, std::size_t at) {
    const char quote = text[at];
    for (++at; at < text.size() && text[at] != quote; ++at) at += text[at] == '\\';
    return std::min(at + 1, text.size());
}

/// Of both languages.
bool is_literal(std::string_view word) {
    constexpr std::array kLiterals{"true"sv, "false"sv, "nil"sv, "True"sv, "False"sv, "None"sv};
    return is_digit(word.front()) || std::find(kLiterals.begin(), kLiterals.end(), word) != kLiterals.end();
}

}  // namespace

std::string in_python(std::string_view text) {
    const bool lines = contains(text, "\n");
    if (!lines && !contains(text, "\"")) return '"' + escaped(text, "\\") + '"';
    if (!lines && !contains(text, "'")) return "'" + escaped(text, "\\") + "'";
    std::string inside = escaped(text, "\\");
    for (auto at = inside.find("\"\"\""); at != inside.npos; at = inside.find("\"\"\"", at))
        inside.insert(at + 2, "\\");
    if (inside.ends_with('"')) inside.insert(inside.size() - 1, "\\");
    return "\"\"\"" + inside + "\"\"\"";
}

std::string in_ruby(std::string_view text) { return '"' + with_line_breaks_as_escapes(escaped(text, "\\\"#")) + '"'; }

std::string in_javascript(std::string_view text) {
    std::string inside = escaped(text, "\\`");
    for (auto at = inside.find("${"); at != inside.npos; at = inside.find("${", at + 3)) inside.insert(at, "\\");
    return '`' + inside + '`';
}

std::string in_xml(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else
            out += c;
    }
    return out;
}

std::string indented(std::string_view text, std::string_view indentation) {
    std::string out;
    for (const std::string_view line : split(text, "\n")) {
        if (!out.empty()) out += '\n';
        if (!line.empty()) out.append(indentation).append(line);
    }
    return out;
}

std::string_view callee(std::string_view call) {
    std::size_t end = 0;
    while (end < call.size() && (is_word(call[end]) || call[end] == '.')) ++end;
    return call.substr(0, end);
}

namespace {
/// A set or a hash, and no block: it stands where an argument does.
bool is_value(std::string_view call, std::size_t brace) {
    const std::size_t before = brace == 0 ? call.npos : call.find_last_not_of(" \t\n", brace - 1);
    return before != call.npos && contains("=(,[{:>", call.substr(before, 1));
}
}  // namespace

bool stands_alone(std::string_view call) {
    std::size_t at = callee(call).size();
    if (at == 0) return false;
    while (at < call.size()) {
        const char c = call[at];
        if (c == '"' || c == '\'') {
            const std::size_t end = behind_string(call, at);
            // Of Python an f-string, of Ruby an interpolation.
            if (is_word(call[at - 1]) || contains(call.substr(at, end - at), "#{")) return false;
            at = end;
        } else if (is_word(c)) {
            const std::size_t begin = at;
            while (at < call.size() && is_word(call[at])) ++at;
            const std::size_t next = std::min(call.find_first_not_of(" \t\n", at), call.size());
            const char behind = next < call.size() ? call[next] : ',';
            const bool is_name = begin > 0 && (call[begin - 1] == ':' || call[begin - 1] == '.');
            // A key, a module or a class, a keyword argument: none of them is a name of the program's own.
            const bool is_key = behind == ':' || behind == '.' || behind == '(' ||
                                (behind == '=' && !call.substr(next).starts_with("=>"));
            if (!is_name && !is_key && !is_literal(call.substr(begin, at - begin))) return false;
        } else if (c == '<' || c == '|' || c == '`' || (c == '{' && !is_value(call, at))) {
            return false;  // a heredoc, a block
        } else {
            ++at;
        }
    }
    return true;
}

std::string with_argument(std::string_view call, std::string_view argument) {
    call = trim(call);
    const bool in_parentheses = call.ends_with(')') && call.substr(callee(call).size()).starts_with('(');
    std::string_view arguments = in_parentheses ? call.substr(0, call.size() - 1) : call;
    const std::string_view kept = trim(arguments);
    const bool has_comma = kept.ends_with(',');
    std::string out(has_comma ? kept.substr(0, kept.size() - 1) : kept);
    out.append(", ").append(argument);
    // A list of lines ends as it did.
    if (has_comma) out += ',';
    if (in_parentheses) out.append(arguments.substr(kept.size())).append(")");
    return out;
}

bool holds(const Step& step, std::string_view text) {
    return std::any_of(step.statements.begin(), step.statements.end(),
                       [&](const Statement& statement) { return contains(statement.sql, text); });
}

std::string each(const Step& step, std::string (*call)(std::string_view sql)) {
    std::string out;
    for (const Statement& statement : step.statements) {
        if (!out.empty()) out += '\n';
        out += call(statement.sql);
    }
    return out;
}

}  // namespace pgfence::author
