#include "annotate/json_writer.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace pgfence::annotate {
namespace {

constexpr auto kStandsAsItIs = [] {
    std::array<bool, 256> stands{};
    for (std::size_t byte = 0x20; byte < 0x80; ++byte) stands[byte] = byte != '"' && byte != '\\';
    return stands;
}();

/// The escapes that migrations are full of; 0 for what nlohmann writes.
char short_escape(char c) {
    switch (c) {
        case '\n': return 'n';
        case '\t': return 't';
        case '\r': return 'r';
        case '"':
        case '\\': return c;
        default: return 0;
    }
}

}  // namespace

void JsonWriter::begin_value() {
    if (!first_) text_ += ',';
    first_ = false;
}

void JsonWriter::open(char bracket) {
    begin_value();
    text_ += bracket;
    first_ = true;
}

void JsonWriter::close(char bracket) {
    text_ += bracket;
    first_ = false;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    begin_value();
    text_ += '"';
    text_ += name;
    text_ += "\":";
    first_ = true;
    return *this;
}

void JsonWriter::value(std::string_view text) {
    begin_value();
    const std::size_t begin = text_.size();
    text_ += '"';
    for (auto at = text.begin(); at != text.end();) {
        const auto odd =
            std::find_if_not(at, text.end(), [](char c) { return kStandsAsItIs[static_cast<unsigned char>(c)]; });
        text_.append(at, odd);
        if (odd == text.end()) break;
        const char escape = short_escape(*odd);
        if (!escape) {
            // Other control characters, and UTF-8 to be checked: rare enough for the library.
            text_.resize(begin);
            text_ += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
            return;
        }
        text_ += '\\';
        text_ += escape;
        at = odd + 1;
    }
    text_ += '"';
}

void JsonWriter::value(bool truth) {
    begin_value();
    text_ += truth ? "true" : "false";
}

void JsonWriter::value(std::uint32_t number) {
    begin_value();
    text_ += std::to_string(number);
}

void JsonWriter::value(int number) {
    begin_value();
    text_ += std::to_string(number);
}

void JsonWriter::null() {
    begin_value();
    text_ += "null";
}

void JsonWriter::member_or_null(std::string_view name, std::string_view text) {
    key(name);
    if (text.empty())
        null();
    else
        value(text);
}

}  // namespace pgfence::annotate
