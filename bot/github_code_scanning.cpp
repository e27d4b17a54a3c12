// Code scanning: the SARIF file goes to GitHub, which takes its time to read it.
#include <nlohmann/json.hpp>

#include "bot/github_api.h"
#include "bot/github_json.h"
#include "bot/gzip.h"
#include "bot/url.h"

namespace pgfence {
namespace {

using nlohmann::json;

// REST, "Upload an analysis as SARIF data": 10 MB, gzipped.
constexpr std::size_t kMostGzipped = 10'000'000;
// Between the looks, a minute and a quarter in all; github/codeql-action waits twice as long and then goes on as well.
constexpr std::chrono::seconds kLooks[] = {std::chrono::seconds(5), std::chrono::seconds(10), std::chrono::seconds(20),
                                           std::chrono::seconds(40)};

ApiError error_saying(std::string message) { return {0, std::move(message), false}; }

}  // namespace

// A lost answer is asked for again: a second upload of one tool, category and commit takes the place of the first.
ApiResult<SarifUpload> GitHubClient::upload_sarif(const std::string& commit_sha, const std::string& ref,
                                                  const std::string& sarif, const PullRequestHead* head) {
    if (!ref.starts_with("refs/heads/") && !ref.starts_with("refs/tags/") && !ref.starts_with("refs/pull/"))
        return tl::unexpected(error_saying("the event names no branch, tag or pull request to file it under"));
    const auto packed = gzipped(sarif);
    if (packed.empty() || packed.size() > kMostGzipped)
        return tl::unexpected(error_saying("GitHub takes 10 MB of SARIF, gzipped, and this is more"));
    const json body{{"commit_sha", commit_sha}, {"ref", ref}, {"sarif", base64(packed)}, {"tool_name", "pgfence"}};
    const auto sent = TRY(request("POST", repository_path("/code-scanning/sarifs"), dumped(body), nullptr, head));
    SarifUpload upload;
    upload.id = text_at(parsed(sent), "id");
    if (upload.id.empty()) return tl::unexpected(not_understood(sent));
    for (const auto& pause : kLooks) {
        if (!wait(pause)) return upload;
        const auto look = get(repository_path("/code-scanning/sarifs/" + percent_encoded(upload.id)));
        if (!look) return upload;  // it was taken; how far GitHub got with it is not for us to insist on
        const json answer = parsed(*look);
        const auto status = text_at(answer, "processing_status");
        upload.processed = status == "complete";
        if (status != "complete" && status != "failed") continue;
        for (const json& error : list_at(answer, "errors"))
            if (error.is_string()) upload.errors.push_back(error.get<std::string>());
        if (status == "failed" && upload.errors.empty()) upload.errors.emplace_back("no reason given");
        return upload;
    }
    return upload;
}

}  // namespace pgfence
