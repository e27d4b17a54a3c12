#include "analyze/input/thread_pool.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pgfence::analyze {
namespace {

// Not far: what a statement is lowered to is many times as long as its text.
constexpr std::size_t kAhead = 64;

// One hand-over costs as much as a small task, and the code of the rules and that of the replay do not fit into a
// processor's cache together.
constexpr std::size_t kAtOnce = 128;

}  // namespace

ThreadPool::ThreadPool(unsigned others) {
    for (; others > 0; --others) others_.emplace_back([this] { work(); });
}

ThreadPool::~ThreadPool() {
    finish();
    {
        const std::lock_guard lock(mutex_);
        dismissed_ = true;
    }
    changed_.notify_all();
    for (std::thread& other : others_) other.join();
}

void ThreadPool::lower_ahead(std::vector<std::string_view> texts) {
    {
        const std::lock_guard lock(mutex_);
        texts_ = std::move(texts);
        lowered_.assign(texts_.size(), nullptr);
        next_ = wanted_ = 0;
    }
    changed_.notify_all();
}

std::shared_ptr<const Lowered> ThreadPool::take(std::size_t number) {
    Lock lock(mutex_);
    wanted_ = number;
    if (number % (kAhead / 2) == 0) changed_.notify_all();  // to be woken for one text alone would cost more than it
    while (!lowered_[number])
        if (!lower_next(lock, me_) && !follow(lock)) changed_.wait(lock);
    return std::move(lowered_[number]);
}

void ThreadPool::add(Task task) {
    if (finished_) return task();
    given_.push_back(std::move(task));
    if (given_.size() < kAtOnce) return;
    Lock lock(mutex_);
    hand_over(lock);
}

void ThreadPool::finish() {
    Lock lock(mutex_);
    hand_over(lock);
    lock.lock();
    while (following_ || !waiting_.empty())
        if (!follow(lock)) changed_.wait(lock);
    finished_ = true;
}

void ThreadPool::hand_over(Lock& lock) {
    while (!waiting_.empty())
        if (!help(lock, me_)) changed_.wait(lock);
    waiting_.swap(given_);
    const std::vector<Task> done = std::exchange(done_, {});
    lock.unlock();
    changed_.notify_all();
}

void ThreadPool::work() {
    const Maker me = std::make_shared<Returned>();
    Lock lock(mutex_);
    while (!dismissed_)
        if (!help(lock, me)) changed_.wait(lock);
}

bool ThreadPool::follow(Lock& lock) {
    if (following_ || waiting_.empty()) return false;
    following_ = true;
    std::vector<Task> mine = std::exchange(waiting_, {});
    lock.unlock();
    for (Task& task : mine) task();
    if (std::this_thread::get_id() == replaying_) mine.clear();
    lock.lock();
    done_.insert(done_.end(), std::make_move_iterator(mine.begin()), std::make_move_iterator(mine.end()));
    following_ = false;
    changed_.notify_all();
    return true;
}

std::shared_ptr<const Lowered> ThreadPool::made_by(const Maker& me, std::string_view text) {
    {
        Lock lock(me->mutex);
        const auto returned = std::exchange(me->texts, {});
        lock.unlock();
    }
    return {new Lowered(lower(text)), [me](const Lowered* lowered) {
                const std::lock_guard lock(me->mutex);
                me->texts.emplace_back(lowered);
            }};
}

bool ThreadPool::lower_next(Lock& lock, const Maker& me) {
    if (next_ >= std::min(texts_.size(), wanted_ + kAhead)) return false;
    const std::size_t mine = next_++;
    const std::string_view text = texts_[mine];
    lock.unlock();
    auto made = made_by(me, text);
    lock.lock();
    lowered_[mine] = std::move(made);
    if (mine == wanted_) changed_.notify_all();
    return true;
}

}  // namespace pgfence::analyze
