#include "bot/publish.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "bot/publish_review.h"
#include "bot/sticky_comment.h"

namespace pgfence {
namespace {

constexpr std::string_view kCheckRun = "check run";
constexpr std::string_view kComment = "pull request comment";
constexpr std::string_view kReview = "review comments";
constexpr std::string_view kCodeScanning = "code scanning upload";

/// On pull_request the token of a fork's run is read-only whatever the workflow asks for; pull_request_target's is not.
bool has_read_only_token(const Event& event) {
    return event.kind == Event::Kind::pull_request && (event.from_fork || event.from_dependabot);
}

/// What the token may not do is said once for all places that it keeps us from.
class Refusals {
public:
    Refusals(const Event& event, Published& published) : event_(event), published_(published) {}

    void add(std::string_view surface, const std::string& permission, const ApiError& error) {
        published_.cancelled = published_.cancelled || error.cancelled;
        const bool forbidden = error.status == 403 || error.status == 404;
        auto& all = published_.refusals;
        std::size_t place = all.size();
        if (error.outdated || error.limited) place = said_.try_emplace(error.message, place).first->second;
        if (forbidden) place = said_.try_emplace(has_read_only_token(event_) ? "" : permission, place).first->second;
        if (place == all.size()) all.emplace_back();
        all[place].surface += (all[place].surface.empty() ? "" : ", no ") + std::string(surface);
        all[place].reason = reason_of(error, all[place].surface, permission, event_);
        all[place].lacks_permission = forbidden;
    }

private:
    const Event& event_;
    Published& published_;
    std::map<std::string, std::size_t> said_;  ///< where what a permission is missing for stands
};

}  // namespace

std::string reason_of(const ApiError& error, const std::string& surface, const std::string& permission,
                      const Event& event) {
    const auto answer = std::to_string(error.status) + " " + error.message;
    if (error.cancelled) return "no " + surface + ": the job was cancelled";
    if (error.status == 0) return "no " + surface + ": " + error.message;
    if (error.status == 401) return "no " + surface + ": GitHub does not accept the token (" + answer + ")";
    if (error.status != 403 && error.status != 404)
        return "no " + surface + ": GitHub answered " + std::to_string(error.status) + ": " + error.message;
    const auto refused = "no " + surface + ": the token may not write there (" + answer + ")";
    if (has_read_only_token(event))
        return refused + (event.from_fork ? "; a pull request from a fork gets a read-only token"
                                          : "; Dependabot's pull requests get a read-only token");
    return refused + "; add \"" + permission + "\" under \"permissions:\" in the workflow";
}

Published publish_to_github(const Publication& publication, const Event& event, const Surfaces& surfaces,
                            const std::string& external_id, GitHubClient& client) {
    Published published;
    Refusals refusals(event, published);
    const PullRequestHead head{event.pull_request, publication.head_sha};
    if (surfaces.check_run) {
        const auto run = client.publish_check_run(publication.head_sha, external_id, publication.check);
        if (run)
            published.check_run = *run;
        else
            refusals.add(kCheckRun, "checks: write", run.error());
        if (run && run->incomplete) {
            published.cancelled = published.cancelled || run->incomplete->cancelled;
            published.refusals.push_back(
                {std::string(kCheckRun), "the check run has " + std::to_string(run->annotations) + " of " +
                                             std::to_string(publication.check.annotations.size()) +
                                             " annotations: " + run->incomplete->message});
        }
    }
    if (surfaces.comment && event.pull_request != 0 && !published.cancelled) {
        const auto comment = keep_one_comment(publication, head, client);
        if (comment)
            published.comment = *comment;
        else
            refusals.add(kComment, "pull-requests: write", comment.error());
    }
    if (surfaces.suggestions && event.pull_request != 0 && !published.cancelled) {
        const auto review = publish_review(publication.review, head, client);
        if (review)
            published.suggestions = review->posted;
        else
            refusals.add(kReview, "pull-requests: write", review.error());
        for (const auto& reason : review ? review->reasons : std::vector<std::string>())
            published.refusals.push_back({std::string(kReview), reason});
    }
    if (surfaces.code_scanning && !published.cancelled) {
        const auto upload = client.upload_sarif(publication.sarif_commit, publication.sarif_ref, publication.sarif,
                                                event.pull_request == 0 ? nullptr : &head);
        if (upload)
            published.sarif = *upload;
        else
            refusals.add(kCodeScanning, "security-events: write", upload.error());
        for (const auto& error : upload ? upload->errors : std::vector<std::string>())
            published.refusals.push_back(
                {std::string(kCodeScanning), "code scanning could not use the upload: " + error});
    }
    // A runner shows ten notices: what mends the workflow comes before what happens once.
    std::stable_partition(published.refusals.begin(), published.refusals.end(),
                          [](const Refusal& refusal) { return refusal.lacks_permission; });
    return published;
}

}  // namespace pgfence
