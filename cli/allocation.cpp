// operator new and delete. An analysis is made of small blocks by the million, made on one thread and given back on
// another; the general allocator spent a fifth of a run on them. Here a block knows its size, each thread keeps lists
// of free blocks of one size, and what one thread has too many of goes to the others by the batch. Larger blocks, and
// all that is C, stay with malloc.
//
// A sanitizer watches its own allocator, so there this file is empty.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <new>

namespace {

/// Blocks are multiples of this, and the 8 bytes before what is handed out say of how many: 24, 40, 56, ... are left.
constexpr std::size_t kUnit = 16, kHeader = 8;
constexpr std::size_t kSizes = 64;
constexpr std::size_t kBatchBytes = 8192, kCarvedAtOnce = 512;
/// Memory comes in small chunks as long as it is little. A run over thousands of files wanders through all that it has,
/// and finds its way faster through pages of 2 MiB.
constexpr std::size_t kChunk = std::size_t{64} << 10, kHugePage = std::size_t{2} << 20;
constexpr int kSmallChunks = 48;

/// A block that nobody uses.
struct Free {
    Free* next;
    Free* next_batch;    // of the first one of a batch
    std::uint64_t many;  // likewise: how many blocks it has
};

constexpr std::uint64_t batch_of(std::size_t units) { return kBatchBytes / (units * kUnit); }

std::uint64_t& units_of(void* block) { return *reinterpret_cast<std::uint64_t*>(static_cast<char*>(block) - kHeader); }

struct List {
    Free* first;
    std::uint64_t many;
};

/// One thread's. All zero at first, so that it needs no constructor.
struct Own {
    List lists[kSizes], full[kSizes];
    char *room, *end;  // not carved into blocks yet
};
constinit thread_local Own own{};

/// What threads leave to one another.
struct Common {
    std::mutex mutex;
    Free* batches[kSizes] = {};
    struct Room {
        Room* next;
        char* end;
    }* rooms = nullptr;
    int chunks = 0;
};
constinit Common common{};

void give(std::size_t units, List list) {
    if (!list.first) return;
    list.first->many = list.many;
    list.first->next_batch = common.batches[units];
    common.batches[units] = list.first;
}

struct Farewell {
    bool here = false;
    ~Farewell() {
        const std::lock_guard lock(common.mutex);
        for (std::size_t units = 0; units < kSizes; ++units) {
            give(units, own.lists[units]);
            give(units, own.full[units]);
        }
        if (own.room && static_cast<std::size_t>(own.end - own.room) >= sizeof(Common::Room))
            common.rooms = new (own.room) Common::Room{common.rooms, own.end};
        own = {};
    }
};
thread_local Farewell farewell;

/// What malloc is to know at the start. Left to itself it takes ever larger blocks from its heap, where what is given
/// back leaves holes. And a process that is forked while another thread has the lock must not wait for it for good.
[[gnu::constructor]] void prepare() {
    constexpr int kFromSystem = 256 << 10;
    mallopt(M_MMAP_THRESHOLD, kFromSystem);
    pthread_atfork([] { common.mutex.lock(); }, [] { common.mutex.unlock(); }, [] { common.mutex.unlock(); });
}

bool find_room(std::size_t bytes) {
    bool huge = false;
    {
        const std::lock_guard lock(common.mutex);
        if (Common::Room* left = common.rooms) {
            common.rooms = left->next;
            own.room = reinterpret_cast<char*>(left);
            own.end = left->end;
            if (static_cast<std::size_t>(own.end - own.room) >= bytes) return true;
        }
        huge = ++common.chunks > kSmallChunks;
    }
    const std::size_t size = huge ? kHugePage : kChunk;
    own.room = static_cast<char*>(huge ? std::aligned_alloc(size, size) : std::malloc(size));
    if (!own.room) return false;
    if (huge) madvise(own.room, size, MADV_HUGEPAGE);  // without it all is as good, only slower
    own.end = own.room + size;
    own.room += kHeader;  // the header of the first block stands before a multiple of 16
    return true;
}

/// Some blocks out of memory that has not been used yet: not many, as a short run needs few of each size.
bool carve(std::size_t units, List& list) {
    const std::size_t bytes = units * kUnit;
    if ((!own.room || static_cast<std::size_t>(own.end - own.room) < bytes) && !find_room(bytes)) return false;
    do {
        char* const block = own.room + kHeader;
        units_of(block) = units;
        own.room += bytes;
        list.first = new (block) Free{list.first, nullptr, 0};
        ++list.many;
    } while (list.many * bytes < kCarvedAtOnce && static_cast<std::size_t>(own.end - own.room) >= bytes);
    return true;
}

[[gnu::noinline]] bool refill(std::size_t units) {
    List& list = own.lists[units];
    if (own.full[units].first) {
        list = own.full[units];
        own.full[units] = {};
        return true;
    }
    farewell.here = true;
    {
        const std::lock_guard lock(common.mutex);
        if (Free* const batch = common.batches[units]) {
            common.batches[units] = batch->next_batch;
            list = {batch, batch->many};
            return true;
        }
    }
    return carve(units, list);
}

[[gnu::noinline]] void put_aside(std::size_t units) {
    if (own.full[units].first) {
        farewell.here = true;
        const std::lock_guard lock(common.mutex);
        give(units, own.full[units]);
    }
    own.full[units] = own.lists[units];
    own.lists[units] = {};
}

[[gnu::noinline]] void* large(std::size_t size) {
    constexpr std::size_t kBefore = 2 * kHeader;  // of 16 bytes alignment, as the block itself
    void* const memory = size < SIZE_MAX - kBefore ? std::malloc(size + kBefore) : nullptr;
    if (!memory) throw std::bad_alloc();
    void* const block = static_cast<char*>(memory) + kBefore;
    units_of(block) = 0;
    return block;
}

}  // namespace

void* operator new(std::size_t size) {
    const std::size_t units = size <= 2 * kUnit - kHeader ? 2 : (size + kHeader + kUnit - 1) / kUnit;
    if (units >= kSizes || size > kSizes * kUnit) return large(size);
    List& list = own.lists[units];
    if (!list.first && !refill(units)) throw std::bad_alloc();
    Free* const block = list.first;
    list.first = block->next;
    --list.many;
    return block;
}

void operator delete(void* block) noexcept {
    if (!block) return;
    const std::size_t units = units_of(block);
    if (units == 0) return std::free(static_cast<char*>(block) - 2 * kHeader);
    List& list = own.lists[units];
    list.first = new (block) Free{list.first, nullptr, 0};
    if (++list.many >= batch_of(units)) put_aside(units);
}

void operator delete(void* block, std::size_t) noexcept { operator delete(block); }

#endif
