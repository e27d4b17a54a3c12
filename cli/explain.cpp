#include <cstdio>
#include <memory>

#include "annotate/annotate.h"
#include "cli/commands.h"
#include "pipeline/rule_examples.h"

namespace pgfence::cli {
namespace {

void list_rules() {
    for (const NamedRule& named : all_rules())
        std::printf("%-42.*s %.*s\n", static_cast<int>(named.id.size()), named.id.data(),
                    static_cast<int>(named.rule->title.size()), named.rule->title.data());
    for (const policy::OwnRule* rule : policy::own_rule_files())
        std::printf("%-42s %s\n", rule->info.id.c_str(), rule->info.title.c_str());
}

Result<std::string> page_of(const std::string& id) {
    for (const policy::OwnRule* rule : policy::own_rule_files())
        if (rule->info.id == id) return pipeline::page_of(*rule, annotate::findings_of);
    for (const NamedRule& named : all_rules())
        if (named.id == id) return pipeline::page_of(named, annotate::findings_of);
    return usage_error("no rule is called " + id + ": `pgfence explain` lists them");
}

}  // namespace

Command explain_command() {
    const auto id = std::make_shared<std::string>();
    Command command{"explain", "Print a rule's page: what it finds, why, with examples"};
    command.add("RULE", id.get(), "Id of the rule; without it every id is listed");
    command.run = [=] {
        if (id->empty()) {
            list_rules();
            return 0;
        }
        const auto page = page_of(*id);
        if (!page) return fail(page.error());
        std::fputs(page->c_str(), stdout);
        return 0;
    };
    return command;
}

}  // namespace pgfence::cli
