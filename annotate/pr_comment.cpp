// One comment for a pull request, edited in place: its first line is how it is found again.

#include <algorithm>

#include "annotate/annotate.h"
#include "annotate/as_written.h"
#include "annotate/comment_state.h"
#include "annotate/markdown.h"
#include "core/text.h"

namespace pgfence::annotate {
namespace {

constexpr std::size_t kMost = 65'000;  // GitHub: "Body is too long (maximum is 65536 characters)"
constexpr std::size_t kMostFixed = 4'000;

}  // namespace

std::string comment_marker(std::string_view name) {
    std::string safe;
    for (const char c : name.substr(0, 100)) {
        const bool plain = is_letter_or_digit(c) || c == '.' || c == '_';
        // "--" would end the HTML comment early.
        safe += plain || (c == '-' && !safe.ends_with('-')) ? c : '_';
    }
    return "<!-- pgfence:" + safe + " -->";
}

bool is_worth_a_comment(const Report& report) {
    const Counts& counts = report.verdict.counts;
    return report.verdict.outcome != Outcome::pass || counts.error + counts.warning + counts.suppressed > 0 ||
           report.coverage.unread > 0 || !report.waits.empty();
}

std::string pr_comment(const Report& report, const CommentContext& context) {
    if (!report.stand_ins.empty()) return pr_comment(as_written(report), context);
    const Listing listing(report);
    const std::string marker = comment_marker(context.marker) + "\n";
    const CommentState state = next_state(report, listing, state_in(context.earlier));
    const std::string fixed = fixed_list(state, kMostFixed), block = state_block(state);
    if (!is_worth_a_comment(report) && context.trace.empty())
        return marker + short_review({report, listing, context, fixed}) + block;
    const std::size_t left =
        kMost - marker.size() - fixed.size() - block.size() - std::min(kMost / 2, context.trace.size());
    return marker + whole_review({report, listing, context, fixed}, left) + context.trace + block;
}

}  // namespace pgfence::annotate
