#pragma once
// A value that may be missing and stands apart when it is there. Most clauses have neither a column's definition nor an
// expression; as std::optional, room for both made each clause of ALTER TABLE 1.6 kB and each column 0.8.

#include <memory>
#include <optional>
#include <utility>

namespace pgfence {

/// Used as std::optional is; a copy is a copy of the value.
template <class T>
class Boxed {
public:
    Boxed() = default;
    Boxed(std::nullopt_t) {}
    Boxed(std::optional<T> value) : value_(value ? std::make_unique<T>(*std::move(value)) : nullptr) {}
    Boxed(T value) : value_(std::make_unique<T>(std::move(value))) {}
    Boxed(const Boxed& other) : value_(other ? std::make_unique<T>(*other) : nullptr) {}
    Boxed(Boxed&&) noexcept = default;
    Boxed& operator=(Boxed other) noexcept {
        value_.swap(other.value_);
        return *this;
    }
    ~Boxed() = default;

    explicit operator bool() const { return value_ != nullptr; }
    bool has_value() const { return value_ != nullptr; }
    T& operator*() { return *value_; }
    const T& operator*() const { return *value_; }
    T* operator->() { return value_.get(); }
    const T* operator->() const { return value_.get(); }
    void reset() { value_.reset(); }
    T& emplace() { return *(value_ = std::make_unique<T>()); }
    friend bool operator==(const Boxed& a, const Boxed& b) { return a && b ? *a == *b : !a && !b; }

private:
    std::unique_ptr<T> value_;
};

}  // namespace pgfence
