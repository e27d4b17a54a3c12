#include "analyze/in_turn.h"

#include <utility>

namespace pgfence::analyze {
namespace {

// One hand-over costs as much as a small task. Without a thread the same number is done in a row: the code of the rules
// and that of the replay do not fit into a processor's cache together.
constexpr std::size_t kAtOnce = 128;

}  // namespace

InTurn::InTurn(bool own_thread) {
    if (own_thread) thread_ = std::thread([this] { work(); });
}

void InTurn::add(Task task) {
    if (finished_) return task();
    given_.push_back(std::move(task));
    if (given_.size() == kAtOnce) thread_.joinable() ? hand_over() : do_given();
}

void InTurn::finish() {
    finished_ = true;
    if (!thread_.joinable()) return do_given();
    hand_over();
    {
        const std::lock_guard lock(mutex_);
        last_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void InTurn::do_given() {
    for (Task& task : given_) task();
    given_.clear();
}

void InTurn::hand_over() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.empty(); });
    waiting_.swap(given_);
    lock.unlock();
    changed_.notify_all();
}

void InTurn::work() {
    for (std::vector<Task> mine;; mine.clear()) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return last_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        mine.swap(waiting_);
        lock.unlock();
        changed_.notify_all();
        for (Task& task : mine) task();
    }
}

}  // namespace pgfence::analyze
