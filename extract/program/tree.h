#pragma once
// The syntax of a program in which migrations are written: tree-sitter's tree, copied into nodes that need no library
// to be walked and whose depth is bounded, so that everything behind may recurse.

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "extract/program/language.h"

namespace pgfence::extract {

struct Node {
    std::string_view kind;   ///< the grammar's word: "call"
    std::string_view field;  ///< what it is to its parent: "arguments", or empty
    std::uint32_t begin = 0, end = 0;
    bool named = true;           ///< false: punctuation and keywords
    std::vector<Node> children;  ///< without comments

    const Node* at(std::string_view wanted) const;
    std::vector<const Node*> all(std::string_view wanted) const;  ///< children in that field
    std::vector<const Node*> named_children() const;
    bool is(std::string_view wanted) const { return kind == wanted; }
};

struct Tree {
    using Span = std::pair<std::uint32_t, std::uint32_t>;

    Node root;
    std::vector<Span> broken;    ///< what the grammar does not know
    std::vector<Span> too_deep;  ///< what is nested deeper than anybody writes: left out
    std::vector<Span> comments;
    bool given_up = false;  ///< the parser took too long: there is no tree
};

Tree parse(Language language, std::string_view text);

}  // namespace pgfence::extract
