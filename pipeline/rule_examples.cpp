#include "pipeline/rule_examples.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "analyze/pages/rule_page.h"
#include "core/server_version.h"
#include "extract/extract.h"
#include "pipeline/review.h"
#include "pipeline/settings.h"
#include "stats/table_sizes.h"

namespace pgfence::pipeline {
namespace {

constexpr std::string_view kMigration = "-- migration:\n";

/// Suppressions of the examples end before it, or long after.
Prepared prepared() {
    Prepared change;
    change.today = "2026-06-15";
    change.base = std::string(40, 'b');
    change.search_code = [](const auto& words, const auto&) { return diff::search({{"app.py", ""}}, words); };
    return change;
}

/// So that it speaks: of new tables, a notice does when the team chose it.
void switch_on(const std::string& id, Severity by_default, policy::Config& config) {
    if (by_default == Severity::off) config.severities.rules.try_emplace(id, Severity::warning);
    if (by_default == Severity::notice) config.severities.rules.try_emplace(id, Severity::notice);
    config.rule_set = policy::RuleSet::all;
}

Report reviewed(Prepared change) {
    change.hints = hints(change.config);
    return review(std::move(change));
}

/// What stands above the line "-- migration:" is there before the change.
Report review_bad_example(const NamedRule& named, std::string_view example) {
    Prepared change = prepared();
    change.config.format = extract::plain_sql();
    change.config.transaction = TransactionMode::per_statement;
    change.config.pg_version = std::min(named.rule->until, kNewestServer);
    if (!named.rule->example_options.empty()) change.config.options.emplace(named.id, named.rule->example_options);
    switch_on(std::string(named.id), default_severity(*named.rule), change.config);
    if (const auto line = example.find(kMigration); line != std::string_view::npos) {
        change.schema.push_back({"schema.sql", std::string(example.substr(0, line))});
        example.remove_prefix(line + kMigration.size());
    }
    example.remove_prefix(std::min(example.find_first_not_of('\n'), example.size()));
    change.files = as_migrations({{"migration.sql", std::string(example)}});
    return reviewed(std::move(change));
}

MigrationFile as_migration(const policy::ExampleFile& shown, std::size_t number) {
    using Change = MigrationFile::Change;
    MigrationFile file;
    file.id = static_cast<FileId>(number);
    file.path = shown.path;
    file.text = shown.text;
    file.change = shown.change;
    if (shown.change == Change::none) file.role = MigrationFile::Role::history;
    if (shown.change == Change::modified) file.changed_lines = {{1, LineIndex(shown.text).lines()}};
    if (shown.change == Change::renamed) file.old_path = shown.other;
    if (shown.change == Change::added) file.overtaken_by = shown.other;
    return file;
}

std::string what_git_says_of(const policy::ExampleFile& file) {
    using Change = MigrationFile::Change;
    switch (file.change) {
        case Change::none: return "";
        case Change::added:
            return file.other.empty() ? " (new)" : fmt::format(" (new, and {} ran already)", file.other);
        case Change::modified: return " (edited)";
        case Change::renamed: return fmt::format(" (was {})", file.other);
        case Change::deleted: return " (deleted)";
    }
    return "";
}

std::string in_markdown(const policy::ChangeExample& example) {
    std::string text;
    for (const policy::ExampleFile& file : example.files)
        text += fmt::format("{}`{}`{}:\n\n```{}\n{}```\n", text.empty() ? "" : "\n", file.path, what_git_says_of(file),
                            file.path.substr(file.path.rfind('.') + 1), file.text);
    return text;
}

}  // namespace

std::vector<Report> review_bad_examples(const NamedRule& named) {
    std::vector<Report> reports;
    for (const std::string_view example : named.rule->bad) reports.push_back(review_bad_example(named, example));
    return reports;
}

Report review_example(const policy::OwnRule& rule, const policy::ChangeExample& example) {
    Prepared change = prepared();
    std::map<std::string, std::string> code;
    for (const policy::ExampleFile& file : example.files) {
        if (file.path == policy::kExampleConfig)
            change.config = parsed_config(std::string(file.text), std::string(file.path)).value();
        else if (file.path == policy::kExampleSizes)
            change.sizes = stats::read_snapshot(file.text, file.path).value();
        else if (file.path.ends_with(".sql") || file.path.find("/migrations/") != file.path.npos)
            change.files.push_back(as_migration(file, change.files.size()));
        else
            code.emplace(file.path, file.text);
    }
    change.config.pg_version = kNewestServer;
    switch_on(rule.info.id, rule.info.default_severity, change.config);
    change.search_code = [&](const auto& words, const auto&) { return diff::search(code, words); };
    return reviewed(std::move(change));
}

std::string page_of(const NamedRule& named, FindingsText print) {
    std::vector<std::string> findings;
    for (const Report& report : review_bad_examples(named)) findings.push_back(print(report, named.id));
    return rule_page(named, findings);
}

std::string page_of(const policy::OwnRule& rule, FindingsText print) {
    std::vector<PageExample> bad, good;
    for (const policy::ChangeExample& example : rule.bad)
        bad.push_back({in_markdown(example), print(review_example(rule, example), rule.info.id)});
    for (const policy::ChangeExample& example : rule.good) good.push_back({in_markdown(example), ""});
    return rule_page(rule.info, bad, good);
}

}  // namespace pgfence::pipeline
