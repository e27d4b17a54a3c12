#pragma once
// The order of migrations where names do not tell it: tools that have it written down.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/tree.h"

namespace pgfence::extract {

class WrittenOrder {
public:
    explicit WrittenOrder(const FileTree& tree) : tree_(tree) {}

    /// The changelogs of Liquibase that were found, by path: each may include others.
    void take_changelogs(const std::vector<std::string_view>& paths);

    /// As Located::written.
    WrittenPlace place_of(std::string_view path, std::string_view format);

private:
    using Ranks = std::map<std::string, std::size_t, std::less<>>;
    using Plan = std::map<std::string, WrittenPlace, std::less<>>;  ///< by name; `ran_as` is one, too

    WrittenPlace place_in_plan(std::string_view path);
    Plan plan_of(const std::string& project) const;
    void visit(const std::string& path, const std::map<std::string, std::vector<std::string>>& includes, int depth);

    const FileTree& tree_;
    std::map<std::string, Plan> plans_;  ///< sqitch.plan, by the folder it lies in
    Ranks changelogs_;
};

}  // namespace pgfence::extract
