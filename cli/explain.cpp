#include <cstdio>
#include <memory>

#include "annotate/annotate.h"
#include "cli/commands.h"
#include "pipeline/rule_examples.h"

namespace pgfence::cli {

void add_explain(CLI::App& app, int& exit_code) {
    const auto id = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand("explain", "Print a rule's page: what it finds, why, with examples");
    command->add_option("RULE", *id, "Id of the rule; without it every id is listed");
    command->callback([=, &exit_code] {
        if (id->empty()) {
            for (const NamedRule& named : all_rules())
                std::printf("%-42.*s %.*s\n", static_cast<int>(named.id.size()), named.id.data(),
                            static_cast<int>(named.rule->title.size()), named.rule->title.data());
            for (const policy::OwnRule* rule : policy::own_rule_files())
                std::printf("%-42s %s\n", rule->info.id.c_str(), rule->info.title.c_str());
            return;
        }
        for (const policy::OwnRule* rule : policy::own_rule_files()) {
            if (rule->info.id != *id) continue;
            std::fputs(pipeline::page_of(*rule, annotate::findings_of).c_str(), stdout);
            return;
        }
        for (const NamedRule& named : all_rules()) {
            if (named.id != *id) continue;
            std::fputs(pipeline::page_of(named, annotate::findings_of).c_str(), stdout);
            return;
        }
        exit_code = fail({Error::Kind::usage, "no rule is called " + *id + ": `pgfence explain` lists them"});
    });
}

}  // namespace pgfence::cli
