#include "pipeline/late_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/text.h"
#include "pipeline/code_search.h"

namespace pgfence::pipeline {
namespace {

struct Switch {
    std::string_view format;
    std::string_view text;   ///< in small letters, without - and _
    std::string_view value;  ///< what the line must say besides; empty: the name says all
};

/// Flyway: outOfOrder (Flyway.java), spring.flyway.out-of-order, FLYWAY_OUT_OF_ORDER. goose: WithAllowMissing
/// (options.go), -allow-missing. node-pg-migrate: checkOrder (runner.ts), --no-check-order. Kysely: migrator.ts.
constexpr std::array<Switch, 5> kSwitches{{{"flyway", "outoforder", "true"},
                                           {"goose", "allowmissing", ""},
                                           {"node-pg-migrate", "nocheckorder", ""},
                                           {"node-pg-migrate", "checkorder", "false"},
                                           {"kysely", "allowunorderedmigrations", "true"}}};

constexpr std::size_t kMostLines = 1000;

/// Whole words by which the lines are found, in files that name the tool: packets come out of order, too.
/// "out-of-order" is three words.
std::vector<diff::SearchTerms> wanted() {
    constexpr auto in = diff::SearchTerms::In::settings;
    return {{{"outOfOrder", "OutOfOrder", "order", "FLYWAY_OUT_OF_ORDER", "SPRING_FLYWAY_OUT_OF_ORDER"},
             {"flyway", "Flyway", "FLYWAY_OUT_OF_ORDER", "SPRING_FLYWAY_OUT_OF_ORDER"},
             kMostLines,
             in},
            {{"WithAllowMissing", "AllowMissing", "allowMissing", "allow"}, {"goose", "Goose"}, kMostLines, in},
            {{"checkOrder", "order"}, {"node", "migrate"}, kMostLines, in},
            {{"allowUnorderedMigrations"}, {}, kMostLines, in}};
}

}  // namespace

std::optional<std::string_view> format_that_runs_late_files(std::string_view line) {
    if (is_comment(line)) return std::nullopt;
    std::string plain;
    for (const char c : line)
        if (c != '-' && c != '_') plain += to_lower(c);
    for (const Switch& one : kSwitches)
        if (contains(plain, one.text) && contains(plain, one.value)) return one.format;
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
