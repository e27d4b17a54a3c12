#include "pipeline/finding_order.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

namespace pgfence::pipeline {

void put_in_order(Analysis& analysis) {
    std::map<FileId, std::size_t> order;
    for (std::size_t i = 0; i < analysis.files.size(); ++i) order[analysis.files[i].file] = i;
    std::stable_sort(analysis.findings.begin(), analysis.findings.end(), [&](const Finding& a, const Finding& b) {
        return std::tuple(order[a.span.file], a.span.begin, std::string_view(a.rule)) <
               std::tuple(order[b.span.file], b.span.begin, std::string_view(b.rule));
    });
}

}  // namespace pgfence::pipeline
