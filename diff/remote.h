#pragma once
// Where the commits that a shallow clone lacks can be had, and who may see the token.

#include <optional>
#include <string>
#include <string_view>

#include "diff/git.h"
#include "diff/request.h"

namespace pgfence::diff {

struct Source {
    std::string url;   ///< may hold credentials of its own: never printed, see without_secrets
    Secret token;      ///< empty: none
    std::string host;  ///< the only host that may be sent the token, in lower case
    std::string ca_file;
    bool is_local = false;  ///< a folder or file://, which libgit2 fetches whole or not at all
};

/// The repository that the credentials name, else the clone's remote "origin"; nothing when there is neither. The token
/// goes along to `origin` only when that is on the credentials' own server.
std::optional<Source> source_of(git_repository* repository, const Credentials& credentials);

/// "https://user:secret@host:8443/path" -> "host"; empty for a path. In lower case.
std::string host_of(std::string_view url);

/// The text with the token, its Basic form, and user names in URLs replaced by "***".
std::string without_secrets(std::string text, const Secret& token);

}  // namespace pgfence::diff
