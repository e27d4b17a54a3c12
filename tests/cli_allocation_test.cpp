// The program's own operator new and delete (cli/allocation.cpp, which is linked into this test): no two blocks
// overlap, whoever made them and whoever gives them back.

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

/// A block with a pattern that nobody else writes.
struct Block {
    unsigned char* bytes;
    std::size_t size;
    unsigned char sign;

    static Block make(std::size_t size, unsigned char sign) {
        auto* const bytes = static_cast<unsigned char*>(::operator new(size));
        std::memset(bytes, sign, size);
        return {bytes, size, sign};
    }
    bool is_untouched() const {
        return std::all_of(bytes, bytes + size, [this](unsigned char byte) { return byte == sign; });
    }
    void give_back() const { size % 2 ? ::operator delete(bytes, size) : ::operator delete(bytes); }
};

std::size_t size_for(std::mt19937& random) {
    const std::size_t most = std::vector<std::size_t>{40, 40, 300, 1'100, 70'000}[random() % 5];
    return random() % most;
}

}  // namespace

TEST_CASE("blocks of every size are aligned and apart") {
    std::vector<Block> blocks;
    std::map<std::uintptr_t, std::uintptr_t> places;
    for (std::size_t size = 0; size <= 1'200; ++size) {
        blocks.push_back(Block::make(size, static_cast<unsigned char>(size % 251)));
        const auto begin = reinterpret_cast<std::uintptr_t>(blocks.back().bytes);
        CHECK(begin % alignof(std::max_align_t) == 0);
        places[begin] = begin + std::max<std::size_t>(size, 1);
    }
    CHECK(places.size() == blocks.size());
    std::uintptr_t end = 0;
    for (const auto& [begin, behind] : places) {
        CHECK(begin >= end);
        end = behind;
    }
    for (const Block& block : blocks) {
        CHECK(block.is_untouched());
        block.give_back();
    }
}

TEST_CASE("blocks go from thread to thread whole") {
    std::mutex mutex;
    std::vector<Block> shared;
    std::size_t spoilt = 0;
    const auto work = [&](unsigned seed) {
        std::mt19937 random(seed);
        std::vector<Block> own;
        for (int i = 0; i < 20'000; ++i) {
            own.push_back(Block::make(size_for(random), static_cast<unsigned char>(random())));
            std::swap(own.back(), own[random() % own.size()]);
            const bool pass_on = random() % 3 == 0;
            const std::lock_guard lock(mutex);
            if (pass_on) {
                shared.push_back(own.back());
                own.pop_back();
            }
            for (auto* all : {&own, &shared})
                while (all->size() > 500) {
                    spoilt += all->back().is_untouched() ? 0 : 1;
                    all->back().give_back();
                    all->pop_back();
                }
        }
        const std::lock_guard lock(mutex);
        for (const Block& block : own) {
            spoilt += block.is_untouched() ? 0 : 1;
            block.give_back();
        }
    };
    for (int round = 0; round < 3; ++round) {
        std::vector<std::jthread> threads;
        for (unsigned t = 0; t < 4; ++t) threads.emplace_back(work, 10 * static_cast<unsigned>(round) + t);
    }
    for (const Block& block : shared) {
        spoilt += block.is_untouched() ? 0 : 1;
        block.give_back();
    }
    CHECK(spoilt == 0);
}

TEST_CASE("what cannot be had is refused") {
    for (const volatile std::size_t size : {SIZE_MAX, SIZE_MAX - 4, SIZE_MAX / 2})
        CHECK_THROWS_AS(::operator new(size), std::bad_alloc);
    ::operator delete(nullptr);
    const auto text = std::make_unique<std::string>(100'000, 'a');
    CHECK(text->size() == 100'000);
}
