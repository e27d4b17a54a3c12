#include "bot/compose.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "annotate/annotate.h"
#include "annotate/trace_output.h"
#include "core/text.h"

namespace pgfence {
namespace {

bool stays_in_marker(char c) { return is_letter_or_digit(c) || c == '.' || c == '-'; }

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

// One line of JSON, for fromJSON() in a later step.
std::string files_of(const Report& report) {
    auto files = nlohmann::json::array();
    for (const FileReport& file : report.files) files.push_back(file.path);
    return files.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

PublishedReview review_of(const Report& report, const std::string& name) {
    auto changes = annotate::suggested_changes(report, name);
    PublishedReview review{std::move(changes.body),
                           std::move(changes.gone),
                           std::move(changes.marker_prefix),
                           {},
                           std::move(changes.standing)};
    for (auto& from : changes.suggestions)
        review.comments.push_back(
            {std::move(from.path), from.start_line, from.end_line, std::move(from.lines), std::move(from.body)});
    return review;
}

std::vector<std::pair<std::string, std::string>> outputs_of(const Report& report, const std::string& conclusion,
                                                            const ComposeContext& context) {
    const auto& counts = report.verdict.counts;
    return {{"verdict", std::string(name_of(report.verdict.outcome))},
            {"max-risk", std::string(name_of(report.verdict.max_risk))},
            {"conclusion", conclusion},
            {"findings", std::to_string(counts.error + counts.warning + counts.notice)},
            {"errors", std::to_string(counts.error)},
            {"warnings", std::to_string(counts.warning)},
            {"notices", std::to_string(counts.notice)},
            {"suppressed", std::to_string(counts.suppressed)},
            {"unread", std::to_string(report.coverage.unread)},
            {"files", files_of(report)},
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
    if (context.trace) place.trace = annotate::trace_markdown(report, *context.trace, annotate::kMostOfComment);

    Composed composed;
    auto& publication = composed.publication;
    publication.head_sha = context.head_sha;
    publication.check = check_of(annotate::check_run(report, place), context.check_name);
    publication.comment = [&report, place](const std::string& earlier) {
        auto here = place;
        here.earlier = earlier;
        return annotate::pr_comment(report, here);
    };
    publication.comment_marker = annotate::comment_marker(place.marker);
    publication.review = review_of(report, place.marker);
    // Nobody's day is interrupted for notices; a comment that is there says that the rest is gone.
    publication.comment_when_absent = annotate::is_worth_a_comment(report);
    publication.summary_markdown = annotate::job_summary(report, place);
    publication.workflow_commands = annotate::workflow_commands(report);
    publication.outputs = outputs_of(report, publication.check.conclusion, context);
    composed.terminal = annotate::terminal(report);
    if (context.trace) composed.terminal += annotate::trace_terminal(report, *context.trace);
    composed.sarif = context.trace
                         ? annotate::sarif_with(report, *context.trace, annotate::Suppressed::left_out, place.marker)
                         : annotate::sarif(report, annotate::Suppressed::left_out, place.marker);
    composed.report_json = annotate::json(report);
    return composed;
}

}  // namespace pgfence
