#include "extract/program/tree.h"

#include <tree_sitter/api.h>

#include <memory>

extern "C" {
const TSLanguage* tree_sitter_python(void);
const TSLanguage* tree_sitter_ruby(void);
const TSLanguage* tree_sitter_elixir(void);
}

namespace pgfence::extract {
namespace {

/// Public migrations nest 40 deep at most.
constexpr std::size_t kDeepest = 400;
/// A file of 1 MB takes a fifth of a second. Only text made to hurt takes longer: error recovery is not linear.
constexpr std::uint64_t kLongestMicroseconds = 3'000'000;

class Copy {
public:
    explicit Copy(Tree& tree) : tree_(tree) {}

    void run(TSNode root) {
        cursor_ = ts_tree_cursor_new(root);
        tree_.root = node();
        descend(tree_.root, 0);
        ts_tree_cursor_delete(&cursor_);
    }

private:
    Node node() const {
        const TSNode current = ts_tree_cursor_current_node(&cursor_);
        const char* field = ts_tree_cursor_current_field_name(&cursor_);
        return {ts_node_type(current),     field ? field : "",        ts_node_start_byte(current),
                ts_node_end_byte(current), ts_node_is_named(current), {}};
    }

    void descend(Node& into, std::size_t depth) {
        if (depth == kDeepest) {
            tree_.too_deep.emplace_back(into.begin, into.end);
            return;
        }
        if (!ts_tree_cursor_goto_first_child(&cursor_)) return;
        do {
            Node child = node();
            const bool missing = ts_node_is_missing(ts_tree_cursor_current_node(&cursor_));
            if (child.is("ERROR") || missing) tree_.broken.emplace_back(child.begin, child.end);
            if (child.is("comment")) {
                tree_.comments.emplace_back(child.begin, child.end);
                continue;
            }
            descend(child, depth + 1);
            into.children.push_back(std::move(child));
        } while (ts_tree_cursor_goto_next_sibling(&cursor_));
        ts_tree_cursor_goto_parent(&cursor_);
    }

    Tree& tree_;
    TSTreeCursor cursor_{};
};

}  // namespace

const Node* Node::at(std::string_view wanted) const {
    for (const Node& child : children)
        if (child.field == wanted) return &child;
    return nullptr;
}

std::vector<const Node*> Node::all(std::string_view wanted) const {
    std::vector<const Node*> found;
    for (const Node& child : children)
        if (child.field == wanted) found.push_back(&child);
    return found;
}

std::vector<const Node*> Node::named_children() const {
    std::vector<const Node*> found;
    for (const Node& child : children)
        if (child.named) found.push_back(&child);
    return found;
}

namespace {

const TSLanguage* grammar_of(Language language) {
    switch (language) {
        case Language::python: return tree_sitter_python();
        case Language::ruby: return tree_sitter_ruby();
        case Language::elixir: return tree_sitter_elixir();
    }
    return nullptr;
}

}  // namespace

Tree parse(Language language, std::string_view text) {
    const std::unique_ptr<TSParser, decltype(&ts_parser_delete)> parser(ts_parser_new(), ts_parser_delete);
    ts_parser_set_language(parser.get(), grammar_of(language));
    ts_parser_set_timeout_micros(parser.get(), kLongestMicroseconds);
    const std::unique_ptr<TSTree, decltype(&ts_tree_delete)> parsed(
        ts_parser_parse_string(parser.get(), nullptr, text.data(), static_cast<std::uint32_t>(text.size())),
        ts_tree_delete);
    Tree tree;
    tree.given_up = !parsed;
    if (parsed) Copy(tree).run(ts_tree_root_node(parsed.get()));
    return tree;
}

}  // namespace pgfence::extract
