#include "annotate/listing.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "annotate/annotate.h"

namespace pgfence::annotate {
namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool worse(const Listed& a, const Listed& b) {
    const auto rank = [](const Listed& listed) { return std::tuple(listed.graded->risk, listed.graded->severity); };
    return rank(a) > rank(b);
}

std::string_view past_tense(Work::Kind kind) {
    switch (kind) {
        case Work::Kind::scan: return "scanned";
        case Work::Kind::rewrite: return "rewritten";
        case Work::Kind::index_build: return "index built";
        case Work::Kind::index_rebuild: return "index rebuilt";
        case Work::Kind::change_rows: return "rows changed";
    }
    return "";
}

std::string above_threshold(const Listing& listing, Risk threshold) {
    const auto& active = listing.active();
    const auto above = std::count_if(active.begin(), active.end(), [&](const Listed& l) { return l.graded->risk > threshold; });
    return above == 0 ? std::string() : fmt::format("{} above {}", counted(static_cast<std::size_t>(above), "finding"), name_of(threshold));
}

}  // namespace

std::string rule_page(std::string_view rule) { return fmt::format("https://github.com/pgfence/action/blob/v1/docs/rules/{}.md", rule); }

Region Places::region(SourceSpan span) const {
    const auto size = static_cast<std::uint32_t>(text_.size());
    const std::uint32_t begin = std::min(span.begin, size);
    std::uint32_t end = std::clamp(span.end, begin, size);
    while (end > begin && blank(text_[end - 1])) --end;
    return {index_.at(begin), index_.at(end)};
}

Listing::Listing(const Report& report) {
    places_.reserve(report.files.size());
    for (const FileReport& file : report.files) places_.emplace_back(file.text);
    for (std::size_t number = 0; number < report.files.size(); ++number)
        for (const StatementReport& statement : report.files[number].statements)
            for (const Graded& graded : statement.findings) {
                const Places& places = places_[number];
                auto& list = graded.suppressed ? suppressed_ : active_;
                list.push_back({&report.files[number], &statement, &graded, &places, places.region(graded.finding.span), number});
            }
    std::stable_sort(active_.begin(), active_.end(), worse);
    for (const RuleInfo& rule : report.rules) rules_.emplace(rule.id, &rule);
}

RuleInfo Listing::rule(std::string_view id) const {
    const auto found = rules_.find(id);
    if (found != rules_.end()) return *found->second;
    RuleInfo info;
    info.id = info.title = id;
    return info;
}

std::vector<const Lock*> felt_locks(const Effects& effects) {
    std::vector<const Lock*> locks;
    for (const Lock& lock : effects.locks)
        if (lock.existing) locks.push_back(&lock);
    std::stable_sort(locks.begin(), locks.end(), [](const Lock* a, const Lock* b) { return a->mode > b->mode; });
    return locks;
}

std::string work_in_words(const Effects& effects, std::string_view relation) {
    std::vector<Work::Kind> kinds;
    for (const Work& work : effects.work)
        if (work.relation == relation && std::find(kinds.begin(), kinds.end(), work.kind) == kinds.end()) kinds.push_back(work.kind);
    std::string words;
    for (const Work::Kind kind : kinds) words += (words.empty() ? "" : ", ") + std::string(past_tense(kind));
    return words;
}

Excerpt excerpt(const Listed& listed, std::uint32_t most_lines) {
    const Region whole = listed.places->region(listed.statement->statement.span);
    const std::uint32_t first = std::min(whole.begin.line, listed.region.begin.line);
    const std::uint32_t last = std::max(whole.end.line, listed.region.end.line);
    if (last - first < most_lines) return {first, last, false, false};
    const std::uint32_t from = listed.region.begin.line - std::min<std::uint32_t>(2, listed.region.begin.line - first);
    const std::uint32_t to = std::min(last, from + most_lines - 1);
    return {from, to, from > first, to < last};
}

std::string ignore_comment(std::string_view rule) { return fmt::format("-- pgfence-ignore: {}", rule); }

std::string counted(std::size_t count, std::string_view noun) { return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s"); }

std::string counts_in_words(const Counts& counts) {
    std::string words;
    const auto add = [&words](std::string_view part) { words += (words.empty() ? "" : ", ") + std::string(part); };
    if (counts.error > 0) add(counted(counts.error, "error"));
    if (counts.warning > 0) add(counted(counts.warning, "warning"));
    if (counts.notice > 0) add(counted(counts.notice, "notice"));
    if (words.empty()) add("no findings");
    if (counts.suppressed > 0) add(fmt::format("{} suppressed", counts.suppressed));
    return words;
}

std::string read_in_words(const Coverage& coverage) {
    return fmt::format("{} of {} read in {}", coverage.statements, counted(coverage.statements + coverage.unread, "statement"),
                       counted(coverage.files, "file"));
}

std::string server_in_words(const Report& report) {
    return fmt::format("PostgreSQL {}{}", report.postgres_version, report.postgres_version_assumed ? " (assumed)" : "");
}

std::string headline(const Report& report, const Listing& listing) {
    if (report.coverage.files == 0 && report.files.empty()) return "no migrations changed";
    const std::string above = above_threshold(listing, report.verdict.threshold);
    if (!above.empty()) return above;
    if (!report.verdict.pass) return report.coverage.unread > 0 ? counted(report.coverage.unread, "statement") + " not read" : "not accepted";
    const auto found = listing.active().size();
    if (found > 0) return fmt::format("{}, none above {}", counted(found, "finding"), name_of(report.verdict.threshold));
    return report.coverage.unread > 0 ? "no findings in what was read" : "no findings";
}

std::string step_heading(const RecipeStep& step) {
    std::string heading = step.outside_transaction ? "outside a transaction" : "";
    if (!step.wait_for.empty()) heading += (heading.empty() ? "after " : ", after ") + step.wait_for;
    return heading;
}

}  // namespace pgfence::annotate
