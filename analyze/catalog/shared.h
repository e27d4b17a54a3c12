#pragma once
// Containers that are cheap to copy and cheap to change after a copy: they share their parts until one side writes.
// A catalog is copied at every BEGIN and SAVEPOINT, and around every judged statement; copying each relation of a big
// schema each time would make a run quadratic.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgfence {

/// A value that copies share until one of them asks to write.
template <class T>
class Shared {
public:
    explicit operator bool() const { return value_ != nullptr; }
    const T& read() const { return *value_; }
    T& write() {
        if (!value_)
            value_ = std::make_shared<T>();
        else if (value_.use_count() > 1)
            value_ = std::make_shared<T>(*value_);
        return *value_;
    }
    void reset() { value_.reset(); }
    bool is_shared_with(const Shared& other) const { return value_ == other.value_; }

private:
    std::shared_ptr<T> value_;
};

/// Dense numbers from 0 to T, each value shared by itself. Addresses last until the value is erased or first written
/// to after a copy.
template <class T>
class SharedSlots {
public:
    const T* find(std::size_t at) const {
        if (at / kChunk >= chunks_.size() || !chunks_[at / kChunk]) return nullptr;
        const auto& slot = chunks_[at / kChunk].read()[at % kChunk];
        return slot ? &slot.read() : nullptr;
    }
    T* find(std::size_t at) {
        if (!std::as_const(*this).find(at)) return nullptr;
        return &chunks_[at / kChunk].write()[at % kChunk].write();
    }
    /// The value at that number, made when there is none.
    T& add(std::size_t at) {
        while (at / kChunk >= chunks_.size()) chunks_.emplace_back();
        return chunks_[at / kChunk].write()[at % kChunk].write();
    }
    void erase(std::size_t at) {
        if (std::as_const(*this).find(at)) chunks_[at / kChunk].write()[at % kChunk].reset();
    }
    /// Calls visit(number) for those that this one and the other do not share, in order. Costs what was written since
    /// one was copied from the other.
    template <class Visit>
    void for_each_difference(const SharedSlots& other, Visit visit) const {
        const Chunk none;
        const auto chunk_of = [&](const SharedSlots& slots, std::size_t at) {
            return at < slots.chunks_.size() && slots.chunks_[at] ? &slots.chunks_[at].read() : &none;
        };
        for (std::size_t chunk = 0; chunk < std::max(chunks_.size(), other.chunks_.size()); ++chunk) {
            const Chunk* here = chunk_of(*this, chunk);
            const Chunk* there = chunk_of(other, chunk);
            if (here == there) continue;
            for (std::size_t i = 0; i < kChunk; ++i)
                if (!(*here)[i].is_shared_with((*there)[i])) visit(chunk * kChunk + i);
        }
    }

private:
    static constexpr std::size_t kChunk = 64;
    using Chunk = std::array<Shared<T>, kChunk>;
    std::vector<Shared<Chunk>> chunks_;
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

private:
    using Bucket = std::vector<std::pair<std::string, T>>;
    static constexpr std::size_t kPerBucket = 8;

    static auto entry(auto& bucket, std::string_view key) {
        return std::find_if(bucket.begin(), bucket.end(), [&](const auto& e) { return e.first == key; });
    }
    std::size_t bucket_of(std::string_view key) const { return std::hash<std::string_view>{}(key) % count_; }
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
