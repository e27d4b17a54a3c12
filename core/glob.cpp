// One column of a table at a time, as backtracking would take exponential time on "**a**a**a**b".

#include "core/glob.h"

#include <vector>

namespace pgfence {
namespace {

struct Token {
    enum class Kind { byte, one /* ? */, name /* * */, below /* trailing ** */, folders /* ** and a slash */ };
    Kind kind;
    char byte = 0;
};

std::vector<Token> tokens_of(std::string_view pattern) {
    std::vector<Token> tokens;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern.substr(i).starts_with("**/")) {
            tokens.push_back({Token::Kind::folders});
            i += 2;
        } else if (pattern.substr(i).starts_with("**")) {
            tokens.push_back({Token::Kind::below});
            ++i;
        } else if (pattern[i] == '*') {
            tokens.push_back({Token::Kind::name});
        } else if (pattern[i] == '?') {
            tokens.push_back({Token::Kind::one});
        } else {
            tokens.push_back({Token::Kind::byte, pattern[i]});
        }
    }
    return tokens;
}

/// Which prefixes of the path the pattern up to and including this token matches, from those it matched before it.
std::vector<bool> step(const Token& token, const std::vector<bool>& before, std::string_view path) {
    std::vector<bool> after(path.size() + 1, false);
    bool started = false;
    for (std::size_t i = 0; i <= path.size(); ++i) {
        const bool slash_before = i > 0 && path[i - 1] == '/';
        switch (token.kind) {
            case Token::Kind::byte: after[i] = i > 0 && before[i - 1] && path[i - 1] == token.byte; break;
            case Token::Kind::one: after[i] = i > 0 && before[i - 1] && !slash_before; break;
            case Token::Kind::name: after[i] = before[i] || (i > 0 && after[i - 1] && !slash_before); break;
            case Token::Kind::below: after[i] = before[i] || (i > 0 && after[i - 1]); break;
            case Token::Kind::folders: after[i] = before[i] || (started && slash_before); break;
        }
        started = started || before[i];
    }
    return after;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view path) {
    std::vector<bool> matched(path.size() + 1, false);
    matched[0] = true;
    for (const Token& token : tokens_of(pattern)) matched = step(token, matched, path);
    return matched[path.size()];
}

}  // namespace pgfence
