#include "analyze/judging/asked_rules.h"

#include <algorithm>

namespace pgfence::analyze {

AskedRules::AskedRules(const Request& request, std::set<std::string, std::less<>>& not_asked) {
    static const OptionValues none;
    for (const NamedRule& named : all_rules()) {
        const Rule& rule = *named.rule;
        const bool applies = rule.since <= request.version && request.version <= rule.until;
        const bool on = default_severity(rule) != Severity::off || request.switched_on.contains(named.id);
        if (!applies || !on) {
            not_asked.emplace(named.id);
            continue;
        }
        const auto chosen = request.options.find(named.id);
        all_.push_back({&named, merged(rule.options, chosen == request.options.end() ? none : chosen->second)});
    }
    for (const Asked& asked : all_) {
        const Rule& rule = *asked.named->rule;
        for (std::size_t kind = 0; kind < std::variant_size_v<Action>; ++kind)
            if (rule.about.has(kind)) (rule.backstop ? backstops_ : about_)[kind].push_back(&asked);
    }
}

bool AskedRules::others_are_silent(Step step) const {
    return std::all_of(all_.begin(), all_.end(), [&](const Asked& asked) {
        step.options = &asked.options;
        return asked.named->rule->about.has(step.action) || asked.named->rule->check(step).empty();
    });
}

}  // namespace pgfence::analyze
