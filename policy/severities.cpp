#include "policy/severities.h"

#include <algorithm>

#include "core/glob.h"
#include "core/table_pattern.h"

namespace pgfence::policy {
namespace {

/// What somebody means who sets a rule's options and says nothing of its severity.
constexpr Severity kSetUp = Severity::warning;

bool covers_file(const Override& entry, std::string_view path) {
    return entry.files.empty() || std::any_of(entry.files.begin(), entry.files.end(),
                                              [&](const std::string& pattern) { return Glob(pattern).matches(path); });
}

/// Every table that the finding is about: one that concerns another table too is not silenced by accident.
bool covers_tables(const Override& entry, const std::vector<std::string>& relations) {
    if (entry.tables.empty()) return true;
    return !relations.empty() && std::all_of(relations.begin(), relations.end(), [&](const std::string& relation) {
        return matches_any(entry.tables, relation);
    });
}

template <class Key, class Wanted>
std::optional<Severity> chosen(const std::map<Key, Severity>& all, const Wanted& wanted) {
    const auto found = all.find(wanted);
    return found == all.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Severity> chosen(const SeverityChoices& choices, const std::string& rule, Category category) {
    const auto own = chosen(choices.rules, rule);
    return own ? own : chosen(choices.categories, category);
}

}  // namespace

Severity no_louder_than(Risk risk, Severity severity) {
    if (risk == Risk::safe) return std::min(severity, Severity::notice);
    return risk == Risk::low ? std::min(severity, Severity::warning) : severity;
}

Severities::Severities(const Config& config, const std::vector<RuleInfo>& rules) : config_(config) {
    for (const RuleInfo& rule : own_rules()) rules_[rule.id] = &rule;
    for (const RuleInfo& rule : rules) rules_[rule.id] = &rule;
}

Severity Severities::in_general(std::string_view rule, Category category) const {
    const std::string id(rule);
    if (const auto own = chosen(config_.severities, id, category)) return *own;
    const auto known = rules_.find(rule);
    const Severity severity = known == rules_.end() ? Severity::error : known->second->default_severity;
    if (severity != Severity::off) return severity;
    if (config_.options.contains(rule)) return kSetUp;
    return config_.rule_set == RuleSet::all ? Severity::notice : Severity::off;
}

RuleSubject Severities::subject_of(std::string_view rule) const {
    const auto known = rules_.find(rule);
    return known == rules_.end() ? RuleSubject::statement : known->second->subject;
}

bool Severities::is_chosen(const Finding& finding, std::string_view path) const {
    return config_.options.contains(finding.rule) || chosen(config_.severities, finding.rule, finding.category) ||
           choice_of_override(finding, path);
}

std::optional<Severity> Severities::choice_of_override(const Finding& finding, std::string_view path) const {
    std::optional<Severity> last;
    for (const Override& entry : config_.overrides) {
        const auto choice = chosen(entry.severities, finding.rule, finding.category);
        if (choice && covers_file(entry, path) && covers_tables(entry, finding.relations)) last = choice;
    }
    return last;
}

Severity Severities::of(const Finding& finding, std::string_view path, About about) const {
    if (config_.lock_timeout_set_elsewhere && subject_of(finding.rule) == RuleSubject::no_lock_timeout)
        return Severity::off;
    const auto choice = choice_of_override(finding, path);
    const Severity severity = choice ? *choice : in_general(finding.rule, finding.category);
    const bool unasked =
        about == About::new_tables_only && config_.rule_set != RuleSet::all && !is_chosen(finding, path);
    return unasked && severity == Severity::notice ? Severity::off : severity;
}

std::set<std::string, std::less<>> Severities::switched_on() const {
    std::set<std::string, std::less<>> on;
    for (const auto& [id, known] : rules_) {
        const RuleInfo* rule = known;
        if (rule->default_severity != Severity::off) continue;
        const bool somewhere =
            std::any_of(config_.overrides.begin(), config_.overrides.end(), [&](const Override& entry) {
                return chosen(entry.severities, rule->id, rule->category).value_or(Severity::off) != Severity::off;
            });
        if (somewhere || in_general(id, rule->category) != Severity::off) on.emplace(id);
    }
    return on;
}

}  // namespace pgfence::policy
