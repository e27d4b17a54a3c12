#include "annotate/json_writer.h"

#include <algorithm>
#include <charconv>
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

void JsonWriter::grow(std::size_t bytes) {
    const std::size_t size = 2 * size_ + bytes;
    auto room = std::make_unique_for_overwrite<char[]>(size);
    if (used_ > 0) std::memcpy(room.get(), room_.get(), used_);
    room_ = std::move(room);
    size_ = size;
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

void JsonWriter::value(bool truth) { truth ? raw("true") : raw("false"); }

template <class Number>
void JsonWriter::number(Number number) {
    constexpr std::size_t kLongest = 11;  // -2147483648
    char* const at = begin_value(kLongest);
    end_at(std::to_chars(at, at + kLongest, number).ptr);
}

void JsonWriter::value(std::uint32_t number) { this->number(number); }

void JsonWriter::value(int number) { this->number(number); }

}  // namespace pgfence::annotate
