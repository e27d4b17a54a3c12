#include "diff/remote.h"

#include <filesystem>

#include "core/text.h"

namespace pgfence::diff {
namespace {

constexpr std::string_view kHidden = "***";

std::string base64(std::string_view bytes) {
    constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
        for (std::size_t k = 0; k < 4; ++k) text += i + k <= bytes.size() ? digits[group >> (18 - 6 * k) & 63] : '=';
    }
    return text;
}

void hide_users(std::string& text) {
    for (auto at = text.find("://"); at != text.npos; at = text.find("://", at + 3)) {
        const auto begin = at + 3;
        const auto end = text.find_first_of("/ '\"\n", begin);
        const auto user_end = text.rfind('@', end == text.npos ? end : end - (end > begin ? 1 : 0));
        if (user_end != text.npos && user_end >= begin && (end == text.npos || user_end < end))
            text.replace(begin, user_end - begin, kHidden);
    }
}

std::string without_end_slashes(std::string text) {
    while (text.ends_with('/')) text.pop_back();
    return text;
}

/// "git@host:owner/name" is no path: git looks for a colon before the first slash.
bool is_local(std::string_view url) {
    if (url.starts_with("file://")) return true;
    return url.find("://") == url.npos && url.substr(0, url.find('/')).find(':') == url.npos;
}

std::string origin_url(git_repository* repository) {
    git_remote* found = nullptr;
    if (git_remote_lookup(&found, repository, "origin") != 0) return {};
    const Remote origin(found);
    const char* url = git_remote_url(origin.get());
    return url ? url : "";
}

/// Git takes a relative path from the work tree's root, libgit2 from wherever the process stands.
std::string absolute(const std::string& url, git_repository* repository) {
    const char* root = git_repository_workdir(repository);
    if (url.starts_with("file://") || url.starts_with('/') || !root) return url;
    return (std::filesystem::path(root) / url).lexically_normal().string();
}

}  // namespace

std::optional<Source> source_of(git_repository* repository, const Credentials& credentials) {
    const std::string server = without_end_slashes(credentials.server_url);
    Source source{{}, credentials.token, host_of(server), credentials.ca_file, false};
    if (!credentials.repository.empty()) {
        source.url = server + "/" + credentials.repository;
        source.is_local = is_local(source.url);
        return source;
    }
    source.url = origin_url(repository);
    if (source.url.empty()) return std::nullopt;
    source.is_local = is_local(source.url);
    if (source.is_local) source.url = absolute(source.url, repository);
    if (host_of(source.url) != source.host || source.is_local) source.token = {};
    return source;
}

std::string host_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == url.npos) return {};
    url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find('/'));
    if (const auto user = url.rfind('@'); user != url.npos) url.remove_prefix(user + 1);
    if (const auto port = url.rfind(':'); port != url.npos && url.find(']', port) == url.npos)
        url = url.substr(0, port);
    return lower_case(url);
}

std::string without_secrets(std::string text, const Secret& token) {
    text = token.mask(text);
    if (!token.empty()) text = Secret(base64("x-access-token:" + token.reveal())).mask(text);
    hide_users(text);
    return text;
}

}  // namespace pgfence::diff
