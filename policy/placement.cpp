#include "policy/placement.h"

#include <algorithm>

namespace pgfence::policy {
namespace {

constexpr auto starts_before = [](const auto& a, const auto& b) { return a.begin < b.begin; };

}  // namespace

Placement::Placement(const AnalyzedFile& file, std::string_view text) {
    for (std::size_t i = 0; i < file.statements.size(); ++i)
        statements_.push_back({file.statements[i].span.begin, file.statements[i].span.end, std::nullopt, i});
    std::stable_sort(statements_.begin(), statements_.end(), starts_before);
    pieces_ = statements_;
    add_unread(file);
    find_semicolons(text);
    for (std::uint32_t i = 0; i < text.size(); ++i)
        if (text[i] == '\n' || text[i] == '\r') line_breaks_.push_back(i);
}

/// Unread text within a statement (SQL that a DO block puts together) is that statement's.
void Placement::add_unread(const AnalyzedFile& file) {
    for (std::size_t i = 0; i < file.unread.size(); ++i) {
        const SourceSpan& span = file.unread[i].span;
        if (!statement_around(span.begin)) pieces_.push_back({span.begin, span.end, std::nullopt, std::nullopt, i});
    }
    std::stable_sort(pieces_.begin(), pieces_.end(), starts_before);
}

void Placement::find_semicolons(std::string_view text) {
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
        const auto next = i + 1 < pieces_.size() ? pieces_[i + 1].begin : static_cast<std::uint32_t>(text.size());
        if (pieces_[i].end >= next || next > text.size()) continue;
        const auto found = text.substr(pieces_[i].end, next - pieces_[i].end).find(';');
        if (found != std::string_view::npos) pieces_[i].semicolon = pieces_[i].end + static_cast<std::uint32_t>(found);
    }
}

bool Placement::same_line(std::uint32_t from, std::uint32_t to) const {
    const auto line_break = std::lower_bound(line_breaks_.begin(), line_breaks_.end(), from);
    return line_break == line_breaks_.end() || *line_break >= to;
}

Placement::Target Placement::of(const SourceSpan& comment) const {
    const auto next = std::upper_bound(pieces_.begin(), pieces_.end(), comment.begin,
                                       [](std::uint32_t offset, const Piece& piece) { return offset < piece.begin; });
    if (next != pieces_.begin()) {
        const Piece& before = *std::prev(next);
        if (comment.begin < before.end || (before.semicolon && comment.begin < *before.semicolon))
            return target(before);
        const bool leads_the_next = next != pieces_.end() && same_line(comment.end, next->begin);
        if (!leads_the_next && same_line(before.end, comment.begin)) return target(before);
    }
    return next == pieces_.end() ? Target{} : target(*next);
}

std::optional<std::size_t> Placement::statement_around(std::uint32_t offset) const {
    const auto next = std::upper_bound(statements_.begin(), statements_.end(), offset,
                                       [](std::uint32_t wanted, const Piece& piece) { return wanted < piece.begin; });
    if (next == statements_.begin() || std::prev(next)->end <= offset) return std::nullopt;
    return std::prev(next)->statement;
}

std::optional<std::size_t> Placement::nearest_statement(const SourceSpan& comment) const {
    if (statements_.empty()) return std::nullopt;
    const Piece here{comment.begin, comment.end, std::nullopt, std::nullopt};
    const auto next = std::lower_bound(statements_.begin(), statements_.end(), here, starts_before);
    return next == statements_.end() ? statements_.back().statement : next->statement;
}

}  // namespace pgfence::policy
