// The payload of a check run. Limits: GitHub's OpenAPI description, checks/create.

#include <fmt/format.h>

#include "annotate/annotate.h"
#include "annotate/as_written.h"
#include "annotate/escape.h"
#include "annotate/markdown.h"
#include "annotate/plain_text.h"
#include "annotate/utf8.h"

namespace pgfence::annotate {
namespace {

constexpr std::size_t kMostText = 65'000;  // 65,535 characters
constexpr std::size_t kMostTitle = 255;

std::string_view annotation_level(Severity severity) {
    if (severity == Severity::error) return "failure";
    return severity == Severity::warning ? "warning" : "notice";
}

void place(Annotation& annotation, const Region& region) {
    annotation.start_line = region.begin.line;
    annotation.end_line = region.end.line;
    if (region.begin.line != region.end.line) return;
    annotation.start_column = region.begin.column;
    annotation.end_column = region.end.column;
}

Annotation annotation(const Listing& listing, const Listed& listed) {
    const Graded& graded = *listed.graded;
    Annotation made;
    made.path = listed.file->path;
    place(made, listed.region);
    made.level = annotation_level(graded.severity);
    made.title = shortened(title_of(listing, graded), kMostTitle);
    made.message = finding_text(listed);
    made.raw_details = recipe_plain_text(listed);
    return made;
}

Annotation annotation(const ListedUnread& listed) {
    Annotation made;
    made.path = listed.file->path;
    place(made, listed.region);
    made.level = annotation_level(severity_of(*listed.unread));
    made.title = heading_of(*listed.unread);
    made.message = shortened_bytes(not_analyzed_text(*listed.unread), kMostPlainText / 3);
    return made;
}

std::string conclusion(const Report& report) {
    if (!report.verdict.passes()) return "failure";
    const Counts& counts = report.verdict.counts;
    const bool look = report.verdict.outcome == Outcome::neutral || counts.error + counts.warning > 0;
    return look ? "neutral" : "success";
}

}  // namespace

CheckRun check_run(const Report& report, const CommentContext& context) {
    if (!report.stand_ins.empty()) return check_run(as_written(report), context);
    const Listing listing(report);
    const Review review{report, listing, context};
    CheckRun run;
    run.title = shortened(headline(report, listing), kMostTitle);
    run.summary = counts_line(review) + waits_list(review) + unread_tables(review, kMostText / 2) +
                  suppressed_list(review, kMostText / 8) + notes_list(review) + footer(review);
    run.text = findings_tables(review, kMostText);
    if (const std::size_t left = kMostText - run.text.size(); left > 4000) run.text += statements_table(review, left);
    run.conclusion = conclusion(report);
    for (const Listed& listed : listing.on_each_line()) run.annotations.push_back(annotation(listing, listed));
    for (const ListedUnread& listed : listing.unread()) run.annotations.push_back(annotation(listed));
    return run;
}

}  // namespace pgfence::annotate
