#include "policy/quiet.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "core/text.h"
#include "policy/acts.h"
#include "policy/own_rules.h"
#include "policy/verdict.h"

namespace pgfence::policy {
namespace {

constexpr std::size_t kMostFiles = 3, kMostLocks = 4;

struct FindingIndex {
    std::size_t file, statement, finding;
};

Graded& at(std::vector<FileReport>& files, const FindingIndex& place) {
    return files[place.file].statements[place.statement].findings[place.finding];
}

/// What one finding may stand for: of one rule, as loud, of one change, and for the same reason. Where that is all the
/// message says, as of whole files, the message too.
using Key = std::tuple<std::string, Severity, std::size_t, bool, std::string>;

bool is_about_files(std::string_view rule) { return rule == kNonLinearHistory; }

std::map<Key, std::vector<FindingIndex>> places_by_rule(const std::vector<FileReport>& files, const SaidOnce& rules) {
    constexpr std::size_t kTheChange = 0;
    std::map<Key, std::vector<FindingIndex>> all;
    for (std::size_t f = 0; f < files.size(); ++f) {
        const std::size_t change = files[f].change == MigrationFile::Change::none ? f + 1 : kTheChange;
        for (std::size_t s = 0; s < files[f].statements.size(); ++s) {
            const auto& findings = files[f].statements[s].findings;
            for (std::size_t i = 0; i < findings.size(); ++i) {
                const Graded& graded = findings[i];
                if (!counts(graded) || !rules.contains(graded.finding.rule)) continue;
                all[{graded.finding.rule, graded.severity, change, graded.finding.related.has_value(),
                     is_about_files(graded.finding.rule) ? graded.finding.message : ""}]
                    .push_back({f, s, i});
            }
        }
    }
    return all;
}

/// "2 more statements here, 1 in `db/2.sql` and 4 in 2 more files"
std::string others_in_words(const std::vector<FileReport>& files, const std::vector<FindingIndex>& places,
                            const FindingIndex& kept) {
    std::map<std::size_t, std::set<std::size_t>> statements;
    for (const FindingIndex& place : places)
        if (place.file != kept.file || place.statement != kept.statement)
            statements[place.file].insert(place.statement);
    std::vector<std::string> parts;
    const auto add = [&](std::size_t count, const std::string& where) {
        parts.push_back(parts.empty() ? fmt::format("{} {}", counted(count, "more statement"), where)
                                      : fmt::format("{} {}", count, where));
    };
    if (const auto here = statements.find(kept.file); here != statements.end()) add(here->second.size(), "here");
    std::size_t named = 0, other_files = 0, other_statements = 0;
    for (const auto& [file, of_file] : statements) {
        if (file == kept.file) continue;
        if (named++ < kMostFiles) {
            add(of_file.size(), fmt::format("in `{}`", files[file].path));
        } else {
            ++other_files;
            other_statements += of_file.size();
        }
    }
    if (other_files > 0) add(other_statements, fmt::format("in {}", counted(other_files, "more file")));
    return joined(parts);
}

/// "`db/2.sql`, `db/3.sql`, `db/4.sql` and 2 more"
std::string other_files(const std::vector<FileReport>& files, const std::vector<FindingIndex>& places,
                        const FindingIndex& kept) {
    std::vector<std::string> paths;
    for (const FindingIndex& place : places)
        if (place.file != kept.file) paths.push_back(fmt::format("`{}`", files[place.file].path));
    return joined_up_to(kMostFiles, paths);
}

/// The same said of the same relations, at the same risk.
using SaidOfTables = std::tuple<std::string_view, std::string_view, Severity, Risk, std::vector<std::string>>;

std::map<SaidOfTables, std::vector<FindingIndex>> places_by_message(const std::vector<FileReport>& files) {
    std::map<SaidOfTables, std::vector<FindingIndex>> all;
    for (std::size_t f = 0; f < files.size(); ++f) {
        if (files[f].change == MigrationFile::Change::none) continue;
        for (std::size_t s = 0; s < files[f].statements.size(); ++s) {
            const auto& findings = files[f].statements[s].findings;
            for (std::size_t i = 0; i < findings.size(); ++i) {
                const Finding& finding = findings[i].finding;
                // That a second statement fails as well is another thing to mend.
                if (!counts(findings[i]) || finding.fails || finding.relations.empty()) continue;
                all[{finding.rule, finding.message, findings[i].severity, findings[i].risk, finding.relations}]
                    .push_back({f, s, i});
            }
        }
    }
    return all;
}

/// Of each group one is left, which tells where the others were.
template <class Groups>
void leave_one_of_each(
    std::vector<FileReport>& files, const Groups& groups,
    const std::function<std::string(const typename Groups::key_type&, const std::vector<FindingIndex>&,
                                    const FindingIndex&)>& others_of) {
    std::map<std::pair<std::size_t, std::size_t>, std::vector<std::size_t>> gone;  // findings of a statement
    std::vector<std::pair<FindingIndex, std::string>> left;
    for (const auto& [key, places] : groups) {
        if (places.size() < 2) continue;
        const auto listed = std::find_if(places.begin(), places.end(), [&](const FindingIndex& place) {
            return at(files, place).part_of.has_value();
        });
        const FindingIndex kept = listed == places.end() ? places.front() : *listed;
        left.emplace_back(kept, others_of(key, places, kept));
        for (const FindingIndex& place : places)
            if (&at(files, place) != &at(files, kept)) gone[{place.file, place.statement}].push_back(place.finding);
    }
    for (const auto& [kept, others] : left)
        if (!others.empty()) at(files, kept).finding.message += ". The same for " + others;
    for (auto& [place, findings] : gone) {
        StatementReport& statement = files[place.first].statements[place.second];
        std::sort(findings.rbegin(), findings.rend());
        for (const std::size_t i : findings)
            statement.findings.erase(statement.findings.begin() + static_cast<std::ptrdiff_t>(i));
        put_acts_together(statement);
    }
}

}  // namespace

void say_once(std::vector<FileReport>& files, const SaidOnce& rules) {
    leave_one_of_each(files, places_by_rule(files, rules),
                      [&](const Key& key, const std::vector<FindingIndex>& places, const FindingIndex& kept) {
                          return is_about_files(std::get<0>(key)) ? other_files(files, places, kept)
                                                                  : others_in_words(files, places, kept);
                      });
}

void say_once_of_several_files(std::vector<FileReport>& files) {
    auto groups = places_by_message(files);
    std::erase_if(groups, [](const auto& group) { return group.second.front().file == group.second.back().file; });
    leave_one_of_each(files, groups,
                      [&](const SaidOfTables&, const std::vector<FindingIndex>& places, const FindingIndex& kept) {
                          return others_in_words(files, places, kept);
                      });
}

namespace {

/// What is said of a statement of the same words in the file, and what is to be done about it.
using SaidHere = std::tuple<std::uint32_t, std::uint32_t, std::string, std::string>;
SaidHere said_here(const SourceSpan& span, const Finding& finding) {
    std::string words = finding.message;
    if (finding.recipe)
        for (const RecipeStep& step : finding.recipe->steps) words += "\n" + step.sql;
    return {span.begin, span.end, finding.rule, std::move(words)};
}

}  // namespace

void count_rounds(FileReport& file) {
    struct FirstReport {
        const StatementReport* by;
        std::size_t more = 0;
    };
    std::map<SaidHere, FirstReport> told;
    for (StatementReport& statement : file.statements) {
        const SourceSpan span = statement.statement.span;
        if (span.begin == span.end) continue;
        const auto is_told = [&](const Graded& graded) {
            if (!counts(graded)) return false;
            const auto [known, is_new] = told.try_emplace(said_here(span, graded.finding), FirstReport{&statement});
            // A statement may say the same of several of its clauses.
            if (is_new || known->second.by == &statement) return false;
            ++known->second.more;
            return true;
        };
        if (std::erase_if(statement.findings, is_told) > 0) put_acts_together(statement);
    }
    for (StatementReport& statement : file.statements)
        for (Graded& graded : statement.findings)
            if (const auto known = told.find(said_here(statement.statement.span, graded.finding));
                known != told.end() && known->second.by == &statement && known->second.more > 0)
                graded.finding.message +=
                    fmt::format(". The same for {} here", counted(known->second.more, "more statement"));
}

bool is_brief_lock(const Graded& graded, Risk threshold, bool chosen) {
    const Finding& finding = graded.finding;
    const bool about_waiting = finding.category == Category::lock || finding.category == Category::scan ||
                               finding.category == Category::rewrite;
    return about_waiting && finding.lock && !finding.grows_with_rows && !finding.related && !finding.fails &&
           counts(graded) && graded.risk <= std::min(Risk::low, threshold) && !chosen;
}

bool is_against_habit(const Finding& finding) { return depends_on(finding, Condition::Kind::against_habit); }

bool is_as_written(const Graded& graded, Risk threshold) {
    return depends_on(graded.finding, Condition::Kind::as_written) && !makes_fail(graded, threshold);
}

bool is_of_the_programs_type(const Finding& finding) { return depends_on(finding, Condition::Kind::programs_type); }

bool is_never_set(const Graded& graded) {
    return depends_on(graded.finding, Condition::Kind::never_set_before) && graded.risk <= Risk::low;
}

std::optional<std::string> BriefLocks::note() const {
    if (count_ == 0) return std::nullopt;
    return fmt::format("{} brief, whatever the table's size, and not listed one by one: {}",
                       count_ == 1 ? "1 lock is" : fmt::format("{} locks are", count_),
                       joined_up_to(kMostLocks, locks_));
}

void FindingsLeftOut::add(const std::string& rule, const std::string& path) {
    ++count_;
    rules_.insert(rule);
    paths_.insert("`" + path + "`");
}

std::optional<std::string> FindingsLeftOut::note() const {
    if (count_ == 0) return std::nullopt;
    return fmt::format("{}: {}{} {} not listed ({})",
                       fmt::format(fmt::runtime(why_), joined_up_to(kMostFiles, {paths_.begin(), paths_.end()})),
                       counted(count_, "finding"), which_, count_ == 1 ? "is" : "are",
                       joined_up_to(kMostLocks, {rules_.begin(), rules_.end()}));
}

void BriefLocks::add(const Finding& finding) {
    ++count_;
    std::string lock(sql_name(*finding.lock));
    if (!finding.relations.empty()) lock += fmt::format(" on `{}`", finding.relations.front());
    if (seen_.insert(lock).second) locks_.push_back(std::move(lock));
}

void take_out_brief_locks(StatementReport& statement, const std::function<bool(const Graded&)>& is_brief,
                          BriefLocks& into) {
    // Its lock is for what comes behind it.
    if (statement.statement.kind == "LOCK TABLE") return;
    // All at once: one by one, a block of many statements would take the square of their number.
    std::vector<Graded> all = std::move(statement.findings), &kept = statement.findings;
    kept.clear();
    for (Graded& graded : all) {
        if (is_brief(graded))
            into.add(graded.finding);
        else
            kept.push_back(std::move(graded));
    }
    if (kept.size() < all.size()) put_acts_together(statement);
}

}  // namespace pgfence::policy
