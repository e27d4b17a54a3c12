#pragma once
// What is called otherwise by the time that a fix's later steps run, because the change goes on to rename it.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/action.h"

namespace pgfence::pipeline {

/// A statement's place among all that the change runs.
struct RunsAt {
    std::size_t file = 0, statement = 0;

    auto operator<=>(const RunsAt&) const = default;
};

/// Those of a change.
class Renames {
public:
    /// In the order in which they run.
    void add(RunsAt at, const Rename& rename);
    /// The SQL with the names that are there behind the statement. `along`: those of its file that run later still.
    std::string later_names(std::string_view sql, RunsAt statement, const std::vector<std::size_t>& along) const;

private:
    struct Known {
        RunsAt at;
        Rename rename;
    };
    std::vector<Known> all_;
    std::map<std::string, std::vector<std::size_t>, std::less<>> by_relation_;  ///< ascending
};

}  // namespace pgfence::pipeline
