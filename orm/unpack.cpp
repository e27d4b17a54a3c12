#include "orm/unpack.h"

#include <lzma.h>

#include <cstddef>
#include <cstdint>

namespace pgfence::orm {

std::vector<unsigned char> unpacked(std::span<const unsigned char> packed) {
    constexpr std::uint64_t kMostMemory = 64 << 20;
    constexpr std::size_t kUsually = 4;  // times as large
    lzma_stream stream = LZMA_STREAM_INIT;
    if (lzma_alone_decoder(&stream, kMostMemory) != LZMA_OK) return {};
    stream.next_in = packed.data();
    stream.avail_in = packed.size();
    std::vector<unsigned char> bytes(kUsually * packed.size());
    lzma_ret last = LZMA_OK;
    while (last == LZMA_OK) {
        if (stream.total_out == bytes.size()) bytes.resize(2 * bytes.size());
        stream.next_out = bytes.data() + stream.total_out;
        stream.avail_out = bytes.size() - stream.total_out;
        last = lzma_code(&stream, LZMA_FINISH);
    }
    bytes.resize(last == LZMA_STREAM_END ? stream.total_out : 0);
    lzma_end(&stream);
    return bytes;
}

}  // namespace pgfence::orm
