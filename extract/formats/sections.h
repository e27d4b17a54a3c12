#pragma once
// Files that hold both directions, told apart by marker lines (goose, dbmate, sql-migrate).

#include <optional>
#include <string>
#include <string_view>

#include "core/sql_scanner.h"
#include "extract/formats/format.h"
#include "extract/lines.h"

namespace pgfence::extract {

enum class Section { before, up, down };

/// Takes out everything that is no up section. Comments in front of the first marker stay: they may address us.
/// `section_from(line, current)` answers the section that a marker line begins, or nothing for other lines; the tools
/// are line based, so a marker counts wherever its line stands. Lists a file without up section, and SQL that stands
/// before it, as unread; `tool` names the tool in that.
template <class SectionFrom>
void keep_up_sections(const Source& source, std::string_view tool, std::string_view up_marker, SectionFrom section_from,
                      Script& script) {
    Section section = Section::before;
    bool up_seen = false, down_seen = false;
    std::optional<Line> text_before;
    for_each_line(source.text, source.begin, [&](const Line& line) {
        const std::optional<Section> begins = section_from(line.text, section);
        if (begins) {
            section = *begins;
            up_seen |= section == Section::up;
            blank(script.sql, line.begin, line.end);
            return;
        }
        if (section == Section::up) return;
        down_seen |= section == Section::down && !trim(line.text).empty() && !is_comment_line(line.text);
        if (section == Section::before && is_comment_line(line.text)) return;
        if (section == Section::before && !text_before && !trim(line.text).empty()) text_before = line;
        blank(script.sql, line.begin, line.end);
    });
    if (!down_seen) script.no_way_back = "its down section is absent or empty";
    const std::string runs = std::string(tool) + " runs only what stands behind " + std::string(up_marker);
    if (!up_seen)
        script.unread.push_back(
            {source.whole(), "a file without " + std::string(up_marker), "nothing to read: " + runs});
    else if (text_before)
        script.unread.push_back(
            {source.span(text_before->begin, text_before->end), "text before " + std::string(up_marker), runs});
}

/// A comment that stands at the begin of its line and satisfies `is_marker`, outside of literals and other comments.
template <class IsMarker>
bool has_marker_comment(const Source& source, IsMarker is_marker) {
    SqlScanner lexer(source.text, source.begin);
    for (SqlPiece token; lexer.next(token);) {
        if (token.kind != SqlPiece::Kind::line_comment) continue;
        const bool at_line_begin = token.begin == source.begin || source.text[token.begin - 1] == '\n';
        if (at_line_begin && is_marker(source.text.substr(token.begin, token.end - token.begin))) return true;
    }
    return false;
}

}  // namespace pgfence::extract
