#include "extract/program/followed.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// What can do something by itself. Operators, subscripts and attributes do in theory only: nobody's migration hides
/// its work in them.
bool acts(const Node& node, Language language) {
    constexpr std::array kPython{"call"sv, "decorator"sv, "exec_statement"sv};
    constexpr std::array kRuby{"call"sv,  "subshell"sv,    "yield"sv,     "super"sv, "alias"sv,
                               "undef"sv, "begin_block"sv, "end_block"sv, "block"sv, "do_block"sv};
    if (language == Language::elixir) return node.is("call");
    return language == Language::python ? is_among(node.kind, kPython) : is_among(node.kind, kRuby);
}

/// What only runs when somebody calls it.
bool waits(const Node& node, const Node* parent, Language language) {
    // Elixir's reader tells by itself which functions nobody calls.
    if (!parent || node.field != "body" || language == Language::elixir) return false;
    if (language == Language::python) return parent->is("function_definition") || parent->is("lambda");
    return parent->is("method") || parent->is("singleton_method") || parent->is("lambda");
}

}  // namespace

std::vector<const Node*> Followed::rest(const Node& root, Language language) const {
    std::vector<const Node*> rest;
    rest_of(root, nullptr, language, rest);
    return rest;
}

void Followed::rest_of(const Node& node, const Node* parent, Language language, std::vector<const Node*>& rest) const {
    if (left_out_.count(&node) > 0) return;
    const bool known = has(node);
    if (!known && waits(node, parent, language)) return;
    if (!known && node.named && acts(node, language)) {
        rest.push_back(&node);
        return;
    }
    for (const Node& child : node.children) rest_of(child, &node, language, rest);
}

}  // namespace pgfence::extract
