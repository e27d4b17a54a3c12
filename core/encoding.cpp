#include "core/encoding.h"

#include <array>
#include <cstring>
#include <optional>

namespace pgfence {
namespace {

unsigned char byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(at < text.size() ? text[at] : '\0');
}

void append_utf8(std::string& text, std::uint32_t character) {
    const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (character < 0x80) return add(character);
    if (character < 0x800) {
        add(0xC0 | character >> 6);
    } else if (character < 0x10000) {
        add(0xE0 | character >> 12);
        add(0x80 | (character >> 6 & 0x3F));
    } else {
        add(0xF0 | character >> 18);
        add(0x80 | (character >> 12 & 0x3F));
        add(0x80 | (character >> 6 & 0x3F));
    }
    add(0x80 | (character & 0x3F));
}

bool has_utf16_mark(std::string_view bytes) { return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"); }

/// Nothing for half a surrogate pair, an odd byte at the end, or NUL, which UTF-32 is full of.
std::optional<std::string> from_utf16(std::string_view bytes) {
    const bool little = bytes.starts_with("\xFF\xFE");
    if (bytes.size() % 2 != 0) return std::nullopt;
    const auto unit = [&](std::size_t at) {
        const std::uint32_t first = byte_at(bytes, at), second = byte_at(bytes, at + 1);
        return little ? second << 8 | first : first << 8 | second;
    };
    std::string text;
    text.reserve(bytes.size() / 2);
    for (std::size_t at = 2; at < bytes.size(); at += 2) {
        std::uint32_t character = unit(at);
        if (character == 0 || (character >= 0xDC00 && character <= 0xDFFF)) return std::nullopt;
        if (character >= 0xD800 && character <= 0xDBFF) {
            const std::uint32_t low = at + 2 < bytes.size() ? unit(at + 2) : 0;
            if (low < 0xDC00 || low > 0xDFFF) return std::nullopt;
            character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
            at += 2;
        }
        append_utf8(text, character);
    }
    return text;
}

bool is_utf8(std::string_view text) {
    for (std::size_t at = plain_bytes(text); at < text.size(); at += plain_bytes(text.substr(at))) {
        const std::size_t length = text[at] == '\0' ? 0 : utf8_sequence(text.substr(at, 4));
        if (length == 0) return false;
        at += length;
    }
    return true;
}

bool is_control(unsigned char byte) { return byte == 0x7F || (byte < 0x20 && (byte < '\t' || byte > '\r')); }

/// Every table of one byte a character has ASCII in its lower half, and SQL's own words, quotes and signs are ASCII:
/// which table it is decides about letters alone. Binary data has control characters.
bool is_one_byte_text(std::string_view text) {
    for (const char c : text)
        if (is_control(static_cast<unsigned char>(c))) return false;
    return true;
}

/// Windows-1252 from 0x80 to 0x9F; the rest is as in ISO 8859-1.
constexpr std::array<std::uint16_t, 32> kWindows1252{0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                     0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                                     0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                     0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

std::string from_latin1(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() + bytes.size() / 8);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        append_utf8(text, byte >= 0x80 && byte < 0xA0 ? kWindows1252[byte - 0x80U] : byte);
    }
    return text;
}

}  // namespace

std::size_t utf8_sequence(std::string_view text) {
    const auto byte = [&](std::size_t i) { return byte_at(text, i); };
    const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = lead == 0xED && byte(1) > 0x9F;
        return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const bool overlong = lead == 0xF0 && byte(1) < 0x90;
        const bool too_large = lead == 0xF4 && byte(1) > 0x8F;
        return continues(1) && continues(2) && continues(3) && !overlong && !too_large ? 4 : 0;
    }
    return 0;
}

// Eight at a time, since nearly all of them are.
std::uint32_t plain_bytes(std::string_view text) {
    constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;
    std::uint32_t at = 0;
    for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, sizeof word);
        // A high bit is set by a byte of 0x80 or more, and by the borrow of a zero one.
        if ((word | (word - kOnes)) & kHighs) break;
    }
    while (at < text.size() && text[at] != '\0' && static_cast<unsigned char>(text[at]) < 0x80) ++at;
    return at;
}

Encoding encoding_of(std::string_view bytes) {
    if (has_utf16_mark(bytes)) return from_utf16(bytes) ? Encoding::utf16 : Encoding::unknown;
    if (is_utf8(bytes)) return Encoding::utf8;
    return is_one_byte_text(bytes) ? Encoding::latin1 : Encoding::unknown;
}

std::string_view name_of(Encoding encoding) {
    switch (encoding) {
        case Encoding::utf8: return "UTF-8";
        case Encoding::utf16: return "UTF-16";
        case Encoding::latin1: return "Latin-1";
        case Encoding::unknown: break;
    }
    return "an unknown encoding";
}

std::string in_utf8(std::string bytes, Encoding encoding) {
    if (encoding == Encoding::latin1) return from_latin1(bytes);
    if (encoding != Encoding::utf16) return bytes;
    auto text = from_utf16(bytes);
    return text ? std::move(*text) : std::move(bytes);
}

}  // namespace pgfence
