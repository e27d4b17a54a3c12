#include "bot/compose.h"

#include "annotate/annotate.h"

namespace pgfence {
namespace {

bool stays_in_marker(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

// One comment per check name, so that a monorepo's workspaces stand side by side: whatever a marker cannot hold is
// spelt in hexadecimal, and different names stay different.
std::string marker_name(const std::string& check_name) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string marker;
    for (const char c : check_name) {
        const auto byte = static_cast<unsigned char>(c);
        if (stays_in_marker(c))
            marker += c;
        else
            (marker += '_') += {digits[byte >> 4], digits[byte & 15]};
    }
    return marker;
}

PublishedCheck check_of(const annotate::CheckRun& run, const std::string& name) {
    PublishedCheck check{name, run.conclusion, run.title, run.summary, run.text, {}};
    check.annotations.reserve(run.annotations.size());
    for (const auto& from : run.annotations)
        check.annotations.push_back({from.path, from.start_line, from.end_line, from.start_column, from.end_column,
                                     from.level, from.title, from.message, from.raw_details});
    return check;
}

std::vector<std::pair<std::string, std::string>> outputs_of(const Report& report, const ComposeContext& context) {
    const auto& counts = report.verdict.counts;
    return {{"verdict", report.verdict.pass ? "pass" : "fail"},
            {"max-risk", std::string(name_of(report.verdict.max_risk))},
            {"findings", std::to_string(counts.error + counts.warning + counts.notice)},
            {"sarif-file", context.sarif_file},
            {"report-file", context.report_file}};
}

}  // namespace

Composed compose(const Report& report, const ComposeContext& context) {
    annotate::CommentContext place;
    if (!context.server_url.empty() && !context.repository.empty())
        place.repository_url = context.server_url + "/" + context.repository;
    place.head_sha = context.head_sha;
    place.marker = marker_name(context.check_name);
    place.run_url = context.run_url;

    Composed composed;
    auto& publication = composed.publication;
    publication.head_sha = context.head_sha;
    publication.check = check_of(annotate::check_run(report, place), context.check_name);
    publication.comment_body = annotate::pr_comment(report, place);
    publication.comment_marker = annotate::comment_marker(place.marker);
    const auto& counts = report.verdict.counts;
    // A change with nothing to say starts no conversation; a comment that is there turns green.
    publication.comment_when_absent =
        !report.verdict.pass ||
        counts.error + counts.warning + counts.notice + counts.suppressed + report.coverage.unread > 0;
    publication.summary_markdown = annotate::job_summary(report, place);
    publication.workflow_commands = annotate::workflow_commands(report);
    publication.outputs = outputs_of(report, context);
    composed.terminal = annotate::terminal(report);
    composed.sarif = annotate::sarif(report, annotate::Suppressed::left_out);
    composed.report_json = annotate::json(report);
    return composed;
}

}  // namespace pgfence
