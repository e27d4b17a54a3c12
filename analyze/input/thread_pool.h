#pragma once
// The threads beside the one that replays. Texts are independent until the catalog sees them, and to parse them is much
// of the work: they are lowered ahead. The rules tell the replay nothing: they are asked behind it, in turn. Whoever
// has nothing else to do takes the next piece of either, the replaying thread too rather than wait: with two cores
// there are two threads, and both are busy. (One thread for each kind of work: no faster than one for all, with 14,000
// waits.)

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "analyze/lower/lower.h"

namespace pgfence::analyze {

/// Its functions are for one thread, the one that replays.
class ThreadPool {
public:
    using Task = std::function<void()>;

    /// With no others everything is done by whoever asks.
    explicit ThreadPool(unsigned others);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    /// The texts that take() will be asked for; each must stay until it was. All of an earlier list have been taken.
    void lower_ahead(std::vector<std::string_view> texts);
    /// To be asked for one after the other.
    std::shared_ptr<const Lowered> take(std::size_t number);

    /// Done in the order given, some at a time. Waits while too much is waiting: what tasks hold must not pile up.
    void add(Task task);
    /// Everything given is done; what is given later is done at once.
    void finish();

private:
    using Lock = std::unique_lock<std::mutex>;

    /// What one thread lowered and nobody needs any more.
    struct Returned {
        std::mutex mutex;
        std::vector<std::unique_ptr<const Lowered>> texts;
    };
    using Maker = std::shared_ptr<Returned>;

    void work();
    bool help(Lock& lock, const Maker& me) { return follow(lock) || lower_next(lock, me); }
    bool follow(Lock& lock);
    bool lower_next(Lock& lock, const Maker& me);
    /// Lets go of the lock.
    void hand_over(Lock& lock);
    static std::shared_ptr<const Lowered> made_by(const Maker& me, std::string_view text);

    std::vector<Task> given_;  // of the replaying thread alone
    bool finished_ = false;    // likewise
    Maker me_ = std::make_shared<Returned>();
    const std::thread::id replaying_ = std::this_thread::get_id();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string_view> texts_;
    std::vector<std::shared_ptr<const Lowered>> lowered_;
    std::size_t next_ = 0;    // nobody has begun it
    std::size_t wanted_ = 0;  // the one that was asked for last
    std::vector<Task> waiting_, done_;
    bool following_ = false;  // somebody does what is to be done in turn
    bool dismissed_ = false;
    std::vector<std::thread> others_;
};

}  // namespace pgfence::analyze
