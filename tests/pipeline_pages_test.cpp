// docs/rules/ is what the rules say of themselves, docs/locks.md what the model says (PGFENCE_UPDATE=1 writes them
// anew).

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "analyze/pages/lock_page.h"
#include "analyze/pages/rule_page.h"
#include "core/server_version.h"
#include "observed_cases.h"
#include "policy/own_rules.h"

using namespace pgfence;

namespace {

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

void check_file(const std::string& path, const std::string& expected) {
    const std::filesystem::path file = std::filesystem::path(PGFENCE_SOURCE_DIR) / path;
    if (std::getenv("PGFENCE_UPDATE")) {
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << expected;
    }
    INFO(path << " is not what the program says: PGFENCE_UPDATE=1 ctest writes it");
    CHECK(text_of(file) == expected);
}

LockExample example_of(const observed::Case& c) {
    LockExample example{c.family, c.family_schema, c.extra, c.statement, c.when, c.gap, {}, {}};
    for (const auto& [major, lines] : c.seen) {
        const bool refused =
            !lines.empty() && (lines.front().starts_with("fails ") || lines.front().starts_with("not here"));
        (refused ? example.refused : example.ran).insert(major);
    }
    return example;
}

}  // namespace

TEST_CASE("rule pages are current") {
    std::set<std::string> pages{"README.md"};
    check_file("docs/rules/README.md", rule_index(policy::own_rules()));
    const auto check_page = [&](const std::string& id, const std::string& page) {
        check_file("docs/rules/" + id + ".md", page);
        pages.insert(id + ".md");
    };
    for (const NamedRule& named : all_rules()) check_page(std::string(named.id), rule_page(named));
    for (const RuleInfo& rule : policy::own_rules()) check_page(rule.id, rule_page(rule));
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(PGFENCE_SOURCE_DIR) / "docs/rules")) {
        INFO(entry.path() << " belongs to no rule");
        CHECK(pages.contains(entry.path().filename().string()));
    }
}

TEST_CASE("the page of locks is current") {
    std::vector<LockExample> examples;
    for (const observed::Case& c : observed::lock_cases()) examples.push_back(example_of(c));
    check_file("docs/locks.md", lock_page(examples));
}

// core/server_version.h is where a version is written; prose names the oldest and the newest as well.
TEST_CASE("docs name the versions that are answered for") {
    const std::filesystem::path root = PGFENCE_SOURCE_DIR;
    const std::regex range("\\b" + std::to_string(kOldestServer) + " (?:to|and|–|-) (\\d\\d)\\b");
    std::size_t seen = 0;
    for (const char* path : {"README.md", "CONTRIBUTING.md", "action.yml", "docs/config.md", "docs/github-action.md",
                             "docs/locks.md", "docs/stats.md", "docs/snapshot.md", "docs/trace.md", "docs/risk.md"}) {
        const std::string text = text_of(root / path);
        for (std::sregex_iterator it(text.begin(), text.end(), range), end; it != end; ++it, ++seen) {
            INFO(path << ": " << it->str());
            const int newest = std::stoi((*it)[1]);
            CHECK((newest == kNewestServer || newest == kNewestProvenServer));
        }
    }
    CHECK(seen >= 5);
}
