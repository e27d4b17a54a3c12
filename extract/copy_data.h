#pragma once
// Rows that follow COPY ... FROM STDIN in a script, up to the line \.

#include <cstddef>
#include <string_view>

namespace pgfence::extract {

/// Follows a statement's words to tell whether rows follow it in the script (COPY ... FROM STDIN).
class CopyWatch {
public:
    void see(std::string_view word);
    void statement_ends() { *this = {}; }
    bool rows_follow() const { return state_ == State::from_stdin; }

private:
    enum class State { start, copy, from, from_stdin, other } state_ = State::start;
};

/// False is certain.
bool may_hold_copy(std::string_view text);

/// Where the rows that begin at `begin` (a line's begin) end: behind the line `\.`, or at the end of the text.
std::size_t end_of_copy_data(std::string_view text, std::size_t begin);

}  // namespace pgfence::extract
