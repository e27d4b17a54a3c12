#include "extract/liquibase/element.h"

namespace pgfence::extract::liquibase {

const Text* Element::attribute(std::string_view wanted) const {
    const auto found = attributes.find(wanted);
    return found == attributes.end() ? nullptr : &found->second;
}

const Text* Element::value(std::string_view wanted) const {
    if (const Text* own = attribute(wanted)) return own;
    for (const Element& child : children)
        if (child.name == wanted) return &child.text;
    return nullptr;
}

std::string_view Element::operator[](std::string_view wanted) const {
    const Text* found = value(wanted);
    return found ? std::string_view(found->value) : std::string_view();
}

std::vector<const Element*> Element::all(std::string_view wanted) const {
    std::vector<const Element*> found;
    for (const Element& child : children) {
        if (child.name == wanted) found.push_back(&child);
        if (child.name.size() == wanted.size() + 1 && child.name.ends_with('s') && child.name.starts_with(wanted))
            for (const Element& one : child.children)
                if (one.name == wanted) found.push_back(&one);
    }
    return found;
}

Document too_large() {
    Document document;
    document.broken = "it has more than 8 MiB";
    document.too_large = true;
    return document;
}

}  // namespace pgfence::extract::liquibase
