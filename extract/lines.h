#pragma once
// Lines of a text with their places. A line ends at LF; the CR of a CR LF belongs to the line break.

#include <cstddef>
#include <functional>
#include <string_view>

#include "core/text.h"

namespace pgfence::extract {

struct Line {
    std::size_t begin = 0;  ///< bytes, in the text
    std::size_t end = 0;    ///< without the line break
    std::size_t next = 0;   ///< where the next line begins
    std::string_view text;  ///< begin..end
};

/// The line that begins at an offset inside the text.
Line line_at(std::string_view text, std::size_t begin);

/// Calls `visit(line)` for each line from an offset on.
template <class Visit>
void for_each_line(std::string_view text, std::size_t from, Visit visit) {
    while (from < text.size()) {
        const Line line = line_at(text, from);
        visit(line);
        from = line.next;
    }
}

/// The first word, cut off from `text`; empty when there is none left.
std::string_view take_word(std::string_view& text);
/// Calls `visit` for each line "name = value", as settings are written in .conf, .properties and .toml files: the value
/// without quotes, the name with that of its section, "flyway.group" of group below [flyway].
void for_each_setting(std::string_view text,
                      const std::function<void(std::string_view name, std::string_view value)>& visit);
/// Its value; empty when no line sets it.
std::string_view setting(std::string_view text, std::string_view name);
/// An SQL comment line: "--" after nothing but spaces.
bool is_comment_line(std::string_view line);

}  // namespace pgfence::extract
