#pragma once
// A value that is made when it is first asked for.

#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace pgfence {

template <class T>
class Lazy {
public:
    Lazy() = default;  ///< there is none
    explicit Lazy(std::function<T()> make) : making_(std::make_shared<Making>()) { making_->make = std::move(make); }

    explicit operator bool() const { return making_ != nullptr; }
    /// Copies share one value; any thread may ask.
    std::shared_ptr<const T> get() const {
        if (!making_) return nullptr;
        std::call_once(making_->once, [this] {
            making_->value = making_->make();
            making_->make = nullptr;  // with what it holds
        });
        return {making_, &making_->value};
    }
    const T* operator->() const { return get().get(); }

private:
    struct Making {
        std::function<T()> make;
        std::once_flag once;
        T value;
    };
    std::shared_ptr<Making> making_;
};

}  // namespace pgfence
