#include "extract/ruby/ruby_json.h"

namespace pgfence::extract {

std::string json_of(const Value& value) {
    if (value.is_text()) return "\"" + value.text + "\"";
    if (value.is(Value::Kind::number)) return value.text;
    if (value.is(Value::Kind::boolean)) return value.yes ? "true" : "false";
    if (!value.items) return "null";
    std::string all;
    const bool dictionary = value.is(Value::Kind::dictionary);
    for (std::size_t i = 0; i < value.items->size(); ++i)
        all += std::string(i == 0 ? "" : dictionary && i % 2 == 1 ? ":" : ",") + json_of((*value.items)[i]);
    return dictionary ? "{" + all + "}" : "[" + all + "]";
}

}  // namespace pgfence::extract
