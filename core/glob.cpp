#include "core/glob.h"

#include <algorithm>

namespace pgfence {
namespace {

// {a,b}{a,b}{a,b}... doubles with each brace; what is past this stands for itself.
constexpr std::size_t kMostAlternatives = 256;

struct Braces {
    std::size_t open, close;
};

/// The first outermost {...} that is closed.
bool find_braces(std::string_view text, Braces& found) {
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '{' && depth++ == 0) found.open = i;
        if (text[i] == '}' && depth > 0 && --depth == 0) return found.close = i, true;
    }
    return false;
}

std::vector<std::string_view> choices(std::string_view inside) {
    std::vector<std::string_view> result;
    int depth = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= inside.size(); ++i) {
        if (i == inside.size() || (inside[i] == ',' && depth == 0)) {
            result.push_back(inside.substr(begin, i - begin));
            begin = i + 1;
        } else if (inside[i] == '{') {
            ++depth;
        } else if (inside[i] == '}') {
            --depth;
        }
    }
    return result;
}

std::vector<std::string> expanded(std::string_view pattern) {
    std::vector<std::string> open{std::string(pattern)}, done;
    while (!open.empty()) {
        std::string text = std::move(open.back());
        open.pop_back();
        Braces braces{};
        if (open.size() + done.size() >= kMostAlternatives || !find_braces(text, braces)) {
            done.push_back(std::move(text));
            continue;
        }
        const std::string_view whole = text;
        for (const auto choice : choices(whole.substr(braces.open + 1, braces.close - braces.open - 1)))
            open.push_back(
                std::string(whole.substr(0, braces.open)).append(choice).append(whole.substr(braces.close + 1)));
    }
    return done;
}

std::vector<std::string_view> not_empty_parts(std::string_view path) {
    std::vector<std::string_view> segments;
    while (!path.empty()) {
        const auto slash = path.find('/');
        if (slash != 0) segments.push_back(path.substr(0, slash));
        path = slash == path.npos ? std::string_view() : path.substr(slash + 1);
    }
    return segments;
}

/// `at` stands on '['; moves behind the closing ']' and answers, or stays when there is none.
bool in_class(std::string_view pattern, std::size_t& at, char c, bool& is_class) {
    std::size_t i = at + 1;
    const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
    if (negated) ++i;
    const std::size_t first = i;
    bool found = false;
    for (; i < pattern.size() && (pattern[i] != ']' || i == first); ++i) {
        const auto low = static_cast<unsigned char>(pattern[i]);
        auto high = low;
        if (i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']') {
            high = static_cast<unsigned char>(pattern[i + 2]);
            i += 2;
        }
        const auto wanted = static_cast<unsigned char>(c);
        found = found || (low <= wanted && wanted <= high);
    }
    is_class = i < pattern.size();
    if (is_class) at = i + 1;
    return found != negated;
}

bool matches_one(std::string_view pattern, std::size_t& at, char c) {
    if (pattern[at] == '[') {
        bool is_class = false;
        const bool found = in_class(pattern, at, c, is_class);
        if (is_class) return found;
    }
    const char wanted = pattern[at++];
    return wanted == '?' || wanted == c;
}

/// Greedy with one point of return: quadratic at worst in one name, which the file system keeps short.
bool matches_segment(std::string_view pattern, std::string_view name) {
    std::size_t p = 0, n = 0, star = pattern.npos, star_name = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_name = n;
            continue;
        }
        std::size_t next = p;
        if (p < pattern.size() && matches_one(pattern, next, name[n])) {
            p = next;
            ++n;
        } else if (star != pattern.npos) {
            p = star + 1;
            n = ++star_name;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

/// The same over segments, "**" being the star.
bool matches_path(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path) {
    std::size_t p = 0, n = 0, star = pattern.size(), star_name = 0;
    while (n < path.size()) {
        if (p < pattern.size() && pattern[p] == "**") {
            star = p++;
            star_name = n;
        } else if (p < pattern.size() && matches_segment(pattern[p], path[n])) {
            ++p;
            ++n;
        } else if (star < pattern.size()) {
            p = star + 1;
            n = ++star_name;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == "**") ++p;
    return p == pattern.size();
}

std::vector<std::string> segments_of(std::string_view pattern) {
    std::vector<std::string> segments;
    for (const auto segment : not_empty_parts(pattern))
        if (segment != ".") segments.emplace_back(segment);
    return segments;
}

}  // namespace

Glob::Glob(std::string_view pattern) {
    for (const std::string& text : expanded(pattern)) {
        auto segments = segments_of(text);
        const bool folder_only = text.ends_with('/') || segments.empty();
        if (!folder_only) alternatives_.push_back(segments);
        if (folder_only || text.find_first_of("*?[") == text.npos) {
            segments.insert(segments.end(), {"**", "*"});
            alternatives_.push_back(std::move(segments));
        }
    }
}

bool Glob::matches(std::string_view path) const {
    const auto segments = not_empty_parts(path);
    return std::any_of(alternatives_.begin(), alternatives_.end(),
                       [&](const auto& alternative) { return matches_path(alternative, segments); });
}

}  // namespace pgfence
