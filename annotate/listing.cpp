#include "annotate/listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "annotate/annotate.h"
#include "annotate/escape.h"
#include "core/at_once.h"
#include "core/text.h"

namespace pgfence::annotate {
namespace {

/// By index of the finding that they are listed in.
std::vector<std::vector<const Graded*>> consequences_in(const StatementReport& statement) {
    std::vector<std::vector<const Graded*>> consequences(statement.findings.size());
    for (const Graded& part : statement.findings)
        if (part.part_of) consequences[*part.part_of].push_back(&part);
    return consequences;
}

/// Lines of the findings that each one is reported for, by its own place.
using RepeatedIn = std::map<std::pair<std::size_t, std::size_t>, std::vector<std::uint32_t>>;
RepeatedIn repeated_in(const FileReport& file, const Places& places) {
    RepeatedIn lines;
    for (const StatementReport& statement : file.statements)
        for (const Graded& graded : statement.findings)
            if (graded.repeats)
                lines[{graded.repeats->statement, graded.repeats->finding}].push_back(
                    places.region(graded.finding.span).begin.line);
    return lines;
}

bool is_of_another_clause(const Finding& a, const Finding& b) {
    return a.span.end <= b.span.begin || b.span.end <= a.span.begin;
}

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

/// A generated file may be one line of megabytes with a thousand findings: only the finding's surroundings are looked
/// at.
SourceLine source_line(const Listed& listed, std::uint32_t number) {
    constexpr std::size_t kLongest = 240, kBefore = 80;
    constexpr std::string_view kBom = "\xEF\xBB\xBF";
    const LineIndex& index = listed.places->lines();
    const SourceSpan span = listed.graded->finding.span;
    SourceLine shown;
    shown.number = number;
    shown.text = index.line(number);
    std::size_t begin = index.begin_of(number);
    const auto inside = [&](std::size_t offset) {
        return std::clamp(offset, begin, begin + shown.text.size()) - begin;
    };
    const auto drop_front = [&](std::size_t bytes) { shown.text.remove_prefix(bytes), begin += bytes; };
    if (shown.text.starts_with(kBom)) drop_front(kBom.size());
    if (shown.text.size() > kLongest) {
        std::size_t skip = inside(span.begin) > kBefore ? inside(span.begin) - kBefore : 0;
        while (skip > 0 && continues_character(shown.text[skip])) --skip;
        drop_front(skip);
        shown.cut_left = skip > 0;
    }
    if (shown.text.size() > kLongest) {
        std::size_t keep = kLongest;
        while (continues_character(shown.text[keep])) --keep;
        shown.text = shown.text.substr(0, keep);
        shown.cut_right = true;
    }
    shown.mark_begin = inside(span.begin);
    shown.mark_end = inside(span.end);
    return shown;
}

/// Listed findings that a statement fails, by where they are.
std::multimap<std::uint32_t, const Finding*> errors_in(const FileReport& file) {
    std::multimap<std::uint32_t, const Finding*> errors;
    for (const StatementReport& statement : file.statements)
        for (const Graded& graded : statement.findings)
            if (graded.finding.fails && !graded.suppressed) errors.emplace(graded.finding.span.begin, &graded.finding);
    return errors;
}

/// One of them is about the same place and gives the same reason. Another failure of the statement says nothing of what
/// was not analyzed.
bool is_said(const NotAnalyzed& unread, const std::multimap<std::uint32_t, const Finding*>& errors) {
    const auto [begin, end] = errors.equal_range(unread.span.begin);
    return std::any_of(begin, end, [&](const auto& error) { return contains(error.second->message, unread.why); });
}

}  // namespace

std::string rule_page(std::string_view rule) {
    return fmt::format("https://github.com/pgfence/action/blob/v1/docs/rules/{}.md", rule);
}

Region Places::region(SourceSpan span) const {
    const auto size = static_cast<std::uint32_t>(text_.size());
    const std::uint32_t begin = std::min(span.begin, size);
    std::uint32_t end = std::clamp(span.end, begin, size);
    while (end > begin && is_blank(text_[end - 1])) --end;
    return {index_.at(begin), index_.at(end)};
}

Listing::Listing(const Report& report) : report_(report) {
    constexpr std::size_t kWorthAThread = 256;
    places_.resize(report.files.size(), Places(std::string_view()));
    at_once(report.files.size(), kWorthAThread, [&](auto next) {
        while (const auto number = next()) places_[*number] = Places(report.files[*number].text);
    });
    for (std::size_t number = 0; number < report.files.size(); ++number)
        numbers_.emplace(report.files[number].file, number);
    for (std::size_t number = 0; number < report.files.size(); ++number) {
        const FileReport& file = report.files[number];
        const Places& places = places_[number];
        RepeatedIn repeated = repeated_in(file, places);
        for (std::size_t s = 0; s < file.statements.size(); ++s) {
            const StatementReport& statement = file.statements[s];
            auto consequences = consequences_in(statement);
            for (std::size_t i = 0; i < statement.findings.size(); ++i) {
                const Graded& graded = statement.findings[i];
                auto& list = graded.suppressed ? suppressed_ : each_;
                const auto again = repeated.find({s, i});
                list.push_back({&file, &statement, &graded, &places, places.region(graded.finding.span), number,
                                std::move(consequences[i]),
                                again == repeated.end() ? std::vector<std::uint32_t>() : std::move(again->second)});
            }
        }
    }
    std::copy_if(each_.begin(), each_.end(), std::back_inserter(on_each_line_),
                 [](const Listed& listed) { return !listed.graded->part_of; });
    std::copy_if(on_each_line_.begin(), on_each_line_.end(), std::back_inserter(active_),
                 [](const Listed& listed) { return !listed.graded->repeats; });
    for (std::size_t number = 0; number < report.files.size(); ++number) {
        const auto errors = errors_in(report.files[number]);
        for (const NotAnalyzed& unread : report.files[number].unread)
            if (!is_said(unread, errors))
                unread_.push_back({&report.files[number], &unread, places_[number].region(unread.span), number});
    }
    std::stable_sort(active_.begin(), active_.end(), worse);
    std::stable_sort(on_each_line_.begin(), on_each_line_.end(), worse);
    std::stable_sort(each_.begin(), each_.end(), worse);
    for (const RuleInfo& rule : report.rules) rules_.emplace(rule.id, &rule);
}

std::vector<AlikeUnread> Listing::unread_by_cause() const {
    using Key = std::tuple<std::size_t, std::string_view, std::string_view, std::string_view>;
    std::map<Key, std::size_t> found;
    std::vector<AlikeUnread> causes;
    for (const ListedUnread& listed : unread_) {
        const NotAnalyzed& unread = *listed.unread;
        const std::string_view accepted = unread.accepted ? std::string_view(unread.accepted->reason) : "";
        const auto [cause, first] =
            found.try_emplace(Key(listed.file_number, unread.what, unread.why, accepted), causes.size());
        if (first) causes.emplace_back();
        causes[cause->second].push_back(&listed);
    }
    return causes;
}

std::optional<Listing::Elsewhere> Listing::place(SourceSpan span) const {
    const auto number = numbers_.find(span.file);
    if (number == numbers_.end()) return std::nullopt;
    return Elsewhere{&report_.files[number->second], places_[number->second].region(span)};
}

std::optional<Listing::Elsewhere> Listing::related(const Finding& finding) const {
    return finding.related ? place(*finding.related) : std::nullopt;
}

RuleInfo Listing::rule(std::string_view id) const {
    const auto found = rules_.find(id);
    if (found != rules_.end()) return *found->second;
    RuleInfo info;
    info.id = info.title = id;
    return info;
}

namespace {

/// A query opens the indexes of its tables in the tables' own weak modes: nobody waits for an index alone there.
bool told_by_its_table(const Effects& effects, const Lock& lock) {
    return lock.kind == RelationKind::index && lock.mode <= LockMode::RowExclusive &&
           work_in_words(effects, lock.relation).empty();
}

}  // namespace

std::string no_locks_in_words(const Effects& effects) {
    if (effects.certainty == Certainty::known) return "nothing that existed before";
    if (effects.certainty == Certainty::unknown || effects.depends_on.empty()) return "unknown";
    return "depends on " + effects.depends_on.front();
}

std::string risk_in_words(const StatementReport& statement) {
    const Effects& effects = statement.statement.effects;
    Risk suppressed = Risk::safe;
    for (const Graded& graded : statement.findings)
        if (graded.suppressed) suppressed = std::max(suppressed, graded.risk);
    if (suppressed > statement.risk) return fmt::format("{}, suppressed", name_of(suppressed));
    const bool told = effects.certainty == Certainty::known || !felt_locks(effects).empty();
    return told || statement.risk != Risk::safe ? std::string(name_of(statement.risk)) : "?";
}

std::vector<const Lock*> felt_locks(const Effects& effects) {
    std::vector<const Lock*> locks;
    for (const Lock& lock : effects.locks)
        if (lock.existing && !told_by_its_table(effects, lock)) locks.push_back(&lock);
    std::stable_sort(locks.begin(), locks.end(), [](const Lock* a, const Lock* b) { return a->mode > b->mode; });
    return locks;
}

std::string work_in_words(const Effects& effects, std::string_view relation) {
    std::vector<Work::Kind> kinds;
    for (const Work& work : effects.work)
        if (work.relation == relation && std::find(kinds.begin(), kinds.end(), work.kind) == kinds.end())
            kinds.push_back(work.kind);
    std::string words;
    for (const Work::Kind kind : kinds) words += (words.empty() ? "" : ", ") + std::string(past_tense(kind));
    return words;
}

Excerpt excerpt(const Listed& listed, std::uint32_t most_lines) {
    const Region whole = listed.places->region(listed.statement->statement.span);
    const std::uint32_t first = std::min(whole.begin.line, listed.region.begin.line);
    const std::uint32_t last = std::max(whole.end.line, listed.region.end.line);
    std::uint32_t from = first, to = last;
    if (last - first >= most_lines) {
        from = listed.region.begin.line - std::min<std::uint32_t>(2, listed.region.begin.line - first);
        to = std::min(last, from + most_lines - 1);
    }
    Excerpt shown{{}, from > first, to < last};
    for (std::uint32_t number = from; number <= to; ++number) shown.lines.push_back(source_line(listed, number));
    return shown;
}

std::string ignore_comment(const Listed& listed) {
    const std::string_view path = listed.file->path;
    const std::string_view ending = path.substr(std::min(path.size(), path.find_last_of("./")));
    const auto is = [&](auto... endings) { return ((ending == endings) || ...); };
    const std::string_view mark = is(".js", ".ts", ".mjs", ".cjs", ".mts", ".cts") ? "//"
                                  : is(".py", ".rb", ".exs", ".fizz")              ? "#"
                                                                                   : "--";
    std::vector<std::string_view> rules{listed.graded->finding.rule};
    for (const Graded* part : listed.consequences)
        if (std::find(rules.begin(), rules.end(), part->finding.rule) == rules.end())
            rules.push_back(part->finding.rule);
    return fmt::format("{} pgfence-ignore: {} (reason)", mark, fmt::join(rules, ", "));
}

std::vector<std::string> consequences_in_words(const Listed& listed) {
    constexpr std::size_t kMostLines = 8;
    std::vector<std::string> lines;
    for (const Graded* part : listed.consequences) {
        const Position at = listed.places->region(part->finding.span).begin;
        const bool elsewhere = at.line != listed.region.begin.line;
        lines.push_back(fmt::format("{} ({}{})", part->finding.message, part->finding.rule,
                                    elsewhere ? fmt::format(", line {}", at.line) : ""));
    }
    if (!listed.repeated_in.empty()) {
        std::vector<std::string> numbers;
        for (const std::uint32_t line : listed.repeated_in) numbers.push_back(std::to_string(line));
        lines.push_back(
            fmt::format("the same in line{} {}", numbers.size() == 1 ? "" : "s", joined_up_to(kMostLines, numbers)));
    }
    return lines;
}

std::string message_with_consequences(const Listed& listed) {
    const std::vector<std::string> lines = consequences_in_words(listed);
    const std::string& message = listed.graded->finding.message;
    return lines.empty() ? message : fmt::format("{}; also: {}", message, fmt::join(lines, "; "));
}

std::vector<const Recipe*> recipes_of(const Listed& listed) {
    std::vector<const Recipe*> recipes;
    const Finding& lead = listed.graded->finding;
    if (lead.recipe) recipes.push_back(&*lead.recipe);
    for (const Graded* part : listed.consequences) {
        const Finding& finding = part->finding;
        if (finding.recipe && (recipes.empty() || is_of_another_clause(finding, lead)))
            recipes.push_back(&*finding.recipe);
    }
    return recipes;
}

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

std::string_view heading_of(const NotAnalyzed& unread) {
    return unread.extent == Unread::Extent::rejected ? "cannot run" : "not analyzed";
}

std::string not_analyzed_text(const NotAnalyzed& unread) {
    std::string text = fmt::format("{}: {}: {}", heading_of(unread), unread.what, unread.why);
    if (unread.accepted) text += fmt::format(" (suppressed: {})", unread.accepted->reason);
    return visible_line(text);
}

std::string suppressed_by(const Suppression& suppression) {
    return suppression.mark.empty() ? std::string(name_of(suppression.by)) : suppression.mark;
}

Severity severity_of(const NotAnalyzed& unread) {
    if (unread.accepted || unread.outcome == Outcome::pass) return Severity::notice;
    return unread.outcome == Outcome::fail ? Severity::error : Severity::warning;
}

std::string read_in_words(const Coverage& coverage) {
    const std::string files = counted(coverage.files, "migration");
    const std::string statements = counted(coverage.statements + coverage.unread, "statement");
    return coverage.unread == 0 ? fmt::format("{}, {}, all analyzed", files, statements)
                                : fmt::format("{}, {} of {} analyzed", files, coverage.statements, statements);
}

std::string nothing_changed(const Coverage& coverage) {
    if (coverage.left_out == 0) return "no migrations changed";
    return fmt::format("no PostgreSQL migrations changed ({} not recognized as one)",
                       counted(coverage.left_out, "changed file"));
}

std::string server_in_words(const Report& report) {
    return fmt::format("PostgreSQL {}{}", report.postgres_version, report.postgres_version_assumed ? " (assumed)" : "");
}

std::string title_of(const Listing& listing, const Graded& graded) {
    return fmt::format("{} ({} risk)", listing.rule(graded.finding.rule).title, name_of(graded.risk));
}

std::string headline(const Report& report, const Listing& listing) {
    if (report.coverage.files == 0 && report.files.empty()) return nothing_changed(report.coverage);
    const Verdict& verdict = report.verdict;
    if (!verdict.passes()) return verdict.reason;
    std::string line = not_analyzed_in_words(verdict);
    if (report.coverage.files == 0 && line.empty()) return counted(report.files.size(), "migration") + " deleted";
    const auto add = [&line](const std::string& part) { line += (line.empty() ? "" : ", ") + part; };
    const auto found = listing.active().size();
    if (found > 0)
        add("passes with " + counted(found, "finding"));
    else
        add(line.empty() ? "no findings" : "no findings in the rest");
    if (!verdict.risks_suppressed.empty())
        add(fmt::format("suppressed: {}", fmt::join(verdict.risks_suppressed, ", ")));
    if (verdict.accepted_not_analyzed > 0)
        add(fmt::format("{} accepted without analysis", counted(verdict.accepted_not_analyzed, "statement")));
    return line;
}

StepText printed(const RecipeStep& step) {
    if (step.code.empty()) return {step.sql, "sql"};
    return {step.code, step.language};
}

std::string step_heading(const RecipeStep& step) {
    std::string heading = step.where;
    const auto add = [&heading](std::string_view words) { heading.append(heading.empty() ? "" : ", ").append(words); };
    if (step.outside_transaction) add("outside a transaction");
    if (!step.setting.empty()) heading += " (" + step.setting + ")";
    if (!step.wait_for.empty()) add("after " + step.wait_for);
    return heading;
}

}  // namespace pgfence::annotate
