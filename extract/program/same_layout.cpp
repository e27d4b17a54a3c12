// Of programs in Ruby and Elixir: what of a text is layout.

#include <algorithm>
#include <string>

#include "core/text.h"
#include "extract/extract.h"
#include "extract/program/tree.h"

namespace pgfence::extract {
namespace {

/// The syntax, of which no white space is a part but that of literals. Lines end where the tree says so.
class Words {
public:
    Words(std::string_view text, const Tree& tree) : text_(text) { walk(tree.root); }

    const std::string& all() const { return words_; }

private:
    std::string_view between(std::uint32_t begin, std::uint32_t end) const { return text_.substr(begin, end - begin); }

    /// Between its parts, white space is what is meant.
    static bool is_literal(const Node& node) {
        for (const char* word : {"string", "heredoc", "sigil", "quoted", "regex", "charlist", "symbol", "subshell"})
            if (contains(node.kind, word)) return true;
        return false;
    }

    void walk(const Node& node) {
        if (node.children.empty() || is_literal(node)) return add(literal(node));
        words_.append("(").append(node.kind).append(" ");
        std::uint32_t at = node.begin;
        for (const Node& child : node.children) {
            // A token that the grammar does not show; comments are none.
            gap(at, child.begin);
            at = child.end;
            if (!is_parenthesis_of_call(node, child)) walk(child);
        }
        gap(at, node.end);
        words_ += ")";
    }

    /// f(a) and f a: what the call is given, the tree says.
    bool is_parenthesis_of_call(const Node& parent, const Node& child) const {
        const bool of_call = parent.is("arguments") || parent.is("argument_list");
        return of_call && !child.named && (child.is("(") || child.is(")"));
    }

    void gap(std::uint32_t begin, std::uint32_t end) {
        for (std::uint32_t at = begin; at < end; ++at) {
            if (text_[at] == '#')
                at = static_cast<std::uint32_t>(std::min<std::size_t>(text_.find('\n', at), end));
            else if (!is_blank(text_[at]))
                words_ += text_[at];
        }
    }

    /// 'a' and "a" of Ruby's are one text where nothing in it is replaced.
    std::string literal(const Node& node) const {
        const std::string_view written = between(node.begin, node.end);
        const bool is_plain = node.is("string") && written.size() > 1 && written.front() == '\'' &&
                              written.find_first_of("\\#\"") == written.npos;
        if (!is_plain) return std::string(written);
        return '"' + std::string(written.substr(1, written.size() - 2)) + '"';
    }

    void add(std::string_view word) { words_.append(word).append("\n"); }

    std::string_view text_;
    std::string words_;
};

bool is_whole(const Tree& tree) { return !tree.given_up && tree.broken.empty() && tree.too_deep.empty(); }

/// In nothing else.
bool differ_in_layout(Language language, std::string_view before, std::string_view now) {
    const Tree was = parse(language, before), is = parse(language, now);
    return is_whole(was) && is_whole(is) && Words(before, was).all() == Words(now, is).all();
}

}  // namespace

bool is_same_program(std::string_view path, std::string_view before, std::string_view now) {
    if (path.ends_with(".py")) return is_same_python(before, now);
    if (path.ends_with(".rb")) return differ_in_layout(Language::ruby, before, now);
    return path.ends_with(".exs") && differ_in_layout(Language::elixir, before, now);
}

}  // namespace pgfence::extract
