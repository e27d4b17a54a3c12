#pragma once
// What psql remembers from one command to the next, and from a script to those it includes: variables (variables.c) and
// the branches of \if (conditional.c). How its commands' arguments are written: psqlscanslash.l.

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pgfence::extract {

struct PsqlVariable {
    std::optional<std::string> value;  ///< nothing: set to something that is not known here
    bool certain = true;               ///< false: a branch that may not run sets it
};

struct PsqlSession {
    std::map<std::string, PsqlVariable, std::less<>> variables;
    std::vector<std::string> running;            ///< paths of the scripts, the outermost first
    std::set<std::string, std::less<>> written;  ///< names of files that queries or their answers were written to
    bool moved = false;                          ///< \cd was seen: paths begin elsewhere
    std::size_t scripts = 0;                     ///< that were included
    std::size_t bytes = 0;                       ///< of them, and of the values that were set

    /// Null: only whoever starts psql may have set it.
    const PsqlVariable* find(std::string_view name) const;
};

struct PsqlArgument {
    std::string text;
    bool known = true;          ///< false: there is a variable in it whose value is not known, or a program's output
    bool runs_program = false;  ///< `...` stands in it
};

/// Separated by white space; a quoted one may hold some.
std::vector<PsqlArgument> psql_arguments(std::string_view text, const PsqlSession& session);

/// What \if makes of its argument (ParseVariableBool in variables.c); nothing when that is not known from the script.
std::optional<bool> psql_condition(std::string_view arguments, const PsqlSession& session);

/// One \if that is not closed yet.
struct PsqlBranch {
    enum class State { runs, may_run, skipped };
    State state = State::runs;
    bool over = false;        ///< a branch that runs was seen: none of the others does
    bool undecided = false;   ///< one that may run was seen
    std::size_t begin = 0;    ///< of the branch, behind its command
    std::string condition;    ///< the last that could not be decided, as it is written
    std::string uncertainty;  ///< what it depends on whether the branch runs
};

/// False for a text that is to psql what it is to the server: no command, no variable, no rows behind COPY.
bool may_concern_psql(std::string_view text);

}  // namespace pgfence::extract
