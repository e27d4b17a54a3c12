#pragma once
// Messages between the process of a run and the one that started it: a message is a list of byte strings.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgfence::orm {

using Message = std::vector<std::string>;

/// One end of a socket pair; closes it.
class Channel {
public:
    explicit Channel(int socket) : socket_(socket) {}
    ~Channel();
    Channel(Channel&& other) noexcept : socket_(other.socket_) { other.socket_ = -1; }
    Channel& operator=(Channel&&) = delete;

    bool send(const Message& message) const;
    /// Nothing at the other's end, or when what comes is no message of at most `most` bytes.
    std::optional<Message> receive(std::size_t most) const;
    /// Likewise when nothing comes within the seconds left, from which the wait is taken.
    std::optional<Message> receive(std::size_t most, double& seconds) const;
    int socket() const { return socket_; }

private:
    bool write_all(std::string_view bytes) const;
    bool read_all(char* into, std::size_t size, double* seconds) const;
    std::optional<Message> receive_within(std::size_t most, double* seconds) const;

    int socket_;
};

}  // namespace pgfence::orm
