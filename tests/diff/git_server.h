#pragma once
// A git server over HTTP on this machine: git's own http-backend behind a few lines of HTTP/1.1. The local transport
// cannot fetch shallow, so this is what shows that the default checkout can be completed.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/diff/repositories.h"

namespace pgfence::diff::testing {

class GitServer {
public:
    /// Serves the bare repositories below `root`. `login`: the value of the Authorization header that it wants; empty:
    /// none.
    explicit GitServer(fs::path root, std::string login = {}) : root_(std::move(root)), login_(std::move(login)) {
        listener_ = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(listen(listener_, 16) == 0);
        REQUIRE(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~GitServer() {
        stopping_ = true;
        shutdown(listener_, SHUT_RDWR);
        thread_.join();
        close(listener_);
    }
    GitServer(const GitServer&) = delete;
    GitServer& operator=(const GitServer&) = delete;

    std::string url(const std::string& host = "127.0.0.1") const {
        return "http://" + host + ":" + std::to_string(port_);
    }
    /// Bytes of packs and answers sent so far.
    std::size_t sent() const { return sent_; }
    /// Request lines and Authorization headers, in order.
    std::vector<std::string> requests() {
        const std::lock_guard lock(mutex_);
        return requests_;
    }
    std::string redirect_to;  ///< when set, every request is answered with 302 to that host

private:
    struct Request {
        std::string head, body;
        std::string header(const std::string& name) const {
            std::istringstream lines(head);
            for (std::string line; std::getline(lines, line);) {
                std::string key = line.substr(0, line.find(':'));
                std::transform(key.begin(), key.end(), key.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
                if (key == name && line.size() > name.size() + 2)
                    return line.substr(name.size() + 2, line.find('\r') - name.size() - 2);
            }
            return {};
        }
    };

    void serve() {
        while (!stopping_) {
            const int connection = accept(listener_, nullptr, nullptr);
            if (connection < 0) continue;
            Request request;
            if (receive(connection, request)) answer(connection, request);
            close(connection);
        }
    }

    static bool more(int connection, std::string& into) {
        char buffer[65536];
        const auto n = recv(connection, buffer, sizeof buffer, 0);
        if (n > 0) into.append(buffer, static_cast<std::size_t>(n));
        return n > 0;
    }

    static bool receive(int connection, Request& request) {
        std::string bytes;
        while (bytes.find("\r\n\r\n") == bytes.npos)
            if (!more(connection, bytes)) return false;
        const auto end = bytes.find("\r\n\r\n") + 4;
        request.head = bytes.substr(0, end);
        bytes.erase(0, end);
        if (request.header("transfer-encoding") == "chunked") return receive_chunks(connection, bytes, request.body);
        const std::string length = request.header("content-length");
        const std::size_t wanted = length.empty() ? 0 : std::stoul(length);
        while (bytes.size() < wanted)
            if (!more(connection, bytes)) return false;
        request.body = bytes.substr(0, wanted);
        return true;
    }

    static bool receive_chunks(int connection, std::string& bytes, std::string& body) {
        while (true) {
            while (bytes.find("\r\n") == bytes.npos)
                if (!more(connection, bytes)) return false;
            const std::size_t size = std::stoul(bytes, nullptr, 16), begin = bytes.find("\r\n") + 2;
            while (bytes.size() < begin + size + 2)
                if (!more(connection, bytes)) return false;
            body += bytes.substr(begin, size);
            bytes.erase(0, begin + size + 2);
            if (size == 0) return true;
        }
    }

    void answer(int connection, const Request& request) {
        const auto line = request.head.substr(0, request.head.find('\r'));
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back(line + " | " + request.header("authorization"));
        }
        const auto target = line.substr(line.find(' ') + 1, line.rfind(' ') - line.find(' ') - 1);
        if (!redirect_to.empty())
            return reply(connection, "302 Found", "Location: " + redirect_to + target + "\r\n", "");
        if (!login_.empty() && request.header("authorization") != login_)
            return reply(connection, "401 Unauthorized", "WWW-Authenticate: Basic realm=\"git\"\r\n", "");
        const std::string output = backend(request, line.substr(0, line.find(' ')), target);
        const auto end = output.find("\r\n\r\n");
        const auto status = output.find("Status: ");
        const bool ok = status == output.npos || status > end;
        reply(connection, ok ? "200 OK" : output.substr(status + 8, 3) + " Error", output.substr(0, end) + "\r\n",
              output.substr(end + 4));
    }

    std::string backend(const Request& request, const std::string& method, const std::string& target) {
        const auto question = target.find('?');
        const fs::path input = root_ / ("request-" + std::to_string(port_));
        write(input, request.body);
        const std::string command =
            "GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_HTTP_EXPORT_ALL=1 GIT_PROJECT_ROOT=" +
            for_shell(root_.string()) + " REQUEST_METHOD=" + method +
            " PATH_INFO=" + for_shell(target.substr(0, question)) +
            " QUERY_STRING=" + for_shell(question == target.npos ? "" : target.substr(question + 1)) +
            " CONTENT_TYPE=" + for_shell(request.header("content-type")) +
            " HTTP_CONTENT_ENCODING=" + for_shell(request.header("content-encoding")) +
            " git -c safe.directory='*' http-backend < " + for_shell(input.string()) + " 2>/dev/null";
        std::string output;
        if (FILE* pipe = popen(command.c_str(), "r")) {
            char buffer[65536];
            for (std::size_t n = 0; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, n);
            pclose(pipe);
        }
        return output;
    }

    void reply(int connection, const std::string& status, const std::string& headers, const std::string& body) {
        const std::string bytes = "HTTP/1.1 " + status + "\r\n" + headers +
                                  "Connection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                                  body;
        for (std::size_t done = 0; done < bytes.size();) {
            const auto n = send(connection, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
            if (n <= 0) return;
            done += static_cast<std::size_t>(n);
        }
        sent_ += body.size();
    }

    fs::path root_;
    std::string login_;
    int listener_ = -1, port_ = 0;
    std::atomic<bool> stopping_ = false;
    std::atomic<std::size_t> sent_ = 0;
    std::mutex mutex_;
    std::vector<std::string> requests_;
    std::thread thread_;
};

}  // namespace pgfence::diff::testing
