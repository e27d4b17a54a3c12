// For the workflow run's page, where nobody needs a permission to write.

#include "annotate/annotate.h"
#include "annotate/as_written.h"
#include "annotate/markdown.h"

namespace pgfence::annotate {
namespace {

constexpr std::size_t kMost = 900 * 1024;  // above 1 MiB the runner drops the whole summary

}  // namespace

std::string job_summary(const Report& report, const CommentContext& context) {
    if (!report.stand_ins.empty()) return job_summary(as_written(report), context);
    CommentContext here = context;
    here.run_url.clear();  // the reader is on that page already
    const Listing listing(report);
    return whole_review({report, listing, here}, kMost) + context.trace;
}

}  // namespace pgfence::annotate
