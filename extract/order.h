#pragma once
// The order of migrations where names do not tell it: tools that have it written down.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/tree.h"

namespace pgfence::extract {

inline constexpr std::string_view kSqitchPlan = "sqitch.plan";

/// What a plan of Sqitch names, each with its place; `ran_as` is a name, too.
using SqitchPlan = std::map<std::string, WrittenPlace, std::less<>>;

/// Of the file sqitch.plan in that folder; empty: there is none.
SqitchPlan sqitch_plan(const FileTree& tree, const std::string& project);

/// A script in the folder deploy/ beside a plan.
struct SqitchScript {
    std::string project;    ///< the plan's folder
    std::string_view name;  ///< by which the plan knows it
};
/// Nothing for a path that is none.
std::optional<SqitchScript> sqitch_script(std::string_view path);
std::string path_of_script(const std::string& project, std::string_view name);

class WrittenOrder {
public:
    explicit WrittenOrder(const FileTree& tree) : tree_(tree) {}

    /// The changelogs of Liquibase that were found, by path: each may include others.
    void take_changelogs(const std::vector<std::string_view>& paths);

    /// As Located::written.
    WrittenPlace place_of(std::string_view path, std::string_view format);

private:
    using Ranks = std::map<std::string, std::size_t, std::less<>>;

    WrittenPlace place_in_plan(std::string_view path);
    void visit(const std::string& path, const std::map<std::string, std::vector<std::string>>& includes, int depth);

    const FileTree& tree_;
    std::map<std::string, SqitchPlan> plans_;  ///< by the folder it lies in
    Ranks changelogs_;
};

}  // namespace pgfence::extract
