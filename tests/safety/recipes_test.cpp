// A recipe is judged as everything else is: what it advises, its steps in order and each in its own migration, is no
// change that another rule fails, or finds as bad as what it is to replace.

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analyze/analyze.h"
#include "analyze/kit/rule.h"
#include "policy/decide.h"

using namespace pgfence;

namespace {

constexpr std::string_view kMigration = "-- migration:\n";

struct Example {
    const NamedRule& named;
    int version;
    std::string schema, migration;
};

Example example_of(const NamedRule& named, std::string_view text, int version) {
    const auto line = text.find(kMigration);
    if (line == std::string_view::npos) return {named, version, "", std::string(text)};
    return {named, version, std::string(text.substr(0, line)), std::string(text.substr(line + kMigration.size()))};
}

/// A file of the change. `step`: bytes of it that are the recipe's.
struct File {
    std::string sql;
    TransactionMode transaction = TransactionMode::per_statement;
    std::uint32_t begin = 0, end = 0;
    bool waits = false;   ///< for a deploy
    bool partly = false;  ///< the statement's other clauses as they were written: they have recipes of their own
};

/// Those before `first` ran with an earlier change.
Report judged(const Example& example, const std::vector<File>& files, std::size_t first = 0) {
    analyze::Request request;
    request.version = example.version;
    if (!example.schema.empty()) request.schema.push_back(example.schema);
    request.switched_on.emplace(example.named.id);
    request.options.emplace(example.named.id, example.named.rule->example_options);
    policy::Config config;
    config.lock_timeout_set_elsewhere = true;
    if (example.named.rule->severity == Severity::off)
        config.severities.rules.emplace(example.named.id, Severity::warning);
    std::vector<MigrationFile> committed;
    for (const File& file : files) {
        Script script;
        script.file = static_cast<FileId>(committed.size());
        script.sql = file.sql;
        script.transaction = file.transaction;
        MigrationFile as_file;
        as_file.id = script.file;
        as_file.path = fmt::format("{}.sql", script.file);
        as_file.text = file.sql;
        const bool earlier = committed.size() < first;
        if (earlier) as_file.role = MigrationFile::Role::history;
        committed.push_back(std::move(as_file));
        (earlier ? request.history : request.changed).push_back(std::move(script));
    }
    const Sizes sizes;
    const policy::RuleAliases aliases;
    return policy::decide({.analysis = analyze::analyze(std::move(request)),
                           .files = std::move(committed),
                           .sizes = sizes,
                           .config = config,
                           .aliases = aliases,
                           .today = "2026-01-01",
                           .tool_version = "test",
                           .postgres_version = example.version,
                           .base = "",
                           .head = "",
                           .notes = {}});
}

bool is_partly(const RecipeStep& step) { return step.note.starts_with("the statement's other changes; those that"); }

/// The example with the recipe in the statement's place.
std::vector<File> applied(const Example& example, const SourceSpan& statement, const Recipe& recipe) {
    const std::string& sql = example.migration;
    std::string before = sql.substr(0, statement.begin), after = sql.substr(statement.end);
    const auto semicolon = after.find_first_not_of(" \n");
    if (semicolon != std::string::npos && after[semicolon] == ';') after.erase(0, semicolon + 1);
    const std::string itself = sql.substr(statement.begin, statement.end - statement.begin) + ";\n";
    std::vector<File> files;
    std::size_t next = 0;
    if (recipe.steps.front().place != StepPlace::elsewhere) {
        const RecipeStep& first = recipe.steps[next++];
        const std::string ours = first.sql + "\n" + (first.place == StepPlace::precedes ? itself : "");
        files.push_back({before + ours + after, TransactionMode::per_statement,
                         static_cast<std::uint32_t>(before.size()),
                         static_cast<std::uint32_t>(before.size() + ours.size()), false, is_partly(first)});
        before = after = "";
    }
    if (before.find_first_not_of(" \n") != std::string::npos) files.push_back({before});
    bool waits = false;
    for (; next < recipe.steps.size(); ++next) {
        const RecipeStep& step = recipe.steps[next];
        waits = waits || !step.wait_for.empty();
        if (step.sql.empty()) continue;
        files.push_back({step.sql,
                         step.outside_transaction ? TransactionMode::per_statement : TransactionMode::per_file, 0,
                         static_cast<std::uint32_t>(step.sql.size()), waits, is_partly(step)});
    }
    if (after.find_first_not_of(" \n") != std::string::npos) files.push_back({after});
    return files;
}

/// Dropping stays dropping: there the deploy in front of it is the fix.
bool is_about_what_goes(const Finding& finding) {
    return finding.category == Category::destructive || finding.category == Category::compatibility;
}

/// What other findings are about has recipes of its own.
bool said_before(const Report& original, const Graded& replaced, const Graded& again) {
    if (again.finding.rule == replaced.finding.rule) return false;
    for (const StatementReport& statement : original.files.at(0).statements)
        for (const Graded& graded : statement.findings)
            if (graded.finding.rule == again.finding.rule && graded.risk >= again.risk &&
                graded.finding.message == again.finding.message)
                return true;
    return false;
}

}  // namespace

namespace {

/// A change for each deploy that a step waits for: what ran before it is history then.
std::vector<std::pair<std::size_t, Report>> judged_in_turn(const Example& example, const std::vector<File>& files) {
    std::vector<std::pair<std::size_t, Report>> reports;
    for (std::size_t begin = 0, end = 0; begin < files.size(); begin = end) {
        while (end < files.size() && files[end].waits == files[begin].waits) ++end;
        const std::vector<File> so_far(files.begin(), files.begin() + static_cast<std::ptrdiff_t>(end));
        reports.emplace_back(begin, judged(example, so_far, begin));
    }
    return reports;
}

/// Why a recipe may advise what a rule speaks of.
struct Exception {
    std::string_view recipe_of, rule, why;
};
constexpr Exception kExceptions[] = {
    {"foreign-key-missing-index", "concurrent-index-corruption-bug",
     "14.4 has it mended, and blocking writes is no fix"},
    {"rename-column", "concurrent-index-corruption-bug", "14.4 has it mended, and blocking writes is no fix"},
    {"add-primary-key-without-index", "primary-key-using-index-nullable",
     "a CHECK added to a table that no migration made is not remembered as the proof that it is"},
    {"drop-not-null-column-before-drop", "drop-not-null",
     "the nulls come into a column that nobody is to read any more"},
    {"delete-without-where", "delete-unbounded",
     "the batches delete the same rows as the one statement, which is told"},
    {"add-check-not-valid-missing", "ordering-conflict", "the example itself drops the constraint again"},
    {"add-column-not-null-drop-default", "ordering-conflict",
     "of the example's one body the recipe takes a statement out, and another needs it"},
    {"create-matview-with-data", "refresh-matview-not-concurrent",
     "IF NOT EXISTS may have found an old view, which is then filled anew"},
    {"update-without-where", "overwrite-values",
     "the batches replace the same values as the one statement, which is told"},
};

/// Empty: it is as it should be.
std::string against(const Graded& replaced, const Graded& again) {
    const bool fails = again.severity >= Severity::warning && again.risk > Risk::medium;
    if (!fails && again.risk < replaced.risk) return "";
    return fmt::format("{} -> {}", replaced.finding.rule, again.finding.rule);
}

/// What is said against each recipe for the example's findings.
template <class Report_>
void judge_recipes(const Example& example, Report_ tell) {
    const Report original = judged(example, {{example.migration}});
    for (const StatementReport& statement : original.files.at(0).statements)
        for (const Graded& replaced : statement.findings) {
            if (!replaced.finding.recipe) continue;
            const auto files = applied(example, statement.statement.span, *replaced.finding.recipe);
            for (const auto& [begin, report] : judged_in_turn(example, files))
                for (const FileReport& file : report.files)
                    for (const StatementReport& advised : file.statements)
                        for (const Graded& again : advised.findings) {
                            const File& step = files.at(file.file);
                            const bool advises =
                                again.finding.span.begin >= step.begin && again.finding.span.begin < step.end;
                            if (!advises || step.partly || (step.waits && is_about_what_goes(again.finding)) ||
                                said_before(original, replaced, again))
                                continue;
                            if (const std::string what = against(replaced, again); !what.empty())
                                tell(what, fmt::format("on {}: {}\n    {}", example.version, advised.statement.sql,
                                                       again.finding.message));
                        }
        }
}

}  // namespace

TEST_CASE("what a recipe advises, no rule fails or finds as bad as what it replaces") {
    std::map<std::string, std::string> found;
    for (const NamedRule& named : all_rules())
        for (int version = std::max(named.rule->since, 11); version <= std::min(named.rule->until, 18); ++version)
            for (const std::string_view text : named.rule->bad)
                judge_recipes(example_of(named, text, version), [&](const std::string& what, const std::string& where) {
                    found.try_emplace(what, where + "\n  example:" + std::string(text));
                });
    for (const Exception& exception : kExceptions) {
        INFO("not needed any more: " << exception.recipe_of << " -> " << exception.rule << ", " << exception.why);
        CHECK(found.erase(fmt::format("{} -> {}", exception.recipe_of, exception.rule)) == 1);
    }
    for (const auto& [what, where] : found) {
        INFO(what << "\n  " << where);
        CHECK(found.empty());
    }
}
