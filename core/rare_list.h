#pragma once
// A list that is empty nearly everywhere: it takes a pointer's room until something is put into it. A statement has
// eight lists of what it may do, of which most have two; as vectors they were more than half of its report.

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

namespace pgfence {

/// Used as std::vector is; a copy is a copy of the elements.
template <class T>
class RareList {
    using Elements = std::vector<T>;

public:
    using value_type = T;
    using iterator = typename Elements::iterator;
    using const_iterator = typename Elements::const_iterator;

    RareList() = default;
    RareList(std::initializer_list<T> elements) : RareList(Elements(elements)) {}
    RareList(Elements elements)
        : elements_(elements.empty() ? nullptr : std::make_unique<Elements>(std::move(elements))) {}
    RareList(const RareList& other)
        : elements_(other.empty() ? nullptr : std::make_unique<Elements>(*other.elements_)) {}
    RareList(RareList&&) noexcept = default;
    RareList& operator=(RareList other) noexcept {
        elements_.swap(other.elements_);
        return *this;
    }
    ~RareList() = default;

    bool empty() const { return !elements_ || elements_->empty(); }
    std::size_t size() const { return elements_ ? elements_->size() : 0; }
    const_iterator begin() const { return elements_ ? elements_->cbegin() : const_iterator(); }
    const_iterator end() const { return elements_ ? elements_->cend() : const_iterator(); }
    iterator begin() { return elements_ ? elements_->begin() : iterator(); }
    iterator end() { return elements_ ? elements_->end() : iterator(); }
    const T& operator[](std::size_t at) const { return (*elements_)[at]; }
    T& operator[](std::size_t at) { return (*elements_)[at]; }
    const T& front() const { return elements_->front(); }
    const T& back() const { return elements_->back(); }

    void push_back(T element) { room().push_back(std::move(element)); }
    void clear() { elements_.reset(); }
    /// Takes the other's elements, behind its own.
    void append(RareList&& more) {
        if (empty())
            elements_.swap(more.elements_);
        else
            for (T& element : more) room().push_back(std::move(element));
    }
    friend bool operator==(const RareList& a, const RareList& b) {
        return a.empty() ? b.empty() : !b.empty() && *a.elements_ == *b.elements_;
    }

private:
    Elements& room() {
        if (!elements_) elements_ = std::make_unique<Elements>();
        return *elements_;
    }

    std::unique_ptr<Elements> elements_;
};

}  // namespace pgfence
