#include "annotate/escape.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "annotate/utf8.h"
#include "core/text.h"

namespace pgfence::annotate {
namespace {

struct Range {
    char32_t first, last;
};

// Unicode's Default_Ignorable_Code_Point, the bidirectional controls, the line separators and both control blocks.
constexpr std::array kHidden{
    Range{0x0000, 0x0008}, Range{0x000B, 0x001F},   Range{0x007F, 0x009F},   Range{0x00AD, 0x00AD},
    Range{0x034F, 0x034F}, Range{0x061C, 0x061C},   Range{0x115F, 0x1160},   Range{0x17B4, 0x17B5},
    Range{0x180B, 0x180F}, Range{0x200B, 0x200F},   Range{0x2028, 0x202E},   Range{0x2060, 0x206F},
    Range{0x3164, 0x3164}, Range{0xFE00, 0xFE0F},   Range{0xFEFF, 0xFEFF},   Range{0xFFA0, 0xFFA0},
    Range{0xFFF0, 0xFFFB}, Range{0x1BCA0, 0x1BCA3}, Range{0x1D173, 0x1D17A}, Range{0xE0000, 0xE0FFF},
};

bool hidden(char32_t c) {
    if (c >= 0x20 && c < 0x7F) return false;
    return std::any_of(kHidden.begin(), kHidden.end(),
                       [c](Range range) { return range.first <= c && c <= range.last; });
}

std::size_t longest_run(std::string_view text, char wanted) {
    std::size_t longest = 0, run = 0;
    for (const char c : text) {
        run = c == wanted ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

/// A word that means nothing to Markdown, to GitHub's filters or to a repository's own autolinks ("TICKET-12"). Words
/// of hexadecimal digits alone may be commit ids, which GitHub links.
bool prose_word(std::string_view word) {
    if (word == "-" || word == "\xE2\x80\x93" || word == "\xE2\x80\x94") return true;
    if (word.size() >= 7 && std::all_of(word.begin(), word.end(), is_hex_digit)) return false;
    if (is_letter(word.front()))
        return std::all_of(word.begin(), word.end(),
                           [](char c) { return is_letter(c) || c == '-' || c == '\'' || c == '/'; });
    return is_digit(word.front()) && word.size() <= 12 &&
           std::all_of(word.begin(), word.end(), [](char c) { return is_digit(c) || c == ',' || c == '.'; });
}

/// Where a word ends: at a blank, but a name between double quotes or backquotes holds blanks of its own.
std::size_t end_of_word(std::string_view text, std::size_t begin) {
    constexpr std::size_t kLongestName = 400;
    char quote = 0;
    for (std::size_t at = begin; at < text.size(); ++at) {
        if (text[at] == quote)
            quote = 0;
        else if (quote == 0 && (text[at] == '"' || text[at] == '`'))
            quote = text[at];
        if (text[at] == ' ' && (quote == 0 || at - begin > kLongestName)) return at;
    }
    return quote != 0 ? std::min(text.find(' ', begin), text.size()) : text.size();
}

/// What a message has between backquotes is code already: "`orders`", "`orders`'s".
std::optional<std::string> marked_word(std::string_view word) {
    constexpr std::string_view kBehind = ".,;:!?)'s";
    const auto end = word.starts_with('`') ? word.find('`', 1) : std::string_view::npos;
    if (end == std::string_view::npos || end == 1) return std::nullopt;
    const std::string_view behind = word.substr(end + 1);
    if (behind.find_first_not_of(kBehind) != std::string_view::npos) return std::nullopt;
    return code_span(word.substr(1, end - 1)) + std::string(behind);
}

std::string plain_word(std::string_view word, bool first) {
    const std::string_view open = word.starts_with('(') ? word.substr(0, 1) : std::string_view{};
    word.remove_prefix(open.size());
    if (auto marked = marked_word(word)) return std::string(open) + *marked;
    std::size_t end = word.find_last_not_of(".,;:!?)") + 1;  // 0: it is nothing else
    // What was opened within the word is closed in it: numeric(12,2).
    const auto count = [&](char c) {
        return std::count(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(end), c);
    };
    while (end > 0 && end < word.size() && word[end] == ')' && count('(') > count(')')) ++end;
    const std::string_view close = word.substr(end);
    word = word.substr(0, end);
    if (word.empty()) return std::string(open) + std::string(close);
    // "1." and "-" at the start of a paragraph would make a list of it.
    const bool list_marker =
        first && open.empty() && (is_digit(word.front()) ? !close.empty() : !is_letter(word.front()));
    return std::string(open) + (prose_word(word) && !list_marker ? std::string(word) : code_span(word)) +
           std::string(close);
}

/// At most `most` code points on one line, at a cost that does not grow with what is left out.
std::string short_line(std::string_view text, std::size_t most) {
    return shortened(visible_line(shortened_bytes(text, 8 * most)), most);
}

void append_entity(std::string& out, char32_t c) { out += "&#" + std::to_string(static_cast<std::uint32_t>(c)) + ";"; }

void append_percent(std::string& out, char c) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<std::uint8_t>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
}

}  // namespace

std::string visible(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '\r') {
            out += '\n';
            at += text.substr(at).starts_with("\r\n") ? 2 : 1;
            continue;
        }
        const char32_t c = next_code_point(text, at);
        append(out, hidden(c) ? kReplacement : c);
    }
    return out;
}

std::string visible_line(std::string_view text) { return one_line(visible(text), " \n\t"); }

std::string code_span(std::string_view text, std::size_t most) {
    const std::string shown = short_line(text, most);
    // A table splits its cells before it looks at code spans, and no escape of '|' holds in both places.
    if (shown.empty() || shown.find('|') != std::string::npos) return "<code>" + html_code(shown, most) + "</code>";
    const std::string ticks(longest_run(shown, '`') + 1, '`');
    const bool pad = shown.front() == '`' || shown.back() == '`' || shown.front() == ' ';
    const std::string_view blank = pad ? " " : "";
    return ticks + std::string(blank) + shown + std::string(blank) + ticks;
}

std::string fence(std::string_view text, std::string_view language) {
    std::string shown = visible(text);
    while (shown.ends_with('\n')) shown.pop_back();
    const std::string ticks(std::max<std::size_t>(3, longest_run(shown, '`') + 1), '`');
    return ticks + std::string(language) + "\n" + shown + "\n" + ticks + "\n";
}

std::string plain(std::string_view text, std::size_t most) {
    const std::string shown = short_line(text, most);
    std::string out;
    for (std::size_t begin = 0; begin < shown.size();) {
        const std::size_t end = end_of_word(shown, begin);
        if (!out.empty()) out += ' ';
        out += plain_word(std::string_view(shown).substr(begin, end - begin), begin == 0);
        begin = end + 1;
    }
    return out;
}

std::string html_code(std::string_view text, std::size_t most) {
    const std::string shown = short_line(text, most);
    std::string out;
    for (std::size_t at = 0; at < shown.size();) {
        const char32_t c = next_code_point(shown, at);
        const bool safe = c >= 0x80 || is_letter(static_cast<char>(c)) || is_digit(static_cast<char>(c)) || c == ' ';
        if (safe)
            append(out, c);
        else
            append_entity(out, c);
    }
    return out;
}

std::string url_path(std::string_view path) {
    std::string out;
    for (const char c : path) {
        if (is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~' || c == '/')
            out += c;
        else
            append_percent(out, c);
    }
    return out;
}

std::string inert(std::string_view line) {
    std::string out;
    const auto start = line.find_first_not_of(' ');
    const bool command = start != std::string_view::npos && line.substr(start).starts_with("::") &&
                         line.find("::", start + 2) != std::string_view::npos;
    for (std::size_t at = 0; at < line.size(); ++at) {
        if ((line[at] == '[' || line.substr(at).starts_with("vso[")) && out.ends_with("##")) out += ' ';
        out += line[at];
        if (command && at == start) out += ' ';
    }
    return out;
}

std::string inert_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        out += inert(text.substr(0, end));
        if (end < text.size()) out += '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

namespace {

/// Of "##" the second is written in the document's own way: outside of texts there is none.
std::string second_hash_as(std::string_view written, std::string text) {
    for (auto at = text.find("##"); at != std::string::npos; at = text.find("##", at + 1))
        text.replace(at + 1, 1, written);
    return text;
}

}  // namespace

std::string inert_json(std::string json) { return second_hash_as("\\u0023", std::move(json)); }

std::string inert_xml(std::string xml) { return second_hash_as("&#35;", std::move(xml)); }

std::string command_data(std::string_view text) {
    std::string out;
    for (const char c : visible(text)) {
        if (c == '%' || c == '\n')
            append_percent(out, c);
        else if (c == '[' && out.ends_with("##"))
            out += " [";
        else
            out += c;
    }
    return out;
}

std::string command_property(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '%' || c == '\r' || c == '\n' || c == ':' || c == ',')
            append_percent(out, c);
        else
            out += c;
    }
    return out;
}

}  // namespace pgfence::annotate
