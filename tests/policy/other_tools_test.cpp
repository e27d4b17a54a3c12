#include "policy/other_tools.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "policy/config_ignores.h"
#include "policy/suppress.h"

using namespace pgfence;
using namespace pgfence::policy;
using Names = std::vector<std::string>;

namespace {

constexpr OtherTool kTools[] = {OtherTool::squawk, OtherTool::strong_migrations, OtherTool::migration_linter,
                                OtherTool::eugene};

std::set<std::string> files_of(const char* folder) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(PGFENCE_SOURCE_DIR) + folder))
        names.insert(entry.path().stem().string());
    return names;
}

std::vector<IgnoreEntry> read(std::string_view path, std::string_view text) {
    for (const OtherToolsFile& file : other_tools_files())
        if (file.path == path) return file.read(path, text);
    return {};
}

Names rules_in(const std::vector<IgnoreEntry>& entries) {
    Names all;
    for (const IgnoreEntry& entry : entries) all.insert(all.end(), entry.rules.begin(), entry.rules.end());
    return all;
}

/// A file with two statements, the first of which the mark is about.
AnalyzedFile marked(const std::string& mark) {
    AnalyzedFile file;
    file.statements.resize(2);
    file.statements[0].span = {0, 10, 20};
    file.statements[1].span = {0, 30, 40};
    file.marks.push_back({{0, 5, 25}, mark});
    return file;
}

const RuleNames& names() {
    static const RuleAliases none;
    static const std::vector<RuleInfo> rules = [] {
        std::vector<RuleInfo> infos;
        for (const char* id : {"alter-column-default-cached", "drop-column", "prefer-bigint"})
            infos.push_back({.id = id, .title = {}, .why = {}});
        return infos;
    }();
    static const RuleNames all(rules, none);
    return all;
}

}  // namespace

TEST_CASE("every rule that another tool's word stands for is one of ours") {
    auto rules = files_of("/analyze/rules");
    rules.merge(files_of("/policy/rules"));
    for (const OtherTool tool : kTools) {
        CHECK(our_rules(tool).size() > 10);
        for (const std::string& id : our_rules(tool)) {
            INFO(id);
            CHECK(rules.contains(id));
        }
    }
}

TEST_CASE("a word stands for what its tool looks for and for nothing else") {
    CHECK(our_rules(OtherTool::eugene, "e6") == Names{"create-index-not-concurrent"});
    CHECK(our_rules(OtherTool::eugene, "e99").empty());
    CHECK(our_rules(OtherTool::strong_migrations, "remove_column").front() == "drop-column");
    // No check of it is about these.
    for (const char* id : {"drop-table", "truncate", "delete-without-where", "syntax-error", "drop-cascade"}) {
        const auto assured = rules_of_mark("safety_assured");
        CHECK(std::find(assured.begin(), assured.end(), id) == assured.end());
    }
    CHECK(rules_of_mark("anything").empty());
}

TEST_CASE("settings of other tools") {
    const auto squawk = read(".squawk.toml",
                             "pg_version = \"15\"\nexcluded_rules = [\"ban-drop-column\", \"nonsense\", 3]\n"
                             "excluded_paths = [\"db/*\"]\n");
    CHECK(rules_in(squawk) == Names{"drop-column"});
    REQUIRE(squawk.size() == 1);
    CHECK(squawk[0].mark == ".squawk.toml (ban-drop-column)");
    CHECK(squawk[0].reason.empty());
    CHECK(read(".squawk.toml", "excluded_rules = [").empty());
    CHECK(read(".squawk.toml", "[other]\nexcluded_rules = [\"ban-drop-column\"]\n").empty());

    const auto strong = read("config/initializers/strong_migrations.rb",
                             "StrongMigrations.start_after = 20200101 if Rails.env.test?\n"
                             "StrongMigrations.disable_check(:rename_column)\n"
                             "  StrongMigrations.disable_check :rename_table # why\n"
                             "# StrongMigrations.disable_check(:add_index)\n"
                             "StrongMigrations.disable_check(:add_foreign_key) if Rails.env.test?\n"
                             "StrongMigrations.disable_check(:unheard_of)\n"
                             "StrongMigrations.enable_check(:remove_index)\n");
    CHECK(rules_in(strong) == Names{"rename-column", "rename-table"});
    for (const IgnoreEntry& entry : strong) CHECK(entry.file == "**/*.rb");

    const auto after = read("config/initializers/strong_migrations.rb",
                            "StrongMigrations.start_after = 2020_0131_000000 # why\n"
                            "# StrongMigrations.start_after = 20300101000000\n"
                            "StrongMigrations.start_after = {animals: 1}\n");
    REQUIRE(after.size() == 1);
    CHECK(after[0].through == "20200131000000");
    CHECK(after[0].rules == our_rules(OtherTool::strong_migrations));
    CHECK(after[0].mark == "config/initializers/strong_migrations.rb (start_after)");
}

TEST_CASE("an entry through a version is for files that were there, up to that version") {
    IgnoreEntry entry;
    entry.through = "20200131000000";
    using enum MigrationFile::Change;
    const auto covers = [&](const std::string& path, MigrationFile::Change change) {
        std::vector<Ignore> all{{&entry}};
        FileReport report;
        report.path = path;
        report.change = change;
        ConfigIgnores(all, report, 0);
        return all[0].first_file.has_value();
    };
    CHECK(covers("db/migrate/20200131000000_a.rb", modified));
    CHECK(covers("db/migrate/1_a.rb", modified));
    CHECK_FALSE(covers("db/migrate/20200131000001_a.rb", modified));
    CHECK_FALSE(covers("db/migrate/a.rb", modified));
    // Its number is what the change gives it.
    CHECK_FALSE(covers("db/migrate/20200131000000_a.rb", added));
    CHECK_FALSE(covers("db/migrate/20200131000000_a.rb", renamed));
}

TEST_CASE("a mark accepts what its tool looks for, below high risk, where it stands") {
    const AnalyzedFile file = marked("safety_assured");
    FileSuppressions suppressions(file, std::string(50, ' '), names(), {}, "2026-06-15");
    const auto found = suppressions.find(0, "alter-column-default-cached", Risk::medium);
    REQUIRE(found);
    CHECK(found->mark == "safety_assured");
    CHECK(found->reason.empty());
    CHECK_FALSE(suppressions.find(1, "alter-column-default-cached", Risk::medium));
    CHECK_FALSE(suppressions.find(0, "prefer-bigint", Risk::low));
    CHECK(suppressions.complaints().empty());

    CHECK_FALSE(suppressions.find(0, "drop-column", Risk::high));
    const auto complaints = suppressions.complaints();
    REQUIRE(complaints.size() == 1);
    CHECK_FALSE(complaints[0].statement);
    CHECK(complaints[0].message ==
          "safety_assured does not accept drop-column here: a finding of high risk needs a reason: pgfence-ignore: "
          "drop-column (why this is fine)");
}

TEST_CASE("a word of excellent_migrations stands for its check alone") {
    CHECK(policy::rules_of_mark("excellent_migrations:table_dropped") == std::vector<std::string>{"drop-table"});
    CHECK(policy::rules_of_mark("excellent_migrations:no_such_check").empty());
    CHECK(policy::rules_of_mark("excellent_migrations:all").size() > 10);
    CHECK(policy::rules_of_mark("excellent_migrations").empty());
}

TEST_CASE("the team's choice about comments holds for marks") {
    using May = InlineSuppressions::May;
    const AnalyzedFile file = marked("IgnoreMigration");
    FileSuppressions none(file, std::string(50, ' '), names(), {May::none, false}, "2026-06-15");
    CHECK_FALSE(none.find(0, "drop-column", Risk::low));
    FileSuppressions below(file, std::string(50, ' '), names(), {May::below_high, false}, "2026-06-15");
    CHECK(below.find(0, "drop-column", Risk::medium));
    CHECK_FALSE(below.find(0, "drop-column", Risk::high));
    FileSuppressions reasons(file, std::string(50, ' '), names(), {May::any, true}, "2026-06-15");
    CHECK_FALSE(reasons.find(0, "drop-column", Risk::low));
}

TEST_CASE("what is said to us comes before what is said to others") {
    AnalyzedFile file = marked("safety_assured");
    const std::string text = "-- pgfence-ignore: drop-column (nobody reads it)\nDROP";
    file.statements.resize(1);
    file.statements[0].span = {0, 49, 53};
    file.marks[0].span = {0, 49, 53};
    file.comments.push_back({{0, 0, 48}, "pgfence-ignore: drop-column (nobody reads it)"});
    FileSuppressions suppressions(file, text, names(), {}, "2026-06-15");
    const auto found = suppressions.find(0, "drop-column", Risk::high);
    REQUIRE(found);
    CHECK(found->mark.empty());
    CHECK(found->reason == "nobody reads it");
}
