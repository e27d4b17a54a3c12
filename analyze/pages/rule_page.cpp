#include "analyze/pages/rule_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/text.h"

namespace pgfence {
namespace {

constexpr int kOldest = kOldestServer, kNewest = kNewestServer;
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

std::string in_markdown(const PageExample& example) {
    if (example.findings.empty()) return '\n' + example.shown;
    return fmt::format("\n{}\n```text\n{}\n```\n", example.shown, trim(example.findings, "\n "));
}

std::string examples(std::string_view heading, const std::vector<PageExample>& all) {
    std::string text = fmt::format("\n## {}\n", heading);
    for (const PageExample& example : all) text += in_markdown(example);
    return text;
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

std::string names_in_code(std::string_view words) {
    std::string text;
    while (!words.empty()) {
        const auto end = std::min(words.find(' '), words.size());
        text += fmt::format("{}`{}`", text.empty() ? "" : ", ", words.substr(0, end));
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return text;
}

std::string suppressing(std::string_view id) {
    return fmt::format("\n## Suppressing it\n\n```sql\n-- pgfence-ignore: {} (why this is fine here)\n```\n", id);
}

}  // namespace

std::string sql_block(std::string_view sql) { return fmt::format("```sql\n{}\n```\n", trim(sql, "\n ")); }

std::string rule_page(const NamedRule& named, const std::vector<std::string>& findings) {
    const Rule& rule = *named.rule;
    std::string page = fmt::format("# {}\n\n{}.\n\n", named.id, rule.title);
    page += fmt::format("| category | default severity | PostgreSQL |\n|---|---|---|\n| {} | {} | {} |\n\n",
                        name_of(rule.category), name_of(default_severity(rule)), versions(rule));
    page += fmt::format("{}\n", trim(rule.why, "\n "));
    page += table_of(rule.options, named.id);
    page += config_of(rule.example_options, named.id);
    std::vector<PageExample> bad, good;
    for (std::size_t i = 0; i < rule.bad.size(); ++i) bad.push_back({sql_block(rule.bad[i]), findings.at(i)});
    for (const std::string_view sql : rule.good) good.push_back({sql_block(sql), ""});
    page += examples("Reported", bad);
    page += examples("Not reported", good);
    if (page.find(kMigration) != std::string::npos)
        page +=
            "\nWhat is above `-- migration:` exists before the change. An example without that line may use the same "
            "tables.\n";
    page += suppressing(named.id);
    if (!rule.aliases.empty())
        page += fmt::format("\nOther tools' names for it work too: {}.\n", names_in_code(rule.aliases));
    return page;
}

std::string rule_page(const RuleInfo& rule, const std::vector<PageExample>& bad, const std::vector<PageExample>& good) {
    return fmt::format("# {}\n\n{}.\n\n| category | default severity |\n|---|---|\n| {} | {} |\n\n{}\n", rule.id,
                       rule.title, name_of(rule.category), name_of(rule.default_severity), rule.why) +
           table_of(rule.options, rule.id) + examples("Changes that it reports", bad) +
           examples("Changes that it does not report", good);
}

std::string rule_index(const std::vector<RuleInfo>& others) {
    constexpr std::array kInOrder{Category::rewrite,     Category::scan,        Category::lock,
                                  Category::correctness, Category::destructive, Category::compatibility,
                                  Category::type_choice, Category::robustness,  Category::policy};
    std::string index =
        "# Rules\n\nWhich lock each statement takes, what that blocks and what it reads or writes anew: "
        "[locks.md](../locks.md).\n";
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
