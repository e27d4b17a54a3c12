// Migrations in Python that make the same schema although their text is not the same: where their imports come from,
// and what they do when they fail, is not part of it.

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "extract/extract.h"
#include "extract/program/tree.h"

namespace pgfence::extract {
namespace {

using Names = std::set<std::string_view>;

std::string_view text_of(std::string_view text, const Node& node) {
    return text.substr(node.begin, node.end - node.begin);
}

Names classes_in(std::string_view text, const Tree& tree) {
    Names names;
    for (const Node& child : tree.root.children)
        if (const Node* name = child.is("class_definition") ? child.at("name") : nullptr)
            names.insert(text_of(text, *name));
    return names;
}

/// The text without module paths, `except` blocks and classes that only one of the two versions has.
class Loosened {
public:
    Loosened(std::string_view text, const Tree& tree, const Names& shared) : text_(text), shared_(shared) {
        bind_modules(tree.root);
        for (const Node& child : tree.root.children)
            if (!is_of_one_version(child)) {
                walk(child);
                keep(child.end);
                out_ += "\n";
            } else {
                at_ = child.end;
            }
    }

    const std::string& text() const { return out_; }

private:
    bool is_of_one_version(const Node& node) const {
        const Node* name = node.is("class_definition") ? node.at("name") : nullptr;
        return name && !shared_.contains(text_of(text_, *name));
    }

    /// `import a.b`, of which a.b.C is used.
    void bind_modules(const Node& node) {
        if (node.is("import_statement"))
            for (const Node* name : node.all("name"))
                if (name->is("dotted_name")) {
                    const std::string_view dotted = text_of(text_, *name);
                    modules_.insert(dotted.substr(0, dotted.find('.')));
                }
        for (const Node& child : node.children) bind_modules(child);
    }

    std::string_view root_of(const Node& node) const {
        const Node* at = &node;
        while (at && at->is("attribute")) at = at->at("object");
        return at && at->is("identifier") ? text_of(text_, *at) : std::string_view();
    }

    void walk(const Node& node) {
        if (node.is("import_from_statement")) {
            if (const Node* module = node.at("module_name")) put(*module, "m");
            return;
        }
        if (node.is("attribute") && modules_.contains(root_of(node))) {
            // Of a class: a function of a module is known by where it is from.
            const Node* name = node.at("attribute");
            if (name && is_class_name(text_of(text_, *name))) return put(node, text_of(text_, *name));
        }
        if (node.is("except_clause")) {
            for (const Node& child : node.children) child.is("block") ? put(child, "pass") : walk(child);
            return;
        }
        for (const Node& child : node.children) walk(child);
    }

    static bool is_class_name(std::string_view name) { return !name.empty() && name[0] >= 'A' && name[0] <= 'Z'; }

    void keep(std::size_t end) {
        out_ += text_.substr(at_, end - at_);
        at_ = end;
    }

    void put(const Node& node, std::string_view instead) {
        keep(node.begin);
        out_ += instead;
        at_ = node.end;
    }

    std::string_view text_;
    const Names& shared_;
    Names modules_;
    std::string out_;
    std::size_t at_ = 0;
};

}  // namespace

bool is_alike_python(std::string_view before, std::string_view now) {
    const Tree was = parse(Language::python, before), is = parse(Language::python, now);
    for (const Tree* tree : {&was, &is})
        if (tree->given_up || !tree->broken.empty() || !tree->too_deep.empty()) return false;
    const Names old_ones = classes_in(before, was), new_ones = classes_in(now, is);
    Names shared;
    std::set_intersection(old_ones.begin(), old_ones.end(), new_ones.begin(), new_ones.end(),
                          std::inserter(shared, shared.end()));
    return is_same_python(Loosened(before, was, shared).text(), Loosened(now, is, shared).text());
}

}  // namespace pgfence::extract
