#pragma once
// A file that asks the database is run once for each of several answers; what is sent on all of those ways is certain.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/recording.h"
#include "orm/machine.h"

namespace pgfence::orm {

struct Choice {
    std::string what;        ///< "whether ... finds a row"
    std::string query;       ///< that finds one when the answer is yes; empty: it is another question
    std::size_t behind = 0;  ///< how many statements had been sent
};

/// What one run reported.
struct Run {
    /// `given_up`: it failed as the database made it fail.
    enum class End { done, failed, given_up, refused };
    AssumedAnswers way;
    End end = End::refused;
    std::string why;         ///< of a run that failed or was refused
    std::uint32_t line = 0;  ///< where it failed
    std::vector<RecordedStatement> statements;
    std::vector<RecordedNote> unread;
    std::vector<Choice> choices;
    bool touched = false;              ///< something unknown was met
    std::vector<RecordedNote> unmade;  ///< calls that stand in the file and were not made
    std::set<std::string> made;        ///< by line and name
    std::optional<std::string> no_transaction;
};

/// The next way to take; nothing when enough is known.
std::optional<AssumedAnswers> next_way(const std::vector<Run>& runs, int most);

/// A call of the file, which two runs may both have made.
std::string call_key(std::uint32_t line, const std::string& what);

Recording merged(const std::vector<Run>& runs, bool all_ways_taken);

}  // namespace pgfence::orm
