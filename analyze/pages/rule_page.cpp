#include "analyze/pages/rule_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analyze/analyze.h"
#include "core/text.h"

namespace pgfence {
namespace {

constexpr int kOldest = 11, kNewest = 18;
constexpr std::string_view kMigration = "-- migration:\n";

std::string versions(const Rule& rule) {
    if (rule.since <= kOldest && rule.until >= kNewest) return "all";
    if (rule.until >= kNewest) return fmt::format("{} and later", rule.since);
    if (rule.since <= kOldest) return fmt::format("{} and earlier", rule.until);
    return fmt::format("{} to {}", rule.since, rule.until);
}

/// What the index says of a rule that does not follow its category.
std::string quieter(const Rule& rule) {
    return rule.severity ? fmt::format(" ({} by default)", name_of(*rule.severity)) : "";
}

std::string examples(std::string_view heading, const std::vector<std::string_view>& all) {
    std::string text = fmt::format("\n## {}\n", heading);
    for (const std::string_view sql : all) text += fmt::format("\n```sql\n{}\n```\n", trim(sql, "\n "));
    return text;
}

/// What stands above the line "-- migration:" is there before the change.
analyze::Request as_request(const NamedRule& named, std::string_view example) {
    analyze::Request request;
    request.version = std::min(named.rule->until, kNewest);
    request.switched_on.emplace(named.id);
    request.options.emplace(named.id, named.rule->example_options);
    if (const auto line = example.find(kMigration); line != std::string_view::npos) {
        request.schema.emplace_back(example.substr(0, line));
        example.remove_prefix(line + kMigration.size());
    }
    Script script;
    script.sql = example;
    request.changed.push_back(std::move(script));
    return request;
}

std::string in_sql(const RecipeStep& step, std::size_t number) {
    std::string text = fmt::format("-- step {}", number);
    if (step.outside_transaction) text += ", outside a transaction";
    if (!step.wait_for.empty()) text += ", after " + step.wait_for;
    if (!step.note.empty()) text += ": " + step.note;
    return text + '\n' + step.sql + (step.sql.empty() ? "\n" : "\n\n");
}

std::string in_sql(const Recipe& recipe) {
    std::string text;
    for (std::size_t i = 0; i < recipe.steps.size(); ++i) text += in_sql(recipe.steps[i], i + 1);
    return recipe.note.empty() ? text : text + "-- " + recipe.note + '\n';
}

/// Of the first example that has one.
std::string way_out(const NamedRule& named) {
    const auto& examples = named.rule->bad;
    for (std::size_t i = 0; i < examples.size(); ++i) {
        const analyze::Request request = as_request(named, examples[i]);
        for (const Finding& finding : analyze::analyze(request).findings)
            if (finding.rule == named.id && finding.recipe)
                return fmt::format("\n## The way out\n\nOf example {} above, on PostgreSQL {}:\n\n```sql\n{}\n```\n",
                                   i + 1, request.version, trim(in_sql(*finding.recipe), "\n "));
    }
    return "";
}

std::string table_of(const std::vector<RuleOption>& options, std::string_view id) {
    if (options.empty()) return "";
    std::string text = fmt::format("\n## Options\n\nIn `[rules.{}]` of the config:\n\n", id);
    text += "| option | without it | what it says |\n|---|---|---|\n";
    for (const RuleOption& option : options)
        text += fmt::format("| `{}` | `{}` | {} |\n", option.name, in_toml(option.fallback), option.what);
    return text;
}

std::string config_of(const OptionValues& options, std::string_view id) {
    if (options.empty()) return "";
    std::string text = fmt::format("\nThe examples are read with\n\n```toml\n[rules.{}]\n", id);
    for (const auto& [name, value] : options) text += fmt::format("{} = {}\n", name, in_toml(value));
    return text + "```\n";
}

std::string in_code(std::string_view words) {
    std::string text;
    while (!words.empty()) {
        const auto end = std::min(words.find(' '), words.size());
        text += fmt::format("{}`{}`", text.empty() ? "" : ", ", words.substr(0, end));
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return text;
}

}  // namespace

std::string rule_page(const NamedRule& named) {
    const Rule& rule = *named.rule;
    std::string page = fmt::format("# {}\n\n{}.\n\n", named.id, rule.title);
    page += fmt::format("| category | default severity | PostgreSQL |\n|---|---|---|\n| {} | {} | {} |\n\n",
                        name_of(rule.category), name_of(default_severity(rule)), versions(rule));
    page += fmt::format("{}\n", trim(rule.why, "\n "));
    page += table_of(rule.options, named.id);
    page += config_of(rule.example_options, named.id);
    page += examples("Reported", rule.bad);
    page += examples("Not reported", rule.good);
    if (page.find(kMigration) != std::string::npos)
        page +=
            "\nWhat stands above `-- migration:` is there before the change; an example without it may be about the "
            "same.\n";
    page += way_out(named);
    page += fmt::format("\n## Silencing it\n\n```sql\n-- pgfence-ignore: {} (why this is fine here)\n```\n", named.id);
    if (!rule.aliases.empty())
        page += fmt::format("\nOther tools' names for it work too: {}.\n", in_code(rule.aliases));
    return page;
}

std::string rule_page(const RuleInfo& rule) {
    return fmt::format("# {}\n\n{}.\n\n| category | default severity |\n|---|---|\n| {} | {} |\n\n{}\n", rule.id,
                       rule.title, name_of(rule.category), name_of(rule.default_severity), rule.why) +
           table_of(rule.options, rule.id);
}

std::string rule_index(const std::vector<RuleInfo>& others) {
    constexpr std::array kInOrder{Category::rewrite,     Category::scan,        Category::lock,
                                  Category::correctness, Category::destructive, Category::compatibility,
                                  Category::type_choice, Category::robustness,  Category::policy};
    std::string index = "# Rules\n";
    for (const Category category : kInOrder) {
        std::string rows;
        for (const NamedRule& named : all_rules())
            if (named.rule->category == category)
                rows += fmt::format("| [{}]({}.md) | {}{} | {} |\n", named.id, named.id, named.rule->title,
                                    quieter(*named.rule), versions(*named.rule));
        for (const RuleInfo& rule : others)
            if (rule.category == category)
                rows += fmt::format("| [{}]({}.md) | {} | all |\n", rule.id, rule.id, rule.title);
        if (rows.empty()) continue;
        index += fmt::format(
            "\n## {}\n\nDefault severity: {}.\n\n| rule | what it reports | PostgreSQL |\n|---|---|---|\n{}",
            name_of(category), name_of(default_severity(category)), rows);
    }
    return index;
}

}  // namespace pgfence
