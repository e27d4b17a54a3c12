#include <cstdio>
#include <memory>

#include "analyze/pages/rule_page.h"
#include "cli/commands.h"
#include "policy/own_rules.h"

namespace pgfence::cli {

void add_explain(CLI::App& app, int& exit_code) {
    const auto id = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand("explain", "Print a rule's page: what it finds, why, and the way out");
    command->add_option("RULE", *id, "Id of the rule; without it every id is listed");
    command->callback([=, &exit_code] {
        if (id->empty()) {
            for (const NamedRule& named : all_rules())
                std::printf("%-42.*s %.*s\n", static_cast<int>(named.id.size()), named.id.data(),
                            static_cast<int>(named.rule->title.size()), named.rule->title.data());
            for (const RuleInfo& rule : policy::own_rules())
                std::printf("%-42s %s\n", rule.id.c_str(), rule.title.c_str());
            return;
        }
        for (const RuleInfo& rule : policy::own_rules()) {
            if (rule.id != *id) continue;
            std::fputs(rule_page(rule).c_str(), stdout);
            return;
        }
        for (const NamedRule& named : all_rules()) {
            if (named.id != *id) continue;
            std::fputs(rule_page(named).c_str(), stdout);
            return;
        }
        exit_code = fail({Error::Kind::usage, "no rule is called " + *id + ": `pgfence explain` lists them"});
    });
}

}  // namespace pgfence::cli
