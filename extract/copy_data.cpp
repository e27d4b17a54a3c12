#include "extract/copy_data.h"

#include <algorithm>

#include "core/text.h"
#include "extract/lines.h"

namespace pgfence::extract {

void CopyWatch::see(std::string_view word) {
    switch (state_) {
        case State::start: state_ = equal_ignoring_case(word, "copy") ? State::copy : State::other; break;
        case State::copy:
            if (equal_ignoring_case(word, "from")) state_ = State::from;
            break;
        case State::from: state_ = equal_ignoring_case(word, "stdin") ? State::from_stdin : State::copy; break;
        case State::from_stdin:
        case State::other: break;
    }
}

bool may_hold_copy(std::string_view text) {
    constexpr std::string_view kCopy = "copy";
    return std::search(text.begin(), text.end(), kCopy.begin(), kCopy.end(),
                       [](char a, char b) { return (a | 0x20) == b; }) != text.end();
}

std::size_t end_of_copy_data(std::string_view text, std::size_t begin) {
    while (begin < text.size()) {
        const Line line = line_at(text, begin);
        if (line.text == "\\.") return line.next;
        begin = line.next;
    }
    return text.size();
}

}  // namespace pgfence::extract
