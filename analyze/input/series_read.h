#pragma once
// How much is known of each runner's migrations, while they are read: whether what none of them made is not there.

#include <cstddef>
#include <memory>
#include <unordered_map>
#include <vector>

#include "analyze/input/request.h"
#include "core/source.h"

namespace pgfence::analyze {

/// What one runner ran unseen says nothing of another's migrations: those of a second program, or for another database.
class SeriesRead {
public:
    explicit SeriesRead(const std::vector<Series>& all);

    /// From here on it is about the series of that file.
    void begin_file(FileId file);
    /// Read from the first migration on, with all that they run.
    bool is_whole() const { return now_ < states_.size() && is_whole(states_[now_]); }
    bool any_is_whole() const;
    /// One of its migrations may have made anything: by what was not read, or by what is not there.
    void doubt();
    /// One of its migrations has made something.
    void note_made();
    bool has_made_any() const { return now_ < states_.size() && states_[now_].has_made; }

private:
    struct State {
        bool begins = false;  ///< with the very first that ever ran
        bool doubted = false, has_made = false;
        std::size_t files = 0;
    };
    /// Many migrations name each table that lives: one of which none of them says a word is not there, whatever made
    /// the others.
    static bool is_whole(const State& state) {
        constexpr std::size_t kMany = 20;
        return state.begins && (!state.doubted || state.files > kMany);
    }
    std::vector<State> states_;
    std::shared_ptr<const std::unordered_map<FileId, std::size_t>> series_of_;  ///< files judged apart copy the rest
    std::size_t now_ = static_cast<std::size_t>(-1);
};

}  // namespace pgfence::analyze
