#include "analyze/rule_list.h"

#include <algorithm>
#include <string_view>

#include "analyze/kit/rule.h"

namespace pgfence::analyze {
namespace {

RuleInfo info_of(const NamedRule& named) {
    return {std::string(named.id),         std::string(named.rule->title),
            std::string(named.rule->why),  named.rule->category,
            default_severity(*named.rule), named.rule->options,
            named.rule->once_per_change,   named.rule->subject};
}

}  // namespace

const std::vector<RuleInfo>& rules() {
    static const std::vector<RuleInfo> infos = [] {
        std::vector<RuleInfo> all;
        for (const NamedRule& named : all_rules()) all.push_back(info_of(named));
        return all;
    }();
    return infos;
}

std::vector<std::pair<std::string, std::string>> aliases() {
    std::vector<std::pair<std::string, std::string>> all;
    for (const NamedRule& named : all_rules()) {
        std::string_view rest = named.rule->aliases;
        while (!rest.empty()) {
            const auto end = std::min(rest.find(' '), rest.size());
            if (end > 0) all.emplace_back(rest.substr(0, end), named.id);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    return all;
}

}  // namespace pgfence::analyze
