#include "bot/workflow_text.h"

#include <ostream>
#include <random>

#include "annotate/escape.h"
#include "core/text.h"

namespace pgfence {
namespace {

constexpr std::size_t kLongestLogText = 1000;

std::string_view cut(std::string_view text) {
    if (text.size() <= kLongestLogText) return text;
    std::size_t end = kLongestLogText;
    while (end > 0 && continues_character(text[end])) --end;
    return text.substr(0, end);
}

}  // namespace

std::string as_log_text(std::string_view text) {
    std::string safe;
    const auto kept = cut(text);
    safe.reserve(kept.size() + 8);
    for (const char byte : kept) {
        const bool control = static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F;
        safe += control ? ' ' : byte;
    }
    if (kept.size() < text.size()) safe += "...";
    return annotate::inert_text(annotate::visible(safe));
}

std::string escape_command_data(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    for (const char byte : text) {
        if (byte == '%')
            escaped += "%25";
        else if (byte == '\r')
            escaped += "%0D";
        else if (byte == '\n')
            escaped += "%0A";
        else
            escaped += byte;
    }
    return escaped;
}

std::string random_token() {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::random_device device;
    std::string token;
    for (int word = 0; word < 4; ++word) {
        auto bits = device();
        for (int digit = 0; digit < 8; ++digit, bits >>= 4) token += digits[bits & 15];
    }
    return token;
}

CommandsStopped::CommandsStopped(std::ostream& out, bool on_runner) : out_(out) {
    if (!on_runner) return;
    token_ = random_token();
    out_ << "::stop-commands::" << token_ << '\n';
}

CommandsStopped::~CommandsStopped() {
    // The line break first: foreign text need not end in one, and a command counts at a line's start only.
    if (!token_.empty()) out_ << "\n::" << token_ << "::\n" << std::flush;
}

}  // namespace pgfence
