#pragma once
// What is compared, and how commits that the clone lacks may be had.

#include <optional>
#include <string>

#include "core/commit_source.h"
#include "core/secret.h"
#include "locate/order.h"

namespace pgfence::diff {

/// For the fetch of commits that a shallow clone lacks.
struct Credentials {
    Secret token;                                   ///< empty: none; never part of an error's text
    std::string server_url = "https://github.com";  ///< GITHUB_SERVER_URL; alone is sent the token
    std::string repository;                         ///< owner/name; empty: the clone's remote "origin"
    std::string ca_file;                            ///< PEM; empty: the system's certificates
};

using locate::Selection;

struct Request {
    std::string repository_path = ".";  ///< any folder inside the work tree
    /// Any revision git understands, or a full commit id that need not be in the clone. Nothing, "" and an id of zeros
    /// (a push that makes a branch has that): origin/HEAD, else origin/main, origin/master, main, master.
    std::optional<std::string> base;
    std::optional<std::string> head;  ///< likewise; nothing and "": HEAD
    Selection files;
    Credentials credentials;
    CommitSource* commits = nullptr;  ///< asked where fetching fails; must live as long as the comparison
    std::string scratch_folder;       ///< where a temporary repository may be made; empty: the system's place for that
};

}  // namespace pgfence::diff
