// What the rules say of their examples is kept in tests/golden/rules/, and whole pages in docs/rules/; docs/locks.md is
// what the model says (PGFENCE_UPDATE=1 writes them anew).

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "analyze/pages/lock_page.h"
#include "analyze/pages/rule_page.h"
#include "annotate/annotate.h"
#include "core/server_version.h"
#include "pipeline/rule_examples.h"
#include "policy/own_rules.h"
#include "tests/golden.h"
#include "tests/observed_cases.h"

using namespace pgfence;
using namespace pgfence::testing;
namespace fs = std::filesystem;

namespace {

std::set<std::string> ids() {
    std::set<std::string> all;
    for (const NamedRule& named : all_rules()) all.emplace(named.id);
    for (const policy::OwnRule* rule : policy::own_rule_files()) all.insert(rule->info.id);
    return all;
}

void check_no_other_files(const std::string& folder, const std::string& extension) {
    std::set<std::string> names{"README.md"};
    for (const std::string& id : ids()) names.insert(id + extension);
    for (const auto& entry : fs::directory_iterator(fs::path(PGFENCE_SOURCE_DIR) / folder)) {
        INFO(entry.path() << " belongs to no rule");
        CHECK(names.contains(entry.path().filename().string()));
    }
}

/// What is said of each example; each has to lead to something.
std::string said_of(const std::vector<Report>& examples, std::string_view rule) {
    std::string text;
    for (std::size_t i = 0; i < examples.size(); ++i) {
        const std::string findings = annotate::findings_of(examples[i], rule);
        INFO(rule << ", bad example " << i + 1);
        CHECK_FALSE(findings.empty());
        text += (i == 0 ? "" : "\n") + std::string("==== bad example ") + std::to_string(i + 1) + "\n\n" + findings;
    }
    return text;
}

std::string text_of(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

LockExample example_of(const observed::Case& c) {
    LockExample example{c.family, c.family_schema, c.extra, c.statement, c.when, c.gap, {}, {}};
    for (const auto& [release, lines] : c.seen) {
        const bool refused =
            !lines.empty() && (lines.front().starts_with("fails ") || lines.front().starts_with("not here"));
        (refused ? example.refused : example.ran).insert(release.major);
    }
    return example;
}

}  // namespace

TEST_CASE("what rules say of their bad examples is as it was") {
    for (const NamedRule& named : all_rules())
        check_golden("tests/golden/rules/" + std::string(named.id) + ".txt",
                     said_of(pipeline::review_bad_examples(named), named.id));
    for (const policy::OwnRule* rule : policy::own_rule_files()) {
        std::vector<Report> reports;
        for (const policy::ChangeExample& example : rule->bad)
            reports.push_back(pipeline::review_example(*rule, example));
        check_golden("tests/golden/rules/" + rule->info.id + ".txt", said_of(reports, rule->info.id));
    }
    check_no_other_files("tests/golden/rules", ".txt");
}

TEST_CASE("good examples of the rules that judge changes are not reported by them") {
    for (const policy::OwnRule* rule : policy::own_rule_files()) {
        INFO(rule->info.id);
        CHECK_FALSE(rule->bad.empty());
        CHECK_FALSE(rule->good.empty());
        for (const policy::ChangeExample& example : rule->good)
            CHECK(annotate::findings_of(pipeline::review_example(*rule, example), rule->info.id).empty());
    }
}

TEST_CASE("rule pages are current") {
    check_golden("docs/rules/README.md", rule_index(policy::own_rules()));
    for (const NamedRule& named : all_rules())
        check_golden("docs/rules/" + std::string(named.id) + ".md", pipeline::page_of(named, annotate::findings_of));
    for (const policy::OwnRule* rule : policy::own_rule_files())
        check_golden("docs/rules/" + rule->info.id + ".md", pipeline::page_of(*rule, annotate::findings_of));
    check_no_other_files("docs/rules", ".md");
}

TEST_CASE("the page of locks is current") {
    std::vector<LockExample> examples;
    for (const observed::Case& c : observed::lock_cases()) examples.push_back(example_of(c));
    check_golden("docs/locks.md", lock_page(examples));
}

// core/server_version.h is where a version is written; prose names the oldest and the newest as well.
TEST_CASE("they name the versions that are answered for") {
    const fs::path root = PGFENCE_SOURCE_DIR;
    const std::regex range("\\b" + std::to_string(kOldestServer) + " (?:to|and|–|-) (\\d\\d)\\b");
    std::size_t seen = 0;
    for (const char* path : {"README.md", "CONTRIBUTING.md", "action.yml", "docs/config.md", "docs/github-action.md",
                             "docs/locks.md", "docs/stats.md", "docs/snapshot.md", "docs/trace.md", "docs/risk.md"}) {
        const std::string text = text_of(root / path);
        for (std::sregex_iterator it(text.begin(), text.end(), range), end; it != end; ++it, ++seen) {
            INFO(path << ": " << it->str());
            CHECK(std::stoi((*it)[1]) == kNewestServer);
        }
    }
    CHECK(seen >= 5);
}
