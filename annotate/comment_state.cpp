#include "annotate/comment_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "annotate/annotate.h"
#include "annotate/escape.h"
#include "core/text.h"

namespace pgfence::annotate {
namespace {

constexpr std::string_view kOpening = "<!-- pgfence-state\n";
constexpr std::string_view kEnd = "-->";
constexpr std::size_t kMostBytes = 8'000;
constexpr std::size_t kMostFixed = 50;

bool is_one_of(std::string_view text, std::string_view allowed) {
    return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

std::string_view take_word(std::string_view& line) {
    const auto end = std::min(line.find(' '), line.size());
    const auto word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
}

std::optional<RememberedFinding> parse(std::string_view line) {
    const auto fingerprint = take_word(line), rule = take_word(line), path = take_word(line);
    const bool sound = fingerprint.size() == 16 && is_lower_hex(fingerprint) && rule.size() <= 80 &&
                       is_one_of(rule, "abcdefghijklmnopqrstuvwxyz0123456789-") &&
                       is_one_of(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/%") &&
                       line.empty();
    if (!sound) return std::nullopt;
    return RememberedFinding{std::string(fingerprint), std::string(rule), std::string(path)};
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool pair =
            text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
        plain += pair ? static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])) : text[i];
        if (pair) i += 2;
    }
    return plain;
}

RememberedFinding remembered(const Listed& listed) {
    return {listed.graded->fingerprint, listed.graded->finding.rule, url_path(listed.file->path)};
}

using Place = std::pair<std::string, std::string>;  // rule, path

}  // namespace

CommentState state_in(std::string_view comment) {
    CommentState state;
    const auto begin = comment.rfind(kOpening);
    if (begin == std::string_view::npos) return state;
    auto lines = comment.substr(begin + kOpening.size());
    const auto end = lines.find(kEnd);
    // Quoted SQL may hold the same words: ours are the last in the comment.
    if (end == std::string_view::npos || end > kMostBytes) return state;
    if (lines.find_first_not_of(" \r\n", end + kEnd.size()) != std::string_view::npos) return state;
    lines = lines.substr(0, end);
    while (!lines.empty()) {
        auto line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(std::min(line.size() + 1, lines.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        const auto kind = take_word(line);
        auto one = parse(line);
        if (one && kind == "open") state.open.push_back(std::move(*one));
        if (one && kind == "fixed") state.fixed.push_back(std::move(*one));
    }
    return state;
}

CommentState next_state(const Report& report, const Listing& listing, const CommentState& earlier) {
    CommentState next;
    std::set<std::string> known, half_read;
    std::set<Place> still;
    for (const Listed& listed : listing.each()) {
        next.open.push_back(remembered(listed));
        known.insert(next.open.back().fingerprint);
        still.emplace(next.open.back().rule, next.open.back().path);
    }
    for (const Listed& listed : listing.suppressed()) known.insert(listed.graded->fingerprint);
    for (const FileReport& file : report.files)
        if (!file.unread.empty()) half_read.insert(url_path(file.path));

    const auto add_fixed = [&](const RememberedFinding& one) {
        if (known.contains(one.fingerprint) || still.contains({one.rule, one.path})) return;
        if (half_read.contains(one.path))
            next.open.push_back(one);
        else
            next.fixed.push_back(one);
        known.insert(one.fingerprint);
    };
    std::for_each(earlier.fixed.begin(), earlier.fixed.end(), add_fixed);
    std::for_each(earlier.open.begin(), earlier.open.end(), add_fixed);
    if (next.fixed.size() > kMostFixed)
        next.fixed.erase(next.fixed.begin(), next.fixed.end() - static_cast<std::ptrdiff_t>(kMostFixed));
    return next;
}

std::string state_block(const CommentState& state) {
    std::string lines;
    const auto add = [&lines](std::string_view kind, const RememberedFinding& one) {
        const auto line = fmt::format("{} {} {} {}\n", kind, one.fingerprint, one.rule, one.path);
        // A path may hold "--", and what follows must not end the comment early: nothing in a line is a '>'.
        if (kOpening.size() + lines.size() + line.size() + kEnd.size() + 2 <= kMostBytes) lines += line;
    };
    for (const RememberedFinding& one : state.fixed) add("fixed", one);
    for (const RememberedFinding& one : state.open) add("open", one);
    return lines.empty() ? lines : fmt::format("\n{}{}{}\n", kOpening, lines, kEnd);
}

std::string fixed_list(const CommentState& state, std::size_t most) {
    if (state.fixed.empty()) return "";
    constexpr std::size_t kNotice = 40;
    std::string out = fmt::format("**{} fixed since earlier pushes**\n\n", counted(state.fixed.size(), "finding"));
    for (std::size_t i = 0; i < state.fixed.size(); ++i) {
        const RememberedFinding& one = state.fixed[i];
        const auto line = fmt::format("- ~~{}~~ in {}\n", one.rule, code_span(percent_decoded(one.path)));
        if (out.size() + line.size() + kNotice > most) {
            out += fmt::format("- and {} more\n", state.fixed.size() - i);
            break;
        }
        out += line;
    }
    return out + "\n";
}

}  // namespace pgfence::annotate
