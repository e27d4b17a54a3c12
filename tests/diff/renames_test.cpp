#include <catch2/catch_test_macros.hpp>
#include <string>

#include "diff/changed_lines.h"
#include "diff/renames.h"

using namespace pgfence;
using namespace pgfence::diff;

TEST_CASE("similarity is the share of the larger text") {
    CHECK(similarity("a\nb\n", "a\nb\n") == 100);
    CHECK(similarity("aaa\nbbb\n", "aaa\nccc\n") == 50);
    CHECK(similarity("aaa\nbbb\n", "bbb\naaa\n") == 100);
    CHECK(similarity("aaa\n", "aaa\naaa\naaa\naaa\n") == 25);
    CHECK(similarity("a\n", "b\n") == 0);
    CHECK(similarity("", "") == 100);
}

TEST_CASE("a deleted text is paired with the one it became") {
    const std::vector<std::string_view> deleted{"x\ny\nz\n", "same\n", ""}, added{"new\n", "same\n", "x\ny\nzz\n", ""};
    bool complete = false;
    const auto pairs = renames(deleted, added, complete);
    CHECK(complete);
    REQUIRE(pairs.size() == 2);
    CHECK((pairs[0].deleted == 1 && pairs[0].added == 1));
    CHECK((pairs[1].deleted == 0 && pairs[1].added == 2));
}

TEST_CASE("too much to compare leaves equal texts paired and says so") {
    std::string lines;
    for (int i = 0; i < 20'000; ++i) lines += std::to_string(i) + "\n";
    std::vector<std::string> texts;
    for (int i = 0; i < 80; ++i) texts.push_back(lines + std::to_string(i));
    const std::vector<std::string_view> deleted(texts.begin(), texts.begin() + 40),
        added(texts.begin() + 39, texts.end());
    bool complete = true;
    const auto pairs = renames(deleted, added, complete);
    CHECK_FALSE(complete);
    REQUIRE(pairs.size() == 1);
    CHECK((pairs[0].deleted == 39 && pairs[0].added == 0));
}

TEST_CASE("changed lines are the new side's") {
    struct Case {
        std::string_view before, after;
        LineSet lines;
    };
    for (const auto& [before, after, lines] : {
             Case{"a\nb\nc\n", "a\nB\nc\n", {{2, 2}}},
             {"a\nb\n", "a\nb\nc\nd\n", {{3, 4}}},
             {"a\nb\nc\n", "a\nc\n", {}},
             {"a\n", "a\n", {}},
             {"", "a\nb\n", {{1, 2}}},
             {"a\nb\nc\nd\ne\n", "A\nb\nc\nd\nE\n", {{1, 1}, {5, 5}}},
             {"a\r\nb\r\n", "a\r\nB\r\n", {{2, 2}}},
             {"a", "a\n", {{1, 1}}},
             {"a\nb\n", "a\nb", {{2, 2}}},
             {"a\rb\nc\n", "a\rb\nC\n", {{3, 3}}},  // a lone CR ends a line for us, not for git
             {"x\n", "x\na\rb\n", {{2, 3}}},
         }) {
        INFO(before << " -> " << after);
        CHECK(changed_lines(before, after) == lines);
    }
}
