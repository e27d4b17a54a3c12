#pragma once
// Counts in a forked process, read by its parent after it has ended, however it did.

#include <sys/mman.h>

#include <atomic>
#include <new>

namespace pgfence::orm {

class StepCount {
public:
    StepCount() {
        void* memory = mmap(nullptr, sizeof(Count), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) throw std::bad_alloc();
        count_ = new (memory) Count(0);
    }
    ~StepCount() { munmap(count_, sizeof(Count)); }
    StepCount(const StepCount&) = delete;
    StepCount& operator=(const StepCount&) = delete;

    void add_one() { count_->fetch_add(1, std::memory_order_relaxed); }
    long value() const { return count_->load(std::memory_order_relaxed); }

private:
    using Count = std::atomic<long>;
    static_assert(Count::is_always_lock_free);
    Count* count_;
};

}  // namespace pgfence::orm
