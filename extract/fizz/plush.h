#pragma once
// Plush, the template language whose programs fizz files are: its syntax alone (lexer/lexer.go and parser/parser.go of
// gobuffalo/plush).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/source.h"

namespace pgfence::extract::plush {

struct Expression {
    enum class Kind : std::uint8_t {
        name,        ///< `text`; "t.Column" is one name
        text,        ///< `text`, whose bytes stand in the file as `pieces` has them
        number,      ///< `text` as written
        list,        ///< `parts`
        dictionary,  ///< `parts`: key, value, key, value
        call,        ///< of `text`, with `parts`, and `block` where it has one
        sum,         ///< `parts`, with + between them
        other,       ///< `text` says which: a condition, a loop, ...
    };
    Kind kind = Kind::other;
    std::uint32_t begin = 0, end = 0;
    std::string text;
    std::vector<SourceMap::Piece> pieces;
    std::vector<Expression> parts, block;

    bool is(Kind wanted) const { return kind == wanted; }
    bool is_word(std::string_view word) const { return kind == Kind::name && text == word; }
};

struct Program {
    std::vector<Expression> statements;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> comments;
    /// Where Plush's parser stops, or this one: nothing behind it is in `statements`.
    std::optional<std::uint32_t> broken;
};

Program parse(std::string_view text);

}  // namespace pgfence::extract::plush
