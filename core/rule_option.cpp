#include "core/rule_option.h"

#include "core/text.h"

namespace pgfence {
namespace {

struct InWords {
    std::string operator()(bool) const { return "true or false"; }
    std::string operator()(std::int64_t) const { return "a number of at least 0"; }
    std::string operator()(const std::string&) const { return "a string"; }
    std::string operator()(const std::vector<std::string>&) const { return "an array of strings"; }
};

struct InToml {
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(const std::string& value) const { return in_escaped_quotes(value); }
    std::string operator()(const std::vector<std::string>& values) const {
        std::string array = "[";
        for (const std::string& value : values) array += (array.size() > 1 ? ", " : "") + in_escaped_quotes(value);
        return array + "]";
    }
};

}  // namespace

std::string kind_in_words(const OptionValue& value) { return std::visit(InWords{}, value); }

std::string in_toml(const OptionValue& value) { return std::visit(InToml{}, value); }

OptionValues merged(const std::vector<RuleOption>& declared, const OptionValues& chosen) {
    OptionValues all;
    for (const RuleOption& option : declared) {
        const auto found = chosen.find(option.name);
        all[option.name] = found == chosen.end() ? option.fallback : found->second;
    }
    return all;
}

}  // namespace pgfence
