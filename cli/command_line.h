#pragma once
// What the program and its commands are called with, as values. Only command_line.cpp knows the library that reads it:
// its headers take seconds of each file that includes them.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace pgfence::cli {

/// What may be given as a value.
struct Accepts {
    /// What --help calls it; TEXT or INT without.
    const char* type = nullptr;
    std::vector<const char*> one_of = {};
    std::optional<std::pair<int, int>> range = {};
    bool required = false;
    /// The environment variable that says it when nobody else does.
    const char* environment = nullptr;
};

/// Gets the number of the word of Accepts::one_of that was given.
using TakeChoice = std::function<void(std::size_t)>;

struct Option {
    /// Where the value goes; a bool is a flag. A list takes all arguments, or of an option each time that it is given.
    using Target = std::variant<std::string*, int*, bool*, std::vector<std::string>*, TakeChoice>;

    /// "--schema", "--pg-version,--min-pg-version"; "FILE" is an argument.
    const char* name;
    Target target;
    const char* help;
    Accepts accepts;
};

struct Command {
    const char* name;
    const char* help;
    std::vector<Option> options = {};
    /// After the options have their values; answers the exit code: 0 clean, 1 findings above the threshold, 2 usage or
    /// config, 3 could not do the job.
    std::function<int()> run = {};

    void add(const char* option, Option::Target target, const char* what, Accepts accepts = {});
    /// `words` stand for the first values of the enum, in its order.
    template <class Enum, class Words>
    void add_choice(const char* option, Enum* target, const char* what, const Words& words) {
        const auto take = [target](std::size_t chosen) { *target = static_cast<Enum>(chosen); };
        add(option, TakeChoice(take), what, {.one_of = {words.begin(), words.end()}});
    }
};

struct Program {
    const char* help;
    const char* version;
    const char* footer;
    std::vector<Command> commands;
};

/// Does what `words` (the program's name first) say; the exit code.
int run(const Program& program, const std::vector<std::string>& words);

}  // namespace pgfence::cli
