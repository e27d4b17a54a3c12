#pragma once
// The body of a function as one call of it runs it: what EXECUTE runs may hang on the arguments.

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "analyze/catalog/catalog.h"
#include "core/action.h"

namespace pgfence::analyze {

class CalledWith {
public:
    /// The function's own body where its arguments tell no more, where they are not all spelled out, and once more was
    /// read so than any migration asks for.
    std::shared_ptr<const RoutineBody> body(const Function& function, const FunctionUse& use);

private:
    using Body = std::shared_ptr<const RoutineBody>;
    std::map<std::pair<Body, std::vector<std::string>>, Body> read_;
    std::size_t left_ = std::size_t{1} << 20;  // bytes of bodies that may still be read
};

}  // namespace pgfence::analyze
