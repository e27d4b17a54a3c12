#pragma once
// What a team may set of a rule beside its severity: declared by the rule, checked by policy/, handed to the rule.

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace pgfence {

using OptionValue = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;

struct RuleOption {
    std::string name;      ///< "max-columns"
    OptionValue fallback;  ///< what it is when nobody says; its alternative is the option's kind
    std::string what;      ///< one line for the rule's page, no full stop
};

/// By name.
using OptionValues = std::map<std::string, OptionValue, std::less<>>;
/// By rule.
using RuleOptions = std::map<std::string, OptionValues, std::less<>>;

/// "true or false", "a number of at least 0", "a string", "an array of strings".
std::string kind_in_words(const OptionValue& value);
/// As a config file writes it.
std::string in_toml(const OptionValue& value);
/// What a rule runs with: every option that it declares, as chosen or else its fallback.
OptionValues merged(const std::vector<RuleOption>& declared, const OptionValues& chosen);

}  // namespace pgfence
