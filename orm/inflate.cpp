#include "orm/inflate.h"

#include <zlib.h>

#include <cstddef>

namespace pgfence::orm {

std::vector<unsigned char> inflated(std::span<const unsigned char> packed) {
    constexpr int kGzipHeader = 16, kWindowBits = 15;
    constexpr std::size_t kSizeField = 4;  // ISIZE ends the member (RFC 1952)
    if (packed.size() < kSizeField) return {};
    std::size_t size = 0;
    for (const unsigned char byte : packed.last(kSizeField)) size = size >> 8 | std::size_t{byte} << 24;

    std::vector<unsigned char> bytes(size);
    z_stream stream{};
    if (inflateInit2(&stream, kWindowBits + kGzipHeader) != Z_OK) return {};
    stream.next_in = const_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = bytes.data();
    stream.avail_out = static_cast<uInt>(size);
    const bool whole = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_out == 0;
    inflateEnd(&stream);
    return whole ? bytes : std::vector<unsigned char>();
}

}  // namespace pgfence::orm
