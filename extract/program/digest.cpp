#include "extract/program/digest.h"

#include <openssl/evp.h>

#include <array>

namespace pgfence::extract {
namespace {

std::string hex_of(std::string_view text, const EVP_MD* algorithm) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), bytes.data(), &size, algorithm, nullptr);
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) {
        hex += kDigits[bytes[i] >> 4];
        hex += kDigits[bytes[i] & 15];
    }
    return hex;
}

}  // namespace

std::string sha256_hex(std::string_view text) { return hex_of(text, EVP_sha256()); }
std::string md5_hex(std::string_view text) { return hex_of(text, EVP_md5()); }

}  // namespace pgfence::extract
