#pragma once
// How loud a rule is: its own default, unless the team chose for all rules, for its category, for the rule, or for the
// rule in these files and on these tables.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.h"
#include "policy/config.h"

namespace pgfence::policy {

/// What is not much of a risk is called no error, unless the team does.
Severity no_louder_than(Risk risk, Severity severity);

class Severities {
public:
    /// `rules` are those of analyze/; the ones of policy/ itself are known as well. Both outlive this.
    Severities(const Config& config, const std::vector<RuleInfo>& rules);

    /// Whom a finding is about decides when nobody chose for its rule or category: a notice about nothing but tables
    /// that the change itself makes is advice that nobody asked for.
    enum class About : std::uint8_t { tables_in_use, new_tables_only };
    /// For findings in the file at that path.
    Severity of(const Finding& finding, std::string_view path, About about = About::tables_in_use) const;
    /// The team chose for its rule or category, here or everywhere.
    bool is_chosen(const Finding& finding, std::string_view path) const;
    /// Of a rule wherever it is, [[override]] aside.
    Severity in_general(std::string_view rule, Category category) const;
    RuleSubject subject_of(std::string_view rule) const;
    /// Those that are off by default and that some setting may let speak: the others need not be asked.
    std::set<std::string, std::less<>> switched_on() const;

private:
    std::optional<Severity> choice_of_override(const Finding& finding, std::string_view path) const;

    const Config& config_;
    std::map<std::string_view, const RuleInfo*> rules_;
};

}  // namespace pgfence::policy
