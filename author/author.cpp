#include "author/author.h"

#include <algorithm>
#include <utility>

#include "author/tool.h"

namespace pgfence::author {
namespace {

const Tool* tool_of(std::string_view format) {
    const auto found =
        std::find_if(tools().begin(), tools().end(), [&](const Tool* tool) { return tool->format == format; });
    return found == tools().end() ? nullptr : *found;
}

}  // namespace

std::string_view without_transaction(std::string_view format) {
    const Tool* tool = tool_of(format);
    return tool ? tool->without_transaction : std::string_view{};
}

bool opens_no_transaction(std::string_view format) {
    const Tool* tool = tool_of(format);
    return tool && tool->opens_no_transaction;
}

bool writes_code(std::string_view format) {
    const Tool* tool = tool_of(format);
    return tool && tool->code;
}

std::optional<Code> code(std::string_view format, const Step& step) {
    const Tool* tool = tool_of(format);
    if (!tool || !tool->code || step.statements.empty()) return std::nullopt;
    std::string text = tool->code(step);
    if (text.empty()) return std::nullopt;
    return Code{std::move(text), std::string(tool->language)};
}

std::string stop_reading(std::string_view format, const Step& step) {
    const Tool* tool = tool_of(format);
    return tool && tool->stop_reading ? tool->stop_reading(step) : "";
}

}  // namespace pgfence::author
