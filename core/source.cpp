#include "core/source.h"

#include <algorithm>

#include "core/text.h"

namespace pgfence {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::uint32_t kMilestone = 1024;

// Every byte is looked at, so that the compiler makes it many at a time.
bool is_ascii(std::string_view text) {
    unsigned char all = 0;
    for (const char c : text) all |= static_cast<unsigned char>(c);
    return all < 0x80;
}

}  // namespace

LineIndex::LineIndex(std::string_view text) : text_(text), ascii_(is_ascii(text)), starts_{0} {
    // One byte by the C library's leaps, and two of them only where there is a CR at all.
    const bool has_cr = text.find('\r') != std::string_view::npos;
    const auto next_break = [&](std::size_t from) {
        return has_cr ? text.find_first_of("\r\n", from) : text.find('\n', from);
    };
    for (std::size_t i = next_break(0); i != std::string_view::npos; i = next_break(i + 1)) {
        const bool ends_with_lf = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        if (!ends_with_lf) starts_.push_back(static_cast<std::uint32_t>(i + 1));
    }
    if (ascii_) return;
    std::uint32_t code_points = 0;
    for (std::uint32_t i = 0; i < text.size(); ++i) {
        if (i % kMilestone == 0) milestones_.push_back(code_points);
        code_points += continues_character(text[i]) ? 0 : 1;
    }
}

Position LineIndex::at(std::uint32_t offset) const {
    offset = std::min(offset, static_cast<std::uint32_t>(text_.size()));
    const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
    const auto line = static_cast<std::uint32_t>(next - starts_.begin());
    std::uint32_t begin = starts_[line - 1];
    if (line == 1 && text_.substr(0, offset).starts_with(kBom)) begin = static_cast<std::uint32_t>(kBom.size());
    return {line, code_points_before(offset) - code_points_before(begin) + 1};
}

std::uint32_t LineIndex::code_points_before(std::uint32_t offset) const {
    if (ascii_) return offset;
    const auto milestone = std::min<std::size_t>(offset / kMilestone, milestones_.size() - 1);
    const auto rest = text_.substr(milestone * kMilestone, offset - milestone * kMilestone);
    const auto begins = std::count_if(rest.begin(), rest.end(), [](char c) { return !continues_character(c); });
    return milestones_[milestone] + static_cast<std::uint32_t>(begins);
}

std::uint32_t LineIndex::begin_of(std::uint32_t line) const {
    if (line == 0) return 0;
    return line <= starts_.size() ? starts_[line - 1] : static_cast<std::uint32_t>(text_.size());
}

std::string_view LineIndex::line(std::uint32_t line) const {
    const auto begin = begin_of(line);
    std::string_view whole = text_.substr(begin, begin_of(line + 1) - begin);
    while (!whole.empty() && (whole.back() == '\n' || whole.back() == '\r')) whole.remove_suffix(1);
    return whole;
}

const SourceMap::Piece* SourceMap::piece_at(std::uint32_t sql_offset) const {
    const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), sql_offset,
                                        [](std::uint32_t offset, const Piece& piece) { return offset < piece.sql; });
    return after == pieces_.begin() ? nullptr : &*(after - 1);
}

std::uint32_t SourceMap::to_file(std::uint32_t sql_offset) const {
    if (pieces_.empty()) return sql_offset;
    const Piece* piece = piece_at(sql_offset);
    if (!piece) return pieces_.front().file;
    if (piece->stands_for) return piece->file + (sql_offset >= piece->sql + piece->length ? *piece->stands_for : 0);
    return piece->file + std::min(sql_offset - piece->sql, piece->length);
}

SourceSpan SourceMap::span(FileId file, std::uint32_t sql_begin, std::uint32_t sql_end) const {
    SourceSpan span{file, to_file(sql_begin), to_file(sql_end)};
    const Piece* last = pieces_.empty() || sql_end == 0 ? nullptr : piece_at(sql_end - 1);
    if (last && last->stands_for) span.end = last->file + *last->stands_for;
    return span;
}

}  // namespace pgfence
