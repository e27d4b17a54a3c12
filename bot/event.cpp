#include "bot/event.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/text.h"

namespace pgfence {
namespace {

using nlohmann::json;

// GitHub caps webhook payloads at 25 MB.
constexpr std::size_t kLargestPayload = 32u << 20;
// GitHub's payloads nest about six levels.
constexpr int kDeepestPayload = 100;

constexpr std::array<std::pair<std::string_view, Event::Kind>, 7> kKinds{{
    {"pull_request", Event::Kind::pull_request},
    {"pull_request_target", Event::Kind::pull_request_target},
    {"workflow_run", Event::Kind::workflow_run},
    {"merge_group", Event::Kind::merge_group},
    {"push", Event::Kind::push},
    {"workflow_dispatch", Event::Kind::workflow_dispatch},
    {"schedule", Event::Kind::schedule},
}};

std::optional<Event::Kind> parse_kind(std::string_view name) {
    for (const auto& [spelling, kind] : kKinds)
        if (spelling == name) return kind;
    return std::nullopt;
}

const json* field(const json& root, std::initializer_list<const char*> path) {
    const json* at = &root;
    for (const char* key : path) {
        if (!at->is_object()) return nullptr;
        const auto found = at->find(key);
        if (found == at->end()) return nullptr;
        at = &*found;
    }
    return at;
}

std::string text(const json& root, std::initializer_list<const char*> path) {
    const json* found = field(root, path);
    return found && found->is_string() ? found->get<std::string>() : std::string();
}

// Looked at before parsing: the library survives any depth, but a document that is all brackets takes it a second a
// megabyte.
bool nests_too_deep(std::string_view payload) {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < payload.size(); ++i) {
        const char c = payload[i];
        if (in_string && c == '\\')
            ++i;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && (c == '[' || c == '{') && ++depth > kDeepestPayload)
            return true;
        else if (!in_string && (c == ']' || c == '}'))
            --depth;
    }
    return false;
}

bool is_sha(std::string_view sha) { return (sha.size() == 40 || sha.size() == 64) && is_lower_hex(sha); }

bool is_zero(std::string_view sha) { return sha.find_first_not_of('0') == std::string_view::npos; }

bool is_repository_part(std::string_view part) {
    return !part.empty() && part != "." && part != ".." && std::all_of(part.begin(), part.end(), [](char c) {
        return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.';
    });
}

// It becomes part of request paths.
bool is_repository(std::string_view name) {
    const auto slash = name.find('/');
    return slash != std::string_view::npos && is_repository_part(name.substr(0, slash)) &&
           is_repository_part(name.substr(slash + 1));
}

// git check-ref-format, and stricter: it becomes part of requests and of lines to the log. A branch named otherwise is
// taken for none.
std::string branch_or_nothing(std::string name) {
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
        return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.' || c == '/' || c == '#' || c == '+' ||
               c == '=' || c == ',' || c == '@';
    });
    const bool usable = plain && !name.starts_with('-') && name.find("..") == name.npos && name.size() <= 255;
    return usable ? name : std::string();
}

/// For an event that names no commit to compare with: what its branch changes since it left the default branch.
std::string branch_to_compare_with(const json& payload, const std::string& ref) {
    const auto branch = branch_or_nothing(text(payload, {"repository", "default_branch"}));
    return ref.starts_with("refs/heads/") && ref != "refs/heads/" + branch ? branch : std::string();
}

Result<std::string> sha_at(const json& payload, std::initializer_list<const char*> path, std::string_view what) {
    auto sha = text(payload, path);
    if (!is_sha(sha))
        return failure("the event payload has no usable " + std::string(what) +
                       ": is GITHUB_EVENT_PATH the payload of this event?");
    return sha;
}

Result<Event> pull_request(const json& payload, Event event) {
    event.base_sha = TRY(sha_at(payload, {"pull_request", "base", "sha"}, "pull_request.base.sha"));
    event.head_sha = TRY(sha_at(payload, {"pull_request", "head", "sha"}, "pull_request.head.sha"));
    const json* number = field(payload, {"pull_request", "number"});
    if (!number || !number->is_number_unsigned() || number->get<std::uint64_t>() == 0)
        return failure(
            "the event payload has no usable pull_request.number: is GITHUB_EVENT_PATH the payload of this event?");
    event.pull_request = number->get<std::uint64_t>();
    event.ref = "refs/pull/" + std::to_string(event.pull_request) + "/head";
    // head.repo is null once the fork has been deleted.
    event.from_fork = text(payload, {"pull_request", "head", "repo", "full_name"}) != event.repository;
    event.from_dependabot = text(payload, {"pull_request", "user", "login"}) == "dependabot[bot]";
    return event;
}

// The run that it follows may be a fork's: nothing that run made is looked at. What is reviewed is the commit that
// GitHub says it ran for.
Result<Event> workflow_run(const json& payload, Event event) {
    const auto cause = text(payload, {"workflow_run", "event"});
    if (cause != "pull_request" && cause != "pull_request_target")
        return usage_error("the workflow that this one follows did not run for a pull request: add \"if: " +
                           std::string("github.event.workflow_run.event == 'pull_request'\" to the job"));
    event.head_sha = TRY(sha_at(payload, {"workflow_run", "head_sha"}, "workflow_run.head_sha"));
    event.head_repository = text(payload, {"workflow_run", "head_repository", "full_name"});
    event.head_branch = text(payload, {"workflow_run", "head_branch"});
    if (!is_repository(event.head_repository) || event.head_branch.empty())
        return failure("the event payload does not say from which branch the pull request comes");
    event.from_fork = event.head_repository != event.repository;
    return event;
}

Result<Event> merge_group(const json& payload, Event event) {
    event.base_sha = TRY(sha_at(payload, {"merge_group", "base_sha"}, "merge_group.base_sha"));
    event.head_sha = TRY(sha_at(payload, {"merge_group", "head_sha"}, "merge_group.head_sha"));
    event.ref = branch_or_nothing(text(payload, {"merge_group", "head_ref"}));
    return event;
}

Result<Event> push(const json& payload, Event event) {
    const auto before = TRY(sha_at(payload, {"before"}, "before"));
    const auto after = TRY(sha_at(payload, {"after"}, "after"));
    event.ref = branch_or_nothing(text(payload, {"ref"}));
    event.of_tag = text(payload, {"ref"}).starts_with("refs/tags/");
    event.base_branch = branch_to_compare_with(payload, event.ref);
    const json* forced = field(payload, {"forced"});
    // What a forced push replaced may be gone from the server, and is not what the branch grew from.
    const bool replaced = forced && *forced == true && !event.base_branch.empty();
    if (!is_zero(before) && !replaced) event.base_sha = before;
    if (is_zero(after))
        event.branch_deleted = true;
    else
        event.head_sha = after;
    return event;
}

Result<Event> without_change(const json& payload, std::string_view sha, Event event) {
    if (!is_sha(sha)) return failure("GITHUB_SHA is not a commit id: there is no commit to review");
    event.head_sha = std::string(sha);
    event.ref = branch_or_nothing(text(payload, {"ref"}));
    event.base_branch = branch_to_compare_with(payload, event.ref);
    return event;
}

}  // namespace

std::string_view name_of(Event::Kind kind) {
    for (const auto& [spelling, value] : kKinds)
        if (value == kind) return spelling;
    return "";
}

Result<Event> parse_event(std::string_view name, std::string_view payload, std::string_view sha,
                          std::string_view repository) {
    const auto kind = parse_kind(name);
    if (!kind)
        return usage_error(
            "the event \"" + std::string(name.substr(0, 60)) +
            "\" carries no change to review: run pgfence on pull_request, pull_request_target, workflow_run, "
            "merge_group, push, workflow_dispatch or schedule");
    if (payload.size() > kLargestPayload)
        return failure("the event payload is larger than 32 MiB, more than GitHub sends");
    if (nests_too_deep(payload))
        return failure("the event payload nests deeper than 100 levels, which GitHub's do not");
    const json root = json::parse(payload, nullptr, false);
    if (!root.is_object())
        return failure("the event payload is not a JSON object: is GITHUB_EVENT_PATH the file the runner wrote?");

    Event event;
    event.kind = *kind;
    event.repository = text(root, {"repository", "full_name"});
    if (event.repository.empty()) event.repository = std::string(repository);
    if (!is_repository(event.repository))
        return failure("neither the event payload nor GITHUB_REPOSITORY names the repository as owner/name");
    switch (*kind) {
        case Event::Kind::pull_request:
        case Event::Kind::pull_request_target: return pull_request(root, std::move(event));
        case Event::Kind::workflow_run: return workflow_run(root, std::move(event));
        case Event::Kind::merge_group: return merge_group(root, std::move(event));
        case Event::Kind::push: return push(root, std::move(event));
        case Event::Kind::workflow_dispatch:
        case Event::Kind::schedule: break;
    }
    return without_change(root, sha, std::move(event));
}

Result<Event> read_event(const Environment& environment) {
    const auto name = environment.get("GITHUB_EVENT_NAME");
    const auto path = environment.get("GITHUB_EVENT_PATH");
    if (name.empty() || path.empty())
        return usage_error(
            "GITHUB_EVENT_NAME or GITHUB_EVENT_PATH is not set: pgfence action runs inside a GitHub workflow; "
            "elsewhere use pgfence analyze");
    std::ifstream file(path, std::ios::binary);
    if (!file) return failure("cannot open the event payload " + path);
    std::string payload(kLargestPayload + 1, '\0');
    file.read(payload.data(), static_cast<std::streamsize>(payload.size()));
    payload.resize(static_cast<std::size_t>(file.gcount()));
    return parse_event(name, payload, environment.get("GITHUB_SHA"), environment.get("GITHUB_REPOSITORY"));
}

}  // namespace pgfence
