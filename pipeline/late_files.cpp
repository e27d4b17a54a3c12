#include "pipeline/late_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/text.h"
#include "extract/extract.h"
#include "pipeline/code_search.h"

namespace pgfence::pipeline {
namespace {

constexpr std::size_t kMostLines = 1000;

std::vector<std::string> as_list(std::string_view words) {
    const auto parts = split(words, " ");
    return {parts.begin(), parts.end()};
}

std::vector<diff::SearchTerms> wanted() {
    std::vector<diff::SearchTerms> terms;
    for (const auto& [format, one] : extract::late_switches())
        if (!one.words.empty())
            terms.push_back({as_list(one.words), one.beside.empty() ? std::vector<std::string>() : as_list(one.beside),
                             kMostLines, diff::SearchTerms::In::settings});
    return terms;
}

}  // namespace

std::optional<std::string_view> format_that_runs_late_files(std::string_view line) {
    if (is_comment(line)) return std::nullopt;
    std::string plain;
    for (const char c : line)
        if (c != '-' && c != '_') plain += to_lower(c);
    for (const auto& [format, one] : extract::late_switches())
        if (contains(plain, one.text) && contains(plain, one.value)) return format;
    return std::nullopt;
}

namespace {

/// Several came to the base as late as this one, and stayed: whatever the runner is told, it takes them.
void heed_those_before(Prepared& change, std::map<FileId, Runner>& runners) {
    std::string example;
    for (const MigrationFile& file : change.files) {
        const auto other = change.late_as_others.find(file.path);
        if (other == change.late_as_others.end() || runners[file.id].late != Runner::Late::refused) continue;
        runners[file.id].late = Runner::Late::runs;
        example = other->second;
    }
    if (!example.empty())
        change.notes.push_back(
            fmt::format("earlier migrations that sort before others which ran, such as {}, were taken", example));
}

}  // namespace

void heed_late_files_that_run(Prepared& change, const std::vector<Script>& scripts, std::map<FileId, Runner>& runners) {
    heed_those_before(change, runners);
    const auto is_refused = [&](std::size_t i) {
        return !change.files[i].overtaken_by.empty() && runners[scripts[i].file].late == Runner::Late::refused;
    };
    std::vector<std::size_t> refused;
    for (std::size_t i = 0; i < scripts.size(); ++i)
        if (is_refused(i)) refused.push_back(i);
    const auto result = refused.empty() ? std::nullopt : search_base(change, wanted());
    if (!result) return;
    std::map<std::string_view, std::string> where;  // by format
    for (const diff::Uses& uses : result->uses)
        for (const diff::UsingLine& line : uses.lines)
            if (const auto format = format_that_runs_late_files(line.text))
                where.try_emplace(*format, fmt::format("{}:{}", line.path, line.line));
    for (const std::size_t i : refused)
        if (where.contains(scripts[i].format)) runners[scripts[i].file].late = Runner::Late::runs;
    for (const auto& [format, place] : where)
        if (std::any_of(refused.begin(), refused.end(),
                        [&, &told = format](std::size_t i) { return scripts[i].format == told; }))
            change.notes.push_back(place + " lets files run that sort before one that ran");
}

}  // namespace pgfence::pipeline
