#pragma once
// The process's environment as a value, read once at the start: everything in bot/ that decides is a function of it.

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace pgfence {

struct Environment {
    std::map<std::string, std::string, std::less<>> variables;

    /// Empty when unset: the runner sets what an event does not have to the empty string, so the two mean the same.
    std::string get(std::string_view name) const {
        const auto found = variables.find(name);
        return found == variables.end() ? std::string() : found->second;
    }
    /// Of the running process. Names may hold hyphens (INPUT_PG-VERSION), which only a program started without a
    /// shell gets to see.
    static Environment of_process();
};

}  // namespace pgfence
