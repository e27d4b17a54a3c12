#include "pipeline/code_search.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/text.h"

namespace pgfence::pipeline {

std::optional<diff::SearchResult> search_base(const Prepared& change, const std::vector<diff::SearchTerms>& wanted) {
    if (!change.search_code) return std::nullopt;
    std::vector<std::string> migrations;
    for (const MigrationFile& file : change.files) migrations.push_back(file.path);
    std::sort(migrations.begin(), migrations.end());
    auto result = change.search_code(wanted, migrations);
    return result ? std::optional(std::move(*result)) : std::nullopt;
}

bool is_comment(std::string_view line) {
    using namespace std::string_view_literals;
    constexpr std::array kMarks{"#"sv, "//"sv, "--"sv, "/*"sv, "*"sv, ";"sv, "<!--"sv};
    line = trim(line);
    return std::any_of(kMarks.begin(), kMarks.end(), [&](std::string_view mark) { return line.starts_with(mark); });
}

}  // namespace pgfence::pipeline
