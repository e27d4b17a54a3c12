#include "annotate/line_hash.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <unordered_map>

#include "annotate/utf8.h"

namespace pgfence::annotate {
namespace {

constexpr std::size_t kWindow = 100;
constexpr std::uint64_t kBase = 37;
constexpr std::uint64_t kEndOfFile = 0xFFFF;

constexpr std::uint64_t power_of_base(std::size_t exponent) {
    std::uint64_t power = 1;
    while (exponent-- > 0) power *= kBase;
    return power;
}

/// Units go in at the front; a line's hash is ready when its first unit is about to leave the window.
class RollingHash {
public:
    void unit(std::uint64_t value) {
        if (value == ' ' || value == '\t' || (after_cr_ && value == '\n')) {
            after_cr_ = false;
            return;
        }
        after_cr_ = value == '\r';
        if (after_cr_) value = '\n';
        emit_if_line_leaves();
        starts_line_[index_] = at_line_start_;
        at_line_start_ = value == '\n';
        push(value);
    }

    std::vector<std::string> finish() {
        unit(kEndOfFile);
        for (std::size_t i = 0; i < kWindow; ++i) {
            emit_if_line_leaves();
            push(0);
        }
        return std::move(hashes_);
    }

private:
    void emit_if_line_leaves() {
        if (!starts_line_[index_]) return;
        starts_line_[index_] = false;
        hashes_.push_back(fmt::format("{:x}:{}", hash_, ++seen_[hash_]));
    }
    void push(std::uint64_t value) {
        hash_ = kBase * hash_ + value - power_of_base(kWindow) * window_[index_];
        window_[index_] = value;
        index_ = (index_ + 1) % kWindow;
    }

    std::array<std::uint64_t, kWindow> window_{};
    std::array<bool, kWindow> starts_line_{};
    std::size_t index_ = 0;
    std::uint64_t hash_ = 0;
    bool at_line_start_ = true;
    bool after_cr_ = false;
    std::unordered_map<std::uint64_t, std::uint32_t> seen_;
    std::vector<std::string> hashes_;
};

}  // namespace

std::vector<std::string> line_hashes(std::string_view text) {
    RollingHash hash;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_code_point(text, at);
        if (c < 0x10000) {
            hash.unit(c);
        } else {
            hash.unit(0xD800 + ((c - 0x10000) >> 10));
            hash.unit(0xDC00 + ((c - 0x10000) & 0x3FF));
        }
    }
    return hash.finish();
}

}  // namespace pgfence::annotate
