#pragma once
// What git says of the files of a work tree, from what the clone has: nothing is fetched.

#include <memory>
#include <optional>
#include <string>

namespace pgfence::diff {

class WorkTree {
public:
    /// The one that the folder is in; nothing when it is in none.
    static std::optional<WorkTree> around(const std::string& folder);
    WorkTree(WorkTree&&) noexcept;
    WorkTree& operator=(WorkTree&&) noexcept;
    ~WorkTree();

    /// The path from the root, links on the way followed or not; nothing for one outside.
    std::optional<std::string> inside(const std::string& path) const;
    std::optional<std::string> inside_as_linked(const std::string& path) const;

    /// By which commit files are told that ran already: where the base branch is, as far as the clone has one. HEAD
    /// itself is that on the base branch.
    bool knows_base() const;
    const std::string& base_name() const;
    /// Of paths from the root.
    bool base_has(const std::string& path) const;
    bool head_has(const std::string& path) const;

private:
    struct State;
    explicit WorkTree(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace pgfence::diff
