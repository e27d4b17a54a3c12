#include "diff/renames.h"

#include <algorithm>
#include <functional>
#include <unordered_map>

namespace pgfence::diff {
namespace {

constexpr int kAlike = 50;
// Git stops at 1,000 files against 1,000; this is 500 against 500 at twenty lines a file.
constexpr std::size_t kMostComparedLines = 10'000'000;

struct Line {
    std::size_t hash, bytes;
    bool operator<(const Line& other) const { return hash < other.hash; }
};
using Lines = std::vector<Line>;  // sorted

Lines lines_of(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end == text.npos ? end : end + 1);
        lines.push_back({std::hash<std::string_view>{}(line), line.size()});
        text.remove_prefix(line.size());
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

int percent_in_common(const Lines& a, const Lines& b, std::size_t larger) {
    std::size_t common = 0;
    for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
        if (i->hash == j->hash) {
            common += i->bytes;
            ++i;
            ++j;
        } else {
            (i->hash < j->hash ? i : j)++;
        }
    }
    return larger == 0 ? 100 : static_cast<int>(common * 100 / larger);
}

struct Candidate {
    int percent;
    Rename pair;
};

class Pairing {
public:
    Pairing(const std::vector<std::string_view>& deleted, const std::vector<std::string_view>& added)
        : deleted_(deleted), added_(added), deleted_taken_(deleted.size()), added_taken_(added.size()) {}

    void equal_texts() {
        std::unordered_map<std::string_view, std::vector<std::size_t>> by_text;
        for (std::size_t i = deleted_.size(); i-- > 0;)
            if (!deleted_[i].empty()) by_text[deleted_[i]].push_back(i);
        for (std::size_t j = 0; j < added_.size(); ++j) {
            const auto found = by_text.find(added_[j]);
            if (found == by_text.end() || found->second.empty()) continue;
            take({found->second.back(), j});
            found->second.pop_back();
        }
    }

    /// false when that would take too long.
    bool similar_texts() {
        const auto lines_deleted = open_lines(deleted_, deleted_taken_), lines_added = open_lines(added_, added_taken_);
        std::vector<Candidate> candidates;
        std::size_t compared = 0;
        for (std::size_t i = 0; i < deleted_.size(); ++i)
            for (std::size_t j = 0; j < added_.size() && !deleted_taken_[i]; ++j) {
                const auto [smaller, larger] = std::minmax({deleted_[i].size(), added_[j].size()});
                if (added_taken_[j] || smaller == 0 || smaller * 2 < larger) continue;
                compared += lines_deleted[i].size() + lines_added[j].size();
                if (compared > kMostComparedLines) return false;
                const int percent = percent_in_common(lines_deleted[i], lines_added[j], larger);
                if (percent >= kAlike) candidates.push_back({percent, {i, j}});
            }
        std::stable_sort(candidates.begin(), candidates.end(),
                         [](const auto& a, const auto& b) { return a.percent > b.percent; });
        for (const Candidate& candidate : candidates)
            if (!deleted_taken_[candidate.pair.deleted] && !added_taken_[candidate.pair.added]) take(candidate.pair);
        return true;
    }

    std::vector<Rename> pairs;

private:
    static std::vector<Lines> open_lines(const std::vector<std::string_view>& texts, const std::vector<bool>& taken) {
        std::vector<Lines> lines(texts.size());
        for (std::size_t i = 0; i < texts.size(); ++i)
            if (!taken[i]) lines[i] = lines_of(texts[i]);
        return lines;
    }
    void take(Rename pair) {
        deleted_taken_[pair.deleted] = added_taken_[pair.added] = true;
        pairs.push_back(pair);
    }

    const std::vector<std::string_view>& deleted_;
    const std::vector<std::string_view>& added_;
    std::vector<bool> deleted_taken_, added_taken_;
};

}  // namespace

int similarity(std::string_view a, std::string_view b) {
    return percent_in_common(lines_of(a), lines_of(b), std::max(a.size(), b.size()));
}

std::vector<Rename> renames(const std::vector<std::string_view>& deleted, const std::vector<std::string_view>& added,
                            bool& complete) {
    Pairing pairing(deleted, added);
    pairing.equal_texts();
    complete = pairing.similar_texts();
    return std::move(pairing.pairs);
}

}  // namespace pgfence::diff
