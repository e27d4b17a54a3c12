#pragma once
// The body of a function or procedure as its calls run it. Most functions that a migration makes are never called by
// one, and reading a PL/pgSQL body costs more than all else about the statement: it is read when first asked for.

#include <functional>
#include <memory>

namespace pgfence {

struct RoutineBody;

class CalledBody {
public:
    CalledBody() = default;  ///< none that can be read
    explicit CalledBody(std::function<RoutineBody()> read);

    explicit operator bool() const { return reading_ != nullptr; }
    /// Copies share one reading; any thread may ask.
    std::shared_ptr<const RoutineBody> get() const;
    const RoutineBody* operator->() const { return get().get(); }

private:
    struct Reading;
    std::shared_ptr<Reading> reading_;
};

}  // namespace pgfence
