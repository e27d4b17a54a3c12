#include "core/stand_in.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/sql_scanner.h"
#include "core/text.h"

namespace pgfence {
namespace {

constexpr std::string_view kNotKnown = "<not known>";

/// psql's own: :name, :'name', :"name". It looks for none in strings and quoted names.
bool is_psql(const StandIn& one) { return one.written.starts_with(':'); }

std::string in_psql(const StandIn& one, char quote) {
    return quote == 0 ? one.written : ":" + in_doubled_quotes(std::string_view(one.written).substr(1), quote);
}

/// Of '...' and "...": the bytes between the quotes.
std::string_view inside(std::string_view text) { return text.substr(1, text.size() - 2); }

/// How many bytes both begin with; the name is in lower case.
std::size_t in_common(std::string_view text, std::string_view name) {
    const std::size_t most = std::min(text.size(), name.size());
    std::size_t same = 0;
    while (same < most && to_lower(text[same]) == name[same]) ++same;
    return same;
}

/// In lower case, as a number.
std::size_t pair_of(char first, char second) {
    return std::size_t{static_cast<unsigned char>(to_lower(first))} << 8U |
           static_cast<unsigned char>(to_lower(second));
}

bool sorts_before(std::string_view text, const StandIn& one) {
    const std::size_t same = in_common(text, one.name);
    if (same == one.name.size()) return false;
    if (same == text.size()) return true;
    return static_cast<unsigned char>(to_lower(text[same])) < static_cast<unsigned char>(one.name[same]);
}

}  // namespace

StandIns::StandIns(std::vector<StandIn> all) {
    for (StandIn& one : all) one.name = lower_case(one.name);
    std::stable_sort(all.begin(), all.end(), [](const StandIn& a, const StandIn& b) { return a.name < b.name; });
    for (StandIn& one : all) {
        if (all_.empty() || all_.back().name != one.name) {
            mark_start(one.name);
            longest_ = std::max(longest_, one.name.size());
            all_.push_back(std::move(one));
            continue;
        }
        StandIn& same = all_.back();
        if (same.is_code ? same.code != one.code : same.written != one.written)
            (same.is_code ? same.code : same.written).clear();
        else
            same.in_name_quotes |= one.in_name_quotes;
    }
}

void StandIns::mark_start(std::string_view name) {
    if (name.size() > 1) {
        starts_.set(pair_of(name[0], name[1]));
        return;
    }
    for (unsigned second = 0; second < 256; ++second) starts_.set(pair_of(name[0], static_cast<char>(second)));
}

/// The longest of them that the text begins with. Of those that do not sort behind the text it is the last one, or the
/// last one has the text's beginning in common with it.
const StandIn* StandIns::at_start_of(std::string_view text) const {
    while (!text.empty()) {
        const auto behind = std::upper_bound(all_.begin(), all_.end(), text, sorts_before);
        if (behind == all_.begin()) break;
        const StandIn& last = *std::prev(behind);
        const std::size_t same = in_common(text, last.name);
        if (same == last.name.size()) return &last;
        text = text.substr(0, same);
    }
    return nullptr;
}

std::optional<StandIns::Found> StandIns::next_in(std::string_view text, std::size_t from) const {
    for (std::size_t at = from; at < text.size(); ++at) {
        const char second = at + 1 < text.size() ? text[at + 1] : '\0';
        if (!starts_.test(pair_of(text[at], second))) continue;
        if (const StandIn* one = at_start_of(text.substr(at, longest_))) return Found{at, at + one->name.size(), one};
    }
    return std::nullopt;
}

bool StandIns::are_in(std::string_view text) const { return !empty() && next_in(text, 0).has_value(); }

/// False: it cannot be written back.
bool StandIns::append(std::string& out, std::string_view text) const {
    std::size_t at = 0;
    for (auto found = next_in(text, 0); found; found = next_in(text, at)) {
        const bool is_known = found->one->is_code ? !found->one->code.empty() : !found->one->written.empty();
        if (!is_known || is_psql(*found->one)) return false;
        out.append(text.substr(at, found->begin - at)).append(found->one->written);
        at = found->end;
    }
    out.append(text.substr(at));
    return true;
}

std::optional<std::string> StandIns::sql_as_written(std::string_view sql) const {
    using Kind = SqlPiece::Kind;
    if (!are_in(sql)) return std::string(sql);
    std::string out;
    SqlScanner scanner(sql);
    for (SqlPiece piece; scanner.next(piece);) {
        const std::string_view text = sql.substr(piece.begin, piece.end - piece.begin);
        const auto found = next_in(text, 0);
        if (!found) {
            out += text;
            continue;
        }
        const bool quoted = piece.closed && (piece.kind == Kind::quoted_name || text.starts_with('\''));
        const std::string_view name = quoted ? inside(text) : text;
        if (is_psql(*found->one)) {
            if (found->end - found->begin != name.size()) return std::nullopt;
            // A name of ours is quoted for its dollar, not for what the author wrote.
            const char of_name = found->one->in_name_quotes ? '"' : '\0';
            out += in_psql(*found->one, text.starts_with('\'') ? '\'' : of_name);
            continue;
        }
        const bool needs_quotes = piece.kind == Kind::word && found->one->in_name_quotes;
        if (needs_quotes) out += '"';
        if (!append(out, text)) return std::nullopt;
        if (needs_quotes) out += '"';
    }
    return out;
}

bool StandIns::has_code() const {
    return std::any_of(all_.begin(), all_.end(), [](const StandIn& one) { return one.is_code; });
}

/// False: it cannot be written back.
bool StandIns::append_literal(std::string& out, std::string_view quote, std::string_view content) const {
    const auto first = next_in(content, 0);
    if (first && first->one->is_code && first->begin == 0 && first->end == content.size()) {
        out += first->one->code;
        return !first->one->code.empty();
    }
    if (first) out += 'f';
    out += quote;
    std::size_t at = 0;
    const auto plain = [&](std::size_t end) {
        for (; at < end; ++at) {
            if (first && (content[at] == '{' || content[at] == '}')) out += content[at];
            out += content[at];
        }
    };
    for (auto found = first; found; found = next_in(content, at)) {
        const std::string& code = found->one->code;
        const char before = found->begin > 0 ? content[found->begin - 1] : ' ';
        const char behind = found->end < content.size() ? content[found->end] : ' ';
        const bool needs_quotes = found->one->in_name_quotes && before != '"';
        // Before Python 3.12 no quote of the literal's own, and no backslash, may stand in it.
        if (code.empty() || code.find_first_of("\\\n" + std::string(quote.substr(0, 1))) != code.npos) return false;
        if (needs_quotes && (continues_name(before) || continues_name(behind))) return false;
        plain(found->begin);
        const std::string_view own = !needs_quotes ? "" : quote == "\"" ? "\\\"" : "\"";
        out.append(own).append("{" + code + "}").append(own);
        at = found->end;
    }
    plain(content.size());
    out += quote;
    return true;
}

std::optional<std::string> StandIns::python_as_written(std::string_view code) const {
    std::string out;
    for (std::size_t at = 0; at < code.size();) {
        const auto begin = std::min(code.find_first_of("\"'", at), code.size());
        const std::string_view between = code.substr(at, begin - at);
        if (are_in(between)) return std::nullopt;
        out += between;
        if (begin == code.size()) break;
        const std::string three(3, code[begin]);
        const std::string_view quote = code.substr(begin, code.substr(begin).starts_with(three) ? 3 : 1);
        std::size_t end = begin + quote.size();
        while (end < code.size() && !code.substr(end).starts_with(quote)) end += code[end] == '\\' ? 2 : 1;
        if (end >= code.size()) return std::nullopt;
        if (!append_literal(out, quote, code.substr(begin + quote.size(), end - begin - quote.size())))
            return std::nullopt;
        at = end + quote.size();
    }
    return out;
}

std::string StandIns::shown(std::string_view text) const {
    std::string out;
    std::size_t at = 0;
    if (empty()) return std::string(text);
    for (auto found = next_in(text, 0); found; found = next_in(text, at)) {
        out.append(text.substr(at, found->begin - at));
        out += found->one->written.empty() ? kNotKnown : std::string_view(found->one->written);
        at = found->end;
    }
    return out.append(text.substr(at));
}

}  // namespace pgfence
