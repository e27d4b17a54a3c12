// docs.gitlab.com, "Code Quality", "Code Quality report format": an array of objects, whose paths are relative and
// whose fingerprints are unique. An issue is gone from a merge request when its fingerprint is.

#include <fmt/format.h>

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

struct Issue {
    std::string description;
    std::string_view check, severity;
    std::string fingerprint;
    std::string_view path;
    Region region;
};

std::vector<Issue> issues(const Report& report, const Listing& listing) {
    std::vector<Issue> all;
    for (const Listed& listed : listing.active()) {
        const Graded& graded = *listed.graded;
        all.push_back({visible_line(graded.finding.message), graded.finding.rule, severity(graded.risk),
                       graded.fingerprint, listed.file->path, listed.region});
    }
    for (std::size_t i = 0; i < report.files.size(); ++i) {
        const FileReport& file = report.files[i];
        if (file.unread.empty()) continue;
        const auto hashes = line_hashes(file.text);
        for (const Unread& unread : file.unread) {
            const Region region = listing.places(i).region(unread.span);
            const auto line = std::min<std::size_t>(region.begin.line, hashes.size());
            all.push_back({visible_line("not read, so not judged: " + unread.what + ": " + unread.why),
                           "unread-statement", "major",
                           fmt::format("{}:{}:{}", file.path, hashes[line - 1], region.begin.column), file.path,
                           region});
        }
    }
    return all;
}

}  // namespace

std::string gitlab(const Report& report) {
    const Listing listing(report);
    JsonWriter json;
    json.array(issues(report, listing), [&](const Issue& issue) {
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
    return json.take() + "\n";
}

}  // namespace pgfence::annotate
