#include "analyze/input/series_read.h"

#include <algorithm>
#include <utility>

namespace pgfence::analyze {

SeriesRead::SeriesRead(const std::vector<Series>& all) {
    std::unordered_map<FileId, std::size_t> series_of;
    for (std::size_t i = 0; i < all.size(); ++i) {
        states_.push_back({.begins = all[i].whole_history});
        for (const FileId file : all[i].files) series_of.emplace(file, i);
    }
    series_of_ = std::make_shared<const std::unordered_map<FileId, std::size_t>>(std::move(series_of));
}

void SeriesRead::begin_file(FileId file) {
    const auto found = series_of_->find(file);
    now_ = found == series_of_->end() ? states_.size() : found->second;
    if (now_ < states_.size()) ++states_[now_].files;
}

bool SeriesRead::any_is_whole() const {
    return std::any_of(states_.begin(), states_.end(), [](const State& state) { return is_whole(state); });
}

void SeriesRead::doubt() {
    if (now_ < states_.size()) states_[now_].doubted = true;
}

void SeriesRead::note_made() {
    if (now_ < states_.size()) states_[now_].has_made = true;
}

}  // namespace pgfence::analyze
