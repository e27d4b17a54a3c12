#include "bot/github_commits.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bot/github_json.h"
#include "bot/gzip.h"
#include "bot/url.h"
#include "core/text.h"

namespace pgfence {
namespace {

using nlohmann::json;

constexpr int kMostBlobs = 700;

bool is_commit_id(const std::string& revision) {
    return (revision.size() == 40 || revision.size() == 64) && is_lower_hex(revision);
}

/// git writes no leading zero; GitHub's API does.
std::string as_in_trees(std::string mode) { return mode.starts_with('0') ? mode.substr(1) : mode; }

}  // namespace

Result<std::string> GitHubCommits::ask(const std::string& path, const std::string& what) {
    auto answer = client_.get(client_.repository_path(path));
    if (answer) return std::move(answer->body);
    const auto status = answer.error().status == 0 ? "" : std::to_string(answer.error().status) + " ";
    return failure("GitHub does not tell " + what + ": " + status + answer.error().message);
}

Result<std::string> GitHubCommits::merge_base(const std::string& base, const std::string& head) {
    const auto what = "the merge base of " + base + " and " + head;
    const auto answer = TRY(ask("/compare/" + percent_encoded(base + "..." + head) + "?per_page=1", what));
    auto id = text_at(object_at(json::parse(answer, nullptr, false), "merge_base_commit"), "sha");
    if (!is_commit_id(id)) return failure("GitHub's answer about " + what + " was not understood");
    return id;
}

Result<CommitTree> GitHubCommits::tree_of(const std::string& revision) {
    CommitTree told;
    const auto what = "what " + revision + " is";
    if (is_commit_id(revision)) {
        const json commit = json::parse(TRY(ask("/git/commits/" + revision, what)), nullptr, false);
        told.commit = revision;
        told.tree = text_at(object_at(commit, "tree"), "sha");
    } else {
        // A branch or a tag, and of its changed files as few as can be had.
        const json commit =
            json::parse(TRY(ask("/commits/" + percent_encoded(revision) + "?per_page=1", what)), nullptr, false);
        told.commit = text_at(commit, "sha");
        told.tree = text_at(object_at(object_at(commit, "commit"), "tree"), "sha");
    }
    if (!is_commit_id(told.commit) || !is_commit_id(told.tree))
        return failure("GitHub's answer about " + what + " was not understood");
    const json listing = json::parse(
        TRY(ask("/git/trees/" + told.tree + "?recursive=1", "the files of " + told.commit)), nullptr, false);
    // Never part of the files: what is not seen would count as deleted.
    if (is_set_at(listing, "truncated"))
        return failure("commit " + told.commit + " has more files than GitHub lists at once");
    for (const json& entry : list_at(listing, "tree"))
        told.entries.push_back({text_at(entry, "path"), as_in_trees(text_at(entry, "mode")), text_at(entry, "sha")});
    return told;
}

Result<std::string> GitHubCommits::blob(const std::string& id) {
    if (++blobs_ > kMostBlobs) return failure("more than 700 files would have to be asked for one by one");
    const json answer = json::parse(TRY(ask("/git/blobs/" + id, "file " + id)), nullptr, false);
    auto text = base64_decoded(text_at(answer, "content"));
    if (text_at(answer, "encoding") != "base64" || !text)
        return failure("GitHub's answer about file " + id + " was not understood");
    return std::move(*text);
}

}  // namespace pgfence
