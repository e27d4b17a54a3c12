#pragma once
// The parts of fake_github that a team may switch on: review comments on a pull request's lines, and code scanning.

#include <httplib.h>
#include <openssl/evp.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "tests/bot/fake_github.h"

namespace pgfence::fake {

using nlohmann::json;

struct Answer {
    int status = 200;
    json body;
    std::map<std::string, std::string> headers;
};

inline Answer problem(int status, const std::string& message) { return {status, {{"message", message}}, {}}; }

/// Base64 of gzip, as the endpoint wants it; empty when it is not.
inline std::string unpacked(const std::string& text) {
    std::string packed(text.size(), '\0');
    const int length =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(packed.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    packed.resize(static_cast<std::size_t>(std::max(length, 0)));
    std::string plain;
    httplib::detail::gzip_decompressor decompressor;
    decompressor.decompress(packed.data(), packed.size(), [&](const char* data, std::size_t size) {
        plain.append(data, size);
        return true;
    });
    return plain;
}

class Reviews {
public:
    std::vector<ChangedFile> files;
    std::vector<ReviewComment> comments;

    void add(ReviewComment comment) {
        comment.id = next_id++;
        comments.push_back(std::move(comment));
    }

    json all_files() const {
        json all = json::array();
        for (const ChangedFile& file : files) {
            all.push_back({{"filename", file.path}, {"status", "modified"}});
            if (!file.patch.empty()) all.back()["patch"] = file.patch;  // GitHub leaves out what is too large
        }
        return all;
    }

    /// The lines of the new side that a hunk of the patch shows, as "first-last" ranges.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> shown_lines(const std::string& path) const {
        std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges;
        static const std::regex header("@@ -\\d+(?:,\\d+)? \\+(\\d+)(?:,(\\d+))? @@");
        for (const ChangedFile& file : files)
            if (file.path == path)
                for (std::sregex_iterator it(file.patch.begin(), file.patch.end(), header), end; it != end; ++it) {
                    const auto first = static_cast<std::uint32_t>(std::stoul((*it)[1]));
                    const auto count = (*it)[2].matched ? static_cast<std::uint32_t>(std::stoul((*it)[2])) : 1;
                    ranges.emplace_back(first, first + count - 1);
                }
        return ranges;
    }

    std::optional<ReviewComment> review_comment(const json& body) {
        ReviewComment comment{next_id++, body.at("path"), body.at("body"), 0, body.at("line")};
        comment.start_line = body.value("start_line", comment.line);
        const bool is_range = body.contains("start_line");
        if (body.at("side") != "RIGHT" || (is_range && comment.start_line >= comment.line)) return std::nullopt;
        for (const auto& [first, last] : shown_lines(comment.path))
            if (first <= comment.start_line && comment.line <= last) return comment;
        return std::nullopt;
    }

    /// All of it or nothing, without saying which comment it was: as GitHub does.
    Answer create(const json& body) {
        if (body.at("event") != "COMMENT" || body.at("body").get<std::string>().empty())
            return problem(422, "Unprocessable Entity");
        std::vector<ReviewComment> made;
        for (const json& one : body.at("comments")) {
            const auto comment = review_comment(one);
            if (!comment) return problem(422, "Pull request review thread line must be part of the diff");
            made.push_back(*comment);
        }
        comments.insert(comments.end(), made.begin(), made.end());
        return {200, {{"id", next_id++}}, {}};
    }

    Answer create_comment(const json& body) {
        const auto comment = review_comment(body);
        if (!comment || !body.contains("commit_id"))
            return problem(422, "pull_request_review_thread.line must be part of the diff");
        comments.push_back(*comment);
        return {201, {{"id", comment->id}}, {}};
    }

    Answer edit(std::uint64_t id, const json& body) {
        for (ReviewComment& comment : comments)
            if (comment.id == id) {
                if (!comment.own) return problem(403, "Resource not accessible by integration");
                comment.body = body.at("body");
                return {200, {{"id", id}}, {}};
            }
        return problem(404, "Not Found");
    }

    Answer remove(std::uint64_t id) {
        const auto gone = std::erase_if(comments, [&](const ReviewComment& one) { return one.id == id && one.own; });
        return gone == 0 ? problem(404, "Not Found") : Answer{204, nullptr, {}};
    }

    Answer graphql(const json& body) {
        const std::string query = body.at("query");
        const json variables = body.value("variables", json::object());
        if (query.find("viewer {") != std::string::npos)
            return {200, {{"data", {{"viewer", {{"login", "github-actions[bot]"}}}}}}, {}};
        if (query.find("resolveReviewThread") != std::string::npos) {
            for (ReviewComment& comment : comments)
                if ("PRRT_" + std::to_string(comment.id) == variables.at("thread")) comment.resolved = true;
            return {200, {{"data", {{"resolveReviewThread", {{"thread", {{"id", variables.at("thread")}}}}}}}}, {}};
        }
        if (variables.at("owner") != "octo" || variables.at("name") != "app" || variables.at("number") != 7)
            return {200, {{"data", {{"repository", nullptr}}}, {"errors", {{{"type", "NOT_FOUND"}}}}}, {}};
        const std::size_t begin =
            variables.at("after").is_null() ? 0 : std::stoul(variables["after"].get<std::string>());
        json nodes = json::array();
        for (std::size_t i = begin; i < std::min(begin + 100, comments.size()); ++i) {
            const ReviewComment& comment = comments[i];
            nodes.push_back(
                {{"id", "PRRT_" + std::to_string(comment.id)},
                 {"isResolved", comment.resolved},
                 {"comments",
                  {{"totalCount", 1 + comment.answers},
                   {"nodes",
                    {{{"databaseId", comment.id}, {"body", comment.body}, {"viewerDidAuthor", comment.own}}}}}}});
        }
        const json info{{"hasNextPage", begin + 100 < comments.size()}, {"endCursor", std::to_string(begin + 100)}};
        const json threads{{"nodes", nodes}, {"pageInfo", info}};
        return {200, {{"data", {{"repository", {{"pullRequest", {{"reviewThreads", threads}}}}}}}}, {}};
    }

private:
    std::uint64_t next_id = 1;
};

class Uploads {
public:
    std::vector<Upload> taken;
    int looks = 1;  ///< after which the result is told
    std::string result = "complete";
    std::vector<std::string> errors;

    Answer take(const json& body) {
        static const std::regex ref("refs/(heads|tags|pull)/.+"), sha("[0-9a-f]{40}");
        Upload made{body.at("commit_sha"), body.at("ref"), unpacked(body.at("sarif"))};
        if (!std::regex_match(made.ref, ref) || !std::regex_match(made.commit_sha, sha) ||
            !json::parse(made.sarif, nullptr, false).contains("runs"))
            return problem(400, "Invalid SARIF upload");
        taken.push_back(std::move(made));
        return {202, {{"id", "47177e22-5596-11eb-80a1-c1e54ef945c6"}}, {}};
    }

    Answer status() {
        if (looks > 0 && --looks > 0) return {200, {{"processing_status", "pending"}}, {}};
        json answer{{"processing_status", result}};
        if (!errors.empty()) answer["errors"] = errors;
        return {200, answer, {}};
    }
};

}  // namespace pgfence::fake
