#pragma once
// What started the workflow: which commits to compare, and where the answer goes.
// The payload is the webhook's JSON (GITHUB_EVENT_PATH); on a pull request its texts are the author's, so only
// checked values leave this file.

#include <cstdint>
#include <string>
#include <string_view>

#include "bot/environment.h"
#include "core/result.h"

namespace pgfence {

struct Event {
    enum class Kind : std::uint8_t {
        pull_request,
        pull_request_target,
        workflow_run,
        merge_group,
        push,
        workflow_dispatch,
        schedule
    };
    Kind kind = Kind::push;
    std::string repository;   ///< "owner/name", the one the workflow runs in
    std::string base_sha;     ///< 40 or 64 hex digits; empty: the event names none (new branch, dispatch, schedule)
    std::string base_branch;  ///< to compare with where `base_sha` is empty: the default one, unless that is what runs
    std::string head_sha;     ///< empty only when `branch_deleted`
    std::string ref;          ///< "refs/pull/7/head", "refs/heads/main": what code scanning files the review under
    std::uint64_t pull_request = 0;  ///< its number; 0: none
    /// workflow_run, which names no pull request of a fork: by these it is looked up.
    std::string head_repository, head_branch;
    bool from_fork = false;        ///< the head is in another repository (or that repository is gone)
    bool from_dependabot = false;  ///< Dependabot's workflows get a read-only token as well
    bool of_tag = false;           ///< a push of a tag, which changes no branch
    bool branch_deleted = false;   ///< a push that only removed a branch: nothing to review
};

std::string_view name_of(Event::Kind kind);

/// Pure. `name` is GITHUB_EVENT_NAME, `sha` and `repository` are GITHUB_SHA and GITHUB_REPOSITORY, which stand in where
/// the payload has none (schedule). An event that carries no change to review is a usage error.
Result<Event> parse_event(std::string_view name, std::string_view payload, std::string_view sha,
                          std::string_view repository);

/// Reads the payload from GITHUB_EVENT_PATH and the rest from the environment.
Result<Event> read_event(const Environment& environment);

}  // namespace pgfence
