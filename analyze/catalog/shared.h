#pragma once
// Containers that are cheap to copy and cheap to change after a copy: they share their parts until one side writes.
// A catalog is copied at every BEGIN and SAVEPOINT, and around every judged statement; copying each relation of a big
// schema each time would make a run quadratic.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/shared.h"

namespace pgfence {

/// Dense numbers from 0 to T, each value shared by itself. Addresses last until the value is erased or first written
/// to after a copy. A tree of three levels: what a write copies of the upper ones would else be much, at each
/// statement.
template <class T>
class SharedSlots {
public:
    const T* find(std::size_t at) const {
        const Chunk* chunk = chunk_of(at / kChunk);
        const Shared<T>* slot = chunk ? &(*chunk)[at % kChunk] : nullptr;
        return slot && *slot ? &slot->read() : nullptr;
    }
    T* find(std::size_t at) { return std::as_const(*this).find(at) ? &add(at) : nullptr; }
    /// The value at that number, made when there is none.
    T& add(std::size_t at) {
        Groups& groups = groups_.write();
        if (at / kGroup >= groups.size()) groups.resize(at / kGroup + 1);
        return slot(at).write();
    }
    void erase(std::size_t at) {
        if (std::as_const(*this).find(at)) slot(at).reset();
    }
    /// Calls visit(number) for those that this one and the other do not share, in order. Costs what was written since
    /// one was copied from the other.
    template <class Visit>
    void for_each_difference(const SharedSlots& other, Visit visit) const {
        if (groups_.is_shared_with(other.groups_)) return;
        for (std::size_t group = 0; group < std::max(size(), other.size()); ++group) {
            if (group < size() && group < other.size() &&
                groups_.read()[group].is_shared_with(other.groups_.read()[group]))
                continue;
            for (std::size_t chunk = group * kChunk; chunk < (group + 1) * kChunk; ++chunk)
                visit_differences(other, chunk, visit);
        }
    }

private:
    static constexpr std::size_t kChunk = 32, kGroup = kChunk * kChunk;
    using Chunk = std::array<Shared<T>, kChunk>;
    using Group = std::array<Shared<Chunk>, kChunk>;
    using Groups = std::vector<Shared<Group>>;

    std::size_t size() const { return groups_ ? groups_.read().size() : 0; }
    /// Null where nothing was ever put into it.
    const Chunk* chunk_of(std::size_t number) const {
        if (number / kChunk >= size()) return nullptr;
        const Shared<Group>& group = groups_.read()[number / kChunk];
        const Shared<Chunk>* chunk = group ? &group.read()[number % kChunk] : nullptr;
        return chunk && *chunk ? &chunk->read() : nullptr;
    }
    Shared<T>& slot(std::size_t at) {
        return groups_.write()[at / kGroup].write()[at / kChunk % kChunk].write()[at % kChunk];
    }
    template <class Visit>
    void visit_differences(const SharedSlots& other, std::size_t chunk, Visit visit) const {
        const Chunk none{};
        const Chunk *here = chunk_of(chunk), *there = other.chunk_of(chunk);
        if (here == there) return;
        if (!here) here = &none;
        if (!there) there = &none;
        for (std::size_t i = 0; i < kChunk; ++i)
            if (!(*here)[i].is_shared_with((*there)[i])) visit(chunk * kChunk + i);
    }

    Shared<Groups> groups_;
};

/// String to T: a hash table whose buckets are shared slots, so that a write after a copy costs one small bucket.
/// Addresses of values last until the next change of the map.
template <class T>
class SharedMap {
public:
    const T* find(std::string_view key) const {
        const Bucket* bucket = size_ ? buckets_.find(bucket_of(key)) : nullptr;
        if (!bucket) return nullptr;
        const auto it = entry(*bucket, key);
        return it == bucket->end() ? nullptr : &it->second;
    }
    T* find(std::string_view key) {
        if (!std::as_const(*this).find(key)) return nullptr;
        return &entry(*buckets_.find(bucket_of(key)), key)->second;
    }
    T& operator[](const std::string& key) {
        if (T* there = find(key)) return *there;
        if (size_ >= kPerBucket * count_) grow();
        ++size_;
        return buckets_.add(bucket_of(key)).emplace_back(key, T()).second;
    }
    void erase(std::string_view key) {
        if (!std::as_const(*this).find(key)) return;
        Bucket& bucket = *buckets_.find(bucket_of(key));
        bucket.erase(entry(bucket, key));
        --size_;
    }
    template <class Visit>
    void for_each(Visit visit) const {
        for (std::size_t i = 0; i < count_; ++i)
            if (const Bucket* bucket = buckets_.find(i))
                for (const auto& [key, value] : *bucket) visit(key, value);
    }

    /// Those that the other may not have, or not as they are: at least all that differ. Costs what was written since
    /// one was copied from the other, unless it grew meanwhile.
    template <class Visit>
    void for_each_not_in(const SharedMap& other, Visit visit) const {
        if (count_ != other.count_) return for_each(visit);
        buckets_.for_each_difference(other.buckets_, [&](std::size_t i) {
            if (const Bucket* bucket = buckets_.find(i))
                for (const auto& [key, value] : *bucket) visit(key, value);
        });
    }

private:
    using Bucket = std::vector<std::pair<std::string, T>>;
    static constexpr std::size_t kPerBucket = 4;

    /// Eight bytes at a time: names are short. Collisions can be made up, as they can for std::hash.
    static std::uint64_t hash_of(std::string_view key) {
        constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;
        std::uint64_t hash = key.size() * kOdd;
        const auto mix = [&](const char* from, std::size_t bytes) {
            std::uint64_t word = 0;
            std::memcpy(&word, from, bytes);
            hash = (hash ^ word) * kOdd;
            hash ^= hash >> 32;
        };
        std::size_t at = 0;
        for (; at + sizeof hash <= key.size(); at += sizeof hash) mix(key.data() + at, sizeof hash);
        if (at < key.size()) mix(key.data() + at, key.size() - at);
        return hash;
    }

    static auto entry(auto& bucket, std::string_view key) {
        return std::find_if(bucket.begin(), bucket.end(), [&](const auto& e) { return e.first == key; });
    }
    std::size_t bucket_of(std::string_view key) const { return static_cast<std::size_t>(hash_of(key)) % count_; }
    void grow() {
        SharedMap larger;
        larger.count_ = count_ * 4;
        for_each([&](const std::string& key, const T& value) {
            larger.buckets_.add(larger.bucket_of(key)).emplace_back(key, value);
        });
        larger.size_ = size_;
        *this = std::move(larger);
    }

    SharedSlots<Bucket> buckets_;
    std::size_t count_ = 16, size_ = 0;
};

}  // namespace pgfence
