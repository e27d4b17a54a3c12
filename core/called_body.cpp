#include "core/called_body.h"

#include <mutex>
#include <utility>

#include "core/action.h"

namespace pgfence {

struct CalledBody::Reading {
    std::function<RoutineBody()> read;
    std::once_flag once;
    RoutineBody body;
};

CalledBody::CalledBody(std::function<RoutineBody()> read) : reading_(std::make_shared<Reading>()) {
    reading_->read = std::move(read);
}

std::shared_ptr<const RoutineBody> CalledBody::get() const {
    if (!reading_) return nullptr;
    std::call_once(reading_->once, [this] {
        reading_->body = reading_->read();
        reading_->read = nullptr;  // with the text it holds
    });
    return {reading_, &reading_->body};
}

}  // namespace pgfence
