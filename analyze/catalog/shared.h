#pragma once
// Containers that are cheap to copy and cheap to change after a copy: they share their parts until one side writes.
// A catalog is copied at every BEGIN and SAVEPOINT, and around every judged statement; copying each relation of a big
// schema each time would make a run quadratic.

#include <algorithm>
#include <array>
#include <atomic>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgfence {

/// A value that copies share until one of them asks to write. The copies may be other threads': std::shared_ptr's
/// use_count() does not say that whoever let go last has finished reading, so the owners are counted here.
template <class T>
class Shared {
public:
    Shared() = default;
    Shared(const Shared& other) noexcept : counted_(other.counted_) {
        if (counted_) counted_->owners.fetch_add(1, std::memory_order_relaxed);
    }
    Shared(Shared&& other) noexcept : counted_(std::exchange(other.counted_, nullptr)) {}
    Shared& operator=(Shared other) noexcept {
        std::swap(counted_, other.counted_);
        return *this;
    }
    ~Shared() { reset(); }

    explicit operator bool() const { return counted_ != nullptr; }
    const T& read() const { return counted_->value; }
    T& write() {
        if (!counted_)
            counted_ = new Counted{};
        else if (!is_only_owner())
            *this = Shared(new Counted{{1}, counted_->value});
        return counted_->value;
    }
    void reset() {
        Counted* const mine = counted_;
        if (!mine) return;
        if (is_only_owner() || mine->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) delete mine;
        counted_ = nullptr;
    }
    bool is_shared_with(const Shared& other) const { return counted_ == other.counted_; }

private:
    struct Counted {
        std::atomic<std::uint32_t> owners{1};
        T value;
    };
    explicit Shared(Counted* counted) : counted_(counted) {}
    bool is_only_owner() const { return counted_->owners.load(std::memory_order_acquire) == 1; }

    Counted* counted_ = nullptr;
};

/// A list whose elements are shared one by one: a table of a thousand constraints that gets one more costs the new one.
/// What is only looked at is read through a const list; `write` is for the one element that changes.
template <class T>
class SharedList {
    using Elements = std::vector<Shared<T>>;

public:
    class const_iterator {
    public:
        using iterator_category = std::random_access_iterator_tag;
        using value_type = T;
        using difference_type = std::ptrdiff_t;
        using pointer = const T*;
        using reference = const T&;

        const_iterator() = default;
        explicit const_iterator(typename Elements::const_iterator at) : at_(at) {}
        reference operator*() const { return at_->read(); }
        pointer operator->() const { return &at_->read(); }
        reference operator[](difference_type n) const { return at_[n].read(); }
        const_iterator& operator++() { return ++at_, *this; }
        const_iterator operator++(int) { return const_iterator(at_++); }
        const_iterator& operator--() { return --at_, *this; }
        const_iterator operator--(int) { return const_iterator(at_--); }
        const_iterator& operator+=(difference_type n) { return at_ += n, *this; }
        const_iterator& operator-=(difference_type n) { return at_ -= n, *this; }
        const_iterator operator+(difference_type n) const { return const_iterator(at_ + n); }
        const_iterator operator-(difference_type n) const { return const_iterator(at_ - n); }
        difference_type operator-(const const_iterator& other) const { return at_ - other.at_; }
        auto operator<=>(const const_iterator&) const = default;

    private:
        friend class SharedList;
        typename Elements::const_iterator at_;
    };

    const_iterator begin() const { return const_iterator(elements_.begin()); }
    const_iterator end() const { return const_iterator(elements_.end()); }
    std::size_t size() const { return elements_.size(); }
    bool empty() const { return elements_.empty(); }
    const T& operator[](std::size_t at) const { return elements_[at].read(); }
    const T& front() const { return elements_.front().read(); }
    const T& back() const { return elements_.back().read(); }

    T& write(std::size_t at) { return elements_[at].write(); }
    T& write(const_iterator at) { return write(static_cast<std::size_t>(at - begin())); }
    /// Calls change(element) for every one that wanted(element).
    template <class Wanted, class Change>
    void change_if(Wanted wanted, Change change) {
        for (Shared<T>& element : elements_)
            if (wanted(element.read())) change(element.write());
    }
    void push_back(T value) { elements_.emplace_back().write() = std::move(value); }
    T& emplace_back() { return elements_.emplace_back().write(); }
    void erase(const_iterator at) { elements_.erase(at.at_); }
    template <class Doomed>
    void erase_if(Doomed doomed) {
        std::erase_if(elements_, [&](const Shared<T>& element) { return doomed(element.read()); });
    }
    void clear() { elements_.clear(); }

private:
    Elements elements_;
};

/// Dense numbers from 0 to T, each value shared by itself. Addresses last until the value is erased or first written
/// to after a copy.
template <class T>
class SharedSlots {
public:
    const T* find(std::size_t at) const {
        const Shared<Chunk>* chunk = chunk_of(at / kChunk);
        const Shared<T>* slot = chunk ? &chunk->read()[at % kChunk] : nullptr;
        return slot && *slot ? &slot->read() : nullptr;
    }
    T* find(std::size_t at) { return std::as_const(*this).find(at) ? &add(at) : nullptr; }
    /// The value at that number, made when there is none.
    T& add(std::size_t at) {
        Chunks& chunks = chunks_.write();
        if (at / kChunk >= chunks.size()) chunks.resize(at / kChunk + 1);
        return chunks[at / kChunk].write()[at % kChunk].write();
    }
    void erase(std::size_t at) {
        if (std::as_const(*this).find(at)) chunks_.write()[at / kChunk].write()[at % kChunk].reset();
    }
    /// Calls visit(number) for those that this one and the other do not share, in order. Costs what was written since
    /// one was copied from the other.
    template <class Visit>
    void for_each_difference(const SharedSlots& other, Visit visit) const {
        if (chunks_.is_shared_with(other.chunks_)) return;
        const Chunk none;
        for (std::size_t chunk = 0; chunk < std::max(size(), other.size()); ++chunk) {
            const Shared<Chunk>*here = chunk_of(chunk), *there = other.chunk_of(chunk);
            if (here && there && here->is_shared_with(*there)) continue;
            const Chunk& mine = here ? here->read() : none;
            const Chunk& theirs = there ? there->read() : none;
            for (std::size_t i = 0; i < kChunk; ++i)
                if (!mine[i].is_shared_with(theirs[i])) visit(chunk * kChunk + i);
        }
    }

private:
    static constexpr std::size_t kChunk = 32;
    using Chunk = std::array<Shared<T>, kChunk>;
    using Chunks = std::vector<Shared<Chunk>>;

    std::size_t size() const { return chunks_ ? chunks_.read().size() : 0; }
    /// Null where there is none, or nothing was ever put into it.
    const Shared<Chunk>* chunk_of(std::size_t number) const {
        const Shared<Chunk>* chunk = number < size() ? &chunks_.read()[number] : nullptr;
        return chunk && *chunk ? chunk : nullptr;
    }

    Shared<Chunks> chunks_;
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
