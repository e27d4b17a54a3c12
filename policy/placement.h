#pragma once
// Which statement a comment is about.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/analysis.h"

namespace pgfence::policy {

/// The statement that a comment stands in, else the one before it that ends on its line, else the next one.
/// Text that could not be read takes part: a comment before it must not fall through to what follows.
class Placement {
public:
    Placement(const AnalyzedFile& file, std::string_view text);

    struct Target {
        std::optional<std::size_t> unread;     ///< index of what could not be read, where the comment is about that
        std::optional<std::size_t> statement;  ///< index in the file's statements
    };
    Target of(const SourceSpan& comment) const;
    /// A statement to list a remark under that has none of its own: the next, else the last.
    std::optional<std::size_t> nearest_statement(const SourceSpan& comment) const;
    /// The statement that a place stands in.
    std::optional<std::size_t> statement_around(std::uint32_t offset) const;

private:
    struct Piece {
        std::uint32_t begin, end;
        std::optional<std::uint32_t> semicolon;  ///< the one that ends it
        std::optional<std::size_t> statement;    ///< nothing: unread
        std::optional<std::size_t> unread{};
    };
    void add_unread(const AnalyzedFile& file);
    void find_semicolons(std::string_view text);
    bool same_line(std::uint32_t from, std::uint32_t to) const;
    static Target target(const Piece& piece) { return {piece.unread, piece.statement}; }

    std::vector<Piece> statements_;  ///< by begin
    std::vector<Piece> pieces_;      ///< statements and unread text outside of them, by begin
    std::vector<std::uint32_t> line_breaks_;
};

}  // namespace pgfence::policy
