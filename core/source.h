#pragma once
// Where something stands in a file: byte spans inside, lines and columns only at the very end.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace pgfence {

using FileId = std::uint32_t;

/// Bytes, half open, in the file as committed (BOM and CRLF included).
struct SourceSpan {
    FileId file = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool operator==(const SourceSpan&) const = default;
};

/// Line and column, both from 1. A column counts Unicode code points (SARIF columnKind "unicodeCodePoints");
/// a BOM at the start of the file takes no column, CR LF and a lone CR each end one line, as LF does.
struct Position {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    bool operator==(const Position&) const = default;
};

/// Turns byte offsets of one text into positions. Keeps a view of the text: the text must outlive it.
class LineIndex {
public:
    explicit LineIndex(std::string_view text);
    /// Offsets past the end answer the position just behind the last character.
    Position at(std::uint32_t offset) const;
    std::uint32_t lines() const { return static_cast<std::uint32_t>(starts_.size()); }
    /// Byte offset where a line (from 1) begins; the text's size for lines past the last.
    std::uint32_t begin_of(std::uint32_t line) const;
    /// The line without its line break.
    std::string_view line(std::uint32_t line) const;

private:
    std::uint32_t code_points_before(std::uint32_t offset) const;

    std::string_view text_;
    bool ascii_;  ///< every byte is a code point
    std::vector<std::uint32_t> starts_;
    /// Code points before every kMilestone-th byte, where not every byte is one: a column costs the same on a line of
    /// any length.
    std::vector<std::uint32_t> milestones_;
};

/// From an offset in extracted SQL to the offset in the file it was read from. Pieces are in order of `sql`.
class SourceMap {
public:
    struct Piece {
        std::uint32_t sql;     ///< where the piece begins in the extracted SQL
        std::uint32_t file;    ///< where it begins in the file
        std::uint32_t length;  ///< bytes of the SQL; the same in the file, unless it stands for something else there
        /// Of SQL that is not written out in the file: the bytes there that the whole piece stands for.
        std::optional<std::uint32_t> stands_for = std::nullopt;
    };
    SourceMap() = default;  ///< identity
    explicit SourceMap(std::vector<Piece> pieces) : pieces_(std::move(pieces)) {}
    /// An offset between pieces answers the end of the piece before it; one in a piece that stands for something, where
    /// that begins.
    std::uint32_t to_file(std::uint32_t sql_offset) const;
    /// What a part of the SQL is in the file: all of the place that a piece stands for when it begins or ends in one.
    SourceSpan span(FileId file, std::uint32_t sql_begin, std::uint32_t sql_end) const;

private:
    const Piece* piece_at(std::uint32_t sql_offset) const;

    std::vector<Piece> pieces_;
};

}  // namespace pgfence
