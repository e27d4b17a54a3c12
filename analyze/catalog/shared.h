#pragma once
// Containers that are cheap to copy and cheap to change after a copy: they share their parts until one side writes.
// A catalog is copied at every BEGIN and SAVEPOINT, and around every judged statement; copying each relation of a big
// schema each time would make a run quadratic.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
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
        if (!value_) value_ = std::make_shared<T>();
        else if (value_.use_count() > 1) value_ = std::make_shared<T>(*value_);
        return *value_;
    }
    void reset() { value_.reset(); }

private:
    std::shared_ptr<T> value_;
};

/// String to T in 256 shared buckets: a write after a copy costs one bucket. Addresses of values last until the value
/// is erased or the map is written to after a copy.
template <class T>
class SharedMap {
public:
    const T* find(std::string_view key) const {
        if (buckets_.empty()) return nullptr;
        const auto& bucket = buckets_[bucket_of(key)];
        if (!bucket) return nullptr;
        const auto it = bucket.read().find(key);
        return it == bucket.read().end() ? nullptr : &it->second;
    }
    T* find(std::string_view key) {
        if (!std::as_const(*this).find(key)) return nullptr;
        return &buckets_[bucket_of(key)].write().find(key)->second;
    }
    T& operator[](const std::string& key) {
        if (buckets_.empty()) buckets_.resize(kBuckets);
        return buckets_[bucket_of(key)].write()[key];
    }
    void erase(std::string_view key) {
        if (!std::as_const(*this).find(key)) return;
        auto& bucket = buckets_[bucket_of(key)].write();
        bucket.erase(bucket.find(key));
    }
    template <class Visit>
    void for_each(Visit visit) const {
        for (const auto& bucket : buckets_)
            if (bucket)
                for (const auto& [key, value] : bucket.read()) visit(key, value);
    }

private:
    static constexpr std::size_t kBuckets = 256;
    static std::size_t bucket_of(std::string_view key) { return std::hash<std::string_view>{}(key) % kBuckets; }
    std::vector<Shared<std::map<std::string, T, std::less<>>>> buckets_;
};

/// Dense numbers from 0 to T, each value shared by itself. Addresses last until the value is erased or first written
/// to after a copy.
template <class T>
class SharedSlots {
public:
    const T* find(std::size_t at) const {
        if (at / kChunk >= chunks_.size()) return nullptr;
        const auto& slot = chunks_[at / kChunk].read()[at % kChunk];
        return slot ? &slot.read() : nullptr;
    }
    T* find(std::size_t at) {
        if (!std::as_const(*this).find(at)) return nullptr;
        return &chunks_[at / kChunk].write()[at % kChunk].write();
    }
    /// Numbers are handed out in order.
    T& add(std::size_t at) {
        while (at / kChunk >= chunks_.size()) chunks_.emplace_back().write();
        return chunks_[at / kChunk].write()[at % kChunk].write();
    }
    void erase(std::size_t at) {
        if (std::as_const(*this).find(at)) chunks_[at / kChunk].write()[at % kChunk].reset();
    }
    /// One past the last number that may be in use.
    std::size_t end() const { return chunks_.size() * kChunk; }

private:
    static constexpr std::size_t kChunk = 64;
    std::vector<Shared<std::array<Shared<T>, kChunk>>> chunks_;
};

}  // namespace pgfence
