#pragma once
// Functions, procedures and aggregates that code may call by name.

#include <optional>
#include <string>
#include <vector>

#include "analyze/kit/rule.h"

namespace pgfence {

struct DroppedRoutine {
    Name name;                     ///< as written
    std::optional<int> arguments;  ///< how many it takes; nothing: not told
    std::optional<Function>
        known;  ///< as the catalog has it, without its body; nothing: not known, or which one is not
};
/// Those that a DROP takes away from running code: not what the file itself made, and not what triggers alone run.
std::vector<DroppedRoutine> dropped_routines(const Step& step);

/// What is left, under the name of a dropped routine, for those who go on calling it. In order: who has one of the
/// later has all the earlier.
enum class Answers : std::uint8_t {
    nothing,        ///< none takes so many arguments
    other_types,    ///< but of types that theirs do not turn into by themselves
    other_names,    ///< but they have other names, and some call by these
    other_results,  ///< but what comes back is of another type, or lacks a column
    all,
};
Answers answers_to_calls_of(const DroppedRoutine& dropped, const Catalog& end);

/// "(integer, text)"
std::string arguments_in_words(const Function& function);

}  // namespace pgfence
