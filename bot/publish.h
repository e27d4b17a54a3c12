#pragma once
// A Publication to the places where GitHub shows it. Each place may refuse; the verdict was reached before and stays.

#include <optional>
#include <string>
#include <vector>

#include "bot/event.h"
#include "bot/github_api.h"
#include "bot/publication.h"

namespace pgfence {

/// Why a review is not in one of its places, said once.
struct Refusal {
    std::string surface;  ///< "check run", "pull request comment", or several: "check run, no pull request comment"
    std::string reason;   ///< one sentence, with the line to add to the workflow where one helps
    bool lacks_permission = false;
};

struct Published {
    std::optional<CheckRunRef> check_run;
    std::optional<SarifUpload> sarif;
    std::size_t suggestions = 0;          ///< posted now
    std::optional<IssueComment> comment;  ///< as it stands now, also when nothing had to be changed
    std::vector<Refusal> refusals;
    bool cancelled = false;
};

/// What to publish where on GitHub's side.
struct Surfaces {
    bool check_run = true;
    bool comment = true;  ///< only where the event has a pull request
    bool code_scanning = false;
    bool suggestions = false;  ///< only where the event has a pull request
};

/// `external_id`: this run's own name for its check run.
Published publish_to_github(const Publication& publication, const Event& event, const Surfaces& surfaces,
                            const std::string& external_id, GitHubClient& client);

/// The sentence for an error of one surface; `permission` is its line under `permissions:` ("checks: write").
std::string reason_of(const ApiError& error, const std::string& surface, const std::string& permission,
                      const Event& event);

}  // namespace pgfence
