#pragma once
// Texts are independent until the catalog sees them, and parsing them is much of the work: other threads parse ahead of
// the one that replays. Not far ahead: what a statement is lowered to is many times as long as its text.

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "analyze/lower/lower.h"

namespace pgfence::analyze {

class LowerAhead {
public:
    LowerAhead(std::vector<std::string_view> texts, unsigned threads)
        : texts_(std::move(texts)), lowered_(texts_.size()) {
        constexpr std::size_t kWorthAThread = 16;
        for (std::size_t i = std::min<std::size_t>(threads - 1, texts_.size() / kWorthAThread); i > 0; --i)
            threads_.emplace_back([this] { work(); });
    }
    ~LowerAhead() {
        {
            const std::lock_guard lock(mutex_);
            next_ = texts_.size();
        }
        taken_.notify_all();
        for (std::thread& thread : threads_) thread.join();
    }
    LowerAhead(const LowerAhead&) = delete;
    LowerAhead& operator=(const LowerAhead&) = delete;

    /// To be asked for one after the other. One that nobody has begun is lowered by whoever asks.
    std::shared_ptr<const Lowered> take(std::size_t number) {
        std::unique_lock lock(mutex_);
        wanted_ = number;
        if (number % (kAhead / 2) == 0) taken_.notify_all();  // to be woken for one text alone would cost more than it
        if (next_ == number) {
            ++next_;
            lock.unlock();
            return std::make_shared<const Lowered>(lower(texts_[number]));
        }
        made_.wait(lock, [&] { return lowered_[number] != nullptr; });
        return std::move(lowered_[number]);
    }

private:
    static constexpr std::size_t kAhead = 64;

    void work() {
        std::unique_lock lock(mutex_);
        for (;;) {
            taken_.wait(lock, [this] { return next_ == texts_.size() || next_ < wanted_ + kAhead; });
            if (next_ == texts_.size()) return;
            const std::size_t mine = next_++;
            lock.unlock();
            auto made = std::make_shared<const Lowered>(lower(texts_[mine]));
            lock.lock();
            lowered_[mine] = std::move(made);
            made_.notify_one();
        }
    }

    const std::vector<std::string_view> texts_;
    std::mutex mutex_;
    std::condition_variable taken_, made_;
    std::size_t next_ = 0;    // nobody has begun it
    std::size_t wanted_ = 0;  // the one that was asked for last
    std::vector<std::shared_ptr<const Lowered>> lowered_;
    std::vector<std::thread> threads_;
};

}  // namespace pgfence::analyze
