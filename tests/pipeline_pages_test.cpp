// docs/rules/ is what the rules say of themselves (PGFENCE_UPDATE=1 writes it anew).

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "analyze/pages/rule_page.h"
#include "policy/own_rules.h"

using namespace pgfence;

namespace {

void check_file(const std::string& path, const std::string& expected) {
    const std::filesystem::path file = std::filesystem::path(PGFENCE_SOURCE_DIR) / path;
    if (std::getenv("PGFENCE_UPDATE")) {
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << expected;
    }
    std::ifstream in(file);
    const std::string found{std::istreambuf_iterator<char>(in), {}};
    INFO(path << " is not what the rule says: PGFENCE_UPDATE=1 ctest writes it");
    CHECK(found == expected);
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
