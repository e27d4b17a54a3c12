#include "analyze/rule_page.h"

#include <algorithm>
#include <array>

namespace pgfence {
namespace {

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of("\n ");
    const auto end = text.find_last_not_of("\n ");
    return begin == std::string_view::npos ? std::string_view() : text.substr(begin, end + 1 - begin);
}

std::string versions(const Rule& rule) {
    constexpr int kOldest = 11, kNewest = 18;
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
    for (const std::string_view sql : all) text += fmt::format("\n```sql\n{}\n```\n", trimmed(sql));
    return text;
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
    page += fmt::format("{}\n", trimmed(rule.why));
    page += examples("Reported", rule.bad);
    page += examples("Not reported", rule.good);
    if (page.find("-- migration:") != std::string::npos)
        page += "\nWhat stands above `-- migration:` is there before the change.\n";
    page += fmt::format("\n## Silencing it\n\n```sql\n-- pgfence-ignore: {} (why this is fine here)\n```\n", named.id);
    if (!rule.aliases.empty())
        page += fmt::format("\nOther tools' names for it work too: {}.\n", in_code(rule.aliases));
    return page;
}

std::string rule_page(const RuleInfo& rule) {
    return fmt::format("# {}\n\n{}.\n\n| category | default severity |\n|---|---|\n| {} | {} |\n\n{}\n", rule.id,
                       rule.title, name_of(rule.category), name_of(rule.default_severity), rule.why);
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
