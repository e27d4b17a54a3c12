#pragma once
// Every construct of a program that can do something is followed, known never to run, or listed. An interpreter notes
// what it follows while it does so; what is left of the tree is what it has no idea of.

#include <unordered_set>
#include <vector>

#include "extract/program/language.h"
#include "extract/program/tree.h"

namespace pgfence::extract {

class Followed {
public:
    void follow(const Node& node) { followed_.insert(&node); }
    /// Known never to run: a branch that is not taken, what stands behind a return.
    void leave_out(const Node& node) { left_out_.insert(&node); }
    bool has(const Node& node) const { return followed_.count(&node) > 0; }

    /// The outermost nodes that can do something and were neither followed nor left out, in the file's order. The body
    /// of a function that nobody calls does nothing.
    std::vector<const Node*> rest(const Node& root, Language language) const;

private:
    void rest_of(const Node& node, const Node* parent, Language language, std::vector<const Node*>& rest) const;

    std::unordered_set<const Node*> followed_, left_out_;
};

}  // namespace pgfence::extract
