// What of a migration's text decides what it sends. Comments, texts that nobody reads, types, imports that nothing
// uses, layout and what it says of the migrations before it do not.

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

#include "core/text.h"
#include "extract/extract.h"
#include "extract/program/tree.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// Of Django's classes and Alembic's modules: when it runs, and beside which others.
constexpr std::array kPlaces{"dependencies"sv,  "run_before"sv, "initial"sv,
                             "down_revision"sv, "depends_on"sv, "branch_labels"sv};
constexpr std::array kNoMatter{","sv, ":"sv, "->"sv, "("sv, ")"sv};

template <std::size_t n>
bool among(std::string_view word, const std::array<std::string_view, n>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

class Reduced {
public:
    Reduced(std::string_view text, const Tree& tree) : text_(text) {
        walk(tree.root);
        for (const auto& [bound, import] : imports_)
            if (bound == "*" || used_.contains(bound)) needed_.insert(import);
    }

    bool operator==(const Reduced& other) const { return words_ == other.words_ && needed_ == other.needed_; }

private:
    std::string_view text(const Node& node) const { return text_.substr(node.begin, node.end - node.begin); }

    void walk(const Node& node) {
        if (node.is("import_statement") || node.is("import_from_statement")) return import(node);
        if (node.is("future_import_statement") || node.is("type") || is_without_effect(node)) return;
        const bool transparent = node.is("parenthesized_expression") || node.is("typed_parameter");
        if (node.children.empty()) return leaf(node);
        if (!transparent) words_.append("(").append(node.kind).append(" ");
        for (const Node& child : node.children) walk(child);
        if (!transparent) words_ += ")";
    }

    void leaf(const Node& node) {
        std::string_view word = text(node);
        if (!node.named && among(word, kNoMatter)) return;
        if (node.is("string_end")) return;
        // r"..." is another text than '...', which is the same as "...".
        if (node.is("string_start")) word = word.substr(0, word.find_first_of("\"'"));
        if (node.is("identifier")) used_.insert(std::string(word));
        words_.append(word).append("\n");
    }

    /// A text by itself, and what is told of the migrations around.
    bool is_without_effect(const Node& node) const {
        if (!node.is("expression_statement")) return false;
        const auto inside = node.named_children();
        if (inside.size() != 1) return false;
        if (inside.front()->is("string") || inside.front()->is("concatenated_string"))
            return !has_interpolation(*inside.front());
        const Node* left = inside.front()->is("assignment") ? inside.front()->at("left") : nullptr;
        return left && left->is("identifier") && among(text(*left), kPlaces);
    }

    static bool has_interpolation(const Node& node) {
        return node.is("interpolation") || std::any_of(node.children.begin(), node.children.end(), has_interpolation);
    }

    void import(const Node& node) {
        const Node* module = node.at("module_name");
        const std::string from = module ? std::string(text(*module)) + "." : "";
        for (const Node& child : node.children) {
            if (child.is("wildcard_import")) imports_.emplace("*", from + "*");
            if (child.field != "name") continue;
            const Node* alias = child.is("aliased_import") ? child.at("alias") : nullptr;
            const Node* name = child.is("aliased_import") ? child.at("name") : &child;
            if (!name) continue;
            const std::string full(text(*name));
            const std::string bound = alias ? std::string(text(*alias)) : full.substr(0, full.find('.'));
            imports_.emplace(bound, std::string(from).append(full).append(" as ").append(bound));
        }
    }

    std::string_view text_;
    std::string words_;
    std::set<std::pair<std::string, std::string>> imports_;  ///< each with the name that it binds
    std::set<std::string, std::less<>> used_, needed_;
};

}  // namespace

bool is_same_python(std::string_view before, std::string_view now) {
    const Tree was = parse(Language::python, before), is = parse(Language::python, now);
    for (const Tree* tree : {&was, &is})
        if (tree->given_up || !tree->broken.empty() || !tree->too_deep.empty()) return false;
    return Reduced(before, was) == Reduced(now, is);
}

}  // namespace pgfence::extract
