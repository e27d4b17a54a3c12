#include "extract/pgmi_meta.h"

#include <pugixml.hpp>

namespace pgfence::extract {

std::optional<PgmiMeta> pgmi_meta(std::string_view text) {
    constexpr std::string_view kElement = "<pgmi-meta", kEnd = "</pgmi-meta>";
    const auto begin = text.find(kElement);
    if (begin == std::string_view::npos) return std::nullopt;
    const auto end = text.find(kEnd, begin);
    const auto comment_end = text.find("*/", begin);
    const auto size =
        end == std::string_view::npos || end > comment_end ? comment_end - begin : end + kEnd.size() - begin;
    const std::string_view element = text.substr(begin, comment_end == std::string_view::npos ? 0 : size);
    pugi::xml_document document;
    if (!document.load_buffer(element.data(), element.size())) return std::nullopt;
    const pugi::xml_node meta = document.child("pgmi-meta");
    return PgmiMeta{meta.child("sortKeys").child("key").text().as_string(), meta.attribute("idempotent").as_bool()};
}

}  // namespace pgfence::extract
