#include "annotate/json_writer.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

namespace pgfence::annotate {
namespace {

bool stands_as_it_is(char c) { return c >= 0x20 && static_cast<unsigned char>(c) < 0x80 && c != '"' && c != '\\'; }

constexpr std::uint64_t in_each_byte(std::uint64_t value) { return value * 0x0101010101010101; }

/// How many bytes from the beginning need no escape. Eight at a time: the lowest byte whose high bit the sums set is a
/// control character, a quote, a backslash or no ASCII; those above it may only be said to be.
std::size_t plain_bytes(std::string_view text) {
    std::size_t at = 0;
    for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
        std::memcpy(&word, text.data() + at, sizeof word);
        const std::uint64_t odd = word | (word - in_each_byte(0x20)) | ((word ^ in_each_byte('"')) - in_each_byte(1)) |
                                  ((word ^ in_each_byte('\\')) - in_each_byte(1));
        if (odd & in_each_byte(0x80)) break;
    }
    while (at < text.size() && stands_as_it_is(text[at])) ++at;
    return at;
}

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

void JsonWriter::open(char bracket) {
    char* at = begin_value(1);
    *at++ = bracket;
    end_at(at);
    first_ = true;
}

void JsonWriter::close(char bracket) {
    char* at = begin_at(1);
    *at++ = bracket;
    end_at(at);
    first_ = false;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    char* at = begin_value(name.size() + 3);
    *at++ = '"';
    at = std::copy(name.begin(), name.end(), at);
    *at++ = '"';
    *at++ = ':';
    end_at(at);
    first_ = true;
    return *this;
}

void JsonWriter::value(std::string_view text) {
    char* at = begin_value(2 * text.size() + 2);
    char* const begin = at;
    *at++ = '"';
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t plain = plain_bytes(rest);
        at = std::copy_n(rest.data(), plain, at);
        if (plain == rest.size()) break;
        const char escape = short_escape(rest[plain]);
        if (!escape) {
            // Other control characters, and UTF-8 to be checked: rare enough for the library.
            end_at(begin);
            first_ = true;
            return raw(nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        }
        *at++ = '\\';
        *at++ = escape;
        rest.remove_prefix(plain + 1);
    }
    *at++ = '"';
    end_at(at);
}

void JsonWriter::raw(std::string_view json) { end_at(std::copy(json.begin(), json.end(), begin_value(json.size()))); }

void JsonWriter::value(bool truth) { raw(truth ? "true" : "false"); }

void JsonWriter::value(std::uint32_t number) { raw(std::to_string(number)); }

void JsonWriter::value(int number) { raw(std::to_string(number)); }

void JsonWriter::null() { raw("null"); }

void JsonWriter::member_or_null(std::string_view name, std::string_view text) {
    key(name);
    if (text.empty())
        null();
    else
        value(text);
}

}  // namespace pgfence::annotate
