#pragma once
// What a finding's message says, apart from whom it names.

#include <string>
#include <string_view>
#include <vector>

namespace pgfence {

/// One backquote stands for each name between two of them. `names` point into the message.
struct MessageShape {
    std::string words;
    std::vector<std::string_view> names;
};

MessageShape shape_of(std::string_view message);

}  // namespace pgfence
