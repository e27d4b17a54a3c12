// docs.gitlab.com, "Code Quality", "Code Quality report format": an array of objects, whose paths are relative and
// whose fingerprints are unique. An issue is gone from a merge request when its fingerprint is.

#include <fmt/format.h>

#include <map>

#include "annotate/escape.h"
#include "annotate/json_writer.h"
#include "annotate/line_hash.h"
#include "annotate/listing.h"
#include "annotate/other_ci.h"
#include "annotate/utf8.h"

namespace pgfence::annotate {
namespace {

constexpr std::size_t kMostDescription = 2000;  // code points; a widget shows it on one line

std::string_view severity(Risk risk) {
    switch (risk) {
        case Risk::safe: return "info";
        case Risk::low: return "minor";
        case Risk::medium: return "major";
        case Risk::high: return "critical";
        case Risk::critical: break;
    }
    return "blocker";
}

std::string_view severity(const NotAnalyzed& unread) {
    switch (severity_of(unread)) {
        case Severity::error: return "critical";
        case Severity::warning: return "major";
        case Severity::notice:
        case Severity::off: break;
    }
    return "info";
}

struct Issue {
    std::string description;
    std::string_view check, severity;
    std::string fingerprint;
    std::string_view path;
    Region region;
};

std::vector<Issue> issues(const Listing& listing) {
    std::vector<Issue> all;
    for (const Listed& listed : listing.on_each_line()) {
        const Graded& graded = *listed.graded;
        all.push_back({visible_line(message_with_consequences(listed)), graded.finding.rule, severity(graded.risk),
                       graded.fingerprint, listed.file->path, listed.region});
    }
    std::map<const FileReport*, std::vector<std::string>> hashes_of;
    for (const ListedUnread& listed : listing.unread()) {
        auto& hashes = hashes_of[listed.file];
        if (hashes.empty()) hashes = line_hashes(listed.file->text);
        const auto line = std::min<std::size_t>(listed.region.begin.line, hashes.size());
        all.push_back({not_analyzed_text(*listed.unread), kNotAnalyzed, severity(*listed.unread),
                       fmt::format("{}:{}:{}", listed.file->path, hashes[line - 1], listed.region.begin.column),
                       listed.file->path, listed.region});
    }
    // Several things may not have been analyzed at one place.
    std::map<std::string, int> told;
    for (Issue& issue : all)
        if (const int times = ++told[issue.fingerprint]; times > 1) issue.fingerprint += fmt::format(":{}", times);
    return all;
}

std::string write_gitlab(const Report& report) {
    const Listing listing(report);
    JsonWriter json;
    json.array(issues(listing), [&](const Issue& issue) {
        json.object([&] {
            json.member("description", shortened(issue.description, kMostDescription));
            json.member("check_name", issue.check);
            json.member("fingerprint", issue.fingerprint);
            json.member("severity", issue.severity);
            json.key("location").object([&] {
                json.member("path", issue.path);
                json.key("lines").object([&] {
                    json.member("begin", issue.region.begin.line);
                    json.member("end", issue.region.end.line);
                });
            });
        });
    });
    return inert_json(json.take() + "\n");
}

}  // namespace

extern const Form gitlab{"gitlab", "GitLab's Code Quality report: the merge request's widget and its diff",
                         write_gitlab};

}  // namespace pgfence::annotate
