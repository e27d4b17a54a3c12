#include "orm/channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>

namespace pgfence::orm {
namespace {

void append(std::string& bytes, std::size_t number) {
    const auto value = static_cast<std::uint32_t>(number);
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// Takes a length from the front, and that many bytes.
std::optional<std::string_view> take(std::string_view& bytes) {
    std::uint32_t size = 0;
    if (bytes.size() < sizeof size) return std::nullopt;
    std::memcpy(&size, bytes.data(), sizeof size);
    bytes.remove_prefix(sizeof size);
    if (size > bytes.size()) return std::nullopt;
    const auto taken = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return taken;
}

bool wait_for_bytes(int socket, double& seconds) {
    while (seconds > 0) {
        const auto before = std::chrono::steady_clock::now();
        pollfd waiting{socket, POLLIN, 0};
        const int ready = poll(&waiting, 1, static_cast<int>(seconds * 1000) + 1);
        seconds -= std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count();
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
    return false;
}

}  // namespace

Channel::~Channel() {
    if (socket_ >= 0) close(socket_);
}

bool Channel::send(const Message& message) const {
    std::string body;
    for (const std::string& part : message) {
        append(body, part.size());
        body += part;
    }
    std::string bytes;
    append(bytes, body.size());
    return write_all(bytes + body);
}

std::optional<Message> Channel::receive(std::size_t most) const { return receive_within(most, nullptr); }
std::optional<Message> Channel::receive(std::size_t most, double& seconds) const {
    return receive_within(most, &seconds);
}

std::optional<Message> Channel::receive_within(std::size_t most, double* seconds) const {
    std::uint32_t size = 0;
    if (!read_all(reinterpret_cast<char*>(&size), sizeof size, seconds) || size > most) return std::nullopt;
    std::string body(size, '\0');
    if (!read_all(body.data(), size, seconds)) return std::nullopt;
    Message message;
    for (std::string_view left = body; !left.empty();) {
        const auto part = take(left);
        if (!part) return std::nullopt;
        message.emplace_back(*part);
    }
    return message;
}

// write and read, not send and recv: a run's process may call no others.
bool Channel::write_all(std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t written = write(socket_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

bool Channel::read_all(char* into, std::size_t size, double* seconds) const {
    while (size > 0) {
        if (seconds && !wait_for_bytes(socket_, *seconds)) return false;
        const ssize_t got = read(socket_, into, size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        into += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

}  // namespace pgfence::orm
