// A comment never suppresses more than it clearly says: one that cannot be made out suppresses nothing and is reported.

#include "policy/suppress.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/date.h"
#include "core/text.h"
#include "policy/other_tools.h"
#include "policy/placement.h"
#include "policy/verdict.h"

namespace pgfence::policy {
namespace {

constexpr std::size_t kMostNamed = 10;  // in one complaint

bool is_word(char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; }

std::string_view without_prefix(std::string_view text, std::string_view prefix) {
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
    return text;
}

/// Takes the word at the front, in lower case; empty when something else stands there.
std::string take_word(std::string_view& text) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_word);
    std::string word = lower_case(text.substr(0, static_cast<std::size_t>(end - text.begin())));
    text.remove_prefix(word.size());
    return word;
}

std::string_view without_leading_space(std::string_view text) {
    text.remove_prefix(static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_space) - text.begin()));
    return text;
}

/// Takes one byte, spaces before and after it included; leaves the text alone when another stands there.
bool take(std::string_view& text, char wanted) {
    const auto rest = without_leading_space(text);
    if (rest.empty() || rest.front() != wanted) return false;
    text = without_leading_space(rest.substr(1));
    return true;
}

// ---- the directive -----------------------------------------------------------------------------------------------

struct Directive {
    IgnoreComment::Scope scope = IgnoreComment::Scope::statement;
    std::optional<OtherTool> foreign = std::nullopt;
    bool rules_must_follow = false;  ///< a list of rules stands here, known or not
    bool understood = true;
    std::string_view mark = "";  ///< another tool's word
};

constexpr auto kStatement = IgnoreComment::Scope::statement;
constexpr auto kFile = IgnoreComment::Scope::file;

/// Takes "pgfence-ignore:" and its kin from the front.
std::optional<Directive> take_directive(std::string_view& text) {
    const std::string word = take_word(text);
    const bool colon = take(text, ':');
    text = trim(text);
    if (word == "pgfence-ignore") return Directive{kStatement, std::nullopt, colon};
    if (word == "pgfence-ignore-file") return Directive{kFile, std::nullopt, colon};
    if (word == "squawk-ignore") return Directive{kStatement, OtherTool::squawk, true, true, "squawk-ignore"};
    if (word == "squawk-ignore-file") return Directive{kFile, OtherTool::squawk, true, true, "squawk-ignore-file"};
    // As the npm tool of our name spelled it first: "pgfence: ignore drop-table".
    if ((word == "pgfence" || word == "eugene") && colon) {
        const std::string verb = take_word(text);
        take(text, ':');
        text = trim(text);
        if (verb == "ignore" && word == "eugene")
            return Directive{kStatement, OtherTool::eugene, true, true, "eugene: ignore"};
        if (verb == "ignore") return Directive{kStatement, std::nullopt, true};
    }
    if (word.starts_with("pgfence-") || (word == "pgfence" && colon)) return Directive{.understood = false};
    return std::nullopt;
}

// ---- rules, date, reason -------------------------------------------------------------------------------------------

/// Takes "drop-table, truncate". What follows without a comma is a rule only when one is called so.
std::vector<std::string> take_rules(std::string_view& text, bool rule_expected, const RuleNames& names) {
    std::vector<std::string> rules;
    for (bool expected = rule_expected;; expected = take(text, ',')) {
        text = trim(text);
        if (text.starts_with("--")) break;
        std::string_view behind = text;
        std::string word = take_word(behind);
        if (word.empty() || word == "until" || (!expected && names.ids(word).empty())) break;
        rules.push_back(std::move(word));
        text = behind;
    }
    return rules;
}

/// Squawk's names stand for ours wherever a rule is named. Without one, its word about a whole file is about all that
/// it looks for.
std::vector<std::string> in_our_words(const Directive& directive, std::vector<std::string> theirs) {
    if (theirs.empty()) return directive.scope == kFile ? our_rules(*directive.foreign) : theirs;
    if (directive.foreign == OtherTool::squawk) return theirs;
    std::vector<std::string> ours;
    for (const std::string& one : theirs)
        for (std::string& id : our_rules(*directive.foreign, one)) ours.push_back(std::move(id));
    return ours;
}

struct Deadline {
    std::string date;
    bool malformed = false;
    std::string rest;  ///< the text without it
};

/// "until 2026-12-31", "until=2026-12-31", anywhere in the text. "until the deploy" is prose.
Deadline deadline_in(std::string_view text) {
    const std::string lower = lower_case(text);
    constexpr std::string_view kUntil = "until";
    for (auto at = lower.find(kUntil); at != std::string::npos; at = lower.find(kUntil, at + 1)) {
        if (at > 0 && is_word(lower[at - 1])) continue;
        std::string_view behind = std::string_view(lower).substr(at + kUntil.size());
        if (behind.empty() || is_word(behind.front())) continue;
        const bool assigned = take(behind, '=') || take(behind, ':');
        behind = without_leading_space(behind);
        const std::string date = take_word(behind);
        if (!assigned && (date.empty() || !is_digit(date.front()))) continue;
        const std::string_view tail = text.substr(text.size() - behind.size());
        return {date, !parse_iso_date(date).has_value(), std::string(text.substr(0, at)) + std::string(tail)};
    }
    return {"", false, std::string(text)};
}

std::string reason_in(std::string_view text) {
    constexpr std::array<std::string_view, 6> kSeparators{"--", "\xE2\x80\x94", "\xE2\x80\x93", ":", ",", "-"};
    text = trim(text);
    for (const std::string_view separator : kSeparators) text = trim(without_prefix(text, separator));
    if (text.starts_with('(') && text.ends_with(')')) text = trim(text.substr(1, text.size() - 2));
    return one_line(text);
}

std::string problem_of(const IgnoreComment& comment, bool rule_expected, const Deadline& deadline) {
    if (deadline.malformed) return fmt::format("\"{}\" is no date such as 2026-12-31", deadline.date);
    if (!comment.rules.empty()) return {};
    if (rule_expected) return "no rule stands behind it";
    const auto prose = trim(deadline.rest);
    if (!prose.empty() && is_letter_or_digit(prose.front()))
        return "put a colon before rules, and parentheses around a reason";
    return "it names no rule: write each that it is for, as in pgfence-ignore: drop-table (why this is fine)";
}

}  // namespace

std::optional<IgnoreComment> parse_ignore_comment(std::string_view text, const RuleNames& names) {
    text = trim(text);
    while (text.starts_with('*')) text = trim(text.substr(1));
    const auto directive = take_directive(text);
    if (!directive) return std::nullopt;
    IgnoreComment comment;
    comment.scope = directive->scope;
    comment.foreign = directive->foreign.has_value();
    if (!directive->understood) {
        comment.problem = "it is neither pgfence-ignore nor pgfence-ignore-file";
        return comment;
    }
    comment.rules = take_rules(text, directive->rules_must_follow, names);
    comment.mark = directive->mark;
    if (directive->foreign) comment.rules = in_our_words(*directive, std::move(comment.rules));
    if (directive->foreign && comment.rules.empty()) return std::nullopt;
    const Deadline deadline = deadline_in(text);
    comment.until = deadline.malformed ? "" : deadline.date;
    comment.reason = reason_in(deadline.rest);
    comment.problem = problem_of(comment, directive->rules_must_follow, deadline);
    return comment;
}

FileSuppressions::FileSuppressions(const AnalyzedFile& file, std::string_view text, const RuleNames& names,
                                   InlineSuppressions allowed, std::string_view today,
                                   const std::set<std::string, std::less<>>& not_asked)
    : allowed_(allowed) {
    std::optional<Placement> places;  // few files have such a comment, and finding places reads the whole text
    for (const SqlComment& comment : file.comments) {
        auto parsed = parse_ignore_comment(comment.text, names);
        if (!parsed) continue;
        if (!places) places.emplace(file, text);
        const Placement& placement = *places;
        if (parsed->problem.empty() && allowed.require_reason && parsed->reason.empty())
            parsed->problem = "it gives no reason, which the config's require-reason asks for";
        Entry entry;
        entry.comment = std::move(*parsed);
        entry.where = comment.span;
        const bool whole_file = entry.comment.scope == kFile;
        const auto target = whole_file ? Placement::Target{} : placement.of(comment.span);
        entry.statement = target.statement ? target.statement : placement.nearest_statement(comment.span);
        // ISO dates are in the order of their days.
        entry.expired = !entry.comment.until.empty() && std::string_view(entry.comment.until) < today;
        for (const std::string& rule : entry.comment.rules) {
            const auto ids = names.ids(rule);
            const bool silent =
                std::any_of(ids.begin(), ids.end(), [&](const auto& id) { return not_asked.contains(id); });
            const bool nothing_to_find = target.unread && rule != kNotAnalyzed;
            entry.named.push_back(
                {rule, ids.empty() ? names.nearest_id(rule) : "", !ids.empty(), nothing_to_find || silent});
        }
        entries_.push_back(std::move(entry));
        if (whole_file)
            aim(entries_.size() - 1, file_, names);
        else if (target.statement)
            aim(entries_.size() - 1, statements_[*target.statement], names);
        else if (target.unread)
            aim(entries_.size() - 1, unread_[*target.unread], names);
    }
    for (const ToolMark& mark : file.marks) add(mark, file, names);
    if (!places) return;
    for (std::size_t i = 0; i < file.unread.size(); ++i)
        if (const auto statement = places->statement_around(file.unread[i].span.begin))
            statement_of_unread_[i] = *statement;
}

/// One entry for all the statements that a file has under the same word: what it may not do is told once.
void FileSuppressions::add(const ToolMark& mark, const AnalyzedFile& file, const RuleNames& names) {
    const auto same = [&](const Entry& entry) { return entry.marked && entry.comment.mark == mark.mark; };
    auto entry = std::find_if(entries_.begin(), entries_.end(), same);
    if (entry == entries_.end()) {
        Entry made;
        made.comment.foreign = true;
        made.comment.mark = mark.mark;
        made.comment.rules = rules_of_mark(mark.mark);
        if (allowed_.require_reason)
            made.comment.problem = "it gives no reason, which the config's require-reason asks for";
        made.where = mark.span;
        made.marked = true;
        for (const std::string& rule : made.comment.rules) made.named.push_back({rule, "", true});
        entry = entries_.insert(entries_.end(), std::move(made));
    }
    const auto index = static_cast<std::size_t>(entry - entries_.begin());
    for (std::size_t i = 0; i < file.statements.size(); ++i) {
        const SourceSpan at = file.statements[i].span;
        if (at.begin < mark.span.end && mark.span.begin < at.end) aim(index, statements_[i], names);
    }
}

void FileSuppressions::aim(std::size_t index, Target& target, const RuleNames& names) {
    const Entry& entry = entries_[index];
    if (!entry.comment.problem.empty() || entry.expired) return;
    for (std::size_t i = 0; i < entry.named.size(); ++i)
        for (std::string& id : names.ids(entry.named[i].name))
            // What is said to us is said with a reason where one is needed.
            if (const auto [match, added] = target.by_rule.try_emplace(std::move(id), Target::Match{index, i});
                !added && entries_[match->second.entry].comment.foreign && !entry.comment.foreign)
                match->second = {index, i};
}

/// Why the comment may not do what it says; empty when it may.
std::string FileSuppressions::refusal(const IgnoreComment& comment, std::string_view rule, Risk risk) const {
    using May = InlineSuppressions::May;
    if (allowed_.may == May::none)
        return "the team allows no suppression by comment: an [[ignore]] entry in the config of the base branch can";
    if (risk < kNeedsReason) return {};
    if (allowed_.may == May::below_high)
        return fmt::format(
            "the team allows none of {} risk by comment: an [[ignore]] entry in the config of the base "
            "branch can",
            name_of(risk));
    if (!comment.reason.empty()) return {};
    return fmt::format("a finding of {} risk needs a reason: pgfence-ignore: {} (why this is fine)", name_of(risk),
                       rule);
}

std::optional<Suppression> FileSuppressions::use(Target& target, std::string_view rule, Risk risk) {
    const auto match = target.by_rule.find(rule);
    if (match == target.by_rule.end()) return std::nullopt;
    Entry& entry = entries_[match->second.entry];
    Named& named = entry.named[match->second.named];
    named.used = true;
    named.refused = refusal(entry.comment, rule, risk);
    if (!named.refused.empty()) return std::nullopt;
    return Suppression{Suppression::By::comment, entry.where, entry.comment.reason, entry.comment.until,
                       entry.comment.mark};
}

std::optional<Suppression> FileSuppressions::use(std::map<std::size_t, Target>& targets, std::size_t index,
                                                 std::string_view rule, Risk risk) {
    const auto target = targets.find(index);
    return target == targets.end() ? std::nullopt : use(target->second, rule, risk);
}

std::optional<Suppression> FileSuppressions::find(std::size_t statement, std::string_view rule, Risk risk) {
    if (auto found = use(statements_, statement, rule, risk)) return found;
    return use(file_, rule, risk);
}

std::optional<Suppression> FileSuppressions::accepts_unread(std::size_t index) {
    if (auto found = use(unread_, index, kNotAnalyzed, kNeedsReason)) return found;
    if (const auto statement = statement_of_unread_.find(index); statement != statement_of_unread_.end())
        if (auto found = use(statements_, statement->second, kNotAnalyzed, kNeedsReason)) return found;
    return use(file_, kNotAnalyzed, kNeedsReason);
}

std::string FileSuppressions::refusal_of(const Entry& entry) {
    const auto refused =
        std::find_if(entry.named.begin(), entry.named.end(), [](const Named& named) { return !named.refused.empty(); });
    return refused == entry.named.end() ? "" : refused->refused;
}

std::vector<FileSuppressions::Complaint> FileSuppressions::complaints() const {
    std::vector<Complaint> all;
    for (const Entry& entry : entries_) {
        const auto complain = [&](std::string_view rule, std::string message) {
            all.push_back({rule, entry.where, entry.statement, std::move(message)});
        };
        if (!entry.comment.problem.empty()) {
            complain(kUnusedSuppression,
                     fmt::format("{} suppresses nothing: {}", entry.marked ? entry.comment.mark : "This comment",
                                 entry.comment.problem));
            continue;
        }
        if (entry.expired) {
            const std::string reason = entry.comment.reason.empty() ? "" : fmt::format(" ({})", entry.comment.reason);
            complain(kExpiredSuppression, fmt::format("This suppression ended on {}{}", entry.comment.until, reason));
            continue;
        }
        if (entry.marked) {
            std::vector<std::string> refused;
            for (const Named& named : entry.named)
                if (!named.refused.empty()) refused.push_back(named.name);
            if (!refused.empty())
                complain(kUnusedSuppression, fmt::format("{} does not accept {} here: {}", entry.comment.mark,
                                                         joined_up_to(kMostNamed, refused), refusal_of(entry)));
            continue;
        }
        std::vector<std::string> unknown, unused;
        for (const Named& named : entry.named)
            if (!named.refused.empty())
                complain(kUnusedSuppression, "This comment suppresses nothing: " + named.refused);
            else if (entry.comment.foreign)
                continue;  // what it means to the tool that it is for is not ours to judge
            else if (!named.known)
                unknown.push_back(named.nearest.empty()
                                      ? fmt::format("`{}`", named.name)
                                      : fmt::format("`{}` (did you mean `{}`?)", named.name, named.nearest));
            else if (!named.used)
                unused.push_back(named.name);
        if (!unknown.empty()) complain(kUnusedSuppression, "No rule is called " + joined_up_to(kMostNamed, unknown));
        if (!unused.empty())
            complain(kUnusedSuppression,
                     "This comment suppresses nothing: no finding here of " + joined_up_to(kMostNamed, unused));
    }
    return all;
}

}  // namespace pgfence::policy
