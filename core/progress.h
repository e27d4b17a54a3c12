#pragma once
// What the process has done and is doing, for its last words should it end in the middle (cli/last_words.h). Of the
// stages pipeline/ alone says so: the others are functions from values to values.

#include <array>
#include <atomic>
#include <cstddef>

namespace pgfence {

/// Read by signal handlers: texts that live as long as the process, and no locks.
class Progress {
public:
    struct Step {
        std::atomic<const char*> doing = nullptr;  ///< "analyzing"
        std::atomic<std::size_t> files = 0;
    };
    static constexpr std::size_t kMost = 8;

    void begin(const char* doing, std::size_t files) {
        const std::size_t at = count_.load();
        if (at == kMost) return;
        steps_[at].files = files;
        steps_[at].doing = doing;
        count_ = at + 1;
    }
    /// All but the last one are done.
    std::size_t count() const { return count_.load(); }
    const Step& operator[](std::size_t at) const { return steps_[at]; }

private:
    std::array<Step, kMost> steps_;
    std::atomic<std::size_t> count_ = 0;
};

/// Of this process.
inline Progress progress;

}  // namespace pgfence
