#include "core/message_shape.h"

#include "core/text.h"

namespace pgfence {

MessageShape shape_of(std::string_view message) {
    MessageShape shape;
    bool is_name = false;
    for (const std::string_view part : split(message, "`")) {
        if (is_name) shape.names.push_back(part);
        shape.words += is_name ? std::string_view("`") : part;
        is_name = !is_name;
    }
    return shape;
}

}  // namespace pgfence
