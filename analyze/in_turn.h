#pragma once
// Work that follows other work: done in the order given, on a thread of its own, so that whoever gives it goes on.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace pgfence::analyze {

class InTurn {
public:
    using Task = std::function<void()>;

    /// Without a thread of its own the tasks are done by whoever gives them, some at a time.
    explicit InTurn(bool own_thread);
    ~InTurn() { finish(); }
    InTurn(const InTurn&) = delete;
    InTurn& operator=(const InTurn&) = delete;

    /// Waits while too much is waiting: what tasks hold must not pile up.
    void add(Task task);
    /// Everything given is done; what is given later is done at once.
    void finish();

private:
    void do_given();
    void hand_over();
    void work();

    std::vector<Task> given_;  // of the giver alone
    bool finished_ = false;    // likewise
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Task> waiting_;
    bool last_ = false;
    std::thread thread_;
};

}  // namespace pgfence::analyze
