// File patterns, as config files and workflows write them.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>

#include "core/glob.h"

using namespace pgfence;

TEST_CASE("glob signs") {
    struct Case {
        std::string_view pattern, path;
        bool matches;
    };
    for (const auto& [pattern, path, matches] : {
             Case{"a/*.sql", "a/x.sql", true},
             {"a/*.sql", "a/b/x.sql", false},
             {"a/**/x.sql", "a/x.sql", true},
             {"a/**/x.sql", "a/b/c/x.sql", true},
             {"**/x.sql", "x.sql", true},
             {"**", "a/b", true},
             {"a/**", "a/b/c", true},
             {"a/**", "b/a", false},
             {"?.sql", "x.sql", true},
             {"?.sql", "xy.sql", false},
             {"[0-9]*.sql", "1_a.sql", true},
             {"[0-9]*.sql", "a.sql", false},
             {"[!0-9].sql", "a.sql", true},
             {"[]].sql", "].sql", true},
             {"[a.sql", "[a.sql", true},
             {"{a,b}/x", "b/x", true},
             {"{a,b{c,d}}/x", "bd/x", true},
             {"x{,s}.sql", "x.sql", true},
             {"x{,s}.sql", "xs.sql", true},
             {"{,a/}x", "x", true},
             {"{a", "{a", true},
             {"db/migrations", "db/migrations/1.sql", true},
             {"db/migrations/", "db/migrations/a/1.sql", true},
             {"db/migrations", "db/migrations2/1.sql", false},
             {"db/*", "db/a/1.sql", false},
             {"db/*/", "db/a/1.sql", true},
             {"./a.sql", "a.sql", true},
             {"/a.sql", "a.sql", true},
             {".", "a/b.sql", true},
             {"", "a", true},
             {"A.sql", "a.sql", false},
             {"*a*b*c", "xaxbxc", true},
             {"*a*b*c", "xaxbx", false},
             {"\xC3\xA9/*", "\xC3\xA9/\xC3\xBC.sql", true},
             {"**/a/**/b/**", "a/a/c/b/b/d", true},
             {"**/a/**/b", "a/b/c", false},
         }) {
        INFO(pattern << " on " << path);
        CHECK(Glob(pattern).matches(path) == matches);
    }
}

TEST_CASE("patterns made to take long do not") {
    std::string stars, braces, path(2000, 'a'), folders, deep;
    for (int i = 0; i < 200; ++i) stars += "a*", folders += "**/a/", deep += "a/";
    for (int i = 0; i < 64; ++i) braces += "{a,b}";
    CHECK_FALSE(Glob(stars + "b").matches(path));
    CHECK_FALSE(Glob(folders + "b").matches(deep + deep + "c"));
    CHECK_FALSE(Glob(braces).matches(path));
    CHECK_FALSE(Glob(std::string(100'000, '{')).matches(path));
}
