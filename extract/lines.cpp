#include "extract/lines.h"

#include <string>

namespace pgfence::extract {

Line line_at(std::string_view text, std::size_t begin) {
    Line line;
    line.begin = begin;
    const std::size_t feed = text.find('\n', begin);
    line.end = feed == std::string_view::npos ? text.size() : feed;
    line.next = feed == std::string_view::npos ? text.size() : feed + 1;
    if (line.end > begin && text[line.end - 1] == '\r') --line.end;
    line.text = text.substr(begin, line.end - begin);
    return line;
}

std::string_view take_word(std::string_view& text) {
    text = trim(text);
    const std::string_view word = text.substr(0, text.find_first_of(kSpaces));
    text.remove_prefix(word.size());
    return word;
}

void for_each_setting(std::string_view text,
                      const std::function<void(std::string_view name, std::string_view value)>& visit) {
    std::string section;
    for_each_line(text, 0, [&](const Line& line) {
        const std::string_view words = trim(line.text);
        if (words.starts_with('[') && words.ends_with(']')) {
            section = std::string(trim(words.substr(1, words.size() - 2))) + ".";
            return;
        }
        const auto equals = words.find('=');
        if (equals == words.npos || words.starts_with('#')) return;
        std::string_view name = trim(words.substr(0, equals)), value = trim(words.substr(equals + 1));
        for (std::string_view* quoted : {&name, &value})
            if (quoted->size() > 1 && (quoted->front() == '"' || quoted->front() == '\'') &&
                quoted->back() == quoted->front())
                *quoted = quoted->substr(1, quoted->size() - 2);
        visit(section + std::string(name), value);
    });
}

std::string_view setting(std::string_view text, std::string_view name) {
    std::string_view found;
    for_each_setting(text, [&](std::string_view one, std::string_view value) {
        if (one == name) found = value;
    });
    return found;
}

bool is_comment_line(std::string_view line) { return trim(line).starts_with("--"); }

}  // namespace pgfence::extract
