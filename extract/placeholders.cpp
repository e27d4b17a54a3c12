#include "extract/placeholders.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/sql_scanner.h"
#include "extract/placeholder_use.h"

namespace pgfence::extract {
namespace {

constexpr std::size_t kLongestQuote = 60;

}  // namespace

std::string quote_of(std::string_view placeholder) {
    std::size_t length = std::min(placeholder.size(), kLongestQuote);
    while (length < placeholder.size() && length > 0 &&
           (static_cast<unsigned char>(placeholder[length]) & 0xC0) == 0x80)
        --length;
    return std::string(placeholder.substr(0, length));
}

bool is_schema_of_a_name(std::string_view sql, std::size_t begin, std::size_t end) {
    const char before = begin == 0 ? ' ' : sql[begin - 1];
    const bool quoted = before == '"' && end < sql.size() && sql[end] == '"';
    if (quoted) ++end;
    const bool begins = quoted || std::string_view(" \t\r\n(,'").find(before) != std::string_view::npos;
    if (!begins || end + 1 >= sql.size() || sql[end] != '.') return false;
    return starts_name(sql[end + 1]) || sql[end + 1] == '"';
}

bool is_in_name_quotes(std::string_view text, std::size_t begin, std::size_t end) {
    while (begin > 0 && continues_name(text[begin - 1])) --begin;
    while (end < text.size() && continues_name(text[end])) ++end;
    return begin > 0 && end < text.size() && text[begin - 1] == '"' && text[end] == '"';
}

void add_stand_in(Script& script, std::string_view name, std::string_view written, bool in_name_quotes) {
    script.stand_ins.push_back({std::string(name), std::string(written), in_name_quotes});
}

void say_each_once(std::vector<StandIn>& stand_ins) {
    std::unordered_map<std::string, std::size_t> known;
    std::vector<StandIn> kept;
    for (StandIn& one : stand_ins) {
        const auto [there, is_new] = known.try_emplace(one.name, kept.size());
        if (is_new) {
            kept.push_back(std::move(one));
            continue;
        }
        StandIn& same = kept[there->second];
        same.in_name_quotes |= one.in_name_quotes;
        if (same.written != one.written) same.written.clear();
    }
    stand_ins = std::move(kept);
}

void Placeholders::fill(std::size_t begin, std::size_t end, std::string_view name) {
    if (const auto value = values_.find(name); value != values_.end()) {
        source_.replacements.push_back({begin, end, value->second});
        blank(script_.sql, begin, end);
        return;
    }
    if (!is_one_schema(begin, end)) unknown_.emplace_back(begin, end);
    for (std::size_t i = begin; i < end; ++i)
        if (!continues_name(script_.sql[i]) || script_.sql[i] == '$') script_.sql[i] = '_';
    const std::string_view written = source_.text.substr(begin, end - begin);
    script_.uncertainties.push_back(
        {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), "the value of " + quote_of(written)});
    add_stand_in(script_, script_.sql.substr(begin, end - begin), written, is_in_name_quotes(source_.text, begin, end));
}

bool Placeholders::is_one_schema(std::size_t begin, std::size_t end) {
    if (!is_schema_of_a_name(script_.sql, begin, end)) return false;
    const std::string_view placeholder = source_.text.substr(begin, end - begin);
    if (schema_.empty()) schema_ = placeholder;
    return schema_ == placeholder;
}

void Placeholders::fill_all(std::size_t begin, std::size_t end, std::string_view open, std::string_view close) {
    for (std::size_t at = script_.sql.find(open, begin); at < end; at = script_.sql.find(open, at)) {
        const std::size_t inside = at + open.size();
        // A name holds no brace and no line break, which also keeps a text full of "${" linear.
        const std::size_t stop = script_.sql.find_first_of("{\r\n" + std::string(close), inside);
        if (stop >= end) return;
        if (script_.sql.compare(stop, close.size(), close) != 0) {
            at = inside;
            continue;
        }
        fill(at, stop + close.size(), source_.text.substr(inside, stop - inside));
        at = stop + close.size();
    }
}

void Placeholders::list(std::string_view what, std::string_view why) {
    std::sort(unknown_.begin(), unknown_.end());
    const std::vector<Place> listed = places_that_matter(script_.sql, 0, unknown_);
    if (listed.empty()) return;
    const auto [begin, end] = listed.front();
    script_.unread.push_back({source_.span(begin, end),
                              std::to_string(listed.size()) + " " + std::string(what) + " such as " +
                                  quote_of(source_.text.substr(begin, end - begin)),
                              std::string(why)});
}

std::vector<Place> places_that_matter(std::string_view sql, std::size_t from, const std::vector<Place>& places) {
    std::vector<Place> all;
    auto next = places.begin();
    SqlScanner scanner(sql, from);
    std::size_t begin = from;
    for (SqlPiece piece; next != places.end() && scanner.next(piece);) {
        const bool ends = piece.end == sql.size() || (piece.kind == SqlPiece::Kind::symbol && sql[piece.begin] == ';');
        if (!ends) continue;
        // As the readers of programs have it.
        std::string statement;
        std::size_t copied = begin;
        const auto first = next;
        for (; next != places.end() && next->first < piece.end; ++next) {
            statement += sql.substr(copied, next->first - copied);
            statement += kPlaceholder;
            copied = next->second;
        }
        if (copied < piece.end) statement += sql.substr(copied, piece.end - copied);
        if (first != next && !placeholders_are_roles(statement) && !placeholders_are_values(statement))
            all.insert(all.end(), first, next);
        begin = piece.end;
    }
    return all;
}

}  // namespace pgfence::extract
