#pragma once
// Values that are cheap to copy and cheap to change after a copy: copies share them until one side writes.

#include <atomic>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
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
    void insert(const_iterator at, T value) { elements_.emplace(at.at_)->write() = std::move(value); }
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

}  // namespace pgfence
