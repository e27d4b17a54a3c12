// Whatever a server or libpq says may quote what it was given.

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "core/text.h"
#include "trace/session.h"

namespace pgfence::trace {
namespace {

constexpr std::string_view kBlot = "***";

/// Where a value that begins at `at` ends: quoted, or up to a blank, '&' or quote.
std::size_t end_of_value(std::string_view text, std::size_t at) {
    if (at < text.size() && text[at] == '\'') {
        for (++at; at < text.size(); ++at) {
            if (text[at] == '\\') {
                ++at;
            } else if (text[at] == '\'') {
                if (at + 1 >= text.size() || text[at + 1] != '\'') return at + 1;
                ++at;
            }
        }
        return text.size();
    }
    while (at < text.size() && !is_space(text[at]) && text[at] != '&' && text[at] != '"' && text[at] != '\'') ++at;
    return std::min(at, text.size());
}

/// Behind "password", "passfile", ...: where the secret begins; npos when none follows.
std::size_t value_behind(std::string_view text, std::size_t at) {
    std::size_t i = at;
    while (i < text.size() && is_space(text[i])) ++i;
    if (i < text.size() && text[i] == '=') {
        for (++i; i < text.size() && is_space(text[i]); ++i) {
        }
        return i;
    }
    return i > at && i < text.size() && text[i] == '\'' ? i : std::string_view::npos;
}

/// Of "//user:secret@host": where the secret begins and ends; both npos when there is none. The secret may hold what
/// should have been percent-encoded, a slash for instance.
std::pair<std::size_t, std::size_t> secret_of_url(std::string_view text, std::size_t behind_slashes) {
    constexpr auto none = std::string_view::npos;
    std::size_t end = behind_slashes;
    while (end < text.size() && !is_space(text[end]) && text[end] != '"' && text[end] != '\'') ++end;
    const std::string_view authority = text.substr(behind_slashes, end - behind_slashes);
    const std::size_t at = authority.rfind('@'), colon = authority.find(':');
    if (at == none || colon == none || colon > at) return {none, none};
    return {behind_slashes + colon + 1, behind_slashes + at};
}

/// Of a URL whose secret is not percent-encoded libpq takes a piece of the secret for the port, the host or a token,
/// and quotes it (conninfo_uri_parse_options, conninfo_uri_decode, parse_int_param). How long the message is up to the
/// piece; 0 when none follows.
std::size_t before_piece(std::string_view text) {
    constexpr std::array<std::string_view, 6> kQuoting{
        "invalid integer value \"",          "invalid port number: \"",
        "invalid percent-encoded token: \"", "forbidden value %00 in percent-encoded value: \"",
        "unexpected spaces found in \"",     "could not translate host name \""};
    for (const std::string_view quoting : kQuoting) {
        if (!text.starts_with(quoting)) continue;
        const std::string_view piece = text.substr(quoting.size(), text.find('"', quoting.size()) - quoting.size());
        return quoting == kQuoting.back() && piece.find('@') == std::string_view::npos ? 0 : quoting.size();
    }
    return 0;
}

}  // namespace

std::string without_credentials(std::string_view text) {
    // No secret is written without one of these; thousands of paths on a command line have none.
    if (text.find_first_of("=\"'") == std::string_view::npos && text.find("//") == std::string_view::npos)
        return std::string(text);
    constexpr std::array<std::string_view, 2> kNames{"password", "sslpassword"};
    std::string clean;
    for (std::size_t at = 0; at < text.size();) {
        if (text.substr(at).starts_with("//")) {
            const auto [begin, end] = secret_of_url(text, at + 2);
            if (begin != std::string_view::npos) {
                clean.append(text.substr(at, begin - at)).append(kBlot);
                at = end;
                continue;
            }
        }
        if (const std::size_t before = before_piece(text.substr(at)); before > 0) {
            clean.append(text.substr(at, before)).append(kBlot);
            at = std::min(text.find('"', at + before), text.size());
            continue;
        }
        std::size_t taken = 0;
        for (const std::string_view name : kNames) {
            if (!equal_ignoring_case(text.substr(at, name.size()), name)) continue;
            const std::size_t value = value_behind(text, at + name.size());
            if (value == std::string_view::npos) continue;
            clean.append(text.substr(at, value - at)).append(kBlot);
            taken = std::max(end_of_value(text, value), value) - at;
            break;
        }
        if (taken > 0) {
            at += taken;
            continue;
        }
        clean += text[at++];
    }
    return clean;
}

}  // namespace pgfence::trace
